"""A segment's arrays: a batch inverted and written once, and mapped to read.

In: a `Batch` of analysed documents. Out: one column file, and `SegmentColumns` over it. Positions
are numbers of tokens in a field over the whole segment: document d of field f holds the positions
`[base[d], base[d + 1])`. Evaluates no query and knows nothing of Whoosh.

Arrays of a field f: `f.base` (n_docs + 1), `f.forms`, `f.starts`, `f.ends` (a token each),
`f.sentences`, `f.paragraphs` (positions that start one), and the postings: `f.terms` (rising term
numbers that the field holds), `f.term_docs` (where each term's documents start), `f.docs`,
`f.doc_positions` (where each posting's positions start), `f.positions`.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from dragoman.indexer.analysis import Form
from dragoman.indexer.columnfile import (
    Array,
    ColumnFile,
    ColumnFileWriter,
    StringTable,
    add_strings,
)
from dragoman.indexer.forward import (
    FACET_FIELDS,
    TEXT_BLOCK,
    VALUE_FIELDS,
    WORD_FIELDS,
    Batch,
    FieldTokens,
    Uint32,
    decode,
    encode,
)
from numpy.typing import NDArray

_NONE = np.zeros(0, np.uint32)


def write_segment(path: Path, batch: Batch) -> None:
    """Inverts a batch and writes it to a new file.

    Raises:
        FileExistsError: There is a file at the path.
    """
    terms, form_offsets, form_terms = _number_terms(batch.vocabulary)
    with ColumnFileWriter(path) as writer:
        add_strings(writer, "records", batch.records)
        writer.add("hashes", batch.hashes)
        add_strings(writer, "blocks", [block for blocks in batch.text_blocks for block in blocks])
        writer.add("doc_blocks", _offsets([len(blocks) for blocks in batch.text_blocks]))
        writer.add("text_lengths", batch.text_lengths)
        writer.add("text_bytes", batch.text_bytes)
        writer.add("dates", batch.dates.reshape(-1))
        for name, values in batch.facets.items():
            _write_facet(writer, name, values)
        add_strings(writer, "terms", terms)
        add_strings(writer, "exact", [encode(form.exact) for form in batch.vocabulary])
        writer.add("form_offsets", form_offsets)
        writer.add("form_terms", form_terms)
        for name, tokens in batch.fields.items():
            _write_field(writer, name, tokens, form_offsets, form_terms)


def _offsets(lengths: Any) -> Uint32:
    offsets = np.zeros(len(lengths) + 1, np.uint32)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _number_terms(vocabulary: list[Form]) -> tuple[list[bytes], Uint32, Uint32]:
    """The sorted terms, and for each form where its term numbers start, and those numbers."""
    of_form = [
        [encode(key) for key in form.keys] + ([encode(form.exact)] if form.exact else [])
        for form in vocabulary
    ]
    terms = sorted({term for terms in of_form for term in terms})
    number = {term: i for i, term in enumerate(terms)}
    flat = np.array([number[term] for terms in of_form for term in terms], np.uint32)
    return terms, _offsets([len(terms) for terms in of_form]), flat


def _write_facet(writer: ColumnFileWriter, name: str, values: list[tuple[str, ...]]) -> None:
    distinct = sorted({value for several in values for value in several})
    number = {value: i for i, value in enumerate(distinct)}
    flat = [number[value] for several in values for value in several]
    add_strings(writer, f"facet.{name}", [encode(value) for value in distinct])
    writer.add(f"facet.{name}.offsets_of_docs", _offsets([len(several) for several in values]))
    writer.add(f"facet.{name}.values", np.array(flat, np.uint32))


def _write_field(
    writer: ColumnFileWriter,
    name: str,
    tokens: FieldTokens,
    form_offsets: Uint32,
    form_terms: Uint32,
) -> None:
    base = _offsets(tokens.lengths)
    writer.add(f"{name}.base", base)
    for part in ("forms", "starts", "ends", "sentences", "paragraphs"):
        writer.add(f"{name}.{part}", getattr(tokens, part))
    # One sort of (term, position) pairs, each packed into 64 bits, is the whole inversion.
    per_token = np.diff(form_offsets)[tokens.forms]
    ends = np.cumsum(per_token, dtype=np.int64)
    n_pairs = int(ends[-1]) if len(ends) else 0
    place = np.arange(n_pairs) - np.repeat(ends - per_token, per_token)
    place += np.repeat(form_offsets[tokens.forms], per_token)
    pairs = form_terms[place].astype(np.uint64) << np.uint64(32)
    del place
    pairs |= np.repeat(np.arange(len(tokens.forms), dtype=np.uint64), per_token)
    pairs.sort()
    term = (pairs >> np.uint64(32)).astype(np.uint32)
    positions = (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    del pairs
    doc = np.repeat(np.arange(len(tokens.lengths), dtype=np.uint32), tokens.lengths)[positions]
    new = np.ones(len(term), bool)
    new[1:] = (term[1:] != term[:-1]) | (doc[1:] != doc[:-1])
    first = np.flatnonzero(new)
    posting_terms = term[first]
    distinct, starts = np.unique(posting_terms, return_index=True)
    writer.add(f"{name}.terms", distinct)
    writer.add(f"{name}.term_docs", np.append(starts, len(first)).astype(np.uint32))
    writer.add(f"{name}.docs", doc[first])
    writer.add(f"{name}.doc_positions", np.append(first, len(term)).astype(np.uint32))
    writer.add(f"{name}.positions", positions)


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands in a field of a segment.

    Attributes:
        docs: Rising document numbers (n).
        starts: Where each document's positions start in `positions`, and their end (n + 1).
        positions: Rising positions.
    """

    docs: Uint32
    starts: Uint32
    positions: Uint32

    @property
    def counts(self) -> Uint32:
        """Occurrences in each document."""
        return np.diff(self.starts)


