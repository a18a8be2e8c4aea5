"""Each kind of page does its job without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from page_kinds import visible_step
from playwright.sync_api import Page

PHONE = {"width": 360, "height": 740}


def test_queries_are_compared_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
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


def test_all_of_it_works_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
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


@pytest.fixture
def plain_page(open_page: Callable[..., Page]) -> Page:
    """A page at a desk that runs no script."""
    return open_page(java_script_enabled=False)


def test_results_are_sorted_paged_filtered_and_unfiltered(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=letter")
    page.get_by_label("Sort by").select_option("oldest")
    page.get_by_role("button", name="Sort").click()
    page.wait_for_url("**sort=oldest**")
    assert page.locator("article.hit").first.get_attribute("data-id") == "letter/1#a?b"
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2**")
    page.locator("#facet-year a").first.click()
    page.wait_for_url("**year=**")
    assert page.locator("article.hit").count() == 1
    page.get_by_role("link", name="Remove the filter Year: ").click()
    page.wait_for_url(lambda url: "year=" not in url)
    page.locator("#facet-source .more").click()
    page.wait_for_url("**more=source**")
    assert page.locator("#facet-source li").count() == 25


def test_a_suggestion_and_a_looser_search_are_links(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=harbuors")
    page.locator(".ways .other").first.click()
    page.wait_for_url("**/search?q=harbours")
    page.goto("/search?q=oil&lang=ru")
    page.get_by_role("link", name="without any filter").or_(page.locator(".ways a")).first.click()
    assert page.locator("article.hit").count() == 1


def test_a_document_leads_to_its_versions_and_to_similar_ones(plain_page: Page) -> None:
    page = plain_page
    page.goto("/document/oil.md?q=sanctions")
    page.locator("summary", has_text="All that is known").click()
    assert page.get_by_text("oil.md").first.is_visible()
    page.locator('a[href*="with="]').first.click()
    page.wait_for_url("**with=**")
    assert page.locator(".side").count() > 2
    page.goto("/document/letter/7%23a%3Fb")
    page.get_by_role("link", name="More like this").click()
    page.wait_for_url("**/similar/letter/7%23a%3Fb")
    page.locator("article.hit h2 a").first.click()
    page.wait_for_url("**/document/letter/**")


def test_a_concordance_is_sorted_and_sampled(plain_page: Page) -> None:
    page = plain_page
    page.goto("/kwic?q=grain")
    page.get_by_role("columnheader", name="Words before").get_by_role("link").click()
    page.wait_for_url("**sort=left**")
    page.locator(".fold summary").first.click()
    page.get_by_label("Random sample of").fill("3")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**sample=3**")
    assert page.locator(".lines tbody tr").count() == 3
    page.locator(".lines td a").first.click()
    page.wait_for_url("**/document/letter/**#p1")


def test_words_near_and_typical_words_are_counted_and_lead_on(plain_page: Page) -> None:
    page = plain_page
    page.goto("/collocations?q=grain")
    page.locator(".fold summary").first.click()
    page.get_by_label("Near is").select_option("sentence")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**span=sentence**")
    page.locator(".rows tbody th a").first.click()
    page.wait_for_url("**/search?q=**")
    assert page.locator("article.hit").count() == 10
    page.goto("/keyness?q=grain")
    page.locator(".fold summary").first.click()
    page.get_by_label("Compared with the documents of").fill("sanctions")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**against=sanctions**")


def test_a_list_is_written_to_a_file_and_cited(plain_page: Page) -> None:
    page = plain_page
    page.goto("/export?q=grain")
    page.get_by_label("RIS").check()
    with page.expect_download() as written:
        page.get_by_role("button", name="Download").click()
    assert written.value.suggested_filename == "dragoman.ris"
    page.goto("/cite?id=oil.md")
    page.get_by_role("link", name="APA").click()
    page.wait_for_url("**style=apa**")
    assert "Petrova, A." in page.locator("[data-citation=apa]").inner_text()


def test_a_reading_list_is_made_noted_moved_and_downloaded(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=letter&sort=oldest")
    page.locator(".hit .keep input").nth(0).check()
    page.locator(".hit .keep input").nth(1).check()
    page.locator("#choose button").click()
    page.wait_for_url("**/list?id=**")
    entries = page.locator(".listed > li h2")
    assert entries.all_inner_texts() == ["Letter 1", "Letter 2"]
    page.get_by_label("Note on Letter 2").fill("read first")
    page.get_by_role("button", name="Move up Letter 2").click()
    page.wait_for_url("**note=read**")
    assert entries.all_inner_texts() == ["Letter 2", "Letter 1"]
    page.get_by_label("Format").select_option("ris")
    with page.expect_download() as written:
        page.get_by_role("button", name="Download").click()
    assert "N1  - read first" in Path(written.value.path()).read_text("utf-8")
    page.get_by_role("button", name="Remove Letter 1").click()
    page.wait_for_url(lambda url: url.count("id=") == 1)
    page.get_by_role("button", name="Empty the list").click()
    page.wait_for_url("**/list")
    assert page.get_by_text("Nothing is on this list yet").is_visible()


def test_an_error_is_mended_where_it_is_told(plain_page: Page) -> None:
    page = plain_page
    page.goto("/search?q=oil+date:someday")
    page.get_by_label("Words to search for").fill("oil date:2021")
    page.get_by_role("button", name="Search").first.click()
    assert page.locator("article.hit").count() == 1
    page.goto("/search?q=oil&date=someday")
    page.get_by_label("Date").fill("2021")
    page.get_by_role("button", name="Search").last.click()
    assert page.locator("article.hit").count() == 1
    page.goto("/nowhere")
    page.get_by_role("link", name="the first page").click()
    page.wait_for_url(lambda url: url.endswith("/"))


def test_help_and_the_other_language_are_links(plain_page: Page) -> None:
    page = plain_page
    page.goto("/")
    page.get_by_role("link", name="Help").click()
    page.get_by_role("link", name="Keys").first.click()
    page.wait_for_url("**/help#keys")
    page.get_by_role("link", name="РУ (Русский)").click()
    page.wait_for_url("**/help?ui=ru")
    assert page.locator("h1").inner_text() == "Как писать запросы"
    page.locator("[data-example] a").first.click()
    page.wait_for_url("**/search?q=**")
    assert page.locator("html").get_attribute("lang") == "ru"
