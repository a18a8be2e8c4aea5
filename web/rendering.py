"""Texts and offsets in, pieces to draw out: marked words, numbered paragraphs, places.

Everything is cut by offsets and escaped piece by piece; no text is ever searched for a word.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import itemgetter
from typing import NamedTuple

from markupsafe import Markup, escape

from dragoman.search import DocumentView, Snippet
from dragoman.search.outline import places_of
from dragoman.search.results import Span
from dragoman.search.viewing import SpokenTurn

ELLIPSIS = "…"
_NEAR_START = 4
"""Code points before a voice that stands at a snippet's start."""
MAX_STEPS = 300
"""Places of a text that lead on to their neighbours by links; keys go to all of them."""
MAP_HEIGHT = 200
"""Lines of the map of places: places on one line are drawn once."""
_SENTENCE_END = re.compile(r"[.!?…][\])}\"'”’»“]*\s*\Z")
_COMMAND = re.compile(r"(?P<words>.*?):? +(?P<command>dragoman (?:--|index\b).*)", re.DOTALL)


class Piece(NamedTuple):
    """A piece of a text.

    Attributes:
        text: As it stands in the document, not escaped.
        marked: Whether it is a word that matched.
        is_voice: Whether it names who speaks next.
        turn: Number of the turn, from 1, that begins with it; 0 elsewhere.
    """

    text: str
    marked: bool
    is_voice: bool = False
    turn: int = 0


