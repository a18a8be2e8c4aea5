"""Records of JSON, JSONL and CSV as documents."""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import SUFFIXES, ReadFailure, is_readable_name, read_file
from dragoman.indexer.readers.records import document_of


def documents(path: Path, doc_id: str = "file") -> list[Document]:
    found = list(read_file(path, doc_id=doc_id))
    assert all(isinstance(document, Document) for document in found)
    return [document for document in found if isinstance(document, Document)]


def failures(path: Path) -> list[ReadFailure]:
    return [found for found in read_file(path, doc_id="f") if isinstance(found, ReadFailure)]


def write_lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_all_fields_of_a_record_are_taken() -> None:
    found = document_of(
        {
            "id": "a1", "title": "T", "text": "Body.", "date": "2014-05-03T09:15:00+03:00",
            "lang": "en", "speaker": "Ann Lee; Bob Ray", "speaker_post": "Minister",
            "source": "S", "place": "Lima", "kind": "report", "tags": ["fish", "lakes"],
            "country": "PER", "url": "https://example.org/", "pair": "p1", "session": 70,
        },
        file_id="f",
    )  # fmt: skip
    assert found == Document(
        doc_id="a1", title="T", text="Body.", date="2014-05-03T09:15", time_zone="+03:00",
        lang="en", speakers=("Ann Lee", "Bob Ray"), office="Minister", place="Lima", source="S",
        kind="report", topics=("fish", "lakes"), country="PER", url="https://example.org/",
        pair="p1", extra={"speaker_post": "Minister", "session": 70}, origins=found.origins,
    )  # fmt: skip
    assert set(found.origins.values()) == {"record"}


@given(st.text(min_size=1), st.text(min_size=1).filter(str.strip))
def test_title_and_text_are_taken_character_for_character(title: str, text: str) -> None:
    found = document_of(json.loads(json.dumps({"title": title, "text": text})), file_id="f")
    assert (found.title, found.text) == (title, text)


