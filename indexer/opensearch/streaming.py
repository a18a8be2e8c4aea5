"""All documents that a query finds in the cluster, however many, as they were at one moment.

In: a query. Out: hits, some hundred at a time: what fits one page by one request, more by a point
in time and `search_after`, so that there is no ceiling and what is committed meanwhile changes
nothing. Ranks nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dragoman.indexer.opensearch.connection import Cluster

Hit = dict[str, Any]
_KEEP_ALIVE = "5m"


def hits_of(
    cluster: Cluster,
    index: str,
    query: Mapping[str, Any],
    *,
    source: Sequence[str] | bool = False,
    page: int = 500,
    sort: Sequence[Mapping[str, Any]] = (),
    fields: Sequence[str] = (),
) -> Iterator[list[Hit]]:
    """Pages of hits.

    Args:
        cluster: Where.
        index: An index or alias.
        query: In OpenSearch's own language.
        source: What of each document is wanted.
        page: Hits at a time, at most 10,000.
        sort: Their order; any where there is none.
        fields: Doc values that are wanted beside.
    """
    body: dict[str, Any] = {
        "size": page, "query": query, "track_total_hits": False,
        "_source": list(source) if not isinstance(source, bool) else source,
        "sort": [*sort, {"id": "asc"}],
        "docvalue_fields": list(fields),
    }  # fmt: skip
    hits: list[Hit] = cluster.search(body, index)["hits"]["hits"]
    if len(hits) < page:
        if hits:
            yield hits
        return
    yield from _at_one_moment(cluster, index, body)


def _at_one_moment(cluster: Cluster, index: str, body: dict[str, Any]) -> Iterator[list[Hit]]:
    with cluster.asked() as client:
        point = client.create_pit(index=index, params={"keep_alive": _KEEP_ALIVE})["pit_id"]
    try:
        while True:
            body["pit"] = {"id": point, "keep_alive": _KEEP_ALIVE}
            answer = cluster.search(body)
            point = answer.get("pit_id", point)
            hits: list[Hit] = answer["hits"]["hits"]
            if hits:
                yield hits
            if len(hits) < body["size"]:
                return
            body["search_after"] = hits[-1]["sort"]
    finally:
        with cluster.asked() as client:
            client.delete_pit(body={"pit_id": [point]}, ignore=[404])
