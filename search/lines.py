"""The lines of a concordance out of the segments of an index.

    evaluated tree ─ places ─▶ occurrences ─ sample, order ─▶ wanted ones ─ forward index ─▶ lines

In: evaluations, the documents found, which lines are wanted. Out: `LinesFound`. Orders are made of
arrays; texts are read for the wanted lines only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.search.concordance import Line, LinesFound, LinesWanted
from dragoman.search.evaluation import Evaluation
from dragoman.search.lexicon import Lexicon
from dragoman.search.places import places_in
from dragoman.search.postings import Docs
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

_Array = NDArray[np.int64]
_WHOLE_TEXT = 4
"""Lines of one document from which on its text is read once, as a whole."""


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Occurrences over all segments: segment, document, positions; `docs` is rising by segment."""

    segments: _Array
    docs: _Array
    firsts: _Array
    lasts: _Array

    def chosen(self, which: _Array) -> "_Occurrences":
        return _Occurrences(
            self.segments[which], self.docs[which], self.firsts[which], self.lasts[which]
        )


def lines_found(
    evaluations: Sequence[Evaluation],
    node: Node,
    docs: Sequence[Docs],
    wanted: LinesWanted,
    lexicon: Lexicon,
) -> LinesFound:
    """The lines of a concordance that are wanted.

    Args:
        evaluations: Of the tree, over each segment.
        node: The tree.
        docs: For each segment, the rising documents that the tree and the filters let through.
        wanted: Which lines, in which order.
        lexicon: Of all segments.
    """
    if not evaluations:
        return LinesFound(0, 0, 0, ())
    places = [places_in(e, node, of) for e, of in zip(evaluations, docs, strict=True)]
    occurrences = _Occurrences(
        np.repeat(np.arange(len(places)), [len(of) for of in places]),
        np.concatenate([of.docs for of in places]),
        np.concatenate([of.firsts for of in places]),
        np.concatenate([of.lasts for of in places]),
    )
    total = len(occurrences.docs)
    n_docs = sum(len(np.unique(of.docs)) for of in places)
    order = _by_date(evaluations, occurrences, lexicon)
    if wanted.sample and wanted.sample < total:
        drawn = np.random.default_rng(wanted.seed).choice(total, wanted.sample, replace=False)
        order = order[np.sort(drawn)]
    if wanted.sort != "date":
        order = order[_by_context(evaluations, occurrences.chosen(order), wanted, lexicon)]
    until = None if wanted.size is None else wanted.first + wanted.size
    shown = occurrences.chosen(order[wanted.first : until])
    lines = _read(evaluations, shown, wanted)
    return LinesFound(total, sum(of.in_titles for of in places), n_docs, tuple(lines))


# Orders


def _by_date(
    evaluations: Sequence[Evaluation], occurrences: _Occurrences, lexicon: Lexicon
) -> _Array:
    """By date, undated last, then id, then place: the same whatever the segments are."""
    minutes = np.zeros(len(occurrences.docs), np.int64)
    ids = np.zeros(len(occurrences.docs), np.int64)
    for number, evaluation in enumerate(evaluations):
        of_segment = occurrences.segments == number
        docs = occurrences.docs[of_segment]
        minutes[of_segment] = evaluation.segment.first_minutes[docs]
        ids[of_segment] = lexicon.numbers[number][evaluation.segment.id_terms[docs]]
    minutes[minutes < 0] = np.iinfo(np.int64).max
    return np.lexsort((occurrences.lasts, occurrences.firsts, ids, minutes))


