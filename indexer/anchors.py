"""What a text shares with its translation: names, abbreviations and numbers, as numbers to compare.

In: a text in Latin or Cyrillic letters. Out: its anchors. A name is known by its first consonants,
which transliteration keeps and Russian endings leave alone: Zakharova, Захаровой → zhrv. Compares
no texts.
"""

import re
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BEGINNING = 10_000
"""Code points of a text in which anchors are looked for."""
_LETTERS = 5
"""Consonants of a name that count, from the first."""
_FEWEST_LETTERS = 3
_FEWEST_DIGITS = 2
# A name's capital stands behind a small letter or a comma, not where a sentence begins. One pattern
# that begins with one class of letters is read at a third less than two.
_NAME_OR_NUMBER = re.compile(
    r"[0-9A-ZА-ЯЁ](?:"
    r"(?<=[a-zа-яё,;)] [A-ZА-ЯЁ])[^\W\d_]{2,}|"
    r"(?<=[0-9])\d*(?:[ \u00a0\u202f.,]\d{3}(?!\d))*(?:[.,]\d+)?)"
)
_SEPARATOR = re.compile(r"[ \u00a0\u202f]|[.,](?=\d{3}(?!\d))")
_CYRILLIC = str.maketrans(
    dict(zip("бвгджзклмнпрстфхцчшщ", "bvgdjzklmnprstfhccss", strict=True))
    | dict.fromkeys("аеёийоуъыьэюя")
)
_LATIN = (
    (re.compile("shch|sch|sh"), "S"), (re.compile("tch|ch|ts|tz"), "C"), (re.compile("zh"), "j"),
    (re.compile("kh"), "h"), (re.compile("ph"), "f"), (re.compile("th"), "t"),
    (re.compile("x"), "ks"), (re.compile("w"), "v"), (re.compile("ck|q"), "k"),
    (re.compile("c(?=[eiy])"), "s"), (re.compile("c"), "k"),
    (re.compile("[^bvgdjzklmnprstfhSC]"), ""),
)  # fmt: skip
_SMALL = str.maketrans("SC", "sc")
_REPEATED = re.compile(r"(.)\1+")


def anchors_of(text: str) -> NDArray[np.uint32]:
    """The distinct anchors of a text's beginning, rising."""
    text = text[:BEGINNING]
    found = set(map(_anchor, set(_NAME_OR_NUMBER.findall(text))))
    found.discard(0)
    return np.array(sorted(found), np.uint32)


@lru_cache(maxsize=1 << 17)
def _anchor(written: str) -> int:
    """The anchor of a name or number; 0 where it has too few consonants or digits."""
    if written[0].isdigit():
        digits = _SEPARATOR.sub("", written).replace(",", ".")
        return zlib.crc32(f"#{digits}".encode()) if len(digits) >= _FEWEST_DIGITS else 0
    letters = consonants(written)
    return zlib.crc32(letters.encode()) if len(letters) >= _FEWEST_LETTERS else 0


def consonants(word: str) -> str:
    """The first consonants of a word, alike in both scripts."""
    word = word.casefold()
    if any("а" <= letter <= "я" for letter in word):
        found = word.translate(_CYRILLIC)
    else:
        found = word
        for pattern, letter in _LATIN:
            found = pattern.sub(letter, found)
        found = found.translate(_SMALL)
    return _REPEATED.sub(r"\1", found)[:_LETTERS]
