"""From tokens to postings: arrays of forms sorted into lists of positions.

In: the forms of a segment and which of them stands at each position. Out: the terms, which list
each has, and the lists. Positions run over all documents of a field and have a gap after each
value (`layout`). Writes no file.

Two terms that exactly the same forms have share one list: most words that do not inflect are, as
a key and as an exact form, one list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.forms import EXACT_MARK, Form
from dragoman.indexer.forward import Uint32, encode

Array = NDArray[Any]

NO_TERM = 0xFFFFFFFF
FREQUENT_SHARE = 4_000
"""A key is frequent where one of so many tokens has it."""
MAX_FREQUENT = 1_024
MIN_FREQUENT = 64
"""Positions below which pairs of a key are not worth their place."""


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


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a segment's vocabulary and their forms.

    Attributes:
        strings: Distinct terms, rising; their numbers are their places.
        form_offsets: Where each form's terms start in `form_terms`, and the end.
        form_terms: Numbers of the terms of each form: its keys, then its exact form.
        canonical: For each term, the term whose list it uses.
    """

    strings: Sequence[bytes]
    form_offsets: Uint32
    form_terms: Uint32
    canonical: Uint32

    @classmethod
    def of(cls, vocabulary: Sequence[Form]) -> "Terms":
        """The terms of forms."""
        of_form = [
            [encode(key) for key in form.keys] + ([encode(form.exact)] if form.exact else [])
            for form in vocabulary
        ]
        strings = sorted({term for terms in of_form for term in terms})
        number = {term: i for i, term in enumerate(strings)}
        flat = np.array([number[term] for terms in of_form for term in terms], np.uint32)
        return cls.numbered(strings, offsets_of([len(terms) for terms in of_form]), flat)

    @classmethod
    def numbered(
        cls, strings: Sequence[bytes], form_offsets: Uint32, form_terms: Uint32
    ) -> "Terms":
        """The same from terms that have their numbers."""
        return cls(strings, form_offsets, form_terms, _canonical(strings, form_offsets, form_terms))

    def forms(self) -> tuple[Uint32, Uint32]:
        """Where each term's forms start, and the end; and the numbers of these forms."""
        per_form = np.diff(self.form_offsets)
        form_of = np.repeat(np.arange(len(per_form), dtype=np.uint32), per_form)
        order = np.argsort(self.form_terms, kind="stable")
        counts = np.bincount(self.form_terms, minlength=len(self.strings))
        return offsets_of(counts), form_of[order]

    def lists_of_forms(self) -> tuple[Uint32, Uint32]:
        """As `form_offsets` and `form_terms`, with canonical terms only, each once."""
        per_form = np.diff(self.form_offsets)
        form_of = np.repeat(np.arange(len(per_form), dtype=np.uint64), per_form)
        pairs = np.unique((form_of << np.uint64(32)) | self.canonical[self.form_terms])
        counts = np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=len(per_form))
        return offsets_of(counts), (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _canonical(strings: Sequence[bytes], form_offsets: Uint32, form_terms: Uint32) -> Uint32:
    """For each term the exact form, or else the first term, that exactly the same forms have.

    Sets of forms are compared by 64-bit sums of scrambled form numbers, and by their size.
    """
    n_terms = len(strings)
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
    mark = EXACT_MARK.encode()
    is_key = np.array([not string.startswith(mark) for string in strings], bool)
    by_sum = np.lexsort((np.arange(n_terms), is_key, sums))
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
    # One sort of (term, position) pairs, each packed into 64 bits, is the whole inversion.
    per_position = np.diff(form_offsets)[forms]
    pairs = form_terms[places(form_offsets[:-1][forms], per_position)].astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= np.repeat(np.arange(len(forms), dtype=np.uint64), per_position)
    pairs.sort()
    term = (pairs >> np.uint64(32)).astype(np.uint32)
    positions = (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    del pairs
    value = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint32), np.diff(bounds))[positions]
    doc = value // np.uint32(regions)
    is_first = (value % np.uint32(regions)) == 0
    new = np.ones(len(term), bool)
    new[1:] = (term[1:] != term[:-1]) | (doc[1:] != doc[:-1])
    first = np.flatnonzero(new)
    of_posting = term[first]
    new_term = np.ones(len(first), bool)
    new_term[1:] = of_posting[1:] != of_posting[:-1]
    starts = np.flatnonzero(new_term)
    counts = np.diff(np.append(first, len(term)))
    in_first = np.add.reduceat(is_first, first, dtype=np.uint32) if len(first) else counts
    return PostingLists(
        terms=of_posting[starts],
        doc_offsets=np.append(starts, len(first)).astype(np.uint32),
        position_offsets=np.append(first[starts], len(term)).astype(np.uint32),
        docs=doc[first],
        counts=narrow(counts),
        first_counts=narrow(in_first),
        positions=positions,
    )


