"""What a commit finds out about all documents of an index in the cluster.

In: what a run changed, and what was known before. Out: the header, and who is who and which
documents belong together, by the same code as for an embedded index. What is read grows with the
changes: new documents, those that may belong to one of them (`neighbours`), and the groups that
these are in. Where what was known is not about the documents that were there (a run was
killed), everything is found anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer import manifest
from dragoman.indexer.opensearch import schema, state
from dragoman.indexer.opensearch.changes import Changes
from dragoman.indexer.opensearch.documents import Documents, Segments, hashes_of
from dragoman.indexer.opensearch.neighbours import neighbours
from dragoman.indexer.opensearch.tables import Tables
from dragoman.indexer.person_table import (
    Names,
    Speakers,
    joined_speakers,
    names_hash,
    sole_speakers,
    speakers_of_pairs,
)
from dragoman.indexer.relating import relations_of
from dragoman.indexer.relations import (
    NO_RELATIONS,
    Relations,
    edges_in,
    edges_of,
    ends_of,
    parted,
    united,
    with_groups,
    without,
)
from dragoman.indexer.versions import Edge, joined

Hashes = NDArray[np.uint64]
AT_ONCE = 500
"""New documents that are compared at a time: bounds memory."""
COMPARED_WHOLE = 50_000
"""Documents of an index that are compared all at once where most are new: some 250 MB."""
_READ = 5_000


def counted(documents: Documents, names: Names, *, is_checkpoint: bool) -> manifest.Header:
    """The header of an index as it is now, with the roots of all machines."""
    content = sum(documents.contents().values()) + names_hash(names)
    n_documents, n_tokens = documents.counts()
    roots = state.all_roots(documents.cluster).values()
    return manifest.Header(
        state=manifest.states_of(content)[is_checkpoint],
        documents=n_documents,
        tokens=n_tokens,
        roots=tuple(root for several in roots for root in several),
    )


def related(
    documents: Documents, machine: str | None, old: Tables, changes: Changes, names: Names
) -> Tables:
    """Who is who, and which documents belong together, as documents are now.

    Args:
        documents: All that are visible.
        machine: Whose changes these are: what other machines have not committed is left to them.
            None where all are of this run.
        old: What was known before.
        changes: Since then.
        names: What `names.toml` says.
    """
    contents = documents.contents()
    if is_known(contents, machine, old, changes):
        contents = contents if machine is None else {machine: contents.get(machine, 0)}
    else:
        old, changes = Tables(old.persons), Changes(documents.known())
    relations = _relations(documents, old.relations, changes)
    speakers = _speakers(documents, old.speakers, relations.joined_documents)
    pairs = _pairs(documents, old.pairs, changes.pairs())
    alone = {known: speaker for known, speaker in speakers.items() if speaker is not None}
    counts = Counter(documents.counts_of("facets.speaker"))
    counts.update(dict.fromkeys(documents.counts_of("facets.voice"), 0))
    old.persons.settle(counts, [*pairs.values(), *joined_speakers(alone, relations)], names)
    return Tables(old.persons, relations, speakers, pairs, {**old.contents, **contents})


def is_known(
    contents: Mapping[str, int], machine: str | None, old: Tables, changes: Changes
) -> bool:
    """Whether the documents that are there are those that were known, with these changes.

    They are not where a run was killed that had sent some.

    Args:
        contents: What is there, as `Documents.contents` tells it.
        machine: As `related` has it, like those that follow.
        old: What was known before.
        changes: Since then.
    """
    machines = contents if machine is None else [machine]
    known = sum(old.contents.get(each, 0) for each in machines) + changes.total()
    return (known - sum(contents.get(each, 0) for each in machines)) % 2**64 == 0


def unfinished(tables: Tables, machine: str, changes: Changes) -> Tables:
    """What was known before, as far as it is of documents that are still there."""
    if not changes.removed:
        return tables
    relations = without(tables.relations, hashes_of(changes.removed))
    contents = {each: total for each, total in tables.contents.items() if each != machine}
    return replace(tables, relations=relations, contents=contents)


# Relations


def _relations(documents: Documents, old: Relations, changes: Changes) -> Relations:
    """What belongs together now; what `known` has is not compared again."""
    removed = hashes_of(changes.removed)
    new = np.setdiff1d(hashes_of(changes.added), old.known)
    relations = replace(old, known=NO_RELATIONS.known)
    n_documents, _ = documents.counts()
    changed = seen = removed
    if len(removed):
        changed = seen = with_groups(relations, removed)
        left = documents.with_hashes(np.setdiff1d(changed, removed))
        relations = without(_again(relations, left, changed, changed), removed)
    if 2 * len(new) > n_documents and n_documents <= COMPARED_WHOLE:
        found = relations_of(documents.all(), replace(relations, known=old.known))
        return replace(found, known=NO_RELATIONS.known)
    for start in range(0, len(new), AT_ONCE):
        at_once = new[start : start + AT_ONCE]
        alike = hashes_of(neighbours(documents, documents.with_hashes(at_once)))
        members = with_groups(relations, np.union1d(at_once, alike))
        of_members = documents.with_hashes(members)
        relations = _again(relations, of_members, members, np.setdiff1d(members, at_once))
        changed = np.union1d(changed, with_groups(relations, at_once))
        seen = np.union1d(seen, members)
    touched = [changed, *(ends_of(each, edges_of(each, changed)) for each in (old, relations))]
    told = edges_of(relations, np.unique(np.concatenate(touched))) | edges_in(relations, seen)
    return _rejoined(documents, relations, told)


def _again(relations: Relations, segments: Segments, members: Hashes, known: Hashes) -> Relations:
    """The relations with those between some documents found anew.

    Args:
        relations: What was known.
        segments: The documents that are there of the members.
        members: With all that are in a group with one of them.
        known: Those that have been compared with each other.
    """
    theirs, rest = parted(relations, members)
    found = relations_of(segments, replace(theirs, known=known))
    return united(rest, replace(found, known=NO_RELATIONS.known))


def _rejoined(documents: Documents, relations: Relations, told: NDArray[np.bool_]) -> Relations:
    """The relations, with what some edges join told anew.

    An edge joins where it leads all others at its ends: those have to be looked at, and no more.
    """
    beside = edges_of(relations, ends_of(relations, told))
    ends = ends_of(relations, beside)
    groups = {known: relations.group(known) for known in ends.tolist()}
    columns = (relations.one, relations.other, relations.scores)
    are_joined = joined(
        [Edge(*row) for row in zip(*(of[beside].tolist() for of in columns), strict=True)],
        documents.langs(ends),
        {known: group for known, group in groups.items() if group is not None},
    )
    is_joined = relations.is_joined.copy()
    is_joined[told] = np.array(are_joined, bool)[told[beside]]
    return replace(relations, is_joined=is_joined)


# Persons


def _speakers(
    documents: Documents, old: Mapping[int, str | None], joined: Hashes
) -> dict[int, str | None]:
    """Of documents that their texts join to others the one speaker each, as far as it has one."""
    wanted: list[int] = joined.tolist()
    new = hashes_of(known for known in wanted if known not in old)
    found: dict[int, str] = {}
    for start in range(0, len(new), _READ):
        at_once = new[start : start + _READ]
        found |= sole_speakers(documents.with_hashes(at_once), at_once)
    return {known: old[known] if known in old else found.get(known) for known in wanted}


def _pairs(
    documents: Documents, old: Mapping[str, Speakers], touched: Iterable[str]
) -> dict[str, Speakers]:
    """Pair to the speakers of its versions; found anew where documents of a pair are others."""
    again = sorted(touched)
    found: dict[str, Speakers] = {pair: old[pair] for pair in old.keys() - again}
    for start in range(0, len(again), _READ):
        segments = documents.with_values("values.pair", again[start : start + _READ])
        of_pairs = speakers_of_pairs(segments)
        found |= {schema.kept(pair): speakers for pair, speakers in of_pairs.items()}
    return found
