"""One file of a collection into documents, whatever is wrong with it.

In: a file as the scan found it. Out: its documents with the settings applied, and failures with
reasons: any defect of a file ends at its own borders. Indexes nothing.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.corrections import corrected
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import MAX_TEXT_BYTES, ReadFailure, read_file, refuse_oversize
from dragoman.indexer.settings import FileSettings

_UNFORESEEN = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError,
    MemoryError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
"""What a library may raise on a broken file; a run does not end on one file."""
Stamp = tuple[int, int, int]
"""Size, time of the last change in nanoseconds, and inode."""


def stamp_of(path: Path) -> Stamp:
    """What tells that a file is still the same.

    Raises:
        OSError: It can't be looked at.
        ReadError: It is no regular file (any more); opening it might never end.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("it is no regular file any more")
    return status.st_size, status.st_mtime_ns, status.st_ino


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal.

    Raises:
        OSError: It can't be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path) -> tuple[Stamp, str]:
    """A file's stamp and hash.

    Raises:
        OSError: It can't be read.
        ReadError: It must not be: no regular file, or too large.
    """
    stamp = stamp_of(path)
    refuse_oversize(path, stamp[0])
    return stamp, sha256_of(path)


def documents_in(path: Path, key: str, settings: FileSettings) -> Iterator[Document | ReadFailure]:
    """The documents of a file, with its settings; failures of single records between them.

    Raises:
        ReadError: The file as a whole can't be read; may come after some documents.
    """
    try:
        for number, found in enumerate(read_file(path, doc_id=key), start=1):
            if isinstance(found, ReadFailure):
                yield found
            elif len(found.text) > MAX_TEXT_BYTES:
                yield ReadFailure(
                    f"{path}:{number}",
                    f"the text is longer than {MAX_TEXT_BYTES // 1_000_000} million characters",
                )
            else:
                yield corrected(found, settings)
    except _UNFORESEEN as error:
        raise ReadError(
            f"its reader failed on it ({type(error).__name__}: {str(error)[:200]})"
        ) from error


def has_vanished(path: Path, error: ReadError | OSError) -> bool:
    """Whether an error came of a file that is not there any more."""
    cause = error.__cause__ if isinstance(error, ReadError) else error
    return isinstance(cause, FileNotFoundError) and not os.path.lexists(path)
