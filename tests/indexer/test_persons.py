"""Which spellings of names are one person, and which are not."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.name_parts import name_parts
from dragoman.indexer.persons import persons_of

LAVROV = (
    "Sergey Lavrov", "Sergei Lavrov", "S. Lavrov", "S.V. Lavrov", "Lavrov S.V.", "Lavrov, Sergey",
    "Sergey Viktorovich Lavrov", "Foreign Minister Lavrov", "Foreign Minister Sergey Lavrov",
    "Minister of Foreign Affairs of the Russian Federation Sergey Lavrov", "SERGEY LAVROV",
    "H.E. Mr. Sergey Lavrov", "Sergey Lavrov, Foreign Minister of Russia", "Lavrov",
    "Сергей Лавров", "С.В.Лавров", "С. В. Лавров", "С.Лавров", "Лавров С.В.", "Сергея Лаврова",
    "Сергеем Лавровым", "Сергей Викторович Лавров", "Лавров Сергей Викторович", "Лавров",
    "Министр иностранных дел России С.В.Лавров", "министра иностранных дел Сергея Лаврова",
    "Министр иностранных дел Российской Федерации Сергей Викторович Лавров", "г-н Лавров",
)  # fmt: skip
"""One person's name, as pages, records and transcripts spell it."""


def values(*spellings: str, **more: object) -> list[str]:
    persons = persons_of(dict.fromkeys(spellings, 1), **more)  # type: ignore[arg-type]
    return [persons.value(spelling) for spelling in spellings]


def test_every_spelling_of_a_name_is_one_person() -> None:
    assert set(values(*LAVROV)) == {"Sergey Lavrov"}


