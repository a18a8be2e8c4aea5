"""A file of named parts that is written and read in one pass, through a pipe too.

In and out: parts, as bytes. The file is a tar archive compressed as one Zstandard frame. The
SHA-256 of each part stands before it, in its header (`DRAGOMAN.sha256`), and a last part tells how
many there are: of a file that was cut short or altered no part is given out that is not as it was
written. Knows nothing of what parts mean.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO

import zstandard

from dragoman.indexer.errors import TransferError

_END = "end.json"
_SUM = "DRAGOMAN.sha256"
_LEVEL = 3
MAX_PART = 1 << 32
"""Bytes of a part: what asks for more is no part of ours."""


class TransferWriter:
    """Writes parts in order; leaving the context without an error ends the file.

    Args:
        file: Where to; need not be able to seek.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._stream = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(
            file, closefd=False
        )
        self._tar = tarfile.open(fileobj=self._stream, mode="w|", format=tarfile.PAX_FORMAT)
        self._count = 0

    def add(self, name: str, data: bytes) -> None:
        """Appends a part."""
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        entry.pax_headers = {_SUM: hashlib.sha256(data).hexdigest()}
        self._tar.addfile(entry, io.BytesIO(data))
        self._count += 1

    def __enter__(self) -> "TransferWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.add(_END, json.dumps({"parts": self._count}).encode())
            self._tar.close()
            self._stream.flush(zstandard.FLUSH_FRAME)


def read_parts(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part in order, each held to its sum before it is given out.

    Args:
        file: Where from; need not be able to seek.
        name: What to call it in an error.

    Raises:
        TransferError: It is no such file, or was cut short or altered. Only when the iterator has
            ended without one is the file whole.
    """
    stream: Any = zstandard.ZstdDecompressor().stream_reader(file, closefd=False)
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                if entry.size > MAX_PART:
                    raise _damaged(name)
                content = tar.extractfile(entry)
                data = content.read() if content is not None else b""
                if hashlib.sha256(data).hexdigest() != entry.pax_headers.get(_SUM):
                    raise _damaged(name)
                if entry.name == _END:
                    if json.loads(data) != {"parts": count}:
                        raise _damaged(name)
                    break
                yield entry.name, data
                count += 1
            else:
                raise _damaged(name)
        while stream.read(1 << 16):  # to the frame's own checksum
            pass
    except (tarfile.TarError, zstandard.ZstdError, ValueError, OverflowError) as error:
        if not count:
            raise TransferError(
                f"{name} is no file that dragoman export-index wrote ({error})"
            ) from error
        raise _damaged(name) from error


def _damaged(name: str) -> TransferError:
    return TransferError(
        f"{name} is damaged (cut short or altered since it was written); nothing was imported: "
        "export the index again: dragoman export-index FILE"
    )
