"""Everything by keyboard, with keys of its own that can be switched off."""

from page_kinds import visible_step
from playwright.sync_api import Page


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


def test_a_point_is_reached_by_the_keyboard_and_opens_its_documents(page: Page) -> None:
    page.goto("/trends?q=grain&q=sanctions&lang=en")
    point = page.locator(".series a").last
    point.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=sanctions&lang=en&year=2021")
    assert page.locator(".counts strong").inner_text() == "1\u00a0document"
