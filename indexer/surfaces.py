"""Text → the surfaces of its tokens as numbers, and where they stand.

    text ─ split at spaces ─▶ pieces ─ met before? ─▶ numbers and offsets by one table
                                     ─ else tokens ─▶ …, remembered

No token holds a space or a line feed, and none depends on what stands beyond one (`tokens`), so the
tokens of a piece between two of them are always the same: texts repeat their pieces, and most are
looked up. What a surface means is `forms`.

Pieces are looked up in C where that is built (`kernel/pieces.c`), else by a dict; the tokens and
the numbers are the same.
"""

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.native import kernel_module
from dragoman.indexer.tokens import few_tokens, find_tokens, plain

NAME, CAPITALS, SHORT = 1, 2, 4
"""What a surface's context can change: may be a name; in capitals; in capitals and short."""
FLAG_BITS = 3
FLAGS = (1 << FLAG_BITS) - 1
_LONGEST_PIECE = 64
"""Code points of a piece that is worth remembering."""
_MAX_PIECES = 1 << 17
_TOO_LONG = b"\xff" * 8

Uint32 = NDArray[np.uint32]


class Surfaces(dict[str, int]):
    """Surface to its code: its number in the order of meeting, its flags in the lowest bits."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        module = kernel_module()
        self._pieces = _NativePieces(self, module) if module else _Pieces(self)

    def __missing__(self, surface: str) -> int:
        code = self[surface] = (len(self.listed) << FLAG_BITS) | _flags(surface)
        self.listed.append(surface)
        return code

    def tokens_of(self, piece: str) -> list[tuple[int, int, int]]:
        """The tokens of a piece of text: the code, start and end of each."""
        return [(self[word], start, end) for word, start, end in few_tokens(piece)]

    def find(self, text: str) -> tuple[NDArray[np.int64], Uint32, Uint32]:
        """The tokens of a text, in order: their surfaces' codes, their starts and ends."""
        found = self._pieces.find(text)
        if found is not None:
            return found
        surfaces, starts, ends = find_tokens(text)
        codes = np.fromiter(map(self.__getitem__, surfaces), np.int64, len(surfaces))
        return codes, starts.astype(np.uint32), ends.astype(np.uint32)


class _Pieces(dict[str, bytes]):
    """Piece of text without spaces to its tokens, in 64 bits: joined, they are an array.

    From the lowest byte: the piece's width; the end and start of its one token, and the token's
    code in what is left. The end is 0 where it has not just one: then its place in `_several`, 0
    for none. A piece that is too long to be one of words is -1.
    """

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces
        self._forget()

    def _forget(self) -> None:
        self.clear()
        self._several: list[list[tuple[int, int, int]]] = [[]]  # code, start and end of each token

    def __missing__(self, piece: str) -> bytes:
        if len(piece) > _LONGEST_PIECE:
            return _TOO_LONG
        tokens = self._surfaces.tokens_of(piece)
        if len(tokens) == 1:
            ((code, start, end),) = tokens
        else:
            code, start, end = len(self._several) if tokens else 0, 0, 0
            if tokens:
                self._several.append(tokens)
        packed = code << 24 | start << 16 | end << 8 | len(piece)
        found = self[piece] = packed.to_bytes(8, "little")
        return found

    def find(self, text: str) -> tuple[NDArray[np.int64], Uint32, Uint32] | None:
        """What `Surfaces.find` gives, or None where a piece is too long to be one of words."""
        if len(self) > _MAX_PIECES:
            self._forget()
        pieces = text.replace("\n", " ").split(" ")
        packed = np.frombuffer(b"".join(map(self.__getitem__, pieces)), "<i8")
        fields = packed.view(np.uint8).reshape(-1, 8)
        if fields[:, 7].any():
            return None
        widths = fields[:, 0].astype(np.int64) + 1
        begins = np.cumsum(widths) - widths
        codes, starts, ends = packed >> 24, begins + fields[:, 2], begins + fields[:, 1]
        counts = (fields[:, 1] > 0).astype(np.int64)
        several = np.flatnonzero((counts == 0) & (codes > 0))
        if len(several):
            lists = [self._several[number] for number in codes[several].tolist()]
            counts[several] = lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        of_pieces = np.repeat(np.arange(len(counts)), counts)
        codes, starts, ends = codes[of_pieces], starts[of_pieces], ends[of_pieces]
        if len(several):
            firsts = np.cumsum(counts)[several] - lengths
            at = np.repeat(firsts - np.cumsum(lengths) + lengths, lengths) + np.arange(
                int(lengths.sum())
            )
            own = np.array([token for tokens in lists for token in tokens], np.int64)
            begins = np.repeat(begins[several], lengths)
            codes[at], starts[at], ends[at] = own[:, 0], begins + own[:, 1], begins + own[:, 2]
        return codes, starts.astype(np.uint32), ends.astype(np.uint32)


class _NativePieces:
    """The same in C."""

    def __init__(self, surfaces: Surfaces, module: ModuleType) -> None:
        self._surfaces = surfaces
        self._find = module.Pieces(_LONGEST_PIECE, _MAX_PIECES).find

    def find(self, text: str) -> tuple[NDArray[np.int64], Uint32, Uint32] | None:
        """What `Surfaces.find` gives, or None where a piece is too long to be one of words."""
        found = self._find(text, self._surfaces.tokens_of)
        if found is None:
            return None
        codes, starts, ends = found
        return (
            np.frombuffer(codes, np.int64),
            np.frombuffer(starts, np.uint32),
            np.frombuffer(ends, np.uint32),
        )


def _flags(surface: str) -> int:
    if surface.islower() or not surface[0].isupper():
        return 0
    letters = plain(surface).removesuffix("'s")
    if len(letters) > 1 and letters.isupper() and letters.isalpha():
        return CAPITALS | (SHORT if len(letters) <= 6 else 0)
    return NAME if "Ѐ" <= letters[:1] <= "ԯ" else 0
