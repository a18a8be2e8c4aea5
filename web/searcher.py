"""One open index for all threads of a server, opened anew when a newer one has been committed.

In: an index directory. Out: leases of a searcher that stays open as long as a request uses it.
Searches nothing itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from flask import current_app

from dragoman.search import Searcher, open_searcher


class _Opened:
    """A searcher, how many requests use it, and whether a newer one has taken its place."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.users = 0
        self.replaced = False
        self.facts: dict[str, object] | None = None

    def is_current(self) -> bool:
        try:
            return self.searcher.is_current()
        except OSError:  # the directory has vanished: opening it again says so
            return False


class SharedSearcher:
    """The searcher of an index directory; safe to use from many threads."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._lock = Lock()
        self._opened: _Opened | None = None

    @contextmanager
    def lease(self) -> Iterator[Searcher]:
        """The newest committed index, open at least until the block is left.

        Raises:
            IndexProblem: There is no index, or it can't be used.
        """
        with self._use() as opened:
            yield opened.searcher

    def facts(self) -> dict[str, object]:
        """What the index holds, in numbers; counted once for each time it is opened.

        Raises:
            IndexProblem: There is no index, or it can't be used.
        """
        with self._use() as opened:
            if opened.facts is None:
                opened.facts = opened.searcher.info()
            return opened.facts

    def close(self) -> None:
        """Lets the index go; it is opened again when it is next asked for."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is not None:
                self._retire(opened)

    @contextmanager
    def _use(self) -> Iterator[_Opened]:
        with self._lock:
            if self._opened is None or not self._opened.is_current():
                newer = _Opened(open_searcher(self._index_dir))
                if self._opened is not None:
                    self._retire(self._opened)
                self._opened = newer
            opened = self._opened
            opened.users += 1
        try:
            yield opened
        finally:
            with self._lock:
                opened.users -= 1
                if opened.replaced and not opened.users:
                    opened.searcher.close()

    def _retire(self, opened: _Opened) -> None:
        opened.replaced = True
        if not opened.users:
            opened.searcher.close()


def shared_searcher() -> SharedSearcher:
    """The searcher of the application that answers the present request."""
    found: SharedSearcher = current_app.extensions["searcher"]
    return found
