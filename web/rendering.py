"""Texts and offsets in, pieces to draw out: marked words, numbered paragraphs, places.

Everything is cut by offsets and escaped piece by piece; no text is ever searched for a word.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dragoman.search import DocumentView, Snippet
from dragoman.search.results import Span
from markupsafe import Markup, escape

ELLIPSIS = "…"
MAP_HEIGHT = 500
"""Lines of the map of places: places on one line are drawn once."""
_SENTENCE_END = re.compile(r"[.!?…][\])}\"'”’»“]*\s*\Z")
_COMMAND = re.compile(r"(?P<words>.*?):? +(?P<command>dragoman (?:--|index\b).*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text.

    Attributes:
        text: As it stands in the document, not escaped.
        marked: Whether it is a word that matched.
        place: Number, from 1, of the match that begins with it; 0 if none does.
    """

    text: str
    marked: bool
    place: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document, numbered from 1."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document cut up for reading.

    Attributes:
        paragraphs: In the order of the text; blank ones are left out, but keep their number.
        n_places: Number of places at which a match begins.
        map_lines: The lines, of `MAP_HEIGHT`, on which there are places.
    """

    paragraphs: tuple[Paragraph, ...]
    n_places: int
    map_lines: tuple[int, ...]


def pieces_of(
    text: str, marks: Iterable[Span], places: Mapping[int, int] | None = None
) -> Iterator[Piece]:
    """Cuts a text at its marks; the pieces joined are the text.

    Args:
        text: The text.
        marks: Half-open ranges of the text, rising, not overlapping.
        places: The offset of a mark to the number of the place that begins there.
    """
    at = 0
    for start, end in marks:
        if start > at:
            yield Piece(text[at:start], marked=False)
        yield Piece(text[start:end], marked=True, place=(places or {}).get(start, 0))
        at = end
    if at < len(text):
        yield Piece(text[at:], marked=False)


def marked(text: str, marks: Iterable[Span]) -> Markup:
    """The text escaped, with `<mark>` around each of its marks."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.marked else escape(piece.text)
        for piece in pieces_of(text, marks)
    )


def snippet_markup(snippet: Snippet) -> Markup:
    """A snippet with its marks, and an ellipsis where text has been cut off."""
    before = f"{ELLIPSIS} " if snippet.start > 0 else ""
    after = "" if _SENTENCE_END.search(snippet.text) else f" {ELLIPSIS}"
    return escape(before) + marked(snippet.text, snippet.marks) + escape(after)


def reading(view: DocumentView) -> Reading:
    """A document's text in numbered paragraphs, with the places where matches begin."""
    marks = view.marks
    mark_starts = [start for start, _ in marks]
    known = set(mark_starts)
    stops = sorted({start for start, _ in view.matches if start in known})
    places = {start: number for number, start in enumerate(stops, 1)}
    paragraphs = []
    for number, (start, end) in enumerate(view.paragraphs, 1):
        text = view.text[start:end]
        kept = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        if kept[0] >= kept[1]:
            continue
        inside = marks[bisect_left(mark_starts, kept[0]) : bisect_left(mark_starts, kept[1])]
        pieces = pieces_of(
            view.text[kept[0] : kept[1]],
            [(a - kept[0], min(b, kept[1]) - kept[0]) for a, b in inside],
            {a - kept[0]: places[a] for a, _ in inside if a in places},
        )
        paragraphs.append(Paragraph(number, tuple(pieces)))
    return Reading(tuple(paragraphs), len(stops), _map_lines(stops, len(view.text)))


def _map_lines(stops: Sequence[int], length: int) -> tuple[int, ...]:
    return tuple(sorted({stop * MAP_HEIGHT // length for stop in stops}))


def message_and_command(message: str) -> tuple[str, str]:
    """An error's message as its words and the command that it ends with; empty without one."""
    found = _COMMAND.fullmatch(message)
    return (found["words"], found["command"]) if found else (message, "")


def split_at(text: str, start: int, end: int) -> tuple[str, str, str]:
    """A text before, in and after a range; an empty range is widened to the next character."""
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    if start == end:
        start, end = (start, start + 1) if start < len(text) else (max(0, start - 1), end)
    return text[:start], text[start:end], text[end:]
