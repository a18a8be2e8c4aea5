"""What readers do with the pages in a real browser: search, choose, read, compare."""

from page_kinds import visible_step
from playwright.sync_api import Page


def test_an_analyst_searches_reads_and_steps_through_the_places(page: Page) -> None:
    page.goto("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("sanctions")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=sanctions")
    assert page.locator("article.hit").count() == 1
    page.locator("article.hit h2 a").click()
    page.wait_for_url("**/document/oil.md?q=sanctions")
    page.get_by_role("link", name="first").click()
    assert visible_step(page) == "Place 1 of 2 ↓ next"
    page.get_by_role("link", name="next").click()
    assert visible_step(page) == "Place 2 of 2 ↑ previous"
    assert page.locator(".place:target").inner_text() == "sanctions"
    assert page.url.endswith("#m2")
    page.get_by_role("link", name="← Results for sanctions").click()
    page.wait_for_url("**/search?q=sanctions")


def test_a_snippet_opens_its_paragraph(page: Page) -> None:
    page.goto("/search?q=ends")
    page.locator(".snippet").click()
    page.wait_for_url("**/document/oil.md?q=ends#p3")
    assert page.locator("#p3").is_visible()


def test_a_copied_paragraph_is_its_text_and_nothing_else(page: Page) -> None:
    page.goto("/document/oil.md?q=sanctions#m2")
    assert page.locator(".step:visible").count() == 1
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('#p2 p'));"
        " return getSelection().toString() }"
    )
    assert copied.strip() == "Sanctions were announced. The sanctions touch oil."


def test_years_are_drawn_over_to_a_range_of_dates(page: Page) -> None:
    page.goto("/search?q=grain&page=2")
    boxes = [page.locator(f'.years [data-year="{year}"]').bounding_box() for year in (2005, 2010)]
    (left, top), (right, _) = [(box["x"] + 3, box["y"] + 3) for box in boxes if box]
    page.mouse.move(right, top)
    page.mouse.down()
    page.mouse.move(left, top, steps=5)
    page.mouse.up()
    page.wait_for_url("**/search?q=grain&date=2005..2010")
    assert page.locator(".counts strong").inner_text() == "6\u00a0documents"
    page.locator('.years [data-year="2007"]').click()
    page.wait_for_url("**year=2007**")


def test_filters_are_chosen_and_removed(page: Page) -> None:
    page.goto("/search?q=sanctions+OR+%D1%81%D0%B0%D0%BD%D0%BA%D1%86%D0%B8%D0%B8")
    assert page.locator("article.hit").count() == 2
    page.locator("#facet-lang").get_by_text("Russian").click()
    page.wait_for_url("**&lang=ru")
    assert page.locator("article.hit").count() == 1
    page.get_by_role("link", name="Remove the filter Language: Russian").click()
    page.wait_for_url(lambda url: "lang" not in url)
    page.get_by_label("Date").fill("2019")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**date=2019**")
    assert page.get_by_text("No document of the collection fits.").is_visible()
    page.get_by_role("link", name="Clear all").click()
    page.get_by_label("Sort by").select_option("title")
    page.get_by_role("button", name="Sort").click()
    page.wait_for_url("**sort=title**")
    # What says nothing is left out of the address.
    assert "date=" not in page.url
    assert "match=" not in page.url


def test_a_concordance_is_sorted_read_and_opened(page: Page) -> None:
    page.goto("/search?q=sanctions&lang=en")
    page.get_by_role("link", name="Concordance").click()
    page.wait_for_url("**/kwic?q=sanctions&lang=en")
    rows = page.get_by_role("row")
    assert rows.count() == 3
    # One line each: left context ends where the match begins.
    left, match, right = (rows.nth(1).locator("td").nth(at).bounding_box() for at in (1, 2, 3))
    assert left and match and right
    assert left["height"] < 40
    assert abs(left["x"] + left["width"] - match["x"]) < 2
    assert abs(match["x"] + match["width"] - right["x"]) < 2
    page.get_by_role("columnheader", name="Words after").get_by_role("link").click()
    page.wait_for_url("**sort=right")
    assert page.locator(".lines u").first.inner_text() == "touch oil. A"
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Words after")
    page.locator(".lines td a").first.click()
    page.wait_for_url("**/document/oil.md?q=sanctions&lang=en#p2")


def test_the_far_end_of_a_long_left_context_is_cut_and_not_its_near_end(page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 900})
    page.goto("/kwic?q=paragraph+ends&window=10")
    cell = page.locator(".lines tbody td:nth-child(2)").last
    words = cell.locator("bdi")
    box, inside = cell.bounding_box(), words.bounding_box()
    assert box and inside
    assert inside["width"] > box["width"]
    assert inside["x"] < box["x"]
    assert inside["x"] + inside["width"] <= box["x"] + box["width"] + 1


def test_what_says_nothing_is_left_out_of_the_address_of_a_view(page: Page) -> None:
    page.goto("/kwic?q=sanctions")
    page.locator("#q").fill("grain")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/kwic?q=grain")
