"""All hits of a query, all lines of its concordance, or documents chosen, as a file.

In: a searcher, a query or ids, a format. Out: an `Export`: the text piece by piece, made while it
is read, with what it is called on the web. Each row carries, or the head tells, which query, which
state of the index and which version it comes from.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from dragoman.indexer.errors import Message
from dragoman.search.chosen import chosen
from dragoman.search.concordance import Concordance, LinesWanted
from dragoman.search.errors import RequestError
from dragoman.search.request import Query
from dragoman.search.results import IndexInfo, Metadata, Note, ResultPage

if TYPE_CHECKING:
    from dragoman.search.csl import Item
    from dragoman.search.query import Searcher

FORMATS = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "jsonl": ("application/x-ndjson", "jsonl"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
    "csl-json": ("application/vnd.citationstyles.csl+json", "json"),
    **dict.fromkeys(("gost", "chicago", "apa"), ("text/plain; charset=utf-8", "txt")),
}
"""Format to its media type and the ending of its files."""
LINE_FORMATS = ("csv", "jsonl")
_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
_LINES_AT_A_TIME = 5_000
_HIT_COLUMNS = (
    "rank", "id", "title", "date", "date_precision", "lang", "speaker", "place", "source", "kind",
    "topics", "country", "url", "versions", "near_identical", "shown_under", "occurrences", "score",
)  # fmt: skip
_LINE_COLUMNS = (
    "id", "left", "match", "right", "start", "end", "paragraph", "title", "date", "lang",
    "speaker", "voice",
)  # fmt: skip
_ASKED = ("query", "searched_for", "filters")
_UNASKED = {
    **dict.fromkeys(("occurrences", "score", "shown_under")), **dict.fromkeys(_ASKED, ""),
}  # fmt: skip
"""What a document has that no query has found."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file in the making.

    Attributes:
        total: Documents or lines that it holds.
        searched_for: The query read back.
        notes: What the reader must know about how it was read.
        index: The index that it comes from.
        pieces: The text of the file, in order; to be read once, while the searcher is open.
        content_type: Its media type.
        suffix: The ending of its name, without the period.
    """

    total: int
    searched_for: str
    notes: tuple[Note, ...]
    index: IndexInfo
    pieces: Iterator[str]
    content_type: str
    suffix: str


def export(
    searcher: "Searcher", query: Query, format: str, *, accessed: date | None = None,
    bom: bool = True,
) -> Export:  # fmt: skip
    """All hits of a query, in its order, without a ceiling.

    Args:
        searcher: The index.
        query: Its text, filters, match, strict and sort count.
        format: One of `FORMATS`.
        accessed: The day on which addresses were looked at, for citations; without it, today.
        bom: Whether CSV begins with a byte order mark, by which Excel knows UTF-8.

    Raises:
        QueryError: The query can't be read, or is beyond a limit.
        RequestError: There is no such format, or a filter's value can't be used.
    """
    _check(format)
    query = query.with_(page=1, page_size=1, facets=False, snippets=False, explain=False)
    answer = searcher.search(query)
    origin = _origin(answer, query)
    hits = searcher.hits(query.with_(snippets=format == "jsonl"))
    if format == "csv":
        rows = ({**hit.to_dict(), **origin} for hit in hits)
        pieces = csv_pieces((*_HIT_COLUMNS, *origin), rows, bom=bom)
    elif format == "jsonl":
        pieces = _jsonl({**hit.to_dict(), **origin} for hit in hits)
    else:
        documents = (hit.metadata for hit in hits)
        pieces = _cited(documents, format, _provenance(origin), accessed)
    return _made(answer, answer.total, pieces, format)


def export_chosen(
    searcher: "Searcher", doc_ids: Iterable[str], format: str, *, accessed: date | None = None,
    bom: bool = True, notes: Mapping[str, str] | None = None,
) -> Export:  # fmt: skip
    """Documents chosen one by one, in the order given; what only a query can tell stays empty.

    Args:
        searcher: The index.
        doc_ids: Their ids.
        format: One of `FORMATS`.
        accessed: The day on which addresses were looked at, for citations; without it, today.
        bom: Whether CSV begins with a byte order mark.
        notes: What a reader noted on some of them, by id: with any, rows have a `note`, and records
            of RIS, BibTeX and CSL-JSON have theirs; lists of references have none.

    Raises:
        RequestError: There is no such format, or no document is chosen.
        DocumentMissing: The index has no document of some ids.
    """
    _check(format)
    documents = chosen(searcher, doc_ids)
    index = searcher.index
    if format in ("csv", "jsonl"):
        rows = [
            {"rank": rank, **about.to_dict(), **_UNASKED, **_state_of(index)}
            | ({"note": notes.get(about.doc_id, "")} if notes else {})
            for rank, about in enumerate(documents, 1)
        ]
        columns = (*_HIT_COLUMNS, *_ASKED, *_state_of(index), *(("note",) if notes else ()))
        pieces = csv_pieces(columns, rows, bom=bom) if format == "csv" else _jsonl(rows)
    else:
        told = f"Dragoman {index.version}, index {index.state}; documents chosen by id"
        pieces = _cited(documents, format, told, accessed, notes or {})
    return Export(len(documents), "", (), index, pieces, *FORMATS[format])


def _check(format: str) -> None:
    if format not in FORMATS:
        raise RequestError(
            Message(
                "no format ‘{format}’: use one of {formats}",
                format=format,
                formats=", ".join(FORMATS),
            )
        )


def export_lines(
    searcher: "Searcher", query: Query, wanted: LinesWanted, format: str, *, bom: bool = True
) -> Export:
    """All lines of a concordance, or of its sample, in its order.

    Raises:
        QueryError: The query can't be read, is beyond a limit or looks for no words.
        RequestError: The format is none for lines, or a value can't be used.
    """
    if format not in LINE_FORMATS:
        raise RequestError(
            Message(
                "no format ‘{format}’ for lines: use {formats}",
                format=format,
                formats=" or ".join(LINE_FORMATS),
            )
        )
    first = searcher.concordance(query, replace(wanted, first=0, size=_LINES_AT_A_TIME))
    draw = {"sample": str(wanted.sample), "seed": str(wanted.seed)} if wanted.sample else {}
    origin = {**_origin(first, query), "sample": "", "seed": "", **draw}
    rows: Iterable[dict[str, object]] = (
        {**row, **origin} for row in _rows_of_lines(searcher, query, first)
    )
    if format == "csv":
        rows = ({**row, **{name: _one_line(row[name]) for name in _CONTEXT}} for row in rows)
        pieces = csv_pieces((*_LINE_COLUMNS, *origin), rows, bom=bom)
    else:
        pieces = _jsonl(rows)
    return _made(first, first.drawn, pieces, format)


def _made(
    answer: ResultPage | Concordance, total: int, pieces: Iterator[str], format: str
) -> Export:
    return Export(total, answer.searched_for, answer.notes, answer.index, pieces, *FORMATS[format])


_CONTEXT = ("left", "match", "right")


def _one_line(text: object) -> str:
    return str(text).replace("\r", " ").replace("\n", " ")


def _rows_of_lines(
    searcher: "Searcher", query: Query, found: Concordance
) -> Iterator[dict[str, object]]:
    while found.found.lines:
        for line in found.found.lines:
            yield line.to_dict()
        wanted = replace(found.wanted, first=found.wanted.first + _LINES_AT_A_TIME)
        if wanted.first >= found.drawn:
            return
        found = searcher.concordance(query, wanted)


def _origin(answer: ResultPage | Concordance, query: Query) -> dict[str, str]:
    """Where rows come from, as further columns."""
    filters = (f"{name}={v}" for name, values in query.filters.items() for v in values)
    asked = (answer.query, answer.searched_for, "; ".join(filters))
    return {**dict(zip(_ASKED, asked, strict=True)), **_state_of(answer.index)}


def _state_of(index: IndexInfo) -> dict[str, str]:
    return {"index_state": index.state, "version": index.version}


def _provenance(origin: Mapping[str, str]) -> str:
    """The same as a phrase."""
    filters = f"; filters: {origin['filters']}" if origin["filters"] else ""
    return (
        f"Dragoman {origin['version']}, index {origin['index_state']}; "
        f"query: {origin['query']}{filters}"
    )


# Formats


def csv_pieces(
    columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, bom: bool
) -> Iterator[str]:
    """A CSV file (RFC 4180), a row at a time, lists joined by semicolons.

    Args:
        columns: Names of the columns.
        rows: Column to value; further values are left out.
        bom: Whether it begins with a byte order mark, by which Excel knows UTF-8.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield (_BOM if bom else "") + buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([as_cell(row[name]) for name in columns])
        yield buffer.getvalue()


