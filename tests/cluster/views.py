"""Everything that only reads an index: pages, routes and commands, asked of two indices at once.

In: two index directories with the same documents. Out: what is not answered alike.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from page_kinds import PAGES

from dragoman.search.cli.main import dragoman
from dragoman.web import create_app

OWN = ("took_ms", "index_bytes", "segments", "files", "kernel")
"""What an engine tells of itself, and times."""

MORE_PAGES = [
    "/search?q=%22nuclear+weapons%22+OR+договор&sort=oldest&group=versions&explain=1",
    "/search?q=missile+pre/2+systems", "/document/en/npt.md?q=treaty",
    "/document/en/npt.md?with=ru/npt.md&q=договор", "/similar/en/npt.md",
    "/kwic?q=treaty&sort=left",
    "/trends?q=treaty&q=договор", "/trends.csv?q=treaty", "/collocations?q=договор",
    "/keyness?q=treaty", "/feed?q=treaty", "/suggest?q=trea", "/opensearch.xml",
    "/export?q=treaty&format=csv", "/export?q=договор&format=bibtex",
]  # fmt: skip
API = [
    "/api/search?q=treaty+OR+договор&explain=1", "/api/search?q=war+w/5+peace&sort=newest",
    "/api/search?q=&lang=ru&page=2", "/api/search?q=trety", "/api/kwic?q=договор&sort=right",
    "/api/trends?q=treaty&q=договор&by=month&per=documents", "/api/trends?q=treaty&split=lang",
    "/api/collocations?q=договор", "/api/collocations?q=treaty&span=sentence&measure=npmi",
    "/api/keyness?q=treaty", "/api/keyness?q=treaty&against=договор",
    "/api/similar/en/npt.md?top=5", "/api/export?q=treaty&format=jsonl",
    "/api/cite?id=en/npt.md&id=ru/npt.md", "/api/cite/en/npt.md?style=apa",
    "/api/documents?id=en/npt.md&id=gone", "/api/document/en/npt.md?q=treaty",
    "/api/document/en/npt.md?with=ru/npt.md", "/api/outline/en/npt.md?q=treaty",
    "/api/complete?q=trea", "/api/openapi.json", "/healthz",
]  # fmt: skip
DAY = ("--accessed", "2026-11-24")
COMMANDS = [
    ("search", "treaty OR договор", "--explain", "--json"), ("search", '"nuclear weapons" -test'),
    ("search", "missile pre/2 systems", "--sort", "newest", "--jsonl"),
    ("kwic", "договор", "--sort", "left"), ("kwic", "treaty", "--sample", "9", "--csv"),
    ("trends", "treaty", "договор", "--json"), ("trends", "treaty", "--by", "month"),
    ("collocations", "договор", "--json"), ("collocations", "treaty", "--sentence"),
    ("keyness", "treaty", "--json"), ("keyness", "--filter", "lang=ru"),
    ("keyness", "treaty", "--filter", "lang=en", "--json"),
    ("similar", "en/npt.md", "--json"), ("similar", "ru/npt.md", "--top", "3"),
    ("show", "en/npt.md", "--query", "treaty"), ("show", "en/npt.md", "--outline"),
    ("show", "en/npt.md", "--with", "ru/npt.md"),
    *(("export", "treaty", "--format", form, *DAY)
      for form in ("csv", "jsonl", "ris", "bibtex", "csl-json", "gost", "chicago", "apa")),
    ("batch", "{queries}"), ("batch", "{queries}", "--json"),
    ("alerts", "--json"), ("alerts", "add", "oil", "oil OR нефть"), ("alerts",), ("alerts", "list"),
    ("cite", "en/npt.md", "ru/npt.md", *DAY), ("info", "--json"), ("info", "--failed"),
    ("search", "date:someday"), ("show", "gone"),
]  # fmt: skip


@contextmanager
def client_of(folder: Path) -> Iterator[FlaskClient]:
    app = create_app({"INDEX_DIR": folder, "TESTING": True})
    yield app.test_client(use_cookies=False)
    app.extensions["searcher"].close()


def rounded(content: Any) -> Any:
    """JSON to compare with: its numbers to 1e-6, since a cluster tells scores in 32 bits."""
    if isinstance(content, dict):
        return {name: rounded(value) for name, value in content.items()}
    if isinstance(content, list):
        return [rounded(value) for value in content]
    return pytest.approx(content, rel=1e-6, abs=1e-9) if isinstance(content, float) else content


def plain(content: Any) -> Any:
    """JSON without what may differ."""
    if isinstance(content, dict):
        return {name: plain(value) for name, value in content.items() if name not in OWN}
    return [plain(value) for value in content] if isinstance(content, list) else content


def same(one: Any, other: Any) -> bool:
    return bool(rounded(plain(one)) == plain(other))


_TIMES = re.compile(r"(under )?\d[\d,.]*[ \xa0](ms|s)\b|<updated>[^<]*|seen until .*")
_NUMBER = re.compile(r"\d+\.\d+")


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same but for times, and for what rounding does to numbers."""
    texts = [_TIMES.sub("", text) for text in (one, other)]
    numbers = [[float(found) for found in _NUMBER.findall(text)] for text in texts]
    first, second = (_NUMBER.sub("#", text) for text in texts)
    return first == second and bool(rounded(numbers[0]) == numbers[1])


def differing_pages(one: Path, other: Path) -> list[str]:
    """The pages and routes that two indices do not answer alike."""
    with client_of(one) as first, client_of(other) as second:
        return [
            url for url in (*PAGES.values(), *MORE_PAGES, *API) if not _alike(first, second, url)
        ]


def _alike(first: FlaskClient, second: FlaskClient, url: str) -> bool:
    expected, found = first.get(url), second.get(url)
    assert found.status_code == expected.status_code < 500, (url, found.text)
    assert found.content_type == expected.content_type, url
    if url in API:
        assert found.status_code == 200, url
    if found.is_json:
        return same(expected.get_json(), found.get_json())
    return alike(expected.text, found.text)


def run(folder: Path, command: tuple[str, ...], queries: Path) -> Result:
    arguments = [part.format(queries=queries) for part in command]
    return CliRunner().invoke(dragoman, ["--index", str(folder), *arguments], standalone_mode=True)


def differing_commands(one: Path, other: Path, queries: Path) -> list[tuple[str, ...]]:
    """The commands that do not print of two indices alike; writes a file of queries for one."""
    queries.write_text("treaty\nдоговор OR war\nwar w/5 peace\ndate:someday\n", "utf-8")
    differing = []
    for command in COMMANDS:
        expected, found = (run(folder, command, queries) for folder in (one, other))
        assert found.exit_code == expected.exit_code, (command, found.output, found.exception)
        if "--json" in command:
            is_alike = same(json.loads(expected.stdout), json.loads(found.stdout))
        else:
            is_alike = alike(expected.stdout, found.stdout)
        if not is_alike:
            differing.append(command)
    return differing
