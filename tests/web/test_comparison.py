"""Two documents side by side, and near-identical ones in results: page, API and browser."""

import threading
from collections.abc import Iterator

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Browser

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.web import create_app

STORY = (
    "The ministers of seven coastal states met on Thursday to talk about the passage of grain "
    "ships, the price of insurance and the mines that still drift near the harbours of the north."
)
MORE = [f"Paragraph {n} names the port of Varna and its {n}00 ships and cranes." for n in range(9)]
ENGLISH = "Ships came to Varna.\n\nThe minister <b>spoke</b> of 250 tons of grain.\n\nThey left."
RUSSIAN = "В Варну пришли корабли.\n\nМинистр говорил о 250 тоннах зерна.\n\nОни ушли."
RECORDS = {
    "story": {"lang": "en", "title": "Talks", "text": "\n\n".join([STORY, *MORE, "End."])},
    "repost": {"lang": "en", "title": "Talks again", "source": "Agency",
     "text": "\n\n".join([STORY.replace("Thursday", "Friday evening"), *MORE, "The end."])},
    "copy": {"lang": "en", "title": "Talks", "text": "\n\n".join([STORY, *MORE, "End."])},
    "en": {"lang": "en", "title": "Ships", "text": ENGLISH, "pair": "ships"},
    "ru": {"lang": "ru", "title": "Корабли", "text": RUSSIAN, "pair": "ships"},
    "empty": {"lang": "ru", "title": "Пустой", "text": ""},
    "flat": {"lang": "ru", "title": "Сплошной", "text": RUSSIAN.replace("\n\n", " ")},
}  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("comparison")
    with WhooshWriter(folder) as writer:
        for doc_id, fields in RECORDS.items():
            writer.add(Document(doc_id, **fields), "file")
        writer.commit((), {})
    made = create_app({"INDEX_DIR": folder, "TESTING": True})
    yield made
    made.extensions["searcher"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.document_fromstring(answer.get_data(as_text=True))


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows(tree: html.HtmlElement) -> list[list[str]]:
    """The texts of each row of two versions."""
    return [
        [words_of(p) for p in row.xpath(".//p[@lang or @class='none']")]
        for row in tree.xpath("//div[@class='body']/div[@class='sides']")
    ]


def test_versions_stand_side_by_side_paragraph_by_paragraph(client: FlaskClient) -> None:
    tree = page(client, "/document/en?with=ru")
    paired = zip(ENGLISH.split("\n\n"), RUSSIAN.split("\n\n"), strict=True)
    assert rows(tree) == [list(pair) for pair in paired]
    assert [p.get("lang") for p in tree.xpath("//div[@class='body']//p[@lang]")] == ["en", "ru"] * 3
    numbers = tree.xpath("//div[@class='body']//a[@class='number']/@href")
    assert numbers == [f"/document/{doc_id}#p{n}" for n in (1, 2, 3) for doc_id in ("en", "ru")]


def test_matches_are_marked_on_both_sides(client: FlaskClient) -> None:
    tree = page(client, "/document/en?with=ru&q=grain+OR+зерно")
    assert [mark.text for mark in tree.xpath("//mark")] == ["grain", "зерна"]


def test_a_text_in_one_paragraph_is_laid_beside_by_sentences(client: FlaskClient) -> None:
    tree = page(client, "/document/en?with=flat")
    paired = zip(ENGLISH.split("\n\n"), RUSSIAN.split("\n\n"), strict=True)
    assert rows(tree) == [list(pair) for pair in paired]
    assert "Sentences stand beside each other" in words_of(tree.xpath("//article")[0])
    assert "Nothing says that these two belong together." in words_of(tree.xpath("//article")[0])


def test_a_text_beside_nothing_is_shown(client: FlaskClient) -> None:
    tree = page(client, "/document/en?with=empty")
    assert [row[1] for row in rows(tree)] == ["nothing beside it"] * 3
    assert "This document has no text." in words_of(tree.xpath("//article")[0])


def test_near_identical_documents_show_the_words_that_differ(client: FlaskClient) -> None:
    tree = page(client, "/document/story?with=repost")
    assert [words_of(part) for part in tree.xpath("//div[@class='body']//del")] == [
        "−only in the first: Thursday", "−only in the first: End",
    ]  # fmt: skip
    assert [words_of(part) for part in tree.xpath("//div[@class='body']//ins")] == [
        "+only in the second: Friday evening", "+only in the second: The end",
    ]  # fmt: skip
    (folded,) = tree.xpath("//details[@class='same']")
    assert words_of(folded.xpath("summary")[0]) == "9 paragraphs are the same"
    assert len(folded.xpath(".//p")) == 9


def test_equal_texts_are_called_so(client: FlaskClient) -> None:
    tree = page(client, "/document/story?with=copy")
    assert "Both texts are the same, word for word." in words_of(tree)
    assert not tree.xpath("//div[@class='body']//del | //div[@class='body']//ins")


def test_documents_lead_to_their_versions_and_near_identical_ones(client: FlaskClient) -> None:
    tree = page(client, "/document/en?q=grain")
    assert tree.xpath("//a[contains(., 'side by side')]/@href") == ["/document/en?q=grain&with=ru"]
    tree = page(client, "/document/story")
    (near,) = tree.xpath("//details[@class='near']")
    assert words_of(near.xpath("summary")[0]) == "2 near-identical"
    assert near.xpath(".//a/@href") == [
        "/document/copy", "/document/story?with=copy",
        "/document/repost", "/document/story?with=repost",
    ]  # fmt: skip


def test_results_show_near_identical_documents_under_the_first(client: FlaskClient) -> None:
    tree = page(client, "/search?q=coastal")
    first, *others = tree.xpath("//article[@data-id]")
    assert words_of(first.xpath("details/summary")[0]) == "2 near-identical"
    assert [article.get("class") for article in others] == ["hit under"] * 2
    for article in others:
        assert "near-identical to 1 (what differs)" in words_of(article)
        assert article.xpath(".//details//a[@class='snippet']")
    ungrouped = page(client, "/search?q=coastal&group=none")
    assert not ungrouped.xpath("//article[contains(@class, 'under')]")
    order = "//article/@data-id"
    assert ungrouped.xpath(order) == tree.xpath(order)


def test_results_show_one_of_each_pair_where_asked(client: FlaskClient) -> None:
    tree = page(client, "/search?q=grain+OR+зерно&group=versions&sort=title")
    (article,) = tree.xpath("//article[@data-id='ru']")
    assert article.get("class") == "hit under"
    assert "another version of" in words_of(article)
    chosen = tree.xpath("//select[@name='group']/option[@selected]/@value")
    assert chosen == ["versions"]


def test_the_api_gives_the_rows_as_offsets(client: FlaskClient) -> None:
    found = client.get("/api/document/en?with=ru").get_json()
    other = found["with"]
    assert found["comparison"]["kind"] == "versions"
    assert (found["comparison"]["by"], found["comparison"]["unit"]) == ("pair", "paragraph")
    for row, english, russian in zip(
        found["comparison"]["rows"], ENGLISH.split("\n\n"), RUSSIAN.split("\n\n"), strict=True
    ):
        assert found["text"][slice(*row["text"])] == english
        assert other["text"][slice(*row["with"])] == russian
        assert row["pieces"] == []


def test_the_api_gives_a_difference_whose_pieces_make_both_texts(client: FlaskClient) -> None:
    found = client.get("/api/document/story?with=repost").get_json()
    texts = {"equal": found["text"], "delete": found["text"], "insert": found["with"]["text"]}
    assert found["comparison"]["by"] == "near-identical"
    for row in found["comparison"]["rows"]:
        for left_out, side, text in (("insert", "text", found), ("delete", "with", found["with"])):
            made = "".join(
                texts[piece["op"]][piece["start"] : piece["end"]]
                for piece in row["pieces"]
                if piece["op"] != left_out
            )
            assert made.split() == text["text"][slice(*row[side])].split()


@pytest.mark.parametrize("door", ["/document", "/api/document"])
@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("en?with=none", 404, "none"),
        ("none?with=en", 404, "none"),
        ("en?with=en", 400, "can't be compared with itself"),
        ("en?with=ru&q=date:someday", 400, "someday"),
    ],
)
def test_what_can_not_be_compared_is_said(
    client: FlaskClient, door: str, path: str, status: int, message: str
) -> None:
    answer = client.get(f"{door}/{path}")
    assert answer.status_code == status
    told = answer.get_json()["error"]["message"] if "api" in door else answer.get_data(True)
    assert message in html.document_fromstring(told).text_content()


