"""A document's metadata → the CSL-JSON that reference managers and citation styles take.

In: `Metadata`. Out: a CSL item as a plain dictionary (citation-style-language, CSL-JSON 1.0.2):
`id`, `type`, `title`, `author`, `issued`, and what else is known. Formats nothing.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from dragoman.search.results import Metadata

Item = Mapping[str, Any]
"""A CSL item: variable name to value."""

_SPOKEN = frozenset(
    ["press conference", *"statement remarks speech address lecture briefing message".split()]
)
"""Kinds, as `kind_of` knows them, that are speeches where somebody is known to have spoken."""
_TYPES = {
    "interview": "interview",
    "article": "article-newspaper",
    "letter": "personal_communication",
    "treaty": "treaty",
}
_MEDIA_TYPES = frozenset(("interview", "article-newspaper"))
"""Types whose source carries a text by others, and is not its author."""
_UNTITLED = {"en": "[Untitled]", "ru": "[Без названия]"}
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W\d_]{1,2}\.-?(?=\S)|\S+")
_GENERATION = re.compile(r",?\s+((?:Jr|Sr)\.?|II|III|IV)\Z")
PARTICLES = frozenset("al el de da del della di do dos du la le van von der den ten ter bin bint "
                       "ibn аль эль де да ди дель ла ле ван фон дер бин ибн".split())  # fmt: skip
_FAMILY_FIRST = frozenset("xi hu jiang zhang zhao mao deng wen wang nguyen yoon ban "
                          "си ху цзян чжан чжао мао дэн вэнь нгуен".split())  # fmt: skip
"""Surnames that stand before the given name in texts of both languages, met as first words."""
_KOREAN = frozenset("kim moon park lee ким мун пак ли".split())
"""The same, where two syllables joined by a hyphen follow."""


def csl_item(metadata: Metadata, accessed: date | None = None) -> dict[str, Any]:
    """A document as a CSL item.

    Args:
        metadata: What is known of it.
        accessed: The day on which its address was looked at; told where it has one.
    """
    lang = language_of(metadata)
    kind = _type_of(metadata)
    item: dict[str, Any] = {
        "id": metadata.doc_id,
        "type": kind,
        "title": " ".join(metadata.title.split()) or _UNTITLED[lang],
    }
    if speakers := [speaker for speaker in metadata.speakers if speaker.strip()]:
        item["author"] = [dict(csl_name(speaker)) for speaker in speakers]
    elif metadata.source and kind not in _MEDIA_TYPES:
        item["author"] = [{"literal": metadata.source}]
    if metadata.date:
        item["issued"] = _date_parts(metadata.date[:10])
    if metadata.source:
        item["publisher" if kind in ("speech", "document", "treaty") else "container-title"] = (
            metadata.source
        )
    also = {
        "event-place": metadata.place,
        "genre": metadata.kind,
        "keyword": "; ".join(metadata.topics),
        "language": metadata.lang,
        "URL": _web_address(metadata),
    }
    item.update({name: value for name, value in also.items() if value})
    if "URL" in item and accessed is not None:
        item["accessed"] = _date_parts(accessed.isoformat())
    return item


def language_of(metadata: Metadata) -> str:
    """`ru` or `en`: the conventions in which a document is cited."""
    if metadata.lang:
        return "ru" if metadata.lang == "ru" else "en"
    return "ru" if _CYRILLIC.search(metadata.title) else "en"


def source_of(item: Item) -> str:
    """Where a document appeared, under whichever variable its type has for it."""
    return str(item.get("container-title") or item.get("publisher") or "")


@lru_cache(maxsize=1024)
def kind_of(written: str) -> str:
    """A kind by its English name, however a record calls it (*брифинг*, *Press briefings*)."""
    from dragoman.indexer.kinds import kind_label

    return kind_label(written) or " ".join(written.split()).casefold()


def _type_of(metadata: Metadata) -> str:
    kind = kind_of(metadata.kind)
    if kind in _SPOKEN and metadata.speakers:
        return "speech"
    return _TYPES.get(kind, "webpage" if _web_address(metadata) else "document")


def _web_address(metadata: Metadata) -> str:
    """The address where it is one of the web, and nothing that a program might carry out."""
    return metadata.url if metadata.url.startswith(("https://", "http://")) else ""


def _date_parts(iso: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in iso.split("-")]]}


@lru_cache(maxsize=4096)
def csl_name(spelling: str) -> Mapping[str, Any]:
    """A speaker as a CSL name: `family` and `given`, or `literal` where it is no one's full name.

    Office and titles are left out; the letters are those of the source. `static-ordering` tells
    that the family name stands first wherever the name is written.
    """
    from dragoman.indexer.name_parts import name_parts

    spelling = " ".join(spelling.split())
    suffix = _GENERATION.search(spelling)
    parts = name_parts(spelling[: suffix.start()] if suffix else spelling)
    words = _NAME_WORD.findall(parts.bare) if parts is not None else []
    words = [word.rstrip("-") if word.endswith(".-") else word for word in words]
    if len(words) < 2:
        return {"literal": spelling}
    if words[0].casefold() in _FAMILY_FIRST or _is_korean(words):
        return {"family": words[0], "given": " ".join(words[1:]), "static-ordering": True}
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in PARTICLES:
        at -= 1
    name = {"family": " ".join(words[at:]), "given": " ".join(words[:at])}
    return {**name, "suffix": suffix[1]} if suffix else name


def _is_korean(words: list[str]) -> bool:
    """Whether a name is one as *Kim Jong-un*, *Moon Jae-in*, *Ким Чен Ын*."""
    first = words[0].casefold()
    if first in ("kim", "ким") and len(words) == 3:
        return True
    is_double = re.fullmatch(r"[^\W\d_]+-[^\W\d_]+", words[-1]) is not None
    return first in _KOREAN and len(words) == 2 and is_double
