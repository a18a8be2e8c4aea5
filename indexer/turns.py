"""Text → the turns of a verbatim transcript: who speaks, from where to where.

A turn opens with a voice and a colon (``В.Путин:``, ``Question:``, ``President of Russia Vladimir
Putin:``) at a line's start or, where a transcript has lost its line ends, after a sentence's end.
What tells a voice from a heading or a sentence stands in ``voices.py``; here the whole text is
weighed. It does not know who is who: a voice is given as it was written.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from dragoman.indexer.voices import (
    CAPITALISED,
    INITIALS_NAME,
    is_doubtful_voice,
    is_plain_name,
    is_sure_voice,
    voice_words,
)

MAX_VOICE = 160
"""Code points of the longest voice with its office and a remark in brackets."""
_REMARK = r"(?:\s*[(\[][^()\[\]\n]{1,80}[)\]])"
_SPACES = re.compile(r"\s*")
_COLON = re.compile(r":(?=\s|\Z)")
_TRAILING_REMARK = re.compile(rf"{_REMARK}\Z")
_GREETING = re.compile(
    r"\s*(?:Dear|Friends|Colleagues|Comrades|Ladies|Good|Hello|Thank|Your|Mr|Ms|Madam|President|"
    r"Уважаем|Дорог|Друзья|Коллеги|Товарищи|Дамы|Добр|Здравствуйте|Спасибо|Благодарю|Ваше)"
)
# A voice amid a line: after a sentence's end, or anywhere where a flattened link left its space.
_AMID = re.compile(
    rf"(?:[.!?…»”\")\]*>]\s+|(?P<link>\s))(?P<voice>{INITIALS_NAME}|"
    rf"{CAPITALISED}(?:[ \xa0]{CAPITALISED}){{0,3}}){_REMARK}?(?P<space>\s?)\Z"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice says without a break; offsets are code points of the text.

    Attributes:
        start: where the voice begins.
        end: behind the last non-blank code point before the next turn or the text's end.
        voice: as written before the colon, without a remark in brackets (``ответ``).
        text_start: where what is said begins; end, where nothing is said.
    """

    start: int
    end: int
    voice: str
    text_start: int


@dataclass(frozen=True, slots=True)
class _Opening:
    """A voice found: its offsets, and whether it stands on its own evidence."""

    start: int
    said: int
    voice: str
    sure: bool


def find_turns(text: str, line_spans: Iterable[tuple[int, int]]) -> tuple[Turn, ...]:
    """The turns of a text, in order; none overlap.

    Args:
        text: a text as given.
        line_spans: half-open offsets of its lines, blanks around them left out.
    """
    if ":" not in text:
        return ()
    openings = [
        opening for start, end in line_spans if (opening := _at_line_start(text, start, end))
    ]
    taken = {opening.said for opening in openings}
    openings = _established(text, openings)
    voices = {opening.voice for opening in openings}
    amid = list(_amid_lines(text, taken))
    counts = Counter(opening.voice for opening in amid)
    flattened = any(opening.sure for opening in amid)
    openings += [
        opening
        for opening in amid
        if opening.sure
        or opening.voice in voices
        or (opening.voice.casefold() in voice_words().role and (voices or flattened))
        or (counts[opening.voice] >= 3 and is_plain_name(opening.voice))
    ]
    return tuple(_turns(text, sorted(openings, key=lambda opening: opening.start)))


def opens_turn(text: str, start: int, end: int) -> bool:
    """Whether the line [start, end) opens with a voice that needs no other evidence."""
    opening = _at_line_start(text, start, end)
    return opening is not None and opening.sure


def _turns(text: str, openings: list[_Opening]) -> Iterator[Turn]:
    if not openings:
        return
    ends = [*(opening.start for opening in openings[1:]), len(text)]
    starts = [opening.start for opening in openings]
    if text[: starts[0]].isspace():
        # A text's first sentence begins at 0, and a turn begins with a sentence.
        starts[0] = 0
    for start, opening, limit in zip(starts, openings, ends, strict=True):
        # Only blanks are walked over, each once: turns do not overlap.
        end = limit
        while end > opening.said and text[end - 1].isspace():
            end -= 1
        said = opening.said
        while said < end and text[said].isspace():
            said += 1
        yield Turn(start, end, opening.voice, said)


def _at_line_start(text: str, start: int, end: int) -> _Opening | None:
    colon = text.find(":", start, min(end, start + MAX_VOICE))
    if colon < 0 or not (colon + 1 == len(text) or text[colon + 1].isspace()):
        return None
    written = text[start:colon].rstrip()
    voice = written
    if written.endswith((")", "]")):
        voice = _TRAILING_REMARK.sub("", written).rstrip()
    if not voice or not voice[0].isupper() or _asks_itself(text, voice, colon + 1):
        return None
    if is_sure_voice(voice) or (len(voice) < len(written) and is_plain_name(voice)):
        return _Opening(start, colon + 1, voice, sure=True)
    if is_doubtful_voice(voice):
        return _Opening(start, colon + 1, voice, sure=False)
    return None


def _asks_itself(text: str, voice: str, said: int) -> bool:
    """Whether a role goes on in small letters, as in an address: “Question: at what expense?”."""
    following = _SPACES.match(text, said)
    at = following.end() if following else said
    return text[at : at + 1].islower() and voice.casefold() in voice_words().role


def _amid_lines(text: str, taken: Container[int]) -> Iterator[_Opening]:
    """The voices amid lines, but those before what is said where a line's voice has spoken."""
    behind = 0
    for colon in _COLON.finditer(text):
        floor = max(behind, colon.start() - MAX_VOICE)
        if colon.end() in taken:
            behind = colon.end()
            continue
        match = _AMID.search(text[floor : colon.start()])
        behind = colon.end()
        if not match:
            continue
        voice = match["voice"]
        initials = "." in voice
        if _asks_itself(text, voice, colon.end()):
            continue
        if match["link"] and not (initials and match["space"]):
            continue
        yield _Opening(floor + match.start("voice"), colon.end(), voice, sure=initials)


def _established(text: str, openings: list[_Opening]) -> list[_Opening]:
    """The sure voices, and the doubtful ones that the text itself bears out.

    A name alone before a colon is as often a headline's or a definition's; it is a voice where it
    comes again, where others speak too, or where it goes on with an address or a greeting.
    """
    counts = Counter(opening.voice for opening in openings)
    letters = {voice for voice in counts if len(voice) == 1}
    names = {voice for voice in counts if " " in voice}
    others_speak = any(opening.sure for opening in openings) or len(names) >= 2

    def is_borne_out(opening: _Opening) -> bool:
        voice = opening.voice
        if len(voice) == 1:
            return "Q" in letters if voice in "QA" else {"В", "О"} <= letters
        if counts[voice] >= 2:
            return True
        return " " in voice and (others_speak or _GREETING.match(text, opening.said) is not None)

    return [opening for opening in openings if opening.sure or is_borne_out(opening)]
