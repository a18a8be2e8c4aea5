"""Word, OpenDocument, RTF files and books as documents."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import ReadFailure, read_file
from dragoman.indexer.readers.numbering import letters, roman

SAMPLES = Path(__file__).parent / "samples"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(path: Path) -> Document:
    (found,) = read_file(path, doc_id="id")
    assert isinstance(found, Document)
    return found


def changed(path: Path, source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a zip file with its parts changed, or left out where nothing comes back."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
    return path


def docx(path: Path, body: str) -> Path:
    return changed(
        path,
        SAMPLES / "talks.docx",
        lambda name, data: {
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(),
            "word/footnotes.xml": None,
        }.get(name, data),
    )


PARAGRAPHS = [
    "Уважаемый господин Председатель,",
    "О рыбе в озере говорили все, и говорили долго. Рыбы становится меньше с каждым годом, и "
    "если ничего не сделать до следующей зимы, говорить на таких встречах будет уже не о чем.",
    "Что мы предлагаем",
    "1. Считать рыбу каждую весну.",
    "2. Печатать итоги счёта:",
    "a) в газете министерства;",
    "b) на доске у пристани.",
    "3. Мальков возвращать озеру.",
    "Год | Улов, тонн",
    "2012 | 1 204",
    "2013 | 917",
]


@pytest.mark.parametrize("name", ["talks.docx", "talks.odt", "talks.rtf"])
def test_a_text_is_read_alike_from_each_format(name: str) -> None:
    found = read(SAMPLES / name)
    assert found.title == (
        "Выступление Министра торговли П.Р.Рыбакова на форуме, Лима, 3 мая 2014 года"
    )
    assert (found.date, found.origins["date"]) == ("2014-05-03", "title")
    assert (found.speakers, found.office) == (("П.Р.Рыбаков",), "Министр торговли")
    paragraphs = found.text.split("\n\n")
    assert paragraphs[: len(PARAGRAPHS)] == PARAGRAPHS
    assert paragraphs[-3].startswith("Правый столбец рассказывает")
    assert paragraphs[-2].startswith("Thank you for your attention.")
    assert paragraphs[-1] == "1. Протокол первого заседания, лист седьмой."
    assert "Вестник" not in found.text, "headers are no text"
    assert found.page_starts == ()


@pytest.mark.parametrize("name", ["talks.docx", "talks.odt", "talks.rtf"])
def test_properties_are_kept_but_not_trusted(name: str) -> None:
    found = read(SAMPLES / name)
    assert "Microsoft" not in found.title
    assert (found.extra["author"], found.origins["author"]) == ("Typist", "file properties")
    assert str(found.extra["file_created"]).startswith("2015-01-02")
    assert (found.extra["subject"], found.extra["keywords"]) == ("Fish", "lake")


def test_the_title_of_the_properties_is_taken_where_a_person_gave_one(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>They met in Lima.</w:t></w:r></w:p>" * 2
    assert read(docx(tmp_path / "x.docx", body)).title == "x"
    named = changed(
        tmp_path / "y.docx",
        tmp_path / "x.docx",
        lambda name, data: data.replace(b"Microsoft Word - talks.doc", b"On fish"),
    )
    found = read(named)
    assert (found.title, found.origins["title"]) == ("On fish", "file properties")


def test_a_heading_below_a_letterhead_is_the_title_but_below_a_salutation_none(
    tmp_path: Path,
) -> None:
    def paragraph(text: str, level: str = "") -> str:
        mark = f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>' if level else ""
        return f"<w:p>{mark}<w:r><w:t>{text}</w:t></w:r></w:p>"

    talks = paragraph("Talks on fish", "0") + paragraph("They met in Lima.")
    found = read(docx(tmp_path / "x.docx", paragraph("Ministry of Lakes") + talks))
    assert (found.title, found.text) == (
        "Talks on fish",
        "Ministry of Lakes\n\nThey met in Lima.",
    )
    found = read(docx(tmp_path / "y.docx", paragraph("Dear Sir,") + talks))
    assert (found.title, found.text) == ("y", "Dear Sir,\n\nTalks on fish\n\nThey met in Lima.")


def test_deleted_and_hidden_text_goes_inserted_text_and_boxes_stay(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Fish </w:t></w:r><w:ins><w:r><w:t>and boats</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>and nets</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a field.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Before.</w:t></w:r><w:r><w:drawing><w:txbxContent><w:p><w:r>"
        "<w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r></w:p>"
    )
    text = read(docx(tmp_path / "x.docx", body)).text
    assert text == "Fish and boats.\n\nIn a field.\n\nBefore.\n\nIn a box."


def test_text_laid_out_by_a_table_is_no_row(tmp_path: Path) -> None:
    long = "Fish was discussed. " * 25  # 500 characters; a cell's value has 400 at most
    cell = f"<w:tc><w:p><w:r><w:t>{long}</w:t></w:r></w:p></w:tc>"
    body = f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>"
    text = read(docx(tmp_path / "x.docx", body)).text
    assert text == f"{long.strip()}\n\n{long.strip()}"


def test_numbers_of_lists() -> None:
    assert [roman(n) for n in (4, 9, 14, 1990)] == ["iv", "ix", "xiv", "mcmxc"]
    assert [letters(n) for n in (1, 26, 27)] == ["a", "z", "aa"]


@pytest.mark.parametrize("name", ["talks.docx", "talks.odt", "talks.epub"])
def test_half_a_file_is_an_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = (SAMPLES / name).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError, match="damaged or cut-off"):
        list(read_file(path, doc_id="id"))


def test_half_an_rtf_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.rtf"
    path.write_bytes((SAMPLES / "talks.rtf").read_bytes()[:-500])
    with pytest.raises(ReadError, match="cut off"):
        list(read_file(path, doc_id="id"))


def test_a_document_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"  # Word puts what is encrypted into a file of its old format
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    with pytest.raises(ReadError, match="encrypted with a password"):
        list(read_file(path, doc_id="id"))
    odt = changed(
        tmp_path / "x.odt",
        SAMPLES / "talks.odt",
        lambda name, data: data.replace(
            b"</manifest:manifest>",
            b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
            b"</manifest:manifest>",
        ),
    )
    with pytest.raises(ReadError, match="encrypted with a password"):
        list(read_file(odt, doc_id="id"))


@pytest.mark.parametrize("name", ["word/document.xml", "docProps/core.xml"])
def test_entities_are_refused_before_they_swell(tmp_path: Path, name: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "fish">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8)
    )
    path = changed(
        tmp_path / "x.docx",
        SAMPLES / "talks.docx",
        lambda part, data: bomb + b"]><x>&i;</x>" if part == name else data,
    )
    with pytest.raises(ReadError, match=r"entities|no XML"):
        list(read_file(path, doc_id="id"))


def test_a_part_that_swells_is_refused(tmp_path: Path) -> None:
    path = changed(
        tmp_path / "x.docx",
        SAMPLES / "talks.docx",
        lambda part, data: b" " * 3_000_000 if part == "word/document.xml" else data,
    )
    with pytest.raises(ReadError, match="zip bomb"):
        list(read_file(path, doc_id="id"))


def test_rtf_of_an_old_program_is_read_by_its_code_page(tmp_path: Path) -> None:
    path = tmp_path / "x.rtf"
    escaped = "".join(f"\\'{byte:02x}" for byte in "Рыба".encode("cp1251"))
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Times;}}{\header head}\f0 "
        + escaped.encode() + " и лодки.".encode("cp1251")
        + rb"{\footnote\chftn  A note.}\par Fish \u8212? boats {\v hidden }and nets.\par"
        rb"{\pntext\f0 1.\tab}Boats.\par"
        rb"{\*\generator Somebody;}{\field{\*\fldinst HYPERLINK x}{\fldrslt A link.}}}"
    )  # fmt: skip
    text = read(path).text
    assert text == "Рыба и лодки.\n\nFish — boats and nets.\n\n1. Boats.\n\nA link.\n\n1. A note."


def test_a_book_without_chapters_is_one_document() -> None:
    found = read(SAMPLES / "talks.epub")
    assert found.doc_id == "id"
    assert found.title.startswith("Выступление Министра торговли П.Р.Рыбакова")
    assert found.date == "2014-05-03"
    assert "говорили долго. Рыбы" in found.text
    assert "\n\n1. Протокол первого заседания" in found.text


def book(path: Path, chapters: dict[str, str], said: str = "", toc: str = "") -> Path:
    manifest = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "in/book.opf",
            f'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{said}</metadata>'
            f'<manifest>{manifest}<item id="n" properties="nav" href="nav.xhtml"/></manifest>'
            f"<spine>{spine}</spine></package>",
        )
        archive.writestr(
            "in/nav.xhtml", f'<html><body><nav epub:type="toc">{toc}</nav></body></html>'
        )
        for name, body in chapters.items():
            if body:
                archive.writestr(f"in/{name}", f"<html><body>{body}</body></html>")
    return path


def test_each_titled_chapter_of_a_book_is_a_document(tmp_path: Path) -> None:
    path = book(
        tmp_path / "x.epub",
        {
            "one.xhtml": "<h1>On fish</h1><p>Fish swim.</p>",
            "more.xhtml": "<p>They swim on.</p>",
            "two.xhtml": "<p>Boats float.</p>",
        },
        "<dc:title>The lake</dc:title><dc:creator>Ann Lee</dc:creator><dc:date>1999</dc:date>"
        "<dc:language>en</dc:language><dc:publisher>Pier Press</dc:publisher>",
        '<ol><li><a href="two.xhtml#begin">On boats</a></li></ol>',
    )
    one, two = read_file(path, doc_id="x.epub")
    assert isinstance(one, Document)
    assert isinstance(two, Document)
    assert (one.doc_id, one.title) == ("x.epub/in/one.xhtml", "On fish")
    assert one.text == "Fish swim.\n\nThey swim on.", "what has no title belongs to the one before"
    assert (two.doc_id, two.title, two.text) == ("x.epub/in/two.xhtml", "On boats", "Boats float.")
    assert (one.source, one.extra["book"], one.date) == ("The lake", "The lake", "1999")
    assert one.speakers == ("Ann Lee",)
    assert one.origins["date"] == one.origins["speakers"] == "book"


def test_a_chapter_that_is_missing_is_told_and_the_others_read(tmp_path: Path) -> None:
    path = book(tmp_path / "x.epub", {"one.xhtml": "<p>Fish swim.</p>", "two.xhtml": ""})
    document, failure = read_file(path, doc_id="id")
    assert isinstance(document, Document)
    assert failure == ReadFailure(
        f"{path}/in/two.xhtml", "the book names this part but does not hold it"
    )


def test_a_book_with_a_lock_says_so(tmp_path: Path) -> None:
    path = book(tmp_path / "x.epub", {"one.xhtml": "<p>Fish swim.</p>"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "META-INF/encryption.xml",
            '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
            "</encryption>",
        )
    with pytest.raises(ReadError, match="DRM"):
        list(read_file(path, doc_id="id"))
