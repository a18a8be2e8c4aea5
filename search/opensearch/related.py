"""The documents of an index in the cluster that belong together.

In: stored documents. Out: the others, as `related.Related` finds them; here it looks values up in
the cluster, for all documents of a page at once.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property

from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.packing import unpacked
from dragoman.indexer.opensearch.schema import decoded, document_name, hash_term, kept
from dragoman.indexer.relations import Relations
from dragoman.indexer.versions import address_hashes
from dragoman.search.opensearch.counting import Counting
from dragoman.search.opensearch.fetching import vanished
from dragoman.search.opensearch.local_engine import LocalEngine
from dragoman.search.opensearch.spans import Query
from dragoman.search.related import Record, Related, named_addresses

_MOST = 10_000


class ClusterRelated(Related):
    """What belongs together in an index in the cluster; handles are the cluster's names."""

    def __init__(
        self, cluster: Cluster, index: str, counting: Counting, relations: Relations
    ) -> None:
        super().__init__((), relations)
        self._cluster, self._index, self._counting = cluster, index, counting
        self._records: dict[str, Record] = {}
        self._known: dict[str, list[str]] = {}

    def expect(self, fetched: LocalEngine) -> None:
        """Looks up at once what `versions_of` and `near_identical_to` some documents begin with."""
        names = fetched.names()
        if all(name in self._records for name in names):
            return
        records = fetched.records()
        for name, (record, content) in zip(names, records, strict=True):
            self._keep(name, record, content)
        asked = {_key(query): query for each in records for query in self._asked(*each)}
        self._looked_up([query for key, query in asked.items() if key not in self._known])

    def _asked(self, record: Record, content: int) -> Iterator[Query]:
        yield from map(_with_content, self._relations.near_identical(content))
        if not self._is_multilingual:
            return
        yield from map(_with_content, self._relations.versions(content))
        if record["url"] and self._has_alternates:
            yield _with_value("alternate", record["url"])
        for value in named_addresses(record):
            yield _with_value("url", value)
        if record["pair"]:
            yield _with_value("pair", record["pair"])
        for content in address_hashes(record["url"], record["id"], record["lang"]):
            if content:
                yield _with_address(content)

    def _found(self, query: Query) -> list[str]:
        """The names of the documents that a query finds; their records are kept."""
        known = self._known.get(_key(query))
        return [*self._looked_up([query])[0]] if known is None else known

    def _looked_up(self, queries: Sequence[Query]) -> list[dict[str, Record]]:
        """What each of some queries finds: names, with the records."""
        wanted = {"size": _MOST, "_source": ["about", "hash"], "sort": ["id"]}
        bodies = [{**wanted, "query": query} for query in queries]
        if len(self._known) + len(queries) > _MOST:
            self._known.clear()
        found = []
        for query, answer in zip(queries, self._cluster.searches(bodies, self._index), strict=True):
            records = {}
            for hit in answer["hits"]["hits"]:
                batch = unpacked(decoded(hit["_source"]))
                content = int(hit["_source"]["hash"], 16)
                records[hit["_id"]] = self._keep(hit["_id"], json.loads(batch.records[0]), content)
            self._known[_key(query)] = list(records)
            found.append(records)
        return found

    def _keep(self, name: str, record: Record, content: int) -> Record:
        if len(self._records) >= _MOST:
            self._records.clear()
        known = self._records[name] = {**record, "\0hash": content}
        return known

    def with_value(self, field: str, value: str) -> list[str]:  # type: ignore[override]
        """The documents whose value of one of `forward.VALUE_FIELDS` is this."""
        if field == "id" and document_name(value) in self._records:
            return [document_name(value)]
        return self._found(_with_value(field, value))

    def _record(self, handle: str) -> Record:  # type: ignore[override]
        known = self._records.get(handle)
        if known is None:
            known = self._looked_up([{"ids": {"values": [handle]}}])[0].get(handle)
        if known is None:
            raise vanished(self._cluster)
        return known

    def _content(self, handle: str) -> int:  # type: ignore[override]
        return int(self._record(handle)["\0hash"])

    def _is_alone(self, record: Record) -> bool:
        return False  # not known beforehand: the cluster is asked

    def _with_address(self, content: int) -> list[str]:  # type: ignore[override]
        if not content:
            return []
        return self._found(_with_address(content))

    def _with_contents(self, contents: Sequence[int]) -> list[str]:  # type: ignore[override]
        """Those that are there: a commit that is under way may have removed others."""
        return [name for content in contents for name in self.by_content(content)]

    @cached_property
    def _is_multilingual(self) -> bool:
        return len(self._counting.values("facets.lang")) > 1

    @cached_property
    def _has_alternates(self) -> bool:
        return bool(self._counting.documents({"exists": {"field": "values.alternate"}}))

    def by_content(self, content: int) -> Sequence[str]:
        """The documents with a content hash."""
        return self._found(_with_content(content))


def _key(query: Query) -> str:
    return json.dumps(query)


def _with_value(field: str, value: str) -> Query:
    return {"term": {f"values.{field}": kept(value)}}


def _with_content(content: int) -> Query:
    return {"term": {"hash": hash_term(content)}}


def _with_address(content: int) -> Query:
    return {"term": {"addresses": hash_term(content)}}
