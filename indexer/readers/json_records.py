"""`.json` and `.jsonl`: records as documents.

In: a path. Out: a document for each record. JSONL is read line by line, so memory does not grow
with the file; a JSON file is read whole.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.date_order import DateOrder
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import MAX_LIST_BYTES, read_bytes
from dragoman.indexer.readers.lines import decoded_lines
from dragoman.indexer.readers.records import document_of, written_date

_LIST_FIELD = "documents"


def read_json(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """One record, a list of records, or an object whose `documents` is such a list."""
    text, encoding = decode(read_bytes(path, MAX_LIST_BYTES))
    try:
        content = json.loads(text, parse_constant=_nothing)
    except json.JSONDecodeError as error:
        raise ReadError(f"no JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise ReadError("no JSON to read: nested too deeply") from error
    if isinstance(content, dict) and isinstance(content.get(_LIST_FIELD), list):
        content = content[_LIST_FIELD]
    if not isinstance(content, list):
        yield document_of(content, file_id=doc_id, encoding=encoding)
        return
    if not content:
        raise ReadError("a list without records")
    dates = DateOrder(lambda: map(written_date, content))
    for number, record in enumerate(content, start=1):
        try:
            yield document_of(record, file_id=doc_id, encoding=encoding, dates=dates)
        except ReadError as error:
            yield ReadFailure(f"{path}:{number}", str(error))


def read_jsonl(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """One record a line; blank lines count but hold nothing."""
    found = False
    encoding, lines = decoded_lines(path)
    dates = DateOrder(lambda: _written_dates(path))
    for number, line in lines:
        if isinstance(line, str) and not line.strip():
            continue
        found = True
        try:
            yield document_of(_parsed(line), file_id=doc_id, encoding=encoding, dates=dates)
        except ReadError as error:
            yield ReadFailure(f"{path}:{number}", str(error))
    if not found:
        raise ReadError("the file is empty")


def _written_dates(path: Path) -> Iterator[str]:
    """The dates of all records of a file that is read line by line."""
    for _, line in decoded_lines(path)[1]:
        try:
            yield written_date(_parsed(line))
        except ReadError:
            continue


def _parsed(line: str | ReadError) -> object:
    if isinstance(line, ReadError):
        raise line
    try:
        return json.loads(line, parse_constant=_nothing)
    except json.JSONDecodeError as error:
        raise ReadError(f"no JSON: {error.msg} at character {error.colno}") from error
    except RecursionError as error:
        raise ReadError("no JSON to read: nested too deeply") from error


def _nothing(constant: str) -> None:
    """What `NaN` and the like stand for, which are no JSON but what programs write for it."""
