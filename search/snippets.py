"""Matches to snippets: which pieces of a document's text to show, as offsets.

In: where a query matched in a text. Out: up to three `Snippet`s, best first, at sentence ends
where sentences are short enough. Never searches the text, never writes HTML.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from dragoman.search.engine import Engine, FieldMatches, Occurrence, TextLayout
from dragoman.search.results import Snippet, Span, page_at

MAX_SNIPPETS = 3
MAX_LENGTH = 320
"""Code points that a snippet should not exceed."""
MAX_OCCURRENCES = 300
"""Occurrences of a document that are compared: the first ones."""
MIN_LENGTH = 100
"""Code points below which the next sentence is shown too."""
_REST_OF_SENTENCE = re.compile(r"[^\s\w]*")
_OPENING = re.compile(r"[«“„\"'(\[—–-]+\s?$")
_LOOK_AROUND = 24
"""Code points beside a sentence's words in which its punctuation is looked for."""


class _Place(NamedTuple):
    """Occurrences near each other in one sentence.

    Attributes:
        start: Of the first occurrence.
        end: Of the last one.
        parts: Bit n is set where part n of the query matches here.
        n_occurrences: How many there are.
    """

    start: int
    end: int
    parts: int
    n_occurrences: int


def snippets_of(
    engine: Engine, handle: Any, matches: FieldMatches, page_starts: Sequence[int] = ()
) -> tuple[Snippet, ...]:
    """The best pieces of a document's text; its beginning where nothing matched in it.

    Args:
        engine: Where the text is.
        handle: The document.
        matches: Where the query matched in the text.
        page_starts: Where the pages of its file begin in the text; empty without pages.
    """
    layout = matches.layout or engine.layout(handle)
    if not layout.length:
        return ()
    windows: Sequence[Span]
    if matches.windows is not None:
        windows = matches.windows
    elif matches.occurrences:
        windows = _windows(layout.sentences, matches.occurrences[:MAX_OCCURRENCES])
    else:
        windows = [_opening(engine, handle, layout.length)]
    return tuple(
        _cut(engine, handle, layout, window, matches.marks, page_starts) for window in windows
    )


def _windows(sentences: Sequence[Span], occurrences: Sequence[Occurrence]) -> list[Span]:
    """The best ranges to show, best first, none overlapping another."""
    windows: list[Span] = []
    starts = [start for start, _ in sentences]
    for place in _best(_places(sentences, starts, occurrences)):
        window = _around(sentences, starts, place)
        if all(window[1] <= start or end <= window[0] for start, end in windows):
            windows.append(window)
            if len(windows) == MAX_SNIPPETS:
                break
    return windows


def _opening(engine: Engine, handle: Any, length: int) -> Span:
    end = min(length, MAX_LENGTH)
    return (0, end if end == length else _at_space(engine.text(handle, 0, end), end))


def _at_space(text: str, end: int) -> int:
    """The last place up to `end` where a word ends."""
    space = max(text.rfind(" "), text.rfind("\n"), text.rfind("\u00a0"))
    return space if space > end // 2 else end


def _places(
    sentences: Sequence[Span], starts: Sequence[int], occurrences: Sequence[Occurrence]
) -> list[_Place]:
    """The occurrences by sentence, in long sentences by what one snippet can show."""
    places: list[_Place] = []
    sentence_end = place_end = -1
    first = last = parts = count = 0
    for start, end, part in occurrences:
        if end <= place_end and start < sentence_end:
            last = end if end > last else last
            parts |= 1 << part
            count += 1
            continue
        if count:
            places.append(_Place(first, last, parts, count))
        if start >= sentence_end:
            at = bisect_right(starts, start) - 1
            sentence_end = max(end, sentences[max(0, at)][1])
        place_end = max(end, min(sentence_end, start + MAX_LENGTH))
        first, last, parts, count = start, end, 1 << part, 1
    if count:
        places.append(_Place(first, last, parts, count))
    return places


