"""The API's files and citations: as the command line makes them, sent as they are made."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from urllib.parse import quote

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
        "/api/cite/oil.md?style=mla",
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.content_type) == (400, "application/json"), url
        assert json.loads(answer.text)["error"]["message"]
    assert client.get("/api/cite/none").status_code == 404


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
