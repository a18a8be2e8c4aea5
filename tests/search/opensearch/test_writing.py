"""An index in a cluster kept up to date: increments, rebuilds, several machines, refusals."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.indexer.choice import chosen
from dragoman.indexer.collection import BuildReport, sync
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import (
    ClusterError,
    IndexLocked,
    IndexMissing,
    IndexStale,
    TransferError,
)
from dragoman.indexer.moving import export_index, import_index
from dragoman.indexer.opensearch import state
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.schema import forms_index
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.search.engine import open_engine
from dragoman.search.query import Searcher
from dragoman.search.request import Query

pytestmark = pytest.mark.cluster


@pytest.fixture
def cluster(cluster_url: str) -> Iterator[Cluster]:
    with chosen("opensearch", cluster_url):
        yield Cluster(cluster_url)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Speech {number}\n\nPeace be with number{number}.")
    return folder


def done(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.deleted, report.documents


def found(tmp_path: Path, text: str) -> list[str]:
    with Searcher(open_engine(tmp_path)) as searcher:
        return sorted(hit.metadata.doc_id for hit in searcher.search(Query(text)).hits)


def test_a_run_adds_what_is_new_changes_what_changed_and_removes_what_vanished(
    cluster: Cluster, tmp_path: Path, texts: Path
) -> None:
    with pytest.raises(IndexMissing, match="build one"):
        open_engine(tmp_path)
    assert done(sync([texts], index_dir=tmp_path / "i")) == (4, 0, 0, 4)
    with Searcher(open_engine(tmp_path / "i")) as searcher:
        assert done(sync(index_dir=tmp_path / "i")) == (0, 0, 0, 4)
        assert searcher.is_current()
        (texts / "1.txt").write_text("Speech\n\nWar with number1.")
        (texts / "2.txt").unlink()
        (texts / "3.txt").rename(texts / "7.txt")
        (texts / "new.txt").write_text("Speech\n\nWar again.")
        report = sync(index_dir=tmp_path / "i")
        assert (report.documents, report.renamed) == (4, 1)
        assert not searcher.is_current()
    assert found(tmp_path / "i", "war") == ["1.txt", "new.txt"]
    assert found(tmp_path / "i", "peace") == ["0.txt", "7.txt"]


def test_the_state_is_that_of_an_index_in_files(
    cluster: Cluster, tmp_path: Path, texts: Path
) -> None:
    sync([texts], index_dir=tmp_path / "i")
    with chosen("embedded", None):
        sync([texts], index_dir=tmp_path / "files")
        expected = open_engine(tmp_path / "files")
    engine = open_engine(tmp_path / "i")
    assert engine.info == expected.info
    engine.close()


def test_a_rebuild_takes_the_place_of_the_old_index_and_of_nothing_else(
    cluster: Cluster, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "far.txt").write_text("Speech\n\nPeace from far away.")
    monkeypatch.setenv("DRAGOMAN_MACHINE", "far")
    sync([other], index_dir=tmp_path / "i")
    monkeypatch.setenv("DRAGOMAN_MACHINE", "near")
    sync([texts], index_dir=tmp_path / "i")
    before = open_engine(tmp_path / "i").info
    assert done(sync(index_dir=tmp_path / "i", full=True)) == (4, 0, 0, 5)
    assert found(tmp_path / "i", "peace") == ["0.txt", "1.txt", "2.txt", "3.txt", "far.txt"]
    assert open_engine(tmp_path / "i").info == before
    client = cluster.client
    alias, name = cluster.index("documents"), cluster.index("documents-000002")
    assert list(client.indices.get_alias(name=alias)) == [name]
    assert list(client.indices.get(index=f"{alias}-*")) == [name]
    assert list(client.indices.get(index=cluster.index("forms-*"))) == [forms_index(name)]
    with Searcher(open_engine(tmp_path / "i")) as searcher:
        assert searcher.search(Query("peace")).occurrences == 5
    monkeypatch.setenv("DRAGOMAN_MACHINE", "far")
    assert done(sync(index_dir=tmp_path / "i")) == (0, 0, 0, 5)


def test_two_machines_index_at_once_and_neither_touches_what_the_other_has(
    cluster: Cluster, tmp_path: Path
) -> None:
    folders = []
    for machine in ("a", "b"):
        folders.append(tmp_path / machine)
        folders[-1].mkdir()
        for number in range(30):
            text = f"Speech\n\nPeace in {machine}, number{number}."
            (folders[-1] / f"{machine}{number}.txt").write_text(text)
    problems: list[BaseException] = []

    def index(folder: Path) -> None:
        try:
            with OpenSearchWriter(cluster, folder.name, wait_s=60) as writer:
                for path in sorted(folder.iterdir()):
                    writer.add(Document(path.name, "Speech", path.read_text()), path.name)
                writer.commit((), {})
        except BaseException as error:
            problems.append(error)
            raise

    threads = [threading.Thread(target=index, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    engine = open_engine(tmp_path)
    assert engine.info.documents == 60
    with Searcher(engine) as searcher:
        assert searcher.search(Query("peace")).total == 60
        assert searcher.search(Query("number7")).total == 2
    with OpenSearchWriter(cluster, "a") as writer:
        assert sorted(writer.documents_of("a3.txt")) == ["a3.txt"]
        assert writer.documents_of("b3.txt") == []


@pytest.fixture
def clashing(
    cluster: Cluster, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of a second machine; one of its two documents has an id that the first has."""
    monkeypatch.setenv("DRAGOMAN_MACHINE", "first")
    sync([texts], index_dir=tmp_path / "i")
    folder = tmp_path / "second" / "texts"
    folder.mkdir(parents=True)
    (folder / "0.txt").write_text("Speech\n\nAnother text under the same id.")
    (folder / "mine.txt").write_text("Speech\n\nOf this machine alone.")
    monkeypatch.setenv("DRAGOMAN_MACHINE", "second")
    return folder


