"""Concordance: every occurrence with the words around it, in an order of one's choice (KWIC).

In: a request. Out: `Concordance`, a page of lines. Contexts are slices of the texts as they are;
an occurrence in a title has no line, but is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dragoman.indexer.errors import Message
from dragoman.search.errors import RequestError
from dragoman.search.request import Query, check_one_of, whole
from dragoman.search.results import IndexInfo, Note, Span

if TYPE_CHECKING:
    from dragoman.search.engine import Engine

ORDERS = ("date", "left", "right")
MAX_WINDOW = 50
"""Words of context on each side."""
MAX_DEPTH = 3
"""Words of context that an order goes by, from the nearest."""
PAGE_SIZE = 200
"""Lines of a page where no number is asked for."""


@dataclass(frozen=True, slots=True)
class LinesWanted:
    """Which lines of a concordance are wanted.

    Attributes:
        window: Words of context on each side.
        sort: `left` or `right`: by the words before or after, nearest first; `date`: by date, id
            and place, undated documents last.
        depth: Words that `left` and `right` go by, 1 to 3.
        sample: So many lines drawn at random; 0 for all.
        seed: Of the draw: the same lines again, as long as the index holds the same.
        first: Lines to leave out.
        size: Lines wanted; None for all.
    """

    window: int = 8
    sort: str = "date"
    depth: int = MAX_DEPTH
    sample: int = 0
    seed: int = 0
    first: int = 0
    size: int | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> "tuple[Query, LinesWanted]":
        """The query and the lines that URL parameters mean; `page_size` lines, else 200, a page.

        Raises:
            RequestError: A value can't be used.
        """
        last = {name: values[-1] for name, values in params.items() if values}
        of_query = {name: values for name, values in params.items() if name != "sort"}
        query = Query.from_params({"page_size": [str(PAGE_SIZE)], **of_query})
        wanted = cls(
            window=whole(last, "window", 8),
            sort=last.get("sort") or "date",
            depth=whole(last, "depth", MAX_DEPTH),
            sample=whole(last, "sample", 0),
            seed=whole(last, "seed", 0),
            first=(query.page - 1) * query.page_size,
            size=query.page_size,
        )
        return query, wanted

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("window", self.window, 1, MAX_WINDOW),
            ("depth", self.depth, 1, MAX_DEPTH),
            ("sample", self.sample, 0, None),
            ("seed", self.seed, 0, None),
            ("first", self.first, 0, None),
        ):
            if value < least or (most is not None and value > most):
                bounds = (
                    Message("from {least} to {most}", least=least, most=most)
                    if most is not None
                    else Message("{least} or more", least=least)
                )
                raise RequestError(
                    Message(
                        "{name} must be {bounds}, not {value}",
                        name=name,
                        bounds=bounds,
                        value=value,
                    )
                )
        check_one_of("sort", self.sort, ORDERS)


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence in its context.

    Attributes:
        doc_id: The document.
        left: The text before the match, some words of it.
        match: The match, from its first to its last word.
        right: The text after it.
        start: Offset of the match in the document's text, in code points.
        end: One past its end.
        paragraph: Number of the paragraph in which the match begins, from 0.
        voice: Who says it in a transcript, as written there; empty elsewhere.
        sorted_by: Range of `left` or `right` in which the words stand that the order goes by;
            empty where it goes by the date, or where there are none.
    """

    doc_id: str
    title: str
    date: str
    lang: str
    speakers: tuple[str, ...]
    left: str
    match: str
    right: str
    start: int
    end: int
    paragraph: int
    voice: str = ""
    sorted_by: Span = (0, 0)

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "id": self.doc_id,
            "left": self.left,
            "match": self.match,
            "right": self.right,
            "start": self.start,
            "end": self.end,
            "paragraph": self.paragraph,
            "title": self.title,
            "date": self.date or None,
            "lang": self.lang or None,
            "speaker": list(self.speakers),
            "voice": self.voice or None,
        }


@dataclass(frozen=True, slots=True)
class LinesFound:
    """What an engine tells of a concordance: `total` and `in_titles` count all occurrences."""

    total: int
    in_titles: int
    documents: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Concordance:
    """A page of a concordance; `total` counts occurrences in texts, `in_titles` those in titles."""

    query: str
    searched_for: str
    notes: tuple[Note, ...]
    index: IndexInfo
    wanted: LinesWanted
    found: LinesFound
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def drawn(self) -> int:
        """Lines that there are to page through: all, or those of the sample."""
        return min(self.found.total, self.wanted.sample or self.found.total)

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "query": self.query,
            "searched_for": self.searched_for,
            "notes": [note.to_dict() for note in self.notes],
            "index": self.index.to_dict(),
            "total": self.found.total,
            "in_titles": self.found.in_titles,
            "documents": self.found.documents,
            "sort": self.wanted.sort,
            "depth": self.wanted.depth,
            "window": self.wanted.window,
            "sample": self.wanted.sample or None,
            "seed": self.wanted.seed if self.wanted.sample else None,
            "lines": [line.to_dict() for line in self.found.lines],
        }


def concordance(engine: "Engine", query: Query, wanted: LinesWanted | None = None) -> Concordance:
    """Every occurrence of a query in its context.

    Args:
        engine: The index.
        query: Its text, filters, match and strict count; its page and page size where `wanted`
            does not say which lines.
        wanted: Window, order, sample and lines.

    Raises:
        QueryError: The query can't be read, is beyond a limit or looks for no words.
        RequestError: A filter's value can't be used.
    """
    from dragoman.search.asking import read_words, unknown_words

    parsed = read_words(query)
    if wanted is None:
        wanted = LinesWanted(first=(query.page - 1) * query.page_size, size=query.page_size)
    found = engine.lines(parsed.node, query.filters, wanted)
    notes = (*parsed.notes, *unknown_words(parsed.node, engine.terms(parsed.node)))
    return Concordance(
        query.text, parsed.searched_for, notes, engine.info, wanted, found, query.filters
    )
