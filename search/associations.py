"""What stands near a word more than chance, and which words are typical of some documents.

In: counts out of an index. Out: `Collocations` and `Keyness`, each row with its counts, so that a
measure can be checked. Words are counted by their first key (lemma); function words are left out.

Both are 2 x 2 tables. For a collocate, a token stands within the windows or not, and is the word
or not; for a keyword, a token stands in the documents found or in those they are compared with.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.indexer.errors import Message
from dragoman.search.asking import read, read_words, unknown_words
from dragoman.search.errors import RequestError
from dragoman.search.request import Query
from dragoman.search.results import IndexInfo, Note

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

MEASURES = ("log-dice", "log-likelihood", "npmi")
SPANS = ("window", "sentence")
MAX_WINDOW = 20
MAX_ROWS = 1000
MIN_TOGETHER = 3
"""Fewer meetings than this are left out: they show chance, and NPMI favours them."""
SIGNIFICANT = 6.63
"""Log-likelihood from which on a keyword is told: p < 0.01 with one degree of freedom."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Words near the matches of a query, as an engine counts them.

    Attributes:
        together: Key to the tokens of it within the windows, each token once.
        overall: Key to all its tokens in the documents under the filters.
        nodes: Occurrences of the query.
        near: Tokens within the windows.
        tokens: Tokens of all documents under the filters.
    """

    together: Mapping[str, int]
    overall: Mapping[str, int]
    nodes: int
    near: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Collocate:
    """A word that stands near: how often near, how often at all, and the three measures."""

    word: str
    together: int
    overall: int
    log_dice: float
    log_likelihood: float
    npmi: float

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "word": self.word,
            "together": self.together,
            "overall": self.overall,
            "log_dice": round(self.log_dice, 4),
            "log_likelihood": round(self.log_likelihood, 4),
            "npmi": round(self.npmi, 4),
        }


@dataclass(frozen=True, slots=True)
class Collocations:
    """Words that stand near a query's matches, the most strongly associated first."""

    query: str
    searched_for: str
    notes: tuple[Note, ...]
    index: IndexInfo
    span: str
    window: int
    measure: str
    nodes: int
    near: int
    tokens: int
    collocates: tuple[Collocate, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "query": self.query,
            "searched_for": self.searched_for,
            "notes": [note.to_dict() for note in self.notes],
            "index": self.index.to_dict(),
            "span": self.span,
            "window": self.window if self.span == "window" else None,
            "measure": self.measure,
            "occurrences": self.nodes,
            "tokens_near": self.near,
            "tokens": self.tokens,
            "collocations": [collocate.to_dict() for collocate in self.collocates],
        }


def collocations(
    engine: "Engine",
    query: Query,
    *,
    window: int = 5,
    span: str = "window",
    measure: str = "log-dice",
    top: int = 50,
) -> Collocations:
    """What stands near a query's matches.

    Args:
        engine: The index.
        query: Its text, filters, match and strict count.
        window: Words on each side that count as near.
        span: `window`, or `sentence` for all words of the sentences of the matches.
        measure: One of `MEASURES`, by which the rows are ordered.
        top: Rows at most.

    Raises:
        QueryError: The query can't be read, or looks for no words.
        RequestError: A parameter can't be used.
    """
    _check("measure", measure, MEASURES)
    _check("span", span, SPANS)
    if not 1 <= window <= MAX_WINDOW:
        raise RequestError(
            Message("window must be from 1 to {most}, not {window}", most=MAX_WINDOW, window=window)
        )
    _check_top(top)
    parsed = read_words(query)
    counts = engine.words_near(parsed.node, query.filters, window if span == "window" else None)
    rows = [
        Collocate(
            as_written(word),
            together,
            counts.overall[word],
            log_dice(together, counts.nodes, counts.overall[word]),
            log_likelihood(together, counts.near, counts.overall[word], counts.tokens),
            npmi(together, counts.near, counts.overall[word], counts.tokens),
        )
        for word, together in counts.together.items()
        if together >= MIN_TOGETHER and _is_attracted(together, counts, word)
    ]
    strength: Callable[[Collocate], float] = {
        "log-dice": lambda row: row.log_dice,
        "log-likelihood": lambda row: row.log_likelihood,
        "npmi": lambda row: row.npmi,
    }[measure]
    rows.sort(key=lambda row: (-strength(row), -row.together, row.word))
    return Collocations(
        query.text, parsed.searched_for,
        (*parsed.notes, *unknown_words(parsed.node, engine.terms(parsed.node))),
        engine.info, span, window, measure, counts.nodes, counts.near, counts.tokens,
        tuple(rows[:top]),
    )  # fmt: skip


def _is_attracted(together: int, counts: WordCounts, word: str) -> bool:
    """Whether a word stands near more often than chance would have it."""
    return together * counts.tokens > counts.overall[word] * counts.near


# Measures


def log_dice(together: int, nodes: int, overall: int) -> float:
    """14 + log2(2 f(xy) / (f(x) + f(y))); Rychlý 2008. At most 14 where each meets one other."""
    return 14 + math.log2(2 * together / (nodes + overall))


