"""What was read with a doubt: in the report of a run, and in what an index tells of itself."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from dragoman.indexer import sync
from dragoman.indexer.moving import export_index, import_index
from dragoman.search import Query, open_searcher

UNREADABLE = "write it like 2021, 2021-06 or 2021-06-22"
ASSUMED = "dated by day/month, as no date of the file tells the order of day and month"


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    return folder


def write_records(path: Path, *dates: object) -> Path:
    path.write_text(
        "".join(
            json.dumps({"id": f"{path.stem}{at}", "text": f"Text {at}.", "date": date}) + "\n"
            for at, date in enumerate(dates)
        ),
        "utf-8",
    )
    return path


def told(index_dir: Path) -> list[tuple[str, int, str]]:
    """What `info` tells, as file name, documents and reason."""
    with open_searcher(index_dir) as searcher:
        rows = json.loads(json.dumps(searcher.info()["doubtful"]))
    return [(Path(row["path"]).name, row["documents"], row["reason"]) for row in rows]


def dates(index_dir: Path) -> dict[str, str | None]:
    with open_searcher(index_dir) as searcher:
        page = searcher.search(Query("", page_size=1000))
    return {hit.metadata.doc_id: hit.metadata.date for hit in page.hits}


def test_a_date_that_cannot_be_read_is_told_and_fails_nothing(texts: Path, index_dir: Path) -> None:
    path = write_records(texts / "a.jsonl", "spring", "2021", "2014-02-30", ["2014"], "")
    (texts / "b.md").write_text("---\ndate: last spring\n---\nText.\n", "utf-8")
    (texts / "c.csv").write_text("date,text\nsoon,Text.\n2021-05-03,Text.\n", "utf-8")
    report = sync([texts], index_dir=index_dir)
    assert (report.failed, report.documents) == ((), 8)
    first, second, third = report.doubtful
    assert asdict(first) == {
        "path": str(path),
        "documents": 3,
        "reason": "3 documents without a date, as it can’t be read: ‘spring’ (a0), "
        f"‘2014-02-30’ (a2), ‘['2014']’ (a3); {UNREADABLE}",
    }
    assert second.reason == (
        f"1 document without a date, as it can’t be read: ‘last spring’ (b.md); {UNREADABLE}"
    )
    assert (third.path, third.documents) == (str(texts / "c.csv"), 1)
    assert report.to_dict()["doubtful"] == [asdict(each) for each in report.doubtful]
    assert [name for name, _, _ in told(index_dir)] == ["a.jsonl", "b.md", "c.csv"]


def test_what_is_told_does_not_grow_with_the_file(texts: Path, index_dir: Path) -> None:
    write_records(texts / "a.jsonl", *["no date " * 100] * 1_000)
    (doubt,) = sync([texts], index_dir=index_dir).doubtful
    assert doubt.documents == 1_000
    assert doubt.reason.startswith("1,000 documents without a date")
    assert "(a0), " in doubt.reason
    assert "(a101), …; write" in doubt.reason  # the fifth id of a0, a1, a10, a100, a101
    assert len(doubt.reason) < 600


def test_doubts_are_told_by_every_run_and_go_with_their_cause(texts: Path, index_dir: Path) -> None:
    path = write_records(texts / "a.jsonl", "03/04/2021", "05/06/2021", "spring")
    first = sync([texts], index_dir=index_dir)
    assert [(doubt.documents, doubt.reason.split(":")[0]) for doubt in first.doubtful] == [
        (2, f"2 documents {ASSUMED}"),
        (1, "1 document without a date, as it can’t be read"),
    ]
    assert "2021-04-03 (a0), 2021-06-05 (a1); write the year first" in first.doubtful[0].reason
    again = sync(index_dir=index_dir)
    assert (again.unchanged, again.doubtful) == (3, first.doubtful)
    path.touch()
    assert sync(index_dir=index_dir).doubtful == first.doubtful
    write_records(path, "03/04/2021", "05/06/2021", "12/31/2021")
    report = sync(index_dir=index_dir)
    assert (report.changed, report.doubtful, told(index_dir)) == (3, (), [])
    assert dates(index_dir) == {"a0": "2021-03-04", "a1": "2021-05-06", "a2": "2021-12-31"}


def test_another_file_decides_nothing(texts: Path, index_dir: Path) -> None:
    write_records(texts / "a.jsonl", "12/31/2021")
    write_records(texts / "b.jsonl", "03/04/2021")
    write_records(texts / "c.jsonl", "31/12/2021")
    (doubt,) = sync([texts], index_dir=index_dir).doubtful
    assert (Path(doubt.path).name, dates(index_dir)["b0"]) == ("b.jsonl", "2021-04-03")


def test_a_renamed_file_has_the_doubts_it_would_be_read_with(texts: Path, index_dir: Path) -> None:
    (texts / "a.jsonl").write_text('{"text": "Text.", "date": "03/04/2021"}\n', "utf-8")
    (before,) = sync([texts], index_dir=index_dir).doubtful
    (texts / "a.jsonl").rename(texts / "b.jsonl")
    report = sync(index_dir=index_dir)
    (after,) = report.doubtful
    assert (report.renamed, after.path) == (1, str(texts / "b.jsonl"))
    assert after.reason == before.reason.replace("(a.jsonl#", "(b.jsonl#")
    assert sync(index_dir=index_dir, full=True).doubtful == report.doubtful


def test_what_the_settings_say_leaves_no_doubt(texts: Path, index_dir: Path) -> None:
    write_records(texts / "a.jsonl", "03/04/2021", "spring")
    (texts / "dragoman.toml").write_text('[set]\ndate = "2021"\n', "utf-8")
    assert sync([texts], index_dir=index_dir).doubtful == ()


def test_doubts_move_with_an_index(texts: Path, index_dir: Path, tmp_path: Path) -> None:
    write_records(texts / "a.jsonl", "03/04/2021", "spring")
    report = sync([texts], index_dir=index_dir)
    with (tmp_path / "moved").open("wb") as file:
        export_index(index_dir, file)
    with (tmp_path / "moved").open("rb") as file:
        import_index(file, tmp_path / "there")
    assert told(tmp_path / "there") == told(index_dir) != []
    assert sync(index_dir=tmp_path / "there").doubtful == report.doubtful