class Stretch(NamedTuple):
    """A stretch of a paragraph: a match from its first to its last word, or what lies between.

    Attributes:
        place: Number of the match in the document, from 1; 0 outside matches. Where one match
            begins inside another, the stretch of the first ends there.
        pieces: Its text.
    """

    place: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document; its stretches joined are its text.

    Attributes:
        number: From 1.
        stretches: Its text.
        pages: Its file's page, or first and last page, where another page is reached than in the
            paragraph before; else empty.
    """

    number: int
    stretches: tuple[Stretch, ...]
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document cut up for reading.

    Attributes:
        paragraphs: In the order of the text; blank ones are left out, but keep their number.
        n_places: Number of places at which a match begins.
        map_lines: The lines, of `MAP_HEIGHT`, on which there are places, each with the number of
            the first place on it.
    """

    paragraphs: tuple[Paragraph, ...]
    n_places: int
    map_lines: tuple[tuple[int, int], ...]

    @property
    def stride(self) -> int:
        """How many places a step goes on: more than one where there are very many."""
        return max(1, -(-self.n_places // MAX_STEPS))

    def has_step(self, place: int) -> bool:
        """Whether a step leads from a place: from the first, by strides, and from the last."""
        return (place - 1) % self.stride == 0 or place == self.n_places


def pieces_of(text: str, marks: Iterable[Span], voices: Iterable[Span] = ()) -> Iterator[Piece]:
    """Cuts a text at its marks and voices; the pieces joined are the text.

    Args:
        text: The text.
        marks: Half-open ranges of the text, rising, not overlapping.
        voices: The same for what names who speaks; a mark may stand in a voice.
    """
    voices = list(voices)
    if not voices:
        yield from _parted(text, marks)
        return
    marks = list(marks)
    cuts = sorted({0, len(text), *chain(*marks, *voices)})
    for start, end in pairwise(cuts):
        yield Piece(text[start:end], _holds(marks, start), _holds(voices, start))


def _parted(text: str, marks: Iterable[Span]) -> Iterator[Piece]:
    """Cuts a text at its marks."""
    at = 0
    for start, end in marks:
        if at < start:
            yield Piece(text[at:start], False)
        if start < end:
            yield Piece(text[start:end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)


def _holds(spans: Sequence[Span], at: int) -> bool:
    """Whether one of some rising ranges holds a place."""
    number = bisect_right(spans, at, key=itemgetter(0)) - 1
    return number >= 0 and at < spans[number][1]


def marked(text: str, marks: Iterable[Span]) -> Markup:
    """The text escaped, with `<mark>` around each of its marks."""
    parts = (
        f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text)
        for piece in pieces_of(text, marks)
    )
    return Markup("".join(parts))  # noqa: S704 - each piece is escaped


def snippet_markup(snippet: Snippet) -> Markup:
    """A snippet with its marks and its voice, and an ellipsis where text has been cut off."""
    before = f"{ELLIPSIS} " if snippet.start > 0 else ""
    after = "" if _SENTENCE_END.search(snippet.text) else f" {ELLIPSIS}"
    voice = ""
    if snippet.voice and snippet.voice not in snippet.text[: len(snippet.voice) + _NEAR_START]:
        voice = f'<span class="voice">{escape(snippet.voice)}:</span> '
    shown = f"{voice}{before}{marked(snippet.text, snippet.marks)}{after}"
    return Markup(shown)  # noqa: S704 - what is a text's is escaped


def reading(view: DocumentView) -> Reading:
    """A document's text in numbered paragraphs, with the places where matches begin."""
    mark_starts = [start for start, _ in view.marks]
    ends = dict(places_of(view))
    stops = list(ends)
    voices = [_voice(view.text, turn) for turn in view.turns]
    numbers = {start: number for number, (start, _) in enumerate(voices, 1)}
    said = [end for _, end in voices]
    paragraphs = []
    reached: int | None = None
    for number, (start, end) in enumerate(view.paragraphs, 1):
        text = view.text[start:end]
        kept = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        if kept[0] >= kept[1]:
            continue
        spoken = voices[bisect_right(said, kept[0]) : bisect_left(voices, (kept[1],))]
        stretches = []
        for (a, b), place in _stretches(kept, stops, ends):
            inside = view.marks[bisect_left(mark_starts, a) : bisect_left(mark_starts, b)]
            pieces: tuple[Piece, ...]
            if not spoken and (not inside or inside == ((a, b),)):  # as most are
                pieces = (Piece(view.text[a:b], bool(inside)),)
            else:
                marks = [(left - a, min(right, b) - a) for left, right in inside]
                labels = [
                    (max(left, a) - a, min(right, b) - a)
                    for left, right in spoken
                    if left < b and right > a
                ]
                pieces = tuple(_numbered(pieces_of(view.text[a:b], marks, labels), a, numbers))
            stretches.append(Stretch(place, pieces))
        pages = view.pages_in(*kept) if view.pages else ()
        pages, reached = (pages, pages[-1]) if pages[-1:] != (reached,) and pages else ((), reached)
        paragraphs.append(Paragraph(number, tuple(stretches), pages))
    return Reading(tuple(paragraphs), len(stops), _map_lines(stops, len(view.text)))


def _voice(text: str, turn: SpokenTurn) -> Span:
    """Where a turn's voice is written, without the blanks before it."""
    written = text[turn.start : turn.text_start]
    return turn.start + len(written) - len(written.lstrip()), turn.text_start


def _numbered(pieces: Iterable[Piece], at: int, numbers: Mapping[int, int]) -> Iterator[Piece]:
    """Pieces from an offset on, those that begin a turn with its number."""
    for piece in pieces:
        number = numbers.get(at, 0) if piece.is_voice else 0
        yield piece._replace(turn=number) if number else piece
        at += len(piece.text)


def _stretches(
    kept: Span, stops: Sequence[int], ends: Mapping[int, int]
) -> Iterator[tuple[Span, int]]:
    """Cuts a range where matches begin and end: each part and the number of its match, or 0."""
    at, until = kept
    first, last = bisect_left(stops, at), bisect_left(stops, until)
    for number in range(first, last):
        start = stops[number]
        end = min(ends[start], until, *stops[number + 1 : number + 2])
        if start > at:
            yield (at, start), 0
        yield (start, end), number + 1
        at = end
    if at < until:
        yield (at, until), 0


def _map_lines(stops: Sequence[int], length: int) -> tuple[tuple[int, int], ...]:
    lines: dict[int, int] = {}
    for place, stop in enumerate(stops, 1):
        lines.setdefault(stop * MAP_HEIGHT // length, place)
    return tuple(lines.items())


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
