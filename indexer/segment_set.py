"""The segments of an index as its writer sees them: what lives in them, and which to merge when.

In: the segments of a table of contents, and new ones. Out: where documents are, and fewer, larger
segments. Takes files away that no reader can see; what readers see, a commit decides (`store`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.codec import ColumnSegment
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.merging import merge_segments
from dragoman.indexer.sources import Source

MAX_MERGED_TOKENS = 400_000_000
"""Tokens of a merged segment: positions are numbers of 32 bits."""
_MERGE_FACTOR = 4
"""A segment joins a merge where it is at most so many times as large as all smaller ones."""
_MAX_DELETED_SHARE = 0.3

Live = tuple[SegmentColumns, NDArray[np.bool_]]


class SegmentSet:
    """Segments with their columns, and the documents deleted from each.

    Args:
        folder: The index directory.
        segments: What is visible now.

    Raises:
        IndexDamaged: A segment can't be read.
    """

    def __init__(self, folder: Path, segments: Sequence[ColumnSegment]) -> None:
        self._folder = folder
        self._segments = list(segments)
        self.columns = [segment.open(folder) for segment in segments]
        self._deleted: list[set[int]] = [set(s.deleted_docs().tolist()) for s in segments]

    def __len__(self) -> int:
        return len(self._segments)

    @property
    def n_docs(self) -> int:
        """Documents that are not deleted."""
        return sum(s.doc_count_all() for s in self._segments) - sum(map(len, self._deleted))

    def live(self) -> list[Live]:
        """The columns of each segment, and which of its documents are not deleted (n_docs)."""
        return [(self.columns[number], self._live(number)) for number in range(len(self))]

    def _live(self, number: int) -> NDArray[np.bool_]:
        live = np.ones(self.columns[number].n_docs, bool)
        live[list(self._deleted[number])] = False
        return live

    def committed(self) -> tuple[ColumnSegment, ...]:
        """The segments with what is deleted in them, as a table of contents holds them."""
        return tuple(
            segment.without(np.array(sorted(deleted), np.uint32))
            for segment, deleted in zip(self._segments, self._deleted, strict=True)
        )

    def places(self, field: str, value: str) -> Iterator[tuple[SegmentColumns, int]]:
        """Columns and numbers of the documents that have a value."""
        for columns, deleted in zip(self.columns, self._deleted, strict=True):
            for doc in columns.docs_with_value(field, value).tolist():
                if doc not in deleted:
                    yield columns, doc

    def delete(self, doc_id: str) -> None:
        """Takes the documents with an id away."""
        for columns, deleted in zip(self.columns, self._deleted, strict=True):
            deleted.update(columns.docs_with_value("id", doc_id).tolist())

    def add(self, segment: ColumnSegment) -> None:
        """Takes a segment that has been written."""
        self._segments.append(segment)
        self.columns.append(SegmentColumns(segment.path(self._folder)))
        self._deleted.append(set())

    def release(self) -> None:
        """Lets memory go that holds what was read."""
        for columns in self.columns:
            columns.file.release()

    # Merging

    def n_tokens(self, number: int) -> int:
        """Tokens of title and body of a segment's documents that are not deleted."""
        live, columns = self._live(number), self.columns[number]
        return int(sum(columns.lengths(field)[live].sum() for field in ("title", "body")))

    def merge(self, visible: set[str]) -> None:
        """Drops empty segments, rewrites those mostly deleted, merges where sizes are alike.

        Args:
            visible: Names of the files that readers can see: these stay.
        """
        while group := self._next_group():
            sources = [Source(self.columns[n], self._live(n)) for n in group]
            n_docs = sum(int(source.keep.sum()) for source in sources)
            if n_docs:
                segment = ColumnSegment(n_docs)
                merge_segments(segment.path(self._folder), sources)
                self.add(segment)
            for number in sorted(group, reverse=True):
                path = self._segments[number].path(self._folder)
                if path.name not in visible:
                    path.unlink()
                del self._segments[number], self.columns[number], self._deleted[number]

    def _next_group(self) -> list[int]:
        """Segments to merge now, the smallest first; the sizes of those left rise steeply."""
        tokens = [self.n_tokens(number) for number in range(len(self))]
        due = [
            number
            for number, columns in enumerate(self.columns)
            if not columns.has_pairs
            or len(self._deleted[number]) > _MAX_DELETED_SHARE * columns.n_docs
        ]
        group: list[int] = []
        size = 0
        for number in sorted(range(len(tokens)), key=tokens.__getitem__):
            alike = bool(group) and tokens[number] <= _MERGE_FACTOR * size
            is_due = any(tokens[number] <= tokens[other] for other in due)
            if group and not (alike or is_due):
                break
            if size + tokens[number] > MAX_MERGED_TOKENS:
                break
            group.append(number)
            size += tokens[number]
        return group if len(group) > 1 or any(number in due for number in group) else []
