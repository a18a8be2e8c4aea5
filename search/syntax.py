"""The query language: text to tree and notes.

In: the query as typed. Out: a `Parsed` tree with what the reader must know about how it was
read. Errors name the place, the limit and the remedy. Looks nothing up in an index.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dragoman.indexer.errors import DateError
from dragoman.indexer.tokens import mixed_look_alikes
from dragoman.search.errors import QueryError
from dragoman.search.fields import DATE_FIELDS, FIELD_NAMES, LANGUAGES, date_range
from dragoman.search.leaves import (
    is_function_word,
    joined,
    leaves_of_quotation,
    leaves_of_word,
    without_question_marks,
)
from dragoman.search.patterns import has_wildcard
from dragoman.search.results import Note
from dragoman.search.scanner import Kind, Piece, scan
from dragoman.search.tree import (
    OPERATOR_WORDS,
    VALUE_FIELD_NAMES,
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    DateRange,
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
    children,
    read_back,
    walk,
)

MAX_CHARACTERS = 4_096
MAX_TERMS = 256
MAX_DEPTH = 64
STRICT_CODES = (
    "unbalanced_quote", "unbalanced_parenthesis", "unknown_field", "dangling_operator",
)  # fmt: skip
"""Notes that are errors in a strict search."""
_LOWERCASE = {"or": "OR", "или": "ИЛИ", "not": "NOT", "не": "НЕ"}
_STARTS = (
    Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.FIELD, Kind.AT_LEAST, Kind.PLUS, Kind.EQUALS,
    Kind.MINUS, Kind.OPTIONAL_OPEN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as it was read."""

    node: Node
    notes: tuple[Note, ...]

    @property
    def searched_for(self) -> str:
        """The query read back in its own language."""
        return read_back(self.node)


def parse(query: str, *, match: str = "all", strict: bool = False) -> Parsed:
    """Reads a query.

    Args:
        query: As typed.
        match: `all` joins words that stand side by side with AND, `any` with OR.
        strict: Whether notes of `STRICT_CODES` are errors.

    Raises:
        QueryError: The query can't be read as one thing only, or is beyond a limit.
    """
    try:
        return _parse(query, match, strict)
    except QueryError as error:
        error.query = query
        raise


def _parse(query: str, match: str, strict: bool) -> Parsed:
    if len(query) > MAX_CHARACTERS:
        raise QueryError(
            f"the query has {len(query)} characters, at most {MAX_CHARACTERS} are read; "
            "search for less at once",
            MAX_CHARACTERS,
            len(query),
        )
    parser = _Parser(query, match)
    node = parser.parse()
    notes = tuple(sorted(parser.notes, key=lambda note: (note.start, note.code)))
    for note in notes:
        if strict and note.code in STRICT_CODES:
            raise QueryError(note.message, note.start, note.end)
    return Parsed(node, notes)


