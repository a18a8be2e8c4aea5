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
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.errors import IndexDamaged, IndexForeign

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

    def written(self, name: str) -> Array:
        """An array that was added, mapped from the file."""
        self._file.flush()
        dtype, start, count = self._directory[name]
        if not count:
            return np.zeros(0, dtype)
        mapped = np.memmap(self._file.name, dtype=dtype, mode="r", offset=start, shape=(count,))
        return mapped.view(np.ndarray)

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
            mapped = np.memmap(path, dtype=np.uint8, mode="r")
            self._mmap: mmap.mmap = mapped._mmap  # type: ignore[attr-defined]
            self._map: Array = mapped.view(np.ndarray)
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
            raise self._damaged()
        self._checked[number] = 1

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(
            f"{self.path} is damaged (cut short or altered since it was written); "
            "rebuild the index: dragoman index --full"
        )


_HEAD_BYTES = 16


class StringTable:
    """Byte strings written by `add_strings`, read from the arrays of a column file."""

    def __init__(self, file: ColumnFile, name: str) -> None:
        self._file = file
        self._name = name
        self._blob = f"{name}.blob"
        self._offsets = file.array(f"{name}.offsets")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        start, stop = self._offsets[number : number + 2].tolist()
        return self._file.part(self._blob, start, stop).tobytes()

    def range(self, first: int, last: int) -> list[bytes]:
        """The strings with numbers `[first, last)`, in order."""
        bounds = self._offsets[first : last + 1].tolist()
        if len(bounds) < 2:
            return []
        blob = self._file.part(self._blob, bounds[0], bounds[-1]).tobytes()
        start = bounds[0]
        return [blob[a - start : b - start] for a, b in pairwise(bounds)]

    def all(self) -> list[bytes]:
        """Every string, in order."""
        return self.range(0, len(self))

    def find(self, string: bytes) -> int:
        """The number of a string in a sorted table, or -1."""
        buckets, by_hash, offsets, blob = self._by_hash
        bucket = zlib.crc32(string) % (len(buckets) - 1)
        for place in range(buckets[bucket], buckets[bucket + 1]):
            number: int = by_hash[place]
            if blob[offsets[number] : offsets[number + 1]].tobytes() == string:
                return number
        return -1

    @cached_property
    def _by_hash(self) -> tuple[memoryview, memoryview, memoryview, memoryview]:
        file, name = self._file, self._name
        return (
            file.numbers(f"{name}.buckets"),
            file.numbers(f"{name}.by_hash"),
            file.numbers(f"{name}.offsets"),
            file.numbers(self._blob),
        )

    def parts(self, numbers: Array) -> Iterator[tuple[Array, Array]]:
        """The strings with these rising numbers, as `add_string_parts` takes them."""
        bounds = self._offsets.astype(np.int64)
        for at in range(0, len(numbers), _STRINGS_AT_ONCE):
            chosen = numbers[at : at + _STRINGS_AT_ONCE]
            lengths = bounds[chosen + 1] - bounds[chosen]
            first, last = int(bounds[chosen[0]]), int(bounds[chosen[-1] + 1])
            blob = self._file.part(self._blob, first, last)
            if lengths.sum() < last - first:
                shifts = bounds[chosen] - first - (np.cumsum(lengths) - lengths)
                blob = blob[np.repeat(shifts, lengths) + np.arange(int(lengths.sum()))]
            yield blob, lengths

    def bisect(self, string: bytes) -> int:
        """Where a string stands, or would stand, in a sorted table written with its heads."""
        heads = self._file.array(f"{self._name}.heads")
        head = np.bytes_(string[:_HEAD_BYTES])
        low = int(heads.searchsorted(head))
        if low == len(heads):
            return low
        high = int(heads.searchsorted(head, side="right"))
        while low < high:
            middle = (low + high) // 2
            if self[middle] < string:
                low = middle + 1
            else:
                high = middle
        return low


def add_strings(
    writer: ColumnFileWriter, name: str, strings: Sequence[bytes], *, is_sorted: bool = False
) -> None:
    """Writes strings so that `StringTable` reads them; sorted ones with what finds them."""
    offsets = np.zeros(len(strings) + 1, np.uint64)
    np.cumsum([len(s) for s in strings], out=offsets[1:])
    if len(offsets) and offsets[-1] < 2**32:
        offsets = offsets.astype(np.uint32)
    writer.add(f"{name}.offsets", offsets)
    blob = (
        np.frombuffer(b"".join(strings[at : at + _STRINGS_AT_ONCE]), np.uint8)
        for at in range(0, len(strings), _STRINGS_AT_ONCE)
    )
    writer.add_parts(f"{name}.blob", np.dtype(np.uint8), blob)
    if is_sorted:
        writer.add(f"{name}.heads", np.array(strings, f"S{_HEAD_BYTES}"))
        n_buckets = max(1, len(strings))
        bucket = np.fromiter(map(zlib.crc32, strings), np.uint32, len(strings)) % n_buckets
        counts = np.bincount(bucket, minlength=n_buckets)
        writer.add(f"{name}.buckets", np.append(0, np.cumsum(counts)).astype(np.uint32))
        writer.add(f"{name}.by_hash", np.argsort(bucket, kind="stable").astype(np.uint32))


_STRINGS_AT_ONCE = 4096


def add_string_parts(
    writer: ColumnFileWriter, name: str, parts: Iterable[tuple[Array, Array]]
) -> None:
    """Writes strings that come packed, a part at a time.

    Args:
        writer: Where to.
        name: What `StringTable` reads them by.
        parts: The strings of each part joined (uint8), and the length of each.
    """
    lengths = []

    def blobs() -> Iterator[Array]:
        for blob, of_part in parts:
            lengths.append(of_part)
            yield blob

    writer.add_parts(f"{name}.blob", np.dtype(np.uint8), blobs())
    offsets = np.zeros(sum(map(len, lengths)) + 1, np.uint64)
    np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]), out=offsets[1:])
    writer.add(f"{name}.offsets", offsets.astype(np.uint32) if offsets[-1] < 2**32 else offsets)
