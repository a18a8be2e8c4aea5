"""Where words stand beside each other: phrases and proximities of words with one list each.

In: a node and the lists of its words in one segment. Out: the documents it is in, with counts.
Starts from the rarest word, or the rarest pair of frequent words, and looks around each of its
places in the forward index; a few places are looked at one by one, at less than arrays cost. The
same as `Evaluation` finds by `phrases` and `matching`, which serve all other nodes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import REGIONS, TEXT, SegmentColumns
from dragoman.search.matching import counted_from_left, paired, phrases
from dragoman.search.matching import words as words_at
from dragoman.search.postings import Occurring, occurring_at
from dragoman.search.tree import Near, Node, Phrase

_FEW = 200
"""Places up to which each is looked at."""
_MAX_AROUND = 1_000_000
"""Forms around all places of the rarest word, up to which they are looked at as an array."""
_MUCH_MORE = 16
"""The other word's places are searched where they are so many times more, or fewer."""
_MAX_COMPARED = 16
"""Forms of a word that are compared one after another."""
_WORTH_A_PAIR = 512
"""Places of the rarest word from which pairs are looked up."""
_FORMS = f"{TEXT}.forms"
Listed = tuple[list[int], list[int], list[int]]
"""Documents (rising), occurrences in each, and of these in its title."""


class Listing(NamedTuple):
    """A word in a segment: the numbers of its only term and of its only list."""

    term: int
    at: int


def words_beside(node: Node) -> Sequence[Node]:
    """The words of a phrase, or of a proximity of two words; none for anything else."""
    if isinstance(node, Phrase):
        return node.parts
    if isinstance(node, Near) and node.unit in ("w", "pre"):
        return (node.left, node.right)
    return ()


def places_beside(
    columns: SegmentColumns, node: Node, words: Sequence[Listing]
) -> Listed | Occurring | None:
    """Where a node is in the titles and texts of a segment; None where it is not worth it.

    Args:
        columns: The segment.
        node: A phrase, or a proximity of two words.
        words: Those of `words_beside`.
    """
    offsets = columns.file.numbers(f"{TEXT}.position_offsets")
    sizes = [offsets[word.at + 1] - offsets[word.at] for word in words]
    size = min(sizes)
    rarest = sizes.index(size)
    if isinstance(node, Phrase):
        return _phrase(columns, words, rarest, size)
    if isinstance(node, Near) and node.distance <= _FEW:
        return _near(columns, node, words, rarest, size)
    return None


# Phrases


def _phrase(
    columns: SegmentColumns, words: Sequence[Listing], rarest: int, size: int
) -> Listed | Occurring | None:
    file, length = columns.file, len(words)
    first = last = rarest
    name = f"{TEXT}.positions"
    offsets = file.numbers(f"{TEXT}.position_offsets")
    start, stop = offsets[words[rarest].at], offsets[words[rarest].at + 1]
    if size > _WORTH_A_PAIR and columns.has_pairs:
        pair = _rarest_pair(columns, words, size)
        if pair is not None:
            first, (start, stop) = pair
            last, name = first + 1, "pairs.positions"
    others = [
        (number, columns.term_forms(word.term).tolist())
        for number, word in enumerate(words)
        if not first <= number <= last
    ]
    if stop - start <= _FEW:
        places: Iterable[int] = file.listed(name, start, stop)
    else:
        anchor = file.part(name, start, stop)
        for number, forms in others:
            if len(forms) > _MAX_COMPARED:
                return None
            if len(anchor) <= _FEW:
                break
            beside = file.array(_FORMS).take(anchor + np.int64(number - first))
            anchor = anchor[_is_among(beside, forms)]
        if len(anchor) > _FEW:
            spans = phrases(anchor.astype(np.int64) - first, length)
            starts = spans.starts[counted_from_left(spans)]
            return occurring_at(starts, columns.bounds(TEXT), len(REGIONS[TEXT]))
        places = anchor.tolist()
    sets = [(number, frozenset(forms)) for number, forms in others]
    starts_of_phrase = []
    for place in places:
        begin = place - first
        forms = file.listed(_FORMS, begin, begin + length) if begin >= 0 else []
        if len(forms) == length and all([forms[at] in of_word for at, of_word in sets]):
            starts_of_phrase.append((begin, begin + length - 1))
    return _counted(columns, starts_of_phrase)


def _rarest_pair(
    columns: SegmentColumns, words: Sequence[Listing], limit: int
) -> tuple[int, tuple[int, int]] | None:
    """The rarest pair of neighbouring words that are both frequent, if it is rarer than `limit`.

    Returns:
        The place of its first word in the phrase, and the range of the pair's positions.
    """
    file = columns.file
    frequent, keys = file.numbers("pairs.lists"), file.numbers("pairs.keys")
    offsets = file.numbers("pairs.offsets")
    known = [
        (place := bisect_left(frequent, word.at)) < len(frequent) and frequent[place] == word.at
        for word in words
    ]
    found = None
    for number, (one, two) in enumerate(pairwise(words)):
        if not (known[number] and known[number + 1]):
            continue
        key = one.at << 32 | two.at
        place = bisect_left(keys, key)
        if place == len(keys) or keys[place] != key:
            return number, (0, 0)
        start, stop = offsets[place], offsets[place + 1]
        if stop - start < limit:
            found, limit = (number, (start, stop)), stop - start
    return found


