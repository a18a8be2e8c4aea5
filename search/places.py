"""Every occurrence of a query in the texts of an index, as arrays.

In: evaluated trees and the documents they find. Out: `Places`. What concordances, collocations and
exports are made from; reads no text.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import REGIONS, TEXT, SegmentColumns
from dragoman.search.evaluation import LEAVES, Evaluation
from dragoman.search.matching import counted_from_left
from dragoman.search.postings import Docs
from dragoman.search.segments import TEXT_FIELDS
from dragoman.search.tree import Node

_TITLE, _BODY = TEXT_FIELDS
_Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Occurrences in the bodies of one segment's documents, by document and position.

    Attributes:
        docs: Document of each (n), rising.
        firsts: First position of each in `TEXT` (n).
        lasts: Last position of each, inclusive (n).
        in_titles: Occurrences in titles, which are not among these.
    """

    docs: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    in_titles: int

    def __len__(self) -> int:
        return len(self.docs)


def places_in(evaluation: Evaluation, node: Node, docs: Docs) -> Places:
    """The occurrences of a tree's positive parts that hold, in some documents of one segment.

    Args:
        evaluation: Over the segment.
        node: The tree.
        docs: Rising documents that the tree and the filters let through.
    """
    segment = evaluation.segment
    bounds = segment.columns.bounds(TEXT)
    n_regions = len(REGIONS[TEXT])
    wanted = segment.mask_of(docs)
    found: list[tuple[NDArray[np.int64], ...]] = []
    in_titles = 0
    for part, fields, within in evaluation.holding(node):
        firsts, lasts = _spans(evaluation, part)
        values = bounds.searchsorted(firsts.astype(bounds.dtype), side="right") - 1
        of_doc, regions = values // n_regions, values % n_regions
        kept = wanted[of_doc]
        if within is not None:
            kept &= segment.mask_of(within)[of_doc]
        in_body = kept & (regions == TEXT_FIELDS.index(_BODY))
        if _TITLE in fields:
            in_titles += int((kept & (regions == TEXT_FIELDS.index(_TITLE))).sum())
        if _BODY in fields:
            found.append((of_doc[in_body], firsts[in_body], lasts[in_body]))
    if not found:
        none = np.zeros(0, np.int64)
        return Places(none, none, none, in_titles)
    of_doc, firsts, lasts = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    order = np.lexsort((lasts, firsts))
    return Places(of_doc[order], firsts[order], lasts[order], in_titles)


def _spans(evaluation: Evaluation, part: Node) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if isinstance(part, LEAVES):
        at = evaluation.leaf(part, TEXT).positions.astype(np.int64)
        return at, at
    spans = evaluation.spans(part, TEXT)
    kept = counted_from_left(spans)
    return spans.starts[kept], spans.ends[kept]


def exact_terms_of(columns: SegmentColumns) -> NDArray[np.int64]:
    """(n_forms) for each form of a segment the number of its exact term; -1 at gaps."""
    forms = np.arange(len(columns.file.array("form_offsets")) - 1)
    return _terms_of(columns, forms, lambda first, last: last)


def lemmas_of(columns: SegmentColumns, forms: NDArray[np.integer]) -> NDArray[np.int64]:
    """For each of some forms the number of the term that is its lemma; -1 where it has none.

    A Russian word's likeliest lemma is its first key. An English word is itself its first key, and
    its lemma the last.
    """
    first_cyrillic = columns.terms.bisect("\u0400".encode())
    found = _terms_of(columns, forms, lambda first, last: first)
    english = _terms_of(columns, forms, lambda first, last: np.maximum(first, last - 1))
    return np.where(found < first_cyrillic, english, found)


def _terms_of(
    columns: SegmentColumns,
    forms: NDArray[np.integer],
    choose: Callable[[_Numbers, _Numbers], _Numbers],
) -> NDArray[np.int64]:
    """One term of each form, chosen between the places of its first and of its exact term."""
    offsets = columns.file.array("form_offsets")
    starts, ends = offsets[forms].astype(np.int64), offsets[forms + 1].astype(np.int64)
    held = ends > starts
    found = np.full(len(forms), -1, np.int64)
    found[held] = columns.file.array("form_terms")[choose(starts[held], ends[held] - 1)]
    return found
