"""Concordances: every occurrence has its line, in the order asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from segmented import write_segments

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, QueryError, Searcher, open_searcher
from dragoman.search.concordance import Line, LinesWanted
from dragoman.search.errors import RequestError

DOCUMENTS = [
    Document("b", "On oil", "We sell oil today. Their oil price fell; cheap oil came.", "2021-03"),
    Document("a", "Oil again", "No oil was sold.\n\nThe oil price rose.", "2021-03"),
    Document("c", "Untitled", "Vladimir Putin: Oil is here.\n\nQuestion: What oil?", "", "", "en"),
    Document("d", "Нефть", "Цена нефти выросла. Нефть дорога.", "2020", "", "ru"),
]


@pytest.fixture(scope="module", params=[1, 2, 4], ids="{} segments".format)
def searcher(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    """The documents in one, two and four segments."""
    folder = tmp_path_factory.mktemp("index")
    write_segments(folder, DOCUMENTS, request.param, Document("gone", "Oil", "Oil, oil."))
    with open_searcher(folder) as opened:
        yield opened


def lines(searcher: Searcher, query: str, **wanted: object) -> tuple[Line, ...]:
    return searcher.concordance(Query(query), LinesWanted(**wanted)).found.lines  # type: ignore[arg-type]


def test_every_occurrence_in_the_texts_has_its_line(searcher: Searcher) -> None:
    found = searcher.concordance(Query("oil"), LinesWanted()).found
    # b has three, a two, c two; titles of b and a one each.
    assert (found.total, found.in_titles, found.documents) == (7, 2, 3)
    assert found.total + found.in_titles == searcher.search(Query("oil")).occurrences
    for line in found.lines:
        text = searcher.document(line.doc_id).text
        assert text[line.start : line.end] == line.match
        assert text[: line.start].endswith(line.left)
        assert text[line.end :].startswith(line.right)


def test_lines_stand_by_date_then_id_then_place(searcher: Searcher) -> None:
    assert [(line.doc_id, line.start) for line in lines(searcher, "oil OR нефть")] == [
        ("d", 5), ("d", 20), ("a", 3), ("a", 22), ("b", 8), ("b", 25), ("b", 47), ("c", 16),
        ("c", 45),
    ]  # fmt: skip


def test_lines_stand_by_the_words_before_nearest_first(searcher: Searcher) -> None:
    # cheap, no, putin, sell, the, their, what: the word right before each.
    found = lines(searcher, "oil", sort="left")
    assert [line.left.split()[-1] for line in found] == [
        "cheap", "No", "Putin:", "sell", "The", "Their", "What",
    ]  # fmt: skip


def test_lines_stand_by_the_words_after_and_the_end_of_a_text_comes_first(
    searcher: Searcher,
) -> None:
    found = lines(searcher, "oil", sort="right")
    # (end), came, is, price fell, price rose, today, was
    assert [" ".join(line.right.strip(" ;.?").split()[:2]) for line in found] == [
        "", "came", "is here.", "price fell;", "price rose", "today. Their", "was sold.",
    ]  # fmt: skip
    # By one word the two prices stay in the order of their dates and ids.
    by_one = [line.doc_id for line in lines(searcher, "oil", sort="right", depth=1)]
    assert by_one == ["c", "b", "c", "a", "b", "b", "a"]


def test_the_window_is_counted_in_words(searcher: Searcher) -> None:
    (line,) = lines(searcher, "cheap", window=2)
    assert (line.left, line.match, line.right) == ("price fell; ", "cheap", " oil came")


def test_a_phrase_is_one_line_from_its_first_to_its_last_word(searcher: Searcher) -> None:
    assert [line.match for line in lines(searcher, '"oil price"')] == ["oil price", "oil price"]
    assert [line.match for line in lines(searcher, "sell w/3 today")] == ["sell oil today"]


def test_a_line_says_who_speaks(searcher: Searcher) -> None:
    voices = {line.start: line.voice for line in lines(searcher, "oil") if line.doc_id == "c"}
    assert voices == {16: "Vladimir Putin", 45: "Question"}


def test_a_sample_is_the_same_for_the_same_seed(searcher: Searcher) -> None:
    every = lines(searcher, "oil")
    drawn = lines(searcher, "oil", sample=3, seed=7)
    assert drawn == lines(searcher, "oil", sample=3, seed=7)
    assert len(drawn) == 3
    assert set(drawn) < set(every)
    assert [line for line in every if line in drawn] == list(drawn)
    assert {lines(searcher, "oil", sample=3, seed=seed) for seed in range(20)} != {drawn}
    assert lines(searcher, "oil", sample=99) == every


def test_the_sample_does_not_depend_on_segments(searcher: Searcher) -> None:
    # Worked out once: numpy's default generator, 3 of 7 without replacement, seed 7.
    assert [(line.doc_id, line.start) for line in lines(searcher, "oil", sample=3, seed=7)] == [
        ("b", 25), ("b", 47), ("c", 45),
    ]  # fmt: skip


def test_pages_joined_are_the_whole(searcher: Searcher) -> None:
    every = lines(searcher, "oil", sort="left")
    parts = [lines(searcher, "oil", sort="left", first=at, size=3) for at in (0, 3, 6, 9)]
    assert sum(parts, ()) == every


def test_filters_and_negatives_hold(searcher: Searcher) -> None:
    found = searcher.concordance(Query("oil", filters={"lang": ("en",)}), LinesWanted()).found
    assert {line.doc_id for line in found.lines} == {"c"}
    assert {line.doc_id for line in lines(searcher, "oil -price")} == {"c"}
    assert {line.doc_id for line in lines(searcher, "title:oil price")} == {"a", "b"}


@pytest.mark.parametrize("query", ["", "lang:en", "-oil", "date:2021", "speaker:Putin"])
def test_a_query_without_words_is_an_error(searcher: Searcher, query: str) -> None:
    with pytest.raises(QueryError, match="looks for no words"):
        searcher.concordance(Query(query))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"window": 0}, "window must be from 1 to 50"), ({"window": 51}, "not 51"),
        ({"depth": 4}, "depth must be from 1 to 3"), ({"sample": -1}, "0 or more"),
        ({"sort": "middle"}, "one of date, left, right"), ({"seed": -1}, "seed"),
    ],
)  # fmt: skip
def test_what_cannot_be_wanted_is_an_error(wanted: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        LinesWanted(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"sort": "right", "depth": 2}, ["", "came", "is here", "price fell", "price rose",
                                         "today. Their", "was sold"]),
        ({"sort": "right", "depth": 3, "window": 1}, ["", "came", "is", "price", "price", "today",
                                                      "was"]),
        ({"sort": "left", "depth": 1}, ["cheap", "No", "Putin", "sell", "The", "Their", "What"]),
        ({"sort": "date"}, [""] * 7),
    ],
)  # fmt: skip
def test_a_line_tells_which_of_its_words_the_order_goes_by(
    searcher: Searcher, wanted: dict[str, object], words: list[str]
) -> None:
    told = []
    for line in lines(searcher, "oil", **wanted):
        context = line.left if wanted["sort"] == "left" else line.right
        told.append(context[slice(*line.sorted_by)])
    assert sorted(told, key=str.casefold) == words


def test_an_index_without_documents_has_no_lines(tmp_path: Path) -> None:
    with WhooshWriter(tmp_path) as writer:
        writer.commit((), {})
    with open_searcher(tmp_path) as opened:
        found = opened.concordance(Query("oil"), LinesWanted()).found
    assert (found.total, found.documents, found.lines) == (0, 0, ())
