"""A file's bytes, unpacked where it is compressed: whole, or line by line.

In: a path. Out: bytes. Decodes nothing.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dragoman.indexer.errors import ReadError

MAX_TEXT_BYTES = 64_000_000
"""Bytes of one text, unpacked: analysis takes some 30 times as much memory, and a thousand pages
of print are 3 MB."""
MAX_LIST_BYTES = 256_000_000
"""Bytes of a list of records that is read whole."""


def read_bytes(path: Path, limit: int = MAX_TEXT_BYTES) -> bytes:
    """All bytes of a file.

    Raises:
        ReadError: It can't be opened, its compression is broken, it is empty, or it has, unpacked,
            more bytes than the limit; no more than that are read.
    """
    with _opened(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise too_large(limit)
    if not data.strip():
        raise ReadError("the file is empty")
    return data


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file with their ends, one at a time.

    Of a line that is longer than `MAX_TEXT_BYTES` one byte more than that is given, and the rest
    passed over.

    Raises:
        ReadError: It can't be opened or its compression is broken, which may show late.
    """
    with _opened(path) as file:
        while line := file.readline(MAX_TEXT_BYTES + 1):
            yield line
            while len(line) > MAX_TEXT_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_TEXT_BYTES + 1)


def too_large(limit: int, what: str = "the file") -> ReadError:
    """The error for what is larger than a limit in bytes."""
    return ReadError(f"{what} is larger than {limit // 1_000_000} MB; part it into smaller ones")


def refuse_empty(path: Path) -> None:
    """An error for a file that can't be opened or holds nothing.

    Raises:
        ReadError: It is so.
    """
    with _opened(path) as file:
        if not file.read(1):
            raise ReadError("the file is empty")


def stem_of(path: Path) -> str:
    """A file's name without its suffixes: `talks.2021.html.gz` is `talks.2021`."""
    name = path.name
    if name.lower().endswith(".gz"):
        name = name[: -len(".gz")]
    return Path(name).stem


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as file:
                yield cast(IO[bytes], file)
        else:
            with path.open("rb") as plain:
                yield plain
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ReadError(f"broken gzip compression: {error}") from error
    except OSError as error:
        raise ReadError(f"can’t be opened: {error.strerror or error}") from error
