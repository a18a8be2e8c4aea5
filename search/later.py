"""What of an answer is computed when it is first asked for: occurrences, and where a tree matched.

In: a tree with its evaluations, and what was found. Out: counts and matches. Finds and ranks
nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dragoman.search.engine import FieldMatches
from dragoman.search.evaluation import Evaluation, Evaluations, Held
from dragoman.search.finding import Finding
from dragoman.search.ordering import Handle
from dragoman.search.postings import Docs
from dragoman.search.reading import layout_with, matches_in
from dragoman.search.segments import Segment
from dragoman.search.tree import Node


class NativeLater:
    """The same for an answer of the kernel; `result` and `handles` are set once it is there."""

    __slots__ = ("_counts", "_segments", "handles", "result")

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._counts: Mapping[Any, int] | None = None
        self.result: Any = None
        self.handles: list[Handle] | None = None

    def counts(self) -> Mapping[Any, int]:
        """Occurrences in each document of the ranking."""
        if self._counts is None:
            self._counts = self.result.counts(self.handles)
        return self._counts

    def matches(self, handle: Handle) -> tuple[FieldMatches, FieldMatches]:
        """What is shown of where the tree matched in a document that it found."""
        title, body = self.result.pieces(*handle)
        if len(body) == 2:
            return FieldMatches(title), FieldMatches(*body)
        marks, windows, paragraphs = body
        layout = layout_with(self._segments[handle.segment], handle.doc, paragraphs)
        return FieldMatches(title), FieldMatches(marks, (), windows, layout)


class Later:
    """What of an answer is computed when it is first asked for."""

    __slots__ = ("_counts", "_evaluations", "_finding", "_held", "_node")

    def __init__(self, node: Node, evaluations: Evaluations, finding: Finding) -> None:
        self._node = node
        self._evaluations = evaluations
        self._finding = finding
        self._held: list[list[Held]] = []
        self._counts: dict[Handle, int] | None = None

    def held(self) -> list[list[Held]]:
        """The tree's parts in each segment, as `Evaluation.holding` tells."""
        if not self._held:
            for evaluation, known in zip(
                self._evaluations.all(), self._finding.occurring(), strict=False
            ):
                evaluation.remember(known)
            self._held = [each.holding(self._node) for each in self._evaluations.all()]
        return self._held

    def occurrences(self) -> int:
        """Occurrences in all documents found."""
        if self._finding.occurrences >= 0:
            return self._finding.occurrences
        return sum(map(_occurrences, self._evaluations.all(), self.held(), self._finding.docs()))

    def counts(self) -> dict[Handle, int]:
        """Occurrences in each document of the ranking, of the parts that hold there."""
        if self._counts is None:
            self._counts = {}
            for number, held in enumerate(self.held()):
                handles = sorted(h for h, _ in self._finding.in_order if h.segment == number)
                if handles:
                    docs = np.array([handle.doc for handle in handles], np.uint32)
                    totals = self._evaluations[number].counted(held, docs).tolist()
                    self._counts.update(zip(handles, totals, strict=True))
        return self._counts

    def matches(self, handle: Handle) -> tuple[FieldMatches, FieldMatches]:
        """Where the tree matched in a document."""
        held = self.held()[handle.segment]
        return matches_in(self._evaluations[handle.segment], self._node, held, handle.doc)


def _occurrences(evaluation: Evaluation, held: Sequence[Held], docs: Docs) -> int:
    """Occurrences in the documents found, all together, of the parts that hold there."""
    if len(docs) * _FEW < evaluation.segment.n_docs:
        return int(evaluation.counted(held, docs).sum())
    total = 0
    mask = evaluation.segment.mask_of(docs)
    for part, fields, within in held:
        occurring = evaluation.occurring(part, fields)
        kept = mask[occurring.docs]
        if within is not None:
            kept &= evaluation.segment.mask_of(within)[occurring.docs]
        total += int(occurring.counts[kept].sum(dtype=np.int64))
    return total


_FEW = 16
"""Documents are looked up one by one where they are one of so many, or fewer."""
