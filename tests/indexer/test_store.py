"""Writing an index: what readers see, what Whoosh sees, what survives."""

import json
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from whoosh import fields, index, query, scoring

from dragoman.indexer import codec, manifest
from dragoman.indexer.codec import build_schema, latest_generation, read_toc
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import (
    IndexDamaged,
    IndexForeign,
    IndexLocked,
    IndexMissing,
    IndexStale,
)
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Ranking, open_engine
from dragoman.search.syntax import parse

TEXTS = {
    "a": "Arms control treaty. The treaty limits missiles.",
    "b": "Control of arms, and of missiles.",
    "c": "Санкции против нефти. Договор о мире.",
    "d": "Договор и санкции: договор.",
}


def write(folder: Path, ids: Iterable[str], **options: object) -> manifest.Header:
    with WhooshWriter(folder, **options) as writer:  # type: ignore[arg-type]
        for doc_id in ids:
            writer.add(Document(doc_id, f"Title {doc_id}", TEXTS[doc_id]), "file")
        return writer.commit((), {})


def found(folder: Path, text: str) -> list[str]:
    engine = open_engine(folder)
    answer = engine.search(parse(text).node, Ranking(size=100))
    return [engine.stored(hit.handle)["id"] for hit in answer.found]


def test_whoosh_opens_the_index_and_finds_the_same_documents(tmp_path: Path) -> None:
    write(tmp_path, "ab")
    write(tmp_path, "cd")
    with WhooshWriter(tmp_path) as writer:
        writer.delete("b")
        writer.commit((), {})
    opened = index.open_dir(str(tmp_path), schema=build_schema())
    assert opened.doc_count() == 3
    with opened.searcher(weighting=scoring.BM25F()) as searcher:
        for tree, expected in [
            (query.Term("body", "treaty"), {"a"}),
            (query.Term("body", "договор"), {"c", "d"}),
            (query.And([query.Term("body", "санкция"), query.Term("body", "мир")]), {"c"}),
            (query.Or([query.Term("body", "missile"), query.Term("body", "нефть")]), {"a", "c"}),
            (query.Not(query.Term("body", "договор")), {"a"}),
            (query.Phrase("body", ["arm", "control"]), {"a"}),
            (query.Phrase("body", ["control", "arm"]), set()),
            (query.Prefix("body", "догов"), {"c", "d"}),
            (query.Term("title", "title"), {"a", "c", "d"}),
            (query.Term("id", "c"), {"c"}),
            (query.Term("body", "nowhere"), set()),
        ]:
            assert {hit["id"] for hit in searcher.search(tree, limit=None)} == expected, tree
        assert searcher.document(id="a")["text"] == TEXTS["a"]


def test_increments_answer_as_a_rebuild_does(tmp_path: Path) -> None:
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    write(whole, "acd")
    for doc_id in "abcd":
        write(grown, doc_id)
    with WhooshWriter(grown) as writer:
        writer.delete("b")
        writer.commit((), {})
    for text in ["treaty", "договор", "санкции -нефть", '"санкции против"', "title"]:
        answers = [open_engine(folder).search(parse(text).node, Ranking()) for folder in
                   (whole, grown)]  # fmt: skip
        assert [hit.score for hit in answers[0].found] == [hit.score for hit in answers[1].found]
        assert found(whole, text) == found(grown, text)
    assert open_engine(whole).info.state == open_engine(grown).info.state


def test_a_document_takes_the_place_of_the_one_with_its_id(tmp_path: Path) -> None:
    write(tmp_path, "ab")
    with WhooshWriter(tmp_path) as writer:
        writer.add(Document("a", "", "first"), "file")
        writer.add(Document("a", "", "second"), "file")
        header = writer.commit((), {})
    assert header.documents == 2
    assert found(tmp_path, "treaty") == found(tmp_path, "first") == []
    assert found(tmp_path, "second") == ["a"]


