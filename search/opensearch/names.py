"""Who is meant in an index in the cluster: names found among all spellings that it holds.

In: a part of a query that names somebody. Out: the persons, and all their spellings. The spellings
are few beside the documents: they are fetched once and searched here, as names are elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from dragoman.indexer.codec import ColumnSegment
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.documents import Document
from dragoman.indexer.forward import analyze_batch
from dragoman.indexer.opensearch.local import columns_of_batch
from dragoman.search.evaluation import Evaluation
from dragoman.search.matching import Spans
from dragoman.search.people import People
from dragoman.search.segments import Numbers, Segment
from dragoman.search.tree import Node

Spellings = Callable[[str], Sequence[str]]
"""Tells every spelling of `speaker` or `voice` in the index."""


class Names:
    """The persons of an index.

    Args:
        values: Spelling to what stands for its person, where that is another text.
        spellings: What tells the spellings in the index.
        numbers: What tells the terms of a leaf in a segment.
    """

    def __init__(
        self, values: Callable[[], dict[str, str]], spellings: Spellings, numbers: Numbers
    ) -> None:
        self._read_values, self._spellings, self._numbers = values, spellings, numbers
        self._lists: dict[str, Sequence[str]] = {}
        self._segments: dict[str, Segment] = {}

    @cached_property
    def values(self) -> dict[str, str]:
        """Spelling to what stands for its person, where that is another text."""
        return self._read_values()

    def value(self, spelling: str) -> str:
        """What stands for the person so spelled."""
        return self.values.get(spelling, spelling)

    @cached_property
    def _spellings_of(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for spelling, person in self.values.items():
            found.setdefault(person, [person]).append(spelling)
        return found

    def spellings_of(self, person: str) -> Sequence[str]:
        """All spellings of what stands for a person, and that itself."""
        return self._spellings_of.get(person, [person])

    def spelled_in(self, ways: int) -> Iterator[str]:
        """The persons who are spelled in so many ways or more."""
        for person in self._most_spelled:
            if len(self._spellings_of[person]) < ways:
                return
            yield person

    @cached_property
    def _most_spelled(self) -> list[str]:
        return sorted(self._spellings_of, key=lambda person: -len(self._spellings_of[person]))

    def all(self, kind: str) -> Sequence[str]:
        """Every spelling of `speaker` or `voice` in the index."""
        if kind not in self._lists:
            self._lists[kind] = self._spellings(kind)
        return self._lists[kind]

    def persons(self, kind: str, name: Node) -> frozenset[str]:
        """The persons of whom some spelling matches."""
        spellings = self.all(kind)
        if not spellings:
            return frozenset()
        segment = self._segment(kind)
        people = People([segment], lambda: self.values, _no_spans)
        found = Evaluation(segment, self._numbers, people, 0).spans(name, "speaker")
        bounds = segment.columns.bounds("speaker")
        docs = bounds.searchsorted(found.starts.astype(bounds.dtype), side="right") - 1
        return frozenset(self.value(spellings[doc]) for doc in set(docs.tolist()))

    def _segment(self, kind: str) -> Segment:
        """The spellings as speakers of documents without a text, one each."""
        if kind not in self._segments:
            documents = [
                (Document(f"{number}", "", "", speakers=(spelling,)), "")
                for number, spelling in enumerate(self.all(kind))
            ]
            columns = columns_of_batch(analyze_batch(documents), SegmentColumns)
            self._segments[kind] = Segment(ColumnSegment(len(documents)), columns)
        return self._segments[kind]

    def spelled(self, kind: str, name: Node) -> list[str]:
        """All spellings of the persons of whom some spelling matches."""
        persons = self.persons(kind, name)
        return [each for each in self.all(kind) if self.value(each) in persons]

    def spelled_as(self, kind: str, values: Sequence[str]) -> list[str]:
        """All spellings of the persons whom any of some spellings name."""
        wanted = set(map(self.value, values))
        return [each for each in self.all(kind) if self.value(each) in wanted]


class NamesInSegments(People):
    """The same for segments of fetched documents: who is meant is known from the whole index."""

    def __init__(self, segments: Sequence[Segment], names: Names) -> None:
        super().__init__(segments, lambda: names.values, _no_spans)
        self._names = names

    def _persons(self, field: str, name: Node) -> frozenset[str]:
        return self._names.persons(field, name)


def _no_spans(number: int, node: Node, field: str) -> Spans:
    raise NotImplementedError("names are looked for in the whole index")
