"""Text → the surfaces of its tokens as numbers, and where they stand.

    text ─ split at spaces ─▶ pieces ─ met before? ─▶ numbers and offsets by one table
                                     ─ else tokens ─▶ …, remembered

No token holds a space or a line feed, and none depends on what stands beyond one (`tokens`), so the
tokens of a piece between two of them are always the same: texts repeat their pieces, and most are
looked up. What a surface means is `forms`.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.tokens import few_tokens, find_tokens, plain

NAME, CAPITALS, SHORT = 1, 2, 4
"""What a surface's context can change: may be a name; in capitals; in capitals and short."""
FLAG_BITS = 3
FLAGS = (1 << FLAG_BITS) - 1
_LONGEST_PIECE = 64
"""Code points of a piece that is worth remembering."""
_MAX_PIECES = 1 << 17

Uint32 = NDArray[np.uint32]


class Surfaces(dict[str, int]):
    """Surface to its code: its number in the order of meeting, its flags in the lowest bits."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._pieces = _Pieces(self)

    def __missing__(self, surface: str) -> int:
        code = self[surface] = (len(self.listed) << FLAG_BITS) | _flags(surface)
        self.listed.append(surface)
        return code

    def find(self, text: str) -> tuple[NDArray[np.int64], Uint32, Uint32]:
        """The tokens of a text, in order: their surfaces' codes, their starts and ends."""
        found = self._pieces.find(text)
        if found is not None:
            return found
        surfaces, starts, ends = find_tokens(text)
        codes = np.fromiter(map(self.__getitem__, surfaces), np.int64, len(surfaces))
        return codes, starts.astype(np.uint32), ends.astype(np.uint32)


class _Pieces(dict[str, int]):
    """Piece of text without spaces to its number; by that, its tokens."""

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces
        self._forget()

    def _forget(self) -> None:
        self.clear()
        # Of each piece its width, its first token and the number of its tokens; of each token the
        # code, and where it starts and ends in the piece.
        self._widths, self._firsts, self._counts = array("q"), array("q"), array("q")
        self._codes, self._starts, self._ends = array("q"), array("q"), array("q")

    def __missing__(self, piece: str) -> int:
        if len(piece) > _LONGEST_PIECE:
            return -1
        first = len(self._codes)
        for surface, start, end in few_tokens(piece):
            self._codes.append(self._surfaces[surface])
            self._starts.append(start)
            self._ends.append(end)
        number = self[piece] = len(self._widths)
        self._widths.append(len(piece))
        self._firsts.append(first)
        self._counts.append(len(self._codes) - first)
        return number

    def find(self, text: str) -> tuple[NDArray[np.int64], Uint32, Uint32] | None:
        """What `Surfaces.find` gives, or None where a piece is too long to be one of words."""
        if len(self) > _MAX_PIECES:
            self._forget()
        pieces = text.replace("\n", " ").split(" ")
        numbers = np.fromiter(map(self.__getitem__, pieces), np.int64, len(pieces))
        if numbers.min() < 0:
            return None
        widths = np.frombuffer(self._widths, np.int64)[numbers] + 1
        counts = np.frombuffer(self._counts, np.int64)[numbers]
        before = np.cumsum(counts) - counts
        shifts = np.frombuffer(self._firsts, np.int64)[numbers] - before
        total = int(counts.sum())
        if not total:
            return np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint32)
        tokens = np.arange(total) + np.repeat(shifts, counts)
        begins = np.repeat(np.cumsum(widths) - widths, counts)
        return (
            np.frombuffer(self._codes, np.int64)[tokens],
            (np.frombuffer(self._starts, np.int64)[tokens] + begins).astype(np.uint32),
            (np.frombuffer(self._ends, np.int64)[tokens] + begins).astype(np.uint32),
        )


def _flags(surface: str) -> int:
    if surface.islower() or not surface[0].isupper():
        return 0
    letters = plain(surface).removesuffix("'s")
    if len(letters) > 1 and letters.isupper() and letters.isalpha():
        return CAPITALS | (SHORT if len(letters) <= 6 else 0)
    return NAME if "Ѐ" <= letters[:1] <= "ԯ" else 0
