"""From a form of a Russian name that no dictionary has to the nominatives it may come from.

In: a word in small letters, ё as е. Out: every nominative whose paradigm has this form. It knows
endings, not words: whether the word is a name at all is for the caller to decide.

A surname in -ов, -ев, -ин, -ын has one nominative for both genders (Захарова gives захаров), as
has one in -ский (Полянская gives полянский). Elsewhere a form may come from several names (Макрона
from Макрон or Макрона): all are given, so that the forms of one name always meet, and two names
meet only in a form they share.
"""

import re

_VOWELS = "аеиоуыэюя"
_HUSHING = "жшчщц"
_VELAR = "гкх"
_MAY_BE_SOFT = "бвдзлмнпрст"
_OFTEN_SOFT = "лнр"
"""Боррель, Тянь, Лазарь: only after these is a masculine name in -ь looked for in -е."""

_RUSSIAN = re.compile(
    r"(?P<stem>[а-я]{2,}(?:[ое]в|[иы]н))(?P<ending>а|у|ым|ом|е|ой|ою|ы|ых|ыми|о)?$"
)
"""Both genders and numbers; -о for places (Гостомелево), -ом for them and for Цзиньпином."""

_ADJECTIVE = re.compile(
    r"(?P<stem>[а-я]{2,}[бвгджзклмнпрстфхцчшщ])(?P<ending>"
    r"ий|ого|его|ому|ему|им|ом|ая|яя|ой|ою|ую|юю|их|ых|ими|ыми|ый|ым|ое|ее|ые|ие)$"
)
_ALSO_NOUN_ENDINGS = frozenset(("ой", "ою", "ым", "им", "ом", "ому", "ему", "ий", "ие", "ее"))
"""Endings of adjectives that the forms of nouns have too (Кулебой, Ибрагим, Пашком, Ахому)."""

_INDECLINABLE = re.compile(r"(?:швили|дзе|[оэ])$")
"""Саакашвили, Шеварднадзе, Шевченко, Рубио, Абэ."""


def nominatives(form: str) -> frozenset[str]:
    """The nominatives of the names the form may belong to; never empty.

    A name that does not decline gives itself, perhaps among others (Моди: моди, модя).
    """
    if found := _RUSSIAN.match(form):
        return _of_russian(form, found["stem"], found["ending"] or "")
    if len(form) < 3:
        return frozenset((form,))
    found = _ADJECTIVE.match(form)
    adjective = _adjective(found["stem"], found["ending"]) if found else ""
    if found and adjective and found["ending"] not in _ALSO_NOUN_ENDINGS:
        # Черных and Долгих are surnames of their own.
        whole = (form,) if found["ending"] in {"ых", "их"} else ()
        return frozenset((adjective, *whole))
    if _INDECLINABLE.search(form):
        return frozenset((form,))
    names = _of_noun(form)
    if adjective:
        names.add(adjective)
    return frozenset(names)


def is_russian_surname(form: str) -> bool:
    """Whether the form has the shape of a surname in -ов, -ев, -ин, -ын, in any case."""
    return _RUSSIAN.match(form) is not None


def _of_russian(form: str, stem: str, ending: str) -> frozenset[str]:
    names = {stem}
    if ending == "о":
        names.add(form)
    if stem.endswith("ов") and ending in {"ой", "ым", "ых"}:
        names.add(stem + "ый")  # Лановой, Лановым; Рябковым too looks so
    return frozenset(names)


def _adjective(stem: str, ending: str) -> str:
    """The masculine of an adjectival surname: полянск + ая gives полянский.

    Surnames in -ой join those in -ий and -ый (Трубецкой, Трубецкого; Лановой, Ланового).
    """
    if stem[-1] in _VELAR + "жшчщ":
        return stem + "ий"
    if ending in {"ий", "им", "их", "ими", "его", "ему", "яя", "юю", "ее", "ие"}:
        return stem + "ий" if stem[-1] == "н" else ""
    if stem[-1] == "ц":
        return ""
    if ending == "ом" and stem[-1] not in "нвр":
        return ""  # Шольцом, Трампом; but Лановом
    return stem + "ый"


def _of_noun(form: str) -> set[str]:
    last, stem = form[-1], form[:-1]
    if last == "а":
        return _hard(stem)
    if last == "я":
        return _soft(stem)
    if last == "у":
        return _hard(stem) | {form}
    if last == "ю":
        if stem[-1] == "ь":
            return {form, stem}  # Мэттью; Рабинью
        return _soft(stem) | {form}
    if last == "ы":
        return {stem, stem + "а"}
    if last == "и":
        return _of_form_in_i(form, stem)
    if last == "е":
        return _of_form_in_e(form, stem)
    return {form} | _of_instrumental(form)


def _hard(stem: str) -> set[str]:
    """Nominatives of a stem before -а, -у."""
    if stem[-1] in _VOWELS + "ьй":
        return {stem + "а"}
    return {stem, stem + "а"} | _with_fleeting_vowel(stem)


def _soft(stem: str) -> set[str]:
    """Nominatives of a stem before -я, -ю."""
    if stem[-1] == "ь":
        return {stem + "я", stem + "е"}  # Лукья, Приграничье
    return {stem + "я", stem + ("й" if stem[-1] in _VOWELS else "ь")}


def _with_fleeting_vowel(stem: str) -> set[str]:
    """Кравц- is кравец, Чапк- is чапек or чапок."""
    if len(stem) < 4 or stem[-2] in _VOWELS + "й":
        return set()
    if stem[-1] == "ц":
        return {stem[:-1].removesuffix("ь") + "ец"}
    if stem[-1] == "к" and stem[-2] not in "с":
        begin = stem[:-1].removesuffix("ь")
        return {begin + "ек"} if stem[-2] in "ьжшчщ" else {begin + "ек", begin + "ок"}
    return set()


def _of_form_in_i(form: str, stem: str) -> set[str]:
    """Небензи, Берии, Кучки; and what stays: Псаки, Моди."""
    if stem[-1] in _VELAR + _HUSHING:
        return {form, stem, stem + "а"}
    if stem[-1] in _VOWELS:
        return {form, *_soft(stem)}
    return {form, stem + "я"}


def _of_form_in_e(form: str, stem: str) -> set[str]:
    """Небензе, Кулебе, Борреле, Макроне; and what stays: Рютте."""
    if stem[-1] in _VOWELS:
        return {form, *_soft(stem)}
    names = {form, *_hard(stem)}
    if stem[-1] in _MAY_BE_SOFT:
        names.add(stem + "я")
    if stem[-1] in _OFTEN_SOFT:
        names.add(stem + "ь")
    return names


def _of_instrumental(form: str) -> set[str]:
    """Блинкеном, Шольцем, Боррелем, Кулебой, Небензей."""
    stem, ending = form[:-2], form[-2:]
    if len(stem) < 2:
        return set()
    if ending == "ом" and stem[-1] not in _VOWELS:
        return {stem} | _with_fleeting_vowel(stem)
    if ending == "ем":
        if stem[-1] in _HUSHING:
            return {stem} | _with_fleeting_vowel(stem)
        return {stem + ("й" if stem[-1] in _VOWELS else "ь")}
    if ending in {"ой", "ою"} and stem[-1] not in _VOWELS:
        return {stem + "а"}
    if ending in {"ей", "ею"}:
        return {stem + ("а" if stem[-1] in _HUSHING else "я")}
    return set()
