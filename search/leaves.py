"""Words and quotations of a query as nodes: what one lexical piece asks for.

In: the text of a piece, analysed alone as a query word is. Out: leaf nodes, one for each token.
Knows no operators.
"""

import re
from collections.abc import Iterator

from dragoman.indexer.analysis import Token, analyze_word
from dragoman.indexer.function_words import function_words
from dragoman.search.patterns import as_letters, as_pattern, has_wildcard
from dragoman.search.scanner import Piece
from dragoman.search.tree import Exact, Node, Phrase, Wildcard, Word

_SPACE = re.compile(r"\s+")
_JOINED = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d)")


def leaves_of_word(piece: Piece, *, exact: bool = False) -> list[Node]:
    """The tokens of a word as typed, wildcards and all.

    Args:
        piece: A word.
        exact: Whether only these forms are meant.
    """
    return [
        _leaf(token, exact, piece.start, piece.end)
        for token in analyze_word(as_letters(piece.text, piece.escaped))
    ]


def leaves_of_quotation(piece: Piece, *, exact: bool = False) -> list[Node]:
    """The tokens of a quotation; `=` before a word inside it asks for this form."""
    found: list[Node] = []
    for start, word in _words(piece.text):
        escaped = frozenset(i - start for i in piece.escaped if start <= i < start + len(word))
        marked = word.startswith("=") and 0 not in escaped
        found += [
            _leaf(token, exact or marked, piece.start, piece.end)
            for token in analyze_word(as_letters(word, escaped))
        ]
    return found


def _words(text: str) -> Iterator[tuple[int, str]]:
    joined = {match.start() for match in _JOINED.finditer(text)}
    start = 0
    for space in _SPACE.finditer(text):
        if space.start() in joined and len(space[0]) == 1:
            continue
        if space.start() > start:
            yield start, text[start : space.start()]
        start = space.end()
    if start < len(text):
        yield start, text[start:]


def _leaf(token: Token, exact: bool, start: int, end: int) -> Node:
    pattern = as_pattern(token.surface)
    if has_wildcard(pattern):
        return Wildcard(pattern, start, end)
    if exact:
        return Exact(token.surface, start, end)
    return Word(token.surface, start=start, end=end)


def joined(leaves: list[Node], *, quoted: bool) -> Node | None:
    """One leaf, or a phrase of several; a quotation of one word is a phrase of one."""
    if not leaves:
        return None
    if len(leaves) == 1 and (not quoted or isinstance(leaves[0], Exact)):
        return leaves[0]
    first = leaves[0]
    start, end = first.start, first.end  # type: ignore[attr-defined]
    return Phrase(tuple(leaves), start=start, end=end)


def is_function_word(node: Node) -> bool:
    """Whether a node is a common function word, typed plainly."""
    if not isinstance(node, Word) or node.required:
        return False
    tokens = analyze_word(node.text)
    return len(tokens) == 1 and tokens[0].exact.removeprefix("=") in function_words()


def without_question_marks(piece: Piece) -> tuple[Piece, int]:
    """The piece without each `?` that no letter or digit follows, and the first one's place.

    Returns:
        The piece, and the offset in the query of the first such `?`, or -1.
    """
    text = piece.text
    last_letter = max((i for i, c in enumerate(text) if c.isalnum()), default=-1)
    marks = [
        i for i, c in enumerate(text) if c == "?" and i > last_letter and i not in piece.escaped
    ]
    if not marks or not has_wildcard(text, piece.escaped):
        return piece, -1
    kept = [i for i in range(len(text)) if i not in marks]
    escaped = frozenset(new for new, old in enumerate(kept) if old in piece.escaped)
    place = piece.end - (len(text) - marks[0])
    stripped = Piece(
        piece.kind, piece.start, piece.end, "".join(text[i] for i in kept), escaped,
        closed=piece.closed, spaced=piece.spaced,
    )  # fmt: skip
    return stripped, place
