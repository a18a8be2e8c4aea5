"""Paragraphs as markup: a browser reads back the text, whatever it holds."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup, escape

from dragoman.search.viewing import SpokenTurn
from dragoman.web.document_text import drawn, escaped
from dragoman.web.rendering import Paragraph, Piece, Reading, Stretch

WORDS = {
    "paragraph": "[{}]", "page": "(p. {})", "place": "Place {} of 1,001", "previous": "before",
    "next": "after", "last": "<last>", "first": "first",
}  # fmt: skip


def markup(
    paragraphs: Sequence[Paragraph], n_places: int = 0, turns: Sequence[SpokenTurn] = ()
) -> str:
    reading = Reading(tuple(paragraphs), n_places, ())
    return str(drawn(reading, turns, Markup(' lang="en"'), WORDS, lambda n: f"{n:,}"))


def one(*pieces: Piece, place: int = 0) -> Paragraph:
    return Paragraph(1, (Stretch(place, pieces),))


@given(st.lists(st.text(alphabet="a&<>'\"\x01\x02;#3lt \ud800я")))
def test_texts_escaped_at_once_are_those_escaped_one_by_one(texts: list[str]) -> None:
    assert escaped(texts) == [str(escape(text)) for text in texts]


def test_paragraphs_begin_with_their_number_and_the_page_that_they_reach() -> None:
    plain = Stretch(0, (Piece("a < b", False),))
    found = markup([Paragraph(1, (plain,)), Paragraph(3, (plain,), (4, 5))])
    # What stands before a paragraph's text comes as text here: it is escaped, where no markup.
    assert found == "\n[1]<p>a &lt; b</p></div>\n[3](p. 4–5)<p>a &lt; b</p></div>"


def test_a_marked_word_in_a_voice_stands_in_both_and_only_the_first_piece_begins_the_turn() -> None:
    turn = SpokenTurn(0, 9, 'A."B"', "A.B", 6)
    found = markup(
        [one(Piece('A."', False, True, 1), Piece("B", True, True), Piece(": ", False, True))],
        turns=[turn],
    )
    voice, rest, last = html.fromstring(f"<main>{found}</main>").cssselect("span.voice")
    assert (voice.get("id"), voice.get("data-voice"), voice.text) == ("t1", 'A."B"', 'A."')
    assert [each.text for each in rest.cssselect("mark")] == ["B"]
    assert (last.get("id"), last.text) == (None, ": ")


def test_a_voice_written_as_the_turn_has_it_is_not_told_twice() -> None:
    found = markup([one(Piece("Ann: ", False, True, 1))], turns=[SpokenTurn(0, 9, "Ann", "", 5)])
    assert '<span class="voice" id="t1">Ann: </span>' in found


def test_steps_lead_to_the_places_before_and_after_and_round_at_the_ends() -> None:
    def links(place: int, n_places: int) -> list[tuple[str, str]]:
        found = markup([one(Piece("oil", True), place=place)], n_places)
        tree = html.fromstring(f"<main>{found}</main>")
        assert tree.cssselect(f"span.place#m{place} mark")[0].text == "oil"
        assert tree.cssselect("span.step")[0].get("lang") == "en"
        return [(a.get("href"), a.text) for a in tree.cssselect("span.step a")]

    assert links(1, 1) == []
    assert links(1, 2) == [("#m2", "↓ after")]
    assert links(1, 3) == [("#m3", "↑ <last>"), ("#m2", "↓ after")]
    assert links(2, 3) == [("#m1", "↑ before"), ("#m3", "↓ after")]
    assert links(3, 3) == [("#m2", "↑ before"), ("#m1", "↓ first")]


def test_places_beyond_a_thousand_are_written_as_the_language_writes_them() -> None:
    found = markup([one(Piece("oil", True), place=1001)], 1001)
    assert '<span class="where">Place 1,001 of 1,001</span>' in found
