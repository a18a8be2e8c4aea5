"""A document → how it is cited: in a style, and for reference managers that look at a page.

In: `Metadata`. Out: a citation as text, or as runs in italics and not; pairs for `<meta>` elements;
a COinS string. What is formatted, `csl`, `citation_styles` and `exchange` know. Writes no HTML.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from dragoman.indexer.dates import read_date
from dragoman.indexer.errors import DateError, Message
from dragoman.search.citation_styles import STYLES, formatted
from dragoman.search.csl import csl_item, language_of, source_of
from dragoman.search.csl_processor import Run
from dragoman.search.errors import RequestError
from dragoman.search.fields import today
from dragoman.search.results import Metadata


def cite(metadata: Metadata, style: str = "gost", accessed: date | None = None) -> str:
    """A document's citation, in the conventions of its language.

    Args:
        metadata: What is known of the document.
        style: `gost` (ГОСТ Р 7.0.5—2008), `chicago` (18th ed., bibliography) or `apa` (7th ed.).
        accessed: The day on which its address was looked at; without it, today.

    Raises:
        RequestError: There is no such style.
    """
    return "".join(run.text for run in runs_of(metadata, style, accessed))


def runs_of(
    metadata: Metadata, style: str = "gost", accessed: date | None = None
) -> tuple[Run, ...]:
    """The same citation as runs of text, in italics and not.

    Raises:
        RequestError: There is no such style.
    """
    if style not in STYLES:
        raise RequestError(
            Message(
                "no style ‘{style}’: use one of {styles}", style=style, styles=", ".join(STYLES)
            )
        )
    return _runs(metadata, style, accessed or today())


@lru_cache(maxsize=256)
def _runs(metadata: Metadata, style: str, accessed: date) -> tuple[Run, ...]:
    return formatted(csl_item(metadata, accessed), style, language_of(metadata))


def citation(metadata: Metadata, style: str, accessed: date) -> dict[str, object]:
    """A citation with what it was made of, as in the interface's JSON.

    Raises:
        RequestError: There is no such style.
    """
    return {
        "id": metadata.doc_id,
        "style": style,
        "accessed": accessed.isoformat(),
        "citation": cite(metadata, style, accessed),
        "csl": csl_item(metadata, accessed),
    }


def accessed_on(text: str) -> date:
    """The day of access as given, in any form that a query takes for a day; today without one.

    Raises:
        RequestError: It is no day.
    """
    if not text.strip():
        return today()
    try:
        iso = read_date(text).iso
    except DateError as error:
        raise RequestError(Message("accessed: {error}", error=error.message)) from error
    if len(iso) != len("2021-06-22"):
        raise RequestError(
            Message("accessed is ‘{text}’: write a day, as in 2021-06-22", text=text)
        )
    return date.fromisoformat(iso)


_ZOTERO_TYPES = {
    "speech": "presentation",
    "interview": "interview",
    "article-newspaper": "newspaperArticle",
    "personal_communication": "letter",
    "webpage": "webpage",
}
"""CSL type to Zotero's, which its readers of pages look for before they guess."""


def meta_tags(metadata: Metadata, url: str = "") -> list[tuple[str, str]]:
    """Names and contents of the `<meta>` elements that reference managers look for.

    Those of Highwire Press (`citation_…`), which Zotero, Mendeley and scholarly search engines
    read, and those of Dublin Core (`DC.…`). The first `DC.type` is Zotero's name of the type:
    without one it takes whatever has a `citation_title` for an article of a journal.

    Args:
        metadata: What is known of the document.
        url: The address of the page; the document's own where it has one.
    """
    item = csl_item(metadata)
    day = metadata.date[:10]
    address = item.get("URL", url)
    # A comma at the end tells that a name is not to be parted.
    authors = [_written(name) + "," * ("literal" in name) for name in item.get("author", ())]
    pairs = [
        ("citation_title", item["title"]),
        *(("citation_author", author) for author in authors),
        ("citation_publication_date", day.replace("-", "/")),
        ("citation_publisher", source_of(item)),
        ("citation_language", metadata.lang),
        ("citation_public_url", address),
        ("DC.title", item["title"]),
        *(("DC.creator", author) for author in authors),
        ("DC.date", day),
        ("DC.type", _zotero_type(item)),
        ("DC.type", metadata.kind),
        ("DC.source", source_of(item)),
        ("DC.publisher", source_of(item)),
        ("DC.language", metadata.lang),
        *(("DC.subject", topic) for topic in metadata.topics),
        ("DC.identifier", address),
    ]
    return [(name, content) for name, content in pairs if content]


def coins(metadata: Metadata, url: str = "") -> str:
    """The `title` of the document's COinS element, `<span class="Z3988" title="…">`.

    An OpenURL context object (ANSI/NISO Z39.88-2004) with Dublin Core keys, not yet escaped for
    HTML.

    Args:
        metadata: What is known of the document.
        url: The address of its page; its own where it has one.
    """
    item = csl_item(metadata)
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", _zotero_type(item)),
        ("rft.title", item["title"]),
        *(
            ("rft.aucorp" if "literal" in name else "rft.creator", _written(name))
            for name in item.get("author", ())
        ),
        ("rft.date", metadata.date[:10]),
        ("rft.source", source_of(item)),
        ("rft.place", metadata.place),
        ("rft.language", metadata.lang),
        ("rft.identifier", item.get("URL", url)),
    ]
    return urlencode([pair for pair in pairs if pair[1]], errors="replace")


def _zotero_type(item: Mapping[str, Any]) -> str:
    return _ZOTERO_TYPES.get(item["type"], "document")


def _written(name: Mapping[str, Any]) -> str:
    """*Lavrov, Sergey*; an institution as it is called."""
    return str(name.get("literal") or f"{name['family']}, {name['given']}")
