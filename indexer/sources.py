"""Segments to merge: which documents of each are kept, and where these go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import Array
from dragoman.indexer.columns import REGIONS, SegmentColumns


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge, and which of its documents to keep (n_docs)."""

    columns: SegmentColumns
    keep: NDArray[np.bool_]

    def kept(self, field: str, array: str) -> Iterator[Array]:
        """A field's array with a number for each position, of kept documents, in parts.

        Each part is let go when the next is asked for.
        """
        firsts = self.columns.bounds(field)[:: len(REGIONS.get(field, (field,)))]
        edges = np.flatnonzero(np.diff(self.keep, prepend=False, append=False))
        for first, last in edges.reshape(-1, 2):
            start, stop = int(firsts[first]), int(firsts[last])
            yield from self.columns.file.passing(f"{field}.{array}", start, stop)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a source's documents and positions of one field go in the joined segment.

    Attributes:
        docs: New number of each document; of dropped ones any.
        firsts: First position of each document, and the end.
        shifts: What is added to the positions of each document.
        lengths: Positions of each kept value, with its gap.
    """

    docs: NDArray[np.int64]
    firsts: NDArray[np.uint32]
    shifts: NDArray[np.int64]
    lengths: NDArray[np.uint32]


def moves_of(field: str, sources: Sequence[Source]) -> Iterator[Moved]:
    """Where the documents and positions of each source go, one source after another."""
    regions = len(REGIONS.get(field, (field,)))
    n_docs = n_positions = 0
    for source in sources:
        bounds = np.array(source.columns.bounds(field))
        firsts = bounds[::regions]
        of_doc = np.diff(firsts).astype(np.int64) * source.keep
        starts = n_positions + np.cumsum(of_doc) - of_doc
        yield Moved(
            docs=n_docs + np.cumsum(source.keep) - 1,
            firsts=firsts,
            shifts=starts - firsts[:-1],
            lengths=np.diff(bounds)[np.repeat(source.keep, regions)],
        )
        n_docs += int(source.keep.sum())
        n_positions += int(of_doc.sum())
