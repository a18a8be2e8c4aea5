"""A person's name as a source spells it → its parts, comparable with those of other spellings.

In: a speaker or voice as written (``President of Russia Vladimir Putin``, ``С.В.Лавров``, ``Лаврова
Сергея``). Out: `NameParts`, or None where it is no one person's name. Two spellings are compared by
`fits`; which of many that fit is meant, `persons` decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.names_en import english_speaker
from dragoman.indexer.transliteration import skeleton
from dragoman.indexer.voices import INITIALS_NAME, is_doubtful_voice, is_plain_name, voice_words

_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_WITH_INITIALS = re.compile(rf"(?:(?P<office>.+?)[ \xa0])??(?P<name>{INITIALS_NAME})\Z")
_SURNAME_FIRST = re.compile(r"([^\W\d_][\w’'-]+)[ \xa0]((?:[^\W\d_]{1,2}\.\s?-?){1,3})\Z")
_ENDS_IN_INITIAL = re.compile(r"(?<![^\W\d_]{3})[.]\Z")
_WORD = re.compile(r"[^\W\d_]{1,2}\.|[^\W\d_][\w’'-]*")
_CAPITALISED = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*")
_PATRONYMIC = re.compile(r"\w+(?:вич|вна|ична|инична|вича|вны|ичны|вичем|вичу)", re.IGNORECASE)
_HONORIFICS = frozenset(
    "mr mrs ms miss dr prof sir h.e he his her excellency amb г-н г-жа господин госпожа".split()
)
_GENERATION = frozenset("jr sr ii iii iv".split())
_PARTICLES = frozenset("al el ul de da del di do dos du la le van von der den bin bint ibn".split())
_EASTERN = re.compile(r"\A([A-Z][a-z]{1,4} [A-Z][a-z]{1,5})-([a-z]{2,5})\Z")
"""``Kim Jong-un``, which is ``Kim Jong Un`` too."""
_OF_WOMEN = re.compile(r"\w+(?:[оеё]в|[иы]н)(?:а|ой|у)|\w+ая", re.IGNORECASE)
"""Surnames that women have, or men in an oblique case."""
_RUSSIAN_PARTICLES = frozenset("аль эль де да ди дель ла ле ван фон дер бин ибн оглы".split())
_MAX_WORDS = 6
_MAX_FOLDS = 8


@dataclass(frozen=True, slots=True)
class NamePart:
    """One word of a name.

    Attributes:
        folds: What the word can be in any case, in letters that both scripts share.
        is_initial: Whether it is no more than the first letter or letters.
    """

    folds: frozenset[str]
    is_initial: bool

    def fits(self, other: "NamePart") -> bool:
        """Whether both can be the same word."""
        if not (self.is_initial or other.is_initial):
            return not self.folds.isdisjoint(other.folds)
        return any(
            (self.is_initial and b.startswith(a)) or (other.is_initial and a.startswith(b))
            for a, b in product(self.folds, other.folds)
        )


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart.

    Attributes:
        bare: The name as written, without office and title.
        given: Given name, patronymic and other names before the surname; may be empty.
        surname: The last name.
        has_office: Whether an office stood before it.
        is_nominative: Whether no word of it stands in an oblique case for sure.
        is_certain: Whether it tells itself; else only a person who is known otherwise makes
            these last two words a name (``Sberbank CEO German Gref``).
    """

    bare: str
    given: tuple[NamePart, ...]
    surname: NamePart
    has_office: bool
    is_nominative: bool
    is_certain: bool = True

    @property
    def precision(self) -> int:
        """How much it tells: a written-out name counts two, an initial one."""
        first = 4 if self.given and not self.given[0].is_initial else 0
        return first + sum(1 if part.is_initial else 2 for part in self.given)

    def fits(self, other: "NameParts") -> bool:
        """Whether both can be one person's name: nothing in the one contradicts the other."""
        if not self.surname.fits(other.surname):
            return False
        if not (self.given and other.given):
            return True
        if not self.given[0].fits(other.given[0]):
            return False
        few, many = sorted((self.given[1:], other.given[1:]), key=len)
        if any(part.is_initial for part in few):  # George W. is not George H. W.
            return all(map(NamePart.fits, few, many))
        rest = iter(many)
        return all(any(part.fits(following) for following in rest) for part in few)

    def trimmed(self) -> "NameParts | None":
        """The last two words alone, where the words before may belong to an office."""
        if not self.has_office or len(self.given) < 2:
            return None
        bare = " ".join(self.bare.split()[-2:])
        return NameParts(bare, self.given[-1:], self.surname, True, self.is_nominative)


