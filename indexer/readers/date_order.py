"""The dates of one file of records: whether figures in them are day/month or month/day.

In: the written dates of all its records, asked for when the first of them could be either. Out:
each date as it is read, and what is doubtful about it. `03/04/2021` does not tell its order; the
others of its file may, as `12/31/2021` does.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from dragoman.indexer.dates import DateMatch, Order, read_date
from dragoman.indexer.errors import DateError, ReadError

_ORDERS: tuple[Order, ...] = ("day/month", "month/day")
_FIGURES = re.compile(r"(?<!\d)\d{1,2}([/-])\d{1,2}\1\d{4}")
_ASSUMED = "; day/month assumed, "
_NOTHING_TELLS = "no date of the file tells the order of day and month"
_BOTH_OCCUR = "the file has dates in both orders of day and month"


class DateOrder:
    """Reads the dates of a file in the order that it keeps to, whichever record comes first."""

    def __init__(self, written: Callable[[], Iterable[str]]) -> None:
        """Takes what gives all written dates of the file; it is called once at most."""
        self._written = written

    def read(self, written: str, origin: str) -> tuple[DateMatch, str]:
        """The date, and the origin with the doubt there is about it.

        What the file does not decide is day/month, but for dates that can only be month/day.

        Raises:
            DateError: It is no date.
        """
        if not _FIGURES.search(written):
            return read_date(written), origin
        readings = _readings(written)
        if len({match.iso for match in readings.values()}) < 2:
            return next(iter(readings.values()), None) or read_date(written), origin
        if len(self._orders) == 1:
            return readings[next(iter(self._orders))], origin
        why = _BOTH_OCCUR if self._orders else _NOTHING_TELLS
        return readings["day/month"], f"{origin}{_ASSUMED}{why}"

    @cached_property
    def _orders(self) -> frozenset[Order]:
        """The orders that dates of the file need."""
        needed: set[Order] = set()
        for written in self._readable():
            readings = _readings(written) if _FIGURES.search(written) else {}
            if len(readings) == 1:
                needed |= readings.keys()
        return frozenset(needed)

    def _readable(self) -> Iterator[str]:
        """All dates of the file, as far as it can be read; who reads it tells where it ends."""
        try:
            yield from self._written()
        except ReadError:
            return


def doubt_in(origin: str) -> str:
    """Why a date's order was assumed, out of its origin; empty where it was not."""
    return origin.partition(_ASSUMED)[2]


def _readings(written: str) -> dict[Order, DateMatch]:
    """What a written date is in either order, where it is a date in it."""
    found: dict[Order, DateMatch] = {}
    for order in _ORDERS:
        try:
            found[order] = read_date(written, order)
        except DateError:
            continue
    return found
