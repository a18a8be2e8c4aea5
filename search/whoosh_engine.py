"""The embedded engine: trees evaluated over the columns of a Whoosh index.

In: trees. Out: ranked documents, counts and matches, over all segments as one. The order is
total: by score (or date, or title), then newer first, then id, so that increments and rebuilds
answer alike.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from dragoman.indexer import codec, manifest
from dragoman.indexer.errors import IndexDamaged, IndexMissing
from dragoman.indexer.forward import FACET_FIELDS
from dragoman.search.engine import (
    MAX_FACET_VALUES,
    Answer,
    FieldMatches,
    Found,
    Occurrence,
    Ranking,
)
from dragoman.search.expansion import expanded, keys_of
from dragoman.search.fields import date_range
from dragoman.search.matching import counted_from_left
from dragoman.search.ranking import (
    CollectionStatistics,
    ScoredPart,
    bm25f,
    idf,
    scored_parts,
    top,
)
from dragoman.search.results import FacetValue, IndexInfo, Span, TermCount
from dragoman.search.segments import TEXT_FIELDS, Evaluation, Mask, Segment, range_minutes
from dragoman.search.tree import (
    DateRange,
    Exact,
    FieldFilter,
    Fuzzy,
    Node,
    Not,
    Wildcard,
    Word,
    children,
    read_back,
)
from numpy.typing import NDArray

_TRIES = 20
_WAIT_S = 0.05


@dataclass(frozen=True, slots=True)
class _Handle:
    """A document: the number of its segment and its number there."""

    segment: int
    doc: int


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
        self._expansions: dict[Node, tuple[str, ...]] = {}

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
        if not isinstance(leaf, Wildcard | Fuzzy):
            return keys_of(leaf)
        if leaf not in self._expansions:
            self._expansions[leaf] = expanded(leaf, [s.vocabulary for s in self._segments])
        return self._expansions[leaf]

    def terms(self, node: Node) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        evaluations = [Evaluation(segment, self._terms_of) for segment in self._segments]
        found: dict[str, TermCount] = {}
        for leaf in _text_leaves(node):
            text = read_back(leaf)
            if text in found:
                continue
            documents = occurrences = 0
            for evaluation in evaluations:
                live = evaluation.segment.live
                counts = sum(evaluation.counts(leaf, TEXT_FIELDS).values())
                documents += int(((counts > 0) & live).sum())
                occurrences += int(np.asarray(counts)[live].sum())
            found[text] = TermCount(text, self._terms_of(leaf), documents, occurrences)
        return tuple(found.values())

    # Search

    def search(self, node: Node, ranking: Ranking) -> Answer:
        """The documents that a tree finds, ranked."""
        evaluations = [Evaluation(segment, self._terms_of) for segment in self._segments]
        matched = [e.docs(node) & e.segment.live for e in evaluations]
        allowed = self._filtered(ranking.filters)
        masks = [
            mask if not of_segment else mask & np.logical_and.reduce(list(of_segment.values()))
            for mask, of_segment in zip(matched, allowed, strict=True)
        ]
        counts = [e.occurrences(node, mask) for e, mask in zip(evaluations, masks, strict=True)]
        docs = [np.flatnonzero(mask) for mask in masks]
        parts = list(scored_parts(node)) if ranking.sort == "relevance" else []
        scores = self._scores(evaluations, parts)
        ranges = [*_positive_ranges(node), *map(_range_of, ranking.filters.get("date", ()))]
        found = []
        for handle in self._ranked(docs, scores, ranking):
            segment = self._segments[handle.segment]
            found.append(
                Found(
                    handle=handle,
                    score=float(scores[handle.segment][handle.doc]),
                    occurrences=int(counts[handle.segment][handle.doc]),
                    date_overlap=_overlaps_partly(segment.dates[handle.doc], ranges),
                    explanation=(
                        self._explained(evaluations, parts, handle) if ranking.explain else None
                    ),
                )
            )
        return Answer(
            total=int(sum(map(len, docs))),
            occurrences=int(sum(c[mask].sum() for c, mask in zip(counts, masks, strict=True))),
            found=tuple(found),
            facets=self._facets(matched, allowed, ranking.filters) if ranking.facets else {},
        )

    def _filtered(self, filters: Mapping[str, Sequence[str]]) -> list[dict[str, Mask]]:
        """For each segment, each filter's documents."""
        ranges = [_range_of(text) for text in filters.get("date", ())]
        return [
            {
                name: (
                    segment.in_dates(ranges)
                    if name == "date"
                    else segment.with_facet_value(name, values)
                )
                for name, values in filters.items()
            }
            for segment in self._segments
        ]

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

    def _weight(self, evaluations: Sequence[Evaluation], part: ScoredPart) -> float:
        n_with = sum(
            int((e.docs(part.node, part.fields) & e.segment.live).sum()) for e in evaluations
        )
        return part.boost * idf(self._statistics.n_docs, n_with)

    def _scores(
        self, evaluations: Sequence[Evaluation], parts: Sequence[ScoredPart]
    ) -> list[NDArray[np.float64]]:
        scores = [np.zeros(evaluation.segment.n_docs) for evaluation in evaluations]
        for part in parts:
            weight = self._weight(evaluations, part)
            for evaluation, of_segment in zip(evaluations, scores, strict=True):
                of_segment += bm25f(
                    evaluation.counts(part.node, part.fields),
                    evaluation.segment.lengths,
                    self._statistics,
                    weight,
                )
        return scores

    def _explained(
        self, evaluations: Sequence[Evaluation], parts: Sequence[ScoredPart], handle: _Handle
    ) -> dict[str, object]:
        evaluation = evaluations[handle.segment]
        shares = []
        for part in parts:
            counts = {
                field: of_field[handle.doc : handle.doc + 1]
                for field, of_field in evaluation.counts(part.node, part.fields).items()
            }
            lengths = {
                field: of_field[handle.doc : handle.doc + 1]
                for field, of_field in evaluation.segment.lengths.items()
            }
            weight = self._weight(evaluations, part)
            shares.append(
                {
                    "part": read_back(part.node),
                    "weight": weight,
                    "occurrences": {field: int(count[0]) for field, count in counts.items()},
                    "lengths": {field: int(length[0]) for field, length in lengths.items()},
                    "mean_lengths": dict(self._statistics.mean_lengths),
                    "score": float(bm25f(counts, lengths, self._statistics, weight)[0]),
                }
            )
        return {"formula": "BM25F", "parts": shares}

    # Order

    def _ranked(
        self,
        docs: Sequence[NDArray[np.intp]],
        scores: Sequence[NDArray[np.float64]],
        ranking: Ranking,
    ) -> list[_Handle]:
        if ranking.size == 0 or not docs:
            return []
        segment_of = np.repeat(np.arange(len(docs)), [len(of_segment) for of_segment in docs])
        doc = np.concatenate(docs)
        dates = np.concatenate(
            [s.dates[of_segment, 0] for s, of_segment in zip(self._segments, docs, strict=True)]
        )
        if ranking.sort == "title":
            return self._by_title(segment_of, doc, ranking)
        if ranking.sort == "relevance":
            key = np.concatenate([s[d] for s, d in zip(scores, docs, strict=True)])
        elif ranking.sort == "newest":
            key = dates.astype(float)
        else:
            key = np.where(dates >= 0, -dates, np.iinfo(np.int64).min).astype(float)
        order = top(key, dates, ranking.first + ranking.size)
        handles = [_Handle(int(segment_of[i]), int(doc[i])) for i in order]
        keys = [(-float(key[i]), -int(dates[i])) for i in order]
        return self._settled(handles, keys, ranking)

    def _by_title(
        self, segment_of: NDArray[np.intp], doc: NDArray[np.intp], ranking: Ranking
    ) -> list[_Handle]:
        handles = [_Handle(int(s), int(d)) for s, d in zip(segment_of, doc, strict=True)]
        titles = [self.stored(handle)["title"].casefold().replace("ё", "е") for handle in handles]
        order = sorted(range(len(handles)), key=titles.__getitem__)
        return self._settled([handles[i] for i in order], [titles[i] for i in order], ranking)

    def _settled(
        self, handles: Sequence[_Handle], keys: Sequence[object], ranking: Ranking
    ) -> list[_Handle]:
        """The wanted part of an order, documents with equal keys by id."""
        settled: list[_Handle] = []
        start = 0
        while start < len(handles) and start < ranking.first + ranking.size:
            end = start + 1
            while end < len(handles) and keys[end] == keys[start]:
                end += 1
            group = list(handles[start:end])
            settled += group if len(group) == 1 else sorted(group, key=self._id_of)
            start = end
        return settled[ranking.first : ranking.first + ranking.size]

    def _id_of(self, handle: _Handle) -> str:
        return self._segments[handle.segment].doc_id(handle.doc)

    # Facets

    def _facets(
        self,
        matched: Sequence[Mask],
        allowed: Sequence[dict[str, Mask]],
        filters: Mapping[str, Sequence[str]],
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Each facet's values counted with every filter but its own."""
        facets = {}
        for name in FACET_FIELDS:
            totals: dict[str, int] = {value: 0 for value in filters.get(name, ())}
            for segment, mask, of_segment in zip(self._segments, matched, allowed, strict=True):
                others = [docs for filtered, docs in of_segment.items() if filtered != name]
                docs = mask & np.logical_and.reduce(others) if others else mask
                for value, count in segment.facet_counts(name, docs).items():
                    totals[value] = totals.get(value, 0) + count
            facets[name] = _facet_values(name, totals, filters.get(name, ()))
        return facets

    # One document

    def matches(self, node: Node, handle: _Handle) -> tuple[FieldMatches, FieldMatches]:
        """Where a tree matched in a document's title and in its text."""
        evaluation = Evaluation(self._segments[handle.segment], self._terms_of)
        within = np.zeros(evaluation.segment.n_docs, bool)
        within[handle.doc] = True
        held = [
            (part, fields)
            for part, fields, holds in evaluation.holding(node, within)
            if holds[handle.doc]
        ]
        title, body = (
            self._field_matches(
                evaluation, handle.doc, field, [part for part, fields in held if field in fields]
            )
            for field in TEXT_FIELDS
        )
        return title, body

    def _field_matches(
        self, evaluation: Evaluation, doc: int, field: str, parts: Sequence[Node]
    ) -> FieldMatches:
        columns = evaluation.segment.columns
        first, last = columns.base(field)[doc : doc + 2].tolist()
        starts, ends = columns.starts(field, first, last), columns.ends(field, first, last)
        marked = np.zeros(last - first, bool)
        occurrences = []
        for number, part in enumerate(parts):
            spans = evaluation.spans_in(part, field, doc)
            marked[spans.marks[:, 1] - first] = True
            kept = counted_from_left(spans)
            occurrences += [
                Occurrence(int(starts[a - first]), int(ends[b - first]), number)
                for a, b in zip(spans.starts[kept], spans.ends[kept], strict=True)
            ]
        at = np.flatnonzero(marked)
        return FieldMatches(
            marks=tuple(zip(starts[at].tolist(), ends[at].tolist(), strict=True)),
            occurrences=tuple(sorted(occurrences, key=lambda o: (o.start, o.end, o.part))),
        )

    def sentence_around(self, handle: _Handle, start: int, end: int) -> Span:
        """The sentences of a document's text that hold the range, as one range of tokens."""
        columns = self._segments[handle.segment].columns
        first, last = columns.base("body")[handle.doc : handle.doc + 2].tolist()
        starts, ends = columns.starts("body", first, last), columns.ends("body", first, last)
        sentences = columns.sentences("body")
        at = first + int(np.searchsorted(starts, start, side="right")) - 1
        until = first + int(np.searchsorted(starts, end)) - 1
        low = int(np.searchsorted(sentences, max(at, first), side="right")) - 1
        high = int(np.searchsorted(sentences, max(until, first), side="right"))
        opening = int(sentences[low])
        closing = min(last, int(sentences[high]) if high < len(sentences) else last)
        return int(starts[opening - first]), int(ends[closing - 1 - first])

    def paragraph_at(self, handle: _Handle, start: int) -> int:
        """Number of the paragraph of a document's text that holds a code point, from 0."""
        columns = self._segments[handle.segment].columns
        first, last = columns.base("body")[handle.doc : handle.doc + 2].tolist()
        position = first + int(
            np.searchsorted(columns.starts("body", first, last), start, side="right")
        )
        paragraphs = columns.paragraphs("body")
        low = int(np.searchsorted(paragraphs, first))
        return max(0, int(np.searchsorted(paragraphs, max(first, position - 1), "right")) - low - 1)

    def stored(self, handle: _Handle) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        return self._segments[handle.segment].columns.record(handle.doc)

    def text(self, handle: _Handle, start: int = 0, end: int | None = None) -> str:
        """A document's text, or the part of it between two code points."""
        return self._segments[handle.segment].columns.text(handle.doc, start, end)

    def text_length(self, handle: _Handle) -> int:
        """Code points of a document's text."""
        return self._segments[handle.segment].columns.text_length(handle.doc)

    def _with_value(self, field: str, value: str) -> list[_Handle]:
        return [
            _Handle(number, doc)
            for number, segment in enumerate(self._segments)
            for doc in segment.columns.docs_with_value(field, value).tolist()
            if segment.live[doc]
        ]

    def handle_of(self, doc_id: str) -> _Handle | None:
        """The document with an id, or None."""
        return next(iter(self._with_value("id", doc_id)), None)

    def versions_of(self, record: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Language and id of the other language versions: same `pair`, or named by address."""
        handles = []
        if record["pair"]:
            handles += self._with_value("pair", record["pair"])
        if record["url"]:
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

    # The whole index

    def summary(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        languages: dict[str, int] = {}
        sources: dict[str, int] = {}
        first_dates, last_dates, text_bytes, words = [], [], 0, 0
        for segment in self._segments:
            live = segment.live
            words += int(segment.lengths["body"][live].sum())
            text_bytes += int(segment.columns.file.array("text_bytes")[live].sum())
            for name, totals in (("lang", languages), ("source", sources)):
                for value, count in segment.facet_counts(name, live).items():
                    totals[value] = totals.get(value, 0) + count
            dated = np.flatnonzero(live & (segment.dates[:, 0] >= 0))
            if len(dated):
                by_date = dated[np.argsort(segment.dates[dated, 0], kind="stable")]
                first_dates.append(segment.columns.record(int(by_date[0]))["date"])
                last_dates.append(segment.columns.record(int(by_date[-1]))["date"])
        files = manifest.read_files(self.folder, self._generation)
        failed = [
            {"path": path, "reason": reason}
            for key in sorted(files)
            for path, reason in files[key].reasons
        ]
        return {
            "documents": self._header.documents,
            "words": words,
            "languages": dict(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
            "sources": dict(sorted(sources.items(), key=lambda item: (-item[1], item[0]))),
            "first_date": min(first_dates, default=None),
            "last_date": max(last_dates, default=None),
            "index_bytes": sum(s.columns.file.nbytes for s in self._segments),
            "text_bytes": text_bytes,
            "files": len(files),
            "failed": failed,
            "roots": [root.path for root in self._header.roots],
            "segments": len(self._segments),
            "state": self._header.state,
            "analyzer": self._header.analyzer,
            "version": self._header.version,
        }


def _text_leaves(node: Node) -> list[Word | Exact | Wildcard | Fuzzy]:
    """The words of a tree that are looked for in texts, from the left."""
    if isinstance(node, FieldFilter) and node.field not in TEXT_FIELDS:
        return []
    if isinstance(node, Word | Exact | Wildcard | Fuzzy):
        return [node]
    return [leaf for child in children(node) for leaf in _text_leaves(child)]


def _positive_ranges(node: Node) -> list[DateRange]:
    """The date ranges of a tree that are not excluded."""
    if isinstance(node, Not):
        return []
    if isinstance(node, DateRange):
        return [node]
    return [found for child in children(node) for found in _positive_ranges(child)]


def _overlaps_partly(date: NDArray[np.int64], ranges: Sequence[DateRange]) -> bool:
    """Whether a document's date overlaps some range without lying wholly inside it."""
    low, high = date.tolist()
    for first, last in map(range_minutes, ranges):
        if 0 <= low < last and high > first and not (first <= low and high <= last):
            return True
    return False


def _range_of(text: str) -> DateRange:
    return date_range("date", text)


def _facet_values(
    name: str, totals: Mapping[str, int], chosen: Sequence[str]
) -> tuple[FacetValue, ...]:
    """Years from the newest; other values from the most frequent, then by name."""

    def place(value: str) -> tuple[object, ...]:
        return (value,) if name == "year" else (-totals[value], value)

    ordered = sorted(totals, key=place, reverse=name == "year")
    shown = ordered if name == "year" else ordered[:MAX_FACET_VALUES]
    shown += [value for value in chosen if value not in shown]
    return tuple(FacetValue(value, totals[value], value in chosen) for value in shown)
