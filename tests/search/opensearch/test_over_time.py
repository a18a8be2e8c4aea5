"""Trends over a cluster: counted as by the embedded engine, and without fetching what there is."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from random_queries import Trees, collection
from reference import ReferenceDocument

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ClusterError
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.indexer.store import IndexWriter, WhooshWriter
from dragoman.search.engine import Engine, open_engine
from dragoman.search.errors import RequestError
from dragoman.search.opensearch import fetching
from dragoman.search.opensearch.engine import OpenSearchEngine
from dragoman.search.syntax import parse
from dragoman.search.tree import Everything
from dragoman.search.trends import UNITS, Counted, PeriodCount

pytestmark = pytest.mark.cluster
FILTERS: list[dict[str, tuple[str, ...]]] = [
    {}, {}, {"lang": ("ru",)}, {"lang": ("ru", "en"), "speaker": ("Sergey Lavrov",)},
    {"date": ("2019..2020-05",)}, {"date": ("2020-06",), "lang": ("en",)}, {"source": ("nobody",)},
]  # fmt: skip


def write(writer: IndexWriter, documents: list[Document]) -> None:
    with writer:
        for document in documents:
            writer.add(document, "test")
        writer.commit((), {})


def both_engines(path: Path, url: str, documents: list[Document]) -> tuple[Engine, Engine]:
    write(OpenSearchWriter(Cluster(url), "here"), documents)
    write(WhooshWriter(path / "index"), documents)
    return open_engine(path / "index"), OpenSearchEngine(url)


@pytest.mark.parametrize("seed", range(2))
def test_periods_of_random_trees_are_those_of_the_embedded_engine(
    tmp_path: Path, cluster_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_SHARDS", str(1 + seed))
    chance = random.Random(seed)
    documents: list[ReferenceDocument] = collection(chance)
    embedded, clustered = both_engines(tmp_path, cluster_url, [d.document for d in documents])
    trees = Trees(chance)
    for node in [Everything(), *(trees.tree() for _ in range(60))]:
        filters = chance.choice(FILTERS)
        for by in UNITS:
            found = clustered.counts_over_time(node, filters, by)
            assert found == embedded.counts_over_time(node, filters, by), (node, filters, by)
    embedded.close()
    clustered.close()


def dated(doc_id: str, date: str, text: str) -> Document:
    return Document(doc_id=doc_id, title="Note", text=text, date=date, lang="en", source="Agency")


@pytest.fixture
def notes(tmp_path: Path, cluster_url: str) -> Iterator[tuple[Engine, Engine]]:
    documents = [
        dated("a", "2019-11-30", "Peace and peace."),
        dated("b", "2020-02", "A treaty of peace."),
        dated("c", "2020", "Peace without a month."),
        dated("d", "", "Peace at no time."),
        dated("e", "2020-01-01", "War."),
    ]
    engines = both_engines(tmp_path, cluster_url, documents)
    yield engines
    for engine in engines:
        engine.close()


def test_what_the_cluster_counts_is_not_fetched(
    notes: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    clustered = notes[1]
    monkeypatch.setattr(fetching, "MOST_FETCHED", 0)
    by_month = clustered.counts_over_time(parse("peace").node, {}, "month")
    assert by_month == Counted(
        (
            PeriodCount("2019-11", 1, 2, 1, 4),
            PeriodCount("2019-12", 0, 0, 0, 0),
            PeriodCount("2020-01", 0, 0, 1, 2),
            PeriodCount("2020-02", 1, 1, 1, 5),
        ),
        documents=4,
        unplaced=2,
    )
    by_year = clustered.counts_over_time(parse('"treaty of peace" OR war').node, {}, "year")
    assert by_year == Counted(
        (PeriodCount("2019", 0, 0, 1, 4), PeriodCount("2020", 2, 2, 3, 12)), 2, 0
    )
    assert clustered.counts_over_time(parse("peace").node, {"lang": ("ru",)}, "year") == Counted(
        (), 0, 0
    )


def test_of_what_the_cluster_cannot_count_only_what_may_fit_is_fetched(
    notes: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded, clustered = notes
    node = parse("treaty w/5 peace").node
    monkeypatch.setattr(fetching, "MOST_FETCHED", 1)
    for by in UNITS:
        found = clustered.counts_over_time(node, {}, by)
        assert found == embedded.counts_over_time(node, {}, by)
    monkeypatch.setattr(fetching, "MOST_FETCHED", 0)
    with pytest.raises(ClusterError, match="1 documents must be looked through"):
        clustered.counts_over_time(parse("treaty w/6 peace").node, {}, "year")


def test_periods_beyond_the_most_are_refused_as_by_the_embedded_engine(
    tmp_path: Path, cluster_url: str
) -> None:
    documents = [dated("a", "0900-01", "Peace."), dated("b", "2020-01", "Peace.")]
    told = []
    for engine in both_engines(tmp_path, cluster_url, documents):
        with pytest.raises(RequestError) as refused:
            engine.counts_over_time(parse("peace").node, {}, "month")
        told.append(str(refused.value))
        engine.close()
    assert told[0] == told[1]
    assert "13,441 periods from 0900-01 to 2020-01" in told[0]
