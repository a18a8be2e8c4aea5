"""The pages in a real browser: with and without scripts, at a desk, on a phone, by night."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "start": "/",
    "results": "/search?q=sanctions+OR+grain&lang=en&date=2001..2021",
    "all": "/search?q=&more=source",
    "nothing": "/search?q=xylophone&lang=ru",
    "suggestions": "/search?q=ceasefire+harbuors",
    "suggestion beside results": "/search?q=ceasefire+OR+harbuors",
    "document": "/document/oil.md?q=sanctions#m2",
    "similar": "/similar/letter/7%23a%3Fb",
    "document with similar ones": "/document/letter/7%23a%3Fb",
    "help": "/help",
    "query error": "/search?q=" + quote("oil date:someday"),
    "date error": "/search?q=oil&date=someday",
    "missing": "/document/none",
    "concordance": "/kwic?q=sanctions+OR+grain&sort=left&lang=en&sample=20",
    "long contexts": "/kwic?q=sanctions+OR+%D1%81%D0%B0%D0%BD%D0%BA%D1%86%D0%B8%D0%B8&window=30",
    "no concordance": "/kwic",
    "trends": "/trends?q=grain&q=sanctions&q=oil+OR+ceasefire&per=documents&lang=en",
    "trends by month": "/trends?q=grain&by=month",
    "trends error": "/trends?q=grain&q=" + quote("(a AND b) w/5 c"),
    "collocations": "/collocations?q=grain",
    "keywords": "/keyness?q=grain&sort=ratio",
    "order error": "/kwic?q=grain&sort=middle",
    "export": "/export?q=grain&lang=en",
    "citations": "/cite?id=oil.md&id=truce.md&style=chicago",
}


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, viewport=DESK)
    yield context.new_page()
    context.close()


def visible_step(page: Page) -> str:
    return " ".join(page.locator(".step:visible").inner_text().split())


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


def test_the_list_of_filters_is_open_beside_results_and_folded_on_a_phone(page: Page) -> None:
    page.goto("/search?q=grain")
    assert page.locator("#facet-source").is_visible()
    assert not page.locator(".narrow summary").is_visible()
    page.set_viewport_size(PHONE)
    assert not page.locator("#facet-source").is_visible()
    page.locator(".narrow summary").click()
    assert page.locator("#facet-source").is_visible()


def test_keys_work_and_can_be_switched_off(page: Page) -> None:
    page.goto("/search?q=grain")
    chosen = "document.activeElement.closest('.hit').querySelector('.rank').innerText"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(chosen) == "2"
    page.keyboard.press("k")
    assert page.evaluate(chosen) == "1"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("?j/")
    assert page.locator("#q").input_value() == "?j/"
    page.goto("/document/oil.md?q=sanctions")
    for expected in ("Place 1 of 2 ↓ next", "Place 2 of 2 ↑ previous"):
        page.keyboard.press("n")
        assert visible_step(page) == expected
    page.keyboard.press("p")
    assert page.url.endswith("#m1")
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.goto("/document/oil.md?q=sanctions")
    page.keyboard.press("n")
    page.keyboard.press("?")
    assert "#" not in page.url
    assert not page.locator("dialog").is_visible()
    page.get_by_role("link", name="Keys").click()
    assert page.locator("dialog").is_visible()


def wait_for_options(page: Page, *texts: str) -> None:
    """Waits for the list that answers what was typed last: a slow machine shows earlier ones."""
    expect(page.locator("#completions [role=option]:visible")).to_have_text(list(texts))


def active_option(page: Page) -> str:
    """The option that the combobox names as its active one; it alone is selected."""
    active = page.locator("#q").get_attribute("aria-activedescendant")
    chosen = page.locator("#completions [aria-selected=true]")
    if active is None:
        assert chosen.count() == 0
        return ""
    assert chosen.evaluate_all("them => them.map(it => it.id)") == [active]
    return chosen.inner_text()


def test_a_word_is_completed_by_the_keyboard(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/search?q=oil")
    box, options = page.locator("#q"), page.locator("#completions")
    heading = page.locator("h1").bounding_box()
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-controls") == "completions"
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("")
    page.keyboard.type('(oil OR "an')
    found = ["and", "Anna Petrova", "announced"]
    wait_for_options(page, *found)
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator("h1").bounding_box() == heading
    assert active_option(page) == ""
    for key, expected in (
        ("ArrowDown", found[0]), ("ArrowUp", ""), ("ArrowUp", found[-1]), ("ArrowDown", ""),
        ("ArrowDown", found[0]), ("End", found[-1]), ("Home", found[0]),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert active_option(page) == expected, key
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # Taken, not sent: only the word has changed.
    assert box.input_value() == '(oil OR "announced'
    assert not options.is_visible()
    assert box.get_attribute("aria-expanded") == "false"
    assert page.url.endswith("/search?q=oil")
    page.keyboard.press("Control+z")
    assert box.input_value() == '(oil OR "an'
    page.keyboard.press("Control+y")
    page.keyboard.type('") truc')
    wait_for_options(page, "truce")
    page.keyboard.press("Escape")
    assert not options.is_visible()
    assert box.input_value() == '(oil OR "announced") truc'
    page.keyboard.press("ArrowDown")
    wait_for_options(page, "truce")
    page.keyboard.press("Tab")
    assert not options.is_visible()
    assert page.evaluate("document.activeElement.innerText") == "Search"
    box.fill("sanc")
    wait_for_options(page, "sanctions")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=sanc")
    assert said == []


def test_only_the_word_at_the_caret_is_completed(page: Page) -> None:
    page.goto("/")
    box = page.locator("#q")
    page.keyboard.type("Anna Pet")
    wait_for_options(page, "Anna Petrova")
    page.locator("#completions").get_by_text("Anna Petrova").click()
    assert box.input_value() == "Anna Petrova"
    assert page.evaluate("document.activeElement.id") == "q"
    box.fill("sanc oil")
    box.evaluate("box => box.setSelectionRange(4, 4)")
    page.keyboard.press("ArrowDown")
    wait_for_options(page, "sanctions")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert box.input_value() == "sanctions oil"


def test_no_list_opens_for_a_letter_an_operator_or_a_field(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    box = page.locator("#q")
    quiet = (
        "s",
        "oil OR",
        "speaker:Anna",
        'speaker:"Anna',
        "sanc*",
        "sanc~1",
        "oil w/5",
        "202",
        "",
    )
    for text in quiet:
        box.fill(text)
        page.wait_for_timeout(200)
        assert not page.locator("#completions").is_visible()
    assert not [url for url in asked if "complete" in url]
    box.fill("-Pet")
    page.wait_for_timeout(300)
    assert [url.split("?")[1] for url in asked if "complete" in url] == ["q=Pet&limit=8"]
    # A name of two words after an operator would be torn apart.
    assert not page.locator("#completions").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_in_the_open_list(
    browser: Browser, server: str, scheme: str
) -> None:
    context = browser.new_context(
        base_url=server,
        viewport=PHONE,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto("/search?q=grain")
    page.locator("#q").fill("th")
    page.locator("#completions").wait_for()
    page.keyboard.press("ArrowDown")
    assert active_option(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    found = Axe().run(page, options=AXE)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_everything_is_reached_by_tab_and_focus_is_seen(page: Page) -> None:
    page.goto("/search?q=sanctions")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(e => [e.className || e.id || e.tagName, getComputedStyle(e).outlineStyle])"
                "(document.activeElement)"
            )
        )
        if seen[-1][0] == "keys-link":
            break
    names = [name for name, _ in seen]
    assert names[:2] == ["skip", "brand"]
    for name in ("q", "sort", "date", "match", "snippet", "keys-link"):
        assert name in names
    assert all(style != "none" for _, style in seen)


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


def test_queries_are_compared_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/trends?q=grain&lang=en")
    page.get_by_label("Query 2").fill("sanctions")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/trends?q=grain**q=sanctions**")
    assert page.locator(".series").count() == 2
    assert page.get_by_role("link", name="Remove the filter Language: English").is_visible()
    page.get_by_text("By year, quarter or month").click()
    page.get_by_label("By", exact=True).select_option("month")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**by=month**")
    context.close()


def test_a_point_is_reached_by_the_keyboard_and_opens_its_documents(page: Page) -> None:
    page.goto("/trends?q=grain&q=sanctions&lang=en")
    point = page.locator(".series a").last
    point.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=sanctions&lang=en&year=2021")
    assert page.locator(".counts strong").inner_text() == "1\u00a0document"


def test_series_differ_by_colour_and_by_dashes_in_light_and_dark(
    browser: Browser, server: str
) -> None:
    drawn = []
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=server, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/trends?" + "&".join(f"q=grain+OR+w{n}" for n in range(8)))
        lines = page.locator(".series > path:first-of-type")
        drawn.append(
            lines.evaluate_all(
                "them => them.map(it => [getComputedStyle(it).stroke,"
                " getComputedStyle(it).strokeDasharray])"
            )
        )
        context.close()
    for lines_of_scheme in drawn:
        colours, dashes = zip(*lines_of_scheme, strict=True)
        assert len(set(colours)) == len(set(dashes)) == 8
    assert drawn[0] != drawn[1]


def test_what_says_nothing_is_left_out_of_the_address_of_a_view(page: Page) -> None:
    page.goto("/kwic?q=sanctions")
    page.locator("#q").fill("grain")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/kwic?q=grain")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_scrolls_sideways_on_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_all_of_it_works_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    assert page.locator("[role=combobox], [role=listbox]").count() == 0
    page.get_by_label("Words to search for").fill("sanctions")
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**lang=en**")
    page.locator(".narrow summary").click()
    page.get_by_label("Date").fill("2021")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**date=2021**")
    page.locator("article.hit h2 a").click()
    page.get_by_role("link", name="first").click()
    page.get_by_role("link", name="next").click()
    assert visible_step(page) == "Place 2 of 2 ↑ previous"
    context.close()


def test_dark_and_light_have_their_own_ground(browser: Browser, server: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=server, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto("/")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    # #fdfcf9 and #16181b
    assert grounds == ["rgb(253, 252, 249)", "rgb(22, 24, 27)"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_to_mend(browser: Browser, server: str, path: str, scheme: str) -> None:
    # axe is put into the page as a script, which the page's own policy rightly forbids
    context = browser.new_context(
        base_url=server,
        viewport=DESK,
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(path)
    found = Axe().run(page, options=AXE)
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_page_breaks_its_own_policy_or_asks_another_host(
    page: Page, server: str, path: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert [line for line in said if "responded with a status" not in line] == []
    assert all(url.startswith(server) for url in asked)


def test_lines_of_a_text_hold_at_most_68_characters(page: Page) -> None:
    page.goto("/help")
    long = "The ministers of both states spoke of security, of trade and of the sea. " * 12
    page.evaluate(
        "text => { document.body.className = 'document'; document.querySelector('main').innerHTML ="
        " '<article class=text><div class=body><div class=numbered><p></p></div></div></article>';"
        " document.querySelector('.numbered p').textContent = text }",
        long,
    )
    lines = page.evaluate(
        """() => {
          const text = document.querySelector('.numbered p').firstChild, lines = {};
          for (let i = 0; i < text.length; i++) {
            const range = document.createRange();
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            const top = Math.round(range.getBoundingClientRect().top);
            lines[top] = (lines[top] || 0) + 1;
          }
          return Object.values(lines);
        }"""
    )
    # A space hangs at each line's end; system types differ a little in width.
    assert 50 <= max(lines) <= 72


def test_paper_shows_the_text_and_not_the_controls(page: Page) -> None:
    page.goto("/document/oil.md?q=sanctions#m1")
    page.emulate_media(media="print")
    for hidden in (".search", ".places", ".back", ".map", "#keys-link"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".step:visible").count() == 0
    assert page.locator("#p2").is_visible()
    page.goto("/kwic?q=sanctions")
    for hidden in (".views", ".fold", ".settings"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".lines").is_visible()
