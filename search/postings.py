"""What one leaf of a query matches in one segment: its postings, however many terms it has.

In: numbers of terms. Out: `Occurring` (documents with counts), rising positions, and a table of
the forms that match, by which a phrase is checked where it stands. Scores nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import REGIONS, SegmentColumns
from dragoman.indexer.inversion import places

Docs = NDArray[np.uint32]
Counts = NDArray[Any]
_NONE = np.zeros(0, np.uint32)


@dataclass(eq=False)
class Occurring:
    """The documents of a segment in which something occurs.

    Attributes:
        docs: Rising document numbers (n), deleted ones included.
        counts: Occurrences in each (n), at least 1.
        first_counts: Of these, occurrences in the title (n), or None for none at all.
    """

    docs: Docs
    counts: Counts
    first_counts: Counts | None = None
    known_total: int = -1
    _latest: "tuple[Docs, NDArray[np.intp], NDArray[np.intp]] | None" = field(
        default=None, repr=False
    )

    @property
    def total(self) -> int:
        """Occurrences in all documents."""
        return self.known_total if self.known_total >= 0 else int(self.counts.sum(dtype=np.int64))

    def at(self, docs: Docs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Which of some rising documents are among these: their places there, and here."""
        if not len(self.docs):
            return _NOWHERE, _NOWHERE
        latest = self._latest  # scoring and counting ask for the same documents
        if latest is not None and latest[0] is docs:
            return latest[1], latest[2]
        here = self.docs.searchsorted(docs)
        here[here == len(self.docs)] = 0
        there = (self.docs[here] == docs).nonzero()[0]
        here = here[there]
        self._latest = docs, there, here
        return there, here

    def counts_at(self, docs: Docs) -> NDArray[np.int64]:
        """Occurrences in each of some rising documents."""
        found = np.zeros(len(docs), np.int64)
        there, here = self.at(docs)
        found[there] = self.counts[here]
        return found

    def chosen(self, places: NDArray[np.intp]) -> "Occurring":
        """Only what occurs in the documents at some rising places."""
        first = self.first_counts
        return Occurring(
            self.docs.take(places),
            self.counts.take(places),
            first.take(places) if first is not None else None,
        )

    def listed(self) -> tuple[list[int], list[int], list[int]]:
        """Documents, counts and counts in titles as whole numbers."""
        first = self.first_counts
        counts = self.counts.astype(np.int64).tolist()
        return (
            self.docs.tolist(),
            counts,
            first.tolist() if first is not None else [0] * len(counts),
        )

    def in_region(self, region: int | None) -> "Occurring":
        """Only what occurs in titles (0) or in bodies (1); None for both."""
        if region is None:
            return self
        first = self.first_counts
        if first is None:
            return NOTHING if region == 0 else self
        counts = first if region == 0 else self.counts - first
        kept = counts > 0
        counts = counts[kept]
        return Occurring(self.docs[kept], counts, counts if region == 0 else None)


_NOWHERE = np.zeros(0, np.intp)
NOTHING = Occurring(_NONE, _NONE)


def occurring_at(positions: NDArray[np.integer], bounds: Docs, regions: int) -> Occurring:
    """From rising positions, one for each occurrence.

    Args:
        positions: Where something occurs in a field.
        bounds: Where each value of the field starts, and the end.
        regions: Values of each document.
    """
    if not len(positions):
        return NOTHING
    if len(positions) * 2 > len(bounds):  # cheaper to look the bounds up than the positions
        counts = np.diff(positions.searchsorted(bounds)).reshape(-1, regions)
        of_doc = counts.sum(axis=1) if regions > 1 else counts[:, 0]
        docs = np.flatnonzero(of_doc)
        firsts = counts[docs, 0] if regions > 1 else None
        return Occurring(docs.astype(np.uint32), of_doc[docs], firsts)
    values = bounds.searchsorted(positions.astype(bounds.dtype), side="right") - 1
    docs = values // regions
    new = np.empty(len(docs), bool)
    new[0] = True
    np.not_equal(docs[1:], docs[:-1], out=new[1:])
    first = np.flatnonzero(new)
    of_doc = np.diff(first, append=len(docs))
    firsts = None
    if regions > 1:
        is_first = values % regions == 0
        if is_first.any():
            firsts = np.add.reduceat(is_first, first, dtype=np.int64)
    return Occurring(docs[first].astype(np.uint32), of_doc, firsts)


