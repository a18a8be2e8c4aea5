"""Byte strings in a column file: written some at a time, read by number or found by text.

In: byte strings in order. Out: `name.offsets` and `name.blob`; of sorted ones also `name.heads`
(their first bytes, to bisect), `name.buckets` and `name.by_hash` (numbers by CRC-32, to find).
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from dragoman.indexer.columnfile import Array, ColumnFile, ColumnFileWriter

STRINGS_AT_ONCE = 4096
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
        """The strings with these rising numbers, as `add_string_parts` takes them.

        Each part is let go when the next is asked for.
        """
        bounds = self._offsets.astype(np.int64)
        for at in range(0, len(numbers), STRINGS_AT_ONCE):
            chosen = numbers[at : at + STRINGS_AT_ONCE]
            lengths = bounds[chosen + 1] - bounds[chosen]
            first, last = int(bounds[chosen[0]]), int(bounds[chosen[-1] + 1])
            blob = self._file.part(self._blob, first, last)
            if lengths.sum() < last - first:
                shifts = bounds[chosen] - first - (np.cumsum(lengths) - lengths)
                blob = blob[np.repeat(shifts, lengths) + np.arange(int(lengths.sum()))]
            yield blob, lengths
            self._file.release()

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
    some = (strings[at : at + STRINGS_AT_ONCE] for at in range(0, len(strings), STRINGS_AT_ONCE))
    add_some_strings(writer, name, some, is_sorted=is_sorted)


def add_some_strings(
    writer: ColumnFileWriter,
    name: str,
    some: Iterable[Sequence[bytes]],
    *,
    is_sorted: bool = False,
) -> None:
    """The same of strings that come some at a time."""
    heads = [np.zeros(0, f"S{_HEAD_BYTES}")]
    hashes = [np.zeros(0, np.uint32)]

    def packed() -> Iterator[tuple[Array, Array]]:
        for strings in some:
            if is_sorted:
                heads.append(np.array(strings, f"S{_HEAD_BYTES}"))
                hashes.append(np.fromiter(map(zlib.crc32, strings), np.uint32, len(strings)))
            lengths = np.fromiter(map(len, strings), np.int64, len(strings))
            yield np.frombuffer(b"".join(strings), np.uint8), lengths

    add_string_parts(writer, name, packed())
    if is_sorted:
        writer.add(f"{name}.heads", np.concatenate(heads))
        bucket = np.concatenate(hashes)
        n_buckets = max(1, len(bucket))
        bucket %= np.uint32(n_buckets)
        counts = np.bincount(bucket, minlength=n_buckets)
        writer.add(f"{name}.buckets", np.append(0, np.cumsum(counts)).astype(np.uint32))
        writer.add(f"{name}.by_hash", np.argsort(bucket, kind="stable").astype(np.uint32))


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
