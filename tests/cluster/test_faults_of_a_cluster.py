"""An index in a cluster where nodes die, hang or have no room: nothing lost, each failure told."""

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nodes import Cluster

from dragoman.indexer import sync
from dragoman.indexer.errors import ClusterError, IndexLocked
from dragoman.indexer.moving import export_index, import_index
from dragoman.indexer.opensearch import connection, indices
from dragoman.indexer.opensearch.connection import Cluster as IndexedCluster
from dragoman.search import Query, ResultPage, open_searcher

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NOWHERE = Path("/nonexistent")
"""The index directory of an index that is in a cluster."""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A collection of 240 short documents."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(240):
        (folder / f"{number:03}.txt").write_text(
            f"Speech {number}\n\nThe treaty number{number} was signed. " + "Peace and oil. " * 200,
            "utf-8",
        )
    return folder


@pytest.fixture
def in_cluster(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """The cluster, chosen as the engine, each shard kept twice."""
    monkeypatch.setenv("DRAGOMAN_ENGINE", "opensearch")
    monkeypatch.setenv("DRAGOMAN_URL", ",".join(cluster.urls))
    monkeypatch.setenv("DRAGOMAN_SHARDS", "2")
    monkeypatch.setenv("DRAGOMAN_REPLICAS", "1")
    yield cluster


def ask(text: str, **options: object) -> ResultPage:
    with open_searcher(NOWHERE) as searcher:
        return searcher.search(Query(text, **options))  # type: ignore[arg-type]


def state_in_files(texts: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as elsewhere:
        elsewhere.delenv("DRAGOMAN_ENGINE")
        elsewhere.delenv("DRAGOMAN_URL")
        sync([texts], index_dir=folder)
        with open_searcher(folder) as searcher:
            return str(searcher.info()["state"])


def test_an_index_goes_from_files_into_a_cluster_and_back(
    in_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, back = io.BytesIO(), io.BytesIO()
    with monkeypatch.context() as elsewhere:
        elsewhere.delenv("DRAGOMAN_ENGINE")
        elsewhere.delenv("DRAGOMAN_URL")
        sync([SEEDS], index_dir=tmp_path / "files")
        moved = export_index(tmp_path / "files", there)
    there.seek(0)
    assert import_index(there, NOWHERE) == moved
    assert export_index(NOWHERE, back) == moved
    query = Query("sanctions oil", page_size=50)
    with open_searcher(NOWHERE) as searcher:
        found = searcher.search(query)
    back.seek(0)
    with monkeypatch.context() as elsewhere:
        elsewhere.delenv("DRAGOMAN_ENGINE")
        elsewhere.delenv("DRAGOMAN_URL")
        assert import_index(back, tmp_path / "back") == moved
        with open_searcher(tmp_path / "back") as searcher:
            expected = searcher.search(query)
    assert (found.total, found.occurrences) == (expected.total, expected.occurrences) == (12, 39)
    assert found.facets == expected.facets
    for here, there in zip(expected.hits, found.hits, strict=True):
        assert there.metadata == here.metadata
        assert there.snippets == here.snippets
        assert there.score == pytest.approx(here.score, rel=1e-6)  # the cluster's has 32 bits


def test_documents_are_sent_when_each_shard_is_there_twice(in_cluster: Cluster) -> None:
    cluster = IndexedCluster(",".join(in_cluster.urls))
    for number in range(1, 6):
        indices.ensure(cluster, shards=4, replicas=1)
        kept = indices.create_documents(cluster, "", anew=number > 1)
        assert in_cluster.health()["status"] == "green"
        indices.drop(cluster, kept)


def test_a_node_killed_while_indexing_loses_nothing(
    in_cluster: Cluster, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = []

    def kill_one(progress: object) -> None:
        if progress.documents >= 120 and not killed:  # type: ignore[attr-defined]
            in_cluster.kill(0)
            killed.append(0)

    report = sync([texts], index_dir=NOWHERE, on_progress=kill_one)
    assert killed
    assert (report.added, report.documents) == (240, 240)
    assert ask("treaty").total == 240
    assert ask("number17").total == 1
    with open_searcher(NOWHERE) as searcher:
        state = searcher.info()["state"]
    assert state == state_in_files(texts, tmp_path / "files", monkeypatch)


def test_answers_go_on_while_a_node_dies(in_cluster: Cluster, texts: Path) -> None:
    sync([texts], index_dir=NOWHERE)
    in_cluster.wait_for_status("green")
    before = ask("treaty oil", page_size=20)
    dying = threading.Timer(1.0, in_cluster.kill, [1])
    dying.start()
    until = time.monotonic() + 15
    with open_searcher(NOWHERE) as searcher:
        while time.monotonic() < until:
            after = searcher.search(Query("treaty oil", page_size=20))
            assert [hit.metadata.doc_id for hit in after.hits] == [
                hit.metadata.doc_id for hit in before.hits
            ]
            assert after.total == 240
    dying.join()


def test_a_refused_connection_names_address_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGOMAN_ENGINE", "opensearch")
    monkeypatch.setenv("DRAGOMAN_URL", "http://127.0.0.1:9")
    for fails in (lambda: ask("treaty"), lambda: sync([SEEDS], index_dir=NOWHERE)):
        with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:9/.*(--url|DRAGOMAN_URL)"):
            fails()


def test_a_full_disk_is_told_and_nothing_lost(in_cluster: Cluster, texts: Path) -> None:
    sync([texts], index_dir=NOWHERE)
    (texts / "new.txt").write_text("One treaty more.", "utf-8")
    in_cluster.fill_disk("dragoman-*")
    with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:.*disk.*make room"):
        sync(index_dir=NOWHERE)
    assert ask("treaty").total == 240
    in_cluster.free_disk("dragoman-*")
    report = sync_when_free()
    assert (report, ask("treaty").total) == (1, 241)


def sync_when_free() -> int:
    """The documents added by a run, as soon as no other holds the lock."""
    until = time.monotonic() + 120
    while True:
        try:
            return sync(index_dir=NOWHERE).added
        except IndexLocked:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def test_an_index_with_a_part_missing_gives_no_answer_but_a_remedy(
    in_cluster: Cluster, texts: Path
) -> None:
    sync([texts], index_dir=NOWHERE)
    lost = in_cluster.make_red("dragoman-documents-000001")
    with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:.*start the missing"):
        ask("treaty")
    in_cluster.restart(lost)
    in_cluster.wait_for_status("green", "dragoman-documents-000001")
    assert ask("treaty").total == 240


def test_a_node_cut_off_from_the_others_takes_nothing_and_says_so(
    in_cluster: Cluster, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync([texts], index_dir=NOWHERE)
    (texts / "new.txt").write_text("One treaty more.", "utf-8")
    monkeypatch.setattr(connection, "_WRITE_S", 5.0)
    monkeypatch.setenv("DRAGOMAN_URL", in_cluster.urls[0])
    in_cluster.pause(1)
    in_cluster.pause(2)
    with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:"):
        sync(index_dir=NOWHERE)
    in_cluster.resume(1)
    in_cluster.resume(2)
    in_cluster.wait_for_nodes(3)
    assert sync_when_free() == 1
    assert ask("treaty").total == 241
