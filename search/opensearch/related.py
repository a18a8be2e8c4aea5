"""The documents of an index in the cluster that belong together.

In: stored documents. Out: the others, as `related.Related` finds them; here it looks values up in
the cluster.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.packing import unpacked
from dragoman.indexer.opensearch.schema import decoded, document_name, kept
from dragoman.indexer.relations import Relations
from dragoman.search.opensearch.counting import Counting
from dragoman.search.opensearch.spans import Query
from dragoman.search.related import Record, Related

_MOST = 10_000


class ClusterRelated(Related):
    """What belongs together in an index in the cluster; handles are the cluster's names."""

    def __init__(
        self, cluster: Cluster, index: str, counting: Counting, relations: Relations
    ) -> None:
        super().__init__((), relations)
        self._cluster, self._index, self._counting = cluster, index, counting
        self._records: dict[str, dict[str, Any]] = {}

    def _found(self, query: Query) -> list[str]:
        """The names of the documents that a query finds; their records are kept."""
        body = {"size": _MOST, "query": query, "_source": ["about", "hash"], "sort": ["id"]}
        names = []
        for hit in self._cluster.search(body, self._index)["hits"]["hits"]:
            batch = unpacked(decoded(hit["_source"]))
            record = json.loads(batch.records[0])
            if len(self._records) >= _MOST:
                self._records.clear()
            self._records[hit["_id"]] = {**record, "\0hash": int(hit["_source"]["hash"], 16)}
            names.append(hit["_id"])
        return names

    def with_value(self, field: str, value: str) -> list[str]:  # type: ignore[override]
        """The documents whose value of one of `forward.VALUE_FIELDS` is this."""
        if field == "id" and document_name(value) in self._records:
            return [document_name(value)]
        return self._found({"term": {f"values.{field}": kept(value)}})

    def _record(self, handle: str) -> dict[str, Any]:  # type: ignore[override]
        if handle not in self._records:
            self._found({"ids": {"values": [handle]}})
        return self._records[handle]

    def _content(self, handle: str) -> int:  # type: ignore[override]
        return int(self._record(handle)["\0hash"])

    def _is_alone(self, record: Record) -> bool:
        return False  # not known beforehand: the cluster is asked

    def _with_address(self, content: int) -> list[str]:  # type: ignore[override]
        if not content:
            return []
        return self._found({"term": {"addresses": f"{content:016x}"}})

    @cached_property
    def _handles(self) -> dict[int, str]:  # type: ignore[override]
        return _ByContent(self)

    @cached_property
    def _is_multilingual(self) -> bool:
        return len(self._counting.values("facets.lang")) > 1

    @cached_property
    def _has_alternates(self) -> bool:
        return bool(self._counting.documents({"exists": {"field": "values.alternate"}}))

    def by_content(self, content: int) -> Sequence[str]:
        """The documents with a content hash."""
        return self._found({"term": {"hash": f"{content:016x}"}})


class _ByContent(dict[int, str]):
    """Content hash to the document, looked up when it is asked for."""

    def __init__(self, related: ClusterRelated) -> None:
        self._related = related

    def __missing__(self, content: int) -> str:
        found = self._related.by_content(content)
        if not found:
            raise KeyError(content)
        self[content] = found[0]
        return found[0]