NO_POSTINGS = Postings(_NONE, np.zeros(1, np.uint32), _NONE)


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

    @cached_property
    def _blocks(self) -> StringTable:
        return StringTable(self.file, "blocks")

    @cached_property
    def _exact(self) -> StringTable:
        return StringTable(self.file, "exact")

    # Terms and postings

    def term_number(self, term: bytes) -> int:
        """The number of a term, or -1."""
        number = self.terms.bisect(term)
        return number if number < len(self.terms) and self.terms[number] == term else -1

    def postings(self, field: str, number: int) -> Postings:
        """The postings of the term with this number; empty where the field does not hold it."""
        terms = self.file.array(f"{field}.terms")
        at = int(np.searchsorted(terms, number)) if number >= 0 else len(terms)
        if at == len(terms) or terms[at] != number:
            return NO_POSTINGS
        first, last = self.file.array(f"{field}.term_docs")[at : at + 2].tolist()
        starts = self.file.part(f"{field}.doc_positions", first, last + 1)
        start, stop = int(starts[0]), int(starts[-1])
        return Postings(
            docs=self.file.part(f"{field}.docs", first, last),
            starts=starts - starts[0],
            positions=self.file.part(f"{field}.positions", start, stop),
        )

    def docs_with_value(self, field: str, value: str) -> Uint32:
        """The documents whose value of one of `VALUE_FIELDS` is this, deleted ones included."""
        return self.postings(field, self.term_number(encode(value))).docs

    # Tokens

    def base(self, field: str) -> Uint32:
        """Where each document's positions start, and the end (n_docs + 1)."""
        return self.file.array(f"{field}.base")

    def lengths(self, field: str) -> Uint32:
        """Tokens of each document."""
        return np.diff(self.base(field))

    def starts(self, field: str, first: int, last: int) -> Uint32:
        """First code points of the tokens at positions `[first, last)`."""
        return self.file.part(f"{field}.starts", first, last)

    def ends(self, field: str, first: int, last: int) -> Uint32:
        """Ends of the tokens at positions `[first, last)`, in code points."""
        return self.file.part(f"{field}.ends", first, last)

    def sentences(self, field: str) -> Uint32:
        """Positions that start a sentence."""
        return self.file.array(f"{field}.sentences")

    def paragraphs(self, field: str) -> Uint32:
        """Positions that start a paragraph."""
        return self.file.array(f"{field}.paragraphs")

    # Documents

    def record(self, doc: int) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        record: dict[str, Any] = json.loads(self.records[doc])
        return record

    def text_length(self, doc: int) -> int:
        """Code points of a document's text."""
        return int(self.file.array("text_lengths")[doc])

    def text(self, doc: int, start: int = 0, stop: int | None = None) -> str:
        """A document's text between two code points; costs the blocks that hold them."""
        stop = self.text_length(doc) if stop is None else min(stop, self.text_length(doc))
        if stop <= start:
            return ""
        first = int(self.file.array("doc_blocks")[doc])
        decompressor = zstandard.ZstdDecompressor()
        numbers = range(start // TEXT_BLOCK, (stop - 1) // TEXT_BLOCK + 1)
        text = "".join(
            decode(decompressor.decompress(self._blocks[first + number])) for number in numbers
        )
        skipped = numbers.start * TEXT_BLOCK
        return text[start - skipped : stop - skipped]

    def hashes(self) -> NDArray[np.uint64]:
        """Content hash of each document."""
        return self.file.array("hashes")

    def dates(self) -> NDArray[np.int64]:
        """(n_docs, 2) half-open minutes since year 1; `NO_DATE` where there is none."""
        return self.file.array("dates").reshape(-1, 2)

    def facet(self, name: str) -> tuple[list[str], Uint32, Uint32]:
        """A facet's distinct values, where each document's start (n_docs + 1), and their numbers."""
        values = [decode(value) for value in StringTable(self.file, f"facet.{name}").all()]
        return (
            values,
            self.file.array(f"facet.{name}.offsets_of_docs"),
            self.file.array(f"facet.{name}.values"),
        )

    # Merging

    def batch(self, keep: NDArray[np.bool_]) -> Batch:
        """The documents where `keep` (n_docs) is true, as they were before inversion."""
        kept = np.flatnonzero(keep).tolist()
        fields = {name: self._tokens(name, keep) for name in (*WORD_FIELDS, *VALUE_FIELDS)}
        vocabulary, fields = self._vocabulary_of(fields)
        blocks, doc_blocks = self._blocks.all(), self.file.array("doc_blocks").tolist()
        records = self.records.all()
        facets = {}
        for name in FACET_FIELDS:
            values, offsets, numbers = self.facet(name)
            facets[name] = [
                tuple(values[n] for n in numbers[offsets[d] : offsets[d + 1]].tolist())
                for d in kept
            ]
        return Batch(
            records=[records[d] for d in kept],
            hashes=self.hashes()[keep],
            text_blocks=[blocks[doc_blocks[d] : doc_blocks[d + 1]] for d in kept],
            text_lengths=self.file.array("text_lengths")[keep],
            text_bytes=self.file.array("text_bytes")[keep],
            dates=self.dates()[keep],
            facets=facets,
            fields=fields,
            vocabulary=vocabulary,
        )

    def _tokens(self, name: str, keep: NDArray[np.bool_]) -> FieldTokens:
        lengths = self.lengths(name)
        kept_tokens = np.repeat(keep, lengths)
        new_number = np.cumsum(kept_tokens, dtype=np.int64) - 1

        def part(array: str) -> Array:
            return self.file.array(f"{name}.{array}")

        def renumbered(array: str) -> Uint32:
            positions = part(array)
            return new_number[positions[kept_tokens[positions]]].astype(np.uint32)

        return FieldTokens(
            lengths=lengths[keep],
            forms=part("forms")[kept_tokens],
            starts=part("starts")[kept_tokens],
            ends=part("ends")[kept_tokens],
            sentences=renumbered("sentences"),
            paragraphs=renumbered("paragraphs"),
        )

    def _vocabulary_of(
        self, fields: dict[str, FieldTokens]
    ) -> tuple[list[Form], dict[str, FieldTokens]]:
        """Only the forms that are still used, and the fields renumbered to them."""
        exact, terms = self._exact.all(), self.terms.all()
        offsets, numbers = self.file.array("form_offsets"), self.file.array("form_terms")
        used = np.zeros(len(exact), bool)
        for tokens in fields.values():
            used[tokens.forms] = True
        new_number = (np.cumsum(used) - 1).astype(np.uint32)
        vocabulary = []
        for form in np.flatnonzero(used).tolist():
            of_form = [terms[n] for n in numbers[offsets[form] : offsets[form + 1]].tolist()]
            keys = of_form[:-1] if exact[form] else of_form
            vocabulary.append(
                Form(exact=decode(exact[form]), keys=tuple(decode(key) for key in keys))
            )
        renumbered = {
            name: FieldTokens(
                lengths=tokens.lengths,
                forms=new_number[tokens.forms],
                starts=tokens.starts,
                ends=tokens.ends,
                sentences=tokens.sentences,
                paragraphs=tokens.paragraphs,
            )
            for name, tokens in fields.items()
        }
        return vocabulary, renumbered
