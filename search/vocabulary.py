"""The words of a collection with how many documents hold each, for suggestions and completion.

In: what `Engine.form_counts` tells. Out: exact forms, sorted, with counts. The counts are about
right only, so they weigh and order but are never shown.
"""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.transliteration import skeleton

_LAST = "\U0010ffff"


class Vocabulary:
    """Every exact form of titles and texts.

    Args:
        counts: Each form with about how many documents hold it.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
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
