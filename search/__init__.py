"""From a query to answers: `open_searcher(index_dir).search(Query("…"))`.

In: an index and a query. Out: a `ResultPage`. Knows nothing of Flask.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dragoman.search.comparison import Comparison
    from dragoman.search.errors import QueryError, RequestError
    from dragoman.search.query import Searcher, open_searcher
    from dragoman.search.request import Query
    from dragoman.search.results import Hit, Metadata, Note, ResultPage, Snippet
    from dragoman.search.viewing import DocumentView

__all__ = [
    "Comparison",
    "DocumentView",
    "Hit",
    "Metadata",
    "Note",
    "Query",
    "QueryError",
    "RequestError",
    "ResultPage",
    "Searcher",
    "Snippet",
    "open_searcher",
]

_HOMES = {
    "Comparison": "comparison",
    "DocumentView": "viewing",
    "Hit": "results",
    "Metadata": "results",
    "Note": "results",
    "Query": "request",
    "QueryError": "errors",
    "RequestError": "errors",
    "ResultPage": "results",
    "Searcher": "query",
    "Snippet": "results",
    "open_searcher": "query",
}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: help and version need no index."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