def test_many_small_commits_are_merged_and_lose_nothing(tmp_path: Path) -> None:
    for number in range(20):
        with WhooshWriter(tmp_path) as writer:
            writer.add(Document(f"n{number}", "", f"word{number} common"), f"file{number}")
            writer.commit((), {})
    assert len(read_toc(tmp_path).segments) < 12
    assert sorted(found(tmp_path, "common")) == sorted(f"n{number}" for number in range(20))
    assert found(tmp_path, "word7") == ["n7"]
    files = {path.name for path in tmp_path.glob("*.columns")}
    assert len(files) == len(read_toc(tmp_path).segments)


def test_worker_processes_make_the_same_index(tmp_path: Path) -> None:
    documents = [Document(f"n{n}", f"Title {n}", f"договор word{n}. " * 6000) for n in range(20)]
    states = []
    for jobs in (1, 2):
        with WhooshWriter(tmp_path / str(jobs), jobs=jobs) as writer:
            for document in documents:
                writer.add(document, "file")
            states.append(writer.commit((), {}).state)
    assert states[0] == states[1]
    assert found(tmp_path / "2", "word7") == ["n7"]


def test_nothing_is_visible_before_the_commit(tmp_path: Path) -> None:
    write(tmp_path, "a")
    with WhooshWriter(tmp_path) as writer:
        writer.add(Document("b", "", TEXTS["b"]), "file")
        writer.delete("a")
        writer._write_batch()
        assert found(tmp_path, "treaty") == ["a"]
    assert found(tmp_path, "treaty") == ["a"]
    assert found(tmp_path, "control") == ["a"]


def test_a_reader_keeps_its_state_while_the_index_is_rebuilt(tmp_path: Path) -> None:
    write(tmp_path, "ab")
    engine = open_engine(tmp_path)
    write(tmp_path, "cd", full=True)
    assert engine.search(parse("control").node, Ranking()).total == 2
    assert not engine.is_current()
    assert found(tmp_path, "control") == []
    assert sorted(found(tmp_path, "договор")) == ["c", "d"]


def _search_for(folder: str, seconds: float, totals: "multiprocessing.Queue[int]") -> None:
    open_engine(folder)  # imports what searching needs, however long that takes
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        totals.put(open_engine(folder).search(parse("договор").node, Ranking()).total)


def test_rebuilding_never_shows_a_reader_no_documents(tmp_path: Path) -> None:
    write(tmp_path, "cd")
    context = multiprocessing.get_context("spawn")
    totals = context.Queue()
    reader = context.Process(target=_search_for, args=(str(tmp_path), 4, totals))
    reader.start()
    seen = []
    while reader.is_alive() or not totals.empty():
        write(tmp_path, "abcd", full=True)
        while not totals.empty():
            seen.append(totals.get())
    reader.join()
    assert reader.exitcode == 0
    assert len(seen) > 5
    assert set(seen) == {2}


