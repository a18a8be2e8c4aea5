"""Long lists are answered as numpy does, though most of their postings are never scored."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flat_trees import answered, kernel_of, opened

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexDamaged
from dragoman.indexer.maxima import BLOCK
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Engine, Ranking
from dragoman.search.native import _excess, state_of_kernel
from dragoman.search.tree import AllOf, AnyOf, Node, Phrase, Wildcard, Word

COMMON = ("treaty", "oil", "peace", "border")
RARE = ("verification", "ambassador", "missile")
DATES = ("2019", "2020-05", "2020-05-31", "2021-01-01T10:32")
FIRST, SECOND = 5_000, 1_600


def document(chance: random.Random, number: int, longest: int) -> Document:
    """Most hold each common word once or twice, one of a hundred often; some are alike."""
    words = [word for word in COMMON for _ in range(chance.choice((0, 1, 1, 2)))]
    if chance.random() < 0.01:
        words += [chance.choice(COMMON)] * chance.randint(5, 12)
    words += [word for word in RARE if chance.random() < 0.03]
    words += ["filler"] * chance.randint(0, longest)
    title = chance.choice(COMMON) if chance.random() < 0.02 else "note"
    return Document(f"d{number}", title, " ".join(words), chance.choice(DATES), "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two segments whose texts are of different lengths on average."""
    made, chance = tmp_path_factory.mktemp("index"), random.Random(11)
    with WhooshWriter(made) as writer:
        for number in range(FIRST):
            writer.add(document(chance, number, 30), "file")
        writer.commit((), {}, is_checkpoint=True)
        for number in range(FIRST, FIRST + SECOND):
            writer.add(document(chance, number, 20), "file")
        writer.commit((), {}, is_checkpoint=True)
    return made


@pytest.fixture(scope="module")
def both(folder: Path) -> Iterator[tuple[Engine, Engine]]:
    if state_of_kernel() != "on":
        pytest.skip("no kernel here: needs a C compiler when Dragoman is installed")
    engines = opened(folder, "on"), opened(folder, "off")
    yield engines
    for engine in engines:
        engine.close()


def words(*texts: str) -> tuple[Node, ...]:
    return tuple(map(Word, texts))


TREES: list[Node] = [
    *words(*COMMON, *RARE, "filler", "note"),
    AnyOf(words("treaty", "oil")),
    AnyOf(words("treaty", "verification")),
    AnyOf(words("verification", "missile")),
    AnyOf(words("nowhere", "oil")),
    AnyOf(words(*COMMON, *RARE, "filler")),
    AnyOf((*words("treaty", "ambassador"), Phrase(words("oil", "peace")), Wildcard("m*"))),
    AnyOf(words("oil", "oil", "treaty")),
    AllOf(words("treaty", "oil", "border")),
    AllOf((*words("treaty"), Phrase(words("oil", "peace")))),
]


@pytest.mark.parametrize("node", TREES, ids=repr)
@pytest.mark.parametrize("dates", [{}, {"date": ("2020",)}], ids=["all", "2020"])
def test_long_lists_are_answered_as_by_numpy_to_the_last_bit(
    both: tuple[Engine, Engine], node: Node, dates: dict[str, tuple[str, ...]]
) -> None:
    for first, size in ((0, 0), (0, 1), (0, 10), (7, 20), (0, 300), (0, 10_000)):
        ranking = Ranking(dates, first=first, size=size)
        native, plain = (answered(engine, node, ranking) for engine in both)
        assert native == plain, (first, size)
    assert native["total"]


def n_scored(engine: Any, node: Node, size: int) -> tuple[int, int]:
    """Documents found, and postings whose score was worked out."""
    found = engine._native.find(node, Ranking(size=size), (), dict)
    return found.total, found.result.n_scored


def test_of_a_long_list_few_blocks_are_scored(both: tuple[Any, Any]) -> None:
    for text in COMMON:
        total, scored = n_scored(both[0], Word(text), 3)
        assert total > 8 * BLOCK * 2  # long in both segments
        assert 3 <= scored < total / 3
        assert n_scored(both[0], Word(text), 0) == (total, 0)
        assert n_scored(both[0], Word(text), 10_000) == (total, total)


def test_words_that_cannot_reach_the_best_are_only_counted(both: tuple[Any, Any]) -> None:
    rare, common = Word("verification"), Word("treaty")
    either = n_scored(both[0], AnyOf((rare, common)), 3)
    n_rare, n_common = (n_scored(both[0], word, 3)[0] for word in (rare, common))
    assert max(n_rare, n_common) < either[0] < n_rare + n_common
    assert either[1] < (n_rare + n_common) / 2
    assert n_scored(both[0], AnyOf((rare, common)), 0) == (either[0], 0)


def test_no_frequency_exceeds_the_bound_of_its_block(both: tuple[Any, Any]) -> None:
    for segment, scorer in zip(both[1]._segments, both[1]._finder.scorers, strict=True):
        file, norms = segment.columns.file, scorer.norms
        docs, counts = file.array("text.docs"), file.array("text.counts")
        firsts = file.array("text.first_counts")
        frequency = norms.body[docs] * counts + norms.in_title[docs] * firsts
        bounds = file.array("text.maxima").astype(float) * _excess(segment, norms)
        assert len(bounds) == -(-len(docs) // BLOCK)
        assert (frequency <= np.repeat(bounds, BLOCK)[: len(docs)]).all()


LISTED = {"doc_offsets": 5, "docs": 14, "counts": 15, "first_counts": 16, "maxima": 23}
"""Columns of long lists, by their number in `kernel.h`."""


@pytest.mark.parametrize("column", LISTED)
def test_contradictory_numbers_of_long_lists_are_never_followed(
    both: tuple[Any, Any], column: str
) -> None:
    at, told = LISTED[column], 0
    chance = np.random.default_rng(at)
    for how in ("high", "zero", "random", "falling"):

        def alter(arrays: tuple[Any, ...], how: str = how) -> tuple[Any, ...]:
            array = arrays[at].copy()
            array = array.view(np.uint32) if array.dtype.kind == "f" else array
            if how == "random":
                highest = np.iinfo(array.dtype).max
                array[:] = chance.integers(0, highest, len(array), array.dtype)
            elif how == "falling":
                array = array[::-1].copy()
            else:
                array[:] = np.iinfo(array.dtype).max if how == "high" else 0
            return (*arrays[:at], array, *arrays[at + 1 :])

        kernel = kernel_of(both[0], alter)
        leaves = tuple((text, (text,), None) for text in ("treaty", "oil", "missile", "filler"))
        for asked in (leaves[:1], leaves[3:], leaves[:2], leaves):
            for size in (0, 3, 5_000):
                try:
                    result, *_ = kernel.search(asked, None, True, 0, size, 6_600.0, (), lambda: {})
                    result.docs()
                except IndexDamaged:
                    told += 1
    if column in ("doc_offsets", "docs"):
        assert told
