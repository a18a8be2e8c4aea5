"""Scores of the documents that a tree finds in one segment.

In: an evaluated tree, its scored parts with their weights, documents. Out: a score for each
document. Remembers, within a bound, the rows of words that most documents hold: adding a row costs
a fraction of adding postings.
"""

from collections.abc import Callable, Sequence

import numpy as np

from dragoman.search.evaluation import Evaluation, Fields
from dragoman.search.postings import Docs, Occurring
from dragoman.search.ranking import SCALE, CollectionStatistics, FieldNorms, ScoredPart, Scores
from dragoman.search.remembering import Remembered
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

ROW_BYTES = 64 << 20
"""Bytes of rows that are remembered for each segment."""
FREQUENT = 8
"""A part has a row where one of so many documents holds it."""


class SegmentScorer:
    """Scores documents of one segment; safe to share."""

    def __init__(self, segment: Segment, statistics: CollectionStatistics) -> None:
        self._segment = segment
        self.n_docs = segment.n_docs
        self.norms = FieldNorms(segment, statistics)
        self._rows: Remembered[tuple[Fields, Node], Scores] = Remembered(ROW_BYTES)

    def scores(
        self,
        evaluation: Evaluation,
        parts: Sequence[ScoredPart],
        weights: Sequence[float],
        docs: Docs,
    ) -> Scores:
        """The score of each of some rising documents that are not deleted."""
        total = np.zeros(len(docs))
        is_many = len(docs) * FREQUENT > self.n_docs
        for part, weight in zip(parts, weights, strict=True):
            occurring = evaluation.occurring(part.node, part.fields)
            scaled = weight * SCALE
            if is_many and len(occurring.docs) * FREQUENT > self.n_docs:
                total += scaled * self.row(part.node, part.fields, occurring).take(docs)
                continue
            there, here = occurring.at(docs)
            if len(there):
                total[there] += scaled * self.norms.saturated(occurring.chosen(here))
        return total

    def known_row(self, node: Node, fields: Fields) -> Scores | None:
        """The row of a part, if it is remembered."""
        return self._rows.get((fields, node))

    def row(
        self, node: Node, fields: Fields, occurring: Occurring | Callable[[], Occurring]
    ) -> Scores:
        """(n_docs) unweighted scores of a part, 0 elsewhere; remembered, the latest used ones.

        Args:
            node: The part.
            fields: Its fields.
            occurring: Where it occurs, or what tells it, which is asked where the part is new.
        """
        row = self._rows.get((fields, node))
        if row is None:
            found = occurring if isinstance(occurring, Occurring) else occurring()
            row = np.zeros(self.n_docs)
            row[found.docs] = self.norms.saturated(found)
            if not self._segment.all_live:
                row[~self._segment.live] = 0.0
            self._rows.add((fields, node), row, row.nbytes)
        return row
