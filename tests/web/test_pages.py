"""The pages, as a browser without scripts or styles receives them."""

import json
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from dragoman.indexer import sync
from dragoman.web import create_app

SCRIPT_ID = "<script>alert(1)</script>"


def tree_of(client: FlaskClient, url: str, status: int = 200) -> html.HtmlElement:
    response = client.get(url)
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return html.fromstring(response.text)


def ids_of(tree: html.HtmlElement) -> list[str]:
    return [hit.get("data-id") for hit in tree.cssselect("article.hit")]


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def text_of(paragraph: html.HtmlElement) -> str:
    """A paragraph's text without its number and without the steps, which only a target shows."""
    for control in paragraph.cssselect(".number, .step"):
        control.drop_tree()
    return words_of(paragraph)


def search(client: FlaskClient, text: str, **params: str) -> html.HtmlElement:
    query = "".join(f"&{name}={quote(value)}" for name, value in params.items())
    return tree_of(client, f"/search?q={quote(text)}{query}")


def ways_of(client: FlaskClient, tree: html.HtmlElement) -> list[str]:
    """What is offered; each offer leads to as many documents as it says."""
    ways = tree.cssselect(".ways li")
    for way in ways:
        there = tree_of(client, way.cssselect("a")[0].get("href"))
        total = words_of(way.cssselect(".total")[0])
        assert words_of(there.cssselect(".counts strong")[0]) == total
    return [words_of(way) for way in ways]


