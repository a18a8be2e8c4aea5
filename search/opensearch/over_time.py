"""Documents, occurrences and words by period, counted by the cluster.

In: a tree, filters and a unit. Out: the same `Counted` as `periods` makes of segments. All there is
under the filters is always counted by the cluster; so is what the tree finds, where it can tell
that exactly. Where not, the documents that may fit are fetched, and no others.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.fetching import Fetching
from dragoman.search.opensearch.occurring import occurring
from dragoman.search.opensearch.scripts import SUM_OF_SCORES, counting
from dragoman.search.opensearch.spans import Query
from dragoman.search.segments import TEXT_FIELDS
from dragoman.search.tree import Node
from dragoman.search.trends import (
    MAX_PERIODS,
    Counted,
    PeriodCount,
    period_name,
    periods_between,
)

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

_LENGTHS = {name: {"sum": {"field": f"{name}_length"}} for name in TEXT_FIELDS}
_OCCURRENCES = {"occurrences": SUM_OF_SCORES}


def counted_over_time(
    engine: "OpenSearchEngine",
    fetching: Fetching,
    node: Node,
    filters: Mapping[str, tuple[str, ...]],
    by: str,
) -> Counted:
    """What a tree finds in each period, and what there is.

    Args:
        engine: The index.
        fetching: What of it was fetched.
        node: The tree, brought down by `in_turns`.
        filters: As a search's.
        by: `year`, `quarter` or `month`.

    Raises:
        ClusterError: Too many documents would have to be fetched.
        RequestError: There are more than `MAX_PERIODS`.
    """
    base = engine.under_filters(filters)
    compiled = engine.compiled(node)
    found = both([compiled.query, base])
    parts = occurring(engine, node, found) if compiled.is_exact else None
    bodies = [_by_period(base, by, _LENGTHS)]
    if parts is not None:
        bodies.append(_by_period(found, by, {}))
        bodies += [_by_period(counting(*part), by, _OCCURRENCES) for part in parts]
    in_all, *answers = engine.cluster.searches(bodies, engine.index)
    names = _names(in_all, by)
    if not answers:
        candidates = both([compiled.query, *engine.dates(filters)])  # as a search fetches them
        local = fetching.candidates(candidates, node).counts_over_time(node, filters, by)
        of_tree = {each.period: (each.documents, each.occurrences) for each in local.periods}
        total, unplaced = local.documents, local.unplaced
    else:
        documents, *occurrences = map(_buckets, answers)
        total = int(answers[0]["hits"]["total"]["value"])
        unplaced = total - sum(bucket["doc_count"] for bucket in documents.values())
        of_tree = {
            period_name(number, by): (
                int(bucket["doc_count"]),
                round(sum(_sum(of_part.get(number), "occurrences") for of_part in occurrences)),
            )
            for number, bucket in documents.items()
        }
    there_is = {period_name(number, by): bucket for number, bucket in _buckets(in_all).items()}
    periods = (
        PeriodCount(
            name,
            *of_tree.get(name, (0, 0)),
            int(there_is[name]["doc_count"]) if name in there_is else 0,
            round(sum(_sum(there_is.get(name), field) for field in TEXT_FIELDS)),
        )
        for name in names
    )
    return Counted(tuple(periods), total, unplaced)


def _by_period(query: Query, by: str, sums: Mapping[str, Any]) -> dict[str, Any]:
    """What counts the documents of a query, and sums, in each period that has any."""
    field = f"periods.{by}"
    composite = {"size": MAX_PERIODS, "sources": [{"period": {"terms": {"field": field}}}]}
    return {
        "size": 0, "track_total_hits": True, "query": query,
        "aggs": {
            "first": {"min": {"field": field}}, "last": {"max": {"field": field}},
            "periods": {"composite": composite, "aggs": dict(sums)},
        },
    }  # fmt: skip


def _names(answer: Mapping[str, Any], by: str) -> list[str]:
    """All periods from the first to the last that holds a document."""
    first, last = (answer["aggregations"][name]["value"] for name in ("first", "last"))
    if first is None:
        return []
    return periods_between(period_name(int(first), by), period_name(int(last), by), by)


def _buckets(answer: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """What was counted in each period, by its number."""
    buckets = answer["aggregations"]["periods"]["buckets"]
    return {int(bucket["key"]["period"]): bucket for bucket in buckets}


def _sum(bucket: Mapping[str, Any] | None, name: str) -> float:
    return float(bucket[name]["value"]) if bucket is not None else 0.0
