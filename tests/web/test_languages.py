"""The interface in English and Russian: its choice, its words, its catalogue."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_type_hints
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogueMessage
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from page_kinds import PAGES, in_language

from dragoman.indexer import kinds
from dragoman.indexer.errors import Message, SayableError
from dragoman.web import create_app
from dragoman.web.failures import STATUSES
from dragoman.web.messages import kind_name

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "web/translations/ru/LC_MESSAGES/messages.po"
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "Message": None,
}  # fmt: skip
CAESURA = "\u00a0"
NARROW = "\u202f"


def tree_of(client: FlaskClient, url: str, **headers: str) -> html.HtmlElement:
    return html.fromstring(client.get(url, headers=headers).text)


def read_catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


def extracted() -> set[tuple[object, str | None]]:
    with (ROOT / "tests" / "web" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)  # type: ignore[arg-type]
    return {(ids, context) for _, _, ids, _, context in found}


# The catalogue


def test_every_text_has_its_russian_and_no_russian_is_left_over() -> None:
    messages = [message for message in read_catalogue() if message.id]
    assert {(message.id, message.context) for message in messages} == extracted()
    assert len(messages) > 350


def test_no_russian_is_empty_or_doubtful_or_lacks_a_plural_form() -> None:
    for message in read_catalogue():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy or not message.id, message.id
        assert len(strings) == (3 if message.pluralizable else 1), message.id
        assert not list(message.check()), message.id


def test_what_is_filled_into_a_text_is_the_same_in_russian() -> None:
    def filled(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s|<[^>]*>|%%|\{\w+", text))

    for message in read_catalogue():
        if message.id and not message.pluralizable:
            assert filled(str(message.id)) == filled(str(message.string)), message.id
        elif message.id:
            for string in message.string:
                assert filled(message.id[1]) == filled(string), message.id


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    written = io.BytesIO()
    write_mo(written, read_catalogue())
    written.seek(0)
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        # Not byte by byte: the head names the release of Babel that compiled it.
        compiled, expected = (
            [
                (message.context, message.id, message.string)
                for message in read_mo(each)
                if message.id
            ]
            for each in (file, written)
        )
    assert compiled == expected


# The choice


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB,ru;q=0.5", "en"),
        ("de,ru;q=0.3", "ru"),
        ("de,fr", "en"),
    ],
)
def test_the_browser_says_its_language(client: FlaskClient, accepted: str, language: str) -> None:
    assert tree_of(client, "/", Accept_Language=accepted).get("lang") == language


def test_the_address_chooses_and_a_cookie_remembers(app: Flask) -> None:
    client = app.test_client()
    assert tree_of(client, "/help").get("lang") == "en"
    assert tree_of(client, "/help?ui=ru", Accept_Language="en").get("lang") == "ru"
    assert tree_of(client, "/", Accept_Language="en").get("lang") == "ru"
    assert tree_of(client, "/?ui=en", Accept_Language="ru").get("lang") == "en"
    assert tree_of(client, "/search?q=oil", Accept_Language="ru").get("lang") == "en"


def test_an_unknown_language_is_passed_over_and_not_remembered(app: Flask) -> None:
    client = app.test_client()
    response = client.get("/?ui=xx", headers={"Accept-Language": "ru"})
    assert html.fromstring(response.text).get("lang") == "ru"
    assert "Set-Cookie" not in response.headers


def test_caches_are_told_what_a_page_depends_on(client: FlaskClient) -> None:
    assert client.get("/search?q=oil").headers["Vary"] == (
        "Accept-Encoding, Accept-Language, Cookie"
    )


@pytest.mark.parametrize(
    "url",
    [
        "/search?q=oil&lang=en&speaker=a&speaker=b&date=2001..",
        "/trends?q=a&q=b&by=month",
        "/x//y?q=",
    ],
)
def test_the_header_leads_to_the_same_page_in_the_other_language(
    client: FlaskClient, url: str
) -> None:
    link = tree_of(client, url).cssselect("header nav a[hreflang]")[0]
    there = urlsplit(urljoin(url, link.get("href")))
    assert (link.get("hreflang"), there.path) == ("ru", urlsplit(url).path)
    typed = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert parse_qsl(there.query, keep_blank_values=True) == [*typed, ("ui", "ru")]


def test_the_language_of_the_interface_changes_no_answer(app: Flask) -> None:
    client = app.test_client()
    answers = {}
    for code in ("en", "ru"):
        found = client.get(f"/api/search?q=oil+or+grain&ui={code}").json
        assert found
        answers[code] = {name: value for name, value in found.items() if name != "took_ms"}
    assert answers["en"] == answers["ru"]
    pages = [tree_of(client, f"/search?q=oil&lang=en&ui={code}") for code in ("en", "ru")]
    first, second = ([hit.get("data-id") for hit in page.cssselect(".hit")] for page in pages)
    assert first == second != []


# The words


def said(tree: html.HtmlElement) -> Iterator[str]:
    """What a page says in its own language: texts and names, not what stands in documents."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "code", "kbd", "th"):
            continue
        if any(e.get("scope") == "row" for e in element.iterancestors("th")):
            continue  # a word of the texts
        nearest = next((e.get("lang") for e in element.iterancestors() if e.get("lang")), "ru")
        own = element.get("lang", nearest)
        if own == "ru" and element.text:
            yield element.text
        if nearest == "ru" and element.tail:
            yield element.tail
        for name in ("aria-label", "title", "placeholder", "data-completions-label"):
            if own == "ru" and element.get(name):
                yield element.get(name)


