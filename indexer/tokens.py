"""Text → where its tokens stand, and how a surface is folded.

    text ─ find_tokens ─▶ offsets ─ the surfaces ─ plain ─▶ exact_form
                                                        ─▶ base_form ─▶ lemmas (keys)

Offsets always point into the text as given. Which keys a token has is `analysis`; dictionaries are
asked only about words parted at a line end, and by the caller.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

MAX_TOKEN = 64
"""Code points of a token that are indexed."""


def _marks() -> str:
    """A character class's content: combining marks, of all scripts that texts are likely in."""
    blocks = ((0x300, 0x3100), (0xA600, 0xAC00), (0xFB1E, 0xFB1F), (0xFE00, 0xFE30))
    return "".join(
        chr(point)
        for first, last in blocks
        for point in range(first, last)
        if unicodedata.category(chr(point))[0] == "M"
    )


_MARKS = _marks()
_IGNORABLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Soft hyphen, zero-width characters and marks of direction."""
_ALNUM = r"[^\W_]"
_ATOM = rf"{_ALNUM}++(?:[{_IGNORABLE}]*+(?:{_ALNUM}|[{_MARKS}])++)*+"
_APOSTROPHES = "'’ʼ＇"
_WORD = (
    rf"{_ALNUM}++(?:(?=[{_IGNORABLE}{_MARKS}{_APOSTROPHES}])"
    rf"(?:[{_IGNORABLE}]*+(?:{_ALNUM}|[{_MARKS}])++)*+(?:[{_APOSTROPHES}]{_ATOM})*+)?+"
)
_ABBREVIATED = (
    "U.S.S.R. U.S.A. U.S. U.N. U.K. E.U. U.A.E. H.E. H.R.H. P.R.C. D.P.R.K. R.O.K. N.A.T.O. "
    "W.H.O. W.T.O. I.M.F. I.A.E.A. Р.Ф. С.Ш.А. С.С.С.Р. О.О.Н. К.Н.Р. К.Н.Д.Р. С.Н.Г. Ф.Р.Г. "
    "Г.Д.Р. Р.С.Ф.С.Р."
)
ABBREVIATIONS = frozenset(_ABBREVIATED.split())
"""Dotted abbreviations that are one token, with their last dot."""
_DOTTED = "|".join(re.escape(word[:-1]) for word in sorted(ABBREVIATIONS, key=len, reverse=True))
_SPACES = "\u00a0\u2009\u202f"
_ENDINGS = (
    "ыми|ими|ого|его|ому|ему|ую|юю|ая|яя|ое|ее|ые|ие|ой|ый|ий|ей|ых|их|ым|им|ом|ем|"
    "го|му|мя|ми|ти|ех|ух|ью|ю|я|й|е|х|м|а|и|у|ь"
)
_NUMBER_END = rf"(?!{_ALNUM}|[.,]\d)"
_TOKEN = re.compile(
    rf"(?=\w)((?=\w\.\w)(?<![\w.])(?:{_DOTTED})(?:\.(?:[{_APOSTROPHES}]s)?(?!\w)|(?![\w.]))"  # U.S.
    rf"|(?=[^\W\d]){_WORD}"
    rf"|(?<!\d[.,])\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:\.\d+)?{_NUMBER_END}"
    rf"|(?<!\d[.,])(?!\d{{4}},\d{{4}})\d+[.,]\d+[^\W\d_]{{0,6}}{_NUMBER_END}"
    rf"|{_WORD})"
    rf"((?<=\d)[-\u2010\u2011](?i:{_ENDINGS})(?!{_ALNUM}|[{_MARKS}]))?+"  # no token: 1990-е
)
_LINE_END_HYPHEN = re.compile(r"[^\W\d_]{2}([-\u2010\u00ad])\r?\n[ \t\u00a0]*(?=[^\W\d_]{2})")


def find_tokens(text: str) -> tuple[Sequence[str], NDArray[np.int64], NDArray[np.int64]]:
    """The tokens of a text, in order.

    Returns:
        Their surfaces, and their starts and ends (half-open). An inflectional ending after digits
        (1990-е) is part of no token.
    """
    parts = _TOKEN.split(text)  # what stands before a token, the token, its ending or None, …
    surfaces, endings = parts[1::3], parts[2::3]
    count = len(surfaces)
    widths = np.fromiter(map(len, surfaces), np.int64, count)
    before = np.fromiter(map(len, parts[: 3 * count : 3]), np.int64, count)
    if any(endings):
        before[1:] += np.array([len(ending or "") for ending in endings[:-1]], np.int64)
    ends = np.cumsum(before + widths)
    return surfaces, ends - widths, ends


def few_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The same one by one: surface, start and end; cheaper for a word or two."""
    if text.isalnum():
        yield text, 0, len(text)
        return
    for match in _TOKEN.finditer(text):
        yield match[1], *match.span(1)


