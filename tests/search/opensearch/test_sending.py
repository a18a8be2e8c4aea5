"""Documents on their way to a real cluster in the background: in order, and no failure lost."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.indexer.choice import chosen
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ClusterError
from dragoman.indexer.manifest import FileEntry
from dragoman.indexer.opensearch import connection
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.state import read_state
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.indexer.store import IndexWriter, WhooshWriter
from dragoman.search.engine import open_engine
from dragoman.search.query import Searcher
from dragoman.search.request import Query

pytestmark = pytest.mark.cluster
FILES = {name: FileEntry(name, 1, 1, "") for name in ("1.txt", "2.txt")}


@pytest.fixture
def cluster(cluster_url: str) -> Iterator[Cluster]:
    with chosen("opensearch", cluster_url):
        yield Cluster(cluster_url)


def speech(number: int, text: str) -> Document:
    return Document(f"{number}.txt", "Speech", text)


def found(text: str) -> list[str]:
    with Searcher(open_engine(Path("none"))) as searcher:
        hits = searcher.search(Query(text, page_size=50)).hits
        return sorted(hit.metadata.doc_id for hit in hits)


def test_what_the_cluster_refuses_in_the_background_is_told_and_nothing_called_committed(
    cluster: Cluster,
) -> None:
    with OpenSearchWriter(cluster, "m") as writer:
        writer.add(speech(1, "Peace."), "1.txt")
        writer.commit((), FILES)
        before = read_state(cluster)

        def block(is_blocked: bool) -> None:
            settings = {"index.blocks.write": is_blocked}
            cluster.client.indices.put_settings(index=writer.index, body=settings)

        block(True)
        writer.add(speech(2, "Peace."), "2.txt")
        told = rf"{re.escape(cluster.shown)} is blocked .*lift the block"
        with pytest.raises(ClusterError, match=told):
            writer.commit((), FILES)
        block(False)
        with pytest.raises(ClusterError, match=told):  # the document is not there now either
            writer.commit((), FILES)
        assert read_state(cluster) == before
    assert not any(thread.name.startswith("sending") for thread in threading.enumerate())
    assert found("peace") == ["1.txt"]
    with OpenSearchWriter(cluster, "m") as writer:
        writer.add(speech(2, "Peace."), "2.txt")
        writer.commit((), FILES)
    assert found("peace") == ["1.txt", "2.txt"]


def change(writer: IndexWriter) -> None:
    """Documents 0 to 9 each deleted or put in another's place, one after another."""
    for number in range(10):
        writer.delete(f"{number}.txt")
        writer.add(speech(number, f"Peace again, number{number}."), "file")
    for number in range(5):
        writer.delete(f"{number}.txt")
    for number in range(3):
        writer.add(speech(number, "War."), "file")
        writer.add(speech(number, f"Peace at last, number{number}."), "file")


def test_of_what_happens_to_one_id_the_last_holds(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_BULK_ROWS", 1)  # as many requests as documents
    with WhooshWriter(tmp_path) as files, OpenSearchWriter(cluster, "m") as writer:
        for number in range(10):
            for each in (files, writer):
                each.add(speech(number, f"Peace, number{number}."), "file")
        for each in (files, writer):
            each.commit((), {})
            change(each)
        expected, header = files.commit((), {}), writer.commit((), {})
    assert (header.state, header.documents) == (expected.state, 8)
    assert found("peace") == ["0.txt", "1.txt", "2.txt", *(f"{n}.txt" for n in range(5, 10))]
    assert found("last") == ["0.txt", "1.txt", "2.txt"]
    assert found("war") == []
