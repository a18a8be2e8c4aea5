"""One query, one answer: in Python, at the command line, on the page and at the API."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.indexer import sync
from dragoman.indexer.moving import export_index, import_index
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.cli.main import dragoman
from dragoman.web import create_app

ROOT = Path(__file__).resolve().parents[1]

QUERIES = """
санкции
sanctions
Лаврову
Lavrov
treaties
договоров
=санкции
=treaties
"ядерное оружие"
«ядерное оружие»
“nuclear weapons”
="ядерное оружие"
="nuclear weapons"
"санкции нефть"~20
"oil sanctions"~8
"ядерн* оружие"
high-level
anti-ballistic missile
санкц*
defen?e
без*ность
*сторонних
тр?ктат
Nixn~1
Брежнив~1
договор^2 ракета
"nuclear weapons"^3 treaty
НАТО
NATO
US
us
WHO
+the treaty
[war] treaty
the war in Ukraine
война и мир
санкции нефть
санкции AND нефть
санкции И нефть
санкции & нефть
санкции OR нефть
санкции | нефть
нефть ИЛИ газ
oil or gas
санкции -нефть
санкции NOT нефть
санкции НЕ нефть
-санкция
-the
санкции нефть OR газ
санкции (нефть OR газ)
(санкции OR эмбарго) (нефть OR газ)
нефть w/5 цены
missile pre/2 systems
Nixon /s Brezhnev
санкции /p нефть
(нефть OR газ) w/10 санкции
нефть w/20 газ w/20 санкции
sanctions w/5 oil OR gas
atleast3(санкция)
atleast2(treaty) missile
title:договор
заголовок:договор
title:"nuclear weapons"
title:(missile w/5 treaty)
speaker:Lavrov
speaker:(Лавров OR Lavrov) ASEM
place:Москва
место:Вена
source:background
topic:"arms control"
тема:разоружение
kind:statement
вид:background НАТО
lang:ru НАТО
язык:en нато
id:en/npt.md
date:1968
date:1972-05
date:26.05.1972
date:1990..1999 treaty
date:..1945
date:>2010
date:<=1949
since:2015
until:1949-12-31
дата:1991
date:yesterday
Россия - НАТО
what is ASEM?
https://mid.ru/ru
1325
№ 1325
22%
С.В.Лавров
U.N.
Cеверный
ghbdtn
xylophone
xylophone treaty
"ядерное оружие
(санкции нефть
санкции OR
foo:санкции
санкции\\-нефть
ё
'
<b>treaty</b>
""".strip("\n").split("\n")
"""A list of all constructs, as typed; among them some that find nothing or earn a note."""

SETTINGS: list[dict[str, object]] = [
    {"sort": "newest", "page_size": 5},
    {"sort": "oldest", "page": 2, "page_size": 3},
    {"sort": "title"},
    {"match": "any"},
    {"filters": {"lang": ("ru",)}},
    {"filters": {"lang": ("en", "ru"), "date": ("1960..1975",)}, "page_size": 50},
    {"filters": {"topic": ("disarmament",)}, "explain": True},
    {"group": "versions", "page_size": 30},
    {"group": "none"},
]


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("seeds") / "index"
    sync([ROOT / "seeds"], index_dir=made)
    return made


@pytest.fixture(scope="module")
def searcher(index_dir: Path) -> Iterator[Searcher]:
    with open_searcher(index_dir) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(index_dir: Path) -> Iterator[FlaskClient]:
    app = create_app({"INDEX_DIR": index_dir, "TESTING": True})
    yield app.test_client()
    app.extensions["searcher"].close()


@pytest.fixture(scope="module")
def moved(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """The same index, written to a file and read from it."""
    folder = tmp_path_factory.mktemp("moved")
    with (folder / "file").open("w+b") as file:
        export_index(index_dir, file)
        file.seek(0)
        import_index(file, folder / "index")
    with open_searcher(folder / "index") as opened:
        yield opened


def options_of(query: Query) -> list[str]:
    options = [f"--filter={name}={v}" for name, values in query.filters.items() for v in values]
    options += [f"--sort={query.sort}", f"--page={query.page}", f"--page-size={query.page_size}"]
    options += [f"--group={query.group}"]
    return options + ["--any"] * (query.match == "any") + ["--explain"] * query.explain


def at_the_command_line(
    query: Query, index_dir: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    args = ["--index", str(index_dir), "search", "--json", *options_of(query), "--", query.text]
    dragoman.main(args, standalone_mode=False)
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def untimed(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def plain(text: str) -> str:
    return " ".join(text.split())


def check_the_page(page: str, answer: dict[str, object]) -> None:
    """That a page of results shows the hits, snippets, marks and notes of an answer."""
    tree = html.document_fromstring(page)
    hits: list[dict[str, object]] = answer["hits"]  # type: ignore[assignment]
    articles = tree.xpath("//article[@data-id]")
    assert [article.get("data-id") for article in articles] == [hit["id"] for hit in hits]
    for article, hit in zip(articles, hits, strict=True):
        title = article.xpath(".//h2")[0]
        assert plain(title.text_content()) == plain(str(hit["title"] or hit["id"]))
        assert marks_of(title) == cut(str(hit["title"]), hit["title_marks"])
        shown = article.xpath(".//*[contains(concat(' ', @class, ' '), ' snippet ')]")
        snippets: list[dict[str, object]] = hit["snippets"]  # type: ignore[assignment]
        assert len(shown) == len(snippets)
        for element, snippet in zip(shown, snippets, strict=True):
            assert plain(str(snippet["text"])) in plain(element.text_content())
            assert marks_of(element) == cut(str(snippet["text"]), snippet["marks"])
    words = plain(tree.text_content())
    notes: list[dict[str, object]] = answer["notes"]  # type: ignore[assignment]
    for note in notes:
        assert note["code"] == "unknown_word" or plain(str(note["message"])) in words
    if answer["searched_for"]:
        assert plain(str(answer["searched_for"])) in words


def marks_of(element: html.HtmlElement) -> list[str]:
    return [mark.text_content() for mark in element.xpath(".//mark")]


def cut(text: str, marks: object) -> list[str]:
    return [text[a:b] for a, b in marks]  # type: ignore[attr-defined]


def check_the_doors(
    query: Query,
    searcher: Searcher,
    client: FlaskClient,
    index_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, object]:
    answer = searcher.search(query).to_dict()
    expected = untimed(json.loads(json.dumps(answer)))
    assert untimed(at_the_command_line(query, index_dir, capsys)) == expected
    params = query.to_params()
    assert untimed(client.get("/api/search", query_string=params).get_json()) == expected
    page = client.get("/search", query_string=params)
    assert page.status_code == 200
    check_the_page(page.get_data(as_text=True), answer)
    return answer


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_has_one_answer_at_every_door(
    text: str,
    searcher: Searcher,
    client: FlaskClient,
    index_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    check_the_doors(Query(text), searcher, client, index_dir, capsys)


@pytest.mark.parametrize("text", QUERIES)
def test_an_index_that_was_moved_answers_as_before(
    text: str, searcher: Searcher, moved: Searcher
) -> None:
    query = Query(text, explain=True, page_size=50)
    assert untimed(moved.search(query).to_dict()) == untimed(searcher.search(query).to_dict())


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("text", ["", "treaty OR договор", "санкции -нефть"])
def test_sorts_pages_and_filters_mean_the_same_at_every_door(
    settings: dict[str, object],
    text: str,
    searcher: Searcher,
    client: FlaskClient,
    index_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = Query(text, **settings)  # type: ignore[arg-type]
    check_the_doors(query, searcher, client, index_dir, capsys)


def test_the_list_has_a_hundred_queries_and_most_find_something(searcher: Searcher) -> None:
    assert len(QUERIES) == len(set(QUERIES)) >= 100
    assert sum(searcher.search(Query(text)).total > 0 for text in QUERIES) > 80


@pytest.mark.parametrize(
    "text", ["date:someday", "(a AND b) w/5 c", "a w/9999 b", "санкция~3", "atleast0(война)"]
)
def test_a_query_error_is_the_same_at_every_door(
    text: str,
    client: FlaskClient,
    index_dir: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from dragoman.search.cli import main

    with pytest.raises(SystemExit) as left:
        main(["--index", str(index_dir), "search", text])
    assert left.value.code == 2
    told = capsys.readouterr().err
    answer = client.get("/api/search", query_string={"q": text})
    page = client.get("/search", query_string={"q": text})
    assert (answer.status_code, page.status_code) == (400, 400)
    message = answer.get_json()["error"]["message"]
    assert message in told
    assert plain(message) in plain(html.document_fromstring(page.get_data(True)).text_content())
