"""Documents that were fetched from the cluster, as a segment on this machine.

In: packed documents. Out: `SegmentColumns`, in a file without a name that vanishes with them. What
searches, compares or counts segments then serves these documents too.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.forward import Batch, join
from dragoman.indexer.opensearch.packing import Packed, unpacked
from dragoman.indexer.segment_writer import write_segment

Columns = TypeVar("Columns", bound=SegmentColumns)
_IN_MEMORY = Path("/dev/shm")  # noqa: S108


def columns_of(documents: Sequence[Packed], wanted: frozenset[str] | None = None) -> SegmentColumns:
    """Documents, one or more, as the columns of a segment, in this order; as `unpacked` has it."""
    batch = join([unpacked(document, wanted) for document in documents])
    return columns_of_batch(batch, SegmentColumns)


def columns_of_batch(batch: Batch, made_by: type[Columns]) -> Columns:
    """A batch as the columns of a segment, of a class of its own."""
    with tempfile.TemporaryDirectory(
        prefix="dragoman-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None
    ) as folder:
        path = Path(folder) / "fetched.columns"
        write_segment(path, batch, with_pairs=False)
        return made_by(path)
