"""The collection against the manifest: what to add, to read again, to remove; and doing it.

In: paths. Out: an index that is up to date with them, and a `BuildReport`. Files are known by
size and time; a file that changed is read, and only those of its documents that changed are
analysed. Of two documents with one id the first in the collection's order is taken, so that
increments answer as a rebuild does. Reads no format itself and writes no index itself.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from dragoman.indexer import codec, manifest
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import (
    CollectionError,
    DragomanError,
    IndexForeign,
    IndexProblem,
    ReadError,
)
from dragoman.indexer.forward import content_hash
from dragoman.indexer.manifest import FileEntry, Root
from dragoman.indexer.names_file import settled_names
from dragoman.indexer.person_table import Names
from dragoman.indexer.readers import ReadFailure, read_file
from dragoman.indexer.roots import (
    CollectionFile,
    Scan,
    refuse_sudden_emptiness,
    roots_from_now_on,
    scan,
)
from dragoman.indexer.store import IndexWriter, WhooshWriter


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did; all counts but `documents` are of this run.

    Attributes:
        added: Documents that were not in the index.
        changed: Documents read again and different.
        deleted: Documents whose file or record vanished.
        unchanged: Documents left as they were.
        failed: Path (with a line for a record) and reason of what can't be read.
        documents: Documents in the index now.
        tokens: Tokens of title and body in the index now.
        seconds: Wall time.
        analysed_tokens: Tokens analysed in this run.
        repointed: Roots that were found at a new place: old and new path.
    """

    added: int
    changed: int
    deleted: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    documents: int
    tokens: int
    seconds: float
    analysed_tokens: int = 0
    repointed: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "added": self.added,
            "changed": self.changed,
            "deleted": self.deleted,
            "unchanged": self.unchanged,
            "failed": [{"path": path, "reason": reason} for path, reason in self.failed],
            "documents": self.documents,
            "tokens": self.tokens,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: bytes of files, documents and tokens so far."""

    done_bytes: int
    total_bytes: int
    documents: int
    tokens: int
    path: str


def sync(
    paths: Sequence[str | Path] = (),
    *,
    index_dir: str | Path = "index_data",
    full: bool = False,
    jobs: int = 1,
    forget: Sequence[str | Path] = (),
    allow_empty: bool = False,
    retry_failed: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> BuildReport:
    """Brings an index up to date with its collection.

    Args:
        paths: Files and folders to add to the remembered ones.
        index_dir: The index directory; made where it is missing.
        full: Build anew beside the old index, then switch.
        jobs: Worker processes for analysis.
        forget: Remembered files and folders to leave, with their documents.
        allow_empty: Whether a root that is missing or suddenly empty removes its documents.
        retry_failed: Whether files that could not be read are read again though unchanged.
        on_progress: Called now and then.

    Raises:
        CollectionError: A path is missing or unreadable, or the collection is empty.
        IndexProblem: The index can't be written (locked, foreign, stale, damaged).
    """
    began = time.monotonic()
    folder = Path(index_dir)
    remembered, last_known = _last_run(folder, full)
    roots, repointed = roots_from_now_on(remembered, paths, forget, last_known)
    found = scan(roots, folder, allow_empty=allow_empty)
    if not allow_empty:
        refuse_sudden_emptiness(roots, found, last_known)
        if not found.files and not remembered:
            raise CollectionError(
                f"no documents in {', '.join(root.path for root in roots)}: "
                "dragoman index --help names the formats"
            )
    try:
        with WhooshWriter(folder, full=full, jobs=jobs) as writer:
            known = {}
            if writer.old_header is not None:
                known = manifest.read_files(folder, codec.latest_generation(folder))
            names = settled_names(Path(root.path) for root in roots)
            run = _Run(writer, roots, known, names, on_progress)
            header = run.update(found, retry_failed, writer.old_header)
    except BrokenProcessPool as error:
        raise DragomanError(
            "a process that analyses texts was ended from outside (out of memory?); nothing "
            "that was committed is lost: run it again, with --jobs 1"
        ) from error
    return BuildReport(
        added=run.added,
        changed=run.changed,
        deleted=run.deleted,
        unchanged=header.documents - run.added - run.changed,
        failed=run.failures(found),
        documents=header.documents,
        tokens=header.tokens,
        seconds=time.monotonic() - began,
        analysed_tokens=writer.analysed_tokens,
        repointed=repointed,
    )


def _last_run(folder: Path, full: bool) -> tuple[tuple[Root, ...], dict[str, FileEntry]]:
    """The roots and files of the last run; none of what a full rebuild is about to mend."""
    generation = codec.latest_generation(folder) if folder.is_dir() else -1
    roots: tuple[Root, ...] = ()
    if generation >= 0:
        try:
            roots = manifest.read_header(folder, generation).roots
            return roots, manifest.read_files(folder, generation)
        except IndexForeign:
            raise
        except IndexProblem:
            if not full:
                raise
    return roots, {}


class _Run:
    """One run over the files of a collection."""

    def __init__(
        self,
        writer: IndexWriter,
        roots: Sequence[Root],
        known: Mapping[str, FileEntry],
        names: Names,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._writer, self._roots, self._known = writer, tuple(roots), known
        self._names, self._on_progress = names, on_progress
        self.files = dict(known)
        self.added = self.changed = self.deleted = 0
        self._seen: dict[str, str] = {}
        self._order: dict[str, int] = {}
        self._pending: set[str] = set()
        self._done_bytes = self._total_bytes = self._text_bytes = 0

    def update(
        self, found: Scan, retry_failed: bool, old_header: manifest.Header | None
    ) -> manifest.Header:
        """Does what is to be done and commits it; commits nothing where nothing changed."""
        vanished = [
            key
            for key, entry in self.files.items()
            if key not in found.files and not found.may_hold(entry.path)
        ]
        for key in vanished:
            self._remove(self._writer.documents_of(key))
            del self.files[key]
        self._order = {key: number for number, key in enumerate(found.files)}
        self._pending = {
            key for key, file in found.files.items() if not self._is_unchanged(file, retry_failed)
        }
        if vanished or self._pending:
            # What was refused for another's id may be free now.
            self._pending |= {key for key in found.files if self._had_clash(key)}
        self._total_bytes = sum(found.files[key].size for key in self._pending)
        for key, file in found.files.items():
            if key in self._pending:
                self._read(file)
                self._done_bytes += file.size
        for key, path in found.closed.items():
            reasons = tuple(failure for failure in found.failures if failure[0] == path)
            if key not in self.files:
                self.files[key] = FileEntry(path, -1, 0, "", reasons)
        self._tell("")
        if (
            old_header is not None
            and old_header.roots == self._roots
            and self.files == self._known
            and self._names == self._writer.names
        ):
            return old_header
        return self._writer.commit(self._roots, self.files, names=self._names)

    def failures(self, found: Scan) -> tuple[tuple[str, str], ...]:
        """Path and reason of everything that can't be read, each once."""
        of_files = [reason for key in sorted(self.files) for reason in self.files[key].reasons]
        return tuple(dict.fromkeys([*of_files, *found.failures]))

    def _had_clash(self, key: str) -> bool:
        return key in self.files and self.files[key].has_clash

    def _is_unchanged(self, file: CollectionFile, retry_failed: bool) -> bool:
        entry = self.files.get(file.key)
        if entry is None or (retry_failed and entry.reasons):
            return False
        if (entry.size, entry.mtime_ns) != (file.size, file.mtime_ns):
            return False
        if entry.path != str(file.path):
            if entry.reasons:
                return False  # they name the old place
            self.files[file.key] = replace(entry, path=str(file.path))
        return True

    def _read(self, file: CollectionFile) -> None:
        """Reads a file and indexes those of its documents that are new or changed."""
        entry = self.files.get(file.key)
        # A commit on the way must not call it done, nor must its documents be without a file.
        self.files[file.key] = FileEntry(str(file.path), -1, 0, "")
        self._text_bytes = 0
        before = set(self._writer.documents_of(file.key))
        reasons: list[tuple[str, str]] = []
        sha256, has_clash = "", False
        try:
            sha256 = _sha256(file.path)
            if entry and not entry.reasons and (entry.size, entry.sha256) == (file.size, sha256):
                self.files[file.key] = FileEntry(str(file.path), file.size, file.mtime_ns, sha256)
                return
            for document in read_file(file.path, doc_id=file.key):
                if isinstance(document, ReadFailure):
                    reasons.append((document.path, document.reason))
                elif clash := self._take(document, file.key):
                    reasons.append((str(file.path), clash))
                    has_clash = True
                else:
                    before.discard(document.doc_id)
                    self._text_bytes += len(document.text.encode("utf-8", "replace"))
                    self._tell(str(file.path), min(file.size, self._text_bytes // _share(file)))
        except ReadError as error:
            reasons.append((str(file.path), str(error)))
        except OSError as error:
            reasons.append((str(file.path), error.strerror or str(error)))
        self._remove(sorted(before - self._seen.keys()))
        self.files[file.key] = FileEntry(
            str(file.path), file.size, file.mtime_ns, sha256, tuple(reasons), has_clash
        )

    def _take(self, document: Document, key: str) -> str:
        """Indexes a document where it is new or changed; why not, where another has its id."""
        doc_id = document.doc_id
        old = self._writer.hash_of(doc_id)
        holder = self._seen.get(doc_id) or (old[0] if old is not None else key)
        if doc_id in self._seen or (holder != key and not self._comes_before(key, holder)):
            where = self.files[holder].path if holder != key else "the same file"
            return (
                f"the id ‘{doc_id}’ is also that of a document in {where}; "
                "give one of them another id"
            )
        if holder != key and holder in self.files:
            self._pending.add(holder)  # to be told that its document gave way
            self.files[holder] = FileEntry(self.files[holder].path, -1, 0, "")
        self._seen[doc_id] = key
        if old == (key, content_hash(document, key)):
            return ""
        if old is None:
            self.added += 1
        else:
            self.changed += 1
        self._writer.add(document, key)
        if self._writer.checkpoint_due:
            self._writer.commit(self._roots, self.files, names=self._names, is_checkpoint=True)
        return ""

    def _comes_before(self, key: str, other: str) -> bool:
        """Whether a file's documents are taken rather than another's, which may be gone."""
        if other not in self.files:
            return True
        return other in self._order and self._order[key] < self._order[other]

    def _remove(self, doc_ids: Sequence[str]) -> None:
        for doc_id in doc_ids:
            self._writer.delete(doc_id)
            self.deleted += 1

    def _tell(self, path: str, in_file: int = 0) -> None:
        self._on_progress(
            Progress(
                done_bytes=self._done_bytes + in_file,
                total_bytes=self._total_bytes,
                documents=self.added + self.changed,
                tokens=self._writer.analysed_tokens,
                path=path,
            )
        )


def _share(file: CollectionFile) -> int:
    """Bytes of text that a byte of a file holds, roughly: enough to show how far a run is."""
    return 3 if file.path.suffix.lower() == ".gz" else 1


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
