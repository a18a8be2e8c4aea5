"""The order of the documents found: the wanted part of it, over all segments as one.

In: for each segment the documents and their scores. Out: handles, best first. The order is total:
by score (or date, or title), then newer first, then id, so that increments and rebuilds answer
alike.
"""

from collections.abc import Sequence
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


class Scored(NamedTuple):
    """The documents found in one segment, with their scores.

    Attributes:
        docs: Their rising numbers; None where `scores` runs over all documents of the segment,
            and is above 0 for those found.
        scores: The score of each.
    """

    docs: Docs | None
    scores: Scores

    def __len__(self) -> int:
        return int(np.count_nonzero(self.scores)) if self.docs is None else len(self.docs)

    def documents(self) -> Docs:
        """Rising numbers of the documents found."""
        if self.docs is None:
            return np.flatnonzero(self.scores).astype(np.uint32)
        return self.docs


def ranked(segments: Sequence[Segment], found: Sequence[Scored], ranking: Ranking) -> Ranked:
    """The wanted part of the order; scores are 0 where the sort is not by relevance."""
    if ranking.size == 0 or not segments:
        return []
    if ranking.sort == "title":
        return _by_title(segments, found, ranking)
    wanted = ranking.first + ranking.size
    rows: list[tuple[float, int, int, int]] = []  # key and minute (to rise), segment, document
    for number, (segment, of_segment) in enumerate(zip(segments, found, strict=True)):
        docs, keys = _candidates(segment, of_segment, ranking.sort, wanted)
        minutes = segment.first_minutes[docs]
        if len(docs) > _MANY:
            few = ordered(keys, minutes, wanted)
            docs, keys, minutes = docs[few], keys[few], minutes[few]
        rows += [
            (-key, -minute, number, doc)
            for key, minute, doc in zip(keys.tolist(), minutes.tolist(), docs.tolist(), strict=True)
        ]
    rows.sort()
    is_by_score = ranking.sort == "relevance"
    documents = [
        (Handle(number, doc), -key if is_by_score else 0.0) for key, _, number, doc in rows
    ]
    return _settled(segments, documents, [row[:2] for row in rows], ranking)


def _candidates(
    segment: Segment, found: Scored, sort: str, wanted: int
) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """The documents of a segment that may be among the wanted, and what orders them first."""
    if sort == "relevance":
        chosen = best(found.scores, wanted)
        if found.docs is not None:
            return found.docs[chosen], found.scores[chosen]
        chosen = chosen[found.scores[chosen] > 0]
        return chosen, found.scores[chosen]
    docs = found.documents()
    minutes = segment.first_minutes[docs].astype(float)
    key = minutes if sort == "newest" else np.where(minutes >= 0, -minutes, -np.inf)
    chosen = best(key, wanted)
    return docs[chosen], key[chosen]


def _by_title(segments: Sequence[Segment], found: Sequence[Scored], ranking: Ranking) -> Ranked:
    documents = [
        (Handle(number, doc), 0.0)
        for number, of_segment in enumerate(found)
        for doc in of_segment.documents().tolist()
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
