"""A document and a range of its paragraphs → a quotation: the very text, and who says it.

Whose words they are is told by the turn in which they stand, else by the document's speakers.
Draws nothing; the citation is that of `citations`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.indexer.errors import Message
from dragoman.search.errors import RequestError
from dragoman.search.viewing import DocumentView

_GUILLEMETS = frozenset(("ru", "uk", "be", "bg", "kk", "fr"))
_RANGE = re.compile(r"\s*(\d{1,9})\s*(?:[-–—]\s*(\d{1,9})\s*)?")
BETWEEN = "\n\n"
"""Between the paragraphs of a quotation."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document.

    Attributes:
        text: As they stand there, paragraphs parted by `BETWEEN`. The voice that opens a turn is
            left out where all is said in one turn, and stays where several are quoted.
        voices: Who says it, as written there, each once.
        first: Number of the first paragraph, from 1.
        last: Number of the last one.
    """

    text: str
    voices: tuple[str, ...]
    first: int
    last: int


def quotation_marks(lang: str) -> tuple[str, str]:
    """The quotation marks of a language, those of English where they are not known."""
    return ("«", "»") if lang in _GUILLEMETS else ("“", "”")


def quoted(view: DocumentView, wanted: str) -> Quotation:
    """The quotation of some paragraphs.

    Args:
        view: The document.
        wanted: The number of a paragraph, from 1, or of the first and last one: `12-14`.

    Raises:
        RequestError: That is no number, or there is no such paragraph.
    """
    found = _RANGE.fullmatch(wanted)
    if found is None:
        raise RequestError(
            Message(
                "quote is ‘{wanted}’: write a paragraph's number, or two as in 12-14", wanted=wanted
            )
        )
    first = int(found[1])
    last = int(found[2] or first)
    if not 1 <= first <= last <= len(view.paragraphs):
        raise RequestError(
            Message(
                "no paragraphs ‘{wanted}’: this document has paragraphs 1 to {last}",
                wanted=wanted,
                last=len(view.paragraphs),
            )
        )
    start, end = view.paragraphs[first - 1][0], view.paragraphs[last - 1][1]
    end = start + len(view.text[start:end].rstrip())
    turns = [turn for turn in view.turns if turn.start < end and turn.end > start]
    voices = tuple(dict.fromkeys(turn.voice for turn in turns))
    if len(turns) == 1 and not view.text[start : turns[0].start].strip():
        start = max(start, turns[0].text_start)
    paragraphs = view.paragraphs[first - 1 : last]
    pieces = (view.text[max(low, start) : min(high, end)].strip() for low, high in paragraphs)
    text = BETWEEN.join(piece for piece in pieces if piece)
    if not text:
        raise RequestError(
            Message("nothing is written in paragraph {wanted}: choose another one", wanted=wanted)
        )
    return Quotation(text, voices or _speakers(view), first, last)


def _speakers(view: DocumentView) -> tuple[str, ...]:
    """The speakers of a text that parts no turns; before a first turn nobody is known to speak."""
    return () if view.turns else view.metadata.speakers


def with_citation(text: str, voices: Sequence[str], lang: str, citation: str, address: str) -> str:
    """A quotation to put into a text: in quotation marks, who says it, its citation and address."""
    opening, closing = quotation_marks(lang)
    who = f" — {'; '.join(voices)}" if voices else ""
    return f"{opening}{text}{closing}{who}\n{citation}\n{address}"
