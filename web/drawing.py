"""Trends as a drawing: series in, places of lines, points, names and columns out.

Zero is drawn as zero and a period without documents as a gap. All numbers are in units of a box of
`WIDTH` by `HEIGHT`, y downwards. Pure: knows neither addresses nor markup, and counts nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dragoman.search.trends import Point, Trends

WIDTH, HEIGHT = 1000, 380
LEFT, RIGHT, TOP, BOTTOM = 56, 800, 14, 346
"""Edges of the plot; numbers stand left of it, names right of it, periods below it."""
LABEL_GAP = 18
"""Between the names of two series, from one's middle to the other's."""
LABEL_WIDTH = 62
"""Of a period's name, with some space."""
STEPS = 4
"""Lines above zero, about."""
BASE_SHARE = 0.3
"""Of the plot's height, which the highest column of all documents takes."""
PARTS = {"year": 1, "quarter": 4, "month": 12}
"""Periods of a year."""


@dataclass(frozen=True, slots=True)
class Line:
    """A series as drawn.

    Attributes:
        number: Of the series, from 1; it has its own colour and dashes.
        path: An SVG path: a run of straight lines for each stretch between two gaps.
        points: x, y and the point itself, of each period that is no gap.
        label_y: Middle of its name at the right edge; None where all is a gap.
        end: x and y of the last point, from which a thin line leads to its name.
        alone: x and y of each point between two gaps, of which a path shows nothing.
    """

    number: int
    path: str
    points: tuple[tuple[float, float, Point], ...]
    label_y: float | None
    end: tuple[float, float]
    alone: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A period, with the `height` of all its documents; or a gap of periods that have none."""

    x: float
    width: float
    height: float
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        lines: One a series.
        columns: One a period, and one for periods in a row that have no documents.
        rates: Value and y of each level line, from 0 up.
        periods: Period, x of its middle, and whether only its year is to be written.
        most_documents: What the highest column stands for.
    """

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    rates: tuple[tuple[float, float], ...]
    periods: tuple[tuple[str, float, bool], ...]
    most_documents: int


def chart_of(trends: Trends) -> Chart | None:
    """The drawing of some series; None where no period has a document."""
    periods = trends.periods
    if not periods:
        return None
    step = level_step(max((p.rate or 0 for s in trends.series for p in s.points), default=0))
    highest = max((p.rate or 0 for s in trends.series for p in s.points), default=0)
    top = max(step, math.ceil(highest / step - 1e-9) * step)
    width = (RIGHT - LEFT) / len(periods)
    middles = [round(LEFT + (at + 0.5) * width, 1) for at in range(len(periods))]
    lines = [
        _line(number, series.points, middles, top) for number, series in enumerate(trends.series, 1)
    ]
    levels = round(top / step)
    return Chart(
        lines=_named_apart(lines),
        columns=_columns(trends, width),
        rates=tuple((step * n, _y(step * n, top)) for n in range(levels + 1)),
        periods=_labels(periods, middles, trends.by),
        most_documents=max(_in_period(trends)),
    )


def level_step(highest: float) -> float:
    """A distance of 1, 2 or 5 times a power of ten, of which about `STEPS` reach the highest."""
    if highest <= 0:
        return 1.0
    rough = highest / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to the wanted ones as may be, in their order, at least `gap` apart.

    All lie within `low` and `high` where there is room for that.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [0.0] * len(wanted)
    for rank, at in enumerate(order):
        least = low if not rank else places[order[rank - 1]] + gap
        places[at] = max(wanted[at], least)
    most = high
    for at in reversed(order):
        places[at] = max(min(places[at], most), low)
        most = places[at] - gap
    return places


def _y(rate: float, top: float) -> float:
    return round(BOTTOM - rate / top * (BOTTOM - TOP), 1)


def _line(number: int, points: Sequence[Point], middles: Sequence[float], top: float) -> Line:
    runs = []
    for is_gap, run in groupby(range(len(points)), key=lambda at: points[at].rate is None):
        if not is_gap:
            runs.append([(middles[at], _y(points[at].rate or 0, top), points[at]) for at in run])
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y, _ in run) for run in runs)
    placed = tuple(point for run in runs for point in run)
    if not placed:
        return Line(number, "", (), None, (0, 0))
    x, y, _ = placed[-1]
    alone = tuple(run[0][:2] for run in runs if len(run) == 1)
    return Line(number, path, placed, y, (x, y), alone)


def _named_apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with their names out of each other's way."""
    ends = [line.label_y for line in lines if line.label_y is not None]
    places = iter(apart(ends, LABEL_GAP, TOP, BOTTOM))
    return tuple(
        line if line.label_y is None else replace(line, label_y=round(next(places), 1))
        for line in lines
    )


def _in_period(trends: Trends) -> list[int]:
    """All documents of each period; of a split, those of its values together."""
    join = sum if trends.split else max
    counts = ([p.count.documents_in_period for p in s.points] for s in trends.series)
    return [join(of_period) for of_period in zip(*counts, strict=True)]


def _columns(trends: Trends, width: float) -> tuple[Column, ...]:
    counts = _in_period(trends)
    unit = (BOTTOM - TOP) * BASE_SHARE / (max(counts) or 1)
    columns: list[Column] = []
    for is_gap, run in groupby(range(len(counts)), key=lambda at: not counts[at]):
        periods = list(run)
        for at in periods[:1] if is_gap else periods:
            span = width * len(periods) if is_gap else width
            height = round(counts[at] * unit, 1)
            columns.append(Column(round(LEFT + at * width, 1), round(span, 2), height, is_gap))
    return tuple(columns)


def _labels(
    periods: Sequence[str], middles: Sequence[float], by: str
) -> tuple[tuple[str, float, bool], ...]:
    """Periods to be named: as many as have room; whole years where not every one has."""
    room = (RIGHT - LEFT) / len(periods)
    step = math.ceil(LABEL_WIDTH * (1 if by == "year" else 1.5) / room)
    parts = PARTS[by]
    if by == "year" or step == 1:
        return tuple((periods[at], middles[at], False) for at in range(0, len(periods), step))
    years = math.ceil(LABEL_WIDTH / room / parts)
    first = next((at for at, name in enumerate(periods) if name.endswith(("-01", "-Q1"))), 0)
    return tuple(
        (periods[at], middles[at], True) for at in range(first, len(periods), years * parts)
    )