class _Parser:
    def __init__(self, query: str, match: str) -> None:
        self.query = query
        self.match = match
        self.pieces = scan(query)
        self.at = 0
        self.notes: list[Note] = []
        self.n_terms = 0
        self.depth = 0
        self.field = ""  # the field whose operand is being read
        self.counting = False  # inside atleastN( )
        self.bracketed: set[int] = set()  # starts of words typed as [word]

    # The whole query

    def parse(self) -> Node:
        node = self.any_of()
        while self.at < len(self.pieces):  # closing parentheses that nothing opened
            piece = self.pieces[self.at]
            self.note("unbalanced_parenthesis", "this ) closes nothing: dropped", piece)
            self.at += 1
            rest = self.any_of()
            parts = [part for part in (node, rest) if part is not None]
            node = self.all_of(parts) if parts else None
        if node is None:
            self.notes.append(
                Note("empty_query", "no words: all documents, newest first", 0, len(self.query))
            )
            return Everything()
        node = _unwrapped(node)
        self._note_optional_words(node)
        self._note_lowercase_operators()
        self._note_look_alikes(node)
        if not _has_positive(node):
            self.notes.append(
                Note(
                    "only_negative",
                    "only exclusions: every document without these words is found",
                    0,
                    len(self.query),
                )
            )
        return node

    # Pieces

    def peek(self) -> Piece | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def operator(self, piece: Piece | None) -> str:
        """`AND`, `OR` or `NOT` where a piece is one; else empty."""
        if piece is None:
            return ""
        if piece.kind is Kind.OR_BAR:
            return "OR"
        if piece.kind is Kind.AMPERSAND:
            return "AND"
        if piece.kind is Kind.WORD and not piece.escaped:
            return OPERATOR_WORDS.get(piece.text, "")
        return ""

    def note(self, code: str, message: str, piece: Piece) -> None:
        self.notes.append(Note(code, message, piece.start, piece.end))

    def dangling(self, piece: Piece) -> None:
        typed = self.query[piece.start : piece.end]
        self.note("dangling_operator", f"‘{typed}’ joins nothing here: dropped", piece)

    # Joining, from the loosest

    def any_of(self) -> Node | None:
        """Operands joined by OR, up to a closing parenthesis or the end."""
        first_piece = self.at
        operands: list[Node] = []
        compound = False
        pending: Piece | None = None  # an OR that still wants its right operand
        n_operators = 0
        while True:
            start = self.at
            node, is_compound = self.run(leading=start == first_piece)
            compound = compound or is_compound
            if node is not None:
                operands.append(node)
                pending = None
            piece = self.peek()
            if piece is None or piece.kind is Kind.CLOSE:
                break
            if pending is not None or not operands:
                self.dangling(piece)
            else:
                pending = piece
                n_operators += 1
            self.at += 1
        if pending is not None:
            self.dangling(pending)
            n_operators -= 1
        if not operands:
            return None
        joined_node = _any_of(operands)
        if compound and len(operands) > 1 and n_operators:
            begin, end = self.pieces[first_piece].start, self.pieces[self.at - 1].end
            self.notes.append(
                Note(
                    "precedence",
                    f"OR joins most loosely: this was read as {read_back(joined_node)}",
                    begin,
                    end,
                )
            )
        return joined_node

    def run(self, *, leading: bool) -> tuple[Node | None, bool]:
        """Operands side by side or joined by AND; whether more than one word was joined."""
        chunks: list[list[Node]] = []
        explicit: Piece | None = None  # an AND that still wants its right operand
        compound = False
        while piece := self.peek():
            operator = self.operator(piece)
            leading_word = leading and not chunks and explicit is None and piece.text == "И"
            if piece.kind is Kind.CLOSE or operator == "OR":
                break
            if operator == "AND" and not leading_word:
                if not chunks or explicit is not None:
                    self.dangling(piece)
                else:
                    explicit = piece
                self.at += 1
                continue
            before = self.at
            node, is_near = self.negation(as_word=leading_word)
            if node is None:
                if self.at == before:  # nothing could be read: never stand still
                    self.at += 1
                continue
            compound = compound or is_near
            if explicit is not None and chunks:
                chunks[-1].append(node)
            else:
                chunks.append([node])
            explicit = None
        if explicit is not None:
            self.dangling(explicit)
        if not chunks:
            return None, False
        if self.match == "any":
            node = self._side_by_side(chunks)
            return node, compound or isinstance(node, AllOf)
        operands = [node for chunk in chunks for node in chunk]
        return self.all_of(operands), compound or len(operands) > 1

    def _side_by_side(self, chunks: list[list[Node]]) -> Node:
        """Words that merely stand side by side joined by OR; what restricts, by AND."""
        must: list[Node] = []
        should: list[Node] = []
        place = 0
        for chunk in chunks:
            node = self.all_of(chunk)
            restricts = isinstance(node, Not | FieldFilter | DateRange) or (
                isinstance(node, Word) and node.required
            )
            if restricts:
                must.append(node)
                continue
            if not should:
                place = len(must)
            should.append(node)
        if should:
            must.insert(place, _any_of(self._optional(should)))
        return self.all_of(must)

    def all_of(self, operands: list[Node]) -> Node:
        """The operands joined by AND: flat, and common words optional."""
        flat = [
            part
            for operand in operands
            for part in (operand.operands if isinstance(operand, AllOf) else (operand,))
        ]
        if len(flat) == 1:
            return flat[0]
        return AllOf(tuple(self._optional(flat)))

    def _optional(self, operands: list[Node]) -> list[Node]:
        """Function words made optional beside another positive operand; none beside none."""
        if self.field or self.counting:
            return [_unwrapped(operand) for operand in operands]
        common = [is_function_word(operand) for operand in operands]
        anchored = any(
            _has_positive(operand) and not is_common and not isinstance(operand, Optional)
            for operand, is_common in zip(operands, common, strict=True)
        )
        if not anchored:
            return [_unwrapped(operand) for operand in operands]
        return [
            Optional(operand) if is_common else operand
            for operand, is_common in zip(operands, common, strict=True)
        ]

    def negation(self, *, as_word: bool) -> tuple[Node | None, bool]:
        """An operand with the NOTs before it; whether it is a proximity."""
        negative = False
        last: Piece | None = None
        while (piece := self.peek()) and (
            piece.kind is Kind.MINUS or self.operator(piece) == "NOT"
        ):
            negative, last = not negative, piece
            self.at += 1
        node, is_near = self.proximity(as_word=as_word)
        if node is None and last is not None:
            self.dangling(last)
        if node is None or not negative:
            return node, is_near
        node = _unwrapped(node)
        return (node.operand if isinstance(node, Not) else Not(node)), is_near

    # Proximity

    def proximity(self, *, as_word: bool) -> tuple[Node | None, bool]:
        """Operands joined by w/n, pre/n, /s or /p, chained from the left."""
        first = self.at
        left = self.operand(as_word=as_word)
        is_near = False
        while (piece := self.peek()) and piece.kind is Kind.DISTANCE:
            self.at += 1
            if piece.text in ("w", "pre") and not 1 <= piece.number <= 999:
                raise QueryError(
                    f"{piece.text}/{piece.number:g}: the distance must be 1 to 999 words",
                    piece.start,
                    piece.end,
                )
            if left is None:
                self.dangling(piece)
                first = self.at
                left = self.operand(as_word=False)
                continue
            self._check_operand(left, first, self.at - 1)
            start = self.at
            after = self.peek()
            if after is not None and (after.kind is Kind.MINUS or self.operator(after) == "NOT"):
                raise self._operand_error("NOT", after.start, after.end)
            right = self.operand(as_word=False)
            if right is None:
                self.dangling(piece)
                continue
            self._check_operand(right, start, self.at)
            distance = int(piece.number) if piece.text in ("w", "pre") else 0
            left = Near(
                left, right, piece.text, distance,
                start=self.pieces[first].start, end=self.pieces[self.at - 1].end,
            )  # fmt: skip
            is_near = True
        return left, is_near

    def _check_operand(self, node: Node, first: int, last: int) -> None:
        """Raises where something inside a proximity operand has no positions of its own."""
        for part in walk(node):
            name = {
                AllOf: "AND", Not: "NOT", Optional: "an optional word", AtLeast: "atleast",
                FieldFilter: "a field", DateRange: "a date",
            }.get(type(part))  # fmt: skip
            if name:
                raise self._operand_error(name, self.pieces[first].start, self.pieces[last - 1].end)

    def _operand_error(self, name: str, start: int, end: int) -> QueryError:
        return QueryError(
            f"{name} can't stand inside an operand of w/n, pre/n, /s or /p: an operand is a word, "
            "a phrase, or a group of these joined with OR; for a field write "
            "title:(a w/5 b)",
            start,
            end,
        )

    # Operands

    def operand(self, *, as_word: bool) -> Node | None:
        """One operand with its prefixes and suffixes; None where none begins here."""
        piece = self.peek()
        if piece is None or piece.kind is Kind.CLOSE or (self.operator(piece) and not as_word):
            return None
        self.at += 1
        node: Node | None
        match piece.kind:
            case Kind.OPEN:
                node = self.group(piece)
            case Kind.FIELD:
                node = self.fielded(piece)
            case Kind.AT_LEAST:
                node = self.at_least(piece)
            case Kind.PLUS:
                node = self.operand(as_word=True)
                if isinstance(node, Word):
                    node = replace(node, required=True)
                return node
            case Kind.EQUALS:
                node = self.exact()
            case Kind.OPTIONAL_OPEN:
                node = self.bracketed_word()
            case Kind.WORD | Kind.QUOTED:
                node = self.term(piece)
            case Kind.DASH:
                self.note("punctuation", "a dash between spaces is punctuation, not NOT", piece)
                return None
            case Kind.DISTANCE:
                self.at -= 1
                return None
            case _:
                return None
        return self.suffixed(node, piece)

    def group(self, opening: Piece) -> Node | None:
        """What stands between parentheses; the opening one has been read."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(
                f"groups are nested more than {MAX_DEPTH} deep; use fewer parentheses",
                opening.start,
                opening.end,
            )
        node = self.any_of()
        self.depth -= 1
        if self.peek() is None:
            self.note(
                "unbalanced_parenthesis", "this ( is never closed: closed at the end", opening
            )
        else:
            self.at += 1
        return node

    def fielded(self, piece: Piece) -> Node | None:
        name = FIELD_NAMES.get(piece.text.casefold())
        if name is None:
            self.note(
                "unknown_field",
                f"there is no field ‘{piece.text}’: searched as words; the fields are "
                f"{', '.join(dict.fromkeys(FIELD_NAMES.values()))}",
                piece,
            )
            leaves = leaves_of_word(Piece(Kind.WORD, piece.start, piece.end, piece.text))
            self._count(leaves, piece)
            return joined(leaves, quoted=False)
        if name == "said":
            raise QueryError(
                "said: can't be searched yet: the voices of transcripts are not known; "
                "search without it, or with speaker:",
                piece.start,
                piece.end,
            )
        if self.field:
            raise QueryError(
                f"{piece.text}: stands inside the field {self.field}:; close that one first",
                piece.start,
                piece.end,
            )
        self.field = name
        node = self.operand(as_word=False)
        self.field = ""
        if node is None:
            self.dangling(piece)
            return None
        return node if name in DATE_FIELDS else FieldFilter(name, _unwrapped(node))

    def at_least(self, piece: Piece) -> Node | None:
        if not 1 <= piece.number <= 9999:
            raise QueryError(
                f"atleast{piece.number:g}: the count must be 1 to 9999", piece.start, piece.end
            )
        counting, self.counting = self.counting, True
        node = self.group(piece)
        self.counting = counting
        if node is None:
            self.dangling(piece)
            return None
        node = _unwrapped(node)
        for part in walk(node):
            if isinstance(part, Not | FieldFilter | DateRange | AtLeast):
                raise QueryError(
                    "atleast counts words and phrases: NOT, fields and dates can't stand in it",
                    piece.start,
                    self.pieces[self.at - 1].end,
                )
        return AtLeast(int(piece.number), node)

    def exact(self) -> Node | None:
        piece = self.peek()
        if piece is None or piece.kind not in (Kind.WORD, Kind.QUOTED):
            return None
        self.at += 1
        if piece.kind is Kind.QUOTED:
            return self._leaves(leaves_of_quotation(piece, exact=True), piece)
        piece, _ = without_question_marks(piece)
        return self._leaves(leaves_of_word(piece, exact=True), piece)

    def bracketed_word(self) -> Node | None:
        """`[word]`; a bracket around anything else is punctuation."""
        inside, after = self.peek(), self.at + 1
        closes = after < len(self.pieces) and self.pieces[after].kind is Kind.OPTIONAL_CLOSE
        if inside is None or inside.kind not in (Kind.WORD, Kind.QUOTED) or not closes:
            return None
        self.at += 1
        node = self.term(inside)
        self.at += 1
        if node is None:
            return None
        self.bracketed.add(inside.start)
        return Optional(node)

    def term(self, piece: Piece) -> Node | None:
        """A word or a quotation, as the field it stands in reads it."""
        if not piece.closed:
            self.note("unbalanced_quote", "this quotation never ends: closed at the end", piece)
        if self.field in DATE_FIELDS:
            try:
                return date_range(self.field, piece.text)
            except DateError as error:
                raise QueryError(str(error), piece.start, piece.end) from error
        if self.field in VALUE_FIELD_NAMES:
            return self._value(piece)
        if piece.kind is Kind.QUOTED:
            return self._leaves(leaves_of_quotation(piece), piece)
        piece, place = without_question_marks(piece)
        if place >= 0:
            self.notes.append(
                Note(
                    "punctuation",
                    "a ? with no letter after it is punctuation, not a wildcard",
                    place,
                    place + 1,
                )
            )
        return self._leaves(leaves_of_word(piece), piece)

    def _value(self, piece: Piece) -> Node | None:
        if not piece.text:
            return None
        text = piece.text
        if self.field == "lang":
            text = LANGUAGES.get(text.casefold(), text.casefold())
        if has_wildcard(text, piece.escaped):
            return Wildcard(text, piece.start, piece.end)
        return Word(text, start=piece.start, end=piece.end)

    def _leaves(self, leaves: list[Node], piece: Piece) -> Node | None:
        self._count(leaves, piece)
        return joined(leaves, quoted=piece.kind is Kind.QUOTED)

    def _count(self, leaves: Iterable[Node], piece: Piece) -> None:
        self.n_terms += len(list(leaves))
        if self.n_terms > MAX_TERMS:
            raise QueryError(
                f"the query has more than {MAX_TERMS} terms; search for fewer words at once",
                piece.start,
                piece.end,
            )

    def suffixed(self, node: Node | None, typed: Piece) -> Node | None:
        """The operand with the `~n` and `^n` that follow it."""
        while (piece := self.peek()) and piece.kind in (Kind.TILDE, Kind.CARET):
            self.at += 1
            if node is None:
                continue
            node = (
                self.loosened(node, typed, piece)
                if piece.kind is Kind.TILDE
                else self.boosted(node, piece)
            )
        return node

    def loosened(self, node: Node, typed: Piece, piece: Piece) -> Node:
        number = int(piece.number)
        if isinstance(node, Phrase) and typed.kind is Kind.QUOTED:
            if not 0 <= number <= 99:
                raise QueryError(
                    'the number of extra words in "…"~n must be 0 to 99', piece.start, piece.end
                )
            return Window(node.parts, number, start=node.start, end=piece.end)
        if not isinstance(node, Word) or self.field in VALUE_FIELD_NAMES:
            raise QueryError(
                '~ follows a single word (word~1) or a quotation with plain words ("two words"~4)',
                typed.start,
                piece.end,
            )
        number = 1 if number == -1 else number
        if not 1 <= number <= 2:
            raise QueryError("word~n takes 1 or 2 edits", piece.start, piece.end)
        return Fuzzy(node.text, number, start=node.start, end=piece.end)

    def boosted(self, node: Node, piece: Piece) -> Node:
        if not 0 < piece.number <= 1000:
            raise QueryError("^n takes a number above 0, up to 1000", piece.start, piece.end)
        factor = piece.number * (node.factor if isinstance(node, Boost) else 1)
        return Boost(node.operand if isinstance(node, Boost) else _unwrapped(node), factor)

    # Notes on the finished tree

    def _note_optional_words(self, node: Node) -> None:
        words = [
            part.operand
            for part in walk(node)
            if isinstance(part, Optional)
            and isinstance(part.operand, Word)
            and part.operand.start not in self.bracketed
        ]
        if words:
            listed = ", ".join(dict.fromkeys(f"‘{word.text}’" for word in words))
            self.notes.append(
                Note(
                    "optional_words",
                    f"common, so not required: {listed}; to require one write +{words[0].text}",
                    min(word.start for word in words),
                    max(word.end for word in words),
                )
            )

    def _note_lowercase_operators(self) -> None:
        found = []
        for number, piece in enumerate(self.pieces):
            operator = _LOWERCASE.get(piece.text) if piece.kind is Kind.WORD else None
            if operator is None or piece.escaped:
                continue
            before = self.pieces[number - 1] if number else None
            after = self.pieces[number + 1] if number + 1 < len(self.pieces) else None
            if before is not None and before.kind in (
                Kind.PLUS, Kind.EQUALS, Kind.FIELD, Kind.OPTIONAL_OPEN,
            ):  # fmt: skip
                continue
            if after is None or after.kind not in _STARTS or self.operator(after):
                continue
            if operator in ("OR", "ИЛИ") and (
                self.match == "any"
                or before is None
                or before.kind in (Kind.OPEN, Kind.AT_LEAST, Kind.DISTANCE)
                or self.operator(before)
            ):
                continue
            found.append((piece, operator))
        if found:
            listed = ", ".join(dict.fromkeys(f"‘{piece.text}’" for piece, _ in found))
            meant = ", ".join(dict.fromkeys(operator for _, operator in found))
            self.notes.append(
                Note(
                    "lowercase_operator",
                    f"{listed} in small letters is searched as a word; the operator is {meant}",
                    found[0][0].start,
                    found[-1][0].end,
                )
            )

    def _note_look_alikes(self, node: Node) -> None:
        for part in walk(node):
            if isinstance(part, Word | Exact | Fuzzy) and mixed_look_alikes(part.text):
                self.notes.append(
                    Note(
                        "look_alikes",
                        f"‘{part.text}’ mixes Latin and Cyrillic letters that look alike: "
                        "read as one script",
                        part.start,
                        part.end,
                    )
                )


def _any_of(operands: list[Node]) -> Node:
    """The operands joined by OR: flat."""
    flat = [
        part
        for operand in operands
        for part in (operand.operands if isinstance(operand, AnyOf) else (operand,))
    ]
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(operand, Optional) for operand in flat):
        flat = [_unwrapped(operand) for operand in flat]
    return AnyOf(tuple(flat))


def _unwrapped(node: Node) -> Node:
    """What an optional word is where nothing else stands beside it: a word."""
    return node.operand if isinstance(node, Optional) else node


def _has_positive(node: Node) -> bool:
    """Whether anything in the tree finds documents by itself."""
    match node:
        case Not():
            return False
        case AllOf() | AnyOf():
            return any(map(_has_positive, children(node)))
    return True
