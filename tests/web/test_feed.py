"""Feeds: the rules of RFC 4287, ids that stay, dates, odd characters, conditional requests."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dragoman.indexer import sync
from dragoman.web import create_app

ATOM = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MOST_ONE = ("id", "title", "updated", "published", "summary", "content", "rights", "source")
ODD = [
    {"id": "year", "title": "Year", "text": "rye", "date": "1999"},
    {"id": "month", "title": "Month", "text": "rye", "date": "1999-03"},
    {"id": "day", "title": "Day", "text": "rye", "date": "1999-03-04"},
    {"id": "minute", "title": "Minute", "text": "rye", "date": "1999-03-04T10:32+03:00"},
    {"id": "no zone", "title": "No zone", "text": "rye", "date": "1999-03-04T09:00"},
    {"id": "undated", "title": "", "text": "rye", "lang": "not a language"},
    {"id": "con\u0001trol", "title": "A\u0000B\u000bC\ufffe", "text": "rye \u0007 bell"},
    {"id": "sur\ud800rogate", "title": "One\ud83d half", "text": "rye \udc00 end",
     "topics": ["\ud801"]},
    {"id": "marks", "title": "<b>&amp; \"'", "text": "rye ]]> & <x>", "speaker": "A & B",
     "source": "]]>", "url": "https://example.org/a b?c=\"<>&d=é"},
]  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client over documents with odd dates and characters."""
    texts = tmp_path_factory.mktemp("odd")
    (texts / "odd.jsonl").write_text("".join(json.dumps(each) + "\n" for each in ODD), "utf-8")
    (texts / "names.jsonl").write_text("", "utf-8")
    sync([texts], index_dir=texts / "index", jobs=1)
    app = create_app({"INDEX_DIR": texts / "index", "TESTING": True})
    yield app.test_client()
    app.extensions["searcher"].close()


def feed_of(client: FlaskClient, url: str) -> etree._Element:
    """A feed that keeps the rules."""
    response = client.get(url)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/atom+xml"
    feed = etree.fromstring(response.data)
    check(feed)
    return feed


