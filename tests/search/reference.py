"""The query language defined once more, slowly: lists of tokens and nested loops.

What the engine computes with arrays is compared with this. It shares with the engine the parser,
the analysis and nothing else.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dragoman.indexer.analysis import Token, analyze, analyze_word
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    Everything,
    Exact,
    FieldFilter,
    Fuzzy,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Window,
    Word,
)

TEXTS = ("title", "body")
Span = tuple[int, int, frozenset[int]]


@dataclass
class ReferenceDocument:
    doc_id: str
    fields: dict[str, str]
    tokens: dict[str, list[Token]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = {name: analyze(text) for name, text in self.fields.items()}


def matches_token(leaf: Node, token: Token) -> bool:
    match leaf:
        case Word(text=text):
            return any(set(word.keys) & set(token.keys) for word in analyze_word(text))
        case Exact(text=text):
            return any(word.exact == token.exact for word in analyze_word(text))
        case Wildcard(pattern=pattern):
            expression = re.escape(pattern.casefold().replace("ё", "е"))
            expression = expression.replace(r"\*", ".*").replace(r"\?", ".")
            return re.fullmatch(expression, token.exact[1:], re.DOTALL) is not None
        case Fuzzy(text=text, distance=distance):
            return edits(analyze_word(text)[0].exact[1:], token.exact[1:]) <= distance
    raise AssertionError(leaf)


def edits(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def spans(node: Node, tokens: list[Token]) -> list[Span]:
    """Spans by start, then end; those with the same ends are one, with the marks of all."""
    joined: dict[tuple[int, int], frozenset[int]] = {}
    for start, end, marks in raw_spans(node, tokens):
        joined[start, end] = joined.get((start, end), frozenset()) | marks
    return [(start, end, joined[start, end]) for start, end in sorted(joined)]


def raw_spans(node: Node, tokens: list[Token]) -> Iterator[Span]:
    match node:
        case Phrase(parts=parts):
            for at in range(len(tokens) - len(parts) + 1):
                if all(matches_token(part, tokens[at + n]) for n, part in enumerate(parts)):
                    last = at + len(parts) - 1
                    yield at, last, frozenset(range(at, last + 1))
        case Window(parts=parts, extra=extra):
            places = [
                [n for n, token in enumerate(tokens) if matches_token(part, token)]
                for part in parts
            ]
            for chosen in itertools.product(*places):
                low, high = min(chosen), max(chosen)
                if len(set(chosen)) == len(chosen) and high - low + 1 <= len(parts) + extra:
                    yield low, high, frozenset(chosen)
        case Near(left=left, right=right, unit=unit, distance=distance):
            for a, b in itertools.product(spans(left, tokens), spans(right, tokens)):
                if are_near(a, b, unit, distance, tokens):
                    yield min(a[0], b[0]), max(a[1], b[1]), a[2] | b[2]
        case AnyOf(operands=operands):
            for operand in operands:
                yield from raw_spans(operand, tokens)
        case Boost(operand=operand):
            yield from raw_spans(operand, tokens)
        case _:
            for at, token in enumerate(tokens):
                if matches_token(node, token):
                    yield at, at, frozenset([at])


def are_near(a: Span, b: Span, unit: str, distance: int, tokens: list[Token]) -> bool:
    forward, backward = b[0] - a[1] - 1, a[0] - b[1] - 1
    if forward < 0 and backward < 0:
        return False  # they overlap
    if unit == "w":
        return max(forward, backward) <= distance
    if unit == "pre":
        return 0 <= forward <= distance
    name = {"s": "sentence", "p": "paragraph"}[unit]
    first, second = tokens[a[0]], tokens[b[0]]
    return bool(getattr(first, name) == getattr(second, name))


def counted(found: list[Span]) -> int:
    """From the left, without overlap."""
    count, until = 0, -1
    for start, end, _ in found:
        if start > until:
            count, until = count + 1, end
    return count


def finds(node: Node, document: ReferenceDocument, names: tuple[str, ...] = TEXTS) -> bool:
    match node:
        case AllOf(operands=operands):
            return all(
                isinstance(operand, Optional) or finds(operand, document, names)
                for operand in operands
            )
        case AnyOf(operands=operands):
            return any(
                not isinstance(operand, Optional) and finds(operand, document, names)
                for operand in operands
            )
        case Not(operand=operand):
            return not finds(operand, document, names)
        case Boost(operand=operand):
            return finds(operand, document, names)
        case AtLeast(count=count, operand=operand):
            return occurrences(operand, document, names) >= count
        case FieldFilter(field=name, operand=operand):
            return finds(operand, document, (name,))
        case Everything():
            return True
    return any(spans(node, document.tokens[name]) for name in names)


def held(
    node: Node, document: ReferenceDocument, names: tuple[str, ...] = TEXTS
) -> Iterator[tuple[str, list[Span]]]:
    """Field and spans of each positive part that holds in a document."""
    if not finds(node, document, names):
        return
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            for operand in operands:
                if not isinstance(operand, Optional | Not):
                    yield from held(operand, document, names)
        case Boost(operand=operand) | AtLeast(operand=operand):
            yield from held(operand, document, names)
        case FieldFilter(field=name, operand=operand):
            if name in TEXTS:
                yield from held(operand, document, (name,))
        case Not() | Optional() | Everything():
            return
        case _:
            for name in names:
                yield name, spans(node, document.tokens[name])


def occurrences(node: Node, document: ReferenceDocument, names: tuple[str, ...] = TEXTS) -> int:
    return sum(counted(found) for _, found in held(node, document, names))


def marks(node: Node, document: ReferenceDocument, name: str) -> list[tuple[int, int]]:
    """Offsets of the words that matched in a field."""
    positions = {
        at for field_name, found in held(node, document) if field_name == name
        for _, _, of_span in found for at in of_span
    }  # fmt: skip
    tokens = document.tokens[name]
    return [(tokens[at].start, tokens[at].end) for at in sorted(positions)]
