"""Concordance, trends, collocations and keywords, as a browser without scripts receives them."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.indexer import sync
from dragoman.search import Query, Searcher
from dragoman.search.whoosh_engine import WhooshEngine
from dragoman.web import create_app
from dragoman.web.kwic_lines import LONG_MATCH

VIEWS = ("/kwic", "/trends", "/collocations", "/keyness")


def tree_of(client: FlaskClient, url: str, status: int = 200) -> html.HtmlElement:
    response = client.get(url)
    assert response.status_code == status, response.text
    return html.fromstring(response.text)


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def params_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def link_of(tree: html.HtmlElement, text: str) -> str:
    found = [a for a in tree.cssselect("a") if words_of(a) == text]
    assert found, text
    return str(found[0].get("href"))


def count_at(client: FlaskClient, url: str) -> str:
    """What a page of results says of the number of its documents."""
    tree = tree_of(client, url)
    counts = tree.cssselect(".counts strong")
    return words_of(counts[0]).split()[0]


def lines_of(tree: html.HtmlElement) -> list[list[str]]:
    return [[words_of(cell) for cell in row] for row in tree.cssselect(".lines tbody tr")]


# Every view


def test_the_help_leads_to_each_view_and_finds_something(seeds_client: FlaskClient) -> None:
    links = tree_of(seeds_client, "/help").xpath("//h2[@id='views']/following::ul[1]//a/@href")
    assert [urlsplit(link).path for link in links] == list(VIEWS)
    for link in links:
        assert not tree_of(seeds_client, link).cssselect(".nothing"), link


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_view_asks_for_a_query_and_holds_its_form(client: FlaskClient, view: str) -> None:
    tree = tree_of(client, view)
    assert "above" in words_of(tree.cssselect(".nothing")[0])
    assert tree.cssselect("form#search")[0].get("action") == view
    assert tree.cssselect(".fold[open] [form=search]")


@pytest.mark.parametrize("view", VIEWS)
def test_views_lead_to_each_other_with_the_query_and_its_filters(
    client: FlaskClient, view: str
) -> None:
    there = {"q": ["sanctions OR oil"], "lang": ["en"], "date": ["2000..2022"], "match": ["any"]}
    asked = "q=sanctions+OR+oil&lang=en&date=2000..2022&match=any"
    from_results = tree_of(client, f"/search?{asked}").cssselect(".views a")
    assert [urlsplit(a.get("href")).path for a in from_results] == ["/search", *VIEWS]
    tree = tree_of(client, f"{view}?{asked}")
    links = tree.cssselect(".views a")
    assert [urlsplit(a.get("href")).path for a in links] == ["/search", *VIEWS]
    assert [urlsplit(a.get("href")).path for a in links if a.get("aria-current")] == [view]
    for link in (*from_results, *links):
        assert params_of(link.get("href")) == there
    assert [words_of(chip) for chip in tree.cssselect(".chips li a")] == [
        "Remove the filter Language: English ×", "Remove the filter Date: 2000–2022 ×",
    ]  # fmt: skip
    # The form keeps what it does not show, and shows the rest.
    sent = {e.get("name") for e in tree.xpath("//*[@form='search' or ancestor::form][@name]")}
    assert {"q", "lang", "date", "match"} <= sent
    removed = params_of(tree.cssselect(".chips li a")[0].get("href"))
    assert removed == {name: values for name, values in there.items() if name != "lang"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/kwic?q=oil&sort=middle", "sort must be one of date, left, right, not ‘middle’"),
        ("/kwic?q=oil&window=99", "window must be from 1 to 50, not 99"),
        ("/kwic?q=oil&sample=many", "sample is ‘many’: use a whole number"),
        ("/kwic?q=oil&page=0", "pages are numbered from 1"),
        ("/kwic?q=oil&date=someday", "someday"),
        ("/trends?q=oil&by=century", "by must be one of year, quarter, month, not ‘century’"),
        ("/trends?q=oil&q=gas&split=lang", "split takes one query"),
        ("/trends?" + "q=oil&" * 50, "50 queries: at most 8 are counted side by side"),
        ("/trends.csv", "no query: write at least one"),
        ("/collocations?q=oil&measure=luck", "measure must be one of"),
        ("/collocations?q=oil&sort=luck", "sort must be one of word, together, overall"),
        ("/keyness?q=oil&top=0", "top must be from 1 to 1000, not 0"),
        ("/keyness?q=oil&against=xylophone", "no texts on the side of ‘xylophone’"),
    ],
)
def test_what_can_not_be_used_is_named_and_the_form_is_refilled(
    client: FlaskClient, url: str, said: str
) -> None:
    tree = tree_of(client, url, 400)
    assert said.casefold() in words_of(tree.cssselect("[role=alert]")[0]).casefold()
    path = urlsplit(url).path.removesuffix(".csv")
    assert tree.cssselect("form#search")[0].get("action") == path
    assert tree.cssselect(".settings [form=search]")
    if "q=" in url:
        assert tree.cssselect("#q")[0].get("value") == "oil"


@pytest.mark.parametrize("view", VIEWS)
def test_a_query_that_can_not_be_read_has_its_place_marked(client: FlaskClient, view: str) -> None:
    tree = tree_of(client, f"{view}?q={quote('oil (a AND b) w/5 c')}", 400)
    assert words_of(tree.cssselect(".typed .wrong")[0]) == "(a AND b)"
    assert tree.cssselect("#q")[0].get("aria-invalid") == "true"


def test_of_several_queries_the_one_that_can_not_be_read_is_marked(client: FlaskClient) -> None:
    tree = tree_of(client, f"/trends?q=oil&q={quote('(a AND b) w/5 c')}&q=gas", 400)
    values = [field.get("value") for field in tree.cssselect("[name=q]")]
    assert values[:4] == ["oil", "(a AND b) w/5 c", "gas", ""]
    assert [f.get("id") for f in tree.cssselect("[name=q][aria-invalid]")] == ["q2"]


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_found_offers_the_search_without_filters(client: FlaskClient, view: str) -> None:
    tree = tree_of(client, f"{view}?q=oil&lang=ru")
    nothing = tree.cssselect(".nothing")[0]
    addresses = [params_of(a.get("href")) for a in nothing.cssselect("a")]
    assert {"q": ["oil"]} in addresses
    assert {"q": ["oil"], "lang": ["ru"]} in addresses


@pytest.mark.parametrize(
    "url",
    [
        "/kwic?q=sanctions+OR+grain&sort=left", "/trends?q=grain&q=sanctions", "/keyness?q=grain",
        "/collocations?q=grain",
    ],
)  # fmt: skip
def test_a_view_holds_nothing_inline_and_no_id_twice(client: FlaskClient, url: str) -> None:
    tree = tree_of(client, url)
    assert not tree.xpath("//@style | //style | //@onclick | //script[not(@src)]")
    assert len({e.get("id") for e in tree.cssselect("[id]")}) == len(tree.cssselect("[id]"))
    assert len(tree.cssselect("h1")) == 1


# Concordance


def test_a_line_shows_its_context_date_and_speaker_and_opens_its_paragraph(
    client: FlaskClient,
) -> None:
    tree = tree_of(client, "/kwic?q=sanctions")
    assert words_of(tree.cssselect(".counts")[0]) == (
        "2 occurrences in 1 document; 1 more in titles, which have no line · Lines as CSV"
    )
    assert lines_of(tree) == [
        ["22 June 2021", "paragraph speaks of harbours <b>& ships</b> only.", "Sanctions",
         "were announced. The sanctions touch oil. A third", "Anna Petrova"],
        ["22 June 2021", "b>& ships</b> only. Sanctions were announced. The", "sanctions",
         "touch oil. A third paragraph ends the text", "Anna Petrova"],
    ]  # fmt: skip
    address = urlsplit(tree.cssselect(".lines td a")[0].get("href"))
    assert (address.path, parse_qs(address.query)) == ("/document/oil.md", {"q": ["sanctions"]})
    document = tree_of(client, tree.cssselect(".lines td a")[0].get("href"))
    marks = document.cssselect(f"#{address.fragment} mark")
    assert [words_of(mark) for mark in marks] == ["Sanctions", "sanctions"]
    heads = tree.cssselect(".lines thead th")
    assert [head.get("scope") for head in heads] == ["col"] * 5
    assert tree.cssselect(".lines caption")


def test_the_words_that_an_order_goes_by_are_underlined(client: FlaskClient) -> None:
    tree = tree_of(client, "/kwic?q=sanctions&sort=right&depth=2")
    assert [words_of(u) for u in tree.cssselect(".lines u")] == ["touch oil", "were announced"]
    assert [line[2] for line in lines_of(tree)] == ["sanctions", "Sanctions"]
    left = tree_of(client, "/kwic?q=sanctions&sort=left&depth=1")
    assert [words_of(u) for u in left.cssselect(".lines u")] == ["only", "The"]
    assert left.cssselect("th[aria-sort]")[0].get("class") == "before"
    # A window narrower than the depth shows, and underlines, fewer words.
    narrow = tree_of(client, "/kwic?q=sanctions&sort=right&depth=3&window=1")
    assert [words_of(u) for u in narrow.cssselect(".lines u")] == ["touch", "were"]


def test_heads_are_links_that_sort_and_keep_the_rest(client: FlaskClient) -> None:
    tree = tree_of(client, "/kwic?q=sanctions&lang=en&window=4&sample=5&seed=3&page_size=1&page=2")
    kept = {"q": ["sanctions"], "lang": ["en"], "window": ["4"], "sample": ["5"], "seed": ["3"],
            "page_size": ["1"]}  # fmt: skip
    by_left = link_of(tree, "Words before")
    assert params_of(by_left) == {**kept, "sort": ["left"]}
    sorted_tree = tree_of(client, by_left)
    assert params_of(link_of(sorted_tree, "2")) == {**kept, "sort": ["left"], "depth": ["2"]}
    assert params_of(link_of(sorted_tree, "Date")) == kept


def test_the_lines_of_all_pages_are_all_lines(client: FlaskClient) -> None:
    every = lines_of(tree_of(client, "/kwic?q=grain"))
    assert len(every) == 25
    found, tree = [], tree_of(client, "/kwic?q=grain&page_size=10")
    while True:
        found += lines_of(tree)
        following = tree.cssselect('.pages a[rel="next"]')
        if not following:
            break
        tree = tree_of(client, following[0].get("href"))
    assert found == every
    beyond = tree_of(client, "/kwic?q=grain&page_size=10&page=9")
    assert "There is no page 9" in words_of(beyond.cssselect(".nothing")[0])
    assert params_of(beyond.cssselect(".nothing a")[0].get("href"))["page"] == ["3"]


def test_a_sample_is_drawn_by_its_number_and_says_so(client: FlaskClient) -> None:
    drawn = tree_of(client, "/kwic?q=grain&sample=5&seed=1")
    assert len(lines_of(drawn)) == 5
    assert "Drawn at random: 5 lines, draw number 1." in words_of(drawn.cssselect(".counts")[0])
    assert lines_of(tree_of(client, "/kwic?q=grain&sample=5&seed=1")) == lines_of(drawn)
    other = tree_of(client, link_of(drawn, "Draw others"))
    assert lines_of(other) != lines_of(drawn)
    whole = tree_of(client, "/kwic?q=grain&sample=999")
    assert len(lines_of(whole)) == 25
    assert "All of them are shown" in words_of(whole.cssselect(".counts")[0])


def test_a_facet_narrows_the_lines(client: FlaskClient) -> None:
    tree = tree_of(client, "/kwic?q=sanctions+OR+grain&sort=right")
    chosen = link_of(tree, "Anna Petrova")
    assert params_of(chosen) == {
        "q": ["sanctions OR grain"], "speaker": ["Anna Petrova"], "sort": ["right"],
    }  # fmt: skip
    assert {line[-1] for line in lines_of(tree_of(client, chosen))} == {"Anna Petrova"}


def test_only_titles_match_and_the_page_says_it(client: FlaskClient) -> None:
    nothing = tree_of(client, "/kwic?q=truce").cssselect(".nothing")[0]
    assert words_of(nothing) == "It stands in titles only. See the documents"


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A transcript, dates of three precisions, and a query that looks like a formula."""
    folder = tmp_path_factory.mktemp("talks")
    records = [
        {"id": "talk", "title": "Talk", "lang": "en", "date": "2020-02-03", "text":
         "Vladimir Putin: Grain is cheap.\n\nQuestion: Is grain dear?\n\n"
         "Vladimir Putin: Grain and oil are dear."},
        {"id": "year", "title": "A year", "lang": "en", "date": "2020", "text": "Grain in ships."},
        {"id": "later", "title": "Later", "lang": "en", "date": "2022-08", "text": "No grain."},
        {"id": "none", "title": "None", "lang": "en", "text": "Undated grain and nothing else."},
        {"id": "long", "title": "Long", "lang": "en", "date": "2022-09-01",
         "text": f"Iron {'very ' * 20}old steel."},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, records))
    (folder / "talks.jsonl").write_text(lines, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    sync([folder], index_dir=made, jobs=1)
    return create_app({"INDEX_DIR": made, "TESTING": True}).test_client()


def test_a_voice_leads_to_what_it_says(talks: FlaskClient) -> None:
    tree = tree_of(talks, "/kwic?q=grain&sort=right")
    assert [line[-1] for line in lines_of(tree)].count("Vladimir Putin") == 2
    said = link_of(tree, "Vladimir Putin")
    assert params_of(said) == {"q": ['said:("Vladimir Putin" (grain))'], "sort": ["right"]}
    assert [line[-1] for line in lines_of(tree_of(talks, said))] == ["Vladimir Putin"] * 2


def test_wide_windows_are_set_as_running_text_and_long_matches_may_break(
    talks: FlaskClient,
) -> None:
    tree = tree_of(talks, f"/kwic?q={quote('iron w/30 steel')}&window=11")
    assert "running" in tree.cssselect(".lines")[0].get("class").split()
    assert len(lines_of(tree)[0][2]) >= LONG_MATCH
    assert tree.cssselect(".lines a.wide")


# Trends


def test_a_series_has_a_point_for_each_year_that_leads_to_its_documents(
    talks: FlaskClient,
) -> None:
    tree = tree_of(talks, "/trends?q=grain")
    points = tree.cssselect(".series a")
    # 2020: talk and year, 3 + 1 occurrences in 17 + 5 words; 2021: nothing; 2022: 1 in 27.
    assert [words_of(point.cssselect("title")[0]) for point in points] == [
        "grain, 2020: 181,818 (4 occurrences in 2 of 2 documents)",
        "grain, 2022: 37,037 (1 occurrence in 1 of 2 documents)",
    ]
    assert [count_at(talks, point.get("href")) for point in points] == ["2", "1"]
    assert len(tree.cssselect('.base [fill="url(#hatch)"]')) == 1
    rows = [[words_of(cell) for cell in row] for row in tree.cssselect(".numbers tbody tr")]
    assert rows == [
        ["2020", "2", "181,818", "4", "2"],
        ["2021", "none", "– no documents in this period"],
        ["2022", "2", "37,037", "1", "1"],
    ]
    counts = words_of(tree.cssselect(".counts")[0])
    assert counts == (
        "grain: 4 documents, 1 of them without a date that names one year, and not counted below"
    )


def test_a_month_leads_to_its_documents_under_a_filter_of_dates_too(talks: FlaskClient) -> None:
    plain = tree_of(talks, "/trends?q=grain&by=month").cssselect(".series a")
    assert params_of(plain[-1].get("href")) == {"q": ["grain"], "date": ["2022-08"]}
    assert count_at(talks, plain[-1].get("href")) == "1"
    quarter = tree_of(talks, "/trends?q=grain&by=quarter").cssselect(".series a")
    assert params_of(quarter[-1].get("href"))["date"] == ["2022-07..2022-09"]
    dated = tree_of(talks, "/trends?q=grain&by=month&date=2020..2022").cssselect(".series a")
    assert params_of(dated[-1].get("href")) == {
        "q": ["(grain) date:2022-08"], "date": ["2020..2022"],
    }  # fmt: skip
    assert count_at(talks, dated[-1].get("href")) == "1"


def test_zero_is_zero_and_has_no_link(talks: FlaskClient) -> None:
    tree = tree_of(talks, "/trends?q=steel&per=none")
    rows = [[words_of(cell) for cell in row] for row in tree.cssselect(".numbers tbody tr")]
    assert rows[0] == ["2020", "2", "0", "0"]
    assert len(tree.cssselect(".series a")) == 1
    assert len(tree.cssselect(".series .zero")) == 1


def test_queries_are_drawn_side_by_side_each_with_its_name_and_dashes(client: FlaskClient) -> None:
    tree = tree_of(client, "/trends?q=grain&q=sanctions&q=&q=ceasefire")
    assert [words_of(name.cssselect("text")[0]) for name in tree.cssselect(".series")] == [
        "graingrain", "sanctionssanctions", "ceasefireceasefire",  # title and text
    ]  # fmt: skip
    assert [group.get("class") for group in tree.cssselect(".series")] == [
        "series s1", "series s2", "series s3",
    ]  # fmt: skip
    assert [f.get("value") for f in tree.cssselect("[name=q]")] == [
        "grain", "sanctions", "ceasefire", *[""] * 5,
    ]  # fmt: skip


def test_a_split_has_a_series_for_each_value(client: FlaskClient) -> None:
    tree = tree_of(client, f"/trends?q={quote('sanctions OR санкции')}&split=lang")
    points = tree.cssselect(".series a")
    assert [params_of(point.get("href"))["lang"] for point in points] == [["en"], ["ru"]]
    assert [count_at(client, point.get("href")) for point in points] == ["1", "1"]


def test_without_dated_documents_the_page_says_so(client: FlaskClient) -> None:
    tree = tree_of(client, "/trends?q=rye&place=%3Ci%3E")
    assert "No document with a date fits." in words_of(tree.cssselect(".nothing")[0])


def test_the_table_is_also_a_file_without_formulas(client: FlaskClient) -> None:
    tree = tree_of(client, "/trends?q=%2Bgrain&q=%3Dsanctions&lang=en&by=quarter&per=documents")
    response = client.get(link_of(tree, "CSV"))
    assert response.content_type == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert {row["query"] for row in rows} == {"'+grain", "'=sanctions"}
    of_quarter = [row for row in rows if row["period"] == "2021-Q2"]
    # 2021-06-22 is the one document of the quarter besides a letter of 2021-05-01.
    assert [(row["documents"], row["documents_in_period"], row["rate"]) for row in of_quarter] == [
        ("1", "2", "500.0"), ("1", "2", "500.0"),
    ]  # fmt: skip


def test_a_long_table_is_divided_into_pages(client: FlaskClient) -> None:
    url = "/trends?" + "&".join(f"q={word}" for word in ("grain", "oil", "sanctions")) + "&by=month"
    tree = tree_of(client, url)
    # May 2001 to May 2025 are 289 months; 240 points a page are 80 months of three series.
    assert not tree.cssselect(".series a")
    assert len(tree.cssselect(".numbers tbody tr")) == 80
    second = tree_of(client, tree.cssselect('.pages a[rel="next"]')[0].get("href"))
    assert len(second.cssselect(".numbers tbody tr")) == 80
    last = tree_of(client, f"{url}&page=4")
    assert len(last.cssselect(".numbers tbody tr")) == 49
    beyond = tree_of(client, f"{url}&page=99")
    assert words_of(beyond.cssselect(".numbers tbody")[0]) == words_of(
        last.cssselect(".numbers tbody")[0]
    )
    leading = last.cssselect(".numbers tbody a")[-1].get("href")
    assert params_of(leading) == {"q": ["grain"], "date": ["2025-05"]}
    assert count_at(client, leading) == "1"


def test_every_line_opens_its_document_whatever_its_id_holds(client: FlaskClient) -> None:
    for query in ("grain", "rye", "barley", "санкции"):
        tree = tree_of(client, f"/kwic?q={quote(query)}")
        links = tree.cssselect(".lines td a")
        assert links
        for link in links:
            address, _, anchor = link.get("href").partition("#")
            document = tree_of(client, address)
            assert document.cssselect(f"#{anchor} mark")


# Collocations and keywords


def test_a_collocate_leads_to_the_documents_where_it_stands_near(
    seeds_client: FlaskClient,
) -> None:
    api = json.loads(seeds_client.get("/api/collocations?q=nuclear").text)["collocations"]
    tree = tree_of(seeds_client, "/collocations?q=nuclear")
    rows = tree.cssselect(".rows tbody tr")
    assert [words_of(row[0]) for row in rows] == [row["word"] for row in api]
    assert params_of(rows[0].cssselect("a")[0].get("href")) == {
        "q": [f"nuclear w/4 {api[0]['word']}"]
    }
    for row in rows[:5]:
        there = tree_of(seeds_client, row.cssselect("a")[0].get("href"))
        assert words_of(there.cssselect(".counts strong")[0]) != "0 documents"


def test_columns_sort_the_rows(seeds_client: FlaskClient) -> None:
    tree = tree_of(seeds_client, "/collocations?q=nuclear&top=20")
    by_count = tree_of(seeds_client, link_of(tree, "In all"))
    counts = [
        int(words_of(row[2]).replace(",", "")) for row in by_count.cssselect(".rows tbody tr")
    ]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == len(tree.cssselect(".rows tbody tr"))
    by_measure = link_of(by_count, "Log-likelihood")
    assert params_of(by_measure) == {"q": ["nuclear"], "measure": ["log-likelihood"], "top": ["20"]}
    keys = tree_of(seeds_client, "/keyness?q=nuclear")
    by_word = tree_of(seeds_client, link_of(keys, "Word"))
    first = by_word.cssselect(".rows")[0]
    words = [words_of(row[0]).casefold() for row in first.cssselect("tbody tr")]
    assert words == sorted(words)
    assert len(words) > 5


def test_what_can_not_stand_near_a_word_is_searched_with_it(seeds_client: FlaskClient) -> None:
    tree = tree_of(seeds_client, f"/collocations?q={quote('nuclear weapon treaty')}&span=sentence")
    links = [params_of(a.get("href"))["q"][0] for a in tree.cssselect(".rows tbody a")]
    assert links
    assert all(text.startswith("(nuclear weapon treaty) ") and "/s" not in text for text in links)
    near = tree_of(seeds_client, "/collocations?q=%22nuclear+weapon%22&span=sentence")
    assert (
        '("nuclear weapon") /s '
        in params_of(near.cssselect(".rows tbody a")[0].get("href"))["q"][0]
    )


def test_keywords_ask_the_engine_once(
    seeds_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Searcher, query: Query) -> None:
        raise AssertionError("a search beside the counting")

    asked: list[object] = []
    counted = WhooshEngine.words_of

    def count(self: WhooshEngine, *arguments: Any) -> object:
        asked.append(arguments)
        return counted(self, *arguments)

    monkeypatch.setattr(Searcher, "search", fail)
    monkeypatch.setattr(WhooshEngine, "words_of", count)
    found = tree_of(seeds_client, "/keyness?q=nuclear&lang=en")
    assert found.cssselect(".rows")
    nothing = tree_of(seeds_client, "/keyness?q=xylophone&lang=en")
    assert "Nothing fits this search." in words_of(nothing.cssselect(".nothing")[0])
    assert len(asked) == 2
    assert "Write a query above" in words_of(tree_of(seeds_client, "/keyness"))
    assert len(asked) == 2


def test_keywords_are_beside_the_rest_under_the_same_filters(seeds_client: FlaskClient) -> None:
    counts = words_of(tree_of(seeds_client, "/keyness?q=nuclear&lang=en").cssselect(".counts")[0])
    english = int(count_at(seeds_client, "/search?q=lang:en"))
    nuclear = int(count_at(seeds_client, "/search?q=nuclear&lang=en"))
    assert 0 < nuclear < english
    assert f"{nuclear} documents" in counts
    assert f"the {english - nuclear} other documents" in counts


def test_a_keyword_leads_to_its_documents(seeds_client: FlaskClient) -> None:
    tree = tree_of(seeds_client, "/keyness?q=nuclear&lang=en")
    rows = tree.cssselect(".rows")[0].cssselect("tbody tr")
    for row in rows[:5]:
        address = row.cssselect("a")[0].get("href")
        assert params_of(address)["q"] == [f"nuclear {words_of(row[0])}"]
        assert count_at(seeds_client, address) != "0"


# Size


def test_two_hundred_lines_are_less_than_a_hundred_kilobytes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (
        "Как сказал министр, ни эти санкции, ни любые другие ограничения не помогут найти "
        "выход, если за столом переговоров нет тех, кого решение касается больше всех. "
    )
    for number in range(20):
        path = tmp_path / f"заявление-{number}.md"
        head = "---\ntitle: Заявление\ndate: 2021-06-22\nlang: ru\nspeaker: Сергей Лавров\n---\n\n"
        path.write_text(head + text * 12, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    sync([tmp_path], index_dir=made, jobs=1)
    client = create_app({"INDEX_DIR": made, "TESTING": True}).test_client()
    response = client.get(f"/kwic?q={quote('санкции')}&lang=ru&date=2020..2022&sort=right")
    assert len(html.fromstring(response.text).cssselect(".lines tbody tr")) == 200
    assert len(response.data) < 100_000
