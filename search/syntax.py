"""The query language: text to tree and notes.

    query ─ scanner ─ pieces ─▶ what there is to read ─ operands, joining ─▶ tree ─ remarks ─▶ notes

In: the query as typed. Out: a `Parsed` tree with what the reader must know about how it was
read. Errors name the place, the limit and the remedy. Looks nothing up in an index.
"""

from dataclasses import dataclass

from dragoman.indexer.errors import Message
from dragoman.search.errors import QueryError
from dragoman.search.joining import all_of, any_of, side_by_side, unwrapped, without_optional
from dragoman.search.operands import Operands
from dragoman.search.pieces import MAX_CHARACTERS, MAX_DEPTH, MAX_TERMS, readable
from dragoman.search.plain import plain_query
from dragoman.search.remarks import remarks
from dragoman.search.results import Note
from dragoman.search.scanner import Kind, Piece
from dragoman.search.tree import (
    AllOf,
    AtLeast,
    DateRange,
    Everything,
    FieldFilter,
    Near,
    Node,
    Not,
    Optional,
    Said,
    read_back,
    walk,
)

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_TERMS", "STRICT_CODES", "Parsed", "parse"]

STRICT_CODES = (
    "unbalanced_quote", "unbalanced_parenthesis", "unknown_field", "dangling_operator",
)  # fmt: skip
"""Notes that are errors in a strict search."""
_NO_OPERAND = {
    AllOf: "AND", Not: "NOT", Optional: Message("an optional word"), AtLeast: "atleast",
    FieldFilter: Message("a field"), Said: "said:", DateRange: Message("a date"),
}  # fmt: skip
"""What has no positions of its own, and so can't stand in a proximity."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as it was read."""

    node: Node
    notes: tuple[Note, ...]
    searched_for: str
    """The query read back in its own language."""


def parse(query: str, *, match: str = "all", strict: bool = False) -> Parsed:
    """Reads a query.

    Args:
        query: As typed.
        match: `all` joins words that stand side by side with AND, `any` with OR.
        strict: Whether notes of `STRICT_CODES` are errors.

    Raises:
        QueryError: The query can't be read as one thing only, or is beyond a limit.
    """
    if match == "all" and (plain := plain_query(query)) is not None:
        return Parsed(plain[0], (), plain[1])
    try:
        node, notes = _Parser(query, match).parse()
        for note in notes:
            if strict and note.code in STRICT_CODES:
                raise QueryError(note.message, note.start, note.end)
    except QueryError as error:
        error.query = query
        raise
    return Parsed(node, tuple(notes), read_back(node))