def check(feed: etree._Element) -> None:
    """The rules of RFC 4287 for feeds and entries, §4.1.1, §4.1.2, §4.2."""
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    for element in (feed, *entries_of(feed)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", ATOM)) == 1, name
        for name in MOST_ONE:
            assert len(element.findall(f"a:{name}", ATOM)) <= 1, name
        assert urlsplit(text_of(element, "id")).scheme == "urn"
        for date in element.xpath("a:updated|a:published", namespaces=ATOM):
            assert RFC_3339.fullmatch(date.text)
            datetime.fromisoformat(date.text)
        for author in element.findall("a:author", ATOM):
            assert text_of(author, "name")
        alternates = element.xpath("a:link[@rel='alternate']", namespaces=ATOM)
        kinds = [(link.get("type"), link.get("hreflang")) for link in alternates]
        assert len(kinds) == len(set(kinds)) == 1  # without content one must be there
        for link in element.findall("a:link", ATOM):
            assert re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", link.get("href"))
        for category in element.findall("a:category", ATOM):
            assert category.get("term")
    assert feed.findall("a:author", ATOM)  # else every entry needs one
    assert len(feed.xpath("a:link[@rel='self']", namespaces=ATOM)) == 1
    ids = [text_of(entry, "id") for entry in entries_of(feed)]
    assert len(ids) == len(set(ids))
    known = "id title updated published author category link summary generator entry".split()
    for element in feed.iter(f"{{{ATOM['a']}}}*"):
        if element.getparent() in (feed, *entries_of(feed)):
            assert etree.QName(element).localname in known


def entries_of(feed: etree._Element) -> list[etree._Element]:
    return feed.findall("a:entry", ATOM)  # type: ignore[no-any-return]


def text_of(element: etree._Element, name: str) -> str:
    return element.findtext(f"a:{name}", namespaces=ATOM) or ""


def link_of(element: etree._Element, rel: str) -> str:
    (link,) = element.xpath(f"a:link[@rel='{rel}']", namespaces=ATOM)
    return str(link.get("href"))


def titles(feed: etree._Element) -> list[str]:
    return [text_of(entry, "title") for entry in entries_of(feed)]


def test_a_feed_holds_the_newest_documents_of_a_search(client: FlaskClient) -> None:
    feed = feed_of(client, "/feed?q=grain&sort=oldest")
    assert titles(feed) == [f"Letter {n}" for n in range(25, 5, -1)]
    assert feed.findtext("o:totalResults", namespaces=ATOM) == "25"
    second = feed_of(client, link_of(feed, "next"))
    assert titles(second) == [f"Letter {n}" for n in range(5, 0, -1)]
    assert text_of(second, "id") == text_of(feed, "id")
    assert link_of(second, "previous") == link_of(feed, "first")
    assert text_of(feed, "updated") == "2025-05-01T00:00:00Z"
    assert titles(feed_of(client, "/feed?q=grain&page_size=10")) == [
        f"Letter {n}" for n in range(25, 15, -1)
    ]
    assert "page_size=10" in link_of(feed_of(client, "/feed?q=grain&page_size=10"), "self")


def test_an_entry_tells_what_is_known_of_its_document(client: FlaskClient) -> None:
    (entry,) = entries_of(feed_of(client, "/feed?q=oil+sanctions&lang=en"))
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "Anna Petrova"
    assert text_of(entry, "updated") == text_of(entry, "published") == "2021-06-22T00:00:00Z"
    summary = "The sanctions touch oil. A third paragraph ends the text."
    assert text_of(entry, "summary") == summary  # two paragraphs in one line
    assert link_of(entry, "via") == "https://example.org/oil?a=1&b=2"
    page = client.get(link_of(entry, "alternate"))
    assert page.status_code == 200
    assert "<mark>Sanctions</mark>" in page.text
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    (unsafe,) = entries_of(feed_of(client, "/feed?q=truce"))
    assert not unsafe.xpath("a:link[@rel='via']", namespaces=ATOM)  # javascript:


def test_links_of_a_feed_lead_to_itself_and_to_its_page(client: FlaskClient) -> None:
    feed = feed_of(client, "/feed?q=grain&year=2009&match=any")
    assert link_of(feed, "self") == "http://localhost/feed?q=grain&year=2009&match=any"
    assert titles(feed_of(client, link_of(feed, "self"))) == ["Letter 9"]
    alternate = link_of(feed, "alternate")
    assert alternate == "http://localhost/search?q=grain&year=2009&sort=newest&match=any"
    page = client.get(alternate).text
    for shown in re.findall(
        r'(?:application/atom\+xml" title="grain"|class="feed") href="(.*?)"', page
    ):
        assert shown.replace("&amp;", "&") == "/feed?q=grain&year=2009&match=any"
    assert page.count("/feed?q=grain") == 2


def test_ids_stay_whatever_the_host_the_page_and_the_query(client: FlaskClient) -> None:
    first = feed_of(client, "/feed?q=grain&year=2009&year=2008")
    again = feed_of(client, "/feed?year=2008&year=2009&q=grain&page_size=1&sort=title&explain=1")
    assert text_of(first, "id") == text_of(again, "id")
    moved = client.get("/feed?q=letter", base_url="https://texts.example/app/")
    other = etree.fromstring(moved.data)
    letter = {text_of(entry, "title"): text_of(entry, "id") for entry in entries_of(other)}
    assert letter["Letter 9"] == text_of(entries_of(first)[0], "id")
    assert text_of(other, "id") != text_of(first, "id")
    assert link_of(other, "self") == "https://texts.example/app/feed?q=letter"


def test_dates_are_the_first_moment_of_what_is_known(odd: FlaskClient) -> None:
    feed = feed_of(odd, "/feed?q=")
    dates = {text_of(e, "title"): (text_of(e, "updated"), text_of(e, "published"))
             for e in entries_of(feed)}  # fmt: skip
    assert {title: dates[title][0] for title in ("Year", "Month", "Day", "Minute", "No zone")} == {
        "Year": "1999-01-01T00:00:00Z",
        "Month": "1999-03-01T00:00:00Z",
        "Day": "1999-03-04T00:00:00Z",
        "Minute": "1999-03-04T10:32:00+03:00",
        "No zone": "1999-03-04T09:00:00Z",
    }
    assert dates["undated"] == ("1970-01-01T00:00:00Z", "")
    assert text_of(feed, "updated") == "1999-03-04T09:00:00Z"  # 10:32 in Moscow was 07:32


def test_what_xml_forbids_is_replaced_and_all_else_kept(odd: FlaskClient) -> None:
    feed = feed_of(odd, "/feed?q=rye")
    found = {text_of(entry, "title"): entry for entry in entries_of(feed)}
    assert len(found) == len(ODD)
    assert "One\ufffd half" in found
    marks = found["<b>&amp; \"'"]
    assert text_of(marks, "summary") == "rye ]]> & <x>"
    assert marks.findtext("a:author/a:name", namespaces=ATOM) == "A & B"
    assert link_of(marks, "via") == "https://example.org/a%20b?c=%22%3C%3E&d=%C3%A9"


def test_a_feed_of_nothing_and_one_of_odd_queries_keep_the_rules(odd: FlaskClient) -> None:
    for text in ("xylophone", "<&>\"'", "a\x01b", "\ud800", "]]>"):
        asked = quote(text, errors="surrogatepass")
        feed = feed_of(odd, f"/feed?q={asked}&topic={asked}")
        assert entries_of(feed) == []
        assert text_of(feed, "updated") == "1970-01-01T00:00:00Z"


def test_an_unchanged_feed_is_not_sent_again(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "one.txt").write_text("Grain is sold.", "utf-8")
    sync([texts], index_dir=tmp_path / "index", jobs=1)
    app = create_app({"INDEX_DIR": tmp_path / "index", "TESTING": True})
    client = app.test_client()
    tag = client.get("/feed?q=grain").headers["ETag"]
    unchanged = client.get("/feed?q=grain", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == tag
    assert client.get("/feed?q=rye", headers={"If-None-Match": tag}).status_code == 200
    (texts / "two.txt").write_text("More grain is sold.", "utf-8")
    sync([texts], index_dir=tmp_path / "index", jobs=1)
    newer = client.get("/feed?q=grain", headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert len(entries_of(etree.fromstring(newer.data))) == 2
    app.extensions["searcher"].close()


@pytest.mark.parametrize("params", ["q=%22a%22~999", "q=oil&page=0", "date=someday", "sort=best"])
def test_a_feed_that_cannot_be_is_a_bad_request(client: FlaskClient, params: str) -> None:
    assert client.get(f"/feed?{params}").status_code == 400


def test_a_browser_is_offered_completions_of_the_last_word(client: FlaskClient) -> None:
    answer = client.get("/suggest?q=oil+-sanc")
    assert answer.content_type == "application/x-suggestions+json"
    assert json.loads(answer.text) == ["oil -sanc", ["oil -sanctions"]]
    assert json.loads(client.get("/suggest?q=oil+(sanc").text) == ["oil (sanc", ["oil (sanctions"]]
    assert json.loads(client.get("/suggest?q=oil+").text) == ["oil ", []]
    assert json.loads(client.get("/suggest").text) == ["", []]
    description = etree.fromstring(client.get("/opensearch.xml").data)
    urls = {url.get("type"): url.get("template") for url in description.iter("{*}Url")}
    assert urls["application/x-suggestions+json"] == "http://localhost/suggest?q={searchTerms}"
    asked = urls["application/atom+xml"].replace("{searchTerms}", "grain")
    assert len(entries_of(feed_of(client, asked.replace("{startPage?}", "2")))) == 5


@given(st.text(max_size=30), st.text(st.characters(codec=None), max_size=10))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_search_has_a_feed_that_keeps_the_rules_or_is_no_query(
    odd: FlaskClient, text: str, topic: str
) -> None:
    url = "/feed?" + urlencode({"q": text, "topic": topic}, errors="surrogatepass")
    if odd.get(url).status_code != 400:
        feed_of(odd, url)
