"""An index of some documents in several segments, one with a deleted document."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from dragoman.indexer import segment_set
from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter


def write_segments(
    folder: Path, documents: Sequence[Document], n_segments: int, gone: Document
) -> None:
    """Writes the documents in so many segments; `gone` is in the first, and deleted at the end."""
    each = len(documents) // n_segments
    with WhooshWriter(folder) as writer:
        writer.add(gone, "x")
        for number, document in enumerate(documents, 1):
            writer.add(document, "x")
            if number % each == 0:
                writer.commit((), {}, is_checkpoint=True)
        writer.delete(gone.doc_id)
        # The whole commit that ends a run, without its merge: segments so small become one.
        with patch.object(segment_set.SegmentSet, "merge"):
            writer.commit((), {})
