"""From a file's bytes to its text, with the name of the encoding found.

In: bytes. Out: text and the encoding's name. Knows UTF-8, UTF-16, the 8-bit encodings of
Russian and Windows-1252; what else there is, the file itself or charset-normalizer may tell. What a
page says of its encoding counts only where its bytes leave a doubt. Normalises no line ends.
"""

import codecs
import math
import re

from dragoman.indexer.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Occurrences of each letter in 10,000 of Russian text (National Corpus).
_RUSSIAN_LETTERS = dict(
    о=1097, е=845, а=801, и=735, н=670, т=626, с=547, р=473, в=454, л=440, к=349, м=321, д=298,
    п=281, у=262, я=201, ы=190, ь=174, г=170, з=165, б=159, ч=144, й=121, х=97, ж=94, ш=73, ю=64,
    ц=48, щ=36, э=32, ф=26, ъ=4, ё=4,
)  # fmt: skip
# How much more often than by chance a letter occurs, as a logarithm; a single rare letter in a
# headline must not outweigh the others.
_RUSSIAN_WEIGHTS = {
    letter: max(-2.0, math.log(count * len(_RUSSIAN_LETTERS) / 10_000))
    for letter, count in _RUSSIAN_LETTERS.items()
}
_RUSSIAN_WEIGHTS.update(dict.fromkeys("іїєґўјљњћђџ", -0.7))  # of Russian's nearest relatives
_PUNCTUATION = frozenset("«»„“”‘’–—…№•§©°±·\xa0")
_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"{\\rtf")

SAMPLE_BYTES = 1 << 18
"""How much of a file its encoding is judged by, where it is read line by line."""

_CYRILLIC = ("windows-1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
_RARE = ("iso8859-5", "mac-cyrillic")
_DOUBT = 3.0
"""How much a word's letters must speak for a rare encoding, in all."""
_MAC_YA = re.compile(rb"[\xe0-\xfe]\xdf")
"""A small letter and я in Macintosh's encoding; in Windows-1251 it would be a capital Я."""
_MIN_MAC_YA = 3
_DECLARATION = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=|<\?xml[^>]{0,100}?encoding\s*=)\s*["']?([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARATION_BYTES = 4096
_LATIN_1 = ("ascii", "iso8859-1", "cp1252")  # browsers, too, take all of them for Windows-1252
_NO_TEXT = ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape")

# Bytes that no text in any of these encodings holds.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_BINARY_SHARE = 0.01
_MAX_DAMAGE_SHARE = 0.02  # of the characters beyond ASCII


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name; UTF-8 is `utf-8`, with or without a mark.

    A UTF-8 text with a few broken characters has U+FFFD in their place and says so in the name.

    Raises:
        ReadError: Binary data, or no encoding gives a plausible text.
    """
    name = encoding_of(data)
    text, broken = _decoded(data, name)
    if broken:
        return text, f"{name} ({broken} broken {'characters' if broken > 1 else 'character'})"
    return text, name


def encoding_of(data: bytes) -> str:
    """The name of the encoding that a text's bytes are in, judged without decoding for use.

    Raises:
        ReadError: Binary data, or no encoding gives a plausible text.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if name := _utf16_without_mark(data):
        return name
    if data.startswith(_MAGIC):
        raise ReadError("binary data, no text")
    if len(_BINARY.findall(data)) > len(data) * _MAX_BINARY_SHARE or b"\0\0" in data:
        raise ReadError("binary data, no text")
    if _is_utf8(data):
        return "utf-8"
    return _eight_bit(data)


def _decoded(data: bytes, name: str) -> tuple[str, int]:
    """The text without its mark, and how many characters are broken."""
    try:
        return data.decode(name).removeprefix("\ufeff"), 0
    except UnicodeDecodeError:
        text = data.decode(name, errors="replace").removeprefix("\ufeff")
        return text, max(1, text.count("\ufffd"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        beyond = sum(character > "\x7f" for character in text)
        broken = text.count("\ufffd")
        # One character may always be cut off at the end of a file.
        return beyond > broken and broken <= max(1, beyond * _MAX_DAMAGE_SHARE)
    return True


def _utf16_without_mark(data: bytes) -> str:
    """Every second byte of Latin or Cyrillic UTF-16 is one of a few."""
    sample = data[:4096]
    if len(data) < 4 or not any(sample):  # nothing but zeros: a file with a hole
        return ""
    for name, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if sum(byte in b"\x00\x04\x20" for byte in high) > 0.95 * len(high) and (
            sum(byte in b"\x00\x04" for byte in high) > 0.6 * len(high)
        ):
            return name
    return ""


def _eight_bit(data: bytes) -> str:
    scores = {name: russian_score(data, name) for name in _CYRILLIC}
    for name in _RARE:
        scores[name] -= _DOUBT / max(1, sum(byte > 0x7F for byte in data))
    # Small letters but я are the same in Macintosh's encoding and in Windows-1251.
    if len(_MAC_YA.findall(data)) < _MIN_MAC_YA:
        del scores["mac-cyrillic"]
    elif scores["mac-cyrillic"] > 0:
        del scores["windows-1251"]
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return best
    if name := _declared(data):
        return name
    if _looks_western(data):
        return "windows-1252"
    from charset_normalizer import from_bytes

    guess = from_bytes(data).best()
    if guess is None:
        raise ReadError("neither UTF-8 nor another known encoding")
    return guess.encoding


def russian_score(data: bytes, name: str) -> float:
    """Above 0 where the bytes, read so, are Russian; per character beyond ASCII."""
    return russian_likelihood(data.decode(name, errors="replace"))


def russian_likelihood(text: str) -> float:
    """Above 0 where the text is Russian, near 0.5 where surely; per character beyond ASCII."""
    total = score = 0.0
    before = " "
    for character in text:
        if character > "\x7f" and character not in _PUNCTUATION:
            total += 1
            weight = _RUSSIAN_WEIGHTS.get(character.lower())
            score += -3 if weight is None else weight
            if character.isupper() and before.islower():
                score -= 2  # such capitals are what a wrong reading gives
            if before.isascii() and before.isalpha():
                score -= 2
            score += 0.2 if character.islower() else 0
        before = character
    return score / total if total else 0.0


def _declared(data: bytes) -> str:
    """The encoding that a page or XML file names itself, where it can be read so; often it lies."""
    found = _DECLARATION.search(data[:_DECLARATION_BYTES])
    if found is None:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        text = data.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return ""
    if not isinstance(text, str) or name in _NO_TEXT or name in _LATIN_1:
        return ""
    # Cyrillic would have been known by its letters.
    return "" if any("Ѐ" <= character <= "ӿ" for character in text) else name


def _looks_western(data: bytes) -> bool:
    """Mostly ASCII letters, and the rest are accented letters, quotation marks and dashes."""
    text = data.decode("windows-1252", errors="replace")
    letters = sum(character.isalpha() for character in text)
    latin = sum(character.isalpha() and character.isascii() for character in text)
    return "\ufffd" not in text and latin > 0.6 * letters
