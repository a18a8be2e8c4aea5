"""BM25F over synonym groups: what each part of a query adds to a document's score.

In: occurrences of parts in documents. Out: scores; the top of an order. Which documents match is
not decided here.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.search.evaluation import POSITIONAL
from dragoman.search.postings import Occurring
from dragoman.search.segments import TEXT_FIELDS, Segment
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    FieldFilter,
    Node,
    Optional,
    children,
)

K1 = 1.2
"""Saturation of repeated occurrences; measured on judged queries of 80 to 700 documents."""
SCALE = K1 + 1
"""What saturated counts are multiplied by, with the weight."""
B = 0.6
"""Share of a field's length that is normalised away; measured with `K1`."""
FIELD_WEIGHTS: Mapping[str, float] = {"title": 2.0, "body": 1.0}
"""An occurrence in the title counts twice."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredPart:
    """A part of a query that adds to scores: a synonym group, a phrase or a proximity."""

    node: Node
    fields: tuple[str, ...]
    boost: float


def scored_parts(
    node: Node, fields: tuple[str, ...] = TEXT_FIELDS, boost: float = 1.0
) -> Iterator[ScoredPart]:
    """The parts of a tree that score, from the left; exclusions and filters do not."""
    match node:
        case Boost(operand=operand, factor=factor):
            yield from scored_parts(operand, fields, boost * factor)
        case AllOf() | AnyOf() | Optional() | AtLeast():
            for operand in children(node):
                yield from scored_parts(operand, fields, boost)
        case FieldFilter(field=field, operand=operand) if field in TEXT_FIELDS:
            yield from scored_parts(operand, (field,), boost)
        case _ if isinstance(node, POSITIONAL):
            yield ScoredPart(node, fields, boost)


@dataclass(frozen=True, slots=True)
class CollectionStatistics:
    """What BM25F needs of the whole collection, deleted documents left out."""

    n_docs: int
    mean_lengths: Mapping[str, float]


def idf(n_docs: int, n_with: int) -> float:
    """Weight of a part that `n_with` of `n_docs` documents hold.

    ln(1 + (N - df + 0.5) / (df + 0.5)); Robertson & Spärck Jones 1976 as in Lucene: never
    negative, and near zero for words in every document.
    """
    return math.log(1 + (n_docs - n_with + 0.5) / (n_with + 0.5))


class FieldNorms:
    """What an occurrence in each document's fields counts, by their lengths.

    Attributes:
        body: (n_docs) weight of an occurrence in the body.
        in_title: (n_docs) what an occurrence in the title weighs beyond that.
    """

    def __init__(self, segment: Segment, statistics: CollectionStatistics) -> None:
        title, self.body = (
            FIELD_WEIGHTS[name]
            / (1 - B + B * segment.lengths[name] / (statistics.mean_lengths[name] or 1.0))
            for name in TEXT_FIELDS
        )
        self.in_title = title - self.body

    def frequency(self, occurring: Occurring) -> Scores:
        """The fields' weighted counts for each document of `occurring` (n)."""
        docs, first = occurring.docs, occurring.first_counts
        frequency: Scores = self.body.take(docs)
        frequency *= occurring.counts
        if first is not None and (in_title := first.nonzero()[0]).size:
            frequency[in_title] += first.take(in_title) * self.in_title.take(docs.take(in_title))
        return frequency

    def saturated(self, occurring: Occurring) -> Scores:
        """BM25F without the weight and `SCALE`; Robertson & Zaragoza 2009, §3.6.

        One saturation over the fields' weighted counts: f / (f + K1).

        Returns:
            (n) for each document of `occurring`.
        """
        frequency = self.frequency(occurring)
        frequency /= frequency + K1
        return frequency


_GROUP = 64
_SMALL = 2_048
_FEW = 128
"""Candidates that are not worth a second pass."""


def best(scores: Scores, size: int) -> NDArray[np.intp]:
    """Numbers of scores that may be among the best `size`: all that are, ties whole, and some more.

    The `size`-th largest of the maxima of groups bounds the `size`-th score from below, at the
    cost of one pass.
    """
    if size >= len(scores):
        return np.arange(len(scores))
    if not size:
        return np.zeros(0, np.intp)
    if len(scores) > _SMALL and size * _GROUP < len(scores):
        width = len(scores) // _GROUP
        maxima = scores[: width * _GROUP].reshape(_GROUP, width).max(axis=0)
        if size < width:
            maxima.partition(width - size)
            candidates = _at_least(scores, maxima.item(width - size))
            if len(candidates) <= _FEW:
                return candidates
            if len(candidates) < len(scores) // 4:
                chosen: NDArray[np.intp] = candidates[best(scores[candidates], size)]
                return chosen
    return _at_least(scores, np.partition(scores, len(scores) - size).item(len(scores) - size))


_ROUNDING = 1e-12
"""Share of a score that rounding may take or add: ties may come of numbers so near each other."""


def _at_least(scores: Scores, bound: float) -> NDArray[np.intp]:
    found: NDArray[np.intp] = (scores >= bound - abs(bound) * _ROUNDING).nonzero()[0]
    return found


def ordered(
    first_key: NDArray[np.float64], second_key: NDArray[np.int64], size: int
) -> NDArray[np.intp]:
    """Numbers of the best `size` by falling first key, then falling second key, ties whole.

    Every further candidate that ties with the last one is returned too, so that the caller can
    settle ties by id.
    """
    order = np.lexsort((-second_key, -first_key))
    if 0 < size < len(order):
        last = order[size - 1]
        ties = (first_key[order] == first_key[last]) & (second_key[order] == second_key[last])
        size = int(np.flatnonzero(ties)[-1]) + 1
    return order[:size]
