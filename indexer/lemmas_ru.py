"""From a Russian word to its lemma keys, by pymorphy3's dictionary and the paradigms of names.

In: a word casefolded, composed, ё as е, without stress marks, and whether it stood as a name
stands. Out: its keys. It knows nothing of sentences, of the collection, or of the disk cache over
it. The dictionary is loaded at the first call, not at import.

    word → readings of the dictionary → probable lemmas
         → the lemmas of a name alone, where a capital and the scores speak for it
         → with the nominatives its form may have as a name, where the dictionary knows no name
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from dragoman.indexer.surnames_ru import is_russian_surname, nominatives

RULES_VERSION = 4
"""To be raised with every change of the rules here: what is cached under the old ones is stale."""

MIN_LEMMA_SCORE = 0.02
"""A lemma whose readings' scores sum to less is no key (стали is сталь, 0.025)."""

MIN_NAME_SHARE = 0.1
"""From this share of the scores on, a name reading drops others from a capitalised word.

Measured on the capitalised words of some 470 news with marked persons and 100 transcripts: from
0.13 on, a surname was a person wherever it was marked (Комаров 0.13, Песков and Поляков 0.17,
Зайцев 0.2); below 0.1 stood the common words (Герой as Гера 0.01, Свет as Света 0.06).
"""

SURE_NAME_SHARE = 0.5
"""Above this share it drops also what could itself be a name in this form.

Куба is not куб (0.79); but Хан, Лир, Джин, which have Хана, Лира, Джина up to 0.5, stay.
"""

_MIN_GUESS = 0.3
"""From this score on, a guess for an unknown capitalised word is kept beside its name."""

_MIN_PREFIX = 4
"""Letters of a prefix that makes a known word out of a known rest: анти, кибер, but not не, по."""

_MAX_PLURAL = 8
"""Letters of a plural in -ов that may be a surname in small letters too.

Surnames come from short words (шнуров, дымов, but not министров); so it costs 0.008 keys a word.
"""

_CYRILLIC = re.compile(r"[\u0400-\u04ff'’-]+")
_NAME = frozenset(("Surn", "Name", "Patr", "Geox"))
_PERSON = frozenset(("Surn", "Name", "Patr"))
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")

_NAMES_LIKE_WORDS = frozenset(("бут", "гор", "маск", "милей", "пен", "пенс", "райс", "трасс", "юн"))
"""Names with forms the dictionary reads as other words alone (Маска, Милея, Гору)."""


class _Reading(NamedTuple):
    """What one parse says."""

    lemma: str
    score: float
    pos: str | None
    grammemes: frozenset[str]


def russian_keys(word: str, *, as_name: bool) -> tuple[str, ...]:
    """Lemma keys of a Cyrillic word, sorted; never empty, no ё in them.

    Args:
        word: Casefolded, composed, ё as е, no stress marks or soft hyphens.
        as_name: It stood with a capital in mid-sentence. A real name reading then drops those of
            common words.

    A word with anything but Cyrillic letters is its own key.
    """
    word = word.replace("ё", "е")
    return tuple(sorted(_keys(word, as_name))) if _CYRILLIC.fullmatch(word) else (word,)


def is_known_russian(word: str) -> bool:
    """Whether the word is a form in pymorphy3's dictionary."""
    return bool(_CYRILLIC.fullmatch(word) and _morph().word_is_known(word))


@cache
def russian_dictionary_version() -> str:
    """Versions of pymorphy3, its dictionary and the rules here; loads none of them."""
    packages = f"pymorphy3 {version('pymorphy3')}, dictionary {version('pymorphy3-dicts-ru')}"
    return f"{packages}, rules {RULES_VERSION}"


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def _keys(word: str, as_name: bool) -> frozenset[str]:
    parses = _morph().parse(word)
    readings = _readings(parses)
    lemmas = _probable(readings)
    shape = nominatives(word)
    if not (is_known_russian(word) or _has_long_prefix(parses)):
        return shape | (_plurals_and_adjectives(readings) if as_name else lemmas)
    names = [reading for reading in readings if not _NAME.isdisjoint(reading.grammemes)]
    kept = (as_name and _without_common(readings, names, shape) & lemmas) or lemmas
    if not names:
        if as_name and _is_rare_plural(word, readings):
            return shape
        return kept | _unlisted_name(word, readings, as_name)
    if is_russian_surname(word) and _misses_surname(word, names):
        return kept | shape
    return kept | (shape & _NAMES_LIKE_WORDS)


def _readings(parses: Iterable[Any]) -> list[_Reading]:
    """The parses, without several Peters or the Жук family where Петров, Жуков are surnames."""
    readings = [
        _Reading(p.normal_form.replace("ё", "е"), p.score, p.tag.POS, p.tag.grammemes)
        for p in parses
    ]
    surnames = {r.lemma for r in readings if {"Surn", "sing"} <= r.grammemes}
    return [
        r
        for r in readings
        if not surnames
        or r.lemma in surnames
        or "plur" not in r.grammemes
        or _NAME.isdisjoint(r.grammemes)
    ]


