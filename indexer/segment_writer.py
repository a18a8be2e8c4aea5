"""A batch of analysed documents inverted and written as one segment's file.

In: a `Batch`. Out: a column file that `columns.SegmentColumns` reads. Which arrays there are is
told there.
"""

from functools import partial
from pathlib import Path

import numpy as np

from dragoman.indexer.adjacency import write_pairs
from dragoman.indexer.columnfile import ColumnFileWriter
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
    PostingLists,
    Terms,
    invert,
    narrow,
    offsets_of,
)
from dragoman.indexer.maxima import write_maxima
from dragoman.indexer.string_tables import add_strings


def write_segment(path: Path, batch: Batch, *, with_pairs: bool = True) -> None:
    """Inverts a batch and writes it to a new file.

    Args:
        path: Where to.
        batch: Analysed documents.
        with_pairs: Whether places of neighbouring frequent words are written too.

    Raises:
        FileExistsError: There is a file at the path.
    """
    strings, terms = Terms.of(batch.vocabulary)
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
        add_strings(writer, "terms", strings, is_sorted=True)
        write_term_forms(writer, terms)
        list_offsets, list_terms = terms.lists_of_forms()
        for name in FIELDS:
            values_of = [batch.fields[region] for region in REGIONS.get(name, (name,))]
            bounds, forms = _write_tokens(writer, name, values_of)
            lists = invert(forms, bounds, len(values_of), list_offsets, list_terms)
            write_lists(writer, name, lists, terms.canonical)
            if name == TEXT:
                write_maxima(writer, bounds)
            if name == TEXT and with_pairs:
                write_pairs(
                    writer, lists.terms, lists.position_offsets, terms,
                    n_tokens=sum(len(tokens.forms) for tokens in values_of),
                    read_forms=partial(writer.read, f"{name}.forms"),
                )  # fmt: skip


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


def write_term_forms(writer: ColumnFileWriter, terms: Terms) -> None:
    """Writes what connects terms with forms."""
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


def _write_tokens(
    writer: ColumnFileWriter, name: str, values_of: list[FieldTokens]
) -> tuple[Uint32, Uint32]:
    """Writes the tokens of a field's values in one sequence, a gap after each value.

    Returns:
        Where each value's positions start, and the end; the form at each position.
    """
    regions = len(values_of)
    lengths = np.stack([tokens.lengths for tokens in values_of], axis=1)
    bounds = offsets_of(lengths.reshape(-1) + np.uint32(1))
    # Before the tokens of each value stand the gaps of all earlier values, and these values of the
    # field's other regions.
    places_of = []
    for region, tokens in enumerate(values_of):
        first = offsets_of(tokens.lengths)[:-1]
        place = np.repeat(bounds[region:-1:regions] - first, tokens.lengths)
        place += np.arange(len(place), dtype=np.uint32)
        places_of.append(place)

    def placed(arrays: list[Uint32]) -> Uint32:
        column = np.zeros(int(bounds[-1]), np.uint32)
        for place, array in zip(places_of, arrays, strict=True):
            column[place] = array
        return column

    writer.add(f"{name}.bounds", bounds)
    forms = placed([tokens.forms for tokens in values_of])
    writer.add(f"{name}.forms", forms)
    if name not in VALUE_FIELDS:
        writer.add(f"{name}.starts", placed([tokens.starts for tokens in values_of]))
        widths = placed([tokens.ends - tokens.starts for tokens in values_of])
        writer.add(f"{name}.lengths", narrow(widths))
        for unit in ("sentences", "paragraphs"):
            begins = [
                place[getattr(of, unit)] for place, of in zip(places_of, values_of, strict=True)
            ]
            writer.add(f"{name}.{unit}", np.sort(np.concatenate(begins)))
    return bounds, forms
