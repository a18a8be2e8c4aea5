"""Similar documents: words, weights and scores worked by hand; marks of what belongs together."""

from collections.abc import Iterator
from math import log
from pathlib import Path

import pytest
from segmented import write_segments

from dragoman.indexer import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import DocumentMissing
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.errors import RequestError

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    Document("a", "", "Grain in rivers: grain of 1972.", date="1990", lang="en"),
    Document("b", "", "The river has grain.", date="1991", lang="en"),
    Document("c", "", "River.", date="1992", lang="en"),
    Document("d", "Rivers", "Rye.", date="1993", lang="en"),
    Document("e", "", "Ввели санкции.", date="1994", lang="ru"),
    Document("f", "", "Вводят новую санкцию.", date="1995", lang="ru"),
    Document("g", "", "Of the and 1972.", lang="en"),
    Document("h", "", "The river has grain.", date="1996", lang="en"),
]


@pytest.fixture(scope="module", params=[1, 2, 8], ids="{} segments".format)
def searcher(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("index")
    write_segments(
        folder, DOCUMENTS, request.param, Document("gone", "", "Grain and grain and a river.")
    )
    with open_searcher(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    made = tmp_path_factory.mktemp("seeds") / "index"
    sync([ROOT / "seeds"], index_dir=made)
    with open_searcher(made) as opened:
        yield opened


def ids(searcher: Searcher, doc_id: str, top: int = 10, **filters: tuple[str, ...]) -> list[str]:
    found = searcher.similar(doc_id, Query(filters=filters), top=top)
    return [row.metadata.doc_id for row in found.rows]


def test_the_words_are_lemmas_with_their_tf_idf(searcher: Searcher) -> None:
    words = searcher.similar("a").words
    # 8 documents; grain in a, b, h; river in a, b, c, d, h.
    grain, river = log(1 + 5.5 / 3.5), log(1 + 3.5 / 5.5)
    told = [(word.word, word.occurrences, word.documents) for word in words]
    assert told == [("grain", 2, 3), ("river", 1, 5)]
    assert [word.weight for word in words] == pytest.approx([2 * grain, river])


def test_a_title_counts_twice(searcher: Searcher) -> None:
    (river,) = searcher.similar("d").words  # rye stands in no other document
    assert (river.word, river.occurrences) == ("river", 1)
    assert river.weight == pytest.approx(2 * log(1 + 3.5 / 5.5))


def test_a_score_is_bm25_over_the_weighted_words(searcher: Searcher) -> None:
    rows = {row.metadata.doc_id: row for row in searcher.similar("a").rows}
    assert rows.keys() == {"b", "c", "d", "h"}
    # Bodies hold 6, 4, 1, 1, 2, 3, 4, 4 words, 3.125 in the mean; c's holds river alone.
    f = 1 / (0.4 + 0.6 * 1 / 3.125)
    weight = log(1 + 3.5 / 5.5)
    assert rows["c"].score == pytest.approx(weight * 2.2 * f / (f + 1.2))
    assert rows["b"].shared == ("grain", "river")
    assert rows["c"].shared == rows["d"].shared == ("river",)


def test_equal_scores_stand_newest_first_and_the_document_itself_is_left_out(
    searcher: Searcher,
) -> None:
    assert ids(searcher, "a")[:2] == ["h", "b"]
    assert ids(searcher, "a", top=1) == ["h"]
    assert ids(searcher, "e") == ["f"]  # санкцию, санкции


def test_filters_leave_out_what_they_do_not_let_through(searcher: Searcher) -> None:
    assert ids(searcher, "a", date=("1991..1993",))[0] == "b"
    assert set(ids(searcher, "a", date=("1991..1993",))) == {"b", "c", "d"}
    assert ids(searcher, "a", lang=("ru",)) == []


def test_a_document_of_common_words_alone_is_like_no_other(searcher: Searcher) -> None:
    found = searcher.similar("g")
    assert (found.words, found.rows) == ((), ())


@pytest.mark.parametrize("top", [0, 101])
def test_a_number_out_of_range_is_an_error(searcher: Searcher, top: int) -> None:
    with pytest.raises(RequestError, match="top must be from 1 to 100"):
        searcher.similar("a", top=top)


def test_a_date_that_cannot_be_read_and_an_unknown_id_are_errors(searcher: Searcher) -> None:
    with pytest.raises(RequestError, match="someday"):
        searcher.similar("a", Query(filters={"date": ("someday",)}))
    with pytest.raises(DocumentMissing, match="nowhere"):
        searcher.similar("nowhere")


def test_each_shared_word_finds_the_document_and_the_one_it_is_like(seeds: Searcher) -> None:
    for doc_id in ("en/npt.md", "ru/salt.md", "en/opec.md"):
        found = seeds.similar(doc_id, top=3)
        assert len(found.rows) == 3
        assert [row.score for row in found.rows] == sorted(
            (row.score for row in found.rows), reverse=True
        )
        for row in found.rows:
            for word in row.shared:
                hits = {
                    hit.metadata.doc_id
                    for hit in seeds.search(Query(f"+{word}", page_size=100, facets=False)).hits
                }
                assert {doc_id, row.metadata.doc_id} <= hits, word


def test_near_identical_documents_and_versions_are_marked(tmp_path: Path) -> None:
    text = (
        "The parties signed an accord on inspections in Geneva on Friday, UNMOVIC said, after "
        "three rounds of talks at which neither side had given way about the list of sites."
    )
    (tmp_path / "texts").mkdir()
    for name, written in {
        "one.md": f"---\nlang: en\npair: p\n---\n\n{text}",
        "copy.md": f"---\nlang: en\n---\n\n{text} More follows.",
        "other.md": "---\nlang: en\n---\n\nInspections in Geneva.",
        "version.md": "---\nlang: ru\npair: p\n---\n\nЮНМОВИК (UNMOVIC) сообщила о договоре.",
    }.items():
        (tmp_path / "texts" / name).write_text(written, "utf-8")
    sync([tmp_path / "texts"], index_dir=tmp_path / "index", jobs=1)
    with open_searcher(tmp_path / "index") as searcher:
        rows = searcher.similar("one.md").rows
    assert {row.metadata.doc_id: row.relation for row in rows} == {
        "copy.md": "near_identical", "version.md": "version", "other.md": "",
    }  # fmt: skip
    assert rows[0].metadata.doc_id == "copy.md"
    assert {row.metadata.doc_id: row.shared for row in rows}["version.md"] == ("unmovic",)
