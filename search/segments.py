"""One segment of an index as a search sees it: its documents, dates, facets and leaves.

In: a segment's columns. Out: arrays of documents. Holds no state of a query, and knows no other
segment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.codec import ColumnSegment
from dragoman.indexer.columns import REGIONS, TEXT, SegmentColumns
from dragoman.indexer.dates import date_interval
from dragoman.indexer.forward import decode
from dragoman.search.expansion import Vocabulary
from dragoman.search.postings import Docs, Leaf
from dragoman.search.remembering import Remembered
from dragoman.search.tree import DateRange, Fuzzy, Node, Wildcard

TEXT_FIELDS = REGIONS[TEXT]
"""Where words match that are restricted to no field: titles and bodies."""
Mask = NDArray[np.bool_]
Numbers = Callable[[Node, "Segment"], Sequence[int]]
"""Tells the numbers of the terms that a leaf stands for in a segment."""
LEAF_BYTES = 64 << 20
"""Bytes of decoded words that are remembered for each segment."""
_BYTES_PER_POSITION = 12  # positions, documents and counts, decoded
_BYTES_PER_LEAF = 2_000


@dataclass(frozen=True, slots=True)
class Turns:
    """The speakers' turns of a segment.

    Attributes:
        starts: Rising first positions in `TEXT` of what is said (n).
        ends: One past the last positions (n).
        voices: Number of each turn's voice in the segment's list of voices (n).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    voices: NDArray[np.uint32]


