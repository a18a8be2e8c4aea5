"""Words of the collection that a misspelt one may have meant.

In: a word that no document, or hardly any, holds. Out: exact forms near it, likeliest first.
"""

import math

from dragoman.indexer.analysis import analyze_word
from dragoman.search.engine import Engine
from dragoman.search.errors import QueryError
from dragoman.search.tree import Fuzzy
from dragoman.search.vocabulary import Vocabulary

_SHORTEST = 4
"""Code points of a word from which on it can be told from a shorter one with an error."""
_TWO_EDITS = 6
"""Code points from which on two edits are looked for."""
_COMMON = 50
"""How many times more frequent the likelier word must be where the typed one is known."""


def likelier(word: str, engine: Engine, vocabulary: Vocabulary, at_most: int) -> list[str]:
    """Forms one or two edits away, weighed by frequency, distance and the first letter."""
    tokens = analyze_word(word)
    if len(tokens) != 1:
        return []
    form = tokens[0].exact.removeprefix("=")
    if len(form) < _SHORTEST:
        return []
    known = vocabulary.documents(form)
    weighed: dict[str, float] = {}
    for edits in (1, 2) if len(form) >= _TWO_EDITS else (1,):
        try:
            terms = engine.terms(Fuzzy(word, edits))
        except QueryError:  # too many forms are near
            break
        for near in (key.removeprefix("=") for term in terms for key in term.keys):
            documents = vocabulary.documents(near)
            if near == form or near in weighed or documents <= known * _COMMON:
                continue
            changed = 0 if near[0] == form[0] else 2
            swapped = edits == 2 and sorted(near) == sorted(form)
            weighed[near] = math.log1p(documents) - 4 * (1 if swapped else edits) - changed
    likely = sorted(weighed, key=lambda near: (-weighed[near], near))
    if not likely:
        return []
    enough = vocabulary.documents(likely[0]) / _COMMON
    found: dict[tuple[str, ...], str] = {}
    for near in likely:
        if vocabulary.documents(near) >= enough and len(found) < at_most:
            keys = {key for token in analyze_word(near) for key in token.keys}
            if not any(keys & set(others) for others in found):
                found[tuple(keys)] = near
    return list(found.values())
