"""axe (WCAG 2.2 A and AA, best practice) finds nothing: each page in both languages of the
interface, light and dark, at a desk and on a phone, with its folds closed and open."""

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
import pytest
from page_kinds import PAGES, in_language
from playwright.sync_api import Page

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
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
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
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme, rules in (("light", RULES), ("dark", RULES_OF_COLOUR)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert violations(page, rules) == [], (size, scheme)
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")


# axe is put into the page as a script, which the page's own policy rightly forbids.


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_mend(open_page: Callable[..., Page], name: str, code: str) -> None:
    page = open_page(bypass_csp=True)
    page.goto(in_language(PAGES[name], code))
    examine(page)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_without_an_index(
    open_page: Callable[..., Page], bare_server: str, code: str
) -> None:
    page = open_page(bypass_csp=True, base_url=bare_server)
    answer = page.goto(in_language("/search?q=oil", code))
    assert answer is not None
    assert answer.status == 503
    examine(page)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_in_the_list_of_completions(
    open_page: Callable[..., Page], code: str
) -> None:
    page = open_page(bypass_csp=True)
    page.goto(in_language("/search?q=grain", code))
    page.locator("#q").fill("th")
    page.locator("#completions").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == []


@pytest.mark.parametrize("code", ["en", "ru"])
def test_axe_finds_nothing_to_mend_in_the_list_of_keys(
    open_page: Callable[..., Page], code: str
) -> None:
    page = open_page(bypass_csp=True)
    page.goto(in_language("/help", code))
    page.locator("#keys-link").click()
    assert page.locator("dialog").is_visible()
    examine(page)
