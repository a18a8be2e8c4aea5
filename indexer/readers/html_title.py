"""A page's title out of what its head declares and its headings, without the site's name.

In: declared titles in the order of trust, the page's blocks. Out: the title and its origin. What
the page shows decides where a declared title has more than the heading, or breaks off.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml import html

from dragoman.indexer.chrome import is_chrome, is_tail_heading
from dragoman.indexer.metadata import kind_label, kind_of
from dragoman.indexer.readers.html_blocks import Block, text_of

_GAP = re.compile(r"\s+[•∙·|»«:/–—-]+\s+|\s*(?:::|\||_{1,2}|»|∙|•)\s*")
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)$")
_TITLE_MARK = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:title|headline|heading|header-title|tit|zag|zagolovok)(?=$|[\s_-])",
    re.I,
)
_MIN_SHOWN = 8
"""Characters below which a heading that a declared title begins with may be one by chance."""
_MAX_TITLE = 400  # characters; what is longer is a paragraph
_MIN_TITLE_WORDS = 3
_MAX_TITLE_PARTS = 4  # elements in one that holds a title and nothing else
_MOST_HEADINGS = 60
_BANNER = re.compile(
    r"(?:^|\s)(?:banner|masthead|site-header|logo|branding|site-title)(?=$|\s)", re.I
)
_BANNER_LEVELS = 3


def title_of(
    tree: html.HtmlElement, declared: Iterable[tuple[str, str]], blocks: Sequence[Block], site: str
) -> tuple[str, str]:
    """The title and where it is from; both empty where the page has none.

    Args:
        tree: The page.
        declared: Titles that the head declares, with their origins.
        blocks: All of the page's blocks.
        site: The site's name, or empty.
    """
    page_title = next((text_of(found) for found in tree.xpath("//head/title | //title")), "")
    headings = _headings(tree, blocks, site, page_title)
    shown = [*headings, *_marked_titles(tree)]
    for title, origin in declared:
        if cleaned := _cleaned(title, shown, site):
            other = headings[0] if headings else ""
            # Two against one: a template’s title that neither the page shows nor its tab.
            if other and not _akin(cleaned, other) and _akin(page_title, other):
                continue
            if other and kind_label(cleaned) and not kind_label(other):
                continue  # “Interview”, with whom the page says
            return cleaned, origin
    for heading in headings:
        return heading, "page"
    tab = _cleaned(page_title, shown, site) or ""
    lines = {line for block in blocks for line in block.text.split("\n")}
    if tab and (tab in lines or _GAP.split(tab)[0] in lines):
        return (tab if tab in lines else _GAP.split(tab)[0]), "page"
    parts = [block.line for block in blocks if block.strong and block.line in tab]
    if longest := max(parts, key=len, default=""):
        return longest, "page"
    if found := _set_apart(blocks, site):
        return found, "page"
    return _GAP.split(tab)[0] if tab else "", "page"


def tab_title(tree: html.HtmlElement, site: str) -> str:
    """What the browser's tab shows, without the site's name."""
    title = next((text_of(found) for found in tree.xpath("//title")), "")
    return _cleaned(title, (), site)


def _headings(tree: html.HtmlElement, blocks: Sequence[Block], site: str, tab: str) -> list[str]:
    """The headings that may be the title: the one that the tab has too, then the first ones."""
    firsts, banners = [], set()
    for element in tree.xpath("//h1")[:_MOST_HEADINGS]:
        line = text_of(element)
        if _is_in_banner(element):
            banners.add(line)
        else:
            firsts.append(line)
    others = [block.line for block in blocks if block.heading and block.line not in banners]
    others = others[:_MOST_HEADINGS]
    found = [line for line in dict.fromkeys(firsts + others) if _may_be_title(line, site)]
    # The tab has the title, whatever else it has; the site’s own name is shorter.
    in_tab = sorted(
        (line for line in found if len(line) >= _MIN_SHOWN and line in tab),
        key=lambda line: -len(line),
    )
    ranked = [*in_tab[:1], *(line for line in firsts if _may_be_title(line, site)), *others[:1]]
    return [line for line in dict.fromkeys(ranked) if _may_be_title(line, site)]


def _is_in_banner(heading: html.HtmlElement) -> bool:
    """Whether a heading is the site's own: in its banner, or a link to its front page."""
    links = heading.xpath(".//a/@href | ancestor::a/@href")
    try:
        path = urlsplit(links[0]).path.strip("/") if links else "no link"
    except ValueError:
        path = "no address"
    if path in ("", "index.html", "index.htm"):
        return True
    around = heading
    for _ in range(_BANNER_LEVELS):
        around = around.getparent()
        if around is None or around.tag in ("article", "main", "body"):
            return False
        if around.get("role") == "banner" or _BANNER.search(
            f"{around.get('class', '')} {around.get('id', '')}"
        ):
            return True
    return False


def _marked_titles(tree: html.HtmlElement) -> list[str]:
    """Lines that a class or id calls a title."""
    named = (
        element
        for element in tree.xpath("//body//*[contains(@class, 'it') or contains(@id, 'it')]")
        if len(element) < _MAX_TITLE_PARTS
        and _TITLE_MARK.search(f"{element.get('class', '')} {element.get('id', '')}")
    )
    return [text_of(element) for element in islice(named, _MOST_HEADINGS)]


def _set_apart(blocks: Sequence[Block], site: str) -> str:
    """A line that is bold or centred and announces a text, or stands right before one."""
    lines = [block for block in blocks if block.strong and _may_be_title(block.line, site)]
    lines = [block for block in lines if len(block.line.split()) >= _MIN_TITLE_WORDS]
    for block in lines:
        if kind_of(block.line):
            return block.line
    return next((block.line for block in lines if not block.is_link), "")


def _may_be_title(line: str, site: str) -> bool:
    return (
        0 < len(line) <= _MAX_TITLE
        and line.casefold() != site.casefold()
        and not is_chrome(line)
        and not is_tail_heading(line)
        and not kind_label(line)
    )


def _cleaned(title: str, shown: Sequence[str], site: str) -> str:
    """A title without the site's name before or behind it; empty if it is nothing else."""
    title = " ".join(title.split())
    if not title or (site and title.casefold() == site.casefold()):
        return ""
    for heading in shown:
        if len(heading) >= _MIN_SHOWN and len(heading) < len(title):
            before, found, behind = title.partition(heading)
            if (
                found
                and (not before or _GAP.match(before[::-1]))
                and (not behind or _GAP.match(behind))
            ):
                return heading
        cut = _CUT_OFF.sub("", title)
        if cut != title and len(cut) >= _MIN_SHOWN and heading.startswith(cut):
            return heading
    gaps = list(_GAP.finditer(title))
    if gaps and site:
        if title[gaps[-1].end() :].casefold() == site.casefold():
            return title[: gaps[-1].start()]
        if title[: gaps[0].start()].casefold() == site.casefold():
            return title[gaps[0].end() :]
    return title


def _akin(one: str, other: str) -> bool:
    """Whether two titles share half the words of the shorter."""
    words, others = (set(re.findall(r"\w{3,}", text.casefold())) for text in (one, other))
    return len(words & others) * 2 >= min(len(words), len(others))
