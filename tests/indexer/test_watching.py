"""An index that follows its collection: each test watches in a process of its own."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, open_searcher

STARTED = "from dragoman.search.cli import main; main()"
LIMIT_S = 40.0
"""No test waits for a condition longer than this, however busy the machine."""


class Watch:
    """A running `dragoman watch`; what it prints is gathered line by line."""

    def __init__(self, index_dir: Path, *paths: Path) -> None:
        command = [sys.executable, "-c", STARTED, "--index", str(index_dir), "watch", "--jsonl"]
        self.process = subprocess.Popen(
            [*command, "--jobs", "1", *map(str, paths)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.index_dir = index_dir
        self.reports: list[dict[str, Any]] = []
        self.told: list[str] = []
        self._lines: queue.Queue[tuple[str, str]] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._gather, args=(name,)) for name in ("stdout", "stderr")
        ]
        for thread in self._threads:
            thread.start()
        self.until(lambda: any("watching" in line for line in self.told))

    def _gather(self, name: str) -> None:
        with getattr(self.process, name) as stream:
            for line in stream:
                self._lines.put((name, line.rstrip("\n")))

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for a condition, and takes in what is printed meanwhile."""
        end = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < end, (self.told, self.reports)
            assert self.process.poll() is None, self.told
            try:
                name, line = self._lines.get(timeout=0.1)
            except queue.Empty:
                continue
            if name == "stdout":
                self.reports.append(json.loads(line))
            else:
                self.told.append(line)

    def until_found(self, text: str, *ids: str) -> None:
        self.until(lambda: found(self.index_dir, text) == sorted(ids))

    def end(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(LIMIT_S)
        self.close()
        rest = [self._lines.get()[1] for _ in range(self._lines.qsize())]
        return code, rest[-1]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()


def found(index_dir: Path, text: str) -> list[str]:
    with open_searcher(index_dir) as searcher:
        page = searcher.search(Query(text, page_size=1000))
    return sorted(hit.metadata.doc_id for hit in page.hits)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "oil.md").write_text("# Oil\n\nSanctions touch oil.", "utf-8")
    return folder


@pytest.fixture
def watching(texts: Path, tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(tmp_path / "index", texts)
    yield watch
    watch.close()


def test_new_changed_renamed_and_removed_files_are_followed(watching: Watch, texts: Path) -> None:
    (texts / "in").mkdir()
    (texts / "in/new.md").write_text("barley", "utf-8")
    watching.until_found("barley", "in/new.md")
    (texts / "in/new.md").write_text("rye", "utf-8")
    watching.until_found("rye", "in/new.md")
    (texts / "in").rename(texts / "later")
    watching.until_found("rye", "later/new.md")
    (texts / "later/new.md").unlink()
    watching.until_found("rye")
    watching.until_found("oil", "oil.md")
    (texts / "dragoman.toml").write_text('source = "Archive"\n', "utf-8")
    watching.until_found("source:Archive", "oil.md")


def test_each_update_is_a_line_and_an_interrupt_is_a_clean_end(
    watching: Watch, texts: Path
) -> None:
    (texts / "bad.json").write_text("{", "utf-8")
    watching.until(lambda: len(watching.reports) > 1 and any("failed:" in t for t in watching.told))
    assert [report["added"] for report in watching.reports] == [1, 0]
    assert watching.reports[1]["failed"][0]["path"] == str(texts / "bad.json")
    assert watching.end() == (130, "interrupted")


def test_a_thousand_files_at_once_are_taken_together(watching: Watch, texts: Path) -> None:
    for number in range(1000):
        (texts / f"n{number}.md").write_text(f"# Note {number}\n\nbarley", "utf-8")
    for number in range(500, 1000):  # these vanish, some while they are read
        (texts / f"n{number}.md").unlink()
    watching.until_found("barley", *(f"n{number}.md" for number in range(500)))
    assert len(watching.reports) <= 6
    assert watching.reports[-1]["failed"] == []


def test_hidden_files_and_the_index_within_its_collection_wake_nothing(
    texts: Path,
) -> None:
    watch = Watch(texts / "index", texts)
    try:
        (texts / ".hidden.md").write_text("barley", "utf-8")
        (texts / "plain.md").write_text("rye", "utf-8")
        watch.until_found("rye", "plain.md")
        watch.until(lambda: len(watch.reports) == 2)
        assert watch.end() == (130, "interrupted")
        assert len(watch.reports) == 2
    finally:
        watch.close()


def test_a_root_that_vanishes_is_waited_for(watching: Watch, texts: Path) -> None:
    away = texts.with_name("away")
    texts.rename(away)
    watching.until(lambda: any("is missing: nothing was removed" in t for t in watching.told))
    assert found(watching.index_dir, "oil") == ["oil.md"]
    (away / "new.md").write_text("barley", "utf-8")
    away.rename(texts)
    watching.until_found("barley", "new.md")
    (texts / "newer.md").write_text("barley", "utf-8")
    watching.until_found("barley", "new.md", "newer.md")
    assert sum("is missing" in line for line in watching.told) == 1


def test_another_writer_is_waited_for(watching: Watch, texts: Path) -> None:
    with WhooshWriter(watching.index_dir):
        (texts / "new.md").write_text("barley", "utf-8")
        watching.until(lambda: any(f"process {os.getpid()}" in line for line in watching.told))
        assert found(watching.index_dir, "barley") == []
    watching.until_found("barley", "new.md")


def test_a_mistake_in_the_settings_is_told_and_mended(watching: Watch, texts: Path) -> None:
    (texts / "dragoman.toml").write_text('sourse = "x"\n', "utf-8")
    watching.until(lambda: any("did you mean ‘source’?" in line for line in watching.told))
    (texts / "dragoman.toml").write_text('source = "x"\n', "utf-8")
    watching.until_found("source:x", "oil.md")


def test_an_index_that_is_taken_away_ends_it_with_its_name(watching: Watch, texts: Path) -> None:
    shutil.rmtree(watching.index_dir)
    (texts / "new.md").write_text("barley", "utf-8")
    end = time.monotonic() + LIMIT_S
    while watching.process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert watching.process.returncode == 1
