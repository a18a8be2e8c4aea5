"""`.csv`: a table whose header row names the fields; a document for each row.

In: a path. Out: documents, read row by row. Commas, semicolons, tabs and bars may part the
columns: the header tells which.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import MAX_TEXT_BYTES
from dragoman.indexer.readers.lines import decoded_lines
from dragoman.indexer.readers.records import document_of

_DELIMITERS = ",;\t|"


def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """A document for each row below the header.

    Raises:
        ReadError: There is no header row with a `text` field, or the file can't be read.
    """
    # A speech is longer than the 128 KiB that the csv module allows a field by default; a quotation
    # mark that is never closed must not gather all that follows.
    csv.field_size_limit(MAX_TEXT_BYTES)
    encoding, decoded = decoded_lines(path)
    lines = _good_lines(decoded)
    header = next(lines, "")
    if not header.strip():
        raise ReadError("the file is empty")
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if "text" not in names:
        raise ReadError(
            "the first row must name the fields and have a field ‘text’; "
            f"it is: {header.strip()[:80]}"
        )
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 2
    while True:
        where = f"{path}:{line}"
        try:
            row = next(rows, None)
            if row is None:
                return
            line = rows.line_num + 2
            if row:
                yield document_of(_record(names, row), file_id=doc_id, encoding=encoding)
        except csv.Error as error:
            line = rows.line_num + 2
            yield ReadFailure(where, f"no CSV row: {error}")
        except ReadError as error:
            yield ReadFailure(where, str(error))


def _record(names: list[str], row: list[str]) -> dict[str, object]:
    if len(row) > len(names):
        raise ReadError(f"the row has {len(row)} fields, the header only {len(names)}")
    return {name: value for name, value in zip(names, row, strict=False) if name and value}


def _good_lines(decoded: Iterator[tuple[int, str | ReadError]]) -> Iterator[str]:
    for number, line in decoded:
        if isinstance(line, ReadError):
            raise ReadError(f"{line}, line {number}")
        yield line