def test_an_id_that_another_machine_has_is_told_and_left_to_it(
    tmp_path: Path, clashing: Path
) -> None:
    report = sync([clashing], index_dir=tmp_path / "i")
    assert done(report) == (1, 0, 0, 5)
    ((path, reason),) = report.failed
    assert path == str(clashing / "0.txt")
    assert "‘0.txt’ is also that of a document on another machine, in first/" in reason
    assert found(tmp_path / "i", "another") == []
    assert len(found(tmp_path / "i", "peace")) == 4


def test_two_runs_of_one_machine_do_not_write_at_once(cluster: Cluster) -> None:
    with OpenSearchWriter(cluster, "one"):
        with pytest.raises(IndexLocked, match=r"process \d+ on .* is writing"):
            OpenSearchWriter(cluster, "one", wait_s=0.1)
        with OpenSearchWriter(cluster, "two"):
            pass
        with pytest.raises(IndexLocked):
            OpenSearchWriter(cluster, "two", full=True, wait_s=0.1)
    with OpenSearchWriter(cluster, "two", full=True):
        with pytest.raises(IndexLocked):
            OpenSearchWriter(cluster, "one", wait_s=0.1)
    with OpenSearchWriter(cluster, "one"):
        pass


def test_an_index_of_another_version_asks_for_a_rebuild_and_gets_one(
    cluster: Cluster, tmp_path: Path, texts: Path
) -> None:
    sync([texts], index_dir=tmp_path / "i")
    meta = cluster.index("meta")
    content = cluster.client.get(index=meta, id="header")["_source"]
    content["content"]["header"]["analyzer"] = 0
    cluster.client.index(index=meta, id="header", body=content, params={"refresh": "true"})
    for fails in (lambda: open_engine(tmp_path / "i"), lambda: sync(index_dir=tmp_path / "i")):
        with pytest.raises(IndexStale, match=r"analyzer 0, now 1.*--full"):
            fails()
    assert done(sync(index_dir=tmp_path / "i", full=True)) == (4, 0, 0, 4)
    assert len(found(tmp_path / "i", "peace")) == 4


