"""Exports: every hit or line, in order, in each format, with where it comes from."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import islice

import bibtexparser
import pytest
import rispy

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, QueryError, Searcher, open_searcher
from dragoman.search.citation_styles import STYLES
from dragoman.search.concordance import LinesWanted
from dragoman.search.errors import RequestError
from dragoman.search.export import FORMATS, export, export_lines

MANY = 2_100
"""More documents than are found at a time."""
DAY = date(2026, 1, 2)
ODD = [
    Document("=cmd|' /C calc'!A0", "@SUM(A1)", "Oil;\n\"oil\", and санкции.", "2021-06-22", "",
             "en", ("+Anna Petrova", "Иван Петров"), "", "-Moscow", "Ministry", "statement",
             ("a", "b"), "", "https://e.org/"),
    Document("plain", "Нефть, «и газ»", "Oil.\r\n\r\nMore oil.", "2020", "", "ru"),
]  # fmt: skip


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("index")
    with WhooshWriter(folder) as writer:
        for document in ODD:
            writer.add(document, "x")
        for number in range(MANY):
            text = "grain " * (number % 7 + 1) + "came."
            writer.add(Document(f"{number:04}", f"Letter {number % 10}", text), "x")
        writer.commit((), {})
    with open_searcher(folder) as opened:
        yield opened


def rows(searcher: Searcher, query: Query) -> list[dict[str, str]]:
    made = export(searcher, query, "csv")
    return list(csv.DictReader(io.StringIO("".join(made.pieces).removeprefix("\ufeff"))))


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "title"])
def test_all_hits_are_there_once_in_the_order_of_the_pages(searcher: Searcher, sort: str) -> None:
    found = [row["id"] for row in rows(searcher, Query("grain", sort=sort))]
    assert len(found) == len(set(found)) == MANY
    pages = [
        hit.metadata.doc_id
        for page in (1, 2, 3)
        for hit in searcher.search(Query("grain", sort=sort, page=page, page_size=1000)).hits
    ]
    assert found == pages


def test_a_row_is_a_hit_with_the_query_and_the_state_it_comes_from(searcher: Searcher) -> None:
    query = Query("oil", filters={"lang": ("ru", "en")}, sort="oldest")
    first, second = rows(searcher, query)
    assert list(first) == [
        "rank", "id", "title", "date", "date_precision", "lang", "speaker", "place", "source",
        "kind", "topics", "country", "url", "versions", "near_identical", "shown_under",
        "occurrences", "score", "query", "searched_for", "filters", "index_state", "version",
    ]  # fmt: skip
    assert (first["id"], first["title"], first["occurrences"]) == ("plain", "Нефть, «и газ»", "2")
    assert (second["topics"], second["date"]) == ("a; b", "2021-06-22")
    page = searcher.search(query)
    assert {row["index_state"] for row in (first, second)} == {page.index.state}
    assert {row["filters"] for row in (first, second)} == {"lang=ru; lang=en"}
    assert first["version"] == page.index.version


def test_no_cell_begins_a_formula(searcher: Searcher) -> None:
    (row,) = [row for row in rows(searcher, Query("oil")) if row["rank"] and row["url"]]
    assert row["id"] == "'=cmd|' /C calc'!A0"
    assert row["title"] == "'@SUM(A1)"
    assert row["place"] == "'-Moscow"
    assert row["speaker"] == "'+Anna Petrova; Иван Петров"
    for query in ("-санкции", "\tgrain"):
        told = rows(searcher, Query(query, filters={"lang": ("ru",)}))
        assert all(row["query"] == f"'{query}" for row in told)
    assert rows(searcher, Query("-санкции"))


def test_csv_begins_with_a_byte_order_mark_where_it_is_not_left_out(searcher: Searcher) -> None:
    with_mark = "".join(export(searcher, Query("oil"), "csv").pieces)
    without = "".join(export(searcher, Query("oil"), "csv", bom=False).pieces)
    assert with_mark == "\ufeff" + without
    assert without.startswith("rank,id,")


def test_jsonl_is_the_hits_of_a_search_with_where_they_come_from(searcher: Searcher) -> None:
    made = export(searcher, Query("oil"), "jsonl")
    read = [json.loads(line) for line in "".join(made.pieces).splitlines()]
    page = searcher.search(Query("oil"))
    for line, hit in zip(read, page.hits, strict=True):
        origin = {name: line.pop(name) for name in
                  ("query", "searched_for", "filters", "index_state", "version")}  # fmt: skip
        assert line == json.loads(json.dumps(hit.to_dict()))
        assert origin == {
            "query": "oil", "searched_for": "oil", "filters": "",
            "index_state": page.index.state, "version": page.index.version,
        }  # fmt: skip


def test_each_format_holds_every_hit(searcher: Searcher) -> None:
    state = searcher.index.state
    made = {name: "".join(export(searcher, Query("oil"), name, accessed=DAY).pieces)
            for name in FORMATS}  # fmt: skip
    assert len(rispy.loads(made["ris"])) == 2
    assert len(bibtexparser.parse_string(made["bibtex"]).entries) == 2
    items = json.loads(made["csl-json"])
    assert [item["id"] for item in items] == [ODD[1].doc_id, ODD[0].doc_id]
    assert sorted(made["gost"].splitlines()) == [
        "+Anna Petrova, Петров И. @SUM(A1) [Электронный ресурс] // Ministry. 2021. 22 June. "
        "URL: https://e.org/ (дата обращения: 02.01.2026).",
        "Нефть, «и газ». 2020.",
    ]
    for name in FORMATS.keys() - STYLES.keys():
        assert state in made[name], name
    nothing = {name: "".join(export(searcher, Query("xylophone"), name, bom=False).pieces)
               for name in FORMATS}  # fmt: skip
    assert json.loads(nothing["csl-json"]) == []
    assert (nothing["gost"], nothing["ris"], nothing["jsonl"]) == ("", "", "")
    assert nothing["csv"].count("\n") == 1


def test_an_export_is_made_while_it_is_read(searcher: Searcher) -> None:
    made = export(searcher, Query("grain"), "csv")
    assert made.total == MANY
    assert len(list(islice(made.pieces, 3))) == 3


def test_all_lines_of_a_concordance_are_there_in_their_order(searcher: Searcher) -> None:
    # 2,100 documents with 1 to 7 occurrences in turn: 300 times 28.
    query, wanted = Query("grain"), LinesWanted(window=2, sort="left")
    made = export_lines(searcher, query, wanted, "jsonl")
    read = [json.loads(line) for line in "".join(made.pieces).splitlines()]
    assert made.total == len(read) == 300 * 28
    expected = searcher.concordance(query, wanted).found.lines
    assert [(line["id"], line["start"]) for line in read] == [
        (line.doc_id, line.start) for line in expected
    ]


def test_a_sample_of_lines_is_exported_as_it_is_drawn(searcher: Searcher) -> None:
    wanted = LinesWanted(sample=2_500, seed=7)
    made = export_lines(searcher, Query("grain"), wanted, "csv", bom=False)
    read = list(csv.DictReader(io.StringIO("".join(made.pieces))))
    drawn = searcher.concordance(Query("grain"), wanted).found.lines
    assert made.total == len(read) == 2_500
    assert {(row["sample"], row["seed"]) for row in read} == {("2500", "7")}
    assert [(row["id"], int(row["start"])) for row in read] == [
        (line.doc_id, line.start) for line in drawn
    ]


def test_a_line_of_csv_stands_in_one_line(searcher: Searcher) -> None:
    made = export_lines(searcher, Query("oil"), LinesWanted(), "csv", bom=False)
    text = "".join(made.pieces)
    assert text.count("\n") == 1 + made.total == 5
    assert searcher.index.state in text


def test_what_cannot_be_exported_is_an_error_at_once(searcher: Searcher) -> None:
    with pytest.raises(RequestError, match="csv, jsonl, ris, bibtex, csl-json, gost, chicago, apa"):
        export(searcher, Query("oil"), "xlsx")
    with pytest.raises(RequestError, match="csv or jsonl"):
        export_lines(searcher, Query("oil"), LinesWanted(), "ris")
    with pytest.raises(QueryError):
        export(searcher, Query("date:someday"), "csv")
    with pytest.raises(QueryError):
        export_lines(searcher, Query("lang:ru"), LinesWanted(), "csv")
