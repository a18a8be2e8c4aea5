"""The greatest frequency of each block of postings, as it is written."""

from pathlib import Path

import numpy as np
import pytest

from dragoman.indexer.columnfile import ColumnFileWriter
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.documents import Document
from dragoman.indexer.maxima import BLOCK, reference_norms, write_maxima
from dragoman.indexer.store import WhooshWriter


def maxima_of(folder: Path) -> list[float]:
    (path,) = folder.glob("*.columns")
    found: list[float] = SegmentColumns(path).file.array("text.maxima").tolist()
    return found


def test_a_short_index_has_one_block_with_its_greatest_frequency(tmp_path: Path) -> None:
    with WhooshWriter(tmp_path) as writer:
        writer.add(Document("a", "Oil", "oil oil peace", "2020", "en"), "file")
        writer.add(Document("b", "Note", "peace", "2020", "en"), "file")
        writer.commit((), {}, is_checkpoint=True)
    # Titles have a word each. Bodies have 3 and 1, 2 on average: 1 / (0.4 + 0.6 * 3 / 2) each.
    assert maxima_of(tmp_path) == [pytest.approx(2 + 2 / 1.3)]


def test_blocks_are_counted_over_all_lists(tmp_path: Path) -> None:
    n = 2 * BLOCK + 1
    counts = np.ones(n, np.uint8)
    counts[[BLOCK - 1, 2 * BLOCK]] = 7, 5
    bounds = np.arange(0, 4 * n + 1, 2, dtype=np.uint32)  # a word and a gap each
    with ColumnFileWriter(tmp_path / "file") as writer:
        writer.add("text.docs", np.arange(n, dtype=np.uint32))
        writer.add("text.counts", counts)
        writer.add("text.first_counts", np.zeros(n, np.uint8))
        write_maxima(writer, bounds)
        assert writer.read("text.maxima", 0, 9).tolist() == [7.0, 1.0, 5.0]


def test_norms_of_nothing_and_of_empty_texts_are_finite() -> None:
    none = np.zeros(0)
    assert [len(norms) for norms in reference_norms(none, none)] == [0, 0]
    title, body = reference_norms(np.zeros(2), np.array([0.0, 4.0]))
    assert title.tolist() == [5.0, 5.0]  # 2 / 0.4
    assert body.tolist() == [pytest.approx(2.5), pytest.approx(1 / 1.6)]
