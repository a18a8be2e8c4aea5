"""Keeping an index up to date with its collection: what is read, kept, removed and refused."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer import manifest, store, sync
from dragoman.indexer.collection import BuildReport
from dragoman.indexer.errors import (
    CollectionError,
    IndexDamaged,
    IndexForeign,
    IndexLocked,
    IndexStale,
)
from dragoman.indexer.store import WhooshWriter
from dragoman.indexer.update import Progress
from dragoman.search import Query, open_searcher

NOBODY = 65534


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def records(*ids: str, text: str = "a common text") -> str:
    return "".join(json.dumps({"id": i, "text": f"{text} of {i}"}) + "\n" for i in ids)


def found(index_dir: Path, text: str = "") -> list[str]:
    with open_searcher(index_dir) as searcher:
        page = searcher.search(Query(text, page_size=1000))
    return sorted(hit.metadata.doc_id for hit in page.hits)


def text_of(index_dir: Path, doc_id: str) -> str:
    with open_searcher(index_dir) as searcher:
        return searcher.document(doc_id).text


def state_of(index_dir: Path) -> str:
    with open_searcher(index_dir) as searcher:
        return str(searcher.info()["state"])


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.deleted, report.unchanged


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return fill(tmp_path / "texts", {
        "oil.md": "# Oil\n\nSanctions touch oil.",
        "ru/нефть.md": "# Нефть\n\nСанкции касаются нефти.",
        "letters.jsonl": records("l1", "l2"),
    })  # fmt: skip


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


# Increments


def test_a_second_run_reads_nothing_and_commits_nothing(texts: Path, index_dir: Path) -> None:
    assert counts(sync([texts], index_dir=index_dir)) == (4, 0, 0, 0)
    before = sorted((p.name, p.stat().st_mtime_ns) for p in index_dir.glob("*.json"))
    told: list[Progress] = []
    report = sync(index_dir=index_dir, on_progress=told.append)
    assert counts(report) == (0, 0, 0, 4)
    assert report.analysed_tokens == 0
    assert {progress.total_bytes for progress in told} == {0}
    assert sorted((p.name, p.stat().st_mtime_ns) for p in index_dir.glob("*.json")) == before


def test_only_what_changed_is_read_and_analysed_again(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    fill(texts, {"oil.md": "# Oil\n\nSanctions touch grain."})
    report = sync(index_dir=index_dir)
    assert counts(report) == (0, 1, 0, 3)
    assert report.analysed_tokens == 4  # Oil, and three words
    assert (found(index_dir, "oil"), found(index_dir, "grain")) == (["oil.md"], ["oil.md"])


def test_of_a_file_of_records_only_the_changed_ones_are_analysed(
    texts: Path, index_dir: Path
) -> None:
    sync([texts], index_dir=index_dir)
    fill(texts, {"letters.jsonl": records("l0", "l1") + records("l2", text="new words")})
    assert counts(sync(index_dir=index_dir)) == (1, 1, 0, 3)
    assert found(index_dir, "new") == ["l2"]


def test_what_vanished_is_removed(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    (texts / "oil.md").unlink()
    fill(texts, {"letters.jsonl": records("l2")})
    assert counts(sync(index_dir=index_dir)) == (0, 0, 2, 2)
    assert found(index_dir) == ["l2", "ru/нефть.md"]


def test_a_renamed_file_is_found_under_its_new_name_alone(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    (texts / "oil.md").rename(texts / "petroleum.md")
    assert counts(sync(index_dir=index_dir)) == (1, 0, 1, 3)
    assert found(index_dir, "oil") == ["petroleum.md"]


def test_a_file_that_was_only_touched_is_unchanged(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    os.utime(texts / "oil.md", (1, 1))
    assert counts(sync(index_dir=index_dir)) == (0, 0, 0, 4)


def test_a_record_that_moves_to_another_file_stays_in_the_index(
    texts: Path, index_dir: Path
) -> None:
    for to in ("a.jsonl", "z.jsonl"):  # before and behind letters.jsonl
        fill(texts, {"letters.jsonl": records("l1", "l2"), to: records("other")})
        sync([texts], index_dir=index_dir)
        fill(texts, {"letters.jsonl": records("l2"), to: records("other", "l1")})
        assert sync(index_dir=index_dir).failed == ()
        assert "l1" in found(index_dir)
        (texts / to).unlink()


NAMES = ("a.jsonl", "b/b.jsonl", "c.jsonl")
IDS = ("x", "y", "z")
_contents = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(["oil", "grain"])), max_size=3)
_steps = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.none() | _contents, max_size=3), max_size=4
)


@settings(max_examples=20, deadline=None)
@given(_steps)
def test_increments_answer_as_a_rebuild_does(
    steps: list[dict[str, list[tuple[str, str]] | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts, grown, whole = (Path(folder, name) for name in ("texts", "grown", "whole"))
        fill(texts, {"stays.jsonl": records("stays")})
        sync([texts], index_dir=grown)
        for step in steps:
            for name, content in step.items():
                if content is None:
                    (texts / name).unlink(missing_ok=True)
                else:
                    lines = [json.dumps({"id": i, "text": word}) for i, word in content]
                    fill(texts, {name: "\n".join(lines)})
            report = sync(index_dir=grown)
        report = sync(index_dir=grown)
        rebuilt = sync([texts], index_dir=whole)
        assert state_of(grown) == state_of(whole)
        assert report.failed == rebuilt.failed
        for text in ("", "oil", "grain", "oil grain", "text"):
            answers = []
            for index in (grown, whole):
                with open_searcher(index) as searcher:
                    page = searcher.search(Query(text)).to_dict()
                del page["took_ms"]
                answers.append(page)
            assert answers[0] == answers[1]


def test_a_full_rebuild_holds_what_the_increments_held(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    fill(texts, {"more.md": "# More\n\nwords"})
    sync(index_dir=index_dir)
    before = state_of(index_dir)
    assert counts(sync(index_dir=index_dir, full=True)) == (5, 0, 0, 0)
    assert state_of(index_dir) == before


# What is a document


def test_readmes_dot_files_and_settings_are_no_documents(texts: Path, index_dir: Path) -> None:
    strange = ("README.md", "ru/readme.txt", ".hidden.md", ".git/notes.md", "dragoman.toml",
               "names.toml", "picture.png", "Makefile")  # fmt: skip
    fill(texts, dict.fromkeys(strange, "# no document"))
    report = sync([texts], index_dir=index_dir)
    assert (report.documents, report.failed) == (4, ())
    assert found(index_dir, "document") == []


def test_an_index_inside_its_collection_is_no_part_of_it(texts: Path) -> None:
    for _ in range(2):
        report = sync([texts], index_dir=texts / "index_data")
        assert (report.documents, report.failed) == (4, ())
    copy = shutil.copytree(texts / "index_data", texts / "old_index")
    assert (copy / "manifest.json").exists()
    assert sync(index_dir=texts / "index_data").failed == ()


def test_ids_are_relative_paths_with_the_roots_name_from_the_second_root_on(
    tmp_path: Path, index_dir: Path
) -> None:
    one = fill(tmp_path / "one", {"a.md": "text", "in/b.md": "text"})
    two = fill(tmp_path / "two", {"a.md": "text", "in/b.md": "text"})
    single = fill(tmp_path, {"single.md": "text"}) / "single.md"
    sync([one, two], index_dir=index_dir)
    sync([single], index_dir=index_dir)
    assert found(index_dir) == ["a.md", "in/b.md", "single.md", "two/a.md", "two/in/b.md"]


def test_roots_of_one_name_get_names_of_their_own(tmp_path: Path, index_dir: Path) -> None:
    folders = [fill(tmp_path / parent / "talks", {"a.md": "text"}) for parent in "abc"]
    sync(folders, index_dir=index_dir)
    assert found(index_dir) == ["a.md", "talks-2/a.md", "talks-3/a.md"]


def test_a_root_named_like_a_folder_of_the_first_hides_no_document(
    tmp_path: Path, index_dir: Path
) -> None:
    one = fill(tmp_path / "one", {"talks/a.md": "first"})
    two = fill(tmp_path / "talks", {"a.md": "second"})
    sync([one, two], index_dir=index_dir)
    assert found(index_dir) == ["talks-2/a.md", "talks/a.md"]
    late = fill(one / "talks-2", {"a.md": "third"}) / "a.md"
    assert sync(index_dir=index_dir).failed == (
        (str(two / "a.md"), f"its id ‘talks-2/a.md’ is that of {late}; rename one of them"),
    )


def test_a_record_without_an_id_keeps_its_own_when_others_come_before_it(
    tmp_path: Path, index_dir: Path
) -> None:
    texts = fill(tmp_path / "texts", {"r.jsonl": '{"text": "oil"}\n'})
    sync([texts], index_dir=index_dir)
    (oil,) = found(index_dir)
    name, _, digest = oil.partition("#")
    assert (name, len(digest)) == ("r.jsonl", 12)
    fill(texts, {"r.jsonl": '{"text": "grain"}\n{"text": "oil"}\n'})
    assert counts(sync(index_dir=index_dir)) == (1, 0, 0, 1)
    assert found(index_dir, "oil") == [oil]


def test_a_folder_within_a_root_is_no_root_of_its_own(texts: Path, index_dir: Path) -> None:
    sync([texts], index_dir=index_dir)
    assert counts(sync([texts / "ru", texts / "oil.md"], index_dir=index_dir)) == (0, 0, 0, 4)


def test_a_file_is_read_once_however_many_ways_lead_to_it(
    texts: Path, index_dir: Path, tmp_path: Path
) -> None:
    elsewhere = fill(tmp_path / "elsewhere", {"far.md": "text"})
    (texts / "again.md").symlink_to(texts / "oil.md")
    (texts / "linked").symlink_to(elsewhere)
    (texts / "circle").symlink_to(texts)
    report = sync([texts, texts / "ru"], index_dir=index_dir)
    assert report.failed == ()
    assert found(index_dir) == ["again.md", "l1", "l2", "linked/far.md", "ru/нефть.md"]


def test_file_names_of_any_bytes_are_indexed(texts: Path, index_dir: Path) -> None:
    name = os.fsdecode("Указ.md".encode("cp1251"))
    (texts / name).write_text("# Указ\n\nо мире", "utf-8")
    sync([texts], index_dir=index_dir)
    assert found(index_dir, "указ") == [name]
    assert counts(sync(index_dir=index_dir)) == (0, 0, 0, 5)


# Two documents with one id


def test_of_two_documents_with_one_id_the_first_is_taken_and_both_are_named(
    texts: Path, index_dir: Path
) -> None:
    second = fill(texts, {"mail.jsonl": records("l2", "l3", text="another")}) / "mail.jsonl"
    report = sync([texts], index_dir=index_dir)
    assert report.failed == (
        (
            str(second),
            f"the id ‘l2’ is also that of a document in {texts / 'letters.jsonl'}; "
            "give one of them another id",
        ),
    )
    assert text_of(index_dir, "l2") == "a common text of l2"
    assert "l3" in found(index_dir)
    assert sync(index_dir=index_dir).failed == report.failed


def test_two_records_of_one_file_with_one_id_are_told(texts: Path, index_dir: Path) -> None:
    fill(texts, {"letters.jsonl": records("l1", "l1")})
    ((path, reason),) = sync([texts], index_dir=index_dir).failed
    assert path == str(texts / "letters.jsonl")
    assert reason.startswith("the id ‘l1’ is also that of a document in the same file;")


def test_a_refused_document_is_taken_once_its_id_is_free(texts: Path, index_dir: Path) -> None:
    fill(texts, {"mail.jsonl": records("l2", text="another")})
    sync([texts], index_dir=index_dir)
    (texts / "letters.jsonl").unlink()
    report = sync(index_dir=index_dir)
    assert report.failed == ()
    assert text_of(index_dir, "l2") == "another of l2"


# Roots that are missing, empty, moved, forgotten


@pytest.mark.parametrize("full", [False, True])
def test_a_missing_root_is_an_error_that_removes_nothing(
    texts: Path, index_dir: Path, full: bool
) -> None:
    sync([texts], index_dir=index_dir)
    texts.rename(texts.parent / "gone")
    with pytest.raises(
        CollectionError, match=r"is missing: nothing was removed.*NEW_PLACE.*forget"
    ):
        sync(index_dir=index_dir, full=full)
    assert len(found(index_dir)) == 4
    assert counts(sync(index_dir=index_dir, allow_empty=True))[2:] == (4, 0)
    (texts.parent / "gone").rename(texts)
    assert counts(sync(index_dir=index_dir)) == (4, 0, 0, 0)


@pytest.mark.parametrize("full", [False, True])
def test_a_suddenly_empty_root_is_an_error_that_removes_nothing(
    texts: Path, index_dir: Path, tmp_path: Path, full: bool
) -> None:
    other = fill(tmp_path / "other", {"stays.md": "text"})
    sync([texts, other], index_dir=index_dir)
    shutil.rmtree(texts)
    texts.mkdir()
    with pytest.raises(
        CollectionError, match=r"suddenly empty: nothing was removed.*--allow-empty"
    ):
        sync(index_dir=index_dir, full=full)
    assert len(found(index_dir)) == 5
    sync(index_dir=index_dir, allow_empty=True, full=full)
    assert found(index_dir) == ["other/stays.md"]


def test_a_collection_without_documents_is_an_error(tmp_path: Path, index_dir: Path) -> None:
    empty = fill(tmp_path / "empty", {"README.md": "nothing here"})
    with pytest.raises(CollectionError, match=r"no documents in .*empty: dragoman index --help"):
        sync([empty], index_dir=index_dir)
    assert not index_dir.exists()
    assert sync([empty], index_dir=index_dir, allow_empty=True).documents == 0
    assert found(index_dir) == []


def test_no_path_and_nothing_remembered_is_an_error(index_dir: Path) -> None:
    with pytest.raises(CollectionError, match=r"no collection yet: .*dragoman index PATH"):
        sync(index_dir=index_dir)


def test_a_path_that_does_not_exist_is_an_error(texts: Path, index_dir: Path) -> None:
    with pytest.raises(CollectionError, match=r"nowhere does not exist"):
        sync([texts, texts / "nowhere"], index_dir=index_dir)
    assert not index_dir.exists()


@pytest.mark.parametrize("name", ["texts", "speeches"])
def test_a_root_that_moved_is_known_by_its_files(
    texts: Path, index_dir: Path, tmp_path: Path, name: str
) -> None:
    sync([texts], index_dir=index_dir)
    before = found(index_dir), [r.name for r in manifest.read_header(index_dir, 0).roots]
    moved = tmp_path / "archive" / name
    moved.parent.mkdir()
    texts.rename(moved)
    report = sync([moved], index_dir=index_dir)
    assert report.repointed == ((str(texts), str(moved)),)
    assert counts(report) == (0, 0, 0, 4)
    after = found(index_dir), [r.name for r in manifest.read_header(index_dir, 1).roots]
    assert after == before
    assert counts(sync(index_dir=index_dir)) == (0, 0, 0, 4)


def test_an_index_copied_to_another_machine_reads_files_but_analyses_nothing(
    texts: Path, index_dir: Path, tmp_path: Path
) -> None:
    sync([texts], index_dir=index_dir)
    there = tmp_path / "there"
    shutil.copytree(texts, there / "texts", copy_function=shutil.copyfile)  # times are new
    shutil.copytree(index_dir, there / "index")
    shutil.rmtree(texts)
    report = sync([there / "texts"], index_dir=there / "index")
    assert counts(report) == (0, 0, 0, 4)
    assert report.analysed_tokens == 0


def test_another_collection_of_the_same_name_does_not_take_the_place_of_a_missing_one(
    texts: Path, index_dir: Path, tmp_path: Path
) -> None:
    sync([texts], index_dir=index_dir)
    shutil.rmtree(texts)
    other = fill(tmp_path / "other" / "texts", {"unlike.md": "text"})
    with pytest.raises(CollectionError, match=r"is missing: nothing was removed"):
        sync([other], index_dir=index_dir)
    assert len(found(index_dir)) == 4


def test_a_forgotten_root_leaves_with_its_documents(
    texts: Path, index_dir: Path, tmp_path: Path
) -> None:
    other = fill(tmp_path / "other", {"stays.md": "text"})
    sync([texts, other], index_dir=index_dir)
    shutil.rmtree(texts)
    assert counts(sync(index_dir=index_dir, forget=[texts])) == (0, 0, 4, 1)
    assert found(index_dir) == ["other/stays.md"]
    with pytest.raises(
        CollectionError, match=r"texts is no part of the collection; it is: .*other"
    ):
        sync(index_dir=index_dir, forget=[texts])
    sync(index_dir=index_dir, forget=[other])
    assert found(index_dir) == []


# What can't be read


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, whom no permission stops."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anyone may write in, wherever pytest keeps its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "texts", {
            "closed/in.md": "closed words", "open.md": "open words", "later.md": "later",
        })  # fmt: skip
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield folder
        for path in folder.rglob("*"):
            path.chmod(0o700)


def test_an_unreadable_folder_is_told_and_loses_no_document(open_folder: Path) -> None:
    texts, index_dir = open_folder / "texts", open_folder / "index"
    with as_nobody():
        sync([texts], index_dir=index_dir)
        (texts / "closed").chmod(0)
        fill(texts, {"open.md": "open sesame"})
        report = sync(index_dir=index_dir)
        assert report.failed == (
            (
                str(texts / "closed"),
                "the folder can't be read (Permission denied); what was known of it is kept",
            ),
        )
        assert found(index_dir, "closed") == ["closed/in.md"]
        assert found(index_dir, "sesame") == ["open.md"]
        with open_searcher(index_dir) as searcher:
            assert [f["path"] for f in searcher.info()["failed"]] == [  # type: ignore[attr-defined]
                str(texts / "closed")
            ]
        (texts / "closed").chmod(0o700)
        report = sync(index_dir=index_dir)
        assert (report.failed, report.documents) == ((), 3)


def test_an_unreadable_root_is_an_error(open_folder: Path) -> None:
    texts, index_dir = open_folder / "texts", open_folder / "index"
    with as_nobody():
        sync([texts], index_dir=index_dir)
        texts.chmod(0)
        with pytest.raises(CollectionError, match=r"texts can't be read .Permission denied"):
            sync(index_dir=index_dir)
        assert len(found(index_dir)) == 3


def test_an_unreadable_file_is_told_and_read_when_it_can_be(open_folder: Path) -> None:
    texts, index_dir = open_folder / "texts", open_folder / "index"
    with as_nobody():
        (texts / "later.md").chmod(0)
        ((path, reason),) = sync([texts], index_dir=index_dir).failed
        assert path == str(texts / "later.md")
        assert "Permission denied" in reason
        (texts / "later.md").chmod(0o600)  # changes neither size nor time
        assert len(sync(index_dir=index_dir).failed) == 1
        assert counts(sync(index_dir=index_dir, retry_failed=True)) == (1, 0, 0, 2)


def test_files_that_cant_be_read_are_told_each_time_and_stop_nothing(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"broken.json": "{", "empty.md": "", "more.jsonl": '{"text": "barley"}\nno\n'})
    (texts / "nowhere.md").symlink_to(texts / "none.md")
    report = sync([texts], index_dir=index_dir)
    assert [Path(path).name for path, _ in report.failed] == [
        "broken.json", "empty.md", "more.jsonl:2", "nowhere.md",
    ]  # fmt: skip
    assert all(reason for _, reason in report.failed)
    assert report.documents == 5
    assert sync(index_dir=index_dir).failed == report.failed
    fill(texts, {"broken.json": '{"text": "mended"}'})
    assert found(index_dir, "mended") == []
    sync(index_dir=index_dir)
    assert len(found(index_dir, "mended")) == 1


def test_a_document_whose_file_became_unreadable_is_not_shown_any_more(
    texts: Path, index_dir: Path
) -> None:
    fill(texts, {"talk.json": '{"text": "barley"}'})
    sync([texts], index_dir=index_dir)
    fill(texts, {"talk.json": '{"text": "barl'})
    report = sync(index_dir=index_dir)
    assert (report.deleted, len(report.failed)) == (1, 1)
    assert found(index_dir, "barley") == []


# The index directory


def test_an_index_of_whoosh_or_a_folder_with_other_files_is_never_written_into(
    texts: Path, tmp_path: Path
) -> None:
    from whoosh import fields, index

    foreign = tmp_path / "foreign"
    foreign.mkdir()
    index.create_in(str(foreign), fields.Schema(id=fields.ID(stored=True)))
    website = fill(tmp_path / "website", {"manifest.json": '{"name": "my page"}', "a.js": ""})
    for folder in (foreign, website):
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        for full in (False, True):
            with pytest.raises(IndexForeign, match=r"choose an.* directory with --index"):
                sync([texts], index_dir=folder, full=full)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_stale_index_is_rebuilt_from_its_remembered_collection(
    texts: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync([texts], index_dir=index_dir)
    monkeypatch.setattr(manifest, "ANALYZER_VERSION", 99)
    with pytest.raises(IndexStale, match=rf"rebuild it: dragoman --index {index_dir} index --full"):
        sync(index_dir=index_dir)
    sync(index_dir=index_dir, full=True)
    monkeypatch.undo()
    assert len(found(index_dir)) == 4


@pytest.mark.parametrize("name", ["files-0.json", "manifest.json", "*.columns", "*.toc"])
def test_a_damaged_index_is_refused_and_rebuilt_with_its_paths(
    texts: Path, index_dir: Path, name: str
) -> None:
    sync([texts], index_dir=index_dir)
    path = next(index_dir.glob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)
    with pytest.raises((IndexDamaged, IndexForeign), match=r"--full|--index"):
        sync(index_dir=index_dir)
    sync([texts], index_dir=index_dir, full=True)
    assert len(found(index_dir)) == 4


def test_a_second_run_waits_for_the_first_and_is_refused_with_its_name(
    texts: Path, index_dir: Path
) -> None:
    sync([texts], index_dir=index_dir)
    writer = WhooshWriter(index_dir)
    with writer, pytest.raises(IndexLocked, match=rf"process {os.getpid()} on .* is writing"):
        sync(index_dir=index_dir)
    writer = WhooshWriter(index_dir)
    ending = threading.Timer(0.5, writer._lock.release)
    ending.start()
    fill(texts, {"more.md": "text"})
    assert counts(sync(index_dir=index_dir)) == (1, 0, 0, 4)
    ending.join()


def test_a_reader_never_sees_less_than_everything_while_the_index_is_rebuilt(
    texts: Path, index_dir: Path
) -> None:
    sync([texts], index_dir=index_dir)
    totals: list[int] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            with open_searcher(index_dir) as searcher:
                totals.append(searcher.search(Query("")).total)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(20):
            sync(index_dir=index_dir, full=True)
    finally:
        ended.set()
        reader.join()
    assert len(totals) > 10
    assert set(totals) == {4}


KILLED = """
import os, signal, sys
from dragoman.indexer import store, sync
store.BATCH_CHARS = store.CHUNK_CHARS = 20_000
commits = []
def die_later(progress):
    if progress.documents >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
