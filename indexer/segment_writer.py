"""A batch of analysed documents inverted and written as one segment's file.

In: a `Batch`. Out: a column file that `columns.SegmentColumns` reads. Which arrays there are is
told there.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import ColumnFileWriter, add_strings
from dragoman.indexer.columns import FIELDS, REGIONS, TEXT
from dragoman.indexer.forward import (
    VALUE_FIELDS,
    Batch,
    FieldTokens,
    TurnTable,
    Uint32,
    encode,
)
from dragoman.indexer.inversion import (
    AdjacentPairs,
    PostingLists,
    Terms,
    adjacent_pairs,
    invert,
    narrow,
    offsets_of,
)


def write_segment(path: Path, batch: Batch, *, with_pairs: bool = True) -> None:
    """Inverts a batch and writes it to a new file.

    Args:
        path: Where to.
        batch: Analysed documents.
        with_pairs: Whether places of neighbouring frequent words are written too.

    Raises:
        FileExistsError: There is a file at the path.
    """
    terms = Terms.of(batch.vocabulary)
    with ColumnFileWriter(path) as writer:
        add_strings(writer, "records", batch.records)
        writer.add("hashes", batch.hashes)
        add_strings(writer, "blocks", [block for blocks in batch.text_blocks for block in blocks])
        writer.add("doc_blocks", offsets_of([len(blocks) for blocks in batch.text_blocks]))
        writer.add("text_lengths", batch.text_lengths)
        writer.add("text_bytes", batch.text_bytes)
        writer.add("dates", batch.dates.reshape(-1))
        writer.add("bands", batch.bands.reshape(-1))
        writer.add("addresses", batch.addresses.reshape(-1))
        writer.add("anchor_bounds", offsets_of([len(anchors) for anchors in batch.anchors]))
        writer.add_parts("anchors", np.dtype(np.uint32), batch.anchors)
        for name, values in batch.facets.items():
            write_facet(writer, name, values)
        write_turns(writer, batch.turns)
        write_terms(writer, terms)
        list_offsets, list_terms = terms.lists_of_forms()
        for name in FIELDS:
            values_of = [batch.fields[region] for region in REGIONS.get(name, (name,))]
            layout = _Layout(values_of)
            layout.write(writer, name)
            lists = invert(layout.forms, layout.bounds, len(values_of), list_offsets, list_terms)
            write_lists(writer, name, lists, terms.canonical)
            if name == TEXT and with_pairs:
                n_tokens = sum(len(tokens.forms) for tokens in values_of)
                write_pairs(writer, adjacent_pairs(lists, layout.forms, terms, n_tokens))


def write_facet(writer: ColumnFileWriter, name: str, values: list[tuple[str, ...]]) -> None:
    """Writes a facet: its distinct values, and their numbers for each document."""
    distinct = sorted({value for several in values for value in several})
    number = {value: i for i, value in enumerate(distinct)}
    flat = [number[value] for several in values for value in several]
    add_strings(writer, f"facet.{name}", [encode(value) for value in distinct])
    writer.add(f"facet.{name}.offsets_of_docs", offsets_of([len(several) for several in values]))
    writer.add(f"facet.{name}.values", np.array(flat, np.uint32))


def write_turns(writer: ColumnFileWriter, turns: TurnTable) -> None:
    """Writes the speakers' turns."""
    writer.add("turns.offsets", offsets_of(turns.lengths))
    writer.add("turns.starts", turns.starts)
    writer.add("turns.ends", turns.ends)
    writer.add("turns.voices", turns.voices)


def write_terms(writer: ColumnFileWriter, terms: Terms) -> None:
    """Writes the terms and what connects them with forms."""
    add_strings(writer, "terms", terms.strings, is_sorted=True)
    writer.add("form_offsets", terms.form_offsets)
    writer.add("form_terms", terms.form_terms)
    term_offsets, term_forms = terms.forms()
    writer.add("term_form_offsets", term_offsets)
    writer.add("term_forms", term_forms)


def write_lists(
    writer: ColumnFileWriter, name: str, lists: PostingLists, canonical: Uint32
) -> None:
    """Writes the postings of a field whole."""
    write_list_directory(writer, name, lists.terms, canonical)
    writer.add(f"{name}.doc_offsets", lists.doc_offsets)
    writer.add(f"{name}.position_offsets", lists.position_offsets)
    writer.add(f"{name}.docs", lists.docs)
    writer.add(f"{name}.counts", lists.counts)
    if name == TEXT:
        writer.add(f"{name}.first_counts", lists.first_counts)
    writer.add(f"{name}.positions", lists.positions)


def write_pairs(writer: ColumnFileWriter, pairs: AdjacentPairs) -> None:
    """Writes where frequent keys stand next to each other."""
    writer.add("pairs.lists", pairs.lists)
    writer.add("pairs.keys", pairs.keys)
    writer.add("pairs.offsets", pairs.offsets)
    writer.add("pairs.positions", pairs.positions)


def write_list_directory(
    writer: ColumnFileWriter, name: str, listed: Uint32, canonical: Uint32
) -> None:
    """Writes which terms a field holds, and the number of each one's list."""
    number = np.full(len(canonical), -1, np.int64)
    number[listed] = np.arange(len(listed))
    of_term = number[canonical]
    held = np.flatnonzero(of_term >= 0)
    writer.add(f"{name}.terms", held.astype(np.uint32))
    writer.add(f"{name}.lists", of_term[held].astype(np.uint32))


class _Layout:
    """The tokens of a field's values in one sequence of positions, a gap after each value."""

    def __init__(self, values_of: list[FieldTokens]) -> None:
        regions = len(values_of)
        lengths = np.stack([tokens.lengths for tokens in values_of], axis=1).astype(np.int64)
        self.bounds = offsets_of(lengths.reshape(-1) + 1)
        n_positions = int(self.bounds[-1])
        self._parts = {
            name: np.zeros(n_positions, np.uint32) for name in ("forms", "starts", "lengths")
        }
        self._begins: dict[str, list[NDArray[np.int64]]] = {"sentences": [], "paragraphs": []}
        for region, tokens in enumerate(values_of):
            first = np.cumsum(tokens.lengths, dtype=np.int64) - tokens.lengths
            shift = self.bounds[region:-1:regions].astype(np.int64) - first
            place = np.arange(len(tokens.forms)) + np.repeat(shift, tokens.lengths)
            self._parts["forms"][place] = tokens.forms
            self._parts["starts"][place] = tokens.starts
            self._parts["lengths"][place] = tokens.ends - tokens.starts
            self._begins["sentences"].append(place[tokens.sentences])
            self._begins["paragraphs"].append(place[tokens.paragraphs])

    @property
    def forms(self) -> Uint32:
        return self._parts["forms"]

    def write(self, writer: ColumnFileWriter, name: str) -> None:
        writer.add(f"{name}.bounds", self.bounds)
        writer.add(f"{name}.forms", self.forms)
        if name in VALUE_FIELDS:
            return
        writer.add(f"{name}.starts", self._parts["starts"])
        writer.add(f"{name}.lengths", narrow(self._parts["lengths"]))
        for unit, begins in self._begins.items():
            writer.add(f"{name}.{unit}", np.sort(np.concatenate(begins)).astype(np.uint32))
