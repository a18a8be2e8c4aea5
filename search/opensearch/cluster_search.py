"""A tree answered by the cluster alone: total, order, facets and counts.

In: a tree whose query is exact and whose parts that score are words. Out: an `Answer`, in which
only the documents of the page were fetched. Pages beyond what a cluster shows at once are reached
by a point in time, step by step.
"""

import heapq
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dragoman.indexer.forward import FACET_FIELDS
from dragoman.search.engine import MAX_FACET_VALUES, Answer, Found, Ranking
from dragoman.search.filtering import positive_ranges, ranges_of
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.fetching import Fetching
from dragoman.search.opensearch.occurring import counted, occurring
from dragoman.search.opensearch.scripts import scored
from dragoman.search.opensearch.spans import Query
from dragoman.search.ranking import ScoredPart, idf
from dragoman.search.results import FacetValue
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
_VALUES = 10_000
"""Values of a facet that are counted in one go; where there are more, they are listed apart."""
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

    def answer(self) -> Answer:
        """What was found."""
        ranking = self._ranking
        body: dict[str, Any] = {
            "track_total_hits": True, "query": self._ranked(self._query), "sort": self._sort(),
            "_source": False, "docvalue_fields": _HIT_FIELDS, "aggs": self._aggregations(),
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
            self._facets(found.get("aggregations", {})),
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
            local = self._fetching.candidates(self._query)
            return local.search(self._node, Ranking(self._ranking.filters, size=0)).occurrences
        return sum(total for _, total in self._engine.counting.occurrences(parts))

    def counts(self, names: Sequence[str]) -> dict[str, int]:
        """Occurrences in some of the documents found."""
        return {name: self._fetching.occurrences(self._node, name) for name in names}

    # Facets

    def _names(self) -> tuple[str, ...]:
        if self._ranking.facets is True:
            return FACET_FIELDS
        return tuple(self._ranking.facets or ())

    def _others(self, name: str) -> list[Query]:
        return [query for filtered, query in self._filters.items() if filtered != name]

    def _aggregations(self) -> dict[str, Any]:
        return {
            name: {
                "filter": both(self._others(name)),
                "aggs": {"values": {"terms": {"field": f"facets.{name}", "size": _VALUES}}},
            }
            for name in self._names()
        }

    def _facets(self, answers: Mapping[str, Any]) -> dict[str, tuple[FacetValue, ...]]:
        return {name: self._facet(name, answers[name]["values"]) for name in self._names()}

    def _facet(self, name: str, answer: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        from dragoman.indexer.opensearch.schema import told

        counts = {told(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
        query = both([self._query, *self._others(name)])
        if answer.get("sum_other_doc_count") or answer.get("doc_count_error_upper_bound"):
            counts = self._engine.counting.values(f"facets.{name}", query)
        chosen = tuple(self._ranking.filters.get(name, ()))
        if name == "speaker":
            chosen = tuple(dict.fromkeys(map(self._engine.person, chosen)))
            counts = self._of_persons(counts, query, chosen)
        if name == "year":
            listed = sorted(counts, reverse=True)
        else:
            listed = sorted(counts, key=lambda value: (-counts[value], value))[:MAX_FACET_VALUES]
        listed += [value for value in dict.fromkeys(chosen) if value not in listed]
        return tuple(
            FacetValue(value, counts.get(value, 0), selected=value in chosen) for value in listed
        )

    def _of_persons(
        self, counts: Mapping[str, int], query: Query, chosen: Sequence[str]
    ) -> dict[str, int]:
        """Spellings as persons, as far as they may be listed: nobody is twice in a document."""
        spellings: dict[str, list[str]] = {}
        for spelling in counts:
            spellings.setdefault(self._engine.person(spelling), []).append(spelling)
        at_least = {person: max(map(counts.__getitem__, of)) for person, of in spellings.items()}
        listed = heapq.nlargest(MAX_FACET_VALUES, at_least.values())
        bound = listed[-1] if len(listed) == MAX_FACET_VALUES else 0
        several = {
            person: of
            for person, of in spellings.items()
            if len(of) > 1 and (sum(map(counts.__getitem__, of)) >= bound or person in chosen)
        }
        found = {person: counts[of[0]] for person, of in spellings.items() if len(of) == 1}
        return {**found, **self._engine.counting.persons(query, several)}


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
