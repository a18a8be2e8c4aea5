"""An index as one file, and an index made of it again."""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from segmented import write_segments

from dragoman.indexer import codec, sync
from dragoman.indexer.batch_parts import batch_of, parts_of
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexMissing, TransferError
from dragoman.indexer.forward import Batch, analyze_batch
from dragoman.indexer.moving import Moved, export_index, import_index
from dragoman.indexer.segment_reader import SegmentReader
from dragoman.indexer.store import WhooshWriter
from dragoman.indexer.transfer_file import TransferWriter, read_parts

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

DOCUMENTS = [
    Document(
        "=odd",
        "Arms control: the treaty’s text",
        "SPEAKER ONE: The treaty limits missiles. U.S. missiles too.\n\nSPEAKER TWO: Yes.\n\nNo.",
        date="1972-05-26", lang="en", speakers=("Gerard C. Smith", "Vladimir Semyonov"),
        topics=("arms control", "missiles"), pair="abm", url="https://example.org/abm",
        page_starts=(0, 10), extra={"url_ru": "https://example.org/ru", "n": [1, 2.5, None]},
    ),
    Document("ru.txt", "Договор о ПРО", "Договор ограничил ракеты. Ёлка.", lang="ru", pair="abm"),
    Document("empty", "", ""),
    Document("surrogate", "", "before \ud83d after. " + "Слово и дело. " * 1500, date="2001"),
]  # fmt: skip


def export(folder: Path) -> bytes:
    file = io.BytesIO()
    export_index(folder, file)
    return file.getvalue()


def import_(data: bytes, folder: Path, **options: object) -> Moved:
    return import_index(io.BytesIO(data), folder, **options)  # type: ignore[arg-type]


def written(documents: Sequence[Document], folder: Path) -> Path:
    with WhooshWriter(folder) as writer:
        for document in documents:
            writer.add(document, "key of " + document.doc_id)
        writer.commit((), {})
    return folder


def read_back(folder: Path, max_chars: int = 10**9) -> list[Batch]:
    segments = codec.read_toc(folder).segments
    return [
        batch
        for segment in segments
        for batch in SegmentReader(segment.open(folder), segment.live()).batches(max_chars)
    ]


