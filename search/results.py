"""What a search answers, as plain frozen data; `to_dict()` is the JSON of the interface.

Offsets are half-open ranges of code points. Nothing here is HTML and nothing here searches.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from dragoman.indexer.errors import Message

Span = tuple[int, int]


def page_at(page_starts: Sequence[int], offset: int) -> int | None:
    """The number of the page, from 1, on which a place of a text is; None without pages."""
    return bisect_right(page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of an answer must know; offsets point into the query as typed."""

    code: str
    message: Message
    start: int
    end: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "code": self.code, "message": self.message, "start": self.start, "end": self.end,
        }  # fmt: skip


class TermCount(NamedTuple):
    """How often one word of the query stands in the collection (title and body together)."""

    text: str
    keys: tuple[str, ...]
    documents: int
    occurrences: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "text": self.text,
            "keys": list(self.keys),
            "documents": self.documents,
            "occurrences": self.occurrences,
        }


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a document's text with the words that matched.

    Attributes:
        start: Offset of `text` in the document's text.
        end: One past its end.
        paragraph: Number of the paragraph in which it starts, from 0.
        page: Number of the file's page, from 1, on which the first word that matched stands (or
            the piece begins); None where the file has no pages.
        text: The document's text between `start` and `end`.
        marks: Ranges relative to `text`.
        voice: Who says it in a transcript, as written there; empty elsewhere.
    """

    start: int
    end: int
    paragraph: int
    text: str
    marks: tuple[Span, ...]
    voice: str = ""
    page: int | None = None

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "start": self.start,
            "end": self.end,
            "paragraph": self.paragraph,
            "page": self.page,
            "text": self.text,
            "marks": [list(mark) for mark in self.marks],
            "voice": self.voice or None,
        }


class Version(NamedTuple):
    """Another language version of a document.

    Attributes:
        lang: Its language.
        doc_id: Its id.
        by: What tells it: `pair`, `link`, `url` (addresses or ids that differ in the language
            alone) or `text` (names and numbers in common).
    """

    lang: str
    doc_id: str
    by: str

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"lang": self.lang, "id": self.doc_id, "by": self.by}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its text; empty where not known."""

    doc_id: str
    title: str
    date: str
    date_precision: str
    lang: str
    speakers: tuple[str, ...]
    place: str
    source: str
    kind: str
    topics: tuple[str, ...]
    country: str
    url: str
    time_zone: str = ""
    """As written beside the time (`+03:00`), or empty."""
    versions: tuple[Version, ...] = ()
    """The other language versions in the collection."""
    near_identical: tuple[str, ...] = ()
    """Ids of the near-identical documents in the collection."""

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON: what is not known is null or an empty list."""
        return {
            "id": self.doc_id,
            "title": self.title,
            "date": self.date or None,
            "date_precision": self.date_precision or None,
            "lang": self.lang or None,
            "speaker": list(self.speakers),
            "place": self.place or None,
            "source": self.source or None,
            "kind": self.kind or None,
            "topics": list(self.topics),
            "country": self.country or None,
            "url": self.url or None,
            "versions": [version.to_dict() for version in self.versions],
            "near_identical": list(self.near_identical),
        }


@dataclass(frozen=True, eq=False)
class Hit:
    """One document of a page of results; `rank` counts from 1 over all pages.

    Attributes:
        handle: The engine's name for the document.
        read: Reads the metadata; for a bare page this and `counts` are done when they are first
            asked for, while the searcher is open.
        counts: Counts the occurrences in all documents of the page.
        date_overlap: Whether the document's date lies only partly in a range that was asked for.
        title_marks: Ranges in the title of the words that matched.
        explanation: Part of the query to its share of the score.
        shown_under: Id of the hit before it on the page that it is shown under, as near-identical
            or as another language version; or None.
    """

    rank: int
    score: float
    handle: Any = field(repr=False)
    read: Callable[[Any], Metadata] = field(repr=False)
    counts: Callable[[], Mapping[Any, int]] = field(repr=False)
    date_overlap: bool = False
    title_marks: tuple[Span, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    explanation: Mapping[str, object] | None = None
    shown_under: str | None = None

    @cached_property
    def metadata(self) -> Metadata:
        """What is known of the document."""
        return self.read(self.handle)

    @cached_property
    def occurrences(self) -> int:
        """Occurrences of the query's positive parts in title and text."""
        return self.counts()[self.handle]

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        found: dict[str, object] = {
            "rank": self.rank,
            "score": self.score,
            **self.metadata.to_dict(),
            "title_marks": [list(mark) for mark in self.title_marks],
            "date_overlap": self.date_overlap,
            "occurrences": self.occurrences,
            "shown_under": self.shown_under,
            "snippets": [snippet.to_dict() for snippet in self.snippets],
        }
        if self.explanation is not None:
            found["explain"] = dict(self.explanation)
        return found


class FacetValue(NamedTuple):
    """One value of a facet; `count` is the total after choosing this value alone."""

    value: str
    count: int  # type: ignore[assignment]  # a tuple's own count is not missed
    selected: bool

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"value": self.value, "count": self.count, "selected": self.selected}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query that may have been meant, with its own exact total."""

    query: str
    reason: str
    total: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"query": self.query, "reason": self.reason, "total": self.total}


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index answered: enough to cite a count."""

    state: str
    documents: int
    analyzer: int
    version: str

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "state": self.state,
            "documents": self.documents,
            "analyzer": self.analyzer,
            "version": self.version,
        }


@dataclass(frozen=True)
class ResultPage:
    """The answer to one `Query`; `total` and `occurrences` are exact.

    Attributes:
        count: Counts the occurrences; for a bare page this is done when they are first asked for,
            while the searcher is open.
    """

    query: str
    searched_for: str
    notes: tuple[Note, ...]
    terms: tuple[TermCount, ...]
    index: IndexInfo
    total: int
    count: Callable[[], int] = field(repr=False, compare=False)
    page: int
    page_size: int
    sort: str
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    suggestions: tuple[Suggestion, ...] = ()

    @cached_property
    def occurrences(self) -> int:
        """Occurrences of the query's positive parts in all documents found."""
        return self.count()

    @property
    def pages(self) -> int:
        """Number of pages; 0 when nothing was found."""
        return -(-self.total // self.page_size)

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "query": self.query,
            "searched_for": self.searched_for,
            "notes": [note.to_dict() for note in self.notes],
            "terms": [term.to_dict() for term in self.terms],
            "index": self.index.to_dict(),
            "total": self.total,
            "occurrences": self.occurrences,
            "page": self.page,
            "page_size": self.page_size,
            "pages": self.pages,
            "sort": self.sort,
            "took_ms": self.took_ms,
            "hits": [hit.to_dict() for hit in self.hits],
            "facets": {
                name: [value.to_dict() for value in values] for name, values in self.facets.items()
            },
            "suggestions": [suggestion.to_dict() for suggestion in self.suggestions],
        }