class _Parser:
    """Joins operands by the operators between them, from the loosest to the tightest."""

    def __init__(self, query: str, match: str) -> None:
        self.query = query
        self.match = match
        self.readable = readable(query)
        self.read = Operands(query, self.readable, match, self.any_of)

    def parse(self) -> tuple[Node, list[Note]]:
        """The whole query, and the notes on it by their places."""
        node = self.any_of()
        notes = self.read.notes
        if node is None:
            message = Message("no words to search for: all documents, newest first")
            notes.append(Note("empty_query", message, 0, len(self.query)))
            node = Everything()
        else:
            node = unwrapped(node)
            pieces, bracketed = self.readable.pieces, self.read.bracketed
            notes += remarks(node, self.query, pieces, bracketed, self.match)
        return node, sorted(notes, key=lambda note: (note.start, note.code))

    def any_of(self) -> Node | None:
        """Operands joined by OR, up to a closing parenthesis or the end."""
        read = self.read
        first = read.peek()
        after_said, read.after_said = read.after_said, False
        operands: list[Node] = []
        is_mixed = False
        pending: Piece | None = None  # an OR that still wants its right operand
        n_operators = 0
        while True:
            node, is_compound = self.run(leading=read.peek() is first, after_said=after_said)
            is_mixed = is_mixed or is_compound
            if node is not None:
                operands.append(node)
                pending = None
            piece = read.peek()
            if piece is None or piece.kind is Kind.CLOSE:
                break
            if pending is not None or not operands:
                read.dangling(piece)
            else:
                pending = piece
                n_operators += 1
            read.take()
        if pending is not None:
            read.dangling(pending)
            n_operators -= 1
        if not operands:
            return None
        node = any_of(operands)
        if is_mixed and n_operators and first is not None:
            message = Message(
                "OR joins most loosely: this was read as {read}", read=read_back(node)
            )
            read.note("precedence", message, first.start, read.end)
        return node

    def run(self, *, leading: bool, after_said: bool) -> tuple[Node | None, bool]:
        """Operands side by side or joined by AND; whether AND or a proximity joined any.

        Args:
            leading: Whether it begins the query or a group, where И is a word.
            after_said: Whether it is the group after `said:`, in which the first operand is a name.
        """
        read = self.read
        chunks: list[list[Node]] = []
        required: set[int] = set()
        explicit: Piece | None = None  # an AND that still wants its right operand
        is_compound = False
        while piece := read.peek():
            operator = read.operator(piece)
            as_word = leading and piece.text == "И" and not chunks and explicit is None
            if piece.kind is Kind.CLOSE or operator == "OR":
                break
            if operator == "AND" and not as_word:
                if not chunks or explicit is not None:
                    read.dangling(piece)
                else:
                    explicit = piece
                read.take()
                leading = False
                continue
            node, is_near = self.negation(as_word=as_word)
            if node is None:
                continue
            is_compound = is_compound or is_near
            if explicit is not None:
                chunks[-1].append(node)
                is_compound = True
            else:
                if piece.kind is Kind.PLUS:
                    required.add(len(chunks))
                chunks.append([node])
            explicit = None
        if explicit is not None:
            read.dangling(explicit)
        if not chunks:
            return None, False
        words_only = bool(read.field) or read.counting
        if after_said and sum(map(len, chunks)) > 1:
            name, *rest = chunks[0]
            kept = [rest, *chunks[1:]] if rest else chunks[1:]
            shift = len(chunks) - len(kept)
            sought = self._side_by_side(kept, {n - shift for n in required}, words_only)
            return AllOf((name, sought)), True
        node = self._side_by_side(chunks, required, words_only)
        if self.match == "any":
            return node, is_compound or (len(chunks) > 1 and isinstance(node, AllOf))
        return node, is_compound or sum(map(len, chunks)) > 1

    def _side_by_side(self, chunks: list[list[Node]], required: set[int], words_only: bool) -> Node:
        if self.match == "any":
            return side_by_side(chunks, required, words_only=words_only)
        return all_of([node for chunk in chunks for node in chunk], words_only=words_only)

    def negation(self, *, as_word: bool) -> tuple[Node | None, bool]:
        """An operand with the NOTs before it; whether it is a proximity."""
        read = self.read
        signs: list[Piece] = []
        while (piece := read.peek()) and (
            piece.kind is Kind.MINUS or (read.operator(piece) == "NOT" and not as_word)
        ):
            signs.append(read.take())
            as_word = piece.kind is Kind.MINUS  # -AND: a word
        node, is_near = self.proximity(as_word=as_word)
        if node is None:
            for sign in signs:
                read.dangling(sign)
            return None, False
        if len(signs) % 2 == 0:
            return node, is_near
        node = unwrapped(node)
        return (node.operand if isinstance(node, Not) else Not(node)), is_near

    def proximity(self, *, as_word: bool) -> tuple[Node | None, bool]:
        """Operands joined by w/n, pre/n, /s or /p, chained from the left."""
        read = self.read
        start = self._start()
        left = read.operand(as_word=as_word)
        is_near = False
        while (piece := read.peek()) and piece.kind is Kind.DISTANCE:
            end_of_left = read.end
            read.take()
            if piece.text in ("w", "pre") and not 1 <= piece.number <= 999:
                raise QueryError(
                    Message(
                        "{typed}: the distance must be 1 to 999 words; for the same sentence or "
                        "paragraph write /s or /p",
                        typed=read.typed(piece),
                    ),
                    piece.start,
                    piece.end,
                )
            if left is None:
                read.dangling(piece)
                start = self._start()
                left = read.operand(as_word=False)
                continue
            left = self._checked(left, start, end_of_left)
            after = read.peek()
            if after is not None and (after.kind is Kind.MINUS or read.operator(after) == "NOT"):
                raise _operand_error("NOT", after.start, after.end)
            start_of_right = self._start()
            right = read.operand(as_word=False)
            if right is None:
                read.dangling(piece)
                continue
            right = self._checked(right, start_of_right, read.end)
            distance = int(piece.number) if piece.text in ("w", "pre") else 0
            left = Near(left, right, piece.text, distance, start=start, end=read.end)
            is_near = True
        return left, is_near

    def _start(self) -> int:
        piece = self.read.peek()
        return piece.start if piece is not None else len(self.query)

    def _checked(self, node: Node, start: int, end: int) -> Node:
        """An operand of a proximity.

        Raises:
            QueryError: Something in it has no positions of its own.
        """
        if isinstance(node, Near):
            return node  # checked when it was read
        node = without_optional(node, self.read.bracketed)
        for part in walk(node):
            if name := _NO_OPERAND.get(type(part)):
                raise _operand_error(name, start, end)
        return node


def _operand_error(name: str, start: int, end: int) -> QueryError:
    return QueryError(
        Message(
            "{name} can't stand inside an operand of w/n, pre/n, /s or /p: an "
            "operand is a word, a phrase, or a group of these joined with OR; for a "
            "field write title:(a w/5 b)",
            name=name,
        ),
        start,
        end,
    )
