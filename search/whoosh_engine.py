"""The embedded engine: trees evaluated over the columns of a Whoosh index.

In: trees. Out: ranked documents, counts and matches, over all segments as one. The order is
total: by score (or date, or title), then newer first, then id, so that increments and rebuilds
answer alike.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.indexer import codec, manifest
from dragoman.indexer.errors import IndexDamaged, IndexMissing, Message
from dragoman.indexer.forward import FACET_FIELDS, encode
from dragoman.indexer.relations import read_relations
from dragoman.search.associations import WordCounts
from dragoman.search.concordance import LinesFound, LinesWanted
from dragoman.search.engine import (
    Answer,
    FieldMatches,
    Found,
    Ranking,
    TextLayout,
)
from dragoman.search.evaluation import Evaluations
from dragoman.search.expansion import Expansion, expanded, keys_of
from dragoman.search.explaining import explained
from dragoman.search.facets import Facets
from dragoman.search.filtering import filtered, positive_ranges, ranges_of
from dragoman.search.finding import Finder, Finding, let_through
from dragoman.search.keyness import PartCounts
from dragoman.search.later import Later, NativeLater
from dragoman.search.native import NativeAnswer, NativeFinder, kernel_module, state_of_kernel
from dragoman.search.ordering import Handle
from dragoman.search.people import People
from dragoman.search.postings import Docs
from dragoman.search.reading import layout_of, matches_in
from dragoman.search.related import Related, Stored
from dragoman.search.results import FacetValue, IndexInfo, TermCount, Version
from dragoman.search.segments import Mask, Segment, range_minutes
from dragoman.search.similar import AlikeFound
from dragoman.search.summary import summary_of
from dragoman.search.tree import (
    DateRange,
    Everything,
    Fuzzy,
    Node,
    Wildcard,
    Word,
    in_turns,
)
from dragoman.search.trends import Counted

if TYPE_CHECKING:
    from dragoman.search.lexicon import Lexicon

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
        for name in ("_native", "_finder", "_facets", "_related", "_lexicon"):
            self.__dict__.pop(name, None)

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
        ranges = ranges_of(filters) if filters else []
        if self._native is not None and _is_by_score(ranking):
            later = NativeLater(self._segments)
            native = self._native.find(node, ranking, ranges, later.counts)
            if native is not None:
                return self._answered(native, later, ranking)
        return self._searched(node, ranking, ranges)

    def _answered(self, native: NativeAnswer, later: NativeLater, ranking: Ranking) -> Answer:
        """What the kernel found, with what is counted and read of it later."""
        result, total, found, terms, handles = native
        later.result, later.handles = result, handles
        facets: Mapping[str, tuple[FacetValue, ...]] = {}
        if ranking.facets:
            facets = self._facets.counted(
                _facet_names(ranking), native.docs(), self._unfiltered, ranking.filters
            )
        return Answer(total, result.occurrences, found, facets, terms, later.matches)

    def _searched(self, node: Node, ranking: Ranking, ranges: Sequence[DateRange]) -> Answer:
        """The same answer through numpy."""
        filters = ranking.filters
        allowed = self._filtered(filters) if filters else self._unfiltered
        evaluations = self._evaluations()
        finding = self._finder.find(node, ranking, allowed, ranges, evaluations)
        later = Later(node, evaluations, finding)
        minutes = [range_minutes(each) for each in (*ranges, *positive_ranges(node))]
        return Answer(
            finding.total,
            later.occurrences,
            tuple(
                Found(
                    handle,
                    score,
                    later.counts,
                    bool(minutes)
                    and self._segments[handle.segment].overlaps_partly(handle.doc, minutes),
                    explained(self._finder, evaluations, node, handle) if ranking.explain else None,
                )
                for handle, score in finding.in_order
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
        names = _facet_names(ranking)
        if not any(allowed):  # the date filter is no facet's own
            return self._facets.counted(names, finding.docs(), allowed, ranking.filters)
        matched = [let_through(each, node, {}, ranges) for each in evaluations.all()]
        return self._facets.counted(names, matched, allowed, ranking.filters)

    def _filtered(self, filters: Mapping[str, Sequence[str]]) -> list[dict[str, Mask]]:
        return filtered(self._segments, filters, self.people)

    @cached_property
    def _unfiltered(self) -> list[dict[str, Mask]]:
        return [{} for _ in self._segments]

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._segments, self._terms_of)

    @cached_property
    def _native(self) -> NativeFinder | None:
        """Answers flat trees where the kernel is in use."""
        kernel = kernel_module()
        if kernel is None or not self._segments:
            return None
        finder = self._finder
        norms = [scorer.norms for scorer in finder.scorers]
        n_docs = finder.statistics.n_docs
        try:
            return NativeFinder(kernel, self._segments, norms, n_docs, self._expansion)
        except (TypeError, ValueError):  # columns of other widths than it reads
            return None

    @cached_property
    def _facets(self) -> Facets:
        return Facets(self._segments, self.people.value, kernel_module())

    # What stands around

    @cached_property
    def _lexicon(self) -> "Lexicon":
        from dragoman.search.lexicon import Lexicon

        return Lexicon([segment.columns for segment in self._segments])

    def _let_through(
        self, node: Node, filters: Mapping[str, Sequence[str]], evaluations: Evaluations
    ) -> list[Docs]:
        """For each segment the documents that a tree and the filters find."""
        ranges, allowed = ranges_of(filters), self._filtered(filters)
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
        return lines_found(evaluations.all(), node, docs, wanted, self._lexicon)

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
        return words_near(evaluations.all(), node, found, under_filters, window, self._lexicon)

    def words_of(
        self,
        node: Node,
        filters: Mapping[str, tuple[str, ...]],
        other: Node | None,
        other_filters: Mapping[str, tuple[str, ...]],
    ) -> tuple[PartCounts, PartCounts]:
        """The words of a tree's documents, and those of another's or of all the rest."""
        from dragoman.search.word_counts import words_of

        evaluations = self._evaluations()
        found = self._let_through(in_turns(node), filters, evaluations)
        compared = Everything() if other is None else in_turns(other)
        others = self._let_through(compared, other_filters, evaluations)
        return words_of(self._segments, found, others, other is None, self._facets, self._lexicon)

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
        native = self._native
        divided = partial(native.layout, *handle) if native is not None else None
        return layout_of(self._segments[handle.segment], handle.doc, divided)

    def stored(self, handle: Handle) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        record = Stored(self._segments[handle.segment].columns.record(handle.doc))
        record.handle = handle
        return record

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
        kernel = state_of_kernel()
        if kernel == "on" and self._segments and self._native is None:
            kernel = "does not read these columns"
        return {**summary_of(self._segments, self._header, files), "kernel": kernel}


def _is_by_score(ranking: Ranking) -> bool:
    """Whether an order is by relevance, of documents that nothing but dates filters."""
    return (
        ranking.sort == "relevance"
        and not ranking.explain
        and (not ranking.filters or ranking.filters.keys() == {"date"})
    )


def _facet_names(ranking: Ranking) -> Sequence[str]:
    return FACET_FIELDS if ranking.facets is True else tuple(ranking.facets or ())
