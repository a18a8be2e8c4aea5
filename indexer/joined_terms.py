"""The vocabularies of several segments → one, and the new numbers of their terms and forms.

Terms pass through in order, some of each segment at a time, and are written at once: what stays in
memory are numbers.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import ColumnFileWriter
from dragoman.indexer.columns import FIELDS
from dragoman.indexer.forward import Uint32
from dragoman.indexer.inversion import Terms, are_keys, offsets_of, places
from dragoman.indexer.sources import Source
from dragoman.indexer.string_tables import STRINGS_AT_ONCE, StringTable, add_some_strings

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The joined vocabulary, and the new number of each source's terms (or -1) and forms."""

    terms: Terms
    term_numbers: list[Numbers]
    form_numbers: list[Uint32]


def write_joined_terms(writer: ColumnFileWriter, sources: Sequence[Source]) -> Vocabulary:
    """Writes the terms of all kept documents; which forms have them is not written yet."""
    used = [_used_forms(source) for source in sources]
    vocabularies = [
        _Passing(source.columns.terms, _held_terms(source, of_source))
        for source, of_source in zip(sources, used, strict=True)
    ]
    is_key = [np.zeros(0, bool)]

    def joined() -> Iterator[list[bytes]]:
        for terms in _in_order(vocabularies):
            is_key.append(are_keys(terms))
            yield terms
            for source in sources:
                source.columns.file.release()

    add_some_strings(writer, "terms", joined(), is_sorted=True)
    term_numbers = [vocabulary.numbers for vocabulary in vocabularies]
    form_offsets, form_terms, form_numbers = _joined_forms(sources, used, term_numbers)
    for source in sources:
        source.columns.file.release()
    terms = Terms.numbered(np.concatenate(is_key), form_offsets, form_terms)
    return Vocabulary(terms, term_numbers, form_numbers)


def _used_forms(source: Source) -> NDArray[np.bool_]:
    """The forms that stand in a kept document; the gap is none of them."""
    used = np.zeros(source.columns.file.length("form_offsets") - 1, bool)
    for name in FIELDS:
        for forms in source.kept(name, "forms"):
            used[forms] = True
    used[0] = False
    return used


def _held_terms(source: Source, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The terms of the forms that are used."""
    file = source.columns.file
    held = np.zeros(len(source.columns.terms), bool)
    held[file.array("form_terms")[np.repeat(used, np.diff(file.array("form_offsets")))]] = True
    return held


class _Passing:
    """The terms of one segment on their way into the joined vocabulary."""

    def __init__(self, table: StringTable, held: NDArray[np.bool_]) -> None:
        self.numbers: Numbers = np.full(len(table), -1, np.int32)
        self._table = table
        self._held = held
        self._at = 0
        self._waiting: list[bytes] = []
        self._places: NDArray[np.int64] = np.zeros(0, np.int64)

    def fill(self) -> bytes | None:
        """Reads on where nothing waits; the last that waits, or None where the end was read."""
        while not self._waiting and self._at < len(self._table):
            stop = min(self._at + STRINGS_AT_ONCE, len(self._table))
            strings = self._table.range(self._at, stop)
            places = np.flatnonzero(self._held[self._at : stop])
            self._waiting = [strings[place] for place in places.tolist()]
            self._places = places + self._at
            self._at = stop
        return self._waiting[-1] if self._waiting and self._at < len(self._table) else None

    def up_to(self, last: bytes | None) -> list[bytes]:
        """The waiting terms up to one, or all."""
        if last is None:
            return self._waiting
        return self._waiting[: bisect_right(self._waiting, last)]

    def take(self, taken: list[bytes], number: dict[bytes, int]) -> None:
        """Notes the new numbers of the first that wait, which wait no longer."""
        count = len(taken)
        self.numbers[self._places[:count]] = np.fromiter(
            map(number.__getitem__, taken), np.int32, count
        )
        self._waiting, self._places = self._waiting[count:], self._places[count:]


def _in_order(vocabularies: Sequence[_Passing]) -> Iterator[list[bytes]]:
    """All distinct terms, rising, some at a time; numbers them in each vocabulary."""
    n_terms = 0
    while True:
        # Nothing that is still to be read comes before the least of the last ones waiting.
        lasts = [last for of in vocabularies if (last := of.fill()) is not None]
        taken = [of.up_to(min(lasts, default=None)) for of in vocabularies]
        terms = sorted(set().union(*taken))
        if not terms:
            return
        number = dict(zip(terms, range(n_terms, n_terms + len(terms)), strict=True))
        for of, some in zip(vocabularies, taken, strict=True):
            of.take(some, number)
        n_terms += len(terms)
        yield terms


def _joined_forms(
    sources: Sequence[Source],
    used: Sequence[NDArray[np.bool_]],
    term_numbers: Sequence[Numbers],
) -> tuple[Uint32, Uint32, list[Uint32]]:
    """The distinct forms: where each one's terms start, these, and each source's new numbers.

    A form is the sequence of its terms. The first is the gap, which has none.
    """
    offsets, flat = [np.zeros(2, np.int64)], [np.zeros(0, np.int32)]
    n_terms = 0
    for source, of_source, numbers in zip(sources, used, term_numbers, strict=True):
        file = source.columns.file
        per_form = np.diff(file.array("form_offsets"))
        terms = numbers[file.array("form_terms")[np.repeat(of_source, per_form)]]
        ends = n_terms + np.cumsum(per_form[of_source], dtype=np.int64)
        offsets.append(ends)
        flat.append(terms)
        n_terms += len(terms)
    distinct, number = _distinct(np.concatenate(offsets), np.concatenate(flat).astype(np.uint32))
    form_numbers = []
    at = 1
    for of_source in used:
        count = int(of_source.sum())
        new_numbers = np.zeros(len(of_source), np.uint32)
        new_numbers[of_source] = number[at : at + count]
        form_numbers.append(new_numbers)
        at += count
    return *distinct, form_numbers


def _distinct(
    offsets: NDArray[np.int64], flat: Uint32
) -> tuple[tuple[Uint32, Uint32], NDArray[np.int64]]:
    """Sequences of numbers → each once, in the order of meeting; and which of these each is."""
    lengths = np.diff(offsets)
    seed = 0
    while True:
        hashes = _hashes(offsets, flat, seed)
        _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        same = first[which]  # for each sequence, the first with its hash
        if (lengths == lengths[same]).all() and np.array_equal(
            flat, flat[places(offsets[same], lengths)]
        ):
            break
        seed += 1  # two different ones met in one hash
    met = np.sort(first)
    number = np.zeros(len(lengths), np.int64)
    number[met] = np.arange(len(met))
    kept = flat[places(offsets[met], lengths[met])]
    return (offsets_of(lengths[met]), kept), number[same]


def _hashes(offsets: NDArray[np.int64], flat: Uint32, seed: int) -> NDArray[np.uint64]:
    """64 bits for each sequence of numbers, by what it holds where."""
    lengths = np.diff(offsets)
    place = np.arange(len(flat)) - np.repeat(offsets[:-1], lengths)
    mixed = (flat.astype(np.uint64) + np.uint64(seed + 1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= (2 * place.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xC2B2AE3D27D4EB4F)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)))
    return sums[offsets[1:]] - sums[offsets[:-1]]
