"""Two language versions of a text laid side by side: which pieces say the same, by their lengths.

In: the lengths of the pieces (paragraphs or sentences) of two texts. Out: beads, ranges of both
that belong together. Knows no words and no language.

Gale & Church 1993, "A program for aligning sentences in bilingual corpora": a bead joins at most
two pieces of each text; its cost is how far the lengths are from those expected, and how rare such
a bead is. The expected ratio of lengths is that of the two texts. Apart from the paper, a piece
without counterpart costs its rarity alone, however long it is: paragraphs are left out whole. Whole
diagonals of the table are computed at once, within a band around the way from corner to corner.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VARIANCE = 6.8
"""Of the number of characters of one text for each of the other; Gale & Church 1993, table 4."""
BEADS = (((1, 1), 0.89), ((1, 0), 0.0099), ((0, 1), 0.0099), ((2, 1), 0.089), ((1, 2), 0.089),
         ((2, 2), 0.011))  # fmt: skip
"""Pieces of either text in a bead, and how often such beads occur; Gale & Church 1993, table 5."""
_BAND = 120
"""Pieces that the way may lie off the straight one, besides what the numbers of pieces differ."""
_STEPS_PER_UNIT = 64
_FARTHEST = 36.0  # standard deviations; beyond, a probability is too small for a float

Costs = NDArray[np.float64]
_MOST = 2  # pieces of one text in a bead
_STEPS = np.array([[step] for (step, _), _ in BEADS])
_OTHER_STEPS = np.array([[step] for (_, step), _ in BEADS])
_HAS_BOTH = (_STEPS > 0) & (_OTHER_STEPS > 0)
_CELLS = np.maximum(1, _STEPS * _OTHER_STEPS)
_RARITY = np.array([[-math.log(share)] for _, share in BEADS])


class Bead(NamedTuple):
    """Pieces that belong together: half-open ranges of both texts; one of them may be empty."""

    first: int
    last: int
    other_first: int
    other_last: int


def align(
    lengths: Sequence[int], other_lengths: Sequence[int], likeness: Costs | None = None
) -> list[Bead]:
    """The beads of two texts, in order; together they hold every piece once.

    Args:
        lengths: Code points of each piece of a text (n).
        other_lengths: The same of the other (m).
        likeness: (n, m) what besides lengths speaks for two pieces, in natural logarithms of odds;
            for a bead the mean of its pieces counts.
    """
    n, m = len(lengths), len(other_lengths)
    sums, other_sums = _sums(lengths), _sums(other_lengths)
    ratio = max(other_sums[-1], 1.0) / max(sums[-1], 1.0)
    liked = None if likeness is None else _sums_of_corners(likeness)
    band = _BAND + abs(n - m)
    # The last diagonals, from row -_MOST on so that no step leads out of them.
    latest = [np.full(n + 1 + _MOST, np.inf) for _ in range(2 * _MOST)]
    choices: list[tuple[int, NDArray[np.int8]]] = []
    for diagonal in range(n + m + 1):
        first, last = _rows(diagonal, n, m, band)
        rows = np.arange(first, last) + _MOST
        columns = diagonal + 2 * _MOST - rows
        before, other_before = rows - _STEPS, columns - _OTHER_STEPS
        costs = _bead_costs(
            sums[rows] - sums[before], other_sums[columns] - other_sums[other_before], ratio
        )
        if liked is not None:
            held = liked[rows, columns] - liked[before, columns]
            held -= liked[rows, other_before] - liked[before, other_before]
            costs -= held / _CELLS
        for number, ((step, other_step), _) in enumerate(BEADS):
            start = first - step + _MOST
            costs[number] += latest[-step - other_step][start : start + len(rows)]
        choice = costs.argmin(axis=0)
        best = np.full(n + 1 + _MOST, np.inf)
        best[rows] = costs[choice, np.arange(len(rows))] if diagonal else 0.0
        latest = [*latest[1:], best]
        choices.append((first, choice.astype(np.int8)))
    return _way_back(choices, n, m)


def _sums(lengths: Sequence[int]) -> Costs:
    """The sums of the first pieces, with zeros before them for steps that lead out."""
    return np.concatenate((np.zeros(_MOST + 1), np.cumsum(lengths, dtype=np.float64)))


def _sums_of_corners(likeness: Costs) -> Costs:
    """For each corner of the table the sum of all before it."""
    n, m = likeness.shape
    sums = np.zeros((n + 1 + _MOST, m + 1 + _MOST))
    sums[_MOST + 1 :, _MOST + 1 :] = likeness.cumsum(axis=0).cumsum(axis=1)
    return sums


def _rows(diagonal: int, n: int, m: int, band: int) -> tuple[int, int]:
    """The rows of a diagonal inside the table and the band."""
    middle = diagonal * n / max(1, n + m)
    first = max(0, diagonal - m, math.floor(middle - band))
    return first, min(n, diagonal, math.ceil(middle + band)) + 1


def _bead_costs(lengths: Costs, other_lengths: Costs, ratio: float) -> Costs:
    """Minus the logarithm of the probability of beads of these lengths."""
    mean = (lengths + other_lengths / ratio) / 2
    off = np.abs(other_lengths - lengths * ratio) / np.sqrt(VARIANCE * np.maximum(mean, 1.0))
    off *= _HAS_BOTH
    table = _tail_costs()
    place = np.minimum(off * _STEPS_PER_UNIT, len(table) - 1).astype(np.int64)
    # Beyond the table the cost grows on, so that far is still better than farther.
    costs: Costs = table[place] + np.maximum(off - _FARTHEST, 0.0) * _FARTHEST + _RARITY
    return costs


@cache
def _tail_costs() -> Costs:
    """-log of the probability to be so many standard deviations off, or more, on either side."""
    steps = np.arange(int(_FARTHEST * _STEPS_PER_UNIT) + 1) / _STEPS_PER_UNIT
    return np.array([-math.log(math.erfc(step / math.sqrt(2))) for step in steps.tolist()])


def _way_back(choices: Sequence[tuple[int, NDArray[np.int8]]], n: int, m: int) -> list[Bead]:
    beads = []
    row, column = n, m
    while row or column:
        first, choice = choices[row + column]
        (step, other_step), _ = BEADS[choice[row - first]]
        beads.append(Bead(row - step, row, column - other_step, column))
        row, column = row - step, column - other_step
    return beads[::-1]
