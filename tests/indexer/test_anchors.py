"""What a text has in common with its translation."""

import pytest

from dragoman.indexer.anchors import BEGINNING, anchors_of, consonants


@pytest.mark.parametrize(
    ("english", "russian", "letters"),
    [
        ("Zakharova", "Захаровой", "zhrv"),
        ("Lavrov", "Лавров", "lvrv"),
        ("Washington", "Вашингтоне", "vsngt"),
        ("Brezhnev", "Брежнев", "brjnv"),
        ("Schröder", "Шредер", "srdr"),
        ("Khrushchev", "Хрущёв", "hrsv"),
        ("Tokyo", "Токио", "tk"),
        ("Canberra", "Канберре", "knbr"),
        ("Antarctica", "Антарктика", "ntrkt"),
    ],
)
def test_a_name_has_the_same_first_consonants_in_both_scripts(
    english: str, russian: str, letters: str
) -> None:
    assert consonants(english) == consonants(russian) == letters


def common(text: str, other: str) -> int:
    return len(set(anchors_of(text).tolist()) & set(anchors_of(other).tolist()))


def test_names_inside_sentences_and_numbers_are_anchors() -> None:
    english = "Today in Geneva, Sergei Lavrov met Kerry: 1,250 tons, 35 ships."
    russian = "В Женеве, как известно, Сергей Лавров встретил Керри: 1 250 тонн, 35 судов."
    # Лавров, 1250 and 35; Женева is gnv in English and jnv in Russian, Керри has two consonants.
    assert len(anchors_of(english)) == 5
    assert common(english, russian) == 4  # Sergei and Сергей: srg both


@pytest.mark.parametrize(
    ("one", "other"),
    [("1,250", "1 250"), ("1,250", "1\u00a0250"), ("1.250", "1250"), ("3.14", "3,14"),
     ("2,500,000", "2\u202f500\u202f000")],
)  # fmt: skip
def test_a_number_is_one_anchor_however_it_is_written(one: str, other: str) -> None:
    assert anchors_of(one).tolist() == anchors_of(other).tolist()
    assert len(anchors_of(one)) == 1


def test_the_first_word_of_a_sentence_and_single_digits_are_none() -> None:
    assert anchors_of("Lavrov came. Kerry left at 5.").tolist() == []
    assert anchors_of("").tolist() == []


def test_anchors_are_rising_distinct_and_of_the_beginning() -> None:
    found = anchors_of("met Lavrov and Lavrov, and Ryabkov, and Zakharova").tolist()
    assert found == sorted(set(found))
    assert len(found) == 3
    assert anchors_of("a" * BEGINNING + " met Lavrov").tolist() == []
