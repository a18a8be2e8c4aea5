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
Speakers = tuple[str, str]
"""Of one text in two languages."""
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
        self._pairs: list[Speakers] = []
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
        for columns, live in segments:
            counts.update(_counted(columns, "speaker", live))
            counts.update(dict.fromkeys(_counted(columns, "voice", live), 0))
            columns.file.release()
        speaker_of = sole_speakers(segments, relations.joined_documents)
        pairs = [*speakers_of_pairs(segments).values(), *joined_speakers(speaker_of, relations)]
        self.settle(counts, pairs, settled)

    def settle(
        self, counts: Mapping[str, int], pairs: Iterable[tuple[str, str]], settled: Names
    ) -> None:
        """Finds the persons of spellings: anew those only of which something changed.

        Args:
            counts: Spelling to the documents that have it as a speaker; 0 where it is one of those
                who speak in a transcript only.
            pairs: The speakers of two language versions each.
            settled: What `names.toml` says.
        """
        pairs = sorted(pairs)
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


def speakers_of_pairs(segments: Iterable[tuple[SegmentColumns, _Live]]) -> dict[str, Speakers]:
    """Pair to the speakers of its two versions, where each version has one."""
    found: dict[str, dict[str, set[str]]] = {}
    for columns, live in segments:
        docs = np.flatnonzero(live & (columns.lengths("pair") > 0))
        if not len(docs):
            continue
        langs, speakers = _values_of(columns, "lang", docs), _values_of(columns, "speaker", docs)
        for doc, lang, several in zip(docs.tolist(), langs, speakers, strict=True):
            if len(several) == 1 and lang:
                of_langs = found.setdefault(columns.record(doc)["pair"], {})
                of_langs.setdefault(lang[0], set()).add(several[0])
    return {
        pair: tuple(next(iter(speakers)) for _, speakers in sorted(of_langs.items()))  # type: ignore[misc]
        for pair, of_langs in found.items()
        if len(of_langs) == 2 and all(len(speakers) == 1 for speakers in of_langs.values())
    }


def sole_speakers(
    segments: Iterable[tuple[SegmentColumns, _Live]], wanted: NDArray[np.uint64]
) -> dict[int, str]:
    """Content hash to speaker of those of some documents that have one speaker and no pair."""
    found: dict[int, str] = {}
    if not len(wanted):
        return found
    for columns, live in segments:
        hashes = columns.hashes()
        docs = np.flatnonzero(live & (columns.lengths("pair") == 0) & np.isin(hashes, wanted))
        speakers = _values_of(columns, "speaker", docs)
        for content, several in zip(hashes[docs].tolist(), speakers, strict=True):
            if len(several) == 1:
                found[content] = several[0]
    return found


def joined_speakers(speaker_of: Mapping[int, str], relations: Relations) -> Iterator[Speakers]:
    """The speakers of two documents that their texts join, where both are known."""
    ends = (array[relations.is_joined].tolist() for array in (relations.one, relations.other))
    for one, other in zip(*ends, strict=True):
        if one in speaker_of and other in speaker_of:
            yield speaker_of[one], speaker_of[other]


def _values_of(columns: SegmentColumns, name: str, docs: NDArray[np.int64]) -> Iterator[list[str]]:
    """The values of a facet that each of some documents has."""
    values, offsets, numbers = columns.facet(name)
    for start, end in zip(offsets[docs].tolist(), offsets[docs + 1].tolist(), strict=True):
        yield [values[number] for number in numbers[start:end].tolist()]


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
