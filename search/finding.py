"""A tree over all segments of an index: the documents it finds, ranked and counted.

In: a tree and what is wanted of the order. Out: a `Finding`. Flat trees (`flat`) go the short way,
all others through `Evaluation`; both find the same and score alike.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from dragoman.indexer.forward import encode
from dragoman.search.engine import Ranking
from dragoman.search.evaluation import Evaluation, Evaluations
from dragoman.search.flat import Best, FlatSegment, Weighted, flat_parts
from dragoman.search.ordering import Ranked, Scored, merged, ranked
from dragoman.search.parts import Part
from dragoman.search.postings import Docs, Occurring
from dragoman.search.ranking import SCALE, CollectionStatistics, ScoredPart, idf, scored_parts
from dragoman.search.results import TermCount
from dragoman.search.scoring import FREQUENT, SegmentScorer
from dragoman.search.segments import TEXT_FIELDS, Mask, Segment, range_minutes
from dragoman.search.tree import (
    AnyOf,
    DateRange,
    Exact,
    FieldFilter,
    Fuzzy,
    InTurns,
    Node,
    Wildcard,
    Word,
    children,
    read_back,
)

Terms = Callable[[Node], tuple[str, ...]]
"""Tells the keys or exact forms that a leaf stands for in the whole collection."""


class Finding(NamedTuple):
    """What a tree finds.

    Attributes:
        total: Documents found.
        in_order: The wanted part of the order.
        docs: Tells the documents found in each segment, rising.
        terms: The words of the tree with their counts.
        occurrences: Of the tree's parts in the documents found; -1 where they must be counted.
        occurring: Tells where parts of the tree occur in each segment, as far as it is known.
    """

    total: int
    in_order: Ranked
    docs: Callable[[], list[Docs]]
    terms: tuple[TermCount, ...]
    occurrences: int = -1
    occurring: Callable[[], list[dict[Node, Occurring]]] = list


class Finder:
    """Finds documents in the segments of an index; safe to share.

    Args:
        segments: The segments.
        terms: What tells a leaf's terms.
        statistics: Of the collection, where the segments are not all of it.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        terms: Terms,
        statistics: CollectionStatistics | None = None,
    ) -> None:
        self._segments = segments
        self._terms = terms
        self.statistics = statistics or self._counted()
        self.scorers = [SegmentScorer(segment, self.statistics) for segment in segments]
        self._flat = [
            FlatSegment(number, segment, scorer)
            for number, (segment, scorer) in enumerate(zip(segments, self.scorers, strict=True))
        ]

    def _counted(self) -> CollectionStatistics:
        segments = self._segments
        n_docs = sum(int(segment.live.sum()) for segment in segments)
        totals = {
            field: sum(float(s.lengths[field][s.live].sum()) for s in segments)
            for field in TEXT_FIELDS
        }
        return CollectionStatistics(
            n_docs, {field: total / max(1, n_docs) for field, total in totals.items()}
        )

    def find(
        self,
        node: Node,
        ranking: Ranking,
        allowed: Sequence[Mapping[str, Mask]],
        ranges: Sequence[DateRange],
        evaluations: Evaluations,
    ) -> Finding:
        """The documents that a tree and the filters let through.

        Args:
            node: The tree.
            ranking: What is wanted.
            allowed: For each segment, each filter's documents; the date filter left out.
            ranges: The date filter.
            evaluations: Of the tree.
        """
        if ranking.sort == "relevance" and self._segments and not (allowed and allowed[0]):
            if nodes := flat_parts(node):
                return self._find_flat(node, nodes, ranking, ranges, evaluations)
        return self.find_any(node, ranking, allowed, ranges, evaluations)

    def find_any(
        self,
        node: Node,
        ranking: Ranking,
        allowed: Sequence[Mapping[str, Mask]],
        ranges: Sequence[DateRange],
        evaluations: Evaluations,
    ) -> Finding:
        """The same, whatever the tree."""
        parts = list(scored_parts(node)) if ranking.sort == "relevance" else []
        weights = [self.weight(evaluations, part) for part in parts]
        if len(parts) > 1:  # as for flat trees
            order = sorted(range(len(parts)), key=weights.__getitem__, reverse=True)
            parts, weights = [parts[n] for n in order], [weights[n] for n in order]
        found = []
        for evaluation, scorer, of_segment in zip(
            evaluations.all(), self.scorers, allowed, strict=True
        ):
            docs = let_through(evaluation, node, of_segment, ranges)
            scores = scorer.scores(evaluation, parts, weights, docs)
            found.append(Scored(docs, scores))
        return Finding(
            sum(len(of_segment.docs) for of_segment in found),
            ranked(self._segments, found, ranking),
            lambda: [of_segment.docs for of_segment in found],
            self.term_counts(node, evaluations),
        )

    def weight(self, evaluations: Evaluations, part: ScoredPart) -> float:
        """What a part of a tree weighs, by the documents of the collection that hold it."""
        n_with = 0
        for evaluation in evaluations.all():
            docs = evaluation.occurring(part.node, part.fields).docs
            n_with += len(evaluation.segment.living(docs))
        return part.boost * idf(self.statistics.n_docs, n_with)

    # Flat trees

    def _find_flat(
        self,
        node: Node,
        nodes: Sequence[Node],
        ranking: Ranking,
        ranges: Sequence[DateRange],
        evaluations: Evaluations,
    ) -> Finding:
        n_docs = self.statistics.n_docs
        terms = [self._terms(each) if type(each) in _WORDS else () for each in nodes]
        parts = [self._parts(*each, evaluations) for each in zip(nodes, terms, strict=True)]
        counts = [sum([part.n for part in of_node]) for of_node in parts]
        weights = [idf(n_docs, count) * SCALE for count in counts]
        if len(nodes) > 1:
            order = sorted(range(len(nodes)), key=counts.__getitem__)
            parts_in_order = [parts[n] for n in order]
            weights = [weights[n] for n in order]
            n_sparse = sum([count * FREQUENT <= n_docs for count in counts])
        else:
            parts_in_order, n_sparse = parts, 1
        wanted = ranking.first + ranking.size
        dates = [range_minutes(each) for each in ranges]
        is_any = isinstance(node, AnyOf)
        found: list[Best] = []
        for number, flat in enumerate(self._flat):
            asked = Weighted([of_node[number] for of_node in parts_in_order], weights, n_sparse)
            find = flat.any_of if is_any else flat.all_of
            found.append(find(asked, wanted, dates))
        rows = found[0].rows if len(found) == 1 else [row for each in found for row in each.rows]
        is_whole = not ranges and (is_any or len(nodes) == 1)
        return Finding(
            sum([each.total for each in found]),
            merged(self._segments, rows, ranking) if ranking.size else [],
            lambda: [each.docs() for each in found],
            self._flat_terms(nodes, terms, parts, counts, evaluations),
            sum([part.total for of_node in parts for part in of_node]) if is_whole else -1,
            lambda: [
                {of_node[number].node: flat.parts.arrays(of_node[number]) for of_node in parts}
                for number, flat in enumerate(self._flat)
            ],
        )

    def _parts(self, node: Node, terms: Sequence[str], evaluations: Evaluations) -> list[Part]:
        """A part of a flat tree in each segment; `terms` are those of a word."""
        keys = list(map(encode, terms))
        return [flat.parts.part(node, keys, evaluations) for flat in self._flat]

    def _flat_terms(
        self,
        nodes: Sequence[Node],
        terms: Sequence[tuple[str, ...]],
        parts: Sequence[Sequence[Part]],
        counts: Sequence[int],
        evaluations: Evaluations,
    ) -> tuple[TermCount, ...]:
        found: dict[str, TermCount] = {}
        for node, of_word, of_node, n_with in zip(nodes, terms, parts, counts, strict=True):
            if type(node) is Word:
                text = node.text if not node.required else read_back(node)
                total = sum([part.total for part in of_node])
                found[text] = TermCount(text, of_word, n_with, total)
                continue
            for leaf in text_leaves(node):
                text = read_back(leaf)
                if text not in found:
                    of_leaf = self._terms(leaf)
                    each = of_node
                    if leaf is not node:
                        keys = of_leaf if type(leaf) in _WORDS else ()
                        each = self._parts(leaf, keys, evaluations)
                    documents, total = sum([p.n for p in each]), sum([p.total for p in each])
                    found[text] = TermCount(text, of_leaf, documents, total)
        return tuple(found.values())

    # Terms

    def term_counts(self, node: Node, evaluations: Evaluations) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        leaves = text_leaves(node)
        terms = [self._terms(leaf) if type(leaf) in _WORDS else () for leaf in leaves]
        parts = [self._parts(*each, evaluations) for each in zip(leaves, terms, strict=True)]
        counts = [sum([part.n for part in of_leaf]) for of_leaf in parts]
        return self._flat_terms(leaves, terms, parts, counts, evaluations)


_WORDS = (Word, Exact)
"""Leaves that have terms of their own; others are looked up in the vocabulary."""


def let_through(
    evaluation: Evaluation,
    node: Node,
    allowed: Mapping[str, Mask],
    ranges: Sequence[DateRange],
) -> Docs:
    """The documents of a segment that a tree, filters by facets and a date filter let through."""
    docs = evaluation.segment.living(evaluation.docs(node))
    for mask in allowed.values():
        docs = docs[mask[docs]]
    return docs[evaluation.segment.in_dates(ranges)[docs]] if ranges else docs


def text_leaves(node: Node) -> list[Word | Exact | Wildcard | Fuzzy]:
    """The words of a tree that are looked for in texts, from the left."""
    if isinstance(node, FieldFilter) and node.field not in TEXT_FIELDS:
        return []
    if isinstance(node, Word | Exact | Wildcard | Fuzzy):
        return [node]
    if isinstance(node, InTurns):
        return text_leaves(node.operand)
    return [leaf for child in children(node) for leaf in text_leaves(child)]
