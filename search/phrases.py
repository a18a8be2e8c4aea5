"""Where a phrase stands in a segment: from its rarest word, or rarest pair of frequent words.

In: the leaves of a phrase. Out: rising positions of its first word. The other words are looked up
where they must stand, in the forward index, so a phrase costs what its rarest part costs.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import TEXT, SegmentColumns
from dragoman.search.matching import Positions, phrase_starts
from dragoman.search.postings import Leaf

_WORTH_A_PAIR = 512
"""Positions of the rarest word below which pairs are not asked for."""


def phrase_positions(columns: SegmentColumns, field: str, leaves: Sequence[Leaf]) -> Positions:
    """Positions at which the leaves stand one after another (int64).

    Args:
        columns: The segment.
        field: A field of `columns.FIELDS`.
        leaves: The words of the phrase in their order.
    """
    if any(not leaf.lists for leaf in leaves):
        return np.zeros(0, np.int64)
    forms = columns.file.array(f"{field}.forms")
    rarest = min(range(len(leaves)), key=lambda number: leaves[number].size)
    first = last = rarest
    anchor: NDArray[np.uint32] | None = None
    if (
        field == TEXT
        and columns.has_pairs
        and len(leaves) > 1
        and leaves[rarest].size > _WORTH_A_PAIR
    ):
        pair = _rarest_pair(columns, leaves, leaves[rarest].size)
        if pair is not None:
            first, anchor = pair
            last = first + 1
    if anchor is None:
        anchor = leaves[rarest].positions
    return phrase_starts(
        anchor.astype(np.int64),
        first,
        last,
        len(leaves),
        lambda number, positions: leaves[number].table[forms[positions]],
    )


def _rarest_pair(
    columns: SegmentColumns, leaves: Sequence[Leaf], limit: int
) -> tuple[int, NDArray[np.uint32]] | None:
    """The rarest pair of neighbouring words that are both frequent, if it is rarer than `limit`.

    Returns:
        The place of its first word in the phrase, and the rising positions of that word.
    """
    frequent = columns.file.array("pairs.lists")
    keys = columns.file.array("pairs.keys")
    offsets = columns.file.array("pairs.offsets")
    lists = []
    for leaf in leaves:
        of_leaf = np.array(leaf.lists, np.uint32)
        at = frequent.searchsorted(of_leaf)
        at[at == len(frequent)] = 0
        is_whole = len(frequent) > 0 and bool((frequent[at] == of_leaf).all())
        lists.append(of_leaf.astype(np.uint64) if is_whole else None)
    best: tuple[int, int, list[tuple[int, int]]] | None = None
    for number, (one, two) in enumerate(pairwise(lists)):
        if one is None or two is None:
            continue
        wanted = ((one[:, None] << np.uint64(32)) | two).reshape(-1)
        at = keys.searchsorted(wanted)
        at[at == len(keys)] = 0
        places = at[keys[at] == wanted].tolist() if len(keys) else []
        ranges = [(int(offsets[place]), int(offsets[place + 1])) for place in places]
        size = sum(stop - start for start, stop in ranges)
        if size < limit and (best is None or size < best[0]):
            best = size, number, ranges
    if best is None:
        return None
    _, number, ranges = best
    parts = [columns.file.part("pairs.positions", *each) for each in ranges]
    if len(parts) == 1:
        return number, parts[0]
    if not parts:
        return number, np.zeros(0, np.uint32)
    return number, np.unique(np.concatenate(parts))
