"""A query's leaves as terms of a segment: words by their keys, patterns by the vocabulary.

In: a leaf node and a segment's sorted terms. Out: numbers of terms. Reads no postings.
"""

import re
from functools import cached_property

import numpy as np
from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.forward import decode, encode
from dragoman.search.errors import QueryError
from dragoman.search.patterns import expression, folded, literal_prefix
from dragoman.search.tree import Exact, Fuzzy, Node, Wildcard, Word

MAX_EXPANSIONS = 2_048


def keys_of(leaf: Node) -> tuple[str, ...]:
    """The keys or exact forms that a word stands for; empty for patterns."""
    match leaf:
        case Word(text=text):
            return tuple(dict.fromkeys(key for token in analyze_word(text) for key in token.keys))
        case Exact(text=text):
            return tuple(token.exact for token in analyze_word(text))
    return ()


class Vocabulary:
    """The surface forms of a segment, searched by pattern and by edit distance."""

    def __init__(self, columns: SegmentColumns) -> None:
        self._columns = columns
        self.first = columns.terms.bisect(b"=")
        self.last = columns.terms.bisect(b">")

    @cached_property
    def forms(self) -> list[str]:
        """Every exact form without its mark, sorted by its bytes."""
        return [decode(self._columns.terms[number])[1:] for number in range(self.first, self.last)]

    def fitting(self, pattern: str) -> list[str]:
        """Forms that fit a folded wildcard pattern."""
        prefix = "=" + literal_prefix(pattern)
        terms = self._columns.terms
        low = terms.bisect(encode(prefix))
        high = min(self.last, terms.bisect(encode(prefix) + b"\xff"))
        fits = re.compile(expression(pattern)).fullmatch
        if prefix == "=":
            return [form for form in self.forms if fits(form)]
        candidates = (decode(terms[number])[1:] for number in range(low, high))
        return [form for form in candidates if fits(form)]

    @cached_property
    def _by_length(self) -> dict[int, tuple[np.ndarray, list[int]]]:
        """Length to the code points of the forms of that length (n, length), and their places."""
        places: dict[int, list[int]] = {}
        for place, form in enumerate(self.forms):
            places.setdefault(len(form), []).append(place)
        return {
            length: (
                np.array([[ord(c) for c in self.forms[p]] for p in of_length], np.uint32).reshape(
                    len(of_length), length
                ),
                of_length,
            )
            for length, of_length in places.items()
        }

    def within(self, form: str, distance: int) -> list[str]:
        """Forms at most `distance` insertions, deletions or replacements away (Levenshtein)."""
        found = []
        for length in range(max(1, len(form) - distance), len(form) + distance + 1):
            if length not in self._by_length:
                continue
            points, places = self._by_length[length]
            near = np.flatnonzero(_edits(points, form) <= distance)
            found += [self.forms[places[place]] for place in near.tolist()]
        return sorted(found)


def _edits(points: np.ndarray, form: str) -> np.ndarray:
    """Levenshtein distance of each row of code points to a form, row by row of the table."""
    n, length = points.shape
    previous = np.tile(np.arange(length + 1, dtype=np.int16), (n, 1))
    for number, c in enumerate(form, 1):
        current = np.empty_like(previous)
        current[:, 0] = number
        replaced = previous[:, :-1] + (points != ord(c))
        best = np.minimum(replaced, previous[:, 1:] + 1)
        for column in range(length):
            current[:, column + 1] = np.minimum(best[:, column], current[:, column] + 1)
        previous = current
    distances: np.ndarray = previous[:, -1]
    return distances


def expanded(leaf: Wildcard | Fuzzy, vocabularies: list[Vocabulary]) -> tuple[str, ...]:
    """The exact forms, marked, that a pattern or a fuzzy word stands for in all segments.

    Raises:
        QueryError: There are more than `MAX_EXPANSIONS`.
    """
    if isinstance(leaf, Wildcard):
        pattern = folded(leaf.pattern)
        forms = {form for vocabulary in vocabularies for form in vocabulary.fitting(pattern)}
    else:
        exact = "".join(t.exact.removeprefix("=") for t in analyze_word(leaf.text))
        forms = {
            form for vocabulary in vocabularies for form in vocabulary.within(exact, leaf.distance)
        }
    if len(forms) > MAX_EXPANSIONS:
        raise QueryError(
            f"this pattern stands for {len(forms)} forms, at most {MAX_EXPANSIONS} are searched; "
            "write more of the word",
            leaf.start,
            leaf.end,
        )
    return tuple("=" + form for form in sorted(forms))
