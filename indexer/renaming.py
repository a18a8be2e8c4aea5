"""Files that only got another name or folder: their documents come from the index, not the file.

In: what vanished and what is new. Out: which new file is which old one, and its documents under
their new ids. Reads no file. A file whose name gave its title or date, or whose new name may give
one, is none of these: it is read again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.manifest import FileEntry
from dragoman.indexer.scanning import CollectionFile

_RECORDS = (".json", ".jsonl", ".csv")
"""Files whose documents are never called by the file's name alone."""
_MAY_BE_DATE = re.compile(r"\d{4}")


class Renames:
    """Which of the new files were known under another name.

    Args:
        vanished: Key to entry of files that are not where they were.
        new: Files that were not known.
    """

    def __init__(
        self, vanished: Mapping[str, FileEntry] | None = None, new: Iterable[CollectionFile] = ()
    ) -> None:
        sizes = {(file.path.suffix.lower(), file.size) for file in new}
        self._entries = {
            key: entry
            for key, entry in (vanished or {}).items()
            if entry.sha256
            and not entry.reasons
            and (Path(entry.path).suffix.lower(), entry.size) in sizes
        }
        self._by_stamp = {(e.size, e.mtime_ns, e.inode): key for key, e in self._entries.items()}
        self._by_hash: dict[str, list[str]] = {}
        for key in sorted(self._entries, reverse=True):
            self._by_hash.setdefault(self._entries[key].sha256, []).append(key)
        self.candidates = set(self._entries)
        """Keys of vanished files whose documents are kept until all new files have been seen."""

    def of_stamp(self, file: CollectionFile) -> str | None:
        """Key of the file with the same size, time and inode: the same without looking into it."""
        return self._suited(self._by_stamp.get((file.size, file.mtime_ns, file.inode)), file)

    def of_hash(self, file: CollectionFile, sha256: str) -> str | None:
        """Key of a file with the same content."""
        for key in reversed(self._by_hash.get(sha256, [])):
            if self._suited(key, file):
                return key
        return None

    def hash_of(self, key: str) -> str:
        """Hash of a candidate's content."""
        return self._entries[key].sha256

    def spoil(self, key: str) -> None:
        """Takes a file for none that got another name: not all its documents are its own now."""
        self._entries.pop(key, None)

    def done(self, key: str) -> None:
        """Nothing of a file is left to be removed."""
        self.spoil(key)
        self.candidates.discard(key)

    def _suited(self, key: str | None, file: CollectionFile) -> str | None:
        if key is None or key not in self._entries:
            return None
        entry = self._entries[key]
        is_alike = (
            entry.settings == file.settings.digest
            and Path(entry.path).suffix.lower() == file.path.suffix.lower()
        )
        return key if is_alike else None


def says_the_same(document: Document, old: Path, new: Path) -> bool:
    """Whether a document's fields would be the same if it were read from its file's new name."""
    if old.name == new.name:
        return True
    if "file name" in document.origins.values():
        return False
    return bool(document.date) or _MAY_BE_DATE.search(new.name) is None


def under_new_key(document: Document, old: str, new: str) -> Document:
    """The document with the id that it has in the file's new place; an id of its own stays."""
    rest = document.doc_id.removeprefix(old)
    is_of_record = old.removesuffix(".gz").endswith(_RECORDS)
    is_of_file = document.doc_id.startswith(old) and (rest[0] in "#/" if rest else not is_of_record)
    if "id" in document.origins or not is_of_file:
        return document
    return replace(document, doc_id=new + rest)
