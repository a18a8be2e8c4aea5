"""The process that reads PDF files: pdfium, which is C++, can crash on a file made to crash it.

In: lines of JSON on standard input, each the path of a file. Out: lines of JSON on standard
output: what the file says of itself, then each page as pieces of lines with their places, then an
end. Joins no lines and knows no paragraphs. Run as a program by `pdf_process`.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from ctypes import byref, c_double
from math import hypot
from typing import Any

MAX_MEMORY_BYTES = 3 * 1024**3
"""Address space that the process may take; pages as text need a hundredth of it."""
MAX_PAGES = 5000
MAX_CHARACTERS = 200_000
"""Characters of one page; a newspaper's has 50,000."""
SUPERSCRIPT = ("\ue001", "\ue002")
"""Private characters that stand around small raised digits: marks of notes, or powers."""
_GAP = 1.0
"""Blanks in a line, in sizes of its letters, from which on a new piece begins."""
_SPACE = 0.18
"""The same for a blank between words that the file does not write."""
_HYPHENS = (0x02, 0xFFFE)  # what pdfium has for a hyphen at a line's end
_PRIVATE = {0xF0B7: "•", 0xF0A7: "▪", 0xF02D: "–", 0xF06F: "○"}  # of the font Symbol


class _Piece:
    """A part of a line: left, right, baseline (growing downward), size, whether turned, text."""

    __slots__ = ("base", "left", "right", "size", "text", "turned")

    def __init__(self, left: float, base: float, size: float, turned: bool) -> None:
        self.left = self.right = left
        self.base, self.size, self.turned = base, size, turned
        self.text: list[str] = []

    def row(self) -> list[object]:
        """As JSON."""
        # Raised digits beside each other are one number.
        text = "".join(self.text).replace(f"{SUPERSCRIPT[1]}{SUPERSCRIPT[0]}", "")
        numbers = (round(value, 1) for value in (self.left, self.right, self.base, self.size))
        return [*numbers, self.turned, text.strip()]


def pieces_of(page: Any) -> list[list[object]]:
    """A page's pieces of lines, in the order in which the file has them."""
    with closing(page.get_textpage()) as text_page:
        turn = page.get_rotation() // 90 % 4
        return [piece.row() for piece in _pieces(text_page, turn) if "".join(piece.text).strip()]


def _pieces(text_page: Any, turn: int) -> Iterator[_Piece]:
    import pypdfium2.raw as raw

    x, y, box, matrix = c_double(), c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    into_x, into_y, into_box = byref(x), byref(y), byref(box)
    unicode_at, origin_at = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharOrigin
    box_at, size_at = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetFontSize
    handle = text_page.raw  # without the conversion of each call
    piece: _Piece | None = None
    blank = False
    size_written = size = 0.0
    turned = False
    for at in range(min(text_page.count_chars(), MAX_CHARACTERS)):
        code = unicode_at(handle, at)
        if code in (0x0D, 0x0A, 0x20, 0xA0, 0x09):
            if code in (0x0D, 0x0A) and piece is not None and piece.turned:
                yield piece
                piece = None
            blank = True if code not in (0x0D, 0x0A) else blank
            continue
        if not origin_at(handle, at, into_x, into_y):
            continue
        box_at(handle, at, into_box)
        written = size_at(handle, at)
        if written != size_written or piece is None:
            raw.FPDFText_GetMatrix(handle, at, byref(matrix))
            size_written = written
            size = max(1.0, written * hypot(matrix.c, matrix.d))
            along, up = _turned(matrix.a, matrix.b, turn)
            turned = abs(up) > 0.2 * hypot(along, up) or along < 0
        if turn:
            edges = [_turned(*corner, turn)[0] for corner in _corners(box)]
            left, right = min(edges), max(edges)
            base = -_turned(x.value, y.value, turn)[1]
        else:
            left, right, base = box.left, box.right, -y.value
        letter = _letter(code)
        if piece is not None and piece.turned and turned:
            piece.text.append(f" {letter}" if blank else letter)
            blank = False
            continue
        raised = (
            piece is not None and size < 0.8 * piece.size and letter.isdigit()
            and 0.12 * piece.size < piece.base - base < 0.7 * piece.size
        )  # fmt: skip
        if piece is not None and not _continues(piece, left, base, size, turned, raised):
            yield piece
            piece, blank = None, False
        if piece is None:
            piece = _Piece(left, base, size, turned)
        elif not raised and (blank or left - piece.right > _SPACE * piece.size):
            piece.text.append(" ")
        blank = False
        piece.text.append(f"{SUPERSCRIPT[0]}{letter}{SUPERSCRIPT[1]}" if raised else letter)
        piece.right = max(piece.right, right)
    if piece is not None:
        yield piece


def _continues(
    piece: _Piece, left: float, base: float, size: float, turned: bool, raised: bool
) -> bool:
    larger = max(size, piece.size)
    return (
        piece.turned == turned
        and (raised or abs(base - piece.base) < 0.25 * larger)
        and -0.7 * larger < left - piece.right < _GAP * larger
    )


def _corners(box: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    return (box.left, box.bottom), (box.right, box.top)


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point as it is seen on a page that is shown turned clockwise by quarters."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    if code in _PRIVATE:
        return _PRIVATE[code]
    if code < 0x20 or 0xD800 <= code < 0xE000 or not code <= 0x10FFFF:
        return "\ufffd"
    return chr(code)


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def read(path: str) -> Iterator[dict[str, object]]:
    """What is said of a file, then its pages; or one error, in words."""
    import pypdfium2 as pdfium

    try:
        with closing(pdfium.PdfDocument(path)) as document:
            count = len(document)
            if count > MAX_PAGES:
                yield {"error": f"it has {count} pages; at most {MAX_PAGES} are read: split it"}
                return
            yield {"about": document.get_metadata_dict(), "pages": count}
            for number in range(count):
                try:
                    with closing(document[number]) as page:
                        pieces = pieces_of(page)
                        yield {"page": pieces, "picture": not pieces and _has_picture(page)}
                except pdfium.PdfiumError:
                    yield {"page": [], "broken": True}
    except pdfium.PdfiumError as error:
        yield {"error": _in_words(str(error))}
    except OSError as error:
        yield {"error": f"can’t be opened: {error.strerror or error}"}


def _in_words(error: str) -> str:
    if "password" in error.lower() or "security" in error.lower():
        return "encrypted with a password; save it without one"
    return "no PDF file, or a broken or cut-off one"


def main() -> None:
    """Answers until the input ends."""
    with suppress(ImportError, ValueError, OSError):  # not everywhere can memory be bounded so
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    for line in sys.stdin:
        for answer in read(json.loads(line)):
            print(json.dumps(answer), flush=True)
        print(json.dumps({"end": True}), flush=True)


if __name__ == "__main__":
    main()
