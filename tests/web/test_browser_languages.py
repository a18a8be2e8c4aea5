"""English and Russian in a real browser: chosen by its languages, by hand, and kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


def language_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


@pytest.mark.parametrize(("locale", "code"), [("ru-RU", "ru"), ("en-GB", "en"), ("de-DE", "en")])
def test_a_browser_is_answered_in_its_language(
    open_page: Callable[..., Page], locale: str, code: str
) -> None:
    page = open_page(locale=locale)
    page.goto("/search?q=sanctions")
    assert language_of(page) == code


def test_a_choice_by_hand_is_kept_from_page_to_page_and_can_be_taken_back(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(locale="en-GB")
    page.goto("/search?q=sanctions&lang=en&sort=newest")
    page.get_by_role("link", name="РУ (Русский)").click()
    page.wait_for_url("**/search?q=sanctions&lang=en&sort=newest&ui=ru")
    assert page.locator(".counts strong").inner_text() == "1\u00a0документ"
    page.locator("article.hit h2 a").click()
    page.wait_for_url("**/document/oil.md**")
    assert language_of(page) == "ru"
    assert page.locator(".text .about").inner_text().startswith("22 июня 2021 г.")
    page.get_by_role("link", name="Справка").click()
    page.wait_for_url("**/help")
    assert page.locator("h1").inner_text() == "Как писать запросы"
    page.get_by_label("Что искать").fill("oil")
    page.get_by_role("button", name="Найти").click()
    page.wait_for_url("**/search?q=oil")
    assert language_of(page) == "ru"
    page.get_by_role("link", name="EN (English)").click()
    page.goto("/")
    assert language_of(page) == "en"


def test_a_language_in_an_address_outweighs_the_choice_made_before(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(locale="ru-RU")
    page.goto("/kwic?q=grain&ui=en")
    assert language_of(page) == "en"
    page.goto("/kwic?q=grain&ui=ru")
    assert language_of(page) == "ru"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_is_answered_in_russian_by_day_and_by_night(
    open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page(
        locale="ru-RU", viewport={"width": 390, "height": 844}, has_touch=True, color_scheme=scheme
    )
    page.goto("/")
    page.get_by_label("Что искать").fill("санкции")
    page.get_by_role("button", name="Найти").tap()
    page.wait_for_url("**/search?q=**")
    page.get_by_text("Уточнить результаты").tap()
    page.locator("#facet-kind").get_by_text("заявление").tap()
    page.wait_for_url("**kind=statement**")
    page.get_by_role("link", name="Убрать фильтр «Вид»: заявление").tap()
    page.wait_for_url(lambda url: "kind" not in url)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_word_is_completed_under_a_russian_interface(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="ru-RU")
    page.goto("/")
    page.locator("#q").press_sequentially("санкц")
    page.locator("#completions [role=option]").first.wait_for()
    assert (
        page.locator("#completions").get_attribute("aria-label") == "Слова и имена с таким началом"
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#q").input_value() == "санкции"
