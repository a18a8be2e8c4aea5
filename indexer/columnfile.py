"""Named arrays in one file: written once in order, mapped to read.

In: little-endian numpy arrays. Out: the same arrays as read-only maps. Layout: a fixed head, the
arrays one after another (each from a multiple of `_ALIGN` bytes on), then a directory in JSON with
each array's type and place and a CRC-32 for each block of `_BLOCK` bytes. The head and the
directory are checked when the file is opened, a block when it is first touched, so opening stays
cheap and damage is never read as data. Knows nothing of what the arrays mean.
"""

import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.errors import IndexDamaged, IndexForeign, Message

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
        self.folder = path.parent
        self._file = path.open("x+b")
        self._file.write(b"\0" * _ALIGN)
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._checksums: list[int] = []
        self._checksum = 0
        self._filled = 0  # bytes of the block that is being summed

    def add(self, name: str, array: Array) -> None:
        """Appends a one-dimensional array under a name of its own."""
        self.add_parts(name, array.dtype, (array,))

    def add_parts(self, name: str, dtype: np.dtype[Any], parts: Iterable[Array]) -> None:
        """Appends one array given in parts, each converted to the type."""
        start, count, n_bytes = self._file.tell(), 0, 0
        for part in parts:
            data = np.ascontiguousarray(part, dtype)
            if data.size:
                self._append(data.view(np.uint8).data)
            count, n_bytes = count + len(data), n_bytes + data.nbytes
        self._directory[name] = (dtype.str, start, count)
        self._append(memoryview(b"\0" * (-n_bytes % _ALIGN)))

    def read(self, name: str, start: int, stop: int) -> Array:
        """The range `[start, stop)` of an array that was added, as far as it goes."""
        dtype, at, count = self._directory[name]
        size, stop = np.dtype(dtype).itemsize, min(stop, count)
        self._file.seek(at + start * size)
        data = self._file.read(max(0, stop - start) * size)
        self._file.seek(0, os.SEEK_END)
        return np.frombuffer(data, dtype)

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


class Spool:
    """One array put by while it is made: appended in parts, then read in parts.

    A long one is on disk. A context manager; afterwards nothing is left of it.
    """

    def __init__(self, folder: Path, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._file = tempfile.SpooledTemporaryFile(max_size=_BYTES_IN_MEMORY, dir=str(folder))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, part: Array) -> None:
        """Appends a part, converted to the type."""
        self._file.write(np.ascontiguousarray(part, self._dtype).data)
        self._count += len(part)

    def read(self, start: int, stop: int) -> Array:
        """The range `[start, stop)`, as far as it goes."""
        size = self._dtype.itemsize
        self._file.seek(int(start) * size)
        data = self._file.read((min(int(stop), self._count) - int(start)) * size)
        self._file.seek(0, os.SEEK_END)
        return np.frombuffer(data, self._dtype)

    def parts(self) -> Iterator[Array]:
        """All of it, in order."""
        for at in range(0, self._count, _SPOOLED_AT_ONCE):
            yield self.read(at, at + _SPOOLED_AT_ONCE)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


_BYTES_IN_MEMORY = 1 << 18
_SPOOLED_AT_ONCE = _PASSED_AT_ONCE = 1 << 20


