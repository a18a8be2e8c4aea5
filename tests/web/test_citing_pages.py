"""What pages tell reference managers, read as Zotero's translators read it, and citations on them.

`embedded` follows the rules of its translators for embedded metadata and RDF, `context_object`
those for COinS.
"""

from urllib.parse import parse_qsl, quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.search import open_searcher
from dragoman.search.citations import cite

ITEM_TYPES = {"presentation", "interview", "newspaperArticle", "letter", "webpage", "document"}
OIL = "https://example.org/oil?a=1&b=2"


def tree_of(client: FlaskClient, url: str) -> html.HtmlElement:
    return html.fromstring(client.get(url).text)


def creator(written: str, *, by_comma: bool) -> tuple[str, str]:
    """Last and first name: parted at a comma, else at the last space; trailing commas go."""
    bare = written.strip(" .,/[]:")
    if by_comma:
        last, _, first = bare.partition(",")
        return last, first.strip()
    first, _, last = bare.rpartition(" ")
    return last, first


def embedded(tree: html.HtmlElement) -> dict[str, object]:
    """The item that Zotero makes of a page's `<meta>` elements."""
    pairs = [
        (meta.get("name"), meta.get("content")) for meta in tree.xpath("/html/head/meta[@name]")
    ]
    given = [(name.lower().replace("_", ".", 1), value) for name, value in pairs]

    def first(name: str) -> str | None:
        return next((value for known, value in given if known == name), None)

    dc_type = first("dc.type")
    # Without a type that it knows, a citation_title makes an article of a journal of it.
    kind = dc_type if dc_type in ITEM_TYPES else "journalArticle"
    return {
        "itemType": kind,
        "title": first("citation.title"),
        "creators": [creator(value, by_comma="," in value)
                     for name, value in given if name == "citation.author"],
        "date": first("citation.publication_date"),
        "publicationTitle": first("dc.source"),
        "url": first("citation.public_url"),
        "language": first("citation.language"),
        "tags": [value for name, value in given if name == "dc.subject"],
        "archiveLocation": first("dc.coverage"),
    }  # fmt: skip


def context_object(title: str) -> dict[str, object]:
    """The item that Zotero makes of a COinS element."""
    item: dict[str, object] = {"creators": []}
    pairs = parse_qsl(title, strict_parsing=True)
    assert ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc") in pairs
    for name, value in pairs:
        if name == "rft.creator":
            item["creators"] += [creator(value, by_comma="," in value)]  # type: ignore[operator]
        elif name == "rft.aucorp":
            item["creators"] += [(value, "")]  # type: ignore[operator]
        elif name == "rft.type" and value in ITEM_TYPES:
            item["itemType"] = value
        elif name == "rft.identifier" and value.startswith(("http://", "https://")):
            item["url"] = value
        elif name.startswith("rft."):
            item[name.removeprefix("rft.")] = value
    return item


def context_objects(tree: html.HtmlElement) -> list[dict[str, object]]:
    return [context_object(span.get("title")) for span in tree.cssselect("span.Z3988")]


def test_zotero_takes_a_document_from_its_page(client: FlaskClient) -> None:
    assert embedded(tree_of(client, "/document/oil.md")) == {
        "itemType": "presentation",
        "title": "Oil and sanctions",
        "creators": [("Petrova", "Anna")],
        "date": "2021/06/22",
        "publicationTitle": "Ministry",
        "url": OIL,
        "language": "en",
        "tags": [],
        "archiveLocation": None,
    }
    chronicle = embedded(tree_of(client, "/document/truce.md"))
    assert chronicle["itemType"] == "document"
    assert chronicle["url"] == "http://localhost/document/truce.md"
    assert chronicle["creators"] == [("Chronicle", "")]


def test_an_institution_stays_whole(client: FlaskClient) -> None:
    (letter,) = context_objects(tree_of(client, "/document/" + quote("letter/7#a?b")))
    assert embedded(tree_of(client, "/document/" + quote("letter/7#a?b")))["creators"] == [
        ("Archive 7", "")
    ]
    assert letter["creators"] == [("Archive 7", "")]
    assert letter["url"] == "http://localhost/document/letter/7%23a%3Fb"


