"""The main text of a web page, as paragraphs.

In: a parsed page and its title. Out: its blocks of text without menus, buttons, captions and lists
of related pages. What the page itself marks as its body (microdata, microformats, usual names of
classes, a lone `article` or `main`) is trusted before what is judged: the part that holds most of
the prose behind the title.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from lxml import html
from lxml.etree import _Element

from dragoman.indexer.chrome import is_chrome, is_tail_heading
from dragoman.indexer.readers.html_beside import is_dated_label
from dragoman.indexer.readers.html_blocks import Block, blocks_in, blocks_of, with_class

_BODY_PROPERTIES = ("articleBody", "schema:text", "schema:articleBody")
_BODY_CLASSES = (
    "e-content", "entry-content", "post-content", "article-content", "article-body",
    "article__body", "article__content", "article-text", "article__text", "news-text",
    "field--name-body", "field-name-body", "TRS_Editor",
)  # fmt: skip
_LONE_MARKS = ("//article", "//main", "//*[@role='main']")
_SUMMARY_CLASSES = ("p-summary", "entry-summary")
_MOST_BODIES = 50
_MIN_BODY = 20
"""Characters below which a marked body holds no text worth trusting the mark."""
_SENTENCE = re.compile(r"[.!?…:;»”\"]\W{0,3}$")
_MIN_PROSE = 60  # characters of a block that need not end like a sentence to be prose
_MIN_SENTENCE = 20
_HELD = 0.95
"""Share of the prose around that a part must hold to be taken for all of the text."""
_DEEPEST = 300
"""Levels above a block that are looked at."""
_BARS = re.compile(r"[|\n•·]")
_MAX_TEASER = 0.3  # of the whole text
_TEASER_LEVELS = 8
_MAX_TAIL_BLOCK = 300  # characters of a block behind the text that is none of it
_NOT_TEXT_BEHIND = re.compile(
    r"(?:tags?|topics?|subjects?|keywords?|теги|темы|рубрики?|категори[яи])\s*:.*|"
    r"(?:(?:further\s+)?(?:inquir|enquir)(?:y|ies)|(?:press\s+|media\s+)?contacts?|контакт\w*|справки)\s*:.*|"
    r".{0,160}[\w.+-]+@[\w.-]+\.\w+.{0,60}|(?:tel|phone|fax|e-?mail|тел|факс)\b.*\d.*|\+?[\d\s()-]{7,}|"
    r"(?:for\s+(?:information\s+media|media\s+(?:inquiries|enquiries)|more\s+information)|"
    r"if\s+you\s+are\s+not\s+a\s+journalist|if\s+you\s+(?:spot|find|notice)\s+(?:an?\s+)?(?:error|"
    r"typo|mistake)|если\s+вы\s+(?:нашли|заметили)\s+(?:ошибку|опечатку))\b.*",
    re.IGNORECASE | re.DOTALL,
)


def summary_of(tree: html.HtmlElement) -> str:
    """What the page sets apart as its summary, or empty."""
    for element in with_class(tree, *_SUMMARY_CLASSES):
        if text := " ".join(blocks_of(element)):
            return text
    return ""


def main_blocks(tree: html.HtmlElement, title: str) -> list[Block]:
    """The blocks of the page's main text in order; the first ones may repeat what stands beside.

    Args:
        tree: The page.
        title: Its title: what stands before it in an unmarked page is no text.
    """
    for root in _marked_bodies(tree):
        blocks = _without_frame(_behind_title(blocks_in(root), title))
        if _size(blocks) >= _MIN_BODY:
            return blocks
    body = body_of(tree)
    whole = _behind_title(blocks_in(body), title)
    part = _part_with_prose(body, whole)
    if part is not body:
        whole = _behind_title(blocks_in(part), title)
    return _without_frame(whole)


def body_of(tree: html.HtmlElement) -> _Element:
    """What a browser shows of a page; of one made of frames what it shows without them."""
    body = tree.find(".//body")
    return tree if body is None else body


def is_prose(block: Block) -> bool:
    """A sentence or more, that is no link."""
    if block.is_link or is_chrome(block.line):
        return False
    size = len(block.text)
    return size >= _MIN_PROSE or (size >= _MIN_SENTENCE and bool(_SENTENCE.search(block.text)))


def _marked_bodies(tree: html.HtmlElement) -> Iterator[_Element]:
    marked: dict[str, list[_Element]] = {}
    for element in tree.xpath("//*[@itemprop or @property]"):
        for name in f"{element.get('itemprop', '')} {element.get('property', '')}".split():
            marked.setdefault(name, []).append(element)
    for element in with_class(tree, *_BODY_CLASSES):
        for name in element.get("class").split():
            marked.setdefault(name, []).append(element)
    for name in (*_BODY_PROPERTIES, *_BODY_CLASSES):
        if found := marked.get(name):
            yield max(found[:_MOST_BODIES], key=lambda element: element.xpath("string-length(.)"))
    for mark in _LONE_MARKS:
        found = tree.xpath(mark)
        if len(found) == 1 and found[0].find(".//p") is not None:
            yield found[0]


def _behind_title(blocks: list[Block], title: str) -> list[Block]:
    """What stands behind the last heading that repeats the title before the text begins."""
    begin = 0
    for at, block in enumerate(blocks):
        if title and (block.line == title or block.text.partition("\n")[0] == title):
            begin = at + 1
            if block.heading:
                break
        elif begin and is_prose(block):
            break
    return blocks[begin:]


def _part_with_prose(body: _Element, blocks: Sequence[Block]) -> _Element:
    """The innermost part of the page that holds nearly all of its prose."""
    held: dict[_Element, int] = {}
    total = 0
    for block in takewhile(lambda block: not is_tail_heading(block.line), blocks):
        if block.element is None or not is_prose(block):
            continue
        total += len(block.text)
        # From what holds the block: a paragraph alone is no part of a page.
        element: _Element | None = block.element.getparent()
        for _ in range(_DEEPEST):
            if element is None or element is body:
                break
            held[element] = held.get(element, 0) + len(block.text)
            element = element.getparent()
    enough = [element for element, size in held.items() if size >= _HELD * total]
    # Of two parts that hold as much, the inner one was met first.
    return min(enough, key=held.__getitem__, default=body) if total else body


def _without_frame(blocks: list[Block]) -> list[Block]:
    """Blocks without the lists of links before, in and behind the text, and the site's tail."""
    blocks = [
        block
        for block in _without_tail(_without_link_lists(_without_teasers(blocks)))
        if not is_chrome(block.line)
    ]
    end = len(blocks)
    while end and _is_behind(blocks[end - 1]):
        end -= 1
    return blocks[:end]


