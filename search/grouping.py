"""Which hits of a page are shown under an earlier one.

In: the hits of a page, one after another. Out: for each the id of the hit that it is shown under.
Leaves total, pages and order as they are.
"""

from collections.abc import Callable
from typing import Any

from dragoman.search.engine import Engine
from dragoman.search.results import Metadata


class Grouping:
    """The hits of one page so far.

    Args:
        engine: The index.
        group: One of `request.GROUPS`.
    """

    def __init__(self, engine: Engine, group: str) -> None:
        self._engine = engine
        self._group = group
        self._near: dict[int, Callable[[], str]] = {}
        self._shown: dict[str, str] = {}  # id of each hit to that of the hit it is shown under

    def leader_of(self, handle: Any, read: Callable[[], Metadata]) -> str | None:
        """The id of an earlier hit that the next one is shown under, or None.

        Args:
            handle: The next hit's document.
            read: Reads what is known of it.
        """
        if self._group == "none":
            return None
        group = self._engine.near_group(handle)
        leader = self._near[group]() if group in self._near else None
        if self._group == "versions":
            about = read()
            versions = (self._shown.get(version.doc_id) for version in about.versions)
            leader = leader or next(filter(None, versions), None)
            self._shown[about.doc_id] = leader or about.doc_id
        if group is not None and group not in self._near:
            self._near[group] = lambda: leader or read().doc_id
        return leader
