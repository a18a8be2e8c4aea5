"""Documents analysed in worker processes, in the order in which they were given.

In: pieces of a collection. Out: `Batch`es. A worker that is ended from outside (out of memory)
takes its pieces with it: they are analysed again, by one worker at a time. Writes nothing.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import DragomanError
from dragoman.indexer.forward import Batch, analyze_batch

Piece = Sequence[tuple[Document, str]]
"""Documents, each with the key of the file that it came from."""


class AnalysisPool:
    """Up to `jobs` worker processes; with one job this process does the work itself."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None
        self._running: deque[tuple[Future[Batch], Piece]] = deque()

    def submit(self, piece: Piece) -> Iterator[Batch]:
        """Takes a piece; yields batches that are done, where it had to wait for some."""
        if self._jobs == 1:
            yield analyze_batch(piece)
            return
        while len(self._running) >= self._jobs * 2:
            yield self._next()
        self._start(piece)

    def finish(self, last: Piece = ()) -> Iterator[Batch]:
        """Yields all that is left; what is too little to start a worker for is done here."""
        if last and self._pool is None:
            yield analyze_batch(last)
        elif last:
            self._start(last)
        while self._running:
            yield self._next()

    def close(self) -> None:
        """Ends the workers; what they had not done is lost."""
        self._running.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self, piece: Piece) -> None:
        if self._pool is None:
            self._pool = _workers(self._jobs)
        try:
            self._running.append((self._pool.submit(analyze_batch, piece), piece))
        except BrokenProcessPool:
            failed: Future[Batch] = Future()
            failed.set_exception(BrokenProcessPool())
            self._running.append((failed, piece))

    def _next(self) -> Batch:
        try:
            batch = self._running[0][0].result()
        except BrokenProcessPool:
            self._recover()
            return self._next()
        self._running.popleft()
        return batch

    def _recover(self) -> None:
        """Analyses what was under way again, one piece at a time.

        Raises:
            DragomanError: A worker is ended again.
        """
        pieces = [piece for _, piece in self._running]
        self.close()
        with _workers(1) as alone:
            for piece in pieces:
                done: Future[Batch] = Future()
                try:
                    done.set_result(alone.submit(analyze_batch, piece).result())
                except BrokenProcessPool as error:
                    names = [document.doc_id for document, _ in piece]
                    raise DragomanError(
                        "a process that analyses texts was ended from outside, twice (out of "
                        f"memory?), with {names[0]} and {len(names) - 1} others; nothing that was "
                        "committed is lost: run it again, with --jobs 1"
                    ) from error
                self._running.append((done, piece))


def _workers(jobs: int) -> ProcessPoolExecutor:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts_to_parent)


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the one that gave the work ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
