"""Flat queries over one segment: words, phrases and proximities joined by AND, or by OR, or alone.

In: parts of a query with their weights. Out: how many documents they find and the best of them.
Most queries are flat, so these few steps are what most answers cost: posting lists are read where
they lie, a few postings one by one, many as arrays, and only the best are ever scored in full. The
documents and scores are those of `Evaluation` and `SegmentScorer`, to the last bit.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dragoman.search.beside import Listed
from dragoman.search.evaluation import POSITIONAL
from dragoman.search.ordering import Row, rows_of
from dragoman.search.parts import FEW, Part, Parts
from dragoman.search.postings import NOTHING, Docs, Occurring
from dragoman.search.ranking import K1, Scores, best
from dragoman.search.scoring import SegmentScorer
from dragoman.search.segments import TEXT_FIELDS, Segment
from dragoman.search.tree import AllOf, AnyOf, Node

_DENSE = 16
"""Postings are added up over all documents where these are at most so many times more."""


def flat_parts(node: Node) -> tuple[Node, ...]:
    """The parts of a flat tree, or nothing for any other."""
    if isinstance(node, POSITIONAL):
        return (node,)
    if isinstance(node, AllOf | AnyOf):
        operands = node.operands
        if all(isinstance(operand, POSITIONAL) for operand in operands):
            return operands
    return ()


class Weighted(NamedTuple):
    """The parts of a query in one segment, from the one that fewest documents hold.

    The order is that of the whole collection, so that sums are the same in every segment.

    Attributes:
        parts: The parts.
        weights: Of each, with `SCALE`.
        n_sparse: So many of them, the first, have no remembered row of scores.
    """

    parts: Sequence[Part]
    weights: Sequence[float]
    n_sparse: int


class Best(NamedTuple):
    """What a query finds in one segment.

    Attributes:
        total: Documents found.
        rows: The best of them, in any order, and perhaps some more.
        docs: Tells all of them, rising.
    """

    total: int
    rows: list[Row]
    docs: Callable[[], Docs]


Dates = Sequence[tuple[int, int]]
"""Half-open ranges of minutes one of which a document's date must overlap; empty for any."""


