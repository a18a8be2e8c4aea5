"""A tree evaluated over the columns of one segment.

In: tree nodes. Out: rising numbers of the documents that match, occurrences, spans. Scores
nothing. Costs follow the rarest part of what is asked: conjunctions start from their smallest
operand, phrases from their rarest word or pair of words.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import REGIONS, TEXT
from dragoman.indexer.forward import VALUE_FIELDS, decode
from dragoman.search import matching
from dragoman.search.matching import Positions, Spans
from dragoman.search.patterns import expression
from dragoman.search.people import People
from dragoman.search.phrases import phrase_positions
from dragoman.search.postings import NOTHING, Docs, Leaf, Occurring, occurring_at
from dragoman.search.segments import TEXT_FIELDS, Numbers, Segment
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
    InTurns,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Window,
    Word,
    walk,
)

LEAVES = (Word, Exact, Wildcard, Fuzzy)
POSITIONAL = (*LEAVES, Phrase, Window, Near, InTurns)

Fields = tuple[str, ...]

Held = tuple[Node, Fields, Docs | None]
"""A positive part of a tree, its fields, and where it counts (None: where it occurs)."""

_DENSE = 12
"""One set of documents is looked up in another where it is so many times smaller."""


def column_and_region(fields: Fields) -> tuple[str, int | None]:
    """The columns that hold fields of the schema, and which value of each document is meant."""
    if fields == TEXT_FIELDS:
        return TEXT, None
    (name,) = fields
    if name in TEXT_FIELDS:
        return TEXT, TEXT_FIELDS.index(name)
    return name, None


class Evaluation:
    """One tree over one segment; remembers what it has computed."""

    def __init__(self, segment: Segment, numbers: Numbers, people: People, at: int) -> None:
        self.segment = segment
        self._numbers = numbers
        self._people = people
        self._at = at  # the segment's number
        self._leaves: dict[tuple[str, Node], Leaf] = {}
        self._occurring: dict[tuple[Fields, Node], Occurring] = {}
        self._docs: dict[tuple[Fields, Node], Docs] = {}

    # Documents

    def docs(self, node: Node, fields: Fields = TEXT_FIELDS) -> Docs:
        """Rising numbers of the documents that a node finds, deleted ones included."""
        key = (fields, node)
        found = self._docs.get(key)
        if found is None:
            found = self._docs[key] = self._found(node, fields)
        return found

    def _found(self, node: Node, fields: Fields) -> Docs:
        match node:
            case AllOf(operands=operands):
                return self._all_of(operands, fields)
            case AnyOf(operands=operands):
                return self._any_of(
                    [self.docs(o, fields) for o in operands if not isinstance(o, Optional)]
                )
            case Not(operand=operand):
                return self._without(self.segment.all_docs, self.docs(operand, fields))
            case Optional(operand=operand) | Boost(operand=operand):
                return self.docs(operand, fields)
            case AtLeast(count=count, operand=operand):
                docs = self.docs(operand, fields)
                return docs[self.occurrences(operand, docs, fields) >= count]
            case FieldFilter(field=field, operand=operand):
                return self.docs(operand, (field,))
            case DateRange():
                return np.flatnonzero(self.segment.in_dates([node])).astype(np.uint32)
            case Everything():
                return self.segment.all_docs
        if fields[0] in VALUE_FIELDS:
            return self._with_value(node, fields[0])
        if fields[0] == "speaker":
            return self._people.speaking(self._at, node)
        return self.occurring(node, fields).docs

    def _all_of(self, operands: Sequence[Node], fields: Fields) -> Docs:
        wanted = [o for o in operands if not isinstance(o, Optional | Not)]
        unwanted = [o for o in operands if isinstance(o, Not)]
        sets = sorted((self.docs(operand, fields) for operand in wanted), key=len)
        found = sets[0] if sets else self.segment.all_docs
        for docs in sets[1:]:
            found = self._both(found, docs)
        for operand in unwanted:
            found = self._without(found, self.docs(operand.operand, fields))
        return found

    def _any_of(self, sets: Sequence[Docs]) -> Docs:
        filled = [docs for docs in sets if len(docs)]
        if len(filled) < 2:
            return filled[0] if filled else NOTHING.docs
        if sum(map(len, filled)) * _DENSE < self.segment.n_docs:
            return np.unique(np.concatenate(filled))
        mask = np.zeros(self.segment.n_docs, bool)
        for docs in filled:
            mask[docs] = True
        return np.flatnonzero(mask).astype(np.uint32)

    def is_among(self, docs: Docs, others: Docs) -> NDArray[np.bool_]:
        """Which of some rising documents are among others."""
        if not len(others):
            return np.zeros(len(docs), bool)
        if len(docs) * _DENSE < len(others):
            at = others.searchsorted(docs)
            at[at == len(others)] = 0
            found: NDArray[np.bool_] = others[at] == docs
            return found
        mask = np.zeros(self.segment.n_docs, bool)
        mask[others] = True
        return mask[docs]

    def _both(self, few: Docs, many: Docs) -> Docs:
        return few[self.is_among(few, many)]

    def _without(self, docs: Docs, unwanted: Docs) -> Docs:
        return docs[~self.is_among(docs, unwanted)]

    def _with_value(self, node: Node, field: str) -> Docs:
        """Documents whose whole value of a field is a word, or fits a pattern."""
        columns = self.segment.columns
        if not isinstance(node, Wildcard):
            value = " ".join(part.text for part in walk(node) if isinstance(part, Word))
            return columns.docs_with_value(field, value)
        fits = re.compile(expression(node.pattern), re.DOTALL).fullmatch
        numbers = [
            number
            for number in columns.file.array(f"{field}.terms").tolist()
            if fits(decode(columns.terms[number]))
        ]
        return self._any_of([columns.postings(field, number).docs for number in numbers])

    # Occurrences

    def leaf(self, node: Node, column: str) -> Leaf:
        """What a leaf of the tree matches."""
        key = (column, node)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self.segment.leaf(node, column, self._numbers)
        return found

    def occurring(self, node: Node, fields: Fields) -> Occurring:
        """The documents in which a positional node occurs, and how often."""
        key = (fields, node)
        found = self._occurring.get(key)
        if found is None:
            found = self._occurring[key] = self._occurs(node, fields)
        return found

    def remember(self, occurring: Mapping[Node, Occurring]) -> None:
        """Takes over where nodes occur in titles and texts, found another way."""
        for node, found in occurring.items():
            self._occurring[TEXT_FIELDS, node] = found

    def _occurs(self, node: Node, fields: Fields) -> Occurring:
        column, region = column_and_region(fields)
        if isinstance(node, LEAVES):
            return self.leaf(node, column).occurring.in_region(region)
        spans = self.spans(node, column)
        if not len(spans):
            return NOTHING
        starts = spans.starts[matching.counted_from_left(spans)]
        bounds = self.segment.columns.bounds(column)
        return occurring_at(starts, bounds, len(REGIONS.get(column, (column,)))).in_region(region)

    def occurrences(
        self, node: Node, docs: Docs, fields: Fields = TEXT_FIELDS
    ) -> NDArray[np.int64]:
        """Occurrences, in each of some rising documents, of the positive parts that hold there."""
        return self.counted(self.holding(node, fields), docs)

    def counted(self, held: Sequence[Held], docs: Docs) -> NDArray[np.int64]:
        """The same for parts that `holding` told."""
        total = np.zeros(len(docs), np.int64)
        for part, part_fields, within in held:
            counts = self.occurring(part, part_fields).counts_at(docs)
            if within is not None:
                counts[~self.is_among(docs, within)] = 0
            total += counts
        return total

    def holding(
        self, node: Node, fields: Fields = TEXT_FIELDS, within: Docs | None = None
    ) -> list[Held]:
        """The positive positional parts of a tree, each with its fields and where it holds.

        Args:
            node: A part of a tree, asked about in documents that the whole tree finds.
            fields: Where its words are looked for.
            within: Documents in which it counts; None where its own occurrences decide.
        """
        match node:
            case AllOf(operands=operands):
                parts = [o for o in operands if not isinstance(o, Optional | Not)]
                return [held for part in parts for held in self.holding(part, fields, within)]
            case AnyOf(operands=operands):
                parts = [o for o in operands if not isinstance(o, Optional | Not)]
                return [
                    held
                    for part in parts
                    for held in self.holding(part, fields, self._where(part, fields, within))
                ]
            case Boost(operand=operand) | AtLeast(operand=operand):
                return self.holding(operand, fields, within)
            case FieldFilter(field=field, operand=operand):
                return self.holding(operand, (field,), within) if field in TEXT_FIELDS else []
        return [(node, fields, within)] if isinstance(node, POSITIONAL) else []

    def _where(self, part: Node, fields: Fields, within: Docs | None) -> Docs | None:
        """Where an alternative holds, if its words alone do not tell."""
        if all(not isinstance(inner, AllOf | AtLeast) for inner in walk(part)):
            return within
        docs = self.docs(part, fields)
        return docs if within is None else self._both(docs, within)

    # Spans

    def spans(self, node: Node, column: str) -> Spans:
        """Where a positional node matches in a column, over the whole segment."""

        def phrase(parts: Sequence[Node]) -> Spans:
            leaves = [self.leaf(part, column) for part in parts]
            starts = phrase_positions(self.segment.columns, column, leaves)
            return matching.phrases(starts, len(parts))

        return self._evaluated(
            node,
            column,
            lambda leaf: self.leaf(leaf, column).positions.astype(np.int64),
            phrase,
            marked=False,
        )

    def spans_in(self, node: Node, name: str, doc: int) -> Spans:
        """The same in one field of the schema of one document only, with marks."""
        column, starts, ends = self.segment.columns.region(name)
        first, last = int(starts[doc]), int(ends[doc])
        forms = self.segment.columns.forms(column, first, last)

        def positions(leaf: Node) -> Positions:
            return np.flatnonzero(self.leaf(leaf, column).table[forms]) + first

        def phrase(parts: Sequence[Node]) -> Spans:
            tables = [self.leaf(part, column).table for part in parts]
            fits = np.ones(max(0, len(forms) - len(parts) + 1), bool)
            for number, table in enumerate(tables):
                fits &= table[forms[number : number + len(fits)]]
            return matching.phrases(np.flatnonzero(fits) + first, len(parts), marked=True)

        return self._evaluated(node, column, positions, phrase, marked=True)

    def _evaluated(
        self,
        node: Node,
        column: str,
        positions: Callable[[Node], Positions],
        phrase: Callable[[Sequence[Node]], Spans],
        *,
        marked: bool,
    ) -> Spans:
        def spans(operand: Node) -> Spans:
            return self._evaluated(operand, column, positions, phrase, marked=marked)

        columns = self.segment.columns
        bounds = columns.bounds(column)
        match node:
            case Phrase(parts=parts):
                return phrase(parts)
            case Window(parts=parts, extra=extra):
                return matching.window([positions(p) for p in parts], extra, bounds, marked=marked)
            case Near(left=left, right=right, unit=unit, distance=distance):
                first, second = spans(left), spans(right)
                if not (len(first) and len(second)):
                    return matching.words(np.zeros(0, np.int64), marked=marked)
                if unit in ("w", "pre"):
                    return matching.near(first, second, distance, bounds, ordered=unit == "pre")
                units = columns.sentences(column) if unit == "s" else columns.paragraphs(column)
                return matching.same_unit(first, second, units, bounds)
            case AnyOf(operands=operands):
                return matching.union([spans(operand) for operand in operands])
            case Boost(operand=operand):
                return spans(operand)
            case InTurns(name=name, operand=operand):
                return matching.inside(spans(operand), *self._people.turns(self._at, name))
        return matching.words(positions(node), marked=marked)


class Evaluations:
    """The evaluations of one tree, a segment each, made when they are first asked for.

    Args:
        segments: The segments.
        numbers: What tells the terms of a leaf in a segment.
        people: The persons behind speakers and voices.
    """

    __slots__ = ("_made", "_people", "_segments", "numbers")

    def __init__(self, segments: Sequence[Segment], numbers: Numbers, people: People) -> None:
        self._segments = segments
        self._people = people
        self.numbers = numbers
        self._made: list[Evaluation] = []

    def __getitem__(self, number: int) -> Evaluation:
        return self.all()[number]

    def all(self) -> list[Evaluation]:
        """One for each segment."""
        if not self._made:
            self._made = [
                Evaluation(segment, self.numbers, self._people, number)
                for number, segment in enumerate(self._segments)
            ]
        return self._made
