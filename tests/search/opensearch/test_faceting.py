"""Facets with more values than a cluster tells at once, over several shards."""

import random
from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.indexer.store import WhooshWriter
from dragoman.search import facets
from dragoman.search.engine import Ranking, open_engine
from dragoman.search.opensearch import faceting
from dragoman.search.opensearch.engine import OpenSearchEngine
from dragoman.search.syntax import parse

pytestmark = pytest.mark.cluster
SPEAKERS = [
    "Sergey Lavrov", "S. Lavrov", "Sergei Lavrov", "Лавров С.В.", "Сергей Лавров",
    "Maria Zakharova",
    "M. Zakharova", "Мария Захарова", "Antony Blinken", "A. Blinken", "Josep Borrell", "Wang Yi",
    "Ban Ki-moon", "António Guterres", "Vladimir Putin", "В.В.Путин", "Dmitry Peskov", "John Kerry",
]  # fmt: skip
TOPICS = [f"topic {n}" for n in range(80)]
FILTERS = [
    {}, {"speaker": ("S. Lavrov",)}, {"topic": ("topic 0", "topic 40")}, {"speaker": ("Nobody",)},
    {"place": ("Geneva",), "year": ("2004",)}, {"kind": ("speech",)},
]  # fmt: skip


def documents(chance: random.Random) -> list[Document]:
    """Few values that are common, and many that are rare."""
    weights = [1 / (n + 1) for n in range(len(TOPICS))]
    return [
        Document(
            f"d{n}", "A talk", chance.choice(["peace", "peace and war", "war"]), lang="en",
            date=f"{chance.randint(1995, 2008)}-05-01",
            speakers=tuple(dict.fromkeys(chance.choices(SPEAKERS, weights[: len(SPEAKERS)], k=2))),
            topics=tuple(dict.fromkeys(chance.choices(TOPICS, weights, k=3))),
            place=chance.choice(["Geneva", "Moscow", "Paris", "Rome", "Oslo"]),
            kind=chance.choice(["speech", "briefing"]),
        )
        for n in range(160)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_values_are_counted_as_over_files_however_few_are_told(
    tmp_path: Path, cluster_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = documents(random.Random(seed))
    for writer in (
        OpenSearchWriter(Cluster(cluster_url), "here", shards=3),
        WhooshWriter(tmp_path / "index"),
    ):
        with writer:
            for document in written:
                writer.add(document, "test")
            writer.commit((), {})
    embedded, engine = open_engine(tmp_path / "index"), OpenSearchEngine(cluster_url)
    for shown in (2, 3, 5):
        monkeypatch.setattr(facets, "MAX_FACET_VALUES", shown)
        monkeypatch.setattr(faceting, "MAX_FACET_VALUES", shown)
        for told in (3, 4, 6, 9, 30):
            monkeypatch.setattr(faceting, "_VALUES", told)
            for query in ("peace", "war", "peace -war"):
                for filters in FILTERS:
                    ranking = Ranking(filters=filters, size=1)
                    expected = embedded.search(parse(query).node, ranking)
                    found = engine.search(parse(query).node, ranking)
                    assert dict(found.facets) == dict(expected.facets), (shown, told, query)
    engine.close()
    embedded.close()