@pytest.mark.parametrize("spelling", LAVROV[1:])
def test_a_spelling_joins_the_full_name(spelling: str) -> None:
    # The full name counts most, so it stands for both.
    persons = persons_of({"Sergey Lavrov": 9, spelling: 1})
    assert persons.value(spelling) == "Sergey Lavrov"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yury Ushakov", "Юрий Ушаков"), ("Alexander Lukashenko", "Александр Лукашенко"),
        ("Maria Zakharova", "Мария Захарова"), ("Mariya Zaharova", "Мария Захарова"),
        ("Dmitry Peskov", "Д.Песков"), ("Sergei Ryabkov", "Сергей Рябков"),
        ("Sergey Ignatiev", "Sergei Ignatyev"), ("Maxim Oreshkin", "Максим Орешкин"),
        ("Recep Tayyip Erdoğan", "Recep Tayyip Erdogan"), ("Walid Al-Moualem", "Walid Moualem"),
        ("Fyodor Lukyanov", "Фёдор Лукьянов"), ("Yevgeny Primakov", "Е.М.Примаков"),
        ("Mr. Peter Christian", "Peter M. Christian"), ("Nailya Asker-zade", "Наиля Аскер-заде"),
        ("Sberbank CEO German Gref", "German Gref"), ("Vyacheslav Volodin", "В.Володин"),
        ("Director of Federal Security Service Alexander Bortnikov", "Alexander Bortnikov"),
        ("Kim Jong-un", "Kim Jong Un"), ("Ban Ki-moon", "Ban Ki Moon"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_name_are_one_person(one: str, other: str) -> None:
    assert len(set(values(one, other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sergei Ivanov", "Igor Ivanov"), ("Сергей Иванов", "И.Иванов"),
        ("George W. Bush", "George H. W. Bush"), ("Мария Захарова", "Сергей Захаров"),
        ("Kim Jong Un", "Kim Yong Nam"), ("Vladimir Putin", "Vladimir Pushkin"),
        ("Question", "Вопрос"), ("Response", "Remark"), ("Sergey Lavrov", "Sergey Naryshkin"),
        ("Contact telephone numbers", "The message reads"),
    ],
)  # fmt: skip
def test_names_that_contradict_each_other_are_two_persons(one: str, other: str) -> None:
    assert values(one, other) == [one, other]


@pytest.mark.parametrize(
    ("woman", "man"),
    [
        ("Мария Захарова", "Захаров"), ("Марии Захаровой", "М.Захаров"),
        ("Елена Иванова", "Е.Иванов"), ("Александра Сергеевна Иванова", "А.С.Иванов"),
        ("Елена Чайковская", "Чайковский"),
    ],
)  # fmt: skip
def test_a_man_is_no_woman_of_his_surname(woman: str, man: str) -> None:
    assert len(set(values(woman, man))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мария Захарова", "М.Захарова"), ("Марии Захаровой", "Maria Zakharova"),
        ("Захарова Мария Владимировна", "Марию Захарову"), ("Никиты Михалкова", "Н.Михалков"),
        ("Александра Новака", "А.Новак"), ("Александра Иванова", "Александр Иванов"),
        ("Никита Трубецкой", "Никиты Трубецкого"),
    ],
)  # fmt: skip
def test_cases_of_a_name_are_one_person(one: str, other: str) -> None:
    assert len(set(values(one, other))) == 1


def test_a_surname_that_fits_two_persons_stays_by_itself() -> None:
    spellings = ("Sergei Ivanov", "Igor Ivanov", "Ivanov", "I. Ivanov", "С.Иванов")
    assert values(*spellings) == [
        "Sergei Ivanov", "Igor Ivanov", "Ivanov", "Igor Ivanov", "Sergei Ivanov",
    ]  # fmt: skip


def test_initials_that_contradict_each_other_are_nobody_elses() -> None:
    # Both fit Sergey; C. and the surname alone fit all three.
    spellings = (
        "Сергей Иванов", "Сергея Иванова", "С.Б.Иванов", "Иванов С.Б.", "С.В.Иванов", "С.Иванов",
        "Иванов",
    )  # fmt: skip
    assert values(*spellings) == [
        "Сергей Иванов", "Сергей Иванов", "С.Б.Иванов", "С.Б.Иванов", "С.В.Иванов", "С.Иванов",
        "Иванов",
    ]  # fmt: skip
    # Without a contradiction they are his.
    assert set(values("Сергей Иванов", "С.Б.Иванов", "S.B. Ivanov")) == {"Сергей Иванов"}


def test_a_surname_alone_goes_to_the_one_who_is_known_far_the_best() -> None:
    # 40 documents against a misspelling's one; 19 would not be enough.
    counts = {"Vladimir Putin": 40, "Vlaidmir Putin": 1, "Putin": 3}
    assert persons_of(counts).value("Putin") == "Vladimir Putin"
    assert persons_of({**counts, "Vladimir Putin": 19}).value("Putin") == "Putin"


def test_what_stands_for_a_person_is_the_commonest_full_name_in_the_nominative() -> None:
    counts = {"Сергея Лаврова": 9, "С.В.Лавров": 8, "Сергей Лавров": 1, "Лавров": 20}
    assert set(map(persons_of(counts).value, counts)) == {"Сергей Лавров"}
    counts = {"Sergei Lavrov": 5, "Sergey Lavrov": 4, "Foreign Minister Sergey Lavrov": 2}
    assert set(map(persons_of(counts).value, counts)) == {"Sergey Lavrov"}  # 4 + 2 to 5


def test_a_name_with_one_spelling_stands_for_itself() -> None:
    assert values("Mr. Gaston Browne", "King Abdullah II of Jordan") == [
        "Mr. Gaston Browne", "King Abdullah II of Jordan",
    ]  # fmt: skip


def test_speakers_of_two_versions_of_a_text_are_one_person() -> None:
    spellings = ("Joe Biden", "Джо Байден", "Олаф Шольц")
    assert values(*spellings, pairs=[("Joe Biden", "Джо Байден")])[:2] == ["Joe Biden"] * 2
    # Two texts bear out what letters do not.
    assert values("Xi Jinping", "Си Цзиньпин", pairs=[("Xi Jinping", "Си Цзиньпин")] * 2) == (
        ["Xi Jinping"] * 2
    )
    # One who speaks beside two is neither.
    pairs = [("Joe Biden", "Джо Байден"), ("Joe Biden", "Олаф Шольц")]
    assert values(*spellings, pairs=pairs) == list(spellings)


def test_what_is_settled_wins_over_what_letters_say() -> None:
    settled = {"Joe Biden": ["Джо Байден", "Б.Байден"], "Ivan Petrov (economist)": ["I. Petrov"]}
    spellings = ("President Biden", "Байден", "Б.Байден", "I. Petrov", "Ivan Petrov")
    assert values(*spellings, settled=settled) == [
        "Joe Biden", "Joe Biden", "Joe Biden", "Ivan Petrov (economist)",
        "Ivan Petrov (economist)",
    ]  # fmt: skip
    apart = {"Ivan Petrov": [], "Ivan Petrov (economist)": ["I. Petrov"]}
    assert values("I. Petrov", "Ivan Petrov", settled=apart) == [
        "Ivan Petrov (economist)", "Ivan Petrov",
    ]  # fmt: skip


@given(st.permutations((*LAVROV[:12], "Igor Lavrov", "Question", "И.Лавров")))
def test_the_order_of_the_spellings_does_not_matter(spellings: Sequence[str]) -> None:
    counts = {spelling: 1 + len(spelling) % 3 for spelling in spellings}
    assert persons_of(counts).values == persons_of(dict(sorted(counts.items()))).values


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_none(text: str) -> None:
    name = name_parts(text)
    assert name is None or (name.surname.folds and name.fits(name))


def test_fitting_goes_both_ways() -> None:
    names = [name for name in map(name_parts, LAVROV) if name]
    assert len(names) == len(LAVROV)
    for one, other in itertools.combinations(names, 2):
        assert one.fits(other) == other.fits(one)
