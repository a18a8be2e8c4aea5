"""Which hits of a page are shown under an earlier one.

In: the hits of a page, one after another. Out: the same, each with the id of the hit it is shown
under. Leaves total, pages and order as they are.
"""

from collections.abc import Callable
from dataclasses import replace

from dragoman.search.engine import Engine
from dragoman.search.results import Hit


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

    def placed(self, hit: Hit) -> Hit:
        """The next hit, with the earlier one that it is shown under."""
        leader = self._leader(hit)
        return hit if leader is None else replace(hit, shown_under=leader)

    def _leader(self, hit: Hit) -> str | None:
        if self._group == "none":
            return None
        group = self._engine.near_group(hit.handle)
        leader = self._near[group]() if group in self._near else None
        if self._group == "versions":
            about = hit.metadata
            versions = (self._shown.get(version.doc_id) for version in about.versions)
            leader = leader or next(filter(None, versions), None)
            self._shown[about.doc_id] = leader or about.doc_id
        if group is not None and group not in self._near:
            self._near[group] = lambda: leader or hit.metadata.doc_id
        return leader
