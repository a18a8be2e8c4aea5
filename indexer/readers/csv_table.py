"""`.csv`: a table whose header row names the fields; a document for each row.

In: a path. Out: documents, read row by row. Commas, semicolons, tabs and bars may part the
columns: the header tells which, or a line `sep=;` before it, as Excel has it, names any.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.date_order import DateOrder
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import MAX_TEXT_BYTES
from dragoman.indexer.readers.lines import BrokenLine, decoded_lines
from dragoman.indexer.readers.records import document_of, written_date

_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r'("?)sep=(\t|[^\w\s"])\1[\r\n]*', re.IGNORECASE)


def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """A document for each row below the header.

    Raises:
        ReadError: There is no header row with a `text` field, or the file can't be read.
    """
    encoding, records = _records(path)
    dates = DateOrder(lambda: _written_dates(path))
    for where, record in records:
        if isinstance(record, ReadFailure):
            yield record
            continue
        try:
            yield document_of(record, file_id=doc_id, encoding=encoding, dates=dates)
        except ReadError as error:
            yield ReadFailure(where, str(error))


def _written_dates(path: Path) -> Iterator[str]:
    """The dates of all rows that can be read."""
    return (written_date(record) for _, record in _records(path)[1])


def _records(path: Path) -> tuple[str, Iterator[tuple[str, dict[str, object] | ReadFailure]]]:
    """The name of the encoding, and each row with its place, or what is wrong with it.

    Raises:
        ReadError: There is no header row with a `text` field, or the file can't be read.
    """
    # A speech is longer than the 128 KiB that the csv module allows a field by default; a quotation
    # mark that is never closed must not gather all that follows.
    csv.field_size_limit(MAX_TEXT_BYTES)
    encoding, decoded = decoded_lines(path)
    lines = _Lines(decoded)
    header = next(lines, "")
    named = _NAMED_DELIMITER.fullmatch(header)
    if named:
        header = next(lines, "")
    lines.refuse_broken()
    if not header.strip():
        raise ReadError("the file is empty")
    delimiter = named[2] if named else max(_DELIMITERS, key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if "text" not in names:
        raise ReadError(
            "the first row must name the fields and have a field ‘text’; "
            f"it is: {header.strip()[:80]}"
        )
    return encoding, _rows(path, lines, names, delimiter, first_line=3 if named else 2)


def _rows(
    path: Path, lines: "_Lines", names: list[str], delimiter: str, first_line: int
) -> Iterator[tuple[str, dict[str, object] | ReadFailure]]:
    """The rows below the header, which begin with a line of the file."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    line = first_line
    while True:
        where = f"{path}:{line}"
        try:
            row = next(rows, None)
            if row is None:
                return
            line = rows.line_num + first_line
            lines.refuse_broken()
            if row:
                yield where, _record(names, row)
        except csv.Error as error:
            lines.broken = None
            first, line = line, rows.line_num + first_line
            lost = f"; lines {first} to {line - 1} are lost" if line - first > 1 else ""
            yield where, ReadFailure(where, f"no CSV row: {error}{lost}")
        except ReadError as error:
            yield where, ReadFailure(where, str(error))


def _record(names: list[str], row: list[str]) -> dict[str, object]:
    if len(row) > len(names):
        raise ReadError(f"the row has {len(row)} fields, the header only {len(names)}")
    return {name: value for name, value in zip(names, row, strict=False) if name and value}


class _Lines:
    """The lines of a file; a broken one goes on as far as it can be read, so that rows stay whole.

    Attributes:
        broken: What is wrong with the last broken line that nobody has been told of.
    """

    def __init__(self, decoded: Iterator[tuple[int, str | ReadError]]) -> None:
        self._decoded = decoded
        self.broken: ReadError | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        number, line = next(self._decoded)
        if isinstance(line, str):
            return line
        self.broken = ReadError(f"{line}, line {number}")
        return line.text if isinstance(line, BrokenLine) else "\n"

    def refuse_broken(self) -> None:
        """Stops where a line since the last time was broken.

        Raises:
            ReadError: One was.
        """
        if broken := self.broken:
            self.broken = None
            raise broken
