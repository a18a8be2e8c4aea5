"""Rows of tables as paragraphs, and blanks in them made tidy.

In: the paragraphs of each cell. Out: one line a row, or the cells one after another where they
hold running text. Reads no format.
"""

import re
from collections.abc import Iterator, Sequence

from dragoman.indexer.readers.prose import Paragraph

_MAX_CELL = 400
"""Characters of a cell that is a value; what is longer is text laid out by a table."""
_BLANKS = re.compile(r"[^\S\n\xa0]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")


def row_paragraphs(cells: Sequence[Sequence[Paragraph]]) -> Iterator[Paragraph]:
    """A row as one line, its cells parted by bars; cells of running text as they are."""
    if any(sum(len(paragraph.text) for paragraph in cell) > _MAX_CELL for cell in cells):
        for cell in cells:
            yield from cell
        return
    values = [" ".join(" ".join(p.text.split("\n")) for p in cell if p.text) for cell in cells]
    if line := " | ".join(filter(None, values)):
        yield Paragraph(line)


def tidy(text: str) -> str:
    """Text without repeated blanks; line breaks stay."""
    return _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()
