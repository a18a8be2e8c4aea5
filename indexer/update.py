"""The files of a collection against the manifest: what to read, keep, remove; and doing it.

In: a scan, the files of the last run. Out: a writer that holds what the files hold. Files are
known by size and time, then by hash, a new name by inode or hash; of a file that changed only
those documents are analysed that changed. Of two documents with one id the first in the
collection's order is taken, so that increments answer as a rebuild does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dragoman.indexer import manifest
from dragoman.indexer.documents import Document
from dragoman.indexer.doubts import Doubts
from dragoman.indexer.errors import ReadError
from dragoman.indexer.forward import content_hash
from dragoman.indexer.manifest import FileEntry, Root
from dragoman.indexer.person_table import Names
from dragoman.indexer.readers import ReadFailure
from dragoman.indexer.reading import documents_in, fingerprint, has_vanished, stamp_of
from dragoman.indexer.renaming import Renames, says_the_same, under_new_key
from dragoman.indexer.scanning import CollectionFile, Scan
from dragoman.indexer.store import FOREIGN, IndexWriter

_CHANGED = "it changed while it was read; the next run reads it again"
_NOT_READ = -1
"""Size of a file that the next run must look at, whatever it is like then."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: bytes of files, documents and tokens so far."""

    done_bytes: int
    total_bytes: int
    documents: int
    tokens: int
    path: str