def name_parts(spelling: str) -> NameParts | None:
    """The parts of a name as written, office and titles left out; None where it is no name."""
    written = _REMARK.sub("", " ".join(spelling.split())).strip(" ,;:")
    if not _ENDS_IN_INITIAL.search(written):
        written = written.rstrip(".")
    before, _, behind = written.partition(",")
    if behind:
        is_turned = len(before.split()) == 1 and len(behind.split()) <= 2 and _is_name(behind)
        written = f"{behind.strip()} {before}" if is_turned else before
    if turned := _SURNAME_FIRST.match(written):
        written = f"{turned[2].strip()} {turned[1]}"
    words = written.split()
    while words and words[0].casefold().strip(".,") in _HONORIFICS:
        words.pop(0)
    written = " ".join(words)
    if not words:
        return None
    if written.isupper() and len(words) > 1:
        written = written.title()
    found = _russian(written) if _CYRILLIC.search(written) else _english(written)
    if found:
        return _taken_apart(*found)
    last_two = " ".join(written.split()[-2:])
    if len(words) > 2 and _is_name(last_two) and _names_office(words[:-2]):
        guessed = _taken_apart(last_two, has_office=True)
        return replace(guessed, is_certain=False) if guessed else None
    return None


def are_one_person(spellings: Sequence[str]) -> bool:
    """Whether several spellings can all be one person's name; one always is."""
    if len(spellings) < 2:
        return bool(spellings)
    names = [name_parts(spelling) for spelling in spellings]
    first = names[0]
    return first is not None and all(name is not None and name.fits(first) for name in names[1:])


def _names_office(words: list[str]) -> bool:
    offices = voice_words().office
    return any(word.casefold().strip(",") in offices for word in words)


def _is_name(words: str) -> bool:
    return all(
        _WORD.fullmatch(word)
        and word[0].isupper()
        and word.casefold().strip(".") not in voice_words().office
        for word in words.split()
    )


def _english(written: str) -> tuple[str, bool] | None:
    """The name in an English spelling, and whether an office stood before it."""
    names, office = english_speaker(written, whole=True)
    if names:
        return (names[0], bool(office)) if len(names) == 1 else None
    if is_plain_name(written) or (" " not in written and is_doubtful_voice(written)):
        return written, False
    return None


def _russian(written: str) -> tuple[str, bool] | None:
    """The name in a Russian spelling in whatever case, and whether an office stood before it."""
    if found := _WITH_INITIALS.match(written):
        return found["name"], bool(found["office"])
    words = written.split()
    offices = voice_words().office
    begin = len(words)
    while begin and len(words) - begin < 3:
        word = words[begin - 1]
        if not _CAPITALISED.fullmatch(word) and word.casefold() not in _RUSSIAN_PARTICLES:
            break
        if word.casefold() in offices:
            break
        begin -= 1
    name = words[begin:]
    if not name:
        return None
    if len(name) == 3 and _PATRONYMIC.fullmatch(name[2]):
        name = [name[1], name[2], name[0]]
    elif begin and len(name) == 3 and not _PATRONYMIC.fullmatch(name[1]):
        name = name[1:]  # President of Russia Vladimir Putin: no patronymic, so a country
    if len(name) == 1 and not begin and not is_doubtful_voice(name[0]):
        return None
    return " ".join(name), begin > 0


