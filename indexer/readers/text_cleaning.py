"""What readers of texts for people do to their characters: line ends, mojibake, wrapped lines.

In: decoded text. Out: text as its author meant it. Not for records, which stay as they are.
"""

import re

from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.mojibake import repaired_text
from dragoman.indexer.sentences import unwrap

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


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
    """The text with what was decoded wrongly put right where that is certain (`mojibake`).

    What was repaired is told with the encoding among the extra fields and in the text's origin.
    """
    text, what = repaired_text(text)
    if what:
        draft.extra["encoding"] = f"{draft.extra.get('encoding', 'utf-8')}; repaired: {what}"
        draft.repair = what
    return text