class FlatSegment:
    """One segment, ready for flat queries; safe to share.

    Args:
        number: Its place in the index.
        segment: The segment.
        scorer: Its scorer.
    """

    def __init__(self, number: int, segment: Segment, scorer: SegmentScorer) -> None:
        self._number = number
        self._segment = segment
        self.parts = Parts(number, segment)
        self._scorer = scorer
        self._saturated = scorer.norms.saturated
        self._body = scorer.norms.body
        self._in_title = scorer.norms.in_title
        self._body_at, self._in_title_at = self._body.data, self._in_title.data
        self._minute_at = segment.first_minutes.data

    # Finding

    def all_of(self, asked: Weighted, wanted: int, dates: Dates) -> Best:
        """The documents that hold every part; `wanted` of them are the best."""
        parts = asked.parts
        if not all([part.n for part in parts]):
            return _NOTHING
        if parts[0].n <= FEW:
            return self._of_few(self._few_of_all(asked), dates)
        if len(parts) == 1:
            return self._of_one(parts[0], asked.weights[0], wanted, dates)
        return self._many_of_all(asked, wanted, dates)

    def any_of(self, asked: Weighted, wanted: int, dates: Dates) -> Best:
        """The documents that hold some part; `wanted` of them are the best."""
        n_postings = sum([part.n for part in asked.parts])
        if n_postings <= FEW:
            return self._of_few(self._few_of_any(asked), dates)
        if n_postings * _DENSE < self._segment.n_docs:
            return self._of_many(*self._sparse(asked), wanted, dates)
        scores = self._added(asked)
        if dates:
            scores[~self._in_dates(self._segment.all_docs, dates)] = 0.0
        rows = self._rows_of_all(scores, wanted)
        found = scores > 0
        return Best(
            int(np.count_nonzero(found)), rows, lambda: found.nonzero()[0].astype(np.uint32)
        )

    # A few, one by one

    def _of_few(self, scores: dict[int, float], dates: Dates) -> Best:
        minute_at, number = self._minute_at, self._number
        if dates:
            last_at = self._segment.last_minutes.data
            scores = {
                doc: score
                for doc, score in scores.items()
                if any(minute_at[doc] < high and last_at[doc] > low for low, high in dates)
            }
        rows = [(-score, -minute_at[doc], number, doc) for doc, score in scores.items()]
        return Best(len(rows), rows, lambda: np.array(sorted(scores), np.uint32))

    def _scores_of_few(self, listed: Listed, weight: float) -> dict[int, float]:
        """As `FieldNorms.saturated` does it, for the documents of one part."""
        body, in_title, found = self._body_at, self._in_title_at, {}
        for doc, count, first in zip(*listed, strict=True):
            frequency = body[doc] * count
            if first:
                frequency += first * in_title[doc]
            found[doc] = weight * (frequency / (frequency + K1))
        return found

    def _few_of_all(self, asked: Weighted) -> dict[int, float]:
        found = self._scores_of_few(self.parts.listed(asked.parts[0]), asked.weights[0])
        body, in_title = self._body_at, self._in_title_at
        for part, weight in zip(asked.parts[1:], asked.weights[1:], strict=True):
            occurring = self.parts.arrays(part)
            docs, counts, firsts = occurring.docs.data, occurring.counts, occurring.first_counts
            kept, low, n_docs = {}, 0, part.n
            for doc, score in found.items():
                low = bisect_left(docs, doc, low)
                if low == n_docs:
                    break
                if docs[low] == doc:
                    frequency = body[doc] * counts.item(low)
                    if firsts is not None and (first := firsts.item(low)):
                        frequency += first * in_title[doc]
                    kept[doc] = score + weight * (frequency / (frequency + K1))
            found = kept
        return found

    def _few_of_any(self, asked: Weighted) -> dict[int, float]:
        found: dict[int, float] = {}
        for part, weight in zip(asked.parts, asked.weights, strict=True):
            if part.n:
                for doc, score in self._scores_of_few(self.parts.listed(part), weight).items():
                    found[doc] = found.get(doc, 0.0) + score
        return found

    # Many, as arrays

    def _of_one(self, part: Part, weight: float, wanted: int, dates: Dates) -> Best:
        row = None if dates else self._scorer.known_row(part.node, TEXT_FIELDS)
        if row is not None:
            rows = self._rows_of_all(row, wanted, weight)
            return Best(part.n, rows, lambda: self.parts.arrays(part).docs)
        occurring = self.parts.arrays(part)
        if dates:
            occurring = occurring.chosen(self._in_dates(occurring.docs, dates).nonzero()[0])
        frequency = self._scorer.norms.frequency(occurring)
        chosen = best(frequency, wanted)  # a score rises with the frequency
        frequency = frequency[chosen]
        scores = weight * (frequency / (frequency + K1))
        rows = rows_of(self._segment, self._number, occurring.docs[chosen], scores, wanted)
        return Best(len(occurring.docs), rows, lambda: occurring.docs)

    def _rows_of_all(self, scores: Scores, wanted: int, weight: float = 1.0) -> list[Row]:
        """The best of all documents, those that score 0 left out."""
        chosen = best(scores, wanted)
        of_chosen = scores.take(chosen)
        if weight != 1.0:
            of_chosen *= weight
        if not of_chosen.all():
            chosen, of_chosen = chosen[of_chosen > 0], of_chosen[of_chosen > 0]
        return rows_of(self._segment, self._number, chosen, of_chosen, wanted)

    def _of_many(self, docs: Docs, scores: Scores, wanted: int, dates: Dates) -> Best:
        if dates:
            kept = self._in_dates(docs, dates).nonzero()[0]
            docs, scores = docs[kept], scores[kept]
        chosen = best(scores, wanted)
        rows = rows_of(self._segment, self._number, docs[chosen], scores[chosen], wanted)
        return Best(len(docs), rows, lambda: docs)

    def _many_of_all(self, asked: Weighted, wanted: int, dates: Dates) -> Best:
        """First the documents that hold all parts, then the scores of these alone."""
        first = self.parts.arrays(asked.parts[0])
        docs = first.docs
        held: list[tuple[Occurring | None, Any]] = [(first, np.arange(len(docs)))]
        for number in range(1, len(asked.parts)):
            occurring: Occurring | None = None
            at: Any
            if number >= asked.n_sparse:
                at = self._row(asked.parts[number]).take(docs)
                kept = at.nonzero()[0]
            else:
                occurring = self.parts.arrays(asked.parts[number])
                at = occurring.docs.searchsorted(docs)
                kept = (occurring.docs.take(at, mode="clip") == docs).nonzero()[0]
            held.append((occurring, at))
            if len(kept) < len(docs):
                docs = docs.take(kept)
                held = [(each, places.take(kept)) for each, places in held]
        if len(docs) <= FEW:
            return self._of_few(self._few_held(docs.tolist(), held, asked.weights), dates)
        scores = np.zeros(len(docs))
        for (each, at), weight in zip(held, asked.weights, strict=True):
            scores += weight * (at if each is None else self._saturated(each.chosen(at)))
        return self._of_many(docs, scores, wanted, dates)

    def _few_held(
        self,
        docs: list[int],
        held: Sequence[tuple[Occurring | None, Any]],
        weights: Sequence[float],
    ) -> dict[int, float]:
        """Scores of a few documents, from each part's places there or its row's values."""
        found = dict.fromkeys(docs, 0.0)
        for (occurring, at), weight in zip(held, weights, strict=True):
            if occurring is None:
                of_part = dict(zip(docs, [weight * value for value in at.tolist()], strict=True))
            else:
                of_part = self._scores_of_few(occurring.chosen(at).listed(), weight)
            for doc, score in of_part.items():
                found[doc] += score
        return found

    def _sparse(self, asked: Weighted) -> tuple[Docs, Scores]:
        """Postings added up document by document."""
        docs, scores = self._joined(asked.parts, asked.weights)
        order = docs.argsort(kind="stable")
        docs, scores = docs[order], scores[order]
        new = np.empty(len(docs), bool)
        new[:1] = True
        np.not_equal(docs[1:], docs[:-1], out=new[1:])
        number = new.cumsum() - 1
        sums = np.bincount(number, scores).astype(float, copy=False)
        return docs[new].astype(np.uint32), sums

    def _added(self, asked: Weighted) -> Scores:
        """(n_docs) postings added up over all documents."""
        parts, weights, n_sparse = asked
        if any([part.n for part in parts[:n_sparse]]):
            docs, scores = self._joined(parts[:n_sparse], weights[:n_sparse])
            total = np.bincount(docs, scores, self._segment.n_docs).astype(float, copy=False)
        else:
            total = np.zeros(self._segment.n_docs)
        for part, weight in zip(parts[n_sparse:], weights[n_sparse:], strict=True):
            total += weight * self._row(part)
        return total

    def _joined(self, parts: Sequence[Part], weights: Sequence[float]) -> tuple[Docs, Scores]:
        """The postings of several parts one after another: documents and scores."""
        found = [self.parts.arrays(part) for part in parts]
        firsts = [
            of_part.first_counts
            if of_part.first_counts is not None
            else np.zeros(len(of_part.docs), np.uint8)
            for of_part in found
        ]
        joined = Occurring(
            np.concatenate([of_part.docs for of_part in found]),
            np.concatenate([of_part.counts for of_part in found]),
            np.concatenate(firsts),
        )
        scores = self._saturated(joined)
        scores *= np.array(weights).repeat([part.n for part in parts])
        return joined.docs, scores

    def _row(self, part: Part) -> Scores:
        return self._scorer.row(part.node, TEXT_FIELDS, lambda: self.parts.arrays(part))

    def _in_dates(self, docs: Docs, dates: Dates) -> NDArray[np.bool_]:
        first = self._segment.first_minutes.take(docs)
        last = self._segment.last_minutes.take(docs)
        found: NDArray[np.bool_] = np.zeros(len(docs), bool)
        for low, high in dates:
            found |= (first < high) & (last > low)
        return found


_NOTHING = Best(0, [], lambda: NOTHING.docs)
