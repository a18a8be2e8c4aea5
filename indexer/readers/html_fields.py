"""What a web page's head says of it: meta tags, links, and beside them its structured data.

In: a parsed page. Out: offers to a draft for what is plain, and `Declared` for what must be weighed
against the page itself. Reads no main text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html

from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.html_blocks import text_of
from dragoman.indexer.readers.html_linked import Described, described_by, parted

_DATES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "pubdate",
    "publishdate", "publish-date", "published", "publication_date", "publication-date",
    "citation_date", "citation_publication_date", "ya:ovs:upload_date", "article.published",
    "govuk:first-published-at", "first-published", "release_date",
)  # fmt: skip
# Which of a page’s dates these are, sites do not agree on; often it is that of the last change.
_VAGUE_DATES = ("date", "dc.date", "dcterms.date", "og:date", "og:pubdate")
_TITLES = (
    "og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "articletitle",
    "citation_title",
)  # fmt: skip
_SECTIONS = ("article:section", "dc.type", "dcterms.type", "og:section", "govuk:format")
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->|^\s*url:\s*(\S+)\s*$", re.M)
_SAVED_FROM_WITHIN = 3000  # characters at a page’s start in which browsers say where it is from
_LANGUAGE_NAMES = {
    "english": "en", "in english": "en", "en": "en", "eng": "en", "en-gb": "en", "английский": "en",
    "русский": "ru", "на русском": "ru", "ru": "ru", "rus": "ru", "рус": "ru", "ru-ru": "ru",
    "russian": "ru", "français": "fr", "fr": "fr", "fr-fr": "fr", "deutsch": "de", "de": "de",
    "de-de": "de", "español": "es", "es": "es", "es-es": "es", "中文": "zh", "zh": "zh",
    "العربية": "ar", "ar": "ar", "italiano": "it", "it": "it", "português": "pt", "pt": "pt",
}  # fmt: skip


@dataclass(slots=True)
class Declared:
    """What a page declares and what the page itself may know better.

    Attributes:
        lang: The page's declared language, which templates often get wrong.
        titles, dates, sections: Values with their origins, in the order of trust.
        authors: Names with their origins; `accounts` are those of users of the site's software.
        vague_dates: Dates of which is not known whether they are those of the last change.
    """

    lang: str = ""
    titles: list[tuple[str, str]] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    vague_dates: list[str] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)


def read_head(tree: html.HtmlElement, content: str, draft: Draft) -> Declared:
    """Offers address, source, languages, place and topics; gives what else the head declares.

    Args:
        tree: The page.
        content: The page as written, for the note that browsers leave at its start.
        draft: Takes the offers: meta tags first, then JSON-LD, microdata and RDFa.
    """
    meta = _meta_tags(tree)
    described = described_by(tree)
    declared = Declared(titles=[(_first(meta, (name,)), "meta tag") for name in _TITLES])
    _offer_address(tree, content, meta, described, draft)
    _offer_languages(tree, meta, draft, declared)
    declared.dates = [(date, "meta tag") for name in _DATES for date in meta.get(name, ())]
    declared.vague_dates = [date for name in _VAGUE_DATES for date in meta.get(name, ())]
    declared.sections = [(value, "meta tag") for name in _SECTIONS for value in meta.get(name, ())]
    declared.authors = [(value, "meta tag") for name in _AUTHORS for value in meta.get(name, ())]
    if "by" in _first(meta, ("twitter:label1",)).lower():
        declared.accounts.add(_first(meta, ("twitter:data1",)))
    draft.offer("place", _first(meta, ("geo.placename", "dc.coverage.spatial")), "meta tag")
    topics = meta.get("article:tag", []) or parted(*meta.get("news_keywords", ()))
    draft.offer_list("topics", topics, "meta tag")
    if keywords := parted(*meta.get("keywords", ())):
        # Most sites put their sections here, so they are no topics of the text.
        draft.extra["keywords"] = keywords
    for found in described:
        _take_described(found, draft, declared)
    return declared


def host_of(address: str) -> str:
    """The host of a web address without `www.`, or empty where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""


