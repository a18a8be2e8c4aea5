"""What stands near a word more than chance.

In: counts out of an index. Out: `Collocations`, each row with its counts, so that a measure can be
checked. Words are counted by their first key (lemma); function words are left out. A 2 x 2 table
for each word: a token stands within the windows or not, and is the word or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.errors import Message
from dragoman.search.asking import read_words, unknown_words
from dragoman.search.errors import RequestError
from dragoman.search.measures import log_dice, log_likelihood, npmi
from dragoman.search.request import Query, check_one_of
from dragoman.search.results import IndexInfo, Note
from dragoman.search.syntax import Parsed

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

MEASURES = ("log-dice", "log-likelihood", "npmi")
SPANS = ("window", "sentence")
MAX_WINDOW = 20
MAX_ROWS = 1000
MIN_TOGETHER = 3
"""Fewer meetings than this are left out: they show chance, and NPMI favours them."""

Numbers = NDArray[np.int64]
Spelled = Callable[[Numbers], Sequence[str]]
"""Tells the words with some numbers; both are in one order."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Words near the matches of a query, as an engine counts them.

    Attributes:
        together: (n_words) tokens of each word within the windows, each token once.
        overall: (n_words) all its tokens in the documents under the filters.
        nodes: Occurrences of the query.
        near: Tokens within the windows.
        tokens: Tokens of all documents under the filters.
        spelled: Tells which words these are.
    """

    together: Numbers
    overall: Numbers
    nodes: int
    near: int
    tokens: int
    spelled: Spelled


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
    check_one_of("measure", measure, MEASURES)
    check_one_of("span", span, SPANS)
    if not 1 <= window <= MAX_WINDOW:
        raise RequestError(
            Message("window must be from 1 to {most}, not {window}", most=MAX_WINDOW, window=window)
        )
    check_top(top)
    parsed = read_words(query)
    counts = engine.words_near(parsed.node, query.filters, window if span == "window" else None)
    rows = _collocates(counts, measure, top)
    return Collocations(
        query.text, parsed.searched_for, notes_of(engine, parsed), engine.info, span, window,
        measure, counts.nodes, counts.near, counts.tokens, tuple(rows[:top]),
    )  # fmt: skip


def notes_of(engine: "Engine", parsed: Parsed) -> tuple[Note, ...]:
    """What must be known about how a query was read, and which of its words are in no text."""
    return (*parsed.notes, *unknown_words(parsed.node, engine.terms(parsed.node)))


def _collocates(counts: WordCounts, measure: str, top: int) -> list[Collocate]:
    """The `top` words that stand near more often than chance would have it."""
    together, overall = counts.together, counts.overall
    is_attracted = together * counts.tokens > overall * counts.near
    numbers = np.flatnonzero(is_attracted & (together >= MIN_TOGETHER))
    together, overall = together[numbers], overall[numbers]
    told = {
        "log-dice": log_dice(together, counts.nodes, overall),
        "log-likelihood": log_likelihood(together, counts.near, overall, counts.tokens),
        "npmi": npmi(together, counts.near, overall, counts.tokens),
    }
    kept = strongest(told[measure], top)
    rows = [
        Collocate(as_written(word), *row)
        for word, *row in zip(
            counts.spelled(numbers[kept]), together[kept].tolist(), overall[kept].tolist(),
            *(told[name][kept].tolist() for name in MEASURES), strict=True,
        )
    ]  # fmt: skip
    strength: Callable[[Collocate], float] = {
        "log-dice": lambda row: row.log_dice,
        "log-likelihood": lambda row: row.log_likelihood,
        "npmi": lambda row: row.npmi,
    }[measure]
    rows.sort(key=lambda row: (-strength(row), -row.together, row.word))
    return rows[:top]


def strongest(strengths: NDArray[np.float64], top: int) -> Numbers:
    """Rising places of the `top` strongest, with all that tie with the last of them."""
    if len(strengths) <= top:
        return np.arange(len(strengths))
    last = np.partition(strengths, -top)[-top]
    return np.flatnonzero(strengths >= last)


def as_written(word: str) -> str:
    """An abbreviation's key (`.us`) as it is written: US."""
    return word[1:].upper() if word.startswith(".") else word


def check_top(top: int) -> None:
    """Raises a `RequestError` where so many rows can't be asked for."""
    if not 1 <= top <= MAX_ROWS:
        raise RequestError(
            Message("top must be from 1 to {most}, not {top}", most=MAX_ROWS, top=top)
        )
