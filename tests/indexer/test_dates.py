"""Dates in English and Russian with their precision; intervals."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.dates import DateMatch, date_interval, find_dates, read_date
from dragoman.indexer.errors import DateError

ENGLISH = (
    "January February March April May June July August September October November December"
).split()
RUSSIAN = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
).split()

READ = [
    ("3 April 2014", "2014-04-03"),
    ("3 April, 2014", "2014-04-03"),
    ("03 Apr 2014", "2014-04-03"),
    ("3rd April 2014", "2014-04-03"),
    ("the 3rd of April 2014", "2014-04-03"),
    ("1st May 1950", "1950-05-01"),
    ("April 3, 2014", "2014-04-03"),
    ("April 3rd, 2014", "2014-04-03"),
    ("APRIL 3, 2014", "2014-04-03"),
    ("Jan. 9, 2020", "2020-01-09"),
    ("Sept. 9, 2020", "2020-09-09"),
    ("9 Dec. 2020", "2020-12-09"),
    ("Thursday, April 3, 2014", "2014-04-03"),
    ("Thu, 3 Apr 2014 08:05:59 +0400", "2014-04-03T08:05"),
    ("3 April 201408:05", "2014-04-03T08:05"),
    ("April 3, 20148:05", "2014-04-03T08:05"),
    ("3 April 2014, 08:05", "2014-04-03T08:05"),
    ("3 April 2014 at 8:05", "2014-04-03T08:05"),
    ("08:05, 3 April 2014", "2014-04-03T08:05"),
    ("08:05 on 3 April 2014", "2014-04-03T08:05"),
    ("April 3, 2014 8:05 p.m.", "2014-04-03T20:05"),
    ("April 3, 2014 12:05 AM", "2014-04-03T00:05"),
    ("3 April 2014 08:05 GMT", "2014-04-03T08:05"),
    ("03.04.2014", "2014-04-03"),
    ("3.4.2014", "2014-04-03"),
    ("03.04.2014 08:05", "2014-04-03T08:05"),
    ("03.04.201408:05", "2014-04-03T08:05"),
    ("03.04.2014, 08:05:30", "2014-04-03T08:05"),
    ("03/04/2014", "2014-04-03"),
    ("04/23/2014", "2014-04-23"),
    ("3-04-2014", "2014-04-03"),
    ("2014-04-03", "2014-04-03"),
    ("2014/04/03", "2014-04-03"),
    ("2014-04-03 08:05", "2014-04-03T08:05"),
    ("2014-04-03T08:05", "2014-04-03T08:05"),
    ("2014-04-03T08:05:59.123Z", "2014-04-03T08:05"),
    ("2014-04", "2014-04"),
    ("2014", "2014"),
    ("in 2014", "2014"),
    ("April 2014", "2014-04"),
    ("in April 2014", "2014-04"),
    ("may 2014", "2014-05"),
    ("Apr. 2014", "2014-04"),
    ("3 апреля 2014", "2014-04-03"),
    ("3 апреля 2014 года", "2014-04-03"),
    ("3 апреля 2014 г.", "2014-04-03"),
    ("3 апреля 2014г.", "2014-04-03"),
    ("3-го апреля 2014 года", "2014-04-03"),
    ("3 апр. 2014", "2014-04-03"),
    ("3 апреля 2014 г. 8:05", "2014-04-03T08:05"),
    ("3 апреля 2014 года, 08:05", "2014-04-03T08:05"),
    ("3 апреля 2014 года в 08:05", "2014-04-03T08:05"),
    ("четверг, 3 апреля 2014 года", "2014-04-03"),
    ("от 3 апреля 2014 г.", "2014-04-03"),
    ("АПРЕЛЬ 2014", "2014-04"),
    ("в апреле 2014 года", "2014-04"),
    ("9 сент. 2020 г.", "2020-09-09"),
    ("в 2014 году", "2014"),
    ("2014 г.", "2014"),
    ("  2014  ", "2014"),
    ("1–3 апреля 2014 года", "2014-04-01"),
    ("1-3 April 2014", "2014-04-01"),
    ("29 February 2012", "2012-02-29"),
]

NO_DATE = [
    "30 February 2014",
    "29 февраля 2013 года",
    "29 February 1900",
    "31.04.2014",
    "00.04.2014",
    "03.14.2014",
    "2014-02-30",
    "2014-13-01",
    "2014-13",
    "April 31, 2014",
    "32 апреля 2014",
    "132 April 2014",
    "31 April 2014, 10:00",
    "10:00 31 April 2014",
    "3 April 201425:61",
    "3 April 20145",
    "3.4.14",
    "3.4.2014.5",
    "1–40 April 2014",
    "April",
    "3 апреля",
    "no date",
    "",
    "10:32",
]

NO_YEAR = [
    "№ 2014",
    "resolution 2014",
    "резолюция 1979",
    "No. 2014",
    "$2014",
    "2014%",
    "2014/15",
    "1990s",
    "1990-е годы",
    "2,014",
    "1,2014",
    "G2014",
    "it may 2014 times",
    "1325",
]


@pytest.mark.parametrize(("text", "iso"), READ)
def test_a_written_date_is_read(text: str, iso: str) -> None:
    assert read_date(text).iso == iso


@pytest.mark.parametrize("text", NO_DATE)
def test_what_is_no_possible_date_is_refused_and_no_part_of_it_is_taken(text: str) -> None:
    assert find_dates(text) == []
    with pytest.raises(DateError, match="22 June 2021"):
        read_date(text)


@pytest.mark.parametrize("text", NO_YEAR)
def test_a_number_that_counts_or_names_something_is_no_year(text: str) -> None:
    assert find_dates(text) == []


def test_dates_come_in_the_order_of_the_text_and_slice_back_to_it() -> None:
    text = "От 5 мая 2001 года до June 2003; в 2005 году – 06.07.2008 09:10, и всё."
    found = find_dates(text)
    assert [match.iso for match in found] == ["2001-05-05", "2003-06", "2005", "2008-07-06T09:10"]
    assert [text[match.start : match.end] for match in found] == [
        "5 мая 2001 года", "June 2003", "2005 году", "06.07.2008 09:10",
    ]  # fmt: skip


def test_precision_is_that_of_the_text() -> None:
    words = ("2014", "April 2014", "3 April 2014", "3 April 2014 08:05")
    assert [read_date(text).precision for text in words] == ["year", "month", "day", "minute"]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2014-04-03T08:05:00+03:00", "+03:00"),
        ("2014-04-03T08:05Z", "Z"),
        ("Thu, 3 Apr 2014 08:05:00 +0400", "+0400"),
        ("3 April 2014 08:05 GMT", "GMT"),
        ("3 апреля 2014 г. 08:05 МСК", "МСК"),
        ("3 April 2014 08:05", ""),
        ("2014-04-03", ""),
    ],
)
def test_the_zone_is_kept_as_written(text: str, zone: str) -> None:
    assert read_date(text).zone == zone


def test_a_time_that_is_none_leaves_the_day() -> None:
    assert find_dates("3 April 2014 25:61") == [DateMatch("2014-04-03", "day", "", 0, 12)]


def test_offsets_of_a_read_date_leave_blanks_and_preposition_out() -> None:
    match = read_date("  в мае 2023 года ")
    assert (match.start, match.end) == (4, 17)


@pytest.mark.parametrize("stem", ["январ", "феврал", "апрел", "июн", "июл", "октябр", "декабр"])
def test_soft_months_are_known_in_all_cases(stem: str) -> None:
    numbers = {read_date(f"{stem}{ending} 2014").iso for ending in ("ь", "я", "ю", "ем", "ём", "е")}
    assert len(numbers) == 1


@pytest.mark.parametrize(
    ("forms", "month"),
    [
        ("март марта марту мартом марте", "03"),
        ("август августа августу августом августе", "08"),
        ("май мая маю маем мае", "05"),
    ],
)
def test_hard_months_are_known_in_all_cases(forms: str, month: str) -> None:
    assert {read_date(f"{form} 2014").iso for form in forms.split()} == {f"2014-{month}"}


moments = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))


@given(moments)
def test_every_rendered_date_reads_back(moment: datetime) -> None:
    day, clock = moment.date().isoformat(), moment.strftime("%H:%M")
    year, month, number = f"{moment.year:04}", moment.month - 1, moment.day
    for text in (
        day,
        f"{number} {ENGLISH[month]} {year}",
        f"{ENGLISH[month]} {number}, {year}",
        f"{number} {RUSSIAN[month]} {year} года",
        f"{number:02}.{moment.month:02}.{year}",
        f"{number:02}/{moment.month:02}/{year}",
    ):
        assert read_date(text).iso == day
    for text in (
        f"{day}T{clock}",
        f"{day} {clock}",
        f"{number} {ENGLISH[month]} {year}{clock}",
        f"{number} {ENGLISH[month]} {year}, {clock}",
        f"{clock}, {number} {ENGLISH[month]} {year}",
        f"{number} {RUSSIAN[month]} {year} г. {clock}",
    ):
        assert read_date(text).iso == f"{day}T{clock}"
    assert read_date(day[:7]).iso == read_date(f"{ENGLISH[month]} {year}").iso == day[:7]
    assert read_date(year).iso == year


@given(st.text(alphabet="0123456789.:-/ июняJune,TZ+г", max_size=40))
def test_matches_lie_in_the_text_one_behind_another(text: str) -> None:
    end = 0
    for match in find_dates(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end


def test_intervals_begin_with_the_first_day_of_the_calendar() -> None:
    assert date_interval("0001-01-01") == (0, 1440)
    assert date_interval("0001-01-02T01:02") == (1440 + 62, 1440 + 63)


@pytest.mark.parametrize(
    ("iso", "days"),
    [("2019", 365), ("2020", 366), ("1900", 365), ("2000", 366), ("9999", 365),
     ("2019-02", 28), ("2020-02", 29), ("2019-04", 30), ("2019-12", 31), ("9999-12", 31),
     ("2019-12-31", 1)],
)  # fmt: skip
def test_an_interval_covers_all_that_is_not_known(iso: str, days: int) -> None:
    start, end = date_interval(iso)
    assert end - start == days * 24 * 60


@given(moments)
def test_an_interval_starts_at_its_minute_and_lies_in_those_of_its_day_month_and_year(
    moment: datetime,
) -> None:
    minute = moment.strftime("%Y-%m-%dT%H:%M").rjust(16, "0")
    start, end = date_interval(minute)
    since = moment.replace(second=0, microsecond=0) - datetime(1, 1, 1)
    assert (start, end) == (since // timedelta(minutes=1), since // timedelta(minutes=1) + 1)
    for length in (10, 7, 4):
        around = date_interval(minute[:length])
        assert around[0] <= start
        assert end <= around[1]


@pytest.mark.parametrize("iso", ["", "19", "2019-13", "2019-02-30", "2019-01-01T24:00", "2019 "])
def test_no_interval_is_made_up(iso: str) -> None:
    with pytest.raises(DateError):
        date_interval(iso)


def test_month_intervals_of_a_year_follow_each_other() -> None:
    months = [date_interval(f"2024-{month:02}") for month in range(1, 13)]
    assert [start for start, _ in months[1:]] == [end for _, end in months[:-1]]
    assert (months[0][0], months[-1][1]) == date_interval("2024")
    assert months[0][0] == (date(2024, 1, 1) - date(1, 1, 1)).days * 1440


def test_the_shared_gold_dates_are_found(shared: Path) -> None:
    rows = (shared / "gold" / "dates.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert rows
    for row in rows:
        text, iso, precision = row.split("\t")
        found = [(match.iso, match.precision) for match in find_dates(text)]
        assert found == ([(iso, precision)] if iso else []), text
