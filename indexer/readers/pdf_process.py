"""PDF files read in a process of their own, which may crash or hang without harm.

In: a path. Out: what the file says of itself, and its pages as pieces of lines. One process reads
file after file and ends with ours; after a crash or when time is up, the next file gets a new one.
"""

import atexit
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dragoman.indexer.errors import ReadError

PAGE_TIMEOUT_S = 30.0
"""Seconds that opening a file or reading one page may take; 0.01 to 0.1 are usual."""


class Piece(NamedTuple):
    """A part of a line, in points; the baseline grows downward.

    Attributes:
        left: Where it begins.
        right: Where it ends.
        base: Where its letters stand.
        size: Of its letters.
        turned: Whether it does not run from left to right.
        text: What is written.
    """

    left: float
    right: float
    base: float
    size: float
    turned: bool
    text: str


@dataclass(frozen=True, slots=True)
class PdfContent:
    """A file as pdfium has it.

    Attributes:
        about: What it says of itself.
        pages: The pieces of each page.
        broken: Numbers of the pages that can't be read, from 1.
        pictures: Numbers of the pages that hold pictures and no text.
    """

    about: Mapping[str, str]
    pages: tuple[tuple[Piece, ...], ...]
    broken: tuple[int, ...]
    pictures: tuple[int, ...]


def read_content(path: Path, *, page_timeout_s: float = PAGE_TIMEOUT_S) -> PdfContent:
    """The pages of a PDF file.

    Raises:
        ReadError: It is no PDF, encrypted, broken, too large, takes too long, or crashes pdfium.
    """
    return _process().read(path, page_timeout_s)


# -P: what lies in the working directory, a collection perhaps, is no module of ours.
_COMMAND = (sys.executable, "-P", "-m", "dragoman.indexer.readers.pdf_child")


class PdfProcess:
    """The process, started when it is first asked."""

    def __init__(self, command: Sequence[str] = _COMMAND) -> None:
        self._command = command
        self._running: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def read(self, path: Path, page_timeout_s: float) -> PdfContent:
        """The pages of a file, as `read_content`."""
        with self._lock:
            running = self._started()
            assert running.stdin is not None  # noqa: S101 — both are pipes
            try:
                running.stdin.write(json.dumps(str(path.absolute())) + "\n")
                running.stdin.flush()
            except BrokenPipeError:
                pass  # it ended: the first answer will be missing
            late = threading.Event()
            pages: list[tuple[Piece, ...]] = []
            marked: dict[str, list[int]] = {"broken": [], "picture": []}
            about: Mapping[str, str] = {}
            error = ""
            while True:
                answer = self._answer(running, page_timeout_s, late, len(pages) + 1)
                if "end" in answer:
                    break
                about = answer.get("about") or about
                error = answer.get("error") or error
                if "page" in answer:
                    pages.append(tuple(Piece(*row) for row in answer["page"]))
                for mark, numbers in marked.items():
                    if answer.get(mark):
                        numbers.append(len(pages))
            if error:
                raise ReadError(error)
            return PdfContent(
                about, tuple(pages), tuple(marked["broken"]), tuple(marked["picture"])
            )

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        running.wait()
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def _started(self) -> subprocess.Popen[str]:
        if self._running is not None and self._running.poll() is not None:
            self.close()
        if self._running is None:
            self._running = subprocess.Popen(  # noqa: S603 — our own module
                self._command,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8",
            )  # fmt: skip
        return self._running

    def _answer(
        self, running: subprocess.Popen[str], timeout_s: float, late: threading.Event, page: int
    ) -> dict[str, Any]:
        def end() -> None:
            late.set()
            running.kill()

        assert running.stdout is not None  # noqa: S101
        timer = threading.Timer(timeout_s, end)
        timer.start()
        try:
            line = running.stdout.readline()
        finally:
            timer.cancel()
        if line.endswith("\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        if late.is_set():
            raise ReadError(f"page {page} takes longer than {timeout_s:g} s to read")
        raise ReadError(
            f"the program that reads PDF files crashed on page {page}; save the file anew, "
            "for example by printing it to a PDF"
        )


@cache
def _process() -> PdfProcess:
    return PdfProcess()
