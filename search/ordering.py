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
    docs, keys, minutes, numbers = [], [], [], []
    for number, (segment, of_segment) in enumerate(zip(segments, found, strict=True)):
        doc, key = _candidates(segment, of_segment, ranking.sort, wanted)
        docs.append(doc)
        keys.append(key)
        minutes.append(segment.first_minutes[doc])
        numbers.append(np.full(len(doc), number))
    key, newest_first = _joined(keys), _joined(minutes)
    order = ordered(key, newest_first, wanted)
    falling = key[order].tolist()
    of_segment_number, doc = _joined(numbers)[order].tolist(), _joined(docs)[order].tolist()
    handles = list(map(Handle, of_segment_number, doc))
    ties = list(zip(falling, newest_first[order].tolist(), strict=True))
    scores = falling if ranking.sort == "relevance" else [0.0] * len(falling)
    return _settled(segments, list(zip(handles, scores, strict=True)), ties, ranking)


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


def _joined(parts: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


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
