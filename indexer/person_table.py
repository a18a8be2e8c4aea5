"""The persons of an index, kept beside its segments.

In: a generation's segments and what `names.toml` settles. Out: `persons-N.json`, by which readers
know which spellings are one person, and `spellings-N.json`, by which the next writer need not take
them apart again. What a name is, `name_parts` knows; who is who, `persons`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer import manifest
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.name_parts import NamePart, NameParts
from dragoman.indexer.persons import persons_of
from dragoman.indexer.relations import NO_RELATIONS, Relations

Names = Mapping[str, Sequence[str]]
NO_NAMES: Names = MappingProxyType({})
_Live = NDArray[np.bool_]


class PersonTable:
    """Spellings and persons of a generation, brought up to date at every commit.

    Attributes:
        values: Spelling to what stands for its person, where that is another text.
        settled: Person to spellings, as `names.toml` had them.
    """

    def __init__(self) -> None:
        self.values: Mapping[str, str] = {}
        self.settled: dict[str, tuple[str, ...]] = {}
        self._parts: dict[str, NameParts | None] = {}

    @classmethod
    def read(cls, folder: Path, generation: int) -> "PersonTable":
        """What a committed generation holds; an empty table where there is none (-1).

        Raises:
            IndexDamaged: It can't be read.
        """
        table = cls()
        if generation < 0:
            return table
        table.values, table.settled = manifest.parse_persons(
            *manifest.read_persons(folder, generation)
        )
        path = folder / f"spellings-{generation}.json"
        try:
            content = manifest.parse_json(path, path.read_bytes(), "spellings")
            table._parts = {spelling: _unpacked(packed) for spelling, packed in content.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise manifest.damaged(path) from error
        return table

    def update(
        self,
        segments: Sequence[tuple[SegmentColumns, _Live]],
        settled: Names,
        relations: Relations = NO_RELATIONS,
    ) -> None:
        """Finds the persons of segments anew.

        Args:
            segments: Each with its documents that are not deleted.
            settled: What `names.toml` says.
            relations: Which documents are language versions by what stands in them.
        """
        counts: Counter[str] = Counter()
        speakers_of_pairs: dict[str, dict[str, set[str]]] = {}
        for columns, live in segments:
            counts.update(_counted(columns, "speaker", live))
            counts.update(dict.fromkeys(_counted(columns, "voice", live), 0))
            for pair, lang, speaker in _paired_speakers(columns, live):
                speakers_of_pairs.setdefault(pair, {}).setdefault(lang, set()).add(speaker)
        known = self._parts
        self._parts = {spelling: known[spelling] for spelling in counts if spelling in known}
        self.settled = {person: tuple(spellings) for person, spellings in settled.items()}
        self.values = persons_of(
            counts,
            pairs=[*_sole_pairs(speakers_of_pairs), *_joined_speakers(segments, relations)],
            settled=settled,
            parts=self._parts,
        ).values

    def write(self, folder: Path, generation: int) -> None:
        """Writes the table of a generation that is not visible yet."""
        manifest.write_json(
            folder / f"persons-{generation}.json",
            "persons",
            {"values": dict(self.values), "settled": self.settled},
        )
        manifest.write_json(
            folder / f"spellings-{generation}.json",
            "spellings",
            {spelling: _packed(name) for spelling, name in self._parts.items()},
        )


def names_hash(names: Names) -> int:
    """64 bits of a hash of what is settled; 0 for nothing."""
    if not names:
        return 0
    content = json.dumps({person: sorted(names[person]) for person in names}, sort_keys=True)
    return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest(), "little")


def _counted(columns: SegmentColumns, name: str, live: _Live) -> dict[str, int]:
    """How many living documents have each value; values that none has are left out."""
    values, offsets, numbers = columns.facet(name)
    counts = np.bincount(numbers[np.repeat(live, np.diff(offsets))], minlength=len(values))
    return {values[at]: int(counts[at]) for at in np.flatnonzero(counts).tolist()}


def _paired_speakers(columns: SegmentColumns, live: _Live) -> Iterator[tuple[str, str, str]]:
    """Pair, language and speaker of the documents that have a pair and one speaker."""
    has_pair = live & (columns.lengths("pair") > 0)
    if not has_pair.any():
        return
    langs = columns.facet_values("lang")
    speakers = columns.facet_values("speaker")
    for doc in np.flatnonzero(has_pair).tolist():
        if len(speakers[doc]) == 1 and langs[doc]:
            yield columns.record(doc)["pair"], langs[doc][0], speakers[doc][0]


def _sole_pairs(speakers_of_pairs: Mapping[str, Mapping[str, set[str]]]) -> list[tuple[str, str]]:
    """The speakers of the two versions of each text, where each version has one."""
    return [
        tuple(next(iter(speakers)) for _, speakers in sorted(of_langs.items()))  # type: ignore[misc]
        for of_langs in speakers_of_pairs.values()
        if len(of_langs) == 2 and all(len(speakers) == 1 for speakers in of_langs.values())
    ]


def _joined_speakers(
    segments: Iterable[tuple[SegmentColumns, _Live]], relations: Relations
) -> Iterator[tuple[str, str]]:
    """The speakers of two documents that their texts join, where each has one and no pair."""
    ends = [array[relations.is_joined] for array in (relations.one, relations.other)]
    if not len(ends[0]):
        return
    speaker_of: dict[int, str] = {}
    for columns, live in segments:
        hashes = columns.hashes()
        is_wanted = live & (columns.lengths("pair") == 0) & np.isin(hashes, np.concatenate(ends))
        if is_wanted.any():
            speakers = columns.facet_values("speaker")
            for doc in np.flatnonzero(is_wanted).tolist():
                if len(speakers[doc]) == 1:
                    speaker_of[int(hashes[doc])] = speakers[doc][0]
    for one, other in zip(*(end.tolist() for end in ends), strict=True):
        if one in speaker_of and other in speaker_of:
            yield speaker_of[one], speaker_of[other]


def _packed(name: NameParts | None) -> list[object] | None:
    """A name as JSON has it."""
    if name is None:
        return None
    words = [[sorted(part.folds), part.is_initial] for part in (*name.given, name.surname)]
    return [name.bare, words, name.has_office, name.is_nominative, name.is_certain]


def _unpacked(packed: list[object] | None) -> NameParts | None:
    if packed is None:
        return None
    bare, words, *flags = packed
    parts = [NamePart(frozenset(folds), is_initial) for folds, is_initial in words]  # type: ignore[attr-defined]
    return NameParts(str(bare), tuple(parts[:-1]), parts[-1], *map(bool, flags))
