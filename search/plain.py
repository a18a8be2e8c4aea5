"""Queries that need no grammar: words, words joined by OR, one quotation.

In: the query as typed. Out: the tree that the grammar would make, or None where a query is
anything else, or where something must be noted. Most queries are such, and are read at once.
"""

import re
from itertools import accumulate

from dragoman.indexer.forms import SMALL_LETTERS
from dragoman.indexer.function_words import function_words
from dragoman.indexer.tokens import exact_form
from dragoman.search.tree import OPERATOR_WORDS, AllOf, AnyOf, Near, Node, Phrase, Wildcard, Word

_WORDS = re.compile(
    r"(\"?)((?:[A-Za-z0-9]+|[А-Яа-яЁё0-9]+)(?: (?:[A-Za-z0-9]+|[А-Яа-яЁё0-9]+))*)\1", re.ASCII
)
_WORD = "(?:[A-Za-z0-9]{1,64}|[А-Яа-яЁё0-9]{1,64})"
_PREFIX = re.compile(rf"{_WORD}\*", re.ASCII)
_NEAR = re.compile(rf"({_WORD}) (w|pre)/([1-9][0-9]{{0,2}}) ({_WORD})", re.ASCII)
_MAX_CHARACTERS = 1_000
_MAX_WORDS = 64
_NOTED = frozenset(("or", "или", "not", "не", *OPERATOR_WORDS))
"""Words that are operators, or are noted because they could have been."""


def _is_common(text: str) -> bool:
    """Whether a word is a function word in small letters, however it was typed."""
    return exact_form(text) in function_words()


def plain_query(query: str) -> tuple[Node, str] | None:
    """The tree of a plain query, as the grammar would read it, read back; None for any other.

    Words of one script only, one space between them, none of them common or an operator's name;
    all joined by AND (by standing side by side), or all by `OR`, or quoted; or one prefix with its
    `*`, or two words with `w/n` or `pre/n` between them.
    """
    if SMALL_LETTERS.fullmatch(query):  # one word, as most queries are
        if query in _NOTED or _is_common(query):
            return None
        return Word(query, False, 0, len(query)), query
    if query[-1:] == "*" and _PREFIX.fullmatch(query):
        return Wildcard(query, 0, len(query)), query
    if "/" in query and (near := _NEAR.fullmatch(query)) and _NOTED.isdisjoint(near.group(1, 4)):
        left, right = (Word(near[n], start=near.start(n), end=near.end(n)) for n in (1, 4))
        return Near(left, right, near[2], int(near[3]), start=0, end=len(query)), query
    found = _WORDS.fullmatch(query) if len(query) <= _MAX_CHARACTERS else None
    if found is None:
        return None
    typed = found[2].split(" ")
    if len(typed) > _MAX_WORDS:
        return None
    if found[1]:
        if len(typed) < 2:
            return None
        ends = accumulate(len(word) + 1 for word in typed)
        parts = (
            Word(word, start=end - len(word), end=end)
            for word, end in zip(typed, ends, strict=True)
        )
        return Phrase(tuple(parts), start=0, end=len(query)), query
    is_union = len(typed) > 2 and typed[1] == "OR"
    if is_union and (len(typed) % 2 == 0 or any(word != "OR" for word in typed[1::2])):
        return None
    words: list[Node] = []
    start = 0
    for number, text in enumerate(typed):
        end = start + len(text)
        if not (is_union and number % 2):
            word = Word(text, False, start, end)
            if text in _NOTED or (not is_union and _is_common(text)):
                return None
            words.append(word)
        start = end + 1
    if len(words) == 1:
        return words[0], query
    if is_union:
        return AnyOf(tuple(words)), query
    return AllOf(tuple(words)), " AND ".join(typed)
