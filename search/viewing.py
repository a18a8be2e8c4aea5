"""A document as it is shown: all that is known of it, its text, its parts and what is marked in it.

In: an engine and a document. Out: `Metadata`, `DocumentView`. Which documents a query finds is not
decided here.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from dragoman.search.engine import Engine, FieldMatches
from dragoman.search.request import Query
from dragoman.search.results import DocumentView, Metadata, Span, SpokenTurn
from dragoman.search.syntax import Parsed, parse


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
