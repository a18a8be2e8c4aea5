"""Two texts of one language: where they differ, word by word.

In: two texts and their paragraphs. Out: rows, one for each paragraph of the first text and for
each that the second has alone. How a text is cut into paragraphs is no difference. Marks count as
words, blanks do not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from dragoman.search.results import Span

_LONG = 1_000
"""Words from which on the most frequent ones do not lead to what is equal."""
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a difference.

    Attributes:
        op: `equal`, `delete` (in the first text only) or `insert` (in the second only).
        start: First code point, in the second text for `insert`, else in the first.
        end: One past the last.
    """

    op: str
    start: int
    end: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"op": self.op, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Row:
    """What belongs together in two texts.

    Attributes:
        text: Range in the first text, or None.
        other: Range in the second, or None.
        pieces: How they differ, in order; empty for language versions.
    """

    text: Span | None
    other: Span | None
    pieces: tuple[Piece, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "text": list(self.text) if self.text else None,
            "with": list(self.other) if self.other else None,
            "pieces": [piece.to_dict() for piece in self.pieces],
        }


class _Word(NamedTuple):
    """A word: where it stands, up to the next one or the end of its paragraph."""

    text: str
    start: int
    end: int
    paragraph: int


class _Step(NamedTuple):
    """A word of the difference: which row it belongs to, and the words of either text."""

    row: tuple[int, int]
    word: _Word | None
    other: _Word | None


def differences(
    text: str, other_text: str, spans: Sequence[Span], others: Sequence[Span]
) -> Iterator[Row]:
    """The rows of two texts, in order.

    Args:
        text: The first text.
        other_text: The second.
        spans: The paragraphs of the first, without blanks around them.
        others: The paragraphs of the second.
    """
    # Paragraphs that are the same first: what is left between them is little.
    plain, other_plain = (
        [" ".join(whole[start:end].split()) for start, end in ranges]
        for whole, ranges in ((text, spans), (other_text, others))
    )
    matcher = SequenceMatcher(None, plain, other_plain, autojunk=False)
    for op, first, last, other_first, other_last in matcher.get_opcodes():
        if op == "equal":
            pairs = zip(spans[first:last], others[other_first:other_last], strict=True)
            for span, other in pairs:
                yield Row(span, other, (Piece("equal", *span),))
            continue
        words = _words(text, spans[first:last])
        other_words = _words(other_text, others[other_first:other_last])
        for _, steps in groupby(_steps(words, other_words), lambda step: step.row):
            yield _row(list(steps))


def _words(text: str, spans: Sequence[Span]) -> list[_Word]:
    words = []
    for number, (start, end) in enumerate(spans):
        found = list(_TOKEN.finditer(text, start, end))
        ends = [*(match.start() for match in found[1:]), end]
        for match, until in zip(found, ends, strict=True):
            words.append(_Word(match[0], match.start(), until, number))
    return words


def _steps(words: list[_Word], others: list[_Word]) -> Iterator[_Step]:
    """All words of both texts in the order of the difference."""
    texts, other_texts = [word.text for word in words], [word.text for word in others]
    is_long = max(len(texts), len(other_texts)) > _LONG
    codes = SequenceMatcher(None, texts, other_texts, autojunk=is_long).get_opcodes()
    # A paragraph of the second text belongs where its first equal word is; without one, nowhere.
    home: dict[int, int] = {}
    for op, first, last, other_first, other_last in codes:
        if op == "equal":
            pairs = zip(words[first:last], others[other_first:other_last], strict=True)
            for word, other in pairs:
                home.setdefault(other.paragraph, word.paragraph)
    row, latest = (-1, -1), -1  # the row, and the paragraph of the second text that was last met
    for op, first, last, other_first, other_last in codes:
        if op == "equal":
            pairs = zip(words[first:last], others[other_first:other_last], strict=True)
            for word, other in pairs:
                row, latest = (word.paragraph, -1), other.paragraph
                yield _Step(row, word, other)
            continue
        for word in words[first:last]:
            row = (word.paragraph, -1)
            yield _Step(row, word, None)
        for other in others[other_first:other_last]:
            if other.paragraph not in home:
                row = (row[0], other.paragraph)
            elif other.paragraph != latest:
                row = (max(row[0], home[other.paragraph]), -1)
            else:
                row = (row[0], -1)
            yield _Step(row, None, other)


def _row(steps: Sequence[_Step]) -> Row:
    pieces = []
    for op, group in groupby(steps, _op):
        held = [step.other if op == "insert" else step.word for step in group]
        words = [word for word in held if word is not None]
        pieces.append(Piece(op, words[0].start, words[-1].end))
    return Row(
        _range([step.word for step in steps]), _range([step.other for step in steps]), tuple(pieces)
    )


def _op(step: _Step) -> str:
    if step.word is None:
        return "insert"
    return "delete" if step.other is None else "equal"


def _range(words: Sequence[_Word | None]) -> Span | None:
    held = [word for word in words if word is not None]
    return (held[0].start, held[-1].end) if held else None
