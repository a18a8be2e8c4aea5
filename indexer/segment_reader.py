"""A segment's documents as the batch that made them: the way back from `segment_writer`.

In: a segment's columns. Out: `Batch`es of the documents asked for, so that another index, of this
engine or another, can take them without analysing a text. Reads no more than these documents.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.forms import EXACT_MARK, Form
from dragoman.indexer.forward import (
    LISTED_FIELDS,
    VALUE_FIELDS,
    WORD_FIELDS,
    Batch,
    FieldTokens,
    TurnTable,
    Uint32,
    decode,
)
from dragoman.indexer.inversion import places


class SegmentReader:
    """Reads documents of a segment back; not safe to share.

    Args:
        columns: The segment.
        live: Which of its documents are to be read (n_docs).
    """

    def __init__(self, columns: SegmentColumns, live: NDArray[np.bool_]) -> None:
        self._columns = columns
        self._docs = np.flatnonzero(live)

    def batches(self, max_chars: int) -> Iterator[Batch]:
        """The documents in order, in batches of texts of about so many code points together."""
        lengths = self._columns.file.array("text_lengths")[self._docs].astype(np.int64)
        number = np.cumsum(lengths + 500) // max_chars
        for docs in np.split(self._docs, np.flatnonzero(np.diff(number)) + 1):
            if len(docs):
                yield self._batch(docs)
                self._columns.file.release()

    @cached_property
    def _facets(self) -> dict[str, tuple[list[str], Uint32, Uint32]]:
        return {name: self._columns.facet(name) for name in LISTED_FIELDS}

    def _batch(self, docs: NDArray[np.int64]) -> Batch:
        columns = self._columns
        blocks = columns.file.array("doc_blocks")
        bounds, anchors = columns.anchors()
        fields = {name: self._tokens(name, docs) for name in (*WORD_FIELDS, *VALUE_FIELDS)}
        used = np.unique(np.concatenate([[0], *(tokens.forms for tokens in fields.values())]))
        return Batch(
            records=[columns.records[doc] for doc in docs.tolist()],
            hashes=columns.hashes()[docs],
            text_blocks=[
                columns.blocks.range(int(blocks[doc]), int(blocks[doc + 1]))
                for doc in docs.tolist()
            ],
            text_lengths=columns.file.array("text_lengths")[docs],
            text_bytes=columns.file.array("text_bytes")[docs],
            dates=columns.dates()[docs],
            facets={name: self._values(name, docs) for name in LISTED_FIELDS},
            fields={
                name: FieldTokens(
                    lengths=tokens.lengths,
                    forms=used.searchsorted(tokens.forms).astype(np.uint32),
                    starts=tokens.starts,
                    ends=tokens.ends,
                    sentences=tokens.sentences,
                    paragraphs=tokens.paragraphs,
                )
                for name, tokens in fields.items()
            },
            bands=columns.bands()[docs],
            anchors=[anchors[bounds[doc] : bounds[doc + 1]] for doc in docs.tolist()],
            addresses=columns.addresses()[docs],
            turns=self._turns(docs),
            vocabulary=self._forms(used),
        )

    def _tokens(self, name: str, docs: NDArray[np.int64]) -> FieldTokens:
        """The tokens of some documents in a field of the schema."""
        field, first, last = self._columns.region(name)
        firsts, lasts = first[docs].astype(np.int64), last[docs].astype(np.int64)
        low, high = int(firsts[0]), int(lasts[-1])
        lengths = lasts - firsts
        taken = places(firsts - low, lengths)
        starts = ends = np.zeros(len(taken), np.uint32)
        sentences = paragraphs = np.zeros(0, np.uint32)
        if name not in VALUE_FIELDS:
            starts = self._columns.starts(field, low, high)[taken]
            ends = self._columns.ends(field, low, high)[taken]
            shifts = np.cumsum(lengths) - lengths - firsts
            sentences = _tokens_at(self._columns.sentences(field), firsts, lasts, shifts)
            paragraphs = _tokens_at(self._columns.paragraphs(field), firsts, lasts, shifts)
        return FieldTokens(
            lengths=lengths.astype(np.uint32),
            forms=self._columns.forms(field, low, high)[taken],
            starts=starts,
            ends=ends,
            sentences=sentences,
            paragraphs=paragraphs,
        )

    def _values(self, name: str, docs: NDArray[np.int64]) -> list[tuple[str, ...]]:
        """Some documents' values of a listed field."""
        values, offsets, numbers = self._facets[name]
        return [
            tuple(values[n] for n in numbers[offsets[doc] : offsets[doc + 1]].tolist())
            for doc in docs.tolist()
        ]

    def _turns(self, docs: NDArray[np.int64]) -> TurnTable:
        file = self._columns.file
        offsets = file.array("turns.offsets").astype(np.int64)
        lengths = (offsets[1:] - offsets[:-1])[docs]
        taken = places(offsets[docs], lengths)
        return TurnTable(
            lengths=lengths.astype(np.uint32),
            starts=file.array("turns.starts")[taken],
            ends=file.array("turns.ends")[taken],
            voices=file.array("turns.voices")[taken],
        )

    def _forms(self, numbers: NDArray[np.int64]) -> list[Form]:
        """The forms with these rising numbers; the first is `GAP`."""
        offsets = self._columns.file.array("form_offsets").astype(np.int64)
        lengths = (offsets[1:] - offsets[:-1])[numbers]
        terms = self._columns.file.array("form_terms")[places(offsets[numbers], lengths)]
        text = {n: decode(self._columns.terms[n]) for n in np.unique(terms).tolist()}
        found, at = [], 0
        for length in lengths.tolist():
            of_form = [text[n] for n in terms[at : at + length].tolist()]
            is_exact = len(of_form) > 1 and of_form[-1].startswith(EXACT_MARK)
            exact = of_form.pop() if is_exact else ""
            found.append(Form(exact, tuple(of_form)))
            at += length
        return found


def _tokens_at(
    positions: Uint32,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    shifts: NDArray[np.int64],
) -> Uint32:
    """The numbers of the tokens at those positions that lie in one of the ranges."""
    low, high = positions.searchsorted([firsts[0], lasts[-1]])
    inside = positions[low:high].astype(np.int64)
    of = firsts.searchsorted(inside, side="right") - 1
    kept = inside < lasts[of]
    return (inside + shifts[of])[kept].astype(np.uint32)
