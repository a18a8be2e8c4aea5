"""Lines of a concordance to draw: escaped pieces, and the addresses that a page of lines needs."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import url_for
from markupsafe import Markup, escape

from dragoman.search import Query, QueryError
from dragoman.search.asking import read_words
from dragoman.search.concordance import PAGE_SIZE, Line, LinesWanted
from dragoman.web.links import document_url, short, view_url

RUNNING_FROM = 11
"""Words of context from which on a line no longer fits its columns and is set as running text."""
LONG_WINDOW = 25
"""Words of context from which on a page has fewer lines still, where none are asked for."""
MOST_WHO = 40
"""Letters of a speaker or title: a few more than its column shows."""
MAX_LINES = 78_000
"""Bytes of all lines of a page: with more, a page of 200 passes 100 KB."""
_TAGS = 90
"""Bytes of the tags and the date of a line."""
LONG_MATCH = 48
"""Letters from which on a match may take more than one line."""
_SPACES = re.compile(r"\s+")
_SAID = re.compile(r"\b(?:said|сказал):", re.IGNORECASE)


class ShownLine(NamedTuple):
    """A line; `url` opens the document at the paragraph, `who` is empty where nobody is named."""

    url: str
    left: Markup
    match: str
    right: Markup
    date: str
    who: str
    others: int
    title: str
    lang: str
    is_long: bool


class Voice(NamedTuple):
    """Who speaks in some lines of a page, and the concordance of what that speaker says."""

    name: str
    n_lines: int
    url: str


def kwic_url(wanted: LinesWanted, query: Query, more: str = "", **changes: str | int | None) -> str:
    """The concordance of a query as it is wanted, but for what changes."""
    wanted = replace(wanted, **changes)  # type: ignore[arg-type]
    by_context = wanted.sort != "date"
    default = LinesWanted()
    return view_url(
        "kwic",
        query,
        window="" if wanted.window == default.window else wanted.window,
        sort=wanted.sort if by_context else "",
        depth=wanted.depth if by_context and wanted.depth != default.depth else "",
        sample=wanted.sample,
        seed=wanted.seed if wanted.sample else "",
        page="" if query.page == 1 else query.page,
        page_size="" if wanted.size in (None, default_size(wanted.window)) else wanted.size,
        more=more,
    )


def default_size(window: int) -> int:
    """Lines on a page where none are asked for: so many that their words make less than 100 KB."""
    if window < RUNNING_FROM:
        return PAGE_SIZE
    return PAGE_SIZE // (2 if window < LONG_WINDOW else 4)


def csv_url(wanted: LinesWanted, query: Query) -> str:
    """All lines of the concordance of a query, as it is wanted, as a file."""
    params = urlsplit(kwic_url(wanted, query.with_(page=1), size=None)).query
    return f"{url_for('exporting.export_page')}?{params}&lines=1&format=csv"


def shown(line: Line, query: Query, sort: str) -> ShownLine:
    """A line as it is drawn; the document keeps the query and its filters, not its pages."""
    return ShownLine(
        url=short(
            document_url(
                line.doc_id,
                query.with_(page=1, page_size=10, sort="relevance"),
                f"p{line.paragraph + 1}",
            )
        ),
        left=_underlined(line.left, line.sorted_by if sort == "left" else (0, 0)),
        match=_SPACES.sub(" ", line.match),
        right=_underlined(line.right, line.sorted_by if sort == "right" else (0, 0)),
        date=line.date[:10],
        who=_short(line.voice or (line.speakers[0] if line.speakers else "")),
        others=0 if line.voice else max(0, len(line.speakers) - 1),
        title=_short(line.title or line.doc_id),
        lang=line.lang,
        is_long=len(line.match) >= LONG_MATCH,
    )


def _short(text: str) -> str:
    return text if len(text) <= MOST_WHO else f"{text[: MOST_WHO - 1].rstrip()}…"


def fitted(
    lines: Sequence[Line], query: Query, wanted: LinesWanted
) -> tuple[list[ShownLine], bool]:
    """Lines as they are drawn, and whether there was no room for all of their texts.

    Where there is none, as with words of thirty letters, contexts keep the words nearest to the
    match, and long matches their two ends, as far as all lines have room for them. Who asks for
    running text is given all of it.
    """
    sort = wanted.sort
    drawn = [shown(line, query, sort) for line in lines]
    besides = sum(_TAGS + len(f"{each.url}{each.who or each.title}".encode()) for each in drawn)
    texts = sorted(
        len(text.encode()) for line in lines for text in (line.left, line.match, line.right)
    )
    room = _room(texts, MAX_LINES - besides)
    if not texts or texts[-1] <= room or wanted.window >= RUNNING_FROM:
        return drawn, False
    return [shown(_within(line, room, sort), query, sort) for line in lines], True


def _room(sizes: Sequence[int], all_of_them: int) -> int:
    """The most that each of some sizes, least first, may have so that together they fit."""
    room = 0
    for at, size in enumerate(sizes):
        room = max(0, all_of_them) // (len(sizes) - at)
        if size > room:
            break
        all_of_them -= size
    return room


def _within(line: Line, room: int, sort: str) -> Line:
    """A line with at most so many bytes of each of its texts."""
    left, match = _last(line.left, room), line.match
    if len(match.encode()) > room:
        match = f"{_first(match, room // 2)} {_last(match, room // 2)}"
    # What the order goes by stands next to the match.
    moved = len(left) - len(line.left) if sort == "left" else 0
    start, end = line.sorted_by
    return replace(
        line,
        left=left,
        match=match,
        right=_first(line.right, room),
        sorted_by=(max(0, start + moved), max(0, end + moved)),
    )


def _first(text: str, room: int) -> str:
    """As many of its first words as fit into so many bytes, at least a piece of one."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[: max(2, room - 3)].decode(errors="ignore")
    return f"{kept.rpartition(' ')[0] or kept}…"


def _last(text: str, room: int) -> str:
    """As many of its last words as fit into so many bytes, at least a piece of one."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[-max(2, room - 3) :].decode(errors="ignore")
    return f"…{kept.partition(' ')[2] or kept}"


def _underlined(text: str, span: tuple[int, int]) -> Markup:
    """A context on one line, with the words underlined that the order goes by."""
    start, end = span
    before, words, after = (
        escape(_SPACES.sub(" ", part)) for part in (text[:start], text[start:end], text[end:])
    )
    return before + (Markup("<u>{}</u>").format(words) if words else Markup("")) + after


def voices(lines: Iterable[Line], query: Query, wanted: LinesWanted) -> list[Voice]:
    """Who speaks in some lines, most lines first, each with only what that speaker says."""
    if _SAID.search(query.text):
        return []
    counts = Counter(line.voice for line in lines if line.voice)
    found = []
    for name, n_lines in counts.most_common():
        plain = name.replace('"', "")
        said = query.with_(text=f'said:("{plain}" ({query.text}))', page=1)
        try:
            read_words(said)
        except QueryError:  # not every query can stand in said:( )
            continue
        found.append(Voice(name, n_lines, kwic_url(wanted, said)))
    return found
