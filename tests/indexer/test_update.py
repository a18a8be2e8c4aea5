"""A collection whose files get other settings and other names, and files of every bad kind."""

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer import sync
from dragoman.indexer.collection import BuildReport
from dragoman.indexer.errors import SettingsError
from dragoman.indexer.readers import csv_table, files, lines
from dragoman.indexer.update import Progress
from dragoman.search import DocumentView, Query, open_searcher


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def found(index_dir: Path, text: str = "") -> list[str]:
    with open_searcher(index_dir) as searcher:
        page = searcher.search(Query(text, page_size=1000))
    return sorted(hit.metadata.doc_id for hit in page.hits)


def shown(index_dir: Path, doc_id: str) -> DocumentView:
    with open_searcher(index_dir) as searcher:
        return searcher.document(doc_id)


def state_of(index_dir: Path) -> str:
    with open_searcher(index_dir) as searcher:
        return str(searcher.info()["state"])


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.deleted, report.unchanged


def read_by(index_dir: Path) -> tuple[BuildReport, list[str]]:
    """A run, and the names of the files whose documents it took."""
    told: list[Progress] = []
    report = sync(index_dir=index_dir, on_progress=told.append)
    return report, sorted({Path(progress.path).name for progress in told if progress.path})


def assert_like_a_rebuild(index_dir: Path) -> None:
    before = state_of(index_dir)
    sync(index_dir=index_dir, full=True)
    assert state_of(index_dir) == before


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return fill(tmp_path / "texts", {
        "1972/1972-05-26_Moscow.txt": "On missiles\n\nThe treaty was signed.\n\nIt holds.",
        "1973/note.md": "---\nplace: Geneva\nsource: own\n---\n# Note\n\nOn the Berlin talks.",
        "letters.jsonl": '{"id": "l1", "text": "first letter", "kind": "letter"}\n',
    })  # fmt: skip


# dragoman.toml


def test_settings_are_found_as_filters_and_shown_with_their_origin(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"dragoman.toml": """
source = "Archive"
[[path]]
pattern = "{date:%Y-%m-%d}_{place}.txt"
speaker = "Leonid Brezhnev"
set = { kind = "treaty" }
"""})  # fmt: skip
    assert sync([texts], index_dir=index_dir).failed == ()
    assert found(index_dir, "source:Archive") == ["1972/1972-05-26_Moscow.txt", "l1"]
    assert found(index_dir, "source:own") == ["1973/note.md"]
    for query in ("date:1972-05", "place:Moscow", "kind:treaty", "speaker:Brezhnev"):
        assert found(index_dir, query) == ["1972/1972-05-26_Moscow.txt"], query
    of_columns = json.loads(json.dumps(shown(index_dir, "l1").to_dict()))
    assert of_columns["source"] == "Archive"
    assert of_columns["kind"] == "letter"


def test_a_change_of_settings_reads_the_files_it_touches_and_no_other(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"dragoman.toml": '[[path]]\npattern = "1972/**"\nsource = "a"\n'})
    sync([texts], index_dir=index_dir)
    fill(texts, {"dragoman.toml": '[[path]]\npattern = "1972/**"\nsource = "b"\n'})
    report, read = read_by(index_dir)
    assert counts(report) == (0, 1, 0, 2)
    assert read == ["1972-05-26_Moscow.txt"]
    assert report.notes == (
        "dragoman.toml says something new about 1 known file, which was read again",
    )
    fill(texts, {"dragoman.toml": '# new words\n[[path]]\npattern = "1972/*"\nsource = "b"\n'})
    report, read = read_by(index_dir)
    assert (counts(report), read, report.notes) == ((0, 0, 0, 3), [], ())
    (texts / "dragoman.toml").unlink()
    assert counts(read_by(index_dir)[0]) == (0, 1, 0, 2)
    assert found(index_dir, "source:b") == []
    assert_like_a_rebuild(index_dir)


def test_each_folder_has_its_own_settings_and_the_nearest_wins(
    texts: Path, index_dir: Path, tmp_path: Path
) -> None:
    other = fill(tmp_path / "other", {"a.md": "text", "dragoman.toml": 'source = "other"\n'})
    fill(texts, {"dragoman.toml": 'source = "outer"\nplace = "Vienna"\n',
                 "1972/dragoman.toml": 'source = "inner"\n'})  # fmt: skip
    sync([texts, other], index_dir=index_dir)
    assert found(index_dir, "source:outer") == ["l1"]
    assert found(index_dir, "source:inner place:Vienna") == ["1972/1972-05-26_Moscow.txt"]
    assert found(index_dir, "source:other") == ["other/a.md"]


