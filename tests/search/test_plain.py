"""The short way into the query language beside the grammar: the same trees, places and notes."""

import random

from dragoman.search.plain import plain_query
from dragoman.search.syntax import _Parser
from dragoman.search.tree import Word, read_back, walk

WORDS = "oil нефть the и US OR AND or not 1990 G20 сила NATO peace war И НЕ не".split()


def queries(n: int) -> list[str]:
    chance = random.Random(7)
    made = []
    for _ in range(n):
        words = chance.choices(WORDS, k=chance.randint(1, 5))
        text = chance.choice([" ", " ", " OR "]).join(words)
        shapes = [text, text, f'"{text}"', words[0] + "*"]
        shapes.append(
            f"{words[0]} {chance.choice(['w', 'pre'])}/{chance.randint(0, 1200)} {words[-1]}"
        )
        made.append(chance.choice(shapes))
    return made


def test_a_plain_query_has_the_tree_and_places_that_the_grammar_gives_it() -> None:
    n_plain = 0
    for query in queries(5_000):
        found = plain_query(query)
        if found is None:
            continue
        n_plain += 1
        plain, searched_for = found
        assert searched_for == read_back(plain), query
        node, notes = _Parser(query, "all").parse()
        assert (plain, []) == (node, notes), query
        places = [
            [(part.start, part.end) for part in walk(tree) if isinstance(part, Word)]
            for tree in (plain, node)
        ]
        assert places[0] == places[1], query
    assert n_plain > 500


def test_what_needs_grammar_or_a_note_is_left_to_it() -> None:
    for query in [
        "",
        "the war",
        "a  b",
        "oil-gas",
        "war or peace",
        "OR war",
        "мiр",
        '"war"',
        "x" * 2000,
    ]:
        assert plain_query(query) is None, query