def assert_same(one: Batch, other: Batch) -> None:
    """That two batches hold the same, however each numbers its forms."""
    for name in ("records", "facets", "text_lengths", "text_bytes", "dates", "bands", "addresses"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.hashes.tolist() == other.hashes.tolist()
    assert [a.tolist() for a in one.anchors] == [a.tolist() for a in other.anchors]
    for name in ("lengths", "starts", "ends", "voices"):
        assert getattr(one.turns, name).tolist() == getattr(other.turns, name).tolist()
    decompress = zstandard.ZstdDecompressor().decompress
    assert [[decompress(b) for b in each] for each in one.text_blocks] == [
        [decompress(b) for b in each] for each in other.text_blocks
    ]
    assert one.fields.keys() == other.fields.keys()
    for field, tokens in one.fields.items():
        theirs = other.fields[field]
        assert tokens.lengths.tolist() == theirs.lengths.tolist(), field
        assert [one.vocabulary[n] for n in tokens.forms] == [
            other.vocabulary[n] for n in theirs.forms
        ], field
        if field not in ("id", "path", "lang", "pair", "url", "alternate"):
            for name in ("starts", "ends", "sentences", "paragraphs"):
                assert getattr(tokens, name).tolist() == getattr(theirs, name).tolist(), field


def test_a_segment_gives_back_the_batch_that_made_it(tmp_path: Path) -> None:
    (batch,) = read_back(written(DOCUMENTS, tmp_path))
    assert_same(batch, analyze_batch([(d, "key of " + d.doc_id) for d in DOCUMENTS]))


texts = st.text(st.sampled_from("aB яЯ.\n’-5"), max_size=60)
documents = st.builds(
    Document,
    doc_id=st.just(""), title=texts, text=texts, date=st.sampled_from(["", "1999", "2001-02-03"]),
    lang=st.sampled_from(["", "en", "ru"]), speakers=st.lists(texts, max_size=2).map(tuple),
    topics=st.lists(texts, max_size=3).map(tuple), place=texts, url=texts, pair=texts,
)  # fmt: skip


@given(st.lists(documents, min_size=1, max_size=6), st.data())
@settings(max_examples=40, deadline=None)
def test_batches_of_living_documents_come_back_whole_from_segment_and_parts(
    made: list[Document], data: st.DataObject
) -> None:
    numbered = [replace(d, doc_id=f"d{n}") for n, d in enumerate(made)]
    kept = [d for d in numbered if data.draw(st.booleans()) or d is numbered[0]]
    with tempfile.TemporaryDirectory() as name:
        folder = written(numbered, Path(name))
        (segment,) = codec.read_toc(folder).segments
        live = np.array([d in kept for d in numbered])
        at_once = data.draw(st.sampled_from([1, 700, 10**9]))
        found = [
            batch_of(**parts_of(batch))
            for batch in SegmentReader(segment.open(folder), live).batches(at_once)
        ]
    each = [analyze_batch([(d, "key of " + d.doc_id)]) for d in kept]
    if at_once == 10**9:
        (whole,) = found
        assert_same(whole, analyze_batch([(d, "key of " + d.doc_id) for d in kept]))
    elif at_once == 1:
        for one, other in zip(found, each, strict=True):
            assert_same(one, other)
    else:
        records = [record for batch in found for record in batch.records]
        assert records == [batch.records[0] for batch in each]


def test_an_index_of_several_segments_with_deleted_documents_has_the_same_state(
    tmp_path: Path,
) -> None:
    old = tmp_path / "old"
    write_segments(old, DOCUMENTS, 2, Document("gone", "", "Nobody finds this."))
    data = export(old)
    assert len(codec.read_toc(old).segments) > 1
    assert b"Nobody" not in b"".join(data for _, data in read_parts(io.BytesIO(data), "it"))
    moved = import_(data, tmp_path / "new")
    assert moved.documents == 4
    assert moved.differs == ()
    again = tmp_path / "again"
    assert import_(export(tmp_path / "new"), again) == moved


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of texts, settled names among them, and its index beside it."""
    folder = tmp_path_factory.mktemp("collection")
    shutil.copytree(SEEDS, folder / "texts", copy_function=shutil.copy2)
    (folder / "texts" / "names.toml").write_text(
        '"Sergey Lavrov" = ["С. В. Лавров", "the minister"]\n', "utf-8"
    )
    (folder / "texts" / "broken.json").write_text("{", "utf-8")
    sync([folder / "texts"], index_dir=folder / "index")
    return folder


def test_indexing_goes_on_at_the_new_place_as_if_nothing_had_happened(
    collection: Path, tmp_path: Path
) -> None:
    data = export(collection / "index")
    shutil.copytree(collection / "texts", tmp_path / "moved", copy_function=shutil.copy2)
    away = collection / "away"
    (collection / "texts").rename(away)
    try:
        import_(data, tmp_path / "index")
        (tmp_path / "moved" / "new.txt").write_text("A new text.", "utf-8")
        (tmp_path / "moved" / "en" / "npt.md").unlink()
        report = sync([tmp_path / "moved"], index_dir=tmp_path / "index")
    finally:
        away.rename(collection / "texts")
    assert (report.added, report.changed, report.deleted) == (1, 0, 1)
    assert report.repointed == ((str(collection / "texts"), str(tmp_path / "moved")),)
    assert [Path(path).name for path, _ in report.failed] == ["broken.json"]


def test_at_the_same_place_nothing_is_left_to_do(collection: Path, tmp_path: Path) -> None:
    import_(export(collection / "index"), tmp_path / "index")
    generation = codec.latest_generation(tmp_path / "index")
    report = sync(index_dir=tmp_path / "index")
    assert (report.added, report.changed, report.deleted, report.analysed_tokens) == (0, 0, 0, 0)
    assert codec.latest_generation(tmp_path / "index") == generation


def changed(
    data: bytes, change: Callable[[dict[str, Any]], None], wanted: str = "dragoman.json"
) -> bytes:
    """The same file with another header, or another of its parts in JSON."""
    file = io.BytesIO()
    with TransferWriter(file) as writer:
        for name, part in read_parts(io.BytesIO(data), "it"):
            if name == wanted:
                content = json.loads(part)
                change(content)
                part = json.dumps(content).encode()
            writer.add(name, part)
    return file.getvalue()


def test_what_another_analyzer_found_is_found_again_from_the_texts(
    collection: Path, tmp_path: Path
) -> None:
    data = export(collection / "index")
    old = changed(data, lambda head: head.update(analyzer=0))
    moved = import_(old, tmp_path / "index")
    (differs,) = moved.differs
    assert differs.startswith("analyzer 0, now ")
    same = import_(data, tmp_path / "same")
    assert (moved.documents, moved.tokens, moved.state) == (same.documents, same.tokens, same.state)
    assert_same(*(read_back(tmp_path / name)[0] for name in ("index", "same")))


def test_an_older_file_that_knows_no_doubts_is_read(collection: Path, tmp_path: Path) -> None:
    def without_doubts(files: dict[str, Any]) -> None:
        for entry in files.values():
            assert entry.pop("doubts") == []

    data = changed(export(collection / "index"), lambda head: head.update(format=1))
    old = changed(data, without_doubts, "files.json")
    assert import_(old, tmp_path / "index").documents > 0


def test_a_newer_format_is_refused(collection: Path, tmp_path: Path) -> None:
    newer = changed(export(collection / "index"), lambda head: head.update(format=3))
    with pytest.raises(TransferError, match=r"format 3, this one reads 2\): update"):
        import_(newer, tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("data", [b"", b"A letter.\n" * 2000, zstandard.compress(b"x" * 5000)])
def test_what_is_no_such_file_is_told(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="is no file that dragoman export-index wrote"):
        import_(data, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_documents_that_are_not_those_it_tells_of_are_refused(
    collection: Path, tmp_path: Path
) -> None:
    data = export(collection / "index")
    other = changed(data, lambda head: head.update(state="0123456789abcdef"))
    with pytest.raises(TransferError, match=r"the state is .* not 0123456789abcdef"):
        import_(other, tmp_path / "index")
    fewer = changed(data, lambda head: head.update(documents=5))
    with pytest.raises(TransferError, match="not the 5 it tells of"):
        import_(fewer, tmp_path / "index")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return export(written(DOCUMENTS, tmp_path_factory.mktemp("small")))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_imports_nothing_or_was_whole_after_all(
    small: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(small)
    if data.draw(st.booleans(), label="cut short"):
        del damaged[data.draw(st.integers(0, len(small) - 1), label="length") :]
    else:
        for at in data.draw(st.lists(st.integers(0, len(small) - 1), min_size=1, max_size=3)):
            damaged[at] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        try:
            moved = import_(bytes(damaged), folder)
        except TransferError:
            assert not list(folder.glob("*.columns")) and not list(folder.glob("*.toc"))
            assert import_(small, folder).documents == 4
        else:
            assert moved == import_(small, Path(name) / "whole")


def test_most_damage_is_found(small: bytes, tmp_path: Path) -> None:
    for at in range(20, len(small) - 40, len(small) // 25):
        for damaged in (small[:at], small[:at] + bytes([small[at] ^ 0x55]) + small[at + 1 :]):
            with pytest.raises(TransferError):
                import_(damaged, tmp_path / "index")


def test_an_index_that_is_there_gives_way_only_to_a_whole_file_and_only_when_told_to(
    small: bytes, collection: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    other = export(collection / "index")
    before = import_(small, folder)
    with pytest.raises(TransferError, match=r"an index at .* already.* --replace"):
        import_(other, folder)
    with pytest.raises(TransferError, match="damaged"):
        import_(other[:-2000], folder, replace=True)
    assert import_(export(folder), tmp_path / "copy") == before
    assert len(list(folder.glob("*.columns"))) == 1
    after = import_(other, folder, replace=True)
    assert after.documents > 80
    assert import_(export(folder), tmp_path / "other") == after


def test_without_an_index_nothing_is_written(tmp_path: Path) -> None:
    file = io.BytesIO()
    with pytest.raises(IndexMissing):
        export_index(tmp_path, file)
    assert file.getvalue() == b""


def test_an_index_goes_through_a_pipe(collection: Path, tmp_path: Path) -> None:
    dragoman = [sys.executable, "-c", "from dragoman.search.cli import main; main()", "--index"]
    with subprocess.Popen(
        [*dragoman, str(collection / "index"), "export-index", "-"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False,
    ) as writer:  # fmt: skip
        read = subprocess.run(
            [*dragoman, str(tmp_path / "index"), "import-index", "-"],
            stdin=writer.stdout, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert writer.stderr is not None
        told = writer.stderr.read().decode()
    state = told.split("state ")[1].split(",")[0]
    assert told.endswith(f"state {state}, written to standard output\n")
    assert f"state {state}, in the index at {tmp_path / 'index'}\n" in read.stderr


def test_a_file_comes_into_being_whole(collection: Path, tmp_path: Path) -> None:
    dragoman = [sys.executable, "-c", "from dragoman.search.cli import main; main()", "--index"]
    shutil.copytree(collection / "index", tmp_path / "index")
    (columns,) = (tmp_path / "index").glob("*.columns")
    os.truncate(columns, 5000)
    (tmp_path / "kept").write_bytes(b"what was here before")
    done = subprocess.run(
        [*dragoman, str(tmp_path / "index"), "export-index", str(tmp_path / "kept")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert (tmp_path / "kept").read_bytes() == b"what was here before"
    assert {path.name for path in tmp_path.iterdir()} == {"index", "kept"}