def log_likelihood(together: int, near: int, overall: int, tokens: int) -> float:
    """G² of a 2 x 2 table; Dunning 1993.

    Args:
        together: Tokens of the word in the part.
        near: Tokens of the part.
        overall: Tokens of the word.
        tokens: All tokens.
    """
    observed = (
        together, near - together, overall - together, tokens - near - overall + together,
    )  # fmt: skip
    expected = (
        near * overall / tokens, near * (tokens - overall) / tokens,
        (tokens - near) * overall / tokens, (tokens - near) * (tokens - overall) / tokens,
    )  # fmt: skip
    return 2 * sum(o * math.log(o / e) for o, e in zip(observed, expected, strict=True) if o > 0)


def npmi(together: int, near: int, overall: int, tokens: int) -> float:
    """Pointwise mutual information over -log p(x, y), from -1 to 1; Bouma 2009."""
    joint = together / tokens
    if joint == 1:
        return 1.0
    return math.log(together * tokens / (near * overall)) / -math.log(joint)


def log_ratio(here: int, size_here: int, there: int, size_there: int) -> float:
    """Binary logarithm of the ratio of two relative frequencies; Hardie 2014.

    A word that does not occur counts half a time.
    """
    return math.log2((here or 0.5) / size_here) - math.log2((there or 0.5) / size_there)


# Keyness


@dataclass(frozen=True, slots=True)
class PartCounts:
    """Words, speakers and places of some documents, as an engine counts them.

    Attributes:
        words: Key to its tokens in the texts.
        tokens: All tokens of the texts.
        values: `speaker` and `place` to value to documents.
        documents: Their number.
    """

    words: Mapping[str, int]
    tokens: int
    values: Mapping[str, Mapping[str, int]]
    documents: int


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or value that is commoner in one part than in the other: log-likelihood and effect."""

    word: str
    here: int
    there: int
    log_likelihood: float
    log_ratio: float

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "word": self.word,
            "here": self.here,
            "there": self.there,
            "log_likelihood": round(self.log_likelihood, 4),
            "log_ratio": round(self.log_ratio, 4),
        }


@dataclass(frozen=True, slots=True)
class Keyness:
    """What is typical of the documents of a query, beside other documents."""

    query: str
    searched_for: str
    against: str
    notes: tuple[Note, ...]
    index: IndexInfo
    documents: int
    other_documents: int
    tokens: int
    other_tokens: int
    keywords: tuple[Keyword, ...]
    speakers: tuple[Keyword, ...]
    places: tuple[Keyword, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "query": self.query,
            "searched_for": self.searched_for,
            "against": self.against or None,
            "notes": [note.to_dict() for note in self.notes],
            "index": self.index.to_dict(),
            "documents": self.documents,
            "other_documents": self.other_documents,
            "tokens": self.tokens,
            "other_tokens": self.other_tokens,
            "keywords": [keyword.to_dict() for keyword in self.keywords],
            "speakers": [keyword.to_dict() for keyword in self.speakers],
            "places": [keyword.to_dict() for keyword in self.places],
        }


def keyness(engine: "Engine", query: Query, against: str = "", *, top: int = 50) -> Keyness:
    """Words, speakers and places typical of the documents of a query.

    Args:
        engine: The index.
        query: Its text, filters, match and strict count.
        against: Another query, whose documents are compared with under the same filters; empty
            for all documents of the index that the first does not find. What both find counts
            on both sides.
        top: Rows at most.

    Raises:
        QueryError: A query can't be read.
        RequestError: A parameter can't be used, or one side holds no documents.
    """
    _check_top(top)
    parsed = read(query)
    other = None
    if against.strip():
        other = read(Query(against, match=query.match, strict=query.strict)).node
    here, there = engine.words_of(parsed.node, other, query.filters)
    for part, name in (
        (here, query.text or Message("these filters")),
        (there, against or Message("the rest")),
    ):
        if not part.tokens:
            raise RequestError(
                Message("no texts on the side of ‘{name}’: there is nothing to compare", name=name)
            )
    return Keyness(
        query.text, parsed.searched_for, against,
        (*parsed.notes, *unknown_words(parsed.node, engine.terms(parsed.node))),
        engine.info, here.documents, there.documents, here.tokens, there.tokens,
        _typical(here.words, here.tokens, there.words, there.tokens)[:top],
        *(
            _typical(here.values[name], here.documents, there.values[name], there.documents)[:top]
            for name in ("speaker", "place")
        ),
    )  # fmt: skip


def _typical(
    here: Mapping[str, int], size_here: int, there: Mapping[str, int], size_there: int
) -> tuple[Keyword, ...]:
    """What is significantly commoner here, the most significant first."""
    rows = []
    for word, count in here.items():
        other = there.get(word, 0)
        if count < MIN_TOGETHER or count * size_there <= other * size_here:
            continue
        told = log_likelihood(count, size_here, count + other, size_here + size_there)
        if told >= SIGNIFICANT:
            effect = log_ratio(count, size_here, other, size_there)
            rows.append(Keyword(as_written(word), count, other, told, effect))
    rows.sort(key=lambda row: (-row.log_likelihood, row.word))
    return tuple(rows)


def as_written(word: str) -> str:
    """An abbreviation's key (`.us`) as it is written: US."""
    return word[1:].upper() if word.startswith(".") else word


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise RequestError(
            Message(
                "{name} must be one of {allowed}, not ‘{value}’",
                name=name,
                allowed=", ".join(allowed),
                value=value,
            )
        )


def _check_top(top: int) -> None:
    if not 1 <= top <= MAX_ROWS:
        raise RequestError(
            Message("top must be from 1 to {most}, not {top}", most=MAX_ROWS, top=top)
        )
