"""The greatest frequency in each block of postings, by which a search passes over most blocks.

In: the posting lists of titles and texts, as they were written. Out: one more column, a number for
each `BLOCK` postings, counted over all lists; a block that holds the end of one list and the
beginning of another bounds both. The frequency is that of BM25F, where an occurrence counts less
the longer its field is (Robertson & Zaragoza 2009, §3.6), with the average lengths of this segment.
A search with other averages or weights asks `reference_norms` how far its own may exceed it, so
that the bound holds whatever they are.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import ColumnFileWriter
from dragoman.indexer.columns import TEXT
from dragoman.indexer.forward import Uint32

BLOCK = 128
"""Postings of a block; `search/kernel/kernel.h` has the same."""
_AT_ONCE = BLOCK << 13
_B = 0.6
_TITLE, _BODY = 2.0, 1.0  # near those of a search, so that the bound is close

Norms = NDArray[np.float64]


def reference_norms(title_lengths: Norms, body_lengths: Norms) -> tuple[Norms, Norms]:
    """What an occurrence in each document's title and body counts here.

    Args:
        title_lengths: Words of the title of each document of a segment, deleted ones included.
        body_lengths: Words of each body.
    """
    title, body = (
        weight / (1 - _B + _B * lengths / ((lengths.mean() if len(lengths) else 0.0) or 1.0))
        for weight, lengths in ((_TITLE, title_lengths), (_BODY, body_lengths))
    )
    return title, body


def write_maxima(writer: ColumnFileWriter, bounds: Uint32) -> None:
    """Writes `text.maxima`, after the lists of `TEXT`.

    Args:
        writer: Of a segment.
        bounds: Where each title and body starts, and the end; each is followed by a gap.
    """
    lengths: Norms = np.diff(bounds.astype(float)) - 1
    title, body = reference_norms(lengths[::2], lengths[1::2])
    writer.add_parts(f"{TEXT}.maxima", np.dtype(np.float32), _maxima(writer, title, body))


def _maxima(writer: ColumnFileWriter, title: Norms, body: Norms) -> Iterator[Norms]:
    start = 0
    while len(docs := writer.read(f"{TEXT}.docs", start, start + _AT_ONCE)):
        stop = start + len(docs)
        in_title = writer.read(f"{TEXT}.first_counts", start, stop)
        frequency = (writer.read(f"{TEXT}.counts", start, stop) - in_title) * body[docs]
        frequency += in_title * title[docs]
        yield np.maximum.reduceat(frequency, np.arange(0, len(docs), BLOCK))
        start = stop
