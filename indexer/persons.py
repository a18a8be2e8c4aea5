"""Spellings of names → the persons they mean, as far as a collection gives evidence.

    spellings with counts ─ name_parts ─▶ names, the most precise first
                          ─ each to the one person it fits, or to a new one ─▶ Persons
    names.toml, versions in the other language ─ join what letters can't

In: every speaker and voice of a collection. Out: `Persons`: spelling → the one value that stands
for all spellings of a person. A spelling that fits two persons (``Иванов`` beside Igor and Sergey)
is left as it is: better two values than a wrong one. The outcome depends on the spellings alone,
not on the order in which documents came.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType

from dragoman.indexer.name_parts import NameParts, name_parts

Parts = Mapping[str, NameParts | None]
_ALIKE = 0.5
"""Share of letters in common from which a single pair of versions is enough."""
_FAR_BETTER = 20
"""Times as many documents as all others together that a person has to whom ``Putin`` alone goes."""
_VOWELS = str.maketrans("", "", "aeiou")


@dataclass(frozen=True, slots=True)
class Persons:
    """Which spellings are one person.

    Attributes:
        values: Spelling to the value that stands for the person; spellings that stand for
            themselves are left out.
    """

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def value(self, spelling: str) -> str:
        """What stands for the person so spelled."""
        return self.values.get(spelling, spelling)


@dataclass(eq=False, slots=True)
class _Person:
    """A person in the making: the names that it goes by, and its spellings."""

    names: list[NameParts] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)
    head: str = ""
    n_docs: int = 0
    is_apart: bool = False

    def fits(self, name: NameParts) -> bool:
        return any(own.fits(name) for own in self.names)

    def take(self, spelling: str, name: NameParts) -> None:
        """Adds a spelling; the most precise of the names that fit each other is kept."""
        self.spellings.append(spelling)
        if not any(own.fits(name) for own in self.names):
            self.names.append(name)


def persons_of(
    counts: Mapping[str, int],
    *,
    pairs: Iterable[tuple[str, str]] = (),
    settled: Mapping[str, Sequence[str]] = MappingProxyType({}),
    parts: dict[str, NameParts | None] | None = None,
) -> Persons:
    """The persons that spellings mean.

    Args:
        counts: Every spelling with the number of documents of which it is the speaker; 0 for one
            that stands in texts only.
        pairs: The only speakers of two language versions of one text, one pair a text.
        settled: A person's value to further spellings, as `names.toml` has them.
        parts: Names that were taken apart before; those of other spellings are added.
    """
    parts = {} if parts is None else parts
    known: Parts = {
        spelling: parts[spelling] if spelling in parts else name_parts(spelling)
        for spelling in sorted({*counts, *settled, *(s for of in settled.values() for s in of)})
    }
    parts.update(known)
    people = _placed(counts, settled, known, frozenset())
    if apart := people.contradicting(known):
        people = _placed(counts, settled, known, apart)
    people.join(pairs)
    return Persons(
        {
            spelling: value
            for person in people.all()
            for value in [_value(person, counts, known)]
            for spelling in person.spellings
            if spelling != value
        }
    )


def _placed(
    counts: Mapping[str, int],
    settled: Mapping[str, Sequence[str]],
    known: Parts,
    apart: frozenset[str],
) -> "_People":
    """Every spelling with its person; those of `apart` with none but each other."""
    people = _People()
    for head, spellings in sorted(settled.items()):
        people.settle(head, dict.fromkeys((head, *spellings)), known)
    names = [(name, spelling) for spelling, name in known.items() if name is not None]
    # Behind the full names, before what may fit one of several.
    names.sort(key=lambda named: (not _is_full(named[0]), named[1] not in apart, *_order(named)))
    for name, spelling in names:
        if spelling not in people.of:
            people.place(spelling, name, counts.get(spelling, 0), is_apart=spelling in apart)
    return people


def _is_full(name: NameParts) -> bool:
    return name.is_certain and bool(name.given) and not name.given[0].is_initial


def _order(named: tuple[NameParts, str]) -> tuple[object, ...]:
    """Full names come first, then those that an office may have lengthened, initials, surnames."""
    name, spelling = named
    is_full = bool(name.given) and not name.given[0].is_initial
    return (
        not name.is_certain, not is_full, name.trimmed() is not None, -name.precision,
        name.has_office, spelling,
    )  # fmt: skip


class _People:
    """The persons so far, found by their surnames."""

    def __init__(self) -> None:
        self.of: dict[str, _Person] = {}
        self._by_surname: dict[str, list[_Person]] = {}

    def all(self) -> list[_Person]:
        return list(dict.fromkeys(self.of.values()))

    def settle(self, head: str, spellings: Iterable[str], known: Parts) -> None:
        """A person whose spellings are given."""
        person = _Person(head=head)
        for spelling in spellings:
            self.of[spelling] = person
            name = known[spelling]
            if name is None:
                person.spellings.append(spelling)
            else:
                person.take(spelling, name)
                self._list(person, name)

    def place(self, spelling: str, name: NameParts, n_docs: int, *, is_apart: bool) -> None:
        """A spelling to the one person it fits; to a new one where it fits none, or several."""
        person = self._fitting(name, is_apart=is_apart)
        if person is None and not is_apart and (trimmed := name.trimmed()):
            person = self._fitting(trimmed)
            name = trimmed if person else name
        if person is None:
            if not name.is_certain:
                return
            person = _Person(is_apart=is_apart)
        person.take(spelling, name)
        person.n_docs += n_docs
        self.of[spelling] = person
        self._list(person, name)

    def _fitting(self, name: NameParts, *, is_apart: bool = False) -> _Person | None:
        """The one person that a name fits, or the one of several who is known far the best."""
        listed = (p for fold in name.surname.folds for p in self._by_surname.get(fold, ()))
        fitting = [
            person
            for person in dict.fromkeys(listed)
            if person.fits(name) and (person.is_apart or not is_apart)
        ]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        best = max(fitting, key=lambda person: person.n_docs)
        others = sum(person.n_docs for person in fitting) - best.n_docs
        return best if best.n_docs >= _FAR_BETTER * max(1, others) else None

    def contradicting(self, known: Parts) -> frozenset[str]:
        """Spellings by initials of which one person has two that can't both be his or hers.

        ``С.Б.Иванов`` and ``С.В.Иванов`` both fit ``Сергей Иванов``; who of them he is, if any,
        nobody knows.
        """
        found: set[str] = set()
        for person in self.all():
            second: dict[str, frozenset[str]] = {}
            for spelling in person.spellings:
                name = known[spelling]
                if name and len(name.given) > 1 and name.given[0].is_initial:
                    second[spelling] = frozenset(fold[:1] for fold in name.given[1].folds)
            if second and not person.head and not frozenset.intersection(*second.values()):
                found |= second.keys()
        return frozenset(found)

    def _list(self, person: _Person, name: NameParts) -> None:
        for fold in name.surname.folds:
            people = self._by_surname.setdefault(fold, [])
            if person not in people:
                people.append(person)

    def join(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Makes one of two persons who give the same texts in two languages, and no others."""
        together = Counter(
            (self.of[one], self.of[other])
            for one, other in pairs
            if one in self.of and other in self.of and self.of[one] is not self.of[other]
        )
        partners: dict[_Person, set[_Person]] = {}
        for one, other in together:
            partners.setdefault(one, set()).add(other)
            partners.setdefault(other, set()).add(one)
        for (one, other), count in together.items():
            if len(partners[one]) > 1 or len(partners[other]) > 1 or (one.head and other.head):
                continue
            if count > 1 or _are_alike(one, other):
                kept, gone = (other, one) if other.head else (one, other)
                kept.names += gone.names
                kept.spellings += gone.spellings
                for spelling in gone.spellings:
                    self.of[spelling] = kept


