"""The tree of a query, and how it is read back in the query language.

In: nodes that `syntax` builds. Out: `read_back(node)`, which parses to the same tree. Evaluates
nothing. Offsets point into the query as typed and are no part of what makes two trees equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

OPERATOR_WORDS = {
    "AND": "AND", "И": "AND", "OR": "OR", "ИЛИ": "OR", "NOT": "NOT", "НЕ": "NOT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a query; `start` and `end` tell where it was typed."""


@dataclass(frozen=True, slots=True)
class Word(Node):
    """Any form of a word; `required` where a common word was typed with `+`.

    `keys` are what it is looked up by; without any, analysis tells them.
    """

    text: str
    required: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exact(Node):
    """Exactly this form of a word."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """Every surface form that fits; `*` is any run of characters, `?` one."""

    pattern: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy(Node):
    """Every surface form within `distance` edits."""

    text: str
    distance: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words next to each other, in this order."""

    parts: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Window(Node):
    """Words in any order with at most `extra` other words among them."""

    parts: tuple[Node, ...]
    extra: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Two operands near each other.

    `unit` is `w` (at most `distance` words between), `pre` (the same, in this order), `s` (same
    sentence) or `p` (same paragraph); `distance` counts for the first two only.
    """

    left: Node
    right: Node
    unit: str
    distance: int = 0
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """Documents that every operand finds."""

    operands: tuple[Node, ...]
    name: ClassVar[str] = "AND"


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """Documents that some operand finds."""

    operands: tuple[Node, ...]
    name: ClassVar[str] = "OR"


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Documents that the operand does not find."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Optional(Node):
    """Counts in the ranking, is not required and is not marked."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """Counts `factor` times in the ranking."""

    operand: Node
    factor: float


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """Documents with at least `count` occurrences of the operand."""

    count: int
    operand: Node


@dataclass(frozen=True, slots=True)
class FieldFilter(Node):
    """The operand, searched in a field of its own instead of title and body."""

    field: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Said(Node):
    """The operand, looked for in what speakers say whose name the first node matches."""

    name: Node
    operand: Node


@dataclass(frozen=True, slots=True)
class InTurns(Node):
    """A `Said` with a word, phrase or the like for its operand: it has positions of its own."""

    name: Node
    operand: Node


@dataclass(frozen=True, slots=True)
class DateRange(Node):
    """Documents whose date overlaps; either end, as an ISO date, may be open (empty)."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """All documents: the empty query."""


Leaf = Word | Exact | Wildcard | Fuzzy
"""One word of a query."""
LEAVES = (Word, Exact, Wildcard, Fuzzy)
SPANS = (Phrase, Window, Near)
VALUE_FIELD_NAMES = ("id", "lang")
"""Fields that are compared as whole values, not as words."""


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from the left."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, from the left."""
    match node:
        case Phrase(parts=parts) | Window(parts=parts):
            return parts
        case Near(left=left, right=right):
            return (left, right)
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return operands
        case Not() | Optional() | Boost() | AtLeast() | FieldFilter():
            return (node.operand,)
        case Said(name=name, operand=operand) | InTurns(name=name, operand=operand):
            return (name, operand)
    return ()


def in_turns(node: Node) -> Node:
    """The tree with every `Said` brought down to the words and phrases it asks for."""
    match node:
        case Said(name=name, operand=operand):
            return _in_turns_of(name, operand)
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return type(node)(tuple(map(in_turns, operands)))
        case Not(operand=operand) | Optional(operand=operand) | Boost(operand=operand):
            return replace(node, operand=in_turns(operand))
    return node


def _in_turns_of(name: Node, node: Node) -> Node:
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return type(node)(tuple(_in_turns_of(name, operand) for operand in operands))
        case Not() | Optional() | Boost() | AtLeast():
            return replace(node, operand=_in_turns_of(name, node.operand))
    return InTurns(name, node)


def read_back(node: Node) -> str:
    """The query in its own language, every implicit step made explicit."""
    return _render(node, leading=True)