# Every page


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/help",
        "/search?q=sanctions",
        "/document/oil.md",
        "/similar/letter/7%23a%3Fb",
        "/export?q=grain",
        "/cite?id=oil.md&id=truce.md",
        "/list",
        "/list?id=oil.md&note=x&id=gone",
        "/list?id=oil.md&id=none",
        "/document/none",
        "/search?q=%22a%22~999",
    ],
)
def test_every_page_has_its_landmarks_and_its_headers(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    tree = html.fromstring(response.text)
    assert [len(tree.cssselect(part)) for part in ("header.top", "main", "footer", "h1")] == [1] * 4
    assert len(tree.cssselect("form#search")) == 1
    assert tree.cssselect("a.skip")[0].get("href") == "#main"
    assert len({e.get("id") for e in tree.cssselect("[id]")}) == len(tree.cssselect("[id]"))


@pytest.mark.parametrize("url", ["/", "/help", "/search?q=sanctions", "/document/oil.md?q=oil"])
def test_a_page_asks_no_other_host_and_holds_no_inline_style_or_script(
    client: FlaskClient, url: str
) -> None:
    tree = tree_of(client, url)
    fetched = tree.xpath("//link/@href | //script/@src | //img/@src | //iframe/@src")
    assert fetched
    assert all(address.startswith("/") and address[:2] != "//" for address in fetched)
    for address in fetched:
        with client.get(address) as response:
            assert response.status_code == 200
    assert not tree.xpath("//@style | //style | //@onclick | //script[not(@src)]")


def test_a_page_of_results_is_small(client: FlaskClient) -> None:
    assert len(client.get("/search?q=").data) < 100_000
    limits = {
        "dragoman.css": 30_000,
        "workbench.css": 10_000,
        "dragoman.js": 10_000,
        "completion.js": 10_000,
    }
    for name, limit in limits.items():
        with client.get(f"/static/{name}") as response:
            assert len(response.data) < limit


# The first page


def test_the_first_page_says_how_much_there_is_and_in_which_languages(client: FlaskClient) -> None:
    tree = tree_of(client, "/")
    assert "30 documents" in words_of(tree.cssselect(".holdings")[0])
    assert [o.get("value") for o in tree.cssselect("#lang option")] == ["", "en", "ru"]


# Results


def test_a_hit_shows_title_date_speaker_source_language_and_marked_snippets(
    client: FlaskClient,
) -> None:
    tree = search(client, "санкции")
    assert ids_of(tree) == ["ru/нефть и санкции.md"]
    hit = tree.cssselect("article.hit")[0]
    assert words_of(hit.cssselect("h2")[0]) == "Нефть и санкции"
    assert [words_of(mark) for mark in hit.cssselect("h2 mark")] == ["санкции"]
    about = words_of(hit)
    for fact in ("22 June 2021", "Москва", "Анна Петрова", "statement", "Ministry", "Russian"):
        assert fact in about
    assert [words_of(mark) for mark in hit.cssselect(".snippet mark")] == ["санкции", "санкции"]
    assert hit.cssselect("h2")[0].get("lang") == "ru"


def test_the_summary_counts_documents_and_occurrences_and_reads_the_query_back(
    client: FlaskClient,
) -> None:
    tree = search(client, "ceasefire OR sanctions")
    # ceasefire stands twice in truce.md; sanctions twice in oil.md and once in its title
    assert words_of(tree.cssselect(".counts")[0]).startswith("2 documents, 5 occurrences")
    assert words_of(tree.cssselect(".readback")[0]) == "ceasefire OR sanctions"
    assert tree.cssselect("#q")[0].get("value") == "ceasefire OR sanctions"


def test_a_snippet_leads_to_its_paragraph_and_keeps_the_query(client: FlaskClient) -> None:
    snippet = search(client, "sanctions").cssselect(".snippet")[0]
    address = urlsplit(snippet.get("href"))
    assert parse_qs(address.query)["q"] == ["sanctions"]
    document = tree_of(client, snippet.get("href"))
    assert text_of(document.cssselect(f"#{address.fragment}")[0]) == (
        "Sanctions were announced. The sanctions touch oil."
    )


def test_another_language_version_is_a_link(client: FlaskClient) -> None:
    links = search(client, "harbours").xpath("//article//a[contains(., 'also in')]")
    assert [words_of(link) for link in links] == ["also in Russian"]
    assert tree_of(client, links[0].get("href")).cssselect("article")[0].get("data-id") == (
        "ru/нефть и санкции.md"
    )


def test_pages_divide_the_hits_and_lead_to_each_other(client: FlaskClient) -> None:
    first = search(client, "grain", sort="oldest")
    assert [link.text_content() for link in first.cssselect(".pages li")] == [
        "Page 1", "Page 2", "Page 3",
    ]  # fmt: skip
    found, tree = [], first
    while True:
        found += ids_of(tree)
        following = tree.cssselect('.pages a[rel="next"]')
        if not following:
            break
        tree = tree_of(client, following[0].get("href"))
    assert found == [f"letter/{n}#a?b" for n in range(1, 26)]
    assert words_of(tree.cssselect("article .rank")[-1]) == "25"


def test_a_page_after_the_last_says_so(client: FlaskClient) -> None:
    tree = search(client, "grain", page="9")
    assert "There is no page 9" in words_of(tree.cssselect(".nothing")[0])
    back = tree.cssselect(".nothing a")[0].get("href")
    assert parse_qs(urlsplit(back).query)["page"] == ["3"]


def test_a_facet_value_leads_to_as_many_documents_as_it_says(client: FlaskClient) -> None:
    tree = search(client, "")
    values = tree.cssselect(".facet li")
    assert len(values) > 10
    for value in values:
        count = int(value.cssselect(".count")[0].text_content())
        chosen = tree_of(client, value.cssselect("a")[0].get("href"))
        said = words_of(chosen.cssselect(".counts strong")[0])
        assert said == ("1 document" if count == 1 else f"{count} documents")


def test_a_long_facet_shows_more_on_demand(client: FlaskClient) -> None:
    tree = search(client, "grain")
    assert len(tree.cssselect("#facet-source li")) == 8
    more = tree.cssselect("#facet-source .more")[0].get("href")
    whole = tree_of(client, more)
    assert len(whole.cssselect("#facet-source li")) == 25
    assert not whole.cssselect("#facet-source .more")
    assert len(whole.cssselect("#facet-year li")) == 8


def test_a_chosen_filter_is_first_in_its_facet_and_a_chip_that_removes_it(
    client: FlaskClient,
) -> None:
    tree = search(client, "grain", source="Archive 25", page="1")
    assert ids_of(tree) == ["letter/25#a?b"]
    first = tree.cssselect("#facet-source li a")[0]
    assert first.get("class") == "chosen"
    chip = tree.cssselect(".chips li a")[0]
    assert words_of(chip) == "Remove the filter Source: Archive 25 ×"
    for link in (first, chip, tree.cssselect(".chips .clear")[0]):
        assert "25 documents" in words_of(tree_of(client, link.get("href")).cssselect(".counts")[0])


def test_the_form_keeps_what_was_chosen(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=grain&lang=en&year=2001&year=2002&sort=oldest&date=..2010")
    fields = tree.xpath("//*[@name and (ancestor::form[@id='search'] or @form='search')]")
    kept = []
    for field in fields:
        chosen = field.xpath("option[@selected]/@value") if field.tag == "select" else None
        kept.append((field.get("name"), chosen[0] if chosen else field.get("value")))
    assert sorted(kept) == [
        ("date", "..2010"), ("group", "near"), ("lang", "en"), ("match", "all"), ("q", "grain"),
        ("sort", "oldest"),
        ("year", "2001"), ("year", "2002"),
    ]  # fmt: skip


def test_a_date_filter_says_where_a_document_is_only_partly_inside(client: FlaskClient) -> None:
    tree = search(client, "ceasefire", date="2019-03..2019-05")
    assert ids_of(tree) == ["truce.md"]
    assert "date partly outside the range" in words_of(tree.cssselect(".when")[0])
    assert "partly" not in words_of(search(client, "ceasefire", date="2019"))


def test_nothing_found_names_the_word_and_the_filter_that_empties_the_result(
    client: FlaskClient,
) -> None:
    tree = search(client, "ceasefire xylophone")
    assert "In no document at all: xylophone." in words_of(tree.cssselect(".nothing")[0])
    assert ways_of(client, tree) == [
        "ceasefire 1 document · with fewer words",
        "ceasefire OR xylophone 1 document · any of the words",
    ]
    tree = search(client, "ceasefire", lang="ru")
    assert ways_of(client, tree) == ["without the filter Language: Russian 1 document"]
    tree = search(client, "ceasefire", lang="ru", source="Ministry")
    assert ways_of(client, tree) == ["without any filter 1 document"]


def test_where_no_filter_alone_is_at_fault_other_words_without_filters_are_offered(
    client: FlaskClient,
) -> None:
    tree = search(client, "ceasefire xylophone", lang="ru")
    assert ways_of(client, tree) == [
        "ceasefire 1 document · with fewer words, without the filter Language: Russian",
        "ceasefire OR xylophone 1 document · any of the words, "
        "without the filter Language: Russian",
    ]


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("harbuors", ["harbours 1 document · another spelling"]),
        ("cfyrwbb", ["санкции 1 document · typed in the other keyboard layout"]),
        ("sanktsii", ["санкции 1 document · in the other alphabet"]),
        ('"ceasefire never signed"', [
            "ceasefire pre/3 signed 1 document · nearest to the quotation",
        ]),
    ],
)  # fmt: skip
def test_what_may_have_been_meant_is_offered_with_its_total_and_its_reason(
    client: FlaskClient, text: str, ways: list[str]
) -> None:
    tree = search(client, text)
    assert ids_of(tree) == []
    assert ways_of(client, tree) == ways
    assert tree.cssselect("#q")[0].get("value") == text
    assert not tree.cssselect(".suggestions")


