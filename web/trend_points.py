"""Trends to draw: what was asked, the documents behind each point, the table, and its numbers.

In: URL parameters and `Trends`. Out: addresses, rows for a page's table and for CSV.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from werkzeug.datastructures import MultiDict

from dragoman.search import Query
from dragoman.search.trends import Point, Series, Trends
from dragoman.web.links import address, of_results, page_numbers, params_of_view, search_url, short

MAX_LINKED = 240
"""Points beyond which only the table leads to documents: more are too near to be hit."""
MAX_CELLS = 240
"""Points on one page of the table."""
DEFAULTS = {"by": "year", "per": "words", "split": ""}
COLUMNS = (
    "query", "value", "period", "documents", "occurrences", "rate", "per",
    "documents_in_period", "words_in_period", "index_state",
)  # fmt: skip
"""Of the CSV; `rate` is empty in a period without documents."""
_QUARTERS = {"1": ("01", "03"), "2": ("04", "06"), "3": ("07", "09"), "4": ("10", "12")}


class Asked(NamedTuple):
    """A request for trends: `query` holds the filters, `own` the values of `by`, `per`, `split`."""

    texts: list[str]
    query: Query
    own: dict[str, str]
    table_page: int


class Row(NamedTuple):
    """Of the table: a period, all its documents, and for each series its point and documents."""

    period: str
    documents: int
    cells: list[tuple[Point, str]]


@dataclass(frozen=True)
class Shown:
    """Trends with the addresses that their page holds."""

    found: Trends
    asked: Asked

    def url(self, query: Query) -> str:
        """These trends under other filters."""
        return trends_url(self.asked, query)

    @property
    def csv_url(self) -> str:
        """The numbers as a file."""
        return trends_url(self.asked, self.asked.query, "workbench.trends_csv")

    def page_url(self, table_page: int) -> str:
        """Another page of the table."""
        return f"{trends_url(self.asked, self.asked.query, page=table_page)}#table"

    @property
    def is_linked(self) -> bool:
        """Whether the points of the drawing lead to documents."""
        return len(self.found.series) * len(self.found.periods) <= MAX_LINKED

    @property
    def pages(self) -> int:
        """Pages of the table."""
        return -(-len(self.found.periods) // self._rows_a_page)

    @property
    def page(self) -> int:
        """The page of the table that is shown: that asked for, or the last."""
        return max(1, min(self.asked.table_page, self.pages))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The pages of the table to link to."""
        return page_numbers(self.page, self.pages)

    @property
    def rows(self) -> list[Row]:
        """The rows of the table that this page shows."""
        first = (self.page - 1) * self._rows_a_page
        series = self.found.series
        join = sum if self.found.split else max
        return [
            Row(
                self.found.periods[at],
                join(each.points[at].count.documents_in_period for each in series),
                [(each.points[at], self.documents_url(each, each.points[at])) for each in series],
            )
            for at in range(first, min(first + self._rows_a_page, len(self.found.periods)))
        ]

    @property
    def _rows_a_page(self) -> int:
        return MAX_CELLS // max(1, len(self.found.series))

    def documents_url(self, series: Series, point: Point | None = None) -> str:
        """The documents of a series, or of one of its points; empty where there are none."""
        query = self.asked.query.with_(text=series.query)
        if point is not None and not point.count.documents:
            return ""
        if series.value:
            query = query.with_(filters={**query.filters, self.found.split: (series.value,)})
        return short(search_url(query if point is None else within(query, point.count.period)))


def asked(args: MultiDict[str, str]) -> Asked:
    """What URL parameters ask for; each `q` that is not blank is a query.

    Raises:
        RequestError: A value can't be used.
    """
    params = args.to_dict(flat=False)
    texts = [text for text in params.pop("q", []) if text.strip()]
    own = {name: args.get(name) or default for name, default in DEFAULTS.items()}
    query = Query.from_params(of_results(params))
    return Asked(texts, query.with_(page=1), own, query.page)


def trends_url(
    wanted: Asked, query: Query, endpoint: str = "workbench.trends", *, page: int = 1
) -> str:
    """The trends that are asked for, under the filters of a query."""
    params = [("q", text) for text in wanted.texts] + params_of_view(query.with_(text=""))
    params += [(name, value) for name, value in wanted.own.items() if value != DEFAULTS[name]]
    return address(url_for(endpoint), params + ([("page", str(page))] if page > 1 else []))


def within(query: Query, period: str) -> Query:
    """The query of the documents of one period.

    The period takes the place of a filter of its own kind. Where dates are chosen already, it joins
    the text instead: of two values of one filter either would do.
    """
    if "-" not in period:
        return query.with_(filters={**query.filters, "year": (period,)})
    dates = _dates(period)
    if query.filters.get("date"):
        return query.with_(text=f"({query.text}) date:{dates}")
    return query.with_(filters={**query.filters, "date": (dates,)})


def _dates(period: str) -> str:
    """A quarter or month as the query language has it: 2021-04..2021-06, 2021-04."""
    year, _, part = period.partition("-")
    if not part.startswith("Q"):
        return period
    first, last = _QUARTERS[part[1:]]
    return f"{year}-{first}..{year}-{last}"


def csv_rows(found: Trends) -> Iterator[Sequence[object]]:
    """The names of the columns, then a row for each series and period."""
    yield COLUMNS
    for series in found.series:
        for point in series.points:
            count = point.count
            yield (
                series.query, series.value, count.period, count.documents, count.occurrences,
                "" if point.rate is None else round(point.rate, 6), found.per,
                count.documents_in_period, count.words_in_period, found.index.state,
            )  # fmt: skip
