"""What a web page's structured data say: JSON-LD, microdata, RDFa.

In: a parsed page. Out: `Described`, the fields of the page's article as written there, one for
each notation that has any. Judges nothing: what to trust is the caller's affair.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import html
from lxml.etree import _Element

from dragoman.indexer.readers.html_blocks import text_of

_ARTICLES = re.compile(r"(?:article|posting|report|webpage|creativework|speech)$", re.IGNORECASE)
_LISTS = re.compile(r"(?:CollectionPage|SearchResultsPage|ItemList|CheckoutPage)$")
_ACCOUNT = re.compile(r"#/schema/person/|/author/|/users?/", re.IGNORECASE)
_ITEM = "@itemprop and contains(concat(' ', normalize-space(@itemprop), ' '), ' {} ')"
_RDFA_TITLES = ("schema:name", "schema:headline", "dc:title", "dcterms:title")
_RDFA_DATES = (
    "schema:datepublished", "datepublished", "dc:date", "dc:issued", "dcterms:issued",
    "dcterms:date", "dc:created",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """An article as one notation describes it; what it does not say is empty.

    Attributes:
        origin: `JSON-LD`, `microdata` or `RDFa`.
        authors: Names of persons.
        accounts: Those of the authors that are users of the site's software.
        sections: What may be its kind.
    """

    origin: str
    title: str = ""
    dates: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    languages: tuple[str, ...] = ()


def described_by(tree: html.HtmlElement) -> list[Described]:
    """What the page's structured data say of it, JSON-LD first, then microdata, then RDFa."""
    found = [_from_linked(thing) for thing in _linked_data(tree)]
    if (scope := _article_scope(tree)) is not None:
        found.append(_from_scope(scope))
    found.append(_from_rdfa(tree))
    return found


def is_declared_list(tree: html.HtmlElement) -> bool:
    """Whether the page calls itself a collection of others."""
    kinds = [*tree.xpath("/html/@itemtype"), *tree.xpath("//body/@itemtype")]
    return any(_LISTS.search(str(kind)) for kind in kinds)


def parted(*values: str) -> list[str]:
    """Values that stand in one string with commas or semicolons between them."""
    return [part.strip() for value in values for part in re.split("[,;]", value) if part.strip()]


def _from_linked(thing: Mapping[str, object]) -> Described:
    authors = [
        author
        for author in _several(thing.get("author"))
        if not isinstance(author, Mapping) or author.get("@type", "Person") == "Person"
    ]
    accounts = [
        author
        for author in authors
        if isinstance(author, Mapping)
        and any(_ACCOUNT.search(str(author.get(name, ""))) for name in ("@id", "url"))
    ]
    keywords = thing.get("keywords")
    topics = parted(keywords) if isinstance(keywords, str) else map(_name, _several(keywords))
    return Described(
        "JSON-LD",
        title=_name(thing.get("headline") or thing.get("name")),
        dates=_names(thing, "datePublished", "dateCreated"),
        authors=tuple(map(_name, authors)),
        accounts=tuple(map(_name, accounts)),
        places=_names(thing, "contentLocation", "locationCreated"),
        topics=tuple(topics),
        sections=(
            *map(_name, _several(thing.get("articleSection"))),
            *map(_name, _several(thing.get("genre"))),
        ),
        url=_name(thing.get("url")) or _name(thing.get("mainEntityOfPage")),
        source=_name(thing.get("publisher")),
    )


def _from_scope(scope: _Element) -> Described:
    """Microdata, of the thing that has the article's body and not of the pictures in it."""
    return Described(
        "microdata",
        title=_property(scope, "headline") or _property(scope, "name"),
        dates=(_property(scope, "datePublished"), _property(scope, "dateCreated")),
        authors=(_property(scope, "author"),),
        places=(_property(scope, "contentLocation"), _property(scope, "locationCreated")),
        topics=tuple(parted(_property(scope, "keywords"))),
        sections=(_property(scope, "articleSection"), _property(scope, "genre")),
        url=_property(scope, "url") or _property(scope, "mainEntityOfPage"),
        source=_property(scope, "publisher"),
    )


def _from_rdfa(tree: html.HtmlElement) -> Described:
    values: dict[str, str] = {}
    for element in tree.xpath("//body//*[@property]"):
        for name in element.get("property").lower().split():
            if name not in values and name in (*_RDFA_TITLES, *_RDFA_DATES):
                values[name] = _value(element)
    return Described(
        "RDFa",
        title=next((values[name] for name in _RDFA_TITLES if values.get(name)), ""),
        dates=tuple(values[name] for name in _RDFA_DATES if name in values),
    )


def _article_scope(tree: html.HtmlElement) -> _Element | None:
    bodies = tree.xpath(f"//*[{_ITEM.format('articleBody')}]")
    if bodies:
        return _scope(bodies[0])
    for element in tree.xpath("//*[@itemscope and @itemtype]"):
        if _ARTICLES.search(element.get("itemtype", "")) and element.tag != "html":
            return element
    return None


def _property(scope: _Element, name: str) -> str:
    """The value of a property that belongs to the scope itself."""
    for element in scope.xpath(f".//*[{_ITEM.format(name)}]"):
        owner = _scope(element.getparent() if element.get("itemscope") is not None else element)
        if owner is scope:
            return _value(element)
    return ""


def _value(element: _Element) -> str:
    value = element.get("content") or element.get("datetime")
    return " ".join(value.split()) if value else text_of(element)


def _scope(element: _Element | None) -> _Element | None:
    """The nearest thing, from the element upwards, that microdata describes."""
    while element is not None and element.get("itemscope") is None:
        element = element.getparent()
    return element


def _linked_data(tree: html.HtmlElement) -> list[Mapping[str, object]]:
    """Articles and pages that JSON-LD describes, articles first; references are followed."""
    found: list[Mapping[str, object]] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found.extend(_things(json.loads(script.text_content(), strict=False)))
        except (json.JSONDecodeError, RecursionError):
            continue  # a broken script breaks no page
    known = {str(thing["@id"]): thing for thing in found if len(thing) > 1 and "@id" in thing}
    described = [
        {name: _followed(value, known) for name, value in thing.items()}
        for thing in found
        if any(_ARTICLES.search(_name(kind)) for kind in _several(thing.get("@type")))
    ]
    return sorted(described, key=lambda thing: "Page" in _name(thing.get("@type")))


def _followed(value: object, known: Mapping[str, Mapping[str, object]]) -> object:
    """What a bare reference (`{"@id": …}`) stands for."""
    if isinstance(value, list):
        return [_followed(part, known) for part in value]
    if isinstance(value, Mapping) and set(value) == {"@id"}:
        return known.get(str(value["@id"]), value)
    return value


def _things(data: object) -> Iterator[Mapping[str, object]]:
    for thing in _several(data):
        if isinstance(thing, Mapping):
            yield thing
            for name in ("@graph", "mainEntity"):
                yield from _things(thing.get(name))


def _names(thing: Mapping[str, object], *names: str) -> tuple[str, ...]:
    return tuple(_name(thing.get(name)) for name in names)


def _several(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _name(value: object) -> str:
    """A string, or the name of what JSON-LD describes; the first of several."""
    if isinstance(value, list):
        return _name(value[0]) if value else ""
    if isinstance(value, Mapping):
        address = value.get("address")
        name = value.get("name") or value.get("headline")
        if not name and isinstance(address, Mapping):
            name = address.get("addressLocality")
        return _name(name or value.get("@id"))
    return " ".join(value.split()) if isinstance(value, str) else ""
