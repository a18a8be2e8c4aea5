"""Which words, speakers and places are typical of some documents beside others.

In: counts out of an index. Out: `Keyness`, each row with its counts, so that a measure can be
checked. A 2 x 2 table for each word: a token stands in the documents found or in those they are
compared with, and is the word or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dragoman.indexer.errors import Message
from dragoman.search.asking import read
from dragoman.search.associations import (
    MIN_TOGETHER,
    Numbers,
    Spelled,
    as_written,
    check_top,
    notes_of,
    strongest,
)
from dragoman.search.errors import NothingFound, RequestError
from dragoman.search.measures import log_likelihood, log_ratio
from dragoman.search.request import Query
from dragoman.search.results import IndexInfo, Note

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

SIGNIFICANT = 6.63
"""Log-likelihood from which on a keyword is told: p < 0.01 with one degree of freedom."""


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
    check_top(top)
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
        query.text, parsed.searched_for, notes_of(engine, parsed),
        against, other.searched_for if other else "", notes_of(engine, other) if other else (),
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
    kept = strongest(told, top)
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
