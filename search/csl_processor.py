"""An item prepared for a style → its entry in a list of references, by citeproc and a style file.

In: the name of a file of `styles/` (Citation Style Language 1.0) and a CSL item. Out: the entry as
runs of text. Does what citeproc-py leaves to its callers: a period after a closing quotation mark
goes before it in English, and none follows another mark that ends a sentence. Knows no style.
"""

import re
import threading
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_ITALIC, _ROMAN, _END, _KEPT, _FREE = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
"""Private signs: where italics begin and end, where a value of the item ends, and between which
capitals stay as they are."""
_SIGNS = re.compile(f"[{_ITALIC}{_ROMAN}{_END}{_KEPT}{_FREE}]")
_PERIOD = {
    # In English the quotation marks before a period come after it.
    "en": re.compile(f"([.?!…]?)([’”{_ROMAN}{_END}]*{_END}[’”{_ROMAN}]*)\\."),
    "ru": re.compile(f"([.?!…])({_ROMAN}*{_END}{_ROMAN}*)\\."),
}
_QUOTES = re.compile("[’”]")
_LOCALES = {"en": "en-US", "ru": "ru-RU"}


class Run(NamedTuple):
    """A stretch of a citation in one type."""

    text: str
    is_italic: bool


class _Signs:
    """The formatter of citeproc: types as private signs, so that the text stays a text."""

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)

    @staticmethod
    def Italic(text: object) -> str:
        return f"{_ITALIC}{text}{_ROMAN}"

    Oblique = Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = preformat


def entry(
    style: str, item: Mapping[str, Any], lang: str, kept: re.Pattern[str] | None = None
) -> tuple[Run, ...]:
    """An entry of a list of references.

    Args:
        style: Name of a file of `styles/`, without `.csl`.
        item: The CSL item, as far as the style uses it.
        lang: `en` or `ru`: the language of its terms, and where periods stand.
        kept: What gets no capital letter in a title where the style gives them.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography

    source = _source()([{**_signed(item, kept), "id": "document", "language": lang}])
    with _alone:
        bibliography = CitationStylesBibliography(_style(style, lang), source, _Signs)
        bibliography.register(Citation([CitationItem("document")]))
        (made,) = bibliography.bibliography()
    return _runs(_PERIOD[lang].sub(_with_period, str(made)))


_alone = threading.Lock()
"""Held while a style is at work: it keeps its state in its own elements."""


@cache
def _style(name: str, lang: str) -> Any:
    from citeproc import CitationStylesStyle

    with (files("dragoman.search") / "styles" / f"{name}.csl").open("rb") as file:
        return CitationStylesStyle(file, locale=_LOCALES[lang], validate=False)


@cache
def _source() -> Any:
    """Citeproc's reader of CSL-JSON, with signs that no title holds for those that one may."""
    from citeproc.source.json import CiteProcJSON

    return type("Signed", (CiteProcJSON,), {"start_tag": _KEPT, "end_tag": _FREE})


def _signed(item: Mapping[str, Any], kept: re.Pattern[str] | None) -> dict[str, Any]:
    """An item whose texts tell where they end, and what of the title keeps its case."""
    texts = {
        name: f"{_SIGNS.sub('', value)}{_END}"
        for name, value in item.items()
        if isinstance(value, str) and name != "type"
    }
    if kept is not None:
        texts["title"] = kept.sub(f"{_KEPT}\\g<0>{_FREE}", texts["title"])
    return {**item, **texts}


def _with_period(found: re.Match[str]) -> str:
    """The end of a value with the period behind it, where it is wanted and belongs."""
    mark, closing = found[1], found[2]
    if mark:
        return f"{mark}{closing}"
    return f".{closing}" if _QUOTES.search(closing) else f"{closing}."


def _runs(marked: str) -> tuple[Run, ...]:
    runs = []
    for number, stretch in enumerate(re.split(f"[{_ITALIC}{_ROMAN}]", marked)):
        if text := stretch.replace(_END, ""):
            runs.append(Run(text, number % 2 == 1))
    return tuple(runs)
