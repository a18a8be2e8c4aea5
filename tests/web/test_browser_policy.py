"""What a page may load and run: from its own host, nothing inline, and little of it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from lxml import html
from page_kinds import PAGES, in_language
from playwright.sync_api import Browser, Page

MOST_BYTES = 100_000
HANDLER = re.compile(r"on[a-z]+")


class Watched(NamedTuple):
    """A page, with what it has said to the console and which addresses it has asked for."""

    page: Page
    said: list[str]
    asked: list[str]


@pytest.fixture(scope="module")
def watched(browser: Browser, server: str) -> Iterator[Watched]:
    """One page that shows all kinds in turn."""
    context = browser.new_context(base_url=server)
    made = Watched(context.new_page(), [], [])
    made.page.on("console", lambda message: made.said.append(message.text))
    made.page.on("pageerror", lambda error: made.said.append(str(error)))
    made.page.on("request", lambda request: made.asked.append(request.url))
    yield made
    context.close()


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_breaks_its_own_policy_or_asks_another_host(
    watched: Watched, server: str, name: str, code: str
) -> None:
    page, said, asked = watched
    page.goto("about:blank")
    said.clear()
    asked.clear()
    page.goto(in_language(PAGES[name], code), wait_until="load")
    page.evaluate("document.fonts.ready")
    # Told are errors of the server, and that the page's own script was first to give the focus.
    silent = ("responded with a status", "Autofocus processing was blocked")
    assert [line for line in said if not any(words in line for words in silent)] == []
    assert asked
    assert all(url.startswith(f"{server}/") for url in asked)
    sent = page.evaluate(
        "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        ".reduce((sum, it) => sum + it.decodedBodySize, 0)"
    )
    assert 5_000 < sent < MOST_BYTES  # with its styles and scripts


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_a_style_script_or_handler_of_its_own(
    client: FlaskClient, name: str, code: str
) -> None:
    answer = client.get(in_language(PAGES[name], code))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*|data:", policy)
    for element in html.fromstring(answer.text).iter():
        assert element.tag != "style"
        assert element.tag != "script" or (element.get("src") and not element.text)
        assert "style" not in element.attrib
        assert not [it for it in element.attrib if HANDLER.fullmatch(it)]
        assert not element.get("href", "").startswith("javascript:")
    assert len(answer.data) < MOST_BYTES


SEED_PAGES = [
    "/", "/search?q=санкции нефть", "/search?q=", "/search?q=&more=topic", "/help",
    "/search?q=a*", "/kwic?q=нефть", "/kwic?q=the&window=20", "/trends?q=НАТО&by=year&q=нефть",
    "/trends?q=НАТО&by=month", "/collocations?q=договор&top=50", "/keyness?q=missile",
]  # fmt: skip


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("url", SEED_PAGES)
def test_every_page_of_the_seeds_is_under_100_kb(
    seeds_client: FlaskClient, url: str, code: str
) -> None:
    answer = seeds_client.get(in_language(url, code))
    assert answer.status_code == 200
    assert len(answer.data) < MOST_BYTES
