"""Documents chosen one by one: ids in, what is known of each out, in the order given.

A list is a reading list of the pages, or what is named at the command line. Cites and writes
nothing itself.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dragoman.indexer.errors import DocumentMissing, Message
from dragoman.search.errors import RequestError
from dragoman.search.results import Metadata

if TYPE_CHECKING:
    from dragoman.search.query import Searcher

_NAMED = 20
"""Unknown ids that a message names; it counts the others."""


def sought(
    searcher: "Searcher", doc_ids: Iterable[str]
) -> tuple[tuple[Metadata, ...], tuple[str, ...]]:
    """What is known of each document of a list that the index has, and the ids it does not have.

    Both in the order given; one that is named twice stands once.
    """
    found, missing = [], []
    for doc_id in dict.fromkeys(doc_ids):
        try:
            found.append(searcher.about(doc_id))
        except DocumentMissing:
            missing.append(doc_id)
    return tuple(found), tuple(missing)


def chosen(searcher: "Searcher", doc_ids: Iterable[str]) -> tuple[Metadata, ...]:
    """What is known of each document of a list; one that is named twice stands once.

    Raises:
        RequestError: The list is empty.
        DocumentMissing: The index has no document of some ids; it names them.
    """
    wanted = [doc_id for doc_id in dict.fromkeys(doc_ids) if doc_id]
    if not wanted:
        raise RequestError(Message("no document is chosen: name each by its id"))
    found, missing = sought(searcher, wanted)
    if missing:
        raise DocumentMissing(_not_there(missing))
    return found


def _not_there(doc_ids: Sequence[str]) -> Message:
    ids, n_others = tuple(doc_ids[:_NAMED]), len(doc_ids) - _NAMED
    if n_others > 0:
        return Message(
            "no documents {ids} and {n} more in the index; ids stand in the results of a search",
            ids=ids,
            n=n_others,
        )
    if len(ids) > 1:
        return Message(
            "no documents {ids} in the index; ids stand in the results of a search", ids=ids
        )
    return Message(
        "no document ‘{doc_id}’ in the index; ids stand in the results of a search", doc_id=ids[0]
    )