def as_cell(value: object) -> object:
    """A value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = "; ".join(each["id"] if isinstance(each, dict) else str(each) for each in value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _jsonl(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _cited(
    documents: Iterable[Metadata], format: str, provenance: str, accessed: date | None,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:  # fmt: skip
    from dragoman.search.citations import cite
    from dragoman.search.csl import csl_item
    from dragoman.search.exchange import bibtex, bibtex_comment, ris
    from dragoman.search.fields import today

    day = accessed or today()

    def item(about: Metadata) -> "Item":
        note = notes.get(about.doc_id, "")
        return {**csl_item(about, day), "note": note} if note else csl_item(about, day)

    if format == "csl-json":
        yield from _array({**item(about), "source": provenance} for about in documents)
        return
    if format == "bibtex":
        yield bibtex_comment(provenance)
    written: dict[str, Callable[[Metadata], str]] = {
        "ris": lambda about: ris(item(about), provenance),
        "bibtex": lambda about: bibtex(item(about)),
    }
    yield from map(written.get(format, lambda about: f"{cite(about, format, day)}\n"), documents)


def _array(objects: Iterable[dict[str, object]]) -> Iterator[str]:
    """A JSON array, an object a line."""
    before = "[\n"
    for each in objects:
        yield before + json.dumps(each, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