def test_an_unknown_word_is_corrected_beside_the_results_of_the_others(
    client: FlaskClient,
) -> None:
    tree = search(client, "harbuors OR ceasefire", lang="en")
    assert ids_of(tree) == ["truce.md"]
    assert words_of(tree.cssselect(".suggestions h2")[0]) == "Did you mean"
    assert ways_of(client, tree) == ["harbours OR ceasefire 2 documents · another spelling"]
    assert tree.cssselect("#q")[0].get("value") == "harbuors OR ceasefire"
    assert words_of(tree.cssselect(".readback")[0]) == "harbuors OR ceasefire"


def test_no_suggestion_stands_where_all_words_are_known(client: FlaskClient) -> None:
    assert not search(client, "sanctions").cssselect(".suggestions, .ways")


def test_notes_stand_above_the_results(client: FlaskClient) -> None:
    assert "“" not in words_of(search(client, "sanctions"))
    assert len(search(client, '"sanctions').cssselect(".notes li")) == 1


def test_markup_in_documents_and_queries_is_text(client: FlaskClient) -> None:
    for url in ("/search?q=rye", f"/document/{quote(SCRIPT_ID)}?q=rye"):
        tree = tree_of(client, url)
        assert not tree.xpath("//script[not(@src)] | //img | //article//b")
        assert SCRIPT_ID in words_of(tree)
        assert tree.xpath(f"//article[@data-id='{SCRIPT_ID}']")
    tree = search(client, '"><script>alert(1)</script>')
    assert not tree.xpath("//script[not(@src)]")
    assert tree.cssselect("#q")[0].get("value") == '"><script>alert(1)</script>'


