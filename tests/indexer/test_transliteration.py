"""The other keyboard layout and the other script."""

import pytest

from dragoman.indexer.transliteration import in_latin, skeleton
from dragoman.search.keyboard import in_other_layout

LAYOUTS = [
    ("ghbdtn", "привет"),
    ("сщтекщд", "control"),
    ("Vjcrdf", "Москва"),
    (",fyr", "банк"),
    ("`krf", "ёлка"),
    ("ZoomЯ", ""),
    ("123", ""),
]


@pytest.mark.parametrize(("typed", "meant"), LAYOUTS)
def test_the_same_keys_in_the_other_layout(typed: str, meant: str) -> None:
    assert in_other_layout(typed) == meant


NAMES = [
    ("Захарова", "Zakharova", "Zaharova", "Zaxarova"),
    ("Щербаков", "Shcherbakov", "Scherbakov", "Ščerbakov"),
    ("Жириновский", "Zhirinovsky", "Zhirinovskiy", "Žirinovskij"),
    ("Хрущёв", "Khrushchev", "Khrushchyov"),
    ("Рябков", "Ryabkov", "Riabkov", "Rjabkov"),
    ("Ельцин", "Yeltsin", "Eltsin"),
    ("Небензя", "Nebenzya", "Nebenzia"),
    ("Сергей", "Sergey", "Sergei"),
    ("Юлия", "Yulia", "Yuliya", "Iuliia"),
    ("Шойгу", "Shoigu", "Shoygu"),
]


@pytest.mark.parametrize("spellings", NAMES)
def test_all_spellings_of_a_name_agree(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(spelling) for spelling in spellings}) == 1


def test_different_names_do_not() -> None:
    names = ["Лавров", "Рябков", "Захаров", "Песков", "Иванов", "Иваненко", "Шойгу", "Лаврова"]
    assert len({skeleton(name) for name in names}) == len(names)


def test_a_name_has_the_spellings_of_the_standards() -> None:
    assert in_latin("Захарова")[0] == "zakharova"
    assert {"ryabkov", "riabkov"} <= set(in_latin("Рябков"))