def english() -> set[str]:
    """Every text of the interface that is other in Russian, without what is filled in."""

    def texts(message: CatalogueMessage) -> Iterator[str]:
        yield from message.id if isinstance(message.id, tuple) else (message.id,)

    found = set()
    for message in read_catalogue():
        for text in texts(message):
            parts = re.split(r"%\(\w+\)s|<[^>]+>", text)
            found.update(part.strip(f" .,:;·{CAESURA}") for part in parts)
    return {text for text in found - {"the"} if re.search("[a-z]{2}", text)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_alike_in_both_languages(app: Flask, name: str) -> None:
    client = app.test_client()
    url = PAGES[name]
    answers = [client.get(in_language(url, code)) for code in ("en", "ru")]
    trees = [html.fromstring(answer.text) for answer in answers]
    assert answers[0].status_code == answers[1].status_code
    assert [tree.get("lang") for tree in trees] == ["en", "ru"]
    in_english, in_russian = ([e.tag for e in tree.cssselect("main *")] for tree in trees)
    assert in_english == in_russian
    assert not trees[1].cssselect("#problem[lang], .notes [lang]")
    assert "г.." not in trees[1].text_content()
    texts = english()
    spoken = {text.strip(f" .,:;·{CAESURA}\n") for text in said(trees[1])}
    assert sorted(spoken & texts) == []
    assert any(re.search("[а-я]{3}", text) for text in spoken)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 документов"), (1, "1 документ"), (2, "2 документа"), (5, "5 документов"),
     (11, "11 документов"), (21, "21 документ"), (1234, f"1{NARROW}234 документа")],
)  # fmt: skip
def test_russian_numbers_have_their_forms(app: Flask, number: int, words: str) -> None:
    with app.test_request_context("/?ui=ru"):
        macros = app.jinja_env.get_template("words.html").module
        assert macros.documents(number).replace(CAESURA, " ") == words  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("iso", "in_english", "in_russian"),
    [
        ("2021-06-22", "22 June 2021", "22 июня 2021 г."),
        ("2021-06", "June 2021", "июнь 2021 г."),
        ("2019", "2019", "2019 г."),
    ],
)
def test_dates_are_as_precise_as_they_are_known(
    app: Flask, iso: str, in_english: str, in_russian: str
) -> None:
    for code, written in (("en", in_english), ("ru", in_russian)):
        with app.test_request_context(f"/?ui={code}"):
            macros = app.jinja_env.get_template("words.html").module
            assert macros.day(iso) == written  # type: ignore[attr-defined]


