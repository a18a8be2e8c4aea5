"""What readers of texts for people do to their characters: line ends, mojibake, wrapped lines.

In: decoded text. Out: text as its author meant it. Not for records, which stay as they are.
"""

import re

from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.sentences import unwrap

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
# UTF-8 read as an 8-bit encoding: its lead bytes, then one of the bytes that may follow them.
_MOJIBAKE = {
    "windows-1251": re.compile(r"[РСВ][\x80-\xbfЂ-џ‚-›€№°±Ііґµ¶·ё]|вЂ"),
    "windows-1252": re.compile(r"[ÐÑÃÂ][\x80-\xbf‚-›€ŒœŠšŽžŸˆ˜™]|â€"),
}
_MIN_MOJIBAKE = 2  # pairs in a line; a single one may be meant


def normal_lines(text: str) -> str:
    r"""Every line end as `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def note_encoding(draft: Draft, encoding: str) -> None:
    """Keeps the encoding among the extra fields where it is not plain UTF-8."""
    if encoding != "utf-8":
        draft.extra["encoding"] = encoding


def joined_paragraphs(text: str) -> str:
    """Paragraphs parted by one blank line each, lines wrapped at a fixed width joined."""
    lines = [line.strip() for line in unwrap(text).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def repaired(text: str, draft: Draft) -> str:
    """The text with lines that are UTF-8 read as Windows-1251 or -1252 put right.

    How many is kept under `repaired` among the extra fields.
    """
    count = 0
    lines = text.split("\n")
    for at, line in enumerate(lines):
        for encoding, signs in _MOJIBAKE.items():
            if len(signs.findall(line)) >= _MIN_MOJIBAKE and (whole := _read_again(line, encoding)):
                lines[at] = whole
                count += 1
                break
    if count:
        draft.extra["repaired"] = f"{count} lines of UTF-8 that had been read as another encoding"
    return "\n".join(lines)


def _read_again(line: str, encoding: str) -> str:
    """The line from its bytes in an encoding, read as UTF-8; empty where they are no UTF-8."""
    data = bytearray()
    for character in line:
        try:
            data += character.encode(encoding)
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return ""
            data.append(ord(character))  # bytes that the encoding has no character for
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
