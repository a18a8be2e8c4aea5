"""Every view of the seeds: what the cluster's engine answers is what the embedded one answers."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.indexer.choice import chosen
from dragoman.indexer.collection import sync
from dragoman.indexer.errors import ClusterError
from dragoman.search.concordance import LinesWanted
from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.opensearch import cluster_search, fetching
from dragoman.search.query import Searcher
from dragoman.search.request import Query
from dragoman.search.syntax import parse

pytestmark = pytest.mark.cluster
SEEDS = Path(__file__).resolve().parents[3] / "seeds"
QUERIES = [
    "договор", "treaty soviet", '"nuclear weapons"', "мирн* договор", "war w/5 peace",
    "nuclear w/5 weapons", "+the war",
    "treaty /s soviet", "said:(Lavrov security)", "atleast3(treaty)", "title:treaty OR договор^2",
    "Лаврову", "lang:ru NOT договор", "treaty~1 date:1950..1970", "",
]  # fmt: skip


@pytest.fixture
def engines(tmp_path: Path, cluster_url: str) -> Iterator[tuple[Engine, Engine]]:
    with chosen("embedded", None):
        sync([SEEDS], index_dir=tmp_path)
        embedded = open_engine(tmp_path)
    with chosen("opensearch", cluster_url):
        sync([SEEDS], index_dir=tmp_path)
        clustered = open_engine(tmp_path)
    yield embedded, clustered
    embedded.close()
    clustered.close()


def close(one: object, other: object) -> bool:
    """Whether two answers are the same but for rounding."""
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5)  # type: ignore[arg-type]
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(close, one, other))
    return one == other


def told(page: Any) -> dict[str, Any]:
    """An answer as JSON, without how long it took."""
    found: dict[str, Any] = page.to_dict()
    found.pop("took_ms", None)
    return found


def test_all_views_are_those_of_the_embedded_engine(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded, clustered = engines
    assert clustered.info == embedded.info
    forms, counted = embedded.form_counts(), clustered.form_counts()
    assert counted.keys() == forms.keys()
    assert all(forms[form] / 2 <= count <= forms[form] for form, count in counted.items())
    assert clustered.speaker_counts() == embedded.speaker_counts()
    assert clustered.has_near_groups() == embedded.has_near_groups()
    of_own = ("index_bytes", "segments", "files", "kernel")
    summaries = [dict(engine.summary()) for engine in engines]
    for summary in summaries:
        for name in of_own:
            assert summary.pop(name)
    assert summaries[0] == summaries[1]

    one, other = Searcher(embedded), Searcher(clustered)
    for text in QUERIES:
        for query in (
            Query(text, explain=True),
            Query(text, filters={"lang": ("ru",), "date": ("1940..1990",)}, sort="newest"),
            Query(text, group="versions", page=2, page_size=3, sort="title"),
        ):
            expected, found = told(one.search(query)), told(other.search(query))
            assert close(found, expected), text
        if text and "lang:" not in text:
            lines = LinesWanted(window=5, sort="left", size=30)
            expected, found = (told(e.concordance(Query(text), lines)) for e in (one, other))
            assert found == expected, text
            assert told(other.trends([text])) == told(one.trends([text])), text
            if one.search(Query(text)).total:
                assert close(told(other.keyness(Query(text))), told(one.keyness(Query(text)))), text
    collocations = [told(each.collocations(Query("договор"))) for each in (one, other)]
    assert close(*collocations)
    for hit in one.hits(Query("")):
        doc_id = hit.metadata.doc_id
        assert other.about(doc_id) == hit.metadata
        query = Query("treaty OR договор")
        assert other.document(doc_id, query) == one.document(doc_id, query)
        assert other.content_hash(hit_of(other, doc_id)) == one.content_hash(hit)
    assert close(told(other.similar("en/npt.md")), told(one.similar("en/npt.md")))
    for query in (Query("treaty"), Query("treaty", filters={"lang": ("en",)})):
        assert close(told(other.keyness(query, "peace")), told(one.keyness(query, "peace")))

    monkeypatch.setattr(cluster_search, "WINDOW", 5)  # pages behind it are reached in steps
    for text in ("treaty OR договор", ""):
        whole = [hit.metadata.doc_id for hit in one.hits(Query(text))]
        paged = [
            hit.metadata.doc_id
            for page in range(1, 12)
            for hit in other.search(Query(text, page=page, page_size=4)).hits
        ]
        assert paged == whole[:44]
        again = other.search(Query(text, page=3, page_size=4)).hits
        assert [hit.metadata.doc_id for hit in again] == whole[8:12]


def hit_of(searcher: Searcher, doc_id: str) -> Any:
    return next(iter(searcher.search(Query(f'id:"{doc_id}"')).hits))


def test_on_several_shards_order_and_scores_are_the_same(
    tmp_path: Path, cluster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_SHARDS", "3")
    with chosen("embedded", None):
        sync([SEEDS], index_dir=tmp_path)
        one = Searcher(open_engine(tmp_path))
    with chosen("opensearch", cluster_url):
        sync([SEEDS], index_dir=tmp_path)
        other = Searcher(open_engine(tmp_path))
    for text in QUERIES:
        expected, found = (told(each.search(Query(text, page_size=50))) for each in (one, other))
        assert close(found, expected), text
    one.close()
    other.close()


def test_a_ranking_of_nothing_counts_all_the_same(engines: tuple[Engine, Engine]) -> None:
    node = parse("договор").node
    answers = [engine.search(node, Ranking(size=0)) for engine in engines]
    assert answers[0].total == answers[1].total > 0
    assert answers[0].facets == answers[1].facets


@pytest.mark.parametrize("by", ["year", "quarter", "month"])
def test_trends_of_words_and_phrases_fetch_no_document(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(fetching, "MOST_FETCHED", 0)
    embedded, clustered = engines
    for text in ("договор", '"nuclear weapons" OR treaty', "treaty NOT war", "treaty w/5 peace"):
        node = parse(text).node
        if "w/5" in text:  # what the cluster can't count is fetched: here more than may be
            with pytest.raises(ClusterError, match="looked through word by word"):
                clustered.counts_over_time(node, {}, by)
            continue
        filters = {"lang": ("ru",)} if text == "договор" else {"lang": ("en",)}
        expected = embedded.counts_over_time(node, filters, by)
        assert expected.documents
        assert clustered.counts_over_time(node, filters, by) == expected


def test_like_one_document_are_others_of_which_no_more_are_fetched_than_are_shown(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_FETCHED", 0)
    embedded, clustered = engines
    for doc_id, filters in (
        ("en/npt.md", {}), ("ru/npt.md", {"lang": ("ru",)}), ("en/npt.md", {"year": ("1972",)}),
    ):  # fmt: skip
        one, other = embedded.handle_of(doc_id), clustered.handle_of(doc_id)
        expected = embedded.similar(one, filters, 5)
        assert expected.found
        found = clustered.similar(other, filters, 5)
        assert found.words == expected.words
        for alike, other_alike in zip(expected.found, found.found, strict=True):
            assert clustered.stored(other_alike.handle) == embedded.stored(alike.handle)
            assert other_alike.shared == alike.shared
            assert other_alike.score == alike.score


def test_keyness_of_two_queries_fetches_no_others(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, clustered = engines
    one, other = parse("npt").node, parse("antarctic").node
    both = clustered.search(parse("npt OR antarctic").node, Ranking(size=0)).total
    assert 0 < both < clustered.info.documents
    monkeypatch.setattr(fetching, "MOST_FETCHED", both)
    here, there = clustered.words_of(one, {}, other, {})
    assert 0 < here.documents < both
    assert 0 < there.documents < both
