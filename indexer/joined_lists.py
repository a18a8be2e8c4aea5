"""The lists of several segments → those of one, a range of terms at a time.

A joined list is those of the sources one after another: documents and positions keep their order.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import Array, ColumnFileWriter, Spool
from dragoman.indexer.columns import TEXT
from dragoman.indexer.forward import Uint32
from dragoman.indexer.inversion import offsets_of, places
from dragoman.indexer.joined_terms import Vocabulary
from dragoman.indexer.segment_writer import write_list_directory
from dragoman.indexer.sources import Moved, Source

POSITIONS_AT_ONCE = 1_000_000
"""Positions that are joined in memory at a time."""


def write_joined_lists(
    writer: ColumnFileWriter,
    name: str,
    sources: Sequence[Source],
    moves: Sequence[Moved],
    vocabulary: Vocabulary,
) -> tuple[Uint32, Uint32]:
    """Writes the lists of a field and what finds them.

    Returns:
        The terms that have them; where each one's positions start, and the end.
    """
    merger = _ListMerger(name, sources, moves, vocabulary)
    arrays = ("docs", "counts", "first_counts") if name == TEXT else ("docs", "counts")
    with ExitStack() as stack:
        spools = {
            array: stack.enter_context(Spool(writer.folder, merger.widest(array)))
            for array in arrays
        }
        positions = merger.joined(spools)
        writer.add_parts(f"{name}.positions", np.dtype(np.uint32), positions)
        for array, spool in spools.items():
            writer.add_parts(f"{name}.{array}", merger.widest(array), spool.parts())
    terms, doc_offsets, position_offsets = merger.directory()
    write_list_directory(writer, name, terms, vocabulary.terms.canonical)
    writer.add(f"{name}.doc_offsets", doc_offsets)
    writer.add(f"{name}.position_offsets", position_offsets)
    return terms, position_offsets


class _ListMerger:
    """Joins the lists of one field."""

    def __init__(
        self,
        name: str,
        sources: Sequence[Source],
        moves: Sequence[Moved],
        vocabulary: Vocabulary,
    ) -> None:
        self._name = name
        self._sources = sources
        self._moves = moves
        # All lists of all sources, by their term in the joined segment, then by source.
        terms, lists, source_of = [], [], []
        canonical = vocabulary.terms.canonical
        for number, source in enumerate(sources):
            file = source.columns.file
            new = vocabulary.term_numbers[number][file.array(f"{name}.terms")]
            # A term whose list another one serves too is joined once, as that other.
            own = np.flatnonzero((new >= 0) & (canonical[new] == new))
            terms.append(new[own].astype(np.uint32))
            lists.append(file.array(f"{name}.lists")[own])
            source_of.append(np.full(len(own), number, np.uint16))
        term = np.concatenate(terms)
        order = np.argsort(term, kind="stable")
        self._term = term[order]
        self._list = np.concatenate(lists)[order]
        self._source = np.concatenate(source_of)[order]
        self._n_docs = np.zeros(len(term), np.uint32)
        self._n_positions = np.zeros(len(term), np.uint32)

    def widest(self, array: str) -> "np.dtype[np.unsignedinteger]":
        """The type that holds an array of every source."""
        return max(s.columns.file.dtype(f"{self._name}.{array}") for s in self._sources)

    def joined(self, spools: dict[str, Spool]) -> Iterator[Array]:
        """The positions, a range of terms at a time; puts the other arrays by."""
        for start, stop in self._ranges():
            n_docs, n_positions = self._n_docs[start:stop], self._n_positions[start:stop]
            found = []
            for number in range(len(self._sources)):
                entries = np.flatnonzero(self._source[start:stop] == number)
                if not len(entries):
                    continue
                lists = self._list[start:stop][entries]
                arrays, docs_each, positions_each = self._of_source(number, lists, tuple(spools))
                n_docs[entries], n_positions[entries] = docs_each, positions_each
                found.append((entries, arrays))
            for array, spool in spools.items():
                spool.append(_interleaved(n_docs, [(at, of[array]) for at, of in found]))
            yield _interleaved(n_positions, [(at, of["positions"]) for at, of in found])

    def directory(self) -> tuple[Uint32, Uint32, Uint32]:
        """The terms with documents left; where each one's documents and positions start."""
        first = np.flatnonzero(np.diff(self._term, prepend=np.uint32(0xFFFFFFFF)))
        if not len(first):
            return self._term, offsets_of([]), offsets_of([])
        n_docs = np.add.reduceat(self._n_docs, first)
        n_positions = np.add.reduceat(self._n_positions, first)
        filled = n_docs > 0
        terms = self._term[first][filled]
        return terms, offsets_of(n_docs[filled]), offsets_of(n_positions[filled])

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of lists that have some `POSITIONS_AT_ONCE` positions together."""
        totals = np.zeros(len(self._term), np.int64)
        for number, source in enumerate(self._sources):
            of_source = self._source == number
            offsets = source.columns.file.array(f"{self._name}.position_offsets")
            lists = self._list[of_source]
            totals[of_source] = offsets[lists + np.uint32(1)] - offsets[lists]
        group = np.cumsum(totals) // POSITIONS_AT_ONCE
        starts = np.flatnonzero(np.diff(group, prepend=-1)).tolist()
        yield from zip(starts, [*starts[1:], len(totals)], strict=False)

    def _of_source(
        self, number: int, lists: Uint32, names: Sequence[str]
    ) -> tuple[dict[str, Array], Array, Array]:
        """The arrays of some lists, and how many documents and positions each has left."""
        source, move = self._sources[number], self._moves[number]
        file, name = source.columns.file, self._name
        of_docs, of_positions = (file.array(f"{name}.{unit}_offsets") for unit in _UNITS)
        starts, stops = of_docs[lists].astype(np.int64), of_docs[lists + 1].astype(np.int64)
        where = places(starts, stops - starts)
        found = {array: file.gather(f"{name}.{array}", starts, stops, where) for array in names}
        n_docs = stops - starts
        starts, stops = (of_positions[lists + shift].astype(np.int64) for shift in (0, 1))
        place = places(starts, stops - starts)
        positions = file.gather(f"{name}.positions", starts, stops, place)
        n_positions = stops - starts
        kept = source.keep[found["docs"]]
        if not kept.all():
            term = np.repeat(np.arange(len(lists)), n_docs)[kept]
            positions = positions[np.repeat(kept, found["counts"])]
            found = {array: values[kept] for array, values in found.items()}
            n_docs = np.bincount(term, minlength=len(lists))
            n_positions = np.bincount(term, found["counts"], len(lists)).astype(np.int64)
        file.release()
        shifts = np.repeat(move.shifts[found["docs"]], found["counts"])
        found["docs"] = move.docs[found["docs"]]
        found["positions"] = positions + shifts
        return found, n_docs, n_positions


_UNITS = ("doc", "position")


def _interleaved(counts: Array, parts: Sequence[tuple[NDArray[np.int64], Array]]) -> Array:
    """Values in the order of their lists.

    Args:
        counts: How many values each list has.
        parts: For some of the lists each: which ones, and their values one after another.
    """
    each = counts.astype(np.int64)
    ends = np.cumsum(each)
    joined = np.empty(int(ends[-1]), np.uint32)
    for entries, values in parts:
        joined[places((ends - each)[entries], each[entries])] = values
    return joined
