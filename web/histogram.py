"""A result by year: the years of a facet in; bars to draw, and a range of years as a filter, out.

Counts nothing itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dragoman.search import Query, ResultPage, Searcher
from dragoman.search.fields import date_range
from dragoman.search.request import whole
from dragoman.search.results import FacetValue
from dragoman.web.links import search_url, with_value, without_filter, without_value

HEIGHT = 40
"""Units in the height of the tallest bar."""
MAX_YEARS = 200
"""Longer spans are not drawn: a bar would be too thin to hit."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A year: following the link chooses it, or lets it go if it is chosen.

    Attributes:
        year: The year.
        at: Number of its place, from 0 at the first year.
        count: Documents after choosing this year alone.
        height: Of the bar, 1 to `HEIGHT`; 0 for a year without documents.
        selected: Whether it is chosen, or within dates that are.
        url: The search after the choice; empty for a year without documents.
    """

    year: int
    at: int
    count: int
    height: int
    selected: bool
    url: str


def without_dates(query: Query) -> Query:
    """The query without its years and dates, from page 1."""
    return without_filter(without_filter(query, "year"), "date")


def years_around(searcher: Searcher, query: Query, found: ResultPage) -> tuple[FacetValue, ...]:
    """The years of a query's documents, whatever years and dates it has chosen among them."""
    if not query.filters.get("date"):
        return tuple(found.facets.get("year", ()))
    free = without_dates(query).with_(facets=("year",), snippets=False, page_size=1)
    return tuple(searcher.search(free).facets["year"])


def bars_of(years: Iterable[FacetValue], query: Query) -> tuple[Bar, ...]:
    """A bar for each year from the first to the last; none where there is but one year."""
    counts = {int(year.value): year.count for year in years if year.value.isdecimal()}
    if len(counts) < 2 or max(counts) - min(counts) >= MAX_YEARS:
        return ()
    most = max(counts.values())
    ranges = [date_range("date", text) for text in query.filters.get("date", ())]
    spans = [(dates.first[:4] or "0", dates.last[:4] or "9999") for dates in ranges]
    chosen = query.filters.get("year", ())
    return tuple(
        Bar(
            year=year,
            at=at,
            count=counts.get(year, 0),
            height=max(1, round(counts[year] * HEIGHT / most)) if counts.get(year) else 0,
            selected=str(year) in chosen
            or any(int(first) <= year <= int(last) for first, last in spans),
            url=_toggled(query, str(year)) if counts.get(year) else "",
        )
        for at, year in enumerate(range(min(counts), max(counts) + 1))
    )


def _toggled(query: Query, year: str) -> str:
    """The search with a year chosen instead of dates, or no longer chosen."""
    if year in query.filters.get("year", ()):
        return search_url(without_value(query, "year", year))
    return search_url(with_value(without_filter(query, "date"), "year", year))


def range_asked(params: Mapping[str, str], query: Query) -> Query | None:
    """The query within the years `from` and `to`, in either order; None where none is named.

    Raises:
        RequestError: One is no number.
    """
    if "from" not in params and "to" not in params:
        return None
    free = without_dates(query)
    first, last = whole(params, "from", 0), whole(params, "to", 0)
    if first and last:
        first, last = sorted((first, last))
    if not (first or last):
        return free
    return with_value(free, "date", f"{first or ''}..{last or ''}")
