"""What can't be read, in words: for a record a `ReadFailure`, for a file a `ReadError`.

In: paths and causes. Out: failures with plain reasons. Reads nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.indexer.errors import ReadError


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A record that can't be read as a document while others of its file can.

    Attributes:
        path: The file, and after a colon the record's line, or for a list its number, from 1.
        reason: What is wrong, in a plain sentence without a final dot.
    """

    path: str
    reason: str


def unknown_format(path: Path, suffixes: Sequence[str]) -> ReadError:
    """The error for a file whose suffix no reader knows."""
    return ReadError(f"no reader for {path.name}: it must end in one of {', '.join(suffixes)}")
