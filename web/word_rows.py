"""Rows of collocations and keyness to draw: each word with the search that shows it.

In: what the query module counted. Out: rows in the order asked for, with addresses.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from dragoman.indexer.errors import Message
from dragoman.search import Query, QueryError, RequestError
from dragoman.search.asking import read_words
from dragoman.search.associations import Collocate, Collocations
from dragoman.search.keyness import Keyword
from dragoman.web.links import search_url, short

_R = TypeVar("_R", Collocate, Keyword)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OPERATORS = frozenset(("AND", "OR", "NOT", "И", "ИЛИ", "НЕ"))

COLLOCATE_ORDERS: Mapping[str, Callable[[Collocate], tuple[object, ...]]] = {
    "": lambda _: (),
    "word": lambda row: (row.word.casefold(),),
    "together": lambda row: (-row.together,),
    "overall": lambda row: (-row.overall,),
}
"""Orders of the rows; the empty one is that of the measure."""
KEYWORD_ORDERS: Mapping[str, Callable[[Keyword], tuple[object, ...]]] = {
    "": lambda _: (),
    "word": lambda row: (row.word.casefold(),),
    "here": lambda row: (-row.here,),
    "there": lambda row: (-row.there,),
    "ratio": lambda row: (-row.log_ratio,),
}
"""The same of keywords; the empty one is that of the log-likelihood."""


class ShownRow(NamedTuple):
    """A row, the search that shows it, and its measure as a share of the strongest: 0 to 100."""

    counts: Collocate | Keyword
    url: str
    share: int


def ordered(
    rows: Iterable[_R], orders: Mapping[str, Callable[[_R], tuple[object, ...]]], sort: str
) -> list[_R]:
    """Rows in one of some orders; what ties stays as it was.

    Raises:
        RequestError: There is no such order.
    """
    if sort not in orders:
        names = ", ".join(filter(None, orders))
        raise RequestError(
            Message(
                "sort must be one of {names}, or left out, not ‘{sort}’", names=names, sort=sort
            )
        )
    return sorted(rows, key=orders[sort])


def near_url(query: Query, found: Collocations, word: str) -> str:
    """The search for a query's matches with a word as near as it was counted."""
    near = "/s" if found.span == "sentence" else f"w/{max(1, found.window - 1)}"
    simple = query.text if _WORD.fullmatch(query.text) else f"({query.text})"
    return short(search_url(_first_read(query, f"{simple} {near} {_quoted(word)}", word)))


def with_word_url(query: Query, word: str) -> str:
    """The search for a word in the documents of a query."""
    return short(search_url(_first_read(query, "", word)))


def _first_read(query: Query, wanted: str, word: str) -> Query:
    """A text if it can be read, else the query with the word anywhere in the documents."""
    if wanted:
        near = query.with_(text=wanted)
        try:
            read_words(near)
        except QueryError:  # what is searched for can't stand near a word, as a AND b
            pass
        else:
            return near
    text = query.text if _WORD.fullmatch(query.text) or not query.text else f"({query.text})"
    together = " AND " if query.match == "any" and text else " "
    return query.with_(text=f"{text}{together}{_quoted(word)}".strip())


def _quoted(word: str) -> str:
    plain = _WORD.fullmatch(word) and word not in _OPERATORS
    return word if plain else '"{}"'.format(word.replace('"', ""))


def collocate_rows(query: Query, found: Collocations, sort: str) -> list[ShownRow]:
    """The rows of collocations."""
    strength = {"log-dice": "log_dice", "log-likelihood": "log_likelihood", "npmi": "npmi"}
    name = strength[found.measure]
    most = max((getattr(row, name) for row in found.collocates), default=1)
    return [
        ShownRow(row, near_url(query, found, row.word), _share(getattr(row, name), most))
        for row in ordered(found.collocates, COLLOCATE_ORDERS, sort)
    ]


def keyword_rows(
    rows: Sequence[Keyword], sort: str, url_of: Callable[[str], str]
) -> list[ShownRow]:
    """Rows of keyness, each word with the address that a function makes for it."""
    most = max((row.log_likelihood for row in rows), default=1)
    return [
        ShownRow(row, url_of(row.word), _share(row.log_likelihood, most))
        for row in ordered(rows, KEYWORD_ORDERS, sort)
    ]


def _share(value: float, most: float) -> int:
    return max(1, round(100 * value / most)) if most > 0 else 1
