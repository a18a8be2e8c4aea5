"""The collection against the manifest: what to add, to read again, to remove; and doing it.

In: paths. Out: an index that is up to date with them, and a `BuildReport`. Files are known by
size and time; a file that changed is read, and only those of its documents that changed are
analysed. Reads no format itself and writes no index itself.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.indexer import codec, manifest
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import CollectionError, IndexProblem, ReadError
from dragoman.indexer.forward import content_hash
from dragoman.indexer.manifest import FileEntry, Root
from dragoman.indexer.readers import ReadFailure, is_readable_name, read_file
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


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the collection as it is now; `key` is its path within its root, named."""

    key: str
    path: Path
    size: int
    mtime_ns: int


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
    remembered = _remembered_roots(folder, full)
    roots, repointed = _roots(remembered, paths, forget)
    found = _scan(roots, allow_empty)
    if not found.files and not remembered and not allow_empty:
        raise CollectionError(
            f"no documents in {', '.join(root.path for root in roots)}: "
            "see dragoman index --help for the formats"
        )
    with WhooshWriter(folder, full=full, jobs=jobs) as writer:
        known = {}
        if writer.old_header is not None:
            known = manifest.read_files(folder, codec.latest_generation(folder))
        run = _Run(writer, roots, known, on_progress)
        _refuse_sudden_emptiness(roots, found.files, known, allow_empty)
        header = run.update(found, retry_failed)
    return BuildReport(
        added=run.added,
        changed=run.changed,
        deleted=run.deleted,
        unchanged=header.documents - run.added - run.changed,
        failed=tuple(
            (path, reason) for key in sorted(run.files) for path, reason in run.files[key].reasons
        )
        + tuple(found.unreadable),
        documents=header.documents,
        tokens=header.tokens,
        seconds=time.monotonic() - began,
        analysed_tokens=writer.analysed_tokens,
        repointed=repointed,
    )


def _remembered_roots(folder: Path, full: bool) -> tuple[Root, ...]:
    try:
        generation = codec.latest_generation(folder) if folder.is_dir() else -1
        return manifest.read_header(folder, generation).roots if generation >= 0 else ()
    except IndexProblem:
        if full:
            return ()  # a full rebuild from named paths is what mends it
        raise


def _roots(
    remembered: tuple[Root, ...], paths: Sequence[str | Path], forget: Sequence[str | Path]
) -> tuple[list[Root], tuple[tuple[str, str], ...]]:
    """The collection's roots from now on, and those found at a new place."""
    roots = list(remembered)
    for given in forget:
        path = os.path.realpath(given)
        if path not in {root.path for root in roots}:
            raise CollectionError(
                f"{given} is no part of the collection; it is: "
                f"{', '.join(root.path for root in roots) or 'empty'}"
            )
        roots = [root for root in roots if root.path != path]
    repointed = []
    for given in paths:
        path = os.path.realpath(given)
        if not os.path.exists(path):  # noqa: PTH110: the given text is what the message names
            raise CollectionError(f"{given} does not exist; give a file or a folder")
        if any(_inside(path, root.path) for root in roots):
            continue
        moved = [
            number
            for number, root in enumerate(roots)
            if Path(root.path).name == Path(path).name and not Path(root.path).exists()
        ]
        if moved:
            repointed.append((roots[moved[0]].path, path))
            roots[moved[0]] = Root(path=path, name=roots[moved[0]].name)
        else:
            roots.append(Root(path=path, name=_root_name(Path(path), roots)))
    if not roots and not forget:
        raise CollectionError(
            "no collection yet: name the files and folders to index: dragoman index PATH"
        )
    return roots, tuple(repointed)


def _inside(path: str, root: str) -> bool:
    return path == root or Path(root) in Path(path).parents


def _root_name(path: Path, roots: Sequence[Root]) -> str:
    """Empty for the first root, so that ids are plain relative paths; else a name of its own."""
    if not roots:
        return ""
    taken = {root.name for root in roots} | {Path(root.path).name for root in roots[:1]}
    name, number = path.name, 2
    while name in taken:
        name, number = f"{path.name}-{number}", number + 1
    return name


@dataclass(frozen=True, slots=True)
class _Scan:
    files: dict[str, _File]
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def _scan(roots: Sequence[Root], allow_empty: bool) -> _Scan:
    scan = _Scan({})
    seen: set[str] = set()
    for root in roots:
        path = Path(root.path)
        if not path.exists():
            if allow_empty:
                continue
            raise CollectionError(
                f"{path} is missing: nothing was removed. If it moved, name its new place: "
                f"dragoman index NEW_PLACE; if it is gone: dragoman index --forget {path}"
            )
        for file in _files_of(path, scan.unreadable):
            relative = file.name if path.is_file() else file.relative_to(path).as_posix()
            if path.is_file():
                key = root.name or relative
            else:
                key = f"{root.name}/{relative}" if root.name else relative
            try:
                status = file.stat()
            except OSError as error:
                scan.unreadable.append((str(file), error.strerror or "can't be read"))
                continue
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                scan.files[key] = _File(key, file, status.st_size, status.st_mtime_ns)
    return scan


