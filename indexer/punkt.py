"""Text → offsets at which a sentence ends and the next begins, by Punkt (Kiss & Strunk 2006).

Punkt's decisions (as in NLTK's ``PunktSentenceTokenizer``) over parameters learned once from real
texts (data/punkt-en.json, data/punkt-ru.json; tests/benchmarks/train_punkt.py) and a list of
abbreviations made by hand (data/abbreviations.tsv). The parameters of both languages are united:
their words differ by script. Candidates are found by one regular expression and decided by look-ups
in sets, without NLTK. It knows nothing of lines, paragraphs and voices: ``sentences.py`` does.

What differs from NLTK, and why (each decision carries its reason, and the tests hold those with
Punkt's own reasons equal to NLTK's):

- before a small letter no sentence ends ("Why?" he asked; international law. causing);
- what stands after a closing quote or bracket is looked at, where NLTK sees the quote only;
- an end needs white space after it: NLTK parts ``Yahoo!(the company)`` at the bracket;
- ``…`` is an ellipsis like ``...``, and ``. . .`` ends nothing;
- initials, before a capital, end nothing unless a frequent sentence starter follows; NLTK takes
  two together (С.В. Лавров) for a word, and single small letters (г., в.) for initials;
- the classes of the hand list: never, number, year, final;
- a number or letter that opens a sentence counts it off (1. Security).
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache, lru_cache, partial

from dragoman.indexer.native import kernel_module
from dragoman.indexer.punkt_parameters import Parameters, parameters

_OPENING = "\"'«“”„‘‚(\\[{<"
_DASHES = "–—―•·*-"
_CLOSING = "\"'’”»“›)\\]}"

# Possessive quantifiers and the look-behind keep it linear on megabytes of dots. The class stands
# first, before the look-behind: what begins with a class is searched for several times as fast.
CANDIDATE = re.compile(rf"([.!?…](?<![.!?…]{{2}})[.!?…]*+)([{_CLOSING}]*+)\s++(?=\S)")
"""End marks, what closes after them, and the white space before the next token."""

_NEXT = re.compile(
    rf"([{_OPENING}]*+(?:[{_DASHES}]++\s*+[{_OPENING}]*+)?)([^\W_]*+(?:[-.][^\W_]++)*+\.?)"
)
"""After a candidate: what opens, and the next word with its period (empty before other marks)."""

_BEFORE_LAST_WORD = re.compile(r".*[\s)\";}\]*:@'({\[‘’“”«»„!?,…<>]", re.DOTALL)
_WORD_WINDOW = 64
"""Code points looked back for the word before a period: longer ones are no abbreviations."""

_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_]){0,3}")
_ROMAN = re.compile(r"[IVXLCDMХІ]+")
_NUMERIC = re.compile(r"[\d№#]|[IVXLC]+\b")
_LIST_MARK = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-Za-zА-Яа-я])")
_PARTS_OF_FINAL = ("д", "п")
"""What ends т. д. and т. п."""
_GLUED_UNIT = re.compile(r"\d+(гг|г|вв|в)")


class Reason(Enum):
    """Why a sentence ends, or does not, at a candidate."""

    MARK = "question or exclamation mark"
    DEFAULT = "a period after a word"
    COLLOCATION = "known collocation"
    ABBREVIATION = "abbreviation"
    ABBREVIATION_ORTHOGRAPHY = "abbreviation, then a word written small elsewhere"
    ABBREVIATION_STARTER = "abbreviation, then a frequent sentence starter"
    SMALL_LETTER = "a small letter follows"
    CLOSED = "a closing quote and a dash: the speaker's name follows"
    INITIALS = "initials before a name"
    HAND_LIST = "hand list"
    LIST_MARK = "number or letter of a list"
    ELLIPSIS = "the sign …, or an ellipsis before a closing quote"
    SPACED_ELLIPSIS = "another period follows"
    NO_WORD = "no word before the period"


PUNKT_REASONS = frozenset(
    {
        Reason.MARK,
        Reason.DEFAULT,
        Reason.COLLOCATION,
        Reason.ABBREVIATION,
        Reason.ABBREVIATION_ORTHOGRAPHY,
        Reason.ABBREVIATION_STARTER,
    }
)
"""The reasons that are Punkt's own."""


