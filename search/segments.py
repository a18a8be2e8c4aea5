"""One segment of an index as a search sees it: a tree evaluated over its columns.

In: tree nodes. Out: matching documents as masks, occurrences as counts, matches as spans. Scores
nothing and knows no other segment.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from dragoman.indexer.codec import ColumnSegment
from dragoman.indexer.columns import NO_POSTINGS, Postings, SegmentColumns
from dragoman.indexer.dates import date_interval
from dragoman.indexer.forward import VALUE_FIELDS, decode, encode
from dragoman.search import matching
from dragoman.search.expansion import Vocabulary
from dragoman.search.matching import NO_SPANS, Spans
from dragoman.search.patterns import expression
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    Exact,
    FieldFilter,
    Fuzzy,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Window,
    Word,
    children,
    walk,
)
from numpy.typing import NDArray

TEXT_FIELDS = ("title", "body")
"""Where words match that are restricted to no field."""
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
POSITIONAL = (Word, Exact, Wildcard, Fuzzy, Phrase, Window, Near)

Terms = Callable[[Node], Sequence[str]]
"""The keys or exact forms that a leaf stands for, the same in every segment."""


class Segment:
    """A segment opened for searching; safe to share, holding no state of a query."""

    def __init__(self, segment: ColumnSegment, columns: SegmentColumns) -> None:
        self.columns = columns
        self.live: Mask = segment.live()
        self.n_docs = columns.n_docs
        self._facets: dict[str, tuple[list[str], Any, Any]] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The segment's surface forms."""
        return Vocabulary(self.columns)

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """(n_docs, 2) half-open minutes; `NO_DATE` where there is none."""
        return self.columns.dates()

    @cached_property
    def lengths(self) -> dict[str, NDArray[np.float64]]:
        """Tokens of each document's title and body."""
        return {name: self.columns.lengths(name).astype(float) for name in TEXT_FIELDS}

    @cached_property
    def _id_terms(self) -> NDArray[np.uint32]:
        """Number of the term that is each document's id: rising with the id."""
        file = self.columns.file
        forms = file.array("id.forms")
        found: NDArray[np.uint32] = file.array("form_terms")[file.array("form_offsets")[forms]]
        return found

    def doc_id(self, doc: int) -> str:
        """A document's id."""
        return decode(self.columns.terms[int(self._id_terms[doc])])

    def facet(self, name: str) -> tuple[list[str], Any, Any]:
        """A facet's distinct values, where each document's start, and their numbers."""
        if name not in self._facets:
            self._facets[name] = self.columns.facet(name)
        return self._facets[name]

    def with_facet_value(self, name: str, values: Sequence[str]) -> Mask:
        """Documents that have one of the values."""
        distinct, offsets, numbers = self.facet(name)
        wanted = [i for i, value in enumerate(distinct) if value in values]
        of_doc = np.repeat(np.arange(self.n_docs), np.diff(offsets))
        mask = np.zeros(self.n_docs, bool)
        mask[of_doc[np.isin(numbers, wanted)]] = True
        return mask

    def facet_counts(self, name: str, docs: Mask) -> dict[str, int]:
        """How many of the documents have each value."""
        distinct, offsets, numbers = self.facet(name)
        counts = np.bincount(numbers[np.repeat(docs, np.diff(offsets))], minlength=len(distinct))
        return {distinct[i]: int(counts[i]) for i in np.flatnonzero(counts).tolist()}

    def in_dates(self, ranges: Sequence[DateRange]) -> Mask:
        """Documents whose date overlaps one of the ranges; undated ones never do."""
        mask = np.zeros(self.n_docs, bool)
        for wanted in ranges:
            low, high = range_minutes(wanted)
            mask |= (self.dates[:, 0] < high) & (self.dates[:, 1] > low)
        return mask & (self.dates[:, 0] >= 0)


def range_minutes(wanted: DateRange) -> tuple[int, int]:
    """A date range as half-open minutes since year 1."""
    low = date_interval(wanted.first)[0] if wanted.first else 0
    high = date_interval(wanted.last)[1] if wanted.last else np.iinfo(np.int64).max
    return low, int(high)