def test_figures_languages_and_countries_are_named_by_language(app: Flask) -> None:
    names = app.jinja_env.globals
    with app.test_request_context("/?ui=ru"):
        assert names["figure"](1234.5, ",.1f") == f"1{NARROW}234,5"  # type: ignore[operator]
        assert names["language_name"]("en") == "Английский"  # type: ignore[operator]
        assert names["country_name"]("FR") == "Франция"  # type: ignore[operator]
        for stored, told in (
            ("MCO", "Монако"),
            ("Russia", "Россия"),
            ("SUN", "SUN"),
            ("Нигде", "Нигде"),
        ):
            assert names["country_name"](stored) == told  # type: ignore[operator]
    with app.test_request_context("/?ui=en"):
        assert names["figure"](1234.5, ",.1f") == "1,234.5"  # type: ignore[operator]
        assert names["language_name"]("ru", alone=False) == "Russian"  # type: ignore[operator]
        assert names["country_name"]("Россия") == "Russia"  # type: ignore[operator]


def test_kinds_have_russian_names_and_keep_their_addresses(app: Flask) -> None:
    tree = tree_of(app.test_client(), "/search?q=sanctions+OR+ceasefire&ui=ru")
    values = {
        link.cssselect(".value")[0].text: parse_qsl(urlsplit(link.get("href")).query)
        for link in tree.cssselect("#facet-kind a:not(.more)")
    }
    assert list(values) == ["заявление", "справка"] or list(values) == ["справка", "заявление"]
    assert ("kind", "statement") in values["заявление"]
    (oil,) = [hit for hit in tree.cssselect(".hit") if hit.get("data-id") == "oil.md"]
    told = [(span.text, span.get("lang")) for span in oil.cssselect(".about span[lang]")]
    assert told == [("Anna Petrova", "en"), ("заявление", "ru"), ("Ministry", "en")]


def test_every_kind_that_titles_announce_has_a_russian_name(app: Flask) -> None:
    with app.test_request_context("/?ui=ru"):
        for kind in (*kinds._KINDS, "readout", "list", "background"):
            assert re.fullmatch("[а-я -]+", kind_name(kind)), kind
        assert kind_name("stenogramme") == "stenogramme"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("oil AND grain OR rye", "прочтено так: (oil AND grain) OR rye"),
        ("the of oil", "частые слова «the», «of» не обязательны"),
        ("oil or grain", "«or» строчными буквами — обычное слово"),
        ("-oil", "одни исключения"),
        ("oil OR xylophone", "«xylophone» не встречается ни в одном документе"),
        ("oil OR xylo*", "ни одна форма в собрании не подходит к xylo*"),
        ("(oil", "скобка ( не закрыта"),
        ("oil)", "скобка ) ничего не закрывает"),
        ('oil "grain', "кавычка не закрыта"),
        ("colour:oil", "поля «colour» нет"),
        ("oil OR", "«OR» здесь ничего не соединяет"),
        ('oil title:""', "после «title:» нет слова"),
        ("oil - grain OR", "тире, за которым сразу не стоит слово"),
        ("oil OR cаlm", "в «cаlm» смешаны похожие"),
        ("", "слов для поиска нет"),
    ],
)
def test_notes_speak_russian_and_quote_the_query(app: Flask, typed: str, words: str) -> None:
    tree = tree_of(app.test_client(), f"/search?ui=ru&q={quote(typed)}")
    assert words in " ".join(tree.cssselect(".notes")[0].text_content().split())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/search?q=oil+date:someday", "«someday» — не дата; напишите, например: 2021, 2021-06"),
        ("/search?q=oil&date=someday", "«someday» — не дата"),
        ("/search?q=oil&date=2021..2020", "Промежуток 2021..2020 кончается раньше"),
        ("/search?q=(a+AND+b)+w/5+c", "не может стоять AND: с каждой стороны нужны"),
        ("/search?q=title:a+w/5+c", "не может стоять поле:"),
        ("/search?q=oil~7", "слово~n допускает 1 или 2 отличия"),
        ("/search?q=said:Petrova", "После said: нужны имя и слова; напишите имя"),
        ("/search?q=" + "w+" * 300, "Слов в запросе больше 256; сократите запрос"),
        ("/search?q=oil&page_size=0", "На странице не может быть документов: 0; можно от 1 до"),
        ("/search?q=oil&sort=middle", "Порядка «middle» нет; есть такие: relevance"),
        ("/search?q=oil&page=x", "Параметр page — «x»; нужно целое число"),
        ("/search?q=oil+OR&strict=1", "«OR» здесь ничего не соединяет"),
        ("/document/none", "Документа «none» в индексе нет"),
        ("/document/oil.md?with=oil.md", "нельзя сравнить с ним самим"),
        ("/kwic?q=oil&window=99", "Параметр window может быть от 1 до 50, а не 99"),
        ("/kwic?q=lang:en", "В этом запросе нет слов"),
        ("/trends?q=oil&by=week", "Параметр by может быть таким: year, quarter, month"),
        ("/keyness?q=oil&against=xylophone", "Со стороны «xylophone» нет текстов"),
        ("/keyness?q=grain&lang=en&top=x", "Параметр top — «x»; нужно целое число"),
        ("/collocations?q=oil&top=0", "Параметр top может быть от 1 до 1\u202f000, а не 0"),
    ],
)
def test_errors_speak_russian_and_quote_the_query(app: Flask, url: str, words: str) -> None:
    client = app.test_client()
    in_russian = client.get(f"{url}&ui=ru" if "?" in url else f"{url}?ui=ru")
    problem = html.fromstring(in_russian.text).cssselect("#problem")[0]
    assert words in problem.text_content()
    assert problem.get("lang") is None
    in_english = client.get(f"{url}&ui=en" if "?" in url else f"{url}?ui=en")
    assert in_english.status_code == in_russian.status_code >= 400
    assert not re.search("[а-яё]{3}", html.fromstring(in_english.text).cssselect("h1")[0].text)


