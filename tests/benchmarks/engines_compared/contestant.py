"""What each engine of the comparison is given and asked, and what it answers.

In: `Fed` documents and `Asked` queries. Out: an `Answer`. One module of `contestants` an engine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

CLASSES = (
    "rare",
    "middling",
    "common",
    "2 or",
    "3 and",
    "8 or",
    "2-word phrase",
    "4-word phrase",
    "prefix",
    "w/5",
    "date filter",
    "facet by year",
)
WORDS_BETWEEN = 5
"""At most so many words stand between the two of a `w/5` query."""
TOP = 10
"""Documents on a page."""


@dataclass(frozen=True, slots=True)
class Fed:
    """A document as engines other than Dragoman get it: its keys with spaces between them."""

    doc_id: str
    year: int
    keys: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query.

    Attributes:
        kind: One of `CLASSES`.
        keys: What the others look for: keys, or the beginning of keys.
        words: The same as Dragoman is asked for it.
        years: First and last year of a date filter.
    """

    kind: str
    keys: tuple[str, ...]
    words: tuple[str, ...]
    years: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact number of documents found, how many are on the page, and counts by year."""

    total: int
    shown: int
    by_year: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))


class Contestant(Protocol):
    """An engine with its index open."""

    name: str

    def ask(self, asked: Asked) -> Answer:
        """The ten best by BM25 and the exact total; all of it is timed."""
        ...


class Builder(Protocol):
    """A module of an engine."""

    NAME: str

    def build(self, folder: Path, documents: Iterator[Fed]) -> None:
        """Indexes the documents in an empty folder."""
        ...

    def open(self, folder: Path) -> Contestant:
        """Opens what `build` made."""
        ...
