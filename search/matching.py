"""Where words, phrases and proximities match: operations on arrays of positions.

In: rising positions of words in one field of one segment. Out: `Spans`. Nothing here knows of
terms, fields or scores. Positions run over all documents; `base` tells where each document's
begin, and no span leaves its document.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Base = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Spans:
    """Matches of a node, by rising start, then end; no two have both the same.

    Attributes:
        starts: First position of each span (n).
        ends: Last position of each span, inclusive (n).
        marks: (k, 2) pairs of a span's number and a position that matched as part of it.
    """

    starts: Positions
    ends: Positions
    marks: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    def positions(self) -> Positions:
        """Every position that matched, rising and once."""
        return np.unique(self.marks[:, 1])


_NO_MARKS = np.zeros((0, 2), np.int64)
NO_SPANS = Spans(np.zeros(0, np.int64), np.zeros(0, np.int64), _NO_MARKS)


def words(positions: NDArray[np.integer]) -> Spans:
    """Each position as a span of its own."""
    at = positions.astype(np.int64)
    return Spans(at, at, np.column_stack((np.arange(len(at)), at)))


def documents(positions: NDArray[np.integer], base: Base) -> NDArray[np.int64]:
    """The document of each position."""
    return np.searchsorted(base, positions, side="right") - 1


def phrase(parts: Sequence[Positions], base: Base) -> Spans:
    """Places where the parts stand next to each other in this order.

    Args:
        parts: Rising positions of each word, in the order of the phrase.
        base: Where each document's positions begin.
    """
    if any(not len(part) for part in parts):
        return NO_SPANS
    rarest_first = sorted(range(len(parts)), key=lambda number: len(parts[number]))
    starts = parts[rarest_first[0]].astype(np.int64) - rarest_first[0]
    for number in rarest_first[1:]:
        starts = _members(starts, parts[number], number)
    starts = starts[starts >= 0]
    last = len(parts) - 1
    starts = starts[documents(starts, base) == documents(starts + last, base)]
    numbers = np.repeat(np.arange(len(starts)), len(parts))
    marks = (starts[:, None] + np.arange(len(parts))).reshape(-1)
    return Spans(starts, starts + last, np.column_stack((numbers, marks)))


def _members(starts: Positions, part: Positions, shift: int) -> Positions:
    """Those starts at which the word `shift` places further on is one of the part's."""
    wanted = starts + shift
    at = np.searchsorted(part, wanted)
    at[at == len(part)] = 0
    return starts[part[at] == wanted]


def union(operands: Sequence[Spans]) -> Spans:
    """All spans of several nodes."""
    filled = [operand for operand in operands if len(operand)]
    if not filled:
        return NO_SPANS
    if len(filled) == 1:
        return filled[0]
    offsets = np.cumsum([0] + [len(operand) for operand in filled])
    marks = [
        np.column_stack((operand.marks[:, 0] + offset, operand.marks[:, 1]))
        for operand, offset in zip(filled, offsets, strict=False)
    ]
    return _distinct(
        np.concatenate([operand.starts for operand in filled]),
        np.concatenate([operand.ends for operand in filled]),
        np.concatenate(marks),
    )


def _distinct(starts: Positions, ends: Positions, marks: NDArray[np.int64]) -> Spans:
    """Spans sorted, those with the same ends made one with the marks of all."""
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    new = np.ones(len(starts), bool)
    new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new) - 1
    pairs = np.unique(np.column_stack((number[marks[:, 0]], marks[:, 1])), axis=0)
    return Spans(starts[new], ends[new], pairs)


def near(left: Spans, right: Spans, distance: int, base: Base, *, ordered: bool) -> Spans:
    """Pairs of spans that do not overlap, with at most `distance` words between them.

    Args:
        left: Spans of the left operand.
        right: Spans of the right operand.
        distance: Words between the end of the one and the start of the other.
        base: Where each document's positions begin.
        ordered: Whether the left one must come first.
    """
    pairs = _following(left, right, distance)
    if not ordered:
        swapped = _following(right, left, distance)
        pairs = (
            np.concatenate((pairs[0], swapped[1])),
            np.concatenate((pairs[1], swapped[0])),
        )
    return _paired(left, right, *pairs, base)


