"""Words before a colon → whether they are a speaker's voice, or a heading or sentence.

What tells a voice is a list of words (data/voices.tsv: roles, offices, addresses, verbs) and which
words texts write small (Punkt's ``lower`` and ``both``): a name has one that they do not. It sees
one voice at a time; what the rest of a text says for it, ``turns.py`` weighs.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from dragoman.indexer.punkt_parameters import parameters

_MAX_KEPT = 4_096
"""Voices of which it is remembered what they are: in a transcript they come again."""
_MAX_WORDS = 18
CAPITALISED = r"(?:[A-ZА-ЯЁ]['’][A-ZА-ЯЁ])?[A-ZА-ЯЁ][^\W\d_]+(?:[-'’][^\W\d_]+)*"
"""A word with a capital, two letters at least."""
INITIALS_NAME = (
    r"(?!(?:Mr|Ms|Dr|St|Г-н)\.)(?:[A-ZА-ЯЁ][a-zа-яё]?\.-?[ \xa0]?){1,3}"
    rf"(?:[a-zа-яё]{{2,4}}[ \xa0-]){{0,2}}{CAPITALISED}"
)
"""``В.Путин``, ``С. В. Лавров``, ``Дж.Байден``, ``У.фон дер Ляйен``."""
_INITIALS_VOICE = re.compile(rf"(?:(.+?)[ \xa0])??({INITIALS_NAME})\Z")
_NUMBERED_ROLE = re.compile(r"(.+?)\s*(?:№\s*)?\d{1,3}\Z")
_ROLE_FROM = re.compile(
    r"(?:question|remark|voice|вопрос|реплика|голос)\s(?:from|to|by|из|от|с|со|к)\s"
)
_MAX_ROLE_WORDS = 8
_INNER_REMARK = re.compile(r"\s*\([^()]*\)")
_STOP = re.compile(r"(?<!\b[^\W\d_])[.?!;]\Z")
_RUSSIAN = re.compile(r"[А-Яа-яЁё]")
_RUSSIAN_VERB = re.compile(
    r"[а-яё]{3,}(?:[иыуя]л[аи]?|[ая]ет|[аую]ют|ует|[иая]л(?:ся|ась|ись)|[еи]тся|[аюя]тся)"
)
_CAPITAL = re.compile(r"(?:al-|el-|аль-|эль-|d['’]|[“\"«])?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class VoiceWords:
    """The classes of words in data/voices.tsv, which says what each is for."""

    role: frozenset[str]
    office: frozenset[str]
    join: frozenset[str]
    particle: frozenset[str]
    address: frozenset[str]
    opener: frozenset[str]
    place: frozenset[str]
    verb: frozenset[str]


@cache
def voice_words() -> VoiceWords:
    """The table, read from the package's data once."""
    found: dict[str, set[str]] = {}
    table = (files("dragoman.indexer") / "data" / "voices.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition("\t")
            found.setdefault(name, set()).update(word.replace("_", " ") for word in words.split())
    return VoiceWords(**{name: frozenset(words) for name, words in found.items()})


@lru_cache(maxsize=_MAX_KEPT)
def is_sure_voice(voice: str) -> bool:
    """Whether a voice tells itself: by its role, by initials, or by an office before a name."""
    words = voice_words()
    folded = " ".join(voice.casefold().split())
    numbered = _NUMBERED_ROLE.match(folded)
    if folded in words.role or (numbered and numbered[1] in words.role):
        return True
    parts = _INNER_REMARK.sub("", voice).split()
    lowered = _lowered(parts)
    if not parts or _is_address_or_sentence(parts, lowered):
        return False
    if _ROLE_FROM.match(folded):
        return len(parts) <= _MAX_ROLE_WORDS
    initials = _INITIALS_VOICE.match(voice)
    if initials:
        return not initials[1] or _is_office(initials[1].split())
    if words.office.isdisjoint(lowered):
        return False
    at = _name_start(parts, lowered)
    if at == 0:
        return _is_name(lowered)
    if _is_titled_of_a_place(parts, lowered):
        return True
    # "Visit of Vladimir Putin": a name bound by a small word needs the rest of an office before it.
    shortest = 3 if lowered[at - 1] in words.join else 2
    return len(parts) - at >= shortest and _is_name(lowered) and _is_office(parts[:at])


def _is_address_or_sentence(parts: list[str], lowered: list[str]) -> bool:
    words = voice_words()
    if len(parts) > _MAX_WORDS or (lowered[0] in words.opener and parts[0][-1] != "."):
        return True
    return any(
        low in words.address
        or (low in words.verb and part[0].islower())
        or (_STOP.search(part) and low not in words.office)
        or _RUSSIAN_VERB.fullmatch(part)
        for part, low in zip(parts, lowered, strict=True)
    )


def _name_start(parts: list[str], lowered: list[str]) -> int:
    """Index of the first of the capitalised words that a voice ends in."""
    particles = voice_words().particle
    at = len(parts)
    while at and (
        _is_capitalised(parts[at - 1]) or (at < len(parts) and lowered[at - 1] in particles)
    ):
        at -= 1
    while at < len(parts) and not _is_capitalised(parts[at]):
        at += 1
    return at


def _is_titled_of_a_place(parts: list[str], lowered: list[str]) -> bool:
    """``King Mohammed VI of Morocco``, ``Patriarch Kirill of Moscow and All Russia``."""
    words = voice_words()
    return (
        len(parts) >= 4
        and lowered[0] in words.office
        and lowered[1] not in words.office
        and _is_name(lowered[:2])
        and "of" in lowered[2:4]
        and all(
            _is_capitalised(part) or low in words.join
            for part, low in zip(parts, lowered, strict=True)
        )
    )


def _is_office(parts: list[str]) -> bool:
    """Whether words can be an office before a name."""
    lowered = _lowered(parts)
    if _is_address_or_sentence(parts, lowered):
        return False
    return not _RUSSIAN.match(parts[0]) or lowered[0] in voice_words().office


def _is_name(lowered: list[str]) -> bool:
    """Whether one of the last two words is one that texts do not write small, and no office."""
    learned = parameters()
    offices = voice_words().office
    last = [word.removesuffix("’s") for word in lowered[-2:]]
    return last[-1] not in offices and any(
        word not in learned.lower and word not in learned.both and word not in offices
        for word in last
    )


@lru_cache(maxsize=_MAX_KEPT)
def is_plain_name(voice: str) -> bool:
    """A name without an office (``Fyodor Lukyanov``, ``Alexei Kudrin, Chairman of …``)."""
    name, _, rest = voice.partition(",")
    parts = name.split()
    if not 2 <= len(parts) <= 5:
        return False
    lowered = _lowered(parts)
    words = voice_words()
    if _is_address_or_sentence(parts, lowered) or lowered[0] in words.place:
        return False
    if not words.office.isdisjoint(lowered) or _name_start(parts, lowered) != 0:
        return False
    about = rest.split()
    return _is_name(lowered) and (
        not about
        or all(map(_is_capitalised, about))
        or (_is_office(about) and not words.office.isdisjoint(_lowered(about)))
    )


def is_doubtful_voice(voice: str) -> bool:
    """A voice only if the text bears it out: a name without an office, a surname, a letter."""
    if len(voice) == 1:
        return voice in "QAВО"
    parts = voice.split()
    if len(parts) > 1:
        return is_plain_name(voice)
    lowered = _lowered(parts)
    return len(voice) > 2 and not _is_address_or_sentence(parts, lowered) and _is_name(lowered)


def _lowered(parts: list[str]) -> list[str]:
    return [part.casefold().strip(',.“”"«»()[]') for part in parts]


def _is_capitalised(part: str) -> bool:
    match = _CAPITAL.match(part)
    return match is not None and match.group()[-1].isupper()
