"""What a web page says about itself: meta tags, JSON-LD, microdata, microformats.

In: a parsed page. Out: offers to a draft, each under its origin. Reads no main text.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.etree import _Element

from dragoman.indexer.metadata import kind_of
from dragoman.indexer.readers.draft import Draft

_DATE_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "date", "pubdate",
    "publishdate", "publish-date", "published", "publication_date", "citation_date",
    "ya:ovs:upload_date", "article.published",
)  # fmt: skip
_ARTICLES = re.compile(r"(?:article|posting|report|webpage|creativework|speech)$", re.IGNORECASE)
_PERSON = re.compile(
    r"[A-ZÀ-ŽА-ЯЁ][\w’'-]*\.?(?:\s(?:[A-ZÀ-ŽА-ЯЁ][\w’'.-]*|de|van|von|bin|al)){1,3}|"
    r"(?:[А-ЯЁ]\.\s?){1,2}[А-ЯЁ][\w-]+"
)
_NO_PERSON = re.compile(
    r"\b(?:ministry|department|office|embassy|press|service|news|agency|editorial|editor|team|"
    r"admin|webmaster|staff|mission|mid|мид|министерств\w*|департамент\w*|пресс\w*|редакци\w*|"
    r"агентств\w*|посольств\w*|служб\w*)\b",
    re.IGNORECASE,
)
_SITE_GAP = re.compile(r"\s+[•|·»–—-]\s+|\s*::\s*")
_ITEM = "contains(concat(' ', normalize-space(@itemprop), ' '), ' {} ')"


def offer_head(tree: html.HtmlElement, draft: Draft) -> str:
    """Offers what meta tags, JSON-LD and microdata say, in this order of trust.

    The page's declared language, which templates often get wrong, is returned instead.
    """
    meta = _meta_tags(tree)
    declared = _offer_address(tree, meta, draft)
    title = _first(meta, ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline"))
    draft.offer("title", _without_site(title, draft.text("source")), "meta tag")
    for name in _DATE_NAMES:
        for written in meta.get(name, ()):
            draft.offer_date(written, "meta tag")
    draft.offer_list("speakers", _persons(meta.get("author", ()), draft), "meta tag")
    draft.offer("place", _first(meta, ("geo.placename", "dc.coverage.spatial")), "meta tag")
    draft.offer("kind", kind_of(_first(meta, ("article:section",))), "meta tag")
    topics = meta.get("article:tag", []) or _parted(meta.get("news_keywords", ()))
    draft.offer_list("topics", topics, "meta tag")
    if keywords := _parted(meta.get("keywords", ())):
        # Most sites put their sections here, so they are no topics of the text.
        draft.extra["keywords"] = keywords
    for linked in _linked_data(tree):
        _offer_linked(linked, draft)
    _offer_microdata(tree, draft)
    return declared


def offer_page(tree: html.HtmlElement, draft: Draft) -> None:
    """Offers what stands on the page in microformats and `time` elements."""
    for element in tree.xpath("//*[contains(concat(' ', @class, ' '), ' p-location ')]")[:1]:
        draft.offer("place", _line(element), "page")
    for written in _times(tree, "//time[contains(@class, 'publ') or @pubdate]"):
        draft.offer_date(written, "page")
    for written in _times(tree, "//time"):
        if draft.has("date"):  # only to refine: a page has the times of many things
            draft.offer_date(written, "page")
    tags = tree.xpath("//*[contains(concat(' ', @class, ' '), ' p-category ')]")
    tags = tags or tree.xpath("//*[contains(concat(' ', normalize-space(@rel), ' '), ' tag ')]")
    draft.offer_list("topics", [_line(element) for element in tags], "page")


def site_title(tree: html.HtmlElement) -> str:
    """The page's first heading, else its title without the site's name."""
    for heading in tree.xpath("//h1"):
        if text := _line(heading):
            return text
    for title in tree.xpath("//head/title"):
        return _SITE_GAP.split(_line(title))[0]
    return ""


def _offer_address(tree: html.HtmlElement, meta: Mapping[str, list[str]], draft: Draft) -> str:
    canonical = [str(found) for found in tree.xpath("//link[@rel='canonical']/@href")]
    addresses = [address for address in (*meta.get("og:url", ()), *canonical) if _host(address)]
    draft.offer("url", addresses[0] if addresses else "", "meta tag")
    draft.offer("source", _first(meta, ("og:site_name", "application-name")), "meta tag")
    draft.offer("source", _host(draft.text("url")), "meta tag")
    declared = [
        *tree.xpath("/html/@lang"), *meta.get("content-language", ()), *meta.get("og:locale", ())
    ]  # fmt: skip
    own = _code(str(declared[0])) if declared else ""
    languages = [own]
    for link in tree.xpath("//link[@hreflang and @href]"):
        code = _code(link.get("hreflang"))
        address = urljoin(draft.text("url"), link.get("href"))
        if code and "alternate" in link.get("rel", ""):
            languages.append(code)
            if code != own and _host(address):
                draft.extra[f"url_{code}"] = address
    if len(languages) > 1:
        draft.offer_list("languages", languages, "meta tag")
    return own


def _offer_linked(linked: Mapping[str, object], draft: Draft) -> None:
    origin = "JSON-LD"
    draft.offer("title", _name(linked.get("headline") or linked.get("name")), origin)
    for name in ("datePublished", "dateCreated"):
        draft.offer_date(_name(linked.get(name)), origin)
    authors = [
        _name(author)
        for author in _several(linked.get("author"))
        if not isinstance(author, Mapping) or author.get("@type", "Person") == "Person"
    ]
    draft.offer_list("speakers", _persons(authors, draft), origin)
    for name in ("contentLocation", "locationCreated"):
        draft.offer("place", _name(linked.get(name)), origin)
    keywords = linked.get("keywords")
    topics = _parted([keywords]) if isinstance(keywords, str) else map(_name, _several(keywords))
    draft.offer_list("topics", topics, origin)
    for section in _several(linked.get("articleSection")):
        draft.offer("kind", kind_of(_name(section)), origin)
    address = _name(linked.get("url")) or _name(linked.get("mainEntityOfPage"))
    draft.offer("url", address if _host(address) else "", origin)
    draft.offer("source", _name(linked.get("publisher")), origin)


def _offer_microdata(tree: html.HtmlElement, draft: Draft) -> None:
    """The properties of the thing that has the article's body, not of the pictures in it."""
    origin = "microdata"
    bodies = tree.xpath(f"//*[{_ITEM.format('articleBody')}]")
    scopes = [_scope(body) for body in bodies[:1]] or [
        element
        for element in tree.xpath("//*[@itemscope and @itemtype]")
        if _ARTICLES.search(element.get("itemtype", "")) and element.tag != "html"
    ][:1]
    for scope in scopes:
        if scope is None:
            continue
        for name in ("headline", "name"):
            draft.offer("title", _property(scope, name), origin)
        draft.offer_date(_property(scope, "datePublished"), origin)
        draft.offer_list("speakers", _persons([_property(scope, "author")], draft), origin)
        for name in ("contentLocation", "locationCreated"):
            draft.offer("place", _property(scope, name), origin)
        draft.offer_list("topics", _parted([_property(scope, "keywords")]), origin)


