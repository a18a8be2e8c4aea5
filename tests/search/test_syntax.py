"""Query text to tree, read-back and notes."""

import random
from pathlib import Path

import pytest
from dragoman.search.errors import QueryError
from dragoman.search.syntax import parse
from dragoman.search.tree import AllOf, AnyOf, Exact, Near, Node, Not, Optional, Phrase, Word
from hypothesis import given, settings
from hypothesis import strategies as st

READ_BACK = [
    # words and how they are joined
    ("договор", "договор"),
    ("договор мир", "договор AND мир"),
    ("treaty AND peace", "treaty AND peace"),
    ("treaty & peace", "treaty AND peace"),
    ("договор И мир", "договор AND мир"),
    ("treaty OR peace", "treaty OR peace"),
    ("treaty | peace", "treaty OR peace"),
    ("treaty|peace", "treaty OR peace"),
    ("мир ИЛИ война", "мир OR война"),
    ("мир -война", "мир AND NOT война"),
    ("мир NOT война", "мир AND NOT война"),
    ("мир AND NOT война", "мир AND NOT война"),
    ("мир НЕ война", "мир AND NOT война"),
    ("мир NOT NOT война", "мир AND война"),
    ("a OR b OR c", "a OR b OR c"),
    ("a OR (b OR c)", "a OR b OR c"),
    ("(treaty peace) war", "treaty AND peace AND war"),
    ("treaty (peace OR war)", "treaty AND (peace OR war)"),
    ("((treaty))", "treaty"),
    ("-(treaty OR peace) war", "NOT (treaty OR peace) AND war"),
    # quotations
    ('"peace treaty"', '"peace treaty"'),
    ("«мирный договор»", '"мирный договор"'),
    ("„мирный договор“", '"мирный договор"'),
    ("“peace treaty”", '"peace treaty"'),
    ('"peace"', '"peace"'),
    ('"peace treaty"~3', '"peace treaty"~3'),
    ('="peace treaty"', '="peace treaty"'),
    ('"=peace treaty"', '"=peace treaty"'),
    ('"peac* treaty"', '"peac* treaty"'),
    ('"the war"', '"the war"'),
    # parts of a word
    ("cease-fire", '"cease fire"'),
    ("=cease-fire", '="cease fire"'),
    ("cease-f*", '"cease f*"'),
    ("10:32", '"10 32"'),
    ("24/7", '"24 7"'),
    ("С.В.Лавров", '"С В Лавров"'),
    ("treaty,", "treaty"),
    ("treaty...", "treaty"),
    ("(treaty).", "treaty"),
    # forms and patterns
    ("=treaties", "=treaties"),
    ("treat*", "treat*"),
    ("*ation", "*ation"),
    ("tre?ty", "tre?ty"),
    ("treety~1", "treety~1"),
    ("treety~", "treety~1"),
    ("treety~2", "treety~2"),
    ("treaty^2", "treaty^2"),
    ("treaty^0.5 peace", "treaty^0.5 AND peace"),
    ('"peace treaty"^3', '"peace treaty"^3'),
    ("(peace OR war)^2", "(peace OR war)^2"),
    ("treety~1^2", "treety~1^2"),
    # proximity
    ("peace w/5 treaty", "peace w/5 treaty"),
    ("peace W/5 treaty", "peace w/5 treaty"),
    ("peace PRE/2 treaty", "peace pre/2 treaty"),
    ("peace /s treaty", "peace /s treaty"),
    ("peace /P treaty", "peace /p treaty"),
    ("peace w/5 treaty w/3 war", "(peace w/5 treaty) w/3 war"),
    ("(peace OR war) w/5 treaty", "(peace OR war) w/5 treaty"),
    ("peace w/5 treaty -war", "(peace w/5 treaty) AND NOT war"),
    ("-peace w/5 treaty war", "NOT (peace w/5 treaty) AND war"),
    ("atleast3(peace)", "atleast3(peace)"),
    ("atleast2(peace OR war)", "atleast2(peace OR war)"),
    # common words
    ("the treaty", "[the] AND treaty"),
    ("+the treaty", "+the AND treaty"),
    ("[treaty] peace", "[treaty] AND peace"),
    ("[treaty]", "treaty"),
    ("the", "the"),
    ("the of", "the AND of"),
    ("(the of) treaty", "[the] AND [of] AND treaty"),
    ("the OR treaty", "the OR treaty"),
    ("-the treaty", "NOT the AND treaty"),
    ("the^2 treaty", "the^2 AND treaty"),
    ("=the treaty", "=the AND treaty"),
    ("the -treaty", "the AND NOT treaty"),
    ("И мир пришёл", "[И] AND мир AND пришёл"),
    # fields
    ("title:treaty", "title:treaty"),
    ("заголовок:договор", "title:договор"),
    ("TITLE:treaty", "title:treaty"),
    ("title:(peace treaty)", "title:(peace AND treaty)"),
    ("title:(the treaty)", "title:(the AND treaty)"),
    ('title:"peace treaty"', 'title:"peace treaty"'),
    ("title:peace-treaty", 'title:"peace treaty"'),
    ("speaker:Лаврова", "speaker:Лаврова"),
    ("тема:(нефть ИЛИ газ)", "topic:(нефть OR газ)"),
    ("lang:RU", "lang:ru"),
    ("язык:русский", "lang:ru"),
    ("id:en/npt.md", "id:en/npt.md"),
    ('id:"a b.md"', 'id:"a b.md"'),
    ("-title:treaty peace", "NOT title:treaty AND peace"),
    ("title: treaty", "title AND treaty"),
    ("https://un.org/en", '"https un org en"'),
    # dates
    ("date:2021", "date:2021"),
    ("date:2021-06", "date:2021-06"),
    ("дата:22.06.2021", "date:2021-06-22"),
    ('date:"22 июня 2021 года"', "date:2021-06-22"),
    ("date:2020..2021-05", "date:2020..2021-05"),
    ("date:..2020", "date:..2020"),
    ("date:2020..", "date:2020.."),
    ("date:>2021-06", "date:2021-07.."),
    ("date:>2021-12-31", "date:2022-01-01.."),
    ("date:<2021", "date:..2020"),
    ("date:<2021-03-01", "date:..2021-02-28"),
    ("date:(2019 OR 2021)", "date:2019 OR date:2021"),
    ("since:2020-02 until:2021", "date:2020-02.. AND date:..2021"),
    # escapes
    (r"\AND", r"\AND"),
    (r"treaty \OR peace", r"treaty AND \OR AND peace"),
    (r"\-treaty", "treaty"),
    (r"foo\:treaty", '"foo treaty"'),
    (r"\(treaty\)", "treaty"),
    (r"treat\*", "treat"),
]


