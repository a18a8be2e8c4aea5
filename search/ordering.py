"""The order of the documents found: the wanted part of it, over all segments as one.

In: for each segment the documents and their scores. Out: handles, best first. The order is total:
by score (or date, or title), then newer first, then id, so that increments and rebuilds answer
alike.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dragoman.search.engine import Ranking
from dragoman.search.postings import Docs
from dragoman.search.ranking import Scores, best, ordered
from dragoman.search.segments import Segment

_MANY = 200
"""Candidates of a segment up to which they are sorted one by one."""


class Handle(NamedTuple):
    """A document: the number of its segment and its number there."""

    segment: int
    doc: int


Ranked = list[tuple[Handle, float]]
"""Documents with their scores, best first."""


Row = tuple[float, int, int, int]
"""A candidate: its score (or what else comes first) and first minute, negative, so that the best
sort first; its segment; its number there."""


class Scored(NamedTuple):
    """The documents found in one segment, with their scores.

    Attributes:
        docs: Their rising numbers.
        scores: The score of each.
    """

    docs: Docs
    scores: Scores


def ranked(segments: Sequence[Segment], found: Sequence[Scored], ranking: Ranking) -> Ranked:
    """The wanted part of the order; scores are 0 where the sort is not by relevance."""
    if ranking.size == 0 or not segments:
        return []
    if ranking.sort == "title":
        return _by_title(segments, found, ranking)
    wanted = ranking.first + ranking.size
    rows: list[Row] = []
    for number, (segment, of_segment) in enumerate(zip(segments, found, strict=True)):
        docs, keys = _candidates(segment, of_segment, ranking.sort, wanted)
        rows += rows_of(segment, number, docs, keys, wanted)
    in_order = merged(segments, rows, ranking)
    if ranking.sort == "relevance":
        return in_order
    return [(handle, 0.0) for handle, _ in in_order]


def rows_of(
    segment: Segment, number: int, docs: NDArray[np.integer], keys: NDArray[np.float64], wanted: int
) -> list[Row]:
    """Candidates of a segment as rows; of very many only the best `wanted`, ties whole."""
    minutes = segment.first_minutes.take(docs)
    if len(docs) > _MANY:
        few = ordered(keys, minutes, wanted)
        docs, keys, minutes = docs[few], keys[few], minutes[few]
    return [
        (-key, -minute, number, doc)
        for key, minute, doc in zip(keys.tolist(), minutes.tolist(), docs.tolist(), strict=True)
    ]


def merged(segments: Sequence[Segment], rows: list[Row], ranking: Ranking) -> Ranked:
    """The wanted part of the order of all segments' candidates, with what comes first in it."""
    rows.sort()
    top = rows[: ranking.first + ranking.size + 1]
    if any([one[0] == two[0] and one[1] == two[1] for one, two in pairwise(top)]):
        documents = [(Handle(number, doc), -key) for key, _, number, doc in rows]
        return _settled(segments, documents, [row[:2] for row in rows], ranking)
    return [
        (Handle(number, doc), -key)
        for key, _, number, doc in rows[ranking.first : ranking.first + ranking.size]
    ]


def _candidates(
    segment: Segment, found: Scored, sort: str, wanted: int
) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """The documents of a segment that may be among the wanted, and what orders them first."""
    if sort == "relevance":
        chosen = best(found.scores, wanted)
        return found.docs[chosen], found.scores[chosen]
    docs = found.docs
    minutes = segment.first_minutes[docs].astype(float)
    key = minutes if sort == "newest" else np.where(minutes >= 0, -minutes, -np.inf)
    chosen = best(key, wanted)
    return docs[chosen], key[chosen]


def _by_title(segments: Sequence[Segment], found: Sequence[Scored], ranking: Ranking) -> Ranked:
    documents = [
        (Handle(number, doc), 0.0)
        for number, of_segment in enumerate(found)
        for doc in of_segment.docs.tolist()
    ]
    titles = [segments[handle.segment].title_key(handle.doc) for handle, _ in documents]
    order = sorted(range(len(documents)), key=titles.__getitem__)
    return _settled(segments, [documents[i] for i in order], [titles[i] for i in order], ranking)


def _settled(
    segments: Sequence[Segment], documents: Ranked, keys: Sequence[object], ranking: Ranking
) -> Ranked:
    """The wanted part of an order, documents with equal keys by id."""
    until = ranking.first + ranking.size
    settled: Ranked = []
    start = 0
    while start < len(documents) and start < until:
        end = start + 1
        while end < len(documents) and keys[end] == keys[start]:
            end += 1
        group = documents[start:end]
        if len(group) > 1:
            group.sort(key=lambda each: segments[each[0].segment].doc_id(each[0].doc))
        settled += group
        start = end
    return settled[ranking.first : until]
