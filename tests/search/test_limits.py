"""What cannot be read is an error that names its place, the limit and the remedy."""

import random
import sys
import time
from datetime import date

import pytest

from dragoman.search import fields
from dragoman.search.errors import QueryError
from dragoman.search.syntax import parse

ERRORS = [
    # dates
    ("date:someday", (5, 12), "2021-06-22"),
    ("date:2021-13", (5, 12), "2021-06-22"),
    ("date:2021-02-29", (5, 15), "2021-06-22"),
    ("date:31.06.2021", (5, 15), "2021-06-22"),
    ("date:2021*", (5, 10), "2021-06-22"),
    ("date:..", (5, 7), "2021-06-22"),
    ("date:2022..2021", (5, 15), "earlier date first"),
    ("date:2021-07..2021-06", (5, 21), "earlier date first"),
    ("date:>", (5, 6), "2021-06-22"),
    ("date:>9999", (5, 10), "no date beyond"),
    ("date:-99999y", (5, 12), "smaller number"),
    ("date:[2020 TO 2021]", (5, 6), "2021-06-22"),
    ("date:(2019 OR soon)", (14, 18), "2021-06-22"),
    ("since:2020..2021", (6, 16), "2021-06-22"),
    ("until:>2020", (6, 11), "2021-06-22"),
    ("дата:вчера2", (5, 11), "2021-06-22"),
    # numbers out of range
    ("peace w/0 war", (6, 9), "1 to 999"),
    ("peace w/1000 war", (6, 12), "1 to 999"),
    ("peace PRE/0 war", (6, 11), "1 to 999"),
    ("peace w/" + "9" * 50 + " war", (6, 58), "1 to 999"),
    ("peace~0", (5, 7), "1 or 2"),
    ("peace~3", (5, 7), "1 or 2"),
    ("peace~0.8", (5, 9), "1 or 2"),
    ('"peace war"~100', (11, 15), "0 to 99"),
    ('"peace war"~', (11, 12), "0 to 99"),
    ("atleast0(peace)", (0, 9), "1 to 9999"),
    ("atleast10000(peace)", (0, 13), "1 to 9999"),
    ("peace^0", (5, 7), "0.001 to 1,000"),
    ("peace^-1", (5, 8), "0.001 to 1,000"),
    ("peace^1001", (5, 10), "0.001 to 1,000"),
    # ~ after what has no single form
    ("cease-fire~1", (0, 12), "single word"),
    ("peac*~1", (0, 7), "single word"),
    ("=peace~1", (0, 8), "single word"),
    ("(peace war)~3", (0, 13), "single word"),
    # operands of a proximity
    ("(peace AND war) w/5 treaty", (0, 15), "AND"),
    ("(peace war) w/5 treaty", (0, 11), "AND"),
    ("peace w/5 (war -oil)", (10, 20), "AND"),
    ("peace w/5 -war", (10, 11), "NOT"),
    ("peace w/5 NOT war", (10, 13), "NOT"),
    ("(-peace) w/5 war", (0, 8), "NOT"),
    ("peace /s title:war", (9, 18), "a field"),
    ("title:peace w/5 war", (0, 11), "title:(a w/5 b)"),
    ("peace w/5 date:2021", (10, 19), "a date"),
    ("[peace] w/5 war", (0, 7), "an optional word"),
    ("peace /p atleast2(war)", (9, 22), "atleast"),
    ("title:(peace w/5 (war oil))", (17, 26), "AND"),
    # fields and counts in each other
    ("title:(speaker:peace)", (7, 15), "beside"),
    ("id:(x:1)", (4, 6), "quotes"),
    ("id:(atleast2(x))", (3, 16), "values"),
    ("lang:(ru w/5 en)", (5, 16), "values"),
    ("atleast2(title:peace)", (0, 21), "beside"),
    ("atleast2(atleast2(peace))", (0, 25), "beside"),
    ("atleast2(peace -war)", (0, 20), "beside"),
    ("сказал:Путин", (0, 12), "takes two things; write a name, then what to find"),
    ("said:(Putin)", (0, 12), "takes two things"),
    ("said:(санкции OR нефть)", (0, 23), "takes two things"),
    ("said:((Putin w/2 x) oil)", (0, 24), "does not begin with a name"),
    ("said:(-Putin oil)", (0, 17), "does not begin with a name"),
    ("said:(Putin -oil)", (0, 17), "something to find, not only what to leave out"),
    ("said:(Putin title:oil)", (12, 18), "inside the field said:"),
    ("atleast2(said:(Putin oil))", (0, 26), "fields"),
    ("oil w/3 said:(Putin gas)", (8, 24), "said:"),
]


@pytest.mark.parametrize(("query", "place", "words"), ERRORS)
def test_what_cannot_be_read_is_an_error_that_names_its_place(
    query: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.start, caught.value.end) == place
    assert caught.value.query == query
    assert words in caught.value.message


