"""Two documents side by side: language versions piece by piece, near-identical ones word by word.

In: two documents as they are read. Out: rows of what belongs together, as offsets into both texts.
Draws nothing and searches nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from dragoman.indexer.anchors import anchors_of
from dragoman.search.alignment import Bead, Costs, align
from dragoman.search.results import DocumentView, Span

_ANCHOR_WEIGHT, _MOST_WEIGHT = 4.0, 8.0
"""What a name or number that two pieces share speaks for them, and all of them together.

In logarithms of odds; less for one that stands in several pieces.
"""
_WORDS_WEIGHT = 20.0
"""What it speaks for two pieces of one language that they have all words in common."""
_MOST_CELLS = 16_000_000
"""Pieces of one text times those of the other up to which more than lengths is looked at."""
_FEW_PIECES = 0.5
"""Paragraphs are too unlike where one text has less than so many of the other's."""
_LONG = 1_000
"""Words from which on the most frequent ones do not lead to what is equal."""
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a difference.

    Attributes:
        op: `equal`, `delete` (in the first text only) or `insert` (in the second only).
        start: First code point, in the second text for `insert`, else in the first.
        end: One past the last.
    """

    op: str
    start: int
    end: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"op": self.op, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Row:
    """What belongs together in two texts.

    Attributes:
        text: Range in the first text, or None.
        other: Range in the second, or None.
        pieces: How they differ, in order; empty for language versions.
    """

    text: Span | None
    other: Span | None
    pieces: tuple[Piece, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "text": list(self.text) if self.text else None,
            "with": list(self.other) if self.other else None,
            "pieces": [piece.to_dict() for piece in self.pieces],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents side by side.

    Attributes:
        view: The first.
        other: The second.
        kind: `versions` where the languages differ, else `difference`.
        by: What tells that they belong together: as `results.Version.by`, `near-identical`, or
            empty.
        unit: What the rows hold: `paragraph`, or `sentence` where the paragraphs are too unlike.
        rows: All of both texts in order; what is blank is left out.
    """

    view: DocumentView
    other: DocumentView
    kind: str
    by: str
    unit: str
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON: the first document, `with` the second, and the rows."""
        return {
            **self.view.to_dict(),
            "with": self.other.to_dict(),
            "comparison": {
                "kind": self.kind,
                "by": self.by or None,
                "unit": self.unit,
                "rows": [row.to_dict() for row in self.rows],
            },
        }


def compare(view: DocumentView, other: DocumentView) -> Comparison:
    """Lays two documents side by side."""
    by = {version.doc_id: version.by for version in view.metadata.versions}
    by |= dict.fromkeys(view.metadata.near_identical, "near-identical")
    evidence = by.get(other.metadata.doc_id, "")
    is_difference = view.metadata.lang == other.metadata.lang or evidence == "near-identical"
    unit, pieces, other_pieces = _pieces(view, other)
    make = _differences if is_difference else _versions
    return Comparison(
        view=view,
        other=other,
        kind="difference" if is_difference else "versions",
        by=evidence,
        unit=unit,
        rows=tuple(make(view.text, other.text, pieces, other_pieces)),
    )


def _pieces(view: DocumentView, other: DocumentView) -> tuple[str, list[Span], list[Span]]:
    """Paragraphs of both texts without blank ones, or sentences where these are too unlike."""
    one, two = (_filled(v.text, v.paragraphs) for v in (view, other))
    if min(len(one), len(two)) >= _FEW_PIECES * max(len(one), len(two)):
        return "paragraph", one, two
    return "sentence", _filled(view.text, view.sentences), _filled(other.text, other.sentences)


def _filled(text: str, spans: Sequence[Span]) -> list[Span]:
    found = []
    for start, end in spans:
        piece = text[start:end]
        first, last = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if first < last:
            found.append((first, last))
    return found


def _of_bead(
    bead: Bead, spans: Sequence[Span], others: Sequence[Span]
) -> tuple[Span | None, Span | None]:
    """The ranges of both texts that a bead holds."""
    return (
        _joined(spans[bead.first : bead.last]),
        _joined(others[bead.other_first : bead.other_last]),
    )


def _joined(spans: Sequence[Span]) -> Span | None:
    return (spans[0][0], spans[-1][1]) if spans else None


def _lengths(spans: Sequence[Span]) -> list[int]:
    return [end - start for start, end in spans]


# Language versions


def _versions(
    text: str, other_text: str, spans: Sequence[Span], others: Sequence[Span]
) -> Iterator[Row]:
    likeness = None
    if len(spans) * len(others) <= _MOST_CELLS:
        likeness = _shared_anchors(
            [text[start:end] for start, end in spans],
            [other_text[start:end] for start, end in others],
        )
    for bead in align(_lengths(spans), _lengths(others), likeness):
        yield Row(*_of_bead(bead, spans, others))


def _shared_anchors(texts: Sequence[str], others: Sequence[str]) -> Costs:
    """(n, m) how much names and numbers in common speak for each two pieces."""
    found = np.zeros((len(texts), len(others)))
    places, other_places = _places(texts), _places(others)
    for anchor in places.keys() & other_places.keys():
        one, two = places[anchor], other_places[anchor]
        found[np.ix_(one, two)] += _ANCHOR_WEIGHT / max(len(one), len(two))
    return np.minimum(found, _MOST_WEIGHT)


def _places(texts: Sequence[str]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        for anchor in anchors_of(text).tolist():
            places.setdefault(anchor, []).append(number)
    return places


# Differences


def _differences(
    text: str, other_text: str, spans: Sequence[Span], others: Sequence[Span]
) -> Iterator[Row]:
    """Equal pieces first; between them those that have most words in common, word by word."""
    texts = [" ".join(text[start:end].split()) for start, end in spans]
    other_texts = [" ".join(other_text[start:end].split()) for start, end in others]
    matcher = SequenceMatcher(None, texts, other_texts, autojunk=False)
    for op, first, last, other_first, other_last in matcher.get_opcodes():
        beads = (
            [Bead(n, n + 1, n - first + other_first, n - first + other_first + 1)
             for n in range(first, last)]
            if op == "equal"
            else _beads_by_words(texts, other_texts, Bead(first, last, other_first, other_last))
        )  # fmt: skip
        for bead in beads:
            span, other_span = _of_bead(bead, spans, others)
            yield Row(span, other_span, tuple(_changes(text, other_text, span, other_span)))


def _beads_by_words(texts: Sequence[str], others: Sequence[str], block: Bead) -> list[Bead]:
    """The beads of a block in which nothing is equal."""
    mine = texts[block.first : block.last]
    theirs = others[block.other_first : block.other_last]
    if not mine or not theirs:
        return [block]
    likeness = None
    if len(mine) * len(theirs) <= _MOST_CELLS:
        words, other_words = ([Counter(t.casefold().split()) for t in ts] for ts in (mine, theirs))
        likeness = _WORDS_WEIGHT * np.array(
            [[(a & b).total() / max(1, (a | b).total()) for b in other_words] for a in words]
        )
    return [
        Bead(b.first + block.first, b.last + block.first,
             b.other_first + block.other_first, b.other_last + block.other_first)
        for b in align(list(map(len, mine)), list(map(len, theirs)), likeness)
    ]  # fmt: skip


def _changes(
    text: str, other_text: str, span: Span | None, other_span: Span | None
) -> Iterator[Piece]:
    """How two ranges differ, by words and marks; blanks belong to the word before them."""
    tokens, bounds = _tokens(text, span)
    other_tokens, other_bounds = _tokens(other_text, other_span)
    is_long = max(len(tokens), len(other_tokens)) > _LONG
    matcher = SequenceMatcher(None, tokens, other_tokens, autojunk=is_long)
    for op, first, last, other_first, other_last in matcher.get_opcodes():
        if op == "equal":
            yield Piece("equal", bounds[first], bounds[last])
            continue
        if last > first:
            yield Piece("delete", bounds[first], bounds[last])
        if other_last > other_first:
            yield Piece("insert", other_bounds[other_first], other_bounds[other_last])


def _tokens(text: str, span: Span | None) -> tuple[list[str], list[int]]:
    """The words and marks in a range, where each starts, and the end."""
    if span is None:
        return [], [0]
    found = list(_TOKEN.finditer(text, *span))
    return [match[0] for match in found], [*(match.start() for match in found), span[1]]
