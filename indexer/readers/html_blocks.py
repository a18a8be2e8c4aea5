"""A web page → its blocks of text, in order, with what their markup says of them.

In: an element. Out: `Block`s: paragraphs, headings, list entries, cells. Leaves out what is never
text (scripts, menus, forms, hidden parts) and, if asked, what its class or id names as the site's.
Walks without recursion; a page may be nested as deep as it likes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml.etree import _Element, iterwalk

_NEVER_TEXT = frozenset(
    """script style noscript noframes template nav aside button select textarea iframe object embed
    svg video audio picture figure figcaption canvas map dialog menu head footer""".split()
)
# Some sites set the whole page into a form, a title into a header: see _WHOLE.
_SELDOM_TEXT = frozenset(("form", "header"))
_NO_TEXT_ROLES = frozenset(
    """complementary navigation banner contentinfo search menu menubar toolbar tablist tooltip
    dialog alertdialog alert""".split()
)
_SITE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|shares|sharer|social|socials|socialbar|addtoany|addthis|sharethis|"
    r"related|seealso|recommended|popular|latest|teasers?|tags|taglist|tagcloud|breadcrumbs?|crumbs?|"
    r"pagination|pager|prevnext|comments?|respond|cookies?|cookiebar|consent|gdpr|promo|subscribe|"
    r"subscription|newsletter|mailing|signup|print|printer|gallery|slider|slide|carousel|captions?|"
    r"photo|photos|player|tooltip|toolbar|tools|buttons?|btn|menu|submenu|nav|navbar|navigation|topnav|"
    r"subnav|sidebar|sidenav|rightbar|leftbar|footer|foot|masthead|topbar|advert|ads|banner|popup|modal|"
    r"overlay|hidden|invisible|noprint|offscreen|langs?|languages?|"
    r"langbar|switcher|skip|status|feedback|survey|rating|contacts?|copyright|disclaimer|downloads?|"
    r"attachments|qr|hits|login|search|"
    r"sr-only|see-also|visually-hidden|screen-reader-text)(?=$|[\s_-])",
    re.IGNORECASE,
)
# Beside the title: read for what they say, but no text of the page.
_BESIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:meta|metadata|metas|meta-strip|byline|authors?|date|dates|pubdate|timestamp|"
    r"time|published|dateline|info|kicker|eyebrow)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BLOCK_TAGS = frozenset(
    """p div section article main blockquote pre li ul ol dl dt dd h1 h2 h3 h4 h5 h6 table tr td th
    tbody thead tfoot hr address center fieldset details summary body html form header
    caption frameset noframes""".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_STRONG = frozenset(("b", "strong", "center", "big", *_HEADINGS))
_BREAKS = frozenset(("br", "wbr"))
_BREAK = "\x00"  # no character of HTML
_BLANK_LINES = re.compile(r"\n{2,}")
# Sites put no-break spaces after short words; between digits they belong to the number.
_TYPOGRAPHIC_GAP = re.compile(r"(?<!\d)\xa0|\xa0(?!\d)")
_BLANKS = re.compile(r"[ \t\n\r\f\v\u200b\ufeff]+")
_WHOLE = 0.5
"""Share of the text around from which on a part is the text, whatever its class is called."""
_MOST_WEIGHED = 400
"""How many parts are weighed so: a page that names more of its parts like a site’s has no text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block's text and what its markup says.

    Attributes:
        text: With blanks collapsed; a line feed is a line break.
        linked: Characters in links to other pages.
        heading: Whether it is a heading.
        strong: Whether most of it is bold, centred or a heading.
        entry: Whether it stands in a list or table.
        element: Where it ends: the element that it is, or stands in.
    """

    text: str
    linked: int = 0
    heading: bool = False
    strong: bool = False
    entry: bool = False
    element: _Element | None = None

    @property
    def is_link(self) -> bool:
        """Whether all but little of it is a link."""
        return self.linked >= 0.75 * len(self.text)

    @property
    def line(self) -> str:
        """Its text as one line."""
        text = self.text
        return " ".join(text.split()) if "\n" in text or "\xa0" in text else text


def blocks_in(root: _Element, *, text_only: bool = True) -> list[Block]:
    """The blocks of an element of a page, without what is never text.

    Args:
        root: Any element; what follows it is not read.
        text_only: Without what its class or id names as the site's, too.
    """
    return list(_Walk(root, text_only).blocks())


def blocks_of(root: _Element) -> Iterator[str]:
    """The texts of all blocks of an element, whatever they are."""
    return (block.text for block in _Walk(root, text_only=False, whole=True).blocks())


def text_of(element: _Element) -> str:
    """All text in an element as one line."""
    return " ".join("".join(element.itertext()).replace("\xa0", " ").split())


def with_class(tree: _Element, *names: str) -> list[_Element]:
    """The elements that have one of these classes, in the order of the page."""
    wanted = frozenset(names)
    return [
        element
        for element in tree.xpath("//*[@class]")
        if not wanted.isdisjoint(element.get("class").split())
    ]


class _Walk:
    """One pass over an element; holds what the block at hand has gathered."""

    def __init__(self, root: _Element, text_only: bool, *, whole: bool = False) -> None:
        self._root = root
        self._leaves_out = not whole
        self._text_only = text_only
        self._parts: list[str] = []
        self._linked = self._strong = self._size = 0
        self._links = self._strongs = self._headings = self._lists = 0
        self._was_heading = self._was_entry = False
        self._whole = -1.0
        self._weighed = 0

    def blocks(self) -> Iterator[Block]:
        """The blocks; a blank line that breaks make parts two as well."""
        for block in self._walked():
            if "\n\n" not in block.text:
                yield block
                continue
            share = block.linked / len(block.text)
            for text in block.text.split("\n\n"):
                yield replace(block, text=text, linked=round(share * len(text)))

    def _walked(self) -> Iterator[Block]:
        walk = iterwalk(self._root, events=("start", "end"))
        left_out: _Element | None = None
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if self._leaves_out and element is not self._root and self._is_left_out(element):
                    walk.skip_subtree()
                    left_out = element
                    continue
                if self._leaves_out and not self._text_only and self._is_beside_another(element):
                    self._parts.append(" ")
                if tag in _BLOCK_TAGS and (block := self._ended(element.getparent())):
                    yield block
                self._enter(element, tag, 1)
                if tag in _BREAKS:
                    self._parts.append(_BREAK if tag == "br" else "")
                if element.text:
                    self._take(element.text)
            else:
                if element is left_out:
                    left_out = None
                else:
                    if tag in _BLOCK_TAGS and (block := self._ended(element)):
                        yield block
                    self._enter(element, tag, -1)
                if element is not self._root and element.tail:
                    self._take(element.tail)
        if block := self._ended(self._root):
            yield block

    def _enter(self, element: _Element, tag: str, step: int) -> None:
        if tag == "a":
            address = element.get("href", "")
            if address and not address.startswith("#"):
                self._links += step
        if tag in _STRONG:
            self._strongs += step
        if tag in _HEADINGS:
            self._headings += step
        if tag in ("li", "td", "dd"):
            self._lists += step

    def _take(self, text: str) -> None:
        self._parts.append(text)
        if text.isspace():
            return
        size = len(text.strip())
        self._size += size
        if self._links:
            self._linked += size
        if self._strongs:
            self._strong += size
        self._was_heading = self._headings > 0
        self._was_entry = self._lists > 0

    def _ended(self, element: _Element | None) -> Block | None:
        """The block that ends here, if it has text."""
        if not self._parts:
            return None
        text = _tidy(self._parts) if self._size else ""
        linked, strong, size = self._linked, self._strong, self._size
        self._parts = []
        self._linked = self._strong = self._size = 0
        if not text:
            return None
        return Block(
            text,
            linked=linked,
            heading=self._was_heading,
            strong=strong >= 0.9 * size,
            entry=self._was_entry,
            element=element,
        )

    def _is_left_out(self, element: _Element) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER_TEXT:
            return True
        if tag in _SELDOM_TEXT and self._text_only and not self._is_most(element):
            return True
        if not element.attrib:
            return False
        attributes = element.attrib
        if attributes.get("role", "") in _NO_TEXT_ROLES and not self._has_text(element):
            return True
        if "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return True
        if "display:none" in attributes.get("style", "").replace(" ", "").lower():
            return True
        if not self._text_only:
            return False
        if attributes.get("rel") == "tag":
            return True
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if tag == "a" or len(names) == 1:
            return False  # a link in a sentence is a part of it, whatever its class
        named = _SITE_CLASS.search(names) or (tag in _BLOCK_TAGS and _BESIDE_CLASS.search(names))
        return bool(named) and not self._is_most(element)

    def _is_beside_another(self, element: _Element) -> bool:
        """Whether an element is set apart from the one right before it by its looks alone."""
        if element.tag != "span" or not element.get("class"):
            return False
        before = element.getprevious()
        return before is not None and before.tag == "span" and not before.tail

    def _has_text(self, element: _Element) -> bool:
        return self._is_most(element) or element.find(".//article") is not None

    def _is_most(self, element: _Element) -> bool:
        """Whether the element has most of the text, so that it can't be beside it."""
        if self._weighed >= _MOST_WEIGHED:
            return False
        self._weighed += 1
        if self._whole < 0:
            self._whole = float(self._root.xpath("string-length(.)"))
        return float(element.xpath("string-length(.)")) > _WHOLE * self._whole


def _tidy(parts: list[str]) -> str:
    whole = "".join(parts)
    if "\xa0" in whole:
        whole = _TYPOGRAPHIC_GAP.sub(" ", whole)
    if _BREAK not in whole:
        return _BLANKS.sub(" ", whole).strip()
    lines = (_BLANKS.sub(" ", line).strip() for line in whole.split(_BREAK))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines).strip())
