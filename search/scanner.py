"""Query text into lexical pieces with offsets; no piece is judged here.

In: the query as typed. Out: a list of `Piece`. Quotation marks, brackets, prefixes and suffixes
are told apart from words; what the pieces mean together is `syntax`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

_CLOSERS = {'"': '"', "“": '”"', "„": '“”"', "«": "»"}
_SPECIAL = set('()[]|"“”„«»')
_FIELD = re.compile(r"[^\W\d_]+:(?=[^\s/:])")
_AT_LEAST = re.compile(r"atleast(\d+)\(", re.IGNORECASE)
_DISTANCE = re.compile(r"(w|pre)/(\d+)$", re.IGNORECASE)
_SAME = re.compile(r"/([sp])$", re.IGNORECASE)
_SUFFIX = re.compile(r"~(\d*)(?![\w.])|\^(\d+(?:\.\d+)?|\.\d+)(?![\w])")
_INNER_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d)")
_LONGEST_NUMBER = 9


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
    DASH = "a dash between spaces"


@dataclass(frozen=True, slots=True)
class Piece:
    """A lexical piece.

    Attributes:
        kind: What it is.
        start: First code point in the query.
        end: One past its last.
        text: A word or a quotation without its marks and escapes; the name of a field or unit.
        escaped: Places in `text` of characters that stood after a backslash.
        number: Of `w/n`, `pre/n`, `~n`, `^n` and `atleastN(`; -1 without one.
        closed: False for a quotation that never ends.
        spaced: Whether white space or the query's start stands before it.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    escaped: frozenset[int] = field(default_factory=frozenset)
    number: float = -1
    closed: bool = True
    spaced: bool = True


def scan(query: str) -> list[Piece]:
    """The pieces of a query, in order; never raises."""
    return list(_Scanner(query).pieces())


class _Scanner:
    def __init__(self, query: str) -> None:
        self.query = query
        self.joined = {match.start() for match in _INNER_SPACE.finditer(query)}

    def pieces(self) -> Iterator[Piece]:
        at = 0
        while at < len(self.query):
            if self._is_space(at):
                at += 1
                continue
            piece = self._piece(at)
            yield piece
            at = piece.end

    def _is_space(self, at: int) -> bool:
        return self.query[at].isspace() and at not in self.joined

    def _spaced(self, at: int) -> bool:
        return at == 0 or self._is_space(at - 1)

    def _ends(self, at: int) -> bool:
        """Whether nothing is joined to the right of a piece that ends at `at`."""
        return at >= len(self.query) or self._is_space(at)

    def _piece(self, at: int) -> Piece:
        query, spaced = self.query, self._spaced(at)
        c = query[at]
        if c in _CLOSERS:
            return self._quoted(at)
        single = {
            "(": Kind.OPEN, ")": Kind.CLOSE, "|": Kind.OR_BAR,
            "[": Kind.OPTIONAL_OPEN, "]": Kind.OPTIONAL_CLOSE,
        }  # fmt: skip
        if c in single:
            return Piece(single[c], at, at + 1, spaced=spaced)
        if not spaced and (suffix := _SUFFIX.match(query, at)):
            return self._suffix(suffix)
        if spaced or query[at - 1] in "([:-+" or query[at - 1] in _SPECIAL:
            if prefix := self._prefix(at, spaced):
                return prefix
        return self._word(at)

    def _prefix(self, at: int, spaced: bool) -> Piece | None:
        """Something that is special only where a word could begin."""
        query, c = self.query, self.query[at]
        opens = spaced or query[at - 1] == "("
        joined = not self._ends(at + 1) and query[at + 1] not in ")]|"
        if c == "-" and opens:
            return Piece(Kind.MINUS if joined else Kind.DASH, at, at + 1, spaced=spaced)
        if c == "+" and joined:
            return Piece(Kind.PLUS, at, at + 1, spaced=spaced)
        if c == "=" and joined and query[at + 1] not in "(":
            return Piece(Kind.EQUALS, at, at + 1, spaced=spaced)
        if c == "&" and spaced and self._ends(at + 1):
            return Piece(Kind.AMPERSAND, at, at + 1)
        if found := _AT_LEAST.match(query, at):
            number = int(found[1][: _LONGEST_NUMBER + 1])
            return Piece(Kind.AT_LEAST, at, found.end(), number=number, spaced=spaced)
        if found := _FIELD.match(query, at):
            return Piece(Kind.FIELD, at, found.end(), found[0][:-1], spaced=spaced)
        stop = at
        while stop < len(query) and not self._is_space(stop) and query[stop] not in _SPECIAL:
            stop += 1
        word = query[at:stop]
        if found := _DISTANCE.match(word):
            number = int(found[2][: _LONGEST_NUMBER + 1])
            unit = found[1].casefold()
            return Piece(Kind.DISTANCE, at, stop, unit, number=number, spaced=spaced)
        if found := _SAME.match(word):
            return Piece(Kind.DISTANCE, at, stop, found[1].casefold(), spaced=spaced)
        return None

    def _suffix(self, found: re.Match[str]) -> Piece:
        if found[0].startswith("~"):
            number = int(found[1][: _LONGEST_NUMBER + 1]) if found[1] else -1
            return Piece(Kind.TILDE, found.start(), found.end(), number=number, spaced=False)
        number_text = found[2][: _LONGEST_NUMBER + 1]
        return Piece(
            Kind.CARET, found.start(), found.end(), number=float(number_text), spaced=False
        )

    def _quoted(self, at: int) -> Piece:
        query, closers = self.query, _CLOSERS[self.query[at]]
        text: list[str] = []
        escaped: set[int] = set()
        i = at + 1
        while i < len(query) and query[i] not in closers:
            if query[i] == "\\" and i + 1 < len(query):
                i += 1
                escaped.add(len(text))
            text.append(query[i])
            i += 1
        closed = i < len(query)
        return Piece(
            Kind.QUOTED, at, i + closed, "".join(text), frozenset(escaped), closed=closed,
            spaced=self._spaced(at),
        )  # fmt: skip

    def _word(self, at: int) -> Piece:
        query = self.query
        text: list[str] = []
        escaped: set[int] = set()
        i = at
        while i < len(query) and not self._is_space(i):
            if query[i] == "\\" and i + 1 < len(query):
                i += 1
                escaped.add(len(text))
            elif i > at and (query[i] in _SPECIAL or _SUFFIX.match(query, i)):
                break
            text.append(query[i])
            i += 1
        return Piece(Kind.WORD, at, i, "".join(text), frozenset(escaped), spaced=self._spaced(at))
