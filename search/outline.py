"""A document → its outline: its turns or paragraphs, each with its first words and its places.

In: a `DocumentView`. Out: an `Outline`; `to_dict()` is the JSON of the interface. A transcript is
outlined by its turns, with how much each speaker says, any other text by its paragraphs. Draws
nothing and searches nothing.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from dragoman.search.results import Span
from dragoman.search.viewing import DocumentView, SpokenTurn

MAX_OPENING = 48
"""Code points of the first words of a section, at most."""
LISTED = 30
"""Paragraphs that are listed one by one; of more than that, groups are."""
LEAST_GROUP = 10
"""Paragraphs of a group, at least, but in the last one."""
LONG_TURN = 5
"""Paragraphs from which on those of a turn are listed too."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text: a turn, a paragraph, or some paragraphs one after another.

    Attributes:
        start: Offset in the text.
        end: One past its end.
        paragraph: Number of the paragraph in which it starts, from 0.
        last_paragraph: Number of the paragraph in which it ends.
        turn: Number of the turn, from 0; None outside turns.
        voice: Who speaks, as written; empty outside turns.
        speaker: What stands for the person under all spellings in the collection.
        opening: Its first words, those of what is said in a turn.
        words: Number of its words, those of what is said in a turn.
        places: How many matches begin in it.
        parts: Its paragraphs, where they are many; in order.
    """

    start: int
    end: int
    paragraph: int
    last_paragraph: int
    turn: int | None
    voice: str
    speaker: str
    opening: str
    words: int
    places: int
    parts: "tuple[Section, ...]" = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "start": self.start,
            "end": self.end,
            "paragraph": self.paragraph,
            "last_paragraph": self.last_paragraph,
            "voice": self.voice or None,
            "speaker": self.speaker or None,
            "opening": self.opening,
            "words": self.words,
            "places": self.places,
            "parts": [part.to_dict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Share:
    """How much one speaker says in a transcript.

    Attributes:
        voice: As he or she is written there most often.
        speaker: What stands for the person under all spellings in the collection.
        turns: How often he or she speaks.
        words: Words said.
        places: How many matches begin in them.
    """

    voice: str
    speaker: str
    turns: int
    words: int
    places: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "voice": self.voice,
            "speaker": self.speaker,
            "turns": self.turns,
            "words": self.words,
            "places": self.places,
        }


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a document.

    Attributes:
        view: The document.
        by: `turns` or `paragraphs`.
        sections: In the order of the text; what stands before the first turn is one of them.
        speakers: Those of a transcript, who says most comes first.
    """

    view: DocumentView
    by: str
    sections: tuple[Section, ...]
    speakers: tuple[Share, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON (`show --outline --json`)."""
        return {
            "id": self.view.metadata.doc_id,
            "title": self.view.metadata.title,
            "query": self.view.query or None,
            "searched_for": self.view.searched_for or None,
            "notes": [note.to_dict() for note in self.view.notes],
            "by": self.by,
            "sections": [section.to_dict() for section in self.sections],
            "speakers": [share.to_dict() for share in self.speakers],
        }


def outline(view: DocumentView) -> Outline:
    """The outline of a document."""
    counted = _Counted(view)
    if view.turns:
        sections = tuple(_turns(counted))
        return Outline(view, "turns", sections, _shares(sections))
    return Outline(view, "paragraphs", _grouped(list(_paragraphs(counted, 0, len(view.text)))), ())


def places_of(view: DocumentView) -> tuple[Span, ...]:
    """Where matches begin, rising, each with the end of the longest one that begins there."""
    known = {start for start, _ in view.marks}
    ends: dict[int, int] = {}
    for start, end in view.matches:
        if start in known:
            ends[start] = max(end, ends.get(start, end))
    return tuple(sorted(ends.items()))


class _Counted:
    """A document with the places of its words, to count them."""

    def __init__(self, view: DocumentView) -> None:
        self.view = view
        self._words = view.words
        self._places = [start for start, _ in places_of(view)]
        self._starts = [start for start, _ in view.paragraphs]

    def section(
        self,
        start: int,
        end: int,
        turn: SpokenTurn | None = None,
        number: int | None = None,
        parts: tuple[Section, ...] = (),
    ) -> Section:
        """The section of a range, which may be that of a turn with a number."""
        begin = turn.text_start if turn else start
        return Section(
            start=start,
            end=end,
            paragraph=self.paragraph(start),
            last_paragraph=self.paragraph(max(start, end - 1)),
            turn=number,
            voice=turn.voice if turn else "",
            speaker=turn.speaker if turn else "",
            opening=opening(self.view.text, begin, end),
            words=bisect_left(self._words, end) - bisect_left(self._words, begin),
            places=bisect_left(self._places, end) - bisect_left(self._places, start),
            parts=parts,
        )

    def paragraph(self, offset: int) -> int:
        """The number, from 0, of the paragraph that holds an offset."""
        return bisect_right(self._starts, offset) - 1


def opening(text: str, start: int, end: int) -> str:
    """The first words of a range, cut at a blank where they are too long; blanks are one space."""
    shown = " ".join(text[start : min(end, start + 4 * MAX_OPENING)].split())
    if len(shown) <= MAX_OPENING:
        return shown
    cut = shown[: MAX_OPENING + 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut[:MAX_OPENING]).rstrip(" .,;:–—-") + "…"


def _kept(text: str, span: Span) -> Span:
    """A range without the blanks around it."""
    written = text[span[0] : span[1]]
    return span[0] + len(written) - len(written.lstrip()), span[0] + len(written.rstrip())


def _turns(counted: _Counted) -> Iterator[Section]:
    view = counted.view
    before = _kept(view.text, (0, view.turns[0].start))
    if before[0] < before[1]:
        yield counted.section(*before)
    for number, turn in enumerate(view.turns):
        parts: tuple[Section, ...] = ()
        last = counted.paragraph(max(turn.start, turn.end - 1))
        if last - counted.paragraph(turn.start) >= LONG_TURN:
            parts = tuple(_paragraphs(counted, turn.text_start, turn.end))
        yield counted.section(turn.start, turn.end, turn, number, parts)


def _paragraphs(counted: _Counted, start: int, end: int) -> Iterator[Section]:
    """The paragraphs of a range, blank ones left out."""
    paragraphs = counted.view.paragraphs
    if not paragraphs:
        return
    for low, high in paragraphs[counted.paragraph(start) :]:
        if low >= end:
            return
        kept = _kept(counted.view.text, (max(low, start), min(high, end)))
        if kept[0] < kept[1]:
            yield counted.section(*kept)


def _grouped(paragraphs: Sequence[Section]) -> tuple[Section, ...]:
    """Paragraphs as they are, or many of them in groups."""
    if len(paragraphs) <= LISTED:
        return tuple(paragraphs)
    size = max(LEAST_GROUP, ceil(len(paragraphs) / LISTED))
    groups = (paragraphs[at : at + size] for at in range(0, len(paragraphs), size))
    return tuple(
        replace(
            group[0],
            end=group[-1].end,
            last_paragraph=group[-1].last_paragraph,
            words=sum(part.words for part in group),
            places=sum(part.places for part in group),
            parts=tuple(group),
        )
        for group in groups
    )


def _shares(sections: Sequence[Section]) -> tuple[Share, ...]:
    said: dict[str, list[Section]] = {}
    for section in sections:
        if section.turn is not None:
            said.setdefault(section.speaker, []).append(section)
    shares = (
        Share(
            Counter(turn.voice for turn in turns).most_common(1)[0][0],
            speaker,
            len(turns),
            sum(turn.words for turn in turns),
            sum(turn.places for turn in turns),
        )
        for speaker, turns in said.items()
    )
    return tuple(sorted(shares, key=lambda share: (-share.words, share.speaker)))
