"""Quotations: the very text of paragraphs, and whose words they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_outline import TALKS, view_of

from dragoman.search.errors import RequestError
from dragoman.search.quoting import BETWEEN, quotation_marks, quoted, with_citation

PROSE = "First one.\n\nSecond,\nin two lines.\n\nThird."


def test_a_paragraph_is_quoted_as_it_stands_and_said_by_the_documents_speakers() -> None:
    found = quoted(view_of(PROSE), "2")
    assert (found.text, found.voices) == ("Second,\nin two lines.", ("Anna Petrova",))


def test_the_voice_that_opens_the_only_turn_is_told_apart_from_what_is_said() -> None:
    found = quoted(view_of(TALKS), "4")
    assert (found.text, found.voices) == ("And when?", ("Question",))
    found = quoted(view_of(TALKS), "2-3")
    assert found.text == "Good afternoon. We spoke of grain.\n\nThe grain moves by sea."
    assert found.voices == ("Anna Petrova",)


def test_a_paragraph_within_a_turn_is_said_by_its_voice() -> None:
    found = quoted(view_of(TALKS), "3")
    assert (found.text, found.voices) == ("The grain moves by sea.", ("Anna Petrova",))


def test_of_several_turns_all_voices_are_told_once_and_stay_in_the_text() -> None:
    found = quoted(view_of(TALKS), " 3 – 5 ")
    assert found.text == (
        "The grain moves by sea.\n\nQuestion: And when?\n\nAnna Petrova (smiling): In May."
    )
    assert found.voices == ("Anna Petrova", "Question")


def test_before_the_first_turn_nobody_is_known_to_speak() -> None:
    found = quoted(view_of(TALKS), "1")
    assert (found.text, found.voices) == ("The press met.", ())


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("x", "quote is ‘x’: write a paragraph's number"),
        ("1-", "quote is ‘1-’"),
        ("0", "paragraphs 1 to 3"),
        ("4", "paragraphs 1 to 3"),
        ("3-2", "paragraphs 1 to 3"),
        ("9999999999", "quote is"),
    ],
)
def test_a_wrong_number_is_an_error_that_tells_the_right_ones(wanted: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        quoted(view_of(PROSE), wanted)


def test_nothing_can_be_quoted_where_nothing_is_written() -> None:
    with pytest.raises(RequestError, match="nothing is written in paragraph 1"):
        quoted(view_of("  \n "), "1")


@given(st.lists(st.sampled_from(["word", "Question: yes", "a\nb", "«в»"]), min_size=1, max_size=9))
def test_all_paragraphs_quoted_one_by_one_are_the_text(paragraphs: list[str]) -> None:
    view = view_of("Begun.\n\n" + "\n\n".join(paragraphs) + "\n\nQuestion: x\n\nAnswer: y")
    whole = quoted(view, f"1-{len(view.paragraphs)}").text
    assert whole.split(BETWEEN) == view.text.split("\n\n")


def test_marks_are_those_of_the_language() -> None:
    assert [quotation_marks(lang) for lang in ("ru", "en", "")] == [
        ("«", "»"), ("“", "”"), ("“", "”"),
    ]  # fmt: skip


def test_a_quotation_with_its_citation_is_three_lines() -> None:
    text = with_citation("Да.", ("В.Иванов", "Вопрос"), "ru", "Ссылка.", "http://x/document/a#p1")
    assert text == "«Да.» — В.Иванов; Вопрос\nСсылка.\nhttp://x/document/a#p1"
    assert with_citation("Yes.", (), "en", "C.", "u").startswith("“Yes.”\n")
