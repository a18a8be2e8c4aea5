"""The query language defined once more, slowly: lists of tokens and nested loops.

What the engine computes with arrays is compared with this. It shares with the engine the parser,
the analysis and nothing else.
"""

import calendar
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dragoman.indexer.analysis import Token, analyze, analyze_word
from dragoman.indexer.documents import Document
from dragoman.indexer.name_parts import are_one_person
from dragoman.indexer.persons import persons_of
from dragoman.indexer.sentences import boundaries
from dragoman.search.tree import (
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
    Said,
    Wildcard,
    Window,
    Word,
)

TEXTS = ("title", "body")
VALUES = ("id", "lang")
GAP = Token("", 0, 0, -1, -1, -1, (), "")
"""Between two values of a field: no phrase runs from one into the next."""
Span = tuple[int, int, frozenset[int]]


@dataclass
class ReferenceDocument:
    document: Document
    tokens: dict[str, list[Token]] = field(default_factory=dict)
    everyone: "Everyone | None" = None
    allowed: list[tuple[int, int]] | None = None
    """Half-open ranges of the body's tokens in which spans count; None for everywhere."""

    def __post_init__(self) -> None:
        document = self.document
        texts = {
            "title": [document.title], "body": [document.text], "speaker": document.speakers,
            "place": [document.place], "source": [document.source], "topic": document.topics,
            "kind": [document.kind], "country": [document.country],
        }  # fmt: skip
        for name, of_field in texts.items():
            parts = [analyze(text) for text in of_field if text]
            self.tokens[name] = [token for part in parts for token in (GAP, *part)][1:]

    @property
    def doc_id(self) -> str:
        return self.document.doc_id

    def turns(self) -> list[tuple[str, int, int]]:
        """Voice and half-open range of body tokens of each turn."""
        tokens = self.tokens["body"]

        def first_from(offset: int) -> int:
            return next((n for n, t in enumerate(tokens) if t.start >= offset), len(tokens))

        found = [
            (turn.voice, first_from(turn.text_start), first_from(turn.end))
            for turn in boundaries(self.document.text).turns
        ]
        if found or not tokens or not self.document.speakers:
            return found
        is_one = are_one_person(self.document.speakers)
        return [(self.document.speakers[0], 0, len(tokens))] if is_one else []

    def said_by(self, name: Node) -> "ReferenceDocument":
        """The document as far as a speaker of this name has the word in it."""
        assert self.everyone is not None
        persons = self.everyone.named(name, "voice")
        ranges = [
            (start, end) for voice, start, end in self.turns()
            if self.everyone.persons.value(voice) in persons
        ]  # fmt: skip
        return replace(self, allowed=ranges, tokens=self.tokens)

    def spans(self, node: Node, name: str) -> "list[Span]":
        found = spans(node, self.tokens[name])
        if self.allowed is None:
            return found
        return [
            span for span in found
            if any(start <= span[0] and span[1] < end for start, end in self.allowed)
        ]  # fmt: skip


class Everyone:
    """Who speaks in a collection, under which spellings."""

    def __init__(self, documents: list[ReferenceDocument]) -> None:
        self.documents = documents
        counts: Counter[str] = Counter()
        for document in documents:
            counts.update(set(document.document.speakers))
            counts.update({voice: 0 for voice, _, _ in document.turns()})
            document.everyone = self
        self.persons = persons_of(counts)

    def named(self, node: Node, kind: str) -> set[str]:
        """The persons of whom some spelling matches."""
        found = set()
        for document in self.documents:
            voices = (voice for voice, _, _ in document.turns())
            for spelling in voices if kind == "voice" else document.document.speakers:
                if spans(node, analyze(spelling)):
                    found.add(self.persons.value(spelling))
        return found

    def speaking(self, node: Node, document: ReferenceDocument) -> bool:
        named = self.named(node, "speaker")
        return any(self.persons.value(each) in named for each in document.document.speakers)


def matches_token(leaf: Node, token: Token) -> bool:
    match leaf:
        case Word(text=text):
            return any(set(word.keys) & set(token.keys) for word in analyze_word(text))
        case Exact(text=text):
            return any(word.exact == token.exact for word in analyze_word(text))
        case Wildcard(pattern=pattern):
            pattern = pattern.casefold().replace("ё", "е")
            return token is not GAP and fits(pattern, token.exact.removeprefix("=").casefold())
        case Fuzzy(text=text, distance=distance):
            form = analyze_word(text)[0].exact.removeprefix("=")
            return token is not GAP and edits(form, token.exact.removeprefix("=")) <= distance
    raise AssertionError(leaf)


def fits(pattern: str, text: str) -> bool:
    expression = "".join(
        {"*": ".*", "?": "."}.get(part) or re.escape(part[-1])
        for part in re.findall(r"\\.|.", pattern, re.DOTALL)
    )
    return re.fullmatch(expression, text, re.DOTALL) is not None


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
        case DateRange():
            return date_relation(node, document.document.date) != "apart"
        case Everything():
            return True
        case Said(name=name, operand=operand):
            return finds(operand, document.said_by(name), ("body",))
    if names[0] == "speaker":
        assert document.everyone is not None
        return document.everyone.speaking(node, document)
    if names[0] in VALUES:
        value = document.doc_id if names[0] == "id" else document.document.lang.casefold()
        if isinstance(node, Wildcard):
            return fits(node.pattern, value)
        assert isinstance(node, Word)
        return node.text == value
    return any(document.spans(node, name) for name in names)


# Dates


def interval(iso: str) -> tuple[datetime, datetime]:
    """The first moment of a date and the first one after it."""
    if len(iso) == 16:
        start = datetime.fromisoformat(iso)
        return start, start + timedelta(minutes=1)
    year, month, day = (int(part) for part in [*iso.split("-"), "0", "0"][:3])
    start = datetime(year, month or 1, day or 1)
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, start + timedelta(days=calendar.monthrange(year, month)[1])
    return start, datetime(year + 1, 1, 1)


def date_relation(wanted: DateRange, iso: str) -> str:
    """How a document's date lies to a range: `inside`, `partly` or `apart`."""
    if not iso:
        return "apart"
    first, last = interval(iso)
    low = interval(wanted.first)[0] if wanted.first else datetime.min
    high = interval(wanted.last)[1] if wanted.last else datetime.max
    if last <= low or first >= high:
        return "apart"
    return "inside" if low <= first and last <= high else "partly"


# Occurrences and marks


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
        case Said(name=speaker, operand=operand):
            yield from held(operand, document.said_by(speaker), ("body",))
        case Not() | Optional() | Everything() | DateRange():
            return
        case _:
            for name in names:
                yield name, document.spans(node, name)


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
