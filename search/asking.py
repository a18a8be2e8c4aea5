"""What every question to an index begins with: the query read, its filters checked.

In: a `Query`. Out: its tree and notes. Asks no engine.
"""

from collections.abc import Iterable

from dragoman.indexer.errors import DateError, Message
from dragoman.search.errors import QueryError, RequestError
from dragoman.search.fields import date_range
from dragoman.search.request import Query
from dragoman.search.results import Note, TermCount
from dragoman.search.syntax import Parsed, parse
from dragoman.search.tree import (
    LEAVES,
    FieldFilter,
    Fuzzy,
    Node,
    Not,
    Optional,
    Wildcard,
    children,
    read_back,
    walk,
)


def read(query: Query) -> Parsed:
    """A query's tree and notes.

    Raises:
        QueryError: It can't be read, or is beyond a limit.
        RequestError: A date among its filters can't be read.
    """
    parsed = parse(query.text, match=query.match, strict=query.strict)
    check_dates(query.filters.get("date", ()))
    return parsed


def read_words(query: Query) -> Parsed:
    """The same for a query that must look for words, whose places are wanted.

    Raises:
        QueryError: It can't be read, or looks for no words.
        RequestError: A date among its filters can't be read.
    """
    parsed = read(query)
    if not _has_words(parsed.node):
        error = QueryError(
            Message("this query looks for no words: write one, then filters"), 0, len(query.text)
        )
        error.query = query.text
        raise error
    return parsed


def _has_words(node: Node) -> bool:
    """Whether a tree looks for something in titles or texts."""
    if isinstance(node, LEAVES):
        return True
    if isinstance(node, Not) or (
        isinstance(node, FieldFilter) and node.field not in ("title", "body")
    ):
        return False
    return any(map(_has_words, children(node)))


def check_dates(values: Iterable[str]) -> None:
    """Makes sure that dates to filter by can be read.

    Raises:
        RequestError: One can't.
    """
    for value in values:
        try:
            date_range("date", value)
        except DateError as error:
            raise RequestError(error.message) from error


def unknown_words(node: Node, terms: Iterable[TermCount]) -> list[Note]:
    """A note for each word or pattern that is in no document."""
    nowhere = {term.text for term in terms if not term.documents}
    notes: list[Note] = []
    if not nowhere:
        return notes
    for leaf in walk(node):
        text = read_back(leaf)
        if text not in nowhere or isinstance(leaf, Optional):
            continue
        nowhere.discard(text)
        message = (
            Message("no form in this collection fits {text}", text=text)
            if isinstance(leaf, Wildcard | Fuzzy)
            else Message("‘{text}’ is in no document of this collection", text=text)
        )
        notes.append(Note("unknown_word", message, leaf.start, leaf.end))  # type: ignore[attr-defined]
    return notes
