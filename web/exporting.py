"""What leaves the pages: hits, lines or chosen documents as files, and as citations.

In: URL parameters; `id`, repeated, names documents instead of a query. Out: downloads and the two
pages that offer them; the API answers by the same functions.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from flask import Blueprint, Response, request

from dragoman.search import Query, RequestError
from dragoman.search.chosen import chosen
from dragoman.search.citation_styles import STYLES
from dragoman.search.citations import accessed_on, citation
from dragoman.search.concordance import LinesWanted
from dragoman.search.export import FORMATS, export, export_chosen, export_lines
from dragoman.search.request import FILTERS, flag
from dragoman.web.answers import file, page
from dragoman.web.searcher import shared_searcher

MAX_IDS = 500
"""Documents named in one address: more would not fit into the head of a request."""

blueprint = Blueprint("exporting", __name__)

Params = Mapping[str, Sequence[str]]


@blueprint.get("/export")
def export_page() -> Response:
    """The file in the `format` that is asked for; without one, the formats to choose from."""
    params = request.args.to_dict(flat=False)
    if request.args.get("format"):
        return download(params)
    doc_ids = chosen_ids(params)
    query = Query.from_params(params)
    with shared_searcher().lease() as searcher:
        if doc_ids:
            total = len(chosen(searcher, doc_ids))
        else:
            total = searcher.search(query.with_(facets=False, snippets=False)).total
    given = [("id", doc_id) for doc_id in doc_ids] or query.with_(page=1, page_size=10).to_params()
    return page("export.html", query, total=total, given=given, doc_ids=doc_ids, formats=FORMATS)


@blueprint.get("/cite")
def cite_page() -> Response:
    """The citations of chosen documents, in the styles to choose from."""
    params = request.args.to_dict(flat=False)
    doc_ids = chosen_ids(params)
    style, cited = citations(params)
    return page("cite.html", Query(), doc_ids=doc_ids, style=style, cited=cited, styles=STYLES)


def citations(params: Params) -> tuple[str, list[dict[str, object]]]:
    """The style that is asked for, and the citation in it of each `id`.

    Raises:
        RequestError: No document is chosen, too many are, or there is no such style.
        DocumentMissing: The index has no document of some ids.
    """
    style = _last(params).get("style") or "gost"
    day = accessed_on(_last(params).get("accessed", ""))
    with shared_searcher().lease() as searcher:
        documents = chosen(searcher, chosen_ids(params))
        return style, [citation(about, style, day) for about in documents]


def download(params: Params) -> Response:
    """All hits, with `lines` all lines of the concordance, or each `id`, made as it is sent.

    Raises:
        RequestError: A parameter can't be used, or both a query and documents are given.
        QueryError: The query can't be read.
        DocumentMissing: The index has no document of some ids.
    """
    last = _last(params)
    form = last.get("format") or "csv"
    bom = flag(last, "bom", default=True)
    wants_lines = flag(last, "lines")
    day = accessed_on(last.get("accessed", ""))
    # What is only for lines must be right without them too; a sort of hits is none of lines.
    of_lines = params if wants_lines else {**params, "sort": ()}
    lines_query, wanted = LinesWanted.from_params(of_lines)
    doc_ids = chosen_ids(params)
    if doc_ids and wants_lines:
        raise RequestError("lines are those of a query: leave out id")
    with ExitStack() as leased:
        searcher = leased.enter_context(shared_searcher().lease())
        if doc_ids:
            made = export_chosen(searcher, doc_ids, form, accessed=day, bom=bom)
        elif wants_lines:
            made = export_lines(searcher, lines_query, wanted, form, bom=bom)
        else:
            made = export(searcher, Query.from_params(params), form, accessed=day, bom=bom)
        return file(made, leased.pop_all().close)


def chosen_ids(params: Params) -> list[str]:
    """The documents that an address names, each once; none where it names none.

    Raises:
        RequestError: They are too many, or stand beside a query or filter.
    """
    doc_ids = [doc_id for doc_id in dict.fromkeys(params.get("id", ())) if doc_id]
    if len(doc_ids) > MAX_IDS:
        raise RequestError(f"{len(doc_ids)} documents at once: name at most {MAX_IDS} by id")
    if doc_ids and any(text.strip() for name in ("q", *FILTERS) for text in params.get(name, ())):
        raise RequestError("documents named by id are a list of their own: leave out the query")
    return doc_ids


def _last(params: Params) -> dict[str, str]:
    return {name: values[-1] for name, values in params.items() if values}
