"""Tokens found piece by piece are those found in the text as a whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.surfaces import CAPITALS, FLAG_BITS, FLAGS, NAME, SHORT, Surfaces
from dragoman.indexer.tokens import find_tokens

TEXTS = st.lists(
    st.sampled_from(
        ["the", "U.S", ".", " ", "\n", "\t", "\u00a0", "\u202f", ",", "1", "325", "1990", "-е",
         "'s", "’", "Путин", "и\u0306", "\u00ad", "-", "ООН", "\u2028", "\u200b", "x" * 70, "é",
         "(", "½"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def found(surfaces: Surfaces, text: str) -> list[tuple[str, int, int]]:
    codes, starts, ends = surfaces.find(text)
    words = [surfaces.listed[code >> FLAG_BITS] for code in codes.tolist()]
    return list(zip(words, starts.tolist(), ends.tolist(), strict=True))


@settings(deadline=None)
@given(st.lists(TEXTS | st.text(max_size=40), max_size=4))
def test_pieces_met_before_give_the_tokens_of_the_whole_text(texts: list[str]) -> None:
    surfaces = Surfaces()
    for text in [*texts, *texts]:
        words, starts, ends = find_tokens(text)
        expected = list(zip(words, starts.tolist(), ends.tolist(), strict=True))
        assert found(surfaces, text) == expected


def test_a_piece_has_all_its_tokens_and_blanks_have_none() -> None:
    surfaces = Surfaces()
    assert found(surfaces, "U.S.–Russia  (1,325)") == [
        ("U.S.", 0, 4), ("Russia", 5, 11), ("1,325", 14, 19),
    ]  # fmt: skip
    assert found(surfaces, " \n ") == found(surfaces, "") == []


def test_pieces_are_forgotten_where_there_are_too_many() -> None:
    surfaces = Surfaces()
    for number in range(140_000):
        surfaces.find(f"a{number}")
    assert found(surfaces, "a1 b a139999") == [("a1", 0, 2), ("b", 3, 4), ("a139999", 5, 12)]


def test_a_code_says_what_context_can_change() -> None:
    surfaces = Surfaces()
    flags = [surfaces[word] & FLAGS for word in ("word", "Word", "Слово", "NATO", "SECURITY")]
    assert flags == [0, 0, NAME, CAPITALS | SHORT, CAPITALS]
