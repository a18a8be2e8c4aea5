"""Answers of the server: templates and objects in, responses out, whatever a text holds."""

import json

from flask import Response, render_template

from dragoman.search import Query


def page(template: str, query: Query, *, status: int = 200, **context: object) -> Response:
    """A page; `query` fills its search form. Unpaired surrogates of a text become `?`."""
    html = render_template(template, query=query, **context)
    return _fresh(html.encode("utf-8", "replace"), status, "text/html; charset=utf-8")


def data(answer: object, *, status: int = 200) -> Response:
    """JSON; letters stay letters, unpaired surrogates become the escapes that JSON has for them."""
    text = json.dumps(answer, ensure_ascii=False) + "\n"
    return _fresh(text.encode("utf-8", "backslashreplace"), status, "application/json")


def _fresh(body: bytes, status: int, content_type: str) -> Response:
    # The same address may answer otherwise once the index has changed.
    headers = {"Content-Type": content_type, "Cache-Control": "private, no-cache"}
    return Response(body, status, headers)
