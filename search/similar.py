"""Documents like one: what is asked, what is answered.

In: a document's id. Out: `SimilarPage`, the nearest documents, each with the words that it shares
with the first, those that tell most before others. Near-identical documents and language versions
are marked, not left out. What the words are and how they score is the engine's (`telling`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dragoman.indexer.errors import Message
from dragoman.search.asking import check_dates
from dragoman.search.associations import as_written
from dragoman.search.errors import RequestError
from dragoman.search.request import Query
from dragoman.search.results import IndexInfo, Metadata

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

MAX_SIMILAR = 100
"""Documents at most."""
SIMILAR = 10
"""Documents where no number is asked for."""


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word by which a document is known among the others.

    Attributes:
        word: Its lemma.
        occurrences: Its tokens in the document, title and body.
        documents: Documents of the collection that hold it.
        weight: What it weighs in the search for similar documents.
    """

    word: str
    occurrences: int
    documents: int
    weight: float

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "word": self.word,
            "occurrences": self.occurrences,
            "documents": self.documents,
            "weight": round(self.weight, 4),
        }


@dataclass(frozen=True, slots=True)
class Alike:
    """A similar document, as an engine tells of it.

    Attributes:
        handle: The engine's name for it.
        score: Sum of what the shared words add.
        shared: Places of these words among the telling ones, what adds most first.
    """

    handle: Any
    score: float
    shared: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlikeFound:
    """What an engine found: the telling words, the weightiest first, and the documents."""

    words: tuple[TellingWord, ...] = ()
    found: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A row of the answer.

    Attributes:
        rank: From 1.
        score: Not comparable between answers.
        relation: `near_identical` or `version` (in another language) to the document asked about;
            else empty.
        shared: The telling words that stand in both, what adds most to the score first.
    """

    rank: int
    score: float
    metadata: Metadata
    relation: str
    shared: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "rank": self.rank,
            "score": round(self.score, 4),
            "relation": self.relation or None,
            "shared": list(self.shared),
            **self.metadata.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class SimilarPage:
    """The documents that are most like one."""

    metadata: Metadata
    index: IndexInfo
    words: tuple[TellingWord, ...]
    rows: tuple[SimilarDocument, ...]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "document": self.metadata.to_dict(),
            "index": self.index.to_dict(),
            "words": [word.to_dict() for word in self.words],
            "similar": [row.to_dict() for row in self.rows],
        }


def similar(
    engine: "Engine",
    handle: Any,
    read: Callable[[Any], Metadata],
    query: Query | None = None,
    top: int = SIMILAR,
) -> SimilarPage:
    """The documents most like one.

    Args:
        engine: The index.
        handle: The document.
        read: Reads what is known of a document.
        query: Its filters count.
        top: Documents at most.

    Raises:
        RequestError: `top` is out of range, or a date among the filters can't be read.
    """
    if not 1 <= top <= MAX_SIMILAR:
        raise RequestError(
            Message("top must be from 1 to {most}, not {top}", most=MAX_SIMILAR, top=top)
        )
    filters = query.filters if query is not None else {}
    check_dates(filters.get("date", ()))
    about = read(handle)
    found = engine.similar(handle, filters, top)
    words = tuple(replace(word, word=as_written(word.word)) for word in found.words)
    relations = {version.doc_id: "version" for version in about.versions}
    relations |= dict.fromkeys(about.near_identical, "near_identical")
    rows = []
    for rank, alike in enumerate(found.found, 1):
        metadata = read(alike.handle)
        relation = relations.get(metadata.doc_id, "")
        shared = tuple(words[number].word for number in alike.shared)
        rows.append(SimilarDocument(rank, alike.score, metadata, relation, shared))
    return SimilarPage(about, engine.info, words, tuple(rows))
