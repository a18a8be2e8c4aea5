"""The decoded lines of a file, one at a time.

In: a path. Out: the encoding's name, line numbers from 1 and lines with their ends; a line that is
broken in its encoding is an error of its own. Parts lines at line feeds only: U+2028 is text.
"""

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.encodings import SAMPLE_BYTES, encoding_of
from dragoman.indexer.readers.files import MAX_TEXT_BYTES, read_lines, too_large

_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le")


class BrokenLine(ReadError):
    """A line with bytes that are no text in its file's encoding.

    Attributes:
        text: The line with U+FFFD in their place.
    """

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def decoded_lines(path: Path) -> tuple[str, Iterator[tuple[int, str | ReadError]]]:
    """The name of the encoding, and each line with its number, or what is wrong with it.

    Raises:
        ReadError: The file can't be opened, unpacked, or is in no known encoding.
    """
    lines = read_lines(path)
    sample: list[bytes] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line)
        if size >= SAMPLE_BYTES:
            break
    if not sample:
        return "utf-8", iter(())
    encoding = encoding_of(b"".join(sample)[: 2 * SAMPLE_BYTES])
    raw = chain(sample, lines)
    if encoding in _WIDE:
        return encoding, enumerate(_wide_lines(raw, encoding), start=1)
    return encoding, _narrow_lines(raw, encoding)


def _narrow_lines(raw: Iterator[bytes], encoding: str) -> Iterator[tuple[int, str | ReadError]]:
    for number, line in enumerate(raw, start=1):
        if len(line) > MAX_TEXT_BYTES:
            yield number, too_large(MAX_TEXT_BYTES, "the line")
            continue
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError as error:
            what = f"broken {encoding} at byte {error.start + 1} of the line"
            yield number, BrokenLine(what, line.decode(encoding, "replace"))
            continue
        yield number, text.removeprefix("\ufeff") if number == 1 else text


def _wide_lines(raw: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Lines of an encoding in which the byte of a line feed may be half a character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    for piece in raw:
        first, *others = (rest + decoder.decode(piece)).split("\n")
        for following in others:
            yield first.removeprefix("\ufeff") + "\n"
            first = following
        rest = first
        if len(rest) > MAX_TEXT_BYTES:
            raise too_large(MAX_TEXT_BYTES, "a line of the file")
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest.removeprefix("\ufeff")
