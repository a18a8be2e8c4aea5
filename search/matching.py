"""Where phrases and proximities match: operations on arrays of positions.

In: spans of operands in one field of one segment, or of one document. Out: `Spans`. Nothing here
knows of terms or scores. Positions run over all values of the field with a gap after each value;
`bounds` tells where each value begins, and no span leaves its value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.inversion import places

Positions = NDArray[np.int64]
Bounds = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Spans:
    """Matches of a node, by rising start, then end; no two have both the same.

    Attributes:
        starts: First position of each span (n).
        ends: Last position of each span, inclusive (n).
        marks: (k, 2) rising pairs of a span's number and a position that matched as part of it;
            None where only the spans are asked for.
    """

    starts: Positions
    ends: Positions
    marks: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.starts)


def words(positions: NDArray[np.integer], *, marked: bool = False) -> Spans:
    """Each position as a span of its own."""
    at = positions.astype(np.int64)
    return Spans(at, at, np.column_stack((np.arange(len(at)), at)) if marked else None)


def phrases(starts: Positions, length: int, *, marked: bool = False) -> Spans:
    """Spans of so many neighbouring positions."""
    marks = None
    if marked:
        numbers = np.repeat(np.arange(len(starts)), length)
        marks = np.column_stack((numbers, (starts[:, None] + np.arange(length)).reshape(-1)))
    return Spans(starts, starts + (length - 1), marks)


Fits = Callable[[int, Positions], NDArray[np.bool_]]


def phrase_starts(anchor: Positions, first: int, last: int, length: int, fits: Fits) -> Positions:
    """Starts of a phrase, from places where some of its words are known to stand.

    Args:
        anchor: Rising positions of word `first` where words `first` to `last` stand together.
        first: First known word of the phrase.
        last: Last known word.
        length: Words of the phrase.
        fits: Tells at which positions word n of the phrase stands. It is asked from the anchor
            outwards, so never beyond the gap that ends a value.
    """
    starts = anchor - first
    for number in (*range(last + 1, length), *range(first - 1, -1, -1)):
        if not len(starts):
            break
        starts = starts[fits(number, starts + number)]
    return starts


def union(operands: Sequence[Spans]) -> Spans:
    """All spans of several nodes."""
    filled = [operand for operand in operands if len(operand)]
    if not filled:
        return operands[0]
    if len(filled) == 1:
        return filled[0]
    offsets = np.cumsum([0] + [len(operand) for operand in filled])
    marks = None
    if filled[0].marks is not None:
        marks = np.concatenate(
            [
                operand.marks + np.array([offset, 0])
                for operand, offset in zip(filled, offsets, strict=False)
                if operand.marks is not None
            ]
        )
    return _distinct(
        np.concatenate([operand.starts for operand in filled]),
        np.concatenate([operand.ends for operand in filled]),
        marks,
    )


def _distinct(starts: Positions, ends: Positions, marks: NDArray[np.int64] | None) -> Spans:
    """Spans sorted, those with the same ends made one with the marks of all."""
    if marks is None:
        both = np.unique((starts << 32) | ends)
        return Spans(both >> 32, both & 0xFFFFFFFF)
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    new = np.ones(len(starts), bool)
    new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new) - 1
    pairs = np.unique((number[marks[:, 0]] << 32) | marks[:, 1])
    return Spans(starts[new], ends[new], np.column_stack((pairs >> 32, pairs & 0xFFFFFFFF)))


def near(left: Spans, right: Spans, distance: int, bounds: Bounds, *, ordered: bool) -> Spans:
    """Pairs of spans that do not overlap, with at most `distance` words between them.

    Args:
        left: Spans of the left operand.
        right: Spans of the right operand.
        distance: Words between the end of the one and the start of the other.
        bounds: Where each value's positions begin.
        ordered: Whether the left one must come first.
    """
    if left.starts is left.ends and right.starts is right.ends and left.marks is None:
        left, right = _near_enough(left, right, distance)
    first, second = _following(left, right, distance)
    if not ordered:
        swapped = _following(right, left, distance)
        first = np.concatenate((first, swapped[1]))
        second = np.concatenate((second, swapped[0]))
    return _paired(left, right, first, second, bounds)


_Numbers = NDArray[np.int64]


def _near_enough(left: Spans, right: Spans, distance: int) -> tuple[Spans, Spans]:
    """Words without those of the rarer one that have no word of the other within reach."""
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    if not len(few):
        return left, right
    at = many.starts.searchsorted(few.starts)
    before = many.starts[np.maximum(at - 1, 0)]
    after = many.starts[np.minimum(at, len(many) - 1)]
    reach = distance + 1
    # The word itself may be one of both: then the one after it counts.
    after_same = many.starts[np.minimum(at + 1, len(many) - 1)]
    kept = (
        (np.abs(few.starts - before) <= reach)
        | (np.abs(after - few.starts) <= reach)
        | (np.abs(after_same - few.starts) <= reach)
    )
    near_enough = few.starts[kept]
    chosen = Spans(near_enough, near_enough)
    return (chosen, many) if few is left else (many, chosen)


def _following(first: Spans, second: Spans, distance: int) -> tuple[_Numbers, _Numbers]:
    """Numbers of spans of `first` and of those of `second` that begin within reach after."""
    if len(second) < len(first) and bool((first.ends[1:] >= first.ends[:-1]).all()):
        low = first.ends.searchsorted(second.starts - distance - 1)
        high = first.ends.searchsorted(second.starts)
        other, number = _ranges(low, high)
        return number, other
    low = second.starts.searchsorted(first.ends + 1)
    high = second.starts.searchsorted(first.ends + distance + 1, side="right")
    return _ranges(low, high)


def _ranges(low: NDArray[np.integer], high: NDArray[np.integer]) -> tuple[_Numbers, _Numbers]:
    """Each number n paired with every number of the half-open range low[n]..high[n]."""
    counts = np.maximum(high - low, 0)
    return np.repeat(np.arange(len(low)), counts), places(low, counts)


def paired(left: Spans, right: Spans, bounds: Bounds) -> Spans:
    """As many pairs, one span of the left with one of the right each, that lie in one value."""
    numbers = np.arange(len(left))
    return _paired(left, right, numbers, numbers, bounds)


def _paired(left: Spans, right: Spans, first: _Numbers, second: _Numbers, bounds: Bounds) -> Spans:
    """The pairs as spans from the first word of either to the last of either."""
    starts = np.minimum(left.starts[first], right.starts[second])
    ends = np.maximum(left.ends[first], right.ends[second])
    inside = values_at(bounds, starts) == values_at(bounds, ends)
    first, second = first[inside], second[inside]
    marks = None
    if left.marks is not None:
        marks = np.concatenate((_marks_of(left, first), _marks_of(right, second)))
    return _distinct(starts[inside], ends[inside], marks)


def values_at(bounds: Bounds, positions: NDArray[np.integer]) -> NDArray[np.intp]:
    """Number of the value that each of some rising positions lies in."""
    return bounds.searchsorted(positions.astype(np.uint32), side="right") - 1


def _marks_of(spans: Spans, numbers: _Numbers) -> NDArray[np.int64]:
    """The marks of the chosen spans, under their place among the chosen."""
    marks = spans.marks
    if marks is None:
        raise ValueError("these spans have no marks")
    at = np.searchsorted(marks[:, 0], np.arange(len(spans) + 1))
    place, mark = _ranges(at[:-1][numbers], at[1:][numbers])
    return np.column_stack((place, marks[mark, 1]))


def inside(spans: Spans, starts: Positions, ends: Positions) -> Spans:
    """The spans that lie wholly in one of some ranges.

    Args:
        spans: Any spans.
        starts: Rising first positions of ranges that do not overlap.
        ends: One past their last positions.
    """
    if not len(starts):
        kept = np.zeros(0, np.int64)
    else:
        at = starts.searchsorted(spans.starts, side="right") - 1
        kept = np.flatnonzero((at >= 0) & (spans.ends < ends[np.maximum(at, 0)]))
    marks = _marks_of(spans, kept) if spans.marks is not None else None
    return Spans(spans.starts[kept], spans.ends[kept], marks)


def same_unit(left: Spans, right: Spans, units: NDArray[np.integer], bounds: Bounds) -> Spans:
    """Pairs whose first positions lie in one sentence or paragraph and that do not overlap.

    Args:
        left: Spans of the left operand.
        right: Spans of the right operand.
        units: Rising positions at which a sentence (or paragraph) begins.
        bounds: Where each value's positions begin.
    """
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    unit = units.searchsorted(few.starts.astype(units.dtype), side="right")
    until = np.append(units, bounds[-1]).astype(np.int64)
    low = many.starts.searchsorted(until[unit - 1])
    high = many.starts.searchsorted(until[unit])
    few_number, many_number = _ranges(low, high)
    first, second = (few_number, many_number) if few is left else (many_number, few_number)
    apart = (left.ends[first] < right.starts[second]) | (right.ends[second] < left.starts[first])
    return _paired(left, right, first[apart], second[apart], bounds)


def window(parts: Sequence[Positions], extra: int, bounds: Bounds, *, marked: bool) -> Spans:
    """Places where all parts stand, in any order, within a window of `extra` other words.

    Each part takes a position of its own.
    """
    width = len(parts) + extra
    rarest_first = sorted(parts, key=len)
    found = words(rarest_first[0], marked=True)
    for part in rarest_first[1:]:
        low = part.searchsorted(found.ends - width + 1)
        high = part.searchsorted(found.starts + width - 1, side="right")
        number, at = _ranges(low, high)
        position = part[at]
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
    kept = np.flatnonzero(values_at(bounds, found.starts) == values_at(bounds, found.ends))
    marks_of_kept = _marks_of(found, kept) if marked else None
    return _distinct(found.starts[kept], found.ends[kept], marks_of_kept)


def counted_from_left(spans: Spans) -> NDArray[np.int64]:
    """Numbers of the spans that remain when, from the left, overlapping ones are passed over."""
    if len(spans) < 2 or bool((spans.starts[1:] > spans.ends[:-1]).all()):
        return np.arange(len(spans))
    # Whatever is reached from the first span in 2^k steps is known after k rounds.
    end = len(spans)
    step = np.append(spans.starts.searchsorted(spans.ends, side="right"), end)
    kept = np.zeros(end + 1, bool)
    kept[0] = True
    while True:
        reached = step[kept]
        if kept[reached].all():
            return np.flatnonzero(kept[:end])
        kept[reached] = True
        step = step[step]
