"""What readers may change: width, spacing of text, colours, motion; and where the focus is."""

from collections.abc import Callable, Iterator

import pytest
from page_kinds import PAGES, in_language
from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 700}
OPEN_FOLDS = "document.querySelectorAll('details').forEach(it => { it.open = true })"
SMALL_TARGETS = """() => {
  const shown = [...document.querySelectorAll('a, button, input, select, summary, label')].filter(
    it => it.checkVisibility({ visibilityProperty: true }) && it.type !== 'hidden');
  const inSentence = it => {
    const block = it.closest('p, li, dd, td, th, caption, span.hint, h1, h2, h3');
    return getComputedStyle(it).display === 'inline' && block
      && block.textContent.trim().length > it.textContent.trim().length;
  };
  const boxes = shown.map(it => it.getBoundingClientRect());
  const gap = (a, b) => Math.hypot(
    (a.left + a.right) / 2 - Math.max(b.left, Math.min((a.left + a.right) / 2, b.right)),
    (a.top + a.bottom) / 2 - Math.max(b.top, Math.min((a.top + a.bottom) / 2, b.bottom)));
  return shown.filter((it, n) => {
    const box = boxes[n];
    if (box.right < 0 || box.bottom < 0 || it.closest('.unseen, .skip, svg')) return false;
    if (it.tagName === 'LABEL' || inSentence(it)) return false;
    if (box.width >= 24 && box.height >= 24) return false;
    // Smaller ones count where a circle of 24 px around each meets no other target.
    return shown.some((other, m) => m !== n && !it.contains(other) && !other.contains(it)
      && other.tagName !== 'LABEL' && gap(box, boxes[m]) < 12);
  }).map(it => it.outerHTML.slice(0, 160) + JSON.stringify(it.getBoundingClientRect()));
}"""
"""WCAG 2.5.8: targets of at least 24 by 24 px, or with as much room; not links in sentences."""
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  if (it === document.body) return null;
  if (getComputedStyle(it).outlineStyle === 'none') return `no outline: ${it.outerHTML}`;
  if (!box.width || it.closest('.years')) return '';
  const points = [[0.5, 0.5], [0.02, 0.1], [0.98, 0.9], [0.02, 0.9], [0.98, 0.1]].map(([x, y]) => [
    box.left + box.width * x, box.top + box.height * y]);
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (it.contains(top) || top.contains(it) || top.closest('label, svg'));
  });
  return seen ? '' : it.outerHTML.slice(0, 160) + JSON.stringify(box);
}"""
"""What is wrong with what has the focus: it is not seen (WCAG 2.4.7), or wholly hidden by what else
stands on the page (2.4.11); null where the page itself has it."""

CUT_TEXT = """() => [...document.querySelectorAll('body *')].filter(it => {
  const style = getComputedStyle(it);
  return it.checkVisibility() && !it.closest('.unseen, svg, input, select, .lines')
    && /hidden|clip/.test(style.overflow) && it.textContent.trim()
    && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
}).map(it => it.outerHTML.slice(0, 160))"""
"""What its box cuts off."""


@pytest.fixture(scope="module")
def tab(browser: Browser, server: str) -> Iterator[Page]:
    """One page that shows all kinds in turn; styles may be put into it."""
    context = browser.new_context(base_url=server, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_never_scrolls_sideways_and_its_targets_are_large_enough(
    tab: Page, name: str, code: str
) -> None:
    page = tab
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(in_language(PAGES[name], code))
    page.evaluate(OPEN_FOLDS)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert page.evaluate(SMALL_TARGETS) == []
    # WCAG 1.4.12: more room between lines, words and letters loses nothing.
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
        " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert page.evaluate(CUT_TEXT) == []


@pytest.mark.parametrize("name", PAGES)
def test_all_of_a_page_is_reached_by_tab_and_the_focus_is_seen(tab: Page, name: str) -> None:
    page = tab
    page.set_viewport_size({"width": 900, "height": 420})
    page.goto(in_language(PAGES[name], "en"))
    page.evaluate("document.activeElement.blur()")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, summary')].filter("
        "it => it.tabIndex >= 0 && it.type !== 'hidden' && (it.type !== 'radio' || it.checked)"
        " && it.checkVisibility({ visibilityProperty: true })).length"
    )
    most = min(wanted, 40)
    reached = 0
    for _ in range(most + 1):  # after the last of a page stands the page itself
        page.keyboard.press("Tab")
        wrong = page.evaluate(FOCUS)
        if wrong is not None:
            reached += 1
            assert wrong == ""
    assert reached >= most


def test_chosen_colours_of_the_system_keep_marks_and_focus_apart(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(forced_colors="active")
    page.goto("/search?q=sanctions&lang=en")
    ground = "getComputedStyle(document.querySelector('{}')).backgroundColor"
    assert page.evaluate(ground.format("mark")) != page.evaluate(ground.format("body"))
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    # Chosen ones are known by more than their colour.
    page.goto("/trends?q=grain&q=sanctions&lang=en")
    dashes = page.locator(".series > path:first-of-type").evaluate_all(
        "them => them.map(it => getComputedStyle(it).strokeDasharray)"
    )
    assert len(set(dashes)) == 2


@pytest.mark.parametrize(("wish", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_a_page_moves_only_for_readers_who_do_not_mind(
    open_page: Callable[..., Page], wish: str, behaviour: str
) -> None:
    page = open_page(reduced_motion=wish)
    page.goto("/document/oil.md?q=sanctions")
    scrolls = "getComputedStyle(document.querySelector('.document')).scrollBehavior"
    assert page.evaluate(scrolls) == behaviour
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(it => {"
        " const style = getComputedStyle(it);"
        " return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0"
        " }).length"
    )
    assert moving == 0


def test_dark_and_light_have_their_own_ground(open_page: Callable[..., Page]) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto("/")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    # #fdfcf9 and #16181b
    assert grounds == ["rgb(253, 252, 249)", "rgb(22, 24, 27)"]


def test_series_differ_by_colour_and_by_dashes_in_light_and_dark(
    open_page: Callable[..., Page],
) -> None:
    drawn = []
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto("/trends?" + "&".join(f"q=grain+OR+w{n}" for n in range(8)))
        lines = page.locator(".series > path:first-of-type")
        drawn.append(
            lines.evaluate_all(
                "them => them.map(it => [getComputedStyle(it).stroke,"
                " getComputedStyle(it).strokeDasharray])"
            )
        )
    for lines_of_scheme in drawn:
        colours, dashes = zip(*lines_of_scheme, strict=True)
        assert len(set(colours)) == len(set(dashes)) == 8
    assert drawn[0] != drawn[1]


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


def test_the_list_of_filters_is_open_beside_results_and_folded_on_a_phone(page: Page) -> None:
    page.goto("/search?q=grain")
    assert page.locator("#facet-source").is_visible()
    assert not page.locator(".narrow summary").is_visible()
    page.set_viewport_size(PHONE)
    assert not page.locator("#facet-source").is_visible()
    page.locator(".narrow summary").click()
    assert page.locator("#facet-source").is_visible()
