"""Query text to tree, told by the read-back; notes and errors have tests of their own."""

from pathlib import Path

import pytest

from dragoman.search.syntax import parse

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
    ('“peace "treaty" now”', '"peace treaty now"'),
    ('“peace treaty"', '"peace treaty"'),
    ('""', ""),
    ('"=peace =treaty"', '="peace treaty"'),
    ('="peac* treaty"', '"peac* =treaty"'),
    ('="peace treaty"~2', '"=peace =treaty"~2'),
    ('"=peace"~2', '"=peace"~2'),
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
    ("В.Путин: мир", '"В Путин" AND мир'),
    ("Question: peace", "Question AND peace"),
    ("www.un.org/news?id=5*", '"www un org news id 5"'),
    ("(see https://un.org/peace_(x))", 'see AND "https un org peace x"'),
    ("1\u00a0325 мин", "1\u00a0325 AND мин"),
    ("2021\u00a0325", "2021 AND 325"),
    ("1990-е", "1990"),
    ("peace,treaty", '"peace treaty"'),
    ("peace&treaty", '"peace treaty"'),
    ("U.S. policy", "U.S. AND policy"),
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
    ("treety^2~1", "treety~1^2"),
    ("=(peace OR war)", "=peace OR =war"),
    ("=(the war)", "=the AND =war"),
    ("(treaty^2)^3", "treaty^6"),
    ("treaty^0.12345678", "treaty^0.123457"),
    ("(-treaty)^2", "(NOT treaty)^2"),
    ("кто?-то", '"кто то"'),
    ("tre?* peace", "tre?* AND peace"),
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
    ("peace w/5 (treaty w/3 war)", "peace w/5 (treaty w/3 war)"),
    ("peace w/5 treaty pre/2 war /s oil", "((peace w/5 treaty) pre/2 war) /s oil"),
    ('"peace treaty"~3 w/5 war', '"peace treaty"~3 w/5 war'),
    ("(peace OR war)w/5 treaty", "(peace OR war) w/5 treaty"),
    ("the w/5 war", "the w/5 war"),
    ("peace w/5 - treaty", "peace w/5 treaty"),
    ("title:(peace w/5 treaty)", "title:(peace w/5 treaty)"),
    ("atleast2(the OR war)", "atleast2(the OR war)"),
    ("ATLEAST2(war)^2", "atleast2(war)^2"),
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
    ("(И мир) война", "[И] AND мир AND война"),
    ("И", "И"),
    ("— И мир", "[И] AND мир"),
    ("the lang:ru", "[the] AND lang:ru"),
    ("the date:2021", "[the] AND date:2021"),
    ("title:the war", "title:the AND war"),
    ("+the of", "+the AND [of]"),
    ("=the of", "=the AND [of]"),
    ('"the" of', '"the" AND [of]'),
    ("[treaty] the", "treaty AND [the]"),
    ("[treaty] -peace", "treaty AND NOT peace"),
    ("[treaty] OR peace", "[treaty] OR peace"),
    ("[COVID-19] vaccine", '["COVID 19"] AND vaccine'),
    ("[=treaty] peace", "[=treaty] AND peace"),
    ("[treaty]^2 peace", "[treaty^2] AND peace"),
    ("(the treaty) OR peace", "([the] AND treaty) OR peace"),
    ("US and us", "US AND [and] AND [us]"),
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
    ("id:notes(1).txt", 'id:"notes(1).txt"'),
    ("(id:notes)", "id:notes"),
    ("id:https://un.org/?a=b#c", 'id:"https://un.org/?a=b#c"'),
    ("id:en/*", "id:en/*"),
    (r"id:a\*b", r'id:"a\*b"'),
    ('id:"a \\" b"', r'id:"a \" b"'),
    ("id:~x^2", 'id:"~x^2"'),
    ('id:(a OR "b c")', 'id:(a OR "b c")'),
    ("lang:(en OR русский)", "lang:(en OR ru)"),
    ("title:treaty^2", "title:treaty^2"),
    ("(title:treaty)^2", "title:treaty^2"),
    ("title:(peace OR war)^2", "title:(peace OR war)^2"),
    ("title:-treaty", "title:treaty"),
    ("title:(-treaty)", "title:(NOT treaty)"),
    ("title:И", "title:И"),
    ("title:NOT", r"title:\NOT"),
    ("speaker:Небензя~1", "speaker:Небензя~1"),
    ("source:mid.ru", 'source:"mid ru"'),
    ("место:Москва вид:интервью страна:Китай", "place:Москва AND kind:интервью AND country:Китай"),
    ("unknown:treaty", "unknown AND treaty"),
    ("-unknown:treaty peace", "NOT (unknown AND treaty) AND peace"),
    ("peace OR unknown:treaty", "peace OR (unknown AND treaty)"),
    # dates
    ("date:2021", "date:2021"),
    ("date:2021..2021", "date:2021"),
    ("date:2021-06-22T10:32", "date:2021-06-22T10:32"),
    ("date:>2021-06-22T10:32", "date:2021-06-22T10:33.."),
    ("date:<=2020-02", "date:..2020-02"),
    ("date:>2020-02-28", "date:2020-02-29.."),
    ("дата:2021", "date:2021"),
    ("date:(2019 OR 2021) мир", "(date:2019 OR date:2021) AND мир"),
    ("-date:2021 мир", "NOT date:2021 AND мир"),
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
    (r"peace\ treaty", '"peace treaty"'),
    (r"\"treaty\"", "treaty"),
    (r"treaty \- peace", "treaty AND peace"),
    ("AND^2 treaty", r"\AND^2 AND treaty"),
    ("-AND treaty", r"NOT \AND AND treaty"),
    # what is left out
    ("treaty () peace", "treaty AND peace"),
    ("treaty AND OR peace", "treaty OR peace"),
    ("treaty) OR peace", "treaty OR peace"),
    ("treaty || peace && war", "treaty OR (peace AND war)"),
    ("--treaty peace", "NOT treaty AND peace"),
    ("treaty -- peace", "treaty AND peace"),
]


