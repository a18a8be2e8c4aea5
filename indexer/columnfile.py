"""Named arrays in one file: written once in order, mapped to read.

In: little-endian numpy arrays. Out: the same arrays as read-only maps. Layout: a fixed head, the
arrays one after another (each from a multiple of `_ALIGN` bytes on), then a directory in JSON with
each array's type and place and a CRC-32 for each block of `_BLOCK` bytes. The head and the
directory are checked when the file is opened, a block when it is first touched, so opening stays
cheap and damage is never read as data. Knows nothing of what the arrays mean.
"""

import json
import os
import struct
import zlib
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from dragoman.indexer.errors import IndexDamaged, IndexForeign
from numpy.typing import NDArray

Array = NDArray[Any]

FORMAT_VERSION = 1
_MAGIC = b"DRAGOCOL"
_HEAD = struct.Struct("<8sIIQQI")  # magic, version, block bytes, directory offset, length, CRC
_ALIGN = 64
_BLOCK = 1 << 18


class ColumnFileWriter:
    """Writes arrays to a new file; leaving the context syncs it to disk.

    Raises:
        FileExistsError: There is a file at the path.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._file.write(b"\0" * _ALIGN)
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._checksums: list[int] = []
        self._checksum = 0
        self._filled = 0  # bytes of the block that is being summed

    def add(self, name: str, array: Array) -> None:
        """Appends a one-dimensional array under a name of its own."""
        data = np.ascontiguousarray(array)
        self._directory[name] = (data.dtype.str, self._file.tell(), len(data))
        self._append(data.view(np.uint8).data if data.size else memoryview(b""))
        self._append(memoryview(b"\0" * (-data.nbytes % _ALIGN)))

    def _append(self, data: memoryview) -> None:
        self._file.write(data)
        while data:
            part = data[: _BLOCK - self._filled]
            self._checksum = zlib.crc32(part, self._checksum)
            self._filled += len(part)
            data = data[len(part) :]
            if self._filled == _BLOCK:
                self._end_block()

    def _end_block(self) -> None:
        self._checksums.append(self._checksum)
        self._checksum, self._filled = 0, 0

    def __enter__(self) -> "ColumnFileWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()

    def _finish(self) -> None:
        if self._filled:
            self._end_block()
        directory = json.dumps({"arrays": self._directory, "checksums": self._checksums}).encode()
        offset = self._file.tell()
        self._file.write(directory)
        self._file.seek(0)
        crc = zlib.crc32(directory)
        self._file.write(_HEAD.pack(_MAGIC, FORMAT_VERSION, _BLOCK, offset, len(directory), crc))
        self._file.flush()
        os.fsync(self._file.fileno())


class ColumnFile:
    """The arrays of a file, mapped.

    Raises:
        IndexDamaged: The file is missing, cut short or altered.
        IndexForeign: It is no such file, or a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._map: Array = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"{path} can't be read ({error}); rebuild the index: dragoman index --full"
            ) from error
        if len(self._map) < _ALIGN:
            raise self._damaged()
        magic, version, block, offset, length, crc = _HEAD.unpack(self._map[: _HEAD.size].tobytes())
        if magic != _MAGIC:
            raise IndexForeign(f"{path} is no file of a Dragoman index; remove it or rebuild")
        if version > FORMAT_VERSION:
            raise IndexForeign(
                f"{path} was written by a newer Dragoman (format {version}, this one reads "
                f"{FORMAT_VERSION}); update Dragoman or rebuild: dragoman index --full"
            )
        directory = self._map[offset : offset + length].tobytes()
        if len(directory) != length or zlib.crc32(directory) != crc:
            raise self._damaged()
        content = json.loads(directory)
        self._arrays: dict[str, Array] = {
            name: self._map[start : start + count * np.dtype(dtype).itemsize].view(dtype)
            for name, (dtype, start, count) in content["arrays"].items()
        }
        self._starts = {name: start for name, (_, start, _) in content["arrays"].items()}
        self._block = block
        self._checksums: list[int] = content["checksums"]
        self._checked = bytearray(len(self._checksums))

    @property
    def nbytes(self) -> int:
        """Size of the file in bytes."""
        return len(self._map)

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def array(self, name: str) -> Array:
        """The whole array, its blocks checked."""
        return self.part(name, 0, len(self._arrays[name]))

    def part(self, name: str, start: int, stop: int) -> Array:
        """The half-open range `[start, stop)` of an array, its blocks checked.

        Raises:
            IndexDamaged: A block does not have the sum it was written with.
        """
        array = self._arrays[name]
        if stop > start:
            first = self._starts[name] + start * array.itemsize - _ALIGN
            last = self._starts[name] + stop * array.itemsize - _ALIGN - 1
            for number in range(first // self._block, last // self._block + 1):
                if not self._checked[number]:
                    self._check(number)
        return array[start:stop]

    def check(self) -> None:
        """Checks every block.

        Raises:
            IndexDamaged: A block does not have the sum it was written with.
        """
        for number in range(len(self._checksums)):
            self._check(number)

    def _check(self, number: int) -> None:
        start = _ALIGN + number * self._block
        end = start + self._block
        if number == len(self._checksums) - 1:
            end = min(end, _HEAD.unpack(self._map[: _HEAD.size].tobytes())[3])
        if zlib.crc32(self._map[start:end].data) != self._checksums[number]:
            raise self._damaged()
        self._checked[number] = 1

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(
            f"{self.path} is damaged (cut short or altered since it was written); "
            "rebuild the index: dragoman index --full"
        )


def pack_strings(strings: list[bytes]) -> tuple[Array, Array]:
    """All strings joined (uint8) and where each starts, with the end (uint64, n + 1)."""
    offsets = np.zeros(len(strings) + 1, np.uint64)
    np.cumsum([len(s) for s in strings], out=offsets[1:])
    return np.frombuffer(b"".join(strings), np.uint8), offsets


class StringTable:
    """Byte strings packed by `pack_strings`, read from two arrays of a column file."""

    def __init__(self, file: ColumnFile, name: str) -> None:
        self._file = file
        self._blob = f"{name}.blob"
        self._offsets = file.array(f"{name}.offsets")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        start, stop = self._offsets[number : number + 2].tolist()
        return self._file.part(self._blob, start, stop).tobytes()

    def all(self) -> list[bytes]:
        """Every string, in order."""
        blob = self._file.array(self._blob).tobytes()
        bounds = self._offsets.tolist()
        return [blob[a:b] for a, b in pairwise(bounds)]

    def bisect(self, string: bytes) -> int:
        """Where a string stands, or would stand, in a sorted table."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < string:
                low = middle + 1
            else:
                high = middle
        return low


def add_strings(writer: ColumnFileWriter, name: str, strings: list[bytes]) -> None:
    """Writes strings so that `StringTable` reads them."""
    blob, offsets = pack_strings(strings)
    writer.add(f"{name}.blob", blob)
    writer.add(f"{name}.offsets", offsets)