def test_zotero_takes_each_hit_from_the_page_of_results(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=sanctions+OR+санкции&sort=title")
    assert context_objects(tree) == [
        {"itemType": "presentation", "title": "Oil and sanctions", "date": "2021-06-22",
         "creators": [("Petrova", "Anna")], "source": "Ministry", "place": "Moscow",
         "language": "en", "url": OIL},
        {"itemType": "presentation", "title": "Нефть и санкции", "date": "2021-06-22",
         "creators": [("Петрова", "Анна")], "source": "Ministry", "place": "Москва",
         "language": "ru",
         "url": "http://localhost/document/" + quote("ru/нефть и санкции.md")},
    ]  # fmt: skip
    for span in tree.cssselect("span.Z3988"):
        assert span.get("aria-hidden") == "true"
        assert not span.text_content()


def test_markup_in_a_title_stays_a_title(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/" + quote("<script>alert(1)</script>"))
    assert embedded(tree)["title"] == "<img src=x onerror=alert(1)>"
    assert context_objects(tree)[0]["title"] == "<img src=x onerror=alert(1)>"
    assert not tree.cssselect("img, i i")
    (gost,) = tree.cssselect('[data-citation="gost"]')
    assert gost.text_content().startswith("<img src=x onerror=alert(1)>")


def test_a_document_ends_with_its_citation_in_each_style(
    client: FlaskClient, index_dir: object
) -> None:
    tree = tree_of(client, "/document/oil.md")
    (section,) = tree.cssselect("section#citation")
    shown = {each.get("data-citation"): each.text_content()
             for each in section.cssselect("[data-citation]")}  # fmt: skip
    with open_searcher(str(index_dir)) as searcher:
        about = searcher.about("oil.md")
    assert shown == {style: cite(about, style) for style in ("gost", "chicago", "apa")}
    assert [each.text_content() for each in section.cssselect("i")] == ["Oil and sanctions"]
    boxes = section.cssselect("details")
    # A document in English is quoted, and so opened, in Chicago.
    assert [box.get("open") is not None for box in boxes] == [False, True, False]
    assert len({box.get("name") for box in boxes}) == 1
    for link in section.cssselect("p.files a"):
        answer = client.get(link.get("href"))
        assert (answer.status_code, answer.headers["Dragoman-Total"]) == (200, "1")


@pytest.mark.parametrize("style", ["gost", "chicago", "apa"])
def test_a_list_is_cited_on_a_page_of_its_own(client: FlaskClient, style: str) -> None:
    url = f"id=truce.md&id=oil.md&style={style}&accessed=2026-01-02"
    tree = tree_of(client, f"/cite?{url}")
    by_api = client.get(f"/api/cite?{url}").get_json()["citations"]
    rows = tree.cssselect("ol.citations li")
    assert [row.get("data-id") for row in rows] == ["truce.md", "oil.md"]
    assert [row.cssselect("[data-citation]")[0].text_content() for row in rows] == [
        each["citation"] for each in by_api
    ]
    assert [item["title"] for item in context_objects(tree)] == ["The truce", "Oil and sanctions"]
    assert tree.cssselect("nav.views [aria-current]")[0].get("href").endswith(f"style={style}")


def test_an_export_is_chosen_on_a_page_and_sent(client: FlaskClient) -> None:
    for url, total in (("/export?q=grain&lang=en", 25), ("/export?id=truce.md&id=oil.md", 2)):
        tree = tree_of(client, url)
        assert tree.cssselect(".counts")[0].text_content().split() == [str(total), "documents"]
        (form,) = [form for form in tree.forms if form.get("action") == "/export"]
        answer = client.get("/export", query_string=form.form_values())
        assert answer.headers["Dragoman-Total"] == str(total)
        assert answer.mimetype == "text/csv"