def _take_described(found: Described, draft: Draft, declared: Declared) -> None:
    origin = found.origin
    declared.titles.append((found.title, origin))
    declared.dates += [(date, origin) for date in found.dates]
    declared.sections += [(section, origin) for section in found.sections]
    declared.authors += [(author, origin) for author in found.authors]
    declared.accounts.update(found.accounts)
    for place in found.places:
        draft.offer("place", place, origin)
    draft.offer_list("topics", found.topics, origin)
    draft.offer("source", found.source if not host_of(found.source) else "", origin)


def _offer_address(
    tree: html.HtmlElement,
    content: str,
    meta: Mapping[str, Sequence[str]],
    described: Iterable[Described],
    draft: Draft,
) -> None:
    base = next((str(found) for found in tree.xpath("//base/@href") if host_of(str(found))), "")
    saved = _SAVED_FROM.search(content, 0, _SAVED_FROM_WITHIN)
    own = (saved[1] or saved[2]) if saved else ""
    written = [
        *((address, "meta tag") for address in meta.get("og:url", ())),
        *((str(found), "meta tag") for found in tree.xpath("//link[@rel='canonical']/@href")),
        *((found.url, found.origin) for found in described),
        (own, "page"),
    ]
    for address, origin in written:
        whole = _joined(base or own, address) if address else ""
        draft.offer("url", whole if host_of(whole) else "", origin)
    draft.offer(
        "source", _first(meta, ("og:site_name", "application-name", "sitename")), "meta tag"
    )
    publisher = next((found for found in described if found.source), None)
    if publisher and not host_of(publisher.source):
        draft.offer("source", publisher.source, publisher.origin)
    draft.offer("source", host_of(draft.text("url")), "meta tag")


def _offer_languages(
    tree: html.HtmlElement, meta: Mapping[str, Sequence[str]], draft: Draft, declared: Declared
) -> None:
    """Language versions: alternates in the head, and links of the page that lead to them."""
    written = [
        *tree.xpath("/html/@lang"), *meta.get("content-language", ()), *meta.get("og:locale", ()),
        *meta.get("dc.language", ()), *meta.get("dcterms.language", ()),
    ]  # fmt: skip
    declared.lang = own = _code(str(written[0])) if written else ""
    url = draft.text("url")
    base = next((str(found) for found in tree.xpath("//base/@href")), "")
    languages = [own] if own else []
    for link in tree.xpath("//link[@hreflang and @href] | //a[@href]"):
        code = _code(link.get("hreflang", "")) or (
            _LANGUAGE_NAMES.get(text_of(link).casefold(), "") if link.tag == "a" else ""
        )
        if not code or (link.tag == "link" and "alternate" not in link.get("rel", "")):
            continue
        if link.get("href").startswith("#") or "license" in link.get("rel", ""):
            continue
        address = _joined(base or url, link.get("href"))
        if link.tag == "a" and not _leads_to_version(address, url):
            continue
        if not url and code == own and link.tag == "link" and host_of(address):
            draft.offer("url", address, "meta tag")
        languages.append(code)
        if code != own and host_of(address):
            draft.extra.setdefault(f"url_{code}", address)
    if len(set(languages)) > 1:
        draft.offer_list("languages", languages, "meta tag")


def _leads_to_version(address: str, url: str) -> bool:
    """Whether a link is to a version of this page and not to another language's front page."""
    try:
        path, own = (urlsplit(written).path.strip("/") for written in (address, url))
    except ValueError:
        return False
    if not path or "/" not in path:
        return bool(path) and path == own
    if not own:
        return True
    return path == own or path.split("/")[-1] == own.split("/")[-1]


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _meta_tags(tree: html.HtmlElement) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        content = " ".join(element.get("content").replace("\xa0", " ").split())
        names = {element.get(key, "").lower() for key in ("property", "name", "http-equiv")}
        for name in names - {""}:
            if content:
                tags.setdefault(name, []).append(content)
    return tags


def _first(meta: Mapping[str, Sequence[str]], names: Iterable[str]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _code(written: str) -> str:
    code = re.split("[-_]", written.strip().lower())[0]
    return code if re.fullmatch("[a-z]{2,3}", code) else ""
