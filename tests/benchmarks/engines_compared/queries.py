"""Queries drawn from a collection's own words, the same for the same seed.

In: an analysed collection. Out: for each of the twelve classes so many different queries. Words
are keys that Dragoman's own analysis gives back unchanged and alone, so that all engines look for
one key a word; words of a query of several come from one document, as people's do.
"""

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.function_words import function_words
from engines_compared.collection import Analysed, year_of
from engines_compared.contestant import CLASSES, WORDS_BETWEEN, Asked

TRIES = 400
"""Draws for each query wanted before a class stays short of queries."""
RARE = 0.001
"""Share of the documents that hold a rare word, at most; at least two documents do."""
MIDDLING = (0.01, 0.05)
COMMON = (0.15, 1.0)
DATED = (0.01, 1.0)
MAX_PREFIXED = 200
"""Keys that a prefix may stand for."""
LONGEST_YEARS = 5


class Drawing:
    """Draws queries.

    Args:
        collection: Where words are drawn from.
        seed: Same seed, same queries.
        by_form: Whether Dragoman is asked a form of the word as it stands in the texts, which may
            have several keys, instead of the key.
    """

    def __init__(self, collection: Analysed, seed: int, *, by_form: bool) -> None:
        self._collection = collection
        self._random = random.Random(seed)
        self._by_form = by_form
        self._sorted_keys = sorted(collection.keys)
        self._years = sorted({year_of(d) for d in collection.documents} - {0}) or [0]
        self._kinds: dict[str, Callable[[], Asked | None]] = {
            "rare": lambda: self._single("rare", (0.0, RARE)),
            "middling": lambda: self._single("middling", MIDDLING),
            "common": lambda: self._single("common", COMMON),
            "2 or": lambda: self._together("2 or", 2),
            "3 and": lambda: self._together("3 and", 3),
            "8 or": lambda: self._together("8 or", 8),
            "2-word phrase": lambda: self._phrase("2-word phrase", 2),
            "4-word phrase": lambda: self._phrase("4-word phrase", 4),
            "prefix": self._prefix,
            "w/5": self._near,
            "date filter": self._dated,
            "facet by year": lambda: self._single("facet by year", DATED),
        }
        self._is_askable = cache(_is_askable)
        self._keys_within = cache(self._find_keys_within)
        self._forms_of_key = cache(self._find_forms_of_key)

    def draw(self, wanted: int) -> dict[str, list[Asked]]:
        """At most `wanted` different queries of each class."""
        return {kind: self._of_kind(kind, wanted) for kind in CLASSES}

    def _of_kind(self, kind: str, wanted: int) -> list[Asked]:
        found: dict[tuple[str, ...], Asked] = {}
        for _ in range(wanted * TRIES):
            asked = self._kinds[kind]()
            if asked is not None:
                found.setdefault((*asked.keys, *map(str, asked.years)), asked)
            if len(found) == wanted:
                break
        return list(found.values())

    # Words

    def _find_keys_within(self, low: float, high: float) -> list[int]:
        counts, n_docs = self._collection.document_counts, len(self._collection.documents)
        within = (counts >= max(2, low * n_docs)) & (counts <= max(3, high * n_docs))
        keys = self._collection.keys
        found = [number for number in np.flatnonzero(within).tolist() if _is_plain(keys[number])]
        return [number for number in found if self._is_askable(keys[number])]

    def _find_forms_of_key(self, number: int) -> dict[str, int]:
        """The exact forms of a key's tokens that can be typed as they are, with their tokens."""
        words: dict[str, int] = {}
        for form in np.flatnonzero(self._collection.key_of_form == number).tolist():
            word = self._collection.forms[form].exact.removeprefix("=")
            if _is_plain(word):
                words[word] = words.get(word, 0) + int(self._collection.form_counts[form])
        return words

    def _word_for(self, number: int) -> str:
        if self._by_form:
            words = self._forms_of_key(number)
            if any(words.values()):
                return self._random.choices(list(words), list(words.values()))[0]
        return self._collection.keys[number]

    def _asked(
        self, kind: str, numbers: list[int], years: tuple[int, int] = (0, 0)
    ) -> Asked | None:
        keys = tuple(self._collection.keys[number] for number in numbers)
        return Asked(kind, keys, tuple(self._word_for(number) for number in numbers), years)

    # Classes

    def _single(
        self, kind: str, share: tuple[float, float], years: tuple[int, int] = (0, 0)
    ) -> Asked | None:
        numbers = self._keys_within(*share)
        return self._asked(kind, [self._random.choice(numbers)], years) if numbers else None

    def _body(self) -> list[int]:
        """Key numbers of the text of a document drawn by lot."""
        body = self._random.choice(self._collection.bodies)
        found: list[int] = self._collection.key_of_form[body].tolist()
        return found

    def _is_content(self, number: int) -> bool:
        key = self._collection.keys[number]
        return (
            self._collection.document_counts[number] >= 2
            and _is_plain(key)
            and key not in function_words()
            and self._is_askable(key)
        )

    def _together(self, kind: str, count: int) -> Asked | None:
        body = sorted(set(self._body()))
        numbers = self._random.sample(body, min(count * 4, len(body)))
        chosen = list(filter(self._is_content, numbers))[:count]
        return self._asked(kind, chosen) if len(chosen) == count else None

    def _phrase(self, kind: str, count: int) -> Asked | None:
        body = self._body()
        if len(body) < count:
            return None
        at = self._random.randrange(len(body) - count + 1)
        numbers = body[at : at + count]
        keys = [self._collection.keys[number] for number in numbers]
        if not all(_is_plain(key) and self._is_askable(key) for key in keys):
            return None
        if sum(key not in function_words() for key in keys) * 2 < count:
            return None
        return self._asked(kind, numbers)

    def _near(self) -> Asked | None:
        body = self._body()
        if len(body) < WORDS_BETWEEN + 2:
            return None
        at = self._random.randrange(len(body) - WORDS_BETWEEN - 1)
        first, second = body[at], body[at + 1 + self._random.randint(0, WORDS_BETWEEN)]
        if first == second or not (self._is_content(first) and self._is_content(second)):
            return None
        return self._asked("w/5", [first, second])

    def _prefix(self) -> Asked | None:
        numbers = self._keys_within(0.0, 1.0)
        key = self._collection.keys[self._random.choice(numbers)] if numbers else ""
        if len(key) < 6:
            return None
        prefix = key[: self._random.randint(4, len(key) - 2)]
        n_keys = sum(1 for _ in self._starting(prefix))
        if n_keys > MAX_PREFIXED:
            return None
        return Asked("prefix", (prefix,), (prefix,))

    def _starting(self, prefix: str) -> Iterator[str]:
        at = bisect_left(self._sorted_keys, prefix)
        while at < len(self._sorted_keys) and self._sorted_keys[at].startswith(prefix):
            yield self._sorted_keys[at]
            at += 1

    def _dated(self) -> Asked | None:
        first = self._random.choice(self._years)
        last = first + self._random.randrange(LONGEST_YEARS)
        return self._single("date filter", DATED, (first, last))


def _is_plain(key: str) -> bool:
    """Whether a key can stand in a query as it is."""
    return len(key) > 1 and key.isalpha() and key == key.lower()


def _is_askable(key: str) -> bool:
    """Whether a query's word is taken for this key and no other."""
    tokens = analyze_word(key)
    return len(tokens) == 1 and tokens[0].keys == (key,)
