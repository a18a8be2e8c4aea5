"""From tokens to postings: arrays of forms sorted into lists of positions.

In: the forms of a segment and which of them stands at each position. Out: the terms, which list
each has, and the lists. Positions run over all documents of a field and have a gap after each
value (`layout`). Writes no file.

Two terms that exactly the same forms have share one list: most words that do not inflect are, as
a key and as an exact form, one list.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.forms import EXACT_MARK, Form
from dragoman.indexer.forward import Uint32, encode
from dragoman.indexer.native import kernel_module

Array = NDArray[Any]

NO_TERM = 0xFFFFFFFF
_AT_ONCE = 1 << 18
"""Positions that are put down at a time."""


def offsets_of(lengths: Any) -> Uint32:
    """Where each of consecutive ranges starts, and the end (n + 1)."""
    offsets = np.zeros(len(lengths) + 1, np.uint32)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def narrow(array: Array) -> Array:
    """The same numbers in the smallest unsigned type that holds them."""
    top = int(array.max(initial=0))
    return array.astype(np.uint8 if top < 2**8 else np.uint16 if top < 2**16 else np.uint32)


def places(starts: Array, counts: Array) -> NDArray[np.int64]:
    """All numbers of the ranges `[start, start + count)`, one range after another."""
    counts = counts.astype(np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: NDArray[np.int64] = np.arange(total) + np.repeat(
        starts.astype(np.int64) - (ends - counts), counts
    )
    return found


def layers_of(offsets: Uint32, lists: Uint32) -> list[Uint32]:
    """Each form's first list, second list and so on; `NO_TERM` where it has none left."""
    per_form = np.diff(offsets)
    layers = []
    for number in range(int(per_form.max(initial=0))):
        layer = np.full(len(per_form), NO_TERM, np.uint32)
        held = np.flatnonzero(per_form > number)
        layer[held] = lists[offsets[held] + np.uint32(number)]
        layers.append(layer)
    return layers