def test_a_single_file_and_a_folder_in_a_later_root_have_the_settings_around_them(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"dragoman.toml": 'place = "Vienna"\nexclude = "letters.jsonl"\n'})
    sync([texts / "letters.jsonl"], index_dir=index_dir)
    assert found(index_dir, "place:Vienna") == ["l1"]
    sync([texts / "1972"], index_dir=index_dir)
    assert found(index_dir, "place:Vienna") == ["l1"]  # 1972 has no settings of its own
    sync([texts], index_dir=index_dir)
    assert found(index_dir, "place:Vienna") == ["1972/1972-05-26_Moscow.txt", "l1"]


def test_what_is_left_out_leaves_the_index_and_comes_back(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    path = fill(texts, {"dragoman.toml": 'exclude = ["1972", "*.jsonl"]\n'}) / "dragoman.toml"
    report = sync(index_dir=index_dir)
    assert counts(report) == (0, 0, 2, 1)
    assert report.notes == (f"{path} leaves out 2 files and folders",)
    fill(texts, {"dragoman.toml": 'include = ["*.txt", "2099/*"]\n'})
    report = sync(index_dir=index_dir)
    assert found(index_dir) == ["1972/1972-05-26_Moscow.txt"]
    assert f"{path}: nothing matches ‘2099/*’" in report.notes
    path.unlink()
    assert len(found(index_dir)) == 1
    assert counts(sync(index_dir=index_dir)) == (2, 0, 0, 1)


def test_a_mistake_in_the_settings_stops_the_run_and_removes_nothing(
    texts: Path, index_dir: Path
) -> None:
    sync([texts], index_dir=index_dir)
    fill(texts, {"1973/dragoman.toml": 'sourse = "x"\n', "new.md": "text"})
    with pytest.raises(SettingsError, match=r"1973/dragoman.toml, line 1: no key ‘sourse’"):
        sync(index_dir=index_dir)
    assert len(found(index_dir)) == 3


def test_a_path_that_gives_no_date_is_told_and_the_document_is_there(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"dragoman.toml": '[[path]]\npattern = "{date:%Y-%m-%d}_*"\n',
                 "1972-02-30_x.txt": "A day that never was.\n\nText."})  # fmt: skip
    ((path, reason),) = sync([texts], index_dir=index_dir).failed
    assert path == str(texts / "1972-02-30_x.txt")
    assert reason.startswith("dragoman.toml finds in the path the date ‘1972-02-30’, which can’t")
    assert "1972-02-30_x.txt" in found(index_dir, "never")


# Files with another name


@pytest.mark.parametrize("keeps_inode", [True, False])
def test_a_file_in_another_folder_is_not_read_again(
    texts: Path, index_dir: Path, keeps_inode: bool
) -> None:
    sync([texts], index_dir=index_dir)
    for old, new in (("1973/note.md", "later/note.md"), ("letters.jsonl", "mail/letters.jsonl")):
        (texts / new).parent.mkdir()
        if keeps_inode:
            (texts / old).rename(texts / new)
        else:
            (texts / new).write_bytes((texts / old).read_bytes())
            (texts / old).unlink()
    report, read = read_by(index_dir)
    assert (report.renamed, read) == (2, [])
    assert counts(report) == (1, 1, 1, 1)  # the letter has an id of its own
    assert found(index_dir) == ["1972/1972-05-26_Moscow.txt", "l1", "later/note.md"]
    assert found(index_dir, "Berlin") == ["later/note.md"]
    assert shown(index_dir, "later/note.md").metadata.place == "Geneva"
    assert_like_a_rebuild(index_dir)


def unread_since(path: Path) -> bool:
    """Sets the time of access far back, or says whether it still is."""
    is_back = path.stat().st_atime_ns == 1
    os.utime(path, ns=(1, path.stat().st_mtime_ns))
    return is_back


