"""Words counted near matches and in sets of documents, out of the segments of an index.

In: evaluations and documents. Out: `WordCounts` and `PartCounts`. Tokens are counted by numbers of
forms, and forms by the shared numbers of their lemmas; texts are not read.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import TEXT
from dragoman.indexer.inversion import places as numbers_in
from dragoman.search.associations import WordCounts
from dragoman.search.evaluation import Evaluation
from dragoman.search.facets import Facets
from dragoman.search.keyness import PartCounts
from dragoman.search.lexicon import Lexicon
from dragoman.search.places import Places, places_in
from dragoman.search.postings import Docs
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

_Counts = NDArray[np.int64]


def words_near(
    evaluations: Sequence[Evaluation],
    node: Node,
    found: Sequence[Docs],
    under_filters: Sequence[Docs],
    window: int | None,
    lexicon: Lexicon,
) -> WordCounts:
    """The words near a tree's matches in texts.

    Args:
        evaluations: Of the tree, over each segment.
        node: The tree.
        found: For each segment, the rising documents that it and the filters let through.
        under_filters: The same for the filters alone.
        window: Words on each side; None for the sentences that hold the matches.
        lexicon: Of all segments.
    """
    together, overall = _none(lexicon), _none(lexicon)
    nodes = near = tokens = 0
    for number, (evaluation, docs, base) in enumerate(
        zip(evaluations, found, under_filters, strict=True)
    ):
        segment = evaluation.segment
        places = places_in(evaluation, node, docs)
        forms = _forms_near(segment, places, window)
        nodes += len(places)
        near += int(forms.sum())
        tokens += _tokens(segment, base)
        together += _by_word(forms, lexicon, number)
        overall += _by_word(segment.form_counts(base), lexicon, number)
    return WordCounts(together, overall, nodes, near, tokens, lexicon.spelled)


def words_of(
    segments: Sequence[Segment],
    docs: Sequence[Docs],
    others: Sequence[Docs],
    is_rest: bool,
    facets: Facets,
    lexicon: Lexicon,
) -> tuple[PartCounts, PartCounts]:
    """Words, speakers and places of some documents, and the same of others.

    Args:
        segments: All segments.
        docs: For each, the rising documents.
        others: For each, the rising documents they are compared with.
        is_rest: Whether `docs` are among `others` and are to be left out of them.
        facets: Counts values.
        lexicon: Of all segments.
    """
    here = _none(lexicon)
    there = _none(lexicon)
    for number, segment in enumerate(segments):
        forms = segment.form_counts(docs[number])
        here += _by_word(forms, lexicon, number)
        other = segment.form_counts(others[number])
        there += _by_word(other - forms if is_rest else other, lexicon, number)
    if is_rest:
        others = [
            of_segment[~segment.mask_of(left_out)[of_segment]]
            for segment, of_segment, left_out in zip(segments, others, docs, strict=True)
        ]

    def part(words: _Counts, of_segments: Sequence[Docs]) -> PartCounts:
        return PartCounts(
            words=words,
            tokens=sum(map(_tokens, segments, of_segments)),
            values={name: facets.all_counts(name, of_segments) for name in ("speaker", "place")},
            documents=sum(map(len, of_segments)),
            spelled=lexicon.spelled,
        )

    return part(here, docs), part(there, others)


def _none(lexicon: Lexicon) -> _Counts:
    return np.zeros(len(lexicon), np.int64)


def _tokens(segment: Segment, docs: Docs) -> int:
    """Tokens of the bodies of some documents."""
    return int(segment.lengths["body"][docs].sum())


def _by_word(forms: _Counts, lexicon: Lexicon, number: int) -> _Counts:
    """(n_words) counts of a segment's forms as counts of words."""
    words = lexicon.words[number]
    held = np.flatnonzero((forms > 0) & (words >= 0))
    counts = np.bincount(words[held], forms[held], len(lexicon))
    return counts.astype(np.int64)


def _forms_near(segment: Segment, places: Places, window: int | None) -> _Counts:
    """(n_forms) how often each form stands near a match and in none, each token once."""
    columns = segment.columns
    _, begins, ends = columns.region("body")
    begin, end = begins[places.docs].astype(np.int64), ends[places.docs].astype(np.int64)
    if window is None:
        sentences = columns.sentences(TEXT)
        firsts = places.firsts.astype(sentences.dtype)  # bisected as they are, not converted
        lasts = places.lasts.astype(sentences.dtype)
        first = sentences[sentences.searchsorted(firsts, side="right") - 1].astype(np.int64)
        following = sentences.searchsorted(lasts, side="right")
        last = np.append(sentences, np.uint32(0xFFFFFFFF))[following].astype(np.int64)
    else:
        first, last = places.firsts - window, places.lasts + window + 1
    around = _counted(segment, np.maximum(first, begin), np.minimum(last, end))
    return around - _counted(segment, places.firsts, places.lasts + 1)


def _counted(segment: Segment, starts: _Counts, ends: _Counts) -> _Counts:
    """(n_forms) how often each form stands at the positions of half-open ranges, each once."""
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    is_apart = starts[1:] > reach[:-1]  # from what all ranges before it reach
    edge = np.ones(min(1, len(starts)), bool)
    firsts, lasts = starts[np.append(edge, is_apart)], reach[np.append(is_apart, edge)]
    forms = segment.columns.file.array(f"{TEXT}.forms")
    return np.bincount(
        forms[numbers_in(firsts, lasts - firsts)], minlength=len(segment.body_form_counts)
    )
