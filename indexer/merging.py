"""Several segments into one, deleted documents dropped, without analysing or inverting anew.

In: segments with the documents to keep. Out: one column file, as `segment_writer` would have
written it. Lists are joined a range of terms at a time, so memory grows with the vocabulary and
the number of documents, not with the length of the texts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import Array, ColumnFileWriter, add_string_parts
from dragoman.indexer.columns import FIELDS, REGIONS, TEXT, SegmentColumns
from dragoman.indexer.forward import LISTED_FIELDS, VALUE_FIELDS, TurnTable, Uint32
from dragoman.indexer.inversion import (
    PostingLists,
    Terms,
    adjacent_pairs,
    offsets_of,
    places,
)
from dragoman.indexer.segment_writer import (
    write_facet,
    write_list_directory,
    write_pairs,
    write_terms,
    write_turns,
)

POSITIONS_AT_ONCE = 2_000_000
"""Positions that are joined in memory at a time."""


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge, and which of its documents to keep (n_docs)."""

    columns: SegmentColumns
    keep: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The joined vocabulary, and the new number of each source's terms and forms."""

    terms: Terms
    term_numbers: list[NDArray[np.int64]]
    form_numbers: list[Uint32]


def merge_segments(path: Path, sources: Sequence[Source]) -> None:
    """Writes one segment of the kept documents, in order, to a new file.

    Raises:
        FileExistsError: There is a file at the path.
    """
    vocabulary = _joined_vocabulary(sources)
    with ColumnFileWriter(path) as writer:
        _write_documents(writer, sources)
        write_terms(writer, vocabulary.terms)
        for name in FIELDS:
            _write_field(writer, name, sources, vocabulary)


# Documents


def _write_documents(writer: ColumnFileWriter, sources: Sequence[Source]) -> None:
    kept = [np.flatnonzero(source.keep).tolist() for source in sources]
    add_string_parts(
        writer,
        "records",
        (
            part
            for source in sources
            for part in source.columns.records.parts(np.flatnonzero(source.keep))
        ),
    )
    for name in ("hashes", "text_lengths", "text_bytes"):
        parts = [source.columns.file.array(name)[source.keep] for source in sources]
        writer.add(name, np.concatenate(parts))
    dates = [source.columns.dates()[source.keep] for source in sources]
    writer.add("dates", np.concatenate(dates).reshape(-1))
    bands = [source.columns.bands()[source.keep] for source in sources]
    writer.add("bands", np.concatenate(bands).reshape(-1))
    addresses = [source.columns.addresses()[source.keep] for source in sources]
    writer.add("addresses", np.concatenate(addresses).reshape(-1))
    n_anchors = [np.diff(source.columns.anchors()[0]) for source in sources]
    kept_anchors = [each[source.keep] for each, source in zip(n_anchors, sources, strict=True)]
    writer.add("anchor_bounds", offsets_of(np.concatenate(kept_anchors)))
    anchors = (
        source.columns.anchors()[1][np.repeat(source.keep, each)]
        for each, source in zip(n_anchors, sources, strict=True)
    )
    writer.add_parts("anchors", np.dtype(np.uint32), anchors)
    n_blocks = []
    chosen = []
    for source in sources:
        bounds: Uint32 = source.columns.file.array("doc_blocks")
        each = bounds[1:] - bounds[:-1]
        n_blocks.append(each[source.keep])
        chosen.append(np.flatnonzero(np.repeat(source.keep, each)))
    add_string_parts(
        writer,
        "blocks",
        (
            part
            for source, numbers in zip(sources, chosen, strict=True)
            for part in source.columns.blocks.parts(numbers)
        ),
    )
    writer.add("doc_blocks", offsets_of(np.concatenate(n_blocks)))
    for source in sources:
        source.columns.file.release()
    for name in LISTED_FIELDS:
        values = [source.columns.facet_values(name) for source in sources]
        flat = [of[doc] for of, docs in zip(values, kept, strict=True) for doc in docs]
        write_facet(writer, name, flat)
    write_turns(writer, _kept_turns(sources))


