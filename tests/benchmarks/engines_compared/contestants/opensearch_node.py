"""One OpenSearch node on this machine, started by `tests/cluster/nodes.py` and asked over HTTP.

Its work is another process's, so its times are always those of the wall, with the connection and
the JSON of both sides. Neither requests nor filters are remembered. Its memory is a heap of 1 GB.
"""

import atexit
import http.client
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "cluster"))

from artifacts import Unreachable, distribution
from nodes import Cluster, java_home

from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked, Fed

NAME = "opensearch"
_HEAP = "1g"
_AT_ONCE = 200
_YEARS = {"years": {"terms": {"field": "year", "size": 1000}}}
_INDEX = {
    "settings": {
        "number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1",
        "requests.cache.enable": False, "queries.cache.enabled": False,
    },
    "mappings": {
        "properties": {
            "body": {"type": "text", "analyzer": "whitespace"},
            "year": {"type": "integer"},
        }
    },
}  # fmt: skip


try:
    distribution()
    java_home()
except (Unreachable, FileNotFoundError) as _error:
    raise ImportError(str(_error)) from _error


def build(folder: Path, documents: Iterator[Fed]) -> None:
    """Indexes the documents in one shard of one segment; keeps the data of the node."""
    cluster = Cluster(_HEAP, is_quick=False)
    cluster.start(1)
    try:
        cluster.ask("PUT", "/speeches", _INDEX)
        for several in _groups(documents):
            lines = [
                line
                for fed in several
                for line in (
                    json.dumps({"index": {"_id": fed.doc_id}}),
                    json.dumps({"body": fed.keys, "year": fed.year}),
                )
            ]
            answer = cluster.ask("POST", "/speeches/_bulk", "\n".join([*lines, ""]).encode())
            if answer["errors"]:
                raise ValueError(f"OpenSearch took not all of {len(several)} documents: {answer}")
        cluster.ask("POST", "/speeches/_refresh")
        cluster.ask("POST", "/speeches/_forcemerge?max_num_segments=1&flush=true")
        cluster.stop_node(0)
        shutil.copytree(cluster.nodes[0].folder / "data", folder / "data")
    finally:
        cluster.stop()


def _groups(documents: Iterator[Fed]) -> Iterator[list[Fed]]:
    while several := [fed for _, fed in zip(range(_AT_ONCE), documents, strict=False)]:
        yield several


def open(folder: Path) -> "OpenSearchNode":
    """Starts a node with what `build` made; it ends with this process."""
    cluster = Cluster(_HEAP, is_quick=False)
    atexit.register(cluster.stop)
    (url,) = cluster.start(1, data=folder / "data")
    cluster.wait_for_status("green", "speeches")
    return OpenSearchNode(url)


class OpenSearchNode:
    """A connection to a node that is kept open."""

    name = NAME
    clock = "wall"

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(self, asked: Asked) -> Answer:
        """The page, its count and the years in one request."""
        body: dict[str, Any] = {
            "query": _query(asked), "size": TOP, "_source": False, "track_total_hits": True,
        }  # fmt: skip
        if asked.kind == "facet by year":
            body["aggs"] = _YEARS
        self._connection.request(
            "POST", "/speeches/_search", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = json.load(self._connection.getresponse())
        buckets = answer["aggregations"]["years"]["buckets"] if "aggs" in body else []
        by_year = {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}
        return Answer(answer["hits"]["total"]["value"], len(answer["hits"]["hits"]), by_year)


def _query(asked: Asked) -> dict[str, Any]:
    terms = [{"term": {"body": key}} for key in asked.keys]
    if asked.kind.endswith("phrase"):
        return {"match_phrase": {"body": " ".join(asked.keys)}}
    if asked.kind == "w/5":
        clauses = [{"span_term": {"body": key}} for key in asked.keys]
        return {"span_near": {"clauses": clauses, "slop": WORDS_BETWEEN, "in_order": False}}
    if asked.kind == "prefix":
        return {"prefix": {"body": asked.keys[0]}}
    if asked.kind == "date filter":
        first, last = asked.years
        years = {"range": {"year": {"gte": first, "lte": last}}}
        return {"bool": {"must": terms, "filter": years}}
    if len(terms) == 1:
        return terms[0]
    return {"bool": {"must" if asked.kind == "3 and" else "should": terms}}
