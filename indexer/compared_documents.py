"""The documents of some segments as they are compared with each other, numbered through.

In: segments, each with which of its documents are not deleted. Out: arrays over all of these
documents, and their texts' shingles. What is read grows by some bytes a document: texts and anchors
pass in parts. Compares nothing (`relating`).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.inversion import places
from dragoman.indexer.near_duplicates import BANDS, Shingles

Array = NDArray[Any]
Mask = NDArray[np.bool_]
Live = tuple[SegmentColumns, Mask]
"""A segment, and which of its documents are not deleted."""
SHINGLES_KEPT = 100_000
"""Shingles that are remembered while near-identical texts are looked for: some 15 MB."""
TEXTS_READ = 32
"""Texts after which the memory is let go that the mapped files hold."""
ANCHORS_AT_ONCE = 1 << 19
"""Anchors that are given at a time: some 20 MB with what is made of them."""


class ComparedDocuments:
    """The documents of some segments, numbered through; deleted ones left out."""

    def __init__(self, segments: Sequence[Live]) -> None:
        self._segments = [columns for columns, _ in segments]
        self._live = [live for _, live in segments]
        docs = [np.flatnonzero(live) for live in self._live]
        self._segment = np.repeat(np.arange(len(docs)), [len(of) for of in docs])
        self._doc = _joined(docs, np.int64)
        self.hashes = self._of_each(lambda columns: columns.hashes(), np.uint64)
        self._shingles: dict[int, Shingles] = {}
        self._n_shingles = 0

    def _of_each(self, read: Callable[[SegmentColumns], Array], dtype: type[np.generic]) -> Array:
        each = zip(self._segments, self._live, strict=True)
        return _joined([read(columns)[live] for columns, live in each], dtype)

    def __len__(self) -> int:
        return len(self._doc)

    @cached_property
    def bands(self) -> Array:
        """(n, `BANDS`) band keys."""
        return self._of_each(lambda columns: columns.bands(), np.uint32).reshape(-1, BANDS)

    @cached_property
    def dates(self) -> Array:
        """(n, 2) half-open minutes."""
        return self._of_each(lambda columns: columns.dates(), np.int64).reshape(-1, 2)

    @cached_property
    def lengths(self) -> Array:
        """(n) code points of each text."""
        return self._of_each(lambda columns: columns.file.array("text_lengths"), np.int64)

    @cached_property
    def langs(self) -> Array:
        """(n) number of each document's language; 0 without one."""
        numbers: dict[str, int] = {"": 0}

        def of_segment(columns: SegmentColumns) -> Array:
            values, offsets, flat = columns.facet("lang")
            number = np.array([numbers.setdefault(v.casefold(), len(numbers)) for v in values])
            langs = np.zeros(columns.n_docs, np.int64)
            has_one = np.diff(offsets) > 0
            if has_one.any():
                langs[has_one] = number[flat[offsets[:-1][has_one]]]
            return langs

        return self._of_each(of_segment, np.int64)

    @cached_property
    def n_anchors(self) -> Array:
        """(n) anchors of each document."""
        return self._of_each(lambda columns: np.diff(columns.anchors()[0]), np.int64)

    def anchors(self, wanted: Mask) -> Iterator[tuple[Array, Array]]:
        """Document and anchor of every anchor of some documents, in parts of bounded size.

        No part is empty, and none parts the anchors of a document.
        """
        first = 0
        for columns, live in zip(self._segments, self._live, strict=True):
            bounds, values = columns.anchors()
            docs = np.flatnonzero(live)
            numbers = np.arange(first, first + len(docs))
            first += len(docs)
            chosen = wanted[numbers] & (self.n_anchors[numbers] > 0)
            docs, numbers = docs[chosen], numbers[chosen]
            starts = bounds[docs].astype(np.int64)
            counts = bounds[docs + 1] - starts
            group = np.cumsum(counts) // ANCHORS_AT_ONCE
            for of_group in np.split(np.arange(len(docs)), np.flatnonzero(np.diff(group)) + 1):
                if len(of_group):
                    each = counts[of_group]
                    yield (
                        np.repeat(numbers[of_group].astype(np.int32), each),
                        values[places(starts[of_group], each)],
                    )

    def shingles(self, at: int) -> Shingles:
        """The shingles of a document; the latest are remembered."""
        found = self._shingles.get(at)
        if found is None:
            columns, doc = self._segments[self._segment[at]], int(self._doc[at])
            found = Shingles.of(columns.record(doc)["title"], columns.text(doc))
            self._n_shingles += len(found.of_text)
            if self._n_shingles > SHINGLES_KEPT:
                self._shingles, self._n_shingles = {}, len(found.of_text)
            self._shingles[at] = found
            if len(self._shingles) % TEXTS_READ == 0:
                self.release()
        return found

    def release(self) -> None:
        """Lets memory go that holds what was read of the segments."""
        for columns in self._segments:
            columns.file.release()


def _joined(parts: Sequence[Array], dtype: type[np.generic]) -> Array:
    return np.concatenate([np.zeros(0, dtype), *(part.reshape(-1) for part in parts)]).astype(dtype)
