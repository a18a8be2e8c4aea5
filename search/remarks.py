"""Notes on a finished tree: what its reader must know about how the query was read.

In: the tree and the pieces it was read from. Out: `Note`s with places in the query as typed.
Changes nothing.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from dragoman.indexer.errors import Message
from dragoman.indexer.tokens import mixed_look_alikes
from dragoman.search.joining import has_positive
from dragoman.search.pieces import is_operator_word
from dragoman.search.results import Note
from dragoman.search.scanner import Kind, Piece
from dragoman.search.tree import (
    LEAVES,
    OPERATOR_WORDS,
    VALUE_FIELD_NAMES,
    FieldFilter,
    Leaf,
    Node,
    Optional,
    Wildcard,
    Word,
    children,
    walk,
)

_LOWERCASE = {"or": "OR", "или": "ИЛИ", "not": "NOT", "не": "НЕ"}
_ALTERNATIVES = ("OR", "ИЛИ")
_TAKE_WORD = (Kind.PLUS, Kind.EQUALS, Kind.FIELD, Kind.OPTIONAL_OPEN, Kind.MINUS)
"""After these a word is a word, in capitals too."""
_STARTS = (
    Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.FIELD, Kind.AT_LEAST, Kind.PLUS, Kind.EQUALS,
    Kind.MINUS, Kind.OPTIONAL_OPEN,
)  # fmt: skip
_OPENING = (Kind.OPEN, Kind.AT_LEAST)
_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[Ѐ-ԯ]")
_WILD = str.maketrans("*?", "ⵣⵣ")


def remarks(
    node: Node, query: str, pieces: Sequence[Piece], bracketed: Collection[int], match: str
) -> list[Note]:
    """All notes that only the whole query shows.

    Args:
        node: What was read.
        query: As typed.
        pieces: What it was read from.
        bracketed: Starts of words that were typed as `[word]`.
        match: `all` or `any`.
    """
    notes = [
        *_optional_words(node, bracketed),
        *_lowercase_operators(pieces, match),
        *_look_alikes(node),
    ]
    if not has_positive(node):
        notes.append(
            Note(
                "only_negative",
                Message("only exclusions: every document without these words is found"),
                0,
                len(query),
            )
        )
    return notes


def _optional_words(node: Node, bracketed: Collection[int]) -> Iterator[Note]:
    words = [
        part.operand
        for part in walk(node)
        if isinstance(part, Optional)
        and isinstance(part.operand, Word)
        and part.operand.start not in bracketed
    ]
    if words:
        yield Note(
            "optional_words",
            Message(
                "common, so not required: {words}; to require one write +{first}",
                words=tuple(dict.fromkeys(word.text for word in words)),
                first=words[0].text,
            ),
            min(word.start for word in words),
            max(word.end for word in words),
        )


def _lowercase_operators(pieces: Sequence[Piece], match: str) -> Iterator[Note]:
    found = [
        piece
        for number, piece in enumerate(pieces)
        if piece.kind is Kind.WORD
        and piece.text in _LOWERCASE
        and not piece.escaped
        and _would_join(pieces, number, match)
    ]
    if found:
        meant = dict.fromkeys(_LOWERCASE[piece.text] for piece in found)
        yield Note(
            "lowercase_operator",
            Message(
                "{words} in small letters is searched as a word; the operator is {meant}",
                words=tuple(dict.fromkeys(piece.text for piece in found)),
                meant=", ".join(meant),
            ),
            found[0].start,
            found[-1].end,
        )


def _would_join(pieces: Sequence[Piece], number: int, match: str) -> bool:
    """Whether a word would mean something else if it stood in capitals."""
    before = pieces[number - 1] if number else None
    after = pieces[number + 1] if number + 1 < len(pieces) else None
    if before is not None and before.kind in _TAKE_WORD and before.end == pieces[number].start:
        return False
    if after is None or after.kind not in _STARTS:
        return False
    if is_operator_word(after) and OPERATOR_WORDS[after.text] != "NOT":
        return False
    if _LOWERCASE[pieces[number].text] not in _ALTERNATIVES:
        return True
    return not (
        match == "any"
        or before is None
        or before.kind in (*_OPENING, Kind.DISTANCE, Kind.OR_BAR, Kind.AMPERSAND)
        or is_operator_word(before)
    )


def _look_alikes(node: Node) -> Iterator[Note]:
    for leaf in _text_leaves(node):
        text = leaf.pattern if isinstance(leaf, Wildcard) else leaf.text
        if len(text) < 2 or text.isascii():
            continue
        if not (_LATIN.search(text) and _CYRILLIC.search(text)):
            continue
        if mixed_look_alikes(text.translate(_WILD)):
            yield Note(
                "look_alikes",
                Message(
                    "‘{text}’ mixes Latin and Cyrillic letters that look alike: read as one script",
                    text=text,
                ),
                leaf.start,
                leaf.end,
            )


def _text_leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree that are words of texts, not values."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, LEAVES):
            yield part
        elif not (isinstance(part, FieldFilter) and part.field in VALUE_FIELD_NAMES):
            waiting += reversed(children(part))