def _by_context(
    evaluations: Sequence[Evaluation],
    occurrences: _Occurrences,
    wanted: LinesWanted,
    lexicon: Lexicon,
) -> _Array:
    """By the words beside the match, nearest first; where there are none, before all others."""
    steps = np.arange(1, wanted.depth + 1)
    ranks = np.empty((len(occurrences.docs), wanted.depth), np.int64)
    for number, evaluation in enumerate(evaluations):
        which = np.flatnonzero(occurrences.segments == number)
        beside = occurrences.chosen(which)
        _, begins, ends = evaluation.segment.columns.region("body")
        if wanted.sort == "left":
            at = beside.firsts[:, None] - steps
            inside = at >= begins[beside.docs][:, None].astype(np.int64)
        else:
            at = beside.lasts[:, None] + steps
            inside = at < ends[beside.docs][:, None].astype(np.int64)
        forms = evaluation.segment.columns.file.array("text.forms")
        terms = lexicon.exact_forms[number]
        ranks[which] = np.where(inside, terms[forms[np.where(inside, at, 0)]], -1)
    return np.lexsort(ranks.T[::-1])  # stable: what ties stays by date


# Texts


def _read(
    evaluations: Sequence[Evaluation], occurrences: _Occurrences, wanted: LinesWanted
) -> list[Line]:
    """The lines of some occurrences, in their order."""
    lines: dict[int, Line] = {}
    keys = occurrences.segments * (1 << 32) + occurrences.docs
    _, starts, counts = np.unique(keys, return_index=True, return_counts=True)
    by_doc = np.argsort(keys, kind="stable")
    at = 0
    for first, count in zip(starts.tolist(), counts.tolist(), strict=True):
        segment = evaluations[int(occurrences.segments[first])].segment
        which = by_doc[at : at + count]
        at += count
        lines.update(
            _of_document(segment, int(occurrences.docs[first]), occurrences, which, wanted)
        )
    return [lines[number] for number in range(len(occurrences.docs))]


def _of_document(
    segment: Segment, doc: int, occurrences: _Occurrences, which: _Array, wanted: LinesWanted
) -> dict[int, Line]:
    columns = segment.columns
    _, begins, ends = columns.region("body")
    begin, end = int(begins[doc]), int(ends[doc])
    record = columns.record(doc)
    whole = columns.text(doc) if len(which) >= _WHOLE_TEXT else None
    firsts, lasts = occurrences.firsts[which], occurrences.lasts[which]
    from_word = np.maximum(firsts - wanted.window, begin)
    to_word = np.minimum(lasts + wanted.window, end - 1)
    depth = min(wanted.depth, wanted.window)
    starts, lengths = columns.file.array("text.starts"), columns.file.array("text.lengths")

    units = columns.paragraphs("text")
    paragraphs = units.searchsorted(firsts, side="right") - 1 - units.searchsorted(begin)

    def ends_of(words: _Array) -> list[int]:
        found: list[int] = (starts[words].astype(np.int64) + lengths[words]).tolist()
        return found

    if wanted.sort == "left":
        sorted_from = starts[np.maximum(firsts - depth, from_word)]
        sorted_to = ends_of(np.maximum(firsts - 1, from_word))
    else:
        sorted_from = starts[np.minimum(lasts + 1, to_word)]
        sorted_to = ends_of(np.minimum(lasts + depth, to_word))
    spans = zip(
        which.tolist(), starts[from_word].tolist(), starts[firsts].tolist(), ends_of(lasts),
        ends_of(to_word), paragraphs.tolist(), segment.voices_at(doc, firsts),
        sorted_from.tolist(), sorted_to, strict=True,
    )  # fmt: skip
    lines = {}
    for number, low, start, stop, high, paragraph, voice, since, until in spans:
        sorted_by = (0, 0)
        if wanted.sort == "left" and since < start:
            sorted_by = since - low, until - low
        elif wanted.sort == "right" and since >= stop:
            sorted_by = since - stop, until - stop
        text = whole[low:high] if whole is not None else columns.text(doc, low, high)
        lines[number] = Line(
            doc_id=record["id"],
            title=record["title"],
            date=record["date"],
            lang=record["lang"],
            speakers=tuple(record["speakers"]),
            left=text[: start - low],
            match=text[start - low : stop - low],
            right=text[stop - low :],
            start=start,
            end=stop,
            paragraph=paragraph,
            voice=voice,
            sorted_by=sorted_by,
        )
    return lines