def test_years_stand_newest_first_and_as_bars(client: FlaskClient) -> None:
    tree = search(client, "grain")
    years = [words_of(value) for value in tree.cssselect("#facet-year .value")]
    assert years == [str(year) for year in range(2025, 2017, -1)]
    bars = tree.cssselect(".years a")
    assert [bar.get("data-year") for bar in bars] == [str(year) for year in range(2001, 2026)]
    assert ids_of(tree_of(client, bars[6].get("href"))) == ["letter/7#a?b"]
    # Two lists of years do the same for those who can't see or reach the bars.
    assert tree.cssselect(".years svg")[0].get("aria-hidden") == "true"
    assert len(tree.cssselect(".years select")) == 2
    assert {bar.get("tabindex") for bar in bars} == {"-1"}


# Documents


def test_a_document_numbers_its_paragraphs_from_one(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/oil.md")
    paragraphs = tree.cssselect(".numbered")
    assert [paragraph.get("id") for paragraph in paragraphs] == ["p1", "p2", "p3"]
    assert [p.cssselect(".number")[0].get("href") for p in paragraphs] == ["#p1", "#p2", "#p3"]
    assert text_of(paragraphs[0]) == ("The first paragraph speaks of harbours <b>& ships</b> only.")
    assert not tree.cssselect("mark")
    assert not tree.cssselect(".places")


def test_the_places_of_a_query_lead_from_one_to_the_next(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/oil.md?q=sanctions")
    assert [words_of(mark) for mark in tree.cssselect("h1 mark")] == ["sanctions"]
    places = tree.cssselect(".body .place")
    assert [(place.get("id"), words_of(place.cssselect("mark")[0])) for place in places] == [
        ("m1", "Sanctions"), ("m2", "sanctions"),
    ]  # fmt: skip
    assert words_of(tree.cssselect(".places .where")[0]) == "2 places"
    assert tree.cssselect(".places a")[0].get("href") == "#m1"
    steps = [[link.get("href") for link in step.cssselect("a")] for step in tree.cssselect(".step")]
    assert steps == [["#m2"], ["#m1"]]


def test_a_place_is_a_whole_phrase_with_a_mark_for_each_word(client: FlaskClient) -> None:
    tree = tree_of(client, f"/document/oil.md?q={quote('touch w/1 sanctions')}")
    place = tree.cssselect(".body .place")
    assert [words_of(found) for found in place] == ["sanctions touch"]
    assert [words_of(mark) for mark in place[0].cssselect("mark")] == ["sanctions", "touch"]


def test_a_document_without_a_match_says_so(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/oil.md?q=barley")
    assert words_of(tree.cssselect(".places")[0]) == "No place in this text matches barley"


def test_the_way_back_keeps_page_and_filters(client: FlaskClient) -> None:
    hit = search(client, "grain", page="2", lang="en").cssselect("article h2 a")[0]
    back = tree_of(client, hit.get("href")).cssselect(".back a")[0]
    assert parse_qs(urlsplit(back.get("href")).query) == {
        "q": ["grain"], "lang": ["en"], "page": ["2"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "doc_id", ["letter/7#a?b", "http://example.org//x/1", "ru/нефть и санкции.md", SCRIPT_ID]
)
def test_any_id_has_an_address(client: FlaskClient, doc_id: str) -> None:
    tree = search(client, "", page_size="100")
    link = next(a for a in tree.cssselect("article") if a.get("data-id") == doc_id)
    article = tree_of(client, link.cssselect("h2 a")[0].get("href")).cssselect("article")[0]
    assert article.get("data-id") == doc_id


def test_only_web_addresses_of_a_source_are_links(client: FlaskClient) -> None:
    links = tree_of(client, "/document/oil.md").cssselect('a[rel~="external"]')
    assert [link.get("href") for link in links] == ["https://example.org/oil?a=1&b=2"]
    page = client.get("/document/truce.md").text
    assert "javascript:alert(1)" in unescape(page)
    assert not re.search(r'href="\s*javascript', page)


def test_a_missing_document_is_404_in_words(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/no/such?q=oil", 404)
    assert words_of(tree.cssselect("h1")[0]) == "No such document"
    assert tree.cssselect("#q")[0].get("value") == "oil"


# Errors


def test_a_query_error_marks_the_place_and_keeps_the_form(client: FlaskClient) -> None:
    tree = tree_of(client, f"/search?q={quote('oil date:someday')}&lang=en", 400)
    assert words_of(tree.cssselect("h1")[0]) == "This query can’t be read"
    assert words_of(tree.cssselect(".typed mark")[0]) in "date:someday"
    assert tree.cssselect("#q")[0].get("value") == "oil date:someday"
    assert tree.cssselect("#q")[0].get("aria-invalid") == "true"
    assert tree.xpath("//input[@name='lang']/@value") == ["en"]
    tree_of(client, f"/document/oil.md?q={quote('oil date:someday')}", 400)


def test_a_date_filter_that_cannot_be_read_is_an_error_at_its_field(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=oil&date=someday", 400)
    field = tree.cssselect("#date")[0]
    assert (field.get("value"), field.get("aria-invalid")) == ("someday", "true")
    assert "2021-06-22" in words_of(tree.cssselect("#problem")[0])
    assert tree.cssselect("#q")[0].get("value") == "oil"


@pytest.mark.parametrize(
    "params", ["page=0", "page=x", "sort=best", "page_size=100000", "strict=2"]
)
def test_a_parameter_out_of_range_is_400(client: FlaskClient, params: str) -> None:
    tree = tree_of(client, f"/search?q=oil&{params}", 400)
    assert tree.cssselect("#q")[0].get("value") == "oil"


def test_an_unknown_address_and_a_wrong_method_answer_in_words(client: FlaskClient) -> None:
    assert words_of(tree_of(client, "/nowhere", 404).cssselect("h1")[0]) == "No such page"
    wrong = client.post("/search")
    assert (wrong.status_code, "GET" in wrong.headers["Allow"]) == (405, True)


def test_without_an_index_every_page_says_what_to_run(tmp_path: Path) -> None:
    client = create_app({"INDEX_DIR": tmp_path / "none"}).test_client()
    for url in ("/", "/search?q=a", "/document/a"):
        tree = tree_of(client, url, 503)
        assert words_of(tree.cssselect("h1")[0]) == "There is no index yet"
        command = words_of(tree.cssselect("pre")[0])
        assert command.startswith("dragoman --index ")
        assert str(tmp_path / "none") in command
    assert client.get("/help").status_code == 200


def test_a_foreign_and_a_damaged_index_are_503(tmp_path: Path, index_dir: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(index_dir, damaged)
    for path in damaged.glob("*.columns"):
        path.write_bytes(path.read_bytes()[:100])
    client = create_app({"INDEX_DIR": damaged}).test_client()
    tree = tree_of(client, "/search?q=a", 503)
    assert "index --full" in words_of(tree.cssselect("pre")[0])


def test_a_stale_index_is_503_with_the_command_that_rebuilds_it(
    tmp_path: Path, index_dir: Path
) -> None:
    stale = tmp_path / "stale"
    shutil.copytree(index_dir, stale)
    manifest = stale / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    for header in content["generations"].values():
        header["analyzer"] = 0
    manifest.write_text(json.dumps(content), "utf-8")
    client = create_app({"INDEX_DIR": stale}).test_client()
    tree = tree_of(client, "/search?q=oil", 503)
    assert words_of(tree.cssselect("h1")[0]) == "The index needs rebuilding"
    assert words_of(tree.cssselect("pre")[0]) == f"dragoman --index {stale} index --full"
    assert tree.cssselect("#q")[0].get("value") == "oil"
    assert client.get("/healthz").status_code == 503


def test_what_goes_wrong_unforeseen_is_500_in_words_and_in_the_log(
    index_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app({"INDEX_DIR": index_dir})

    def broken() -> None:
        raise RuntimeError("the inside of the server")

    monkeypatch.setattr(app.extensions["searcher"], "lease", broken)
    for url in ("/search?q=oil", "/document/oil.md", "/api/search?q=oil"):
        answer = app.test_client().get(url)
        assert answer.status_code == 500
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Traceback" not in answer.text
        assert "the inside of the server" not in answer.text
    tree = tree_of(app.test_client(), "/search?q=oil", 500)
    assert words_of(tree.cssselect("h1")[0]) == "Something went wrong"
    assert tree.cssselect("#q")[0].get("value") == "oil"
    assert "the inside of the server" in caplog.text


def test_a_newer_index_answers_without_a_restart(tmp_path: Path) -> None:
    folder, index_dir = tmp_path / "texts", tmp_path / "index"
    folder.mkdir()
    (folder / "a.txt").write_text("First\n\nIt speaks of barley.\n", "utf-8")
    sync([folder], index_dir=index_dir, jobs=1)
    client = create_app({"INDEX_DIR": index_dir}).test_client()
    assert len(ids_of(search(client, "barley"))) == 1
    assert "1 document," in words_of(tree_of(client, "/").cssselect(".holdings")[0])
    (folder / "b.txt").write_text("Second\n\nIt speaks of barley too.\n", "utf-8")
    sync([folder], index_dir=index_dir, jobs=1)
    assert len(ids_of(search(client, "barley"))) == 2
    assert "2 documents," in words_of(tree_of(client, "/").cssselect(".holdings")[0])


def test_an_index_that_appears_later_is_found(tmp_path: Path, index_dir: Path) -> None:
    late = tmp_path / "late"
    client = create_app({"INDEX_DIR": late}).test_client()
    tree_of(client, "/", 503)
    shutil.copytree(index_dir, late)
    tree_of(client, "/")


def test_the_index_directory_comes_from_the_environment_else_is_index_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DRAGOMAN_INDEX", "elsewhere")
    assert create_app().config["INDEX_DIR"] == "elsewhere"
    monkeypatch.delenv("DRAGOMAN_INDEX")
    assert create_app().config["INDEX_DIR"] == "index_data"


def test_a_browser_learns_how_to_search_here(client: FlaskClient) -> None:
    link = tree_of(client, "/").cssselect('link[rel="search"]')[0]
    response = client.get(link.get("href"))
    assert response.content_type == link.get("type") == "application/opensearchdescription+xml"
    description = etree.fromstring(response.data)
    names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    templates = description.xpath("o:Url[@type='text/html']/@template", namespaces=names)
    assert templates == ["http://localhost/search?q={searchTerms}"]
    # OpenSearch 1.1: a short name has at most 16 characters
    assert len(description.findtext("o:ShortName", namespaces=names)) <= 16


# Help


def test_every_example_of_the_help_page_finds_something_in_the_seeds(
    seeds_client: FlaskClient,
) -> None:
    examples = tree_of(seeds_client, "/help").cssselect("[data-example]")
    assert len(examples) > 30
    for example in examples:
        link = example.cssselect("th a")[0]
        assert link.text_content() == example.get("data-example")
        answer = tree_of(seeds_client, link.get("href"))
        assert answer.cssselect("#q")[0].get("value") == example.get("data-example")
        assert ids_of(answer), link.text_content()


def test_every_example_of_the_first_page_finds_something_in_the_seeds(
    seeds_client: FlaskClient,
) -> None:
    examples = tree_of(seeds_client, "/").cssselect(".examples a")
    assert len(examples) >= 3
    for example in examples:
        assert ids_of(tree_of(seeds_client, example.get("href"))), example.text_content()


def test_the_contents_of_the_help_page_lead_to_its_headings(client: FlaskClient) -> None:
    tree = tree_of(client, "/help")
    named = [heading.get("id") for heading in tree.cssselect("main h2")]
    assert [link.get("href") for link in tree.cssselect(".contents a")] == [f"#{n}" for n in named]


def test_a_speaker_chosen_under_another_spelling_can_be_let_go(tmp_path: Path) -> None:
    for number, speaker in enumerate(("Sergey Lavrov", "С.В.Лавров", "Maria Zakharova")):
        text = f"---\nspeaker: {speaker}\n---\n# T\n\nOn peace.\n"
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    sync([tmp_path], index_dir=tmp_path / "index")
    client = create_app({"INDEX_DIR": tmp_path / "index"}).test_client()
    page = client.get("/search?q=peace&speaker=С.В.Лавров").text
    chosen = re.search(r'<li><a href="([^"]*)" class="chosen">', page)
    assert chosen is not None
    assert chosen[1] == "/search?q=peace"


def test_a_document_ends_with_the_five_nearest(client: FlaskClient) -> None:
    tree = tree_of(client, "/document/letter/7%23a%3Fb")
    links = tree.cssselect(".nearest li a")
    # All letters hold the same words: the newest first.
    assert [words_of(link) for link in links] == [f"Letter {n}" for n in (25, 24, 23, 22, 21)]
    assert "letter, grain" in words_of(tree.cssselect(".nearest li")[0])
    tree_of(client, links[0].get("href"))
    more = tree_of(client, tree.cssselect(".nearest p a")[0].get("href"))
    assert len(ids_of(more)) == 10
    assert not tree_of(client, "/document/truce.md").cssselect(".nearest")


def test_the_page_of_similar_documents_tells_words_and_filters(client: FlaskClient) -> None:
    tree = tree_of(client, "/similar/letter/7%23a%3Fb?year=2009&top=2")
    assert ids_of(tree) == ["letter/9#a?b"]
    assert words_of(tree.cssselect(".shared")[0]) == "In both: letter, grain"
    assert "Year: 2009" in words_of(tree.cssselect("main")[0])
    words = [words_of(row) for row in tree.cssselect(".terms tbody th")]
    assert words == ["letter", "grain"]
    tree_of(client, "/similar/none", 404)
    tree_of(client, "/similar/oil.md?top=999", 400)
    assert "No document shares" in words_of(tree_of(client, "/similar/truce.md"))


@pytest.mark.parametrize(
    ("url", "heading"),
    [
        ("/search?q=oil&page=0", "This search can’t be run"),
        ("/kwic?q=oil&window=99", "This search can’t be run"),
        ("/document/oil.md?quote=900", "This can’t be quoted"),
        ("/document/oil.md?with=oil.md", "These can’t be set side by side"),
        ("/document/oil.md?page=0", "This document can’t be shown like that"),
        ("/similar/oil.md?top=0", "Similar documents can’t be found like that"),
        ("/list?" + "&".join(f"id={n}" for n in range(201)), "This list can’t be shown"),
        ("/export?format=doc&id=oil.md", "This file can’t be made"),
        ("/cite", "These citations can’t be made"),
        ("/feed?q=oil&page_size=0", "This feed can’t be made"),
        ("/search?q=oil&more=colour", "This search can’t be run"),
        ("/kwic?q=oil&more=colour", "This search can’t be run"),
    ],
)
def test_what_cant_be_done_is_told_by_what_was_asked_for(
    client: FlaskClient, url: str, heading: str
) -> None:
    answer = client.get(url)
    assert answer.status_code == 400
    tree = html.fromstring(answer.text)
    assert words_of(tree.cssselect("h1")[0]) == heading
    assert words_of(tree.get_element_by_id("problem"))
    # Only who searches is led to how queries are written.
    assert bool(tree.xpath("//main//a[@href='/help']")) == (heading == "This search can’t be run")


def test_an_unknown_facet_is_told_with_those_that_there_are(client: FlaskClient) -> None:
    tree = html.fromstring(client.get("/search?q=oil&more=colour").text)
    said = words_of(tree.get_element_by_id("problem"))
    assert said.startswith("More must be one of lang, year, speaker")
    assert said.endswith("not ‘colour’.")