@pytest.mark.parametrize(("query", "expected"), READ_BACK)
def test_a_query_is_read_back_with_every_step_explicit(query: str, expected: str) -> None:
    assert parse(query).searched_for == expected


@pytest.mark.parametrize("query", [query for query, _ in READ_BACK])
def test_reading_the_read_back_gives_the_same_tree(query: str) -> None:
    first = parse(query)
    assert parse(first.searched_for).node == first.node


ANY = [
    ("treaty peace", "treaty OR peace"),
    ("the treaty peace", "[the] OR treaty OR peace"),
    ("treaty peace -war", "(treaty OR peace) AND NOT war"),
    ("treaty AND peace war", "(treaty AND peace) OR war"),
    ("lang:ru мир война", "lang:ru AND (мир OR война)"),
    ("+treaty peace war", "+treaty AND (peace OR war)"),
    ("treaty", "treaty"),
    ("the of", "the OR of"),
    ("treaty OR peace war", "treaty OR peace OR war"),
]


@pytest.mark.parametrize(("query", "expected"), ANY)
def test_with_any_words_side_by_side_are_joined_by_or(query: str, expected: str) -> None:
    parsed = parse(query, match="any")
    assert parsed.searched_for == expected
    assert parse(parsed.searched_for).node == parsed.node


NOTES = [
    ('"peace treaty', {"unbalanced_quote": (0, 13)}),
    ("(peace treaty", {"unbalanced_parenthesis": (0, 1)}),
    ("peace) treaty", {"unbalanced_parenthesis": (5, 6)}),
    ("foo:peace", {"unknown_field": (0, 4)}),
    ("peace OR", {"dangling_operator": (6, 8)}),
    ("OR peace", {"dangling_operator": (0, 2)}),
    ("peace AND", {"dangling_operator": (6, 9)}),
    ("peace NOT", {"dangling_operator": (6, 9)}),
    ("peace w/5", {"dangling_operator": (6, 9)}),
    ("w/5 peace", {"dangling_operator": (0, 3)}),
    ("title:", {}),
    ("peace or war", {"lowercase_operator": (6, 8), "optional_words": (6, 8)}),
    ("мир или война", {"lowercase_operator": (4, 7), "optional_words": (4, 7)}),
    ("the treaty of peace", {"optional_words": (0, 13)}),
    ("a OR b c", {"precedence": (0, 8)}),
    ("a w/5 b OR c", {"precedence": (0, 12)}),
    ("-peace", {"only_negative": (0, 6)}),
    ("", {"empty_query": (0, 0)}),
    ("   ", {"empty_query": (0, 3)}),
    ("...", {"empty_query": (0, 3)}),
    ("who is it?", {"punctuation": (9, 10)}),
    ("peace - war", {"punctuation": (6, 7)}),
    ("peace — war", {}),
    ("Россия -НАТО", {}),
]


@pytest.mark.parametrize(("query", "expected"), NOTES)
def test_doubtful_readings_are_noted_where_they_stand(
    query: str, expected: dict[str, tuple[int, int]]
) -> None:
    assert {note.code: (note.start, note.end) for note in parse(query).notes} == expected


