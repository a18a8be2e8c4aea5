"""Addresses: queries, documents and places in them as URLs.

In: a `Query`, a document's id, offsets. Out: URLs that hold the whole state. Draws nothing.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import request, url_for
from werkzeug.urls import uri_to_iri

from dragoman.search import Query, ResultPage
from dragoman.search.request import FILTERS, check_one_of

FACET_ORDER = ("lang", "year", "speaker", "source", "kind", "topic", "place", "country")
SHOWN_VALUES = 8
"""Values of a facet on a page of results, the chosen ones apart; `more=FIELD` shows all of it."""
FEED_SIZE = 20
"""Entries of a feed where no `page_size` is given."""
PAGE_SIZES = (10, 20, 50, 100)
"""Documents on a page of results that its foot offers."""
NEIGHBOURS = 2
"""Page numbers shown on either side of the present one."""


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet; following the link chooses it, or lets it go if it is chosen."""

    value: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with the values to show, chosen ones first; `more_url` is empty where all are."""

    name: str
    values: tuple[FacetLink, ...]
    more_url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter value; following the link removes it."""

    name: str
    value: str
    url: str


def quoted_id(doc_id: str) -> str:
    """A document's id as part of a URL's path."""
    return quote(doc_id, safe="/:@!$'()*+,;=~", errors="replace")


def search_url(query: Query, more: str = "") -> str:
    """The page of results of a query."""
    return _with_params(url_for("pages.search"), query, [("more", more)] if more else [])


def document_url(doc_id: str, query: Query, anchor: str = "", beside: str = "") -> str:
    """A document with what the query matched marked.

    Args:
        doc_id: The document's id.
        query: The query.
        anchor: A place in it, without `#`.
        beside: Id of a document to show beside it.
    """
    more = [("with", beside)] if beside else []
    url = _with_params(url_for("pages.document", doc_id=doc_id), query, more)
    return f"{url}#{anchor}" if anchor else url


def as_feed(query: Query) -> Query:
    """The query whose hits are the feed of another: the newest ones, from the first."""
    return query.with_(sort="newest", group="none", explain=False, page=1, page_size=FEED_SIZE)


def feed_url(query: Query) -> str:
    """The address of a feed, of the query that `as_feed` gives or another page of it."""
    plain = query.with_(sort="relevance", group="near", page_size=Query().page_size)
    size = [("page_size", str(query.page_size))] if query.page_size != FEED_SIZE else []
    return _with_params(url_for("feeds.feed"), plain, size)


def similar_url(doc_id: str, query: Query) -> str:
    """The page of the documents most like one, under a query's filters."""
    return _with_params(url_for("pages.similar", doc_id=doc_id), Query(filters=query.filters))


VIEWS = {
    "search": "pages.search",
    "kwic": "workbench.kwic",
    "trends": "workbench.trends",
    "collocations": "workbench.collocations",
    "keyness": "workbench.keyness",
}
"""The views of a query, and the endpoint of each."""


def view_url(view: str, query: Query, /, **own: str | int) -> str:
    """A view of a query's documents: one of `VIEWS` for its text, filters and way of matching.

    Args:
        view: The view.
        query: Its page is left out.
        own: Parameters of the view itself; empty ones are left out.
    """
    if view == "search":
        return search_url(query.with_(page=1))
    return address(url_for(VIEWS[view]), params_of_view(query) + _filled(own))


OF_RESULTS = {"sort": "hits_sort", "page_size": "hits_page_size"}
"""Parameters of results, and their names in views that have a sort and pages of their own."""


def params_of_view(query: Query) -> list[tuple[str, str]]:
    """What all views of a query share, as URL parameters; the results' own under other names."""
    return [(OF_RESULTS.get(name, name), value) for name, value in query.with_(page=1).to_params()]


