"""The parts of a flat query in one segment: where the postings of each lie, and reading them.

In: a word, phrase, pattern or proximity. Out: a `Part`: counts at once, postings when they are
wanted, as arrays or, where they are few, as whole numbers. Scores nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dragoman.indexer.columns import TEXT
from dragoman.indexer.forward import encode
from dragoman.search.beside import Listed, Listing, places_beside, words_beside
from dragoman.search.evaluation import Evaluations
from dragoman.search.expansion import keys_of
from dragoman.search.postings import Occurring
from dragoman.search.segments import TEXT_FIELDS, Segment
from dragoman.search.tree import Node, Wildcard, Word

FEW = 100
"""Postings up to which they are read one by one: what arrays cost before the first posting."""
_SEVERAL = -2
"""In place of the number of a list: there are several."""


class Part(NamedTuple):
    """One part of a query in one segment, deleted documents left out.

    Attributes:
        node: The part.
        n: Documents that hold it.
        total: Its occurrences in them.
        start: Where its postings begin in the lists of the segment; -1 where they don't lie there.
        occurring: They, where they don't.
        listed: The same as whole numbers, where they are few.
    """

    node: Node
    n: int
    total: int
    start: int
    occurring: Occurring | None = None
    listed: Listed | None = None


class Parts:
    """The parts of queries in one segment; safe to share.

    Args:
        number: The segment's place in the index.
        segment: The segment.
    """

    def __init__(self, number: int, segment: Segment) -> None:
        self._number = number
        self._segment = segment
        self._columns = segment.columns
        self._file = segment.columns.file
        self._doc_offsets = self._file.numbers(f"{TEXT}.doc_offsets")
        self._position_offsets = self._file.numbers(f"{TEXT}.position_offsets")

    def part(self, node: Node, keys: Sequence[bytes], evaluations: Evaluations) -> Part:
        """A part of a query here.

        Args:
            node: The part.
            keys: The terms that a word stands for; empty for all else.
            evaluations: Of the segments; asked for what is no word of one list.
        """
        if keys and self._segment.all_live:
            at = self._columns.text_list(keys[0])
            if len(keys) > 1:
                lists = {at, *map(self._columns.text_list, keys[1:])} - {-1}
                at = lists.pop() if len(lists) == 1 else _SEVERAL if lists else -1
            if at == -1:
                return Part(node, 0, 0, 0)
            if at != _SEVERAL:
                start = self._doc_offsets[at]
                first = self._position_offsets[at]
                return Part(
                    node,
                    self._doc_offsets[at + 1] - start,
                    self._position_offsets[at + 1] - first,
                    start,
                )
        if type(node) is Wildcard and self._segment.all_live:
            listed = self._merged(evaluations.numbers(node, self._segment))
            if listed is not None:
                return Part(node, len(listed[0]), sum(listed[1]), -1, None, listed)
        if self._segment.all_live and (places := self._beside(node)) is not None:
            if isinstance(places, Occurring):
                return Part(node, len(places.docs), places.total, -1, places)
            return Part(node, len(places[0]), sum(places[1]), -1, None, places)
        found = evaluations[self._number].occurring(node, TEXT_FIELDS)
        if not self._segment.all_live:
            found = found.chosen(self._segment.live[found.docs].nonzero()[0])
        return Part(node, len(found.docs), found.total, -1, found)

    def _merged(self, forms: Sequence[int]) -> Listed | None:
        """The postings of several exact forms together, where they are few; else None."""
        offsets, ranges = self._doc_offsets, []
        n_postings = 0
        for at in {self._columns.list_number(TEXT, number) for number in forms} - {-1}:
            start, stop = offsets[at], offsets[at + 1]
            n_postings += stop - start
            if n_postings > FEW:
                return None
            ranges.append((start, stop))
        found: dict[int, tuple[int, int]] = {}
        for start, stop in ranges:
            for doc, count, first in zip(*self._lists(start, stop), strict=True):
                before = found.get(doc, (0, 0))
                found[doc] = before[0] + count, before[1] + first
        docs = sorted(found)
        counts = [found[doc][0] for doc in docs]
        return docs, counts, [found[doc][1] for doc in docs]

    def _beside(self, node: Node) -> Listed | Occurring | None:
        """A phrase or proximity whose words have one list each."""
        words = []
        for word in words_beside(node):
            keys = keys_of(word) if type(word) is Word else ()
            if len(keys) != 1:
                return None
            number = self._columns.term_number(encode(keys[0]))
            words.append(Listing(number, self._columns.list_number(TEXT, number)))
        if not words:
            return None
        if any([word.at < 0 for word in words]):
            return [], [], []
        return places_beside(self._columns, node, words)

    def arrays(self, part: Part) -> Occurring:
        """Where a part occurs."""
        if part.occurring is not None:
            return part.occurring
        if part.listed is not None:
            docs, counts, firsts = part.listed
            return Occurring(np.array(docs, np.uint32), np.array(counts), np.array(firsts))
        start, stop, file = part.start, part.start + part.n, self._file
        return Occurring(
            file.part("text.docs", start, stop),
            file.part("text.counts", start, stop),
            file.part("text.first_counts", start, stop),
            part.total,
        )

    def listed(self, part: Part) -> Listed:
        """The same as whole numbers."""
        if part.listed is not None:
            return part.listed
        if part.occurring is not None:
            return part.occurring.listed()
        return self._lists(part.start, part.start + part.n)

    def _lists(self, start: int, stop: int) -> Listed:
        listed = self._file.listed
        return (
            listed("text.docs", start, stop),
            listed("text.counts", start, stop),
            listed("text.first_counts", start, stop),
        )
