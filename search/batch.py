"""Many queries, one after another: what each found, and which could not be read.

In: a searcher, lines of text with a query each. Out: a `BatchResult` for every line that is not
empty, in their order. A query that can't be answered is told with its line; the others go on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dragoman.search.errors import QueryError
from dragoman.search.request import Query
from dragoman.search.results import Note

if TYPE_CHECKING:
    from dragoman.search.query import Searcher


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What one line's query found.

    Attributes:
        line: The number of the line, from 1.
        query: The query as written there.
        searched_for: The query read back; empty where it could not be read.
        ids: Of the best documents, best first.
        error: Why it could not be answered; None where it was.
    """

    line: int
    query: str
    searched_for: str = ""
    notes: tuple[Note, ...] = ()
    total: int = 0
    occurrences: int = 0
    ids: tuple[str, ...] = ()
    error: QueryError | None = None

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON: what an error leaves unknown is null."""
        failed = self.error is not None
        return {
            "line": self.line,
            "query": self.query,
            "searched_for": None if failed else self.searched_for,
            "notes": [note.to_dict() for note in self.notes],
            "total": None if failed else self.total,
            "occurrences": None if failed else self.occurrences,
            "ids": list(self.ids),
            "error": None
            if self.error is None
            else {"message": str(self.error), "start": self.error.start, "end": self.error.end},
        }


def batch(
    searcher: "Searcher", lines: Iterable[str], query: Query | None = None
) -> Iterator[BatchResult]:
    """The answer to each line's query, as it is read.

    Args:
        searcher: The index.
        lines: Queries, one a line; empty ones are passed over, but counted.
        query: Filters, match and strict of all of them; `page_size` ids of each are told.

    Raises:
        RequestError: A filter's value can't be used.
    """
    common = (query or Query()).with_(facets=False, snippets=False)
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        try:
            page = searcher.search(common.with_(text=text))
        except QueryError as error:
            yield BatchResult(number, text, error=error)
            continue
        yield BatchResult(
            number,
            text,
            page.searched_for,
            page.notes,
            page.total,
            page.occurrences,
            tuple(hit.metadata.doc_id for hit in page.hits),
        )
