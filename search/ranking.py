"""Scores and orders: BM25F over title and body, and a total order of documents.

In: occurrences of each part of a query, field by field. Out: scores; the top of an order. Which
documents match is not decided here.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from dragoman.search.segments import POSITIONAL, TEXT_FIELDS
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
from numpy.typing import NDArray

K1 = 1.2
"""Saturation of repeated occurrences; measured on judged queries of 80 to 700 documents."""
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


def bm25f(
    counts: Mapping[str, NDArray[np.int64]],
    lengths: Mapping[str, NDArray[np.float64]],
    statistics: CollectionStatistics,
    weight: float,
) -> Scores:
    """BM25F; Robertson & Zaragoza 2009, §3.6: one saturation over the fields' weighted counts.

    Args:
        counts: Field to occurrences in each document (n).
        lengths: Field to tokens of each document (n).
        statistics: Of the whole collection.
        weight: The part's idf, with its boost.

    Returns:
        (n) scores, 0 where nothing occurs.
    """
    frequency = np.zeros(len(next(iter(counts.values()))))
    for field, occurrences in counts.items():
        mean = statistics.mean_lengths[field] or 1.0
        norm = 1 - B + B * lengths[field] / mean
        frequency += FIELD_WEIGHTS[field] * occurrences / norm
    scores: Scores = weight * (K1 + 1) * frequency / (frequency + K1)
    return scores


def top(
    first_key: NDArray[np.float64], second_key: NDArray[np.int64], size: int
) -> NDArray[np.intp]:
    """Numbers of the best `size` by falling first key, then falling second key, ties whole.

    Every further candidate that ties with the last one is returned too, so that the caller can
    settle ties by id.
    """
    if size < len(first_key):
        threshold = np.partition(first_key, len(first_key) - size)[len(first_key) - size]
        candidates = np.flatnonzero(first_key >= threshold)
    else:
        candidates = np.arange(len(first_key))
    order = candidates[np.lexsort((-second_key[candidates], -first_key[candidates]))]
    if size < len(order):
        last = order[size - 1]
        ties = (first_key[order] == first_key[last]) & (second_key[order] == second_key[last])
        size = int(np.flatnonzero(ties)[-1]) + 1
    return order[:size]
