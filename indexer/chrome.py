"""Lines that belong to a web site and not to the text on its page.

In: lines. Out: whether they are menus, share buttons, cookie notes and the like. Knows whole
lines only: a sentence that speaks of cookies stays.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_COOKIES = re.compile(
    r"\b(?:this|our)\s+(?:web\s?)?site\s+uses\s+cookies|\bwe\s+use\s+cookies|"
    r"\bby\s+continuing\s+to\s+(?:use|browse)|\buses?\s+cookies\s+to|"
    r"сайт\w*\s+использу\w+\s+(?:файлы\s+)?(?:cookie|куки)|мы\s+используем\s+(?:файлы\s+)?"
    r"(?:cookie|куки)|продолжая\s+(?:использовать|пользоваться|просмотр)\w*",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b)\s*.{0,80}\d{4}|\d{4}\s*©", re.IGNORECASE)
_CAPTION = re.compile(r"(?:photos?|image|picture|фото|снимок)(?:\s+(?:by|credit))?\s*[:©]", re.I)
_MAX_CAPTION = 120  # characters
_MAX_COOKIE_NOTE = 400  # characters; a longer paragraph is about something
_MAX_TAIL_LINE = 90  # characters of a menu entry


def is_chrome(line: str) -> bool:
    """Whether a whole line is a button, a menu entry, a cookie or copyright note of a site."""
    if len(line) > _MAX_COOKIE_NOTE or not line.strip():
        return False
    if (
        len(line) <= _MAX_TAIL_LINE
        and not line.rstrip().endswith((".", "!", "?", ","))
        and _folded(line) in _lines()
    ):
        return True
    if _CAPTION.match(line) and len(line) <= _MAX_CAPTION:
        return True
    if _COOKIES.search(line):
        return True
    return _COPYRIGHT.match(line.strip()) is not None and len(line) <= _MAX_TAIL_LINE * 2


def chrome_tail(lines: Sequence[str]) -> int:
    """Where the site's tail begins: from this index on there are only chrome and short lines.

    It begins with a line of chrome, has no sentence and no paragraph; without one, it is the
    number of lines.
    """
    start = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at].strip()
        if is_chrome(line):
            start = at
        elif line and (len(line) > _MAX_TAIL_LINE or line.endswith((".", "!", "?", "…", ":"))):
            break
    return start


def is_tail_heading(line: str) -> bool:
    """Whether a whole line heads what sites put behind a text: related pages, tags, contacts."""
    return len(line) <= _MAX_TAIL_LINE and _folded(line) in _headings()


@cache
def _lines() -> frozenset[str]:
    return _listed("chrome.txt")


@cache
def _headings() -> frozenset[str]:
    return _listed("tail-headings.txt")


def _listed(name: str) -> frozenset[str]:
    text = files("dragoman.indexer").joinpath("data", name).read_text(encoding="utf-8")
    return frozenset(
        _folded(line) for line in text.splitlines() if line and not line.startswith("#")
    )


def _folded(line: str) -> str:
    return " ".join(_EDGES.sub("", line).casefold().split())
