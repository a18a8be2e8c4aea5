"""The words that tell most of a document, and the documents that share them.

In: a document and the documents that it may be compared with. Out: `AlikeFound`. Works on forms
and postings as they are in the index; reads and analyses no text.

Words are counted by lemma, function words and numbers left out. A word's weight is tf·idf, an
occurrence in the title counting twice, as in the ranking. The weightiest `MOST_WORDS` are a query
with these weights, over which documents are scored by BM25F.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from dragoman.indexer.columns import TEXT
from dragoman.indexer.forward import decode, encode
from dragoman.indexer.function_words import function_words
from dragoman.search.engine import Ranking
from dragoman.search.ordering import Handle, Scored, ranked
from dragoman.search.places import lemmas_of
from dragoman.search.postings import NOTHING, Docs, Occurring
from dragoman.search.ranking import FIELD_WEIGHTS, SCALE, CollectionStatistics, idf
from dragoman.search.scoring import SegmentScorer
from dragoman.search.segments import TEXT_FIELDS, Segment
from dragoman.search.similar import Alike, AlikeFound, TellingWord

MOST_WORDS = 40
"""Words of the query that a document becomes."""
_LEAST_DOCUMENTS = 2
"""A word that only the document itself holds leads to no other."""


def alike(
    segments: Sequence[Segment],
    scorers: Sequence[SegmentScorer],
    statistics: CollectionStatistics,
    handle: Handle,
    allowed: Sequence[Docs],
    top: int,
) -> AlikeFound:
    """The documents most like one.

    Args:
        segments: The segments.
        scorers: Of each segment.
        statistics: Of the collection.
        handle: The document.
        allowed: For each segment, the rising documents that may be found; the document itself
            never is.
        top: Documents at most.
    """
    words = _telling(segments, statistics, handle)
    occurring = [[_occurring(segment, word.word) for word in words] for segment in segments]
    found = []
    for number, (segment, scorer, of_words) in enumerate(
        zip(segments, scorers, occurring, strict=True)
    ):
        scores = np.zeros(segment.n_docs)
        for word, there in zip(words, of_words, strict=True):
            scores[there.docs] += word.weight * SCALE * scorer.norms.saturated(there)
        docs = allowed[number][scores[allowed[number]] > 0]
        if number == handle.segment:
            docs = docs[docs != handle.doc]
        found.append(Scored(docs, scores[docs]))
    rows = ranked(segments, found, Ranking(size=top))
    return AlikeFound(
        words,
        tuple(
            Alike(
                each,
                score,
                _shared(words, scorers[each.segment], occurring[each.segment], each.doc),
            )
            for each, score in rows
        ),
    )


def _telling(
    segments: Sequence[Segment], statistics: CollectionStatistics, handle: Handle
) -> tuple[TellingWord, ...]:
    """The weightiest words of a document, at most `MOST_WORDS`."""
    words = []
    for word, in_title, in_body in _counted(segments[handle.segment], handle.doc):
        n_with = sum(_documents_with(segment, word) for segment in segments)
        if n_with < _LEAST_DOCUMENTS:
            continue
        frequency = FIELD_WEIGHTS["title"] * in_title + FIELD_WEIGHTS["body"] * in_body
        weight = frequency * idf(statistics.n_docs, n_with)
        words.append(TellingWord(word, in_title + in_body, n_with, weight))
    words.sort(key=lambda word: (-word.weight, word.word))
    return tuple(words[:MOST_WORDS])


def _counted(segment: Segment, doc: int) -> Iterator[tuple[str, int, int]]:
    """The lemmas of a document, each with its tokens in the title and in the body."""
    columns = segment.columns
    counts = []
    for name in TEXT_FIELDS:
        field, first, last = columns.region(name)
        forms, of_form = np.unique(
            columns.forms(field, int(first[doc]), int(last[doc])), return_counts=True
        )
        lemmas = lemmas_of(columns, forms.astype(np.int64))
        kept = lemmas >= 0
        held, at = np.unique(lemmas[kept], return_inverse=True)
        totals = np.bincount(at, of_form[kept], len(held)).astype(np.int64)
        counts.append(dict(zip(held.tolist(), totals.tolist(), strict=True)))
    in_title, in_body = counts
    common = function_words()
    for number in in_title.keys() | in_body.keys():
        word = decode(columns.terms[number])
        if word not in common and not word[:1].isdigit():
            yield word, in_title.get(number, 0), in_body.get(number, 0)


def _documents_with(segment: Segment, word: str) -> int:
    """Documents of a segment that hold a word, deleted ones left out."""
    at = segment.columns.text_list(encode(word))
    if at < 0:
        return 0
    if segment.all_live:
        offsets = segment.columns.file.numbers(f"{TEXT}.doc_offsets")
        found: int = offsets[at + 1] - offsets[at]
        return found
    return len(segment.living(segment.columns.lists(TEXT, at, at + 1).docs))


def _occurring(segment: Segment, word: str) -> Occurring:
    at = segment.columns.text_list(encode(word))
    if at < 0:
        return NOTHING
    found = segment.columns.lists(TEXT, at, at + 1)
    return Occurring(found.docs, found.counts, found.first_counts)


def _shared(
    words: Sequence[TellingWord], scorer: SegmentScorer, occurring: Sequence[Occurring], doc: int
) -> tuple[int, ...]:
    """Places of the words that a document holds, what adds most to its score first."""
    wanted = np.array([doc], np.uint32)
    added = {}
    for number, (word, there) in enumerate(zip(words, occurring, strict=True)):
        _, here = there.at(wanted)
        if len(here):
            added[number] = word.weight * float(scorer.norms.saturated(there.chosen(here))[0])
    return tuple(sorted(added, key=lambda number: (-added[number], number)))
