"""Several segments into one, deleted documents dropped, without analysing or inverting anew.

    segments ─ joined_terms ─▶ the vocabulary, new numbers ┐
             ─ documents, tokens ─────────────────────────┼▶ one column file
             ─ joined_lists ─▶ lists, ─ adjacency ─▶ pairs ┘

In: segments with the documents to keep. Out: one column file, as `segment_writer` would have
written it. Everything passes through in parts of bounded size; what is held throughout are some
bytes for each distinct term, and for each document.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.adjacency import write_pairs
from dragoman.indexer.columnfile import Array, ColumnFileWriter
from dragoman.indexer.columns import FIELDS, REGIONS, TEXT
from dragoman.indexer.forward import LISTED_FIELDS, VALUE_FIELDS, TurnTable, Uint32
from dragoman.indexer.inversion import offsets_of
from dragoman.indexer.joined_lists import write_joined_lists
from dragoman.indexer.joined_terms import Vocabulary, write_joined_terms
from dragoman.indexer.maxima import write_maxima
from dragoman.indexer.segment_writer import write_facet, write_term_forms, write_turns
from dragoman.indexer.sources import Moved, Source, moves_of
from dragoman.indexer.string_tables import add_string_parts


def merge_segments(path: Path, sources: Sequence[Source]) -> None:
    """Writes one segment of the kept documents, in order, to a new file.

    Raises:
        FileExistsError: There is a file at the path.
    """
    with ColumnFileWriter(path) as writer:
        _write_documents(writer, sources)
        vocabulary = write_joined_terms(writer, sources)
        write_term_forms(writer, vocabulary.terms)
        for name in FIELDS:
            _write_field(writer, name, sources, vocabulary)


# Documents


def _write_documents(writer: ColumnFileWriter, sources: Sequence[Source]) -> None:
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
    kept = [np.flatnonzero(source.keep).tolist() for source in sources]
    for name in LISTED_FIELDS:
        values = [source.columns.facet_values(name) for source in sources]
        flat = [of[doc] for of, docs in zip(values, kept, strict=True) for doc in docs]
        write_facet(writer, name, flat)
    write_turns(writer, _kept_turns(sources))
    for source in sources:
        source.columns.file.release()


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


# Fields


def _write_field(
    writer: ColumnFileWriter, name: str, sources: Sequence[Source], vocabulary: Vocabulary
) -> None:
    regions = len(REGIONS.get(name, (name,)))
    moves = list(moves_of(name, sources))
    bounds = offsets_of(np.concatenate([move.lengths for move in moves]))
    writer.add(f"{name}.bounds", bounds)

    def kept(array: str) -> Iterator[Array]:
        for source in sources:
            yield from source.kept(name, array)

    forms = (
        numbers[part]
        for source, numbers in zip(sources, vocabulary.form_numbers, strict=True)
        for part in source.kept(name, "forms")
    )
    writer.add_parts(f"{name}.forms", np.dtype(np.uint32), forms)
    if name not in VALUE_FIELDS:
        writer.add_parts(f"{name}.starts", np.dtype(np.uint32), kept("starts"))
        widest = max(s.columns.file.dtype(f"{name}.lengths") for s in sources)
        writer.add_parts(f"{name}.lengths", widest, kept("lengths"))
        for unit in ("sentences", "paragraphs"):
            parts = (
                part
                for source, move in zip(sources, moves, strict=True)
                for part in _moved_units(source, move, name, unit)
            )
            writer.add_parts(f"{name}.{unit}", np.dtype(np.uint32), parts)
    lists, position_offsets = write_joined_lists(writer, name, sources, moves, vocabulary)
    if name == TEXT:
        write_maxima(writer, bounds)
        write_pairs(
            writer, lists, position_offsets, vocabulary.terms,
            n_tokens=int(bounds[-1]) - regions * sum(int(s.keep.sum()) for s in sources),
            read_forms=partial(writer.read, f"{name}.forms"),
        )  # fmt: skip


def _moved_units(source: Source, move: Moved, name: str, unit: str) -> Iterator[NDArray[np.int64]]:
    """Positions that start a sentence or paragraph, those of dropped documents left out."""
    file = source.columns.file
    for positions in file.passing(f"{name}.{unit}", 0, file.length(f"{name}.{unit}")):
        docs = move.firsts.searchsorted(positions, side="right") - 1
        kept = source.keep[docs]
        yield positions[kept] + move.shifts[docs[kept]]