def _kept_turns(sources: Sequence[Source]) -> TurnTable:
    """The turns of the kept documents; they count positions in their own document."""
    tables = []
    for source in sources:
        turns = source.columns.turns()
        kept = np.repeat(source.keep, turns.lengths)
        tables.append(
            TurnTable(
                turns.lengths[source.keep], turns.starts[kept], turns.ends[kept], turns.voices[kept]
            )
        )
    return TurnTable(
        lengths=np.concatenate([table.lengths for table in tables]),
        starts=np.concatenate([table.starts for table in tables]),
        ends=np.concatenate([table.ends for table in tables]),
        voices=np.concatenate([table.voices for table in tables]),
    )


# Terms


def _joined_vocabulary(sources: Sequence[Source]) -> _Vocabulary:
    used = [_used_forms(source) for source in sources]
    files = [source.columns.file for source in sources]
    strings = [source.columns.terms.all() for source in sources]
    held = []
    for file, of_file in zip(files, used, strict=True):
        per_form = np.diff(file.array("form_offsets"))
        is_held = np.zeros(len(file.array("term_form_offsets")) - 1, bool)
        is_held[file.array("form_terms")[np.repeat(of_file, per_form)]] = True
        held.append(is_held)
    joined = sorted(
        {
            terms[number]
            for terms, is_held in zip(strings, held, strict=True)
            for number in np.flatnonzero(is_held).tolist()
        }
    )
    number_of = {term: number for number, term in enumerate(joined)}
    term_numbers = [
        np.array([number_of.get(term, -1) for term in terms], np.int64) for terms in strings
    ]
    forms: dict[bytes, int] = {b"": 0}  # the gap has no terms
    form_numbers = []
    for file, of_source, numbers in zip(files, used, term_numbers, strict=True):
        offsets = file.array("form_offsets").tolist()
        new_terms = numbers[file.array("form_terms")].astype(np.uint32)
        new_numbers = np.zeros(len(of_source), np.uint32)
        for form in np.flatnonzero(of_source).tolist():
            key = new_terms[offsets[form] : offsets[form + 1]].tobytes()
            new_numbers[form] = forms.setdefault(key, len(forms))
        form_numbers.append(new_numbers)
    flat = np.frombuffer(b"".join(forms), np.uint32)
    terms = Terms.numbered(joined, offsets_of([len(key) // 4 for key in forms]), flat)
    return _Vocabulary(terms, term_numbers, form_numbers)


def _used_forms(source: Source) -> NDArray[np.bool_]:
    """The forms that stand in a kept document."""
    file = source.columns.file
    used = np.zeros(len(file.array("form_offsets")) - 1, bool)
    for name in FIELDS:
        forms = file.array(f"{name}.forms")
        if source.keep.all():
            used[forms] = True
            continue
        bounds, regions = source.columns.bounds(name), len(REGIONS.get(name, (name,)))
        used[forms[np.repeat(np.repeat(source.keep, regions), np.diff(bounds))]] = True
    used[0] = False
    return used


# Fields


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where a source's documents and positions of one field go in the joined segment.

    Attributes:
        docs: New number of each document; of dropped ones any.
        shifts: What is added to the positions of each document.
        is_kept: Which positions stay, or None where all do.
        lengths: Positions of each kept value, with its gap.
    """

    docs: NDArray[np.int64]
    shifts: NDArray[np.int64]
    is_kept: NDArray[np.bool_] | None
    lengths: NDArray[np.int64]


def _moves(name: str, regions: int, sources: Sequence[Source]) -> Iterator[_Moved]:
    n_docs = n_positions = 0
    for source in sources:
        bounds = source.columns.bounds(name).astype(np.int64)
        of_value = np.diff(bounds)
        keeps_all = bool(source.keep.all())
        kept_values = np.repeat(source.keep, regions)
        of_doc = np.diff(bounds[::regions]) * source.keep
        starts = n_positions + np.cumsum(of_doc) - of_doc
        yield _Moved(
            docs=n_docs + np.cumsum(source.keep) - 1,
            shifts=starts - bounds[:-1:regions],
            is_kept=None if keeps_all else np.repeat(kept_values, of_value),
            lengths=of_value[kept_values],
        )
        n_docs += int(source.keep.sum())
        n_positions += int(of_doc.sum())


def _write_field(
    writer: ColumnFileWriter, name: str, sources: Sequence[Source], vocabulary: _Vocabulary
) -> None:
    regions = len(REGIONS.get(name, (name,)))
    moves = list(_moves(name, regions, sources))
    writer.add(f"{name}.bounds", offsets_of(np.concatenate([move.lengths for move in moves])))

    def kept(array: str) -> Iterator[Array]:
        for source, move in zip(sources, moves, strict=True):
            part = source.columns.file.array(f"{name}.{array}")
            yield part if move.is_kept is None else part[move.is_kept]
            source.columns.file.release()

    forms = (
        numbers[part] for numbers, part in zip(vocabulary.form_numbers, kept("forms"), strict=True)
    )
    writer.add_parts(f"{name}.forms", np.dtype(np.uint32), forms)
    if name not in VALUE_FIELDS:
        writer.add_parts(f"{name}.starts", np.dtype(np.uint32), kept("starts"))
        widest = max(s.columns.file.array(f"{name}.lengths").dtype for s in sources)
        writer.add_parts(f"{name}.lengths", widest, kept("lengths"))
        for unit in ("sentences", "paragraphs"):
            parts = (
                _moved_units(source, move, f"{name}.{unit}", name, regions)
                for source, move in zip(sources, moves, strict=True)
            )
            writer.add_parts(f"{name}.{unit}", np.dtype(np.uint32), parts)
    lists = _ListMerger(name, sources, moves, vocabulary).write(writer)
    if name == TEXT:
        joined_forms = writer.written(f"{name}.forms")
        n_tokens = len(joined_forms) - regions * sum(int(s.keep.sum()) for s in sources)
        write_pairs(writer, adjacent_pairs(lists, joined_forms, vocabulary.terms, n_tokens))


def _moved_units(
    source: Source, move: _Moved, array: str, name: str, regions: int
) -> NDArray[np.int64]:
    """Positions that start a sentence or paragraph, those of dropped documents left out."""
    positions = source.columns.file.array(array)
    docs = source.columns.bounds(name)[::regions].searchsorted(positions, side="right") - 1
    kept = source.keep[docs]
    return positions[kept] + move.shifts[docs[kept]]


class _ListMerger:
    """Joins the lists of one field, a range of terms at a time."""

    def __init__(
        self,
        name: str,
        sources: Sequence[Source],
        moves: Sequence[_Moved],
        vocabulary: _Vocabulary,
    ) -> None:
        self._name = name
        self._sources = sources
        self._moves = moves
        self._canonical = vocabulary.terms.canonical
        n_terms = len(self._canonical)
        self._terms = np.unique(self._canonical)
        self._lists = np.stack(
            [
                _list_numbers(source.columns, name, numbers, n_terms)[self._terms]
                for source, numbers in zip(sources, vocabulary.term_numbers, strict=True)
            ],
            axis=1,
        )  # (n_terms, n_sources); -1 where a source does not have the term
        held = (self._lists >= 0).any(axis=1)
        self._terms, self._lists = self._terms[held], self._lists[held]
        self._sizes: list[tuple[Array, Array]] = []

    def write(self, writer: ColumnFileWriter) -> PostingLists:
        """Writes the lists and what finds them."""
        name = self._name
        streams = {
            "docs": np.dtype(np.uint32),
            "counts": self._widest("counts"),
            "first_counts": self._widest("first_counts") if name == TEXT else None,
            "positions": np.dtype(np.uint32),
        }
        for array, dtype in streams.items():
            if dtype is None:
                continue
            self._sizes = []
            parts = (self._joined(array, first, last) for first, last in self._ranges())
            writer.add_parts(f"{name}.{array}", dtype, parts)
        n_docs = np.concatenate([docs for docs, _ in self._sizes] or [np.zeros(0, np.int64)])
        n_positions = np.concatenate([n for _, n in self._sizes] or [np.zeros(0, np.int64)])
        filled = n_docs > 0
        terms = self._terms[filled]
        write_list_directory(writer, name, terms, self._canonical)
        doc_offsets, position_offsets = offsets_of(n_docs[filled]), offsets_of(n_positions[filled])
        writer.add(f"{name}.doc_offsets", doc_offsets)
        writer.add(f"{name}.position_offsets", position_offsets)
        docs, counts, positions = (
            writer.written(f"{name}.{array}") for array in ("docs", "counts", "positions")
        )
        return PostingLists(terms, doc_offsets, position_offsets, docs, counts, counts, positions)

    def _widest(self, array: str) -> "np.dtype[np.unsignedinteger]":
        return max(s.columns.file.array(f"{self._name}.{array}").dtype for s in self._sources)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of terms that have some `POSITIONS_AT_ONCE` positions together."""
        totals = np.zeros(len(self._terms), np.int64)
        if not len(totals):
            return
        for at, source in enumerate(self._sources):
            offsets = source.columns.file.array(f"{self._name}.position_offsets").astype(np.int64)
            lists = self._lists[:, at]
            totals += np.where(lists >= 0, np.diff(offsets)[lists], 0) if len(offsets) > 1 else 0
        group = np.cumsum(totals) // POSITIONS_AT_ONCE
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        yield from zip(starts.tolist(), [*starts[1:].tolist(), len(totals)], strict=True)

    def _joined(self, array: str, first: int, last: int) -> Array:
        """One array of the lists of a range of terms, term by term, source by source."""
        parts, n_docs, n_positions = [], [], []
        for at in range(len(self._sources)):
            values, docs_each, positions_each = self._of_source(array, at, first, last)
            parts.append(values)
            n_docs.append(docs_each)
            n_positions.append(positions_each)
        sizes = n_positions if array == "positions" else n_docs
        self._sizes.append((np.sum(n_docs, axis=0), np.sum(n_positions, axis=0)))
        each = np.stack(sizes, axis=1)
        starts = (np.cumsum(each) - each.reshape(-1)).reshape(each.shape)
        joined = np.empty(int(each.sum()), np.uint32)
        for at, values in enumerate(parts):
            joined[places(starts[:, at], each[:, at])] = values
        return joined

    def _of_source(self, array: str, at: int, first: int, last: int) -> tuple[Array, Array, Array]:
        """Values of one source, and how many documents and positions each term has there."""
        source, move = self._sources[at], self._moves[at]
        file, name = source.columns.file, self._name
        lists = self._lists[first:last, at]
        held = np.flatnonzero(lists >= 0)
        lists = lists[held]
        doc_offsets = file.array(f"{name}.doc_offsets").astype(np.int64)
        where = places(doc_offsets[lists], doc_offsets[lists + 1] - doc_offsets[lists])
        term = np.repeat(held, doc_offsets[lists + 1] - doc_offsets[lists])
        docs, counts = file.array(f"{name}.docs")[where], file.array(f"{name}.counts")[where]
        all_counts = counts
        kept = source.keep[docs]
        keeps_all = bool(kept.all())
        if not keeps_all:
            where, term, docs, counts = where[kept], term[kept], docs[kept], counts[kept]
        n_docs = np.bincount(term, minlength=last - first)
        n_positions = np.bincount(term, counts, last - first).astype(np.int64)
        if array == "docs":
            values = move.docs[docs]
        elif array == "positions":
            offsets = file.array(f"{name}.position_offsets").astype(np.int64)
            place = places(offsets[lists], offsets[lists + 1] - offsets[lists])
            positions = file.array(f"{name}.positions")[place]
            if not keeps_all:
                positions = positions[np.repeat(kept, all_counts)]
            values = positions + np.repeat(move.shifts[docs], counts)
        else:
            values = file.array(f"{name}.{array}")[where]
        file.release()
        return values, n_docs, n_positions


def _list_numbers(
    columns: SegmentColumns, name: str, new_numbers: NDArray[np.int64], n_terms: int
) -> NDArray[np.int64]:
    """For each new term number the number of its list in a segment, or -1."""
    terms, lists = columns.file.array(f"{name}.terms"), columns.file.array(f"{name}.lists")
    found = np.full(n_terms, -1, np.int64)
    numbers = new_numbers[terms]
    found[numbers[numbers >= 0]] = lists[numbers >= 0]
    return found