def test_a_renamed_file_is_not_opened(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    new = texts / "mail.jsonl"
    (texts / "letters.jsonl").rename(new)
    unread_since(new)
    assert sync(index_dir=index_dir).renamed == 1
    is_unread = unread_since(new)
    new.read_bytes()
    if unread_since(new):
        pytest.skip("this file system notes no access")
    assert is_unread


def test_a_name_that_says_something_is_read(texts: Path, index_dir: Path) -> None:
    fill(texts, {"plain.txt": "Just one line of text that is no title at all, and no more."})
    sync([texts], index_dir=index_dir)
    assert shown(index_dir, "plain.txt").metadata.title == "plain"
    (texts / "plain.txt").rename(texts / "other.txt")
    (texts / "1973/note.md").rename(texts / "1973/1973-01-01.md")  # a name that may be a date
    report = sync(index_dir=index_dir)
    assert (report.renamed, counts(report)) == (0, (2, 0, 2, 2))
    assert shown(index_dir, "other.txt").metadata.title == "other"
    assert_like_a_rebuild(index_dir)


def test_a_renamed_file_gets_the_settings_of_its_new_place(texts: Path, index_dir: Path) -> None:
    fill(texts, {"dragoman.toml": '[[path]]\npattern = "mail/*"\nplace = "Vienna"\n',
                 "mail/x.md": "x"})  # fmt: skip
    sync([texts], index_dir=index_dir)
    (texts / "letters.jsonl").rename(texts / "mail/letters.jsonl")
    assert sync(index_dir=index_dir).renamed == 0
    assert found(index_dir, "place:Vienna") == ["l1", "mail/x.md"]


def test_an_id_that_is_written_in_a_document_stays_though_it_is_that_of_its_file(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"own.md": "---\nid: own.md\ndate: 1999\n---\n# T\n\nbarley",
                 "r.jsonl": '{"id": "r.jsonl", "text": "rye", "date": "1999"}\n'})  # fmt: skip
    sync([texts], index_dir=index_dir)
    (texts / "own.md").rename(texts / "other.md")
    (texts / "r.jsonl").rename(texts / "s.jsonl")
    assert sync(index_dir=index_dir).renamed == 2
    assert (found(index_dir, "barley"), found(index_dir, "rye")) == (["own.md"], ["r.jsonl"])
    assert_like_a_rebuild(index_dir)


def test_two_files_that_swap_names_are_both_right(texts: Path, index_dir: Path) -> None:
    fill(texts, {"a.md": "# One\n\nalpha", "b.md": "# Two\n\nbeta!"})
    sync([texts], index_dir=index_dir)
    (texts / "a.md").rename(texts / "c.md")
    (texts / "b.md").rename(texts / "a.md")
    (texts / "c.md").rename(texts / "b.md")
    sync(index_dir=index_dir)
    assert (found(index_dir, "alpha"), found(index_dir, "beta")) == (["b.md"], ["a.md"])
    assert_like_a_rebuild(index_dir)


