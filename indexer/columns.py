"""A segment's arrays, mapped to read.

A field's positions are numbers over the whole segment, with a gap after each value, so that
neighbouring positions are neighbouring words of one value. Titles and bodies are the two values of
each document in the field `TEXT`: one posting list serves a word in both. `segment_writer` and
`merging` write these arrays of a field f:

- `f.bounds` where each value starts, and the end; `f.forms`, `f.starts`, `f.lengths` (a position
  each: form, first code point, code points); `f.sentences`, `f.paragraphs` (positions that
  start one);
- `f.terms` (rising numbers of the terms that the field holds), `f.lists` (each one's list);
- `turns.offsets`, `turns.starts`, `turns.ends`, `turns.voices` (`forward.TurnTable`);
- the lists: `f.doc_offsets`, `f.position_offsets`, `f.docs`, `f.counts`, `f.first_counts`,
  `f.positions` (`inversion.PostingLists`); `text.maxima` (`maxima.write_maxima`).

Evaluates no query and knows nothing of Whoosh.
"""

import json
import threading
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from dragoman.indexer.columnfile import Array, ColumnFile
from dragoman.indexer.forward import (
    TEXT_BLOCK,
    VALUE_FIELDS,
    WORD_FIELDS,
    TurnTable,
    Uint32,
    decode,
    encode,
)
from dragoman.indexer.near_duplicates import BANDS
from dragoman.indexer.string_tables import StringTable

