"""Pages of a PDF file at each door: in the index, in JSON, on the terminal, in the browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dragoman.indexer import sync
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.cli.main import dragoman
from dragoman.web.app import create_app

SAMPLES = Path(__file__).parent / "indexer" / "readers" / "samples"
SECOND_PAGE = "северном береге"  # only the right column of page 2 says `о северном береге`


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection")
    for name in ("talks.pdf", "talks.docx"):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    made = tmp_path_factory.mktemp("made") / "index"
    assert sync([folder], index_dir=made).failed == ()
    return made


@pytest.fixture(scope="module")
def searcher(index_dir: Path) -> Iterator[Searcher]:
    with open_searcher(index_dir) as opened:
        yield opened


def test_a_snippet_names_its_page_where_the_file_has_pages(searcher: Searcher) -> None:
    page = searcher.search(Query(f'"о {SECOND_PAGE}"'))
    pages = {hit.metadata.doc_id: hit.to_dict()["snippets"] for hit in page.hits}
    assert pages["talks.pdf"][0]["page"] == 2  # type: ignore[index]
    assert pages["talks.docx"][0]["page"] is None  # type: ignore[index]
    # The snippet begins on the first page; the word stands on the second.
    over = searcher.search(Query("продлили")).hits
    assert {hit.metadata.doc_id: hit.snippets[0].page for hit in over}["talks.pdf"] == 2
    first = searcher.search(Query('"о рыбе в озере"')).hits
    assert {hit.metadata.doc_id: hit.snippets[0].page for hit in first} == {
        "talks.pdf": 1,
        "talks.docx": None,
    }


def test_a_documents_pages_cover_its_text(searcher: Searcher) -> None:
    shown = searcher.document("talks.pdf").to_dict()
    (start, middle), (again, end) = shown["pages"]  # type: ignore[misc]
    assert (start, end) == (0, len(str(shown["text"])))
    assert middle == again
    assert str(shown["text"])[middle:].startswith("а сезон продлили")
    assert searcher.document("talks.docx").to_dict()["pages"] == []


def test_the_page_of_a_place_is_the_last_that_begins_at_or_before_it(searcher: Searcher) -> None:
    view = searcher.document("talks.pdf")
    begin = view.pages[1][0]
    assert view.pages_in(begin - 1, begin) == (1,)
    assert view.pages_in(begin, begin + 1) == (2,)
    assert view.pages_in(begin - 1, begin + 1) == (1, 2)
    assert searcher.document("talks.docx").pages_in(0, 10) == ()


def test_the_terminal_shows_where_a_page_is_reached(index_dir: Path) -> None:
    shown = CliRunner().invoke(dragoman, ["--index", str(index_dir), "show", "talks.pdf"]).stdout
    lines = [line for line in shown.splitlines() if line.startswith("p. ")]
    # One paragraph begins on the first page and ends on the second.
    assert lines == ["p. 1", "p. 1–2"]


def test_the_browser_shows_where_a_page_is_reached(index_dir: Path) -> None:
    app = create_app({"INDEX_DIR": index_dir, "TESTING": True})
    client = app.test_client()
    shown = client.get("/document/talks.pdf").text
    assert shown.count('class="on-page"') == 2
    assert "</abbr> 1–2</span>" in shown
    assert 'class="on-page"' not in client.get("/document/talks.docx").text
    results = client.get("/search", query_string={"q": f'"о {SECOND_PAGE}"'}).text
    assert results.count(", p. 2") == 1
    app.extensions["searcher"].close()
