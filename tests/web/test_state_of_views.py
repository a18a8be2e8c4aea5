"""The state of a page in its address: kept by forms and from view to view, changed by controls."""

from collections import Counter
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

COMMON = [
    ("lang", "en"), ("lang", "ru"), ("source", "Ministry"), ("source", "Archive 7"),
    ("year", "2007"), ("year", "2021"), ("date", "2001.."), ("match", "any"), ("group", "none"),
    ("strict", "1"),
]  # fmt: skip
OF_HITS = [("hits_sort", "newest"), ("hits_page_size", "20")]
VIEWS = {
    "/search": [("q", "grain OR sanctions"), ("sort", "newest"), ("page_size", "20")],
    "/kwic": [("q", "grain OR sanctions"), ("window", "4"), ("sort", "left"), ("depth", "2"),
              ("sample", "9"), ("seed", "3"), ("page_size", "50"), *OF_HITS],
    "/trends": [("q", "grain"), ("q", "sanctions"), ("by", "month"), ("per", "documents"),
                *OF_HITS],
    "/collocations": [("q", "grain OR sanctions"), ("span", "sentence"), ("measure", "npmi"),
                      ("top", "20"), ("sort", "word"), *OF_HITS],
    "/keyness": [("q", "grain OR sanctions"), ("against", "oil"), ("top", "20"),
                 ("sort", "ratio"), *OF_HITS],
}  # fmt: skip


