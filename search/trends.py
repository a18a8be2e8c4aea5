"""How often, over time: several queries counted by year, quarter or month, side by side.

In: queries. Out: `Trends`, one series a query (or a value, where one query is split). A document
counts in the period that its date lies in as a whole; one dated by its year has no month, and is
told apart. What is counted is what a search counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dragoman.indexer.errors import Message
from dragoman.search.asking import read_words, unknown_words
from dragoman.search.errors import RequestError
from dragoman.search.request import Query, check_one_of
from dragoman.search.results import IndexInfo, Note
from dragoman.search.syntax import parse

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

UNITS = ("year", "quarter", "month")
RATES = ("words", "documents", "none")
SPLITS = ("source", "speaker", "lang", "kind")
MAX_QUERIES = 8
MAX_PERIODS = 2_400
"""Periods of one chart: two centuries of months."""
_PER = {"words": 1_000_000, "documents": 1_000, "none": 1}


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """What an engine counts in one period: of the query, and of all texts under the filters.

    Occurrences and words are those of titles and bodies.
    """

    period: str
    documents: int
    occurrences: int
    documents_in_period: int
    words_in_period: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The periods from the first to the last that holds a document under the filters.

    Attributes:
        periods: Every one, without gaps.
        documents: The query's documents, undated and imprecisely dated ones included.
        unplaced: Of these, those whose date names no such period.
    """

    periods: tuple[PeriodCount, ...]
    documents: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series; `rate` is None where the period has no documents at all."""

    count: PeriodCount
    rate: float | None

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "period": self.count.period,
            "documents": self.count.documents,
            "occurrences": self.count.occurrences,
            "rate": self.rate,
            "documents_in_period": self.count.documents_in_period,
            "words_in_period": self.count.words_in_period,
        }


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart.

    Attributes:
        query: As typed; `to_query` of it finds the documents.
        value: The value of the split, or empty.
        unplaced: Documents whose date names no such period.
    """

    query: str
    searched_for: str
    value: str
    documents: int
    unplaced: int
    points: tuple[Point, ...]
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "query": self.query,
            "searched_for": self.searched_for,
            "value": self.value or None,
            "documents": self.documents,
            "unplaced": self.unplaced,
            "notes": [note.to_dict() for note in self.notes],
            "points": [point.to_dict() for point in self.points],
        }


@dataclass(frozen=True, slots=True)
class Trends:
    """Series over the same periods; rates are per million words, per thousand documents, or 1."""

    by: str
    per: str
    split: str
    index: IndexInfo
    series: tuple[Series, ...]

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of every series."""
        return tuple(point.count.period for point in self.series[0].points) if self.series else ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "by": self.by,
            "per": self.per,
            "split": self.split or None,
            "index": self.index.to_dict(),
            "series": [series.to_dict() for series in self.series],
        }


def trends(
    engine: "Engine",
    texts: Sequence[str],
    query: Query,
    *,
    by: str = "year",
    per: str = "words",
    split: str = "",
) -> Trends:
    """Counts queries over time.

    Args:
        engine: The index.
        texts: The queries as typed, at most `MAX_QUERIES`.
        query: Filters, match and strict of all of them; its own text does not count.
        by: One of `UNITS`.
        per: `words` (occurrences per million words), `documents` (documents per thousand), `none`
            (occurrences).
        split: One of `SPLITS`, to make a series of each frequent value; with one query only.

    Raises:
        QueryError: A query can't be read, or looks for no words.
        RequestError: A parameter can't be used.
    """
    _check(texts, by, per, split)
    series = []
    for text in texts:
        asked = replace(query, text=text)
        parsed = read_words(asked)
        notes = (*parsed.notes, *unknown_words(parsed.node, engine.terms(parsed.node)))
        for value in _values(engine, asked, split):
            filters = {**query.filters, split: (value,)} if split else query.filters
            counted = engine.counts_over_time(parsed.node, filters, by)
            points = tuple(Point(count, _rate(count, per)) for count in counted.periods)
            series.append(
                Series(
                    text, parsed.searched_for, value, counted.documents, counted.unplaced, points,
                    notes,
                )
            )  # fmt: skip
    return Trends(by, per, split, engine.info, tuple(_over_the_same_periods(series, by)))


def _check(texts: Sequence[str], by: str, per: str, split: str) -> None:
    for name, value, allowed in (("by", by, UNITS), ("per", per, RATES), ("split", split, SPLITS)):
        if value or name != "split":
            check_one_of(name, value, allowed)
    if not texts:
        raise RequestError(Message("no query: write at least one"))
    if len(texts) > MAX_QUERIES:
        raise RequestError(
            Message(
                "{n} queries: at most {most} are counted side by side; leave some out, "
                "or count them in turn",
                n=len(texts),
                most=MAX_QUERIES,
            )
        )
    if split and len(texts) > 1:
        raise RequestError(
            Message("split takes one query: leave the others out, or leave out split")
        )


def _values(engine: "Engine", query: Query, split: str) -> list[str]:
    """The values to split by: those of most documents found; one empty value without a split."""
    if not split:
        return [""]
    from dragoman.search.engine import Ranking

    node = parse(query.text, match=query.match, strict=query.strict).node
    answer = engine.search(node, Ranking(query.filters, sort="newest", size=0))
    chosen = query.filters.get(split, ())
    values = [v.value for v in answer.facets[split] if not chosen or v.selected]
    return values[:MAX_QUERIES]


def _rate(count: PeriodCount, per: str) -> float | None:
    """Occurrences or documents for so many words or documents; None without documents."""
    if not count.documents_in_period:
        return None
    if per == "none":
        return float(count.occurrences)
    if per == "documents":
        return count.documents / count.documents_in_period * _PER[per]
    return count.occurrences / count.words_in_period * _PER[per] if count.words_in_period else None


def _over_the_same_periods(series: Iterable[Series], by: str) -> list[Series]:
    """Series that all run from the first to the last period of any of them."""
    all_series = list(series)
    held = [point.count.period for each in all_series for point in each.points]
    if not held:
        return all_series
    periods = periods_between(min(held), max(held), by)
    filled = []
    for each in all_series:
        known: Mapping[str, Point] = {point.count.period: point for point in each.points}
        points = tuple(
            known.get(period) or Point(PeriodCount(period, 0, 0, 0, 0), None) for period in periods
        )
        filled.append(replace(each, points=points))
    return filled


def periods_between(first: str, last: str, by: str) -> list[str]:
    """All periods from one to another: `2021`, `2021-Q2`, `2021-06`.

    Raises:
        RequestError: There are more than `MAX_PERIODS`.
    """
    low, high = _number(first, by), _number(last, by)
    if high - low >= MAX_PERIODS:
        raise RequestError(
            Message(
                "{n:,} periods from {first} to {last}: at most {most:,} are shown; count "
                "by year, or choose a range with the filter date",
                n=high - low + 1,
                first=first,
                last=last,
                most=MAX_PERIODS,
            )
        )
    return [period_name(number, by) for number in range(low, high + 1)]


def _number(period: str, by: str) -> int:
    if by == "year":
        return int(period)
    year, _, part = period.partition("-")
    return int(year) * (4 if by == "quarter" else 12) + int(part.lstrip("Q")) - 1


def period_name(number: int, by: str) -> str:
    """A period by its number, counted from the beginning of the year 0."""
    if by == "year":
        return f"{number:04}"
    year, part = divmod(number, 4 if by == "quarter" else 12)
    return f"{year:04}-Q{part + 1}" if by == "quarter" else f"{year:04}-{part + 1:02}"
