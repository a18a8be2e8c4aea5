"""The documents of an index in the cluster as a commit looks at them: without their words.

In: hashes or values. Out: documents as segments (a text is fetched when it is asked for), and what
the cluster counts over all of them. Changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.errors import ClusterError, in_english
from dragoman.indexer.forward import Batch, join
from dragoman.indexer.opensearch import schema, streaming
from dragoman.indexer.opensearch.changes import Known
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.local import columns_of_batch
from dragoman.indexer.opensearch.packing import unpacked

Segments = list[tuple["About", NDArray[np.bool_]]]
"""Documents as `relating` and `person_table` have them: none or one segment, none deleted."""
_PAGE = 1_000
_TERMS = 10_000


class About(SegmentColumns):
    """Documents without their words."""

    cluster: Cluster
    index: str

    def text(self, doc: int, start: int = 0, stop: int | None = None) -> str:
        """A document's text between two code points."""
        doc_id = self.record(doc)["id"]
        with self.cluster.asked() as client:
            found = client.get(
                index=self.index, id=schema.document_name(doc_id), ignore=[404],
                params={"_source_includes": "about,text", "realtime": "false"},
            )  # fmt: skip
        if not found.get("found"):
            raise ClusterError(
                in_english(
                    f"another machine has just removed ‘{doc_id}’ from the index in the cluster "
                    f"at {self.cluster.shown}; run it again: nothing is sent twice"
                )
            )
        whole = columns_of_batch(unpacked(schema.decoded(found["_source"])), SegmentColumns)
        return whole.text(0, start, stop)


class Documents:
    """All visible documents of an index."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self.cluster, self.index = cluster, index

    # Some of them

    def all(self) -> Segments:
        """Every document."""
        return self._segments(self._found({"match_all": {}}))

    def with_hashes(self, hashes: NDArray[np.uint64]) -> Segments:
        """Those of some content hashes that are there."""
        return self.with_values("hash", [schema.hash_term(known) for known in hashes.tolist()])

    def with_values(self, name: str, values: Sequence[str]) -> Segments:
        """Those that have one of some values in a field."""
        queries = (
            {"terms": {name: values[at : at + _TERMS]}} for at in range(0, len(values), _TERMS)
        )
        return self._segments(batch for query in queries for batch in self._found(query))

    def _found(self, query: Mapping[str, Any]) -> Iterator[Batch]:
        for hits in streaming.hits_of(
            self.cluster, self.index, query, source=("about",), page=_PAGE
        ):
            yield join([unpacked(schema.decoded(hit["_source"])) for hit in hits])

    def _segments(self, batches: Iterable[Batch]) -> Segments:
        found = list(batches)
        if not found:
            return []
        columns = columns_of_batch(join(found), About)
        columns.cluster, columns.index = self.cluster, self.index
        return [(columns, np.ones(columns.n_docs, bool))]

    def langs(self, hashes: NDArray[np.uint64]) -> dict[int, str]:
        """Content hash to language of some documents; empty where there is none of either."""
        found = dict.fromkeys(hashes.tolist(), "")
        terms = [schema.hash_term(known) for known in found]
        for at in range(0, len(terms), _TERMS):
            query = {"terms": {"hash": terms[at : at + _TERMS]}}
            for hits in streaming.hits_of(
                self.cluster, self.index, query, fields=("hash", "facets.lang"), page=_TERMS
            ):
                for hit in hits:
                    of_hit = hit["fields"]
                    found[int(of_hit["hash"][0], 16)] = of_hit.get("facets.lang", [""])[0]
        return found

    # All of them

    def known(self) -> Iterator[Known]:
        """Content hash and pair of every document."""
        for hits in streaming.hits_of(
            self.cluster, self.index, {"match_all": {}}, fields=("hash", "values.pair"),
            page=_TERMS,
        ):  # fmt: skip
            for hit in hits:
                fields = hit["fields"]
                yield int(fields["hash"][0], 16), fields.get("values.pair", [""])[0]

    def counts(self) -> tuple[int, int]:
        """How many documents and tokens there are."""
        sums = {name: {"sum": {"field": name}} for name in ("title_length", "body_length")}
        answer = self.cluster.search(
            {"size": 0, "track_total_hits": True, "aggs": sums}, self.index
        )
        tokens = sum(int(answer["aggregations"][name]["value"]) for name in sums)
        return int(answer["hits"]["total"]["value"]), tokens

    def contents(self) -> dict[str, int]:
        """Machine to the sum of its documents' content hashes, modulo 2 ** 64."""
        parts = {str(n): {"sum": {"field": f"hash_parts.{n}"}} for n in range(4)}
        machines = {"terms": {"field": "machine", "size": _TERMS}, "aggs": parts}
        answer = self.cluster.search({"size": 0, "aggs": {"machines": machines}}, self.index)
        return {
            bucket["key"]: sum(int(bucket[n]["value"]) << 16 * int(n) for n in parts) % 2**64
            for bucket in answer["aggregations"]["machines"]["buckets"]
        }

    def counts_of(self, name: str, query: Mapping[str, Any] | None = None) -> dict[str, int]:
        """Each value of a field to the documents that have it, of all or of what a query finds."""
        found: dict[str, int] = {}
        values: dict[str, Any] = {
            "size": _TERMS,
            "sources": [{"value": {"terms": {"field": name}}}],
        }
        while True:
            body = {"size": 0, "aggs": {"values": {"composite": values}}}
            if query is not None:
                body["query"] = query
            answer = self.cluster.search(body, self.index)["aggregations"]["values"]
            for bucket in answer["buckets"]:
                found[schema.told(bucket["key"]["value"])] = int(bucket["doc_count"])
            if len(answer["buckets"]) < _TERMS:
                return found
            values["after"] = answer["after_key"]


def hashes_of(known: Iterable[int]) -> NDArray[np.uint64]:
    """Rising content hashes."""
    return np.unique(np.fromiter(known, np.uint64))