def sentence_ends(text: str) -> Iterable[int]:
    """Offsets of the first non-blank code point after each sentence end, rising."""
    kernel = kernel_module()
    if kernel is None:
        return _sentence_ends(text)
    found: list[int] = kernel.sentence_ends(text, _is_plain, partial(_ends_at, text))
    return found


def _ends_at(text: str, mark: int, sentence_start: int) -> bool:
    """Whether a sentence ends at the candidate whose first end mark stands there."""
    match = CANDIDATE.match(text, mark)
    return match is not None and _decide(text, match, sentence_start, parameters())[0]


def _sentence_ends(text: str) -> Iterator[int]:
    learned = parameters()
    sentence_start = 0
    for match in CANDIDATE.finditer(text):
        if _decide(text, match, sentence_start, learned)[0]:
            sentence_start = match.end()
            yield sentence_start


def decisions(text: str) -> Iterator[tuple[int, bool, Reason]]:
    """Every candidate: where the next sentence would begin, whether it does, and why.

    What `sentence_ends` goes by, told in full.
    """
    learned = parameters()
    sentence_start = 0
    for match in CANDIDATE.finditer(text):
        ends, reason = _decide(text, match, sentence_start, learned)
        if ends:
            sentence_start = match.end()
        yield match.end(), ends, reason


def _decide(
    text: str, match: re.Match[str], sentence_start: int, learned: Parameters
) -> tuple[bool, Reason]:
    marks, closing = match.group(1, 2)
    following = text[match.end()]
    if following.isalpha():  # as nearly always: nothing opens before the next word
        if following.islower():
            return False, Reason.SMALL_LETTER
        if marks == "." and _is_after_plain_word(text, match.start()):
            return True, Reason.DEFAULT
    after = _NEXT.match(text, match.end())
    opening, word = after.group(1, 2) if after else ("", "")
    if word[:1].islower():
        return False, Reason.SMALL_LETTER
    if marks == "." and following == ".":
        return False, Reason.SPACED_ELLIPSIS
    if marks != ".":
        if "!" in marks or "?" in marks:
            if opening and opening[-1] in "–—―- " and closing and closing[-1] in '"”»“':
                return False, Reason.CLOSED
            return True, Reason.MARK
        if marks.strip("."):
            # The sign … alone: NLTK takes it for a part of the word.
            return bool(closing) or _abbreviation(opening, word, learned)[0], Reason.ELLIPSIS
        return (True, Reason.ELLIPSIS) if closing else _abbreviation(opening, word, learned)
    return _period(text, match, sentence_start, opening, word, learned)


def _is_after_plain_word(text: str, end: int) -> bool:
    """Whether letters end here, between a blank and the period, that no rule asks about."""
    window = text[max(0, end - _WORD_WINDOW) : end]
    if not window[-1:].isalpha():
        return False
    word = window.rsplit(None, 1)[-1]
    return word.isalpha() and _is_plain(word)


@lru_cache(maxsize=1 << 15)
def _is_plain(token: str) -> bool:
    """Whether a token of letters before a period ends a sentence before any capital."""
    learned = parameters()
    typ = token.lower()
    return not (
        _LIST_MARK.fullmatch(token)
        or _INITIALS.fullmatch(token)
        or typ in _first_in_collocations()
        or typ in learned.never
        or typ in learned.number
        or typ in learned.final
        or typ in learned.year
        or typ in learned.abbreviations
        or typ in _PARTS_OF_FINAL
    )


