"""Day and month of written dates in files of records: the file decides, not the record."""

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.dates import read_date
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import DateError, ReadError
from dragoman.indexer.readers import date_order, read_file
from dragoman.indexer.readers.date_order import DateOrder, doubt_in
from dragoman.indexer.readers.records import document_of

NOTHING_TELLS = "no date of the file tells the order of day and month"
EITHER = ("03/04/2021", "05/06/2021")
BOTH_OCCUR = "the file has dates in both orders of day and month"


def write_csv(folder: Path, dates: Sequence[str]) -> Path:
    path = folder / "x.csv"
    rows = "".join(f"{number},Text.,{date}\n" for number, date in enumerate(dates))
    path.write_text(f"id,text,date\n{rows}", "utf-8")
    return path


def write_json(folder: Path, dates: Sequence[str]) -> Path:
    path = folder / "x.json"
    records = [{"id": str(at), "text": "Text.", "date": date} for at, date in enumerate(dates)]
    path.write_text(json.dumps(records), "utf-8")
    return path


def write_jsonl(folder: Path, dates: Sequence[str]) -> Path:
    path = folder / "x.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": str(at), "text": "Text.", "date": date}) + "\n"
            for at, date in enumerate(dates)
        ),
        "utf-8",
    )
    return path


def documents(path: Path) -> list[Document]:
    return [found for found in read_file(path, doc_id="f") if isinstance(found, Document)]


WRITERS = pytest.mark.parametrize("write", [write_csv, write_json, write_jsonl])
Writer = Callable[[Path, Sequence[str]], Path]


@WRITERS
@pytest.mark.parametrize(
    ("dates", "read", "doubt"),
    [
        # one date that only fits month/day decides for those before and after it
        (
            ["03/04/2021", "12/31/2021", "05/06/2021 10:30 PM", "2021", "04/04/2021"],
            ["2021-03-04", "2021-12-31", "2021-05-06T22:30", "2021", "2021-04-04"],
            "",
        ),
        (
            ["03/04/2021", "31/12/2021", "05/06/2021"],
            ["2021-04-03", "2021-12-31", "2021-06-05"],
            "",
        ),
        (["03-04-2021", "12-31-2021"], ["2021-03-04", "2021-12-31"], ""),
        # neither decides, or both occur: day/month, and told of those that could be either
        (["03/04/2021"], ["2021-04-03"], NOTHING_TELLS),
        (["03/04/2021", "05/06/2021"], ["2021-04-03", "2021-06-05"], NOTHING_TELLS),
        (["03/04/2021", "2021-05-13"], ["2021-04-03", "2021-05-13"], NOTHING_TELLS),
        (
            ["12/31/2021", "03/04/2021", "31/12/2021"],
            ["2021-12-31", "2021-04-03", "2021-12-31"],
            BOTH_OCCUR,
        ),
        # full stops part day, month and year, whatever slashes do
        (["12/31/2021", "03.04.2021"], ["2021-12-31", "2021-04-03"], ""),
        (["03/04/2021", "13/13/2021", "31.12.2021"], ["2021-04-03", "", "2021-12-31"],
         NOTHING_TELLS),
    ],
)  # fmt: skip
def test_a_file_has_one_order_of_day_and_month(
    tmp_path: Path, write: Writer, dates: list[str], read: list[str], doubt: str
) -> None:
    found = documents(write(tmp_path, dates))
    assert [document.date for document in found] == read
    doubts = {
        written: why
        for written, document in zip(dates, found, strict=True)
        if (why := doubt_in(document.origins.get("date", "")))
    }
    assert doubts == {written: doubt for written in dates if doubt and written in EITHER}


def test_the_origin_of_an_assumed_date_says_so() -> None:
    found = document_of({"text": "T.", "date": "03/04/2021"}, file_id="f")
    assert found.origins["date"] == f"record; day/month assumed, {NOTHING_TELLS}"


def test_front_matter_tells_what_was_assumed(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("---\ndate: 03/04/2021\n---\nText.\n", "utf-8")
    (found,) = documents(path)
    assert (found.date, doubt_in(found.origins["date"])) == ("2021-04-03", NOTHING_TELLS)


@given(
    st.lists(
        st.sampled_from(
            ["03/04/2021", "12/31/2021", "31/12/2021", "5-6-2021", "12-31-2021", "2021", "spring"]
        ),
        max_size=6,
    ).flatmap(lambda dates: st.tuples(st.just(dates), st.permutations(dates)))
)
def test_the_order_of_the_records_says_nothing(both: tuple[list[str], list[str]]) -> None:
    dates, shuffled = both

    def read(written: Sequence[str]) -> dict[str, str]:
        order = DateOrder(lambda: iter(written))
        found = {}
        for date in written:
            try:
                match, origin = order.read(date, "record")
                found[date] = f"{match.iso} {origin}"
            except DateError:
                found[date] = "none"
        return found

    assert read(dates) == read(shuffled)


@WRITERS
def test_a_file_is_read_once_where_no_date_could_be_either(
    tmp_path: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: DateOrder) -> None:
        raise AssertionError("the dates of the whole file were asked for")

    monkeypatch.setattr(date_order.DateOrder, "_readable", fail)
    path = write(tmp_path, ["2021-04-03", "04/04/2021", "12/31/2021", "spring", ""])
    dates = [document.date for document in documents(path)]
    assert dates == ["2021-04-03", "2021-04-04", "2021-12-31", "", ""]


@pytest.mark.parametrize("end", ["12/31/2021", "31/12/2021"])
def test_rows_that_cannot_be_read_decide_nothing_and_stop_nothing(tmp_path: Path, end: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'date,text\n03/04/2021,One\n01/13/2021,a,b\n02/14/2021,"a"b\n{end},Two\n')
    dates = [document.date for document in documents(path)]
    assert dates == ["2021-03-04" if end == "12/31/2021" else "2021-04-03", "2021-12-31"]


def test_what_is_readable_of_a_broken_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    dates = ["03/04/2021", "12/31/2021", *["04/05/2021"] * 50_000]
    plain = write_jsonl(tmp_path, dates).read_bytes()
    packed = gzip.compress(plain)
    path.write_bytes(packed[: len(packed) // 2])
    read = []
    with pytest.raises(ReadError, match="gzip"):
        for found in read_file(path, doc_id="f"):
            assert isinstance(found, Document)
            read.append(found.date)
    assert read[:3] == ["2021-03-04", "2021-12-31", "2021-04-05"]


def test_an_order_that_is_given_is_kept() -> None:
    assert read_date("03/04/2021", "month/day").iso == "2021-03-04"
    assert read_date("03/04/2021", "day/month").iso == "2021-04-03"
    assert read_date("03.04.2021", "month/day").iso == "2021-04-03"
    for text, order in (("12/31/2021", "day/month"), ("31/12/2021", "month/day")):
        with pytest.raises(DateError):
            read_date(text, order)  # type: ignore[arg-type]