def _property(scope: _Element, name: str) -> str:
    """The value of a property that belongs to the scope itself."""
    for element in scope.xpath(f".//*[{_ITEM.format(name)}]"):
        owner = _scope(element.getparent() if element.get("itemscope") is not None else element)
        if owner is scope:
            value = element.get("content") or element.get("datetime")
            return " ".join(value.split()) if value else _line(element)
    return ""


def _scope(element: _Element | None) -> _Element | None:
    """The nearest thing, from the element upwards, that microdata describes."""
    while element is not None and element.get("itemscope") is None:
        element = element.getparent()
    return element


def _meta_tags(tree: html.HtmlElement) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        content = " ".join(element.get("content").replace("\xa0", " ").split())
        names = {element.get(key, "").lower() for key in ("property", "name", "http-equiv")}
        for name in names - {""}:
            if content:
                tags.setdefault(name, []).append(content)
    return tags


def _linked_data(tree: html.HtmlElement) -> Iterator[Mapping[str, object]]:
    """Articles and pages that JSON-LD describes, articles first."""
    found: list[Mapping[str, object]] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found.extend(_things(json.loads(script.text_content())))
        except (json.JSONDecodeError, RecursionError):
            continue  # a broken script breaks no page
    described = [thing for thing in found if _ARTICLES.search(_name(thing.get("@type")))]
    yield from sorted(described, key=lambda thing: "Page" in _name(thing.get("@type")))


def _things(data: object) -> Iterator[Mapping[str, object]]:
    for thing in _several(data):
        if isinstance(thing, Mapping):
            yield thing
            yield from _things(thing.get("@graph"))


def _several(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _name(value: object) -> str:
    """A string, or the name of what JSON-LD describes; the first of several."""
    if isinstance(value, list):
        return _name(value[0]) if value else ""
    if isinstance(value, Mapping):
        return _name(value.get("name") or value.get("headline") or value.get("@id"))
    return " ".join(value.split()) if isinstance(value, str) else ""


def _persons(names: Iterable[str], draft: Draft) -> list[str]:
    """Those of the names that are persons’, not a ministry’s or the site’s."""
    site = draft.text("source").casefold()
    return [
        name
        for name in names
        if _PERSON.fullmatch(name) and not _NO_PERSON.search(name) and name.casefold() != site
    ]


def _times(tree: html.HtmlElement, path: str) -> Iterator[str]:
    for element in tree.xpath(path):
        yield _line(element)
        yield element.get("datetime", "")


def _parted(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in re.split("[,;]", value) if part.strip()]


def _first(meta: Mapping[str, list[str]], names: Iterable[str]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _without_site(title: str, site: str) -> str:
    """A title without the site’s name behind it; empty if it is nothing else."""
    parts = _SITE_GAP.split(title)
    if site and len(parts) > 1 and parts[-1].casefold() == site.casefold():
        gap = list(_SITE_GAP.finditer(title))[-1]
        return title[: gap.start()]
    return "" if site and title.casefold() == site.casefold() else title


def _line(element: _Element) -> str:
    return " ".join(element.text_content().replace("\xa0", " ").split())


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""


def _code(written: str) -> str:
    code = re.split("[-_]", written.strip().lower())[0]
    return code if re.fullmatch("[a-z]{2,3}", code) else ""
