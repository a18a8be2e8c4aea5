"""The embedded engine: trees evaluated over the columns of a Whoosh index.

In: trees. Out: ranked documents, counts and matches, over all segments as one. The order is
total: by score (or date, or title), then newer first, then id, so that increments and rebuilds
answer alike.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.indexer import codec, manifest
from dragoman.indexer.errors import IndexDamaged, IndexMissing
from dragoman.indexer.forward import encode
from dragoman.search.associations import PartCounts, WordCounts
from dragoman.search.concordance import LinesFound, LinesWanted
from dragoman.search.engine import (
    Answer,
    FieldMatches,
    Found,
    Ranking,
    TextLayout,
)
from dragoman.search.evaluation import POSITIONAL, Evaluation, Held
from dragoman.search.expansion import Expansion, expanded, keys_of
from dragoman.search.facets import Facets
from dragoman.search.fields import date_range
from dragoman.search.ordering import Handle, Ranked, Scored, ranked
from dragoman.search.people import People
from dragoman.search.postings import Docs
from dragoman.search.ranking import (
    CollectionStatistics,
    ScoredPart,
    idf,
    scored_parts,
)
from dragoman.search.reading import layout_of, matches_in
from dragoman.search.results import FacetValue, IndexInfo, TermCount
from dragoman.search.scoring import SegmentScorer
from dragoman.search.segments import TEXT_FIELDS, Mask, Segment, range_minutes
from dragoman.search.summary import summary_of
from dragoman.search.tree import (
    AnyOf,
    Boost,
    DateRange,
    Everything,
    Exact,
    FieldFilter,
    Fuzzy,
    InTurns,
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
                f"no index at {folder}; build one: dragoman --index {folder} index PATH"
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
                self._persons_file = manifest.read_persons(self.folder, toc.generation)
                self._generation = toc.generation
                return
            except (FileNotFoundError, LookupError, IndexDamaged):
                moved_on = codec.latest_generation(self.folder) != generation
                if not moved_on and attempt:
                    raise
                time.sleep(_WAIT_S)
        raise IndexDamaged(
            f"the index at {self.folder} changes faster than it can be read; try again, or "
            f"rebuild it: dragoman --index {self.folder} index --full"
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

    def _evaluations(self) -> list[Evaluation]:
        return [
            Evaluation(segment, self._numbers, self.people, number)
            for number, segment in enumerate(self._segments)
        ]

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
        return self._term_counts(in_turns(node), self._evaluations())

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

    def _term_counts(self, node: Node, evaluations: Sequence[Evaluation]) -> tuple[TermCount, ...]:
        found: dict[str, TermCount] = {}
        for leaf in _text_leaves(node):
            text = read_back(leaf)
            if text in found:
                continue
            documents = occurrences = 0
            for evaluation in evaluations:
                occurring = evaluation.occurring(leaf, TEXT_FIELDS)
                if evaluation.segment.all_live:
                    documents += len(occurring.docs)
                    occurrences += occurring.total
                else:
                    live = evaluation.segment.live[occurring.docs]
                    documents += int(live.sum())
                    occurrences += int(occurring.counts[live].sum(dtype=np.int64))
            found[text] = TermCount(text, self._terms_of(leaf), documents, occurrences)
        return tuple(found.values())

    # Search

    def search(self, node: Node, ranking: Ranking) -> Answer:
        """The documents that a tree finds, ranked."""
        node = in_turns(node)
        evaluations = self._evaluations()
        allowed = self._filtered(ranking.filters)
        parts = list(scored_parts(node)) if ranking.sort == "relevance" else []
        is_whole = not ranking.filters and _is_union(node)
        found = self._found(evaluations, node, parts, allowed, is_union=is_whole)
        in_order = ranked(self._segments, found, ranking)
        held = [e.holding(node) for e in evaluations]
        counts = cache(partial(self._counts_of, in_order, evaluations, held))
        ranges = [*_positive_ranges(node), *map(_range_of, ranking.filters.get("date", ()))]
        return Answer(
            total=sum(map(len, found)),
            occurrences=sum(
                _occurrences(*each, is_whole=is_whole)
                for each in zip(evaluations, held, found, strict=True)
            ),
            found=tuple(
                Found(
                    handle,
                    score,
                    counts,
                    bool(ranges) and self._overlaps_partly(handle, ranges),
                    self._explained(evaluations, parts, handle) if ranking.explain else None,
                )
                for handle, score in in_order
            ),
            facets=self._facet_values(evaluations, node, found, allowed, ranking),
            terms=self._term_counts(node, evaluations),
            matches=lambda handle: matches_in(
                evaluations[handle.segment], node, held[handle.segment], handle.doc
            ),
        )

    def _found(
        self,
        evaluations: Sequence[Evaluation],
        node: Node,
        parts: Sequence[ScoredPart],
        allowed: Sequence[Mapping[str, Mask]],
        *,
        is_union: bool,
    ) -> list[Scored]:
        """The documents that a tree and the filters let through, with their scores."""
        weights = [self._weight(evaluations, part) for part in parts]
        found = []
        for number, (evaluation, of_segment) in enumerate(zip(evaluations, allowed, strict=True)):
            if is_union and parts and self._scorers[number].is_worth_rows(evaluation, parts):
                found.append(Scored(None, self._scorers[number].of_any(evaluation, parts, weights)))
                continue
            docs = evaluation.segment.living(evaluation.docs(node))
            if of_segment:
                docs = docs[_all(of_segment.values())[docs]]
            scores = (
                self._scorers[number].scores(evaluation, parts, weights, docs)
                if parts
                else np.zeros(len(docs))
            )
            found.append(Scored(docs, scores))
        return found

    def _facet_values(
        self,
        evaluations: Sequence[Evaluation],
        node: Node,
        found: Sequence[Scored],
        allowed: Sequence[Mapping[str, Mask]],
        ranking: Ranking,
    ) -> dict[str, tuple[FacetValue, ...]]:
        if not ranking.facets:
            return {}
        if ranking.filters:  # each facet leaves out its own filter
            matched = [e.segment.living(e.docs(node)) for e in evaluations]
        else:
            matched = [of_segment.documents() for of_segment in found]
        return self._facets.counted(matched, allowed, ranking.filters)

    def _counts_of(
        self,
        in_order: Ranked,
        evaluations: Sequence[Evaluation],
        held: Sequence[Sequence[Held]],
    ) -> dict[Handle, int]:
        """Occurrences in each of some documents of the parts that hold there."""
        counts: dict[Handle, int] = {}
        for number, evaluation in enumerate(evaluations):
            handles = sorted(h for h, _ in in_order if h.segment == number)
            if handles:
                docs = np.array([handle.doc for handle in handles], np.uint32)
                totals = evaluation.counted(held[number], docs).tolist()
                counts.update(zip(handles, totals, strict=True))
        return counts

    def _filtered(self, filters: Mapping[str, Sequence[str]]) -> list[dict[str, Mask]]:
        """For each segment, each filter's documents."""
        ranges = [_range_of(text) for text in filters.get("date", ())]
        return [
            {
                name: (
                    segment.in_dates(ranges)
                    if name == "date"
                    else segment.with_facet_value(name, self._meant(segment, name, values))
                )
                for name, values in filters.items()
            }
            for segment in self._segments
        ]

    def _meant(self, segment: Segment, name: str, values: Sequence[str]) -> Sequence[str]:
        """The values of a facet that are asked for: of a person all spellings."""
        return self.people.spellings(segment, values) if name == "speaker" else values

    @cached_property
    def _statistics(self) -> CollectionStatistics:
        n_docs = sum(int(segment.live.sum()) for segment in self._segments)
        totals = {
            field: sum(float(s.lengths[field][s.live].sum()) for s in self._segments)
            for field in TEXT_FIELDS
        }
        return CollectionStatistics(
            n_docs, {field: total / max(1, n_docs) for field, total in totals.items()}
        )

    @cached_property
    def _facets(self) -> Facets:
        return Facets(self._segments, self.people.value)

    @cached_property
    def _scorers(self) -> list[SegmentScorer]:
        return [SegmentScorer(segment, self._statistics) for segment in self._segments]

    def _weight(self, evaluations: Sequence[Evaluation], part: ScoredPart) -> float:
        n_with = 0
        for evaluation in evaluations:
            docs = evaluation.occurring(part.node, part.fields).docs
            n_with += len(evaluation.segment.living(docs))
        return part.boost * idf(self._statistics.n_docs, n_with)

    def _explained(
        self, evaluations: Sequence[Evaluation], parts: Sequence[ScoredPart], handle: Handle
    ) -> dict[str, object]:
        evaluation, scorer = evaluations[handle.segment], self._scorers[handle.segment]
        lengths = {name: int(of[handle.doc]) for name, of in evaluation.segment.lengths.items()}
        doc = np.array([handle.doc], np.uint32)
        shares = []
        for part in parts:
            weight = self._weight(evaluations, part)
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
                    "mean_lengths": dict(self._statistics.mean_lengths),
                    "score": float(score[0]),
                }
            )
        return {"formula": "BM25F", "parts": shares}

    def _overlaps_partly(self, handle: Handle, ranges: Sequence[DateRange]) -> bool:
        """Whether a document's date overlaps some range without lying wholly inside it."""
        low, high = self._segments[handle.segment].dates[handle.doc].tolist()
        for first, last in map(range_minutes, ranges):
            if 0 <= low < last and high > first and not (first <= low and high <= last):
                return True
        return False

    # What stands around

    def _let_through(
        self, node: Node, filters: Mapping[str, Sequence[str]], evaluations: Sequence[Evaluation]
    ) -> list[Docs]:
        """For each segment the documents that a tree and the filters find."""
        allowed = self._filtered(filters)
        found = []
        for evaluation, of_segment in zip(evaluations, allowed, strict=True):
            docs = evaluation.segment.living(evaluation.docs(node))
            found.append(docs[_all(of_segment.values())[docs]] if of_segment else docs)
        return found

    def lines(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], wanted: LinesWanted
    ) -> LinesFound:
        """The lines of a concordance of a tree."""
        from dragoman.search.lines import lines_found

        node, evaluations = in_turns(node), self._evaluations()
        docs = self._let_through(node, filters, evaluations)
        return lines_found(evaluations, node, docs, wanted)

    def counts_over_time(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], by: str
    ) -> Counted:
        """What a tree finds in each year, quarter or month."""
        from dragoman.search.periods import counted_over_time

        node, evaluations = in_turns(node), self._evaluations()
        found = self._let_through(node, filters, evaluations)
        under_filters = self._let_through(Everything(), filters, evaluations)
        return counted_over_time(evaluations, node, found, under_filters, by)

    def words_near(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], window: int | None
    ) -> WordCounts:
        """The words near a tree's matches: in a window on each side, or (None) in the sentence."""
        from dragoman.search.word_counts import words_near

        node, evaluations = in_turns(node), self._evaluations()
        found = self._let_through(node, filters, evaluations)
        under_filters = self._let_through(Everything(), filters, evaluations)
        return words_near(evaluations, node, found, under_filters, window)

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
        return words_of(evaluations, found, others, self.people.value)

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

    def _with_value(self, field: str, value: str) -> list[Handle]:
        return [
            Handle(number, doc)
            for number, segment in enumerate(self._segments)
            for doc in segment.columns.docs_with_value(field, value).tolist()
            if segment.live[doc]
        ]

    def handle_of(self, doc_id: str) -> Handle | None:
        """The document with an id, or None."""
        return next(iter(self._with_value("id", doc_id)), None)

    @cached_property
    def _has_alternates(self) -> bool:
        """Whether any document names its other language versions by address."""
        return any(len(s.columns.file.array("alternate.terms")) for s in self._segments)

    def versions_of(self, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Language and id of the other language versions: same `pair`, or named by address."""
        handles: list[Handle] = []
        if record["pair"]:
            handles += self._with_value("pair", record["pair"])
        if record["url"] and self._has_alternates:
            handles += self._with_value("alternate", record["url"])
        for name, value in record["extra"].items():
            if len(name) == len("url_xx") and name.startswith("url_") and value:
                handles += self._with_value("url", str(value))
        found = {(other["lang"], other["id"]) for other in map(self.stored, handles)}
        return sorted(
            (lang, doc_id)
            for lang, doc_id in found
            if doc_id != record["id"] and lang != record["lang"]
        )

    def summary(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        files = manifest.read_files(self.folder, self._generation)
        return summary_of(self._segments, self._header, files)


def _text_leaves(node: Node) -> list[Word | Exact | Wildcard | Fuzzy]:
    """The words of a tree that are looked for in texts, from the left."""
    if isinstance(node, FieldFilter) and node.field not in TEXT_FIELDS:
        return []
    if isinstance(node, Word | Exact | Wildcard | Fuzzy):
        return [node]
    if isinstance(node, InTurns):
        return _text_leaves(node.operand)
    return [leaf for child in children(node) for leaf in _text_leaves(child)]


def _all(masks: Iterable[Mask]) -> Mask:
    found: Mask = np.logical_and.reduce(list(masks))
    return found


def _is_union(node: Node) -> bool:
    """Whether a tree finds every document in which one of its parts occurs."""
    match node:
        case AnyOf(operands=operands):
            return all(map(_is_union, operands))
        case Boost(operand=operand):
            return _is_union(operand)
    return isinstance(node, POSITIONAL)


def _occurrences(
    evaluation: Evaluation, held: Sequence[Held], found: Scored, *, is_whole: bool
) -> int:
    """Occurrences in the documents found, all together, of the parts that hold there.

    `is_whole` tells that the documents hold all occurrences but those of deleted documents.
    """
    if is_whole and evaluation.segment.all_live:
        return sum(evaluation.occurring(part, fields).total for part, fields, _ in held)
    docs = found.documents()
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


def _positive_ranges(node: Node) -> list[DateRange]:
    """The date ranges of a tree that are not excluded."""
    if isinstance(node, Not):
        return []
    if isinstance(node, DateRange):
        return [node]
    return [found for child in children(node) for found in _positive_ranges(child)]


def _range_of(text: str) -> DateRange:
    return date_range("date", text)
