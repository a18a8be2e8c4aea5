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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer import manifest
from dragoman.indexer.columns import SegmentColumns
from dragoman.indexer.name_parts import NamePart, NameParts, name_parts
from dragoman.indexer.persons import persons_of
from dragoman.indexer.relations import NO_RELATIONS, Relations

Names = Mapping[str, Sequence[str]]
NO_NAMES: Names = MappingProxyType({})
_Live = NDArray[np.bool_]
Packed = list[Any] | None
"""A name's parts as JSON has them; None for what is no name."""


class PersonTable:
    """Spellings and persons of a generation, brought up to date at every commit.

    Attributes:
        values: Spelling to what stands for its person, where that is another text; by spelling.
        settled: Person to spellings, as `names.toml` had them.
    """

    def __init__(self) -> None:
        self.values: Mapping[str, str] = {}
        self.settled: dict[str, tuple[str, ...]] = {}
        self._counts: dict[str, int] = {}
        self._pairs: list[tuple[str, str]] = []
        self._packed: dict[str, Packed] = {}  # name parts are made of them when they are needed

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
            table._counts, table._packed = dict(content["counts"]), dict(content["parts"])
            table._pairs = [(one, other) for one, other in content["pairs"]]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise manifest.damaged(path) from error
        return table

    def update(
        self,
        segments: Sequence[tuple[SegmentColumns, _Live]],
        settled: Names,
        relations: Relations = NO_RELATIONS,
    ) -> None:
        """Finds the persons of segments: anew those only whose names, counts or pairs changed.

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
            columns.file.release()
        pairs = sorted([*_sole_pairs(speakers_of_pairs), *_joined_speakers(segments, relations)])
        now_settled = {person: tuple(spellings) for person, spellings in settled.items()}
        known = {*counts, *_names_in(now_settled)}
        if now_settled != self.settled:
            changed = known | self._packed.keys()
        else:
            changed = {spelling for spelling, _ in self._counts.items() ^ counts.items()}
            changed.update(*_unlike(self._pairs, pairs))
        if changed:
            packed = {spelling: self._packed[spelling] for spelling in known & self._packed.keys()}
            for spelling in known - packed.keys():
                packed[spelling] = _pack(name_parts(spelling))
            beside = {**self._packed, **packed}  # what left may have stood between others
            affected = _connected(changed, beside, now_settled, [*self._pairs, *pairs])
            self._replace(affected, counts, pairs, now_settled, packed)
            self._packed = packed
        self._counts, self._pairs, self.settled = dict(counts), pairs, now_settled

    def _replace(
        self,
        affected: set[str],
        counts: Mapping[str, int],
        pairs: Sequence[tuple[str, str]],
        settled: Names,
        packed: Mapping[str, Packed],
    ) -> None:
        """Finds the persons of some spellings with which no others have anything to do."""
        found = persons_of(
            {spelling: counts[spelling] for spelling in affected if spelling in counts},
            pairs=[pair for pair in pairs if pair[0] in affected],
            settled={person: of for person, of in settled.items() if person in affected},
            parts={spelling: _unpacked(packed[spelling]) for spelling in affected & packed.keys()},
        )
        kept = ((s, value) for s, value in self.values.items() if s not in affected)
        self.values = dict(sorted([*kept, *found.values.items()]))

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
            {"counts": self._counts, "pairs": self._pairs, "parts": self._packed},
        )


def _names_in(settled: Names) -> set[str]:
    return {*settled, *(spelling for several in settled.values() for spelling in several)}


def _unlike(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Pairs that do not occur as often in both."""
    before, after = Counter(old), Counter(new)
    return {pair for pair in before.keys() | after.keys() if before[pair] != after[pair]}


def _connected(
    changed: Iterable[str],
    packed: Mapping[str, Packed],
    settled: Names,
    pairs: Iterable[tuple[str, str]],
) -> set[str]:
    """Some spellings, and all that can have to do with them, over whatever many steps.

    Spellings have to do with each other where their surnames can be one, where they are settled as
    one person, and where they are the speakers of two versions of a text.
    """
    surnames = {
        spelling: [f"~{fold}" for fold in parts[1][-1][0]] if parts else ()
        for spelling, parts in packed.items()
    }
    links: dict[str, list[str]] = {}
    together = [
        *((fold, spelling) for spelling, folds in surnames.items() for fold in folds),
        *((person, spelling) for person, several in settled.items() for spelling in several),
        *pairs,
    ]
    for one, other in together:
        links.setdefault(one, []).append(other)
        links.setdefault(other, []).append(one)
    found = set(changed)
    waiting = list(found)
    while waiting:
        for other in links.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


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
    docs = np.flatnonzero(has_pair)
    langs, speakers = _values_of(columns, "lang", docs), _values_of(columns, "speaker", docs)
    for doc, lang, several in zip(docs.tolist(), langs, speakers, strict=True):
        if len(several) == 1 and lang:
            yield columns.record(doc)["pair"], lang[0], several[0]


def _values_of(columns: SegmentColumns, name: str, docs: NDArray[np.int64]) -> Iterator[list[str]]:
    """The values of a facet that each of some documents has."""
    values, offsets, numbers = columns.facet(name)
    for start, end in zip(offsets[docs].tolist(), offsets[docs + 1].tolist(), strict=True):
        yield [values[number] for number in numbers[start:end].tolist()]


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
            docs = np.flatnonzero(is_wanted)
            speakers = _values_of(columns, "speaker", docs)
            for content, several in zip(hashes[docs].tolist(), speakers, strict=True):
                if len(several) == 1:
                    speaker_of[content] = several[0]
    for one, other in zip(*(end.tolist() for end in ends), strict=True):
        if one in speaker_of and other in speaker_of:
            yield speaker_of[one], speaker_of[other]


def _pack(name: NameParts | None) -> Packed:
    """A name as JSON has it."""
    if name is None:
        return None
    words = [[sorted(part.folds), part.is_initial] for part in (*name.given, name.surname)]
    return [name.bare, words, name.has_office, name.is_nominative, name.is_certain]


def _unpacked(packed: Packed) -> NameParts | None:
    if packed is None:
        return None
    bare, words, *flags = packed
    parts = [NamePart(frozenset(folds), is_initial) for folds, is_initial in words]
    return NameParts(bare, tuple(parts[:-1]), parts[-1], *flags)