def test_an_index_that_is_missing_is_told_in_russian_with_the_command(tmp_path: Path) -> None:
    client = create_app({"INDEX_DIR": tmp_path / "none"}).test_client()
    answer = client.get("/search?q=oil&ui=ru")
    assert answer.status_code == 503
    tree = html.fromstring(answer.text)
    said_here = tree.cssselect("#problem")[0].text_content()
    assert said_here == f"В папке {tmp_path / 'none'} нет индекса; постройте его:"
    command = tree.cssselect("pre code")[0].text_content()
    assert command == f"dragoman --index {tmp_path / 'none'} index PATH"


def messages_made() -> Iterator[ast.Call]:
    """Every place where a message is made."""
    for room in ("indexer", "search", "web"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                    yield node


def test_every_message_is_a_literal_text_with_just_the_values_that_it_names() -> None:
    made = list(messages_made())
    assert len(made) > 100
    for call in made:
        (text,) = call.args
        assert isinstance(text, ast.Constant), ast.unparse(call)  # else it can't be collected
        assert isinstance(text.value, str)
        named = {name for _, name, _, _ in Formatter().parse(text.value) if name}
        assert named == {value.arg for value in call.keywords}, ast.unparse(call)


def test_every_error_that_a_page_can_show_takes_a_message() -> None:
    def kinds(kind: type[SayableError]) -> Iterator[type[SayableError]]:
        yield kind
        for below in kind.__subclasses__():
            yield from kinds(below)

    shown = set(kinds(SayableError))
    assert {kind for kind, _ in STATUSES} <= shown
    for kind in shown:
        assert get_type_hints(kind.__init__)["message"] is Message  # mypy refuses other texts


# Help


def test_the_help_pages_have_the_same_parts_and_examples(app: Flask) -> None:
    client = app.test_client()
    for selector, name in (("[data-example]", "data-example"), ("h2", "id"), ("main a", "href")):
        there, here = (
            [e.get(name) for e in tree_of(client, f"/help?ui={code}").cssselect(selector)]
            for code in ("en", "ru")
        )
        assert there == here != []
