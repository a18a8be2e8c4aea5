"""Writing an index in the cluster: documents in, committed generations out.

In: documents of this machine's part of the collection. Out: bulk requests, and at a commit what
makes them visible. Documents are analysed here, in worker processes as for an embedded index;
several machines may write at once, each its own files. A rebuild goes into a new index, to which
the alias is switched. Reads no files of the collection.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any

from dragoman.indexer import manifest
from dragoman.indexer.analysis_pool import AnalysisPool
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ClusterError, IndexDamaged, IndexStale, in_english
from dragoman.indexer.forward import Batch
from dragoman.indexer.opensearch import committing, indices, schema, state
from dragoman.indexer.opensearch.changes import Changes
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.documents import Documents
from dragoman.indexer.opensearch.held import Held
from dragoman.indexer.opensearch.lock import Lock
from dragoman.indexer.opensearch.sending import Sender
from dragoman.indexer.opensearch.state import State
from dragoman.indexer.opensearch.tables import (
    Tables,
    read_tables,
    remove_old_tables,
    write_tables,
)
from dragoman.indexer.person_table import NO_NAMES, Names
from dragoman.indexer.relations import Relations
from dragoman.indexer.store import CHUNK_CHARS

CHECKPOINT_CHARS = 64_000_000
"""Text sent after which a commit keeps it from being sent again."""
_TRIES = 20


class OpenSearchWriter:
    """Writes an index in a cluster; holds this machine's lock while the context is open.

    Args:
        cluster: Where.
        machine: Whose part of the collection it brings up to date.
        full: Whether to start from nothing, in an index beside what readers see until the commit.
        jobs: Worker processes for analysis.
        wait_s: Seconds to wait for another run of this machine.
        keeps_others: Whether a full run takes the documents of other machines over.
        shards: Shards of a new index.
        replicas: Copies of each shard.

    Raises:
        ClusterError: The cluster can't be reached or used.
        IndexLocked: Another run is writing; names it.
        IndexStale: Another version built the index, and `full` is not asked for.
    """

    def __init__(
        self, cluster: Cluster, machine: str, *, full: bool = False, keeps_others: bool = True,
        jobs: int = 1, wait_s: float = 3.0, shards: int = 1, replicas: int = 0,
    ) -> None:  # fmt: skip
        self.cluster, self._machine, self._full = cluster, machine, full
        cluster.check()
        indices.ensure(cluster, shards, replicas)
        self._lock = Lock(cluster, machine, alone=full, wait_s=wait_s)
        try:
            self._open(keeps_others)
        except BaseException:
            self._lock.release()
            raise
        self._pool = AnalysisPool(jobs)
        self._chunk: list[tuple[Document, str]] = []
        self._chunk_chars = self._sent_chars = 0
        self._unsent: set[str] = set()
        self._deleting: list[str] = []
        self.analysed_tokens = 0
        self.checkpoint_due = False

    def _open(self, keeps_others: bool) -> None:
        self._old = self._read_old()
        self._tables, self._changes = Tables(), Changes()
        if self._old is not None and not self._full:
            self._tables = read_tables(self.cluster, self._old.tables)
            self.index = self._old.documents
            self.cluster.refresh(self.index)  # what a run that was killed has sent
        else:
            kept = self._old.documents if self._old is not None else ""
            self.index = indices.create_documents(self.cluster, kept, anew=self._full)
        self.old_header = None
        if self._old is not None and not self._full:
            roots = state.roots_of(self.cluster, self._machine)
            self.old_header = manifest.Header(
                **{**_plain(self._old.header), "roots": roots}  # this machine's alone
            )
        self._known_files = {} if self._full else state.read_files(self.cluster, self._machine)
        self._held = Held(self.cluster, self.index, self._machine)
        self.documents = self._held.count
        self._sender = Sender(self.cluster, self.index, self._machine, self._changes)
        self._has_others = self._full and self._is_usable and keeps_others
        if self._has_others and self._old is not None:
            self._held.count += self._sender.copy_others(self._old.documents)

    def _read_old(self) -> State | None:
        """The newest generation; one that another version built is good for being replaced."""
        self._is_usable = True
        try:
            return state.read_state(self.cluster)
        except (IndexStale, IndexDamaged):
            if not self._full:
                raise
            self._is_usable = False
            return state.read_replaced(self.cluster)

    def __enter__(self) -> "OpenSearchWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()
        self._sender.close()  # before what it sends to is dropped, or another run begins
        try:
            if self._full and (self._old is None or self._old.documents != self.index):
                indices.drop(self.cluster, self.index)  # never finished
        finally:
            self._lock.release()

    @property
    def names(self) -> Names:
        """Spellings of persons that were settled at the last commit."""
        return self._tables.persons.settled

    def known_files(self) -> dict[str, manifest.FileEntry]:
        """The files of this machine as they were when they were read."""
        return dict(self._known_files)

    @property
    def replaces(self) -> bool:
        """Whether an index that is there gives way to what is written."""
        return self._full and self._old is not None

    # What the index holds

    def hash_of(self, doc_id: str) -> tuple[str, int] | None:
        """Key of the file and content hash of a document that an earlier commit holds, or None.

        The key of a file of another machine begins with `FOREIGN`.
        """
        return self._held.hash_of(doc_id)

    def documents_of(self, path: str) -> list[str]:
        """Ids of the documents that came from a file of this machine."""
        return self._held.documents_of(path)

    def stored(self, doc_id: str) -> Document:
        """A document as it was added.

        Raises:
            KeyError: There is none with this id.
        """
        return self._held.stored(doc_id)

    # Changes

    def add(self, document: Document, path: str) -> None:
        """Adds a document, in place of the one with its id."""
        if document.doc_id in self._unsent:
            self._finish()
        self._held.note_added(document.doc_id, path)
        self._unsent.add(document.doc_id)
        self._chunk.append((document, path))
        self._chunk_chars += len(document.text) + 500
        if self._chunk_chars >= CHUNK_CHARS:
            for batch in self._pool.submit(self._take_chunk()):
                self._send(batch)

    def add_analysed(self, batch: Batch) -> None:
        """Adds documents of another index, whose ids are not in this one."""
        self._send(batch)
        self.documents += len(batch)

    def take_relations(self, relations: Relations) -> None:
        """Which of the added documents belong together, where that is known."""
        self._tables = replace(self._tables, relations=relations)

    def delete(self, doc_id: str) -> None:
        """Removes a document; does nothing where there is none."""
        if doc_id in self._unsent:
            self._finish()
        self._held.note_deleted(doc_id)
        self._deleting.append(doc_id)

    def _take_chunk(self) -> list[tuple[Document, str]]:
        self._sent_chars += self._chunk_chars
        chunk, self._chunk, self._chunk_chars = self._chunk, [], 0
        return chunk

    def _finish(self) -> None:
        """Sends all that was added; returns when the cluster has it."""
        for batch in self._pool.finish(self._take_chunk()):
            self._send(batch)
        self._unsent.clear()
        self._send_deletions()
        self._sender.wait()

    def _send_deletions(self) -> None:
        gone, self._deleting = self._deleting, []
        self._sender.delete(gone)

    def _send(self, batch: Batch) -> None:
        self._send_deletions()
        self.analysed_tokens += batch.n_tokens
        self._sender.send(batch)
        if self._sent_chars >= CHECKPOINT_CHARS:
            self.checkpoint_due = not self._full

    # Committing

    def commit(
        self,
        roots: Sequence[manifest.Root],
        files: dict[str, manifest.FileEntry],
        *,
        names: Names = NO_NAMES,
        is_checkpoint: bool = False,
    ) -> manifest.Header:
        """Makes everything so far visible to readers.

        Args:
            roots: This machine's folders and files.
            files: What each file was when it was read.
            names: Spellings of persons that are settled (`names_file`).
            is_checkpoint: Whether more follows at once: persons and relations can wait.
        """
        self._finish()
        self.cluster.refresh(schema.forms_index(self.index))
        self.cluster.refresh(self.index)
        state.write_roots(self.cluster, self._machine, roots)
        if self._full:
            self._forget_files()
        elif not is_checkpoint:
            self._remove_left_over(files)
        for _ in range(_TRIES):
            header = self._commit(names, is_checkpoint)
            if header is not None:
                break
            self._old = self._faster()
            if not self._full:
                self._tables = read_tables(self.cluster, self._old.tables)
        else:
            raise ClusterError(
                in_english(
                    f"other machines commit to the cluster at {self.cluster.shown} all the time; "
                    "run it again later: nothing is sent twice"
                )
            )
        # Files behind the commit: what a run that was killed has read, the next one reads again.
        state.write_files(self.cluster, self._machine, self._known_files, files)
        self._known_files = dict(files)
        self._held.count = header.documents
        self._sent_chars, self.checkpoint_due, self._full = 0, False, False
        self.documents = header.documents
        return manifest.Header(**{**_plain(header), "roots": tuple(roots)})

    def _remove_left_over(self, files: Iterable[str]) -> None:
        """Removes documents that a killed run has sent from files that are not there any more."""
        documents = Documents(self.cluster, self.index)
        contents = documents.contents()
        if committing.is_known(contents, self._machine, self._tables, self._changes):
            return
        known = {schema.told(schema.kept(key)) for key in files}
        own = documents.counts_of("path", {"term": {"machine": self._machine}})
        for path in own.keys() - known:
            self._sender.delete(self._held.documents_of(path))
        self._sender.wait()
        self.cluster.refresh(self.index)

    def _forget_files(self) -> None:
        """Forgets the files whose documents the index will not have that takes the old one's place.

        What is read again though it is there costs time; what is not read would be missing.
        """
        state.forget_files(self.cluster, self._machine, of_others=False)
        if not self._has_others:
            state.forget_files(self.cluster, self._machine, of_others=True)

    def _faster(self) -> State:
        """What another machine has committed meanwhile."""
        found = state.read_state(self.cluster)
        if found is None or (found.documents != self.index and not self._full):
            raise ClusterError(
                in_english(
                    f"the index in the cluster at {self.cluster.shown} was rebuilt or removed by "
                    "another machine meanwhile; run it again"
                )
            )
        return found

    def _commit(self, names: Names, is_checkpoint: bool) -> manifest.Header | None:
        generation = self._old.generation + 1 if self._old is not None else 0
        documents = Documents(self.cluster, self.index)
        if is_checkpoint:
            tables = committing.unfinished(self._tables, self._machine, self._changes)
        else:
            machine = None if self._full else self._machine
            tables = committing.related(documents, machine, self._tables, self._changes, names)
        header = committing.counted(documents, names, is_checkpoint=is_checkpoint)
        name = write_tables(self.cluster, generation, tables)
        new = State(generation, header, self.index, name)
        written = state.write_state(self.cluster, new, self._old)
        if written is None:
            return None
        if not is_checkpoint:
            self._tables = tables
            self._changes.clear()
        old, self._old = self._old, written
        indices.switch(self.cluster, self.index)
        if old is not None and old.documents not in ("", self.index):
            indices.drop(self.cluster, old.documents)
        remove_old_tables(self.cluster, generation)
        return header


def open_writer(url: str, *, full: bool, jobs: int, keeps_others: bool = True) -> OpenSearchWriter:
    """The writer of this machine's part of the index in a cluster; arguments as it has them.

    `DRAGOMAN_SHARDS` and `DRAGOMAN_REPLICAS` count where an index is made.

    Raises:
        ClusterError: The cluster can't be reached or used.
        IndexLocked: Another run is writing; names it.
        IndexStale: Another version built the index, and `full` is not asked for.
    """
    shards, replicas = (
        int(value) if (value := os.environ.get(f"DRAGOMAN_{name}", "")).isdigit() else default
        for name, default in (("SHARDS", 1), ("REPLICAS", 0))
    )
    return OpenSearchWriter(
        Cluster(url),
        state.this_machine(),
        full=full,
        keeps_others=keeps_others,
        jobs=jobs,
        shards=shards,
        replicas=replicas,
    )


def last_run(url: str) -> tuple[tuple[manifest.Root, ...], dict[str, manifest.FileEntry]]:
    """The roots and files of this machine's last run; none where there is no index."""
    cluster, machine = Cluster(url), state.this_machine()
    cluster.check()
    if cluster.get("meta", "header") is None:
        return (), {}
    return state.roots_of(cluster, machine), state.read_files(cluster, machine)


def committed_at(url: str) -> tuple[int, tuple[manifest.Root, ...]]:
    """The newest generation of an index in a cluster, and this machine's roots."""
    cluster = Cluster(url, for_reading=True)
    found = state.read_state(cluster)
    if found is None:
        raise cluster.missing()
    return found.generation, state.roots_of(cluster, state.this_machine())


def _plain(header: manifest.Header) -> dict[str, Any]:
    return {**asdict(header), "roots": header.roots}