@dataclass(frozen=True, slots=True)
class AdjacentPairs:
    """Where the words of two frequent lists stand next to each other.

    Attributes:
        lists: Rising numbers of the frequent lists.
        keys: Rising: the first word's list, shifted by 32 bits, with the second's.
        offsets: Where each pair's positions start, and the end.
        positions: Positions of the first word, rising within a pair.
    """

    lists: Uint32
    keys: NDArray[np.uint64]
    offsets: Uint32
    positions: Uint32


def adjacent_pairs(
    lists: PostingLists, forms: Uint32, terms: Terms, n_tokens: int
) -> AdjacentPairs:
    """Every place where words of two frequent lists stand next to each other.

    A list is frequent where it has one of `FREQUENT_SHARE` tokens and belongs to a key.

    Args:
        lists: The lists of the field.
        forms: The form at each position.
        terms: The vocabulary.
        n_tokens: Tokens of the field.
    """
    frequent = _frequent(lists, terms, n_tokens)
    form_offsets, form_terms = terms.lists_of_forms()
    of_term = np.full(len(terms.strings) + 1, -1, np.int64)
    of_term[lists.terms[frequent]] = frequent
    of_form = np.repeat(np.arange(len(form_offsets) - 1), np.diff(form_offsets))
    kept = of_term[form_terms] >= 0
    second_offsets = offsets_of(np.bincount(of_form[kept], minlength=len(form_offsets) - 1))
    second_lists = of_term[form_terms[kept]]
    per_form = np.diff(second_offsets)
    keys: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.int64]] = []
    found: list[Uint32] = []
    for number in frequent.tolist():
        start, stop = lists.position_offsets[number : number + 2].tolist()
        positions = np.array(lists.positions[start:stop])
        following = forms[positions + np.uint32(1)]  # a gap ends every value
        second = second_lists[places(second_offsets[:-1][following], per_form[following])]
        order = np.argsort(second, kind="stable")
        found.append(np.repeat(positions, per_form[following])[order])
        distinct, n_each = np.unique(second, return_counts=True)
        keys.append((number << 32) | distinct)
        counts.append(n_each)
    return AdjacentPairs(
        frequent.astype(np.uint32),
        np.concatenate([np.zeros(0, np.int64), *keys]).astype(np.uint64),
        offsets_of(np.concatenate([np.zeros(0, np.int64), *counts])),
        np.concatenate([np.zeros(0, np.uint32), *found]),
    )


def _frequent(lists: PostingLists, terms: Terms, n_tokens: int) -> NDArray[np.int64]:
    """Rising numbers of the lists that are frequent enough for pairs."""
    sizes = np.diff(lists.position_offsets)
    mark = EXACT_MARK.encode()
    is_key = np.array([not string.startswith(mark) for string in terms.strings], bool)
    of_key = np.zeros(len(terms.strings), bool)
    of_key[terms.canonical[is_key]] = True
    least = max(MIN_FREQUENT, n_tokens // FREQUENT_SHARE)
    chosen = np.flatnonzero((sizes >= least) & of_key[lists.terms])
    if len(chosen) > MAX_FREQUENT:
        chosen = np.sort(chosen[np.argsort(sizes[chosen], kind="stable")[-MAX_FREQUENT:]])
    return chosen
