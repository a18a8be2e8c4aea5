"""A result by year: the years of a facet in, the bars to draw out. Counts nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.search import Query
from dragoman.search.results import FacetValue
from dragoman.web.links import search_url, with_value, without_value

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
        selected: Whether it is chosen.
        url: The search after the choice; empty for a year without documents.
    """

    year: int
    at: int
    count: int
    height: int
    selected: bool
    url: str


def bars_of(years: Iterable[FacetValue], query: Query) -> tuple[Bar, ...]:
    """A bar for each year from the first to the last; none where there is but one year."""
    found = {int(year.value): year for year in years if year.value.isdecimal()}
    if len(found) < 2 or max(found) - min(found) >= MAX_YEARS:
        return ()
    most = max(year.count for year in found.values())
    return tuple(
        _bar(at, year, found.get(year), most, query)
        for at, year in enumerate(range(min(found), max(found) + 1))
    )


def _bar(at: int, year: int, found: FacetValue | None, most: int, query: Query) -> Bar:
    if found is None or not found.count:
        return Bar(year, at, 0, 0, selected=False, url="")
    change = without_value if found.selected else with_value
    return Bar(
        year=year,
        at=at,
        count=found.count,
        height=max(1, round(found.count * HEIGHT / most)),
        selected=found.selected,
        url=search_url(change(query, "year", found.value)),
    )