class Segment:
    """A segment opened for searching; safe to share."""

    def __init__(self, segment: ColumnSegment, columns: SegmentColumns) -> None:
        self.columns = columns
        self.n_docs = columns.n_docs
        self.live: Mask = segment.live()
        self.all_live = bool(self.live.all())
        self._facets: dict[str, tuple[list[str], Any, Any]] = {}
        self._leaves: Remembered[tuple[str, Node], Leaf] = Remembered(LEAF_BYTES)
        self._n_forms = len(columns.file.array("form_offsets"))

    def leaf(self, node: Node, field: str, numbers: Numbers) -> Leaf:
        """What a leaf of a tree matches in a field of `columns.FIELDS`.

        The latest ones are remembered, up to `LEAF_BYTES` of what they may decode.

        Args:
            node: A leaf.
            field: The field.
            numbers: Tells the numbers of its terms here, where it is not remembered.
        """
        key = (field, node)
        known = self._leaves.get(key)
        if known is None:
            apart = isinstance(node, Wildcard | Fuzzy)
            known = Leaf(self.columns, field, numbers(node, self), apart=apart)
            n_bytes = known.size * _BYTES_PER_POSITION + _BYTES_PER_LEAF + self._n_forms
            self._leaves.add(key, known, n_bytes)
        return known

    def living(self, docs: Docs) -> Docs:
        """Documents without the deleted ones."""
        return docs if self.all_live else docs[self.live[docs]]

    @cached_property
    def all_docs(self) -> Docs:
        """Every document, deleted ones included."""
        return np.arange(self.n_docs, dtype=np.uint32)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The segment's surface forms."""
        return Vocabulary(self.columns)

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """(n_docs, 2) half-open minutes; `NO_DATE` where there is none."""
        return self.columns.dates()

    @cached_property
    def first_minutes(self) -> NDArray[np.int64]:
        """(n_docs) the first minute of each document's date."""
        return np.ascontiguousarray(self.dates[:, 0])

    @cached_property
    def last_minutes(self) -> NDArray[np.int64]:
        """(n_docs) one past the last minute of each document's date."""
        return np.ascontiguousarray(self.dates[:, 1])

    @cached_property
    def lengths(self) -> dict[str, NDArray[np.float64]]:
        """Tokens of each document's title and body."""
        return {name: self.columns.lengths(name).astype(float) for name in TEXT_FIELDS}

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """Tokens of each document, title and body together, as occurrences are counted."""
        title, body = (self.columns.lengths(name) for name in TEXT_FIELDS)
        return title.astype(np.int64) + body

    @cached_property
    def id_terms(self) -> NDArray[np.uint32]:
        """Number of the term that is each document's id: rising with the id."""
        file = self.columns.file
        forms = file.array("id.forms")[file.array("id.bounds")[:-1]]
        found: NDArray[np.uint32] = file.array("form_terms")[file.array("form_offsets")[forms]]
        return found

    def doc_id(self, doc: int) -> str:
        """A document's id."""
        return decode(self.columns.terms[int(self.id_terms[doc])])

    def title_key(self, doc: int) -> str:
        """What a document's title is sorted by."""
        title: str = self.columns.record(doc)["title"]
        return title.casefold().replace("ё", "е")

    def facet(self, name: str) -> tuple[list[str], Any, Any]:
        """A facet's distinct values, where each document's start, and their numbers."""
        if name not in self._facets:
            self._facets[name] = self.columns.facet(name)
        return self._facets[name]

    @cached_property
    def body_form_counts(self) -> NDArray[np.int64]:
        """(n_forms) how often each form stands in the bodies of documents."""
        return self._counted(np.flatnonzero(self.live))

    def form_counts(self, docs: Docs) -> NDArray[np.int64]:
        """(n_forms) how often each form stands in the bodies of some documents.

        Args:
            docs: Rising, none of them deleted.
        """
        lengths = self.lengths["body"]
        if 2 * lengths[docs].sum() <= lengths.sum():
            return self._counted(docs)
        rest = self.live & ~self.mask_of(docs)  # sooner counted
        return self.body_form_counts - self._counted(np.flatnonzero(rest))

    def _counted(self, docs: NDArray[np.integer]) -> NDArray[np.int64]:
        forms = self.columns.file.array(f"{TEXT}.forms")
        _, begins, ends = self.columns.region("body")
        spans = zip(begins[docs].tolist(), ends[docs].tolist(), strict=True)
        of_docs = [forms[begin:end] for begin, end in spans]
        joined = np.concatenate(of_docs) if of_docs else forms[:0]
        return np.bincount(joined, minlength=self._n_forms - 1)

    @cached_property
    def turns(self) -> Turns:
        """The speakers' turns of all documents, deleted ones included."""
        table = self.columns.turns()
        _, offsets, numbers = self.facet("voice")
        _, body, _ = self.columns.region("body")
        docs = np.repeat(np.arange(self.n_docs), table.lengths)
        first = body[docs].astype(np.int64)
        return Turns(
            first + table.starts,
            first + table.ends,
            numbers[offsets[docs].astype(np.int64) + table.voices],
        )

    def voices(self, doc: int) -> list[str]:
        """The voices of a document, in the order in which they first speak."""
        names, offsets, numbers = self.facet("voice")
        return [names[number] for number in numbers[offsets[doc] : offsets[doc + 1]].tolist()]

    def voices_at(self, doc: int, positions: NDArray[np.int64]) -> list[str]:
        """Who says the word at each of some positions of a document's text; empty for nobody.

        A text that is one speaker's as a whole has no voices.
        """
        turns = self.turns
        at = turns.starts.searchsorted(positions, side="right") - 1
        _, begins, _ = self.columns.region("body")
        spoken = (
            (at >= 0)
            & (positions < turns.ends[np.maximum(at, 0)])
            & (turns.starts[np.maximum(at, 0)] > begins[doc])
            if len(turns.starts)
            else np.zeros(len(positions), bool)
        )
        names, _, _ = self.facet("voice")
        return [
            names[turns.voices[number]] if held else ""
            for number, held in zip(at.tolist(), spoken.tolist(), strict=True)
        ]

    def with_facet_value(self, name: str, values: Sequence[str]) -> Mask:
        """Documents that have one of the values."""
        distinct, offsets, numbers = self.facet(name)
        wanted = [i for i, value in enumerate(distinct) if value in values]
        of_doc = np.repeat(np.arange(self.n_docs), np.diff(offsets))
        mask = np.zeros(self.n_docs, bool)
        mask[of_doc[np.isin(numbers, wanted)]] = True
        return mask

    def mask_of(self, docs: Docs) -> Mask:
        """Documents as a mask (n_docs)."""
        mask = np.zeros(self.n_docs, bool)
        mask[docs] = True
        return mask

    def facet_counts(self, name: str, docs: Mask) -> dict[str, int]:
        """How many of the documents have each value."""
        distinct, offsets, numbers = self.facet(name)
        of_value = np.repeat(docs, np.diff(offsets))
        counts = np.bincount(numbers[of_value], minlength=len(distinct))
        return {distinct[i]: int(counts[i]) for i in np.flatnonzero(counts).tolist()}

    def in_dates(self, ranges: Sequence[DateRange]) -> Mask:
        """Documents whose date overlaps one of the ranges; undated ones never do."""
        mask = np.zeros(self.n_docs, bool)
        for wanted in ranges:
            low, high = range_minutes(wanted)
            mask |= (self.first_minutes < high) & (self.last_minutes > low)
        return mask & (self.first_minutes >= 0)

    def overlaps_partly(self, doc: int, ranges: Sequence[tuple[int, int]]) -> bool:
        """Whether a document's date overlaps some range without lying wholly inside it."""
        low, high = self.first_minutes.item(doc), self.last_minutes.item(doc)
        return any(
            0 <= low < last and high > first and not (first <= low and high <= last)
            for first, last in ranges
        )


def range_minutes(wanted: DateRange) -> tuple[int, int]:
    """A date range as half-open minutes since year 1."""
    low = date_interval(wanted.first)[0] if wanted.first else 0
    high = date_interval(wanted.last)[1] if wanted.last else np.iinfo(np.int64).max
    return low, int(high)