class Leaf:
    """A word, exact form, pattern or fuzzy word in one field of one segment.

    Args:
        columns: The segment.
        field: A field of `columns.FIELDS`.
        numbers: Numbers of its terms in the segment.
        apart: Whether these are known to share no position, as exact forms never do.
    """

    def __init__(
        self, columns: SegmentColumns, field: str, numbers: Sequence[int], *, apart: bool = False
    ) -> None:
        self._columns = columns
        self._field = field
        self._terms = tuple(numbers)
        lists = {columns.list_number(field, number): number for number in numbers}
        lists.pop(-1, None)
        self.lists = sorted(lists)
        self.is_additive = True  # no position is in two of the lists
        if not apart and 1 < len(lists) <= _MOST_COMPARED:
            self._without_overlaps(lists)

    def _without_overlaps(self, lists: dict[int, int]) -> None:
        """Fewer lists for the same words, or lists that share no position.

        A list all whose words are in another adds nothing (tariffs is within tariff). Lists that
        overlap otherwise (meeting, meet) are replaced by those of the exact forms, which do not.
        """
        forms = {
            at: frozenset(self._columns.term_forms(number).tolist()) for at, number in lists.items()
        }
        self.lists = [
            at
            for at in self.lists
            if not any(forms[at] < forms[other] for other in self.lists if other != at)
        ]
        every = frozenset().union(*(forms[at] for at in self.lists))
        self.is_additive = sum(len(forms[at]) for at in self.lists) == len(every)
        if self.is_additive:
            return
        columns = self._columns
        last = columns.file.array("form_offsets")[np.array(sorted(every)) + 1] - np.uint32(1)
        exact = np.unique(columns.file.array("form_terms")[last]).tolist()
        if sum(len(columns.term_forms(number)) for number in exact) == len(every):
            found = {columns.list_number(self._field, number) for number in exact} - {-1}
            self.lists, self.is_additive = sorted(found), True

    @cached_property
    def _forms_of_terms(self) -> list[NDArray[np.uint32]]:
        return [self._columns.term_forms(number) for number in self._terms]

    @cached_property
    def forms(self) -> NDArray[np.uint32]:
        """Numbers of the forms that match, each once."""
        if len(self._terms) == 1:
            return self._forms_of_terms[0]
        return np.unique(np.concatenate(self._forms_of_terms or [_NONE]))

    @cached_property
    def table(self) -> NDArray[np.bool_]:
        """(n_forms) true for the forms that match."""
        table = np.zeros(len(self._columns.file.array("form_offsets")) - 1, bool)
        table[self.forms] = True
        return table

    @cached_property
    def size(self) -> int:
        """Positions of all lists together; a position that several hold counts several times."""
        offsets = self._columns.file.numbers(f"{self._field}.position_offsets")
        return sum(offsets[at + 1] - offsets[at] for at in self.lists)

    @cached_property
    def _one_piece(self) -> tuple[int, int] | None:
        """The range of lists, where they lie side by side and share no position."""
        if not self.lists:
            return None
        first, last = self.lists[0], self.lists[-1] + 1
        return (first, last) if last - first == len(self.lists) and self.is_additive else None

    @cached_property
    def occurring(self) -> Occurring:
        """The documents that the leaf is in."""
        if not self.lists:
            return NOTHING
        if len(self.lists) == 1:
            found = self._columns.lists(self._field, self.lists[0], self.lists[0] + 1)
            return Occurring(found.docs, found.counts, found.first_counts, self.size)
        if self.is_additive:
            return self._summed()
        bounds = self._columns.bounds(self._field)
        return occurring_at(self.positions, bounds, len(REGIONS.get(self._field, (self._field,))))

    def _summed(self) -> Occurring:
        """The lists' counts added up."""
        if self._one_piece is not None:
            parts = [self._columns.lists(self._field, *self._one_piece)]
        else:
            parts = [self._columns.lists(self._field, at, at + 1) for at in self.lists]
        docs = np.concatenate([part.docs for part in parts])
        counts = np.concatenate([part.counts for part in parts])
        n_docs = self._columns.n_docs
        totals = np.bincount(docs, counts, n_docs)
        found = np.flatnonzero(totals)
        firsts = None
        if parts[0].first_counts is not None:
            in_first = np.concatenate([part.first_counts for part in parts])
            if in_first.any():
                firsts = np.bincount(docs, in_first, n_docs)[found].astype(np.int64)
        return Occurring(found.astype(np.uint32), totals[found].astype(np.int64), firsts)

    @cached_property
    def positions(self) -> NDArray[np.uint32]:
        """Rising positions, each once."""
        if not self.lists:
            return _NONE
        if len(self.lists) == 1:
            return self._columns.positions(self._field, self.lists[0], self.lists[0] + 1)
        offsets = self._columns.file.array(f"{self._field}.position_offsets").astype(np.int64)
        lists = np.array(self.lists)
        where = places(offsets[lists], offsets[lists + 1] - offsets[lists])
        found = self._columns.file.array(f"{self._field}.positions")[where]
        found.sort()
        if self.is_additive:
            return found
        new = np.empty(len(found), bool)
        new[:1] = True
        np.not_equal(found[1:], found[:-1], out=new[1:])
        return found[new]


_MOST_COMPARED = 16
"""Lists of one leaf up to which each is compared with each other."""
