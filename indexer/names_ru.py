"""A person's name and office in the genitive, as Russian titles have them, back in the nominative.

In: what follows “Выступление”, “Интервью”. Out: the name and the office. Known names decline by
the dictionary of pymorphy3, others by their endings; the dictionary is loaded at the first call.
"""

import re
from functools import cache
from typing import Any

_INITIALS = r"(?:(?:[А-ЯЁ]|Дж|Дз|Ю|Я)\.\s?(?:[А-ЯЁ]\.-?\s?)?)"
_SURNAME = r"(?:(?:де|фон|ван|аль|Аль|эль|Эль|бен)[\s-])?[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*"
_WITH_INITIALS = re.compile(rf"(?<!\w)(?P<initials>{_INITIALS})(?P<surname>{_SURNAME})(?!\w)")
_CAPITALISED = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*(?!\w)")
_OFFICE_START = re.compile(
    r"(?:(?:перв|старш|специальн|официальн|постоянн|полномочн|чрезвычайн|временн|верховн|"
    r"генеральн|исполнительн|личн|высок|бывш|заместител)\w*\s+(?:и\s+)?|(?:и\.\s?о\.|врио|вр\.и\.о\.)\s+|"
    r"исполняющ\w+\s+обязанности\s+)*"
    r"(?:вице-|заммини|зам)?(?:министр|премьер|президент|представител|заместител|посл|директор|"
    r"глав[ыа]\b|председател|руководител|секретар|генсек|спецпредставител|спецпосланник|"
    r"постпред|советник|помощник|замминистр|начальник|канцлер|корол|патриарх|губернатор|"
    r"координатор|посланник|поверенн|депутат|сенатор|спикер|лидер|комиссар|докладчик)\w*",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:\s*(?:и|с)?\s*(?:ответ(?:ы|ов|а|ами)\s+на\s+вопрос\w*(?:\s+(?:СМИ|журналист\w*|"
    r"средств\s+массовой\s+информации|представител\w+\s+СМИ|участник\w+))?|для\s+СМИ|"
    r"для\s+прессы|для\s+печати|перед\s+журналистами))*\s*",
    re.IGNORECASE,
)
# Words after which the title goes on to the occasion.
_OCCASION = re.compile(
    r"[,«“\"(:]|\s(?:на|с|со|о|об|во|от|из|к|за|перед|после|из-за|"
    r"в\s+(?:ходе|связи|рамках|эфире|качестве|интервью|отношении|день|ООН\b)|по\s+(?:итогам|случаю|поводу|"
    r"завершении|окончании|результатам))\s|$"
)
_MAX_OFFICE_WORDS = 18

Speaker = tuple[tuple[str, ...], str]
_NOBODY: Speaker = ((), "")


def russian_speaker(phrase: str) -> Speaker:
    """The person or persons a phrase in the genitive begins with and the first one's office.

    Names and office are given in the nominative.
    """
    begin = _FILLER.match(phrase)
    rest = phrase[begin.end() :] if begin else phrase
    occasion = _OCCASION.search(rest)
    head = rest[: occasion.start()] if occasion else rest
    first, joint, second = head.rpartition(" и ")
    if joint:
        people = _one(first), _one(second)
        if all(names for names, _ in people):
            return people[0][0] + people[1][0], people[0][1]
    return _one(head)


def _one(head: str) -> Speaker:
    """`Министра … С.В.Лаврова`, or a full name."""
    if found := _WITH_INITIALS.search(head):
        office = head[: found.start()].strip()
        surname = nominative_surname(found["surname"], russian=found["initials"].count(".") > 1)
        if not _is_office(office) or not surname:
            return _NOBODY
        return (f"{found['initials'].strip()}{_gap(found)}{surname}",), nominative_office(office)
    return _full_name(head)


def russian_person(line: str) -> Speaker:
    """The one person that a whole line names in the nominative, with or without an office."""
    if found := _WITH_INITIALS.search(line):
        office, behind = line[: found.start()].strip(" ,"), line[found.end() :].strip(" ,–—")
        if behind and office:
            return _NOBODY
        office = office or behind
        if not _is_office(office):
            return _NOBODY
        return (f"{found['initials'].strip()}{_gap(found)}{found['surname']}",), office
    words = line.split()
    for at, word in enumerate(words):
        if _is_given_name(word):
            name = words[at:]
            if 2 <= len(name) <= 3 and all(map(_CAPITALISED.fullmatch, name)):
                office = " ".join(words[:at])
                return ((" ".join(name),), office) if _is_office(office) else _NOBODY
            return _NOBODY
    return _NOBODY


def _is_given_name(word: str) -> bool:
    """Whether the dictionary has a capitalised word as a given name in the nominative."""
    return _CAPITALISED.fullmatch(word) is not None and any(
        "Name" in parse.tag and "nomn" in parse.tag for parse in _parses(word)
    )


def nominative_surname(surname: str, *, russian: bool = False, gender: str = "") -> str:
    """The nominative of a surname in the genitive; empty where it stands in another case.

    Args:
        surname: One surname, perhaps of two parts joined by a hyphen.
        russian: Whether a patronymic shows a name that declines as Russian ones do.
        gender: `masc`, `femn` or empty where it is not known.
    """
    parts = [_surname_part(part, russian, gender) for part in surname.split("-")]
    return "-".join(parts) if all(parts) else ""


def nominative_office(office: str) -> str:
    """The nominative of an office in the genitive: its adjectives and first noun change."""
    words = office.split()
    for at, word in enumerate(words):
        if word == "и":
            continue
        parses = [
            parse
            for parse in _parses(word)
            if "gent" in parse.tag and "sing" in parse.tag and "neut" not in parse.tag
        ]
        if not parses:
            break
        parse = max(parses, key=lambda parse: ("anim" in parse.tag, parse.score))
        nominative = parse.inflect({"nomn", "sing"})
        if nominative is None:
            break
        words[at] = _cased_like(word, nominative.word)
        if "NOUN" in parse.tag:
            break
    return " ".join(words)


def _gap(found: re.Match[str]) -> str:
    return " " if found["initials"].endswith((" ", "\xa0")) else ""


def _is_office(office: str) -> bool:
    if not office:
        return True
    return _OFFICE_START.match(office) is not None and len(office.split()) <= _MAX_OFFICE_WORDS


def _full_name(head: str) -> Speaker:
    """`Министра … Сергея Викторовича Лаврова`: a known given name and what follows it.

    Without a known given name, the last two or three words, if they may be names.
    """
    words = head.split()
    begin, end = _behind_given_name(words) or _last_names(words)
    name, office = words[begin:end], " ".join(words[:begin])
    if len(name) < 2 or not _is_office(office):
        return _NOBODY
    given = _given_name(name[0])
    if given is None and not office:
        return _NOBODY
    gender = given[1] if given else ""
    nominative = [given[0] if given else nominative_surname(name[0])]
    nominative += [_patronymic(word) for word in name[1:-1]]
    nominative.append(nominative_surname(name[-1], russian=len(name) == 3, gender=gender))
    if not all(nominative):
        return _NOBODY
    return (" ".join(nominative),), nominative_office(office)


def _behind_given_name(words: list[str]) -> tuple[int, int] | None:
    """Where a given name begins and its surname ends; a surname may be a common word too."""
    for at, word in enumerate(words[:-1]):
        if _CAPITALISED.fullmatch(words[at + 1]) and _CAPITALISED.fullmatch(word):
            if _given_name(word) is None:
                continue
            third = words[at + 2 : at + 3]
            long = bool(third) and bool(_patronymic(words[at + 1]))
            return at, at + 3 if long and _CAPITALISED.fullmatch(third[0]) else at + 2
    return None


def _last_names(words: list[str]) -> tuple[int, int]:
    begin = len(words)
    while begin and len(words) - begin < 3 and _may_be_name(words[begin - 1]):
        begin -= 1
    return begin, len(words)


def _may_be_name(word: str) -> bool:
    """A capitalised word that the dictionary has as a name in the genitive, or has not at all."""
    if not _CAPITALISED.fullmatch(word):
        return False
    parses = _parses(word)
    names = [parse for parse in parses if {"Name", "Surn", "Patr"} & set(parse.tag.grammemes)]
    if any("gent" in parse.tag or "Fixd" in parse.tag for parse in names):
        return not any("Geox" in parse.tag and parse.score > 0.6 for parse in parses)
    return not any(parse.is_known for parse in parses)


def _given_name(word: str) -> tuple[str, str] | None:
    """Nominative and gender of a given name in the genitive that the dictionary knows."""
    for parse in _parses(word):
        if "Name" in parse.tag and "gent" in parse.tag and "sing" in parse.tag:
            nominative = parse.inflect({"nomn", "sing"})
            if nominative is not None:
                return _cased_like(word, nominative.word), str(parse.tag.gender or "")
    return None


def _patronymic(word: str) -> str:
    if word.endswith(("ича", "ыча")):
        return word[:-1]
    return word[:-1] + "а" if word.endswith("ны") else ""


# Genitive ending to nominative ending; the first that fits counts.
_ENDINGS = (
    ("ского", "ский"), ("цкого", "цкий"), ("ской", "ская"), ("цкой", "цкая"),
    ("овой", "ова"), ("евой", "ева"), ("ёвой", "ёва"), ("иной", "ина"), ("ыной", "ына"),
    ("ого", "ый"), ("его", "ий"), ("ой", "ая"), ("ей", ""),
    ("ия", "ий"), ("ея", "ей"), ("ая", "ай"), ("оя", "ой"), ("ья", "ий"),
    ("ым", ""), ("ом", ""), ("ем", ""), ("ами", ""),
    ("ы", "а"),
)  # fmt: skip
_FIXED = ("швили", "дзе", "ко", "аго", "ых", "их")
_VOWELS = "аеёиоуыэюя"
_VELARS_AND_HUSHERS = "гкхжшчщ"


def _surname_part(surname: str, russian: bool, gender: str) -> str:
    for parse in _parses(surname):
        tag = parse.tag
        if not parse.is_known or not {"Surn", "Name"} & set(tag.grammemes):
            continue
        if "Fixd" in tag:
            return surname
        if "gent" in tag and "sing" in tag and (not gender or str(tag.gender) in (gender, "ms-f")):
            nominative = parse.inflect({"nomn", "sing"})
            if nominative is not None:
                return _cased_like(surname, nominative.word)
    if surname.endswith(_FIXED) or len(surname) < 3:
        return surname
    for ending, replacement in _ENDINGS:
        if surname.endswith(ending):
            return surname[: -len(ending)] + replacement if replacement else ""
    return _by_last_letter(surname, russian, gender)


def _by_last_letter(surname: str, russian: bool, gender: str) -> str:
    stem, last = surname[:-1], surname[-1]
    before = stem[-1].lower()
    if last == "а" and before not in _VOWELS and gender != "femn":
        return stem
    if last == "я" and before not in _VOWELS:
        return stem + "ь"
    if last == "и" and russian and before not in _VOWELS:
        return stem + ("а" if before in _VELARS_AND_HUSHERS else "я")
    return surname


def _cased_like(pattern: str, word: str) -> str:
    """The word with the capitals of a form of it; hyphenated parts each by itself."""
    parts = zip(pattern.split("-"), word.split("-"), strict=False)
    return "-".join(
        new.capitalize() if old[:1].isupper() and not old.isupper() else new for old, new in parts
    )


@cache
def _analyzer() -> Any:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


def _parses(word: str) -> list[Any]:
    return list(_analyzer().parse(word))
