"""Words counted near matches and in sets of documents, out of the segments of an index.

In: evaluations and documents. Out: `WordCounts` and `PartCounts`. Tokens are counted by numbers of
forms, and forms by their first key; texts are not read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columns import TEXT
from dragoman.indexer.forward import decode, encode
from dragoman.indexer.function_words import function_words
from dragoman.search.associations import PartCounts, WordCounts
from dragoman.search.evaluation import Evaluation
from dragoman.search.places import Places, lemmas_of_forms, places_in
from dragoman.search.postings import Docs
from dragoman.search.segments import Segment
from dragoman.search.tree import Node

_Mask = NDArray[np.bool_]
_Counts = NDArray[np.int64]
_MANY = 5_000
"""Words from which on all of a vocabulary is read at once."""
Person = Callable[[str], str]


def words_near(
    evaluations: Sequence[Evaluation],
    node: Node,
    found: Sequence[Docs],
    under_filters: Sequence[Docs],
    window: int | None,
) -> WordCounts:
    """The words near a tree's matches in texts.

    Args:
        evaluations: Of the tree, over each segment.
        node: The tree.
        found: For each segment, the rising documents that it and the filters let through.
        under_filters: The same for the filters alone.
        window: Words on each side; None for the sentences that hold the matches.
    """
    together: Counter[str] = Counter()
    of_base: list[_Counts] = []
    named: list[dict[str, int]] = []
    nodes = near = tokens = 0
    for evaluation, docs, base in zip(evaluations, found, under_filters, strict=True):
        places = places_in(evaluation, node, docs)
        in_base = _tokens_of(evaluation, base)
        is_near = _near(evaluation, places, window) & in_base
        nodes += len(places)
        near += int(np.count_nonzero(is_near))
        tokens += int(np.count_nonzero(in_base))
        counts = _counts(evaluation, is_near)
        named.append(_named(evaluation, counts))
        together.update(_counted(named[-1], counts))
        of_base.append(_counts(evaluation, in_base))
    overall = _looked_up(evaluations, of_base, named, together)
    return WordCounts(together, overall, nodes, near, tokens)


def _tokens_of(evaluation: Evaluation, docs: Docs) -> _Mask:
    """Which positions of `TEXT` are tokens of the bodies of some documents."""
    columns = evaluation.segment.columns
    _, begins, ends = columns.region("body")
    return _ranges(len(columns.file.array(f"{TEXT}.forms")), begins[docs], ends[docs])


def _near(evaluation: Evaluation, places: Places, window: int | None) -> _Mask:
    """Which positions stand near a match and in none."""
    columns = evaluation.segment.columns
    _, begins, ends = columns.region("body")
    begin, end = begins[places.docs].astype(np.int64), ends[places.docs].astype(np.int64)
    if window is None:
        sentences = columns.sentences(TEXT)
        first = sentences[sentences.searchsorted(places.firsts, side="right") - 1].astype(np.int64)
        following = sentences.searchsorted(places.lasts, side="right")
        last = np.append(sentences, np.uint32(0xFFFFFFFF))[following].astype(np.int64)
    else:
        first, last = places.firsts - window, places.lasts + window + 1
    n_positions = len(columns.file.array(f"{TEXT}.forms"))
    near = _ranges(n_positions, np.maximum(first, begin), np.minimum(last, end))
    near &= ~_ranges(n_positions, places.firsts, places.lasts + 1)
    return near


def _ranges(size: int, starts: NDArray[np.integer], ends: NDArray[np.integer]) -> _Mask:
    """Which of `size` numbers lie in some of the half-open ranges."""
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    is_apart = starts[1:] > reach[:-1]  # from what all ranges before it reach
    firsts = starts[np.append(np.ones(min(1, len(starts)), bool), is_apart)]
    lasts = reach[np.append(is_apart, np.ones(min(1, len(starts)), bool))]
    cuts = np.stack((firsts, lasts), axis=1).ravel().astype(np.int64)
    lengths = np.diff(cuts, prepend=0, append=size)
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)


def _counts(evaluation: Evaluation, wanted: _Mask) -> _Counts:
    """(n_terms) how many tokens among some positions have each term for their lemma."""
    segment = evaluation.segment
    of_positions = segment.columns.file.array(f"{TEXT}.forms")
    n_forms = len(segment.text_form_counts)
    if 2 * np.count_nonzero(wanted) > len(wanted):  # the rest is sooner counted
        forms = segment.text_form_counts - np.bincount(of_positions[~wanted], minlength=n_forms)
    else:
        forms = np.bincount(of_positions[wanted], minlength=n_forms)
    held = np.flatnonzero(forms)
    terms = lemmas_of_forms(evaluation)[held]
    kept = terms >= 0
    counts = np.bincount(terms[kept], forms[held][kept], len(segment.columns.terms))
    return counts.astype(np.int64)


def _named(evaluation: Evaluation, counts: _Counts) -> dict[str, int]:
    """Word to the number of its term; function words and numbers left out."""
    terms = evaluation.segment.columns.terms
    held = np.flatnonzero(counts).tolist()
    every = terms.all() if len(held) > _MANY else None
    common = function_words()
    found: dict[str, int] = {}
    for number in held:
        word = decode(every[number] if every is not None else terms[number])
        if word not in common and not word[:1].isdigit():
            found[word] = number
    return found


def _counted(named: Mapping[str, int], counts: _Counts) -> Counter[str]:
    numbers = np.fromiter(named.values(), np.int64, len(named))
    return Counter(dict(zip(named, counts[numbers].tolist(), strict=True)))


def _looked_up(
    evaluations: Sequence[Evaluation],
    counts: Sequence[_Counts],
    named: Sequence[Mapping[str, int]],
    words: Iterable[str],
) -> dict[str, int]:
    """The counts of some words over all segments, in some of which their terms are known."""
    found = dict.fromkeys(words, 0)
    for evaluation, of_segment, known in zip(evaluations, counts, named, strict=True):
        for word, count in _counted(known, of_segment).items():
            found[word] += count
        find = evaluation.segment.columns.terms.find
        for word in found.keys() - known.keys():
            number = find(encode(word))
            if number >= 0:
                found[word] += int(of_segment[number])
    return found


# Parts of the collection


def words_of(
    evaluations: Sequence[Evaluation],
    docs: Sequence[Docs],
    others: Sequence[Docs],
    person: Person,
) -> tuple[PartCounts, PartCounts]:
    """Words, speakers and places of some documents, and the same words in others.

    Args:
        evaluations: Over each segment.
        docs: For each, the rising documents.
        others: For each, the rising documents they are compared with.
        person: Tells what stands for a speaker so spelled.
    """
    words: Counter[str] = Counter()
    of_others: list[_Counts] = []
    named: list[dict[str, int]] = []
    tokens = other_tokens = 0
    for evaluation, here, there in zip(evaluations, docs, others, strict=True):
        is_here, is_there = _tokens_of(evaluation, here), _tokens_of(evaluation, there)
        tokens += int(np.count_nonzero(is_here))
        other_tokens += int(np.count_nonzero(is_there))
        counts = _counts(evaluation, is_here)
        named.append(_named(evaluation, counts))
        words.update(_counted(named[-1], counts))
        of_others.append(_counts(evaluation, is_there))
    return (
        PartCounts(words, tokens, _values(evaluations, docs, person), sum(map(len, docs))),
        PartCounts(
            _looked_up(evaluations, of_others, named, words),
            other_tokens,
            _values(evaluations, others, person),
            sum(map(len, others)),
        ),
    )


def _values(
    evaluations: Sequence[Evaluation], docs: Sequence[Docs], person: Person
) -> dict[str, Counter[str]]:
    """Speakers and places of some documents, each with the number of its documents."""
    speakers: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for evaluation, of_segment in zip(evaluations, docs, strict=True):
        segment = evaluation.segment
        speakers.update(_persons(segment, of_segment, person))
        places.update(segment.facet_counts("place", segment.mask_of(of_segment)))
    return {"speaker": speakers, "place": places}


def _persons(segment: Segment, docs: Docs, person: Person) -> dict[str, int]:
    """Speakers of some documents, each with the number of its documents under any spelling."""
    spellings, offsets, numbers = segment.facet("speaker")
    is_wanted = np.repeat(segment.mask_of(docs), np.diff(offsets))
    used, of_place = np.unique(numbers[is_wanted], return_inverse=True)
    persons = [person(spellings[number]) for number in used.tolist()]
    distinct = list(dict.fromkeys(persons))
    at = {name: number for number, name in enumerate(distinct)}
    of_person = np.array([at[name] for name in persons], np.int64)[of_place]
    of_doc = np.repeat(np.arange(segment.n_docs), np.diff(offsets))[is_wanted]
    once = np.unique(of_doc * max(1, len(distinct)) + of_person)
    counts = np.bincount(once % max(1, len(distinct)), minlength=len(distinct))
    return dict(zip(distinct, counts.tolist(), strict=True))
