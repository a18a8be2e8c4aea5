"""The pages: URL parameters in, HTML of what the query module answers out."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from dragoman.search import Metadata, Query, ResultPage, Searcher
from dragoman.search.outline import outline
from dragoman.search.quoting import quotation_marks
from dragoman.search.request import whole
from dragoman.search.similar import SIMILAR
from dragoman.web import comparing, document_text, histogram, links, quoting, rendering
from dragoman.web.answers import data, page
from dragoman.web.languages import language
from dragoman.web.searcher import shared_searcher

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def start() -> Response:
    """The search box, examples, and what there is to search."""
    return page("start.html", Query(), facts=shared_searcher().facts())


@blueprint.get("/search")
def search() -> BaseResponse:
    """A page of results; `from` and `to`, two years, become a filter of dates."""
    query = Query.from_params(request.args.to_dict(flat=False))
    if (chosen := histogram.range_asked(request.args, query)) is not None:
        return redirect(links.search_url(chosen), 303)
    with shared_searcher().lease() as searcher:
        found = searcher.search(query)
        years = histogram.years_around(searcher, query, found)
        ways = _ways(searcher, query, found)
        near = _near_identical(searcher, (hit.metadata for hit in found.hits))
    return page(
        "results.html",
        query,
        found=found,
        bars=histogram.bars_of(years, query),
        undated_params=histogram.without_dates(query).to_params(),
        facets=links.facets_of(found, query, request.args.get("more", "")),
        chips=links.chips_of(query),
        numbers=links.page_numbers(found.page, found.pages),
        page_url=lambda number: links.search_url(query.with_(page=number)),
        sizes=links.sizes_of(
            min(found.page, found.pages),
            query.page_size,
            found.total,
            links.PAGE_SIZES,
            lambda number, size: links.search_url(query.with_(page=number, page_size=size)),
        ),
        ways=ways,
        near=near,
        places={hit.metadata.doc_id: hit.rank for hit in found.hits},
    )


NEAR_SHOWN = 20
"""Near-identical documents of one that are named on a page."""


def _near_identical(
    searcher: Searcher, documents: Iterable[Metadata]
) -> dict[str, tuple[Metadata, ...]]:
    """What is known of the near-identical documents of some, the first of them, by id."""
    return {
        about.doc_id: tuple(map(searcher.about, about.near_identical[:NEAR_SHOWN]))
        for about in documents
        if about.near_identical
    }


class _Way(NamedTuple):
    """Another search to offer: its exact total, why it is offered, and which filters it leaves out.

    `reason` is the query module's for another text; empty where only filters are left out.
    """

    query: Query
    total: int
    reason: str = ""
    left_out: tuple[str, ...] = ()


def _ways(searcher: Searcher, query: Query, found: ResultPage) -> list[_Way]:
    """What the query module suggests, and where nothing was found, what fewer filters find."""
    ways = _suggested(query, found)
    if found.total or not query.filters:
        return ways
    names = tuple(query.filters)
    free = query.with_(filters={}, page=1)
    looser = {(name,): links.without_filter(query, name) for name in names} | {names: free}
    for left_out, other in looser.items():
        total = searcher.search(other.with_(facets=False, snippets=False)).total
        if total:
            ways.append(_Way(other, total, left_out=left_out))
    if ways:
        return ways
    return _suggested(free, searcher.search(free.with_(facets=False)), names)


def _suggested(query: Query, found: ResultPage, left_out: tuple[str, ...] = ()) -> list[_Way]:
    return [
        _Way(query.with_(text=other.query, page=1), other.total, other.reason, left_out)
        for other in found.suggestions
    ]


@blueprint.get("/document/<doc_id:doc_id>")
def document(doc_id: str) -> Response:
    """One document, the places marked that a query matched.

    `with` names one to show beside it, `quote` the paragraphs to quote.
    """
    query = Query.from_params(request.args.to_dict(flat=False))
    asked = query if query.text else None
    with shared_searcher().lease() as searcher:
        if other_id := request.args.get("with"):
            found = searcher.compare(doc_id, other_id, asked)
            stretches = comparing.drawn(found)
            return page("comparison.html", query, found=found, stretches=stretches)
        view = searcher.document(doc_id, asked, sentences=False)
        near = _near_identical(searcher, (view.metadata,))
        nearest = searcher.similar(doc_id, top=NEAREST_SHOWN)
    wanted = request.args.get("quote", "")
    return page(
        "document.html",
        query,
        view=view,
        reading=rendering.reading(view),
        drawn=document_text.drawn,
        outline=outline(view),
        quotation=quoting.quotation(view, wanted) if wanted.strip() else None,
        quotation_marks=quotation_marks(view.metadata.lang),
        style=quoting.style_of(view.metadata),
        near=near,
        nearest=nearest.rows,
    )


NEAREST_SHOWN = 5
"""Similar documents that are named at the end of a document."""


@blueprint.get("/similar/<doc_id:doc_id>")
def similar(doc_id: str) -> Response:
    """The documents most like one."""
    query = Query.from_params(request.args.to_dict(flat=False))
    top = whole(request.args.to_dict(), "top", SIMILAR)
    with shared_searcher().lease() as searcher:
        found = searcher.similar(doc_id, query, top=top)
    return page("similar.html", query, found=found, top=top)


@blueprint.get("/help")
def help_page() -> Response:
    """The query language by examples, and the keys."""
    return page({"ru": "help_ru.html"}.get(language(), "help.html"), Query())


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser can search here from its address bar (OpenSearch 1.1)."""
    description = render_template("opensearch.xml")
    return Response(description, content_type="application/opensearchdescription+xml")


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions of the last word typed in a browser's address bar (OpenSearch Suggestions)."""
    typed = request.args.get("q", "")
    prefix = _BETWEEN_WORDS.split(typed)[-1].lstrip("-+=")
    before = typed.removesuffix(prefix)
    with shared_searcher().lease() as searcher:
        found = searcher.complete(prefix, SUGGESTIONS) if prefix else ()
    answer = data([typed, [before + completion.text for completion in found]])
    answer.content_type = "application/x-suggestions+json"
    return answer


SUGGESTIONS = 8
"""Completions that a browser is given."""
_BETWEEN_WORDS = re.compile(r"[\s\"“”„«»()\[\]|]")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon, where browsers look for it unasked."""
    return current_app.send_static_file("favicon.svg")


@blueprint.app_context_processor
def _drawing() -> dict[str, object]:
    """What templates may call."""
    return {
        "Query": Query,
        "as_feed": links.as_feed,
        "document_url": links.document_url,
        "export_url": links.export_url,
        "feed_url": links.feed_url,
        "hidden_params": links.hidden_params,
        "marked": rendering.marked,
        "search_url": links.search_url,
        "similar_url": links.similar_url,
        "snippet_markup": rendering.snippet_markup,
        "view_url": links.view_url,
        "with_value": links.with_value,
    }
