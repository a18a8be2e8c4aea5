"""Flat queries go a short way; a boost of 1 sends the same tree the long way round."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flat_trees import LAYOUTS, answered, tree, write_index
from hypothesis import given
from hypothesis import strategies as st

from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.errors import RequestError
from dragoman.search.flat import flat_parts
from dragoman.search.ranking import best
from dragoman.search.request import Query
from dragoman.search.tree import AllOf, AnyOf, Boost, Not, Optional, Word

N_TREES = 120


@pytest.fixture(scope="module", params=LAYOUTS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("index")
    write_index(made, request.param)
    return made


@pytest.fixture(scope="module", params=["on", "off"])
def engine(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """The index with the native kernel, where it is built, and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_KERNEL", request.param)
        opened = open_engine(folder)
        opened.search(Word("oil"), Ranking())  # from here on it is settled
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_flat_query_is_answered_as_by_the_long_way(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    n_found = 0
    for _ in range(N_TREES):
        node = tree(chance)
        assert flat_parts(node)
        assert not flat_parts(Boost(node, 1.0))
        dates = chance.choice([{}, {}, {"date": ("2019..2020-05",)}])
        ranking = Ranking(dates, first=chance.choice([0, 0, 3]), size=chance.choice([1, 10, 1000]))
        short = answered(engine, node, ranking)
        assert short == answered(engine, Boost(node, 1.0), ranking), node
        n_found += bool(short["total"])
    assert n_found > N_TREES // 2


def test_what_is_not_flat_goes_the_long_way() -> None:
    oil, war = Word("oil"), Word("war")
    for node in [
        AllOf((oil, Not(war))),
        AllOf((oil, Optional(war))),
        AnyOf((oil, AllOf((oil, war)))),
        Boost(oil, 2.0),
    ]:
        assert flat_parts(node) == (), node


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=60),
    st.integers(1, 40),
    st.sampled_from([1, 100]),
)
def test_the_best_are_all_among_the_candidates_ties_whole(
    drawn: list[int], size: int, repeated: int
) -> None:
    """Repeated a hundred times the scores are so many that groups of them are compared."""
    scores = np.array(drawn * repeated, float)
    found = best(scores, size)
    bound = sorted(scores.tolist(), reverse=True)[:size][-1]
    assert set(np.flatnonzero(scores >= bound).tolist()) <= set(found.tolist())


def test_facets_are_counted_by_name_as_among_all(engine: Engine) -> None:
    everything = engine.search(Word("oil"), Ranking())
    years = engine.search(Word("oil"), Ranking(facets=("year",)))
    assert list(years.facets) == ["year"]
    assert years.facets["year"] == everything.facets["year"] != ()


def test_a_facet_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RequestError, match="no facet ‘colour’"):
        Query("oil", facets=("year", "colour"))
