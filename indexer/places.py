"""Where a text was spoken, as its title says before the date at the end.

In: a title. Out: the place as written there. Knows cities, countries and regions from a list
(`data/places.tsv`), and takes nothing else for a place.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from dragoman.indexer.dates import find_dates

_REGION = re.compile(
    r"(?:the\s+)?[\w-]+(?:\s[\w-]+)?\s(?:Region|Oblast|Territory|Province|District)|"
    r"[\w-]+(?:ая\sобласть|ий\sкрай|ый\sкрай)|Республика\s[\w-]+",
    re.IGNORECASE,
)
_AFTER_DATE = re.compile(r"[\s.)\]]*(?:\((?:via|by|по|в\sрежиме)\s[^()]*\))?[\s.)\]]*")
_BEFORE_DATE = re.compile(r"[\s,(–—|-]+$")
_PARTS = re.compile(r"\s*[,(«»“”\"]\s*|(?<!\bSt)\.\s+|\s[–—|]\s")
_ONE_WORD = re.compile(r"[^\W\d_][\w’'-]+")
_MAX_PARTS = 3  # venue, city, country
_MAX_PLACE = 80  # characters
_TOWN = re.compile(r"^(?:г\.|город|in)\s*(?=[А-ЯЁA-Z])")


def place_of(title: str) -> str:
    """`Moscow` of `…, Moscow, 22 June 2021`, `Лима, Перу` of `…, Лима, Перу, 15 ноября 2024 года`.

    Empty where the title does not end in a date with a known city before it: a country alone may
    be what the text is about.
    """
    dates = [found for found in find_dates(title) if found.precision != "year"]
    if not dates or not _AFTER_DATE.fullmatch(title[dates[-1].end :]):
        return ""
    before = title[: dates[-1].start]
    gap = _BEFORE_DATE.search(before)
    if gap is None or not gap[0].strip():
        return ""
    breaks = list(_PARTS.finditer(before, 0, gap.start()))
    starts = [found.end() for found in breaks]  # what is before the first is the title's own
    ends = [*(found.start() for found in breaks[1:]), gap.start()]
    parts = list(zip(starts, ends, strict=True)) if breaks else []
    taken = _place_parts([before[start:end] for start, end in parts[-_MAX_PARTS:]])
    return before[parts[-taken][0] : gap.start()].strip() if taken else ""


def place_line(line: str) -> str:
    """The place that a whole line names (`Moscow`, `Bogotá, Colombia`, `г. Минск`), or empty.

    A country alone is none: it may be what the text is about.
    """
    bare = _TOWN.sub("", line.strip(" .,;:–—-"))
    if not bare or len(bare) > _MAX_PLACE or not bare[0].isupper():
        return ""
    parts = [part for part in _PARTS.split(bare) if part]
    return bare if len(parts) <= _MAX_PARTS and _place_parts(parts) == len(parts) else ""


@cache
def country_words() -> frozenset[str]:
    """Last words of the names of countries, in small letters: no part of a person’s name."""
    return frozenset(name.split()[-1] for name in _known()["country"])


def _place_parts(parts: list[str]) -> int:
    """How many of the last parts name a place; 0 where they do not."""
    sorts = [_sort_of(part) for part in parts]
    match sorts[::-1]:
        case ["city" | "venue", "region", *_] | ["city", "venue", *_] | ["venue", "city", *_]:
            return 2  # Московская область, Ново-Огарёво; The Kremlin, Moscow; Москва, Кремль
        case ["city" | "venue", *_]:
            return 1
        case ["country", "region", "city" | "venue", *_] | ["country", "city", "venue", *_]:
            return 3
        case ["country" | "region", "city" | "venue", *_]:
            return 2
        case ["country" | "region", "", *_] if _may_be_city(parts[-2]):
            return 2
    return 0


def _may_be_city(part: str) -> bool:
    """One capitalised word beside a country: a city that the list has not."""
    return _ONE_WORD.fullmatch(part) is not None and part[0].isupper() and not part.isupper()


def _sort_of(part: str) -> str:
    name = _folded(part)
    for sort, names in _known().items():
        if name in names:
            return sort
    return "region" if _REGION.fullmatch(part) else ""


def _folded(name: str) -> str:
    """Without case, diacritics (й is и then, on both sides) and dots at the ends."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(letters).strip(" .")


@cache
def _known() -> dict[str, frozenset[str]]:
    """`venue`, `city`, `region`, `country` to their folded names in both languages."""
    text = files("dragoman.indexer").joinpath("data/places.tsv").read_text(encoding="utf-8")
    names: dict[str, set[str]] = {}
    sorts = {
        "[venues]": "venue",
        "[cities]": "city",
        "[regions]": "region",
        "[countries]": "country",
    }
    section: set[str] = set()
    for line in text.splitlines():
        if line in sorts:
            section = names.setdefault(sorts[line], set())
        elif line and not line.startswith("#"):
            section.update(
                _folded(name) for column in line.split("\t") for name in column.split("|")
            )
    return {sort: frozenset(known) for sort, known in names.items()}