class ColumnFile:
    """The arrays of a file, mapped.

    Raises:
        IndexDamaged: The file is missing, cut short or altered.
        IndexForeign: It is no such file, or a newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            mapped = np.memmap(path, dtype=np.uint8, mode="r")
            self._mmap: mmap.mmap = mapped._mmap  # type: ignore[attr-defined]
            self._map: Array = mapped.view(np.ndarray)
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                Message(
                    "{path} can't be read ({error}); rebuild the index: dragoman index --full",
                    path=path,
                    error=error,
                )
            ) from error
        if len(self._map) < _ALIGN:
            raise self.damaged()
        magic, version, block, offset, length, crc = _HEAD.unpack(self._map[: _HEAD.size].tobytes())
        if magic != _MAGIC:
            raise IndexForeign(
                Message("{path} is no file of a Dragoman index; remove it or rebuild", path=path)
            )
        if version > FORMAT_VERSION:
            raise IndexForeign(
                Message(
                    "{path} was written by a newer Dragoman (format {version}, this one "
                    "reads {ours}); update Dragoman or rebuild: dragoman index --full",
                    path=path,
                    version=version,
                    ours=FORMAT_VERSION,
                )
            )
        directory = self._map[offset : offset + length].tobytes()
        if len(directory) != length or zlib.crc32(directory) != crc:
            raise self.damaged()
        content = json.loads(directory)
        self._arrays: dict[str, Array] = {
            name: self._map[start : start + count * np.dtype(dtype).itemsize].view(dtype)
            for name, (dtype, start, count) in content["arrays"].items()
        }
        self._placed = {
            name: (array, content["arrays"][name][1] - _ALIGN, array.itemsize)
            for name, array in self._arrays.items()
        }
        self._block = block
        self._checksums: list[int] = content["checksums"]
        self._checked = bytearray(len(self._checksums))
        self._whole: dict[str, Array] = {}
        self._views: dict[str, memoryview] = {}
        self._unchecked: dict[str, memoryview] = {}

    @property
    def nbytes(self) -> int:
        """Size of the file in bytes."""
        return len(self._map)

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def array(self, name: str) -> Array:
        """The whole array, its blocks checked."""
        if name not in self._whole:
            self._whole[name] = self.part(name, 0, len(self._arrays[name]))
        return self._whole[name]

    def part(self, name: str, start: int, stop: int) -> Array:
        """The half-open range `[start, stop)` of an array, its blocks checked.

        Raises:
            IndexDamaged: A block does not have the sum it was written with.
        """
        array, offset, size = self._placed[name]
        if stop > start:
            first = (offset + start * size) // self._block
            last = (offset + stop * size - 1) // self._block
            if not (first == last and self._checked[first]):
                for number in range(first, last + 1):
                    if not self._checked[number]:
                        self._check(number)
        return array[start:stop]

    def listed(self, name: str, start: int, stop: int) -> list[int]:
        """The same as whole numbers, at a fraction of what numpy takes for a few."""
        self.part(name, start, stop)
        view = self._unchecked.get(name)
        if view is None:
            view = self._unchecked[name] = self._arrays[name].data
        found: list[int] = view[start:stop].tolist()
        return found

    def placed(self, name: str) -> tuple[Array, int]:
        """An array as it is mapped, none of it checked, and where `checking` has its first byte."""
        array, offset, _ = self._placed[name]
        return array, offset

    def checking(self) -> tuple[bytearray, int, Callable[[int], None]]:
        """A byte for each block, 1 once it was checked; bytes of a block; what checks one."""
        return self._checked, self._block, self._check

    def names(self) -> set[str]:
        """The names of all arrays."""
        return set(self._arrays)

    def dtype(self, name: str) -> np.dtype[Any]:
        """The type of an array."""
        return self._arrays[name].dtype

    def length(self, name: str) -> int:
        """Numbers in an array; reads none of them."""
        return len(self._arrays[name])

    def passing(self, name: str, start: int, stop: int) -> Iterator[Array]:
        """The range `[start, stop)` of an array in parts, each let go when the next is asked for.

        Each part must be used, or copied, before.
        """
        for at in range(start, stop, _PASSED_AT_ONCE):
            yield self.part(name, at, min(stop, at + _PASSED_AT_ONCE))
            self.release()

    def gather(self, name: str, starts: Array, stops: Array, places: Array) -> Array:
        """A copy of single numbers of an array that lie in some ranges; only these are checked."""
        _, offset, size = self._placed[name]
        first = (offset + starts * size) // self._block
        last = (offset + np.maximum(stops, starts + 1) * size - 1) // self._block
        touched = np.zeros(len(self._checksums) + 1, np.int64)
        np.add.at(touched, first, 1)
        np.add.at(touched, last + 1, -1)
        checked = np.frombuffer(self._checked, np.uint8)
        for number in np.flatnonzero((np.cumsum(touched[:-1]) > 0) & (checked == 0)).tolist():
            self._check(number)
        return self._arrays[name][places]

    def numbers(self, name: str) -> memoryview:
        """The whole array to read single numbers from, at a fraction of what numpy takes."""
        if name not in self._views:
            self._views[name] = self.array(name).data
        return self._views[name]

    def check(self) -> None:
        """Checks every block.

        Raises:
            IndexDamaged: A block does not have the sum it was written with.
        """
        for number in range(len(self._checksums)):
            self._check(number)

    def release(self) -> None:
        """Lets memory go that holds what was read; it is read again when it is needed."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mmap.madvise(mmap.MADV_DONTNEED)

    def _check(self, number: int) -> None:
        start = _ALIGN + number * self._block
        end = start + self._block
        if number == len(self._checksums) - 1:
            end = min(end, _HEAD.unpack(self._map[: _HEAD.size].tobytes())[3])
        if zlib.crc32(self._map[start:end].data) != self._checksums[number]:
            raise self.damaged()
        self._checked[number] = 1

    def damaged(self) -> IndexDamaged:
        """What is raised where it is not as it was written."""
        return IndexDamaged(
            Message(
                "{path} is damaged (cut short or altered since it was written); rebuild "
                "the index: dragoman index --full",
                path=self.path,
            )
        )