def _taken_apart(bare: str, has_office: bool) -> NameParts | None:
    parts = []
    is_nominative = True
    words = _WORD.findall(_EASTERN.sub(r"\1 \2", bare))[: _MAX_WORDS * 2]
    is_womans = _names_woman(words)
    for number, word in enumerate(words, 1):
        part, nominative = _part(word, is_womans=is_womans and number == len(words))
        if part is not None:
            parts.append(part)
            is_nominative &= nominative
    if not parts or len(parts) > _MAX_WORDS or parts[-1].is_initial:
        return None
    return NameParts(bare, tuple(parts[:-1]), parts[-1], has_office, is_nominative)


def _names_woman(words: Sequence[str]) -> bool:
    """Whether a name's surname is a woman's for sure: `Мария Захарова`, not `Сергея Захарова`."""
    if len(words) < 2 or not _OF_WOMEN.fullmatch(words[-1]):
        return False
    if any(word.endswith(("вна", "вны", "вной", "вне", "вну", "ична")) for word in words[:-1]):
        return True
    first = words[0].casefold()
    keys = _keys(first)
    # Никиты Михалкова: men whose name ends so have another surname in that case.
    is_alike = keys == (first,) or words[-1].endswith(("ой", "у"))
    return len(keys) == 1 and keys[0].endswith(("а", "я")) and is_alike


def _part(word: str, *, is_womans: bool = False) -> tuple[NamePart | None, bool]:
    """A word of a name, and whether it can be in the nominative; no part for a particle."""
    plain = word.rstrip(".").casefold()
    if plain in _GENERATION or plain in _PARTICLES or plain in _RUSSIAN_PARTICLES:
        return None, True
    if word.endswith(".") or len(plain) == 1:
        return NamePart(frozenset((_fold(plain),)), is_initial=True), True
    pieces = [piece for piece in re.split("[-’']", plain) if piece]
    if len(pieces) > 1 and (pieces[0] in _PARTICLES or pieces[0] in _RUSSIAN_PARTICLES):
        pieces = pieces[1:]
    if not _CYRILLIC.search(plain):
        return NamePart(frozenset((_fold("".join(pieces)),)), is_initial=False), True
    keys = [_keys(piece) for piece in pieces]
    variants = [_variants(piece, of_piece) for piece, of_piece in zip(pieces, keys, strict=True)]
    if is_womans:
        of_women = (tuple(v for v in of_piece if v.endswith(("а", "я"))) for of_piece in variants)
        variants = [some or whole for some, whole in zip(of_women, variants, strict=True)]
    folds = [_fold("".join(joined)) for joined in product(*variants)][:_MAX_FOLDS]
    nominative = all(
        piece.replace("ё", "е") in of_piece or of_piece == (piece,)
        for piece, of_piece in zip(pieces, keys, strict=True)
    ) or plain.endswith(("ова", "ева", "ёва", "ина", "ая"))
    return NamePart(frozenset(folds), is_initial=False), nominative


def _keys(word: str) -> tuple[str, ...]:
    """The lemmas that a Russian word of a name can have."""
    tokens = analyze_word(word.capitalize())
    return tokens[0].keys if len(tokens) == 1 else (word,)


def _variants(word: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """What a word can be in the nominative: itself, its lemmas, a woman's surname."""
    women = (
        key + "а" if key.endswith(("ов", "ев", "ин", "ын")) else key[:-2] + "ая"
        for key in keys
        if word.endswith(("ой", "ей", "у", "ую")) and key.endswith(("ов", "ев", "ин", "ын", "кий"))
    )
    return tuple(dict.fromkeys((*keys, word, *women)))


def _fold(word: str) -> str:
    """Letters in which the spellings of a name agree, over standards of transliteration."""
    folded = skeleton(word.replace("x", "ks")).replace("ie", "e")
    return re.sub("nder$", "ndr", folded)
