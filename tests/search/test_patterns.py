"""Wildcards: which are some, and what they stand for."""

import re
import time

import pytest

from dragoman.search.patterns import expression, folded, literal_prefix, wildcards_of

FITS = [
    ("санкц*", ["санкции", "санкц"], ["санкт"]),
    ("*ядерный", ["ядерный", "безъядерный"], ["ядерная"]),
    ("без*ность", ["безопасность", "безность"], ["опасность", "безопасности"]),
    ("ра?ный", ["разный", "равный"], ["рный", "раный"]),
    ("*", ["", "a", "a.b"], []),
    ("a**b", ["ab", "axb"], ["a", "b"]),
    ("*a*a*", ["aa", "banana"], ["a", "ba"]),
    ("a?*b", ["acb", "accb"], ["ab"]),
    ("a.b*", ["a.bc"], ["axbc"]),
    (r"a\*b", ["a*b"], ["axb", r"a\*b"]),
    (r"a\?*", ["a?", "a?b"], ["ab"]),
    ("*ab", ["ab", "aab", "abab"], ["aba"]),
    ("ab*ab", ["abab", "abxab"], ["ab", "aab"]),
]


@pytest.mark.parametrize(("pattern", "fitting", "others"), FITS)
def test_a_pattern_fits_whole_forms(pattern: str, fitting: list[str], others: list[str]) -> None:
    fits = re.compile(expression(pattern)).fullmatch
    assert all(map(fits, fitting))
    assert not any(map(fits, others))


def test_many_stars_take_no_time_to_fail() -> None:
    began = time.perf_counter()
    assert re.fullmatch(expression("*a" * 30 + "*b"), "a" * 64) is None
    assert time.perf_counter() - began < 0.1


def test_a_question_mark_that_no_letter_follows_is_punctuation() -> None:
    assert wildcards_of("ра?ный") == ({2}, -1)
    assert wildcards_of("что?") == (set(), 3)
    assert wildcards_of("что??") == (set(), 3)
    assert wildcards_of("ра??ный") == ({2, 3}, -1)
    assert wildcards_of("кто?-то") == (set(), 3)
    assert wildcards_of("a?*") == ({1, 2}, -1)
    assert wildcards_of("a*b*", escaped=[1]) == ({3}, -1)


def test_a_pattern_is_folded_as_forms_are() -> None:
    assert folded("Санкц*") == "санкц*"
    assert folded("Ёл?а") == "ел?а"
    assert folded("ⵣ*") == "ⵣ*"


def test_what_every_form_begins_with() -> None:
    assert literal_prefix("санк?*") == "санк"
    assert literal_prefix("*a") == ""
