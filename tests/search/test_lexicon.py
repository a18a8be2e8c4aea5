"""The terms of several segments numbered as one."""

from collections.abc import Iterator

import numpy as np
import pytest
from segmented import write_segments

from dragoman.indexer.documents import Document
from dragoman.indexer.forward import decode
from dragoman.search import open_searcher
from dragoman.search.lexicon import Lexicon
from dragoman.search.segments import Segment

DOCUMENTS = [
    Document("a", "", "Zebras and the oil, 24 of them.", lang="en"),
    Document("b", "", "Apples, oil; нефть и газ. ²x", lang="en"),
    Document("c", "", "Aardvarks of the nefarious oil.", lang="en"),
    Document("d", "", "Яблоки и нефть.", lang="ru"),
]


@pytest.fixture(params=[1, 2, 4], ids="{} segments".format)
def segments(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Segment]]:
    folder = tmp_path_factory.mktemp("index")
    write_segments(folder, DOCUMENTS, request.param, Document("gone", "", "gone oil"))
    with open_searcher(folder) as opened:
        yield opened._engine._segments


def test_shared_numbers_are_the_places_of_all_terms_in_their_order(segments: list[Segment]) -> None:
    lexicon = Lexicon([segment.columns for segment in segments])
    every = sorted({term for segment in segments for term in segment.columns.terms.all()})
    assert len(lexicon) == len(every)
    assert lexicon.spelled(np.arange(len(every))) == list(map(decode, every))
    for segment, numbers in zip(segments, lexicon.numbers, strict=True):
        assert [every[number] for number in numbers[:-1]] == segment.columns.terms.all()
        assert numbers[-1] == -1  # no term


def test_forms_are_words_by_their_lemma_but_function_words_and_numbers(
    segments: list[Segment],
) -> None:
    lexicon = Lexicon([segment.columns for segment in segments])
    found = set()
    for number, segment in enumerate(segments):
        words = lexicon.words[number]
        held = words[np.flatnonzero(segment.form_counts(np.flatnonzero(segment.live)))]
        found.update(lexicon.spelled(np.unique(held[held >= 0])))
    assert found == {
        "zebra", "oil", "apple", "нефть", "газ", "aardvark", "nefarious", "яблоко",
    }  # fmt: skip


def test_forms_have_their_exact_terms(segments: list[Segment]) -> None:
    lexicon = Lexicon([segment.columns for segment in segments])
    found = set()
    for numbers in lexicon.exact_forms:
        assert numbers[0] == -1  # the gap
        found.update(lexicon.spelled(numbers[1:]))
    assert {term for term in found if "zebra" in term} == {"=zebras"}


def test_no_segments_have_no_terms() -> None:
    lexicon = Lexicon([])
    assert len(lexicon) == 0
    assert lexicon.numbers == lexicon.words == lexicon.exact_forms == []


def test_bodies_are_counted_alike_from_few_documents_and_from_most(
    segments: list[Segment],
) -> None:
    for segment in segments:
        live = np.flatnonzero(segment.live)
        each = [segment.form_counts(np.array([doc])) for doc in live.tolist()]
        assert segment.form_counts(live).tolist() == sum(each).tolist()
        assert segment.form_counts(live[:-1]).tolist() == (sum(each) - each[-1]).tolist()
        assert segment.form_counts(live).sum() == segment.columns.lengths("body")[live].sum()
