"""The values of facets that the documents found have, counted by the cluster.

In: what finds the documents. Out: the values to show, with exact counts over all shards. Each
shard tells its commonest values; what that leaves open for the values that may be shown is counted
apart, and only where nothing bounds it, every value is.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dragoman.indexer.forward import FACET_FIELDS
from dragoman.indexer.opensearch.schema import told
from dragoman.search.engine import MAX_FACET_VALUES, Ranking
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.spans import Query
from dragoman.search.results import FacetValue

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

_VALUES = 10_000
"""Values of a facet that are told at once."""


class _Told(NamedTuple):
    """What is known of the values of a facet.

    Attributes:
        counts: Value to documents, too few by at most `error`.
        error: See `counts`.
        others: Documents, at most, that have a value which is not among these.
    """

    counts: Mapping[str, int]
    error: int = 0
    others: int = 0


class Faceting:
    """The facets of one search.

    Args:
        engine: The index.
        ranking: Which facets are wanted, under which filters.
        query: What finds the documents, but for these filters.
        filters: For each facet that is filtered by, what its filter lets through.
    """

    def __init__(
        self,
        engine: "OpenSearchEngine",
        ranking: Ranking,
        query: Query,
        filters: Mapping[str, Query],
    ) -> None:
        self._engine, self._ranking = engine, ranking
        self._query, self._filters = query, filters
        self._wanted = FACET_FIELDS if ranking.facets is True else tuple(ranking.facets or ())

    def _others(self, name: str) -> list[Query]:
        return [query for filtered, query in self._filters.items() if filtered != name]

    def aggregations(self) -> dict[str, Any]:
        """What the cluster is asked beside the hits."""
        return {
            name: {
                "filter": both(self._others(name)),
                "aggs": {"values": {"terms": {"field": f"facets.{name}", "size": _VALUES}}},
            }
            for name in self._wanted
        }

    def values(self, answers: Mapping[str, Any]) -> dict[str, tuple[FacetValue, ...]]:
        """The values to show, out of what the cluster answers."""
        return {name: self._shown(name, _told(answers[name]["values"])) for name in self._wanted}

    def _shown(self, name: str, found: _Told) -> tuple[FacetValue, ...]:
        chosen = tuple(self._ranking.filters.get(name, ()))
        if name == "speaker":
            chosen = tuple(dict.fromkeys(map(self._engine.person, chosen)))
        if name == "year":
            counts = found.counts if not found.others else self._every(name).counts
            listed = sorted(counts, reverse=True)
        else:
            counts = self._counts(name, found, chosen)
            listed = sorted(counts, key=lambda value: (-counts[value], value))[:MAX_FACET_VALUES]
        listed += [value for value in dict.fromkeys(chosen) if value not in listed]
        return tuple(
            FacetValue(value, counts.get(value, 0), selected=value in chosen) for value in listed
        )

    def _every(self, name: str) -> _Told:
        query = both([self._query, *self._others(name)])
        return _Told(self._engine.counting.values(f"facets.{name}", query))

    def _counts(self, name: str, found: _Told, chosen: Sequence[str]) -> dict[str, int]:
        """The values that may be shown, spellings as persons: nobody is twice in a document."""
        is_named = name == "speaker"
        names = self._engine.names
        seen: dict[str, list[str]] = {value: [] for value in chosen}
        for spelling in found.counts:
            person = names.value(spelling) if is_named else spelling
            seen.setdefault(person, []).append(spelling)
        count_of = found.counts.__getitem__
        bound = _last(max(map(count_of, of), default=0) for of in seen.values())
        if found.others and found.others >= bound:
            return self._counts(name, self._every(name), chosen)
        if found.others and is_named:  # together the spellings of one may be as many
            for person in names.spelled_in(-(-bound // found.others)):
                seen.setdefault(person, [])
        counts: dict[str, int] = {}
        at_most: dict[str, int] = {}
        for value, of in seen.items():
            n_unseen = len(names.spellings_of(value)) - len(of) if is_named else not of
            at_most[value] = (
                sum(map(count_of, of)) + found.error * len(of) + found.others * n_unseen
            )
            if len(of) == 1 and not found.error and not (n_unseen and found.others):
                counts[value] = at_most.pop(value)
        query = both([self._query, *self._others(name)])
        while True:  # until those that may be the most are counted
            bound = _last([*counts.values(), *at_most.values()])
            asked = {
                value: names.spellings_of(value) if is_named else [value]
                for value, most in at_most.items()
                if most >= max(bound, 1) or value in chosen
            }
            if not asked:
                return counts
            exact = self._engine.counting.with_any(f"facets.{name}", asked, query)
            for value, count in exact.items():
                del at_most[value]
                if count:
                    counts[value] = count


def _last(counts: Iterable[int]) -> int:
    """The last of the largest that are shown; 0 where all are."""
    largest = heapq.nlargest(MAX_FACET_VALUES, counts)
    return largest[-1] if len(largest) == MAX_FACET_VALUES else 0


def _told(answer: Mapping[str, Any]) -> _Told:
    counts = {told(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
    error = int(answer.get("doc_count_error_upper_bound", 0))
    has_more = error or answer.get("sum_other_doc_count")
    return _Told(counts, error, error + min(counts.values()) if has_more and counts else 0)
