"""Query text into lexical pieces with offsets; no piece is judged here.

In: the query as typed. Out: a list of `Piece`. Quotation marks, brackets, prefixes and suffixes
are told apart from words; which of them mean something is `pieces`, what they mean together is
`syntax`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from dragoman.search.fields import DATE_FIELDS, FIELD_NAMES
from dragoman.search.tree import VALUE_FIELD_NAMES

_CLOSERS = {'"': ('"', ""), "“": ("”", '"'), "„": ("“”", '"'), "«": ("»", "")}
"""Opening quotation marks to those that close them, and those that do where none of these follows.
"""
_QUOTED_RUNS = {
    marks: re.compile(rf"[^{marks}\\]+") for pair in _CLOSERS.values() for marks in pair if marks
}
_SPECIAL = r'()\[\]|"“”„«»'
_GROUPED_DIGITS = r"(?<=\d)(?<!\d{4})[\u00a0\u2009\u202f](?=\d{3}(?!\d))"
_PLAIN = re.compile(rf"(?:[^\s{_SPECIAL}\\~^]|{_GROUPED_DIGITS})+")
_RAW = re.compile(r"[^\s()\\]+")
_RAW_ADDRESS = re.compile(r'[^\s()\\"“”„«»]+')
_WORDS = re.compile(rf"(?:\S|{_GROUPED_DIGITS})+")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]{0,20}://|www\.)", re.IGNORECASE)
_FIELD = re.compile(r"[^\W\d_]+:(?=[^\s/:)\]|])")
_AT_LEAST = re.compile(r"atleast(\d+)\(", re.IGNORECASE)
_ENDS = rf"(?=$|[\s{_SPECIAL}])"
_DISTANCE = re.compile(rf"(w|pre)/(\d+){_ENDS}|/([sp]){_ENDS}", re.IGNORECASE)
_SUFFIX = re.compile(r"~(\d+(?:\.\d+)?)?(?![\w~])|\^(-?(?:\d+(?:\.\d+)?|\.\d+))(?!\w)")
_SIGNS = {"+": re.compile(r"\++"), "=": re.compile("=+")}
_EMPTY = re.compile('(?:"")+|(?:«»)+|(?:“”)+')
_SPACE = re.compile(r"\s*")
_VALUES = (*DATE_FIELDS, *VALUE_FIELD_NAMES)
_AMPERSAND = re.compile(r"&&?(?=$|\s)")
_DASH = re.compile(r"-+(?=$|[\s)\]|])")
_PREFIXED = frozenset('([:-+|)]"“”„«»=')


class Kind(Enum):
    """What a piece is."""

    WORD = "word"
    QUOTED = "quoted"
    OPEN = "("
    CLOSE = ")"
    OR_BAR = "|"
    AMPERSAND = "&"
    DISTANCE = "w/n, pre/n, /s or /p"
    FIELD = "field:"
    AT_LEAST = "atleastN("
    MINUS = "-"
    PLUS = "+"
    EQUALS = "="
    TILDE = "~"
    CARET = "^"
    OPTIONAL_OPEN = "["
    OPTIONAL_CLOSE = "]"
    DASH = "a dash that negates nothing"
    STRAY_QUOTE = "closing quotation marks that close nothing"
    STRAY_CLOSE = "closing parentheses that close nothing"
    STRAY_BRACKET = "brackets around no word"


class Piece(NamedTuple):
    """A lexical piece.

    Attributes:
        kind: What it is.
        start: First code point in the query.
        end: One past its last.
        text: A word or a quotation without its marks and escapes; the name of a field or unit.
        escaped: Places in `text`, rising, of characters that stood after a backslash.
        number: Of `w/n`, `pre/n`, `~n`, `^n` and `atleastN(`; -1 without one.
        closed: False for a quotation that never ends.
        plain: Whether it is an address, in which no character means anything.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    escaped: tuple[int, ...] = ()
    number: float = -1
    closed: bool = True
    plain: bool = False

    def place(self, at: int) -> int:
        """Where a code point of `text` stands in the query."""
        return self.start + (self.kind is Kind.QUOTED) + at + bisect_right(self.escaped, at)


def scan(query: str) -> Iterator[Piece]:
    """The pieces of a query, in order; never raises."""
    return _Scanner(query).pieces()


def words_of(text: str) -> list[tuple[int, str]]:
    """The words of a quotation as they are parted by white space, each with its place."""
    return [(found.start(), found[0]) for found in _WORDS.finditer(text)]


def is_address(word: str) -> bool:
    """Whether a word is a web address, in which nothing is an operator."""
    return _ADDRESS.match(word) is not None


_SINGLE = {"(": Kind.OPEN, "[": Kind.OPTIONAL_OPEN, "]": Kind.OPTIONAL_CLOSE}
_RUNS = {
    ")": (Kind.STRAY_CLOSE, re.compile(r"\)+")),
    "[": (Kind.STRAY_BRACKET, re.compile(r"\[+(?=[\[\s)\]|]|$)")),
    "]": (Kind.STRAY_BRACKET, re.compile(r"(?<=\])\]+")),
    "|": (Kind.OR_BAR, re.compile(r"\|+")),
    "”": (Kind.STRAY_QUOTE, re.compile("[”»]+")),
    "»": (Kind.STRAY_QUOTE, re.compile("[”»]+")),
}


