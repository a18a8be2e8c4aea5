"""A surface in its context → its exact form and its keys.

In: what stands in a text, and whether its capitals are those of a name or an abbreviation. Out: a
`Form`. Where it stands and what stands beside it is `analysis`.
"""

import re
from typing import NamedTuple

from dragoman.indexer.function_words import function_words
from dragoman.indexer.lemmas import lemma_keys
from dragoman.indexer.tokens import (
    ABBREVIATIONS,
    MAX_TOKEN,
    base_form,
    exact_form,
    is_number,
    number_key,
    numeric_part,
    plain,
)

EXACT_MARK = "="
"""Before exact forms, so that they can't meet a lemma."""
ABBREVIATION_MARK = "."
"""Before the letters of an abbreviation."""


class Form(NamedTuple):
    """What tokens of one surface in one context have in common."""

    exact: str
    keys: tuple[str, ...]


_POSSESSIVE = re.compile("['’ʼ＇]s$")
SMALL_LETTERS = re.compile(rf"[a-z]{{1,{MAX_TOKEN}}}|[а-яё]{{1,{MAX_TOKEN}}}")
"""What most words are: one token without capitals, marks or digits, of one script."""
_CONTRACTED = ("n't", "'re", "'ve", "'ll", "'d", "'m")


def form_of(surface: str, *, as_name: bool, as_abbreviation: bool) -> Form:
    """The exact form and the keys of a surface in its context."""
    if SMALL_LETTERS.fullmatch(surface):  # as most are: nothing to fold but ё
        exact = surface.replace("ё", "е")
        return Form(EXACT_MARK + exact, lemma_keys(exact, as_name=False))
    if "." in surface:
        dotted = _POSSESSIVE.sub("", surface).upper()
        if dotted in ABBREVIATIONS or dotted + "." in ABBREVIATIONS:
            key = ABBREVIATION_MARK + dotted.replace(".", "").casefold()
            return Form(EXACT_MARK + surface.casefold(), (key,))
    word = plain(surface)[:MAX_TOKEN] or surface[:MAX_TOKEN]
    if is_number(word):
        return Form(EXACT_MARK + word, (number_key(word),))
    exact = exact_form(word)
    letters = exact.removesuffix("'s")
    if as_abbreviation and letters in function_words():
        return Form(EXACT_MARK + word, (ABBREVIATION_MARK + letters,))
    keys = _keys(base_form(exact), as_name=as_name)
    if as_abbreviation:
        keys = (*keys, ABBREVIATION_MARK + letters)
    return Form(EXACT_MARK + exact, keys)


def _keys(word: str, *, as_name: bool) -> tuple[str, ...]:
    word = word.removesuffix("'s").removesuffix("'")
    if "'" in word:
        if word.endswith(_CONTRACTED):
            return (word,)
        rest = word[word.rindex("'") + 1 :]
        keys = (word, word.replace("'", ""), rest, *lemma_keys(rest, as_name=as_name))
        return tuple(dict.fromkeys(keys))
    if numeric := numeric_part(word):
        return (word, numeric)
    return lemma_keys(word, as_name=as_name)
