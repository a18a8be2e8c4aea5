"""Facet values counted over sets of documents.

In: the segments of an index, and masks of documents. Out: each facet's values with their counts,
most frequent first. Values are numbered once for the whole index, so that counting is counting.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.forward import FACET_FIELDS
from dragoman.search.engine import MAX_FACET_VALUES
from dragoman.search.results import FacetValue
from dragoman.search.segments import Mask, Segment


class FacetTable:
    """One facet over all segments."""

    def __init__(self, name: str, segments: Sequence[Segment]) -> None:
        self.name = name
        of_segments = [segment.facet(name) for segment in segments]
        self._values = sorted({value for values, _, _ in of_segments for value in values})
        number = {value: i for i, value in enumerate(self._values)}
        self._numbers: list[NDArray[np.intp]] = []
        self._docs: list[NDArray[np.intp]] = []
        for segment, (values, offsets, numbers) in zip(segments, of_segments, strict=True):
            of_value = np.array([number[value] for value in values], np.intp)
            self._numbers.append(of_value[numbers] if len(values) else np.zeros(0, np.intp))
            self._docs.append(np.repeat(np.arange(segment.n_docs), np.diff(offsets)))

    def counted(self, docs: Sequence[Mask], chosen: Sequence[str]) -> tuple[FacetValue, ...]:
        """How many of the documents have each value.

        Args:
            docs: For each segment, the documents to count.
            chosen: Values that a filter asks for: they are always listed.

        Returns:
            Years from the newest; other values from the most frequent, then by name, at most
            `MAX_FACET_VALUES`.
        """
        counts = np.zeros(len(self._values), np.int64)
        for mask, numbers, of_value in zip(docs, self._numbers, self._docs, strict=True):
            counts += np.bincount(numbers[mask[of_value]], minlength=len(counts))
        filled = np.flatnonzero(counts)
        if self.name == "year":
            listed = filled[::-1]
        else:
            listed = filled[np.argsort(-counts[filled], kind="stable")][:MAX_FACET_VALUES]
        found = [
            FacetValue(value, count, value in chosen)
            for value, count in zip(
                (self._values[number] for number in listed.tolist()),
                counts[listed].tolist(),
                strict=True,
            )
        ]
        shown = {value.value for value in found}
        for value in chosen:
            if value not in shown:
                at = int(np.searchsorted(self._values, value)) if value in self._values else -1
                found.append(FacetValue(value, int(counts[at]) if at >= 0 else 0, selected=True))
        return tuple(found)


class Facets:
    """All facets of an index; each is read when it is first asked for."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._tables: dict[str, FacetTable] = {}

    def counted(
        self,
        matched: Sequence[Mask],
        allowed: Sequence[Mapping[str, Mask]],
        filters: Mapping[str, Sequence[str]],
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Each facet's values counted with every filter but its own.

        Args:
            matched: For each segment, the documents that the query finds.
            allowed: For each segment, the documents that each filter lets through.
            filters: The values that are filtered by.
        """
        found = {}
        for name in FACET_FIELDS:
            if name not in self._tables:
                self._tables[name] = FacetTable(name, self._segments)
            docs = []
            for mask, of_segment in zip(matched, allowed, strict=True):
                others = [each for filtered, each in of_segment.items() if filtered != name]
                docs.append(np.logical_and.reduce([mask, *others]) if others else mask)
            found[name] = self._tables[name].counted(docs, filters.get(name, ()))
        return found