def _are_alike(one: _Person, other: _Person) -> bool:
    """Whether two persons' surnames share enough consonants to be one in two scripts."""
    return any(
        SequenceMatcher(None, a.translate(_VOWELS), b.translate(_VOWELS)).ratio() > _ALIKE
        for mine in one.names
        for theirs in other.names
        for a in mine.surname.folds
        for b in theirs.surname.folds
    )


def _value(person: _Person, counts: Mapping[str, int], known: Parts) -> str:
    """What stands for a person: its commonest full name without office, in the nominative."""
    if person.head:
        return person.head
    if len(person.spellings) == 1:
        return person.spellings[0]
    totals: Counter[str] = Counter()
    best: dict[str, NameParts] = {}
    for spelling in person.spellings:
        name = known[spelling]
        if name is None:
            continue
        name = name.trimmed() or name if _is_trimmed(name, person) else name
        totals[name.bare] += counts.get(spelling, 0)
        best.setdefault(name.bare, name)
    return min(
        best,
        key=lambda bare: (
            not best[bare].given,
            bool(best[bare].given) and best[bare].given[0].is_initial,
            not best[bare].is_nominative,
            -totals[bare],
            len(bare),
            bare,
        ),
    )


def _is_trimmed(name: NameParts, person: _Person) -> bool:
    """Whether a name was taken for its last two words only."""
    return not any(own.fits(name) for own in person.names)
