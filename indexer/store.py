"""Writing an index: documents in, committed generations out.

`IndexWriter` is the seam: the collection's sync speaks to it alone, so that another engine can
take its place. `WhooshWriter` writes columns into a Whoosh index: documents are analysed in
worker processes, inverted a batch at a time, and made visible by Whoosh's table of contents.
Reads no files of the collection and evaluates no query.
"""

import os
import socket
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC

from dragoman.indexer import codec, manifest
from dragoman.indexer.analysis_pool import AnalysisPool
from dragoman.indexer.codec import ColumnSegment, Toc
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexForeign, IndexLocked, Message
from dragoman.indexer.forward import Batch, join
from dragoman.indexer.merging import merge_segments
from dragoman.indexer.person_table import NO_NAMES, Names, PersonTable, names_hash
from dragoman.indexer.relating import relations_of
from dragoman.indexer.relations import (
    NO_RELATIONS,
    Relations,
    read_relations,
    remove_old_relations,
    write_relations,
)
from dragoman.indexer.segment_writer import write_segment
from dragoman.indexer.sources import Source
from dragoman.indexer.stored import stored_document

BATCH_CHARS = 16_000_000
"""Text analysed before a segment is written: bounds memory, whatever the collection's size."""
CHUNK_CHARS = 600_000
"""Text handed to a worker process at a time."""
MAX_MERGED_TOKENS = 400_000_000
"""Tokens of a merged segment: positions are numbers of 32 bits."""
FOREIGN = "//"
"""What the key of a file begins with that is on another machine, behind the machine's name."""
_MERGE_FACTOR = 4
"""A segment joins a merge where it is at most so many times as large as all smaller ones."""
_MAX_DELETED_SHARE = 0.3
_LOCK_NAME = f"{codec.INDEX_NAME}_WRITELOCK"
_HOLDER_NAME = "writer"
_ALERTS = ("alerts.json", "alerts.lock", "alerts.tmp")
"""Saved searches, which lie beside the index and outlive it."""
_OURS = (".gitkeep", ".gitignore", "manifest.tmp", _LOCK_NAME, _HOLDER_NAME, *_ALERTS)


