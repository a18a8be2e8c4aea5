"""The words that tell most of a document, and the documents that share them.

In: a document and the documents that it may be compared with. Out: `AlikeFound`. Works on forms
and postings as they are in the index; reads and analyses no text.

Words are counted by lemma, function words and numbers left out. A word's weight is tf·idf, an
occurrence in the title counting twice, as in the ranking. The weightiest `MOST_WORDS` are a query
with these weights, over which documents are scored by BM25F.
"""

from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

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
_ROUNDED_UP = 1 + 1e-9
"""Weights are worked out twice, and may differ in their last digits."""
_Numbers = NDArray[np.int64]


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
    occurring = [occurring_in(segment, words) for segment in segments]
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
                shared(added(words, scorers[each.segment], occurring[each.segment], each.doc)),
            )
            for each, score in rows
        ),
    )


def _telling(
    segments: Sequence[Segment], statistics: CollectionStatistics, handle: Handle
) -> tuple[TellingWord, ...]:
    """The weightiest words of a document.

    Words are weighed from what they may weigh at most, by the documents of one segment alone.
    """
    segment = segments[handle.segment]
    numbers, in_title, in_body = counted(segment, handle.doc)
    return weightiest(
        [decode(segment.columns.terms[number]) for number in numbers.tolist()],
        in_title,
        in_body,
        _rarest(segment, statistics, numbers),
        lambda words: [
            sum(_documents_with(segment, word) for segment in segments) for word in words
        ],
        statistics,
    )


def weightiest(
    words: Sequence[str],
    in_title: _Numbers,
    in_body: _Numbers,
    rarest: NDArray[np.float64],
    documents_with: Callable[[Sequence[str]], Sequence[int]],
    statistics: CollectionStatistics,
    *,
    at_once: int = 1,
) -> tuple[TellingWord, ...]:
    """The weightiest of a document's words, at most `MOST_WORDS`.

    Words are weighed from what they may weigh at most, until no other can be among the weightiest.

    Args:
        words: Each lemma of the document.
        in_title: Its tokens in the title.
        in_body: Its tokens in the text.
        rarest: The idf that it has at most.
        documents_with: Counts the documents of the collection that hold each of some words.
        statistics: Of the collection.
        at_once: So many words are counted at a time.
    """
    frequencies = FIELD_WEIGHTS["title"] * in_title + FIELD_WEIGHTS["body"] * in_body
    at_most = frequencies * rarest
    common = function_words()
    order = [
        at
        for at in np.argsort(-at_most, kind="stable").tolist()
        if words[at] not in common and not words[at][:1].isdigit()
    ]
    found: list[TellingWord] = []
    weights: list[float] = []
    for start in range(0, len(order), at_once):
        chosen = order[start : start + at_once]
        if len(weights) == MOST_WORDS and at_most[chosen[0]] * _ROUNDED_UP < weights[0]:
            break
        counts = documents_with([words[at] for at in chosen])
        for at, n_with in zip(chosen, counts, strict=True):
            if n_with < _LEAST_DOCUMENTS:
                continue
            weight = float(frequencies[at]) * idf(statistics.n_docs, n_with)
            occurrences = int(in_title[at] + in_body[at])
            found.append(TellingWord(words[at], occurrences, n_with, weight))
            heappush(weights, weight)
            if len(weights) > MOST_WORDS:
                heappop(weights)
    found.sort(key=lambda word: (-word.weight, word.word))
    return tuple(found[:MOST_WORDS])


def _rarest(
    segment: Segment, statistics: CollectionStatistics, numbers: _Numbers
) -> NDArray[np.float64]:
    """The idf that some terms have at most, as `ranking.idf`: no other segment holds them."""
    columns = segment.columns
    offsets = columns.file.array(f"{TEXT}.doc_offsets").astype(np.int64)
    lists = columns.lists_of_terms[numbers]
    n_deleted = segment.n_docs - np.count_nonzero(segment.live)
    n_with = np.maximum(1, offsets[lists + 1] - offsets[lists] - n_deleted)
    rarest: NDArray[np.float64] = np.log(1 + (statistics.n_docs - n_with + 0.5) / (n_with + 0.5))
    return rarest


def counted(segment: Segment, doc: int) -> tuple[_Numbers, _Numbers, _Numbers]:
    """The terms that are lemmas of a document's words, and their tokens in title and body."""
    columns = segment.columns
    title, body = (
        columns.forms(field, int(first[doc]), int(last[doc]))
        for field, first, last in map(columns.region, TEXT_FIELDS)
    )
    forms, of_token = np.unique(np.concatenate((title, body)), return_inverse=True)
    lemmas = lemmas_of(columns, forms.astype(np.int64))
    numbers, of_form = np.unique(lemmas, return_inverse=True)
    of_words = of_form[of_token]
    in_title, in_body = (
        np.bincount(part, minlength=len(numbers))
        for part in (of_words[: len(title)], of_words[len(title) :])
    )
    kept = numbers >= 0
    return numbers[kept], in_title[kept], in_body[kept]


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


def occurring_in(segment: Segment, words: Sequence[TellingWord]) -> list[Occurring]:
    """Where in a segment each of some words occurs."""
    return [_occurring(segment, word.word) for word in words]


def _occurring(segment: Segment, word: str) -> Occurring:
    at = segment.columns.text_list(encode(word))
    if at < 0:
        return NOTHING
    found = segment.columns.lists(TEXT, at, at + 1)
    return Occurring(found.docs, found.counts, found.first_counts)


def added(
    words: Sequence[TellingWord], scorer: SegmentScorer, occurring: Sequence[Occurring], doc: int
) -> dict[int, float]:
    """Places of the words that a document holds, and what each adds to its score."""
    wanted = np.array([doc], np.uint32)
    found = {}
    for number, (word, there) in enumerate(zip(words, occurring, strict=True)):
        _, here = there.at(wanted)
        if len(here):
            saturated = float(scorer.norms.saturated(there.chosen(here))[0])
            found[number] = word.weight * SCALE * saturated
    return found


def shared(parts: Mapping[int, float]) -> tuple[int, ...]:
    """Places of words, what adds most first."""
    return tuple(sorted(parts, key=lambda number: (-parts[number], number)))