def test_relative_dates_are_read_back_as_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "today", lambda: date(2024, 3, 31))
    for query, expected in [
        ("date:today", "date:2024-03-31"),
        ("date:вчера", "date:2024-03-30"),
        ("date:-30d", "date:2024-03-01.."),  # March has 31 days
        ("date:(-30d)", "date:2024-03-01.."),
        ("date:-1m", "date:2024-02-29.."),  # February's last day in a leap year
        ("date:-6M", "date:2023-09-30.."),
        ("date:-2y", "date:2022-03-31.."),
        ("since:yesterday until:today", "date:2024-03-30.. AND date:..2024-03-31"),
        ("date:-1y..today", "date:2023-03-31..2024-03-31"),
    ]:
        assert parse(query).searched_for == expected


def test_too_many_terms_are_an_error_that_names_the_limit() -> None:
    parse(" ".join(f"word{n}" for n in range(256)))
    parse("peace OR " * 255 + "war")
    for words in (
        " ".join(f"word{n}" for n in range(257)),
        '"' + "peace " * 257 + '"',
        "peace-" * 257,
        "lang:(" + "ru OR " * 257 + "en)",
    ):
        with pytest.raises(QueryError, match="more than 256 terms"):
            parse(words)


def test_too_many_characters_are_an_error_that_names_the_limit() -> None:
    parse("a" * 4096)
    with pytest.raises(QueryError, match="at most 4096") as caught:
        parse("a" * 4097)
    assert (caught.value.start, caught.value.end) == (4096, 4097)


def test_too_many_marks_are_an_error_that_names_the_limit() -> None:
    assert parse("+(=a) OR " * 120 + "b").searched_for  # 6 words and marks for each term
    with pytest.raises(QueryError, match="more than 768 words, operators and marks") as caught:
        parse("? | " * 600)
    assert (caught.value.start, caught.value.end) == (1536, 1537)  # two of them in four characters


def test_too_deep_groups_are_an_error_that_names_the_limit() -> None:
    assert parse("(" * 64 + "a" + ")" * 64).searched_for == "a"
    for query in ("(" * 2000 + "a", "atleast2(" * 400, "title:(" * 500):
        with pytest.raises(QueryError):
            parse(query)
    with pytest.raises(QueryError, match="nested more than 64 deep") as caught:
        parse("(" * 65)
    assert (caught.value.start, caught.value.end) == (64, 65)


HOSTILE = [
    *(c * 4096 for c in "()[]\"'«»“”„|&^~*?=+-:\\/.,аa1\ud800\u200f\u0301\u00a0"),
    "()" * 2048, '""' * 2048, '" ' * 2048, "«»" * 2048, "[a]" * 255, "((a) " * 63,
    "a:" * 2048, "id:" * 1365, "NOT " * 1024, "OR " * 1365, "w/5 " * 1024, "a^2 " * 255,
    "-(a OR " * 63 + "b" + ")" * 63, "(a w/1 " * 63 + "b" + ")" * 63, "a w/5 " * 255 + "b",
    "\\" * 4095 + '"', '"' + '\\" ' * 1365, "a^" + "9" * 4000, "atleast" + "9" * 4000 + "(a)",
    "www." * 1024, "https://" + "(" * 4000, "1\u00a0000" * 800, "U.S." * 1024, "=+" * 2048,
    "*a" * 2048, "?" * 4095 + "a", "Cе" * 2048, "\u202eabc\u202c " * 700,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_four_kilobytes_of_marks_are_read_or_refused_without_delay(query: str) -> None:
    began = time.thread_time()
    for match in ("all", "any"):
        try:
            parsed = parse(query, match=match)
        except QueryError as error:
            assert 0 <= error.start < error.end <= len(query)
        else:
            assert all(0 <= n.start <= n.end <= len(query) for n in parsed.notes)
    assert time.thread_time() - began < 0.5  # twenty times what it takes


def test_the_deepest_query_needs_few_of_pythons_frames() -> None:
    """A caller may itself stand some hundred frames deep."""
    query = "-(a OR -(b c " * 31 + "d" + ")" * 62
    limit = sys.getrecursionlimit()
    depth = 0
    frame = sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 650)
    try:
        assert parse(query).searched_for
    finally:
        sys.setrecursionlimit(limit)


ALPHABET = 'ab Ия"“”„«»()[]|&^~*?=+-:\\/.,0123456789\n\u00a0\ud800\u200fwprsORANDНЕИЛИ'


def test_four_kilobytes_of_anything_are_read_or_refused() -> None:
    chance = random.Random(7)
    for _ in range(20):
        query = "".join(chance.choices(ALPHABET, k=4096))
        try:
            parse(query)
        except QueryError as error:
            assert 0 <= error.start < error.end <= len(query)
