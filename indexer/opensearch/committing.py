"""What a commit finds out about all documents of an index in the cluster.

In: an index as it is visible now. Out: its header, its persons and relations, by the same code as
for an embedded index, over all documents without their words.
"""

import numpy as np

from dragoman.indexer import manifest
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.forward import join
from dragoman.indexer.opensearch import schema, state, streaming
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.local import columns_of_batch
from dragoman.indexer.opensearch.packing import unpacked
from dragoman.indexer.opensearch.state import Tables
from dragoman.indexer.person_table import Names, names_hash
from dragoman.indexer.relating import relations_of

_PAGE = 1_000


def counted(cluster: Cluster, index: str, names: Names, *, is_checkpoint: bool) -> manifest.Header:
    """The header of an index as it is now, with the roots of all machines."""
    fields = ("title_length", "body_length", *(f"hash_parts.{number}" for number in range(4)))
    sums = {name: {"sum": {"field": name}} for name in fields}
    answer = cluster.search({"size": 0, "track_total_hits": True, "aggs": sums}, index)
    totals = {name: int(of["value"]) for name, of in answer["aggregations"].items()}
    content = sum(totals[f"hash_parts.{number}"] << 16 * number for number in range(4))
    return manifest.Header(
        state=manifest.states_of(content + names_hash(names))[is_checkpoint],
        documents=int(answer["hits"]["total"]["value"]),
        tokens=totals["title_length"] + totals["body_length"],
        roots=tuple(root for roots in state.all_roots(cluster).values() for root in roots),
    )


def related(cluster: Cluster, index: str, old: Tables, names: Names) -> Tables:
    """Who is who, and which documents belong together, from what was known before."""
    columns = _About.of(cluster, index)
    segments = [(columns, np.ones(columns.n_docs, bool))] if columns is not None else []
    relations = relations_of(segments, old.relations)
    old.persons.update(segments, names, relations)
    return Tables(old.persons, relations)


class _About(SegmentColumns):
    """All documents of an index without their words; a text is fetched when it is asked for."""

    cluster: Cluster
    index: str

    @classmethod
    def of(cls, cluster: Cluster, index: str) -> "_About | None":
        """Every document of an index, by id; None where it is empty."""
        batches = [
            join([unpacked(schema.decoded(hit["_source"])) for hit in hits])
            for hits in streaming.hits_of(
                cluster, index, {"match_all": {}}, source=("about",), page=_PAGE
            )
        ]
        if not batches:
            return None
        columns = columns_of_batch(join(batches), cls)
        columns.cluster, columns.index = cluster, index
        return columns

    def text(self, doc: int, start: int = 0, stop: int | None = None) -> str:
        """A document's text between two code points."""
        name = schema.document_name(self.record(doc)["id"])
        with self.cluster.asked() as client:
            found = client.get(index=self.index, id=name, params={"_source_includes": "about,text"})
        whole = columns_of_batch(unpacked(schema.decoded(found["_source"])), SegmentColumns)
        return whole.text(0, start, stop)
