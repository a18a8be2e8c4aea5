"""Flat queries go a short way; a boost of 1 sends the same tree the long way round."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.errors import RequestError
from dragoman.search.flat import flat_parts
from dragoman.search.ranking import best
from dragoman.search.request import Query
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    Boost,
    Exact,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Word,
)

WORDS = (
    "treaty oil peace nuclear border meeting meet договор мир нефть граница стали missile "
    "tariff tariffs ambassador Лавров санкции summit verification"
).split()
DATES = ["", "2019", "2020-05", "2020-05-31", "2021-01-01T10:32"]
N_DOCS = 700
N_TREES = 120


def text(chance: random.Random, longest: int) -> str:
    """Few words are frequent and many rare; some are repeated side by side."""
    count = chance.randint(0, longest)
    numbers = [min(int(chance.expovariate(0.35)), len(WORDS) - 1) for _ in range(count)]
    return " ".join(WORDS[number] for number in numbers)


def document(chance: random.Random, number: int) -> Document:
    lang = chance.choice(["ru", "en"])
    return Document(f"d{number}", text(chance, 3), text(chance, 60), chance.choice(DATES), lang)


@pytest.fixture(scope="module", params=["one segment", "a second small one", "with deletions"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    chance = random.Random(5)
    folder = tmp_path_factory.mktemp("index")
    with WhooshWriter(folder) as writer:
        for number in range(N_DOCS):
            writer.add(document(chance, number), "file")
        writer.commit((), {}, is_checkpoint=True)
        if request.param != "one segment":
            writer.add(document(chance, N_DOCS), "file")
            writer.commit((), {}, is_checkpoint=True)
        if request.param == "with deletions":
            for number in range(0, N_DOCS, 9):
                writer.delete(f"d{number}")
            writer.commit((), {}, is_checkpoint=True)
    opened = open_engine(folder)
    yield opened
    opened.close()


def word(chance: random.Random) -> Node:
    return Word(chance.choice(WORDS))


def part(chance: random.Random) -> Node:
    kind = chance.randrange(8)
    if kind == 0:
        return Phrase(tuple(word(chance) for _ in range(chance.choice([1, 2, 2, 3, 4]))))
    if kind == 1:
        unit = chance.choice(["w", "pre"])
        return Near(word(chance), word(chance), unit, chance.choice([1, 2, 5, 30]))
    if kind == 2:
        return Wildcard(chance.choice(["t*", "tar*", "m*", "м*", "сан*", "x*"]))
    if kind == 3:
        return Exact(chance.choice(WORDS))
    return word(chance)


def tree(chance: random.Random) -> Node:
    if chance.random() < 0.4:
        return part(chance)
    parts = tuple(part(chance) for _ in range(chance.choice([2, 2, 3, 8])))
    return chance.choice([AllOf, AnyOf])(parts)


def answered(engine: Engine, node: Node, ranking: Ranking) -> dict[str, object]:
    answer = engine.search(node, ranking)
    return {
        "total": answer.total,
        "occurrences": answer.occurrences,
        "terms": answer.terms,
        "facets": dict(answer.facets),
        "hits": [
            (each.handle, each.score, each.occurrences, each.date_overlap) for each in answer.found
        ],
    }


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
