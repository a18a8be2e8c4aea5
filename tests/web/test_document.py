"""The page of a document as a browser without scripts or styles receives it."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.indexer import sync
from dragoman.web import create_app

TALKS = "\n\n".join(
    ("# Talks", "Question: Why grain?", "Answer: It feeds.", *(f"Line {n}." for n in range(1, 201)))
)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client over a transcript of two turns, the second with 201 paragraphs."""
    folder = tmp_path_factory.mktemp("talks")
    (folder / "talks.md").write_text(TALKS, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    sync([folder], index_dir=made, jobs=1)
    return create_app({"INDEX_DIR": made, "TESTING": True}).test_client()


def tree_of(client: FlaskClient, url: str, status: int = 200) -> html.HtmlElement:
    response = client.get(url, headers={"Accept-Language": "en"})
    assert response.status_code == status
    return html.fromstring(response.text)


def test_links_of_the_outline_lead_to_turns_and_paragraphs(talks: FlaskClient) -> None:
    tree = tree_of(talks, "/document/talks.md")
    targets = [link.get("href")[1:] for link in tree.cssselect(".outline a")]
    assert targets[:2] == ["t1", "t2"]
    # the paragraphs of the second turn: 2 to 202
    assert targets[2:] == [f"p{n}" for n in range(2, 203)]
    assert [tree.get_element_by_id(target).get("class") for target in targets[:3]] == [
        "voice", "voice", "numbered",
    ]  # fmt: skip


def test_what_a_paragraph_adds_to_its_text_is_small(talks: FlaskClient) -> None:
    page = talks.get("/document/talks.md", headers={"Accept-Language": "en"}).text
    (line,) = [line for line in page.splitlines() if 'id="p150"' in line]
    # number, permalink, quote button: some 180 bytes
    assert len(line) - len("Line 148.") < 200


def test_a_quotation_keeps_the_query_and_its_address_is_the_plain_permalink(
    client: FlaskClient,
) -> None:
    tree = tree_of(client, "/document/oil.md?q=sanctions&lang=en&quote=2-3")
    (text,) = tree.cssselect("#quote textarea")
    assert text.text == (
        "“Sanctions were announced. The sanctions touch oil.\n\n"
        "A third paragraph ends the text.” — Anna Petrova\n"
        + "".join(tree.cssselect('[data-citation="chicago"]')[0].itertext())
        + "\nhttp://localhost/document/oil.md#p2"
    )
    kept = tree.cssselect("form.body > input, form.quoting > input[type=hidden]")
    assert {(field.get("name"), field.get("value")) for field in kept} == {
        ("q", "sanctions"), ("lang", "en"),
    }  # fmt: skip
    assert tree.cssselect("link[rel=canonical]")[0].get("href") == "/document/oil.md"


@pytest.mark.parametrize(
    ("wanted", "ui", "said"),
    [
        ("4", "en", "No paragraphs ‘4’: this document has paragraphs 1 to 3."),
        ("x", "en", "Quote is ‘x’: write a paragraph's number, or two as in 12-14."),
        ("4", "ru", "Абзацев «4» нет; в этом документе абзацы 1–3."),
    ],
)
def test_a_wrong_paragraph_is_told_in_words(
    client: FlaskClient, wanted: str, ui: str, said: str
) -> None:
    page = client.get(f"/document/oil.md?quote={wanted}&ui={ui}")
    assert page.status_code == 400
    assert html.fromstring(page.text).cssselect("#problem")[0].text_content() == said


def test_an_outline_over_the_api_counts_places(client: FlaskClient) -> None:
    found = client.get("/api/outline/oil.md?q=sanctions").json
    assert found is not None
    assert [section["places"] for section in found["sections"]] == [0, 2, 0]
    assert found["searched_for"] == "sanctions"
    assert client.get(f"/api/outline/{quote('no/such')}").status_code == 404
