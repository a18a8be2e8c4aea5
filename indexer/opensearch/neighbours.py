"""The documents in the cluster with which new ones have to be compared.

In: new documents. Out: the content hashes of all that may be near-identical to one of them, or a
language version of it by what stands in both: the cluster finds them by the terms of their bands
and anchors, so that no others are read. Compares nothing itself (`relating`).
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.opensearch import streaming
from dragoman.indexer.opensearch.documents import Documents, Segments
from dragoman.indexer.opensearch.schema import anchor_terms, band_terms
from dragoman.indexer.versions import DAYS_APART, LEAD, MIN_COMMON, MIN_SCORE, MINUTES_OF_DAY

Query = dict[str, Any]
_LEAST = MIN_SCORE / LEAD - 0.0001
"""Anchors in common over the geometric mean of both; the cluster's numbers have 32 bits."""
_MOST_CLAUSES = 1_000
_AT_ONCE = 50
"""Queries of a request."""
_FEW = 500


def neighbours(documents: Documents, new: Segments) -> set[int]:
    """Content hashes of what may belong to one of some documents, these themselves among them."""
    queries = [query for columns, _ in new for query in _queries(columns)]
    return {
        int(hit["fields"]["hash"][0], 16)
        for at in range(0, len(queries), _AT_ONCE)
        for hit in _hits(documents, queries[at : at + _AT_ONCE])
    }


def _hits(documents: Documents, queries: Sequence[Query]) -> Iterator[streaming.Hit]:
    """What some queries find, however much that is."""
    wanted = {"_source": False, "docvalue_fields": ["hash"], "track_total_hits": _FEW + 1}
    bodies = [{**wanted, "size": _FEW, "query": query} for query in queries]
    cluster, index = documents.cluster, documents.index
    for query, answer in zip(queries, cluster.searches(bodies, index), strict=True):
        if answer["hits"]["total"]["value"] <= _FEW:
            yield from answer["hits"]["hits"]
        else:
            for hits in streaming.hits_of(cluster, index, query, fields=("hash",), page=10_000):
                yield from hits


def _queries(new: SegmentColumns) -> Iterator[Query]:
    langs, dates = new.facet_values("lang"), new.dates().reshape(-1, 2).tolist()
    bounds, anchors = new.anchors()
    for doc, bands in enumerate(new.bands().tolist()):
        if terms := band_terms(bands):
            yield {"bool": {"filter": {"terms": {"bands": terms}}}}
        terms = anchor_terms(anchors[bounds[doc] : bounds[doc + 1]].tolist())
        if langs[doc] and len(terms) >= MIN_COMMON:
            yield _with_anchors(terms, langs[doc][0], dates[doc])


def _with_anchors(terms: list[str], lang: str, dates: list[int]) -> Query:
    """What finds documents of other languages that share so many anchors."""
    n = len(terms)
    # Of m anchors at most m are in common: m >= score * sqrt(n * m), and the other way round.
    bounds = {"gte": math.ceil(_LEAST**2 * n), "lte": math.floor(n / _LEAST**2)}
    fits: list[Query] = [{"range": {"n_anchors": bounds}}, _near_in_time(*dates)]
    others: Query = {"must_not": {"term": {"facets.lang": lang}}}
    if n > _MOST_CLAUSES:
        return {"bool": {"filter": [*fits, {"terms": {"anchors": terms}}], **others}}
    shared = [{"constant_score": {"filter": {"term": {"anchors": each}}}} for each in terms]
    least = max(MIN_COMMON, bounds["gte"])
    query = {"should": shared, "minimum_should_match": least, "filter": fits, **others}
    script = {
        "source": "_score / Math.sqrt(params.n * (double) doc['n_anchors'].value)",
        "params": {"n": n},
    }
    return {
        "script_score": {"query": {"bool": query}, "script": script, "min_score": _LEAST}
    }  # fmt: skip


def _near_in_time(start: int, end: int) -> Query:
    """What finds documents whose date lets them be versions; those without one too."""
    if start < 0:
        return {"match_all": {}}
    slack = DAYS_APART * MINUTES_OF_DAY
    near = [{"range": {"first": {"lt": end + slack}}}, {"range": {"last": {"gt": start - slack}}}]
    return {
        "bool": {
            "should": [{"range": {"first": {"lt": 0}}}, {"bool": {"filter": near}}],
            "minimum_should_match": 1,
        }
    }
