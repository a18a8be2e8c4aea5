"""Answers of the server: templates and objects in, responses out, whatever a text holds."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Response, render_template

from dragoman.search import Query
from dragoman.search.export import Export, as_cell

_PIECE_CHARS = 30_000
"""Characters of a download that are sent at a time."""


def page(template: str, query: Query, *, status: int = 200, **context: object) -> Response:
    """A page; `query` fills its search form. Unpaired surrogates of a text become `?`."""
    html = render_template(template, query=query, **context)
    return _fresh(html.encode("utf-8", "replace"), status, "text/html; charset=utf-8")


def data(answer: object, *, status: int = 200) -> Response:
    """JSON; letters stay letters, unpaired surrogates become the escapes that JSON has for them."""
    text = json.dumps(answer, ensure_ascii=False) + "\n"
    return _fresh(text.encode("utf-8", "backslashreplace"), status, "application/json")


def file(made: Export, close: Callable[[], None]) -> Response:
    """A download that is sent as it is made.

    Args:
        made: What is sent.
        close: Called when all is sent, or when the reader has gone.
    """
    headers = {
        "Content-Type": made.content_type,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="dragoman.{made.suffix}"',
        "Dragoman-Index": made.index.state,
        "Dragoman-Total": str(made.total),
    }
    response = Response(_gathered(made.pieces), headers=headers)
    response.call_on_close(close)
    return response


def _gathered(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a text as UTF-8 in fewer, larger ones."""
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= _PIECE_CHARS:
            yield "".join(gathered).encode("utf-8", "backslashreplace")
            gathered, size = [], 0
    yield "".join(gathered).encode("utf-8", "backslashreplace")


def table(rows: Iterable[Sequence[object]], name: str) -> Response:
    """A CSV file, by RFC 4180, in UTF-8 with the mark by which spreadsheets know it."""
    written = io.StringIO()
    csv.writer(written).writerows([as_cell(cell) for cell in row] for row in rows)
    answer = _fresh(
        written.getvalue().encode("utf-8-sig", "replace"), 200, "text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _fresh(body: bytes, status: int, content_type: str) -> Response:
    # The same address may answer otherwise once the index has changed.
    headers = {"Content-Type": content_type, "Cache-Control": "private, no-cache"}
    return Response(body, status, headers)
