"""Readers: from a file to the documents in it, one module a format.

In: a path. Out: `Document`s, and a `ReadFailure` for each record that can't be read while its
neighbours can. Walks no folders and keeps nothing between files.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.readers import csv_table, json_records, markdown, plain_text
from dragoman.indexer.readers.failures import ReadFailure, unknown_format
from dragoman.indexer.readers.files import MAX_LIST_BYTES, MAX_TEXT_BYTES, too_large

__all__ = [
    "MAX_TEXT_BYTES",
    "SUFFIXES",
    "ReadFailure",
    "is_document_name",
    "is_readable_name",
    "read_file",
    "refuse_oversize",
]

_Reader = Callable[[Path, str], Iterator[Document | ReadFailure]]


def _module(name: str) -> _Reader:
    """A reader whose libraries are imported when the first of its files is read."""

    def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
        reader = import_module(f"dragoman.indexer.readers.{name}")
        found: Iterator[Document | ReadFailure] = reader.read(path, doc_id)
        return found

    return read


def _read_zip(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    from dragoman.indexer.readers import zip_archive

    def read_member(member: Path, member_id: str) -> Iterator[Document | ReadFailure]:
        return read_file(member, doc_id=member_id)

    return zip_archive.read(path, doc_id, is_readable_name, read_member)


_READERS: dict[str, _Reader] = {
    ".txt": plain_text.read,
    ".md": markdown.read,
    ".html": _module("html_page"),
    ".htm": _module("html_page"),
    ".rtf": _module("rich_text"),
    ".json": json_records.read_json,
    ".jsonl": json_records.read_jsonl,
    ".csv": csv_table.read,
    ".rss": _module("feed"),
    ".atom": _module("feed"),
    ".xml": _module("feed"),
}
_PACKED_READERS: dict[str, _Reader] = {
    ".pdf": _module("pdf"),
    ".docx": _module("word"),
    ".odt": _module("opendocument"),
    ".epub": _module("epub"),
    ".zip": _read_zip,
}
"""Formats that are packed already, and so never `.gz`."""
_GZIP = ".gz"

SUFFIXES = (*_READERS, *_PACKED_READERS, *(suffix + _GZIP for suffix in _READERS))
"""Suffixes of the files that hold documents, in small letters, compressed forms included."""

_LIMITS = dict.fromkeys((".txt", ".md", ".html", ".htm"), MAX_TEXT_BYTES)
_LIMITS[".json"] = MAX_LIST_BYTES
"""Bytes of a file that is held whole; the others are read piece by piece."""
_NOT_DOCUMENTS = ("dragoman.toml", "names.toml")


def is_document_name(name: str) -> bool:
    """Whether a file of this name is more than an explanation or a setting of the others."""
    name = name.lower()
    return not name.startswith((".", "readme")) and name not in _NOT_DOCUMENTS


def is_readable_name(path: Path) -> bool:
    """Whether a file of this name is taken for documents; the file itself is not looked at."""
    return is_document_name(path.name) and _suffix_of(path.name.lower()) != ""


def refuse_oversize(path: Path, size: int) -> None:
    """Stops before a file is read that would have to be held whole and is too large for it.

    Raises:
        ReadError: Its size in bytes is beyond the limit of its format.
    """
    limit = _LIMITS.get(_suffix_of(path.name.lower()))
    if limit is not None and size > limit:
        raise too_large(limit)


def read_file(path: Path, *, doc_id: str) -> Iterator[Document | ReadFailure]:
    """The documents of a file in its order; records are read as they are asked for.

    Args:
        path: The file; a `.gz` behind a suffix of `SUFFIXES` is unpacked.
        doc_id: The id of the file's document; records have their own, or this one, `#` and a
            hash; members of archives and chapters of books have this one, `/` and their name.

    Yields:
        A document, or for a record that can't be read what is wrong with it.

    Raises:
        ReadError: The file as a whole can't be read: no permission, no such format, broken
            compression, no known encoding, nothing in it. May come after some documents.
    """
    suffix = _suffix_of(path.name.lower())
    if not suffix:
        raise unknown_format(path, SUFFIXES)
    reader = _READERS.get(suffix) or _PACKED_READERS[suffix]
    yield from reader(path, doc_id)


def _suffix_of(name: str) -> str:
    """The key of one of the tables of readers for a name in small letters, or empty."""
    stem = name.removesuffix(_GZIP)
    readers = _READERS if stem != name else {**_READERS, **_PACKED_READERS}
    return next((suffix for suffix in readers if stem.endswith(suffix) and stem != suffix), "")
