"""Results, views of a query and the reading list in a real browser, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-sync"]  # fmt: skip
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OIL, RUSSIAN, TRUCE = "oil.md", "ru/нефть и санкции.md", "truce.md"


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser, server: str) -> Iterator[Page]:
    """A page without scripts."""
    context = browser.new_context(base_url=server, viewport=DESK, java_script_enabled=False)
    yield context.new_page()
    context.close()


def params(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query)


def ids(page: Page) -> list[str]:
    return [value for name, value in params(page) if name == "id"]


def total(page: Page) -> str:
    return page.locator(".counts strong").inner_text().replace("\u00a0", " ")


def draw(page: Page, first: int, last: int) -> None:
    """Draws over the years from one to another."""
    boxes = [page.locator(f'.years [data-year="{year}"]').bounding_box() for year in (first, last)]
    (start, top), (end, _) = [(box["x"] + 3, box["y"] + 3) for box in boxes if box]
    page.mouse.move(start, top)
    page.mouse.down()
    page.mouse.move(end, top, steps=5)
    page.mouse.up()


# Results


def test_a_search_is_filtered_drawn_over_resized_and_paged_and_history_goes_back(
    page: Page,
) -> None:
    page.goto("/")
    page.keyboard.type("grain")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=grain")
    assert total(page) == "25 documents"
    page.locator("#facet-lang").get_by_text("English").click()
    page.wait_for_url("**lang=en**")
    page.get_by_label("Sort by").select_option("oldest")
    page.get_by_role("button", name="Sort").click()
    page.wait_for_url("**sort=oldest**")
    draw(page, 2003, 2022)
    page.wait_for_url("**date=2003..2022**")
    assert total(page) == "20 documents"
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2**")
    assert page.locator(".hit .rank").first.inner_text() == "11"
    page.locator(".sizes").get_by_role("link", name="20", exact=True).click()
    page.wait_for_url("**page_size=20**")
    assert page.locator("article.hit").count() == 20
    assert params(page) == [("q", "grain"), ("lang", "en"), ("date", "2003..2022"),
                            ("sort", "oldest"), ("page_size", "20")]  # fmt: skip
    page.go_back()
    assert page.locator(".hit .rank").first.inner_text() == "11"
    page.go_back()
    page.go_back()
    assert total(page) == "25 documents"
    page.go_forward()
    assert total(page) == "20 documents"
    assert page.locator(".years .chosen").count() == 20


def test_a_year_is_chosen_by_a_click_and_the_range_is_seen_among_all(page: Page) -> None:
    page.goto("/search?q=grain&date=2005..2010")
    assert page.locator(".years .chosen").count() == 6
    assert page.locator(".years a").count() == 25
    page.locator('.years [data-year="2020"]').click()
    page.wait_for_url("**year=2020")
    assert params(page) == [("q", "grain"), ("year", "2020")]
    assert total(page) == "1 document"
    page.locator('.years [data-year="2020"]').click()
    page.wait_for_url("**/search?q=grain")


def test_a_range_may_be_drawn_from_right_to_left_and_be_let_go(page: Page) -> None:
    page.goto("/search?q=grain")
    draw(page, 2010, 2005)
    page.wait_for_url("**date=2005..2010")
    box = page.locator('.years [data-year="2007"]').bounding_box()
    assert box
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 3, steps=3)
    assert page.locator(".years .within").count() > 2
    page.keyboard.press("Escape")
    assert page.locator(".years .within").count() == 0
    page.mouse.up()
    assert params(page) == [("q", "grain"), ("date", "2005..2010")]


def test_years_are_chosen_by_keyboard(page: Page) -> None:
    page.goto("/search?q=grain&lang=en&page_size=20")
    page.get_by_label("Years from").focus()
    page.keyboard.type("2005")
    page.keyboard.press("Tab")
    page.keyboard.type("2010")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**date=2005..2010**")
    assert total(page) == "6 documents"
    assert params(page)[1:] == [("lang", "en"), ("date", "2005..2010"), ("page_size", "20")]


def test_without_scripts_years_sizes_and_pages_work(plain: Page) -> None:
    plain.goto("/search?q=grain&sort=oldest")
    plain.locator("#from").select_option("2005")
    plain.locator("#to").select_option("2022")
    plain.get_by_role("button", name="Show").click()
    plain.wait_for_url("**date=2005..2022**")
    assert total(plain) == "18 documents"
    plain.locator('.years [data-year="2007"]').click()
    plain.wait_for_url("**year=2007**")
    plain.go_back()
    plain.get_by_role("link", name="Next page").click()
    plain.locator(".sizes").get_by_role("link", name="50").click()
    assert plain.locator("article.hit").count() == 18
    plain.get_by_label("Words", exact=True).select_option("any")
    plain.get_by_role("button", name="Apply").click()
    plain.wait_for_url("**match=any**")
    assert {("page_size", "50"), ("sort", "oldest"), ("date", "2005..2022")} <= {*params(plain)}


# The views


@pytest.mark.parametrize("scripts", [True, False])
def test_a_concordance_is_sorted_and_a_match_opens_its_place(
    browser: Browser, server: str, scripts: bool
) -> None:
    context = browser.new_context(base_url=server, viewport=DESK, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/search?q=sanctions&sort=newest&page_size=20")
    page.get_by_role("link", name="Concordance").click()
    page.get_by_role("link", name="Words before").click()
    page.wait_for_url("**sort=left**")
    assert page.locator("th[aria-sort]").inner_text().startswith("Words before")
    page.get_by_text("Window, order, sample, dates").click()
    page.get_by_label("Words on each side").fill("4")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**window=4**")
    assert ("sort", "left") in params(page)
    page.get_by_role("link", name="Documents").click()
    assert params(page) == [("q", "sanctions"), ("sort", "newest"), ("page_size", "20")]
    page.go_back()
    page.locator(".lines tbody a").first.click()
    page.wait_for_url("**/document/oil.md?q=sanctions#p2")
    expect(page.locator("#p2")).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_point_of_a_trend_opens_its_documents(
    browser: Browser, server: str, scripts: bool
) -> None:
    context = browser.new_context(base_url=server, viewport=DESK, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/trends?q=grain&q=sanctions&hits_sort=oldest")
    page.locator(".series.s1 a").nth(6).click()
    page.wait_for_url("**year=2007**")
    assert params(page) == [("q", "grain"), ("year", "2007"), ("sort", "oldest")]
    assert total(page) == "1 document"
    context.close()


# The reading list


def count(page: Page) -> str:
    return page.locator("#list-link .count").inner_text().strip()


def ticked(page: Page, doc_id: str) -> None:
    page.locator(f'article[data-id="{doc_id}"] .keep input').check()


def test_documents_are_put_on_the_list_noted_moved_reloaded_exported_and_cited(page: Page) -> None:
    page.goto("/search?q=sanctions+OR+санкции+OR+ceasefire&sort=title")
    expect(page.locator("#choose")).to_be_hidden()
    for doc_id in (OIL, TRUCE):
        ticked(page, doc_id)
    assert count(page) == "2"
    page.goto("/document/ru/нефть%20и%20санкции.md?q=санкции")
    page.get_by_label("Reading list").check()
    assert count(page) == "3"
    page.reload()
    assert page.get_by_label("Reading list").is_checked()
    page.locator("#list-link").click()
    page.wait_for_url("**/list?**")
    assert ids(page) == [OIL, TRUCE, RUSSIAN]
    expect(page.locator("#foreign")).to_be_hidden()
    page.get_by_label("Note on The truce").fill("compare; 1% & more")
    page.get_by_role("heading", name="Reading list").click()
    page.wait_for_url("**note=compare**")
    page.get_by_role("button", name="Move up The truce").click()
    page.wait_for_url("**/list?id=truce**")
    assert params(page) == [("id", TRUCE), ("note", "compare; 1% & more"), ("id", OIL),
                            ("id", RUSSIAN)]  # fmt: skip
    # The browser keeps it: reloaded, and opened without its address.
    page.reload()
    expect(page.locator("#foreign")).to_be_hidden()
    page.goto("/list")
    page.wait_for_url("**/list?id=truce**")
    assert page.get_by_label("Note on The truce").input_value() == "compare; 1% & more"
    page.get_by_label("Format").select_option("ris")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    file = Path(started.value.path()).read_text("utf-8")
    assert file.count("TY  -") == 3
    assert file.index("The truce") < file.index("Oil and sanctions")
    page.get_by_label("Citations").select_option("apa")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/cite?**")
    assert page.locator(".citations li").count() == 3
    page.go_back()
    page.get_by_role("button", name="Remove Oil and sanctions").click()
    page.wait_for_function("document.querySelectorAll('.listed > li').length === 2")
    assert count(page) == "2"
    page.goto("/search?q=sanctions")
    expect(page.locator(f'article[data-id="{OIL}"] .keep input')).not_to_be_checked()
    page.locator("#list-link").click()
    page.get_by_role("button", name="Empty the list").click()
    page.wait_for_url("**/list")
    expect(page.get_by_text("Nothing is on this list yet")).to_be_visible()
    assert count(page) == ""


def test_a_list_that_was_sent_takes_the_place_of_no_other_unasked(page: Page) -> None:
    page.goto("/search?q=sanctions")
    ticked(page, OIL)
    page.goto("/list?id=truce.md&note=from+a+colleague")
    expect(page.get_by_text("This is not the list that this browser keeps")).to_be_visible()
    # Changing it changes what is shown, not what is kept.
    page.get_by_label("Note on The truce").fill("mine")
    page.get_by_role("button", name="Save the notes in the address").click()
    page.wait_for_url("**note=mine**")
    assert count(page) == "1"
    page.get_by_role("link", name="open that one").click()
    page.wait_for_url("**/list?id=oil.md")
    page.go_back()
    page.get_by_role("button", name="Add these to it").click()
    page.wait_for_url("**/list?id=oil.md&id=truce.md&note=mine")
    assert count(page) == "2"
    page.goto("/list?id=truce.md")
    page.get_by_role("button", name="Keep this one instead").click()
    assert count(page) == "1"
    expect(page.locator("#foreign")).to_be_hidden()


def test_a_browser_that_keeps_no_list_offers_to_keep_the_one_it_is_sent(page: Page) -> None:
    page.goto("/list?id=truce.md")
    expect(page.get_by_text("This browser does not keep this list.")).to_be_visible()
    expect(page.get_by_text("open that one")).to_be_hidden()
    assert count(page) == ""
    page.get_by_role("button", name="Keep it here").click()
    assert count(page) == "1"


def test_a_full_list_takes_no_more_and_says_so(page: Page) -> None:
    page.goto("/search?q=sanctions")
    page.evaluate(
        "localStorage.setItem('dragoman-list',"
        " JSON.stringify(Array.from({length: 200}, (_, n) => ({id: `d${n}`, note: ''}))))"
    )
    page.reload()
    assert count(page) == "200"
    page.locator(f'article[data-id="{OIL}"] .keep input').click()
    expect(page.get_by_text("The reading list is full.")).to_be_visible()
    expect(page.locator(f'article[data-id="{OIL}"] .keep input')).not_to_be_checked()
    assert count(page) == "200"


@pytest.mark.parametrize("kept", ["not JSON", "{}", '[1, {"id": 2}, null, {"id": "oil.md"}]'])
def test_what_other_hands_left_in_the_storage_does_no_harm(page: Page, kept: str) -> None:
    page.goto("/search?q=sanctions")
    page.evaluate("kept => localStorage.setItem('dragoman-list', kept)", kept)
    page.reload()
    assert count(page) == ("1" if "oil.md" in kept else "")
    ticked(page, OIL)
    assert count(page) == "1"


def test_two_windows_show_one_list(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/search?q=sanctions")
    page.goto("/search?q=sanctions")
    ticked(page, OIL)
    expect(other.locator(f'article[data-id="{OIL}"] .keep input')).to_be_checked()
    expect(other.locator("#list-link .count")).to_have_text("1")


def test_without_scripts_ticks_make_a_list_that_is_noted_moved_exported_and_cited(
    plain: Page,
) -> None:
    plain.goto("/search?q=sanctions+OR+санкции+OR+ceasefire&sort=title")
    for doc_id in (OIL, TRUCE):
        ticked(plain, doc_id)
    plain.get_by_role("button", name="Make a reading list").click()
    plain.wait_for_url("**/list?id=oil.md&id=truce.md")
    expect(plain.locator("#foreign")).to_be_hidden()
    plain.get_by_label("Note on The truce").fill("compare")
    plain.get_by_role("button", name="Move up The truce").click()
    plain.wait_for_url("**/list?id=truce.md&note=compare&id=oil.md")
    plain.get_by_text("Add documents").click()
    plain.get_by_label("Ids, or addresses").fill(RUSSIAN)
    plain.get_by_role("button", name="Add", exact=True).click()
    expect(plain.locator(".listed > li")).to_have_count(3)
    assert ids(plain) == [TRUCE, OIL, RUSSIAN]
    plain.reload()
    plain.get_by_label("Format").select_option("jsonl")
    with plain.expect_download() as started:
        plain.get_by_role("button", name="Download").click()
    assert Path(started.value.path()).read_text("utf-8").count("\n") == 3
    plain.get_by_role("button", name="Show").click()
    assert plain.locator(".citations li").count() == 3


@pytest.mark.parametrize(
    "address",
    ["/search?q=grain&date=2005..2010", "/list?id=oil.md&note=x&id=gone", "/kwic?q=sanctions",
     "/trends?q=grain", "/list"],
)  # fmt: skip
def test_on_a_phone_nothing_is_wider_than_the_page_and_all_can_be_hit(
    page: Page, address: str
) -> None:
    page.set_viewport_size(PHONE)
    for ui in ("en", "ru"):
        page.goto(f"{address}{'&' if '?' in address else '?'}ui={ui}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    heights = page.evaluate(
        "[...document.querySelectorAll('main button, main select, .keep, .sizes a')]"
        ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)"
    )
    assert not [height for height in heights if height < 24]
