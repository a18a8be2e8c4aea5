"""Forms at consecutive positions → where words of two frequent lists are neighbours.

Phrases of frequent words are answered from these places, not from lists that hold a share of all
tokens each. Forms are looked through a block at a time and the places sorted on disk, so memory
does not grow with the length of the texts.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import ColumnFileWriter, Spool
from dragoman.indexer.forward import Uint32
from dragoman.indexer.inversion import (
    NO_TERM,
    Array,
    Terms,
    halves,
    layers_of,
    offsets_of,
)

FREQUENT_SHARE = 4_000
"""A key is frequent where one of so many tokens has it."""
MAX_FREQUENT = 1_024
MIN_FREQUENT = 64
"""Positions below which pairs of a key are not worth their place."""
AT_ONCE = 1_000_000
"""Positions, or pairs, that are in memory at a time."""
_BITS = 10  # of a frequent list's number among all frequent ones


def write_pairs(
    writer: ColumnFileWriter,
    lists: Uint32,
    position_offsets: Uint32,
    terms: Terms,
    n_tokens: int,
    read_forms: Callable[[int, int], Array],
) -> None:
    """Writes every place where words of two frequent lists stand next to each other.

    A list is frequent where it has one of `FREQUENT_SHARE` tokens and belongs to a key. Written
    are `pairs.lists` (rising numbers of the frequent lists), `pairs.keys` (rising: the first word's
    list, shifted by 32 bits, with the second's), `pairs.offsets` (where each pair's positions
    start, and the end) and `pairs.positions` (of the first word, rising within a pair).

    Args:
        writer: Where to.
        lists: The terms that have the lists of the field.
        position_offsets: Where each list's positions start.
        terms: The vocabulary.
        n_tokens: Tokens of the field.
        read_forms: Gives the forms at the positions `[first, last)`, as far as there are any.
    """
    frequent = _frequent(lists, position_offsets, terms, n_tokens)
    writer.add("pairs.lists", frequent.astype(np.uint32))
    layers = _frequent_layers(lists[frequent], terms)
    keys: list[NDArray[np.uint64]] = [np.zeros(0, np.uint64)]
    counts: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    mask = np.uint64((1 << _BITS) - 1)

    def positions() -> Iterator[Uint32]:
        for packed in _sorted_pairs(writer, len(frequent), layers, read_forms):
            pair, found = halves(packed)
            new = np.flatnonzero(np.diff(pair, prepend=pair[:1] + np.uint32(1)))
            first = frequent[pair[new] >> np.uint32(_BITS)].astype(np.uint64)
            second = frequent[pair[new] & mask.astype(np.uint32)].astype(np.uint64)
            keys.append((first << np.uint64(32)) | second)
            counts.append(np.diff(np.append(new, len(pair))))
            yield found

    writer.add_parts("pairs.positions", np.dtype(np.uint32), positions())
    writer.add("pairs.keys", np.concatenate(keys))
    writer.add("pairs.offsets", offsets_of(np.concatenate(counts)))


def _frequent(
    lists: Uint32, position_offsets: Uint32, terms: Terms, n_tokens: int
) -> NDArray[np.int64]:
    """Rising numbers of the lists that are frequent enough for pairs."""
    sizes = np.diff(position_offsets)
    of_key = np.zeros(len(terms.is_key), bool)
    of_key[terms.canonical[terms.is_key]] = True
    least = max(MIN_FREQUENT, n_tokens // FREQUENT_SHARE)
    chosen = np.flatnonzero((sizes >= least) & of_key[lists])
    if len(chosen) > MAX_FREQUENT:
        chosen = np.sort(chosen[np.argsort(sizes[chosen], kind="stable")[-MAX_FREQUENT:]])
    return chosen


def _frequent_layers(listed: Uint32, terms: Terms) -> list[Uint32]:
    """Each form's first, second, … frequent list, by its number among these."""
    number = np.full(len(terms.is_key), NO_TERM, np.uint32)
    number[listed] = np.arange(len(listed), dtype=np.uint32)
    form_offsets, form_terms = terms.lists_of_forms()
    numbers = number[form_terms]
    kept = numbers != NO_TERM
    n_forms = len(form_offsets) - 1
    of_form = np.repeat(np.arange(n_forms), np.diff(form_offsets))[kept]
    return layers_of(offsets_of(np.bincount(of_form, minlength=n_forms)), numbers[kept])


def _sorted_pairs(
    writer: ColumnFileWriter,
    n_frequent: int,
    layers: list[Uint32],
    read_forms: Callable[[int, int], Array],
) -> Iterator[NDArray[np.uint64]]:
    """All pairs, rising: both numbers, then the position, packed into 64 bits.

    Those of a block of positions are sorted and put by; then those of some first words at a time
    are brought together from all blocks.
    """
    firsts = np.arange(n_frequent + 1, dtype=np.uint64) << np.uint64(32 + _BITS)
    with Spool(writer.folder, np.dtype(np.uint64)) as spool:
        bounds = []
        at = 0
        while len(forms := read_forms(at, at + AT_ONCE + 1)) > 1:
            packed = _pairs(forms, layers, at)
            packed.sort(kind="stable")  # what is mostly runs, faster than without
            bounds.append(len(spool) + packed.searchsorted(firsts))
            spool.append(packed)
            at += AT_ONCE
        if not len(spool):
            return
        where = np.stack(bounds)
        group = np.cumsum(np.diff(where).sum(axis=0)) // AT_ONCE
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], n_frequent], strict=True):
            parts = [spool.read(of_block[start], of_block[stop]) for of_block in where]
            packed = np.concatenate(parts)
            if len(parts) > 1:
                packed.sort(kind="stable")
            if len(packed):
                yield packed


def _pairs(forms: Array, layers: list[Uint32], at: int) -> NDArray[np.uint64]:
    """The pairs of a block of forms whose first position is this; a gap has no lists."""
    found = [np.zeros(0, np.uint64)]
    for first in layers:
        left = first[forms[:-1]]
        place = np.flatnonzero(left != NO_TERM)
        left, following = left[place], forms[1:][place]
        for second in layers:
            right = second[following]
            held = right != NO_TERM
            pair = (left[held] << np.uint32(_BITS)) | right[held]
            found.append(
                (pair.astype(np.uint64) << np.uint64(32)) | (place[held] + at).astype(np.uint64)
            )
    return np.concatenate(found)
