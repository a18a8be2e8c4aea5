"""A document's outline: turns or paragraphs, their first words, places, and who speaks how much."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.analysis import analyze
from dragoman.indexer.sentences import boundaries
from dragoman.search.outline import LISTED, MAX_OPENING, Outline, opening, outline, places_of
from dragoman.search.results import Metadata, Span
from dragoman.search.viewing import DocumentView, SpokenTurn

TALKS = """The press met.

Anna Petrova: Good afternoon. We spoke of grain.

The grain moves by sea.

Question: And when?

Anna Petrova (smiling): In May."""


def view_of(text: str, matches: tuple[Span, ...] = ()) -> DocumentView:
    """A document as it is read; each match is one mark."""
    bounds = boundaries(text)
    ends = [*bounds.paragraphs[1:], len(text)][: len(bounds.paragraphs)]
    return DocumentView(
        Metadata("id", "Talks", "", "", "en", ("Anna Petrova",), "", "", "", (), "", ""),
        text,
        tuple(zip(bounds.paragraphs, ends, strict=True)),
        (),
        marks=matches,
        matches=matches,
        turns=tuple(
            SpokenTurn(turn.start, turn.end, turn.voice, turn.voice.upper(), turn.text_start)
            for turn in bounds.turns
        ),
        words=[token.start for token in analyze(text)],
    )


def found_in(text: str, word: str) -> tuple[Span, ...]:
    parts = text.split(word)
    starts = [len(word.join(parts[:n])) for n in range(1, len(parts))]
    return tuple((start, start + len(word)) for start in starts)


def rows(found: Outline) -> list[tuple[int, int, str, str, int, int]]:
    return [
        (s.paragraph, s.last_paragraph, s.voice, s.opening, s.words, s.places)
        for s in found.sections
    ]


def test_a_transcript_is_outlined_by_its_turns_with_what_stands_before_them() -> None:
    found = outline(view_of(TALKS, found_in(TALKS, "grain")))
    assert found.by == "turns"
    assert rows(found) == [
        (0, 0, "", "The press met.", 3, 0),
        # Good afternoon We spoke of grain The grain moves by sea: 11 words, 2 of them grain
        (1, 2, "Anna Petrova", "Good afternoon. We spoke of grain. The grain…", 11, 2),
        (3, 3, "Question", "And when?", 2, 0),
        (4, 4, "Anna Petrova", "In May.", 2, 0),
    ]


def test_who_says_most_comes_first_and_what_nobody_says_is_not_counted() -> None:
    found = outline(view_of(TALKS, found_in(TALKS, "grain")))
    assert [share.to_dict() for share in found.speakers] == [
        {"voice": "Anna Petrova", "speaker": "ANNA PETROVA", "turns": 2, "words": 13, "places": 2},
        {"voice": "Question", "speaker": "QUESTION", "turns": 1, "words": 2, "places": 0},
    ]


def test_a_long_turn_lists_its_paragraphs() -> None:
    text = "Question: Why?\n\nAnswer: " + "\n\n".join(f"Reason {n}." for n in range(6))
    question, answer = outline(view_of(text)).sections
    assert question.parts == ()
    assert [(part.paragraph, part.opening) for part in answer.parts] == [
        (n + 1, f"Reason {n}.") for n in range(6)
    ]


def test_a_text_without_turns_is_outlined_by_its_paragraphs_and_no_speaker_is_counted() -> None:
    found = outline(view_of("One two.\n\nThree."))
    assert (found.by, found.speakers) == ("paragraphs", ())
    assert rows(found) == [(0, 0, "", "One two.", 2, 0), (1, 1, "", "Three.", 1, 0)]


def test_many_paragraphs_are_grouped_by_tens() -> None:
    text = "\n\n".join(f"Clause {n}." for n in range(LISTED + 5))
    found = outline(view_of(text, found_in(text, "Clause")))
    assert [(s.paragraph, s.last_paragraph, s.places) for s in found.sections] == [
        (0, 9, 10), (10, 19, 10), (20, 29, 10), (30, 34, 5),
    ]  # fmt: skip
    assert [part.opening for part in found.sections[3].parts] == [
        f"Clause {n}." for n in range(30, 35)
    ]


def test_an_empty_text_and_one_of_blanks_have_no_sections() -> None:
    assert outline(view_of("")).sections == ()
    assert outline(view_of(" \n ")).sections == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  in  two\nlines ", "in two lines"),
        ("x" * 100, "x" * MAX_OPENING + "…"),
        # cut behind "word", the 47th code point, and without the comma
        ("word " * 8 + "further, and more", "word " * 8 + "further…"),
    ],
)
def test_first_words_are_cut_at_a_blank(text: str, shown: str) -> None:
    assert opening(text, 0, len(text)) == shown


def test_a_match_that_is_not_marked_is_no_place() -> None:
    view = view_of("a b c", ((0, 1),))
    assert places_of(view) == ((0, 1),)


VOICES = st.sampled_from(["Question: ", "Answer: ", "", "\n", "word ", "word. \n\n", "\n\n"])


@settings(max_examples=200)
@given(st.lists(VOICES, max_size=40).map("".join))
def test_sections_rise_hold_no_blanks_at_their_ends_and_count_every_place(text: str) -> None:
    matches = found_in(text, "word")
    found = outline(view_of(text, matches))
    ends = [0]
    for section in found.sections:
        assert ends[-1] <= section.start < section.end
        assert text[section.start : section.end].rstrip() == text[section.start : section.end]
        ends.append(section.end)
        if section.parts:
            assert sum(part.places for part in section.parts) == section.places
    assert sum(section.places for section in found.sections) == len(matches)
    assert sum(section.words for section in found.sections) >= len(matches)
