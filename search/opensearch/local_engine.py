"""Documents of the cluster that were fetched, searched by the embedded engine.

In: packed documents, and the index that they are from. Out: answers as of an embedded index with
just these documents, but with the whole index's statistics: marks, places, counts and scores are
those of an embedded index by construction. Asks the cluster for weights and names only.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dragoman.indexer.codec import ColumnSegment
from dragoman.indexer.forward import encode
from dragoman.indexer.opensearch.local import columns_of
from dragoman.indexer.opensearch.packing import Packed
from dragoman.search.engine import Ranking
from dragoman.search.evaluation import Evaluations
from dragoman.search.explaining import explained
from dragoman.search.finding import Finder, Finding
from dragoman.search.opensearch.names import NamesInSegments
from dragoman.search.ordering import Handle
from dragoman.search.people import People
from dragoman.search.ranking import ScoredPart, idf
from dragoman.search.scoring import SegmentScorer
from dragoman.search.segments import Mask, Segment
from dragoman.search.tree import DateRange, Node
from dragoman.search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine


def segment_of(documents: Sequence[Packed], wanted: frozenset[str] | None = None) -> Segment:
    """Fetched documents as a segment: with all their words, or those that are wanted."""
    return Segment(ColumnSegment(len(documents)), columns_of(documents, wanted))


class LocalEngine(WhooshEngine):
    """An engine over some documents of an index in the cluster.

    Args:
        whole: The engine over the index.
        segments: The documents.
        names: The cluster's names of the documents of each segment.
    """

    def __init__(
        self,
        whole: "OpenSearchEngine",
        segments: Sequence[Segment],
        names: Sequence[Sequence[str]],
    ) -> None:
        self._whole = whole
        self._segments = list(segments)
        self._names = names
        self.info = whole.info

    def _terms_of(self, leaf: Node) -> tuple[str, ...]:
        return self._whole.vocabulary.terms_of(leaf)

    def _numbers(self, leaf: Node, segment: Segment) -> Sequence[int]:
        return numbers_in(self._terms_of(leaf), segment)

    @cached_property
    def _native(self) -> None:
        """None: the kernel weighs words by the documents at hand."""
        return None

    @cached_property
    def people(self) -> People:
        """The persons behind the speakers and voices."""
        return NamesInSegments(self._segments, self._whole.names)

    @cached_property
    def _finder(self) -> Finder:
        return _WeighedFinder(self._whole, self._segments)

    def documents_with(self, part: ScoredPart) -> int:
        """Documents that hold a part of a tree."""
        return sum(
            len(evaluation.occurring(part.node, part.fields).docs)
            for evaluation in self._evaluations().all()
        )

    def occurrences(self, node: Node, handle: Handle) -> int:
        """Occurrences in a document that a tree finds."""
        evaluation = self._evaluations()[handle.segment]
        return int(evaluation.occurrences(node, np.array([handle.doc], np.uint32))[0])

    def explained(self, node: Node, handle: Handle) -> dict[str, object]:
        """The score of a document that a tree finds, taken apart."""
        return explained(self._finder, self._evaluations(), node, handle)

    @property
    def segments(self) -> Sequence[Segment]:
        """The documents, as the engine has them."""
        return self._segments

    @property
    def scorers(self) -> Sequence[SegmentScorer]:
        """What scores the documents of each segment."""
        return self._finder.scorers

    # Names of documents

    def names(self) -> list[str]:
        """The cluster's names of all documents."""
        return [name for names in self._names for name in names]

    def records(self) -> list[tuple[dict[str, Any], int]]:
        """What is stored of all documents, and their content hashes."""
        return [
            (segment.columns.record(doc), content)
            for segment in self._segments
            for doc, content in enumerate(segment.columns.hashes().tolist())
        ]

    def name(self, handle: Handle) -> str:
        """The cluster's name of a document."""
        return self._names[handle.segment][handle.doc]


def numbers_in(terms: Sequence[str], segment: Segment) -> list[int]:
    """The numbers of terms in a segment, as far as it holds them."""
    numbers = (segment.columns.term_number(encode(each)) for each in terms)
    return [number for number in numbers if number >= 0]


class Fetched(dict[str, Any]):
    """What is stored of a document that was fetched, with the engine over those fetched with it."""

    __slots__ = ("beside",)
    beside: LocalEngine


class _WeighedFinder(Finder):
    """Finds in some documents what weighs as it does in the whole index."""

    def __init__(self, whole: "OpenSearchEngine", segments: Sequence[Segment]) -> None:
        super().__init__(segments, whole.vocabulary.terms_of, whole.statistics)
        self._whole = whole

    def find(
        self,
        node: Node,
        ranking: Ranking,
        allowed: Sequence[Mapping[str, Mask]],
        ranges: Sequence[DateRange],
        evaluations: Evaluations,
    ) -> Finding:
        """The documents that a tree and the filters let through."""
        return self.find_any(node, ranking, allowed, ranges, evaluations)

    def weight(self, evaluations: Evaluations, part: ScoredPart) -> float:
        """What a part of a tree weighs, by the documents of the whole index that hold it."""
        return part.boost * idf(self.statistics.n_docs, self._whole.documents_with(part))
