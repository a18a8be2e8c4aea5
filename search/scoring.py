"""Scores of the documents that a tree finds in one segment.

In: an evaluated tree, its scored parts with their weights, documents. Out: a score for each
document. Remembers, within a bound, the rows of words that most documents hold: adding a row costs
a fraction of adding postings.
"""

from collections.abc import Sequence

import numpy as np

from dragoman.search.evaluation import Evaluation
from dragoman.search.postings import Docs, Occurring
from dragoman.search.ranking import CollectionStatistics, FieldNorms, ScoredPart, Scores
from dragoman.search.remembering import Remembered
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

ROW_BYTES = 64 << 20
"""Bytes of rows that are remembered for each segment."""
_FREQUENT = 8
"""A part has a row where one of so many documents holds it."""


class SegmentScorer:
    """Scores documents of one segment; safe to share."""

    def __init__(self, segment: Segment, statistics: CollectionStatistics) -> None:
        self.n_docs = segment.n_docs
        self.norms = FieldNorms(segment, statistics)
        self._rows: Remembered[tuple[tuple[str, ...], Node], Scores] = Remembered(ROW_BYTES)

    def scores(
        self,
        evaluation: Evaluation,
        parts: Sequence[ScoredPart],
        weights: Sequence[float],
        docs: Docs,
    ) -> Scores:
        """The score of each of some rising documents."""
        found = [
            (evaluation.occurring(part.node, part.fields), part, weight)
            for part, weight in zip(parts, weights, strict=True)
        ]
        if len(found) == 1 and found[0][0].docs is docs:
            return found[0][2] * self._of_docs(*found[0][:2])
        if len(docs) * _FREQUENT > self.n_docs:
            return self._added(found)[docs]
        total = np.zeros(len(docs))
        for occurring, _, weight in found:
            there, here = occurring.at(docs)
            if len(there):
                total[there] += weight * self.norms.saturated(_chosen(occurring, here))
        return total

    def of_any(
        self, evaluation: Evaluation, parts: Sequence[ScoredPart], weights: Sequence[float]
    ) -> Scores:
        """(n_docs) scores of all documents that hold some part; 0 for the others."""
        found = [
            (evaluation.occurring(part.node, part.fields), part, weight)
            for part, weight in zip(parts, weights, strict=True)
        ]
        total = self._added(found)
        if not evaluation.segment.all_live:
            total[~evaluation.segment.live] = 0.0
        return total

    def is_worth_rows(self, evaluation: Evaluation, parts: Sequence[ScoredPart]) -> bool:
        """Whether so many documents hold some part that `of_any` is the cheapest way."""
        sizes = (len(evaluation.occurring(part.node, part.fields).docs) for part in parts)
        return len(parts) > 1 and sum(sizes) * _FREQUENT > self.n_docs

    def _added(self, found: Sequence[tuple[Occurring, ScoredPart, float]]) -> Scores:
        """(n_docs) all parts added up over all documents."""
        total = np.zeros(self.n_docs)
        for occurring, part, weight in found:
            if len(occurring.docs) * _FREQUENT > self.n_docs:
                total += weight * self._row(occurring, part)
            else:
                total[occurring.docs] += weight * self.norms.saturated(occurring)
        return total

    def _of_docs(self, occurring: Occurring, part: ScoredPart) -> Scores:
        """Unweighted scores of the documents of a part."""
        row = self._rows.get((part.fields, part.node))
        return self.norms.saturated(occurring) if row is None else row[occurring.docs]

    def _row(self, occurring: Occurring, part: ScoredPart) -> Scores:
        """(n_docs) unweighted scores of a part; remembered, the latest used ones."""
        key = (part.fields, part.node)
        row = self._rows.get(key)
        if row is None:
            row = np.zeros(self.n_docs)
            row[occurring.docs] = self.norms.saturated(occurring)
            self._rows.add(key, row, row.nbytes)
        return row


def _chosen(occurring: Occurring, here: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Occurring:
    firsts = occurring.first_counts
    return Occurring(
        occurring.docs[here],
        occurring.counts[here],
        firsts[here] if firsts is not None else None,
    )
