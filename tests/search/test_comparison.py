"""Two documents compared: rows that hold all of both, and what differs in them."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.sentences import boundaries
from dragoman.search.comparison import Comparison, compare
from dragoman.search.results import Metadata, Span, Version
from dragoman.search.viewing import DocumentView

ROOT = Path(__file__).resolve().parents[2]


def view(doc_id: str, text: str, lang: str = "en", **known: object) -> DocumentView:
    bounds = boundaries(text)

    def ranges(starts: tuple[int, ...]) -> tuple[Span, ...]:
        return tuple(pairwise((*starts, len(text))))

    metadata = Metadata(doc_id, "", "", "", lang, (), "", "", "", (), "", "", **known)  # type: ignore[arg-type]
    return DocumentView(metadata, text, ranges(bounds.paragraphs), ranges(bounds.sentences))


def texts(found: Comparison) -> list[tuple[str, str]]:
    return [
        (
            found.view.text[slice(*row.text)] if row.text else "",
            found.other.text[slice(*row.other)] if row.other else "",
        )
        for row in found.rows
    ]


def changes(found: Comparison) -> list[tuple[str, str]]:
    """What differs, words only."""
    texts_of = {"insert": found.other.text, "delete": found.view.text}
    return [
        (piece.op, texts_of[piece.op][piece.start : piece.end].strip())
        for row in found.rows
        for piece in row.pieces
        if piece.op != "equal"
    ]


def test_versions_are_told_from_reposts_by_language() -> None:
    english = view("a", "One.", versions=(Version("ru", "b", "link"),), near_identical=("c",))
    russian, copy = view("b", "Один.", "ru"), view("c", "One.")
    assert (compare(english, russian).kind, compare(english, russian).by) == ("versions", "link")
    assert (compare(english, copy).kind, compare(english, copy).by) == (
        "difference",
        "near-identical",
    )
    assert compare(russian, english).by == ""


def test_a_difference_names_the_words_and_marks_that_differ() -> None:
    found = compare(
        view("a", "The minister said so.\n\nHe left on Monday.\n\nThe end."),
        view("b", "The minister said so.\n\nHe left, late, on Tuesday.\n\nThe end."),
    )
    assert changes(found) == [("insert", ", late,"), ("delete", "Monday"), ("insert", "Tuesday")]
    assert len(found.rows) == 3


def test_a_paragraph_of_one_text_alone_is_a_row_of_its_own() -> None:
    one = "First paragraph of a text.\n\nSecond paragraph of it."
    found = compare(view("a", one), view("b", one.replace("\n\n", "\n\nPrint this page.\n\n")))
    assert texts(found) == [
        ("First paragraph of a text.", "First paragraph of a text."),
        ("", "Print this page."),
        ("Second paragraph of it.", "Second paragraph of it."),
    ]
    assert changes(found) == [("insert", "Print this page.")]


def test_line_breaks_and_blanks_are_no_difference() -> None:
    assert changes(compare(view("a", "One  two\nthree."), view("b", "One two three."))) == []


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "Text."), ("Text.", ""), (" \n", "\n")])
def test_empty_texts_have_no_rows_or_rows_of_one_side(one: str, other: str) -> None:
    for lang in ("en", "ru"):
        found = compare(view("a", one), view("b", other, lang))
        assert texts(found) == ([(one.strip(), other.strip())] if (one + other).strip() else [])


WORDS = st.text(alphabet="аб xy.,\n", max_size=60)


@settings(max_examples=100, deadline=None)
@given(WORDS, WORDS, st.sampled_from(["en", "ru"]))
def test_the_rows_hold_all_of_both_texts_in_order(one: str, other: str, lang: str) -> None:
    found = compare(view("a", one), view("b", other, lang))
    for side, text in ((0, one), (1, other)):
        held = "".join(row[side] for row in texts(found))
        assert "".join(held.split()) == "".join(text.split())
    for row in found.rows:
        assert row.text or row.other
        for left_out, range_, text in (("insert", row.text, one), ("delete", row.other, other)):
            pieces = [piece for piece in row.pieces if piece.op != left_out]
            if found.kind == "difference" and left_out == "insert" and range_:
                made = "".join(text[piece.start : piece.end] for piece in pieces)
                assert made == text[slice(*range_)]


def test_the_paragraphs_of_the_seeds_find_their_versions() -> None:
    rows = wrong = 0
    for path in sorted((ROOT / "seeds" / "en").glob("*.md")):
        english, russian = (
            each.read_text("utf-8").split("---", 2)[2].strip()
            for each in (path, ROOT / "seeds" / "ru" / path.name)
        )
        if english.count("\n\n") != russian.count("\n\n"):
            continue
        found = compare(view("a", english), view("b", russian, "ru"))
        expected = list(zip(english.split("\n\n"), russian.split("\n\n"), strict=True))
        rows += len(expected)
        wrong += len(set(expected) - set(texts(found)))
    assert rows > 200
    assert wrong == 0


def test_the_lines_of_real_translations_find_each_other(shared: Path) -> None:
    by_pair: dict[str, dict[str, list[str]]] = {}
    with gzip.open(shared / "data" / "parallel-en-ru.jsonl.gz", "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            lines = [line.strip() for line in record["text"].split("\n") if line.strip()]
            by_pair.setdefault(record["pair"], {})[record["lang"]] = lines
    lines = right = 0
    for pair in by_pair.values():
        found = compare(
            view("a", "\n\n".join(pair["en"])), view("b", "\n\n".join(pair["ru"]), "ru")
        )
        lines += len(pair["en"])
        right += len(set(texts(found)) & set(zip(pair["en"], pair["ru"], strict=True)))
    # 1,990 of 1,997 in November 2026
    assert right >= 0.99 * lines
