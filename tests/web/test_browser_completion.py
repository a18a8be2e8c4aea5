"""Completion in the search box."""

from playwright.sync_api import Page, expect


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
    with page.expect_response(lambda answer: "complete" in answer.url):
        box.fill("-Pet")
    assert [url.split("?")[1] for url in asked if "complete" in url] == ["q=Pet&limit=8"]
    # A name of two words after an operator would be torn apart.
    assert not page.locator("#completions").is_visible()
