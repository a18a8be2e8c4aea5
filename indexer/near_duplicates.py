"""Near-identical texts: which may be, by MinHash, and which are, by their shingles.

In: a batch's tokens, or two texts. Out: band keys, of which near-identical texts share one, and
whether two texts are near-identical. Groups nothing and reads no index.

MinHash of one permutation, densified by rotation; Broder 1997; Shrivastava & Li 2014. The keys
only say what is worth a look: no two texts are called near-identical by chance of hashing.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.forms import Form

SHINGLE = 5
"""Words of a shingle."""
THRESHOLD = 0.8
"""Share of shingles that two texts must have in common of all that either has (Jaccard)."""
MIN_WORDS = 20
"""Shorter texts are near-identical only where they and their titles are the same word for word."""
BANDS = 16
ROWS = 5
"""Minima in a band: texts at the threshold share one with probability 0.998, at 0.3 with 0.04."""
_NO_MINIMUM = np.uint32(0xFFFFFFFF)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_WORD = re.compile(r"\w+")

Uint32 = NDArray[np.uint32]
Uint64 = NDArray[np.uint64]


class WordHashes:
    """64 bits of each form's exact word, for an analyzer's growing list of forms."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self.forms = forms
        self._hashes = np.zeros(0, np.uint64)

    def all(self) -> Uint64:
        """The hash of every form that is in the list by now (n)."""
        met = len(self._hashes)
        if len(self.forms) > met:
            more = (
                zlib.crc32(form.exact.encode("utf-8", "surrogatepass")) for form in self.forms[met:]
            )
            hashes = np.fromiter(more, np.uint64, len(self.forms) - met)
            self._hashes = np.concatenate((self._hashes, hashes * _MIX))
        return self._hashes


def band_keys(words: Uint64, lengths: Uint32) -> Uint32:
    """The band keys of texts (n, `BANDS`); all 0 where a text has no words.

    Args:
        words: Hash of each word, all texts one after another.
        lengths: Words of each text (n).
    """
    counts = lengths.astype(np.int64)
    ends = np.cumsum(counts)
    # A text with fewer words than a shingle has one of them all, the rest of it empty.
    padding = np.maximum(0, SHINGLE - counts[counts > 0])
    if padding.any():
        words = np.insert(words, np.repeat(ends[counts > 0], padding), 0)
        counts = np.where(counts > 0, np.maximum(counts, SHINGLE), 0)
        ends = np.cumsum(counts)
    n_shingles = max(0, len(words) - SHINGLE + 1)
    shingles = words[:n_shingles].copy()
    for step in range(1, SHINGLE):
        shingles *= _STEP
        shingles += words[step : n_shingles + step]
    is_inside = np.ones(n_shingles, bool)  # of one text, not of two
    for step in range(1, SHINGLE):
        across = ends[counts > 0][:-1] - step
        is_inside[across] = False
    n_texts = len(lengths)
    text_of = np.repeat(np.arange(n_texts), np.maximum(0, counts - SHINGLE + 1))
    hashes = _mixed(shingles[is_inside])
    n_bins = BANDS * ROWS
    bins = ((hashes >> np.uint64(32)) * np.uint64(n_bins) >> np.uint64(32)).astype(np.int64)
    minima = np.full(n_texts * n_bins, _NO_MINIMUM)
    values = np.minimum(hashes.astype(np.uint32), _NO_MINIMUM - np.uint32(1))
    np.minimum.at(minima, text_of * n_bins + bins, values)
    keys = _bands(_without_gaps(minima.reshape(n_texts, n_bins)))
    keys[counts == 0] = 0
    return keys


def _mixed(numbers: Uint64) -> Uint64:
    """Numbers scrambled, each bit depending on all."""
    mixed = numbers * _MIX
    mixed ^= mixed >> np.uint64(32)
    mixed *= _STEP
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    found: Uint64 = mixed ^ (mixed >> np.uint64(32))
    return found


def _without_gaps(minima: Uint32) -> Uint32:
    """Each empty bin filled from the next filled one, in a circle."""
    n_bins = minima.shape[1]
    rows = np.flatnonzero((minima == _NO_MINIMUM).any(axis=1))
    twice = np.concatenate((minima[rows], minima[rows]), axis=1)
    places = np.where(twice == _NO_MINIMUM, 2 * n_bins, np.arange(2 * n_bins))
    nearest = np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1][:, :n_bins]
    distance = nearest - np.arange(n_bins)
    filled = np.take_along_axis(twice, np.minimum(nearest, 2 * n_bins - 1), axis=1)
    minima[rows] = filled + (distance * 0x9E3779B1).astype(np.uint32)
    return minima


def _bands(minima: Uint32) -> Uint32:
    """One number for the minima of each band, never 0."""
    rows = minima.reshape(len(minima), BANDS, ROWS).astype(np.uint64)
    keys = np.zeros(rows.shape[:2], np.uint64)
    for row in range(ROWS):
        keys = keys * _STEP + rows[:, :, row]
    found: Uint32 = (_mixed(keys) >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
    return found


@dataclass(frozen=True, slots=True)
class Shingles:
    """What a text is compared by.

    Attributes:
        of_text: Every `SHINGLE` words that stand side by side; of a short text all its words.
        title: The words of the title.
        is_short: Whether the text has fewer than `MIN_WORDS` words.
    """

    of_text: frozenset[tuple[str, ...]]
    title: tuple[str, ...]
    is_short: bool

    @classmethod
    def of(cls, title: str, text: str) -> "Shingles":
        """The shingles of a document."""
        words = words_of(text)
        is_short = len(words) < MIN_WORDS
        size = len(words) if is_short else SHINGLE
        shingles = zip(*(words[at:] for at in range(size)), strict=False)
        return cls(frozenset(shingles), tuple(words_of(title)), is_short)

    def share(self, other: "Shingles") -> float:
        """Shingles in common of all that either has (Jaccard; 0 without words)."""
        common = len(self.of_text & other.of_text)
        return common / max(1, len(self.of_text) + len(other.of_text) - common)

    def is_near(self, other: "Shingles") -> bool:
        """Whether two documents are near-identical."""
        if self.is_short or other.is_short:
            return self == other and bool(self.of_text)
        return self.share(other) >= THRESHOLD


def words_of(text: str) -> list[str]:
    """The words of a text, capitals aside."""
    return _WORD.findall(text.casefold())