@cache
def _first_in_collocations() -> frozenset[str]:
    return frozenset(first for first, _ in parameters().collocations)


def _period(
    text: str,
    match: re.Match[str],
    sentence_start: int,
    opening: str,
    word: str,
    learned: Parameters,
) -> tuple[bool, Reason]:
    end = match.start()
    window = text[max(0, end - _WORD_WINDOW) : end]
    before = _BEFORE_LAST_WORD.match(window)
    token = window[before.end() :] if before else window
    if not token:
        return True, Reason.NO_WORD
    typ = token.lower()
    start = end - len(token)
    if _LIST_MARK.fullmatch(token) and _opens(text, start, sentence_start):
        return False, Reason.LIST_MARK
    if _NUMBER.fullmatch(token):
        typ = "##number##"
    next_type = _type(word, learned)
    if (typ, next_type) in learned.collocations:
        return False, Reason.COLLOCATION
    if typ == "##number##":
        return True, Reason.DEFAULT
    if typ in learned.never and (len(token) > 1 or token.islower()):
        return False, Reason.HAND_LIST
    if typ in learned.number and _NUMERIC.match(text, match.end()):
        return False, Reason.HAND_LIST
    listed = _listed(text, start, typ, learned)
    if listed == "final":
        return bool(opening) or word[:1].isupper(), Reason.HAND_LIST
    if listed == "name":
        return False, Reason.HAND_LIST
    last_part = typ.rpartition("-")[2]
    if listed == "year":
        return _abbreviation(opening, word, learned)[0], Reason.HAND_LIST
    if typ in learned.abbreviations or last_part in learned.abbreviations:
        return _abbreviation(opening, word, learned)
    if _INITIALS.fullmatch(token) and token[-1].isupper() and not opening and word[:1].isupper():
        if next_type in learned.starters and not _INITIALS.fullmatch(word.rstrip(".")):
            return True, Reason.ABBREVIATION_STARTER
        return False, Reason.INITIALS
    return True, Reason.DEFAULT


def _abbreviation(opening: str, word: str, learned: Parameters) -> tuple[bool, Reason]:
    """Punkt's reclassification of abbreviations and ellipses by the next word (§4.1)."""
    if not opening and word[:1].isupper():
        typ = _type(word, learned)
        if typ in learned.lower:
            return True, Reason.ABBREVIATION_ORTHOGRAPHY
        if typ in learned.starters:
            return True, Reason.ABBREVIATION_STARTER
    return False, Reason.ABBREVIATION


def _type(word: str, learned: Parameters) -> str:
    """A word's type: small letters, numbers alike, the period off unless an abbreviation's."""
    typ = word.lower()
    if _NUMBER.fullmatch(typ):
        return "##number##"
    if typ.endswith(".") and typ[:-1] not in learned.abbreviations:
        return typ[:-1]
    return typ


def _listed(text: str, start: int, typ: str, learned: Parameters) -> str:
    """Which of the classes final, year and name (of a town or person) an abbreviation has here."""
    if typ in learned.final:
        return "final"
    before = text[max(0, start - 12) : start].rstrip()
    if typ in learned.year:
        previous = before.rpartition(" ")[2].rpartition("\xa0")[2].strip("(«")
        if previous[-1:].isdigit() or _ROMAN.fullmatch(previous) or previous[-2:] in ("-х", "-е"):
            return "year"
        return "name"
    if _GLUED_UNIT.fullmatch(typ):
        return "year"
    if typ in _PARTS_OF_FINAL and before[-2:].lower() == "т.":
        return "final"
    return ""


def _opens(text: str, start: int, sentence_start: int) -> bool:
    """Whether a token at start opens a line or the sentence begun at sentence_start."""
    before = text[max(sentence_start, start - _WORD_WINDOW) : start]
    tail = before.rpartition("\n")[2]
    return not tail.strip(' \t\xa0"«“(') and (
        "\n" in before or start - len(before) == sentence_start
    )
