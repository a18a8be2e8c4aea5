"""The engine seam: a tree in, ranked documents and their matches out.

`Engine` is what the query module speaks to; the embedded Whoosh index is one, a cluster can be
another. Parses no query and makes no snippet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.choice import cluster_url
from dragoman.search.associations import WordCounts
from dragoman.search.concordance import LinesFound, LinesWanted
from dragoman.search.keyness import PartCounts
from dragoman.search.results import FacetValue, IndexInfo, Span, TermCount, Version
from dragoman.search.similar import AlikeFound
from dragoman.search.tree import Node
from dragoman.search.trends import Counted

MAX_FACET_VALUES = 100
"""Values of a facet that an answer carries, most frequent first; chosen ones always."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Which part of the ranked documents is wanted, and what beside it.

    Attributes:
        filters: Facet field to the values of which one must hold; `date` to date ranges.
        sort: One of `request.SORTS`.
        first: Documents to leave out from the top.
        size: Documents wanted after those.
        facets: Whether facet values are counted, or the names of the facets to count.
        explain: Whether scores are taken apart.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: str = "relevance"
    first: int = 0
    size: int = 10
    facets: bool | tuple[str, ...] = True
    explain: bool = False


class Found(NamedTuple):
    """A document of a ranking; `handle` is the engine's own name for it.

    Attributes:
        handle: What `Engine.matches` and `Engine.stored` take.
        score: 0 where the sort is not by relevance or nothing scores.
        counts: Counts the occurrences in all documents of the ranking, by handle.
        date_overlap: Whether the document's date lies only partly in a range that was asked for.
        explanation: Part of the query to its share of the score.
    """

    handle: Any
    score: float
    counts: Callable[[], Mapping[Any, int]]
    date_overlap: bool
    explanation: Mapping[str, object] | None = None

    @property
    def occurrences(self) -> int:
        """Occurrences of the query's positive parts, in title and body."""
        return self.counts()[self.handle]


