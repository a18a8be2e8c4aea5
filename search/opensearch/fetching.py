"""Documents fetched from the cluster: those of a page, and all that a query finds.

In: names of documents, or a query. Out: `LocalEngine`s over them. The latest are kept. A limit
keeps a query that fits nearly everything from fetching it all.
"""

import itertools
import json
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from dragoman.indexer.errors import ClusterError, in_english
from dragoman.indexer.opensearch import streaming
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.schema import decoded
from dragoman.search.opensearch.local_engine import LocalEngine, segment_of
from dragoman.search.opensearch.spans import Query
from dragoman.search.ordering import Handle
from dragoman.search.segments import Segment
from dragoman.search.tree import LEAVES, Node, walk

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

MOST_FETCHED = 100_000
"""Documents that are evaluated on this machine for one query."""
_AT_A_TIME = 500
_GROUP = 100
"""Documents that are fetched together, once one of them is looked at."""
_NAMES_KEPT = 5_000
_CANDIDATES_KEPT = 3
_WALKS_KEPT = 8
_WALKED = 5_000
_WITHOUT_TEXT = ("about", "words")
_ALL = (*_WITHOUT_TEXT, "text")


def vanished(cluster: Cluster) -> ClusterError:
    """The error for a document that a commit has taken away since it was found."""
    return ClusterError(
        in_english(
            f"a document vanished from the index in the cluster at {cluster.shown} while it was "
            "looked at; search again"
        )
    )


class _Group:
    """Documents that are fetched together when the first is asked for."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.local: LocalEngine | None = None
        self.lock = Lock()


class _Walk:
    """Hits in an order, taken one after another from a point in time."""

    def __init__(
        self, whole: "OpenSearchEngine", query: Query, sort: list[Any], fields: list[str]
    ) -> None:
        self.at = 0
        pages = streaming.hits_of(
            whole.cluster, whole.index, query, page=_WALKED, sort=sort[:-1], fields=fields
        )
        self._hits = (hit for page in pages for hit in page)

    def skip(self, count: int) -> None:
        """Passes over some hits."""
        self.take(count)

    def take(self, count: int) -> list[dict[str, Any]]:
        """The next hits."""
        taken = list(itertools.islice(self._hits, count))
        self.at += len(taken)
        return taken


class Fetching:
    """What of an index was fetched; safe to share."""

    def __init__(self, whole: "OpenSearchEngine") -> None:
        self._whole = whole
        self._groups: OrderedDict[str, _Group] = OrderedDict()
        self._candidates: OrderedDict[str, LocalEngine] = OrderedDict()
        self._walks: OrderedDict[str, _Walk] = OrderedDict()
        self._lock = Lock()

    def close(self) -> None:
        """Lets everything go."""
        with self._lock:
            self._walks.clear()
            self._groups.clear()
            self._candidates.clear()

    # Single documents

    def announce(self, names: list[str]) -> None:
        """Tells which documents are likely to be looked at together."""
        with self._lock:
            for at in range(0, len(names), _GROUP):
                new = [n for n in names[at : at + _GROUP] if n not in self._groups]
                group = _Group(new)
                self._groups.update(dict.fromkeys(new, group))
            while len(self._groups) > _NAMES_KEPT:
                self._groups.popitem(last=False)

    def place(self, name: str) -> tuple[LocalEngine, Handle]:
        """A document, fetched where it is not yet."""
        group = self._groups.get(name)
        if group is None:
            self.announce([name])
            group = self._groups[name]
        with group.lock:
            if group.local is None:
                group.local = self._fetched(group.names)
        return group.local, Handle(0, group.names.index(name))

    def _fetched(self, names: list[str]) -> LocalEngine:
        whole = self._whole
        with whole.cluster.asked() as client:
            found = client.mget(
                index=whole.index, body={"ids": names},
                params={"_source": ",".join(_ALL), "realtime": "false"},
            )["docs"]  # fmt: skip
        if not all(each.get("found") for each in found):
            with self._lock:
                for name in names:
                    self._groups.pop(name, None)  # those that are there can be looked at again
            raise vanished(whole.cluster)
        segment = segment_of([decoded(each["_source"]) for each in found])
        return LocalEngine(whole, [segment], [names])

    def occurrences(self, node: Node, name: str) -> int:
        """Occurrences in a document of a tree that finds it."""
        local, handle = self.place(name)
        return local.occurrences(node, handle)

    def explained(self, node: Node, name: str) -> dict[str, object]:
        """The score of a document that a tree finds, taken apart."""
        local, handle = self.place(name)
        return local.explained(node, handle)

    # Pages far behind

    def deep(
        self, query: Query, sort: list[Any], fields: list[str], first: int, last: int
    ) -> list[dict[str, Any]]:
        """The hits from one place of an order to another, however far behind.

        The next page begins where the last one ended.
        """
        key = json.dumps([query, sort], sort_keys=True)
        walk = self._walks.pop(key, None)
        if walk is None or walk.at > first:
            walk = _Walk(self._whole, query, sort, fields)
        walk.skip(first - walk.at)
        hits = walk.take(last - first)
        with self._lock:
            self._walks[key] = walk
            while len(self._walks) > _WALKS_KEPT:
                self._walks.popitem(last=False)
        return hits

    # All that a query finds

    def candidates(self, query: Query, node: Node | None = None) -> LocalEngine:
        """All documents that a query of the cluster finds.

        Args:
            query: The query.
            node: The tree that is looked for in them; other words of theirs are passed over. None:
                they are wanted with all words and their texts.

        Raises:
            ClusterError: There are more than `MOST_FETCHED`.
        """
        wanted = None if node is None else self._terms_in(node)
        key = json.dumps([query, None if wanted is None else sorted(wanted)], sort_keys=True)
        with self._lock:
            known = self._candidates.get(key)
        if known is None:
            known = self._streamed(query, wanted)
            with self._lock:
                self._candidates[key] = known
                while len(self._candidates) > _CANDIDATES_KEPT:
                    self._candidates.popitem(last=False)
        return known

    def _terms_in(self, node: Node) -> frozenset[str]:
        terms_of = self._whole.vocabulary.terms_of
        leaves = (leaf for leaf in walk(node) if isinstance(leaf, LEAVES))
        return frozenset(term for leaf in leaves for term in terms_of(leaf))

    def _streamed(self, query: Query, wanted: frozenset[str] | None) -> LocalEngine:
        whole = self._whole
        total = whole.counting.documents(query)
        if total > MOST_FETCHED:
            raise ClusterError(
                in_english(
                    f"for this {total:,} documents must be looked through word by word, at most "
                    f"{MOST_FETCHED:,} are; add a filter or a rarer word"
                )
            )
        segments: list[Segment] = []
        names: list[list[str]] = []
        for hits in streaming.hits_of(
            whole.cluster, whole.index, query,
            source=_ALL if wanted is None else _WITHOUT_TEXT, page=_AT_A_TIME,
        ):  # fmt: skip
            segments.append(segment_of([decoded(hit["_source"]) for hit in hits], wanted))
            names.append([hit["_id"] for hit in hits])
        return LocalEngine(whole, segments, names)
