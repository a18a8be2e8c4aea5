"""Matches to snippets: which pieces of a document's text to show, as offsets.

In: where a query matched in a text. Out: up to three `Snippet`s, best first, at sentence ends
where sentences are short enough. Never searches the text, never writes HTML.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.search.engine import Engine, FieldMatches, Occurrence
from dragoman.search.results import Snippet, Span

MAX_SNIPPETS = 3
MAX_LENGTH = 320
"""Code points that a snippet should not exceed."""
MIN_LENGTH = 100
"""Code points below which the next sentence is shown too."""
MAX_CANDIDATES = 400
"""Places that are compared; further ones come after all these in the text."""
_REST_OF_SENTENCE = re.compile(r"[^\s\w]*")
_OPENING = re.compile(r"[«“„\"'(\[—–-]+\s?$")
_LOOK_AROUND = 24
"""Code points beside a sentence's words in which its punctuation is looked for."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A candidate: a range of the text, and the parts of the query that match in it."""

    start: int
    end: int
    parts: frozenset[int]
    n_occurrences: int


def snippets_of(engine: Engine, handle: Any, matches: FieldMatches) -> tuple[Snippet, ...]:
    """The best pieces of a document's text; its beginning where nothing matched in it."""
    length = engine.text_length(handle)
    if not length:
        return ()
    if not matches.occurrences:
        return (_cut(engine, handle, _opening(engine, handle, length), matches.marks),)
    windows = _windows(engine, handle, matches.occurrences)
    chosen = _best(windows)
    return tuple(_cut(engine, handle, (w.start, w.end), matches.marks) for w in chosen)


def _opening(engine: Engine, handle: Any, length: int) -> Span:
    end = min(length, MAX_LENGTH)
    return (0, end if end == length else _at_space(engine.text(handle, 0, end), end))


def _at_space(text: str, end: int) -> int:
    """The last place up to `end` where a word ends."""
    space = max(text.rfind(" "), text.rfind("\n"), text.rfind("\u00a0"))
    return space if space > end // 2 else end


def _windows(engine: Engine, handle: Any, occurrences: Sequence[Occurrence]) -> list[_Window]:
    windows: list[_Window] = []
    until = -1
    starts = [occurrence.start for occurrence in occurrences]
    for number, occurrence in enumerate(occurrences):
        if occurrence.start < until:
            continue
        start, end = _around(engine, handle, occurrence)
        last = bisect_left(starts, end, lo=number)
        inside = [o for o in occurrences[number:last] if o.end <= end] or [occurrence]
        windows.append(_Window(start, end, frozenset(o.part for o in inside), len(inside)))
        until = end
        if len(windows) == MAX_CANDIDATES:
            break
    return windows


def _around(engine: Engine, handle: Any, occurrence: Occurrence) -> Span:
    """The sentence of an occurrence, cut where it is too long, with the next where too short."""
    start, end = engine.sentence_around(handle, occurrence.start, occurrence.end)
    if end - start > MAX_LENGTH:
        room = max(0, MAX_LENGTH - (occurrence.end - occurrence.start))
        start = max(start, occurrence.start - room // 2)
        end = min(end, max(occurrence.end, start + MAX_LENGTH))
    elif end - start < MIN_LENGTH and end < engine.text_length(handle):
        following = engine.sentence_around(handle, start, end + 1)
        if end < following[1] <= start + MAX_LENGTH:
            end = following[1]
    return start, end


def _best(windows: Sequence[_Window]) -> list[_Window]:
    """The windows that show most parts of the query, each new part first."""
    left = list(windows)
    chosen: list[_Window] = []
    shown: set[int] = set()
    while left and len(chosen) < MAX_SNIPPETS:
        best = max(
            left, key=lambda w: (len(w.parts - shown), len(w.parts), w.n_occurrences, -w.start)
        )
        left.remove(best)
        chosen.append(best)
        shown |= best.parts
    return chosen


def _cut(engine: Engine, handle: Any, window: Span, marks: Sequence[Span]) -> Snippet:
    """A window widened to whole words and its sentence's punctuation, with its marks."""
    length = engine.text_length(handle)
    before, after = max(0, window[0] - _LOOK_AROUND), min(length, window[1] + _LOOK_AROUND)
    text = engine.text(handle, before, after)
    start, end = window[0] - before, window[1] - before
    if start and text[start - 1 : start].isalnum():  # cut inside a word: leave the word out
        inner = _first_space(text, start, end, marks, before)
        start = inner
    elif opening := _OPENING.search(text[:start]):
        start = opening.start()
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end = _last_space(text, start, end, marks, before)
    elif rest := _REST_OF_SENTENCE.match(text, end):
        end = rest.end()
    start, end = start + before, end + before
    first = bisect_left(marks, (start, start))
    last = bisect_right(marks, (end, -1))
    return Snippet(
        start=start,
        end=end,
        paragraph=engine.paragraph_at(handle, start),
        text=text[start - before : end - before],
        marks=tuple((a - start, b - start) for a, b in marks[first:last] if b <= end),
    )


def _first_space(text: str, start: int, end: int, marks: Sequence[Span], offset: int) -> int:
    """Where the first whole word begins, but not beyond the first mark."""
    limit = min((a - offset for a, b in marks if b - offset > start), default=end)
    for at in range(start, min(limit, end)):
        if text[at].isspace():
            return at + 1
    return limit if limit < end else start


def _last_space(text: str, start: int, end: int, marks: Sequence[Span], offset: int) -> int:
    """Where the last whole word ends, but not before the last mark."""
    limit = max((b - offset for a, b in marks if a - offset < end), default=start)
    for at in range(end - 1, max(limit, start), -1):
        if text[at].isspace():
            return at
    return max(limit, end) if limit > end else (limit if limit > start else end)
