"""Documents sent to the cluster while the next ones are made.

In: actions. Out: bulk requests, a few at a time and in any order: who sends something about a
document again waits for it in between. What goes wrong with a request is told at the next call, and
at each one after it. Makes nothing visible.
"""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from dragoman.indexer.opensearch.connection import Action, Cluster, requests_of

_AT_ONCE = 2
"""Requests under way: nodes work on one while the other is on its way; bounds memory."""


class Background:
    """Sends to one cluster; its threads end with `close`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._threads = ThreadPoolExecutor(_AT_ONCE, "sending")
        self._under_way: dict[Future[None], set[str]] = {}  # to the names of its documents
        self._closed = Event()

    def send(self, actions: Iterable[Action]) -> None:
        """Sends actions as `Cluster.send` does; the last ones may still be under way afterwards.

        Args:
            actions: No two of them, nor one that is under way, are about the same document.

        Raises:
            ClusterError: One of these or of those before failed.
        """
        for rows in requests_of(actions):
            self._settle()
            while len(self._under_way) >= _AT_ONCE:
                wait(self._under_way, return_when=FIRST_COMPLETED)
                self._settle()
            sent = self._threads.submit(self._cluster.send_rows, rows, self._closed)
            self._under_way[sent] = {row.name for row in rows}

    def wait_for(self, names: Iterable[str]) -> None:
        """Waits until nothing is under way about some documents.

        Raises:
            ClusterError: Something that was sent failed.
        """
        wanted = set(names)
        wait([sent for sent, theirs in self._under_way.items() if not wanted.isdisjoint(theirs)])
        self._settle()

    def wait(self) -> None:
        """Waits until everything is done.

        Raises:
            ClusterError: Something that was sent failed.
        """
        wait(self._under_way)
        self._settle()

    def close(self) -> None:
        """Gives up what is not sent yet; returns when nothing is under way any more."""
        self._closed.set()
        self._threads.shutdown(cancel_futures=True)

    def _settle(self) -> None:
        """Forgets the requests that are done; one that failed stays, and is told each time."""
        for sent in [sent for sent in self._under_way if sent.done()]:
            sent.result()
            del self._under_way[sent]
