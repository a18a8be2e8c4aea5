"""Writing an index: documents in, committed generations out.

`IndexWriter` is the seam: the collection's sync speaks to it alone, so that another engine can
take its place. `WhooshWriter` writes columns into a Whoosh index: documents are analysed in
worker processes, inverted a batch at a time, and made visible by Whoosh's table of contents.
Reads no files of the collection and evaluates no query.
"""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from dragoman.indexer import codec, manifest
from dragoman.indexer.analysis_pool import AnalysisPool
from dragoman.indexer.codec import ColumnSegment, Toc
from dragoman.indexer.documents import Document
from dragoman.indexer.forward import Batch, join
from dragoman.indexer.person_table import NO_NAMES, Names, PersonTable, names_hash
from dragoman.indexer.relating import relations_of
from dragoman.indexer.relations import (
    NO_RELATIONS,
    Relations,
    read_relations,
    remove_old_relations,
    write_relations,
)
from dragoman.indexer.segment_set import SegmentSet
from dragoman.indexer.segment_writer import write_segment
from dragoman.indexer.stored import stored_document
from dragoman.indexer.write_lock import WriteLock, claim_folder

BATCH_CHARS = 16_000_000
"""Text analysed before a segment is written: bounds memory, whatever the collection's size."""
CHUNK_CHARS = 600_000
"""Text handed to a worker process at a time."""
FOREIGN = "//"
"""What the key of a file begins with that is on another machine, behind the machine's name."""


class IndexWriter(Protocol):
    """What brings an index up to date; a context manager that commits nothing by itself."""

    analysed_tokens: int
    """Tokens of title and body analysed so far."""
    checkpoint_due: bool
    """Whether so much has been written that a commit would keep it from being lost."""

    @property
    def documents(self) -> int:
        """Documents that will be in the index after the next commit."""
        ...

    @property
    def names(self) -> Names:
        """Spellings of persons that were settled at the last commit."""
        ...

    def known_files(self) -> dict[str, manifest.FileEntry]:
        """The files of the collection as they were when they were read."""
        ...

    def hash_of(self, doc_id: str) -> tuple[str, int] | None:
        """Key of the file and content hash of a document in the index, or None.

        The key of a file that another machine indexes begins with `FOREIGN`.
        """
        ...

    def documents_of(self, path: str) -> list[str]:
        """Ids of the documents that came from a file."""
        ...

    def stored(self, doc_id: str) -> Document:
        """A document of the index as it was added."""
        ...

    def add(self, document: Document, path: str) -> None:
        """Adds a document, in place of the one with its id."""
        ...

    def add_analysed(self, batch: Batch) -> None:
        """Adds documents of another index, whose ids are not in this one."""
        ...

    def take_relations(self, relations: Relations) -> None:
        """Which of the added documents belong together, where that is known."""
        ...

    def delete(self, doc_id: str) -> None:
        """Removes a document; does nothing where there is none."""
        ...

    def commit(
        self,
        roots: Sequence[manifest.Root],
        files: dict[str, manifest.FileEntry],
        *,
        names: Names = NO_NAMES,
        is_checkpoint: bool = False,
    ) -> manifest.Header:
        """Makes everything so far visible to readers in one step."""
        ...


