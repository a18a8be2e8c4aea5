"""PDF files as documents that know their pages."""

import sys
from pathlib import Path

import pytest
from pdf_writer import lines_at, pdf, text_at

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import ReadFailure, read_file
from dragoman.indexer.readers.pdf_process import PdfProcess, read_content

SAMPLES = Path(__file__).parent / "samples"


def read(path: Path) -> Document:
    (found,) = read_file(path, doc_id="id")
    assert isinstance(found, Document)
    return found


def written(tmp_path: Path, data: bytes) -> Document:
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    return read(path)


def on_page(document: Document, number: int) -> str:
    starts = (*document.page_starts, len(document.text))
    return document.text[starts[number - 1] : starts[number]]


def test_a_document_by_libreoffice_is_read_in_order() -> None:
    found = read(SAMPLES / "talks.pdf")
    assert found.title == (
        "Выступление Министра торговли П.Р.Рыбакова на форуме, Лима, 3 мая 2014 года"
    )
    assert (found.date, found.origins["date"]) == ("2014-05-03", "title")
    assert found.speakers == ("П.Р.Рыбаков",)
    paragraphs = found.text.split("\n\n")
    assert paragraphs[0] == "Уважаемый господин Председатель,"
    # The raised 1 that calls the note is gone from the word before it.
    assert paragraphs[1].startswith("О рыбе в озере говорили все, и говорили долго. Рыбы")
    assert paragraphs[1].endswith("на таких встречах будет уже не о чем.")
    assert paragraphs[3:8] == [
        "1. Считать рыбу каждую весну.",
        "2. Печатать итоги счёта:",
        "a) в газете министерства;",
        "b) на доске у пристани.",
        "3. Мальков возвращать озеру.",
    ]
    assert paragraphs[8:11] == ["Год | Улов, тонн", "2012 | 1 204", "2013 | 917"]


def test_columns_are_read_one_after_the_other_and_what_follows_them_last() -> None:
    for name, last in (("talks.pdf", "Thank you for your attention. The text"),
                       ("page.pdf", "Thank you for your attention.")):  # fmt: skip
        *_, left, right, end = read(SAMPLES / name).text.split("\n\n")
        assert left.startswith(("Левый столбец", "On the left"))
        assert left.endswith(("и никто им не верит.", "for another season."))
        assert right.startswith(("Правый столбец", "On the right"))
        assert right.endswith(("по средам.", "in the long evenings."))
        assert end.startswith(last)


def test_paragraphs_that_end_at_one_height_do_not_cut_columns_in_two(tmp_path: Path) -> None:
    def column(x: float, side: str) -> bytes:
        return lines_at(
            x, 500, [f"On the {side} shore there are", "three villages and in each of",
                     "them a smokehouse, and they", "fish."]
        ) + lines_at(
            x, 440, [f"Below on the {side} there is", "a pier, and the boats that lie",
                     "there are as old as any man", "alive."]
        )  # fmt: skip

    found = written(tmp_path, pdf([column(40, "left") + column(220, "right")]))
    starts = [" ".join(paragraph.split()[:4]) for paragraph in found.text.split("\n\n")]
    assert starts == [
        "On the left shore", "Below on the left", "On the right shore", "Below on the right",
    ]  # fmt: skip


def test_a_paragraph_runs_on_to_the_next_page_and_its_notes_stay_on_theirs() -> None:
    found = read(SAMPLES / "talks.pdf")
    assert len(found.page_starts) == 2
    first, second = on_page(found, 1), on_page(found, 2)
    assert "\n\n1. Протокол первого заседания, лист седьмой.\n\nЧисла говорят" in first
    assert first.endswith("сети ставили гуще, ")
    assert second.startswith("а сезон продлили на две недели.")


def test_running_heads_and_page_numbers_are_left_out_and_told() -> None:
    found = read(SAMPLES / "talks.pdf")
    assert found.extra["running_heads"] == "Вестник Озёрного министерства"
    assert "Вестник" not in found.text
    assert "Страница" not in found.text


def test_properties_give_neither_title_nor_speaker_nor_date() -> None:
    found = read(SAMPLES / "talks.pdf")
    assert "Microsoft" not in found.title
    assert (found.extra["author"], found.origins["author"]) == ("Typist", "file properties")
    assert "Typist" not in found.speakers
    assert str(found.extra["file_created"]).startswith("20")
    assert not found.date.startswith("2026")


def test_a_title_among_the_properties_is_taken_where_the_text_has_none(tmp_path: Path) -> None:
    marks = lines_at(
        40, 500, ["Mr. Chair,", "we have met in Lima, and talked about fish at length."]
    )
    data = pdf([marks], info="/Title (Talks about fish)")
    found = written(tmp_path, data)
    assert (found.title, found.origins["title"]) == ("Talks about fish", "file properties")
    assert written(tmp_path, pdf([marks])).title == "x"


def test_a_word_cut_at_a_line_end_is_joined_where_the_dictionary_knows_it(tmp_path: Path) -> None:
    lines = [
        "The ministers of both countries have agreed that the govern-",
        "ment of fish and of the lakes in which these have to live is a high-",
        "level matter, and that the great fisherman whose name is Kvarp-",
        "olet should be asked for his opinion on it before the winter.",
    ]
    text = written(tmp_path, pdf([lines_at(40, 500, lines)])).text
    assert "the government of fish" in text
    assert "a high-level matter" in text
    # No dictionary knows it: hyphen and line end stay, as the analyzer leaves them.
    assert "is Kvarp-\nolet should" in text


