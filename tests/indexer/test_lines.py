"""Paragraphs, and plain text wrapped at a fixed width."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.sentences import boundaries, unwrap

ENGLISH = (
    "The two ministers discussed the situation in the region and agreed that further contacts"
    " between the foreign ministries would be useful. They also touched upon trade, culture and"
    " the exchange of students, which both sides want to widen in the coming years."
)
RUSSIAN = (
    "Министры обсудили положение в регионе и согласились с тем, что дальнейшие контакты между"
    " внешнеполитическими ведомствами будут полезны. Они затронули также вопросы торговли,"
    " культуры и обмена студентами, который обе стороны намерены расширять в ближайшие годы."
)
VERSE = "\n".join(
    ["The winds that blow across the northern sea", "And bring the rain to every silent shore",
     "Will never carry home your voice to me", "Nor break the bolt upon your father's door",
     "So let the ships go out without a sail", "And let the harbour sleep beneath the snow",
     "For every word you wrote has grown as pale", "As winter stars that nobody will know"]
)  # fmt: skip


def paragraphs(text: str) -> list[str]:
    starts = boundaries(text).paragraphs
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_paragraphs_part_at_blank_lines_where_there_are_any() -> None:
    assert paragraphs("One.\nTwo.\n\nThree.\n \t\nFour.") == ["One.\nTwo.", "Three.", "Four."]


def test_paragraphs_part_at_every_line_end_where_no_line_is_blank() -> None:
    assert paragraphs("One.\nand two\nThree.") == ["One.", "and two", "Three."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\f"])
def test_all_kinds_of_line_ends_part_lines(end: str) -> None:
    assert paragraphs(f"One.{end}Two.{end}{end}Three.") == [f"One.{end}Two.", "Three."]


def test_a_paragraph_separator_parts_like_a_blank_line() -> None:
    assert paragraphs("One.\u2029Two.\nThree.") == ["One.", "Two.\nThree."]


def test_blank_lines_at_the_end_part_nothing() -> None:
    assert paragraphs("One.\nTwo.\n\n\n") == ["One.", "Two."]


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN])
@pytest.mark.parametrize("width", [48, 60, 72, 80, 100])
def test_wrapped_text_is_joined_into_one_line_a_paragraph(text: str, width: int) -> None:
    assert unwrap(textwrap.fill(text, width, break_on_hyphens=False)) == text


@pytest.mark.parametrize("width", [60, 72])
def test_wrapped_paragraphs_without_blank_lines_part_at_short_lines(width: int) -> None:
    # The last lines of both texts are shorter than the margin at these widths.
    wrapped = "\n".join(textwrap.fill(text, width) for text in (ENGLISH, RUSSIAN, ENGLISH))
    assert unwrap(wrapped) == "\n".join([ENGLISH, RUSSIAN, ENGLISH])
    assert len(paragraphs(wrapped)) == 3


def test_wrapped_lines_are_one_paragraph_and_part_no_sentence() -> None:
    wrapped = textwrap.fill(ENGLISH, 60)
    found = boundaries(wrapped)
    assert found.paragraphs == (0,)
    assert found.sentences == (0, wrapped.index("They also"))


def test_indented_first_lines_begin_paragraphs() -> None:
    wrapped = "\n".join(
        textwrap.fill(text, 70, initial_indent="    ") for text in (ENGLISH, RUSSIAN, ENGLISH)
    )
    assert [part.replace("\n", " ") for part in paragraphs(wrapped)] == [ENGLISH, RUSSIAN, ENGLISH]


def test_blank_lines_stay_and_part_wrapped_paragraphs() -> None:
    wrapped = "Title of it\n\n" + "\n\n".join(textwrap.fill(t, 66) for t in (ENGLISH, RUSSIAN))
    assert unwrap(wrapped) == f"Title of it\n\n{ENGLISH}\n\n{RUSSIAN}"


def test_a_list_in_wrapped_text_stays_a_list() -> None:
    items = "- first of the measures;\n- second of the measures;\n- third of them."
    assert unwrap(f"{textwrap.fill(ENGLISH, 66)}\n\n{items}") == f"{ENGLISH}\n\n{items}"


def test_numbered_lines_in_wrapped_text_stay_lines() -> None:
    points = [f"{n}. {ENGLISH}" for n in (1, 2)]
    wrapped = "\n".join(textwrap.fill(point, 66) for point in points)
    assert unwrap(wrapped) == "\n".join(points)


def test_a_dialogue_in_wrapped_text_stays_a_dialogue() -> None:
    turns = [f"Question: {ENGLISH}", f"С.Лавров: {RUSSIAN}"]
    wrapped = "\n".join(textwrap.fill(turn, 66) for turn in turns)
    assert unwrap(wrapped) == "\n".join(turns)


def test_verse_stays_verse() -> None:
    assert unwrap(VERSE) == VERSE
    assert len(paragraphs(VERSE)) == 8


def test_short_lines_stay() -> None:
    address = "Ministry of Foreign Affairs\n32/34 Smolenskaya-Sennaya\nMoscow\nRussia"
    assert unwrap(address) == address


def test_a_text_of_one_line_a_paragraph_stays() -> None:
    text = "\n".join([ENGLISH, RUSSIAN, "Short.", ENGLISH * 2])
    assert unwrap(text) == text
    assert len(paragraphs(text)) == 4


def test_a_word_hyphenated_at_a_line_end_keeps_hyphen_and_line_end() -> None:
    text = (
        "Организация Объединённых Наций приняла резолюцию, и эта Организа-\n"
        "ция будет следить за её выполнением всеми государствами, которые\n"
        "её подписали."
    )
    assert unwrap(text) == (
        "Организация Объединённых Наций приняла резолюцию, и эта Организа-\n"
        "ция будет следить за её выполнением всеми государствами, которые её подписали."
    )
    assert paragraphs(text) == [text]
    assert paragraphs(unwrap(text)) == [unwrap(text)]


def test_blanks_around_a_hyphenated_line_end_go() -> None:
    assert unwrap("Эта Организа- \n   ция работает.") == "Эта Организа-\nция работает."


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab А.-\n\r\t \u2029:1"), max_size=300))
def test_unwrapping_loses_no_word(text: str) -> None:
    assert unwrap(text).split() == text.split()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["union", "договор", "a", "agreement", "и", "state"]), min_size=60),
    st.integers(50, 110),
)
def test_whatever_was_wrapped_unwraps(words: list[str], width: int) -> None:
    text = " ".join(["The", *words])
    assert unwrap(textwrap.fill(text, width)) == text