def _following(
    first: Spans, second: Spans, distance: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of spans of `first` and of those of `second` that begin within reach after."""
    low = np.searchsorted(second.starts, first.ends + 1)
    high = np.searchsorted(second.starts, first.ends + distance + 1, side="right")
    return _ranges(low, high)


def _ranges(
    low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each number n paired with every number of the half-open range low[n]..high[n]."""
    counts = np.maximum(high - low, 0)
    first = np.repeat(np.arange(len(low)), counts)
    second = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, second + np.repeat(low, counts)


def _paired(
    left: Spans,
    right: Spans,
    left_number: NDArray[np.int64],
    right_number: NDArray[np.int64],
    base: Base,
) -> Spans:
    """The pairs as spans from the first word of either to the last of either."""
    starts = np.minimum(left.starts[left_number], right.starts[right_number])
    ends = np.maximum(left.ends[left_number], right.ends[right_number])
    inside = documents(starts, base) == documents(ends, base)
    left_number, right_number = left_number[inside], right_number[inside]
    marks = np.concatenate((_marks_of(left, left_number), _marks_of(right, right_number)))
    return _distinct(starts[inside], ends[inside], marks)


def _marks_of(spans: Spans, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The marks of the chosen spans, under their place among the chosen."""
    bounds = np.searchsorted(spans.marks[:, 0], np.arange(len(spans) + 1))
    place, mark = _ranges(bounds[:-1][numbers], bounds[1:][numbers])
    return np.column_stack((place, spans.marks[mark, 1]))


def same_unit(left: Spans, right: Spans, units: NDArray[np.integer], base: Base) -> Spans:
    """Pairs whose first positions lie in one sentence or paragraph and that do not overlap.

    Args:
        left: Spans of the left operand.
        right: Spans of the right operand.
        units: Rising positions at which a sentence (or paragraph) begins.
        base: Where each document's positions begin.
    """
    left_unit = np.searchsorted(units, left.starts, side="right")
    right_unit = np.searchsorted(units, right.starts, side="right")
    low = np.searchsorted(right_unit, left_unit)
    high = np.searchsorted(right_unit, left_unit, side="right")
    left_number, right_number = _ranges(low, high)
    apart = (left.ends[left_number] < right.starts[right_number]) | (
        right.ends[right_number] < left.starts[left_number]
    )
    return _paired(left, right, left_number[apart], right_number[apart], base)


def window(parts: Sequence[Positions], extra: int, base: Base) -> Spans:
    """Places where all parts stand, in any order, within a window of `extra` other words.

    Each part takes a position of its own.
    """
    width = len(parts) + extra
    found = words(parts[0])
    for part in parts[1:]:
        low = np.searchsorted(part, found.ends - width + 1)
        high = np.searchsorted(part, found.starts + width - 1, side="right")
        number, at = _ranges(low, high)
        position = part[at].astype(np.int64)
        taken = _marks_of(found, number)
        clash = np.zeros(len(number), bool)
        clash[taken[taken[:, 1] == position[taken[:, 0]], 0]] = True
        keep = ~clash
        renumbered = np.cumsum(keep) - 1
        taken = taken[keep[taken[:, 0]]]
        taken = np.column_stack((renumbered[taken[:, 0]], taken[:, 1]))
        number, position = number[keep], position[keep]
        # Combinations stay apart until the last part: the same ends can hold different words.
        marks = np.concatenate((taken, np.column_stack((np.arange(len(position)), position))))
        marks = marks[np.lexsort((marks[:, 1], marks[:, 0]))]
        found = Spans(
            np.minimum(found.starts[number], position),
            np.maximum(found.ends[number], position),
            marks,
        )
    inside = documents(found.starts, base) == documents(found.ends, base)
    kept = np.flatnonzero(inside)
    return _distinct(found.starts[kept], found.ends[kept], _marks_of(found, kept))


def counted_from_left(spans: Spans) -> NDArray[np.int64]:
    """Numbers of the spans that remain when, from the left, overlapping ones are passed over."""
    if not len(spans):
        return np.zeros(0, np.int64)
    if bool((spans.starts[1:] > spans.ends[:-1]).all()):
        return np.arange(len(spans))
    following = np.searchsorted(spans.starts, spans.ends, side="right").tolist()
    kept, number = [], 0
    while number < len(following):
        kept.append(number)
        number = following[number]
    return np.array(kept, np.int64)
