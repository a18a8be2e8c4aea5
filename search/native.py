"""The native kernel: flat trees answered in C, where it is built and an index fits it.

In: a tree and what is wanted of the order. Out: the same answer as `finding` gives through numpy,
which serves where the kernel is missing or turned off (`DRAGOMAN_KERNEL=off`), and for every tree
that is not flat. `kernel/kernel.h` has the contract of the C code.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dragoman.indexer.columnfile import ColumnFile
from dragoman.indexer.columns import TEXT
from dragoman.indexer.maxima import reference_norms
from dragoman.indexer.native import extension, is_off
from dragoman.search.engine import Found, Ranking
from dragoman.search.expansion import Expansion, keys_of
from dragoman.search.ordering import Handle, merged
from dragoman.search.postings import Docs
from dragoman.search.ranking import FieldNorms
from dragoman.search.results import TermCount
from dragoman.search.segments import Segment, range_minutes
from dragoman.search.tree import (
    LEAVES,
    OPERATOR_WORDS,
    AllOf,
    AnyOf,
    DateRange,
    Fuzzy,
    Near,
    Node,
    Phrase,
    Wildcard,
    Word,
    read_back,
)

if TYPE_CHECKING:
    from types import ModuleType


def kernel_module() -> "ModuleType | None":
    """The extension module; None where it is turned off, not built, or made for other machines."""
    return extension("dragoman.search._kernel")


def state_of_kernel() -> str:
    """`on`, or why not: `off` (by the environment) or `not built`."""
    if is_off():
        return "off"
    return "on" if kernel_module() is not None else "not built"


_WHOLE = (
    "terms.buckets", "terms.by_hash", "terms.offsets", "terms.blob", "", f"{TEXT}.doc_offsets",
    f"{TEXT}.position_offsets", f"{TEXT}.bounds", "term_form_offsets", "pairs.lists", "pairs.keys",
    "pairs.offsets", f"{TEXT}.sentences", f"{TEXT}.paragraphs",
)  # fmt: skip
"""Columns that are checked before the kernel has them, in its order; the lists of terms between."""
_LAZY = (
    f"{TEXT}.docs", f"{TEXT}.counts", f"{TEXT}.first_counts", f"{TEXT}.positions", f"{TEXT}.forms",
    "term_forms", "pairs.positions", f"{TEXT}.starts", f"{TEXT}.lengths",
    f"{TEXT}.maxima",
)  # fmt: skip
"""Columns whose blocks the kernel has checked when it first reads them."""
_NONE: Mapping[str, Any] = {
    "pairs.keys": np.zeros(0, np.uint64),
}


def _columns_of(segment: Segment, norms: FieldNorms) -> tuple[Any, ...]:
    """A segment as the kernel takes it."""
    file: ColumnFile = segment.columns.file
    arrays: list[Any] = []
    offsets: list[int] = []
    for name in _WHOLE:
        if not name:
            arrays.append(segment.columns.lists_of_terms)
        else:
            arrays.append(file.array(name) if name in file else _NONE.get(name, _EMPTY))
        offsets.append(-1)
    for name in _LAZY:
        array, offset = file.placed(name) if name in file else (_EMPTY, -1)
        arrays.append(array)
        offsets.append(offset)
    arrays += [norms.body, norms.in_title, segment.first_minutes, segment.last_minutes]
    arrays.append(segment.live.view(np.uint8))
    offsets += [-1] * 5
    return tuple(arrays), tuple(offsets), *file.checking(), _excess(segment, norms)


def _excess(segment: Segment, norms: FieldNorms) -> float:
    """How far a frequency may exceed the maximum that was written for its block."""
    title, body = reference_norms(segment.lengths["title"], segment.lengths["body"])
    if not len(body):
        return 1.0
    by_title = ((norms.body + norms.in_title) / title).max()
    return float(max(by_title, (norms.body / body).max()) * (1 + _ROUNDING))


_ROUNDING = 1e-6
"""Share that rounding may take of a maximum, which is written in 32 bits."""


_EMPTY = np.zeros(0, np.uint32)


class NativeAnswer(NamedTuple):
    """What the kernel found.

    Attributes:
        result: Counts what is asked for later: `docs()`, `counts(handles)`, `occurrences()`.
        total: Documents found.
        found: The wanted part of the order.
        terms: The words of the tree with their counts.
        handles: The documents of the order, where ties were settled; else None.
    """

    result: Any
    total: int
    found: tuple[Found, ...]
    terms: tuple[TermCount, ...]
    handles: list[Handle] | None

    def docs(self) -> list[Docs]:
        """The documents found in each segment, rising."""
        return [np.frombuffer(of_segment, np.uint32) for of_segment in self.result.docs()]


Counts = Callable[[], Mapping[Any, int]]
"""Counts the occurrences in the documents of a page."""


class NativeFinder:
    """Finds documents by the kernel; safe to share.

    Args:
        kernel: The extension module.
        segments: Of the index.
        norms: Of each segment.
        n_docs: Documents of the collection.
        expansion: Tells the exact forms that a pattern or a fuzzy word stands for.

    Raises:
        TypeError, ValueError: The kernel does not read such columns.
    """

    def __init__(
        self,
        kernel: "ModuleType",
        segments: Sequence[Segment],
        norms: Sequence[FieldNorms],
        n_docs: int,
        expansion: Callable[[Any], Expansion],
    ) -> None:
        self._segments = segments
        self._n_docs = float(n_docs)
        self._expansion = expansion
        files = [segment.columns.file for segment in segments]

        def damaged(number: int) -> None:
            raise files[number].damaged()

        columns = tuple(map(_columns_of, segments, norms))
        index = kernel.Index(columns, damaged, Found, Handle, TermCount)
        self._search = index.search
        self.layout = index.layout
        """(segment, doc) to the spans of a body's sentences and the starts of its paragraphs."""

    def find(
        self, node: Node, ranking: Ranking, ranges: Sequence[DateRange], counts: Counts
    ) -> NativeAnswer | None:
        """What a flat tree finds; None for any other tree.

        Args:
            node: The tree.
            ranking: What is wanted of the order: by relevance, with no filter but dates.
            ranges: The date filter.
            counts: What the documents found are given.

        Raises:
            IndexDamaged: A block of a file is not as it was written.
        """
        parts: Any = None
        is_any = False
        leaves: tuple[Any, ...]
        if type(node) is Word:
            leaves = (self._leaf(node),)
        else:
            is_any = isinstance(node, AnyOf)
            operands = node.operands if isinstance(node, AnyOf | AllOf) else (node,)
            if all([type(each) is Word for each in operands]):
                leaves = tuple([self._leaf(each) for each in operands])
            else:
                asked = self._asked(operands)
                if asked is None:
                    return None
                leaves, parts = asked
        result, total, page, terms = self._search(
            leaves,
            parts,
            is_any,
            ranking.first,
            ranking.size,
            self._n_docs,
            tuple(map(range_minutes, ranges)) if ranges else (),
            counts,
        )
        handles = None
        if type(page) is list:
            page = self._settled(page, ranking, ranges, counts)
            handles = [found.handle for found in page]
        if len(terms) > 1:
            terms = _distinct(terms)
        return NativeAnswer(result, total, page, terms, handles)

    def _leaf(self, node: Any, *, alone: bool = True) -> tuple[str, tuple[str, ...], Any]:
        """A word as the kernel takes it; `alone` where it stands in no phrase or proximity."""
        if type(node) is Word:
            is_plain = not node.required and (alone or node.text not in OPERATOR_WORDS)
            return node.text if is_plain else read_back(node), keys_of(node), None
        if isinstance(node, Wildcard | Fuzzy):
            expansion = self._expansion(node)
            return read_back(node), expansion.marked, expansion.numbers
        return read_back(node), keys_of(node), None

    def _asked(self, operands: Sequence[Node]) -> tuple[Any, Any] | None:
        """Words and parts as the kernel takes them; None where there is anything else."""
        leaves: list[Any] = []
        parts: list[Any] = []
        for operand in operands:
            shape = _shape(operand)
            if shape is None:
                return None
            kind, distance, words = shape
            first = len(leaves)
            leaves += [self._leaf(word, alone=kind == _WORD) for word in words]
            parts.append((kind, distance, tuple(range(first, len(leaves)))))
        return tuple(leaves), tuple(parts)

    def _settled(
        self,
        rows: list[tuple[float, int, int, int]],
        ranking: Ranking,
        ranges: Sequence[DateRange],
        counts: Counts,
    ) -> tuple[Found, ...]:
        """The wanted part of the order where documents tie: these by id."""
        minutes = [range_minutes(each) for each in ranges]
        return tuple(
            Found(
                handle,
                score,
                counts,
                bool(minutes)
                and self._segments[handle.segment].overlaps_partly(handle.doc, minutes),
            )
            for handle, score in merged(self._segments, rows, ranking)
        )


_WORD, _PHRASE, _NEAR, _BEFORE = range(4)


def _shape(node: Any) -> tuple[int, int, Sequence[Node]] | None:
    """What the kernel calls a part: its kind, distance and words; None for what it can't find."""
    kind = type(node)
    if kind in LEAVES:
        return _WORD, 0, (node,)
    if kind is Phrase:
        return (_PHRASE, 0, node.parts) if all([type(p) in LEAVES for p in node.parts]) else None
    if kind is Near and node.unit in ("w", "pre"):
        if type(node.left) in LEAVES and type(node.right) in LEAVES:
            unit = _NEAR if node.unit == "w" else _BEFORE
            return unit, node.distance, (node.left, node.right)
    return None


def _distinct(terms: tuple[TermCount, ...]) -> tuple[TermCount, ...]:
    """The terms, each text once."""
    by_text = {term.text: term for term in terms}
    return terms if len(by_text) == len(terms) else tuple(by_text.values())
