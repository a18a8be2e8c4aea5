"""The main text of a web page, as paragraphs.

In: a parsed page. Out: its blocks of text without menus, buttons, captions and lists of related
pages, and its summary where the page sets one apart. What the page itself marks as its body
(microdata, microformats, a lone `article` or `main`) is trusted before trafilatura's judgement.
"""

import copy
import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import _Element

_BODY_MARKS = (
    "//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' articleBody ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' e-content ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')]",
)
_LONE_MARKS = ("//article", "//main", "//*[@role='main']")
_SUMMARY_MARKS = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' p-summary ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' entry-summary ')]",
)
_DROPPED_TAGS = frozenset(
    """script style noscript template nav aside form button select textarea iframe object embed svg
    video audio picture figure figcaption canvas map dialog menu head header footer""".split()
)
_DROPPED_ROLES = frozenset(
    """complementary navigation banner contentinfo search menu menubar toolbar tablist tooltip
    dialog alert""".split()
)
_DROPPED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|socials|related|seealso|tags|taglist|breadcrumbs?|"
    r"pagination|pager|comments?|cookies?|promo|subscribe|subscription|newsletter|print|gallery|"
    r"slider|slide|carousel|captions?|photo|photos|player|tooltip|toolbar|menu|nav|navbar|"
    r"navigation|sidebar|footer|advert|ads|banner|popup|modal|hidden|invisible|sr-only|noprint|"
    r"langs?|languages|skip|status)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    """p div section article main blockquote pre li ul ol dl dt dd h1 h2 h3 h4 h5 h6 table tr td th
    tbody thead tfoot hr address center fieldset details summary body html
    head list item quote row cell""".split()
)
_BREAKS = frozenset(("br", "lb"))
_BREAK = "\x00"  # no character of HTML
_BLANK_LINES = re.compile(r"\n{2,}")
# Sites put no-break spaces after short words; between digits they belong to the number.
_TYPOGRAPHIC_GAP = re.compile(r"(?<!\d)\xa0|\xa0(?!\d)")
_BLANKS = re.compile(r"[ \t\n\r\f\v\u200b\ufeff]+")
_MOST = 0.7
_MIN_BODY = 20
"""Characters below which a marked body holds no text worth trusting the mark."""


def main_blocks(tree: html.HtmlElement) -> tuple[list[str], str]:
    """The paragraphs of the page's main text in order, and its summary or an empty string."""
    summary = _first_text(tree, _SUMMARY_MARKS)
    for root in _marked_bodies(tree):
        blocks = list(blocks_of(_pruned(root)))
        if _size(blocks) >= _MIN_BODY:
            return [block for block in blocks if block != summary], summary
    judged, whole = _by_trafilatura(tree), page_blocks(tree)
    # Of a page with little on it trafilatura may give all text in one piece.
    flattened = len(judged) * 2 <= len(whole) and _size(judged) > _MOST * _size(whole)
    return whole if flattened or not judged else judged, summary


def page_blocks(tree: html.HtmlElement) -> list[str]:
    """All paragraphs of the page but for what is marked as no text."""
    body = tree.find("body")
    return [] if body is None else list(blocks_of(_pruned(body)))


def blocks_of(root: _Element) -> Iterator[str]:
    """The texts of an element's blocks; blanks are collapsed."""
    parts: list[str] = []
    for piece in _pieces(root):
        if piece is None:
            if text := _tidy(parts):
                yield text
            parts = []
        else:
            parts.append(piece)
    if text := _tidy(parts):
        yield text


def _marked_bodies(tree: html.HtmlElement) -> Iterator[_Element]:
    for mark in _BODY_MARKS:
        yield from sorted(tree.xpath(mark), key=lambda found: -len(found.text_content()))[:1]
    for mark in _LONE_MARKS:
        found = tree.xpath(mark)
        if len(found) == 1 and found[0].xpath(".//p"):
            yield found[0]


def _pruned(root: _Element) -> _Element:
    """A copy of the element without what is no text of its own."""
    kept = copy.deepcopy(root)
    kept.tail = None
    for element in list(kept.iter()):
        if element is not kept and _is_foreign(element):
            _drop(element)
    return kept


def _is_foreign(element: _Element) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag in _DROPPED_TAGS or element.get("role", "") in _DROPPED_ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if "display:none" in element.get("style", "").replace(" ", "").lower():
        return True
    if element.get("rel") == "tag":
        return True
    return _DROPPED_CLASS.search(element.get("class", "")) is not None


def _drop(element: _Element) -> None:
    """Takes an element out, but not the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _pieces(element: _Element) -> Iterator[str | None]:
    """Texts in order; None where a block begins or ends, a line feed for a line break."""
    if not isinstance(element.tag, str):
        return
    tag = element.tag
    if tag in _BREAKS:
        yield _BREAK
        return
    block = tag in _BLOCKS
    if block:
        yield None
    if element.text:
        yield element.text
    for child in element:
        yield from _pieces(child)
        if child.tail:
            yield child.tail
    if block:
        yield None


def _tidy(parts: list[str]) -> str:
    whole = _TYPOGRAPHIC_GAP.sub(" ", "".join(parts))
    lines = (_BLANKS.sub(" ", line).strip() for line in whole.split(_BREAK))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines).strip())


def _size(blocks: list[str]) -> int:
    return sum(map(len, blocks))


def _first_text(tree: html.HtmlElement, marks: tuple[str, ...]) -> str:
    for mark in marks:
        for element in tree.xpath(mark):
            if text := " ".join(blocks_of(element)):
                return text
    return ""


def _by_trafilatura(tree: html.HtmlElement) -> list[str]:
    """The blocks that trafilatura takes for the main text, of a page without its frame."""
    from trafilatura import bare_extraction

    framed = copy.deepcopy(tree)
    for element in list(framed.iter()):
        if element.getparent() is not None and element.tag not in ("head", "body", "html"):
            if isinstance(element.tag, str) and (
                element.tag in ("nav", "footer", "aside", "script", "style", "noscript")
                or element.get("role", "") in _DROPPED_ROLES
            ):
                _drop(element)
    found = bare_extraction(framed, include_comments=False, with_metadata=False)
    if found is None or found.body is None:
        return []
    return list(blocks_of(found.body))
