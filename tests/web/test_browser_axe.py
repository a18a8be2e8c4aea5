"""axe (WCAG 2.2 A and AA, best practice) finds nothing: each page in both languages of the
interface, light and dark, at a desk and on a phone, with its folds closed and open.

One tab of one browser shows all of them in turn.
"""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from page_kinds import PAGES, in_language
from playwright.sync_api import Browser, Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
RULES_OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""Nothing else can differ between light and dark."""
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def violations(page: Page, rules: dict[str, object] = RULES) -> list[str]:
    """What axe finds: the rule and the element."""
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules
    )
    return [
        f"{rule['id']}: {node['html']} ({node['failureSummary']})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def examine(page: Page) -> None:
    """Lets axe look at a page as it is shown to each kind of reader."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    assert violations(page) == [], "at a desk"
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    page.emulate_media(color_scheme="dark")
    assert violations(page, RULES_OF_COLOUR) == [], "in the dark"
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    assert violations(page) == [], "on a phone"


@pytest.fixture(scope="module")
def tab(browser: Browser, server: str) -> Iterator[Page]:
    """A page that brings axe along, which the pages' own policy rightly forbids."""
    context = browser.new_context(base_url=server, viewport=DESK, bypass_csp=True)  # type: ignore[arg-type]
    context.add_init_script(AXE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_mend(tab: Page, name: str, code: str) -> None:
    tab.goto(in_language(PAGES[name], code))
    examine(tab)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_without_an_index(tab: Page, bare_server: str, code: str) -> None:
    answer = tab.goto(bare_server + in_language("/search?q=oil", code))
    assert answer is not None
    assert answer.status == 503
    examine(tab)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_in_the_list_of_completions(tab: Page, code: str) -> None:
    tab.set_viewport_size(DESK)  # type: ignore[arg-type]
    tab.goto(in_language("/search?q=grain", code))
    tab.locator("#q").fill("th")
    tab.locator("#completions").wait_for()
    tab.keyboard.press("ArrowDown")
    assert tab.locator("#q").get_attribute("aria-activedescendant")
    for scheme, rules in (("light", RULES), ("dark", RULES_OF_COLOUR)):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(tab, rules) == []


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_in_the_list_of_keys(tab: Page, code: str) -> None:
    tab.goto(in_language("/help", code))
    tab.locator("#keys-link").click()
    assert tab.locator("dialog").is_visible()
    examine(tab)
