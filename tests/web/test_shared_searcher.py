"""One searcher for many threads, and a newer one once there is one."""

import threading
from pathlib import Path

from dragoman.indexer import sync
from dragoman.search import Query
from dragoman.web.searcher import SharedSearcher


def _with_texts(folder: Path, index_dir: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"{name}\n\nIt speaks of barley.\n", "utf-8")
    sync([folder], index_dir=index_dir, jobs=1)


def test_requests_share_one_searcher_until_the_index_changes(tmp_path: Path) -> None:
    _with_texts(tmp_path / "texts", tmp_path / "index", "one")
    shared = SharedSearcher(tmp_path / "index")
    with shared.lease() as first, shared.lease() as second:
        assert first is second
    _with_texts(tmp_path / "texts", tmp_path / "index", "two")
    with shared.lease() as third:
        assert third is not first
    shared.close()


def test_a_request_ends_with_the_index_it_began_with(tmp_path: Path) -> None:
    _with_texts(tmp_path / "texts", tmp_path / "index", "one")
    shared = SharedSearcher(tmp_path / "index")
    with shared.lease() as old:
        _with_texts(tmp_path / "texts", tmp_path / "index", "two")
        with shared.lease() as new:
            assert new.search(Query("barley")).total == 2
        assert old.search(Query("barley")).total == 1
    shared.close()


def test_threads_search_while_the_index_grows(tmp_path: Path) -> None:
    _with_texts(tmp_path / "texts", tmp_path / "index", "one")
    shared = SharedSearcher(tmp_path / "index")
    ended = threading.Event()
    totals: list[list[int]] = [[], [], []]
    failures: list[BaseException] = []

    def ask(seen: list[int]) -> None:
        try:
            while not ended.is_set():
                with shared.lease() as searcher:
                    seen.append(searcher.search(Query("barley")).total)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=ask, args=(seen,)) for seen in totals]
    for thread in threads:
        thread.start()
    for name in ("two", "three", "four"):
        _with_texts(tmp_path / "texts", tmp_path / "index", name)
    ended.set()
    for thread in threads:
        thread.join()
    shared.close()
    assert not failures
    for seen in totals:
        assert seen == sorted(seen)
        assert set(seen) <= {1, 2, 3, 4}
