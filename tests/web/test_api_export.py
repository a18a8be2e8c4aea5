"""The API's files and citations: as the command line makes them, sent as they are made."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dragoman.search import Query, open_searcher
from dragoman.search.citations import citation
from dragoman.search.export import FORMATS, export


@pytest.mark.parametrize("form", FORMATS)
def test_a_download_is_what_the_query_module_makes(
    client: FlaskClient, index_dir: Path, form: str
) -> None:
    answer = client.get(
        f"/api/export?q=sanctions+OR+grain&format={form}&sort=title&accessed=2026-01-02"
    )
    with open_searcher(index_dir) as searcher:
        made = export(
            searcher, Query("sanctions OR grain", sort="title"), form, accessed=date(2026, 1, 2)
        )
        expected = "".join(made.pieces)
        state = searcher.index.state
    assert answer.status_code == 200
    assert answer.get_data() == expected.encode()
    assert answer.content_type == FORMATS[form][0]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="dragoman.{FORMATS[form][1]}"'
    )
    assert answer.headers["Dragoman-Index"] == state
    assert answer.headers["Dragoman-Total"] == "26"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_filters_hold_and_markup_stays_data(client: FlaskClient) -> None:
    text = client.get("/api/export?q=&lang=en&bom=0").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 29
    assert {row["lang"] for row in rows} == {"en"}
    assert "<img src=x onerror=alert(1)>" in {row["title"] for row in rows}


def test_lines_are_sent_too(client: FlaskClient) -> None:
    answer = client.get("/api/export?q=ceasefire&lines=1&format=jsonl&sort=right&window=1")
    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    # The truce: "A ceasefire was signed, and the ceasefire held." held comes before was
    assert [(line["left"], line["match"], line["right"]) for line in lines] == [
        ("the ", "ceasefire", " held"), ("A ", "ceasefire", " was"),
    ]  # fmt: skip
    assert answer.headers["Dragoman-Total"] == "2"


def test_what_cannot_be_exported_is_an_error_and_no_file(client: FlaskClient, app: Flask) -> None:
    for url in (
        "/api/export?q=oil&format=xlsx",
        "/api/export?q=date:someday",
        "/api/export?q=oil&accessed=someday",
        "/api/export?q=oil&bom=perhaps",
        "/api/export?q=oil&lines=1&format=ris",
        "/api/export?q=lang:ru&lines=1",
        "/api/export?q=oil&id=oil.md",
        "/api/export?lang=en&id=oil.md",
        "/api/export?id=oil.md&lines=1&format=csv",
        "/api/export?" + "&".join(f"id={n}" for n in range(501)),
        "/api/cite/oil.md?style=mla",
        "/api/cite",
        "/api/cite?id=",
        "/api/cite?id=oil.md&style=mla",
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.content_type) == (400, "application/json"), url
        assert json.loads(answer.text)["error"]["message"]
    assert client.get("/api/cite/none").status_code == 404


def test_a_list_of_documents_is_exported_in_its_order_each_once(client: FlaskClient) -> None:
    listed = "id=truce.md&id=oil.md&id=truce.md"
    text = client.get(f"/export?{listed}&format=csv&bom=0").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["rank"], row["id"], row["title"]) for row in rows] == [
        ("1", "truce.md", "The truce"), ("2", "oil.md", "Oil and sanctions"),
    ]  # fmt: skip
    assert {row["query"] + row["score"] + row["occurrences"] for row in rows} == {""}
    lines = client.get(f"/api/export?{listed}&format=jsonl").get_data(as_text=True).splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["The truce", "Oil and sanctions"]
    cited = client.get(f"/export?{listed}&format=apa&accessed=2026-01-02").get_data(as_text=True)
    assert cited == (
        "Chronicle. (2019). The truce.\n"
        "Petrova, A. (2021, June 22). Oil and sanctions. Ministry. "
        "https://example.org/oil?a=1&b=2\n"
    )
    answer = client.get(f"/api/cite?{listed}&style=apa&accessed=2026-01-02")
    citations = json.loads(answer.text)["citations"]
    assert [f"{each['citation']}\n" for each in citations] == cited.splitlines(keepends=True)


@pytest.mark.parametrize("form", FORMATS)
def test_a_list_is_exported_in_every_format_with_the_state_of_the_index(
    client: FlaskClient, form: str
) -> None:
    answer = client.get(f"/export?id=truce.md&id=oil.md&format={form}")
    assert answer.content_type == FORMATS[form][0]
    assert answer.headers["Dragoman-Total"] == "2"
    written = answer.text.casefold()  # Chicago has capitals of its own
    assert "the truce" in written and "oil and sanctions" in written
    in_file = answer.headers["Dragoman-Index"] in answer.text
    assert in_file == (form not in ("gost", "chicago", "apa"))


def test_unknown_ids_of_a_list_are_all_named(client: FlaskClient) -> None:
    for url in ("/api/export?format=ris&", "/api/cite?", "/export?format=ris&", "/cite?"):
        answer = client.get(f"{url}id=no-1&id=oil.md&id=no-2")
        assert answer.status_code == 404
        assert "no documents ‘no-1’, ‘no-2’ in the index" in answer.text.replace("No", "no")


def test_the_longest_list_fits_into_the_head_of_a_request(server: str) -> None:
    # 250 bytes an id, as of a path of 40 Cyrillic letters: 6 characters each in an address.
    ids = [quote(f"{'ф' * 40}{n:010}") for n in range(500)]
    with pytest.raises(HTTPError) as error:
        urlopen(f"{server}/api/cite?{'&'.join(f'id={doc_id}' for doc_id in ids)}")  # noqa: S310
    with error.value as answer:
        assert answer.code == 404
        assert "and 480 more" in answer.read().decode()


def test_an_index_is_let_go_when_a_download_ends(client: FlaskClient, app: Flask) -> None:
    def users() -> int:
        found: int = app.extensions["searcher"]._opened.users
        return found

    answer = client.get("/api/export?q=grain", buffered=False)
    assert users() == 1
    answer.close()
    assert users() == 0
    client.get("/api/export?q=date:someday")
    assert users() == 0


def test_a_citation_is_what_the_command_line_prints(client: FlaskClient, index_dir: Path) -> None:
    name = "ru/нефть и санкции.md"
    answer = client.get(f"/api/cite/{quote(name)}?style=chicago&accessed=2026-01-02")
    with open_searcher(index_dir) as searcher:
        expected = citation(searcher.about(name), "chicago", date(2026, 1, 2))
    assert json.loads(answer.text) == expected
    assert expected["citation"] == ("Петрова, Анна. «Нефть и санкции». Ministry, 22 июня 2021 г.")
