"""Paragraphs with page breaks as documents."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.readers.prose import (
    Paragraph,
    Properties,
    prose_document,
    sensible_title,
)

WORDS = st.text("абв хy", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def paragraphs(draw: st.DrawFn) -> list[Paragraph]:
    """Sentences, none of which is a title, with breaks anywhere in them."""
    made = []
    for text in draw(st.lists(WORDS, min_size=1, max_size=6)):
        sentence = text + "."
        breaks = draw(st.lists(st.integers(0, len(sentence)), max_size=3))
        made.append(Paragraph(sentence, breaks=tuple(sorted(breaks))))
    return made


@given(paragraphs())
def test_pages_begin_where_the_paragraphs_say(given: list[Paragraph]) -> None:
    found = prose_document(given, Properties(), path=Path("x.pdf"), doc_id="id", paged=True)
    assert found.text == "\n\n".join(paragraph.text for paragraph in given)
    starts = [0]
    at = 0
    for paragraph in given:
        starts += [at + offset for offset in paragraph.breaks]
        at += len(paragraph.text) + 2
    assert list(found.page_starts) == starts


def test_a_page_that_begins_with_what_is_left_out_begins_at_the_next_line() -> None:
    given = [
        Paragraph("Talks on fish", heading=1),
        Paragraph("They met."),
        Paragraph("They parted.", breaks=(0,)),
        Paragraph("© Ministry of Lakes, 2014", breaks=(0,)),
    ]
    found = prose_document(given, Properties(), path=Path("x.pdf"), doc_id="id", paged=True)
    assert (found.title, found.text.startswith("They met.")) == ("Talks on fish", True)
    assert found.page_starts[:2] == (0, 11)
    assert len(found.page_starts) == 3


@pytest.mark.parametrize(
    "written",
    ["Microsoft Word - 17.doc", "untitled", "Без имени 1", "Document1", "talks.docx", "scan 0012",
     "12345", "Презентация", "PowerPoint Presentation", "", "x" * 500, "Talks\ufffd"],
)  # fmt: skip
def test_what_no_person_wrote_is_no_title(written: str) -> None:
    assert sensible_title(written) == ""


@pytest.mark.parametrize("written", ["Talks on fish", "Документ о рыбе", "NPT/CONF.2020/1"])
def test_what_a_person_wrote_is_a_title(written: str) -> None:
    assert sensible_title(f" {written}\n") == written
