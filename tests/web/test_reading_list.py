"""The reading list: its address, its form, what vanished, files and citations of it, its limits."""

import csv
import io
import json
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.search import RequestError
from dragoman.web.reading_list import MAX_LISTED, MAX_NOTE, Listed, listed

OIL, RUSSIAN, TRUCE = "oil.md", "ru/нефть и санкции.md", "truce.md"
GONE = "gone/away.txt"
LIST = [("id", OIL), ("note", "read & <b>compare</b>\nwith 2014"), ("id", RUSSIAN), ("id", GONE),
        ("note", "why?"), ("id", TRUCE)]  # fmt: skip


def tree_of(client: FlaskClient, url: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(url)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def address(params: list[tuple[str, str]], path: str = "/list") -> str:
    return f"{path}?{urlencode(params)}"


def sent(tree: html.HtmlElement) -> list[tuple[str, str]]:
    """The fields of the list's form, in their order."""
    fields = tree.cssselect("#list input, #list textarea")
    return [(f.get("name"), f.get("value") if f.tag == "input" else f.text or "") for f in fields]


def after(client: FlaskClient, params: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The list that sending a form leads to."""
    answer = client.post("/list", data=urlencode(params),
                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert urlsplit(answer.location).path == "/list"
    return parse_qsl(urlsplit(answer.location).query)


def test_the_address_is_the_list_in_its_order_with_a_note_for_the_document_before_it(
    client: FlaskClient,
) -> None:
    tree = tree_of(client, address(LIST))
    entries = tree.cssselect(".listed > li")
    assert [entry.get("data-id") for entry in entries] == [OIL, RUSSIAN, GONE, TRUCE]
    notes = [entry.cssselect("textarea")[0].text for entry in entries]
    assert notes == ["read & <b>compare</b>\nwith 2014", None, "why?", None]
    assert entries[0].cssselect("h2 a")[0].get("href") == "/document/oil.md"
    assert "22 June 2021\xa0· Moscow\xa0· Anna Petrova" in entries[0].text_content()
    assert tree.cssselect(".counts strong")[0].text_content() == "4\u00a0documents"


def test_what_vanished_from_the_index_is_told_by_its_id_with_its_note(client: FlaskClient) -> None:
    tree = tree_of(client, address(LIST))
    gone = tree.cssselect(".listed > li")[2]
    assert gone.cssselect("h2")[0].text_content() == GONE
    assert "Not in the index" in gone.text_content()
    assert "1 of them no longer in the index" in tree.cssselect(".counts")[0].text_content()
    # It stays in the form, and in no file.
    assert ("id", GONE) in sent(tree)
    together = tree.cssselect("form.together input[name=id]")
    assert [field.get("value") for field in together] == [OIL, RUSSIAN, TRUCE]


def test_a_list_of_nothing_but_vanished_documents_offers_no_file(client: FlaskClient) -> None:
    assert not tree_of(client, f"/list?id={GONE}").cssselect("form.together")


def test_sent_as_it_is_the_form_leads_to_the_same_list(client: FlaskClient) -> None:
    assert after(client, sent(tree_of(client, address(LIST)))) == LIST
    # Browsers send line ends in their own way.
    params = [("id", OIL), ("note", "one\r\ntwo "), ("id", TRUCE), ("note", "")]
    assert after(client, params) == [("id", OIL), ("note", "one\ntwo"), ("id", TRUCE)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("up", "2"), [OIL, GONE, RUSSIAN, TRUCE]),
        (("down", "0"), [RUSSIAN, OIL, GONE, TRUCE]),
        (("remove", "1"), [OIL, GONE, TRUCE]),
        (("up", "0"), [OIL, RUSSIAN, GONE, TRUCE]),
        (("clear", "1"), []),
        (("add", "letter/1#a?b\n\n http://localhost/document/letter/2%23a%3Fb?q=x \n"),
         [OIL, RUSSIAN, GONE, TRUCE, "letter/1#a?b", "letter/2#a?b"]),
        (("add", "http://example.org//x/1"),
         [OIL, RUSSIAN, GONE, TRUCE, "http://example.org//x/1"]),
    ],
)  # fmt: skip
def test_a_button_changes_the_list_and_notes_go_with_their_documents(
    client: FlaskClient, change: tuple[str, str], expected: list[str]
) -> None:
    found = after(client, [*sent(tree_of(client, address(LIST))), change])
    assert [value for name, value in found if name == "id"] == expected
    notes = {found[at - 1][1]: value for at, (name, value) in enumerate(found) if name == "note"}
    given = {OIL: "read & <b>compare</b>\nwith 2014", GONE: "why?"}
    assert notes == {doc_id: note for doc_id, note in given.items() if doc_id in expected}


def test_lists_are_joined_by_the_address_of_one(client: FlaskClient) -> None:
    other = f"http://localhost{address([('id', TRUCE), ('note', 'short'), ('id', OIL)])}"
    assert after(client, [*LIST, ("add", other)]) == [*LIST, ("note", "short")]


def test_a_document_stands_once_and_keeps_both_notes() -> None:
    pairs = [("id", "a"), ("note", "x"), ("id", "b"), ("id", "a"), ("note", "y"), ("note", "x")]
    assert listed(pairs) == [Listed("a", "x\ny"), Listed("b")]
    assert listed([("note", "of nothing"), ("id", ""), ("note", "of nothing")]) == []


@pytest.mark.parametrize("place", ["9", "-1", "first", "²"])
def test_a_place_that_is_none_is_an_error(client: FlaskClient, place: str) -> None:
    answer = client.post("/list", data=urlencode([*LIST, ("remove", place)]),
                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 400
    assert "open it anew" in answer.text


def test_the_limits_are_told() -> None:
    full = [("id", str(number)) for number in range(MAX_LISTED)]
    assert len(listed(full)) == MAX_LISTED
    with pytest.raises(RequestError, match="201 documents: at most 200"):
        listed([*full, ("id", "one more")])
    assert listed([("id", "a"), ("note", "x" * MAX_NOTE)])
    with pytest.raises(RequestError, match=f"2001 characters: shorten it to {MAX_NOTE}"):
        listed([("id", "a"), ("note", "x" * (MAX_NOTE + 1))])


def test_an_address_that_no_server_would_read_is_refused_before_it_is_made(
    client: FlaskClient,
) -> None:
    # 60 notes of 300 Cyrillic letters: 6 characters of an address each.
    params = [each for n in range(60) for each in (("id", str(n)), ("note", "ж" * 300))]
    answer = client.post("/list", data=urlencode(params),
                         content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 400
    assert "shorten notes, or make two lists" in answer.text


def test_a_full_list_with_long_ids_can_be_opened_and_downloaded(client: FlaskClient) -> None:
    params = [("id", f"folder/{'long name of a file ' * 5}{n}.txt") for n in range(MAX_LISTED)]
    tree = tree_of(client, address(params))
    assert len(tree.cssselect(".listed > li")) == MAX_LISTED


def test_results_and_documents_have_a_box_for_the_list(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=sanctions+OR+ceasefire&sort=oldest")
    boxes = tree.cssselect(".hit .keep input")
    assert [(box.get("name"), box.get("value")) for box in boxes] == [("id", TRUCE), ("id", OIL)]
    forms = {box.get("form") for box in [*boxes, *tree_of(client, "/document/oil.md").cssselect(
        ".keep input")]}  # fmt: skip
    assert forms == {"choose"}
    form = tree.get_element_by_id("choose")
    assert (form.get("action"), form.get("method")) == ("/list", "get")


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris", "bibtex", "csl-json", "gost", "apa"])
def test_a_list_is_exported_and_cited_together_in_its_order(client: FlaskClient, form: str) -> None:
    tree = tree_of(client, address([("id", TRUCE), ("id", RUSSIAN), ("id", OIL)]))
    together = tree.cssselect("form.together")[0]
    ids = [("id", field.get("value")) for field in together.cssselect("input")]
    assert form in [option.get("value") for option in together.cssselect("#format option")]
    answer = client.get(
        address([*ids, ("format", form), ("style", "gost")], together.get("action"))
    )
    assert answer.status_code == 200
    if form not in ("gost", "apa"):
        places = [answer.text.index(word) for word in ("The truce", "Нефть", "Oil and sanctions")]
        assert places == sorted(places)
    cite = together.cssselect("button[formaction]")[0].get("formaction")
    cited = tree_of(client, address([*ids, ("style", "apa"), ("format", "csv")], cite))
    assert [li.get("data-id") for li in cited.cssselect(".citations li")] == [TRUCE, RUSSIAN, OIL]


def exported(client: FlaskClient, form: str, params: list[tuple[str, str]] = LIST) -> str:
    """The file that the form of a list's page sends for."""
    together = tree_of(client, address(params)).cssselect("form.together")[0]
    sent = [(field.get("name"), field.get("value")) for field in together.cssselect("input")
            if field.get("disabled") is None]  # fmt: skip
    answer = client.get(address([*sent, ("format", form)], together.get("action")))
    assert answer.status_code == 200, answer.text
    return answer.text


def test_notes_travel_into_tables_and_records(client: FlaskClient) -> None:
    note = "read & <b>compare</b>\nwith 2014"
    rows = list(csv.DictReader(io.StringIO(exported(client, "csv").removeprefix("\ufeff"))))
    assert [(row["id"], row["note"]) for row in rows] == [(OIL, note), (RUSSIAN, ""), (TRUCE, "")]
    lines = [json.loads(line) for line in exported(client, "jsonl").splitlines()]
    assert [line["note"] for line in lines] == [note, "", ""]
    items = json.loads(exported(client, "csl-json"))
    assert [item.get("note") for item in items] == [note, None, None]
    records = exported(client, "ris").split("ER  - ")
    assert "N1  - read & <b>compare</b> with 2014" in records[0].splitlines()
    assert "N1  - " not in records[1] + records[2]
    entries = exported(client, "bibtex").split("@misc")
    assert r"  annote = {read \& <b>compare</b> with 2014}," in entries[1].splitlines()
    assert "annote" not in entries[2] + entries[3]
    # Lists of references have the documents only.
    assert "compare" not in exported(client, "gost")


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris", "bibtex", "csl-json", "gost"])
def test_the_api_takes_notes_as_the_page_does(client: FlaskClient, form: str) -> None:
    params = [(name, value) for name, value in LIST if value != GONE] + [("format", form)]
    of_api, of_page = (client.get(address(params, path)) for path in ("/api/export", "/export"))
    assert (of_api.status_code, of_api.data) == (200, of_page.data)
    if form != "gost":
        assert "compare" in of_api.text


def test_a_list_without_notes_has_no_column_for_them(client: FlaskClient) -> None:
    head = exported(client, "csv", [("id", OIL), ("note", " "), ("id", TRUCE)]).splitlines()[0]
    assert "note" not in head.split(",")


def test_a_note_that_a_spreadsheet_would_reckon_with_is_a_text(client: FlaskClient) -> None:
    assert "'=1+1" in exported(client, "csv", [("id", OIL), ("note", "=1+1")])


def test_kinds_are_told_in_the_language_of_the_interface(client: FlaskClient) -> None:
    assert (
        "справка"
        in tree_of(client, f"/list?id={TRUCE}&ui=ru").cssselect(".about")[0].text_content()
    )


# The API


def test_the_api_tells_what_is_known_of_chosen_documents_and_which_are_unknown(
    client: FlaskClient,
) -> None:
    answer = client.get(f"/api/documents?id={TRUCE}&id={GONE}&id={quote(RUSSIAN)}&id={TRUCE}").json
    assert [document["id"] for document in answer["documents"]] == [TRUCE, RUSSIAN]
    assert answer["missing"] == [GONE]
    hit = client.get("/api/search?q=ceasefire").json["hits"][0]
    assert answer["documents"][0] == {name: hit[name] for name in answer["documents"][0]}
    assert answer["index"]["documents"] == 30


@pytest.mark.parametrize(
    "params", ["", "id=", "id=a&q=oil", "&".join(f"id={n}" for n in range(501))]
)
def test_it_refuses_no_documents_a_query_and_too_many(client: FlaskClient, params: str) -> None:
    answer = client.get(f"/api/documents?{params}")
    assert answer.status_code == 400
    assert answer.json["error"]["message"]