_MOST_ALIKE = 2 * MAX_SNIPPETS
"""Places with the same parts of the query that are compared: some fall out as overlapping."""


def _best(places: Sequence[_Place]) -> list[_Place]:
    """The places that show most parts of the query, each new part first."""
    by_parts: dict[int, list[_Place]] = {}
    for place in places:
        by_parts.setdefault(place.parts, []).append(place)
    left: list[_Place] = []
    for alike in by_parts.values():
        if len(alike) > _MOST_ALIKE:
            alike.sort(key=lambda place: (-place.n_occurrences, place.start))
        left += alike[:_MOST_ALIKE]
    chosen: list[_Place] = []
    shown = 0
    while left and len(chosen) < _MOST_ALIKE:
        best = max(
            left,
            key=lambda place: (
                (place.parts & ~shown).bit_count(),
                place.parts.bit_count(),
                place.n_occurrences,
                -place.start,
            ),
        )
        left.remove(best)
        chosen.append(best)
        shown |= best.parts
    return chosen


def _around(sentences: Sequence[Span], starts: Sequence[int], place: _Place) -> Span:
    """The sentences of a place, cut where they are too long, with the next where too short."""
    first = max(0, bisect_right(starts, place.start) - 1)
    last = max(first, bisect_left(starts, place.end) - 1)
    start, end = sentences[first][0], sentences[last][1]
    if end - start > MAX_LENGTH:
        room = max(0, MAX_LENGTH - (place.end - place.start))
        start = max(start, place.start - room // 2)
        end = min(end, max(place.end, start + MAX_LENGTH))
    elif end - start < MIN_LENGTH and last + 1 < len(sentences):
        following = sentences[last + 1][1]
        if following <= start + MAX_LENGTH:
            end = following
    return min(start, place.start), max(end, place.end)


def _cut(
    engine: Engine,
    handle: Any,
    layout: TextLayout,
    window: Span,
    marks: Sequence[Span],
    page_starts: Sequence[int],
) -> Snippet:
    """A window widened to whole words and its sentence's punctuation, with its marks."""
    length = layout.length
    before, after = max(0, window[0] - _LOOK_AROUND), min(length, window[1] + _LOOK_AROUND)
    text = engine.text(handle, before, after)
    start, end = window[0] - before, window[1] - before
    near = marks[bisect_left(marks, (before, before)) : bisect_right(marks, (after, -1))]
    if start and text[start - 1 : start].isalnum():  # cut inside a word: leave the word out
        start = _first_space(text, start, end, near, before)
    elif opening := _OPENING.search(text[:start]):
        start = opening.start()
    if end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end = _last_space(text, start, end, near, before)
    elif rest := _REST_OF_SENTENCE.match(text, end):
        end = rest.end()
    start, end = start + before, end + before
    shown = tuple((a - start, b - start) for a, b in near if start <= a and b <= end)
    return Snippet(
        start=start,
        end=end,
        paragraph=max(0, bisect_right(layout.paragraphs, window[0]) - 1),
        text=text[start - before : end - before],
        marks=shown,
        voice=_voice_at(layout.turns, window, marks),
        page=page_at(page_starts, start + (shown[0][0] if shown else 0)),
    )


def _voice_at(turns: Sequence[tuple[int, int, str]], window: Span, marks: Sequence[Span]) -> str:
    """Who says the first marked word of a window, or its beginning where none is marked."""
    if not turns:
        return ""
    first = bisect_left(marks, (window[0], window[0]))
    at = marks[first][0] if first < len(marks) and marks[first][0] < window[1] else window[0]
    number = bisect_right(turns, at, key=_start_of_turn) - 1
    return turns[number][2] if number >= 0 and at < turns[number][1] else ""


def _start_of_turn(turn: tuple[int, int, str]) -> int:
    return turn[0]


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
