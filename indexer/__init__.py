"""From files to an index: `sync` a collection, `analyze` a text.

In: files of many formats. Out: a Whoosh index of columns. Knows nothing of queries.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dragoman.indexer.analysis import Token, analyze
    from dragoman.indexer.collection import BuildReport, sync

__all__ = ["BuildReport", "Token", "analyze", "sync"]

_HOMES = {
    "BuildReport": "collection",
    "sync": "collection",
    "Token": "analysis",
    "analyze": "analysis",
}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: help and version need no dictionaries."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
