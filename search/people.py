"""Who is meant: persons behind the speakers and voices of all segments of an index.

In: segments, and which spellings are one person. Out: the documents of a speaker under all of the
spellings, and the turns in which a person speaks. Names are looked for as words are, in any form;
one spelling that is found stands for all of its person's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.inversion import places
from dragoman.search.matching import Positions, Spans
from dragoman.search.postings import Docs
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

_Numbers = NDArray[np.int64]
SpansIn = Callable[[int, Node, str], Spans]
"""Tells where a node matches in a column of the segment with a number."""
_MAX_KEPT = 64


class People:
    """The persons of an index.

    Args:
        segments: Of the index.
        values: Tells spelling to what stands for its person, where that is another text.
        spans: Tells where a word, phrase or the like matches in a column of a segment.
    """

    def __init__(
        self, segments: Sequence[Segment], values: Callable[[], Mapping[str, str]], spans: SpansIn
    ) -> None:
        self._segments, self._read_values, self._spans = segments, values, spans
        self._found: dict[tuple[str, Node], frozenset[str]] = {}
        self._turns: dict[tuple[int, Node], tuple[Positions, Positions]] = {}

    @cached_property
    def _values(self) -> Mapping[str, str]:
        return self._read_values()

    def value(self, spelling: str) -> str:
        """What stands for the person so spelled."""
        return self._values.get(spelling, spelling)

    def spellings(self, segment: Segment, values: Iterable[str]) -> list[str]:
        """The spellings in a segment of the persons that any of their spellings name."""
        wanted = set(map(self.value, values))
        spellings, _, _ = segment.facet("speaker")
        return [spelling for spelling in spellings if self.value(spelling) in wanted]

    # Names found as words

    def speaking(self, number: int, name: Node) -> Docs:
        """Rising documents of segment `number` with a speaker who is spelled so in any segment."""
        names = self._persons("speaker", name)
        segment = self._segments[number]
        spellings, offsets, values = segment.facet("speaker")
        wanted = np.array([self.value(spelling) in names for spelling in spellings], bool)
        if not wanted.any():
            return np.zeros(0, np.uint32)
        of_doc = np.repeat(np.arange(segment.n_docs, dtype=np.uint32), np.diff(offsets))
        return np.unique(of_doc[wanted[values]])

    def turns(self, number: int, name: Node) -> tuple[Positions, Positions]:
        """Half-open ranges of rising positions of `TEXT` in which a person of this name speaks."""
        key = (number, name)
        if key in self._turns:
            return self._turns[key]
        names = self._persons("voice", name)
        turns = self._segments[number].turns
        voices, _, _ = self._segments[number].facet("voice")
        wanted = np.array([self.value(voice) in names for voice in voices], bool)
        kept = wanted[turns.voices] if len(voices) else np.zeros(0, bool)
        if len(self._turns) >= _MAX_KEPT:
            self._turns.clear()
        self._turns[key] = turns.starts[kept], turns.ends[kept]
        return self._turns[key]

    def _persons(self, field: str, name: Node) -> frozenset[str]:
        """The persons of whom some spelling in some segment matches."""
        key = (field, name)
        found = self._found.get(key)
        if found is None:
            found = frozenset(
                self.value(spelling)
                for number, segment in enumerate(self._segments)
                for spelling in _matched(segment, field, self._spans(number, name, field).starts)
            )
            if len(self._found) >= _MAX_KEPT:
                self._found.clear()
            self._found[key] = found
        return found


def _matched(segment: Segment, field: str, positions: Positions) -> list[str]:
    """The values of a field that hold some of its positions, deleted documents left out."""
    if not len(positions):
        return []
    values, offsets, numbers = segment.facet(field)
    if not segment.all_live:
        bounds = segment.columns.bounds(field)
        positions = positions[segment.live[bounds.searchsorted(positions, side="right") - 1]]
    gaps = np.flatnonzero(segment.columns.file.array(f"{field}.forms") == 0)
    slots = np.unique(gaps.searchsorted(positions))
    return [values[number] for number in np.unique(_of_slots(offsets, numbers)[slots]).tolist()]


def _of_slots(offsets: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> _Numbers:
    """The value in each slot of a field: a slot ends in a gap, and one without a value is -1."""
    bounds = offsets.astype(np.int64)
    each = bounds[1:] - bounds[:-1]
    first = _first_slots(each)
    of_slot = np.full(int(first[-1]), -1, np.int64)
    of_slot[places(first[:-1], each)] = numbers
    return of_slot


def _first_slots(each: _Numbers) -> _Numbers:
    """Where each document's slots begin, and the end: a document without values has one too."""
    return np.concatenate(([0], np.cumsum(np.maximum(each, 1))))