def line_end_hyphens(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where words are parted by a hyphen at a line end.

    Yields:
        The offset of the hyphen, that of the next word, and whether the hyphen is a soft one.
    """
    for match in _LINE_END_HYPHEN.finditer(text):
        yield match.start(1), match.end(), match[1] == "\u00ad"


# Folding

_REMOVED = re.compile(rf"[-\u2010\u00ad]\r?\n[ \t\u00a0]*|[{_IGNORABLE}\u0300\u0301]")
_UNSTRESSED = str.maketrans({"ѐ": "е", "ѝ": "и", "Ѐ": "Е", "Ѝ": "И"})
_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_PLAIN = re.compile(r"[A-Za-zА-Яа-яЁё0-9]+")


def plain(surface: str) -> str:
    """A surface without stress marks, soft hyphens, zero-width characters and line ends.

    Letters are composed (и + breve is й), apostrophes alike, and look-alike letters of one script.
    """
    if _PLAIN.fullmatch(surface):
        return one_script(surface)
    composed = unicodedata.normalize("NFC", surface)
    composed = _REMOVED.sub("", composed).translate(_UNSTRESSED).translate(_APOSTROPHE)
    return one_script(unicodedata.normalize("NFC", composed))


def exact_form(word: str) -> str:
    """The form of a `plain` word that only the same form equals: small letters, ё→е."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.casefold()).replace("ё", "е")


_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
     "ə": "a", "ŧ": "t"}
)  # fmt: skip
"""Latin letters whose diacritic is no combining mark, casefolded."""


def base_form(exact: str) -> str:
    """An exact form with Latin diacritics folded (erdoğan: erdogan)."""
    if exact.isascii() or not _has_latin(exact):
        return exact
    parts = unicodedata.normalize("NFD", exact.translate(_STROKES))
    kept: list[str] = []
    latin = False
    for c in parts:
        if unicodedata.combining(c):
            if latin:
                continue
        else:
            latin = _is_latin(c)
        kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept)) or exact


_LATIN = re.compile("[A-Za-zª-ɏḀ-ỿ]")
_CYRILLIC = re.compile("[Ѐ-ԯ]")


def _has_latin(text: str) -> bool:
    return _LATIN.search(text) is not None


def _is_latin(c: str) -> bool:
    return _LATIN.match(c) is not None


# Look-alikes

_LATIN_TWINS = "ABCEHKMOPTXYaceopxykijsS"
_CYRILLIC_TWINS = "АВСЕНКМОРТХУасеорхукіјѕЅ"
_TO_CYRILLIC = dict(zip(_LATIN_TWINS, _CYRILLIC_TWINS, strict=True))
_TO_LATIN = dict(zip(_CYRILLIC_TWINS, _LATIN_TWINS, strict=True))


def one_script(word: str) -> str:
    """A word that mixes Latin and Cyrillic in the script that it is meant in.

    Where all letters of the rarer script have twins in the other, they are taken for these; where
    both are as frequent, Cyrillic is tried first. Other mixtures stay as they are.
    """
    if word.isascii():
        return word
    n_cyrillic = len(_CYRILLIC.findall(word))
    if not n_cyrillic:
        return word
    n_latin = len(_LATIN.findall(word))
    if not n_latin:
        return word
    if n_latin <= n_cyrillic and all(c in _TO_CYRILLIC for c in _LATIN.findall(word)):
        return "".join(_TO_CYRILLIC.get(c, c) for c in word)
    if n_cyrillic <= n_latin and all(c in _TO_LATIN for c in _CYRILLIC.findall(word)):
        return "".join(_TO_LATIN.get(c, c) for c in word)
    return word


def mixed_look_alikes(text: str) -> bool:
    """Whether a word mixes look-alike letters of both scripts, and is read as one."""
    if _LATIN.search(text) is None or _CYRILLIC.search(text) is None:
        return False
    return any(one_script(surface) != surface for surface, _, _ in few_tokens(text))


# Numbers

_NUMBER = re.compile(rf"\d+(?:[.,{_SPACES}]\d+)*")
_GROUPED = re.compile(rf"\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:\.\d+)?")
_NOT_DIGITS = re.compile(rf"[,{_SPACES}]")
_NUMBER_SUFFIX = re.compile(rf"(\d+)(?:s|st|nd|rd|th|{_ENDINGS})|(\d+[.,]\d+)[^\W\d_]+")


def is_number(surface: str) -> bool:
    """Whether a surface is a number and nothing else."""
    return _NUMBER.fullmatch(surface) is not None


def number_key(surface: str) -> str:
    """One key for the ways to write a number: 1,325 and 1 325; 3.5 and 3,5."""
    if _GROUPED.fullmatch(surface):
        return _NOT_DIGITS.sub("", surface)
    return surface.replace(",", ".")


def numeric_part(exact: str) -> str:
    """The number in an ordinal, a decade or a sum (80th, 1990s, 90х, 1.5bn), or empty."""
    found = _NUMBER_SUFFIX.fullmatch(exact)
    return (found[1] or number_key(found[2])) if found else ""
