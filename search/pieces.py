"""Lexical pieces made ready for reading: what means nothing is left out, with a note.

In: the query as typed. Out: pieces in which every closing parenthesis closes one, every prefix and
suffix has a word or group, and every word is its leaves; limits are decided here, before anything
is built. What the pieces mean together is `syntax`.
"""

import re
from dataclasses import dataclass
from itertools import islice

from dragoman.indexer.errors import Message
from dragoman.search.errors import QueryError
from dragoman.search.fields import DATE_FIELDS, DATE_FORMS, FIELD_NAMES
from dragoman.search.leaves import leaves_of
from dragoman.search.results import Note
from dragoman.search.scanner import Kind, Piece, scan
from dragoman.search.tree import OPERATOR_WORDS, VALUE_FIELD_NAMES, Leaf

MAX_CHARACTERS = 4_096
MAX_TERMS = 256
MAX_DEPTH = 64
MAX_PIECES = 768
"""Words, operators, prefixes, suffixes and marks: three for each term that there may be."""
_PREFIXES = (Kind.MINUS, Kind.PLUS, Kind.EQUALS, Kind.FIELD)
_BEFORE_VALUE = (*_PREFIXES, Kind.OPTIONAL_OPEN)
_SUFFIXES = (Kind.TILDE, Kind.CARET)
_TAKE_SUFFIX = (Kind.WORD, Kind.QUOTED, Kind.CLOSE, Kind.OPTIONAL_CLOSE, *_SUFFIXES)
_STRAY = {
    Kind.DASH: (
        "punctuation",
        Message(
            "a dash that no word follows is punctuation; to exclude a word, write - directly "
            "before it"
        ),
    ),
    Kind.STRAY_QUOTE: ("unbalanced_quote", Message("this quotation mark closes nothing: left out")),
    Kind.STRAY_CLOSE: ("unbalanced_parenthesis", Message("this ) closes nothing: left out")),
    Kind.STRAY_BRACKET: (
        "punctuation",
        Message("a bracket around anything but one word is punctuation"),
    ),
}
"""What means nothing by itself, with the note on it."""
_OPENING = (Kind.OPEN, Kind.AT_LEAST)
_DAYS_AGO = re.compile(r"\d{1,5}[dmy]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readable:
    """What there is to read.

    Attributes:
        pieces: In order.
        leaves: Start of each word and quotation to its leaves; values and dates have none.
        notes: On what was left out.
    """

    pieces: list[Piece]
    leaves: dict[int, tuple[Leaf, ...]]
    notes: list[Note]


def readable(query: str) -> Readable:
    """The pieces of a query that mean something.

    Raises:
        QueryError: The query is longer, has more terms or marks, or is nested deeper than can be
            read.
    """
    if len(query) > MAX_CHARACTERS:
        raise QueryError(
            Message(
                "the query has {n} characters, at most {most} are read; search for less at once",
                n=len(query),
                most=MAX_CHARACTERS,
            ),
            MAX_CHARACTERS,
            len(query),
        )
    pieces = list(islice(scan(query), MAX_PIECES + 1))
    if len(pieces) > MAX_PIECES:
        raise QueryError(
            Message(
                "the query has more than {most} words, operators and marks; search for "
                "less at once",
                most=MAX_PIECES,
            ),
            pieces[-1].start,
            pieces[-1].end,
        )
    sifter = _Sifter(query)
    for piece in pieces:
        sifter.sift(piece)
    return Readable(sifter.with_brackets_checked(), sifter.leaves, sifter.notes)


def is_operator_word(piece: Piece) -> bool:
    """Whether a word is one of the operators in capitals, as typed."""
    return piece.kind is Kind.WORD and not piece.escaped and piece.text in OPERATOR_WORDS


class _Sifter:
    def __init__(self, query: str) -> None:
        self.query = query
        self.kept: list[Piece] = []
        self.leaves: dict[int, tuple[Leaf, ...]] = {}
        self.notes: list[Note] = []
        self.fields: list[str] = []  # of each open group
        self.n_terms = 0

    def note(self, code: str, message: Message, start: int, end: int) -> None:
        self.notes.append(Note(code, message, start, end))

    def joined(self, piece: Piece) -> Piece | None:
        """The kept piece that ends where this one begins."""
        return self.kept[-1] if self.kept and self.kept[-1].end == piece.start else None

    def field_at(self, piece: Piece) -> str:
        """The field that a piece stands in; empty outside of any."""
        for before in reversed(self.kept[-4:]):
            if before.end != piece.start or before.kind not in _BEFORE_VALUE:
                break
            if before.kind is Kind.FIELD and (name := FIELD_NAMES.get(before.text.casefold())):
                return name
            piece = before
        return self.fields[-1] if self.fields else ""

    def sift(self, piece: Piece) -> None:
        """Keeps a piece or leaves it out."""
        kind = piece.kind
        if kind is Kind.WORD or kind is Kind.QUOTED:
            self._word(piece)
        elif kind is Kind.CLOSE:
            self._close(piece)
        elif kind in _OPENING:
            self._open(piece)
        elif kind in _SUFFIXES:
            before = self.joined(piece)
            if before is not None and before.kind in _TAKE_SUFFIX:
                self.kept.append(piece)
            else:
                self.leave_out(piece)
        elif kind in _STRAY:
            self.note(*_STRAY[kind], piece.start, piece.end)
            self.leave_out(piece)
        else:
            self.kept.append(piece)
            if kind is Kind.FIELD and not self._is_prefix(piece):
                self._count(1, piece)

    def leave_out(self, piece: Piece) -> None:
        """Leaves a piece out, and the prefixes that were joined to it."""
        start = piece.start
        while self.kept and self.kept[-1].end == start and self._is_prefix(self.kept[-1]):
            prefix = self.kept.pop()
            start = prefix.start
            if prefix.kind is Kind.MINUS:
                self.note(*_STRAY[Kind.DASH], prefix.start, prefix.end)
            elif prefix.kind is Kind.FIELD:
                self._dangling(prefix)

    def _dangling(self, piece: Piece) -> None:
        self.note(
            "dangling_operator",
            Message(
                "‘{typed}’ has no word after it: dropped", typed=self.query[piece.start : piece.end]
            ),
            piece.start,
            piece.end,
        )

    def _is_prefix(self, piece: Piece) -> bool:
        if piece.kind is Kind.FIELD:
            return piece.text.casefold() in FIELD_NAMES  # of another name, it is a word
        return piece.kind in _PREFIXES

    def _open(self, piece: Piece) -> None:
        self.fields.append(self.field_at(piece))
        if len(self.fields) > MAX_DEPTH:
            raise QueryError(
                Message(
                    "groups are nested more than {most} deep; use fewer parentheses", most=MAX_DEPTH
                ),
                piece.start,
                piece.end,
            )
        self.kept.append(piece)

    def _close(self, piece: Piece) -> None:
        self.fields.pop()
        if self.kept[-1].kind in _OPENING:
            self._empty(self.kept.pop())
        else:
            self.kept.append(piece)

    def _empty(self, opening: Piece) -> None:
        """Leaves out a group that holds nothing."""
        if opening.kind is Kind.AT_LEAST:
            self._dangling(opening)
        self.leave_out(opening)

    def _word(self, piece: Piece) -> None:
        field = self.field_at(piece)
        if not piece.closed:
            self.note(
                "unbalanced_quote",
                Message("this quotation never ends: closed at the end"),
                piece.start,
                piece.end,
            )
        if field in DATE_FIELDS or field in VALUE_FIELD_NAMES:
            self._value(piece, field)
            return
        if not piece.text:
            self.leave_out(piece)
            return
        leaves, punctuation = leaves_of(piece, at_most=MAX_TERMS + 1)
        if punctuation >= 0:
            self.note(
                "punctuation",
                Message("a ? with no letter after it is punctuation, not a wildcard"),
                punctuation,
                punctuation + 1,
            )
        if not leaves:
            self.leave_out(piece)
            return
        self.leaves[piece.start] = leaves
        self.kept.append(piece)
        if not is_operator_word(piece):
            self._count(len(leaves), piece)

    def _value(self, piece: Piece, field: str) -> None:
        before = self.joined(piece)
        if field in DATE_FIELDS and before and before.kind is Kind.MINUS:
            if _DAYS_AGO.fullmatch(piece.text):  # date:(-30d)
                self.kept.pop()
                piece = piece._replace(start=before.start, text="-" + piece.text)
        if not piece.text and field in VALUE_FIELD_NAMES:
            self.leave_out(piece)
            return
        self.kept.append(piece)
        self._count(1, piece)

    def _count(self, n_terms: int, piece: Piece) -> None:
        self.n_terms += n_terms
        if self.n_terms > MAX_TERMS:
            raise QueryError(
                Message(
                    "the query has more than {most} terms; search for fewer words at once",
                    most=MAX_TERMS,
                ),
                piece.start,
                piece.end,
            )

    def with_brackets_checked(self) -> list[Piece]:
        """The pieces without brackets that hold anything but one word."""
        checked: list[Piece] = []
        closing = -1  # place of the bracket that closes the open one
        gone = -1  # end of a bracket left out
        for number, piece in enumerate(self.kept):
            if piece.kind is Kind.OPTIONAL_OPEN:
                closing = _closing(self.kept, number)
            if piece.kind is Kind.OPTIONAL_CLOSE and number == closing:
                checked.append(piece)
                continue
            if piece.kind in (Kind.OPTIONAL_OPEN, Kind.OPTIONAL_CLOSE) and number > closing:
                if piece.kind is Kind.OPTIONAL_OPEN:
                    _check_no_date(checked, piece)
                    self.note(*_STRAY[Kind.STRAY_BRACKET], piece.start, piece.end)
                gone = piece.end
                continue
            if piece.kind in _SUFFIXES and piece.start == gone:
                gone = piece.end
                continue
            checked.append(piece)
        return checked


def _closing(pieces: list[Piece], opening: int) -> int:
    """The number of the bracket that closes another around one word, or -1."""
    at = opening + 1
    if at < len(pieces) and pieces[at].kind is Kind.EQUALS:
        at += 1
    if at >= len(pieces) or pieces[at].kind not in (Kind.WORD, Kind.QUOTED):
        return -1
    at += 1
    while at < len(pieces) and pieces[at].kind in _SUFFIXES:
        at += 1
    return at if at < len(pieces) and pieces[at].kind is Kind.OPTIONAL_CLOSE else -1


def _check_no_date(before: list[Piece], bracket: Piece) -> None:
    """Raises where a bracket stands for a date: `date:[2020 TO 2021]` is another language."""
    if before and before[-1].kind is Kind.FIELD and before[-1].end == bracket.start:
        if FIELD_NAMES.get(before[-1].text.casefold()) in DATE_FIELDS:
            raise QueryError(
                Message("‘[’ begins no date; write one of {forms}", forms=DATE_FORMS),
                bracket.start,
                bracket.end,
            )
