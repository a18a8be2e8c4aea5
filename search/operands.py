"""One operand of a query: a word, a quotation, a group, a field, with its prefixes and suffixes.

In: the pieces from where the operand begins. Out: its node. Joins no operands: what stands between
parentheses is read by the caller's `group`.
"""

from collections.abc import Callable
from dataclasses import replace

from dragoman.indexer.errors import DateError, Message
from dragoman.search.errors import QueryError
from dragoman.search.fields import DATE_FIELDS, FIELD_NAMES, LANGUAGES, date_range
from dragoman.search.joining import all_of, any_of, unwrapped
from dragoman.search.leaves import exactly, joined
from dragoman.search.patterns import has_wildcard, value_pattern
from dragoman.search.pieces import Readable, is_operator_word
from dragoman.search.results import Note
from dragoman.search.saying import said
from dragoman.search.scanner import Kind, Piece
from dragoman.search.suffixes import boosted, loosened, unboosted
from dragoman.search.tree import (
    OPERATOR_WORDS,
    VALUE_FIELD_NAMES,
    AllOf,
    AnyOf,
    AtLeast,
    DateRange,
    FieldFilter,
    Node,
    Not,
    Optional,
    Said,
    Wildcard,
    Word,
    walk,
)


class Operands:
    """Reads operands one after another; its place in the pieces is the only state they share.

    Args:
        query: As typed.
        readable: Its pieces.
        match: Whether words side by side are joined by AND (`all`) or OR (`any`).
        group: Reads what stands up to the next closing parenthesis.
    """

    def __init__(
        self, query: str, readable: Readable, match: str, group: Callable[[], Node | None]
    ) -> None:
        self.query = query
        self.match = match
        self.notes = readable.notes
        self.bracketed: set[int] = set()
        self.field = ""  # the field whose operand is being read
        self.after_said = False  # before the group that said: takes
        self.counting = False  # inside atleastN( )
        self.end = 0  # one past the last piece read
        self._pieces = readable.pieces
        self._leaves = readable.leaves
        self._group = group
        self._at = 0

    # Pieces

    def peek(self) -> Piece | None:
        """The next piece."""
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def take(self) -> Piece:
        """The next piece, which there must be, read."""
        piece = self._pieces[self._at]
        self._at += 1
        self.end = piece.end
        return piece

    def operator(self, piece: Piece | None) -> str:
        """`AND`, `OR` or `NOT` where a piece is one; else empty."""
        if piece is None:
            return ""
        if piece.kind is Kind.OR_BAR:
            return "OR"
        if piece.kind is Kind.AMPERSAND:
            return "AND"
        if not is_operator_word(piece):
            return ""
        after = self._pieces[self._at + 1 : self._at + 2]
        if after and after[0].kind in (Kind.TILDE, Kind.CARET):
            return ""  # a word with a suffix
        return OPERATOR_WORDS[piece.text]

    def note(self, code: str, message: Message, start: int, end: int) -> None:
        """Remembers a note."""
        self.notes.append(Note(code, message, start, end))

    def dangling(self, piece: Piece) -> None:
        """Notes an operator that joins nothing."""
        message = Message("‘{typed}’ joins nothing here: dropped", typed=self.typed(piece))
        self.note("dangling_operator", message, piece.start, piece.end)

    def typed(self, piece: Piece) -> str:
        """A piece as it stands in the query."""
        return self.query[piece.start : piece.end]

    @property
    def _is_filter(self) -> bool:
        """Whether values or dates are read instead of words."""
        return self.field in VALUE_FIELD_NAMES or self.field in DATE_FIELDS

    # Operands

    def operand(self, *, as_word: bool) -> Node | None:
        """The next operand with its prefixes and suffixes; None where none begins.

        Args:
            as_word: Whether an operator word is a word here.
        """
        required = exact = False
        first = self.peek()
        while (piece := self.peek()) and piece.kind in (Kind.PLUS, Kind.EQUALS):
            self.take()
            required = required or piece.kind is Kind.PLUS
            exact = exact or piece.kind is Kind.EQUALS
            as_word = True
        if piece is None or piece.kind in (Kind.CLOSE, Kind.DISTANCE, Kind.OR_BAR, Kind.AMPERSAND):
            return None
        if self.operator(piece) and not as_word:
            return None
        node = self._bare(piece)
        if exact and node is not None and not self._is_filter:
            node = exactly(node)
        node = self._suffixed(node, first or piece)
        word = unwrapped(node) if node is not None else None
        if required and isinstance(word, Word) and not self._is_filter:
            return replace(word, required=True)
        return node

    def _bare(self, piece: Piece) -> Node | None:
        """An operand without prefixes and suffixes."""
        self.take()
        match piece.kind:
            case Kind.OPEN:
                return self._grouped(piece)
            case Kind.FIELD:
                return self._fielded(piece)
            case Kind.AT_LEAST:
                return self._at_least(piece)
            case Kind.OPTIONAL_OPEN:
                node = self.operand(as_word=True)
                self.take()
                if node is None or self._is_filter:
                    return node
                self.bracketed.add(getattr(unboosted(node), "start", -1))
                return Optional(node)
            case Kind.WORD | Kind.QUOTED:
                return self._term(piece)
        return None

    def _grouped(self, opening: Piece) -> Node | None:
        node = self._group()
        if self.peek() is None:
            self.note(
                "unbalanced_parenthesis",
                Message("this ( is never closed: closed at the end"),
                opening.start,
                opening.end,
            )
        else:
            self.take()
        return node

    def _term(self, piece: Piece) -> Node | None:
        if self.field in DATE_FIELDS:
            try:
                return date_range(self.field, piece.text)
            except DateError as error:
                raise QueryError(error.message, piece.start, piece.end) from error
        if self.field in VALUE_FIELD_NAMES:
            return self._value(piece)
        return joined(self._leaves[piece.start], piece)

    def _value(self, piece: Piece) -> Node:
        text = piece.text
        if self.field == "lang":
            name = (text.lstrip("=+") or text).casefold()
            text = LANGUAGES.get(name, name)
        if has_wildcard(text, piece.escaped):
            return Wildcard(value_pattern(text, piece.escaped), piece.start, piece.end)
        return Word(text, start=piece.start, end=piece.end)

    # Fields

    def _fielded(self, piece: Piece) -> Node | None:
        name = FIELD_NAMES.get(piece.text.casefold())
        if name is None and not self._is_filter:
            return self._unknown_fields(piece)
        if self.field:
            raise QueryError(
                Message(
                    "{typed} stands inside the field {field}:, and a field can't hold another; "
                    "write the two beside each other, or put a value in quotes",
                    typed=self.typed(piece),
                    field=self.field,
                ),
                piece.start,
                piece.end,
            )
        assert name is not None  # noqa: S101
        self.field, self.after_said = name, name == "said"
        start = self._at
        node = self.operand(as_word=True)
        self.field, self.after_said = "", False
        if node is None:
            self.dangling(piece)
            return None
        node = unwrapped(node)
        if name == "said":
            return said(node, piece.start, self.end)
        if name in VALUE_FIELD_NAMES:
            for part in walk(node):
                if not isinstance(part, Word | Wildcard | AllOf | AnyOf | Not):
                    raise QueryError(
                        Message(
                            "{name}: is compared as a whole: it takes values, and groups of them "
                            "with AND, OR and NOT",
                            name=name,
                        ),
                        self._pieces[start].start,
                        self.end,
                    )
        return node if name in DATE_FIELDS else FieldFilter(name, node)

    def _unknown_fields(self, piece: Piece) -> Node:
        """`name:word` of no field: both are words, and belong together."""
        parts: list[Node] = []
        while True:
            self.note(
                "unknown_field",
                Message(
                    "there is no field ‘{name}’: searched as words; the fields are {fields}",
                    name=piece.text,
                    fields=", ".join(dict.fromkeys(FIELD_NAMES.values())),
                ),
                piece.start,
                piece.end,
            )
            parts.append(Word(piece.text, start=piece.start, end=piece.end - 1))
            following = self.peek()
            if following is None or following.start != piece.end:
                break
            if following.kind is Kind.FIELD and following.text.casefold() not in FIELD_NAMES:
                piece = self.take()
                continue
            if node := self.operand(as_word=True):
                parts.append(node)
            break
        if self.match == "any":
            return any_of(parts)
        return all_of(parts, words_only=bool(self.field) or self.counting)

    def _at_least(self, piece: Piece) -> Node | None:
        if not 1 <= piece.number <= 9999:
            raise QueryError(
                Message(
                    "{typed}: the number of occurrences must be 1 to 9999",
                    typed=self.typed(piece)[:-1],
                ),
                piece.start,
                piece.end,
            )
        counting, self.counting = self.counting, True
        node = self._grouped(piece)
        self.counting = counting
        if node is None:
            self.dangling(piece)
            return None
        node = unwrapped(node)
        for part in walk(node):
            if isinstance(part, Not | FieldFilter | Said | DateRange | AtLeast):
                raise QueryError(
                    Message(
                        "atleast counts words and phrases: NOT, fields, dates and another "
                        "atleast can't stand in it; write them beside it"
                    ),
                    piece.start,
                    self.end,
                )
        return AtLeast(int(piece.number), node)

    # Suffixes

    def _suffixed(self, node: Node | None, first: Piece) -> Node | None:
        """The operand with the `~n` and `^n` that follow it, in whatever order."""
        boosts: list[Piece] = []
        while (piece := self.peek()) and piece.kind in (Kind.TILDE, Kind.CARET):
            self.take()
            if piece.kind is Kind.CARET:
                boosts.append(piece)
            elif node is not None:
                quoted = self.query[piece.start - 1] in '"”“»'
                can_be = self.field not in VALUE_FIELD_NAMES
                node = loosened(node, first, piece, quoted=quoted, is_word=can_be)
        for piece in boosts:
            if node is not None:
                node = boosted(node, piece, is_filter=self._is_filter)
        return node
