"""The geometry of a chart, by hand: edges at x 56 and 800, y 14 (top) and 346 (zero)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.search.results import IndexInfo
from dragoman.search.trends import PeriodCount, Point, Series, Trends
from dragoman.web.drawing import BOTTOM, TOP, apart, chart_of, level_step

INFO = IndexInfo("state", 1, 1, "0")


def trends(*rates: list[float | None], by: str = "year", split: str = "") -> Trends:
    """Series from 2000 on; a period without documents has no rate, others have 10 documents."""
    part = {"year": "{}", "quarter": "{}-Q{}", "month": "{}-{:02}"}[by]
    each = {"year": 1, "quarter": 4, "month": 12}[by]

    def point(at: int, rate: float | None) -> Point:
        period = part.format(2000 + at // each, at % each + 1)
        n_docs = 0 if rate is None else 10
        return Point(PeriodCount(period, n_docs, n_docs, n_docs, n_docs * 100), rate)

    series = (
        Series(f"q{n}", f"q{n}", "", 1, 0, tuple(map(point, range(len(of)), of)))
        for n, of in enumerate(rates)
    )
    return Trends(by, "words", split, INFO, tuple(series))


def test_zero_lies_on_the_bottom_and_the_highest_level_on_the_top() -> None:
    chart = chart_of(trends([0.0, 4.0]))
    assert chart is not None
    # 4 / 4 steps = 1; two columns of 372, middles at 56 + 186 and 56 + 558.
    assert chart.rates == ((0, 346), (1, 263), (2, 180), (3, 97), (4, 14))
    assert chart.lines[0].path == "M242 346L614 14"
    assert chart.lines[0].end == (614, 14)


def test_a_period_without_documents_breaks_the_line_and_is_a_gap() -> None:
    chart = chart_of(trends([2.0, None, 2.0]))
    assert chart is not None
    # Three columns of 248: middles at 180, 428, 676; 2 is the highest: step 0.5.
    assert chart.lines[0].path == "M180 14M676 14"
    assert chart.lines[0].alone == ((180, 14), (676, 14))
    assert [(column.is_gap, column.height) for column in chart.columns] == [
        (False, 99.6), (True, 0), (False, 99.6),
    ]  # fmt: skip


def test_periods_without_documents_in_a_row_are_one_gap() -> None:
    chart = chart_of(trends([2.0, None, None, 2.0]))
    assert chart is not None
    # Four columns of 186, of which the two in the middle are one.
    assert [(column.x, column.width, column.is_gap) for column in chart.columns] == [
        (56, 186, False), (242, 372, True), (614, 186, False),
    ]  # fmt: skip


def test_the_columns_of_a_split_add_up_its_values() -> None:
    assert chart_of(trends([1.0], [1.0])).most_documents == 10  # type: ignore[union-attr]
    assert chart_of(trends([1.0], [1.0], split="lang")).most_documents == 20  # type: ignore[union-attr]


def test_nothing_dated_is_no_chart_and_nothing_found_a_flat_line() -> None:
    assert chart_of(trends([])) is None
    chart = chart_of(trends([0.0, 0.0]))
    assert chart is not None
    assert chart.lines[0].path == "M242 346L614 346"
    empty = chart_of(trends([None], [1.0]))
    assert empty is not None
    assert empty.lines[0].label_y is None


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (4, 1), (5, 2), (9, 5), (21, 10), (0.03, 0.01), (2878, 1000)]
)
def test_levels_are_round_numbers(highest: float, step: float) -> None:
    assert level_step(highest) == pytest.approx(step)


@given(st.floats(1e-6, 1e9))
def test_there_are_two_to_four_levels_up_to_the_highest(highest: float) -> None:
    assert 1.59 <= highest / level_step(highest) <= 4.01


def test_names_that_would_meet_stand_apart_in_their_order() -> None:
    assert apart([100, 101, 300], 18, 14, 346) == [100, 118, 300]
    assert apart([346, 345, 346], 18, 14, 346) == [328, 310, 346]


@given(st.lists(st.floats(TOP, BOTTOM), min_size=1, max_size=8))
def test_names_never_overlap_nor_leave_the_plot(wanted: list[float]) -> None:
    placed = sorted(apart(wanted, 18, TOP, BOTTOM))
    assert all(b - a >= 18 - 1e-6 for a, b in pairwise(placed))
    assert placed[0] >= TOP
    assert placed[-1] <= BOTTOM


def test_periods_are_named_where_there_is_room() -> None:
    few = chart_of(trends([1.0] * 4, by="month"))
    many = chart_of(trends([1.0] * 300, by="month"))
    years = chart_of(trends([1.0] * 40))
    assert few and many and years
    assert [name for name, _, _ in few.periods] == ["2000-01", "2000-02", "2000-03", "2000-04"]
    # 744 / 300 = 2.48 a month, 29.8 a year: every third year has 62 to stand on.
    assert [(name, year) for name, _, year in many.periods][:3] == [
        ("2000-01", True), ("2003-01", True), ("2006-01", True),
    ]  # fmt: skip
    # 744 / 40 = 18.6: every fourth.
    assert [name for name, _, _ in years.periods][:3] == ["2000", "2004", "2008"]