@pytest.mark.parametrize(("query", "expected"), READ_BACK)
def test_a_query_is_read_back_with_every_step_explicit(query: str, expected: str) -> None:
    assert parse(query).searched_for == expected


@pytest.mark.parametrize("query", [query for query, _ in READ_BACK])
def test_reading_the_read_back_gives_the_same_tree(query: str) -> None:
    first = parse(query)
    for match in ("all", "any"):
        again = parse(first.searched_for, match=match)
        assert again.node == first.node
        assert again.searched_for == first.searched_for


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
    ("treaty AND peace war", "(treaty AND peace) OR war"),
    ("treaty w/5 peace war", "(treaty w/5 peace) OR war"),
    ("+COVID-19 vaccine", '"COVID 19" AND vaccine'),
    ("date:(2019 OR 2021) мир война", "(date:2019 OR date:2021) AND (мир OR война)"),
    ("(the treaty) w/3 peace", "(the OR treaty) w/3 peace"),
    ("[treaty] peace", "[treaty] OR peace"),
    ("the lang:ru", "[the] AND lang:ru"),
    ("unknown:treaty", "unknown OR treaty"),
    ("title:(treaty peace)", "title:(treaty OR peace)"),
]


@pytest.mark.parametrize(("query", "expected"), ANY)
def test_with_any_words_side_by_side_are_joined_by_or(query: str, expected: str) -> None:
    parsed = parse(query, match="any")
    assert parsed.searched_for == expected
    for match in ("all", "any"):
        assert parse(parsed.searched_for, match=match).node == parsed.node


def test_the_gold_queries_hold(shared: Path) -> None:
    rows = (shared / "gold" / "queries.tsv").read_text("utf-8").split("\n")[1:]
    for row in filter(None, rows):
        query, searched_for, codes = row.split("\t")
        parsed = parse(query)
        assert parsed.searched_for == searched_for, query
        assert sorted(note.code for note in parsed.notes) == sorted(filter(None, codes.split(",")))
