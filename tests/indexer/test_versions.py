"""Language versions by address, and which likeness of texts is enough."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.versions import Edge, address_keys, joined, may_be_versions


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("http://en.kremlin.ru/events/news/6152", "http://kremlin.ru/events/news/6152"),
        ("https://www.mid.ru/en/foreign_policy/1/", "https://mid.ru/ru/foreign_policy/1"),
        ("https://government.ru/en/news/52/", "http://government.ru/news/52"),
        ("https://a.org/?id=5&lang=en", "https://a.org/?lang=ru&id=5"),
        ("https://a.org/x?language=en-GB", "https://a.org/x?language=ru_RU"),
        ("https://a.org/speech_en.html", "https://a.org/speech_ru.html"),
        ("https://a.org/Speech-ENG.html", "https://a.org/speech-rus.html"),
        ("https://english.a.org/7", "https://russian.a.org/7"),
    ],
)
def test_addresses_of_versions_are_the_same_without_the_language(
    english: str, russian: str
) -> None:
    assert address_keys(english, "a#1", "en") == address_keys(russian, "b#2", "ru") != ()


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("http://en.kremlin.ru/events/news/6152", "http://kremlin.ru/events/news/6153"),
        ("http://kremlin.ru/news/1", "http://kremlin.com/news/1"),
        ("https://a.org/ensemble/1", "https://a.org/semble/1"),
        ("https://a.org/?id=5&lang=en", "https://a.org/?id=6&lang=ru"),
        ("https://a.org/?page=en", "https://a.org/?page=ru"),
        ("https://a.org/ru/1", "https://a.org/ru/1/2"),
    ],
)
def test_other_addresses_stay_apart(english: str, russian: str) -> None:
    assert not set(address_keys(english, "a#1", "en")) & set(address_keys(russian, "b#2", "ru"))


@pytest.mark.parametrize(
    ("english", "russian"),
    [("en/npt.md", "ru/npt.md"), ("2021/speech_en.txt", "2021/speech_ru.txt"),
     ("speech.en.txt", "speech.txt"), ("kremlin-en-6152", "kremlin-ru-6152"),
     ("EN/Talks.txt", "RU/talks.txt")],
)  # fmt: skip
def test_ids_and_files_of_versions_are_the_same_without_the_language(
    english: str, russian: str
) -> None:
    assert address_keys("", english, "en") == address_keys("", russian, "ru") != ()


def test_a_document_without_language_or_with_an_id_by_hash_has_no_key() -> None:
    assert address_keys("https://a.org/en/1", "en/a.txt", "") == ()
    assert address_keys("", "speeches_en.jsonl#0f3a", "en") == ()


@settings(deadline=None)
@given(st.text(), st.text(), st.sampled_from(["en", "ru", "fr", "x+", "zz"]))
def test_any_address_and_id_has_a_key_and_none_raises(url: str, doc_id: str, lang: str) -> None:
    assert address_keys(f"http://{url}", doc_id, lang)[-1].startswith("url:")


LANGS = {1: "en", 2: "en", 3: "ru", 4: "ru", 5: "fr"}


@pytest.mark.parametrize(
    ("edges", "groups", "expected"),
    [
        ([Edge(1, 3, 0.5)], {}, [True]),
        ([Edge(1, 3, 0.39)], {}, [False]),
        # 0.5 is less than 1.4 times 0.4, and 0.6 is more
        ([Edge(1, 3, 0.5), Edge(1, 4, 0.4)], {}, [False, False]),
        ([Edge(1, 3, 0.6), Edge(1, 4, 0.4)], {}, [True, False]),
        ([Edge(1, 3, 0.5), Edge(2, 3, 0.4)], {}, [False, False]),
        # near-identical documents are no rivals: the text has two versions
        ([Edge(1, 3, 0.5), Edge(1, 4, 0.45)], {3: 0, 4: 0}, [True, True]),
        # a version in a third language is no rival
        ([Edge(1, 3, 0.5), Edge(1, 5, 0.5), Edge(3, 5, 0.5)], {}, [True, True, True]),
        ([], {}, []),
    ],
)
def test_versions_are_joined_where_nothing_comes_near(
    edges: list[Edge], groups: dict[int, int], expected: list[bool]
) -> None:
    assert joined(edges, LANGS, groups) == expected
    swapped = [Edge(other, one, score) for one, other, score in edges]
    assert joined(swapped, LANGS, groups) == expected


DAY = 24 * 60


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, DAY), (DAY, 2 * DAY), True),
        ((0, DAY), (2 * DAY - 1, 3 * DAY), True),
        ((0, DAY), (2 * DAY, 3 * DAY), False),
        ((0, 365 * DAY), (100 * DAY, 101 * DAY), True),
        ((-1, -1), (5, 6), True),
    ],
)
def test_dates_a_day_apart_may_be_of_versions(
    one: tuple[int, int], other: tuple[int, int], expected: bool
) -> None:
    assert may_be_versions(one, other, 1) is may_be_versions(other, one, 1) is expected
