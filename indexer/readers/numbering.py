"""Numbers of list entries, as word processors count them.

In: formats and counts. Out: what stands before an entry: `3.`, `2.1`, `(b)`, `IV.`. Bullets are
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_COUNT = 100_000
"""Beyond this, what a file says is no number of a list entry."""


def roman(count: int) -> str:
    """A count in small Roman numerals."""
    written = ""
    for value, digits in _ROMAN:
        written += digits * (count // value)
        count %= value
    return written


def letters(count: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """A count as letters: a to z, then aa, bb."""
    turns, at = divmod(count - 1, len(alphabet))
    return alphabet[at] * (turns + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str, "1": str,
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": letters, "a": letters,
    "upperLetter": lambda count: letters(count).upper(), "A": lambda count: letters(count).upper(),
    "lowerRoman": roman, "i": roman,
    "upperRoman": lambda count: roman(count).upper(), "I": lambda count: roman(count).upper(),
    "russianLower": lambda count: letters(count, _CYRILLIC),
    "russianUpper": lambda count: letters(count, _CYRILLIC).upper(),
}  # fmt: skip


def written(count: int, style: str) -> str:
    """A count in a style of Word's or OpenDocument's; empty where it shows none."""
    if not 0 < count <= _MAX_COUNT:
        return str(count) if style in _FORMATS and 0 <= count <= _MAX_COUNT else ""
    return _FORMATS[style](count) if style in _FORMATS else ""


@dataclass(slots=True)
class Counter:
    """The counts of one list, level by level."""

    counts: dict[int, int] = field(default_factory=dict)

    def next(self, level: int, start: int) -> int:
        """The number of the next entry of a level; deeper levels begin anew."""
        count = self.counts.get(level, start - 1) + 1
        self.counts[level] = count
        for deeper in [other for other in self.counts if other > level]:
            del self.counts[deeper]
        return count
