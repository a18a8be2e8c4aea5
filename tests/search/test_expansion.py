"""Patterns and fuzzy words against the vocabulary of an index."""

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, QueryError, Searcher, open_searcher

TEXTS = {
    "who": "The WHO and the US met in Geneva.",
    "usa": "Visitors to the USA asked whom to trust.",
    "ru": "Ядерный, безъядерный и ядерная; антиядерные. Небензя и Небензи.",
    "many": " ".join(f"x{n:04}" for n in range(2_100)),
    "two": "Небензею назвали дважды.",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("index")
    for ids in (("who", "usa", "ru", "many"), ("two",)):
        with WhooshWriter(folder) as writer:
            for doc_id in ids:
                writer.add(Document(doc_id, "", TEXTS[doc_id]), "file")
            writer.commit((), {}, is_checkpoint=True)
    return open_searcher(folder)


def found(searcher: Searcher, query: str) -> list[str]:
    return sorted(hit.metadata.doc_id for hit in searcher.search(Query(query)).hits)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("wh*", ["usa", "who"]),
        ("WH*", ["usa", "who"]),
        ("w?o", ["who"]),
        ("us*", ["usa", "who"]),
        ("ядерн*", ["ru"]),
        ("*ядерный", ["ru"]),
        ("*ядерн*", ["ru"]),
        ("без*ный", ["ru"]),
        ("яд?рн?й", ["ru"]),
        ("небенз*", ["ru", "two"]),
        ("x0?00", ["many"]),
        ("x20*", ["many"]),
    ],
)
def test_a_pattern_finds_every_form_that_fits(
    searcher: Searcher, query: str, expected: list[str]
) -> None:
    assert found(searcher, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("небензя~1", ["ru"]),  # Небензи is one replacement away, Небензею two edits
        ("небензя~2", ["ru", "two"]),
        ("ненбезя~1", []),
        ("ненбезя~2", ["ru"]),  # two letters exchanged and back: two replacements
        ("x0000~1", ["many"]),
        ("genova~1", ["who"]),
    ],
)
def test_a_fuzzy_word_finds_what_is_within_its_edits(
    searcher: Searcher, query: str, expected: list[str]
) -> None:
    assert found(searcher, query) == expected


def test_a_pattern_with_too_many_forms_is_an_error_that_names_the_limit(
    searcher: Searcher,
) -> None:
    with pytest.raises(QueryError, match=r"2100 forms .* at most 2048 .* write more of the word"):
        searcher.search(Query("x*"))


def test_marks_of_a_pattern_are_the_forms_that_fit(searcher: Searcher) -> None:
    view = searcher.document("who", Query("wh*"))
    assert [view.text[start:end] for start, end in view.marks] == ["WHO"]
