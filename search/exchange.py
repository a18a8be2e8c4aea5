"""A CSL item → a record of RIS or BibTeX, as reference managers read it.

In: what `csl.csl_item` makes. Out: one record as text, ended by an empty line. A value never
breaks a record: line ends become spaces, and what has a meaning in BibTeX is escaped.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dragoman.search.csl import Item, source_of

_RIS_TYPES = {"article-newspaper": "NEWS", "personal_communication": "PCOMM"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_LANGUAGES = {"en": "english", "ru": "russian"}
_KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9:._/-]*[A-Za-z0-9])?")


def ris(item: Item, database: str = "") -> str:
    """A record of RIS; lines end as the format has it, by CR and LF.

    Args:
        item: The CSL item.
        database: What it was found in and by which query.
    """
    fallback = "ELEC" if "URL" in item else "GEN"
    rows = [("TY", _RIS_TYPES.get(item["type"], fallback)), ("ID", item["id"])]
    rows.append(("TI", item["title"]))
    rows += [("AU", _inverted(name)) for name in item.get("author", ())]
    rows += [("T2", source_of(item)), ("PB", source_of(item))]
    if issued := _parts(item, "issued"):
        rows += [("PY", f"{issued[0]:04}"), ("DA", _slashed(issued))]
    rows += [
        ("CY", item.get("event-place", "")),
        ("M3", item.get("genre", "")),
        ("LA", item.get("language", "")),
        *(("KW", word) for word in str(item.get("keyword", "")).split("; ")),
        ("UR", item.get("URL", "")),
        ("N1", item.get("note", "")),
    ]
    if accessed := _parts(item, "accessed"):
        rows.append(("Y2", _slashed(accessed)))
    rows.append(("DB", database))
    lines = [f"{tag}  - {_plain(value)}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def bibtex(item: Item) -> str:
    """An entry of BibTeX and BibLaTeX, in UTF-8."""
    fields = [("title", f"{{{{{_escaped(item['title'])}}}}}")]  # braces keep its capitals
    if names := item.get("author"):
        fields.append(("author", f"{{{' and '.join(map(_bibtex_name, names))}}}"))
    year, month, day = (*_parts(item, "issued"), 0, 0, 0)[:3]
    fields += [("year", f"{{{year:04}}}")] if year else []
    fields += [("month", _MONTHS[month - 1])] if month else []  # a name that BibTeX knows
    fields += [("day", f"{{{day}}}")] if day else []
    is_article = item["type"] == "article-newspaper" and bool(source_of(item))
    of_text: Mapping[str, object] = {
        "journal" if is_article else "howpublished": source_of(item),
        "venue": item.get("event-place", ""),
        "type": item.get("genre", ""),
        "keywords": str(item.get("keyword", "")).replace("; ", ", "),
        "langid": _LANGUAGES.get(str(item.get("language")), ""),
        "annote": item.get("note", ""),
    }
    fields += [(name, f"{{{_escaped(value)}}}") for name, value in of_text.items() if value]
    if "URL" in item:
        fields.append(("url", f"{{{_verbatim(item['URL'])}}}"))
    if accessed := _parts(item, "accessed"):
        fields.append(("urldate", f"{{{'-'.join(f'{part:02}' for part in accessed)}}}"))
    lines = [f"  {name} = {value}," for name, value in fields]
    kind = "article" if is_article else "misc"
    return "\n".join([f"@{kind}{{{bibtex_key(str(item['id']))},", *lines, "}", "", ""])


def bibtex_key(doc_id: str) -> str:
    """A key for a document's id: the id itself, or what can stand in a key and a hash of it."""
    if _KEY.fullmatch(doc_id):
        return doc_id
    readable = "-".join(re.findall("[A-Za-z0-9]+", doc_id)) or "document"
    digest = hashlib.blake2b(doc_id.encode("utf-8", "surrogatepass"), digest_size=5)
    return f"{readable[:60]}-{digest.hexdigest()}"


def bibtex_comment(text: str) -> str:
    """A remark before the entries; readers pass over what is outside of them."""
    return f"% {_plain(text).replace('@', '(at)')}\n\n"


def _parts(item: Item, variable: str) -> list[int]:
    return list(item[variable]["date-parts"][0]) if variable in item else []


def _slashed(parts: Iterable[int]) -> str:
    year, month, day = ([f"{part:02}" for part in parts] + ["", ""])[:3]
    return f"{year:0>4}/{month}/{day}/"


def _plain(value: object) -> str:
    return " ".join(_CONTROL.sub(" ", str(value)).split())


def _escaped(value: object) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in _plain(value))


def _verbatim(url: object) -> str:
    """An address, which BibLaTeX takes as it is, with what would end the field percent-encoded."""
    return re.sub(r"[{}\\ ]", lambda found: f"%{ord(found[0]):02X}", _plain(url))


def _inverted(name: Mapping[str, Any]) -> str:
    if "literal" in name:
        return str(name["literal"])
    return ", ".join(filter(None, (name["family"], name["given"], name.get("suffix"))))


def _bibtex_name(name: Mapping[str, Any]) -> str:
    """*von Last, Jr, First*; an institution in braces, so that it is not parted."""
    if "literal" in name:
        return f"{{{_escaped(name['literal'])}}}"
    parts = (name["family"], name.get("suffix"), name["given"])
    return ", ".join(_escaped(part) for part in parts if part)
