"""Analysed documents on their way into the cluster.

In: batches. Out: bulk requests: forms before the documents that hold them, so that whatever can be
found can also be counted; documents in the background, while the next ones are made. Makes nothing
visible.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dragoman.indexer.errors import ClusterError, in_english
from dragoman.indexer.forms import Form
from dragoman.indexer.forward import Batch
from dragoman.indexer.opensearch import schema, streaming
from dragoman.indexer.opensearch.background import Background
from dragoman.indexer.opensearch.changes import Changes
from dragoman.indexer.opensearch.connection import Action, Cluster
from dragoman.indexer.opensearch.packing import Single, single, unpacked

_COPIED = 200
_AT_ONCE = 500


class Sender:
    """Sends documents of one machine to one index; `close` ends it."""

    def __init__(self, cluster: Cluster, index: str, machine: str, changes: Changes) -> None:
        self._cluster, self._index, self._machine = cluster, index, machine
        self._changes = changes
        self._forms: set[Form] = set()  # sent by this run
        self._background = Background(cluster)

    def send(self, batch: Batch) -> None:
        """Sends the documents of a batch, in place of those with their ids.

        Raises:
            ClusterError: The cluster refuses one of this or an earlier call, or another machine has
                just added its id.
        """
        self._send_forms(batch.vocabulary)
        ones = list(single(batch))
        there = self._there([_id_of(one.batch) for one in ones])
        self._refuse_foreign(there)
        self._background.send(self._rows(ones, batch))
        self._note_removed(there)
        self._note_added(one.batch for one in ones)

    def delete(self, doc_ids: Sequence[str]) -> None:
        """Removes documents; those that are not there are passed over.

        Raises:
            ClusterError: As `send` has it.
        """
        for at in range(0, len(doc_ids), _AT_ONCE):
            there = self._there(doc_ids[at : at + _AT_ONCE])
            self._background.send(
                ({"delete": {"_index": self._index, "_id": schema.document_name(doc_id)}}, None)
                for doc_id in there
            )
            self._note_removed(there)

    def wait(self) -> None:
        """Waits until the cluster has taken all that was sent.

        Raises:
            ClusterError: It refuses something.
        """
        self._background.wait()

    def close(self) -> None:
        """Gives up what is not sent yet; returns when nothing is under way any more."""
        self._background.close()

    def copy_others(self, old: str) -> int:
        """Takes the documents of other machines over from another index; how many there are."""
        count = 0
        query = {"bool": {"must_not": {"term": {"machine": self._machine}}}}
        wanted = ("machine", "about", "words", "text")
        for hits in streaming.hits_of(self._cluster, old, query, source=wanted, page=_COPIED):
            count += len(hits)
            sources = [hit["_source"] for hit in hits]
            ones = [unpacked(schema.decoded(source)) for source in sources]
            self._send_forms(form for one in ones for form in one.vocabulary)
            self._cluster.send(
                self._row(one, source["machine"], list(map(schema.spelled, one.vocabulary)))
                for one, source in zip(ones, sources, strict=True)
            )
            self._note_added(ones)
        return count

    def _rows(self, ones: Iterable[Single], batch: Batch) -> Iterator[Action]:
        forms = list(map(schema.spelled, batch.vocabulary))
        for one, numbers in ones:
            yield self._row(one, self._machine, [forms[number] for number in numbers])

    def _row(self, one: Batch, machine: str, forms: Sequence[schema.Spelled]) -> Action:
        place = {"_index": self._index, "_id": schema.document_name(_id_of(one))}
        return {"index": place}, schema.document_row(one, machine, forms)

    def _send_forms(self, forms: Iterable[Form]) -> None:
        """Sends forms that this run has not sent yet; returns when the cluster has them."""
        new = {form for form in forms if form.exact and form not in self._forms}
        index = schema.forms_index(self._index)
        self._cluster.send(
            ({"create": {"_index": index, "_id": schema.form_name(form)}}, schema.form_row(form))
            for form in new
        )
        self._forms |= new

    def _there(self, doc_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is kept of some documents: machine, hash and pair of those that are there."""
        names = {schema.document_name(doc_id): doc_id for doc_id in doc_ids}
        if not names:
            return {}
        self._background.wait_for(names)
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
