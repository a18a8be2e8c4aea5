"""Feeds: URL parameters of a search in, an Atom feed of its newest documents out (RFC 4287).

An entry's id is made of the document's id alone and a feed's of what is searched for, so that both
stay when the server moves. Searches nothing itself.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from urllib.parse import quote, urlencode, urljoin
from uuid import UUID, uuid5

from flask import Blueprint, Response, render_template, request

from dragoman.search import Hit, Query
from dragoman.search.fields import today
from dragoman.search.request import FILTERS
from dragoman.search.results import IndexInfo
from dragoman.web.links import FEED_SIZE, as_feed, document_url, feed_url, search_url
from dragoman.web.searcher import shared_searcher

CONTENT_TYPE = "application/atom+xml"
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""When an undated document was last changed, as far as a feed must say it."""
_NAMES = UUID("c2b9d0f4-5b0e-5d0c-9a0e-6f1f3a7f2b11")
"""The namespace of the ids: once chosen, never to be changed."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold: control characters, unpaired surrogates, U+FFFE, U+FFFF."""
_ZONE = re.compile(r"([+-]\d\d):?(\d\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

blueprint = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as an entry; `published` is empty where it is undated."""

    id: str
    title: str
    updated: datetime
    published: str
    lang: str
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    summary: str
    url: str
    original: str


@blueprint.get("/feed")
def feed() -> Response:
    """The newest documents that a search finds."""
    params = request.args.to_dict(flat=False)
    given = Query.from_params({"page_size": [str(FEED_SIZE)], **params})
    query = as_feed(given).with_(page=given.page, page_size=given.page_size)
    asked = given.with_(page=1, page_size=Query().page_size, sort="relevance", explain=False)
    answer = Response(content_type=CONTENT_TYPE, headers={"Cache-Control": "private, no-cache"})
    with shared_searcher().lease() as searcher:
        tag = _tag(query, searcher.index)
        answer.set_etag(tag)
        if request.if_none_match.contains_weak(tag):
            answer.status_code = 304
            return answer
        found = searcher.search(query.with_(facets=False))
    entries = [_entry(hit, asked) for hit in found.hits]
    written = render_template(
        "feed.xml",
        query=query,
        found=found,
        id=_urn("feed", urlencode(_identity(query), errors="surrogatepass")),
        updated=_written(max((entry.updated for entry in entries), default=UNDATED)),
        entries=[(entry, _written(entry.updated)) for entry in entries],
        feed_url=lambda query: _absolute(feed_url(query)),
        alternate=_absolute(search_url(asked.with_(sort="newest"))),
    )
    answer.set_data(_FORBIDDEN.sub("\ufffd", written))
    return answer


def _identity(query: Query) -> list[tuple[str, str]]:
    """What makes two feeds one: what is searched for, not which part of it is shown."""
    filters = {name: tuple(sorted(query.filters.get(name, ()))) for name in FILTERS}
    return Query(
        query.text, filters=filters, match=query.match, strict=query.strict, across=query.across
    ).to_params()


def _tag(query: Query, index: IndexInfo) -> str:
    """The entity tag: of the query, the index, the address, and the day, as `date:-7d` has it."""
    parts = (
        urlencode(query.to_params(), errors="surrogatepass"), index.state, index.version,
        request.url_root, today().isoformat(),
    )  # fmt: skip
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _urn(kind: str, name: str) -> str:
    return uuid5(_NAMES, f"{kind}:{name}").urn


def _entry(hit: Hit, asked: Query) -> Entry:
    about = hit.metadata
    moment = _moment(about.date, about.time_zone)
    snippet = hit.snippets[0].text if hit.snippets else ""
    return Entry(
        id=_urn("document", quote(about.doc_id, errors="surrogatepass")),
        title=_one_line(about.title) or about.doc_id,
        updated=moment or UNDATED,
        published=_written(moment) if moment else "",
        lang=about.lang if _LANGUAGE.fullmatch(about.lang) else "",
        authors=about.speakers or tuple(filter(None, [about.source])),
        topics=about.topics,
        summary=_one_line(snippet),
        url=_absolute(document_url(about.doc_id, asked)),
        original=_iri(about.url) if about.url.startswith(("https://", "http://")) else "",
    )


_REST_OF_DATE = {4: "-01-01", 7: "-01"}
"""What makes a year and a month their first day."""


def _moment(iso: str, zone: str) -> datetime | None:
    """The first moment of a document's date, in UTC where it has no time or no known zone."""
    if not iso:
        return None
    moment = datetime.fromisoformat(iso + _REST_OF_DATE.get(len(iso), ""))
    offset = _ZONE.fullmatch(zone)
    if offset is None or len(iso) <= len("2021-06-22"):
        return moment.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{moment.isoformat()}{offset[1]}:{offset[2]}")


def _written(moment: datetime) -> str:
    """As RFC 3339 has it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _absolute(path: str) -> str:
    return urljoin(request.host_url, path)


def _iri(url: str) -> str:
    """An address with what may not stand in one quoted."""
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~", errors="replace")
