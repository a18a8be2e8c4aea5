"""Pieces of lines on a page into lines in the order of reading.

In: the pieces of a page with their places. Out: its lines, region by region: columns from left to
right, what stands across them before or after. Rows of tables stay rows. Joins no paragraphs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from dragoman.indexer.readers.pdf_process import Piece

_MIN_COLUMN_LINES = 4
_GUTTER = 0.7
"""Width of the strip between columns that no letter enters, in sizes of letters."""
_MIN_COLUMN_EMS = 8.0
"""Width of a column of text, in sizes of its letters; narrower ones are a table's."""
_GOING_ON_SHARE = 0.35
"""Share of a column's lines that begin with a small letter; cells of tables begin with capitals."""
_BELOW = 1.6
"""Distance of lines, in sizes of letters, at which columns may end."""
_EVEN = 2.5
"""How unlike the ends of two columns that were made even may be, in sizes of letters."""
_ALIGNED = 2.0  # points
_MAX_PIECES = 3000
"""Of a page whose columns are looked for; a newspaper's has a thousand."""
_CELL_GAP = 2.0
"""A blank within a line, in sizes of its letters, that parts the cells of a table."""
_SPACE = 0.15
_LABEL = re.compile(r"(?:[-–—•▪●○■□►*·]|\(?\d{1,3}(?:\.\d{1,3})*[.)]?|\(?[^\W\d_][.)])$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is read; `cells` says that it is a row of a table."""

    left: float
    right: float
    base: float
    size: float
    text: str
    cells: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that stand one below another, and the margins between which they do."""

    lines: tuple[Line, ...]
    left: float
    right: float


def regions_of(pieces: Sequence[Piece]) -> list[Region]:
    """The regions of a page in the order of reading; turned text is the last of them."""
    upright = [piece for piece in pieces if not piece.turned]
    regions = [_region(part) for part in _parts(upright)]
    turned = [piece for piece in pieces if piece.turned]
    if turned:
        lines = tuple(Line(p.left, p.right, p.base, p.size, p.text) for p in turned)
        regions.append(Region(lines, min(p.left for p in turned), max(p.right for p in turned)))
    return regions


def _parts(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces divided into what is read one after another."""
    if not 2 * _MIN_COLUMN_LINES <= len(pieces) <= _MAX_PIECES:
        return [pieces] if pieces else []
    best: tuple[int, float, int, int] | None = None
    ordered = sorted(pieces, key=lambda piece: piece.base)
    for edge in _left_edges(ordered):
        for first, last in _runs(ordered, edge):
            if (best is None or last - first > best[0]) and _are_columns(ordered[first:last], edge):
                best = last - first, edge, first, last
    if best is None:
        return [pieces]
    _, edge, first, last = best
    last = _end_of_columns(ordered, edge, first, last)
    band = ordered[first:last]
    return [
        *_parts(ordered[:first]),
        *_parts([piece for piece in band if piece.left < edge]),
        *_parts([piece for piece in band if piece.left >= edge]),
        *_parts(ordered[last:]),
    ]


def _left_edges(pieces: Sequence[Piece]) -> list[float]:
    """Where at least three pieces begin, but for the leftmost; a little to the left of them."""
    counts: dict[int, list[float]] = {}
    for piece in pieces:
        counts.setdefault(round(piece.left / 3), []).append(piece.left)
    edges = sorted(min(at) for at in counts.values() if len(at) > 1)
    return [edge - 1.5 for edge in edges[1:]]


def _runs(pieces: Sequence[Piece], edge: float) -> list[tuple[int, int]]:
    """Longest ranges of pieces, from top to bottom, none of which crosses an edge."""
    runs: list[tuple[int, int]] = []
    first = 0
    for at, piece in enumerate(pieces):
        if piece.left < edge < piece.right:
            runs.append((first, at))
            first = at + 1
    runs.append((first, len(pieces)))
    return [(first, last) for first, last in runs if last - first >= 2 * _MIN_COLUMN_LINES]


def _end_of_columns(pieces: Sequence[Piece], edge: float, first: int, last: int) -> int:
    """Where what stands below both columns begins: behind a gap, both ending about there."""
    band = pieces[first:last]
    size = median(piece.size for piece in band)
    for at in range(len(band) - 1, 0, -1):
        if band[at].left >= edge:
            break  # what stands in the right column is no line below both
        if band[at].base - band[at - 1].base < _BELOW * size:
            continue
        above = band[:at]
        left = max((p.base for p in above if p.left < edge), default=0.0)
        right = max((p.base for p in above if p.left >= edge), default=0.0)
        if abs(left - right) < _EVEN * size and _are_columns(above, edge):
            return first + at
    return last


def _are_columns(band: Sequence[Piece], edge: float) -> bool:
    """Whether what stands left and right of an edge is running text: long lines that go on."""
    lefts, rights = [p for p in band if p.left < edge], [p for p in band if p.left >= edge]
    size = median(piece.size for piece in band)
    if min((p.left for p in rights), default=0.0) - max((p.right for p in lefts), default=0.0) < (
        _GUTTER * size
    ):
        return False
    for side in (lefts, rights):
        rows = _rows(side)
        if len(rows) < _MIN_COLUMN_LINES:
            return False
        widths = [row[-1].right - row[0].left for row in rows]
        if median(widths) < _MIN_COLUMN_EMS * size:
            return False
        if sum(row[0].text[:1].islower() for row in rows) < _GOING_ON_SHARE * len(rows):
            return False
    return True


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that stand on one line together, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.base, piece.left)):
        if rows and abs(piece.base - rows[-1][0].base) < 0.3 * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _region(pieces: Sequence[Piece]) -> Region:
    rows = _rows(pieces)
    lines = tuple(
        _line(row, [*rows[max(0, at - 1) : at], *rows[at + 1 : at + 2]])
        for at, row in enumerate(rows)
    )
    return Region(lines, min(line.left for line in lines), max(line.right for line in lines))


def _line(row: Sequence[Piece], neighbours: Sequence[Sequence[Piece]]) -> Line:
    """A row as a line: one of a table where a neighbour's pieces begin at the same places."""
    text = row[0].text
    cells = False
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / max(before.size, piece.size)
        if (
            gap > _CELL_GAP
            and not _LABEL.match(text)
            and any(_is_below(piece, other) for line in neighbours for other in line[1:])
        ):
            text += " | "
            cells = True
        elif gap > _SPACE:
            text += " "
        text += piece.text
    size = max(row, key=lambda piece: len(piece.text)).size
    return Line(row[0].left, row[-1].right, row[0].base, size, text, cells)


def _is_below(piece: Piece, other: Piece) -> bool:
    """Whether two pieces are cells of one column; numbers stand at its right."""
    if abs(piece.left - other.left) < _ALIGNED:
        return True
    return abs(piece.right - other.right) < _ALIGNED and (
        piece.text[-1:].isdigit() and other.text[-1:].isdigit()
    )