class IndexWriter(Protocol):
    """What brings an index up to date; a context manager that commits nothing by itself."""

    documents: int
    """Documents that will be in the index after the next commit."""
    analysed_tokens: int
    """Tokens of title and body analysed so far."""
    checkpoint_due: bool
    """Whether so much has been written that a commit would keep it from being lost."""

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
        self._make_folder()
        self._lock = FileStorage(str(folder)).lock(_LOCK_NAME)
        self._acquire(wait_s)
        try:
            self._open(full)
        except BaseException:
            self._release()
            raise
        self._pool = AnalysisPool(jobs)
        self._chunk: list[tuple[Document, str]] = []
        self._chunk_chars = 0
        self._done: list[Batch] = []
        self._done_chars = 0
        self._unwritten: set[str] = set()
        self.analysed_tokens = 0
        self.checkpoint_due = False

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            names = {path.name for path in self.folder.iterdir()}
        except OSError as error:
            raise IndexForeign(
                Message(
                    "{folder} can't hold an index ({reason}); choose another directory with "
                    "--index",
                    folder=self.folder,
                    reason=error.strerror,
                )
            ) from error
        if manifest.is_ours(self.folder):
            return
        if codec.latest_generation(self.folder) >= 0:
            raise IndexForeign(
                Message(
                    "{folder} holds a Whoosh index that Dragoman did not make; choose "
                    "another directory with --index",
                    folder=self.folder,
                )
            )
        strange = sorted(
            name for name in names if name not in _OURS and not name.startswith(codec.INDEX_NAME)
        )
        kept = tuple(f"{kind}-" for kind in (*manifest.KINDS, "relations"))
        strange = [name for name in strange if not name.startswith(kept)]
        if strange:
            raise IndexForeign(
                Message(
                    "{folder} holds other files ({names}); choose an empty directory with --index",
                    folder=self.folder,
                    names=", ".join(strange[:3]),
                )
            )

    def _acquire(self, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while not self._lock.acquire():
            if time.monotonic() >= until:
                holder = "another process"
                if (self.folder / _HOLDER_NAME).exists():
                    holder = (self.folder / _HOLDER_NAME).read_text("utf-8").strip() or holder
                raise IndexLocked(
                    Message(
                        "{holder} is writing to the index at {folder}; wait until it has ended",
                        holder=holder,
                        folder=self.folder,
                    )
                )
            time.sleep(0.05)
        host, when = socket.gethostname(), time.strftime("%Y-%m-%d %H:%M:%S")
        (self.folder / _HOLDER_NAME).write_text(
            f"process {os.getpid()} on {host} (since {when})\n", "utf-8"
        )

    def _release(self) -> None:
        (self.folder / _HOLDER_NAME).unlink(missing_ok=True)
        self._lock.release()

    def _open(self, full: bool) -> None:
        self._full = full
        if full:
            toc = Toc(codec.latest_generation(self.folder), ())
            self.old_header = None
        else:
            toc = codec.read_toc(self.folder)
            self.old_header = None
            if toc.generation >= 0:
                self.old_header = manifest.read_header(self.folder, toc.generation)
                self.old_header.check(self.folder)
        has_relations = self.old_header is not None
        self._relations = (
            read_relations(self.folder, toc.generation) if has_relations else NO_RELATIONS
        )
        self._generation = toc.generation
        self._segments = list(toc.segments)
        self._columns = [segment.open(self.folder) for segment in self._segments]
        self._deleted: list[set[int]] = [
            set(segment.deleted_docs().tolist()) for segment in self._segments
        ]
        self.documents = sum(segment.doc_count() for segment in self._segments)
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
        self._release()

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

    def _places(self, field: str, value: str) -> Iterator[tuple[int, int]]:
        for number, columns in enumerate(self._columns):
            for doc in columns.docs_with_value(field, value).tolist():
                if doc not in self._deleted[number]:
                    yield number, doc

    def hash_of(self, doc_id: str) -> tuple[str, int] | None:
        """Key of the file and content hash of a written document, or None."""
        for number, doc in self._places("id", doc_id):
            columns = self._columns[number]
            return columns.record(doc)["path"], int(columns.hashes()[doc])
        return None

    def documents_of(self, path: str) -> list[str]:
        """Ids of the written documents that came from a file."""
        return [
            self._columns[number].record(doc)["id"] for number, doc in self._places("path", path)
        ]

    def stored(self, doc_id: str) -> Document:
        """A written document as it was added.

        Raises:
            KeyError: There is none with this id.
        """
        for number, doc in self._places("id", doc_id):
            columns = self._columns[number]
            return stored_document(columns.record(doc), columns.text(doc))
        raise KeyError(doc_id)

    # Changes

    def add(self, document: Document, path: str) -> None:
        """Adds a document, in place of the one with its id."""
        self.delete(document.doc_id)
        self._unwritten.add(document.doc_id)
        self._chunk.append((document, path))
        self.documents += 1
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
        self.documents += len(batch)
        if self._done_chars >= BATCH_CHARS:
            self._write_batch()

    def take_relations(self, relations: Relations) -> None:
        """Which of the added documents belong together, where that is known."""
        self._relations = relations

    def delete(self, doc_id: str) -> None:
        """Removes a document; does nothing where there is none."""
        if doc_id in self._unwritten:
            self._write_batch()
        for number, doc in list(self._places("id", doc_id)):
            self._deleted[number].add(doc)
            self.documents -= 1

    def _take_chunk(self) -> list[tuple[Document, str]]:
        for columns in self._columns:
            columns.file.release()  # what looking up ids has read
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
            is_alone = is_last and all(columns.has_pairs for columns in self._columns)
            write_segment(segment.path(self.folder), batch, with_pairs=is_alone)
            self._add_segment(segment)
            self.checkpoint_due = not self._full

    def _add_segment(self, segment: ColumnSegment) -> None:
        self._segments.append(segment)
        self._columns.append(SegmentColumns(segment.path(self.folder)))
        self._deleted.append(set())

    # Merging and committing

    def _live_tokens(self, number: int) -> int:
        live = self._live(number)
        columns = self._columns[number]
        return int(sum(columns.lengths(field)[live].sum() for field in ("title", "body")))

    def _live(self, number: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        live = np.ones(self._columns[number].n_docs, bool)
        live[list(self._deleted[number])] = False
        return live

    def _merge(self) -> None:
        """Drops empty segments, rewrites those mostly deleted, merges where sizes are alike."""
        while group := self._next_group():
            sources = [Source(self._columns[n], self._live(n)) for n in group]
            n_docs = sum(int(source.keep.sum()) for source in sources)
            if n_docs:
                segment = ColumnSegment(n_docs)
                merge_segments(segment.path(self.folder), sources)
                self._add_segment(segment)
            for number in sorted(group, reverse=True):
                if self._segments[number].path(self.folder).name not in self._visible:
                    self._segments[number].path(self.folder).unlink()
                del self._segments[number], self._columns[number], self._deleted[number]

    @property
    def _visible(self) -> set[str]:
        if self._generation < 0 or self._full:
            return set()
        return {s.path(self.folder).name for s in codec.read_toc(self.folder).segments}

    def _next_group(self) -> list[int]:
        """Segments to merge now, the smallest first; the sizes of those left rise steeply."""
        tokens = [self._live_tokens(number) for number in range(len(self._segments))]
        due = [
            number
            for number, columns in enumerate(self._columns)
            if not columns.has_pairs
            or len(self._deleted[number]) > _MAX_DELETED_SHARE * columns.n_docs
        ]
        group: list[int] = []
        size = 0
        for number in sorted(range(len(tokens)), key=tokens.__getitem__):
            alike = bool(group) and tokens[number] <= _MERGE_FACTOR * size
            is_due = any(tokens[number] <= tokens[other] for other in due)
            if group and not (alike or is_due):
                break
            if size + tokens[number] > MAX_MERGED_TOKENS:
                break
            group.append(number)
            size += tokens[number]
        return group if len(group) > 1 or any(number in due for number in group) else []

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
            is_checkpoint: Whether more follows at once: segments are not merged yet.
        """
        self._write_batch(is_last=not is_checkpoint)
        if not is_checkpoint:
            self._merge()
        segments = tuple(
            segment.without(np.array(sorted(deleted), np.uint32))
            for segment, deleted in zip(self._segments, self._deleted, strict=True)
        )
        state, documents, tokens = 0, 0, 0
        for number, columns in enumerate(self._columns):
            live = self._live(number)
            state = (state + int(columns.hashes()[live].sum(dtype=np.uint64))) % 2**64
            documents += int(live.sum())
            tokens += self._live_tokens(number)
        lives = [self._live(number) for number in range(len(self._columns))]
        relations = relations_of(list(zip(self._columns, lives, strict=True)), self._relations)
        state = (state + names_hash(names)) % 2**64
        generation = self._generation + 1
        toc = Toc(generation, segments)
        header = manifest.Header(
            state=f"{state:016x}", documents=documents, tokens=tokens, roots=tuple(roots),
            toc_checksum=_toc_checksum(toc),
        )  # fmt: skip
        write_relations(self.folder, generation, relations)
        manifest.write_files(self.folder, generation, files)
        self._persons.update(list(zip(self._columns, lives, strict=True)), names, relations)
        self._persons.write(self.folder, generation)
        manifest.write_header(self.folder, generation, header)
        codec.write_toc(self.folder, toc)
        codec.remove_unused(self.folder, toc)
        manifest.remove_old_files(self.folder, generation)
        remove_old_relations(self.folder, generation)
        self._relations = relations
        self._generation, self._segments, self._full = generation, list(segments), False
        self.documents, self.checkpoint_due = documents, False
        return header


def _toc_checksum(toc: Toc) -> int:
    """CRC-32 of the file that `codec.write_toc` will make of it."""
    storage = RamStorage()
    TOC(codec.build_schema(), list(toc.segments), toc.generation).write(storage, codec.INDEX_NAME)
    with storage.open_file(manifest.toc_name(toc.generation)) as file:
        return zlib.crc32(file.read())
