"""What an index in the cluster holds, as the machine asks that brings it up to date.

In: ids and files. Out: hashes, ids and documents, as far as this run has left them. Changes
nothing in the cluster.
"""

from dragoman.indexer.documents import Document
from dragoman.indexer.opensearch import schema, streaming
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.local import columns_of
from dragoman.indexer.store import FOREIGN
from dragoman.indexer.stored import stored_document

_PAGE = 10_000


class Held:
    """The documents that an index holds.

    Attributes:
        count: How many were there at the last commit; nothing is asked for where there are none.
    """

    def __init__(self, cluster: Cluster, index: str, machine: str) -> None:
        self._cluster, self._index, self._machine = cluster, index, machine
        with cluster.asked() as client:
            self.count = int(client.count(index=index)["count"])
            own = {"query": {"term": {"machine": machine}}}
            self._has_own = bool(self.count and client.count(index=index, body=own)["count"])
        self._paths: dict[str, str | None] = {}  # of documents added (or deleted: None) by this run
        self._read: set[str] = set()  # files of which this run has added documents
        self._of_file: dict[str, tuple[str, int]] = {}

    def note_added(self, doc_id: str, path: str) -> None:
        """This run has added a document from a file."""
        self._paths[doc_id] = path
        self._read.add(path)

    def note_deleted(self, doc_id: str) -> None:
        """This run has deleted a document."""
        self._paths[doc_id] = None

    def hash_of(self, doc_id: str) -> tuple[str, int] | None:
        """As the writer tells it."""
        if doc_id in self._of_file:
            return self._of_file[doc_id]
        if not self.count or (doc_id in self._paths and self._paths[doc_id] is None):
            return None
        with self._cluster.asked() as client:
            found = client.get(
                index=self._index, id=schema.document_name(doc_id), ignore=[404],
                params={"_source_includes": "path,hash,machine"},
            )  # fmt: skip
        if not found.get("found"):
            return None
        source = found["_source"]
        path = schema.told(source["path"])
        if source["machine"] != self._machine:
            path = f"{FOREIGN}{source['machine']}/{path}"
        return path, int(source["hash"], 16)

    def documents_of(self, path: str) -> list[str]:
        """As the writer tells it."""
        self._of_file = {}
        if not self._has_own and path not in self._read:
            return []
        query = {
            "bool": {
                "filter": [
                    {"term": {"path": schema.kept(path)}}, {"term": {"machine": self._machine}},
                ]
            }
        }  # fmt: skip
        for hits in streaming.hits_of(
            self._cluster, self._index, query, source=("id", "hash"), page=_PAGE
        ):
            for hit in hits:
                doc_id = schema.told(hit["_source"]["id"])
                if self._paths.get(doc_id, path) == path:
                    self._of_file[doc_id] = path, int(hit["_source"]["hash"], 16)
        return list(self._of_file)

    def stored(self, doc_id: str) -> Document:
        """As the writer tells it.

        Raises:
            KeyError: There is none with this id.
        """
        with self._cluster.asked() as client:
            found = client.get(
                index=self._index, id=schema.document_name(doc_id), ignore=[404],
                params={"_source_includes": "about,text"},
            )  # fmt: skip
        if not found.get("found"):
            raise KeyError(doc_id)
        columns = columns_of([schema.decoded(found["_source"])])
        return stored_document(columns.record(0), columns.text(0))
