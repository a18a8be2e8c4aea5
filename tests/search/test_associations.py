"""Collocations and keyness: the measures beside NLTK's, the counts worked by hand."""

from collections.abc import Iterator
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.association import BigramAssocMeasures
from segmented import write_segments

from dragoman.indexer.documents import Document
from dragoman.search import Query, QueryError, Searcher, open_searcher
from dragoman.search.errors import NothingFound, RequestError
from dragoman.search.measures import log_dice, log_likelihood, log_ratio, npmi
from dragoman.search.tree import Everything

DOCUMENTS = [
    Document("a", "", "Cheap oil helps. Cheap oil hurts. Nobody sells gas.", lang="en",
             speakers=("Ann Lee",), place="Rome"),
    Document("b", "", "They impose sanctions; they imposed sanctions; imposing gas sanctions.",
             lang="en", speakers=("A. Lee",), place="Rome"),
    Document("c", "", "Cheap oil again, and the oil of the oil.", lang="en", place="Oslo"),
    Document("d", "", "Ввели санкции. Вводят санкции. Введут и новые санкции.", lang="ru"),
]  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2, 4], ids="{} segments".format)
def searcher(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("index")
    write_segments(folder, DOCUMENTS, request.param, Document("gone", "", "cheap cheap oil oil"))
    with open_searcher(folder) as opened:
        yield opened


# Measures


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Together, near, overall and all tokens of a table without empty cells but the first."""
    together, only_near, only_word, rest = (draw(st.integers(low, 1_000)) for low in (1, 1, 1, 1))
    tokens = together + only_near + only_word + rest
    return together, together + only_near, together + only_word, tokens


@given(tables())
def test_measures_are_those_of_nltk(table: tuple[int, int, int, int]) -> None:
    together, near, overall, tokens = table
    theirs = BigramAssocMeasures.likelihood_ratio(together, (near, overall), tokens)
    assert log_likelihood(*table) == pytest.approx(theirs, abs=1e-6)
    # NLTK's PMI in bits over -log2 p(x, y); its Dice coefficient under log-Dice.
    pmi = BigramAssocMeasures.pmi(together, (near, overall), tokens)
    assert npmi(*table) == pytest.approx(pmi / -log2(together / tokens), abs=1e-9)
    dice = BigramAssocMeasures.dice(together, (near, overall), tokens)
    assert log_dice(together, near, overall) == pytest.approx(14 + log2(dice))


def test_bounds_of_the_measures() -> None:
    assert log_dice(5, 5, 5) == 14
    assert npmi(5, 5, 5, 100) == pytest.approx(1)
    assert log_likelihood(1, 10, 10, 100) == pytest.approx(0)  # as chance has it
    assert log_ratio(8, 100, 2, 100) == pytest.approx(2)
    assert log_ratio(4, 100, 0, 100) == pytest.approx(3)  # none counts half


# Collocations


def rows(searcher: Searcher, query: str, **parameters: object) -> dict[str, tuple[int, int]]:
    found = searcher.collocations(Query(query), **parameters)
    return {row.word: (row.together, row.overall) for row in found.collocates}


def test_a_collocate_is_counted_by_its_lemma_each_token_once(searcher: Searcher) -> None:
    # cheap stands before three of the five oils; in a window of two the tokens are the same three.
    assert rows(searcher, "oil", window=1) == {"cheap": (3, 3)}
    assert rows(searcher, "oil", window=2) == {"cheap": (3, 3)}
    assert rows(searcher, "sanctions", window=2) == {"impose": (3, 3)}


def test_windows_end_with_their_text_and_matches_are_not_near_themselves(
    searcher: Searcher,
) -> None:
    found = searcher.collocations(Query("oil", filters={"lang": ("en",)}), window=1)
    assert (found.nodes, found.tokens) == (5, 27)
    # cheap, helps; cheap, hurts; cheap, again, the, of, the: nine tokens.
    assert found.near == 9
    (row,) = found.collocates
    assert row.log_dice == pytest.approx(log_dice(3, 5, 3))
    assert row.log_likelihood == pytest.approx(log_likelihood(3, 9, 3, 27))
    assert row.npmi == pytest.approx(npmi(3, 9, 3, 27))


def test_a_sentence_is_near_as_a_whole(searcher: Searcher) -> None:
    found = searcher.collocations(Query("санкции"), span="sentence")
    # Ввели; вводят; введут, и, новые.
    assert (found.nodes, found.near) == (3, 5)
    assert [row.word for row in found.collocates] == []  # ввести twice, вводить once


def test_measures_order_the_rows(searcher: Searcher) -> None:
    for measure, name in (
        ("log-dice", "log_dice"), ("log-likelihood", "log_likelihood"), ("npmi", "npmi"),
    ):  # fmt: skip
        found = searcher.collocations(Query("oil OR sanctions"), measure=measure, window=3)
        told = [getattr(row, name) for row in found.collocates]
        assert told == sorted(told, reverse=True)
        assert len(told) >= 2


# Keyness


def test_keywords_are_commoner_here(searcher: Searcher) -> None:
    found = searcher.keyness(Query("oil"))
    assert (found.documents, found.other_documents) == (2, 2)
    told = {row.word: (row.here, row.there) for row in found.keywords}
    # 18 words here, 17 there: oil five times to none (G² = 2 * 5 ln(35 / 18) = 6.65).
    assert told == {"oil": (5, 0)}
    (row,) = found.keywords
    assert row.log_likelihood == pytest.approx(log_likelihood(5, 18, 5, 35))
    assert row.log_ratio == pytest.approx(log_ratio(5, 18, 0, 17))


def test_keywords_against_another_query(searcher: Searcher) -> None:
    found = searcher.keyness(Query("sanctions"), "oil")
    assert (found.documents, found.other_documents) == (1, 2)
    assert {row.word for row in found.keywords} <= {"sanction", "impose"}
    assert found.other_tokens == 18


def test_the_rest_is_that_under_the_same_filters(searcher: Searcher) -> None:
    found = searcher.keyness(Query("oil", filters={"lang": ("en",)}))
    # a and c beside b, not beside d, which is Russian
    assert (found.documents, found.other_documents) == (2, 1)
    assert (found.tokens, found.other_tokens) == (18, 9)
    # 9 words fewer there than without the filter: G² = 2 * 5 ln(27 / 18) = 4.05 is chance
    assert found.keywords == ()
    found = searcher.keyness(Query("oil", filters={"speaker": ("Ann Lee",)}))
    assert (found.documents, found.other_documents) == (1, 1)
    assert (found.tokens, found.other_tokens) == (9, 9)
    with pytest.raises(RequestError, match="on the side of ‘the rest’"):
        searcher.keyness(Query("oil", filters={"place": ("Oslo",)}))


def test_without_a_query_the_filters_are_compared_with_the_rest_of_the_index(
    searcher: Searcher,
) -> None:
    found = searcher.keyness(Query("", filters={"lang": ("en",)}))
    assert (found.documents, found.other_documents, found.other_tokens) == (3, 1, 8)
    found = searcher.keyness(Query("", filters={"lang": ("en",)}), "oil OR санкции")
    assert (found.documents, found.other_documents) == (3, 2)


def test_how_the_other_query_was_read_is_told_too(searcher: Searcher) -> None:
    found = searcher.keyness(Query("sanctions"), "(oil OR nowhere")
    assert found.against_searched_for == "oil OR nowhere"
    codes = [(note.code, note.start) for note in found.against_notes]
    assert codes == [("unbalanced_parenthesis", 0), ("unknown_word", 8)]
    assert found.notes == ()
    assert found.to_dict()["against_notes"] == [note.to_dict() for note in found.against_notes]
    alone = searcher.keyness(Query("oil")).to_dict()
    assert (alone["against_searched_for"], alone["against_notes"]) == (None, [])


def test_spellings_of_a_speaker_are_counted_as_one(searcher: Searcher) -> None:
    here, there = searcher._engine.words_of(Everything(), {}, None, {})
    assert here.values["speaker"] == {"Ann Lee": 2}
    assert here.values["place"] == {"Rome": 2, "Oslo": 1}
    assert there.documents == 0


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"window": 0}, "window must be from 1 to 20"), ({"measure": "mi3"}, "measure must be"),
        ({"span": "page"}, "span must be one of window, sentence"), ({"top": 0}, "top must be"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_an_error(
    searcher: Searcher, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        searcher.collocations(Query("oil"), **parameters)


def test_a_comparison_needs_two_sides(searcher: Searcher) -> None:
    with pytest.raises(NothingFound, match="no texts on the side of ‘nowhere’"):
        searcher.keyness(Query("nowhere"))
    with pytest.raises(RequestError, match="on the side of ‘the rest’"):
        searcher.keyness(Query(""))
    with pytest.raises(QueryError, match="looks for no words"):
        searcher.collocations(Query("lang:en"))