class Answer(NamedTuple):
    """What an engine found; `total` and `occurrences` are exact.

    Attributes:
        count: Counts the occurrences, when they are first asked for.
        terms: As `Engine.terms` tells.
        matches: As `Engine.matches` for the tree that was asked for, as far as a page shows it.
    """

    total: int
    count: Callable[[], int]  # type: ignore[assignment]  # a tuple's own count is not missed
    found: tuple[Found, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    terms: tuple[TermCount, ...]
    matches: Callable[[Any], "tuple[FieldMatches, FieldMatches]"]

    @property
    def occurrences(self) -> int:
        """Occurrences of the query's positive parts in all documents found."""
        return self.count()


Occurrence = tuple[int, int, int]
"""A match in a text: its first code point, one past its last, and which part of the query."""


class TextLayout(NamedTuple):
    """How a document's text is divided, in code points.

    Attributes:
        length: Of the whole text.
        sentences: Each from its first word to the end of its last.
        paragraphs: First words of the paragraphs, rising.
        turns: First word, end and voice of what is said in each speaker's turn, rising; none in a
            text that parts no turns.
        words: First code points of the words, rising; None where only snippets are made of it.
    """

    length: int
    sentences: Sequence[Span]
    paragraphs: Sequence[int]
    turns: Sequence[tuple[int, int, str]] = ()
    words: NDArray[np.uint32] | None = None


class FieldMatches(NamedTuple):
    """Where a query matched in one field of one document, in code points.

    Attributes:
        marks: Ranges of the words that matched, rising, not overlapping.
        occurrences: Matches, rising.
        windows: The best ranges of the text to show, best first, where the engine tells them; of
            marks only those near these are told then, and no occurrences.
        layout: The layout with which windows go, without its sentences.
    """

    marks: tuple[Span, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    windows: Sequence[Span] | None = None
    layout: TextLayout | None = None


class Engine(Protocol):
    """An index that answers trees."""

    info: IndexInfo

    def terms(self, node: Node) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        ...

    def form_counts(self) -> Mapping[str, int]:
        """Every exact form of titles and texts, with about how many documents hold it."""
        ...

    def speaker_counts(self) -> Mapping[str, int]:
        """Every speaker as spelled in a source, with how many documents spell it so."""
        ...

    def search(self, node: Node, ranking: Ranking) -> Answer:
        """The documents that a tree finds, ranked.

        Raises:
            QueryError: A pattern stands for too many forms.
        """
        ...

    def matches(self, node: Node, handle: Any) -> tuple[FieldMatches, FieldMatches]:
        """Where a tree matched in a document's title and in its text."""
        ...

    def lines(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], wanted: LinesWanted
    ) -> LinesFound:
        """The lines of a concordance of a tree.

        Raises:
            QueryError: A pattern stands for too many forms.
        """
        ...

    def counts_over_time(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], by: str
    ) -> Counted:
        """What a tree finds in each year, quarter or month.

        Raises:
            QueryError: A pattern stands for too many forms.
        """
        ...

    def words_near(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], window: int | None
    ) -> WordCounts:
        """The words near a tree's matches: in a window on each side, or (None) in the sentence.

        Raises:
            QueryError: A pattern stands for too many forms.
        """
        ...

    def words_of(
        self,
        node: Node,
        filters: Mapping[str, tuple[str, ...]],
        other: Node | None,
        other_filters: Mapping[str, tuple[str, ...]],
    ) -> tuple[PartCounts, PartCounts]:
        """The words of a tree's documents, and those of another's.

        Args:
            node: A tree.
            filters: Facet field to values, for its documents.
            other: Another; None for all documents that the first, with its filters, does not find.
            other_filters: The filters for the documents of the other: the same, or none.

        Raises:
            QueryError: A pattern stands for too many forms.
        """
        ...

    def similar(self, handle: Any, filters: Mapping[str, tuple[str, ...]], top: int) -> AlikeFound:
        """The `top` documents most like one, by its most telling words; never itself."""
        ...

    def layout(self, handle: Any) -> TextLayout:
        """The length, sentences and paragraphs of a document's text."""
        ...

    def stored(self, handle: Any) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        ...

    def content_hash(self, handle: Any) -> int:
        """64 bits that change with anything that is indexed or shown of a document."""
        ...

    def text(self, handle: Any, start: int = 0, end: int | None = None) -> str:
        """A document's text, or the part of it between two code points."""
        ...

    def person(self, spelling: str) -> str:
        """What stands for the speaker or voice so spelled, under all its spellings."""
        ...

    def handle_of(self, doc_id: str) -> Any | None:
        """The document with an id, or None."""
        ...

    def versions_of(self, record: Mapping[str, Any]) -> list[Version]:
        """The other language versions of a stored document, by language and id."""
        ...

    def near_identical_to(self, record: Mapping[str, Any]) -> list[str]:
        """Rising ids of the documents that are near-identical to a stored one."""
        ...

    def has_near_groups(self) -> bool:
        """Whether any documents are near-identical."""
        ...

    def near_group(self, handle: Any) -> int | None:
        """The number of a document's group of near-identical ones; None where it has none."""
        ...

    def summary(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        ...

    def is_current(self) -> bool:
        """Whether no newer generation has been committed since it was opened."""
        ...

    def close(self) -> None:
        """Lets the index's files go."""
        ...


def open_engine(index_dir: str | Path) -> Engine:
    """Opens the engine of an index: in files, or in a cluster where that is chosen for it.

    Raises:
        ClusterError: The cluster can't be reached or used.
        SettingsError: What is said about the engine can't be used.
        IndexMissing: There is no index.
        IndexStale: Another version built it.
        IndexForeign: Dragoman did not make it.
        IndexDamaged: It can't be read.
    """
    url = cluster_url(Path(index_dir))
    if url is not None:
        from dragoman.search.opensearch.engine import OpenSearchEngine

        return OpenSearchEngine(url)
    from dragoman.search.whoosh_engine import WhooshEngine

    return WhooshEngine(Path(index_dir))
