"""The native kernel answers as numpy does, whatever it is given, and never reads beyond it."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flat_trees import LAYOUTS, WORDS, answered, kernel_of, opened, tree, write_index

from dragoman.indexer import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexDamaged
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, Searcher
from dragoman.search.engine import Engine, Ranking
from dragoman.search.native import kernel_module, state_of_kernel
from dragoman.search.tree import AllOf, AnyOf, Boost, Fuzzy, Near, Node, Phrase, Wildcard, Word


def test_the_kernel_is_built_wherever_all_is_checked() -> None:
    if state_of_kernel() != "on" and os.environ.get("CI") != "true":
        pytest.skip("no kernel here: needs a C compiler when Dragoman is installed")
    assert state_of_kernel() == "on"


needs_kernel = pytest.mark.skipif(
    state_of_kernel() != "on" and os.environ.get("CI") != "true", reason="no kernel here"
)


@pytest.fixture(scope="module", params=LAYOUTS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("index")
    write_index(made, request.param)
    return made


@pytest.fixture(scope="module")
def both(folder: Path) -> Iterator[tuple[Engine, Engine]]:
    engines = opened(folder, "on"), opened(folder, "off")
    yield engines
    for engine in engines:
        engine.close()


def wanted(chance: random.Random) -> Ranking:
    dates = chance.choice(
        [{}, {}, {"date": ("2019..2020-05",)}, {"date": ("2019", "2021-01-01T10:32")}]
    )
    return Ranking(dates, first=chance.choice([0, 0, 3]), size=chance.choice([0, 1, 10, 1000]))


@needs_kernel
@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_answers_as_numpy_does_to_the_last_bit(
    both: tuple[Engine, Engine], seed: int
) -> None:
    chance = random.Random(100 + seed)
    n_found = 0
    for _ in range(100):
        node, ranking = tree(chance), wanted(chance)
        native, plain = (answered(engine, node, ranking) for engine in both)
        assert native == plain, node
        n_found += bool(native["total"])
    assert n_found > 40


@needs_kernel
@pytest.mark.parametrize(
    "node",
    [
        Word("стали"),
        Word("meeting"),
        Word("nowhere"),
        Word("OR"),
        AllOf((Word("oil"), Word("oil"))),
        AnyOf((Word("meeting"), Word("meet"), Word("стали"))),
        Phrase((Word("meeting"), Word("meeting"), Word("oil"))),
        Phrase((Wildcard("t*"), Fuzzy("oil", 1))),
        Near(Word("meeting"), Word("meet"), "w", 3),
        Near(Word("meet"), Word("meeting"), "pre", 3),
        Near(Word("oil"), Word("oil"), "w", 999),
        Near(Word("nowhere"), Word("oil"), "w", 1),
        Near(Wildcard("m*"), Word("oil"), "w", 1),
        AllOf((Phrase((Word("oil"), Word("treaty"))), Wildcard("*"), Fuzzy("пефть", 2))),
    ],
    ids=repr,
)
def test_words_of_several_keys_and_patterns_are_found_as_by_numpy(
    both: tuple[Engine, Engine], node: Node
) -> None:
    native, plain = (answered(engine, node, Ranking(size=1000)) for engine in both)
    assert native == plain == answered(both[0], Boost(node, 1.0), Ranking(size=1000))


@needs_kernel
def test_a_word_with_ready_keys_is_looked_up_by_these(both: tuple[Engine, Engine]) -> None:
    for engine in both:
        as_typed = engine.search(Word("missiles"), Ranking(facets=False))
        by_key = engine.search(Word("anything", keys=("missile",)), Ranking(facets=False))
        assert as_typed.total == by_key.total > 0
        assert [f.handle for f in as_typed.found] == [f.handle for f in by_key.found]
        assert by_key.terms[0].keys == ("missile",)
        assert engine.search(Word("missile", keys=("nowhere",)), Ranking()).total == 0


@needs_kernel
def test_documents_alike_in_score_and_date_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    with WhooshWriter(tmp_path) as writer:
        for name in ("d", "b", "e", "a", "c"):
            writer.add(Document(name, "", "one treaty of peace", "2020", "en"), "file")
            writer.commit((), {}, is_checkpoint=True)
    engine = opened(tmp_path, "on")

    def ids(first: int, size: int) -> list[str]:
        answer = engine.search(Word("treaty"), Ranking(first=first, size=size))
        assert [found.occurrences for found in answer.found] == [1] * len(answer.found)
        return [engine.stored(found.handle)["id"] for found in answer.found]

    assert ids(0, 10) == ["a", "b", "c", "d", "e"]
    assert ids(0, 2) == ["a", "b"]
    assert ids(2, 2) == ["c", "d"]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Searcher]]:
    made = tmp_path_factory.mktemp("seeds") / "index"
    sync([Path(__file__).resolve().parents[2] / "seeds"], index_dir=made)
    searchers = Searcher(opened(made, "on")), Searcher(opened(made, "off"))
    yield searchers
    for searcher in searchers:
        searcher.close()


@needs_kernel
@pytest.mark.parametrize(
    "text",
    [
        "договор", "treaty", "the", "Путин", "president OR government OR war", "мир война",
        '"nuclear weapons"', '"of the"', "санкции w/10 нефть", "united pre/3 states", "санкц*",
        "treat*", "weapons", "Nixn~1", '"the united"', "=nuclear", "=nuclear OR =war", "a w/5 the",
    ],
)  # fmt: skip
def test_whole_pages_are_the_same(seeds: tuple[Searcher, Searcher], text: str) -> None:
    pages = []
    for searcher in seeds:
        page = searcher.search(Query(text, page_size=50)).to_dict()
        del page["took_ms"]
        pages.append(page)
    assert pages[0] == pages[1]
    assert pages[0]["total"]


@needs_kernel
def test_threads_share_an_index(folder: Path) -> None:
    engine, chance = opened(folder, "on"), random.Random(7)
    asked = [(tree(chance), wanted(chance)) for _ in range(40)]
    expected = [answered(engine, *each) for each in asked]
    wrong: list[object] = []

    def ask(seed: int) -> None:
        order = list(range(len(asked)))
        random.Random(seed).shuffle(order)
        wrong.extend(n for n in order if answered(engine, *asked[n]) != expected[n])

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@needs_kernel
def test_an_answer_outlives_the_index_it_came_from(folder: Path) -> None:
    engine = opened(folder, "on")
    answer = engine.search(AllOf((Word("oil"), Word("treaty"))), Ranking(facets=False))
    total, counts = answer.total, [found.occurrences for found in answer.found]
    engine.close()
    del engine
    assert answer.occurrences >= total
    assert counts == [found.occurrences for found in answer.found]


@needs_kernel
def test_a_closed_index_lets_its_columns_go(folder: Path) -> None:
    engine = opened(folder, "on")
    array, _ = engine._segments[0].columns.file.placed("text.docs")
    held = sys.getrefcount(array)
    engine.search(Word("oil"), Ranking())
    assert sys.getrefcount(array) == held
    engine.close()
    assert sys.getrefcount(array) == held - 1  # the kernel's buffer


# Damage that no checksum tells


def ask_all(index: Any, engine: Any) -> int:
    """Asks a kernel for all kinds of parts; how many times it said that something is damaged."""
    n_segments, damaged = len(engine._segments), 0
    leaves = tuple((word, (key,), None) for word in WORDS for key in engine._terms_of(Word(word)))
    some = tuple(range(0, 3000, 7))
    leaves += (("*", (), tuple(some for _ in range(n_segments))),)
    last = len(leaves) - 1
    parts = [((0, 0, (n,)),) for n in range(len(leaves))]
    parts += [((0, 0, (0,)), (0, 0, (1,)), (0, 0, (last,))), ((1, 0, (0, 1)), (1, 0, (2, 0, 1)))]
    parts += [((2, 5, (0, 1)),), ((3, 900, (1, last)),), ((2, 3, (4, 4)), (0, 0, (0,)))]
    for asked in parts:
        for is_any in (False, True):
            for ranges in ((), ((0, 2**62),)):
                try:
                    result, *_ = index.search(
                        leaves, asked, is_any, 0, 5, 700.0, ranges, lambda: {}
                    )
                    result.docs()
                    result.occurrences()
                    result.counts(None)
                    result.counts([(0, 0), (99, 99), (0, 2**31)])
                    for doc in (0, 7, 600):
                        result.pieces(0, doc)
                        index.layout(0, doc)
                except IndexDamaged:
                    damaged += 1
    return damaged


@needs_kernel
@pytest.mark.parametrize("column", range(24))
def test_contradictory_numbers_are_told_or_passed_over_and_never_followed(
    folder: Path, column: int
) -> None:
    engine, chance = opened(folder, "on"), np.random.default_rng(column)
    told = 0
    for how in ("high", "random", "zero", "one"):

        def alter(arrays: tuple[Any, ...], how: str = how) -> tuple[Any, ...]:
            array = arrays[column].copy()
            if array.dtype.kind == "f":
                array = array.view(np.uint32)
            if how == "one" and len(array):
                array[chance.integers(len(array))] = np.iinfo(array.dtype).max
            elif how == "random":
                info = np.iinfo(array.dtype)
                array[:] = chance.integers(info.min, info.max, len(array), array.dtype)
            elif how != "one":
                array[:] = np.iinfo(array.dtype).max if how == "high" else 0
            return (*arrays[:column], array, *arrays[column + 1 :])

        told += ask_all(kernel_of(engine, alter), engine)
    if column in (0, 1, 2, 5, 14):  # places of terms and lists, documents
        assert told > 0
    engine.close()


@needs_kernel
def test_columns_whose_lengths_contradict_each_other_are_refused(folder: Path) -> None:
    engine = opened(folder, "on")
    for column in (0, 2, 4, 5, 6, 7, 8, 24, 25, 26, 27, 28):

        def cut(arrays: tuple[Any, ...], column: int = column) -> tuple[Any, ...]:
            return (*arrays[:column], arrays[column][:1], *arrays[column + 1 :])

        with pytest.raises(ValueError, match="contradict"):
            kernel_of(engine, cut)
    with pytest.raises(TypeError):
        kernel_of(engine, lambda arrays: (arrays[0].astype(np.uint64), *arrays[1:]))
    engine.close()


@needs_kernel
@pytest.mark.parametrize(
    "asked",
    [
        ((), None),
        ((("a",),), None),
        ((("a", ("a",), 3),), None),
        ((("a", (), ((1,),) * 9),), ((0, 0, (5,)),)),
        ((("a", (7,), None),), None),
        ((("a", ("a",), None),), ((9, 0, (0,)),)),
        ((("a", ("a",), None),), ((2, 0, (0,)),)),
    ],
)
def test_what_cannot_be_asked_is_refused(folder: Path, asked: tuple[Any, Any]) -> None:
    engine = opened(folder, "on")
    index = kernel_of(engine, lambda arrays: arrays)
    with pytest.raises((TypeError, AttributeError)):
        index.search(*asked, False, 0, 10, 700.0, (), lambda: {})
    engine.close()


def test_it_is_turned_off_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGOMAN_KERNEL", "off")
    assert kernel_module() is None
    assert state_of_kernel() == "off"


def test_the_command_line_starts_without_it() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from dragoman.search.cli.main import dragoman\n"
        "CliRunner().invoke(dragoman, ['--help'])\n"
        "assert not {'dragoman.search._kernel', 'numpy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
