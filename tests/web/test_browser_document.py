"""The page of a document in a real browser: places, outline, quotations, versions, phone, paper."""

import threading
from collections.abc import Callable, Iterator

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from dragoman.indexer import sync
from dragoman.web import create_app

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FILLER = "\n\n".join(
    f"Item {n} of the record tells at some length of ports, of weather and of quiet seas."
    for n in range(1, 15)
)
TEXTS = {
    "talks.md": f"""---
title: Talks on grain
date: 2022-03-04
lang: en
source: Ministry
speaker: Pyotr Host
pair: talks
---

The press met in the house by the sea.

Anna Petrova: Good afternoon. We spoke of grain.

The grain moves by “sea”, as it always did.

Question: And when does the grain arrive?

Anna Petrova: In May.

{FILLER}

The last words are of grain.
""",
    "переговоры.md": """---
title: Переговоры о зерне
date: 2022-03-04
lang: ru
source: Ministry
speaker: Анна Петрова
pair: talks
---

Пресса встретилась в доме у моря.

Говорили о зерне, как и всегда.
""",
    "record.md": "# The record\n\nGrain comes first.\n\n" + FILLER,
    "long.md": "# The treaty\n\n"
    + "\n\n".join(f"Clause {n} is binding for all of us." for n in range(1, 46)),
    "barley.md": "# Stores\n\n" + "\n\n".join(["Barley and oats. " * 10] * 65),
    "bare.txt": "x" * 30 + " and nothing else is known of these words",
}
TEXTS["record copy.md"] = TEXTS["record.md"].replace("comes first", "comes last")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over `TEXTS`."""
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    index_dir = tmp_path_factory.mktemp("made") / "index"
    sync([folder], index_dir=index_dir, jobs=1)
    app = create_app({"INDEX_DIR": index_dir, "TESTING": True})
    serving = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.effective_port}"
    serving.close()
    thread.join(timeout=5)
    app.extensions["searcher"].close()


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a path in a browser context of its own."""
    contexts: list[BrowserContext] = []

    def opened(path: str, **options: object) -> Page:
        wanted = {"viewport": DESK, **options}
        context = browser.new_context(base_url=site, **wanted)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def step_of(page: Page) -> str:
    return " ".join(page.locator(".step:visible").inner_text().split())


def words_of(found: Locator) -> list[str]:
    return [" ".join(text.split()) for text in found.all_inner_texts()]


def clipboard(page: Page) -> list[str]:
    """The lines of what was copied, once the page says that it was."""
    expect(page.locator("#copied")).to_have_text("Copied with its citation")
    return str(page.evaluate("navigator.clipboard.readText()")).split("\n")


