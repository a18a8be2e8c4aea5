"""The analyst's views of a query: concordance, trends, collocations, keywords.

URL parameters in, HTML (and for trends CSV) of what the query module answers out. Every view keeps
the query and its filters; the whole state is in the address. Counts nothing itself.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, request

from dragoman.search import Query
from dragoman.search.concordance import PAGE_SIZE, LinesWanted
from dragoman.search.errors import NothingFound
from dragoman.search.keyness import Keyness
from dragoman.search.request import whole
from dragoman.search.trends import Trends
from dragoman.web import drawing, kwic_lines, links, trend_points, word_rows
from dragoman.web.answers import page, table
from dragoman.web.searcher import shared_searcher

blueprint = Blueprint("workbench", __name__)

PAGE_SIZES = (50, 100, 200)
"""Lines on a page of a concordance that its foot offers."""


@blueprint.app_context_processor
def _addresses() -> dict[str, object]:
    """What templates may call."""
    return {"trends_url": trend_points.trends_url}


@blueprint.get("/kwic")
def kwic() -> Response:
    """A page of a concordance."""
    params = request.args.to_dict(flat=False)
    query, wanted = Query.from_params(links.of_results(params)), LinesWanted.from_params(params)[1]
    if not request.args.get("page_size"):
        size = kwic_lines.default_size(wanted.window)
        wanted = replace(wanted, first=(query.page - 1) * size, size=size)
    url = partial(kwic_lines.kwic_url, wanted)
    chips = links.chips_of(query, url)
    if not query.text.strip():
        return page("kwic.html", query, found=None, wanted=wanted, chips=chips, url=url)
    with shared_searcher().lease() as searcher:
        found = searcher.concordance(query, wanted)
        around = searcher.search(query.with_(page=1, page_size=1, snippets=False))
    is_running = wanted.window >= kwic_lines.RUNNING_FROM
    lines, is_shortened = kwic_lines.fitted(found.found.lines, query, wanted)
    size = wanted.size or PAGE_SIZE
    pages = -(-found.drawn // size)
    return page(
        "kwic.html",
        query,
        found=found,
        wanted=wanted,
        url=url,
        chips=chips,
        lines=lines,
        is_running=is_running,
        is_shortened=is_shortened,
        csv_url=kwic_lines.csv_url(wanted, query),
        voices=kwic_lines.voices(found.found.lines, query, wanted),
        facets=links.facets_of(around, query, request.args.get("more", ""), url),
        pages=pages,
        numbers=links.page_numbers(query.page, pages),
        page_url=lambda number: url(query.with_(page=number)),
        sizes=links.sizes_of(
            min(query.page, pages),
            size,
            found.drawn,
            PAGE_SIZES,
            lambda number, lines: url(query.with_(page=number), size=lines),
        ),
    )


@blueprint.get("/trends")
def trends() -> Response:
    """Queries over time, drawn and as a table."""
    asked = trend_points.asked(request.args)
    chips = links.chips_of(asked.query, partial(trend_points.trends_url, asked))
    if not asked.texts:
        return page("trends.html", asked.query, found=None, asked=asked, chips=chips)
    found = _counted(asked)
    return page(
        "trends.html",
        asked.query.with_(text=asked.texts[0]),
        found=found,
        asked=asked,
        chips=chips,
        chart=drawing.chart_of(found),
        edges=drawing,
        shown=trend_points.Shown(found, asked),
    )


@blueprint.get("/trends.csv")
def trends_csv() -> Response:
    """The numbers of `/trends` with the same parameters, a line for each series and period."""
    found = _counted(trend_points.asked(request.args))
    return table(trend_points.csv_rows(found), f"trends-{found.index.state}.csv")


def _counted(asked: trend_points.Asked) -> Trends:
    with shared_searcher().lease() as searcher:
        return searcher.trends(asked.texts, asked.query, **asked.own)


@blueprint.get("/collocations")
def collocations() -> Response:
    """What stands near a query's matches."""
    query, params, sort = _rows_asked()
    window, top = whole(params, "window", 5), whole(params, "top", 50)
    span, measure = params.get("span") or "window", params.get("measure") or "log-dice"
    own = {
        "window": "" if window == 5 else window,
        "span": "" if span == "window" else span,
        "measure": "" if measure == "log-dice" else measure,
        "top": "" if top == 50 else top,
        "sort": sort,
    }
    found = None
    if query.text.strip():
        with shared_searcher().lease() as searcher:
            found = searcher.collocations(query, window=window, span=span, measure=measure, top=top)
    url = partial(_view_url, "collocations", own)
    return page(
        "collocations.html",
        query,
        found=found,
        sort=sort,
        url=url,
        chips=links.chips_of(query, url),
        rows=word_rows.collocate_rows(query, found, sort) if found else (),
    )


@blueprint.get("/keyness")
def keyness() -> Response:
    """What is typical of a query's documents."""
    query, params, sort = _rows_asked()
    against, top = params.get("against", "").strip(), whole(params, "top", 50)
    own = {"against": against, "top": "" if top == 50 else top, "sort": sort}
    found, is_empty = None, False
    if query.text.strip():
        with shared_searcher().lease() as searcher:
            try:
                found = searcher.keyness(query, against, top=top)
            except NothingFound:
                is_empty = True
    url = partial(_view_url, "keyness", own)
    return page(
        "keyness.html",
        query,
        found=found,
        sort=sort,
        url=url,
        chips=links.chips_of(query, url),
        is_empty=is_empty,
        tables=_tables_of(query, found, sort) if found else (),
    )


def _rows_asked() -> tuple[Query, dict[str, str], str]:
    """The query, the parameters of a view of rows, and the order of its rows."""
    params = request.args.to_dict(flat=False)
    last = {name: values[-1] for name, values in params.items()}
    sort = last.get("sort", "")
    return Query.from_params(links.of_results(params)).with_(page=1), last, sort


def _view_url(view: str, own: Mapping[str, str | int], query: Query, **changes: str | int) -> str:
    return links.view_url(view, query, **{**own, **changes})


def _tables_of(
    query: Query, found: Keyness, sort: str
) -> list[tuple[str, list[word_rows.ShownRow]]]:
    """Words, speakers and places, each under the name of what it is."""
    return [
        (
            "word",
            word_rows.keyword_rows(found.keywords, sort, partial(word_rows.with_word_url, query)),
        ),
        *(
            (name, word_rows.keyword_rows(rows, sort, partial(_value_url, query, name)))
            for name, rows in (("speaker", found.speakers), ("place", found.places))
        ),
    ]


def _value_url(query: Query, name: str, value: str) -> str:
    return links.short(links.search_url(query.with_(filters={**query.filters, name: (value,)})))
