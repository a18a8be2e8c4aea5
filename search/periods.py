"""Documents and occurrences counted by period, out of the segments of an index.

In: evaluations, the documents found and those under the filters. Out: `Counted`. Whole arrays are
counted at once, whatever the number of documents.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.search.evaluation import Evaluation
from dragoman.search.postings import Docs
from dragoman.search.segments import Segment
from dragoman.search.tree import Node
from dragoman.search.trends import Counted, PeriodCount, period_name, periods_between

_Numbers = NDArray[np.int64]
_YEAR_ONE = np.datetime64("0001-01-01T00:00", "m")
_MONTHS = {"year": 12, "quarter": 3, "month": 1}


def counted_over_time(
    evaluations: Sequence[Evaluation],
    node: Node,
    found: Sequence[Docs],
    under_filters: Sequence[Docs],
    by: str,
) -> Counted:
    """What a tree finds in each period, and what there is.

    Args:
        evaluations: Of the tree, over each segment.
        node: The tree.
        found: For each segment, the rising documents that it and the filters let through.
        under_filters: The same for the filters alone.
        by: `year`, `quarter` or `month`.
    """
    rows = []
    unplaced = 0
    for evaluation, docs, base in zip(evaluations, found, under_filters, strict=True):
        segment = evaluation.segment
        of_base = _periods_of(segment, base, by)
        placed = of_base >= 0
        base, of_base = base[placed], of_base[placed]
        words = segment.words[base]
        is_found = segment.mask_of(docs)[base]
        occurrences = np.zeros(segment.n_docs, np.int64)
        occurrences[docs] = evaluation.occurrences(node, docs)
        unplaced += len(docs) - int(is_found.sum())
        rows.append(
            np.stack(
                (of_base, is_found, occurrences[base] * is_found, np.ones_like(of_base), words)
            )
        )
    total = sum(map(len, found))
    table = np.concatenate(rows, axis=1) if rows else np.zeros((5, 0), np.int64)
    if not table.shape[1]:
        return Counted((), total, unplaced)
    first = int(table[0].min())
    sums = [np.bincount(table[0] - first, row).astype(np.int64).tolist() for row in table[1:]]
    names = periods_between(period_name(first, by), period_name(int(table[0].max()), by), by)
    periods = (PeriodCount(name, *counts) for name, *counts in zip(names, *sums, strict=True))
    return Counted(tuple(periods), total, unplaced)


def _periods_of(segment: Segment, docs: Docs, by: str) -> _Numbers:
    """The number of the period of each document's date, from year 0; -1 where it names none."""
    begin = segment.first_minutes[docs]
    months = _months(np.maximum(begin, 0)) // _MONTHS[by]
    last = _months(np.maximum(segment.last_minutes[docs] - 1, 0)) // _MONTHS[by]
    return np.where((begin >= 0) & (months == last), months, -1)


def _months(minutes: _Numbers) -> _Numbers:
    """Months since January of the year 0, for minutes since the year 1."""
    since_1970 = (_YEAR_ONE + minutes.astype("timedelta64[m]")).astype("datetime64[M]")
    return since_1970.astype(np.int64) + 1970 * 12
