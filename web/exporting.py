"""What leaves the pages: hits, lines or chosen documents as files, and as citations.

In: URL parameters; `id`, repeated, names documents instead of a query. Out: downloads and the two
pages that offer them; the API answers by the same functions. Gives other pages what reference
managers read in them.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from dragoman.indexer.errors import Message
from dragoman.search import Metadata, Query, RequestError
from dragoman.search.chosen import chosen
from dragoman.search.citation_styles import STYLES
from dragoman.search.citations import accessed_on, citation, coins, meta_tags, runs_of
from dragoman.search.concordance import LinesWanted
from dragoman.search.export import FORMATS, export, export_chosen, export_lines
from dragoman.search.request import FILTERS, flag
from dragoman.web.answers import file, page
from dragoman.web.reading_list import noted
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
    style, day, documents = _to_cite(params)
    cited = [(about, runs_of(about, style, day)) for about in documents]
    return page("cite.html", Query(), style=style, cited=cited, styles=STYLES)


def citations(params: Params) -> list[dict[str, object]]:
    """The citation of each `id` in the style that is asked for, as in the interface's JSON.

    Raises:
        RequestError: No document is chosen, too many are, or there is no such style.
        DocumentMissing: The index has no document of some ids.
    """
    style, day, documents = _to_cite(params)
    return [citation(about, style, day) for about in documents]


def _to_cite(params: Params) -> tuple[str, date, tuple[Metadata, ...]]:
    style = _last(params).get("style") or "gost"
    day = accessed_on(_last(params).get("accessed", ""))
    with shared_searcher().lease() as searcher:
        return style, day, chosen(searcher, chosen_ids(params))


def download(params: Params) -> Response:
    """All hits, with `lines` all lines of the concordance, or each `id`, made as it is sent.

    A `note` behind an `id` in the address goes with its document, as those of a reading list do.

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
        raise RequestError(Message("lines are those of a query: leave out id"))
    with ExitStack() as leased:
        searcher = leased.enter_context(shared_searcher().lease())
        if doc_ids:
            pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True)
            notes = noted(pairs)
            made = export_chosen(searcher, doc_ids, form, accessed=day, bom=bom, notes=notes)
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
        raise RequestError(
            Message(
                "{n} documents at once: name at most {most} by id", n=len(doc_ids), most=MAX_IDS
            )
        )
    if doc_ids and any(text.strip() for name in ("q", *FILTERS) for text in params.get(name, ())):
        raise RequestError(
            Message("documents named by id are a list of their own: leave out the query")
        )
    return doc_ids


def _last(params: Params) -> dict[str, str]:
    return {name: values[-1] for name, values in params.items() if values}


@blueprint.app_context_processor
def _drawing() -> dict[str, object]:
    """What templates may call of a document: its citations, and what reference managers read."""
    return {
        "citation_runs": {style: partial(runs_of, style=style) for style in STYLES},
        "coins": _coins,
        "meta_tags": _meta_tags,
    }


def _coins(about: Metadata) -> Markup:
    """The document's COinS element: nothing to see, nothing to hear."""
    tag = Markup('<span class="Z3988" title="{}" aria-hidden="true"></span>')
    return tag.format(coins(about, _page_of(about)))


def _meta_tags(about: Metadata) -> Markup:
    tag = Markup('<meta name="{}" content="{}">\n  ')
    return Markup().join(tag.format(*pair) for pair in meta_tags(about, _page_of(about)))


def _page_of(about: Metadata) -> str:
    return url_for("pages.document", doc_id=about.doc_id, _external=True)
