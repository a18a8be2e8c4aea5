"""Russian names in Latin letters, and back: Zakharova, Zaharova, Zaxarova are Захарова.

In: a word. Out: its spellings in Latin letters by the usual standards (iuliia), or its skeleton, in
which all spellings of a name in both scripts agree. Looks up no words.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from dragoman.indexer.tokens import base_form

if TYPE_CHECKING:
    from iuliia import Schema

_SCHEMES = (
    "WIKIPEDIA", "MVD_310", "ICAO_DOC_9303", "BGN_PCGN", "GOST_7034", "TELEGRAM", "YANDEX_MAPS",
    "SCIENTIFIC",
)  # fmt: skip
"""Passports, press, maps and scholars: the spellings that names have in English texts."""
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "J", "з": "z",
        "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "C", "ш": "S", "щ": "S",
        "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
_CARONS = str.maketrans({"š": "sh", "č": "ch", "ž": "zh", "ŝ": "shch", "ж": "zh"})
_LATIN = (
    (re.compile("shch|sch|shh|sh"), "S"),
    (re.compile("tch|ch"), "C"),
    (re.compile("zh"), "J"),
    (re.compile("kh|x"), "h"),
    (re.compile("tz|ts|cz"), "c"),
    (re.compile("ph"), "f"),
    (re.compile("[yj]([aou])"), r"i\1"),
    (re.compile("[yj]e"), "e"),
    (re.compile("[yj]"), "i"),
    (re.compile("w"), "v"),
    (re.compile("q|ck"), "k"),
    (re.compile("[^a-zSCJ]"), ""),
)
_LETTER_YO = re.compile("(?<=[a-zSCJ])io")
_REPEATED = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """What all spellings of a Russian name have in common, in either script."""
    word = word.casefold()
    if any("а" <= c <= "я" or c == "ё" for c in word):
        found = word.translate(_CYRILLIC)
    else:
        found = base_form(word.translate(_CARONS))
        for pattern, letter in _LATIN:
            found = pattern.sub(letter, found)
        found = _LETTER_YO.sub("e", found)
    return _REPEATED.sub(r"\1", found)


def in_latin(word: str) -> list[str]:
    """A Cyrillic word's spellings by the standards, most usual first, folded."""
    found = (scheme.translate(word) for scheme in _schemes())
    return list(dict.fromkeys(base_form(each.casefold()).replace("'", "") for each in found))


@cache
def _schemes() -> "tuple[Schema, ...]":
    import iuliia  # reads all its tables when it is imported

    return tuple(getattr(iuliia, name) for name in _SCHEMES)
