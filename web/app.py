"""The application: configuration in, a Flask application out.

Puts the parts together and sets the headers of every answer. Answers no request itself.
"""

import gzip
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.routing import PathConverter

from dragoman.web import api, exporting, failures, feed, languages, pages, reading_list, workbench
from dragoman.web.links import quoted_id
from dragoman.web.messages import in_words, kind_name, kind_told
from dragoman.web.searcher import SharedSearcher

DEFAULT_INDEX_DIR = "index_data"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Sent with every answer: nothing from other hosts, nothing inline, queries told to no one."""


class _DocumentIdConverter(PathConverter):
    """Any id: it may hold slashes, also two in a row, and begin or end with one."""

    regex = r"[\s\S]+"
    part_isolating = False  # else the regex is tried on what stands between two slashes

    def to_url(self, value: str) -> str:
        """The id with everything quoted that has a meaning in a URL."""
        return quoted_id(value)


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Makes the application.

    Args:
        config: Flask's configuration; `INDEX_DIR` is the index directory (else the environment's
            `DRAGOMAN_INDEX`, else `index_data`). It need not hold an index yet: until it does,
            every page says what to run.
    """
    settings = dict(config or {})
    index_dir = settings.get("INDEX_DIR") or os.environ.get("DRAGOMAN_INDEX") or DEFAULT_INDEX_DIR
    folder = Path(str(index_dir))
    app = Flask("dragoman.web", instance_path=str(folder.absolute()))
    app.config.update(settings, INDEX_DIR=str(folder))
    app.url_map.merge_slashes = False
    app.url_map.converters["doc_id"] = _DocumentIdConverter
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    languages.register(app)
    app.jinja_env.globals.update(in_words=in_words, kind_name=kind_name, kind_told=kind_told)
    app.jinja_env.globals.update(remembered=cache)
    app.extensions["searcher"] = SharedSearcher(folder)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(workbench.blueprint)
    app.register_blueprint(reading_list.blueprint)
    app.register_blueprint(exporting.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(feed.blueprint)
    failures.register(app)
    app.after_request(_with_headers)
    app.after_request(_compressed)
    return app


MIN_COMPRESSED = 1400
"""Bytes from which on an answer is compressed: less fits into one packet as it is."""


def _compressed(response: Response) -> Response:
    """A page in fewer bytes for browsers that can read it so; other answers stay as they are."""
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= MIN_COMPRESSED and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