ERRORS = [
    ("date:someday", (5, 12)),
    ("date:2021-13", (5, 12)),
    ("date:2022..2021", (5, 15)),
    ("peace w/0 war", (6, 9)),
    ("peace w/1000 war", (6, 12)),
    ("peace~3", (5, 7)),
    ('"peace war"~100', (11, 15)),
    ("cease-fire~1", (0, 12)),
    ("atleast0(peace)", (0, 9)),
    ("atleast10000(peace)", (0, 13)),
    ("peace^0", (5, 7)),
    ("(peace AND war) w/5 treaty", (0, 15)),
    ("(peace war) w/5 treaty", (0, 11)),
    ("peace w/5 -war", (10, 11)),
    ("peace w/5 title:war", (10, 19)),
    ("title:peace w/5 war", (0, 11)),
    ("title:(speaker:peace)", (7, 15)),
    ("said:(Путин санкции)", (0, 5)),
]


@pytest.mark.parametrize(("query", "place"), ERRORS)
def test_what_cannot_be_read_is_an_error_that_names_its_place(
    query: str, place: tuple[int, int]
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.start, caught.value.end) == place
    assert caught.value.query == query


def test_too_many_terms_are_an_error_that_names_the_limit() -> None:
    with pytest.raises(QueryError, match="more than 256 terms"):
        parse(" ".join(f"word{n}" for n in range(257)))
    parse(" ".join(f"word{n}" for n in range(256)))


def test_too_many_characters_are_an_error_that_names_the_limit() -> None:
    with pytest.raises(QueryError, match="at most 4096"):
        parse("a" * 4097)


def test_too_deep_groups_are_an_error_that_names_the_limit() -> None:
    with pytest.raises(QueryError, match="nested more than 64 deep"):
        parse("(" * 2000 + "a")


@pytest.mark.parametrize("query", ['"peace', "(peace", "foo:peace", "peace OR"])
def test_a_strict_search_makes_doubtful_readings_errors(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query, strict=True)


def test_the_gold_queries_hold(shared: Path) -> None:
    rows = (shared / "gold" / "queries.tsv").read_text("utf-8").split("\n")[1:]
    for row in filter(None, rows):
        query, searched_for, codes = row.split("\t")
        parsed = parse(query)
        assert parsed.searched_for == searched_for, query
        assert sorted(note.code for note in parsed.notes) == sorted(filter(None, codes.split(",")))


# Properties

ALPHABET = 'ab Ия"“”„«»()[]|&^~*?=+-:\\/.,0123456789\n\u00a0\ud800\u200fwprsORANDНЕИЛИ'


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=60), st.sampled_from(["all", "any"]))
def test_any_text_is_read_or_refused_with_a_place(query: str, match: str) -> None:
    try:
        parsed = parse(query, match=match)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(query)
        return
    for note in parsed.notes:
        assert 0 <= note.start <= note.end <= len(query), note
    assert parse(parsed.searched_for).node == parsed.node


leaves = st.one_of(
    st.sampled_from(["peace", "the", "война", "и", "US", "treaty"]).map(Word),
    st.sampled_from(["peace", "война"]).map(Exact),
    st.tuples(st.sampled_from(["peace", "the"]), st.sampled_from(["war", "of"])).map(
        lambda words: Phrase(tuple(map(Word, words)))
    ),
)


def grouped(node: Node) -> str:
    """A query with parentheses around everything, written without the code under test."""
    match node:
        case Word(text=text):
            return text
        case Exact(text=text):
            return f"={text}"
        case Phrase(parts=parts):
            return '"' + " ".join(part.text for part in parts if isinstance(part, Word)) + '"'
        case AllOf(operands=operands):
            return "(" + " AND ".join(map(grouped, operands)) + ")"
        case AnyOf(operands=operands):
            return "(" + " OR ".join(map(grouped, operands)) + ")"
        case Not(operand=operand):
            return f"(NOT {grouped(operand)})"
        case Near(left=left, right=right, distance=distance):
            return f"({grouped(left)} w/{distance} {grouped(right)})"
        case Optional(operand=operand):
            return f"[{grouped(operand)}]"
    raise AssertionError(node)


trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: AllOf(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: AnyOf(tuple(nodes))),
        inner.map(Not),
        st.tuples(leaves, leaves, st.integers(1, 999)).map(
            lambda near: Near(near[0], near[1], "w", near[2])
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_the_read_back_of_any_tree_is_read_as_that_tree(tree: Node) -> None:
    parsed = parse(grouped(tree))
    assert parse(parsed.searched_for).node == parsed.node


def test_four_kilobytes_of_anything_are_read_or_refused() -> None:
    chance = random.Random(7)  # noqa: S311: repeatable, not secret
    for _ in range(20):
        query = "".join(chance.choices(ALPHABET, k=4096))
        try:
            parse(query)
        except QueryError as error:
            assert 0 <= error.start <= error.end <= len(query)
