"""The errors of searching; the rest of the tree is `dragoman.indexer.errors`."""

from dragoman.indexer.errors import DragomanError, Message, SayableError


class QueryError(SayableError):
    """A query that can't be answered as written.

    Attributes:
        message: What is wrong, the limit where there is one, and the remedy.
        start: First code point of the place in the query as typed.
        end: One past its last code point.
        query: The query as typed.
    """

    def __init__(self, message: Message, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.query = ""


class RequestError(SayableError):
    """A parameter beside the query (page, sort, filter) has a value that can't be used."""


class NothingFound(RequestError):
    """A query finds no documents where some are needed."""


class AlertsError(DragomanError):
    """The file of saved searches can't be read or written."""
