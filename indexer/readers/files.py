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

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""Bytes that a compressed file may unpack to where it is read whole."""


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        ReadError: It can't be opened, its compression is broken, it unpacks to too much, or it is
            empty.
    """
    with _opened(path) as file:
        if path.name.lower().endswith(".gz"):
            data = file.read(MAX_UNPACKED_BYTES + 1)
            if len(data) > MAX_UNPACKED_BYTES:
                raise ReadError(
                    f"unpacks to more than {MAX_UNPACKED_BYTES / 1e6:,.0f} MB; unpack and split it"
                )
        else:
            data = file.read()
    if not data.strip():
        raise ReadError("the file is empty")
    return data


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file with their ends, one at a time.

    Raises:
        ReadError: It can't be opened or its compression is broken, which may show late.
    """
    with _opened(path) as file:
        yield from file


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
