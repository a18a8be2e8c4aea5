"""How strongly words are associated: measures over counts, as numbers or arrays of them.

In: counts of 2 x 2 tables. Out: the measure of each table. Counts nothing itself.
"""

import numpy as np
from numpy.typing import NDArray

Count = int | NDArray[np.int64]
Measure = NDArray[np.float64]


def log_dice(together: Count, nodes: Count, overall: Count) -> Measure:
    """14 + log2(2 f(xy) / (f(x) + f(y))); Rychlý 2008. At most 14 where each meets one other."""
    return 14 + np.log2(np.divide(2 * together, nodes + overall))


def log_likelihood(together: Count, near: Count, overall: Count, tokens: Count) -> Measure:
    """G² of a 2 x 2 table; Dunning 1993.

    Args:
        together: Tokens of the word in the part.
        near: Tokens of the part.
        overall: Tokens of the word.
        tokens: All tokens.
    """
    observed = (
        together, near - together, overall - together, tokens - near - overall + together,
    )  # fmt: skip
    expected = (
        np.divide(near * overall, tokens), np.divide(near * (tokens - overall), tokens),
        np.divide((tokens - near) * overall, tokens),
        np.divide((tokens - near) * (tokens - overall), tokens),
    )  # fmt: skip
    total = np.zeros(np.shape(together))
    for o, e in zip(observed, expected, strict=True):
        is_met = np.greater(o, 0)  # nothing observed adds nothing
        total = total + o * np.log(np.where(is_met, o, 1) / np.where(is_met, e, 1))
    return 2 * total


def npmi(together: Count, near: Count, overall: Count, tokens: Count) -> Measure:
    """Pointwise mutual information over -log p(x, y), from -1 to 1; Bouma 2009."""
    joint = np.divide(together, tokens)
    is_all = np.equal(joint, 1)
    told = np.log(np.divide(together * tokens, near * overall))
    return np.where(is_all, 1.0, told / -np.log(np.where(is_all, 0.5, joint)))


def log_ratio(here: Count, size_here: int, there: Count, size_there: int) -> Measure:
    """Binary logarithm of the ratio of two relative frequencies; Hardie 2014.

    A word that does not occur counts half a time.
    """
    return np.log2(np.maximum(here, 0.5) / size_here) - np.log2(np.maximum(there, 0.5) / size_there)
