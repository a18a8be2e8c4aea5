"""Text → its lines: which begin a paragraph, which only continue a wrapped one.

Paragraphs part at blank lines; where a text has none, at every line end that is no wrap. A text
counts as wrapped at a fixed width when the line ends before small letters stand where the next word
would no longer have fitted. It does not look into sentences, and takes voices as given.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dragoman.indexer.native import kernel_module
from dragoman.indexer.turns import opens_turn

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_LIST_ITEM = re.compile(
    r"[-–—−•‣*·▪●○■□►>]+\s|\(?\d{1,3}(?:\.\d{1,3})*[.)]\s|\(?[IVXivx]{1,5}[.)]\s|\(?[A-Za-zА-Яа-я]\)\s"
)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'’”»)\]]*\Z")

MIN_WIDTH, MAX_WIDTH = 40, 140
"""Code points between which a plain text's wrapping width lies."""
MIN_FULL_SHARE = 0.8
"""Share of the line ends before small letters that must stand at the right margin."""
MIN_RUNNING_SHARE = 0.2
"""Share of line ends within paragraphs that must be such; verse and lists stay below."""


class _RawLine(NamedTuple):
    """A line before it is known whether the text is wrapped."""

    start: int
    end: int
    indent: int
    after_blank: bool


class Line(NamedTuple):
    """A line that is not blank.

    Attributes:
        start: of its first non-blank code point.
        end: behind its last non-blank code point.
        indent: blanks before start.
        after_blank: a blank line stands before it, or it is the first.
        wrapped: it continues the line before: that line's end is a wrap.
        hyphenated: the line before ends in a hyphenated word that this one continues.
    """

    start: int
    end: int
    indent: int
    after_blank: bool
    wrapped: bool
    hyphenated: bool


def read_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order."""
    kernel = kernel_module()
    raw = list(map(_RawLine._make, kernel.raw_lines(text)) if kernel else _raw_lines(text))
    width = _width(text, raw)
    lines = [Line(*first, wrapped=False, hyphenated=False) for first in raw[:1]]
    for previous, current in pairwise(raw):
        hyphenated = wrapped = False
        if not current.after_blank:
            hyphenated = _hyphenated(text, previous, current)
            wrapped = hyphenated or (width > 0 and _is_wrap(text, previous, current, width))
        lines.append(Line(*current, wrapped, hyphenated))
    return lines


def unwrap(text: str) -> str:
    r"""Plain text with the lines of each wrapped paragraph joined by a space.

    Text that is not wrapped at a fixed width comes back as it was; so do lists, verse and dialogue
    in one that is. A word hyphenated at a line's end keeps its hyphen and line end (``-\n``), by
    which the tokenizer knows it.
    """
    parts: list[str] = []
    position = 0
    previous_end = 0
    for line in read_lines(text):
        if line.wrapped:
            parts.append(text[position:previous_end])
            parts.append("\n" if line.hyphenated else " ")
            position = line.start
        previous_end = line.end
    parts.append(text[position:])
    return "".join(parts)


def _raw_lines(text: str) -> Iterator[_RawLine]:
    behind = 0
    first = True
    for match in _LINE.finditer(text):
        content = match.group()
        stripped = content.strip()
        if not stripped:
            continue
        start = match.start()
        gap = text[behind:start]
        after_blank = first or gap == "\n\n"
        if not (after_blank or gap == "\n"):  # as between most lines
            gap = gap.replace("\r\n", "\n")
            after_blank = gap != "\n" and (len(gap.strip(" \t\xa0")) > 1 or "\u2029" in gap)
        indent = 0
        if len(content) != len(stripped):
            indent = len(content) - len(content.lstrip())
            start += indent
        yield _RawLine(start, start + len(stripped), indent, after_blank)
        behind = start + len(stripped)
        first = False


def _width(text: str, raw: list[_RawLine]) -> int:
    """The width at which a text is wrapped; 0 where it is not."""
    pairs = [(a, b) for a, b in pairwise(raw) if not b.after_blank]
    if not pairs:
        return 0
    lengths = sorted(line.end - line.start + line.indent for line in raw)
    width = lengths[(len(lengths) * 9) // 10]
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        return 0
    running = full = 0
    for previous, current in pairs:
        if text[current.start].islower() and not _LIST_ITEM.match(text, current.start):
            running += 1
            full += _is_full(text, previous, current, width)
    if full < MIN_FULL_SHARE * running or running < max(1, MIN_RUNNING_SHARE * len(pairs)):
        return 0
    return width


def _is_full(text: str, previous: _RawLine, current: _RawLine, width: int) -> bool:
    """Whether the first word of the current line would not have fitted on the previous one."""
    word = text[current.start : current.end].split(maxsplit=1)[0]
    return previous.end - previous.start + previous.indent + 1 + len(word) > width


def _is_wrap(text: str, previous: _RawLine, current: _RawLine, width: int) -> bool:
    start = current.start
    if _LIST_ITEM.match(text, start) and not (
        text[start] in "-–—" and not _SENTENCE_END.search(text, previous.start, previous.end)
    ):
        return False
    if text[start].islower():
        return _is_full(text, previous, current, width * 3 // 4)
    if current.indent > previous.indent + 1 or opens_turn(text, start, current.end):
        return False
    return _is_full(text, previous, current, width)


def _hyphenated(text: str, previous: _RawLine, current: _RawLine) -> bool:
    end = previous.end
    return (
        text[end - 1] in "-\xad"
        and end - 2 >= previous.start
        and text[end - 2].isalpha()
        and text[current.start].islower()
    )