sync([sys.argv[1]], index_dir=sys.argv[2], on_progress=die_later, full=sys.argv[4] == "full")
"""


def _run_and_die(texts: Path, index_dir: Path, after: int, how: str = "") -> None:
    command = [sys.executable, "-c", KILLED, str(texts), str(index_dir), str(after), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture
def many(tmp_path: Path) -> Path:
    random.seed(1)
    return fill(tmp_path / "many", {
        "big.jsonl": "".join(records(f"r{n}", text="some words " * 50) for n in range(100)),
        **{f"f{n}.md": "# Title\n\n" + "other words " * 50 for n in range(50)},
    })  # fmt: skip


def test_a_killed_run_keeps_what_it_committed_and_the_next_one_ends_it(
    many: Path, index_dir: Path
) -> None:
    _run_and_die(many, index_dir, 130)
    kept = found(index_dir)
    assert 50 < len(kept) < 150
    report = sync(index_dir=index_dir)
    assert counts(report) == (150 - len(kept), 0, 0, len(kept))
    assert state_of(index_dir) == _rebuilt_state(many, index_dir)


def test_a_run_killed_within_a_file_leaves_no_document_without_a_file(
    many: Path, index_dir: Path
) -> None:
    _run_and_die(many, index_dir, 90)  # within big.jsonl, the first in the order
    assert any(doc_id.startswith("r") for doc_id in found(index_dir))
    (many / "big.jsonl").unlink()
    sync(index_dir=index_dir)
    assert found(index_dir) == sorted(f"f{n}.md" for n in range(50))


def test_a_killed_rebuild_leaves_the_old_index_as_it_was(many: Path, index_dir: Path) -> None:
    sync([many], index_dir=index_dir)
    before = state_of(index_dir)
    fill(many, {"late.md": "text"})
    _run_and_die(many, index_dir, 100, "full")
    assert state_of(index_dir) == before
    assert counts(sync(index_dir=index_dir)) == (1, 0, 0, 150)
    assert state_of(index_dir) == _rebuilt_state(many, index_dir)
    assert len(list(index_dir.glob("*.columns"))) <= 4


def _rebuilt_state(texts: Path, index_dir: Path) -> str:
    sync([texts], index_dir=index_dir.with_name("rebuilt"))
    return state_of(index_dir.with_name("rebuilt"))


def test_worker_processes_make_the_same_index(many: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        sync([many], index_dir=tmp_path / str(jobs), jobs=jobs)
    assert state_of(tmp_path / "1") == state_of(tmp_path / "2")
    assert store.CHUNK_CHARS > 0