def _files_of(path: Path, unreadable: list[tuple[str, str]]) -> Iterator[Path]:
    if path.is_file():
        yield path
        return

    def note(error: OSError) -> None:
        if Path(error.filename) == path:
            raise CollectionError(
                f"{path} can't be read ({error.strerror}); check its permissions"
            ) from error
        unreadable.append((str(error.filename), f"folder can't be read: {error.strerror}"))

    for folder, folders, names in os.walk(path, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if is_readable_name(file) and file.is_file():
                yield file


def _refuse_sudden_emptiness(
    roots: Sequence[Root],
    files: dict[str, _File],
    known: dict[str, FileEntry],
    allow_empty: bool,
) -> None:
    if allow_empty:
        return
    for root in roots:
        had = any(_inside(entry.path, root.path) for entry in known.values())
        if had and not any(_inside(str(file.path), root.path) for file in files.values()):
            raise CollectionError(
                f"{root.path} is suddenly empty: nothing was removed. If that is meant: "
                "dragoman index --allow-empty"
            )


class _Run:
    """One run over the files of a collection."""

    def __init__(
        self,
        writer: IndexWriter,
        roots: Sequence[Root],
        known: dict[str, FileEntry],
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._writer, self._roots, self._known = writer, roots, known
        self._on_progress = on_progress
        self.files: dict[str, FileEntry] = dict(known)
        self.added = self.changed = self.deleted = 0
        self._seen: dict[str, str] = {}
        self._done_bytes = self._total_bytes = 0

    def update(self, scan: _Scan, retry_failed: bool) -> manifest.Header:
        for key in [key for key in self.files if key not in scan.files]:
            self._remove(self._writer.documents_of(key))
            del self.files[key]
        to_read = [
            file for file in scan.files.values() if not self._is_unchanged(file, retry_failed)
        ]
        self._total_bytes = sum(file.size for file in to_read)
        for file in to_read:
            self._read(file)
            self._done_bytes += file.size
        self._tell("")
        return self._writer.commit(self._roots, self.files)

    def _is_unchanged(self, file: _File, retry_failed: bool) -> bool:
        entry = self._known.get(file.key)
        if entry is None or (retry_failed and entry.reasons):
            return False
        if (entry.size, entry.mtime_ns) != (file.size, file.mtime_ns):
            return False
        if entry.path != str(file.path):
            self.files[file.key] = FileEntry(
                str(file.path), entry.size, entry.mtime_ns, entry.sha256, entry.reasons
            )
        return True

    def _read(self, file: _File) -> None:
        """Reads a file and indexes those of its documents that are new or changed."""
        before = set(self._writer.documents_of(file.key))
        reasons: list[tuple[str, str]] = []
        self.files.pop(file.key, None)  # a commit on the way must not call it done
        sha256 = ""
        try:
            sha256 = _sha256(file.path)
            for found in read_file(file.path, doc_id=file.key):
                if isinstance(found, ReadFailure):
                    reasons.append((found.path, found.reason))
                elif reason := self._take(found, file.key):
                    reasons.append((str(file.path), reason))
                else:
                    before.discard(found.doc_id)
                    self._tell(str(file.path))
        except ReadError as error:
            reasons.append((str(file.path), str(error)))
        except OSError as error:
            reasons.append((str(file.path), error.strerror or str(error)))
        self._remove(sorted(before - self._seen.keys()))
        self.files[file.key] = FileEntry(
            str(file.path), file.size, file.mtime_ns, sha256, tuple(reasons)
        )

    def _take(self, document: Document, key: str) -> str:
        """Indexes a document where it is new or changed; the reason where it can't be taken."""
        doc_id = document.doc_id
        if doc_id in self._seen:
            return (
                f"a document with the id ‘{doc_id}’ was read before from {self._seen[doc_id]}; "
                "give one of them another id"
            )
        old = self._writer.hash_of(doc_id)
        if old is not None and old[0] != key and old[0] in self.files:
            return (
                f"a document with the id ‘{doc_id}’ stands in {old[0]}; give one of them another id"
            )
        self._seen[doc_id] = key
        if old == (key, content_hash(document, key)):
            return ""
        if old is None:
            self.added += 1
        else:
            self.changed += 1
        self._writer.add(document, key)
        if self._writer.checkpoint_due:
            self._writer.commit(self._roots, self.files, is_checkpoint=True)
        return ""

    def _remove(self, doc_ids: Sequence[str]) -> None:
        for doc_id in doc_ids:
            self._writer.delete(doc_id)
            self.deleted += 1

    def _tell(self, path: str) -> None:
        self._on_progress(
            Progress(
                done_bytes=self._done_bytes,
                total_bytes=self._total_bytes,
                documents=self.added + self.changed,
                tokens=self._writer.analysed_tokens,
                path=path,
            )
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
