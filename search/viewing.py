"""A document as it is shown: all that is known of it, its text, its parts and what is marked in it.

In: an engine and a document. Out: `Metadata`, `DocumentView`. Which documents a query finds is not
decided here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from dragoman.search.engine import Engine, FieldMatches
from dragoman.search.request import Query
from dragoman.search.results import Metadata, Note, Span, page_at
from dragoman.search.syntax import Parsed, parse


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What one voice of a transcript says without a break.

    Attributes:
        start: Where the voice stands in the text.
        end: One past the end of what is said.
        voice: As written before the colon.
        speaker: What stands for the person under all spellings in the collection.
        text_start: Where what is said begins.
    """

    start: int
    end: int
    voice: str
    speaker: str
    text_start: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "start": self.start,
            "end": self.end,
            "voice": self.voice,
            "speaker": self.speaker,
            "text_start": self.text_start,
        }


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document to read, with the words that a query matched in it.

    Attributes:
        paragraphs: Ranges that cover the text; paragraph n is `paragraphs[n]`.
        sentences: Ranges that cover the text; none where they were not asked for.
        pages: Ranges that cover the text; page n of the file is `pages[n - 1]`. Empty where the
            file has no pages.
        marks: Ranges of the words in `text` that matched, rising, not overlapping.
        title_marks: The same in the title.
        matches: Range from first to last word of each occurrence, for stepping through them.
        turns: The turns of a transcript, rising.
        searched_for: The query read back; empty without a query.
        words: Where the words of `text` begin, rising.
    """

    metadata: Metadata
    text: str
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    marks: tuple[Span, ...] = ()
    title_marks: tuple[Span, ...] = ()
    matches: tuple[Span, ...] = ()
    query: str = ""
    searched_for: str = ""
    notes: tuple[Note, ...] = ()
    office: str = ""
    time_zone: str = ""
    languages: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    path: str = ""
    turns: tuple[SpokenTurn, ...] = ()
    pages: tuple[Span, ...] = ()
    words: Sequence[int] = ()

    def pages_in(self, start: int, end: int) -> tuple[int, ...]:
        """The page, from 1, of a range of the text, or the first and last; empty without pages."""
        starts = [at for at, _ in self.pages]
        numbers = (page_at(starts, start), page_at(starts, max(start, end - 1)))
        return tuple(dict.fromkeys(number for number in numbers if number))

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON (`show --json`)."""
        return {
            **self.metadata.to_dict(),
            "text": self.text,
            "paragraphs": [list(span) for span in self.paragraphs],
            "sentences": [list(span) for span in self.sentences],
            "pages": [list(span) for span in self.pages],
            "marks": [list(span) for span in self.marks],
            "title_marks": [list(span) for span in self.title_marks],
            "matches": [list(span) for span in self.matches],
            "turns": [turn.to_dict() for turn in self.turns],
            "query": self.query or None,
            "searched_for": self.searched_for or None,
            "notes": [note.to_dict() for note in self.notes],
            "office": self.office or None,
            "time_zone": self.time_zone or None,
            "languages": list(self.languages),
            "extra": dict(self.extra),
            "origins": dict(self.origins),
            "path": self.path or None,
        }


def metadata_of(engine: Engine, record: Mapping[str, Any]) -> Metadata:
    """What is known of a stored document besides its text."""
    return Metadata(
        doc_id=record["id"],
        title=record["title"],
        date=record["date"],
        date_precision=_precision(record["date"]),
        lang=record["lang"],
        speakers=tuple(record["speakers"]),
        place=record["place"],
        source=record["source"],
        kind=record["kind"],
        topics=tuple(record["topics"]),
        country=record["country"],
        url=record["url"],
        time_zone=record["time_zone"],
        versions=tuple(engine.versions_of(record)),
        near_identical=tuple(engine.near_identical_to(record)),
    )


def document_view(
    engine: Engine, handle: Any, query: Query | None, *, sentences: bool
) -> DocumentView:
    """One document, with the words marked that a query matched in it.

    Args:
        engine: The index.
        handle: The document.
        query: The query, if any.
        sentences: Whether its sentences are wanted, which are read from the text.

    Raises:
        QueryError: The query can't be read, or is beyond a limit.
    """
    from dragoman.indexer.sentences import boundaries  # searches need none

    record = engine.stored(handle)
    text = engine.text(handle)
    bounds = boundaries(text, sentences=sentences)
    words = engine.layout(handle).words
    parsed: Parsed | None = None
    title = body = FieldMatches()
    if query is not None and query.text.strip():
        parsed = parse(query.text, match=query.match, strict=query.strict)
        title, body = engine.matches(parsed.node, handle)
    return DocumentView(
        metadata=metadata_of(engine, record),
        text=text,
        paragraphs=_ranges(bounds.paragraphs, len(text)),
        sentences=_ranges(bounds.sentences, len(text)),
        pages=_ranges(record["page_starts"], len(text)) if record["page_starts"] else (),
        marks=body.marks,
        title_marks=title.marks,
        matches=tuple((start, end) for start, end, _ in body.occurrences),
        turns=tuple(
            SpokenTurn(
                turn.start,
                turn.end,
                turn.voice,
                engine.person(turn.voice),
                turn.text_start,
            )
            for turn in bounds.turns
        ),
        query=query.text if query is not None else "",
        searched_for=parsed.searched_for if parsed else "",
        notes=parsed.notes if parsed else (),
        office=record["office"],
        time_zone=record["time_zone"],
        languages=tuple(record["languages"]),
        extra=record["extra"],
        origins=record["origins"],
        path=record["path"],
        words=words.tolist() if words is not None else (),
    )


def _ranges(starts: Iterable[int], end: int) -> tuple[Span, ...]:
    bounds = [*starts, end]
    return tuple(pairwise(bounds))


def _precision(date: str) -> str:
    return {0: "", 4: "year", 7: "month", 10: "day"}.get(len(date), "minute")
