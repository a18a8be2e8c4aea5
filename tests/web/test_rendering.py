"""Texts cut at offsets and escaped piece by piece."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.search import DocumentView, Query, Snippet
from dragoman.search.results import Metadata, Span
from dragoman.search.viewing import SpokenTurn
from dragoman.web.app import create_app
from dragoman.web.links import document_url, page_numbers, search_url
from dragoman.web.rendering import (
    marked,
    message_and_command,
    pieces_of,
    reading,
    snippet_markup,
    split_at,
)

TEXTS = st.text(alphabet="аб<&>\"' \n\u0301é😀x", max_size=60)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text with rising marks that do not overlap."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, list(zip(cuts[::2], cuts[1::2], strict=False))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.marks: list[Span] = []
        self.tags: set[str] = set()
        self._opened = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self._opened = len(self.text)

    def handle_endtag(self, tag: str) -> None:
        self.marks.append((self._opened, len(self.text)))

    def handle_data(self, data: str) -> None:
        self.text += data


def view_of(
    text: str, paragraphs: list[Span], marks: list[Span], matches: list[Span]
) -> DocumentView:
    about = Metadata("id", "", "", "", "en", (), "", "", "", (), "", "")
    return DocumentView(
        about, text, tuple(paragraphs), (), tuple(marks), (), tuple(matches), "q", "q"
    )


@given(marked_texts())
def test_a_browser_reads_back_the_text_and_its_marks(given_: tuple[str, list[Span]]) -> None:
    text, marks = given_
    reader = _Reader()
    reader.feed(str(marked(text, marks)))
    reader.close()
    assert reader.text == text
    assert reader.marks == marks
    assert reader.tags <= {"mark"}


@given(marked_texts())
def test_pieces_joined_are_the_text(given_: tuple[str, list[Span]]) -> None:
    text, marks = given_
    pieces = list(pieces_of(text, marks))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.marked] == [text[a:b] for a, b in marks]


def test_a_mark_is_cut_by_offset_and_not_by_word() -> None:
    assert str(marked("oil & oil", [(6, 9)])) == "oil &amp; <mark>oil</mark>"


@pytest.mark.parametrize(
    ("start", "text", "shown"),
    [
        (0, "It begins and ends here.", "It begins and ends here."),
        (0, "It begins and goes", "It begins and goes …"),
        (9, "goes on.", "… goes on."),
        (9, "goes on,", "… goes on, …"),
        (0, "«Он сказал: „Да!“»", "«Он сказал: „Да!“»"),
    ],
)
def test_an_ellipsis_stands_where_text_was_cut_off(start: int, text: str, shown: str) -> None:
    snippet = Snippet(start, start + len(text), 0, text, ())
    assert str(snippet_markup(snippet)) == shown


def _stretches(view: DocumentView, number: int) -> list[tuple[int, str]]:
    """Place and text of each stretch of a paragraph."""
    paragraph = next(p for p in reading(view).paragraphs if p.number == number)
    return [
        (stretch.place, "".join(piece.text for piece in stretch.pieces))
        for stretch in paragraph.stretches
    ]


def test_paragraphs_are_numbered_from_one_and_a_blank_one_keeps_its_number() -> None:
    # "one\n\n" is 0 to 5, "  \n" 5 to 8, "three" 8 to 13
    view = view_of("one\n\n  \nthree", [(0, 5), (5, 8), (8, 13)], [], [])
    found = reading(view).paragraphs
    assert [(p.number, _stretches(view, p.number)) for p in found] == [
        (1, [(0, "one")]), (3, [(0, "three")]),
    ]  # fmt: skip


def test_places_are_numbered_through_the_text_and_count_a_phrase_once() -> None:
    # "a b" is a phrase of two marks at 0 and 2; "c" at 6 stands in the second paragraph
    view = view_of("a b\n\n c a", [(0, 5), (5, 9)], [(0, 1), (2, 3), (6, 7)], [(0, 3), (6, 7)])
    found = reading(view)
    assert found.n_places == 2
    assert _stretches(view, 1) == [(1, "a b")]
    assert _stretches(view, 2) == [(2, "c"), (0, " a")]
    # Lines of 200: 0 * 200 // 9 = 0 and 6 * 200 // 9 = 133
    assert found.map_lines == ((0, 1), (133, 2))


def test_the_map_leads_from_each_line_to_its_first_place() -> None:
    # of 1000 code points each line has five: places at 0 and 4 share line 0, 5 is on line 1
    text = "a" * 1000
    marks = [(0, 1), (4, 5), (5, 6)]
    assert reading(view_of(text, [(0, 1000)], marks, marks)).map_lines == ((0, 1), (1, 3))


def test_a_voice_begins_its_turn_though_a_match_parts_it() -> None:
    # "A.B: yes" after a blank; the match "B" at 3 stands in the voice, which ends at 6
    view = view_of(" A.B: yes", [(0, 9)], [(3, 4)], [(3, 4)])
    view = replace(view, turns=(SpokenTurn(0, 9, "A.B", "A.B", 6),))
    (paragraph,) = reading(view).paragraphs
    pieces = [piece for stretch in paragraph.stretches for piece in stretch.pieces]
    assert [(piece.text, piece.turn, piece.is_voice) for piece in pieces] == [
        ("A.", 1, True), ("B", 0, True), (": ", 0, True), ("yes", 0, False),
    ]  # fmt: skip


def test_two_matches_that_begin_with_one_word_are_one_place_as_long_as_the_longer() -> None:
    view = view_of("a b c", [(0, 5)], [(0, 1), (2, 3)], [(0, 1), (0, 3)])
    assert reading(view).n_places == 1
    assert _stretches(view, 1) == [(1, "a b"), (0, " c")]


def test_a_match_inside_another_has_its_own_place() -> None:
    # "a" w/2 "c" from 0 to 5, and the word "b" at 2
    view = view_of("a b c", [(0, 5)], [(0, 1), (2, 3), (4, 5)], [(0, 5), (2, 3)])
    assert _stretches(view, 1) == [(1, "a "), (2, "b"), (0, " c")]
    last = reading(view).paragraphs[0].stretches[2]
    assert [piece.marked for piece in last.pieces] == [False, True]


@given(marked_texts(), st.data())
def test_stretches_joined_are_the_text_with_the_same_marks(
    given_: tuple[str, list[Span]], data: st.DataObject
) -> None:
    text, marks = given_
    # A mark is a word: no space begins or ends it.
    marks = [(a, b) for a, b in marks if a < b and text[a:b] == text[a:b].strip()]
    matches = [
        (start, end)
        for start, _ in data.draw(st.lists(st.sampled_from(marks or [(0, 0)]), max_size=5))
        for _, end in marks
        if end > start
    ]
    view = view_of(text, [(0, len(text))], marks, matches)
    pieces = [
        piece for p in reading(view).paragraphs for s in p.stretches for piece in s.pieces
    ]  # fmt: skip
    assert "".join(piece.text for piece in pieces) == text.strip()
    assert "".join(piece.text for piece in pieces if piece.marked) == "".join(
        text[a:b] for a, b in marks
    )


def test_a_command_at_the_end_of_a_message_is_told_apart() -> None:
    assert message_and_command("no index at x; build one: dragoman --index x index PATH") == (
        "no index at x; build one",
        "dragoman --index x index PATH",
    )
    assert message_and_command("no document ‘dragoman’ here") == ("no document ‘dragoman’ here", "")


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (1, 3, ("a", "bc", "d")),
        (2, 2, ("ab", "c", "d")),
        (4, 4, ("abc", "d", "")),
        (9, 12, ("abc", "d", "")),
    ],
)
def test_the_place_of_an_error_is_never_empty(
    start: int, end: int, parts: tuple[str, str, str]
) -> None:
    assert split_at("abcd", start, end) == parts


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, (1,)),
        (1, 13, (1, 2, 3, 0, 13)),
        (5, 13, (1, 2, 3, 4, 5, 6, 7, 0, 13)),
        (7, 13, (1, 0, 5, 6, 7, 8, 9, 0, 13)),
        (13, 13, (1, 0, 11, 12, 13)),
    ],
)
def test_page_numbers_are_left_out_only_where_two_or_more_are(
    page: int, pages: int, shown: tuple[int, ...]
) -> None:
    assert page_numbers(page, pages) == shown


SEGMENTS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30
).filter(lambda text: not {".", ".."} & set(text.split("/")))


@settings(deadline=None)  # an application is made for each example
@given(SEGMENTS, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_the_address_of_a_document_leads_back_to_its_id(doc_id: str, text: str) -> None:
    app = create_app({"INDEX_DIR": "nowhere"})
    with app.test_request_context():
        url = document_url(doc_id, Query(text))
        assert url.isascii()
    with app.test_request_context(url) as context:
        assert context.request.endpoint == "pages.document"
        assert context.request.view_args == {"doc_id": doc_id}
        assert context.request.args.get("q", "") == text


def test_an_address_holds_the_whole_query() -> None:
    query = Query(
        "санкции -нефть", filters={"lang": ("ru",), "year": ("2021", "2022")}, sort="oldest", page=3
    )
    app = create_app({"INDEX_DIR": "nowhere"})
    with app.test_request_context():
        url = search_url(query)
    with app.test_request_context(url) as context:
        assert Query.from_params(context.request.args.to_dict(flat=False)) == query


def test_what_cannot_be_encoded_does_not_break_an_address() -> None:
    with create_app({"INDEX_DIR": "nowhere"}).test_request_context():
        assert document_url("a\ud800", Query("b\ud800")) == "/document/a%3F?q=b%3F"
