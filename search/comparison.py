"""Two documents side by side: language versions piece by piece, near-identical ones word by word.

In: two documents as they are read. Out: rows of what belongs together, as offsets into both texts.
Draws nothing and searches nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dragoman.indexer.anchors import anchors_of
from dragoman.search.alignment import Costs, align
from dragoman.search.differences import Row, differences
from dragoman.search.results import Span
from dragoman.search.viewing import DocumentView

_ANCHOR_WEIGHT, _MOST_WEIGHT = 4.0, 8.0
"""What a name or number that two pieces share speaks for them, and all of them together.

In logarithms of odds; less for one that stands in several pieces.
"""
_MOST_CELLS = 16_000_000
"""Pieces of one text times those of the other up to which more than lengths is looked at."""
_FEW_PIECES = 0.5
"""Paragraphs are too unlike where one text has less than so many of the other's."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents side by side.

    Attributes:
        view: The first.
        other: The second.
        kind: `versions` where the languages differ, else `difference`.
        by: What tells that they belong together: as `results.Version.by`, `near-identical`, or
            empty.
        unit: What the rows hold: `paragraph`, or for versions `sentence` where the paragraphs are
            too unlike.
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
    if is_difference:
        unit = "paragraph"
        spans, others = (_filled(v.text, v.paragraphs) for v in (view, other))
        rows = differences(view.text, other.text, spans, others)
    else:
        unit, spans, others = _pieces(view, other)
        rows = _versions(view.text, other.text, spans, others)
    return Comparison(
        view=view,
        other=other,
        kind="difference" if is_difference else "versions",
        by=evidence,
        unit=unit,
        rows=tuple(rows),
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


def _joined(spans: Sequence[Span]) -> Span | None:
    return (spans[0][0], spans[-1][1]) if spans else None


def _lengths(spans: Sequence[Span]) -> list[int]:
    return [end - start for start, end in spans]


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
        yield Row(
            _joined(spans[bead.first : bead.last]),
            _joined(others[bead.other_first : bead.other_last]),
        )


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
