"""Two documents side by side in, rows to draw out: marked words, what was left out or put in.

Everything is cut by offsets; no text is ever searched for a word.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from dragoman.search import Comparison, DocumentView
from dragoman.search.differences import Row
from dragoman.search.results import Span
from dragoman.web.rendering import Piece, pieces_of

FOLDED_FROM = 3
"""Equal rows one after another from which on they are folded."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a row holds of one document: the number of its paragraph, from 1, and its text."""

    paragraph: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a difference, `blank` is what follows its last word."""

    op: str
    pieces: tuple[Piece, ...]
    blank: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row; of a difference the changes are drawn, else both sides, of which one may be None."""

    side: Side | None
    other: Side | None
    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether both texts say the same in it, word for word."""
        return bool(self.changes) and all(change.op == "equal" for change in self.changes)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows one after another; folded where they are equal and many."""

    rows: tuple[DrawnRow, ...]
    is_folded: bool


def drawn(found: Comparison) -> tuple[Stretch, ...]:
    """The rows of a comparison, long stretches in which nothing differs folded."""
    rows = [_row(found, row) for row in found.rows]
    stretches = []
    for is_same, group in groupby(rows, lambda row: row.is_same):
        stretch = tuple(group)
        stretches.append(Stretch(stretch, is_same and len(stretch) >= FOLDED_FROM))
    return tuple(stretches)


def _row(found: Comparison, row: Row) -> DrawnRow:
    changes = []
    for piece in row.pieces:
        view = found.other if piece.op == "insert" else found.view
        written = view.text[piece.start : piece.end]
        end = piece.start + len(written.rstrip())
        words = tuple(_cut(view, piece.start, end))
        changes.append(Change(piece.op, words, view.text[end : piece.end]))
    return DrawnRow(_side(found.view, row.text), _side(found.other, row.other), tuple(changes))


def _side(view: DocumentView, span: Span | None) -> Side | None:
    if span is None:
        return None
    paragraph = bisect_right(_starts(view.paragraphs), span[0])
    return Side(paragraph, tuple(_cut(view, *span)))


def _starts(spans: Sequence[Span]) -> list[int]:
    return [start for start, _ in spans]


def _cut(view: DocumentView, start: int, end: int) -> Iterator[Piece]:
    """A range of a text as marked and unmarked pieces."""
    first = bisect_right(view.marks, (start, -1))
    last = bisect_right(view.marks, (end, -1))
    marks = [(a - start, min(b, end) - start) for a, b in view.marks[first:last]]
    return pieces_of(view.text[start:end], marks)
