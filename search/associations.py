"""What stands near a word more than chance, and which words are typical of some documents.

In: counts out of an index. Out: `Collocations` and `Keyness`, each row with its counts, so that a
measure can be checked. Words are counted by their first key (lemma); function words are left out.

Both are 2 x 2 tables. For a collocate, a token stands within the windows or not, and is the word
or not; for a keyword, a token stands in the documents found or in those they are compared with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.errors import Message
from dragoman.search.asking import read, read_words, unknown_words
from dragoman.search.errors import NothingFound, RequestError
from dragoman.search.measures import log_dice, log_likelihood, log_ratio, npmi
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
SIGNIFICANT = 6.63
"""Log-likelihood from which on a keyword is told: p < 0.01 with one degree of freedom."""


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
    _check_top(top)
    parsed = read_words(query)
    counts = engine.words_near(parsed.node, query.filters, window if span == "window" else None)
    rows = _collocates(counts, measure, top)
    return Collocations(
        query.text, parsed.searched_for, _notes(engine, parsed), engine.info, span, window,
        measure, counts.nodes, counts.near, counts.tokens, tuple(rows[:top]),
    )  # fmt: skip


def _notes(engine: "Engine", parsed: Parsed) -> tuple[Note, ...]:
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
    kept = _strongest(told[measure], top)
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


def _strongest(strengths: NDArray[np.float64], top: int) -> Numbers:
    """Rising places of the `top` strongest, with all that tie with the last of them."""
    if len(strengths) <= top:
        return np.arange(len(strengths))
    last = np.partition(strengths, -top)[-top]
    return np.flatnonzero(strengths >= last)


# Keyness


@dataclass(frozen=True, slots=True)
class PartCounts:
    """Words, speakers and places of some documents, as an engine counts them.

    Attributes:
        words: (n_words) tokens of each word in the texts; the words of both sides are the same.
        tokens: All tokens of the texts.
        values: `speaker` and `place` to value to documents.
        documents: Their number.
        spelled: Tells which words these are.
    """

    words: Numbers
    tokens: int
    values: Mapping[str, Mapping[str, int]]
    documents: int
    spelled: Spelled


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
    """What is typical of the documents of a query, beside other documents.

    Attributes:
        against: The query that found the others, as typed; empty for all the rest.
        against_searched_for: The same read back.
        against_notes: What must be known about how it was read; offsets point into `against`.
    """

    query: str
    searched_for: str
    notes: tuple[Note, ...]
    against: str
    against_searched_for: str
    against_notes: tuple[Note, ...]
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
            "notes": [note.to_dict() for note in self.notes],
            "against": self.against or None,
            "against_searched_for": self.against_searched_for or None,
            "against_notes": [note.to_dict() for note in self.against_notes],
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
        query: Its text, filters, match and strict count. Without a text, the filters alone tell
            its documents from the others, which are then all the rest of the index.
        against: Another query; empty for all that the first does not find. The same filters hold
            on both sides. What both find counts on both sides.
        top: Rows at most.

    Raises:
        QueryError: A query can't be read.
        NothingFound: The query finds no documents.
        RequestError: A parameter can't be used, or one side holds no texts.
    """
    _check_top(top)
    parsed = read(query)
    other = None
    if against.strip():
        other = read(Query(against, match=query.match, strict=query.strict))
    other_filters = query.filters if query.text.strip() or other is not None else {}
    here, there = engine.words_of(
        parsed.node, query.filters, other.node if other else None, other_filters
    )
    for part, name in (
        (here, query.text or Message("these filters")),
        (there, against or Message("the rest")),
    ):
        if not part.tokens:
            kind = RequestError if here.documents else NothingFound
            raise kind(
                Message("no texts on the side of ‘{name}’: there is nothing to compare", name=name)
            )
    return Keyness(
        query.text, parsed.searched_for, _notes(engine, parsed),
        against, other.searched_for if other else "", _notes(engine, other) if other else (),
        engine.info, here.documents, there.documents, here.tokens, there.tokens,
        _typical(here.words, here.tokens, there.words, there.tokens, here.spelled, top),
        *(_typical_values(name, here, there, top) for name in ("speaker", "place")),
    )  # fmt: skip


def _typical(
    here: Numbers,
    size_here: int,
    there: Numbers,
    size_there: int,
    spelled: Spelled,
    top: int,
) -> tuple[Keyword, ...]:
    """The `top` of what is significantly commoner here, the most significant first."""
    is_commoner = (here >= MIN_TOGETHER) & (here * size_there > there * size_here)
    numbers = np.flatnonzero(is_commoner)
    here, there = here[numbers], there[numbers]
    told = log_likelihood(here, size_here, here + there, size_here + size_there)
    kept = _strongest(told, top)
    kept = kept[told[kept] >= SIGNIFICANT]
    here, there, told = here[kept], there[kept], told[kept]
    effect = log_ratio(here, size_here, there, size_there)
    rows = [
        Keyword(as_written(word), *row)
        for word, *row in zip(
            spelled(numbers[kept]), here.tolist(), there.tolist(), told.tolist(), effect.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row.log_likelihood, row.word))
    return tuple(rows[:top])


def _typical_values(
    name: str, here: PartCounts, there: PartCounts, top: int
) -> tuple[Keyword, ...]:
    """The `top` values of a facet that significantly more of the documents here have."""
    values = list(here.values[name])
    counts = np.fromiter(here.values[name].values(), np.int64, len(values))
    others = [there.values[name].get(value, 0) for value in values]
    return _typical(
        counts, here.documents, np.array(others, np.int64), there.documents,
        lambda numbers: [values[number] for number in numbers.tolist()], top,
    )  # fmt: skip


def as_written(word: str) -> str:
    """An abbreviation's key (`.us`) as it is written: US."""
    return word[1:].upper() if word.startswith(".") else word


def _check_top(top: int) -> None:
    if not 1 <= top <= MAX_ROWS:
        raise RequestError(
            Message("top must be from 1 to {most}, not {top}", most=MAX_ROWS, top=top)
        )
