"""The read-back of any query is read as the same tree, and read back as itself."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.analysis import analyze_word
from dragoman.search.errors import QueryError
from dragoman.search.syntax import Parsed, parse
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    DateRange,
    Exact,
    FieldFilter,
    Fuzzy,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Window,
    Word,
    read_back,
    walk,
)

ALPHABET = 'ab Ия"“”„«»()[]|&^~*?=+-:\\/.,0123456789\n\u00a0\ud800\u200fwprsORANDНЕИЛИ'
ATOMS = [
    "война", "мир", "the", "и", "US", "И", "AND", "OR", "NOT", "ИЛИ", "НЕ", "or", "не", '"', '"',
    "«", "»", "“", "”", "„", "(", ")", "(", ")", "[", "]", "|", "&", " ", " ", " ", " ", "^2",
    "^0.3", "~1", "~2", "~", "w/5", "pre/2", "/s", "/p", "title:", "id:", "lang:", "date:", "2021",
    ">2020", "-30d", "..", "speaker:", "foo:", "since:", "-", "+", "=", "*", "?", "\\", '\\"',
    "\\*", ".", ",", "COVID-19", "U.S.", "1,325", "1\u00a0325", "2021\u00a0325", "atleast3(",
    "Cеверный", "www.un.org/a?b", "https://un.org/x(y)?z=*", "\ud800", "\u200f", "\n", "ⵣ",
    "1990-е", "O’Brien", "a", "е\u0301", "3.5", "[war]", "ß", "İ", "²",
]  # fmt: skip
STILL_TRUE = {"only_negative", "empty_query", "look_alikes"}
"""Notes that say something of the tree, not of how it was typed."""


def check(parsed: Parsed) -> None:
    for match in ("all", "any"):
        again = parse(parsed.searched_for, match=match)
        assert again.node == parsed.node, parsed.searched_for
        assert again.searched_for == parsed.searched_for
        assert {note.code for note in again.notes} <= STILL_TRUE, parsed.searched_for


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=60), st.sampled_from(["all", "any"]))
def test_the_read_back_of_any_text_is_read_as_the_same_tree(query: str, match: str) -> None:
    try:
        parsed = parse(query, match=match)
    except QueryError as error:
        assert 0 <= error.start < error.end <= len(query)
        return
    for note in parsed.notes:
        assert 0 <= note.start <= note.end <= len(query), note
    check(parsed)


@pytest.mark.parametrize("seed", range(4))
def test_the_read_back_of_any_syntax_is_read_as_the_same_tree(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        atoms = chance.choices(ATOMS, k=chance.choice([3, 6, 10, 20]))
        query = "".join(atom + " " * (chance.random() < 0.3) for atom in atoms)
        try:
            parsed = parse(query, match=chance.choice(["all", "any"]))
        except QueryError as error:
            assert 0 <= error.start < error.end <= len(query)
            continue
        check(parsed)
        for leaf in walk(parsed.node):
            if isinstance(leaf, Word) and not {"id:", "lang:"} & set(atoms):
                assert query[leaf.start : leaf.end].replace("\\", "") == leaf.text
                assert [token.surface for token in analyze_word(leaf.text)] == [leaf.text]


# Trees

words = st.sampled_from(["peace", "the", "война", "и", "US", "treaty", "И", "AND", "or"]).map(Word)
exact = st.sampled_from(["peace", "война", "US"]).map(Exact)
wild = st.sampled_from(["w*", "*а", "м?р", "*"]).map(Wildcard)
fuzzy = st.tuples(st.sampled_from(["peace", "И"]), st.integers(1, 2)).map(lambda f: Fuzzy(*f))
leaves = st.one_of(words, words, exact, wild, fuzzy)
in_quotes = st.one_of(words, exact, wild)
phrases = st.lists(in_quotes, min_size=2, max_size=3).map(lambda parts: Phrase(tuple(parts)))
windows = st.tuples(st.lists(in_quotes, min_size=1, max_size=3), st.integers(0, 99)).map(
    lambda window: Window(tuple(window[0]), window[1])
)
spans = st.one_of(leaves, leaves, phrases, windows)
alternatives = st.lists(spans, min_size=2, max_size=3).map(lambda nodes: AnyOf(tuple(nodes)))
near = st.recursive(
    st.one_of(spans, alternatives),
    lambda inner: st.tuples(
        inner, inner, st.sampled_from(["w", "pre", "s", "p"]), st.integers(1, 999)
    ).map(lambda n: Near(n[0], n[1], n[2], n[3] if n[2] in ("w", "pre") else 0)),
    max_leaves=4,
)
values = st.sampled_from(["ru", "en/npt.md", "a b", "(x)", 'q"q', "a:b", "/s", "-", "AND", "a\\b"])
filters = st.one_of(
    st.tuples(st.sampled_from(["title", "speaker", "topic"]), near).map(lambda f: FieldFilter(*f)),
    values.map(lambda value: FieldFilter("id", Word(value))),
    st.sampled_from(["*.md", "a\\*?b", "a *"]).map(
        lambda pattern: FieldFilter("id", Wildcard(pattern))
    ),
    st.lists(values, min_size=2, max_size=3).map(
        lambda several: FieldFilter("id", AnyOf(tuple(map(Word, several))))
    ),
    st.sampled_from([("2020", ""), ("", "2021-05"), ("2020", "2021"), ("2021-06-22",) * 2]).map(
        lambda ends: DateRange(*ends)
    ),
)
trees = st.recursive(
    st.one_of(near, near, filters),
    lambda inner: st.one_of(
        st.lists(st.one_of(inner, words.map(Optional)), min_size=2, max_size=3).map(
            lambda nodes: AllOf(tuple(nodes))
        ),
        st.lists(st.one_of(inner, words.map(Optional)), min_size=2, max_size=3).map(
            lambda nodes: AnyOf(tuple(nodes))
        ),
        inner.map(Not),
        st.tuples(inner, st.sampled_from([0.001, 0.5, 2.0, 10.0])).map(lambda b: Boost(*b)),
        st.tuples(st.integers(1, 9999), near).map(lambda least: AtLeast(*least)),
    ),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None)
@given(trees)
def test_the_read_back_of_any_tree_is_stable_once_it_was_read(tree: Node) -> None:
    try:
        parsed = parse(read_back(tree))
    except QueryError as error:  # weights that multiply beyond their range
        assert "weight" in error.message
        return
    check(parsed)


def grouped(node: Node) -> str:
    """A query with parentheses around everything, written without the code under test."""
    match node:
        case Word(text=text):
            return text
        case Exact(text=text):
            return f"={text}"
        case AllOf(operands=operands):
            return "(" + " AND ".join(map(grouped, operands)) + ")"
        case AnyOf(operands=operands):
            return "(" + " OR ".join(map(grouped, operands)) + ")"
        case Not(operand=operand):
            return f"(NOT {grouped(operand)})"
    raise AssertionError(node)


plain_trees = st.recursive(
    st.one_of(st.sampled_from(["peace", "война", "treaty"]).map(Word), exact),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: AllOf(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: AnyOf(tuple(nodes))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def flat(node: Node) -> Node:
    """The tree without a group directly in one of its kind, and without double negation."""
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            parts = [flat(operand) for operand in operands]
            kind = type(node)
            return kind(
                tuple(
                    part
                    for operand in parts
                    for part in (operand.operands if isinstance(operand, kind) else (operand,))
                )
            )
        case Not(operand=operand):
            inner = flat(operand)
            return inner.operand if isinstance(inner, Not) else Not(inner)
    return node


@settings(max_examples=300, deadline=None)
@given(plain_trees)
def test_groups_are_read_as_they_are_written(tree: Node) -> None:
    parsed = parse(grouped(tree))
    assert parsed.node == flat(tree)
    check(parsed)