def select(page: Page, start: str, end: str) -> None:
    """Selects from the beginning of a text of the page to the end of another."""
    page.evaluate(
        """([start, end]) => {
          const pieces = [];
          const walker = document.createTreeWalker(document.querySelector('.body'), 4);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!node.parentElement.closest('.step')) pieces.push(node);
          }
          const text = pieces.map((node) => node.data).join('');
          const at = (offset) => {
            for (const node of pieces) {
              if (offset <= node.length) return [node, offset];
              offset -= node.length;
            }
          };
          const first = text.indexOf(start);
          const range = document.createRange();
          range.setStart(...at(first));
          range.setEnd(...at(text.indexOf(end, first) + end.length));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        [start, end],
    )


# Places


def test_a_document_is_opened_from_the_results_and_stepped_through_by_keys(
    opened: Callable[..., Page],
) -> None:
    page = opened("/search?q=grain+arrive")
    page.locator("article.hit h2 a").click()
    page.wait_for_url("**/document/talks.md?q=grain+arrive")
    # grain stands in paragraphs 2, 3, 4 and 20, arrive in 4
    for step in (
        "Place 1 of 5 ↑ last ↓ next",
        "Place 2 of 5 ↑ previous ↓ next",
    ):
        page.keyboard.press("n")
        assert step_of(page) == step
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert step_of(page) == "Place 5 of 5 ↑ previous ↓ first"
    expect(page.locator("#m5")).to_be_in_viewport()
    page.keyboard.press("n")
    assert page.url.endswith("/document/talks.md?q=grain+arrive#m1")


def test_places_are_stepped_through_by_links_without_scripts(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md?q=grain", java_script_enabled=False)
    page.locator(".places").get_by_role("link", name="first").click()
    for expected in ("Place 2 of 4", "Place 3 of 4", "Place 4 of 4"):
        page.locator(".step:visible").get_by_role("link", name="next").click()
        assert step_of(page).startswith(expected)
    page.locator(".step:visible").get_by_role("link", name="first").click()
    assert step_of(page).startswith("Place 1 of 4")
    assert page.url.endswith("?q=grain#m1")


def test_of_very_many_places_every_third_has_a_step_without_scripts(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/barley.md?q=barley#m1", java_script_enabled=False)
    # 650 places, at most 300 steps.
    assert step_of(page) == "Place 1 of 650 ↑ last ↓ next (4)"
    page.locator(".step:visible").get_by_role("link", name="next").click()
    assert step_of(page) == "Place 4 of 650 ↑ previous (1) ↓ next (7)"
    page.locator(".step:visible").get_by_role("link", name="previous").click()
    page.locator(".step:visible").get_by_role("link", name="last").click()
    assert step_of(page) == "Place 650 of 650 ↑ previous (647) ↓ first"


def test_with_scripts_each_of_very_many_places_leads_to_its_neighbours(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/barley.md?q=barley#m1")
    assert step_of(page) == "Place 1 of 650 ↑ last ↓ next"
    for expected in ("Place 2 of 650 ↑ previous ↓ next", "Place 3 of 650 ↑ previous ↓ next"):
        page.locator(".step:visible").get_by_role("link", name="next").click()
        page.wait_for_function("document.querySelector('.place:target + .step')")
        expect(page.locator(".step:visible .where")).to_have_text(expected.split(" ↑")[0])
        assert step_of(page) == expected
    page.keyboard.press("n")
    expect(page.locator(".step:visible .where")).to_have_text("Place 4 of 650")
    page.locator(".step:visible").get_by_role("link", name="previous").click()
    expect(page.locator(".step:visible .where")).to_have_text("Place 3 of 650")
    page.goto(page.url.replace("#m3", "#m649"))
    page.locator(".step:visible").get_by_role("link", name="next").click()
    expect(page.locator(".step:visible .where")).to_have_text("Place 650 of 650")
    page.locator(".step:visible").get_by_role("link", name="first").click()
    expect(page.locator(".step:visible .where")).to_have_text("Place 1 of 650")


def test_keys_that_are_switched_off_do_nothing(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md?q=grain")
    page.get_by_role("link", name="Keys").click()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    assert "#" not in page.url
    page.locator(".places").get_by_role("link", name="first").click()
    assert page.url.endswith("#m1")


def test_a_line_of_the_map_leads_to_its_place_also_a_little_beside_it(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md?q=grain")
    box = page.locator(".map a").last.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] - 12)
    page.wait_for_url("**#m4")
    expect(page.locator("#m4")).to_be_in_viewport()


def test_the_number_of_a_paragraph_is_its_permalink_and_keeps_the_query(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md?q=grain")
    page.get_by_role("link", name="Paragraph 12", exact=True).click()
    assert page.url.endswith("/document/talks.md?q=grain#p12")
    shadow = page.locator("#p12 > p").evaluate("p => getComputedStyle(p).boxShadow")
    assert shadow != "none"


# Outline


def test_the_outline_of_a_transcript_leads_to_its_turns(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md?q=grain")
    outline = page.locator(".outline")
    links = outline.locator("nav > ol > li > a")
    assert links.all_inner_texts() == [
        "1 The press met in the house by the sea.",
        "Anna Petrova Good afternoon. We spoke of grain. The grain…",
        "Question And when does the grain arrive?",
        "Anna Petrova In May. Item 1 of the record tells at some…",
    ]
    assert words_of(outline.locator("nav > ol > li > .found")) == ["2 places", "1 place", "1 place"]
    # Good afternoon We spoke of grain 6, The grain moves by sea as it always did 9, In May 2,
    # 14 items of 17 words, The last words are of grain 6; And when does the grain arrive 6
    assert words_of(outline.locator(".shares li")) == [
        "Anna Petrova 261 3 places", "Question 6 1 place",
    ]  # fmt: skip
    links.nth(2).click()
    assert page.url.endswith("?q=grain#t2")
    expect(page.locator("#t2")).to_be_in_viewport()
    expect(outline).to_be_in_viewport()
    expect(page.locator(".outline [aria-current]")).to_have_text(links.nth(2).inner_text())
    outline.get_by_text("paragraphs 5–20").click()
    outline.get_by_role("link", name="20 The last words").click()
    expect(page.locator("#p20")).to_be_in_viewport()


def test_the_outline_of_a_long_text_is_folded_by_tens_and_opens_without_scripts(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/long.md?q=%22clause+32%22", java_script_enabled=False)
    groups = page.locator(".outline nav > ol > li")
    assert groups.count() == 5
    assert words_of(groups.nth(3).locator("summary .found")) == ["1 place"]
    groups.nth(3).locator("summary").click()
    page.get_by_role("link", name="32 Clause 32 is binding").click()
    assert page.url.endswith("#p32")
    expect(page.locator("#p32")).to_be_in_viewport()


def test_a_short_text_has_no_outline(opened: Callable[..., Page]) -> None:
    assert opened("/document/bare.txt").locator(".outline").count() == 0


def test_the_outline_is_folded_on_a_phone_and_nothing_scrolls_sideways(
    opened: Callable[..., Page],
) -> None:
    for path in (
        "/document/talks.md?q=grain&quote=2-4#quote",
        "/document/long.md",
        "/document/bare.txt",
        "/document/talks.md?with=%D0%BF%D0%B5%D1%80%D0%B5%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%D1%8B.md",
    ):
        page = opened(path, viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page = opened("/document/talks.md?q=grain", viewport=PHONE)
    link = page.locator(".outline nav > ol > li > a").nth(2)
    expect(link).not_to_be_visible()
    page.locator(".outline > summary").click()
    link.click()
    expect(page.locator("#t2")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


# Quotations

MAY_COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def test_what_is_selected_is_copied_with_speaker_citation_and_permalink(
    opened: Callable[..., Page], site: str
) -> None:
    page = opened("/document/talks.md?q=grain#m2", **MAY_COPY)
    select(page, "The grain moves", "always did.")
    page.get_by_role("button", name="Copy with citation").click()
    said, citation, address = clipboard(page)
    # Inner quotation marks are those of the text; the step, which is shown, is no part of it.
    assert said == "“The grain moves by “sea”, as it always did.” — Anna Petrova"
    assert "Talks on" in citation
    assert address == f"{site}/document/talks.md#p3"


def test_several_paragraphs_copied_plainly_hold_no_numbers(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md?q=grain#m2", **MAY_COPY)
    select(page, "always", "In May.")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert [line for line in copied.split("\n") if line] == [
        "always did.", "Question: And when does the grain arrive?", "Anna Petrova: In May.",
    ]  # fmt: skip


def test_the_button_at_a_selection_is_next_by_tab(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md", **MAY_COPY)
    select(page, "And when", "the grain")
    button = page.locator("#with-citation")
    expect(button).to_be_visible()
    page.mouse.move(5, 5)
    # It is drawn as a button wherever one points: #1f4e8c, not see-through.
    drawn = button.evaluate(
        "it => [getComputedStyle(it).opacity, getComputedStyle(it).backgroundColor]"
    )
    assert drawn == ["1", "rgb(31, 78, 140)"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "with-citation"
    page.keyboard.press("Enter")
    assert clipboard(page)[0] == "“And when does the grain” — Question"
    page.locator("h1").click()
    expect(page.locator("#with-citation")).to_have_count(0)


def test_a_quotation_over_several_turns_names_all_voices_and_keeps_them_in_the_text(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md?q=petrova", **MAY_COPY)
    select(page, "always", "In May.")
    page.get_by_role("button", name="Copy with citation").click()
    assert clipboard(page)[:5] == [
        "“always did.",
        "",
        "Question: And when does the grain arrive?",
        "",
        "Anna Petrova: In May.” — Anna Petrova; Question",
    ]


def test_a_paragraph_is_quoted_by_its_own_button_without_the_voice_that_opens_it(
    opened: Callable[..., Page], site: str
) -> None:
    # The voice is parted by a match, and yet it is one voice.
    page = opened("/document/talks.md?q=petrova", **MAY_COPY)
    button = page.get_by_role("button", name="Quote 2", exact=True)
    assert button.evaluate("it => getComputedStyle(it).opacity") == "0"
    button.focus()
    assert button.evaluate("it => getComputedStyle(it).opacity") == "1"
    page.keyboard.press("Enter")
    lines = clipboard(page)
    assert lines[0] == "“Good afternoon. We spoke of grain.” — Anna Petrova"
    assert lines[-1] == f"{site}/document/talks.md#p2"
    assert "quote=" not in page.url


def test_before_the_first_turn_nobody_speaks_and_a_text_without_turns_is_its_speakers(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md", **MAY_COPY)
    page.locator("#p1").hover()
    page.get_by_role("button", name="Quote 1", exact=True).click()
    assert clipboard(page)[0] == "“The press met in the house by the sea.”"
    page = opened("/document/переговоры.md", **MAY_COPY)
    page.locator("#p2").hover()
    page.get_by_role("button", name="Quote 2", exact=True).click()
    said, citation, _ = clipboard(page)
    assert said == "«Говорили о зерне, как и всегда.» — Анна Петрова"
    # In the Russian manner, after ГОСТ.
    assert "Петрова А. Переговоры о зерне" in citation


def test_every_paragraph_is_copied_as_the_page_without_scripts_quotes_it(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md?q=grain+OR+petrova", **MAY_COPY)
    plain = opened("/document/talks.md", java_script_enabled=False)
    for number in (1, 2, 3, 4, 5, 9, 20):
        page.locator(f"#p{number} > button").focus()
        page.evaluate("navigator.clipboard.writeText('')")
        page.keyboard.press("Enter")
        page.wait_for_function("navigator.clipboard.readText().then(text => text !== '')")
        plain.goto(f"/document/talks.md?quote={number}#quote")
        assert clipboard(page) == plain.locator("#quote textarea").input_value().split("\n")


def test_a_paragraph_is_quoted_without_scripts_on_a_phone(
    opened: Callable[..., Page], site: str
) -> None:
    page = opened("/document/talks.md?q=grain", java_script_enabled=False, viewport=PHONE)
    # Nothing has been pointed at or gone to: all ways to quote are seen, each under its paragraph.
    for button in page.locator(".numbered > button").all():
        assert button.evaluate("it => getComputedStyle(it).opacity") == "1"
        box, text = button.bounding_box(), button.locator("xpath=..").locator("p").bounding_box()
        assert box and text
        assert box["height"] >= 24
        assert box["y"] >= text["y"] + text["height"] - 1
    page.get_by_role("button", name="Quote 4", exact=True).click()
    page.wait_for_url("**/document/talks.md?q=grain&quote=4#quote")
    expect(page.locator("#quote")).to_be_in_viewport()
    lines = page.locator("#quote textarea").input_value().split("\n")
    assert lines[0] == "“And when does the grain arrive?” — Question"
    assert lines[-1] == f"{site}/document/talks.md#p4"
    page.get_by_label("Quote the paragraphs").fill("2-3")
    page.get_by_role("button", name="Show with citation").click()
    page.wait_for_url("**quote=2-3#quote")
    text = page.locator("#quote textarea").input_value()
    assert text.startswith("“Good afternoon. We spoke of grain.\n\nThe grain moves")
    page.get_by_role("link", name="Paragraphs 2–3 in the text").click()
    assert page.url.endswith("#p2")


# Versions, near-identical documents


def test_versions_stand_side_by_side_with_marks_in_both(opened: Callable[..., Page]) -> None:
    page = opened("/document/talks.md?q=sea+OR+%D0%B7%D0%B5%D1%80%D0%BD%D0%BE")
    page.get_by_role("link", name="side by side").first.click()
    page.wait_for_url("**with=**")
    left, right = page.locator(".sides.heads .side").all()
    boxes = left.bounding_box(), right.bounding_box()
    assert boxes[0] and boxes[1]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    marks = page.locator(".body mark").all_inner_texts()
    assert {"sea", "зерне"} <= set(marks)


def test_what_differs_between_near_identical_documents_is_shown(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/record.md?q=grain")
    page.get_by_text("1 near-identical").click()
    page.get_by_role("link", name="what differs").first.click()
    page.wait_for_url("**with=record**")
    assert page.locator(".body del .changed").all_inner_texts() == ["first"]
    assert page.locator(".body ins .changed").all_inner_texts() == ["last"]


# Paper, policy, accessibility


def test_paper_shows_text_numbers_and_citation_and_no_controls(
    opened: Callable[..., Page],
) -> None:
    page = opened("/document/talks.md?q=grain#p3")
    page.emulate_media(media="print")
    for hidden in (".outline", ".map", ".quoting", "#p3 > button", ".places", ".nearest"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in ("#p3 > p", "#p3 > .number", "#citation", "h1", "mark"):
        assert page.locator(shown).first.is_visible(), shown
    box = page.locator("#p3 > .number").bounding_box()
    assert box
    assert box["x"] >= 0


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/document/talks.md?q=grain&quote=2-4#m2", "/document/long.md#p3", "/document/bare.txt"],
)
def test_axe_finds_nothing_to_mend_and_nothing_breaks_the_policy(
    opened: Callable[..., Page], path: str, scheme: str, size: dict[str, int]
) -> None:
    page = opened(path, viewport=size, color_scheme=scheme, bypass_csp=True)
    if size is PHONE and page.locator(".outline").count():
        page.locator(".outline > summary").click()
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", ["/document/talks.md?q=grain&quote=2#quote", "/document/long.md"])
def test_nothing_breaks_the_policy_of_the_page(opened: Callable[..., Page], path: str) -> None:
    page = opened("/help", **MAY_COPY)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    page.locator("#p2 > button").focus()
    page.keyboard.press("Enter")
    assert clipboard(page)
    assert said == []
