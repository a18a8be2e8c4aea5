"""When a web page's text was spoken or published.

In: the dates in its head and beside its title, its text. Out: offers to a draft. A page names many
dates; which of them counts, and how exactly, is decided here. Finds no dates in text: `dates.py`
does.
"""

import re
from collections.abc import Sequence

from lxml import html

from dragoman.indexer.metadata import place_line
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.html_beside import Beside, dateline_of
from dragoman.indexer.readers.html_blocks import Block, text_of
from dragoman.indexer.readers.html_fields import Declared

_NAME_DATE = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_MIDNIGHT = re.compile(r"(?:T|,?\s+)0?0:00(?::00(?:\.0+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?$")
_NOON = re.compile(r"(?<=\d)T12:00:00(?:\.0+)?(?:Z|\+00:?00)$")
_CLOCK = re.compile(r"\d:\d\d")
_OPENING = re.compile(
    r"(?P<opening>[A-ZÀ-ŽА-ЯЁ](?:[^.;:!?–—()]|(?<=\d)\.(?=\d)){2,70}?)"
    r"\s*(?:\([^()]{1,40}\)\s*)?\s[–—-]\s"
)
_TITLE_OPENING = re.compile(
    r"(?:No\.?|№)\s*:?\s*\d+\s*,\s*(?P<date>[^,]{6,30}(?:,\s*\d{4})?)\s*,", re.I
)
_MAX_DATELINE = 80  # characters
_MOST_TIMES = 60
_MOST_DATES = 100


def offer_dates(
    tree: html.HtmlElement,
    declared: Declared,
    beside: Beside,
    blocks: Sequence[Block],
    file_name: str,
    draft: Draft,
) -> None:
    """The day of the event where the page names it, else the publication's.

    A date of which only is known that something changed then comes after the title's.

    Args:
        tree: The page.
        declared: The dates in its head.
        beside: Those beside its title.
        blocks: Its main text, which may open or end with place and date.
        file_name: The file's, which may have a date where the page has none.
        draft: Has the title; takes the offers.
    """
    shows_hour = any(_CLOCK.search(date) for date in beside.published)
    published = [
        (_without_empty_hour(date, noon=not shows_hour), origin)
        for date, origin in declared.dates[:_MOST_DATES]
    ]
    if draft.offer_date(beside.event, "page", within=True):
        if (date := next((date for date, _ in published if date), "")) != draft.text("date"):
            draft.extra["published"] = date or (beside.published or [""])[0]
        return
    for date, origin in published:
        draft.offer_date(date, origin)
    for date in beside.published[:_MOST_DATES]:
        draft.offer_date(_without_empty_hour(date), "page", within=True)
    for date in _times(tree, "//time[contains(@class, 'publ') or @pubdate]"):
        draft.offer_date(date, "page")
    times = _times(tree, "//time")
    for date in times:
        if draft.has("date"):  # only to refine: a page has the times of many things
            draft.offer_date(date, "page")
    for date in declared.vague_dates[:_MOST_DATES]:
        draft.offer_date(_without_empty_hour(date), "meta tag")
    if not draft.has("date") and len({date[:10] for date in times if date[:4].isdigit()}) == 1:
        draft.offer_date(next(date for date in times if date[:4].isdigit()), "page")
    for block in (*blocks[:1], *blocks[-1:]):
        place, date = dateline_of(block.line) if len(block.text) < _MAX_DATELINE else ("", "")
        if place:
            draft.offer("place", place, "page")
            draft.offer_date(date, "page", within=True)
    if blocks:
        place, date = _opening_dateline(blocks[0].line)
        draft.offer("place", place, "page")
        draft.offer_date(date, "page", within=True)
    draft.date_from_title()
    if opening := _TITLE_OPENING.match(draft.text("title")):
        draft.offer_date(opening["date"], "title", within=True)
    draft.offer_date(beside.modified, "page", within=True)
    if not draft.has("date") and (found_name := _NAME_DATE.search(file_name)):
        draft.offer_date("-".join(found_name.groups()), "file name")


def _opening_dateline(line: str) -> tuple[str, str]:
    """Place and date of `GENEVA, 5 May 2022 (press service) – The talks …`."""
    found = _OPENING.match(line)
    if found is None:
        return "", ""
    opening = found["opening"].strip(" ,")
    place = place_line(opening.title() if opening.isupper() else opening)
    if place:
        return place, ""
    upper = re.match(r"[^\d]*", opening)
    if upper and upper[0].strip(" ,").isupper():
        opening = upper[0].title() + opening[upper.end() :]
    return dateline_of(opening)


def _without_empty_hour(date: str, *, noon: bool = False) -> str:
    """A date without midnight, which sites write where they know no hour, and perhaps noon."""
    if _MIDNIGHT.search(date):
        return _MIDNIGHT.sub("", date)
    return _NOON.sub("", date) if noon else date


def _times(tree: html.HtmlElement, path: str) -> list[str]:
    found: list[str] = []
    for element in tree.xpath(path)[:_MOST_TIMES]:
        shown = _without_empty_hour(text_of(element))
        exact = _without_empty_hour(element.get("datetime", ""), noon=not _CLOCK.search(shown))
        found += [shown, exact]
    return found
