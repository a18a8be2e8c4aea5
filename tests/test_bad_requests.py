"""Requests that can't be answered, or find nothing: the same words at page, API and commands."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.indexer import sync
from dragoman.search.cli.main import main
from dragoman.search.cli.terminal import _console
from dragoman.web import create_app

Run = Callable[..., tuple[int, str, str]]
FIFTY = [("q", f"word{n}") for n in range(50)]
BAD: dict[str, tuple[str, list[tuple[str, str]], list[str], str]] = {
    "fifty trends": (
        "trends", FIFTY, ["trends", *(text for _, text in FIFTY)],
        "50 queries: at most 8 are counted side by side",
    ),
    "an order": (
        "search", [("q", "treaty"), ("sort", "best")], ["search", "treaty", "--sort", "best"],
        "relevance",
    ),
    "page 0": (
        "search", [("q", "treaty"), ("page", "0")], ["search", "treaty", "--page", "0"],
        "no page 0: pages are numbered from 1",
    ),
    "a page size": (
        "search", [("q", "treaty"), ("page_size", "5000")],
        ["search", "treaty", "--page-size", "5000"], "page size 5000: use 1 to 1000",
    ),
    "a window": (
        "kwic", [("q", "treaty"), ("window", "51")], ["kwic", "treaty", "--window", "51"],
        "window must be from 1 to 50, not 51",
    ),
    "a wide window": (
        "collocations", [("q", "treaty"), ("window", "21")],
        ["collocations", "treaty", "--window", "21"], "window must be from 1 to 20, not 21",
    ),
    "rows": (
        "keyness", [("q", "treaty"), ("top", "0")], ["keyness", "treaty", "--top", "0"],
        "top must be from 1 to 1000, not 0",
    ),
    "a date": (
        "search", [("q", "treaty"), ("date", "someday")],
        ["search", "treaty", "--filter", "date=someday"], "‘someday’ is no date",
    ),
    "a similar one": ("similar/none", [], ["similar", "none"], "no document ‘none’ in the index"),
    "a document": ("document/none", [], ["show", "none"], "no document ‘none’ in the index"),
    "a citation": (
        "cite", [("id", "en/npt.md"), ("id", "none")], ["cite", "en/npt.md", "none"],
        "no document ‘none’ in the index",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seeds") / "index"
    sync([Path(__file__).parents[1] / "seeds"], index_dir=made, jobs=1)
    return made


@pytest.fixture(scope="module")
def client(seeds: Path) -> Iterator[FlaskClient]:
    app = create_app({"INDEX_DIR": seeds, "TESTING": True})
    yield app.test_client()
    app.extensions["searcher"].close()


@pytest.fixture
def run(seeds: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--index", str(seeds), *arguments])
        out, error = capsys.readouterr()
        _console.cache_clear()
        return int(str(left.value.code or 0)), out, error

    return run


def shown(client: FlaskClient, url: str, place: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(html.fromstring(answer.text).cssselect(place)[0].text_content().split())


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_answered_is_told_alike_at_every_door(
    client: FlaskClient, run: Run, name: str
) -> None:
    path, params, command, told = BAD[name]
    status = 404 if "none" in told else 400
    page = client.get(f"/{path}?{urlencode(params)}")
    assert page.status_code == status
    problem = html.fromstring(page.text).get_element_by_id("problem").text_content()
    assert told.lower() in problem.lower()
    answer = client.get(f"/api/{path}?{urlencode(params)}")
    assert answer.status_code == status
    assert told in answer.json["error"]["message"]
    code, out, error = run(*command)
    assert (code, out) == (1 if status == 404 else 2, "")
    assert told in error


def test_a_number_too_large_is_told_by_the_largest(client: FlaskClient) -> None:
    answer = client.get("/api/kwic?q=treaty&sample=99999999999")
    assert answer.status_code == 400
    assert "use a whole number up to 999999999" in answer.json["error"]["message"]
    assert client.get("/api/kwic?q=treaty&sample=" + "9" * 6000).status_code == 400
    assert client.get("/api/kwic?q=treaty&sample=0000000000007").json["sample"] == 7


def test_a_page_beyond_the_last_is_empty_and_leads_back(client: FlaskClient, run: Run) -> None:
    assert "There is no page 99" in shown(client, "/search?q=treaty&page=99", ".nothing")
    assert "There is no page 99" in shown(client, "/kwic?q=treaty&page=99", ".nothing")
    answer = client.get("/api/search?q=treaty&page=99").json
    assert (answer["hits"], answer["page"]) == ([], 99)
    assert 0 < answer["pages"] < 99
    assert client.get("/api/kwic?q=treaty&page=99").json["lines"] == []
    code, out, _ = run("search", "treaty", "--page", "99", "--json")
    assert (code, json.loads(out)["hits"]) == (0, [])
    assert json.loads(out)["total"] == answer["total"]


def test_a_sample_larger_than_the_set_is_the_set(client: FlaskClient, run: Run) -> None:
    total = client.get("/api/kwic?q=treaty").json["total"]
    assert len(client.get("/api/kwic?q=treaty&sample=9999").json["lines"]) == total
    assert "All of them are shown" in shown(client, "/kwic?q=treaty&sample=9999", ".counts")
    code, out, _ = run("kwic", "treaty", "--sample", "9999", "--json")
    assert (code, len(json.loads(out)["lines"])) == (0, total)


def test_a_value_that_no_document_has_finds_nothing_and_says_what_would(
    client: FlaskClient, run: Run
) -> None:
    nothing = shown(client, "/search?q=treaty&speaker=Nobody", ".nothing")
    assert "without the filter Speaker: Nobody" in nothing
    assert client.get("/api/search?q=treaty&speaker=Nobody").json["total"] == 0
    code, out, _ = run("search", "treaty", "--filter", "speaker=Nobody", "--json")
    assert (code, json.loads(out)["total"]) == (0, 0)


def test_a_field_that_is_no_filter_is_an_error_of_a_command(run: Run) -> None:
    code, _, error = run("search", "treaty", "--filter", "colour=red")
    assert code == 2
    assert "no filter ‘colour’" in error