def _render(node: Node, *, leading: bool = False) -> str:
    match node:
        case Word(text=text, required=required):
            return ("+" if required else "") + _word(text, leading and not required)
        case Exact(text=text):
            return f"={text}"
        case Wildcard(pattern=pattern):
            return pattern
        case Fuzzy(text=text, distance=distance):
            return f"{_word(text, leading)}~{distance}"
        case Phrase(parts=parts) if all(isinstance(part, Exact) for part in parts):
            return '="' + " ".join(_in_quotes(part).removeprefix("=") for part in parts) + '"'
        case Phrase(parts=parts):
            return '"' + " ".join(map(_in_quotes, parts)) + '"'
        case Window(parts=parts, extra=extra):
            return '"' + " ".join(map(_in_quotes, parts)) + f'"~{extra}'
        case Near(left=left, right=right, unit=unit, distance=distance):
            operator = f"{unit}/{distance}" if unit in ("w", "pre") else f"/{unit}"
            first = _grouped(left, leading=leading)
            return f"{first} {operator} {_grouped(right)}"
        case AllOf(operands=operands) | AnyOf(operands=operands):
            rendered = [
                _grouped(operand, leading=leading and not number)
                for number, operand in enumerate(operands)
            ]
            return f" {node.name} ".join(rendered)
        case Not(operand=operand):
            return f"NOT {_grouped(operand)}"
        case Optional(operand=operand):
            inside = operand.text if isinstance(operand, Word) else _render(operand)
            return f"[{inside}]"
        case Boost(operand=operand, factor=factor):
            inside = _grouped(operand, leading=leading)
            return (
                f"({inside})^{_number(factor)}"
                if isinstance(operand, Not)
                else (f"{inside}^{_number(factor)}")
            )
        case AtLeast(count=count, operand=operand):
            return f"atleast{count}({_render(operand, leading=True)})"
        case FieldFilter(field=name, operand=operand):
            return f"{name}:{_field_operand(name, operand)}"
        case Said(name=name, operand=operand) | InTurns(name=name, operand=operand):
            rest = operand.operands if isinstance(operand, AllOf) else (operand,)
            return f"said:({_render(AllOf((name, *rest)), leading=True)})"
        case DateRange(first=first, last=last):
            return f"date:{first}" if first == last else f"date:{first}..{last}"
    return ""


def _grouped(node: Node, *, leading: bool = False) -> str:
    """Rendered, in parentheses where it is itself joined by an operator."""
    if isinstance(node, AllOf | AnyOf | Near | Not):
        return f"({_render(node, leading=True)})" if not isinstance(node, Not) else _render(node)
    return _render(node, leading=leading)


def _field_operand(name: str, operand: Node) -> str:
    if name in VALUE_FIELD_NAMES:
        return _value(operand) if isinstance(operand, Word | Wildcard) else f"({_values(operand)})"
    if isinstance(operand, Word | Exact | Wildcard | Fuzzy | Phrase | Window | Boost):
        return _render(operand, leading=True)
    return f"({_render(operand, leading=True)})"


def _values(node: Node) -> str:
    """A group of whole values."""
    match node:
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return f" {node.name} ".join(
                f"({_values(part)})" if isinstance(part, AllOf | AnyOf) else _values(part)
                for part in operands
            )
        case Not(operand=operand):
            inside = _values(operand)
            return f"NOT ({inside})" if isinstance(operand, AllOf | AnyOf) else f"NOT {inside}"
    return _value(node, _BARE_IN_GROUP)


_BARE = re.compile(r"[\w.*?#%@-][\w.*?#%@/-]*")
_BARE_IN_GROUP = re.compile(r"\w[\w.*?-]*")
"""Values that need no quotes to be read as such, after a field and in a group after it."""


def _value(node: Node, bare: re.Pattern[str] = _BARE) -> str:
    """A whole value, in quotes where it would be read as anything else without them."""
    text = node.pattern if isinstance(node, Wildcard) else _escaped(node.text)  # type: ignore[attr-defined]
    if bare.fullmatch(text) and text not in OPERATOR_WORDS:
        return text
    return '"' + text.replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    """A value in which no character is a wildcard."""
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")


def _number(factor: float) -> str:
    """A factor without an exponent."""
    return f"{factor:.6f}".rstrip("0").rstrip(".")


def _word(text: str, leading: bool) -> str:
    """A word, escaped where it would be read as an operator."""
    if text in OPERATOR_WORDS and not (leading and text == "И"):
        return "\\" + text
    return text


def _in_quotes(part: Node) -> str:
    match part:
        case Word(text=text):
            return text
        case _:
            return _render(part, leading=True)