def test_pages_are_counted_also_where_one_has_no_text(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        pdf([text_at(40, 500, "The first page is about fish."), b"",
             text_at(40, 500, "The third page is about boats.")]),
    )  # fmt: skip
    assert found.text == "The first page is about fish.\n\nThe third page is about boats."
    # 29 code points and two line feeds stand before the third page, and the empty second.
    assert found.page_starts == (0, 31, 31)


def test_a_number_alone_at_the_foot_that_is_no_page_number_stays(tmp_path: Path) -> None:
    body = text_at(40, 500, "How many boats are there on the lake?")
    assert written(tmp_path, pdf([body + text_at(40, 30, "1")])).text.endswith("lake?")
    assert written(tmp_path, pdf([body + text_at(40, 30, "917")])).text.endswith("917")


def test_pages_that_all_say_the_same_are_not_left_out(tmp_path: Path) -> None:
    found = written(tmp_path, pdf([text_at(40, 500, "Fish is to be counted.")] * 3))
    assert found.text == "\n\n".join(["Fish is to be counted."] * 3)
    assert found.page_starts == (0, 24, 48)


def test_a_raised_number_that_calls_no_note_stands_apart_from_its_word(tmp_path: Path) -> None:
    # Helvetica: `The lake has 40 km` in 10 points is 83.9 points wide (widths of its letters).
    line = text_at(40, 500, "The lake has 40 km") + text_at(124, 504, "2", 6)
    found = written(tmp_path, pdf([line + text_at(40, 488, "of water, and fish.")]))
    assert found.text == "The lake has 40 km 2 of water, and fish."


def test_a_page_that_is_shown_turned_is_read_as_it_is_shown(tmp_path: Path) -> None:
    # Each line runs upward on the sheet; the page is shown turned clockwise by a quarter.
    marks = b"".join(
        b"BT /F1 10 Tf 0 1 -1 0 %d 40 Tm (%s) Tj ET\n" % (100 + 12 * at, line)
        for at, line in enumerate([b"The ministers met on the lake and", b"talked about fish."])
    )
    found = written(tmp_path, pdf([marks], page="/Rotate 90"))
    assert found.text == "The ministers met on the lake and talked about fish."


def test_lines_parted_by_a_wide_gap_are_paragraphs(tmp_path: Path) -> None:
    first = lines_at(40, 500, ["They met in Lima in the spring of the year and", "talked of fish."])
    second = lines_at(40, 460, ["They met again in autumn, when the lake was", "frozen."])
    assert written(tmp_path, pdf([first + second])).text == (
        "They met in Lima in the spring of the year and talked of fish.\n\n"
        "They met again in autumn, when the lake was frozen."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([b"0 0 100 100 re f"]), "pictures of pages, no text: run OCR first, e.g. ocrmypdf"),
        (pdf([text_at(40, 500, "x")])[:300], "broken or cut-off"),
        (b"%PDF-1.7\n%%EOF", "broken or cut-off"),
        (b"no PDF at all", "no PDF file"),
        (b"", "empty"),
        (
            pdf(
                [text_at(40, 500, "x")],
                trailer="/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
                f"/O <{'41' * 32}> /U <{'42' * 32}> >>",
            ),
            "encrypted with a password",
        ),
    ],
)
def test_a_file_without_readable_text_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        written(tmp_path, data)


def test_what_takes_too_long_is_an_error() -> None:
    process = PdfProcess([sys.executable, "-c", "import time; input(); time.sleep(600)"])
    with pytest.raises(ReadError, match=r"page 1 takes longer than 0\.2 s"):
        process.read(SAMPLES / "talks.pdf", 0.2)


def test_after_a_file_that_fails_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"no PDF")
    with pytest.raises(ReadError):
        read_content(tmp_path / "x.pdf")
    assert len(read_content(SAMPLES / "talks.pdf").pages) == 2


def test_a_crash_is_an_error() -> None:
    process = PdfProcess([sys.executable, "-c", "import os; input(); os.abort()"])
    with pytest.raises(ReadError, match="crashed on page 1"):
        process.read(SAMPLES / "talks.pdf", 60)
    with pytest.raises(ReadError, match="crashed on page 1"):  # a new process, and again
        process.read(SAMPLES / "talks.pdf", 60)


def test_broken_pages_are_told_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    data = pdf([text_at(40, 500, "The first page is about fish."), text_at(40, 500, "Second.")])
    path.write_bytes(data.replace(b"6 0 obj\n<< /Type /Page ", b"6 0 obj\n<< /Type /Nope "))
    found = list(read_file(path, doc_id="id"))
    assert isinstance(found[0], Document)
    assert found[0].text == "The first page is about fish."
    assert found[1:] == [ReadFailure(str(path), "broken page 2 left out")]


def test_a_page_that_is_a_picture_is_told_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    picture = b"q 100 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q"
    path.write_bytes(pdf([picture, text_at(40, 500, "The second page is about fish."), b""]))
    document, failure = read_file(path, doc_id="id")
    assert isinstance(document, Document)
    assert document.page_starts == (0, 0, 30)
    assert failure == ReadFailure(
        str(path), "pictures without text on page 1: run OCR first, e.g. ocrmypdf"
    )