def _without_tail(blocks: list[Block]) -> list[Block]:
    """Blocks up to a heading that begins the site's tail, where no more text comes behind it."""
    total = _size(blocks)
    rest, end = 0, len(blocks)
    for at in range(len(blocks) - 1, 0, -1):
        rest += len(blocks[at].text)
        if len(blocks[at].text) > _MAX_TAIL_BLOCK or rest * 2 > total - rest:
            break
        if is_tail_heading(blocks[at].line):
            end = at
    return blocks[:end]


def _without_teasers(blocks: list[Block]) -> list[Block]:
    """Blocks without headings that lead to other pages and what stands under each of them."""
    total = _size(blocks)
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        end = at + 1
        if block.heading and block.is_link and block.element is not None:
            around = block.element.getparent()
            while end < len(blocks) and _is_within(blocks[end], around):
                end += 1
            if _size(blocks[at:end]) <= _MAX_TEASER * total:
                at = end
                continue
            end = at + 1
        kept += blocks[at:end]
        at = end
    return kept


def _is_within(block: Block, around: _Element | None) -> bool:
    element = block.element
    for _ in range(_TEASER_LEVELS):
        if element is None or element is around:
            break
        element = element.getparent()
    return element is not None and element is around


def _without_link_lists(blocks: list[Block]) -> list[Block]:
    """Blocks without runs of links that stand before or behind the text, or under their heading."""
    prose = [at for at, block in enumerate(blocks) if is_prose(block)]
    if not prose:
        return blocks
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].is_link:
            end += 1
        outside = at < prose[0] or at > prose[-1]
        headed = bool(kept) and is_tail_heading(kept[-1].line)
        if end - at >= (1 if headed or outside else len(blocks)):
            if headed:
                kept.pop()
            at = end
        else:
            kept += blocks[at : max(end, at + 1)]
            at = max(end, at + 1)
    return kept


def _is_behind(block: Block) -> bool:
    return (
        block.is_link
        or block.heading
        or is_dated_label(block.line)
        or is_tail_heading(block.line)
        or all(not part.strip() or is_chrome(part) for part in _BARS.split(block.text))
        or _NOT_TEXT_BEHIND.fullmatch(block.text) is not None
    )


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)
