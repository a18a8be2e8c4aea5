"""The embedded engine: trees evaluated over the columns of a Whoosh index.

In: trees. Out: ranked documents, counts and matches, over all segments as one. The order is
total: by score (or date, or title), then newer first, then id, so that increments and rebuilds
answer alike.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.indexer import codec, manifest
from dragoman.indexer.errors import IndexDamaged, IndexMissing, Message
from dragoman.indexer.forward import FACET_FIELDS, encode
from dragoman.indexer.relations import read_relations
from dragoman.search.associations import PartCounts, WordCounts
from dragoman.search.concordance import LinesFound, LinesWanted
from dragoman.search.engine import (
    Answer,
    FieldMatches,
    Found,
    Ranking,
    TextLayout,
)
from dragoman.search.evaluation import Evaluation, Evaluations, Held
from dragoman.search.expansion import Expansion, expanded, keys_of
from dragoman.search.facets import Facets
from dragoman.search.fields import date_range
from dragoman.search.finding import Finder, Finding, let_through
from dragoman.search.ordering import Handle
from dragoman.search.people import People
from dragoman.search.postings import Docs
from dragoman.search.ranking import scored_parts
from dragoman.search.reading import layout_of, matches_in
from dragoman.search.related import Related
from dragoman.search.results import FacetValue, IndexInfo, TermCount, Version
from dragoman.search.segments import Mask, Segment, range_minutes
from dragoman.search.similar import AlikeFound
from dragoman.search.summary import summary_of
from dragoman.search.tree import (
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Not,
    Wildcard,
    Word,
    children,
    in_turns,
    read_back,
)
from dragoman.search.trends import Counted

_MAX_EXPANSIONS_KEPT = 100
_TRIES = 20
_WAIT_S = 0.05


class WhooshEngine:
    """An open index.

    Raises:
        IndexMissing: There is no index.
        IndexStale: Another version built it.
        IndexForeign: Dragoman did not make it.
        IndexDamaged: It can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise IndexMissing(
                Message(
                    "no index at {folder}; build one: dragoman --index {folder} index PATH",
                    folder=folder,
                )
            )
        self._open()
        self.info = IndexInfo(
            state=self._header.state,
            documents=self._header.documents,
            analyzer=self._header.analyzer,
            version=self._header.version,
        )
        self._expansions: dict[Node, Expansion] = {}

    def _open(self) -> None:
        """Opens one committed generation whole, however fast a writer replaces it."""
        for attempt in range(_TRIES):
            generation = codec.latest_generation(self.folder)
            try:
                toc = codec.read_toc(self.folder)
                self._header = manifest.read_header(self.folder, toc.generation)
                self._header.check(self.folder)
                self._segments = [
                    Segment(segment, segment.open(self.folder)) for segment in toc.segments
                ]
                self._relations = read_relations(self.folder, toc.generation)
                self._persons_file = manifest.read_persons(self.folder, toc.generation)
                self._generation = toc.generation
                return
            except (FileNotFoundError, LookupError, IndexDamaged):
                moved_on = codec.latest_generation(self.folder) != generation
                if not moved_on and attempt:
                    raise
                time.sleep(_WAIT_S)
        raise IndexDamaged(
            Message(
                "the index at {folder} changes faster than it can be read; try again, or "
                "rebuild it: dragoman --index {folder} index --full",
                folder=self.folder,
            )
        )

    def is_current(self) -> bool:
        """Whether no newer generation has been committed since it was opened."""
        return codec.latest_generation(self.folder) == self._generation

    def close(self) -> None:
        """Lets the index's files go."""
        self._segments = []

    # Terms

    def _terms_of(self, leaf: Node) -> tuple[str, ...]:
        """The keys or exact forms that a leaf stands for in the whole collection."""
        if isinstance(leaf, Wildcard | Fuzzy):
            return self._expansion(leaf).marked
        return keys_of(leaf)

    def _numbers(self, leaf: Node, segment: Segment) -> Sequence[int]:
        """The numbers of a leaf's terms in a segment."""
        if isinstance(leaf, Wildcard | Fuzzy):
            return self._expansion(leaf).numbers[self._segments.index(segment)]
        numbers = (segment.columns.term_number(encode(key)) for key in keys_of(leaf))
        return [number for number in numbers if number >= 0]

    def _expansion(self, leaf: Wildcard | Fuzzy) -> Expansion:
        known = self._expansions.get(leaf)
        if known is None:
            known = expanded(leaf, [segment.vocabulary for segment in self._segments])
            if len(self._expansions) >= _MAX_EXPANSIONS_KEPT:
                self._expansions.clear()
            self._expansions[leaf] = known
        return known

    def _evaluations(self) -> Evaluations:
        return Evaluations(self._segments, self._numbers, self.people)

    @cached_property
    def people(self) -> People:
        """The persons behind the speakers and voices."""
        return People(
            self._segments,
            lambda: manifest.parse_persons(*self._persons_file)[0],
            lambda number, node, field: self._evaluations()[number].spans(node, field),
        )

    def terms(self, node: Node) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        return self._finder.term_counts(in_turns(node), self._evaluations())

    def form_counts(self) -> Mapping[str, int]:
        """Every exact form of titles and texts, with about how many documents hold it.

        A deleted document counts until it is merged away.
        """
        counts: dict[str, int] = {}
        for segment in self._segments:
            for form, count in segment.vocabulary.form_counts():
                counts[form] = counts.get(form, 0) + count
        return counts

    def speaker_counts(self) -> Mapping[str, int]:
        """Every speaker as spelled in a source, with how many documents spell it so."""
        counts: Counter[str] = Counter()
        for segment in self._segments:
            counts.update(segment.facet_counts("speaker", segment.live))
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    # Search

    def search(self, node: Node, ranking: Ranking) -> Answer:
        """The documents that a tree finds, ranked."""
        if type(node) is not Word:
            node = in_turns(node)
        filters = ranking.filters
        ranges = _ranges_of(filters) if filters else []
        allowed = self._filtered(filters) if filters else self._unfiltered
        evaluations = self._evaluations()
        finding = self._finder.find(node, ranking, allowed, ranges, evaluations)
        later = _Later(node, evaluations, finding)
        partly: dict[Handle, bool] = {}
        if ranges or type(node) is not Word:
            minutes = [range_minutes(each) for each in (*ranges, *positive_ranges(node))]
            if minutes:
                partly = {h: self._overlaps_partly(h, minutes) for h, _ in finding.in_order}
        return Answer(
            finding.total,
            later.occurrences,
            tuple(
                [
                    Found(handle, score, later.counts, partly.get(handle, False))
                    for handle, score in finding.in_order
                ]
                if not ranking.explain
                else [
                    Found(
                        handle,
                        score,
                        later.counts,
                        partly.get(handle, False),
                        self._explained(evaluations, node, handle),
                    )
                    for handle, score in finding.in_order
                ]
            ),
            (
                self._facet_values(evaluations, node, finding, allowed, ranges, ranking)
                if ranking.facets
                else {}
            ),
            finding.terms,
            later.matches,
        )

    def _facet_values(
        self,
        evaluations: Evaluations,
        node: Node,
        finding: Finding,
        allowed: Sequence[Mapping[str, Mask]],
        ranges: Sequence[DateRange],
        ranking: Ranking,
    ) -> dict[str, tuple[FacetValue, ...]]:
        names = FACET_FIELDS if ranking.facets is True else tuple(ranking.facets or ())
        if not any(allowed):  # the date filter is no facet's own
            return self._facets.counted(names, finding.docs(), allowed, ranking.filters)
        matched = [let_through(each, node, {}, ranges) for each in evaluations.all()]
        return self._facets.counted(names, matched, allowed, ranking.filters)

    def _filtered(self, filters: Mapping[str, Sequence[str]]) -> list[dict[str, Mask]]:
        """For each segment, the documents of each filter by a facet."""
        return [
            {
                name: segment.with_facet_value(name, self._meant(segment, name, values))
                for name, values in filters.items()
                if name != "date"
            }
            for segment in self._segments
        ]

    def _meant(self, segment: Segment, name: str, values: Sequence[str]) -> Sequence[str]:
        """The values of a facet that are asked for: of a person all spellings."""
        return self.people.spellings(segment, values) if name == "speaker" else values

    @cached_property
    def _unfiltered(self) -> list[dict[str, Mask]]:
        return [{} for _ in self._segments]

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._segments, self._terms_of)

    @cached_property
    def _facets(self) -> Facets:
        return Facets(self._segments, self.people.value)

    def _explained(self, evaluations: Evaluations, node: Node, handle: Handle) -> dict[str, object]:
        evaluation, finder = evaluations[handle.segment], self._finder
        scorer, statistics = finder.scorers[handle.segment], finder.statistics
        lengths = {name: int(of[handle.doc]) for name, of in evaluation.segment.lengths.items()}
        doc = np.array([handle.doc], np.uint32)
        shares = []
        for part in scored_parts(node):
            weight = finder.weight(evaluations, part)
            counts = {
                name: int(evaluation.occurring(part.node, (name,)).counts_at(doc)[0])
                for name in part.fields
            }
            score = scorer.scores(evaluation, [part], [weight], doc)
            shares.append(
                {
                    "part": read_back(part.node),
                    "weight": weight,
                    "occurrences": counts,
                    "lengths": {name: lengths[name] for name in part.fields},
                    "mean_lengths": dict(statistics.mean_lengths),
                    "score": float(score[0]),
                }
            )
        return {"formula": "BM25F", "parts": shares}

    def _overlaps_partly(self, handle: Handle, ranges: Sequence[tuple[int, int]]) -> bool:
        """Whether a document's date overlaps some range without lying wholly inside it."""
        segment = self._segments[handle.segment]
        low, high = segment.first_minutes.item(handle.doc), segment.last_minutes.item(handle.doc)
        return any(
            0 <= low < last and high > first and not (first <= low and high <= last)
            for first, last in ranges
        )

    # What stands around

    def _let_through(
        self, node: Node, filters: Mapping[str, Sequence[str]], evaluations: Evaluations
    ) -> list[Docs]:
        """For each segment the documents that a tree and the filters find."""
        ranges, allowed = _ranges_of(filters), self._filtered(filters)
        return [
            let_through(evaluation, node, of_segment, ranges)
            for evaluation, of_segment in zip(evaluations.all(), allowed, strict=True)
        ]

    def lines(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], wanted: LinesWanted
    ) -> LinesFound:
        """The lines of a concordance of a tree."""
        from dragoman.search.lines import lines_found

        node, evaluations = in_turns(node), self._evaluations()
        docs = self._let_through(node, filters, evaluations)
        return lines_found(evaluations.all(), node, docs, wanted)

    def counts_over_time(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], by: str
    ) -> Counted:
        """What a tree finds in each year, quarter or month."""
        from dragoman.search.periods import counted_over_time

        node, evaluations = in_turns(node), self._evaluations()
        found = self._let_through(node, filters, evaluations)
        under_filters = self._let_through(Everything(), filters, evaluations)
        return counted_over_time(evaluations.all(), node, found, under_filters, by)

    def words_near(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], window: int | None
    ) -> WordCounts:
        """The words near a tree's matches: in a window on each side, or (None) in the sentence."""
        from dragoman.search.word_counts import words_near

        node, evaluations = in_turns(node), self._evaluations()
        found = self._let_through(node, filters, evaluations)
        under_filters = self._let_through(Everything(), filters, evaluations)
        return words_near(evaluations.all(), node, found, under_filters, window)

    def words_of(
        self, node: Node, other: Node | None, filters: Mapping[str, tuple[str, ...]]
    ) -> tuple[PartCounts, PartCounts]:
        """The words of a tree's documents, and those of another's or of all the rest."""
        from dragoman.search.word_counts import words_of

        evaluations = self._evaluations()
        found = self._let_through(in_turns(node), filters, evaluations)
        if other is not None:
            others = self._let_through(in_turns(other), filters, evaluations)
        else:
            others = [
                np.flatnonzero(segment.live & ~segment.mask_of(docs)).astype(np.uint32)
                for segment, docs in zip(self._segments, found, strict=True)
            ]
        return words_of(evaluations.all(), found, others, self.people.value)

    def similar(
        self, handle: Handle, filters: Mapping[str, tuple[str, ...]], top: int
    ) -> AlikeFound:
        """The `top` documents most like one, by its most telling words; never itself."""
        from dragoman.search.telling import alike

        allowed = self._let_through(Everything(), filters, self._evaluations())
        finder = self._finder
        return alike(self._segments, finder.scorers, finder.statistics, handle, allowed, top)

    # One document

    def matches(self, node: Node, handle: Handle) -> tuple[FieldMatches, FieldMatches]:
        """Where a tree matched in a document's title and in its text."""
        node = in_turns(node)
        evaluation = self._evaluations()[handle.segment]
        return matches_in(evaluation, node, evaluation.holding(node), handle.doc)

    def layout(self, handle: Handle) -> TextLayout:
        """The length, sentences and paragraphs of a document's text."""
        return layout_of(self._segments[handle.segment], handle.doc)

    def stored(self, handle: Handle) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        return self._segments[handle.segment].columns.record(handle.doc)

    def content_hash(self, handle: Handle) -> int:
        """64 bits that change with anything that is indexed or shown of a document."""
        return int(self._segments[handle.segment].columns.hashes()[handle.doc])

    def text(self, handle: Handle, start: int = 0, end: int | None = None) -> str:
        """A document's text, or the part of it between two code points."""
        return self._segments[handle.segment].columns.text(handle.doc, start, end)

    def person(self, spelling: str) -> str:
        """What stands for the speaker or voice so spelled, under all its spellings."""
        return self.people.value(spelling)

    def handle_of(self, doc_id: str) -> Handle | None:
        """The document with an id, or None."""
        return next(iter(self._related.with_value("id", doc_id)), None)

    @cached_property
    def _related(self) -> Related:
        return Related(self._segments, self._relations)

    def versions_of(self, record: Mapping[str, Any]) -> list[Version]:
        """The other language versions of a stored document, by language and id."""
        return self._related.versions_of(record)

    def near_identical_to(self, record: Mapping[str, Any]) -> list[str]:
        """Rising ids of the documents that are near-identical to a stored one."""
        return self._related.near_identical_to(record)

    def has_near_groups(self) -> bool:
        """Whether any documents are near-identical."""
        return len(self._relations.near) > 0

    def near_group(self, handle: Handle) -> int | None:
        """The number of a document's group of near-identical ones; None where it has none."""
        return self._related.near_group(handle)

    def summary(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        files = manifest.read_files(self.folder, self._generation)
        return summary_of(self._segments, self._header, files)


class _Later:
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


def _ranges_of(filters: Mapping[str, Sequence[str]]) -> list[DateRange]:
    """The dates that are filtered by."""
    return [date_range("date", text) for text in filters.get("date", ())]


def positive_ranges(node: Node) -> list[DateRange]:
    """The date ranges of a tree that are not excluded."""
    if isinstance(node, Not):
        return []
    if isinstance(node, DateRange):
        return [node]
    return [found for child in children(node) for found in positive_ranges(child)]