def tree_of(client: FlaskClient, url: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(url)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def address(path: str, params: list[tuple[str, str]]) -> str:
    return path + "?" + "&".join(f"{name}={quote(value)}" for name, value in params)


def params_of(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def sent(tree: html.HtmlElement, form_id: str) -> list[tuple[str, str]]:
    """What a browser sends for a form: its own fields and those that name it."""
    fields = tree.xpath(f"//form[@id='{form_id}']//*[@name] | //*[@form='{form_id}'][@name]")
    found = []
    for field in fields:
        if field.tag == "select":
            chosen = field.xpath("./option[@selected]") or field.xpath("./option")
            found.append((field.get("name"), chosen[0].get("value", chosen[0].text)))
        else:
            found.append((field.get("name"), field.get("value", "")))
    return found


def said(params: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Parameters that say something: of those in a form, fields left empty or at 0 do not."""
    return Counter((name, value) for name, value in params if value not in ("", "0"))


@pytest.mark.parametrize("path", VIEWS)
def test_a_form_sends_all_that_its_page_was_asked_for(client: FlaskClient, path: str) -> None:
    given = [*VIEWS[path], *COMMON]
    assert not said(given) - said(sent(tree_of(client, address(path, given)), "search"))


@pytest.mark.parametrize("path", [path for path in VIEWS if path != "/search"])
def test_so_does_the_form_of_a_view_that_cannot_answer(client: FlaskClient, path: str) -> None:
    name, good, bad = {
        "/kwic": ("window", "4", "900"), "/trends": ("by", "month", "week"),
    }.get(path, ("top", "20", "many"))  # fmt: skip
    given = [*VIEWS[path], *COMMON]
    given.remove((name, good))
    tree = tree_of(client, address(path, [*given, (name, bad)]), 400)
    assert not said(given) - said(sent(tree, "search"))


@pytest.mark.parametrize("path", [path for path in VIEWS if path != "/search"])
def test_views_keep_the_order_and_page_size_of_the_results(client: FlaskClient, path: str) -> None:
    results = tree_of(client, address("/search", [*VIEWS["/search"], *COMMON]))
    there = results.xpath(f"//nav[@class='views']//a[starts-with(@href, '{path}')]/@href")[0]
    view = tree_of(client, there)
    back = view.xpath("//nav[@class='views']//a[starts-with(@href, '/search')]/@href")[0]
    assert sorted(params_of(back)) == sorted([*VIEWS["/search"], *COMMON])
    # By way of another view, too; and by the view's form.
    other = "/kwic" if path != "/kwic" else "/keyness"
    through = view.xpath(f"//nav[@class='views']//a[starts-with(@href, '{other}')]/@href")[0]
    assert not Counter(OF_HITS) - Counter(params_of(through))
    assert not Counter(OF_HITS) - Counter(sent(view, "search"))


@pytest.mark.parametrize("name", ["hits_sort", "hits_page_size"])
def test_an_order_of_results_that_is_none_is_an_error(client: FlaskClient, name: str) -> None:
    tree = tree_of(client, f"/kwic?q=grain&{name}=left", 400)
    assert "left" in tree.cssselect("#problem")[0].text_content()


# Pages


def sizes(tree: html.HtmlElement) -> dict[str, str]:
    return {a.text_content(): a.get("href") for a in tree.cssselect(".sizes a")}


def test_a_page_size_keeps_what_was_first_on_the_page(client: FlaskClient) -> None:
    # 25 letters; page 2 of 10 begins with number 11, which stands on page 1 of 20.
    tree = tree_of(client, "/search?q=grain&lang=en&sort=oldest&page=2")
    assert [*sizes(tree)] == ["10", "20", "50", "100"]
    assert tree.cssselect(".sizes [aria-current]")[0].text_content() == "10"
    twenty = sizes(tree)["20"]
    assert params_of(twenty) == [
        ("q", "grain"), ("lang", "en"), ("sort", "oldest"), ("page_size", "20"),
    ]  # fmt: skip
    tree = tree_of(client, twenty)
    assert len(tree.cssselect("article.hit")) == 20
    # It is kept through pages, facets, chips and the years.
    links = tree.xpath("//nav[@class='pages']//a/@href | //*[@class='facet']//a/@href")
    links += tree.xpath("//*[@class='chips']//a/@href | //*[@class='years']//a/@href")
    assert len(links) > 30
    assert all(("page_size", "20") in params_of(link) for link in links)
    # From page 2 of 20, number 21 stands on page 3 of 10.
    assert ("page", "3") in params_of(sizes(tree_of(client, twenty + "&page=2"))["10"])


def test_no_size_is_offered_where_all_fit_and_an_unusual_one_is_named(client: FlaskClient) -> None:
    assert not sizes(tree_of(client, "/search?q=sanctions"))
    tree = tree_of(client, "/search?q=grain&page_size=7")
    assert [*sizes(tree)] == ["7", "10", "20", "50", "100"]
    assert tree.cssselect(".sizes [aria-current]")[0].text_content() == "7"


def test_a_concordance_has_pages_of_its_own_size(client: FlaskClient) -> None:
    # 25 lines by 10: number 11 stands on page 1 of 50.
    tree = tree_of(client, "/kwic?q=grain&page_size=10&page=2&sort=right&hits_page_size=50")
    assert [*sizes(tree)] == ["10", "50", "100", "200"]
    assert params_of(sizes(tree)["200"]) == [
        ("q", "grain"), ("hits_page_size", "50"), ("sort", "right"),
    ]  # fmt: skip
    assert len(tree.cssselect(".lines tbody tr")) == 10


# Years


def test_two_years_become_a_range_of_dates(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=grain&page=2&page_size=5&year=2007&sort=title")
    form = tree.cssselect(".years form")[0]
    fields = [(each.get("name"), each.get("value")) for each in form.cssselect("input")]
    assert fields == [("q", "grain"), ("sort", "title"), ("page_size", "5")]
    for years in ("from=2005&to=2010", "from=2010&to=2005"):
        answer = client.get(f"/search?q=grain&sort=title&page_size=5&{years}")
        assert answer.status_code == 303
        assert params_of(answer.location) == [
            ("q", "grain"), ("date", "2005..2010"), ("sort", "title"), ("page_size", "5"),
        ]  # fmt: skip
    assert params_of(client.get("/search?q=grain&from=2005&to=").location)[1] == ("date", "2005..")
    assert params_of(client.get("/search?q=grain&from=&to=2005").location)[1] == ("date", "..2005")
    assert params_of(client.get("/search?q=grain&from=&to=&date=2001").location) == [("q", "grain")]
    tree_of(client, "/search?q=grain&from=long+ago", 400)


def test_a_chosen_range_is_darker_among_all_years(client: FlaskClient) -> None:
    tree = tree_of(client, "/search?q=grain&date=2005..2010")
    bars = tree.cssselect(".years a")
    assert [bar.get("data-year") for bar in bars] == [str(year) for year in range(2001, 2026)]
    chosen = [bar.get("data-year") for bar in bars if bar.get("class") == "chosen"]
    assert chosen == ["2005", "2006", "2007", "2008", "2009", "2010"]
    shown = [
        select.xpath("./option[@selected]")[0].text for select in tree.cssselect(".years select")
    ]
    assert shown == ["2005", "2010"]
    # Within it or not, a year that is clicked takes the place of the range.
    assert params_of(bars[0].get("href")) == [("q", "grain"), ("year", "2001")]
    assert params_of(bars[6].get("href")) == [("q", "grain"), ("year", "2007")]


def test_a_year_joins_years_that_are_chosen_and_is_let_go_again(client: FlaskClient) -> None:
    bars = tree_of(client, "/search?q=grain&year=2007").cssselect(".years a")
    assert params_of(bars[7].get("href"))[1:] == [("year", "2007"), ("year", "2008")]
    assert params_of(bars[6].get("href")) == [("q", "grain")]


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [(">2022", "2023", "2025"), ("..2002", "2001", "2002"), ("2003-05..2004-02", "2003", "2004")],
)
def test_open_ranges_and_months_are_drawn_by_the_years_they_touch(
    client: FlaskClient, dates: str, first: str, last: str
) -> None:
    tree = tree_of(client, f"/search?q=grain&date={quote(dates)}")
    chosen = [bar.get("data-year") for bar in tree.cssselect(".years .chosen")]
    assert (chosen[0], chosen[-1]) == (first, last)
