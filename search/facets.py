"""Facet values counted over sets of documents.

In: the segments of an index, and masks of documents. Out: each facet's values with their counts,
most frequent first. Values are numbered once for the whole index, so that counting is counting.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.inversion import places
from dragoman.search.engine import MAX_FACET_VALUES
from dragoman.search.postings import Docs
from dragoman.search.results import FacetValue
from dragoman.search.segments import Mask, Segment

Person = Callable[[str], str]
"""Tells what stands for the person whose name is spelled so."""


class FacetTable:
    """One facet over all segments; spellings of one person's name are one value."""

    _meant: Person = str

    def __init__(
        self, name: str, segments: Sequence[Segment], person: Person, kernel: Any = None
    ) -> None:
        self.name = name
        self._facet = kernel.facet if kernel is not None else None
        of_segments = [segment.facet(name) for segment in segments]
        if name == "speaker":
            self._meant = person
            of_segments = [_of_persons(*of_segment, person) for of_segment in of_segments]
        self._values = sorted({value for values, _, _ in of_segments for value in values})
        number = {value: i for i, value in enumerate(self._values)}
        self._numbers: list[NDArray[np.intp]] = []
        self._offsets: list[NDArray[np.int64]] = []
        self._only: list[NDArray[np.intp] | None] = []
        for values, offsets, numbers in of_segments:
            of_value = np.array([number[value] for value in values], np.intp)
            known = of_value[numbers] if len(values) else np.zeros(0, np.intp)
            each = np.diff(offsets.astype(np.int64))
            self._numbers.append(known)
            self._offsets.append(offsets.astype(np.int64))
            self._only.append(_single(known, each) if each.max(initial=0) <= 1 else None)

    def counted(self, docs: Sequence[Docs], chosen: Sequence[str]) -> tuple[FacetValue, ...]:
        """How many of the documents have each value.

        Args:
            docs: For each segment, the rising numbers of the documents to count.
            chosen: Values that a filter asks for: they are always listed.

        Returns:
            Years from the newest; other values from the most frequent, then by name, at most
            `MAX_FACET_VALUES`.
        """
        chosen = tuple(dict.fromkeys(map(self._meant, chosen))) if chosen else ()
        if not self._values:
            return tuple(FacetValue(value, 0, selected=True) for value in chosen)
        if self._facet is not None and not chosen:
            columns = list(zip(docs, self._offsets, self._numbers, strict=True))
            found: tuple[FacetValue, ...] = self._facet(
                FacetValue, self._values, columns, self.name == "year", MAX_FACET_VALUES
            )
            return found
        counts = self._counts(docs)
        filled = counts.nonzero()[0]
        if self.name == "year":
            listed = filled[::-1]
        else:
            of_filled = counts.take(filled)
            listed = filled[np.argsort(-of_filled, kind="stable")][:MAX_FACET_VALUES]
        values = map(self._values.__getitem__, listed.tolist())
        if not chosen:
            return tuple(map(FacetValue, values, counts.take(listed).tolist(), repeat(False)))
        among = [
            FacetValue(value, count, value in chosen)
            for value, count in zip(values, counts.take(listed).tolist(), strict=True)
        ]
        shown = {value.value for value in among}
        for value in chosen:
            if value not in shown:
                at = int(np.searchsorted(self._values, value)) if value in self._values else -1
                among.append(FacetValue(value, int(counts[at]) if at >= 0 else 0, selected=True))
        return tuple(among)

    def all_counts(self, docs: Sequence[Docs]) -> dict[str, int]:
        """How many of the documents have each value; those of no document are left out."""
        counts = self._counts(docs)
        filled = counts.nonzero()[0]
        values = map(self._values.__getitem__, filled.tolist())
        return dict(zip(values, counts.take(filled).tolist(), strict=True))

    def _counts(self, docs: Sequence[Docs]) -> NDArray[np.intp]:
        """(n_values) how many of the documents of all segments have each value."""
        n_values = len(self._values)
        total: NDArray[np.intp] | None = None
        for at, of_segment in enumerate(docs):
            if not len(of_segment) and total is not None:
                continue
            only = self._only[at]
            if only is not None:
                counts = np.bincount(only.take(of_segment), minlength=n_values + 1)[1:]
            else:
                offsets = self._offsets[at]
                first = offsets.take(of_segment)
                where = places(first, offsets.take(of_segment + np.uint32(1)) - first)
                counts = np.bincount(self._numbers[at].take(where), minlength=n_values)
            total = counts if total is None else total + counts
        return np.zeros(n_values, np.intp) if total is None else total


def _of_persons(
    spellings: list[str], offsets: NDArray[np.integer], numbers: NDArray[np.integer], person: Person
) -> tuple[list[str], NDArray[np.int64], NDArray[np.intp]]:
    """A facet of spellings as one of persons: nobody is twice in a document."""
    values = list(dict.fromkeys(map(person, spellings)))
    at = {value: number for number, value in enumerate(values)}
    of_spelling = np.array([at[person(spelling)] for spelling in spellings], np.intp)
    n_docs = len(offsets) - 1
    docs = np.repeat(np.arange(n_docs, dtype=np.int64), np.diff(offsets))
    both = docs * max(1, len(values)) + (of_spelling[numbers] if len(spellings) else 0)
    _, first = np.unique(both, return_index=True)
    kept = np.sort(first)
    counts = np.bincount(docs[kept], minlength=n_docs)
    return values, np.concatenate(([0], np.cumsum(counts))), of_spelling[numbers][kept]


def _single(numbers: NDArray[np.intp], each: NDArray[np.int64]) -> NDArray[np.intp]:
    """(n_docs) the number of each document's only value, from 1; 0 without one."""
    only = np.zeros(len(each), np.intp)
    only[each > 0] = numbers + 1
    return only


class Facets:
    """All facets of an index; each is read when it is first asked for."""

    def __init__(self, segments: Sequence[Segment], person: Person, kernel: Any = None) -> None:
        self._segments, self._person, self._kernel = segments, person, kernel
        self._tables: dict[str, FacetTable] = {}

    def counted(
        self,
        names: Sequence[str],
        matched: Sequence[Docs],
        allowed: Sequence[Mapping[str, Mask]],
        filters: Mapping[str, Sequence[str]],
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Each facet's values counted with every filter but its own.

        Args:
            names: The facets wanted.
            matched: For each segment, the documents that the query finds.
            allowed: For each segment, the documents that each filter lets through.
            filters: The values that are filtered by.
        """
        found = {}
        for name in names:
            docs = []
            for found_docs, of_segment in zip(matched, allowed, strict=True):
                others = [each for filtered, each in of_segment.items() if filtered != name]
                docs.append(
                    found_docs[np.logical_and.reduce(others)[found_docs]] if others else found_docs
                )
            found[name] = self._table(name).counted(docs, filters.get(name, ()))
        return found

    def all_counts(self, name: str, docs: Sequence[Docs]) -> dict[str, int]:
        """How many documents have each value of a facet, as `FacetTable.all_counts`."""
        return self._table(name).all_counts(docs)

    def _table(self, name: str) -> FacetTable:
        if name not in self._tables:
            self._tables[name] = FacetTable(name, self._segments, self._person, self._kernel)
        return self._tables[name]