class Update:
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
        # What is no file (a key with a slash at its end) is found anew each time.
        self.files = {key: entry for key, entry in known.items() if key[-1:] != "/"}
        self.added = self.changed = self.deleted = self.renamed = 0
        self.notes: list[str] = []
        self._seen: dict[str, str] = {}
        self._order: dict[str, int] = {}
        self._pending: set[str] = set()
        self._renames = Renames()
        self._done_bytes = self._total_bytes = self._text_bytes = 0

    def run(
        self, found: Scan, retry_failed: bool, old_header: manifest.Header | None
    ) -> manifest.Header:
        """Does what is to be done and commits it; commits nothing where nothing changed."""
        self._order = {key: number for number, key in enumerate(found.files)}
        self._pending = {
            key for key, file in found.files.items() if not self._is_unchanged(file, retry_failed)
        }
        resettled = sum(self._has_new_settings(found.files[key]) for key in self._pending)
        if resettled:
            self.notes.append(
                f"dragoman.toml says something new about {resettled:,} known "
                f"{'file, which was' if resettled == 1 else 'files, which were'} read again"
            )
        vanished = {
            key: entry
            for key, entry in self.files.items()
            if key not in found.files and not found.may_hold(entry.path)
        }
        new = [found.files[key] for key in self._pending if key not in self.files]
        self._renames = Renames(vanished, new)
        for key in vanished.keys() - self._renames.candidates:
            self._forget(key)
        if vanished or self._pending:
            # What was refused for another's id may be free now.
            self._pending |= {key for key in found.files if self._had_clash(key)}
        self._total_bytes = sum(found.files[key].size for key in self._pending)
        for key, file in found.files.items():
            if key in self._pending:
                self._read(file)
                self._done_bytes += file.size
        for key in sorted(self._renames.candidates):
            self._forget(key)
        for path, reason in found.failures:
            self.files[f"{path}/"] = FileEntry(path, _NOT_READ, 0, "", ((path, reason),))
        self._tell("")
        if (
            old_header is not None
            and old_header.roots == self._roots
            and self.files == self._known
            and self._names == self._writer.names
        ):
            return old_header
        return self._writer.commit(self._roots, self.files, names=self._names)

    # What is to be done

    def _had_clash(self, key: str) -> bool:
        return key in self.files and self.files[key].has_clash

    def _has_new_settings(self, file: CollectionFile) -> bool:
        entry = self.files.get(file.key)
        return entry is not None and entry.settings != file.settings.digest

    def _is_unchanged(self, file: CollectionFile, retry_failed: bool) -> bool:
        entry = self.files.get(file.key)
        if entry is None or (retry_failed and entry.reasons) or self._has_new_settings(file):
            return False
        if (entry.size, entry.mtime_ns) != (file.size, file.mtime_ns):
            return False
        if entry.path != str(file.path):
            if entry.reasons:
                return False  # they name the old place
            self.files[file.key] = replace(entry, path=str(file.path), inode=file.inode)
        return True

    def _forget(self, key: str) -> None:
        self._remove(self._writer.documents_of(key))
        del self.files[key]

    # One file

    def _read(self, file: CollectionFile) -> None:
        """Reads a file and indexes those of its documents that are new or changed."""
        entry = self.files.get(file.key)
        path, digest = str(file.path), file.settings.digest
        # A commit on the way must not call it done, nor must its documents be without a file.
        self.files[file.key] = FileEntry(path, _NOT_READ, 0, "")
        if entry is None and (old := self._renames.of_stamp(file)):
            stamp = file.size, file.mtime_ns, file.inode
            sha256 = self._renames.hash_of(old)
            made = FileEntry(path, *stamp[:2], sha256, inode=stamp[2], settings=digest)
            if self._rename(old, file, made):
                return
        try:
            stamp, sha256 = fingerprint(file.path)
        except OSError as error:
            if has_vanished(file.path, error):
                self._keep(file, entry)
            else:
                self._close(file, entry, error)
            return
        except ReadError as error:
            self._remove(self._writer.documents_of(file.key))
            self.files[file.key] = FileEntry(
                path, file.size, file.mtime_ns, "", ((path, str(error)),), False, file.inode, digest
            )
            return
        made = FileEntry(path, *stamp[:2], sha256, inode=stamp[2], settings=digest)
        is_known = entry is not None and not entry.reasons and entry.settings == digest
        if entry and is_known and (entry.size, entry.sha256) == (stamp[0], sha256):
            self.files[file.key] = replace(made, doubts=entry.doubts)
            return
        if entry is None and (old := self._renames.of_hash(file, sha256)):
            if self._rename(old, file, made):
                return
        found: Iterator[Document | ReadFailure] = documents_in(file.path, file.key, file.settings)
        self._text_bytes = 0
        reasons = [(path, problem) for problem in file.settings.problems]
        before = set(self._writer.documents_of(file.key))
        has_clash = False
        doubts = Doubts()
        try:
            for document in found:
                if isinstance(document, ReadFailure):
                    reasons.append((document.path, document.reason))
                elif clash := self._take(document, file.key):
                    reasons.append((path, clash))
                    has_clash = True
                else:
                    before.discard(document.doc_id)
                    doubts.see(document)
                    self._text_bytes += len(document.text.encode("utf-8", "replace"))
                    self._tell(path, min(file.size, self._text_bytes // _share(file)))
            if stamp_of(file.path) != stamp:
                reasons.append((path, _CHANGED))
                made = replace(made, size=_NOT_READ)
        except ReadError as error:
            if has_vanished(file.path, error):
                self._keep(file, entry)
                return
            reasons.append((path, str(error)))
            made = self._as_it_is(file, made)
        except OSError:
            pass  # it vanished after it was read: the next run sees that
        self._remove(sorted(before - self._seen.keys()))
        self.files[file.key] = replace(
            made, reasons=tuple(reasons), has_clash=has_clash, doubts=doubts.told()
        )

    def _rename(self, old: str, file: CollectionFile, made: FileEntry) -> bool:
        """Takes the documents of a file that only has another name, unread; says whether it did."""
        documents = [self._writer.stored(doc_id) for doc_id in self._writer.documents_of(old)]
        place = Path(self.files[old].path)
        if not all(says_the_same(document, place, file.path) for document in documents):
            return False
        reasons = []
        doubts = Doubts()
        for document in documents:
            renamed = under_new_key(document, old, file.key)
            if clash := self._take(renamed, file.key):
                reasons.append((str(file.path), clash))
                continue
            doubts.see(renamed)
            if renamed.doc_id != document.doc_id:
                self._remove([document.doc_id])
        self._renames.done(old)
        del self.files[old]
        self.files[file.key] = replace(
            made, reasons=tuple(reasons), has_clash=bool(reasons), doubts=doubts.told()
        )
        self.renamed += 1
        return True

    def _as_it_is(self, file: CollectionFile, made: FileEntry) -> FileEntry:
        """The entry of a file that could not be read; to be read again where it changed since."""
        try:
            stamp = stamp_of(file.path)
        except (OSError, ReadError):
            return replace(made, size=_NOT_READ)
        changed = stamp != (made.size, made.mtime_ns, made.inode)
        return replace(made, size=_NOT_READ) if changed else made

    def _keep(self, file: CollectionFile, entry: FileEntry | None) -> None:
        """Leaves a file that vanished on the way as it was: the next run sees it gone."""
        if entry is None:
            del self.files[file.key]
        else:
            self.files[file.key] = entry

    def _close(self, file: CollectionFile, entry: FileEntry | None, error: OSError) -> None:
        """A file that can't be opened keeps the documents that were read from it before."""
        reason = f"it can’t be opened ({error.strerror or error})"
        if entry is not None and self._writer.documents_of(file.key):
            reason += "; what was known of it is kept"
        self.files[file.key] = FileEntry(
            str(file.path), file.size, file.mtime_ns, "", ((str(file.path), reason),), False,
            file.inode, file.settings.digest, entry.doubts if entry is not None else (),
        )  # fmt: skip

    def _take(self, document: Document, key: str) -> str:
        """Indexes a document where it is new or changed; why not, where another has its id."""
        doc_id = document.doc_id
        old = self._writer.hash_of(doc_id)
        if old is not None and old[0].startswith(FOREIGN):
            return (
                f"the id ‘{doc_id}’ is also that of a document on another machine, in "
                f"{old[0].removeprefix(FOREIGN)}; give one of them another id"
            )
        holder = self._seen.get(doc_id) or (old[0] if old is not None else key)
        if doc_id in self._seen or (holder != key and not self._comes_before(key, holder)):
            where = self.files[holder].path if holder != key else "the same file"
            return (
                f"the id ‘{doc_id}’ is also that of a document in {where}; "
                "give one of them another id"
            )
        if holder != key and holder in self._renames.candidates:
            self._renames.spoil(holder)
        elif holder != key and holder in self.files:
            self._pending.add(holder)  # to be told that its document gave way
            self.files[holder] = FileEntry(self.files[holder].path, _NOT_READ, 0, "")
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
        if other not in self.files or other in self._renames.candidates:
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
