"""Errors in, pages or JSON out that say what to do next, with the right HTTP status."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from dragoman.indexer.errors import (
    DateError,
    DocumentMissing,
    DragomanError,
    IndexProblem,
    SayableError,
)
from dragoman.search import Query, QueryError, RequestError
from dragoman.web import rendering
from dragoman.web.answers import data, page
from dragoman.web.links import of_results
from dragoman.web.messages import in_words

STATUSES: tuple[tuple[type[DragomanError], int], ...] = (
    (QueryError, 400),
    (RequestError, 400),
    (DateError, 400),
    (DocumentMissing, 404),
    (IndexProblem, 503),
)


MOST_TEXTS = 50
"""Queries side by side that a form shows again, though they are too many to be counted."""


def register(app: Flask) -> None:
    """Makes the application answer every error in its own words."""
    app.register_error_handler(DragomanError, _dragoman_error)
    app.register_error_handler(HTTPException, _http_error)


def _dragoman_error(error: DragomanError) -> Response:
    status = next((code for kind, code in STATUSES if isinstance(error, kind)), 500)
    place = (error.start, error.end) if isinstance(error, QueryError) else None
    if _wants_data():
        return _data_error(str(error), status, place)
    query = _as_typed()
    if isinstance(error, QueryError) and error.query:
        query = query.with_(text=error.query)
    said = in_words(error.message) if isinstance(error, SayableError) else str(error)
    words, command = rendering.message_and_command(said)
    return page(
        "failure.html",
        query,
        status=status,
        texts=[text for text in request.args.getlist("q") if text.strip()][:MOST_TEXTS],
        kind=next((k.__name__ for k in type(error).__mro__), ""),
        words=words,
        is_sayable=isinstance(error, SayableError),
        command=command,
        typed=rendering.split_at(query.text, *place) if place and query.text else None,
        bad_date=isinstance(error.__cause__, DateError),
        code=status,
    )


def _http_error(error: HTTPException) -> Response:
    """Unknown addresses and methods, and what went wrong unforeseen (Flask has logged that)."""
    status = error.code or 500
    if _wants_data():
        answer = _data_error(error.description or error.name, status, None)
    else:
        answer = page(
            "failure.html", _as_typed(), status=status, kind="", words="", command="", code=status
        )
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "location", "retry-after"}:
            answer.headers[name] = value
    return answer


def _data_error(message: str, status: int, place: tuple[int, int] | None) -> Response:
    start, end = place or (None, None)
    return data({"error": {"message": message, "start": start, "end": end}}, status=status)


def _wants_data() -> bool:
    return request.path.startswith("/api/") or request.path == "/healthz"


def _as_typed() -> Query:
    """What was asked for, as far as a form can show it, though it can't be answered."""
    params = request.args.to_dict(flat=False)
    if request.blueprint == "workbench":
        params = {name: [*values] for name, values in of_results(params).items()}
    usable: dict[str, list[str]] = {}
    for name, values in params.items():
        try:
            Query.from_params({name: values})
        except RequestError:
            continue
        usable[name] = values
    return Query.from_params(usable)