class _Scanner:
    def __init__(self, query: str) -> None:
        self.query = query
        self.depth = 0  # groups that are open
        self.last = {c: query.rfind(c) for closers in _CLOSERS.values() for c in "".join(closers)}

    def pieces(self) -> Iterator[Piece]:
        """All pieces, one after another."""
        query = self.query
        at, before = 0, None
        while space := _SPACE.match(query, at):
            if space.end() > at:
                at, before = space.end(), None
            if at == len(query):
                return
            before = self._piece(at, before)
            yield before
            at = before.end

    def _piece(self, at: int, before: Piece | None) -> Piece:
        """The piece that begins at a place; `before` ends there, if anything does."""
        query = self.query
        c = query[at]
        if c == ")" and self.depth:
            self.depth -= 1
            return Piece(Kind.CLOSE, at, at + 1)
        if c in _RUNS and (found := _RUNS[c][1].match(query, at)):
            return Piece(_RUNS[c][0], at, found.end())
        if kind := _SINGLE.get(c):
            self.depth += c == "("
            return Piece(kind, at, at + 1)
        if c in _CLOSERS:
            return self._quoted(at)
        if before is not None:
            if before.kind is Kind.FIELD:
                name = FIELD_NAMES.get(before.text.casefold())
                if name == "id":
                    return self._raw(at, _RAW)
                if name in _VALUES and c not in "~^":
                    return self._word(at)
            if c in "~^" and (suffix := _SUFFIX.match(query, at)):
                return self._suffix(suffix)
        if before is None or query[at - 1] in _PREFIXED:
            if prefix := self._prefix(at, before):
                return prefix
        return self._word(at)

    def _prefix(self, at: int, before: Piece | None) -> Piece | None:
        """Something that is special only where a word could begin."""
        query = self.query
        match query[at]:
            case "-" if before is None or before.kind in (Kind.OPEN, Kind.AT_LEAST):
                if dash := _DASH.match(query, at):
                    return Piece(Kind.DASH, at, dash.end())
                return Piece(Kind.MINUS, at, at + 1)
            case "+" | "=" as sign:
                end = _SIGNS[sign].match(query, at).end()  # type: ignore[union-attr]
                if not self._ends(end):
                    return Piece(Kind.PLUS if sign == "+" else Kind.EQUALS, at, end)
            case "&" if before is None and (found := _AMPERSAND.match(query, at)):
                return Piece(Kind.AMPERSAND, at, found.end())
        if found := _AT_LEAST.match(query, at):
            self.depth += 1
            return Piece(Kind.AT_LEAST, at, found.end(), number=int(found[1]))
        if found := _FIELD.match(query, at):
            return Piece(Kind.FIELD, at, found.end(), found[0][:-1])
        if found := _DISTANCE.match(query, at):
            unit = (found[1] or found[3]).casefold()
            number = int(found[2]) if found[2] else -1
            return Piece(Kind.DISTANCE, at, found.end(), unit, number=number)
        if _ADDRESS.match(query, at):
            return self._raw(at, _RAW_ADDRESS)._replace(plain=True)
        return None

    def _ends(self, at: int) -> bool:
        """Whether nothing that could be prefixed begins at a place."""
        return at >= len(self.query) or self.query[at].isspace() or self.query[at] in ")]|"

    def _suffix(self, found: re.Match[str]) -> Piece:
        kind = Kind.TILDE if found[0].startswith("~") else Kind.CARET
        number = found[1] or found[2]
        return Piece(kind, found.start(), found.end(), number=float(number) if number else -1)

    def _quoted(self, at: int) -> Piece:
        query = self.query
        if empty := _EMPTY.match(query, at):
            return Piece(Kind.QUOTED, at, empty.end())
        closers, otherwise = _CLOSERS[query[at]]
        if otherwise and not any(self.last[c] > at for c in closers):
            closers = otherwise
        run = _QUOTED_RUNS[closers]
        text: list[str] = []
        escaped: list[int] = []
        i, length = at + 1, 0
        while i < len(query) and query[i] not in closers:
            if found := run.match(query, i):
                taken = found[0]
                i = found.end()
            else:
                if i + 1 < len(query):
                    i += 1
                    escaped.append(length)
                taken = query[i]
                i += 1
            text.append(taken)
            length += len(taken)
        closed = i < len(query)
        return Piece(
            Kind.QUOTED, at, i + closed, "".join(text), tuple(escaped), closed=closed
        )  # fmt: skip

    def _word(self, at: int) -> Piece:
        query = self.query
        text: list[str] = []
        escaped: list[int] = []
        i, length = at, 0
        while i < len(query):
            if found := _PLAIN.match(query, i):
                taken = found[0]
                i = found.end()
            elif query[i] == "\\":
                if i + 1 < len(query):
                    i += 1
                    escaped.append(length)
                taken = query[i]
                i += 1
            elif query[i] in "~^" and (i == at or not _SUFFIX.match(query, i)):
                taken = query[i]
                i += 1
            else:
                break
            text.append(taken)
            length += len(taken)
        return Piece(Kind.WORD, at, i, "".join(text), tuple(escaped))

    def _raw(self, at: int, run: re.Pattern[str]) -> Piece:
        """A value or an address: up to white space, or a parenthesis that closes none in it."""
        query = self.query
        text: list[str] = []
        escaped: list[int] = []
        i, length, depth = at, 0, 0
        while i < len(query):
            if found := run.match(query, i):
                taken = found[0]
                i = found.end()
            elif query[i] in "()":
                depth += 1 if query[i] == "(" else -1
                if depth < 0:
                    break
                taken = query[i]
                i += 1
            elif query[i] == "\\":
                if i + 1 < len(query):
                    i += 1
                    escaped.append(length)
                taken = query[i]
                i += 1
            else:
                break
            text.append(taken)
            length += len(taken)
        return Piece(Kind.WORD, at, i, "".join(text), tuple(escaped))
