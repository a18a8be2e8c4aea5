"""The terms of all segments of an index, numbered as one in their order.

In: segments. Out: for each segment arrays from its own numbers, of terms and of forms, to the
shared ones, so that words are counted, compared and ordered over all segments without being
spelled. Made once for an open index; holds nothing of a query.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.forward import decode, encode
from dragoman.indexer.function_words import function_words
from dragoman.indexer.string_tables import StringTable
from dragoman.search.places import exact_terms_of, lemmas_of

_Numbers = NDArray[np.int64]
_CYRILLIC, _BEYOND = "\u0400".encode(), "\u0530".encode()
"""Between these no character is a digit."""


class Lexicon:
    """The shared numbers of an index's terms; safe to share.

    The segment with most terms gives the order; terms that only others have stand between.

    Args:
        segments: The columns of each segment.

    Attributes:
        numbers: For each segment (n_terms + 1) the shared number of each term; the last is -1, so
            that -1 for no term stays -1. They rise in the order of the terms.
    """

    def __init__(self, segments: Sequence[SegmentColumns]) -> None:
        self._segments = segments
        self.numbers: list[_Numbers] = []
        tables = [columns.terms for columns in segments]
        self._main: StringTable | tuple[()] = max(tables, key=len, default=())
        if not isinstance(self._main, StringTable):
            self._added, self._added_numbers = [], np.zeros(0, np.int64)
            return
        main = tables.index(self._main)
        others = {
            number: columns.terms.all() for number, columns in enumerate(segments) if number != main
        }
        found = {
            number: np.fromiter(map(self._main.find, terms), np.int64, len(terms))
            for number, terms in others.items()
        }
        self._added = sorted(
            {
                terms[at]
                for number, terms in others.items()
                for at in np.flatnonzero(found[number] < 0).tolist()
            }
        )
        stands = np.array([self._main.bisect(term) for term in self._added], np.int64)
        self._added_numbers = stands + np.arange(len(stands))
        of_main = np.arange(len(self._main))
        of_main += stands.searchsorted(of_main, side="right")
        of_added = dict(zip(self._added, self._added_numbers.tolist(), strict=True))
        for number in range(len(segments)):
            own = of_main
            if number != main:
                own = of_main[found[number]]
                lacking = np.flatnonzero(found[number] < 0)
                own[lacking] = [of_added[others[number][at]] for at in lacking.tolist()]
            self.numbers.append(np.append(own, -1))

    def __len__(self) -> int:
        return len(self._main) + len(self._added)

    def spelled(self, numbers: _Numbers) -> list[str]:
        """The terms with these shared numbers."""
        at = self._added_numbers.searchsorted(numbers)
        rows = zip(numbers.tolist(), at.tolist(), strict=True)
        added = dict(zip(self._added_numbers.tolist(), self._added, strict=True))
        return [
            decode(added[number] if number in added else self._main[number - before])
            for number, before in rows
        ]

    @cached_property
    def exact_forms(self) -> list[_Numbers]:
        """For each segment (n_forms) the shared number of each form's exact term; -1 at gaps."""
        return [
            numbers[exact_terms_of(columns)]
            for columns, numbers in zip(self._segments, self.numbers, strict=True)
        ]

    @cached_property
    def words(self) -> list[_Numbers]:
        """For each segment (n_forms) the shared number of each form's lemma.

        It is -1 for forms that are not counted as words: function words, numbers, gaps.
        """
        is_word = self._are_words()
        found = []
        for columns, numbers in zip(self._segments, self.numbers, strict=True):
            forms = np.arange(len(columns.file.array("form_offsets")) - 1)
            lemmas = numbers[lemmas_of(columns, forms)]
            found.append(np.where(is_word[lemmas], lemmas, -1))
        return found

    def _are_words(self) -> NDArray[np.bool_]:
        """(n + 1) whether each term is no function word and begins with no digit; -1 is none."""
        found = np.ones(len(self) + 1, bool)
        found[-1] = False
        for columns, numbers in zip(self._segments, self.numbers, strict=True):
            terms = columns.terms
            found[numbers[[terms.find(encode(word)) for word in function_words()]]] = False
            first, last = terms.bisect(b"0"), terms.bisect(b":")
            found[numbers[first:last]] = False
            for low, high in (
                (terms.bisect(b"\x80"), terms.bisect(_CYRILLIC)),
                (terms.bisect(_BEYOND), len(terms)),
            ):
                for at, term in enumerate(terms.range(low, high), low):
                    if decode(term)[:1].isdigit():
                        found[numbers[at]] = False
        return found
