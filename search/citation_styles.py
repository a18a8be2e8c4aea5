"""A CSL item → one citation as a line of text: ГОСТ Р 7.0.5—2008, Chicago, APA.

In: what `csl.csl_item` makes. Out: a reference as it stands in a list of references, in the
conventions of the document's language. Knows one kind of publication, a text in a named source or
at an address, which is all that a collection has.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dragoman.search.csl import Item, source_of

_MONTHS = {
    "en": "January February March April May June July August September October November "
    "December".split(),
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(),
}
_MONTHS_OF = {
    "en": _MONTHS["en"],
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября "
    "декабря".split(),
}
"""Months as they stand beside a day."""
_WORDS = {
    "en": {"and": "and", "others": "et al.", "no date": "n.d.", "accessed": "Accessed "},
    "ru": {"and": "и", "others": "и др.", "no date": "б. д.", "accessed": "Дата обращения: "},
}
_GOST_AUTHORS = 3
"""Authors before the title; of more, one is named behind it."""
_CHICAGO_AUTHORS = 6
_CHICAGO_SHOWN = 3
_APA_AUTHORS = 20

Name = Mapping[str, Any]


def gost(item: Item, lang: str) -> str:
    """A reference by ГОСТ Р 7.0.5—2008 (затекстовая ссылка; electronic resources: section 10).

    The words of the reference itself are Russian, as the standard's are, whatever the document's
    language; a month is in that language.
    """
    names = _persons(item)
    title = _without_period(str(item["title"]))
    if "URL" in item:
        title += " [Электронный ресурс]"
    if len(names) > _GOST_AUTHORS:
        title += f" / {_initials_first(names[0])} [и др.]"
    elif names:
        title = f"{_ended(', '.join(map(_gost_name, names)))} {title}"
    source = _without_period(source_of(item))
    parts = [f"{title} // {source}" if source else title]
    year, month, day = _date(item, "issued")
    if year:
        parts.append(str(year))
    if day:
        parts.append(f"{day} {_MONTHS_OF[lang][month - 1]}")
    elif month:
        parts.append(_MONTHS[lang][month - 1].capitalize())
    if "URL" in item:
        seen_year, seen_month, seen_day = _date(item, "accessed")
        seen = f" (дата обращения: {seen_day:02}.{seen_month:02}.{seen_year})" if seen_day else ""
        parts.append(f"URL: {item['URL']}{seen}")
    return " ".join(map(_ended, parts))


def chicago(item: Item, lang: str) -> str:
    """An entry of a bibliography (Chicago Manual of Style, 18th ed., 13.74, 14.104)."""
    parts = [_ended(_chicago_names(_authors(item), lang))] if _authors(item) else []
    title = _requoted(str(item["title"]), lang)
    if lang == "ru":
        parts.append(_ended(f"«{_without_period(title)}»"))
    else:
        parts.append(_ended(f"“{title}”", lang))
    where = "" if _is_own_author(item) else source_of(item)
    when = _in_words(_date(item, "issued"), lang)
    if where or when:
        parts.append(_ended(", ".join(filter(None, (where, when)))))
    if "URL" in item:
        if not when and (seen := _in_words(_date(item, "accessed"), lang)):
            parts.append(_ended(_WORDS[lang]["accessed"] + seen))
        parts.append(f"{item['URL']}.")
    return " ".join(parts)


def apa(item: Item, lang: str) -> str:
    """An entry of a reference list (Publication Manual of the APA, 7th ed., 10.16)."""
    year, month, day = _date(item, "issued")
    when = str(year) if year else _WORDS[lang]["no date"]
    if day:
        of = _MONTHS_OF[lang][month - 1]
        when += f", {day} {of}" if lang == "ru" else f", {of} {day}"
    elif month:
        when += f", {_MONTHS[lang][month - 1]}"
    title = _ended(str(item["title"]), lang)
    names = _apa_names(_authors(item), lang)
    parts = [_ended(names), f"({when}).", title] if names else [title, f"({when})."]
    if source_of(item) and not _is_own_author(item):
        parts.append(_ended(source_of(item)))
    if "URL" in item:
        parts.append(str(item["URL"]))
    return " ".join(parts)


STYLES: Mapping[str, Callable[[Item, str], str]] = {"gost": gost, "chicago": chicago, "apa": apa}
"""Name of a style to what formats by it: an item, and `en` or `ru`."""


# Names


def _authors(item: Item) -> Sequence[Name]:
    found: Sequence[Name] = item.get("author", ())
    return found


def _is_own_author(item: Item) -> bool:
    """Whether the source itself stands as the author."""
    return [{"literal": source_of(item)}] == list(_authors(item))


def _persons(item: Item) -> Sequence[Name]:
    """The authors that a reference by ГОСТ begins with: a source is none."""
    return () if _is_own_author(item) else _authors(item)


def _initials(given: str, between: str = " ") -> str:
    """*Сергей Викторович* as *С. В.*, *Жан-Клод* as *Ж.-К.*; initials stay as they are."""
    return between.join(
        word if word.endswith(".") else "-".join(f"{p[0].upper()}." for p in word.split("-") if p)
        for word in given.split()
    )


def _gost_name(name: Name) -> str:
    if "literal" in name or "static-ordering" in name:
        return _in_running_text(name)
    return " ".join(filter(None, (name["family"], name.get("suffix"), _initials(name["given"]))))


def _initials_first(name: Name) -> str:
    if "literal" in name or "static-ordering" in name:
        return _in_running_text(name)
    return f"{_initials(name['given'])} {name['family']}"


def _in_running_text(name: Name) -> str:
    if "literal" in name:
        return str(name["literal"])
    if "static-ordering" in name:
        return f"{name['family']} {name['given']}"
    return " ".join(filter(None, (name["given"], name["family"], name.get("suffix"))))


def _chicago_names(names: Sequence[Name], lang: str) -> str:
    words = _WORDS[lang]
    shown = names if len(names) <= _CHICAGO_AUTHORS else names[:_CHICAGO_SHOWN]
    written = [_inverted(shown[0], shown[0].get("given", "")), *map(_in_running_text, shown[1:])]
    if len(shown) < len(names):
        comma = "" if lang == "ru" else ","
        return f"{', '.join(written)}{comma} {words['others']}"
    return _joined(written, words["and"], lang)


def _apa_names(names: Sequence[Name], lang: str) -> str:
    written = [_inverted(name, _initials(name.get("given", ""))) for name in names]
    if len(written) > _APA_AUTHORS:
        return f"{', '.join(written[: _APA_AUTHORS - 1])}, . . . {written[-1]}"
    return _joined(written, "и" if lang == "ru" else "&", lang)


def _inverted(name: Name, given: str) -> str:
    if "literal" in name:
        return str(name["literal"])
    return ", ".join(filter(None, (name["family"], given, name.get("suffix"))))


def _joined(written: Sequence[str], word: str, lang: str) -> str:
    if len(written) < 2:
        return "".join(written)
    comma = "" if lang == "ru" else ","
    return f"{', '.join(written[:-1])}{comma} {word} {written[-1]}"


# Dates and punctuation


def _date(item: Item, variable: str) -> tuple[int, int, int]:
    """Year, month and day; 0 where they are not known."""
    parts: list[Any] = item[variable]["date-parts"][0] if variable in item else []
    year, month, day = (*parts, 0, 0, 0)[:3]
    return year, month, day


def _in_words(parts: tuple[int, int, int], lang: str) -> str:
    year, month, day = parts
    if not year:
        return ""
    if lang == "ru":
        when = f"{day} {_MONTHS_OF[lang][month - 1]} " if day else ""
        when = when or (f"{_MONTHS[lang][month - 1]} " if month else "")
        return f"{when}{year}" + (" г." if month else "")
    if day:
        return f"{_MONTHS_OF[lang][month - 1]} {day}, {year}"
    return f"{_MONTHS[lang][month - 1]} {year}" if month else str(year)


def _ended(text: str, lang: str = "") -> str:
    """A text with a period at its end, where nothing ends it yet; in English before quotes."""
    inner = text.rstrip("”’") if lang == "en" else text
    end = "" if inner.endswith((".", "?", "!", "…")) else "."
    return f"{inner}{end}{text[len(inner) :]}"


def _without_period(text: str) -> str:
    return text if text.endswith("...") else text.removesuffix(".")


def _requoted(title: str, lang: str) -> str:
    """A title to stand in quotation marks: its own become the inner ones."""
    if lang == "ru":
        title = re.sub(r'"([^"]*)"|“([^“”]*)”', r"„\1\2“", title)
        return title.replace("«", "„").replace("»", "“")
    title = re.sub(r'"([^"]*)"', r"‘\1’", title)
    return title.replace("“", "‘").replace("”", "’")