class WhooshWriter:
    """Writes an embedded index; holds its write lock while the context is open.

    Args:
        folder: The index directory; made where it is missing.
        full: Whether to start from nothing beside what readers see until the commit.
        jobs: Worker processes for analysis.
        wait_s: Seconds to wait for another writer.

    Raises:
        IndexLocked: Another process is writing; names it.
        IndexForeign: The directory holds something else.
        IndexStale: Another version built the index, and `full` is not asked for.
        IndexDamaged: The index can't be read, and `full` is not asked for.
    """

    def __init__(
        self, folder: Path, *, full: bool = False, jobs: int = 1, wait_s: float = 3.0
    ) -> None:
        self.folder = folder
        claim_folder(folder)
        self._lock = WriteLock(folder, wait_s)
        try:
            self._open(full)
        except BaseException:
            self._lock.release()
            raise
        self._pool = AnalysisPool(jobs)
        self._chunk: list[tuple[Document, str]] = []
        self._chunk_chars = 0
        self._done: list[Batch] = []
        self._done_chars = 0
        self._unwritten: set[str] = set()
        self.analysed_tokens = 0
        self.checkpoint_due = False

    def _open(self, full: bool) -> None:
        self._full = full
        self.old_header: manifest.Header | None = None
        if full:
            toc = Toc(codec.latest_generation(self.folder), ())
        else:
            toc = codec.read_toc(self.folder)
            if toc.generation >= 0:
                self.old_header = manifest.read_header(self.folder, toc.generation)
                self.old_header.check(self.folder)
        has_relations = self.old_header is not None
        self._relations = (
            read_relations(self.folder, toc.generation) if has_relations else NO_RELATIONS
        )
        self._generation = toc.generation
        self._segments = SegmentSet(self.folder, toc.segments)
        self._persons = PersonTable.read(self.folder, toc.generation if self.old_header else -1)

    def __enter__(self) -> "WhooshWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()
        self._lock.release()

    @property
    def documents(self) -> int:
        """Documents that will be in the index after the next commit."""
        return self._segments.n_docs + len(self._unwritten)

    @property
    def names(self) -> Names:
        """Spellings of persons that were settled at the last commit."""
        return self._persons.settled

    def known_files(self) -> dict[str, manifest.FileEntry]:
        """The files of the collection as they were when they were read."""
        if self.old_header is None:
            return {}
        return manifest.read_files(self.folder, self._generation)

    # What the index holds

    def hash_of(self, doc_id: str) -> tuple[str, int] | None:
        """Key of the file and content hash of a written document, or None."""
        for columns, doc in self._segments.places("id", doc_id):
            return columns.record(doc)["path"], int(columns.hashes()[doc])
        return None

    def documents_of(self, path: str) -> list[str]:
        """Ids of the written documents that came from a file."""
        return [columns.record(doc)["id"] for columns, doc in self._segments.places("path", path)]

    def stored(self, doc_id: str) -> Document:
        """A written document as it was added.

        Raises:
            KeyError: There is none with this id.
        """
        for columns, doc in self._segments.places("id", doc_id):
            return stored_document(columns.record(doc), columns.text(doc))
        raise KeyError(doc_id)

    # Changes

    def add(self, document: Document, path: str) -> None:
        """Adds a document, in place of the one with its id."""
        self.delete(document.doc_id)
        self._unwritten.add(document.doc_id)
        self._chunk.append((document, path))
        self._chunk_chars += len(document.text) + 500
        if self._chunk_chars >= CHUNK_CHARS:
            for batch in self._pool.submit(self._take_chunk()):
                self._collect(batch)
        if self._done_chars >= BATCH_CHARS:
            self._write_batch()

    def add_analysed(self, batch: Batch) -> None:
        """Adds documents of another index, whose ids are not in this one."""
        self._done.append(batch)
        self._done_chars += int(batch.text_lengths.sum())
        self._unwritten.update(json.loads(record)["id"] for record in batch.records)
        if self._done_chars >= BATCH_CHARS:
            self._write_batch()

    def take_relations(self, relations: Relations) -> None:
        """Which of the added documents belong together, where that is known."""
        self._relations = relations

    def delete(self, doc_id: str) -> None:
        """Removes a document; does nothing where there is none."""
        if doc_id in self._unwritten:
            self._write_batch()
        self._segments.delete(doc_id)

    def _take_chunk(self) -> list[tuple[Document, str]]:
        self._segments.release()  # what looking up ids has read
        self._done_chars += self._chunk_chars
        chunk, self._chunk, self._chunk_chars = self._chunk, [], 0
        return chunk

    def _collect(self, batch: Batch) -> None:
        self.analysed_tokens += batch.n_tokens
        self._done.append(batch)

    def _write_batch(self, *, is_last: bool = False) -> None:
        """Writes all that was added to a segment of its own, not visible yet.

        What will be merged with others soon is written without its pairs.
        """
        for batch in self._pool.finish(self._take_chunk()):
            self._collect(batch)
        if self._done:
            batch = join(self._done)
            self._done, self._done_chars = [], 0
            self._unwritten.clear()
            segment = ColumnSegment(len(batch))
            is_alone = is_last and all(columns.has_pairs for columns in self._segments.columns)
            write_segment(segment.path(self.folder), batch, with_pairs=is_alone)
            self._segments.add(segment)
            self.checkpoint_due = not self._full

    # Committing

    @property
    def _visible(self) -> set[str]:
        if self._generation < 0 or self._full:
            return set()
        return {s.path(self.folder).name for s in codec.read_toc(self.folder).segments}

    def commit(
        self,
        roots: Sequence[manifest.Root],
        files: dict[str, manifest.FileEntry],
        *,
        names: Names = NO_NAMES,
        is_checkpoint: bool = False,
    ) -> manifest.Header:
        """Makes everything so far visible to readers in one step.

        Args:
            roots: The collection's folders and files.
            files: What each file was when it was read.
            names: Spellings of persons that are settled (`names_file`).
            is_checkpoint: Whether more follows at once: segments are not merged yet, and who is
                who and what belongs together stays as it was; the next commit finds both, in
                another run where this one is killed.
        """
        self._write_batch(is_last=not is_checkpoint)
        if not is_checkpoint:
            self._segments.merge(self._visible)
            live = self._segments.live()
            self._relations = relations_of(live, self._relations)
            self._persons.update(live, names, self._relations)
        generation = self._generation + 1
        toc = Toc(generation, self._segments.committed())
        live_tokens = sum(map(self._segments.n_tokens, range(len(self._segments))))
        header = manifest.Header(
            state=manifest.states_of(self._state(names))[is_checkpoint],
            documents=self.documents, tokens=live_tokens, roots=tuple(roots),
            toc_checksum=_toc_checksum(toc),
        )  # fmt: skip
        write_relations(self.folder, generation, self._relations)
        manifest.write_files(self.folder, generation, files)
        self._persons.write(self.folder, generation)
        manifest.write_header(self.folder, generation, header)
        codec.write_toc(self.folder, toc)
        codec.remove_unused(self.folder, toc)
        manifest.remove_old_files(self.folder, generation)
        remove_old_relations(self.folder, generation)
        self._generation, self._full, self.checkpoint_due = generation, False, False
        return header

    def _state(self, names: Names) -> int:
        """A sum over what is in the index, in whatever order it came."""
        hashes = (columns.hashes()[live] for columns, live in self._segments.live())
        return names_hash(names) + sum(int(of_one.sum(dtype=np.uint64)) for of_one in hashes)


def _toc_checksum(toc: Toc) -> int:
    """CRC-32 of the file that `codec.write_toc` will make of it."""
    storage = RamStorage()
    TOC(codec.build_schema(), list(toc.segments), toc.generation).write(storage, codec.INDEX_NAME)
    with storage.open_file(manifest.toc_name(toc.generation)) as file:
        return zlib.crc32(file.read())
