"""The words of a collection with how many documents hold each, for suggestions and completion.

In: the columns of an index's segments. Out: exact forms, sorted, with counts. Counts are those of
the segments as written: a deleted document counts until it is merged away, so they weigh and order
but are never shown.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer import codec
from dragoman.indexer.columns import TEXT, SegmentColumns
from dragoman.indexer.forms import EXACT_MARK
from dragoman.indexer.forward import decode
from dragoman.search.transliteration import skeleton

_TRIES = 5
_LAST = "\U0010ffff"


class Vocabulary:
    """Every exact form of titles and texts.

    Args:
        segments: The index's.
    """

    def __init__(self, segments: Sequence[SegmentColumns]) -> None:
        counts: dict[str, int] = {}
        for columns in segments:
            for form, count in _forms(columns):
                counts[form] = counts.get(form, 0) + count
        self.forms = sorted(counts)
        self.counts: NDArray[np.int64] = np.array([counts[f] for f in self.forms], np.int64)
        self._counts = counts

    def documents(self, form: str) -> int:
        """About how many documents hold a form."""
        return self._counts.get(form, 0)

    def beginning_with(self, prefix: str, at_most: int) -> list[str]:
        """The most frequent forms that begin so."""
        low = bisect_left(self.forms, prefix)
        high = bisect_left(self.forms, prefix + _LAST)
        return self._most_frequent(np.arange(low, high), at_most)

    def _most_frequent(self, numbers: NDArray[np.intp], at_most: int) -> list[str]:
        order = np.lexsort((numbers, -self.counts[numbers]))[:at_most]
        return [self.forms[number] for number in numbers[order].tolist()]

    # Names in the other script

    @cached_property
    def _skeletons(self) -> tuple[list[str], list[int]]:
        """The skeletons of Cyrillic forms, sorted, and the number of each one's form."""
        pairs = sorted(
            (skeleton(form), number)
            for number, form in enumerate(self.forms)
            if form and "а" <= form[0] <= "я"
        )
        return [each for each, _ in pairs], [number for _, number in pairs]

    def sounding_like(self, word: str, at_most: int) -> list[str]:
        """Cyrillic forms that a Latin word spells, or other cases of them, most frequent first."""
        wanted = skeleton(word)
        skeletons, numbers = self._skeletons
        low, high = bisect_left(skeletons, wanted), bisect_left(skeletons, wanted + "\0")
        if low == high and len(wanted) > 4:
            stem = wanted.rstrip("aeiou")
            low, high = bisect_left(skeletons, stem), bisect_left(skeletons, stem + _LAST)
            near = [n for n in range(low, high) if len(skeletons[n]) <= len(wanted) + 2]
            return self._most_frequent(np.array([numbers[n] for n in near], np.intp), at_most)
        return self._most_frequent(np.array(numbers[low:high], np.intp), at_most)

    def beginning_to_sound_like(self, prefix: str, at_most: int) -> list[str]:
        """The most frequent Cyrillic forms that begin as a Latin word spells."""
        wanted = skeleton(prefix)
        if not wanted:
            return []
        skeletons, numbers = self._skeletons
        low, high = bisect_left(skeletons, wanted), bisect_left(skeletons, wanted + _LAST)
        return self._most_frequent(np.array(numbers[low:high], np.intp), at_most)


def _forms(columns: SegmentColumns) -> list[tuple[str, int]]:
    """A segment's exact forms without their mark, each with how many documents hold it."""
    mark = EXACT_MARK.encode()
    first, last = columns.terms.bisect(mark), columns.terms.bisect(bytes([mark[0] + 1]))
    terms = columns.file.array(f"{TEXT}.terms")
    low, high = terms.searchsorted(np.array([first, last], terms.dtype)).tolist()
    documents = np.diff(columns.file.array(f"{TEXT}.doc_offsets").astype(np.int64))
    counts = documents[columns.file.array(f"{TEXT}.lists")[low:high]]
    marked = list(columns.terms.range(first, last))
    return [
        (decode(marked[number])[1:], count)
        for number, count in zip((terms[low:high] - first).tolist(), counts.tolist(), strict=True)
    ]


def open_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of the newest committed state of an index."""
    for attempt in range(_TRIES):
        try:
            toc = codec.read_toc(folder)
            return Vocabulary([segment.open(folder) for segment in toc.segments])
        except FileNotFoundError:  # a writer has just replaced it
            if attempt == _TRIES - 1:
                raise
    raise AssertionError
