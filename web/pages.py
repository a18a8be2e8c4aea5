"""The pages: URL parameters in, HTML of what the query module answers out."""

from flask import Blueprint, Response, current_app, render_template, request

from dragoman.search import Query, ResultPage, Searcher
from dragoman.web import histogram, links, rendering
from dragoman.web.answers import page
from dragoman.web.searcher import shared_searcher

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def start() -> Response:
    """The search box, examples, and what there is to search."""
    return page("start.html", Query(), facts=shared_searcher().facts())


@blueprint.get("/search")
def search() -> Response:
    """A page of results."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        found = searcher.search(query)
        remedies = [] if found.total else _remedies(searcher, query, found)
    return page(
        "results.html",
        query,
        found=found,
        bars=histogram.bars_of(found.facets.get("year", ()), query),
        facets=links.facets_of(found, query, request.args.get("more", "")),
        chips=links.chips_of(query),
        numbers=links.page_numbers(found.page, found.pages),
        remedies=remedies,
    )


def _remedies(searcher: Searcher, query: Query, empty: ResultPage) -> list[tuple[str, Query, int]]:
    """Looser queries that do find documents: what was loosened, the query, its total."""
    loosened = [(name, links.without_filter(query, name)) for name in query.filters]
    if len(query.filters) > 1:
        loosened.append(("filters", query.with_(filters={}, page=1)))
    if query.match == "all" and len(empty.terms) > 1:
        loosened.append(("match", query.with_(match="any", page=1)))
        if query.filters:
            loosened.append(("both", query.with_(match="any", filters={}, page=1)))
    counted = [
        (what, looser, searcher.search(looser.with_(facets=False, snippets=False)).total)
        for what, looser in loosened
    ]
    found = [remedy for remedy in counted if remedy[2]]
    # To loosen both is named where to loosen one is not enough.
    return [remedy for remedy in found if remedy[0] != "both" or len(found) == 1]


@blueprint.get("/document/<doc_id:doc_id>")
def document(doc_id: str) -> Response:
    """One document, the places marked that a query matched."""
    query = Query.from_params(request.args.to_dict(flat=False))
    with shared_searcher().lease() as searcher:
        view = searcher.document(doc_id, query if query.text else None)
    return page("document.html", query, view=view, reading=rendering.reading(view))


@blueprint.get("/help")
def help_page() -> Response:
    """The query language by examples, and the keys."""
    return page("help.html", Query())


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser can search here from its address bar (OpenSearch 1.1)."""
    description = render_template("opensearch.xml")
    return Response(description, content_type="application/opensearchdescription+xml")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon, where browsers look for it unasked."""
    return current_app.send_static_file("favicon.svg")


@blueprint.app_context_processor
def _drawing() -> dict[str, object]:
    """What templates may call."""
    return {
        "Query": Query,
        "document_url": links.document_url,
        "marked": rendering.marked,
        "search_url": links.search_url,
        "snippet_markup": rendering.snippet_markup,
        "with_value": links.with_value,
    }
