"""Batches: each line has its answer, and one that can't be read stops no other."""

from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, open_searcher
from dragoman.search.batch import batch
from dragoman.search.errors import RequestError


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    with WhooshWriter(folder) as writer:
        writer.add(Document("a", "Oil", "Oil and oil.", "", "", "en"), "x")
        writer.add(Document("b", "Gas", "Oil, then gas.", "", "", "en"), "x")
        writer.add(Document("c", "Нефть", "Oil как слово.", "", "", "ru"), "x")
        writer.commit((), {})
    return folder


def test_each_line_has_its_own_answer(index_dir: Path) -> None:
    lines = ["oil\n", "\n", "  gas \r\n", "oil w/9999 gas\n", "xylophone\n"]
    with open_searcher(index_dir) as searcher:
        found = list(batch(searcher, lines, Query(page_size=1)))
        page = searcher.search(Query("oil"))
    assert [result.line for result in found] == [1, 3, 4, 5]
    oil, gas, wrong, nothing = found
    assert (oil.total, oil.occurrences) == (page.total, page.occurrences) == (3, 5)
    assert oil.ids == (page.hits[0].metadata.doc_id,)
    assert (gas.query, gas.total, gas.ids) == ("gas", 1, ("b",))
    assert wrong.error is not None
    told = wrong.to_dict()
    assert (told["total"], told["ids"], told["searched_for"]) == (None, [], None)
    assert told["error"] == {"message": str(wrong.error), "start": 4, "end": 10}
    assert (nothing.total, [note.code for note in nothing.notes]) == (0, ["unknown_word"])


def test_filters_hold_for_all_and_a_wrong_one_for_none(index_dir: Path) -> None:
    with open_searcher(index_dir) as searcher:
        common = Query(filters={"lang": ("ru",)})
        assert [result.total for result in batch(searcher, ["oil", "gas"], common)] == [1, 0]
        wrong = Query(filters={"date": ("someday",)})
        with pytest.raises(RequestError):
            list(batch(searcher, ["oil"], wrong))