def _probable(readings: Iterable[_Reading]) -> frozenset[str]:
    sums: dict[str, float] = {}
    for reading in readings:
        sums[reading.lemma] = sums.get(reading.lemma, 0.0) + reading.score
    return frozenset(k for k, score in sums.items() if score >= MIN_LEMMA_SCORE) or frozenset(sums)


def _has_long_prefix(parses: Iterable[Any]) -> bool:
    """Антисанкции, киберугроза: a dictionary word after a prefix of some length."""
    for parse in parses:
        kinds = [type(step[0]).__name__ for step in parse.methods_stack]
        if kinds == ["DictionaryAnalyzer", "KnownPrefixAnalyzer"]:
            return len(parse.methods_stack[1][1]) >= _MIN_PREFIX
    return False


def _plurals_and_adjectives(readings: list[_Reading]) -> frozenset[str]:
    """Likely guesses for an unknown word with a capital that the paradigms of names do not give."""
    return frozenset(
        reading.lemma
        for reading in readings
        if (reading.pos == "ADJF" or {"NOUN", "plur"} <= reading.grammemes)
        and sum(other.score for other in readings if other.lemma == reading.lemma) >= _MIN_GUESS
    )


def _without_common(
    readings: list[_Reading], names: list[_Reading], shape: frozenset[str]
) -> frozenset[str]:
    """The lemmas a capitalised word keeps beside a name reading of the dictionary.

    An adjective stays beside a place (в Донецком, на Красной, Тверской).
    """
    share = sum(reading.score for reading in names)
    if share < MIN_NAME_SHARE:
        return frozenset(reading.lemma for reading in readings)
    kept = {reading.lemma for reading in names}
    of_person = any(not _PERSON.isdisjoint(reading.grammemes) for reading in names)
    for reading in readings:
        beside_place = reading.pos == "ADJF" and not of_person
        may_be_name = share <= SURE_NAME_SHARE and reading.lemma in shape
        if beside_place or may_be_name:
            kept.add(reading.lemma)
    return frozenset(kept)


def _unlisted_name(word: str, readings: list[_Reading], as_name: bool) -> frozenset[str]:
    """The name a dictionary word may be where the dictionary knows it as a common word alone."""
    shape = nominatives(word)
    none: frozenset[str] = frozenset()
    if shape & _NAMES_LIKE_WORDS:
        return shape & _NAMES_LIKE_WORDS
    if is_russian_surname(word):
        plural = _is_plural(word, readings)
        adjective = word.endswith("ым") and all(reading.pos == "ADJF" for reading in readings)
        if plural and (as_name or len(word) <= _MAX_PLURAL):
            return shape
        if adjective and (as_name or not _is_seen(word, readings)):
            return shape
        return none
    if as_name and all(reading.pos in {"VERB", "GRND", "COMP"} for reading in readings):
        return shape  # Шатая, Милеем
    if as_name and word[-1] in _CONSONANTS:
        genitives = all({"NOUN", "plur", "gent"} <= reading.grammemes for reading in readings)
        return frozenset((word,)) if genitives else none  # Трасс
    return none


def _is_plural(word: str, readings: list[_Reading]) -> bool:
    return word.endswith(("ов", "ев")) and all(
        {"NOUN", "plur"} <= reading.grammemes for reading in readings
    )


def _is_rare_plural(word: str, readings: list[_Reading]) -> bool:
    """Рябков: the plural of a living being that the corpus does not know (рябок).

    It must be short, and things stay what they are (Эмиратов).
    """
    if len(word) > _MAX_PLURAL or not is_russian_surname(word):
        return False
    if not all("anim" in reading.grammemes for reading in readings):
        return False
    return _is_plural(word, readings) and not _is_seen(word, readings)


def _misses_surname(word: str, names: list[_Reading]) -> bool:
    """Татарова, Аваков, Синдеева: the dictionary's names do not give the surname in -ов.

    They are a rare village, a rare first name in the plural, or a woman's surname by itself.
    """
    return all(
        "Geox" in reading.grammemes
        or {"Name", "plur"} <= reading.grammemes
        or ("Surn" in reading.grammemes and reading.lemma.endswith(("ова", "ева")))
        for reading in names
    ) and not _is_seen(word, names)


def _is_seen(word: str, readings: list[_Reading]) -> bool:
    """Whether the corpus behind the dictionary's scores has the word or its lemma.

    Only words with several readings have scores there. A noun in -ов has them: if it is a living
    being, for this form (genitive and accusative), else for its nominative and accusative.
    """
    prob = _morph().prob_estimator.p_t_given_w.prob
    words = {word, *(reading.lemma for reading in readings)}
    return any(prob(w, parse.tag) for w in sorted(words) for parse in _morph().parse(w))
