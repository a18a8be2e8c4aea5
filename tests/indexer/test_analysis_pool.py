"""Worker processes: the order of what they give back, and one that is killed."""

import os
import signal
import time
from multiprocessing import active_children

import pytest

from dragoman.indexer.analysis_pool import AnalysisPool
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import DragomanError
from dragoman.indexer.forward import Batch


def piece(number: int, words: int = 50) -> list[tuple[Document, str]]:
    return [(Document(f"d{number}", "", f"word{number} " * words), f"d{number}")]


def ids(batches: list[Batch]) -> list[bytes]:
    return [record[: record.index(b",")] for batch in batches for record in batch.records]


@pytest.mark.parametrize("jobs", [1, 2])
def test_batches_come_in_the_order_of_their_pieces(jobs: int) -> None:
    pool = AnalysisPool(jobs)
    batches = [batch for number in range(9) for batch in pool.submit(piece(number))]
    batches += pool.finish(piece(9))
    pool.close()
    assert ids(batches) == [b'{"id": "d%d"' % number for number in range(10)]


def test_little_text_starts_no_worker() -> None:
    before = set(active_children())
    pool = AnalysisPool(2)
    assert len(list(pool.finish(piece(1)))) == 1
    assert set(active_children()) == before
    pool.close()


def workers() -> list[int]:
    return [child.pid for child in active_children() if child.pid is not None]


def test_what_a_killed_worker_had_is_analysed_again() -> None:
    pool = AnalysisPool(2)
    batches = [batch for number in range(3) for batch in pool.submit(piece(number, 100_000))]
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    batches += pool.submit(piece(3))
    batches += pool.submit(piece(4))
    batches += pool.finish(piece(5))
    pool.close()
    assert ids(batches) == [b'{"id": "d%d"' % number for number in range(6)]
    assert [batch.n_tokens for batch in batches] == [100_000] * 3 + [50] * 3


def test_a_worker_that_is_killed_twice_is_an_error_that_names_the_documents() -> None:
    pool = AnalysisPool(2)
    assert list(pool.submit([(_Deadly("fatal", "", "text"), "fatal")])) == []
    with pytest.raises(DragomanError, match=r"ended from outside, twice .*with fatal and 0 others"):
        list(pool.finish())
    pool.close()


class _Deadly(Document):
    """Ends the process that unpacks it, as a text does that is too much for its memory."""

    def __reduce__(self) -> tuple[object, ...]:
        return _die, ()


def _die() -> None:
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGKILL)