def of_results(params: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """A view's URL parameters as those of the results that it goes back to."""
    return {**params, **{name: params.get(other, ()) for name, other in OF_RESULTS.items()}}


_UNSHOWN = {"kwic": ("page_size",), "collocations": ("sort",), "keyness": ("sort",)}
"""A view's own parameters that no field of its form shows: its form sends them all the same."""


def hidden_params(view: str, query: Query) -> list[tuple[str, str]]:
    """What the form of a view sends beside its fields."""
    own = {name: request.args.get(name, "") for name in _UNSHOWN.get(view, ())}
    return params_of_view(query) + _filled(own)


def _filled(own: Mapping[str, str | int]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in own.items() if value not in ("", 0)]


def export_url(query: Query) -> str:
    """Where all documents of a query can be had as a file."""
    return _with_params(url_for("exporting.export_page"), query.with_(page=1, page_size=10))


def short(url: str) -> str:
    """An address with its letters as letters: for links that a page holds by the hundred."""
    return uri_to_iri(url)


def _with_params(path: str, query: Query, more: Sequence[tuple[str, str]] = ()) -> str:
    return address(path, [*query.to_params(), *more])


def address(path: str, params: Sequence[tuple[str, str]]) -> str:
    """A path with parameters, if any."""
    return f"{path}?{urlencode(params, errors='replace')}" if params else path


def with_value(query: Query, name: str, value: str) -> Query:
    """The query with one filter value more, from page 1."""
    return _filtered(query, name, (*query.filters.get(name, ()), value))


def without_value(query: Query, name: str, value: str) -> Query:
    """The query with one filter value less, from page 1."""
    return _filtered(query, name, (v for v in query.filters.get(name, ()) if v != value))


def without_filter(query: Query, name: str) -> Query:
    """The query without any value of one filter, from page 1."""
    return _filtered(query, name, ())


def _filtered(query: Query, name: str, values: Iterable[str]) -> Query:
    return query.with_(filters={**query.filters, name: tuple(values)}, page=1)


def facets_of(
    page: ResultPage, query: Query, more: str = "", url_of: Callable[..., str] = search_url
) -> tuple[Facet, ...]:
    """The facets of a page of results as links, years newest first, others by their counts.

    Args:
        page: The page of results.
        query: What it answers.
        more: The facet to be shown whole.
        url_of: The address of a query and, behind it, of a facet to be shown whole.

    Raises:
        RequestError: There is no such facet.
    """
    if more:
        check_one_of("more", more, FACET_ORDER)
    return tuple(
        _facet(name, page, query, url_of, whole=name == more)
        for name in FACET_ORDER
        if page.facets.get(name)
    )


def _facet(
    name: str, page: ResultPage, query: Query, url_of: Callable[..., str], *, whole: bool
) -> Facet:
    values = page.facets[name]
    if name == "year":
        values = tuple(sorted(values, key=lambda year: year.value, reverse=True))
    values = tuple(sorted(values, key=lambda value: not value.selected))
    n_chosen = sum(value.selected for value in values)
    shown = values if whole else values[: n_chosen + SHOWN_VALUES]
    listed = {found.value for found in page.facets[name]}
    links = tuple(
        FacetLink(
            value=found.value,
            count=found.count,
            selected=found.selected,
            url=url_of(
                _without_person(query, name, found.value, listed)
                if found.selected
                else with_value(query, name, found.value)
            ),
        )
        for found in shown
    )
    hidden = len(values) > len(shown)
    return Facet(name, links, f"{url_of(query, name)}#facet-{name}" if hidden else "")


def _without_person(query: Query, name: str, value: str, listed: Container[str]) -> Query:
    """The query without a value, and without other spellings of it, which no facet lists."""
    kept = (v for v in query.filters.get(name, ()) if v != value and v in listed)
    return _filtered(query, name, kept)


def chips_of(query: Query, url_of: Callable[[Query], str] = search_url) -> tuple[Chip, ...]:
    """The chosen filter values, each with the way to remove it."""
    return tuple(
        Chip(name, value, url_of(without_value(query, name, value)))
        for name in FILTERS
        for value in query.filters.get(name, ())
    )


class Size(NamedTuple):
    """So many on a page; `url` leads to the page that holds what is first on the present one."""

    size: int
    url: str


def sizes_of(
    page: int, size: int, total: int, sizes: Iterable[int], url_of: Callable[[int, int], str]
) -> tuple[Size, ...]:
    """The sizes that a page can have, the present one among them; none where all is on the least.

    Args:
        page: The present page.
        size: Its size.
        total: How many there are on all pages.
        sizes: What is offered.
        url_of: The address of a page and a size.
    """
    if total <= min(sizes := sorted({*sizes, size})):
        return ()
    return tuple(Size(each, url_of((page - 1) * size // each + 1, each)) for each in sizes)


def page_numbers(page: int, pages: int) -> tuple[int, ...]:
    """The pages to link to: first, last, and those around the present one; 0 is a gap."""
    wanted = {1, pages, *range(max(1, page - NEIGHBOURS), min(pages, page + NEIGHBOURS) + 1)}
    numbers: list[int] = []
    for number in sorted(wanted):
        if numbers and number == numbers[-1] + 2:
            numbers.append(number - 1)
        elif numbers and number > numbers[-1] + 1:
            numbers.append(0)
        numbers.append(number)
    return tuple(numbers)
