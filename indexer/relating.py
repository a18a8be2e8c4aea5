"""Which documents belong together: near-identical texts, and language versions by text.

In: the segments of a generation, and the relations of the one before. Out: `Relations`. Only new
documents are compared, and what comes out depends on the documents alone: increments end where a
rebuild does. Versions by `pair`, link or address need no comparison: equal values find them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from dragoman.indexer.compared_documents import Array, ComparedDocuments, Live, Mask
from dragoman.indexer.relations import NO_RELATIONS, Relations
from dragoman.indexer.versions import (
    DAYS_APART,
    LEAD,
    MAX_LENGTHS,
    MIN_COMMON,
    MIN_SCORE,
    MINUTES_OF_DAY,
    Edge,
    joined,
)

_SPARSE = 16
"""Numbers are sorted, not counted in a table, where it has so many times more places."""


def relations_of(segments: Sequence[Live], old: Relations = NO_RELATIONS) -> Relations:
    """The relations between the documents of some segments.

    Args:
        segments: Each with its documents that are not deleted (n_docs).
        old: What was known before of some of these documents, and perhaps of others.
    """
    documents = ComparedDocuments(segments)
    is_new = ~np.isin(documents.hashes, old.known)
    if not is_new.any() and len(old.known) == len(documents.hashes):
        return old
    labels = _near_labels(documents, is_new, old)
    edges = _edges(documents, is_new, old)
    hashes = documents.hashes
    lang_of = {at: int(documents.langs[at]) for edge in edges for at in edge[:2]}
    counts = np.bincount(labels, minlength=len(labels))
    in_group = np.flatnonzero(counts[labels] > 1)
    group_of = {at: int(labels[at]) for at in in_group.tolist()}
    near_order = in_group[np.argsort(hashes[in_group])]
    numbers: dict[int, int] = {}
    groups = [numbers.setdefault(label, len(numbers)) for label in labels[near_order].tolist()]
    are_joined = joined(edges, lang_of, group_of)
    ends = np.array([edge[:2] for edge in edges], np.int64).reshape(-1, 2)
    pairs = hashes[ends]
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return Relations(
        known=np.sort(hashes),
        near=hashes[near_order],
        groups=np.array(groups, np.uint32),
        one=pairs[order, 0],
        other=pairs[order, 1],
        scores=np.array([edge.score for edge in edges], np.float64)[order],
        is_joined=np.array(are_joined, np.bool_)[order],
    )


# Near-identical texts


def _near_labels(documents: ComparedDocuments, is_new: Mask, old: Relations) -> Array:
    """(n) a number for each document, the same for near-identical ones and those between them."""
    hashes = documents.hashes
    labels = np.arange(len(documents), dtype=np.int64)
    to_compare = is_new.copy()
    place = {int(hashes[at]): at for at in np.flatnonzero(np.isin(hashes, old.near)).tolist()}
    for members in old.members.values():
        there = [place[content] for content in members if content in place]
        if len(there) == len(members):
            labels[there] = there[0]
        else:
            to_compare[there] = True  # what held the group together may be gone
    labelled: dict[int, list[int]] = {}
    for at in np.flatnonzero(labels != np.arange(len(labels))).tolist():
        labelled.setdefault(int(labels[at]), [int(labels[at])]).append(at)
    shingles = documents.shingles
    apart: set[tuple[int, int]] = set()
    for alike in _buckets(documents.bands, to_compare):
        for at in alike[to_compare[alike]].tolist():
            others = alike[labels[alike] != labels[at]]
            if not len(others) and (labels[alike] == labels[at]).all():
                break
            for other in others.tolist():
                pair = (min(at, other), max(at, other))
                if labels[other] == labels[at] or pair in apart:
                    continue
                if shingles(at).is_near(shingles(other)):
                    gone, kept = int(labels[other]), int(labels[at])
                    moved = labelled.pop(gone, [gone])
                    labels[moved] = kept
                    labelled.setdefault(kept, [kept]).extend(moved)
                else:
                    apart.add(pair)
    return labels


def _buckets(bands: Array, wanted: Mask) -> Iterator[Array]:
    """Documents that share a band key, two or more, at least one of them wanted."""
    for band in range(bands.shape[1]):
        keys = bands[:, band]
        chosen = np.unique(keys[wanted])
        chosen = chosen[chosen > 0]
        if not len(chosen):
            continue
        held = np.flatnonzero(np.isin(keys, chosen))
        held = held[np.argsort(keys[held], kind="stable")]
        starts = np.flatnonzero(np.diff(keys[held].astype(np.int64), prepend=-1))
        ends = [*starts[1:].tolist(), len(held)]
        for start, end in zip(starts.tolist(), ends, strict=True):
            if end - start > 1:
                yield held[start:end]


# Language versions


def _edges(documents: ComparedDocuments, is_new: Mask, old: Relations) -> list[Edge]:
    """All edges between documents of different languages, each once."""
    hashes = documents.hashes
    order = np.argsort(hashes)
    found: dict[tuple[int, int], float] = {}
    if len(old.one):
        rising = hashes[order]
        ends = np.stack([old.one, old.other], axis=1)
        at = np.minimum(rising.searchsorted(ends), max(0, len(rising) - 1))
        there = (rising[at] == ends).all(axis=1) if len(rising) else np.zeros(len(ends), bool)
        kept = zip(order[at[there]].tolist(), old.scores[there].tolist(), strict=True)
        found = {(one, other): score for (one, other), score in kept}
    langs = documents.langs
    n_new = np.bincount(langs[is_new])
    others = langs > 0
    for lang in sorted(np.flatnonzero(n_new[1:]) + 1, key=n_new.__getitem__):
        new = is_new & (langs == lang)
        beside = others & (langs != lang)
        others &= ~new  # the languages that follow have met these
        if beside.any():
            for one, other, score in _matches(documents, new, beside):
                pair = (one, other) if hashes[one] < hashes[other] else (other, one)
                found[pair] = score
    return [Edge(one, other, score) for (one, other), score in found.items()]


def _matches(documents: ComparedDocuments, new: Mask, others: Mask) -> Iterator[Edge]:
    """The edges from each of some documents to some others."""
    for new_docs, new_anchors in documents.anchors(new):
        keys, of_key = np.unique(new_anchors, return_inverse=True)
        starts = np.flatnonzero(np.diff(new_docs, prepend=-1)).tolist()
        spans = list(zip(starts, [*starts[1:], len(of_key)], strict=True))
        for docs, anchors in documents.anchors(others):
            place = np.minimum(keys.searchsorted(anchors), len(keys) - 1)
            held = keys[place] == anchors
            lists = docs[held][np.argsort(place[held], kind="stable")]
            bounds = np.append(0, np.cumsum(np.bincount(place[held], minlength=len(keys))))
            for start, end in spans:
                chosen = of_key[start:end].tolist()
                shared = [lists[bounds[key] : bounds[key + 1]] for key in chosen]
                found, common = _counted(np.concatenate(shared), len(documents))
                yield from _edges_from(documents, int(new_docs[start]), found, common)
    documents.release()


def _edges_from(
    documents: ComparedDocuments, at: int, found: Array, common: Array
) -> Iterator[Edge]:
    """The edges of a document to others that share so many anchors with it."""
    n_anchors = documents.n_anchors
    scores = common / np.sqrt(n_anchors[at] * n_anchors[found])
    fits = (common >= MIN_COMMON) & (scores >= MIN_SCORE / LEAD)
    fits[fits] = _fits(documents, at, found[fits])
    for other, score in zip(found[fits].tolist(), scores[fits].tolist(), strict=True):
        yield Edge(at, other, score)


def _counted(numbers: Array, n: int) -> tuple[Array, Array]:
    """Distinct numbers below n, rising, and how often each occurs."""
    if len(numbers) * _SPARSE < n:
        return np.unique(numbers, return_counts=True)
    counts = np.bincount(numbers, minlength=n)
    found = np.flatnonzero(counts)
    return found, counts[found]


def _fits(documents: ComparedDocuments, at: int, others: Array) -> Mask:
    """Whether dates and lengths let others be versions of a document."""
    lengths, dates = documents.lengths, documents.dates
    fits = lengths[others] <= MAX_LENGTHS * lengths[at]
    fits &= lengths[at] <= MAX_LENGTHS * lengths[others]
    start, end = dates[at].tolist()
    if start >= 0:
        slack = DAYS_APART * MINUTES_OF_DAY
        first, last = dates[others, 0], dates[others, 1]
        fits &= (first < 0) | ((first < end + slack) & (start < last + slack))
    found: Mask = fits
    return found
