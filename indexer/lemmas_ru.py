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

SURE_NAME_SHARE = 0.5
"""Above this share it also drops those that could be names themselves (Куба is not куб)."""

_NAME_TAGS = frozenset(("Surn", "Name", "Patr", "Geox"))
_PERSON_TAGS = frozenset(("Surn", "Name", "Patr"))
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")
_MIN_GUESS = 0.3
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
    parses = _without_first_names_in_plural(_morph().parse(word))
    lemmas = _scores(parses)
    probable = {lemma for lemma, score in lemmas.items() if score >= MIN_LEMMA_SCORE}
    probable = probable or set(lemmas)
    shape = nominatives(word)
    if not _is_known(word, parses):
        return shape | (_plurals_and_adjectives(parses, lemmas) if as_name else probable)
    names = [parse for parse in parses if not _NAME_TAGS.isdisjoint(parse.tag.grammemes)]
    if names:
        return _without_common(parses, names, probable, shape) if as_name else probable
    if shape & _FOREIGN_NAMES:
        return shape & _FOREIGN_NAMES if as_name else probable | (shape & _FOREIGN_NAMES)
    if _may_be_surname(word, parses):
        if not _is_seen(word, parses):
            return set(shape) if as_name else probable | shape
        return probable | shape if as_name else probable
    if as_name and word[-1:] in _CONSONANTS and _is_bare_plural(parses):
        return probable | {word}  # Маск, not only the genitive plural of маска
    return probable


def _scores(parses: list[Any]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for parse in parses:
        sums[parse.normal_form] = sums.get(parse.normal_form, 0.0) + parse.score
    return sums


def _without_first_names_in_plural(parses: list[Any]) -> list[Any]:
    """Drops the several Peters and Alexanders where Петров and Александров are surnames too."""
    if not any("Surn" in parse.tag.grammemes for parse in parses):
        return parses
    return [parse for parse in parses if not {"Name", "plur"} <= parse.tag.grammemes]


def _plurals_and_adjectives(parses: list[Any], lemmas: dict[str, float]) -> set[str]:
    """Guesses for an unknown word with a capital that the paradigms of names do not give."""
    return {
        parse.normal_form
        for parse in parses
        if lemmas[parse.normal_form] >= _MIN_GUESS
        and (parse.tag.POS == "ADJF" or {"NOUN", "plur"} <= parse.tag.grammemes)
    }


def _without_common(
    parses: list[Any], names: list[Any], probable: set[str], shape: frozenset[str]
) -> set[str]:
    """The lemmas of a capitalised word that has a name reading in the dictionary.

    Measured on the capitalised words of news with marked persons and transcripts: from 0.13 of the
    scores on a surname was a person wherever it was marked (Комаров 0.13, Песков 0.17), below 0.1
    it was the common noun (Герой Гера 0.01, Свет Света 0.06). What might itself be a name in this
    case (Хан, Джин) goes only before a name with more than half of the scores (Куба, Марта). An
    adjective stays beside a place (в Донецком, на Красной, Тверской).
    """
    name_lemmas = {parse.normal_form for parse in names}
    share = sum(parse.score for parse in names)
    if share < MIN_NAME_SHARE or not name_lemmas & probable:
        return probable
    kept = name_lemmas & probable
    of_person = any(not _PERSON_TAGS.isdisjoint(parse.tag.grammemes) for parse in names)
    for parse in parses:
        lemma = parse.normal_form
        if lemma not in probable or lemma in name_lemmas:
            continue
        if parse.tag.POS == "ADJF" and not of_person:
            kept.add(lemma)
        elif share <= SURE_NAME_SHARE and lemma in shape:
            kept.add(lemma)
    return kept


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
    """Рябков, Шнуровым: a plural in -ов, -ев or an adjective in the shape of a surname."""
    return is_russian_surname(word) and all(
        (parse.tag.POS == "NOUN" and word.endswith(("ов", "ев")) and "plur" in parse.tag)
        or (parse.tag.POS == "ADJF" and word.endswith("ым"))
        for parse in parses
    )


def _is_bare_plural(parses: list[Any]) -> bool:
    return all({"NOUN", "plur", "gent"} <= parse.tag.grammemes for parse in parses)


def _is_seen(word: str, parses: list[Any]) -> bool:
    """Whether the corpus behind the dictionary's scores has the word or its lemma.

    Only words with several parses have scores there. A noun in -ов has them: if it is a living
    being, for this form (genitive and accusative), else for its nominative and accusative.
    """
    prob = _morph().prob_estimator.p_t_given_w.prob
    if any(prob(word, parse.tag) for parse in parses):
        return True
    lemmas = {parse.normal_form for parse in parses}
    return any(prob(lemma, parse.tag) for lemma in lemmas for parse in _morph().parse(lemma))
