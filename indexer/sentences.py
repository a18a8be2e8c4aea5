"""Text → where its sentences, paragraphs and speakers' turns begin.

    text ─ lines ─▶ paragraphs ┐
         ─ turns ─▶ turns      ├▶ Boundaries
         ─ punkt ─▶ sentences  ┘

Documents, queries and highlighting all see the same boundaries: nothing here depends on the
collection. It does not split words (``tokens.py``) nor tell who a voice is (``metadata.py``).
"""

from dataclasses import dataclass
from itertools import pairwise

from dragoman.indexer.lines import Line, read_lines, unwrap
from dragoman.indexer.punkt import sentence_ends
from dragoman.indexer.turns import Turn, find_turns

__all__ = ["Boundaries", "Turn", "boundaries", "unwrap"]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where a text's sentences, paragraphs and turns begin, in code points.

    Starts rise strictly; the first is 0, all others stand at a non-blank code point. Every
    paragraph and every turn begins a sentence. An empty text has no starts; one of blanks has the
    starts 0.

    Attributes:
        sentences: starts of sentences.
        paragraphs: starts of paragraphs.
        turns: the turns of a verbatim transcript; empty in other texts.
    """

    sentences: tuple[int, ...]
    paragraphs: tuple[int, ...]
    turns: tuple[Turn, ...]


def boundaries(text: str, *, sentences: bool = True) -> Boundaries:
    """The boundaries of a text; any str will do, and none raises.

    Paragraphs part at blank lines; where a text has none, at every line end that is not a wrap at
    a fixed width. Sentences part where Punkt says so, at paragraphs, at turns, and at line ends
    that are no wraps and before no small letter (headings, lists, verse).

    Args:
        text: The text.
        sentences: Whether the sentences are wanted; without, there are none.
    """
    if not text:
        return Boundaries((), (), ())
    lines = read_lines(text)
    turns = find_turns(text, ((line.start, line.end) for line in lines))
    paragraphs = _paragraph_starts(lines)
    if not sentences:
        return Boundaries((), tuple(paragraphs), turns)
    starts = {0, *paragraphs, *(turn.start for turn in turns)}
    starts.update(_sentence_lines(text, lines))
    starts.update(sentence_ends(text))
    if lines and lines[0].start:
        # The blanks before the first word belong to the first sentence.
        starts.discard(lines[0].start)
    return Boundaries(tuple(sorted(starts)), tuple(paragraphs), turns)


def _paragraph_starts(lines: list[Line]) -> list[int]:
    parted_by_blanks = any(line.after_blank for line in lines[1:])
    starts = [
        line.start
        for line in lines[1:]
        if (line.after_blank if parted_by_blanks else not line.wrapped)
    ]
    return [0, *starts]


def _sentence_lines(text: str, lines: list[Line]) -> list[int]:
    """Starts of lines within paragraphs that open a sentence."""
    return [
        line.start
        for previous, line in pairwise(lines)
        if not line.wrapped and not text[line.start].islower() and text[previous.end - 1] != ","
    ]
