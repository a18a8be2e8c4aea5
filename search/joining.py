"""Operands made one node: flat, and with common words optional where they may be.

In: nodes that stand side by side or beside an operator. Out: `AllOf`, `AnyOf` or the one node.
Reads no text and makes no note.
"""

from collections.abc import Collection
from itertools import compress

from dragoman.search.leaves import is_function_word
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    Boost,
    DateRange,
    FieldFilter,
    Node,
    Not,
    Optional,
    Said,
    Word,
    children,
)


def any_of(operands: list[Node]) -> Node:
    """The operands joined by OR."""
    flat = [
        part
        for operand in operands
        for part in (operand.operands if isinstance(operand, AnyOf) else (operand,))
    ]
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(operand, Optional) for operand in flat):
        flat = [unwrapped(operand) for operand in flat]
    return AnyOf(tuple(flat))


def all_of(operands: list[Node], *, words_only: bool = False) -> Node:
    """The operands joined by AND, common words among them optional.

    Args:
        operands: At least one.
        words_only: Whether common words are words like any other here: in a field, in atleast.
    """
    flat = [
        part
        for operand in operands
        for part in (operand.operands if isinstance(operand, AllOf) else (operand,))
    ]
    if len(flat) == 1:
        return flat[0]
    return AllOf(tuple(with_optional(flat, words_only=words_only)))


def with_optional(operands: list[Node], *, words_only: bool) -> list[Node]:
    """Common words made optional beside another positive operand; none beside none."""
    if not _anchored(operands, words_only):
        operands = [unwrapped(operand) for operand in operands]
    if words_only or not _anchored(operands, words_only):
        return operands
    return [Optional(operand) if is_function_word(operand) else operand for operand in operands]


def _anchored(operands: list[Node], words_only: bool) -> bool:
    """Whether something besides optional and common words finds documents."""
    return any(
        has_positive(operand)
        and not isinstance(operand, Optional)
        and (words_only or not is_function_word(operand))
        for operand in operands
    )


def side_by_side(
    chunks: list[list[Node]], required: Collection[int], *, words_only: bool = False
) -> Node:
    """Words that merely stand side by side joined by OR; what restricts, by AND.

    Where all that is left to be joined by OR is optional, it only scores.

    Args:
        chunks: What explicit ANDs join, chunk by chunk.
        required: Numbers of chunks that were typed with a `+`.
        words_only: As in `all_of`.
    """
    if len(chunks) == 1:
        return all_of(chunks[0], words_only=words_only)
    nodes = [all_of(chunk, words_only=words_only) for chunk in chunks]
    is_should = [n not in required and _is_searched(node) for n, node in enumerate(nodes)]
    should = list(compress(nodes, is_should))
    must = [node for node, is_other in zip(nodes, is_should, strict=True) if not is_other]
    if _anchored(must, words_only) and not _anchored(should, words_only):
        return all_of(nodes, words_only=words_only)
    if should:
        joined = any_of(with_optional(should, words_only=words_only))
        must.insert(is_should.index(True), joined)
    return all_of(must, words_only=words_only)


def _is_searched(node: Node) -> bool:
    """Whether a node looks for words, instead of restricting to a field, a date or the rest."""
    match node:
        case Not() | FieldFilter() | Said() | DateRange():
            return False
        case AllOf() | AnyOf() | Boost():
            return any(map(_is_searched, children(node)))
    return True


def unwrapped(node: Node) -> Node:
    """What an optional word is where nothing else stands beside it: a word."""
    return node.operand if isinstance(node, Optional) else node


def without_optional(node: Node, kept: Collection[int]) -> Node:
    """A proximity's operand, in which common words are words like any other.

    Args:
        node: The operand.
        kept: Starts of words that were typed as `[word]`.
    """
    match node:
        case Optional(operand=Word(start=start) as word) if start not in kept:
            return word
        case AnyOf(operands=operands):
            return AnyOf(tuple(without_optional(operand, kept) for operand in operands))
        case Boost(operand=operand, factor=factor):
            return Boost(without_optional(operand, kept), factor)
    return node


def has_positive(node: Node) -> bool:
    """Whether anything in a tree finds documents by itself."""
    match node:
        case Not():
            return False
        case AllOf() | AnyOf() | Boost() | FieldFilter():
            return any(map(has_positive, children(node)))
    return True
