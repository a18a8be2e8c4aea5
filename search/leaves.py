"""Words and quotations of a query as nodes: what one lexical piece asks for.

In: a lexical piece, its text tokenised alone as a query word is. Out: leaf nodes, one for each
token. Knows no operators and asks no dictionary.
"""

import re
from dataclasses import replace
from functools import lru_cache

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.function_words import function_words
from dragoman.indexer.tokens import exact_form, few_tokens, plain
from dragoman.search.patterns import as_letters, wildcards_of
from dragoman.search.scanner import Kind, Piece, is_address, words_of
from dragoman.search.tree import (
    VALUE_FIELD_NAMES,
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    Exact,
    FieldFilter,
    Leaf,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Said,
    Wildcard,
    Window,
    Word,
)

_LETTER = re.compile(r"[^\W_]")
_MAX_AFTER = 64
"""Code points after the last letter that may still belong to its token (marks, a dot)."""


def leaves_of(piece: Piece, at_most: int) -> tuple[tuple[Leaf, ...], int]:
    """The tokens of a word or a quotation as typed, wildcards and all.

    In a quotation a `=` before a word asks for exactly this form.

    Args:
        piece: A word or a quotation.
        at_most: Leaves beyond which nothing is read.

    Returns:
        The leaves, and the place in the query of the first `?` that is punctuation, or -1.
    """
    if "*" not in piece.text and not _LETTER.search(piece.text):
        at = piece.text.find("?")
        return (), piece.place(at) if at >= 0 and at not in piece.escaped else -1
    if piece.kind is Kind.WORD:
        return _leaves_of_word(piece, 0, piece.text, at_most, exact=False)
    leaves: list[Leaf] = []
    place = -1
    for start, word in words_of(piece.text):
        exact = word.startswith("=") and start not in piece.escaped
        found, of_word = _leaves_of_word(piece, start, word, at_most - len(leaves), exact=exact)
        leaves += found
        place = of_word if place < 0 else place
        if len(leaves) >= at_most:
            break
    return tuple(leaves), place


def _leaves_of_word(
    piece: Piece, start: int, word: str, at_most: int, *, exact: bool
) -> tuple[tuple[Leaf, ...], int]:
    wild: frozenset[int] = frozenset()
    punctuation = -1
    if ("*" in word or "?" in word) and not piece.plain and not is_address(word):
        inside = (at - start for at in piece.escaped)
        wild, punctuation = wildcards_of(word, set(inside) if piece.escaped else ())
    leaves: list[Leaf] = []
    for first, end in _tokens(as_letters(word, wild))[:at_most]:
        text = word[first:end]
        place, until = piece.place(start + first), piece.place(start + end - 1) + 1
        if wild and not wild.isdisjoint(range(first, end)):
            leaves.append(Wildcard(text, place, until))
        elif exact:
            leaves.append(Exact(text, place, until))
        else:
            leaves.append(Word(text, start=place, end=until))
    return tuple(leaves), piece.place(start + punctuation) if punctuation >= 0 else -1


@lru_cache(maxsize=4096)
def _tokens(word: str) -> tuple[tuple[int, int], ...]:
    """Where the tokens of a word stand in it."""
    core = word.strip(".,;:!?")
    if core.isalnum():
        start = word.find(core)
        return ((start, start + len(core)),)
    last = next((at for at in range(len(word) - 1, -1, -1) if word[at].isalnum()), None)
    if last is None:
        return ()
    word = word[: last + _MAX_AFTER]  # what follows can't begin a token
    return tuple((start, end) for _, start, end in few_tokens(word))


def joined(leaves: tuple[Leaf, ...], piece: Piece) -> Node:
    """One leaf, or a phrase of several; a quotation of one word is a phrase of one."""
    if len(leaves) == 1 and (piece.kind is Kind.WORD or isinstance(leaves[0], Exact)):
        return leaves[0]
    return Phrase(tuple(leaves), start=piece.start, end=piece.end)


def exactly(node: Node) -> Node:
    """The node with exactly these forms in place of any form; common words count as any other."""
    match node:
        case Word(text=text, start=start, end=end):
            return Exact(text, start, end)
        case Phrase(parts=(Word() as word,)):
            return exactly(word)
        case Phrase(parts=parts) | Window(parts=parts):
            return replace(node, parts=tuple(map(exactly, parts)))
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return type(node)(tuple(map(exactly, operands)))
        case Near(left=left, right=right):
            return replace(node, left=exactly(left), right=exactly(right))
        case Optional(operand=operand):
            return exactly(operand)
        case Not(operand=operand) | Boost(operand=operand) | AtLeast(operand=operand):
            return replace(node, operand=exactly(operand))
        case FieldFilter(field=field, operand=operand) if field not in VALUE_FIELD_NAMES:
            return FieldFilter(field, exactly(operand))
        case Said(name=name, operand=operand):
            return Said(name, exactly(operand))
    return node


def is_function_word(node: Node) -> bool:
    """Whether a node is a common function word, typed plainly."""
    return isinstance(node, Word) and not node.required and _is_function_word(node.text)


@lru_cache(maxsize=4096)
def _is_function_word(text: str) -> bool:
    if exact_form(plain(text)) not in function_words():
        return False
    tokens = analyze_word(text)  # US, WHO and the like are abbreviations, not function words
    return len(tokens) == 1 and tokens[0].exact.removeprefix("=") in function_words()