def halves(packed: NDArray[np.uint64]) -> tuple[Uint32, Uint32]:
    """The upper and the lower 32 bits of each number."""
    low, high = packed.astype("<u8", copy=False).view("<u4").reshape(-1, 2).T
    return np.ascontiguousarray(high, np.uint32), np.ascontiguousarray(low, np.uint32)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a segment's vocabulary, by their numbers, and their forms.

    Attributes:
        form_offsets: Where each form's terms start in `form_terms`, and the end.
        form_terms: Numbers of the terms of each form: its keys, then its exact form.
        is_key: Which terms are keys, and not exact forms.
        canonical: For each term, the term whose list it uses.
    """

    form_offsets: Uint32
    form_terms: Uint32
    is_key: NDArray[np.bool_]
    canonical: Uint32

    @classmethod
    def of(cls, vocabulary: Sequence[Form]) -> tuple[list[bytes], "Terms"]:
        """The distinct terms of forms, rising, and what connects them with these."""
        of_form = [(*keys, exact) if exact else keys for exact, keys in vocabulary]
        offsets = offsets_of(np.fromiter(map(len, of_form), np.int64, len(of_form)))
        met = defaultdict[str, int](count().__next__)
        in_order_met = map(met.__getitem__, chain.from_iterable(of_form))
        form_terms = np.fromiter(in_order_met, np.uint32, int(offsets[-1]))
        distinct = sorted(met)  # by code points, as their UTF-8 is sorted by bytes
        number = np.empty(len(met), np.uint32)
        order = np.fromiter(map(met.__getitem__, distinct), np.int64, len(distinct))
        number[order] = np.arange(len(order), dtype=np.uint32)
        form_terms = number[form_terms]
        strings = list(map(encode, distinct))
        return strings, cls.numbered(are_keys(strings), offsets, form_terms)

    @classmethod
    def numbered(
        cls, is_key: NDArray[np.bool_], form_offsets: Uint32, form_terms: Uint32
    ) -> "Terms":
        """The same from terms that have their numbers."""
        return cls(form_offsets, form_terms, is_key, _canonical(is_key, form_offsets, form_terms))

    def forms(self) -> tuple[Uint32, Uint32]:
        """Where each term's forms start, and the end; and the numbers of these forms."""
        per_form = np.diff(self.form_offsets)
        form_of = np.repeat(np.arange(len(per_form), dtype=np.uint32), per_form)
        order = np.argsort(self.form_terms, kind="stable")
        counts = np.bincount(self.form_terms, minlength=len(self.is_key))
        return offsets_of(counts), form_of[order]

    def lists_of_forms(self) -> tuple[Uint32, Uint32]:
        """As `form_offsets` and `form_terms`, with canonical terms only, each once."""
        per_form = np.diff(self.form_offsets)
        form_of = np.repeat(np.arange(len(per_form), dtype=np.uint64), per_form)
        pairs = np.unique((form_of << np.uint64(32)) | self.canonical[self.form_terms])
        counts = np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=len(per_form))
        return offsets_of(counts), (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def are_keys(terms: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which terms are keys, and not exact forms."""
    mark = EXACT_MARK.encode()
    return np.fromiter((not term.startswith(mark) for term in terms), bool, len(terms))


def _canonical(is_key: NDArray[np.bool_], form_offsets: Uint32, form_terms: Uint32) -> Uint32:
    """For each term the exact form, or else the first term, that exactly the same forms have.

    Sets of forms are compared by 64-bit sums of scrambled form numbers, and by their size.
    """
    n_terms = len(is_key)
    per_form = np.diff(form_offsets)
    form_of = np.repeat(np.arange(1, len(per_form) + 1, dtype=np.uint64), per_form)
    mixed = form_of * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    order = np.argsort(form_terms, kind="stable")
    counts = np.bincount(form_terms, minlength=n_terms)
    sums = np.zeros(n_terms, np.uint64)
    filled = counts > 0
    starts = (np.cumsum(counts) - counts)[filled]
    if len(starts):
        sums[filled] = np.add.reduceat(mixed[order], starts)
    sums += counts.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    exact_first = np.concatenate((np.flatnonzero(~is_key), np.flatnonzero(is_key)))
    by_sum = exact_first[np.argsort(sums[exact_first], kind="stable")]
    first = np.ones(n_terms, bool)
    first[1:] = sums[by_sum][1:] != sums[by_sum][:-1]
    group = np.cumsum(first) - 1
    canonical = np.empty(n_terms, np.uint32)
    canonical[by_sum] = by_sum[np.flatnonzero(first)][group]
    return canonical


@dataclass(frozen=True, slots=True)
class PostingLists:
    """The lists of a field, one canonical term after another.

    Attributes:
        terms: Rising numbers of the canonical terms that the field holds.
        doc_offsets: Where each list's documents start, and the end.
        position_offsets: Where each list's positions start, and the end.
        docs: Rising document numbers of each list.
        counts: Positions in each of these documents.
        first_counts: Of these, positions in the document's first value (a title).
        positions: Rising positions of each list.
    """

    terms: Uint32
    doc_offsets: Uint32
    position_offsets: Uint32
    docs: Uint32
    counts: Array
    first_counts: Array
    positions: Uint32


def invert(
    forms: Uint32, bounds: Uint32, regions: int, form_offsets: Uint32, form_terms: Uint32
) -> PostingLists:
    """Sorts the tokens of a field by term.

    Args:
        forms: The form at each position.
        bounds: Where each value's positions start, and the end.
        regions: Values of each document.
        form_offsets: Where each form's lists start in `form_terms`.
        form_terms: The lists of each form.
    """
    kernel = kernel_module()
    if kernel is None:
        return inverted(forms, bounds, regions, form_offsets, form_terms)
    n_terms = int(form_terms.max(initial=0)) + 1
    given = (np.ascontiguousarray(each) for each in (forms, bounds, form_offsets, form_terms))
    arrays = [np.frombuffer(a, np.uint32) for a in kernel.invert(*given, regions, n_terms)]
    terms, doc_offsets, position_offsets, docs, counts, first_counts, positions = arrays
    return PostingLists(
        terms, doc_offsets, position_offsets, docs, narrow(counts), narrow(first_counts), positions
    )


def inverted(
    forms: Uint32, bounds: Uint32, regions: int, form_offsets: Uint32, form_terms: Uint32
) -> PostingLists:
    """The same through numpy, where the kernel is not built."""
    per_form = np.diff(form_offsets)
    n_pairs = int(np.bincount(forms, minlength=len(per_form)) @ per_form.astype(np.int64))
    term, position = np.empty(n_pairs, np.uint32), np.empty(n_pairs, np.uint32)
    end = 0
    for at in range(0, len(forms), _AT_ONCE):
        part = forms[at : at + _AT_ONCE]
        each = per_form[part]
        found = form_terms[places(form_offsets[part], each)]
        start, end = end, end + len(found)
        term[start:end] = found
        position[start:end] = np.repeat(np.arange(at, at + len(part), dtype=np.uint32), each)
    per_term = np.bincount(term)
    positions = position[_stable_order(term)]
    del term, position
    values = np.arange(len(bounds) - 1, dtype=np.uint32)
    value = np.repeat(values, np.diff(bounds))[positions]
    doc = value // np.uint32(regions) if regions > 1 else value
    terms = np.flatnonzero(per_term)
    position_offsets = offsets_of(per_term[terms])
    new = np.ones(n_pairs, bool)
    new[1:] = doc[1:] != doc[:-1]
    new[position_offsets[:-1]] = True
    first = np.flatnonzero(new)
    counts = narrow(np.diff(np.append(first, n_pairs)))
    if regions > 1 and n_pairs:
        is_first = value == doc * np.uint32(regions)
        first_counts = narrow(np.add.reduceat(is_first, first, dtype=np.uint32))
    else:
        first_counts = counts
    return PostingLists(
        terms=terms.astype(np.uint32),
        doc_offsets=first.searchsorted(position_offsets).astype(np.uint32),
        position_offsets=position_offsets,
        docs=doc[first],
        counts=counts,
        first_counts=first_counts,
        positions=positions,
    )


def _stable_order(term: Uint32) -> NDArray[np.int64]:
    """What sorts terms, equal ones left in order: numpy sorts 16 bits by radix."""
    order = np.argsort(term.astype(np.uint16), kind="stable")
    if len(term) and int(term.max()) >= 1 << 16:
        high = (term >> np.uint32(16)).astype(np.uint16)
        order = order[np.argsort(high[order], kind="stable")]
    return order
