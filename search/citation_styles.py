"""A CSL item → one citation in a style: ГОСТ Р 7.0.5—2008, Chicago, APA.

In: what `csl.csl_item` makes. Out: a reference as it stands in a list of references, in the
conventions of the document's language. The rules are those of the files in `styles/`, which
`csl_processor` carries out; here an item gets what no style file can tell it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from dragoman.search.csl import PARTICLES, Item, kind_of, source_of
from dragoman.search.csl_processor import Run, entry

Name = Mapping[str, Any]
_GOST_AUTHORS = 3
"""Authors before the title; of more, one is named behind it."""
_DESCRIBED: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("speech", "remarks", "address", "lecture"),
        ("Speech transcript", "стенограмма выступления"),
    ),
    "interview": ("Interview transcript", "стенограмма интервью"),
    "briefing": ("Press briefing transcript", "стенограмма брифинга"),
    "press conference": ("Press conference transcript", "стенограмма пресс-конференции"),
    "press release": ("Press release", "пресс-релиз"),
    "letter": ("Letter", "письмо"),
}
"""Kind to what stands behind a title in brackets (APA 9.21), in English and Russian."""
_LOWER = re.compile(rf"\b(?:{'|'.join(sorted(PARTICLES - {'do', 'den', 'ten', 'bin'}))})\b")
"""Particles of names, which stay small in an English title."""


def formatted(item: Item, style: str, lang: str) -> tuple[Run, ...]:
    """A citation as runs of text.

    Args:
        item: The document.
        style: One of `STYLES`.
        lang: `en` or `ru`, the conventions.
    """
    return STYLES[style](item, lang)


def _gost(item: Item, lang: str) -> tuple[Run, ...]:
    """A reference by ГОСТ Р 7.0.5—2008 (затекстовая ссылка; electronic resources: section 10).

    The words of the reference itself are Russian, as the standard's are, whatever the document's
    language; a month is in that language.
    """
    names = [] if _is_own_author(item) else [_of_gost(name) for name in item.get("author", ())]
    role = "author"
    if len(names) > _GOST_AUTHORS:
        role, names = "editor", [{"literal": _initials_first(item["author"][0])}, *names[1:]]
    return entry("gost", {**_prepared(item), role: names}, lang)


def _chicago(item: Item, lang: str) -> tuple[Run, ...]:
    """An entry of a bibliography (Chicago Manual of Style, 18th ed.; in the 17th 14.207)."""
    prepared = _with_author(item, _in_running_order)
    prepared["title"] = _requoted(prepared["title"], lang)
    return entry(f"chicago-{lang}", prepared, lang, kept=_LOWER)


def _apa(item: Item, lang: str) -> tuple[Run, ...]:
    """An entry of a reference list (Publication Manual of the APA, 7th ed., 10.16)."""
    prepared = _with_author(item, _of_apa)
    if described := _DESCRIBED.get(kind_of(item.get("genre", ""))):
        prepared["medium"] = described[lang == "ru"]
    return entry(f"apa-{lang}", prepared, lang)


STYLES: Mapping[str, Callable[[Item, str], tuple[Run, ...]]] = {
    "gost": _gost, "chicago": _chicago, "apa": _apa,
}  # fmt: skip
"""Name of a style to what formats by it."""


# What a style is given


def _prepared(item: Item) -> dict[str, Any]:
    """What all styles use of an item, without its author."""
    used = ("title", "container-title", "publisher", "URL", "accessed")
    prepared = {name: item[name] for name in used if name in item}
    prepared["type"] = item["type"]
    prepared["title"] = _without_period(item["title"])
    if source := source_of(item):
        kept = "container-title" if "container-title" in item else "publisher"
        prepared[kept] = _without_period(source)
    if "issued" in item:
        parts = item["issued"]["date-parts"][0]
        # Without a day a month has another form in Russian; a style can only ask for this.
        prepared["issued"] = {"date-parts": [parts], "circa": int(len(parts) == 2)}
    return prepared


def _with_author(item: Item, form: Callable[[Name], Name]) -> dict[str, Any]:
    """The same with its author; a source that is one is not told again."""
    prepared = _prepared(item)
    if "author" in item:
        prepared["author"] = [form(name) for name in item["author"]]
        if _is_own_author(item):
            for variable in ("container-title", "publisher"):
                prepared.pop(variable, None)
    return prepared


def _is_own_author(item: Item) -> bool:
    """Whether the source itself stands as the author."""
    return [{"literal": source_of(item)}] == list(item.get("author", ()))


# Names


def _initials(given: str) -> str:
    """*Сергей Викторович* as *С. В.*, *Жан-Клод* as *Ж.-К.*; initials stay as they are."""
    return " ".join(
        word if word.endswith(".") else "-".join(f"{p[0].upper()}." for p in word.split("-") if p)
        for word in given.split()
    )


def _of_gost(name: Name) -> Name:
    if "literal" in name or "static-ordering" in name:
        return _in_running_order(name)
    family = " ".join(filter(None, (name["family"], name.get("suffix"))))
    return {"family": family, "given": _initials(name["given"])}


def _of_apa(name: Name) -> Name:
    if "literal" in name:
        return name
    kept = {part: name[part] for part in ("family", "suffix") if part in name}
    return {**kept, "given": _initials(name["given"])}


def _in_running_order(name: Name) -> Name:
    """A name as it is; whole, where the family name always stands first."""
    if "static-ordering" in name:
        return {"literal": f"{name['family']} {name['given']}"}
    return name


def _initials_first(name: Name) -> str:
    if "literal" in name or "static-ordering" in name:
        return str(_in_running_order(name)["literal"])
    return f"{_initials(name['given'])} {name['family']}"


# Titles


def _without_period(text: str) -> str:
    return text if text.endswith("...") else text.removesuffix(".")


def _requoted(title: str, lang: str) -> str:
    """A title to stand in quotation marks: its own become the inner ones."""
    if lang == "ru":
        title = re.sub(r'"([^"]*)"|“([^“”]*)”', r"„\1\2“", title)
        return title.replace("«", "„").replace("»", "“")
    title = re.sub(r'"([^"]*)"', r"‘\1’", title)
    return title.replace("“", "‘").replace("”", "’")