def _is_among(numbers: NDArray[np.uint32], wanted: Sequence[int]) -> NDArray[np.bool_]:
    """Which numbers are among a few."""
    found: NDArray[np.bool_] = numbers == wanted[0]
    for number in wanted[1:]:
        found |= numbers == number
    return found


# Proximities


def _near(
    columns: SegmentColumns, node: Near, words: Sequence[Listing], rarest: int, size: int
) -> Listed | Occurring | None:
    """Pairs of the two words with at most so many others between, each once."""
    reach = node.distance + 1
    of_other = columns.term_forms(words[1 - rarest].term).tolist()
    is_before = node.unit == "w" or rarest == 1
    is_after = node.unit == "w" or rarest == 0
    if size <= _FEW:
        other, spans = frozenset(of_other), set()
        for place in columns.few_positions(words[rarest].at):
            begin = max(0, place - reach)
            for at, form in enumerate(columns.file.listed(_FORMS, begin, place + reach + 1), begin):
                if form in other:
                    if at < place and is_before:
                        spans.add((at, place))
                    elif at > place and is_after:
                        spans.add((place, at))
        return _counted(columns, sorted(spans))
    if len(of_other) > _MAX_COMPARED:
        return None
    anchor = columns.positions(TEXT, words[rarest].at, words[rarest].at + 1)
    others = columns.positions(TEXT, words[1 - rarest].at, words[1 - rarest].at + 1)
    if len(others) < _MUCH_MORE * size:
        anchor = anchor[_is_near(anchor, others, reach)]
    if len(anchor) * (2 * reach + 1) > _MAX_AROUND:
        return None
    places = anchor.astype(np.int64)
    beside = _is_among(_around(columns, places, reach), of_other)
    beside[:, : reach + 1 if not is_before else 0] = False
    beside[:, reach if not is_after else 2 * reach + 1 :] = False
    beside[:, reach] = False
    row, column = beside.nonzero()
    here = places.take(row)
    there = here + (column - reach)
    starts, ends = np.minimum(here, there), np.maximum(here, there)
    if len(starts) <= _FEW:
        return _counted(columns, sorted(set(zip(starts.tolist(), ends.tolist(), strict=True))))
    found = paired(words_at(here), words_at(there), columns.bounds(TEXT))
    starts = found.starts[counted_from_left(found)]
    return occurring_at(starts, columns.bounds(TEXT), len(REGIONS[TEXT]))


def _is_near(places: NDArray[np.uint32], others: NDArray[np.uint32], reach: int) -> Any:
    """Which places have another within reach on either side, or stand there too."""
    after = others.searchsorted(places)
    # A difference below zero wraps round, to far beyond any reach.
    is_before = places - others.take(after - 1, mode="clip") <= np.uint32(reach)
    return is_before | (others.take(after, mode="clip") - places <= np.uint32(reach))


def _around(columns: SegmentColumns, places: NDArray[np.int64], reach: int) -> NDArray[np.uint32]:
    """(n, 2 * reach + 1) the forms from so many before each place to so many after; 0 outside."""
    forms, width = columns.file.array(_FORMS), 2 * reach + 1
    if not len(places) or places[0] < reach or places[-1] + reach >= len(forms):
        at = places[:, None] + np.arange(-reach, reach + 1)
        return np.where((at >= 0) & (at < len(forms)), forms.take(at, mode="clip"), np.uint32(0))
    step = forms.itemsize
    windows: NDArray[np.uint32] = np.ndarray(
        (len(forms) - 2 * reach, width), forms.dtype, forms.data, 0, (step, step)
    )
    found: NDArray[np.uint32] = windows[places - reach]
    return found


def _counted(columns: SegmentColumns, spans: Iterable[tuple[int, int]]) -> Listed:
    """The documents of rising spans.

    Spans that leave their value, and those that overlap the last one counted, are passed over.
    """
    docs: list[int] = []
    counts: list[int] = []
    firsts: list[int] = []
    bounds = columns.file.numbers(f"{TEXT}.bounds")
    value, until, end_of_value = 0, -1, -1
    for start, end in spans:
        if start <= until:
            continue
        if start >= end_of_value:
            value = bisect_right(bounds, start, value) - 1
            end_of_value = bounds[value + 1]
        if end >= end_of_value:
            continue
        until = end
        if not docs or docs[-1] != value // 2:
            docs.append(value // 2)
            counts.append(0)
            firsts.append(0)
        counts[-1] += 1
        firsts[-1] += value % 2 == 0
    return docs, counts, firsts
