"""What follows a word or a group directly: `~n` and `^n`.

In: a node, and the piece after it. Out: the node loosened or weighed. Reads no further.
"""

from dataclasses import replace

from dragoman.indexer.errors import Message
from dragoman.search.errors import QueryError
from dragoman.search.joining import unwrapped
from dragoman.search.scanner import Piece
from dragoman.search.tree import (
    VALUE_FIELD_NAMES,
    Boost,
    DateRange,
    Exact,
    FieldFilter,
    Fuzzy,
    Node,
    Optional,
    Phrase,
    Said,
    Window,
    Word,
)

MIN_BOOST, MAX_BOOST = 0.001, 1_000
_PLACES = 6
"""Decimal places of a weight that count."""


def loosened(node: Node, first: Piece, piece: Piece, *, quoted: bool, is_word: bool) -> Node:
    """A word within so many edits, or the words of a quotation within a window.

    Args:
        node: What stands before the `~`.
        first: Where that begins.
        piece: The `~` with its number.
        quoted: Whether it stands directly after a quotation.
        is_word: Whether a word is one here, not a value.

    Raises:
        QueryError: The number is out of range, or nothing that can be loosened stands before it.
    """
    number = piece.number
    if quoted and isinstance(node, Phrase | Exact):
        if not (0 <= number <= 99 and number == int(number)):
            raise QueryError(
                Message('the number of extra words in "…"~n must be a whole number from 0 to 99'),
                piece.start,
                piece.end,
            )
        parts = node.parts if isinstance(node, Phrase) else (node,)
        return Window(parts, int(number), start=node.start, end=piece.end)
    if not (isinstance(node, Word) and is_word):
        raise QueryError(
            Message('~ follows a single word (word~1) or a quotation ("two words"~4)'),
            first.start,
            piece.end,
        )
    number = 1 if number == -1 else number
    if number not in (1, 2):
        raise QueryError(
            Message("word~n takes 1 or 2 edits; for words that begin alike write word*"),
            piece.start,
            piece.end,
        )
    return Fuzzy(node.text, int(number), start=node.start, end=piece.end)


def boosted(node: Node, piece: Piece, *, is_filter: bool) -> Node:
    """A node that counts more or less in the ranking; weights of weights multiply.

    Args:
        node: What stands before the `^`.
        piece: The `^` with its number.
        is_filter: Whether it is a filter, which has no score that could count more.

    Raises:
        QueryError: The weight is out of range.
    """
    inner = unwrapped(node)
    factor = piece.number * (inner.factor if isinstance(inner, Boost) else 1)
    if not MIN_BOOST <= factor <= MAX_BOOST:
        raise QueryError(
            Message(
                "^n takes a weight from {least} to {most:,}: more than 1 counts more, "
                "less than 1 counts less",
                least=MIN_BOOST,
                most=MAX_BOOST,
            ),
            piece.start,
            piece.end,
        )
    if is_filter or isinstance(inner, DateRange):
        return node
    factor = round(factor, _PLACES)
    weighed: Node = Boost(unboosted(inner), factor)
    if isinstance(inner, FieldFilter):
        if inner.field in VALUE_FIELD_NAMES:
            return node
        weighed = replace(inner, operand=Boost(unboosted(inner.operand), factor))
    elif isinstance(inner, Said):
        weighed = replace(inner, operand=Boost(unboosted(inner.operand), factor))
    return Optional(weighed) if isinstance(node, Optional) else weighed


def unboosted(node: Node) -> Node:
    """What a boost weighs."""
    return node.operand if isinstance(node, Boost) else node