def test_a_renamed_file_whose_ids_others_took_is_told(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    (texts / "letters.jsonl").rename(texts / "mail.jsonl")
    fill(texts, {"again.jsonl": '{"id": "l1", "text": "another letter"}\n'})
    report = sync(index_dir=index_dir)
    assert [path for path, _ in report.failed] == [str(texts / "mail.jsonl")]
    assert found(index_dir, "another") == ["l1"]
    assert_like_a_rebuild(index_dir)


# Files of every bad kind


def test_pipes_sockets_and_links_in_a_circle_are_named_and_never_opened(
    texts: Path, index_dir: Path
) -> None:
    os.mkfifo(texts / "pipe.txt")
    listening = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(texts)  # the name of a socket must be short
    listening.bind("socket.md")
    os.chdir(here)
    (texts / "circle.txt").symlink_to(texts / "circle.txt")
    (texts / "round").symlink_to(texts / "round")
    (texts / "device.csv").symlink_to("/dev/zero")
    report = sync([texts], index_dir=index_dir)
    listening.close()
    assert {Path(path).name: reason for path, reason in report.failed} == {
        "circle.txt": "the file can't be read (Too many levels of symbolic links); "
        "what was known of it is kept",
        "device.csv": "it is a device, no file; it was not opened",
        "pipe.txt": "it is a named pipe, no file; it was not opened",
        "round": "the file can't be read (Too many levels of symbolic links); "
        "what was known of it is kept",
        "socket.md": "it is a socket, no file; it was not opened",
    }
    with open_searcher(index_dir) as searcher:
        listed = searcher.info()["failed"]
    assert listed == [{"path": path, "reason": reason} for path, reason in report.failed]
    assert len(found(index_dir)) == 3
    (texts / "pipe.txt").unlink()
    assert len(sync(index_dir=index_dir).failed) == 4


def test_a_huge_file_with_nothing_in_it_is_refused_unread(texts: Path, index_dir: Path) -> None:
    for name in ("sparse.txt", "sparse.json", "sparse.html"):
        with (texts / name).open("wb") as file:
            file.truncate(2_000_000_000)
    report = sync([texts], index_dir=index_dir)
    assert {Path(path).name: reason for path, reason in report.failed} == {
        "sparse.html": "the file is larger than 64 MB; part it into smaller ones",
        "sparse.json": "the file is larger than 256 MB; part it into smaller ones",
        "sparse.txt": "the file is larger than 64 MB; part it into smaller ones",
    }


def test_an_endless_line_is_passed_over_and_the_next_ones_are_read(
    texts: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_TEXT_BYTES", 1000)
    monkeypatch.setattr(lines, "MAX_TEXT_BYTES", 1000)
    long = json.dumps({"id": "long", "text": "word " * 1000})
    fill(texts, {"long.jsonl": f'{long}\n{{"id": "after", "text": "barley"}}\n{long}'})
    report = sync([texts], index_dir=index_dir)
    assert [path for path, _ in report.failed] == [
        str(texts / "long.jsonl:1"), str(texts / "long.jsonl:3"),
    ]  # fmt: skip
    assert report.failed[0][1].startswith("the line is larger than")
    assert found(index_dir, "barley") == ["after"]


def test_a_quotation_mark_that_is_never_closed_gathers_no_more_than_the_limit(
    texts: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_table, "MAX_TEXT_BYTES", 1000)
    rows = "".join(f"{number},barley and rye\n" for number in range(200))
    fill(texts, {"open.csv": f'id,text\ngood,barley\nbad,"rye\n{rows}'})
    failed = sync([texts], index_dir=index_dir).failed
    # 4 of `rye`, 17 of each of ten rows, 18 of the next: the 56th row is the one too many.
    assert failed[0] == (
        str(texts / "open.csv:3"),
        "no CSV row: field larger than field limit (1000); lines 3 to 59 are lost",
    )
    assert {"good", "199"} <= set(found(index_dir, "barley"))


def test_a_gzip_bomb_is_unpacked_no_further_than_the_limit(texts: Path, index_dir: Path) -> None:
    import gzip

    with gzip.open(texts / "bomb.txt.gz", "wb") as file:
        for _ in range(70):
            file.write(bytes(1_000_000))
    assert (texts / "bomb.txt.gz").stat().st_size < 100_000
    ((_, reason),) = sync([texts], index_dir=index_dir).failed
    assert reason == "the file is larger than 64 MB; part it into smaller ones"


def test_a_file_that_changes_while_it_is_read_is_told_and_read_again(
    texts: Path, index_dir: Path
) -> None:
    growing = fill(texts, {"z.jsonl": '{"id": "z1", "text": "one"}\n'}) / "z.jsonl"

    def grow(progress: Progress) -> None:
        if progress.path == str(growing):
            with growing.open("a") as file:
                file.write('{"id": "z2", "text": "two"}\n')

    report = sync([texts], index_dir=index_dir, on_progress=grow)
    assert report.failed == (
        (str(growing), "it changed while it was read; the next run reads it again"),
    )
    assert "z1" in found(index_dir)
    report = sync(index_dir=index_dir)
    assert report.failed == ()
    assert "z2" in found(index_dir)


def test_a_file_that_vanishes_on_the_way_is_left_as_it_was(texts: Path, index_dir: Path) -> None:
    fill(texts, {"y.md": "old words", "z.md": "old words"})
    sync([texts], index_dir=index_dir)
    fill(texts, {"letters.jsonl": '{"id": "l1", "text": "changed"}\n', "y.md": "newer words",
                 "zz.md": "newest"})  # fmt: skip

    def remove(progress: Progress) -> None:
        for name in ("y.md", "zz.md"):
            (texts / name).unlink(missing_ok=True)

    report = sync(index_dir=index_dir, on_progress=remove)
    assert report.failed == ()
    assert found(index_dir, "old") == ["y.md", "z.md"]
    report = sync(index_dir=index_dir)
    assert (report.failed, report.deleted) == ((), 1)
    assert found(index_dir, "old") == ["z.md"]
    assert_like_a_rebuild(index_dir)


def test_names_of_all_kinds_and_folders_however_deep_are_found(
    texts: Path, index_dir: Path
) -> None:
    strange = ("two\nlines.md", "a" * 252 + ".md", "\u0439.md", "\u0438\u0306.md", " .md",
               "quote'\".md", "#hash?.md", "%41.md")  # fmt: skip
    fill(texts, dict.fromkeys(strange, "barley"))
    folder = str(texts)
    for _ in range(1200):  # deeper than Python's stack
        folder += "/d"
        Path(folder).mkdir()
    Path(folder, "deep.md").write_text("barley")
    assert sync([texts], index_dir=index_dir).failed == ()
    assert found(index_dir, "barley") == sorted([*strange, "d/" * 1200 + "deep.md"])
    assert sync(index_dir=index_dir).unchanged == 12
    Path(folder, "deep.md").unlink()  # pytest can't remove it
    while folder != str(texts):
        Path(folder).rmdir()
        folder = folder.removesuffix("/d")


def test_names_that_lie_where_nobody_reads_them_are_told(texts: Path, index_dir: Path) -> None:
    fill(texts, {"names.toml": "", "1972/names.toml": '"A B" = ["C D"]\n'})
    notes = (f"{texts}/1972/names.toml is not read: move it to {texts}",)
    assert sync([texts], index_dir=index_dir).notes == notes
    assert sync([texts / "1972"], index_dir=index_dir.with_name("other")).notes == ()


def test_what_is_of_no_known_format_is_counted(texts: Path, index_dir: Path) -> None:
    fill(texts, {"a.xyz": "", "b.xyz": "", "c.QQ": "", "plain": "", ".hidden.xyz": ""})
    report = sync([texts], index_dir=index_dir)
    assert report.notes == ("no documents, by their suffix: 2 .xyz, 1 .qq, 1 without one",)


# Whatever happens, increments answer as a rebuild does

PLACES = (
    "a.md",
    "b.md",
    "in/a.md",
    "in/2021-05-06.md",
    "t.txt",
    "in/t.txt",
    "r.jsonl",
    "in/r.jsonl",
)
CONTENTS = {
    "md": ("# One\n\nalpha", "# Two\n\nbeta!", "---\nid: own\ndate: 1999\n---\n# One\n\nalpha"),
    "txt": ("A line without a title, but a full one.", "Title\n\n26 May 1972\n\nText."),
    "jsonl": ('{"id": "own", "text": "x"}\n', '{"text": "y"}\n{"id": "a.md", "text": "z"}\n', "{"),
}  # fmt: skip
SETTINGS = (
    "",
    'source = "S"\n',
    '[[path]]\npattern = "in/**"\nplace = "Geneva"\n',
    'exclude = "in"\n[set]\nkind = "note"\n',
    '[[path]]\npattern = "{date:%Y-%m-%d}.md"\nset = { date = "{date}" }\n',
)
_writes = st.tuples(st.just("write"), st.sampled_from(PLACES), st.integers(0, 2))
_moves = st.tuples(st.just("move"), st.sampled_from(PLACES), st.sampled_from(PLACES))
_removals = st.tuples(st.just("remove"), st.sampled_from(PLACES), st.none())
_settings = st.tuples(st.just("settings"), st.none(), st.sampled_from(SETTINGS))
_steps = st.lists(_writes | _moves | _removals | _settings, min_size=1, max_size=5)


def do(folder: Path, what: str, name: str, other: object) -> None:
    path = folder / str(name)
    if what == "write":
        contents = CONTENTS[path.suffix[1:]]
        path.write_text(contents[int(str(other)) % len(contents)], "utf-8")
    elif what == "move" and path.exists() and path.suffix == Path(str(other)).suffix:
        path.rename(folder / str(other))
    elif what == "remove":
        path.unlink(missing_ok=True)
    elif what == "settings":
        (folder / "dragoman.toml").write_text(str(other), "utf-8")


def answers(index_dir: Path) -> dict[str, object]:
    with open_searcher(index_dir) as searcher:
        ids = [hit.metadata.doc_id for hit in searcher.search(Query("", page_size=1000)).hits]
        return {
            "state": searcher.info()["state"],
            **{doc_id: searcher.document(doc_id).to_dict() for doc_id in ids},
        }


@settings(max_examples=60, deadline=None)
@given(st.lists(_steps, min_size=1, max_size=3))
def test_moves_and_settings_answer_as_a_rebuild_does(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, object]]]
) -> None:
    folder = tmp_path_factory.mktemp("moves")
    texts = fill(folder / "texts", {"in/stays.md": "gamma", "stays.md": "delta"})
    sync([texts], index_dir=folder / "index")
    for number, steps in enumerate(rounds):
        for step in steps:
            do(texts, *step)
        report = sync(index_dir=folder / "index")
        rebuilt = sync([texts], index_dir=folder / f"rebuilt{number}")
        assert answers(folder / "index") == answers(folder / f"rebuilt{number}")
        assert sorted(report.failed) == sorted(rebuilt.failed)
        assert counts(sync(index_dir=folder / "index"))[:3] == (0, 0, 0)
