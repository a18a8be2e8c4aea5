"""Which documents of an index belong together, kept in a file of each generation.

In and out: `Relations`, in arrays beside the segments, each checked by its sum. Documents are known
by their content hashes, so a merge of segments changes nothing. Compares no documents (`relating`).
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.columnfile import ColumnFile, ColumnFileWriter

Uint64 = NDArray[np.uint64]
_NO_HASHES = np.zeros(0, np.uint64)


@dataclass(frozen=True)
class Relations:
    """What belongs together; documents by content hash.

    Attributes:
        known: Rising hashes of all documents that were compared.
        near: Rising hashes of those that have near-identical ones.
        groups: Number of the group of each of these; groups in the order of their first member.
        one: Hash of the first document of each edge (`versions.Edge`), the lower of both.
        other: Hash of the second. Edges rise by both.
        scores: Score of each edge.
        is_joined: Whether an edge joins language versions.
    """

    known: Uint64
    near: Uint64
    groups: NDArray[np.uint32]
    one: Uint64
    other: Uint64
    scores: NDArray[np.float64]
    is_joined: NDArray[np.bool_]

    @cached_property
    def _group_of(self) -> dict[int, int]:
        return dict(zip(self.near.tolist(), self.groups.tolist(), strict=True))

    @cached_property
    def members(self) -> dict[int, list[int]]:
        """Number of each group to the hashes of its documents."""
        members: dict[int, list[int]] = {}
        for content, group in self._group_of.items():
            members.setdefault(group, []).append(content)
        return members

    @cached_property
    def _versions(self) -> dict[int, list[int]]:
        versions: dict[int, list[int]] = {}
        ends = (array[self.is_joined].tolist() for array in (self.one, self.other))
        for one, other in zip(*ends, strict=True):
            versions.setdefault(one, []).append(other)
            versions.setdefault(other, []).append(one)
        return versions

    def group(self, content: int) -> int | None:
        """The group of a document's near-identical ones, or None."""
        return self._group_of.get(content)

    def near_identical(self, content: int) -> list[int]:
        """Hashes of the other documents that are near-identical to one."""
        group = self._group_of.get(content)
        return [] if group is None else [m for m in self.members[group] if m != content]

    def versions(self, content: int) -> list[int]:
        """Hashes of the documents that are versions of one by what stands in them."""
        return self._versions.get(content, [])

    @cached_property
    def joined_documents(self) -> Uint64:
        """Rising hashes of all documents that are versions of another by what stands in them."""
        return np.unique(np.concatenate([a[self.is_joined] for a in (self.one, self.other)]))

    @cached_property
    def related(self) -> Uint64:
        """Rising hashes of all documents that are related to another."""
        return np.union1d(self.near, self.joined_documents)


NO_RELATIONS = Relations(
    known=_NO_HASHES,
    near=_NO_HASHES,
    groups=np.zeros(0, np.uint32),
    one=_NO_HASHES,
    other=_NO_HASHES,
    scores=np.zeros(0, np.float64),
    is_joined=np.zeros(0, np.bool_),
)


def with_groups(relations: Relations, hashes: Uint64) -> Uint64:
    """Rising hashes of some documents and of all in a group with one of them."""
    groups = np.unique(relations.groups[np.isin(relations.near, hashes)])
    return np.union1d(hashes, relations.near[np.isin(relations.groups, groups)])


def edges_of(relations: Relations, hashes: Uint64) -> NDArray[np.bool_]:
    """Which edges have one of some documents at an end."""
    return np.isin(relations.one, hashes) | np.isin(relations.other, hashes)


def edges_in(relations: Relations, hashes: Uint64) -> NDArray[np.bool_]:
    """Which edges have two of some documents at their ends."""
    return np.isin(relations.one, hashes) & np.isin(relations.other, hashes)


def ends_of(relations: Relations, edges: NDArray[np.bool_]) -> Uint64:
    """Rising hashes of the documents at the ends of some edges."""
    return np.union1d(relations.one[edges], relations.other[edges])


def parted(relations: Relations, hashes: Uint64) -> tuple[Relations, Relations]:
    """What relates some documents with each other, and the rest; `known` is empty in both.

    Args:
        relations: All.
        hashes: The documents, with the groups they are in (`with_groups`).
    """
    is_near = np.isin(relations.near, hashes)
    is_edge = edges_in(relations, hashes)
    return _chosen(relations, is_near, is_edge), _chosen(relations, ~is_near, ~is_edge)


def without(relations: Relations, hashes: Uint64) -> Relations:
    """What does not relate some documents, with their groups; `known` is empty."""
    near = np.isin(relations.near, with_groups(relations, hashes))
    return _chosen(relations, ~near, ~edges_of(relations, hashes))


def _chosen(relations: Relations, near: NDArray[np.bool_], edges: NDArray[np.bool_]) -> Relations:
    return Relations(
        known=_NO_HASHES,
        near=relations.near[near],
        groups=relations.groups[near],
        one=relations.one[edges],
        other=relations.other[edges],
        scores=relations.scores[edges],
        is_joined=relations.is_joined[edges],
    )


def united(one: Relations, other: Relations) -> Relations:
    """What two parts of some relations have, no group or edge in both."""
    near = np.concatenate([one.near, other.near])
    apart = np.uint32(one.groups.max() + 1 if len(one.groups) else 0)
    order = np.argsort(near)
    groups = np.concatenate([one.groups, other.groups + apart])[order]
    _, first, of = np.unique(groups, return_index=True, return_inverse=True)
    edges = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("one", "other", "scores", "is_joined")
    }
    rising = np.lexsort((edges["other"], edges["one"]))
    return Relations(
        known=np.union1d(one.known, other.known),
        near=near[order],
        groups=np.argsort(np.argsort(first))[of].astype(np.uint32),
        **{name: array[rising] for name, array in edges.items()},
    )


_ARRAYS = ("known", "near", "groups", "one", "other", "scores")


def relations_name(generation: int) -> str:
    """Name of the file with a generation's relations."""
    return f"relations-{generation}.arrays"


def write_relations(folder: Path, generation: int, relations: Relations) -> None:
    """Writes the relations of the next generation; one of a run that was killed is replaced."""
    path = folder / relations_name(generation)
    path.unlink(missing_ok=True)
    with ColumnFileWriter(path) as writer:
        for name in _ARRAYS:
            writer.add(name, getattr(relations, name))
        writer.add("is_joined", relations.is_joined.astype(np.uint8))


def read_relations(folder: Path, generation: int) -> Relations:
    """The relations of a committed generation.

    Raises:
        IndexDamaged: The file is missing, cut short or altered.
    """
    file = ColumnFile(folder / relations_name(generation))
    return Relations(
        **{name: file.array(name) for name in _ARRAYS},
        is_joined=file.array("is_joined").astype(bool),
    )


def remove_old_relations(folder: Path, generation: int) -> None:
    """Removes the relations of all generations but this one."""
    for path in folder.glob("relations-*.arrays"):
        if path.name != relations_name(generation):
            path.unlink(missing_ok=True)
