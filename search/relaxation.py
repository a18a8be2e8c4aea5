"""Weaker queries than one that finds nothing: fewer words, any word, the nearest quotation.

In: a tree. Out: other trees, likeliest first. Counts nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from dragoman.search.joining import all_of, any_of, has_positive
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    Boost,
    DateRange,
    FieldFilter,
    Near,
    Node,
    Optional,
    Phrase,
    Said,
    Window,
    read_back,
    walk,
)

_MAX_LEFT_OUT = 8
"""Operands beyond which none is left out by itself."""
_MAX_QUOTED = 12
"""Words of a quotation beyond which it is not taken apart."""
_GAP = 3
"""Words that may stand where one word of a quotation was wrong."""
_LOOSE = 4
"""Other words among all the words of a quotation."""


def fewer_words(node: Node, unknown: Collection[str]) -> Iterator[tuple[int, Node]]:
    """The tree without its unknown words (stage 0), then without one more operand (stage 1).

    Args:
        node: The tree.
        unknown: Words, read back, that are in no document.

    Yields:
        The stage, and the tree.
    """
    if not isinstance(node, AllOf):
        return
    searched = [number for number, operand in enumerate(node.operands) if _is_searched(operand)]
    without = [n for n in searched if _words_of(node.operands[n]) & set(unknown)]
    if without and len(without) < len(searched):
        yield 0, _without(node, without)
    if 2 <= len(searched) - len(without) and len(searched) <= _MAX_LEFT_OUT:
        for number in reversed(searched):
            if number not in without:
                yield 1, _without(node, [*without, number])


def with_any_word(node: Node) -> Iterator[Node]:
    """The tree with its words joined by OR instead of AND; what restricts it stays."""
    if not isinstance(node, AllOf):
        return
    searched = [operand for operand in node.operands if _is_searched(operand)]
    rest = [o for o in node.operands if not _is_searched(o) and not isinstance(o, Optional)]
    if len(searched) > 1:
        yield all_of([any_of(searched), *rest])


def near_quotations(node: Node) -> Iterator[tuple[int, Node]]:
    """The tree with a quotation loosened, the strictest first.

    Yields:
        The stage, and the tree: with other words in the place of one (0), with all its words near
        each other (1), with all but one (2).
    """
    for part in walk(node):
        if isinstance(part, Phrase) and 2 <= len(part.parts) <= _MAX_QUOTED:
            for stage, nearest in _nearest(part.parts):
                yield stage, _exchanged(node, part, nearest)


def _nearest(parts: tuple[Node, ...]) -> Iterator[tuple[int, Node]]:
    """Looser forms of one quotation, each with its stage."""
    if len(parts) > 2:
        yield from ((0, _one_wrong(parts, number)) for number in range(len(parts)))
    if len(parts) <= _MAX_LEFT_OUT:
        yield 1, Window(parts, _LOOSE)
        if len(parts) > 2:
            for number in reversed(range(len(parts))):
                yield 2, Window(parts[:number] + parts[number + 1 :], _LOOSE)


def _one_wrong(parts: tuple[Node, ...], number: int) -> Node:
    """A quotation in which a few words may stand in the place of one."""
    before, after = parts[:number], parts[number + 1 :]
    if not before or not after:
        return Phrase(before or after)
    return Near(_quoted(before), _quoted(after), "pre", _GAP)


def _quoted(parts: tuple[Node, ...]) -> Node:
    return Phrase(parts) if len(parts) > 1 else parts[0]


def _exchanged(node: Node, old: Node, new: Node) -> Node:
    """A tree with one of its parts exchanged for another."""
    if node is old:
        return new
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return type(node)(tuple(_exchanged(operand, old, new) for operand in operands))
        case Near(left=left, right=right):
            return replace(node, left=_exchanged(left, old, new), right=_exchanged(right, old, new))
        case Boost() | FieldFilter() | Optional() | Said():
            operand = node.operand
            return replace(node, operand=_exchanged(operand, old, new))
    return node


def _is_searched(node: Node) -> bool:
    """Whether an operand looks for words, instead of excluding or restricting."""
    return has_positive(node) and not isinstance(node, Optional | FieldFilter | Said | DateRange)


def _words_of(node: Node) -> set[str]:
    return {read_back(part) for part in walk(node)}


def _without(node: AllOf, numbers: Collection[int]) -> Node:
    return all_of([operand for n, operand in enumerate(node.operands) if n not in numbers])
