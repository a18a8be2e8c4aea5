"""One document of a segment as its readers need it: where a tree matched, its sentences.

In: an evaluated tree, or a segment's columns. Out: ranges of code points. All of it comes from the
forward index: no text is analysed again.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import TEXT
from dragoman.search.engine import FieldMatches, TextLayout
from dragoman.search.evaluation import LEAVES, Evaluation, Held
from dragoman.search.matching import counted_from_left
from dragoman.search.results import Span
from dragoman.search.segments import TEXT_FIELDS, Segment
from dragoman.search.tree import Node


def matches_in(
    evaluation: Evaluation, node: Node, held: Sequence[Held], doc: int
) -> tuple[FieldMatches, FieldMatches]:
    """Where a tree matched in a document's title and in its text.

    Args:
        evaluation: Of the tree, over the document's segment.
        node: The tree.
        held: Its parts, as `Evaluation.holding` tells.
        doc: The document's number.
    """
    number = np.array([doc], np.uint32)
    if not evaluation.is_among(number, evaluation.docs(node))[0]:
        return FieldMatches(), FieldMatches()
    parts = [
        (part, fields)
        for part, fields, within in held
        if within is None or evaluation.is_among(number, within)[0]
    ]
    title, body = (
        _field_matches(evaluation, doc, name, [part for part, fields in parts if name in fields])
        for name in TEXT_FIELDS
    )
    return title, body


def _field_matches(
    evaluation: Evaluation, doc: int, name: str, parts: Sequence[Node]
) -> FieldMatches:
    columns = evaluation.segment.columns
    column, firsts, lasts = columns.region(name)
    first, last = int(firsts[doc]), int(lasts[doc])
    if not parts or first == last:
        return FieldMatches()
    forms = columns.forms(column, first, last)
    if len(parts) == 1 and isinstance(parts[0], LEAVES):
        return _leaf_matches(evaluation, parts[0], column, first, forms)
    marked = np.zeros(last - first, bool)
    from_word: list[NDArray[np.int64]] = []
    to_word: list[NDArray[np.int64]] = []
    of_part: list[NDArray[np.int64]] = []
    for number, part in enumerate(parts):
        if isinstance(part, LEAVES):
            begin = end = evaluation.leaf(part, column).table.take(forms).nonzero()[0]
            marked[begin] = True
        else:
            spans = evaluation.spans_in(part, name, doc)
            if spans.marks is not None:
                marked[spans.marks[:, 1] - first] = True
            kept = counted_from_left(spans)
            begin, end = spans.starts[kept] - first, spans.ends[kept] - first
        if len(begin):
            from_word.append(begin)
            to_word.append(end)
            of_part.append(np.full(len(begin), number))
    if not from_word:
        return FieldMatches()
    starts, ends = columns.starts(column, first, last), columns.ends(column, first, last)
    begin, end, part_number = map(np.concatenate, (from_word, to_word, of_part))
    order = np.lexsort((part_number, end, begin))
    occurrences = zip(
        starts[begin[order]].tolist(),
        ends[end[order]].tolist(),
        part_number[order].tolist(),
        strict=True,
    )
    at = np.flatnonzero(marked)
    return FieldMatches(
        marks=tuple(zip(starts[at].tolist(), ends[at].tolist(), strict=True)),
        occurrences=tuple(occurrences),
    )


def _leaf_matches(
    evaluation: Evaluation, leaf: Node, column: str, first: int, forms: NDArray[np.uint32]
) -> FieldMatches:
    """Where the only part of a tree matched, a word: each mark is an occurrence."""
    at = evaluation.leaf(leaf, column).table.take(forms).nonzero()[0]
    if not len(at):
        return FieldMatches()
    columns, last = evaluation.segment.columns, first + len(forms)
    starts = columns.starts(column, first, last).take(at)
    ends = columns.ends(column, first, last).take(at)
    begin, end = starts.tolist(), ends.tolist()
    return FieldMatches(tuple(zip(begin, end, strict=True)), tuple(zip(begin, end, repeat(0))))


Divided = Callable[[], tuple[list[Span], list[int]]]
"""Tells the spans of a body's sentences and the starts of its paragraphs, in code points."""


def layout_of(segment: Segment, doc: int, divided: Divided | None = None) -> TextLayout:
    """How a document's text is divided.

    Args:
        segment: The document's.
        doc: Its number there.
        divided: The native kernel, where it is in use.
    """
    columns = segment.columns
    length = columns.text_length(doc)
    column, firsts, lasts = columns.region("body")
    first, last = int(firsts[doc]), int(lasts[doc])
    if first == last:
        return TextLayout(length, (), (0,))
    sentences, paragraphs = (
        divided() if divided is not None else _divided(segment, column, first, last)
    )
    turns = list(_turns_of(segment, doc, first, last))
    words = columns.starts(column, first, last)
    return TextLayout(length, sentences, paragraphs, turns, words)


def layout_with(segment: Segment, doc: int, paragraphs: list[int]) -> TextLayout:
    """The same without sentences, of a body with words whose paragraphs are known."""
    columns = segment.columns
    _, firsts, lasts = columns.region("body")
    turns = list(_turns_of(segment, doc, firsts.item(doc), lasts.item(doc)))
    return TextLayout(columns.text_length(doc), (), paragraphs, turns)


def _divided(segment: Segment, column: str, first: int, last: int) -> tuple[list[Span], list[int]]:
    columns = segment.columns
    starts, ends = columns.starts(column, first, last), columns.ends(column, first, last)
    begin = _units_in(columns.sentences(column), first, last)
    end = np.append(begin[1:], last - first) - 1
    paragraphs = _units_in(columns.paragraphs(column), first, last)
    sentences = list(zip(starts[begin].tolist(), ends[end].tolist(), strict=True))
    return sentences, starts[paragraphs].tolist()


def _turns_of(segment: Segment, doc: int, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """The turns of a document; a text that is one speaker's as a whole has none."""
    columns = segment.columns
    offsets = columns.file.numbers("turns.offsets")
    low, high = offsets[doc], offsets[doc + 1]
    if low == high:
        return
    listed = columns.file.listed
    from_word = listed("turns.starts", low, high)
    if from_word[0] == 0:  # no voice stands before it
        return
    to_word, numbers = listed("turns.ends", low, high), listed("turns.voices", low, high)
    voices = segment.voices(doc)
    starts, ends = columns.starts(TEXT, first, last), columns.ends(TEXT, first, last)
    for begin, end, number in zip(from_word, to_word, numbers, strict=True):
        if begin < end:
            yield int(starts[begin]), int(ends[end - 1]), voices[number]


def _units_in(units: NDArray[np.uint32], first: int, last: int) -> NDArray[np.int64]:
    """Where sentences or paragraphs begin in a half-open range of positions, from its start."""
    low, high = units.searchsorted(np.array([first, last], units.dtype)).tolist()
    return units[low:high].astype(np.int64) - first