def test_an_empty_with_is_the_document_alone(client: FlaskClient) -> None:
    assert page(client, "/document/en?with=").xpath("//body[@class='document']")


@pytest.fixture(scope="module")
def server(app: Flask) -> Iterator[str]:
    serving = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.effective_port}"
    serving.close()
    thread.join(timeout=5)


PATHS = [
    "/document/en?with=ru&q=grain",
    "/document/story?with=repost",
    "/document/en?with=empty",
    "/document/story",
    "/search?q=coastal",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_to_mend_and_nothing_scrolls_sideways(
    browser: Browser, server: str, path: str, scheme: str
) -> None:
    context = browser.new_context(
        base_url=server, color_scheme=scheme, viewport={"width": 390, "height": 844}
    )
    opened = context.new_page()
    opened.goto(path)
    for closed in opened.locator("main details:not([open]) > summary").all():
        if closed.is_visible():
            closed.click()
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_versions_stand_beside_each_other_on_a_desk_and_below_on_a_phone(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    opened = context.new_page()
    opened.set_viewport_size({"width": 1280, "height": 900})
    opened.goto("/document/en?with=ru")
    one, two = (opened.locator(".body .side").nth(number).bounding_box() for number in (0, 1))
    assert one and two
    assert (one["y"], one["x"] < two["x"]) == (two["y"], True)
    opened.set_viewport_size({"width": 390, "height": 844})
    one, two = (opened.locator(".body .side").nth(number).bounding_box() for number in (0, 1))
    assert one and two
    assert one["y"] + one["height"] <= two["y"]
    assert one["x"] == two["x"]
    assert opened.get_by_text("Russian", exact=True).first.is_visible()
    context.close()
