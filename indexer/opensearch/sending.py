"""Analysed documents on their way into the cluster.

In: batches. Out: bulk requests: forms before the documents that hold them, so that whatever can be
found can also be counted. Makes nothing visible.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dragoman.indexer.errors import ClusterError, in_english
from dragoman.indexer.forward import Batch
from dragoman.indexer.opensearch import schema, streaming
from dragoman.indexer.opensearch.changes import Changes
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.packing import single, unpacked

Action = tuple[dict[str, Any], dict[str, Any] | None]
_COPIED = 200
_AT_ONCE = 500


class Sender:
    """Sends documents of one machine to one index."""

    def __init__(self, cluster: Cluster, index: str, machine: str, changes: Changes) -> None:
        self._cluster, self._index, self._machine = cluster, index, machine
        self._changes = changes
        self._forms: set[str] = set()  # sent by this run

    def send(self, batch: Batch) -> None:
        """Sends the documents of a batch, in place of those with their ids.

        Raises:
            ClusterError: The cluster refuses one, or another machine has just added its id.
        """
        self._send_forms(batch)
        ones = list(single(batch))
        there = self._there([_id_of(one) for one in ones])
        self._refuse_foreign(there)
        self._cluster.send(self._rows(ones, self._machine))
        self._note_removed(there)
        self._note_added(ones)

    def delete(self, doc_ids: Sequence[str]) -> None:
        """Removes documents; those that are not there are passed over."""
        for at in range(0, len(doc_ids), _AT_ONCE):
            there = self._there(doc_ids[at : at + _AT_ONCE])
            self._cluster.send(
                ({"delete": {"_index": self._index, "_id": schema.document_name(doc_id)}}, None)
                for doc_id in there
            )
            self._note_removed(there)

    def copy_others(self, old: str) -> int:
        """Takes the documents of other machines over from another index; how many there are."""
        count = 0
        query = {"bool": {"must_not": {"term": {"machine": self._machine}}}}
        wanted = ("machine", "about", "words", "text")
        for hits in streaming.hits_of(self._cluster, old, query, source=wanted, page=_COPIED):
            count += len(hits)
            for hit in hits:
                one = unpacked(schema.decoded(hit["_source"]))
                self._send_forms(one)
                self._cluster.send(self._rows([one], hit["_source"]["machine"]))
                self._note_added([one])
        return count

    def _rows(self, ones: Sequence[Batch], machine: str) -> Iterator[Action]:
        for one in ones:
            name = schema.document_name(_id_of(one))
            yield (
                {"index": {"_index": self._index, "_id": name}},
                schema.document_row(one, machine),
            )

    def _send_forms(self, batch: Batch) -> None:
        """Sends the forms of a batch that this run has not sent yet."""
        rows: list[Action] = []
        for form in batch.vocabulary:
            name = schema.form_name(form)
            if form.exact and name not in self._forms:
                self._forms.add(name)
                head = {"create": {"_index": schema.forms_index(self._index), "_id": name}}
                rows.append((head, schema.form_row(form)))
        self._cluster.send(rows)

    def _there(self, doc_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is kept of some documents: machine, hash and pair of those that are there."""
        names = {schema.document_name(doc_id): doc_id for doc_id in doc_ids}
        if not names:
            return {}
        with self._cluster.asked() as client:
            found = client.mget(
                index=self._index, body={"ids": list(names)},
                params={"_source": "machine,hash,values.pair"},
            )["docs"]  # fmt: skip
        return {names[each["_id"]]: each["_source"] for each in found if each.get("found")}

    def _refuse_foreign(self, there: Mapping[str, Mapping[str, Any]]) -> None:
        """Another machine may have taken an id since it was looked up."""
        for doc_id, source in there.items():
            if source["machine"] != self._machine:
                raise ClusterError(
                    in_english(
                        f"the machine {source['machine']} has just added a document with the id "
                        f"‘{doc_id}’; run it again, and the file is told that holds it here"
                    )
                )

    def _note_removed(self, there: Mapping[str, Mapping[str, Any]]) -> None:
        for source in there.values():
            pair = (source["values"].get("pair") or [""])[0]
            self._changes.remove(int(source["hash"], 16), pair)

    def _note_added(self, ones: Iterable[Batch]) -> None:
        for one in ones:
            pair = json.loads(one.records[0])["pair"]
            self._changes.add(int(one.hashes[0]), schema.kept(pair or ""))


def _id_of(one: Batch) -> str:
    number = one.fields["id"].forms[0]
    return one.vocabulary[int(number)].keys[0]