TEXT = "text"
"""The field of titles and bodies."""
REGIONS = {TEXT: ("title", "body")}
"""Fields with several values a document, and what these are called in a schema."""
FIELDS = (TEXT, *(name for name in WORD_FIELDS if name not in REGIONS[TEXT]), *VALUE_FIELDS)
"""Fields that have arrays of their own."""
_NONE = np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands in a field of a segment.

    Attributes:
        docs: Rising document numbers (n).
        counts: Positions in each document.
        first_counts: Of these, positions in the document's first value (a title), or None.
        positions: Rising positions, over all documents.
    """

    docs: Uint32
    counts: Array
    first_counts: Array | None
    positions: Uint32


NO_POSTINGS = Postings(_NONE, _NONE, None, _NONE)


class SegmentColumns:
    """One segment, mapped.

    Raises:
        IndexDamaged: Its file is missing, cut short or altered.
        IndexForeign: A newer version wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.file = ColumnFile(path)
        self.terms = StringTable(self.file, "terms")
        self.records = StringTable(self.file, "records")
        self.n_docs = len(self.records)
        self._numbers: dict[bytes, int] = {}
        self._regions: dict[str, tuple[str, Uint32, Uint32]] = {}
        self._latest_block = -1, ""

    @property
    def has_pairs(self) -> bool:
        """Whether it holds the places where frequent words are neighbours."""
        return "pairs.keys" in self.file

    @cached_property
    def blocks(self) -> StringTable:
        """The compressed blocks of all texts."""
        return StringTable(self.file, "blocks")

    # Terms and postings

    def term_number(self, term: bytes) -> int:
        """The number of a term, or -1."""
        known = self._numbers.get(term)
        if known is None:
            known = self.terms.find(term)
            if len(self._numbers) >= _MAX_NUMBERS:
                self._numbers.clear()
            self._numbers[term] = known
        return known

    def term_forms(self, number: int) -> Uint32:
        """Rising numbers of the forms that have a term."""
        offsets = self.file.numbers("term_form_offsets")
        return self.file.part("term_forms", offsets[number], offsets[number + 1])

    def list_number(self, field: str, number: int) -> int:
        """The number of a term's list in a field, or -1."""
        if number < 0:
            return -1
        if field == TEXT:
            return int(self._text_lists[number])
        terms = self.file.numbers(f"{field}.terms")
        at = bisect_left(terms, number)
        if at == len(terms) or terms[at] != number:
            return -1
        found: int = self.file.numbers(f"{field}.lists")[at]
        return found

    def text_list(self, term: bytes) -> int:
        """The number of a term's list in `TEXT`, or -1."""
        number = self.term_number(term)
        return int(self._text_lists[number]) if number >= 0 else -1

    @cached_property
    def lists_of_terms(self) -> NDArray[np.int32]:
        """(n_terms) the number of each term's list in `TEXT`, or -1."""
        lists = np.full(len(self.terms), -1, np.int32)
        lists[self.file.array(f"{TEXT}.terms")] = self.file.array(f"{TEXT}.lists")
        return lists

    @cached_property
    def _text_lists(self) -> memoryview:
        return self.lists_of_terms.data

    def postings(self, field: str, number: int) -> Postings:
        """The postings of the term with this number; empty where the field does not hold it."""
        at = self.list_number(field, number)
        if at < 0:
            return NO_POSTINGS
        found = self.lists(field, at, at + 1)
        return replace(found, positions=self.positions(field, at, at + 1))

    def lists(self, field: str, first: int, last: int) -> Postings:
        """The lists `[first, last)` of a field one after another, without positions."""
        file = self.file
        doc_offsets = file.numbers(f"{field}.doc_offsets")
        start, stop = doc_offsets[first], doc_offsets[last]
        return Postings(
            docs=file.part(f"{field}.docs", start, stop),
            counts=file.part(f"{field}.counts", start, stop),
            first_counts=(
                file.part(f"{field}.first_counts", start, stop) if field == TEXT else None
            ),
            positions=_NONE,
        )

    def positions(self, field: str, first: int, last: int) -> Uint32:
        """The positions of the lists `[first, last)` of a field, one list after another."""
        offsets = self.file.numbers(f"{field}.position_offsets")
        return self.file.part(f"{field}.positions", offsets[first], offsets[last])

    def few_positions(self, at: int) -> list[int]:
        """The positions of one list of `TEXT` as whole numbers."""
        offsets = self.file.numbers(f"{TEXT}.position_offsets")
        return self.file.listed(f"{TEXT}.positions", offsets[at], offsets[at + 1])

    def schema_postings(self, name: str, number: int) -> Postings:
        """The postings of a term in a field of the schema: titles and bodies apart."""
        field, first, last = self.region(name)
        found = self.postings(field, number)
        if field == name or found.first_counts is None:
            return found
        is_first = name == REGIONS[field][0]
        counts = found.first_counts if is_first else found.counts - found.first_counts
        docs = np.repeat(found.docs, found.counts)
        inside = (found.positions >= first[docs]) & (found.positions < last[docs])
        kept = counts > 0
        return Postings(found.docs[kept], counts[kept], None, found.positions[inside])

    def schema_terms(self, name: str) -> Uint32:
        """Rising numbers of the terms that a field of the schema holds."""
        field, _, _ = self.region(name)
        terms: Uint32 = self.file.array(f"{field}.terms")
        if field == name or not len(terms):
            return terms
        firsts = self.file.array(f"{field}.first_counts").astype(np.int64)
        if name != REGIONS[field][0]:
            firsts = self.file.array(f"{field}.counts") - firsts
        held = np.add.reduceat(firsts, self.file.array(f"{field}.doc_offsets")[:-1]) > 0
        return terms[held[self.file.array(f"{field}.lists")]]

    def docs_with_value(self, field: str, value: str) -> Uint32:
        """The documents whose value of one of `VALUE_FIELDS` is this, deleted ones included."""
        # Not remembered: indexing asks for the id of every document.
        at = self.list_number(field, self.terms.find(encode(value)))
        if at < 0:
            return _NONE
        offsets = self.file.numbers(f"{field}.doc_offsets")
        return self.file.part(f"{field}.docs", offsets[at], offsets[at + 1])

    # Tokens

    def bounds(self, field: str) -> Uint32:
        """Where each value's positions start, and the end."""
        return self.file.array(f"{field}.bounds")

    def region(self, name: str) -> tuple[str, Uint32, Uint32]:
        """A field of the schema: its columns' name, and each document's first and last position.

        The last position is that of the gap: one past the last word.
        """
        if name not in self._regions:
            for field, names in REGIONS.items():
                if name in names:
                    bounds, at, step = self.bounds(field), names.index(name), len(names)
                    break
            else:
                field, bounds, at, step = name, self.bounds(name), 0, 1
            first, last = bounds[at:-1:step], bounds[at + 1 :: step] - np.uint32(1)
            self._regions[name] = field, first, last
        return self._regions[name]

    def lengths(self, name: str) -> Uint32:
        """Tokens of each document in a field of the schema."""
        _, first, last = self.region(name)
        return last - first

    def starts(self, field: str, first: int, last: int) -> Uint32:
        """First code points of the tokens at positions `[first, last)`."""
        return self.file.part(f"{field}.starts", first, last)

    def ends(self, field: str, first: int, last: int) -> Uint32:
        """Ends of the tokens at positions `[first, last)`, in code points."""
        starts = self.file.part(f"{field}.starts", first, last)
        return starts + self.file.part(f"{field}.lengths", first, last)

    def forms(self, field: str, first: int, last: int) -> Uint32:
        """Forms at positions `[first, last)`; 0 at gaps."""
        return self.file.part(f"{field}.forms", first, last)

    def sentences(self, field: str) -> Uint32:
        """Positions that start a sentence."""
        return self.file.array(f"{field}.sentences")

    def paragraphs(self, field: str) -> Uint32:
        """Positions that start a paragraph."""
        return self.file.array(f"{field}.paragraphs")

    # Documents

    def record(self, doc: int) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        record: dict[str, Any] = json.loads(decode(self.records[doc]))
        return record

    def text_length(self, doc: int) -> int:
        """Code points of a document's text."""
        return int(self.file.array("text_lengths")[doc])

    def text(self, doc: int, start: int = 0, stop: int | None = None) -> str:
        """A document's text between two code points; costs the blocks that hold them."""
        length = self.text_length(doc)
        stop = length if stop is None else min(stop, length)
        if stop <= start:
            return ""
        first = self.file.numbers("doc_blocks")[doc]
        numbers = range(start // TEXT_BLOCK, (stop - 1) // TEXT_BLOCK + 1)
        text = "".join([self._block(first + number) for number in numbers])
        skipped = numbers.start * TEXT_BLOCK
        return text[start - skipped : stop - skipped]

    def _block(self, number: int) -> str:
        """The text of a block; that of the latest is kept, as pieces often come from one."""
        latest, text = self._latest_block
        if latest != number:
            text = decode(_decompressor().decompress(self.blocks[number]))
            self._latest_block = number, text
        return text

    def hashes(self) -> NDArray[np.uint64]:
        """Content hash of each document."""
        return self.file.array("hashes")

    def dates(self) -> NDArray[np.int64]:
        """(n_docs, 2) half-open minutes since year 1; `NO_DATE` where there is none."""
        return self.file.array("dates").reshape(-1, 2)

    def bands(self) -> Uint32:
        """(n_docs, `BANDS`) keys of which near-identical texts share one."""
        return self.file.array("bands").reshape(-1, BANDS)

    def addresses(self) -> NDArray[np.uint64]:
        """(n_docs, 2) what language versions share (`versions.address_hashes`)."""
        return self.file.array("addresses").reshape(-1, 2)

    def anchors(self) -> tuple[Uint32, Uint32]:
        """Where each document's anchors start, and the end; and the anchors, rising for each."""
        return self.file.array("anchor_bounds"), self.file.array("anchors")

    def turns(self) -> TurnTable:
        """The speakers' turns of all documents."""
        offsets = self.file.array("turns.offsets")
        return TurnTable(
            lengths=offsets[1:] - offsets[:-1],
            starts=self.file.array("turns.starts"),
            ends=self.file.array("turns.ends"),
            voices=self.file.array("turns.voices"),
        )

    def facet(self, name: str) -> tuple[list[str], Uint32, Uint32]:
        """A facet's distinct values, where each document's start, and their numbers."""
        values = [decode(value) for value in StringTable(self.file, f"facet.{name}").all()]
        return (
            values,
            self.file.array(f"facet.{name}.offsets_of_docs"),
            self.file.array(f"facet.{name}.values"),
        )

    def facet_values(self, name: str) -> list[tuple[str, ...]]:
        """Each document's values of a facet."""
        values, offsets, numbers = self.facet(name)
        bounds, flat = offsets.tolist(), numbers.tolist()
        return [
            tuple(values[n] for n in flat[bounds[doc] : bounds[doc + 1]])
            for doc in range(self.n_docs)
        ]


_of_thread = threading.local()


def _decompressor() -> zstandard.ZstdDecompressor:
    """This thread's own: one can't serve two at a time."""
    if not hasattr(_of_thread, "decompressor"):
        _of_thread.decompressor = zstandard.ZstdDecompressor()
    found: zstandard.ZstdDecompressor = _of_thread.decompressor
    return found


_MAX_NUMBERS = 10_000
"""Terms whose numbers are remembered."""