def test_a_rebuild_that_is_broken_off_leaves_the_old_index_and_nothing_else(
    cluster: Cluster, tmp_path: Path, texts: Path
) -> None:
    sync([texts], index_dir=tmp_path / "i")
    with (
        pytest.raises(KeyboardInterrupt),
        OpenSearchWriter(cluster, state.this_machine(), full=True),
    ):
        raise KeyboardInterrupt
    assert len(found(tmp_path / "i", "peace")) == 4
    names = cluster.client.indices.get(index=cluster.index("documents-*"))
    assert list(names) == [cluster.index("documents-000001")]


def test_an_address_that_is_none_is_named() -> None:
    for url in ("localhost:9200", "ftp://x", "", "http://"):
        with pytest.raises(ClusterError, match="is no address of a cluster"):
            Cluster(url)
    with pytest.raises(ClusterError, match="can't be the name of an index"):
        Cluster("http://localhost:9200/Ä B")


def test_an_import_takes_the_place_of_what_all_machines_have(
    cluster: Cluster, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for machine in ("far", "near"):
        monkeypatch.setenv("DRAGOMAN_MACHINE", machine)
        of_machine = tmp_path / machine / "texts"
        of_machine.mkdir(parents=True)
        (of_machine / f"{machine}.txt").write_text(f"Speech\n\nPeace from {machine}.")
        sync([of_machine], index_dir=tmp_path / "i")
    moved = io.BytesIO()
    export_index(tmp_path / "i", moved)
    sync([texts], index_dir=tmp_path / "i")
    moved.seek(0)
    assert import_index(moved, tmp_path / "i", replace=True).documents == 2
    assert found(tmp_path / "i", "peace") == ["far.txt", "near.txt"]


def test_an_import_that_is_refused_forgets_nothing(
    cluster: Cluster, tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync([texts], index_dir=tmp_path / "i")
    moved = io.BytesIO()
    export_index(tmp_path / "i", moved)
    monkeypatch.setenv("DRAGOMAN_MACHINE", "another")
    for content, replace in ((moved.getvalue(), False), (moved.getvalue()[:-900], True)):
        with pytest.raises(TransferError):
            import_index(io.BytesIO(content), tmp_path / "i", replace=replace)
    monkeypatch.delenv("DRAGOMAN_MACHINE")
    assert len(state.read_files(cluster, None)) == 4
    assert done(sync(index_dir=tmp_path / "i")) == (0, 0, 0, 4)


def test_an_id_of_another_machine_is_told_in_a_rebuild_too(tmp_path: Path, clashing: Path) -> None:
    for _ in range(2):
        report = sync([clashing], index_dir=tmp_path / "j", full=True)
        assert done(report) == (1, 0, 0, 5)
        assert [Path(path).name for path, _ in report.failed] == ["0.txt"]


def test_readers_see_nothing_of_what_is_not_committed(
    cluster: Cluster, tmp_path: Path, texts: Path
) -> None:
    (texts / "5.txt").write_text((texts / "1.txt").read_text())  # near-identical
    sync([texts], index_dir=tmp_path / "i")
    with (
        Searcher(open_engine(tmp_path / "i")) as searcher,
        OpenSearchWriter(cluster, state.this_machine()) as writer,
    ):
        writer.delete("1.txt")
        writer.add(Document("2.txt", "Speech 2", "War."), "2.txt")
        writer._finish()  # sent, and not yet visible
        hits = searcher.search(Query("peace")).hits
        assert len(hits) == 5
        assert searcher.about("5.txt").near_identical == ("1.txt",)
        assert searcher.document("2.txt").text == "Peace be with number2."
    cluster.refresh(writer.index)  # as another machine's commit does
    with Searcher(open_engine(tmp_path / "i")) as searcher:
        assert sorted(h.metadata.doc_id for h in searcher.search(Query("peace")).hits) == [
            "0.txt", "3.txt", "5.txt",
        ]  # fmt: skip
        assert searcher.about("5.txt").near_identical == ()
    moved = io.BytesIO()
    with pytest.raises(ClusterError, match="changed"):
        export_index(tmp_path / "i", moved)