class Evaluation:
    """One tree over one segment; remembers what it has computed."""

    def __init__(self, segment: Segment, terms: Terms) -> None:
        self.segment = segment
        self._terms = terms
        self._postings: dict[tuple[str, Node], Postings] = {}
        self._spans: dict[tuple[str, Node], Spans] = {}
        self._counts: dict[tuple[tuple[str, ...], Node], dict[str, Counts]] = {}
        self._masks: dict[tuple[tuple[str, ...], Node], Mask] = {}

    # Documents

    def docs(self, node: Node, fields: tuple[str, ...] = TEXT_FIELDS) -> Mask:
        """The documents that a node finds, deleted ones included."""
        key = (fields, node)
        if key not in self._masks:
            self._masks[key] = self._docs(node, fields)
        return self._masks[key]

    def _docs(self, node: Node, fields: tuple[str, ...]) -> Mask:
        n_docs = self.segment.n_docs
        match node:
            case AllOf(operands=operands):
                mask = np.ones(n_docs, bool)
                for operand in operands:
                    if not isinstance(operand, Optional):
                        mask = mask & self.docs(operand, fields)
                return mask
            case AnyOf(operands=operands):
                mask = np.zeros(n_docs, bool)
                for operand in operands:
                    if not isinstance(operand, Optional):
                        mask = mask | self.docs(operand, fields)
                return mask
            case Not(operand=operand):
                return ~self.docs(operand, fields)
            case Optional(operand=operand) | Boost(operand=operand):
                return self.docs(operand, fields)
            case AtLeast(count=count, operand=operand):
                within = np.ones(n_docs, bool)
                found: Mask = self.occurrences(operand, within, fields) >= count
                return found
            case FieldFilter(field=field, operand=operand):
                return self.docs(operand, (field,))
            case DateRange():
                return self.segment.in_dates([node])
            case Everything():
                return np.ones(n_docs, bool)
        if fields[0] in VALUE_FIELDS:
            return self._with_value(node, fields[0])
        counts = self.counts(node, fields)
        return np.logical_or.reduce([counts[field] > 0 for field in fields])

    def _with_value(self, node: Node, field: str) -> Mask:
        """Documents whose whole value of a field is a word, or fits a pattern."""
        columns = self.segment.columns
        mask = np.zeros(self.segment.n_docs, bool)
        if isinstance(node, Wildcard):
            fits = re.compile(expression(node.pattern), re.DOTALL).fullmatch
            for number in columns.file.array(f"{field}.terms").tolist():
                if fits(decode(columns.terms[number])):
                    mask[columns.postings(field, number).docs] = True
        else:
            value = " ".join(part.text for part in walk(node) if isinstance(part, Word))
            mask[columns.docs_with_value(field, value)] = True
        return mask

    # Occurrences

    def counts(self, node: Node, fields: tuple[str, ...]) -> dict[str, Counts]:
        """Occurrences of a positional node in each document (n_docs), field by field."""
        key = (fields, node)
        if key not in self._counts:
            self._counts[key] = {field: self._field_counts(node, field) for field in fields}
        return self._counts[key]

    def _field_counts(self, node: Node, field: str) -> Counts:
        counts = np.zeros(self.segment.n_docs, np.int64)
        if isinstance(node, Word | Exact | Wildcard | Fuzzy):
            postings = self.postings(node, field)
            counts[postings.docs] = postings.counts
            return counts
        spans = self.spans(node, field)
        starts = spans.starts[matching.counted_from_left(spans)]
        docs = matching.documents(starts, self.segment.columns.base(field))
        return np.bincount(docs, minlength=self.segment.n_docs)

    def occurrences(
        self, node: Node, within: Mask, fields: tuple[str, ...] = TEXT_FIELDS
    ) -> Counts:
        """Occurrences in each document (n_docs) of the positive parts that hold there.

        Args:
            node: Any part of a tree.
            within: Documents to count in.
            fields: Where its words are looked for.
        """
        total = np.zeros(self.segment.n_docs, np.int64)
        for part, part_fields, holds in self.holding(node, within, fields):
            for counts in self.counts(part, part_fields).values():
                total += np.where(holds, counts, 0)
        return total

    def holding(
        self, node: Node, within: Mask, fields: tuple[str, ...] = TEXT_FIELDS
    ) -> list[tuple[Node, tuple[str, ...], Mask]]:
        """The positive positional parts of a tree: each with its fields and where it holds."""
        mask = within & self.docs(node, fields)
        match node:
            case AllOf() | AnyOf():
                return [
                    held
                    for operand in children(node)
                    if not isinstance(operand, Optional | Not)
                    for held in self.holding(operand, mask, fields)
                ]
            case Boost(operand=operand) | AtLeast(operand=operand):
                return self.holding(operand, mask, fields)
            case FieldFilter(field=field, operand=operand):
                return self.holding(operand, mask, (field,)) if field in TEXT_FIELDS else []
        return [(node, fields, mask)] if isinstance(node, POSITIONAL) else []

    # Positions

    def postings(self, leaf: Node, field: str) -> Postings:
        """Where a leaf stands in a field: the postings of all its terms as one."""
        key = (field, leaf)
        if key not in self._postings:
            columns = self.segment.columns
            parts = [
                columns.postings(field, columns.term_number(encode(term)))
                for term in self._terms(leaf)
            ]
            self._postings[key] = _merged(
                [part for part in parts if len(part.docs)], columns.base(field)
            )
        return self._postings[key]

    def spans(self, node: Node, field: str) -> Spans:
        """Where a positional node matches in a field, over the whole segment."""
        key = (field, node)
        if key not in self._spans:
            self._spans[key] = self._evaluated(
                node, field, lambda leaf: self.postings(leaf, field).positions
            )
        return self._spans[key]

    def spans_in(self, node: Node, field: str, doc: int) -> Spans:
        """The same in one document only, at the cost of that document."""
        first, last = self.segment.columns.base(field)[doc : doc + 2].tolist()

        def positions(leaf: Node) -> NDArray[np.uint32]:
            found = self.postings(leaf, field).positions
            return found[np.searchsorted(found, first) : np.searchsorted(found, last)]

        return self._evaluated(node, field, positions)

    def _evaluated(
        self, node: Node, field: str, positions: Callable[[Node], NDArray[np.uint32]]
    ) -> Spans:
        columns = self.segment.columns
        base = columns.base(field)
        match node:
            case Phrase(parts=parts):
                return matching.phrase([positions(p).astype(np.int64) for p in parts], base)
            case Window(parts=parts, extra=extra):
                return matching.window([positions(p).astype(np.int64) for p in parts], extra, base)
            case Near(left=left, right=right, unit=unit, distance=distance):
                first = self._evaluated(left, field, positions)
                second = self._evaluated(right, field, positions)
                if unit in ("w", "pre"):
                    return matching.near(first, second, distance, base, ordered=unit == "pre")
                units = columns.sentences(field) if unit == "s" else columns.paragraphs(field)
                return matching.same_unit(first, second, units, base)
            case AnyOf(operands=operands):
                return matching.union(
                    [self._evaluated(operand, field, positions) for operand in operands]
                )
            case Boost(operand=operand):
                return self._evaluated(operand, field, positions)
        found = positions(node)
        return matching.words(found) if len(found) else NO_SPANS


def _merged(parts: list[Postings], base: NDArray[np.uint32]) -> Postings:
    """The postings of several terms as one: a position that several hold counts once."""
    if not parts:
        return NO_POSTINGS
    if len(parts) == 1:
        return parts[0]
    positions = np.unique(np.concatenate([part.positions for part in parts]))
    of_doc = matching.documents(positions, base)
    new = np.ones(len(of_doc), bool)
    new[1:] = of_doc[1:] != of_doc[:-1]
    first = np.flatnonzero(new)
    return Postings(
        docs=of_doc[first].astype(np.uint32),
        starts=np.append(first, len(positions)).astype(np.uint32),
        positions=positions,
    )
