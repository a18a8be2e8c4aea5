"""From a Russian word to its lemma keys, by pymorphy3's dictionary and the paradigms of names.

In: a word casefolded, composed, ё as е, without stress marks, and whether it stood as a name
stands. Out: its keys. It knows nothing of sentences, of the collection, or of the disk cache over
it. The dictionary is loaded at the first call, not at import.
"""

from functools import cache
from importlib.metadata import version
from typing import Any

from dragoman.indexer.surnames_ru import is_russian_surname, nominatives

MIN_LEMMA_SCORE = 0.02
"""A lemma whose parses' scores sum to less is no key (стали is сталь, 0.025)."""

MIN_NAME_SHARE = 0.1
"""From this share of the scores on, a name reading drops the others from a capitalised word."""

_NAME_TAGS = frozenset(("Surn", "Name", "Patr", "Geox"))
_NOMINAL_TAGS = ("NOUN", "ADJF", "ADJS", "PRTF")
_MIN_PREFIX = 4
"""Letters of a prefix that makes a known word out of a known rest: анти, кибер, but not не, по."""

_FOREIGN_NAMES = frozenset(("маск", "трасс", "гор", "бут", "пенс", "райс", "пен"))
"""Surnames whose forms the dictionary reads as other words only (Маск as the genitive of маска)."""


def russian_keys(word: str, *, as_name: bool) -> tuple[str, ...]:
    """Lemma keys of a Cyrillic word, sorted; never empty, no ё in them.

    Args:
        word: Casefolded, composed, ё as е, no stress marks or soft hyphens.
        as_name: It stood with a capital in mid-sentence.
    """
    return tuple(sorted({key.replace("ё", "е") for key in _keys(word, as_name)})) or (word,)


def is_known_russian(word: str) -> bool:
    """Whether the word is a form in pymorphy3's dictionary."""
    return bool(_morph().word_is_known(word))


@cache
def russian_dictionary_version() -> str:
    """Versions of pymorphy3 and its dictionary; loads neither."""
    return f"pymorphy3 {version('pymorphy3')}, dictionary {version('pymorphy3-dicts-ru')}"


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def _keys(word: str, as_name: bool) -> set[str]:
    parses = _morph().parse(word)
    lemmas: dict[str, float] = {}
    names: dict[str, float] = {}
    for parse in parses:
        lemma = parse.normal_form
        lemmas[lemma] = lemmas.get(lemma, 0.0) + parse.score
        if not _NAME_TAGS.isdisjoint(parse.tag.grammemes):
            names[lemma] = names.get(lemma, 0.0) + parse.score
    probable = {lemma for lemma, score in lemmas.items() if score >= MIN_LEMMA_SCORE}
    if not probable:
        probable = set(lemmas)
    if not _is_known(word, parses):
        by_shape = set(nominatives(word))
        if as_name:
            nominal = {p.normal_form for p in parses if p.tag.POS in _NOMINAL_TAGS}
            return by_shape | (probable & nominal)
        return by_shape | probable
    if names:
        real = {lemma for lemma in names if lemma in probable}
        if as_name and sum(names.values()) >= MIN_NAME_SHARE:
            return real or probable
        return probable
    foreign = nominatives(word) & _FOREIGN_NAMES
    if foreign:
        return set(foreign) if as_name else probable | foreign
    if _may_be_surname(word, parses):
        surname = set(nominatives(word))
        return surname if as_name else probable | surname
    return probable


def _is_known(word: str, parses: list[Any]) -> bool:
    """In the dictionary itself, or a dictionary word after a long prefix."""
    if is_known_russian(word):
        return True
    for parse in parses:
        stack = parse.methods_stack
        kinds = {type(step[0]).__name__ for step in stack}
        if "KnownPrefixAnalyzer" in kinds and "FakeDictionary" not in kinds:
            return any(len(step[1]) >= _MIN_PREFIX for step in stack[1:])
    return False


def _may_be_surname(word: str, parses: list[Any]) -> bool:
    """Рябков: shaped as a surname, otherwise a rare plural of a living being (рябок).

    Rare means that the corpus the dictionary learned from has not seen the word: all its parses
    have the same score.
    """
    return (
        is_russian_surname(word)
        and len(parses) > 1
        and len({parse.score for parse in parses}) == 1
        and all({"anim", "plur"} <= parse.tag.grammemes for parse in parses)
    )
