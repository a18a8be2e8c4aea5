"""A tree answered by the cluster alone: total, order, facets and counts.

In: a tree whose query is exact and whose parts that score are words. Out: an `Answer`, in which
only the documents of the page were fetched. Pages beyond what a cluster shows at once are reached
by a point in time, step by step.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dragoman.search.engine import Answer, Found, Ranking
from dragoman.search.filtering import positive_ranges, ranges_of
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.faceting import Faceting
from dragoman.search.opensearch.fetching import Fetching
from dragoman.search.opensearch.occurring import counted, occurring
from dragoman.search.opensearch.scripts import scored
from dragoman.search.opensearch.spans import Query
from dragoman.search.ranking import ScoredPart, idf
from dragoman.search.segments import range_minutes
from dragoman.search.tree import Node

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

WINDOW = 10_000
"""Hits that a cluster shows at once."""
_ORDERS: Mapping[str, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"first": "desc"}],
    "newest": [{"first": "desc"}],
    "oldest": [{"first": "asc"}],
    "title": [{"title_key": "asc"}],
}
_HIT_FIELDS = ["first", "last"]


class ClusterSearch:
    """One search."""

    def __init__(
        self,
        engine: "OpenSearchEngine",
        fetching: Fetching,
        node: Node,
        query: Query,
        parts: Sequence[ScoredPart],
        ranking: Ranking,
    ) -> None:
        self._engine, self._fetching = engine, fetching
        self._node, self._query, self._parts, self._ranking = node, query, parts, ranking
        self._filters = engine.facet_filters(ranking.filters)
        self._facets = Faceting(engine, ranking, query, self._filters)

    def answer(self) -> Answer:
        """What was found."""
        ranking = self._ranking
        body: dict[str, Any] = {
            "track_total_hits": True, "query": self._ranked(self._query), "sort": self._sort(),
            "_source": False, "docvalue_fields": _HIT_FIELDS, "aggs": self._facets.aggregations(),
            "from": ranking.first, "size": ranking.size,
        }  # fmt: skip
        is_deep = ranking.first + ranking.size > WINDOW
        if is_deep:
            body |= {"from": 0, "size": 0}
        if self._filters:
            body["post_filter"] = both(list(self._filters.values()))
        found = self._engine.cluster.search(body, self._engine.index)
        hits = self._deep() if is_deep else found["hits"]["hits"]
        names = [hit["_id"] for hit in hits]
        self._fetching.announce(names)
        counts = _Counts(self, names)
        return Answer(
            int(found["hits"]["total"]["value"]),
            self.occurrences,
            tuple(self._found(hit, counts) for hit in hits),
            self._facets.values(found.get("aggregations", {})),
            self._engine.counting.terms(self._node, self._engine.vocabulary),
            lambda name: self._engine.matches(self._node, name),
        )

    def _ranked(self, query: Query) -> Query:
        if not self._parts or not self._ranking.size:
            return both([query])
        vocabulary = self._engine.vocabulary
        n_docs = self._engine.statistics.n_docs
        counts = self._engine.documents_with_each(self._parts)
        parts = [
            counted(part.node, part.fields, vocabulary, part.boost * idf(n_docs, n_with))
            for part, n_with in zip(self._parts, counts, strict=True)
        ]
        return scored(query, parts, self._engine.statistics)

    def _sort(self) -> list[Any]:
        order: list[Any] = list(_ORDERS[self._ranking.sort])
        if self._ranking.sort == "oldest":  # undated ones last
            undated = {"_script": _UNDATED_LAST}
            order = [undated, *order]
        return [*order, {"id": "asc"}]

    def _deep(self) -> list[dict[str, Any]]:
        """The hits of a page that is too far behind to be shown at once."""
        query = both([self._query, *self._filters.values()])
        if self._parts:
            query = self._ranked(query)
        wanted = self._ranking.first, self._ranking.first + self._ranking.size
        return self._fetching.deep(query, self._sort(), _HIT_FIELDS, *wanted)

    def _found(self, hit: Mapping[str, Any], counts: "_Counts") -> Found:
        score = hit.get("_score") if self._parts else 0.0
        explanation = None
        if self._ranking.explain:
            explanation = self._fetching.explained(self._node, hit["_id"])
        first, last = (hit["fields"][name][0] for name in _HIT_FIELDS)
        return Found(
            hit["_id"], float(score or 0.0), counts, self._is_partly_in(first, last), explanation
        )

    def _is_partly_in(self, first: int, last: int) -> bool:
        """Whether a date overlaps some range without lying wholly inside it."""
        ranges = (*ranges_of(self._ranking.filters), *positive_ranges(self._node))
        minutes = [range_minutes(each) for each in ranges]
        return any(
            0 <= first < high and last > low and not (low <= first and last <= high)
            for low, high in minutes
        )

    # Occurrences

    def occurrences(self) -> int:
        """Occurrences in all documents found."""
        found = both([self._query, *self._filters.values()])
        parts = occurring(self._engine, self._node, found)
        if parts is None:
            local = self._fetching.candidates(self._query, self._node)
            return local.search(self._node, Ranking(self._ranking.filters, size=0)).occurrences
        return sum(total for _, total in self._engine.counting.occurrences(parts))

    def counts(self, names: Sequence[str]) -> dict[str, int]:
        """Occurrences in some of the documents found."""
        return {name: self._fetching.occurrences(self._node, name) for name in names}


class _Counts:
    """Counts the occurrences in the documents of a page when they are first asked for."""

    def __init__(self, search: ClusterSearch, names: Sequence[str]) -> None:
        self._search, self._names = search, names
        self._counts: dict[str, int] | None = None

    def __call__(self) -> Mapping[str, int]:
        if self._counts is None:
            self._counts = self._search.counts(self._names)
        return self._counts


_UNDATED_LAST = {
    "type": "number", "order": "asc", "script": {"source": "doc['first'].value < 0 ? 1 : 0"},
}  # fmt: skip