def test_an_unpaired_surrogate_does_not_break_a_record(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a\\ud800b"}\n', encoding="utf-8")
    assert documents(path)[0].text == "a\ud800b"


@pytest.mark.parametrize(
    ("value", "date", "kept"),
    [("2014", "2014", None), (2014, "2014", None), ("5 мая 2014 г.", "2014-05-05", None),
     ("", "", None), (None, "", None), ("spring", "", "spring"), ("2014-02-30", "", "2014-02-30"),
     (["2014"], "", ["2014"])],
)  # fmt: skip
def test_a_date_that_cannot_be_read_is_kept_as_it_was(
    value: object, date: str, kept: object
) -> None:
    found = document_of({"text": "T.", "date": value}, file_id="f")
    assert (found.date, found.extra.get("date")) == (date, kept)


def test_a_missing_language_is_that_of_the_text() -> None:
    assert document_of({"text": "Добрый день"}, file_id="f").lang == "ru"
    assert document_of({"text": "Good day", "lang": "en-GB"}, file_id="f").lang == "en"
    assert document_of({"text": "Good day", "lang": "Russian"}, file_id="f").lang == "ru"


def test_the_title_fills_only_what_the_record_leaves_empty() -> None:
    title = "Statement by Ann Lee, Lima, 3 May 2014"
    found = document_of({"text": "T.", "title": title, "place": "", "kind": "talk"}, file_id="f")
    assert (found.kind, found.origins["kind"]) == ("talk", "record")
    assert (found.place, found.origins["place"]) == ("Lima", "title")
    assert (found.speakers, found.origins["speakers"]) == (("Ann Lee",), "title")
    assert found.date == ""


def test_repeated_speakers_are_named_once() -> None:
    found = document_of({"text": "T.", "speaker": ["Ann Lee", "", "Ann Lee"]}, file_id="f")
    assert found.speakers == ("Ann Lee",)


def test_a_record_without_id_keeps_its_id_when_others_are_inserted(tmp_path: Path) -> None:
    one, two, new = {"text": "One."}, {"text": "Two."}, {"text": "New."}
    before = [found.doc_id for found in documents(write_lines(tmp_path / "x.jsonl", one, two))]
    after = [found.doc_id for found in documents(write_lines(tmp_path / "x.jsonl", new, one, two))]
    assert before == after[1:]
    # printf '{"text":"One."}' | sha256sum
    assert before[0] == "file#6af179a99d17"


def test_the_order_of_fields_does_not_change_the_id() -> None:
    first = document_of({"text": "One.", "title": "T"}, file_id="f")
    second = document_of({"title": "T", "text": "One."}, file_id="f")
    assert first.doc_id == second.doc_id


def test_a_number_may_be_an_id() -> None:
    assert document_of({"id": 17, "text": "T."}, file_id="f").doc_id == "17"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "no text"),
        ({"text": ""}, "no text"),
        ({"text": None}, "no text"),
        ({"text": " \n"}, "blank"),
        ({"text": 5}, "a number"),
        ({"text": ["a"]}, "a list"),
        ({"text": "T.", "title": {"a": 1}}, "an object"),
        ({"text": "T.", "id": ["a"]}, "a list"),
        ("text", "a string"),
        (None, "null"),
        ([], "a list"),
    ],
)
def test_a_bad_record_is_an_error_that_says_why(record: object, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        document_of(record, file_id="f")


def test_a_bad_line_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"text": "One."}\n{"text": \n\n{"title": "x"}\n\xff\xfe\n{"text": "Two."}')
    found = list(read_file(path, doc_id="f"))
    texts = [document.text for document in found if isinstance(document, Document)]
    assert texts == ["One.", "Two."]
    assert [failure.path for failure in failures(path)] == [f"{path}:{n}" for n in (2, 4, 5)]
    assert "JSON" in failures(path)[0].reason
    assert "no text" in failures(path)[1].reason


def test_only_line_feeds_part_records(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a\u2028b"}\r\n{"text": "c"}\r\n', encoding="utf-8")
    assert [found.text for found in documents(path)] == ["a\u2028b", "c"]


def test_lines_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number in range(30_000):
            file.write(json.dumps({"text": f"Document {number} " * 20}) + "\n")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 9 // 10])
    found = read_file(path, doc_id="f")
    assert isinstance(next(found), Document)
    with pytest.raises(ReadError, match="gzip"):
        list(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv", ".jsonl.gz"])
def test_records_are_read_in_every_known_encoding(
    tmp_path: Path, suffix: str, encoding: str
) -> None:
    text = "Министры встретились в Лиме и говорили о рыбе."
    if suffix == ".csv":
        content = f"id,text\n7,{text}\n"
    else:
        content = json.dumps({"id": "7", "text": text}, ensure_ascii=False)
    data = content.encode(encoding)
    path = tmp_path / f"x{suffix}"
    path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    (found,) = documents(path)
    assert (found.doc_id, found.text) == ("7", text)


def test_json_may_be_one_record_a_list_or_an_object_with_documents(tmp_path: Path) -> None:
    record = {"id": "a", "text": "One."}
    path = tmp_path / "x.json"
    for content in (record, [record], {"documents": [record]}):
        path.write_text(json.dumps(content), encoding="utf-8")
        assert [found.doc_id for found in documents(path)] == ["a"]
    path.write_text(json.dumps([record, {"id": "b"}, {"id": "c", "text": "C."}]), encoding="utf-8")
    assert [failure.path for failure in failures(path)] == [f"{path}:2"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"title": "no text"}', "3", "[" * 100_000])
def test_json_without_a_record_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError):
        list(read_file(path, doc_id="f"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_parts_its_columns(tmp_path: Path, delimiter: str) -> None:
    buffer = io.StringIO()
    table = csv.writer(buffer, delimiter=delimiter)
    body = 'One, two; three | four\tfive "six"\n\nSeven.'
    table.writerow(["ID", " title ", "text", "tags", "mood"])
    table.writerow(["a", "T", body, "fish; lakes", "glad"])
    path = tmp_path / "x.csv"
    path.write_bytes(buffer.getvalue().encode())
    (found,) = documents(path)
    assert (found.doc_id, found.title, found.text) == ("a", "T", body)
    assert found.topics == ("fish", "lakes")
    assert found.extra == {"mood": "glad"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251"])
@pytest.mark.parametrize(
    ("first", "delimiter"),
    [("sep=;", ";"), ("sep=,", ","), ("sep=\t", "\t"), ("SEP=:", ":"), ('"sep=;"', ";")],
)
def test_a_table_may_name_what_parts_its_columns(
    tmp_path: Path, first: str, delimiter: str, encoding: str
) -> None:
    names = delimiter.join(["id", "a,b|c;d" if delimiter in ":\t" else "mood", "text"])
    row = delimiter.join(["7", "glad", f'"Слово{delimiter} и дело о рыбе"'])
    bad = delimiter.join(["8", "", ""])
    path = tmp_path / "x.csv"
    path.write_bytes(f"{first}\r\n{names}\r\n{row}\r\n{bad}\r\n".encode(encoding))
    found, failure = read_file(path, doc_id="f")
    assert isinstance(found, Document)
    assert (found.doc_id, found.text) == ("7", f"Слово{delimiter} и дело о рыбе")
    assert isinstance(failure, ReadFailure)
    assert failure.path == f"{path}:4"


def test_nothing_but_the_name_of_what_parts_columns_is_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("sep=;\n", "utf-8")
    with pytest.raises(ReadError, match="the file is empty"):
        list(read_file(path, doc_id="f"))


def test_a_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        'id,text\n1,"One\nmore"\n2,\n3,"a"b\n4,Four,too many\n5,Five\n', encoding="utf-8"
    )
    found = list(read_file(path, doc_id="f"))
    assert [document.doc_id for document in found if isinstance(document, Document)] == ["1", "5"]
    # the first row takes lines 2 and 3
    assert [failure.path for failure in failures(path)] == [f"{path}:{n}" for n in (4, 5, 6)]


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_nan_is_a_field_that_is_not_known(tmp_path: Path, suffix: str) -> None:
    # As some programs write empty cells of a table; what is kept must be JSON again.
    path = tmp_path / f"x{suffix}"
    path.write_text('{"text": "One", "speaker": NaN, "votes": NaN, "weight": -Infinity}\n', "utf-8")
    (found,) = documents(path)
    assert (found.text, found.speakers, found.extra) == ("One", (), {})


def test_a_blank_id_is_an_error(tmp_path: Path) -> None:
    # Nothing could name it: neither `show` nor an address.
    (failure,) = failures(write_lines(tmp_path / "x.jsonl", {"id": "  ", "text": "One"}))
    assert failure.reason == "the record’s id is blank"


def test_a_row_with_a_broken_character_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = b'id,text\n1,One\n2,"Two\nwith \xff in it\nand more"\n3,Three\n4,Four\n'
    path.write_bytes(rows + "5,Пять слов по-русски\n".encode())
    found = list(read_file(path, doc_id="f"))
    ids = [document.doc_id for document in found if isinstance(document, Document)]
    assert ids == ["1", "3", "4", "5"]
    (failure,) = failures(path)
    assert failure.path == f"{path}:3"  # where the row begins
    assert failure.reason == "broken utf-8 at byte 6 of the line, line 4"


def test_a_quotation_mark_that_is_never_closed_tells_which_lines_are_lost(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('id,text\n1,One\n2,"Two\n3,Three\n4,Four\n', encoding="utf-8")
    one, failure = read_file(path, doc_id="f")
    assert isinstance(one, Document)
    assert isinstance(failure, ReadFailure)
    assert (one.doc_id, failure.path) == ("1", f"{path}:3")
    assert failure.reason.endswith("; lines 3 to 5 are lost")


def test_a_field_may_be_longer_than_the_csv_module_likes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("text\n" + "word " * 60_000 + "\n", encoding="utf-8")
    assert len(documents(path)[0].text) == 300_000


def test_a_table_without_a_text_column_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,body\n1,One\n", encoding="utf-8")
    with pytest.raises(ReadError, match="text"):
        list(read_file(path, doc_id="f"))


@pytest.mark.parametrize(
    "name",
    ["a.txt", "a.MD", "a.html", "a.htm", "a.json", "a.jsonl", "a.jsonl.gz", "a.csv", "a.txt.gz",
     "a.b.txt"],
)  # fmt: skip
def test_names_of_known_formats_are_documents(name: str) -> None:
    assert is_readable_name(Path("folder") / name)


@pytest.mark.parametrize(
    "name",
    ["README", "README.md", "readme.txt", "Readme.ru.md", ".hidden.txt", "dragoman.toml",
     "names.toml", "a.png", "a", "a.gz", "txt", ".txt", "a.txt~"],
)  # fmt: skip
def test_other_names_are_not(name: str) -> None:
    assert not is_readable_name(Path("folder") / name)


def test_every_suffix_is_a_readable_name() -> None:
    assert all(is_readable_name(Path(f"x{suffix}")) for suffix in SUFFIXES)


def test_an_unknown_format_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"\.jsonl"):
        list(read_file(tmp_path / "x.png", doc_id="f"))


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES)))
def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    with pytest.raises(ReadError, match="opened"):
        list(read_file(path, doc_id="f"))
    path.write_bytes(gzip.compress(b"") if suffix.endswith(".gz") else b"")
    with pytest.raises(ReadError, match="empty"):
        list(read_file(path, doc_id="f"))


@pytest.mark.parametrize("suffix", [".txt.gz", ".jsonl.gz", ".html.gz"])
def test_broken_compression_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(b"no gzip at all")
    with pytest.raises(ReadError, match="gzip"):
        list(read_file(path, doc_id="f"))


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".json", ".jsonl", ".csv"])
def test_binary_data_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    with pytest.raises(ReadError, match="binary"):
        list(read_file(path, doc_id="f"))


def test_reading_records_loads_no_html_library(tmp_path: Path) -> None:
    import subprocess

    path = write_lines(tmp_path / "x.jsonl", {"text": "One.", "title": "Talks"})
    code = (
        "import sys; from pathlib import Path; from dragoman.indexer.readers import read_file;"
        f"list(read_file(Path({str(path)!r}), doc_id='f'));"
        "sys.exit(bool({'trafilatura', 'lxml', 'pymorphy3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