def _write_and_die(folder: str) -> None:
    with WhooshWriter(Path(folder)) as writer:
        writer.add(Document("c", "", TEXTS["c"]), "file")
        writer.commit((), {})
        writer.add(Document("d", "", TEXTS["d"]), "file")
        writer.delete("a")
        writer._write_batch()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_run_loses_nothing_committed(tmp_path: Path) -> None:
    write(tmp_path, "ab")
    process = multiprocessing.get_context("spawn").Process(
        target=_write_and_die, args=(str(tmp_path),)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert found(tmp_path, "control") == ["a", "b"] or found(tmp_path, "control") == ["b", "a"]
    assert found(tmp_path, "договор") == ["c"]
    write(tmp_path, "d")  # the lock died with its holder
    assert sorted(found(tmp_path, "договор")) == ["c", "d"]
    assert len(list(tmp_path.glob("*.columns"))) == len(read_toc(tmp_path).segments)


def test_a_second_writer_is_refused_with_the_holders_name(tmp_path: Path) -> None:
    write(tmp_path, "a")
    with WhooshWriter(tmp_path), pytest.raises(IndexLocked, match=f"process {os.getpid()} on"):
        WhooshWriter(tmp_path, wait_s=0.1)
    write(tmp_path, "b")


def test_no_index_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index at .*; build one: dragoman --index"):
        open_engine(tmp_path / "none")
    with pytest.raises(IndexMissing):
        open_engine(tmp_path)


@pytest.mark.parametrize("part", ["schema", "analyzer"])
def test_an_index_of_another_version_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    write(tmp_path, "a")
    monkeypatch.setattr(manifest, f"{part.upper()}_VERSION", 99)
    with pytest.raises(IndexStale, match=rf"{part} \d+, now 99.*rebuild it: dragoman .*--full"):
        open_engine(tmp_path)
    with pytest.raises(IndexStale):
        WhooshWriter(tmp_path)
    with WhooshWriter(tmp_path, full=True):
        pass


def test_an_index_with_other_dictionaries_is_stale(tmp_path: Path) -> None:
    write(tmp_path, "a")
    path = tmp_path / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    entry = content["generations"][str(latest_generation(tmp_path))]
    name = next(iter(entry["dictionaries"]))
    entry["dictionaries"][name] = "0.0"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(IndexStale, match=f"{name} 0.0, now"):
        open_engine(tmp_path)


def test_an_index_that_whoosh_made_is_foreign(tmp_path: Path) -> None:
    index.create_in(str(tmp_path), fields.Schema(id=fields.ID(stored=True)))
    with pytest.raises(IndexForeign, match="did not make"):
        open_engine(tmp_path)
    with pytest.raises(IndexForeign):
        WhooshWriter(tmp_path)


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("owned",))


def test_a_table_of_contents_can_run_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "ix"
    write(folder, "a")
    path = folder / codec.TOC._filename(codec.INDEX_NAME, latest_generation(folder))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\x80", len(data) // 2)] + pickle.dumps([_Evil()]))
    with pytest.raises((IndexForeign, IndexDamaged)):
        open_engine(folder)
    assert not (tmp_path / "owned").exists()


def test_a_directory_with_other_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(IndexForeign, match=r"holds other files \(thesis.txt\)"):
        WhooshWriter(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"generations": 3}'])
def test_a_damaged_manifest_is_told_and_mended_by_a_rebuild(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, "a")
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"manifest\.json is damaged; rebuild"):
        open_engine(tmp_path)
    write(tmp_path, "b", full=True)
    assert found(tmp_path, "control") == ["b"]


@pytest.mark.parametrize("keep", [0, 5, 60, 900])
def test_a_damaged_table_of_contents_is_told_and_mended_by_a_rebuild(
    tmp_path: Path, keep: int
) -> None:
    write(tmp_path, "a")
    path = tmp_path / codec.TOC._filename(codec.INDEX_NAME, latest_generation(tmp_path))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexDamaged):
        open_engine(tmp_path)
    write(tmp_path, "b", full=True)
    assert found(tmp_path, "control") == ["b"]


def test_a_missing_segment_is_told(tmp_path: Path) -> None:
    write(tmp_path, "a")
    next(tmp_path.glob("*.columns")).unlink()
    with pytest.raises(IndexDamaged, match="can't be read"):
        open_engine(tmp_path)


def test_a_text_of_any_characters_comes_back(tmp_path: Path) -> None:
    text = "a\ud800b \x00 \U0001f600 " * 5000 + "\u0301"
    with WhooshWriter(tmp_path) as writer:
        writer.add(Document("x", "\ud800", text), "file")
        writer.commit((), {})
    engine = open_engine(tmp_path)
    handle = engine.handle_of("x")
    assert engine.text(handle) == text
    assert engine.text(handle, 16_380, 16_390) == text[16_380:16_390]
    assert engine.text(handle, 40_000) == text[40_000:]
