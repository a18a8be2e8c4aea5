"""A query's leaves as terms: words by their keys, patterns and fuzzy words by the vocabulary.

In: a leaf node and the vocabulary of each segment. Out: keys, or numbers of terms. Reads no
postings.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.columns import TEXT, SegmentColumns
from dragoman.indexer.errors import Message
from dragoman.indexer.forms import EXACT_MARK, SMALL_LETTERS
from dragoman.indexer.forward import decode, encode
from dragoman.indexer.lemmas import lemma_keys
from dragoman.search.errors import QueryError
from dragoman.search.patterns import expression, folded, literal_prefix
from dragoman.search.tree import Exact, Fuzzy, Node, Wildcard, Word

MAX_EXPANSIONS = 2_048
_CAPITALS = (("A", "["), ("А", "а"))
"""Latin and Cyrillic capitals, from the first to the letter after the last."""


def keys_of(leaf: Node) -> tuple[str, ...]:
    """The keys or exact forms that a word stands for; empty for patterns."""
    if type(leaf) is Word and leaf.keys:
        return leaf.keys
    if type(leaf) is Word and SMALL_LETTERS.fullmatch(leaf.text):
        return lemma_keys(leaf.text.replace("ё", "е"), as_name=False)  # as `form_of`, at once
    return _analyzed(leaf)


@lru_cache(maxsize=4_096)
def _analyzed(leaf: Node) -> tuple[str, ...]:
    match leaf:
        case Word(text=text):
            tokens = analyze_word(text)
            if len(tokens) == 1:
                return tokens[0].keys
            return tuple(dict.fromkeys(key for token in tokens for key in token.keys))
        case Exact(text=text):
            return tuple(token.exact for token in analyze_word(text))
    return ()


class Vocabulary:
    """The surface forms of a segment, searched by pattern and by edit distance."""

    def __init__(self, columns: SegmentColumns) -> None:
        self._columns = columns
        self.first = columns.terms.bisect(EXACT_MARK.encode())
        self.last = columns.terms.bisect(bytes([EXACT_MARK.encode()[0] + 1]))

    def form(self, number: int) -> str:
        """The exact form that a term is, without its mark."""
        return decode(self._columns.terms[number])[1:]

    def form_counts(self) -> list[tuple[str, int]]:
        """Every form of titles and texts, and how many documents hold it, deleted ones too."""
        file = self._columns.file
        terms = file.array(f"{TEXT}.terms")
        low, high = terms.searchsorted(np.array([self.first, self.last], terms.dtype)).tolist()
        documents = np.diff(file.array(f"{TEXT}.doc_offsets").astype(np.int64))
        counts = documents[file.array(f"{TEXT}.lists")[low:high]].tolist()
        marked = self._columns.terms.range(self.first, self.last)
        places = (terms[low:high] - self.first).tolist()
        return [
            (decode(marked[place])[1:], count) for place, count in zip(places, counts, strict=True)
        ]

    # Patterns

    @cached_property
    def _in_capitals(self) -> list[tuple[int, str]]:
        """The forms that begin with a capital (WHO, US), with their numbers."""
        found = []
        for first, last in _CAPITALS:
            low, high = (self._columns.terms.bisect(encode(EXACT_MARK + c)) for c in (first, last))
            forms = (decode(term)[1:] for term in self._columns.terms.range(low, high))
            found += list(zip(range(low, high), forms, strict=True))
        return found

    def starting(self, prefix: str) -> list[int]:
        """Numbers of the exact forms that begin so, in small letters or in capitals; rising."""
        start = encode(EXACT_MARK + prefix)
        low, high = self._columns.terms.bisect(start), self._columns.terms.bisect(start + b"\xff")
        capitals = prefix.upper()
        found = [number for number, form in self._in_capitals if form.startswith(capitals)]
        return sorted(found + list(range(low, high))) if found else list(range(low, high))

    def fitting(self, pattern: str) -> list[int]:
        """Numbers of the exact forms that fit a folded wildcard pattern, rising."""
        prefix = literal_prefix(pattern)
        terms = self._columns.terms
        low, high = self.first, self.last
        if prefix:
            start = encode(EXACT_MARK + prefix)
            low, high = terms.bisect(start), min(high, terms.bisect(start + b"\xff"))
            if pattern == prefix + "*":
                return list(range(low, high))
        candidates = self._holding(_longest_literal(pattern), low, high)
        fits = re.compile(expression(pattern), re.DOTALL).fullmatch
        if len(candidates) == high - low:
            forms = (decode(term)[1:] for term in terms.range(low, high))
            return [number for number, form in zip(candidates, forms, strict=True) if fits(form)]
        return [number for number in candidates if fits(self.form(number))]

    def _holding(self, literal: str, low: int, high: int) -> range | list[int]:
        """Those exact forms in a range of terms that contain some letters."""
        if not literal or low == high:
            return range(low, high)
        offsets = self._columns.file.array("terms.offsets")
        start = int(offsets[low])
        blob = self._columns.file.part("terms.blob", start, int(offsets[high])).tobytes()
        wanted = encode(literal)
        found, at = [], blob.find(wanted)
        while at >= 0:
            found.append(at)
            at = blob.find(wanted, at + 1)
        ends = np.array(found, np.int64) + start
        numbers = offsets.searchsorted(ends.astype(offsets.dtype), side="right") - 1
        terms: list[int] = np.unique(numbers).tolist()
        return terms

    # Edit distance

    @cached_property
    def _points(self) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint64]]:
        """All forms as code points, each form's start among them with the end, and its letters.

        The letters of a form are a set of 64 bits: forms within d edits differ in at most 2 d.
        """
        offsets = self._columns.file.array("terms.offsets")
        start, stop = int(offsets[self.first]), int(offsets[self.last])
        text = decode(self._columns.file.part("terms.blob", start, stop).tobytes())
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        starts = np.flatnonzero(points == ord(EXACT_MARK))
        bits = np.uint64(1) << ((points.astype(np.uint64) * np.uint64(7)) & np.uint64(63))
        bits[starts] = 0
        letters = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
        return points, np.append(starts, len(points)), letters

    def within(self, form: str, distance: int) -> list[int]:
        """Exact forms at most `distance` insertions, deletions or replacements away (Levenshtein).

        Returns:
            Their term numbers, rising.
        """
        points, starts, letters = self._points
        if len(starts) < 2:
            return []
        lengths = np.diff(starts) - 1
        wanted = np.uint64(0)
        for c in form:
            wanted |= np.uint64(1) << np.uint64((ord(c) * 7) & 63)
        candidates = np.flatnonzero(
            (abs(lengths - len(form)) <= distance)
            & (np.bitwise_count(letters ^ wanted) <= 2 * distance)
        )
        found: list[int] = []
        for length in np.unique(lengths[candidates]).tolist():
            of_length = candidates[lengths[candidates] == length]
            table = points[starts[of_length][:, None] + 1 + np.arange(length)]
            near = of_length[edits(table, form) <= distance]
            found += (near + self.first).tolist()
        return sorted(found)


def _longest_literal(pattern: str) -> str:
    return max(re.split(r"[*?]", pattern), key=len)


def edits(points: NDArray[np.uint32], form: str) -> NDArray[np.int16]:
    """Levenshtein distance of each row of code points to a form, row by row of the table."""
    n, length = points.shape
    previous = np.tile(np.arange(length + 1, dtype=np.int16), (n, 1))
    for number, c in enumerate(form, 1):
        current = np.empty_like(previous)
        current[:, 0] = number
        replaced = previous[:, :-1] + (points != ord(c))
        cheapest = np.minimum(replaced, previous[:, 1:] + 1)
        for column in range(length):
            current[:, column + 1] = np.minimum(cheapest[:, column], current[:, column] + 1)
        previous = current
    distances: NDArray[np.int16] = previous[:, -1]
    return distances


@dataclass(frozen=True, slots=True)
class Expansion:
    """The exact forms that a pattern or a fuzzy word stands for.

    Attributes:
        numbers: Numbers of their terms, for each segment.
        marked: The forms with their mark, sorted.
    """

    numbers: tuple[tuple[int, ...], ...]
    marked: tuple[str, ...]


def expanded(leaf: Wildcard | Fuzzy, vocabularies: list[Vocabulary]) -> Expansion:
    """The exact forms that a pattern or a fuzzy word stands for in all segments.

    Raises:
        QueryError: There are more than `MAX_EXPANSIONS`.
    """
    if isinstance(leaf, Wildcard):
        prefix = leaf.pattern[:-1]
        if leaf.pattern.endswith("*") and SMALL_LETTERS.fullmatch(prefix):
            prefix = prefix.replace("ё", "е")
            numbers = [vocabulary.starting(prefix) for vocabulary in vocabularies]
        else:
            pattern = folded(leaf.pattern)
            # Abbreviations that are common words in small letters (WHO, US) keep their capitals.
            patterns = dict.fromkeys((pattern, pattern.upper()))
            numbers = [
                sorted({n for each in patterns for n in vocabulary.fitting(each)})
                for vocabulary in vocabularies
            ]
    else:
        exact = "".join(t.exact.removeprefix(EXACT_MARK) for t in analyze_word(leaf.text))
        numbers = [vocabulary.within(exact, leaf.distance) for vocabulary in vocabularies]
    n_forms = max(map(len, numbers), default=0)
    if n_forms <= MAX_EXPANSIONS:
        forms = {
            vocabulary.form(number)
            for vocabulary, of_segment in zip(vocabularies, numbers, strict=True)
            for number in of_segment
        }
        n_forms = len(forms)
    if n_forms > MAX_EXPANSIONS:
        raise QueryError(
            Message(
                "this pattern stands for {n} forms or more, at most {most} are searched; "
                "write more of the word",
                n=n_forms,
                most=MAX_EXPANSIONS,
            ),
            leaf.start,
            leaf.end,
        )
    marked = tuple(EXACT_MARK + form for form in sorted(forms))
    return Expansion(tuple(map(tuple, numbers)), marked)
