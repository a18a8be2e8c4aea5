"""Text that was decoded once in a wrong encoding, put right where that is certain.

    РџСЂРёРІРµС‚   UTF-8 read as Windows-1251          Привет
    Ð¿Ñ€Ð¸, itâ€™s   UTF-8 read as Windows-1252          при, it’s
    Ïðèâåò         Windows-1251 read as Windows-1252   Привет
    оПХБЕР         KOI8-R read as Windows-1251         Привет

In: text. Out: text, and what was repaired in words. UTF-8 proves itself: bytes of other texts make
none. Between 8-bit encodings the letters of a whole text must speak for it. What is right stays
as it is, beside what is broken too.
"""

import re
from collections.abc import Callable

from dragoman.indexer.readers.encodings import russian_likelihood

_MIN_PAIRS = 3
"""Characters of UTF-8 read wrongly that must stand in a text: one or two may be meant."""
_MIN_LETTERS = 8
_MIN_LIKELIHOOD = 0.25
"""Of the repaired letters as Russian (`russian_likelihood`); right texts are near 0.5."""
_MAX_LIKELIHOOD = 0.0
"""Of the letters as they were."""
_SAMPLE = 50_000  # characters by which the case of letters is judged

_TRAILS_1251 = "".join(
    bytes([byte]).decode("windows-1251") if byte != 0x98 else "\x98" for byte in range(0x80, 0xC0)
)
_TRAILS_1252 = "".join(
    sorted(
        {chr(byte) for byte in range(0x80, 0xC0)}
        | {bytes([b]).decode("windows-1252", "ignore") for b in range(0x80, 0xC0)} - {""}
    )
)


def _utf8_runs(leads: str, symbols: str, punctuation: str, trails: str) -> re.Pattern[str]:
    """Stretches that are UTF-8 of letters, symbols and punctuation, read wrongly, and all of it.

    Args:
        leads: What the first bytes of Cyrillic letters were read as.
        symbols: Pairs, as a pattern, that are Latin letters and symbols.
        punctuation: What the first two bytes of punctuation were read as, as a pattern.
        trails: What the bytes behind a first one may have been read as.
    """
    trail = f"[{re.escape(trails)}]"
    # A letter beside it that is none of it would show that it is a word.
    return re.compile(
        f"(?<![{_LETTERS}])(?:[{leads}]{trail}|{symbols}|{punctuation}{trail})+(?![{_LETTERS}])"
    )


_LETTERS = "À-ÖØ-öø-ÿЀ-ӿ"
_RUNS = {
    "windows-1251": _utf8_runs("РС", "В[\xa0«»°§©®±·]|Г[©Ў¤¶ј±]", "в[ЂЃ‚„]", _TRAILS_1251),
    "windows-1252": _utf8_runs("ÂÃÄÅÐÑÒÓ", "(?!)", "â[€\x80\x81‚„\x82\x84]", _TRAILS_1252),
}
_LEADS = {"windows-1251": "РСвВГ", "windows-1252": "ÂÃÄÅÐÑÒÓâ"}
"""What every such stretch begins with: the quickest to look for."""
_ODD = {
    "windows-1251": re.compile(
        "[РС][ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЄЇІіґєјЅѕї¤¦§©¬®°±µ¶·№]|в[ЂЃ‚„]|[ВГ][©«»°§®±·Ў¤¶ј]"
    ),
    "windows-1252": re.compile("[ÂÃÄÅÐÑÒÓ][^A-Za-z\\s]|â[€\x80\x81‚„\x82\x84]"),
}
"""What no right text has often; searched first, as it is quick."""
_CERTAIN = {
    "windows-1251": re.compile(r"вЂ[\x98љњќћџ™“”њќ¦ўў“”‹›љ™„…†‡°і№]"),
    "windows-1252": re.compile(
        r"â€[\x80-\xbf™œ“”˜¦¢šž]|(?<=[a-z])Ã[¡-ª¬-º¼-¿]|Ã[¡-ª¬-º¼-¿](?=[a-z])"
    ),
}
_LOST_BLANK = re.compile(r"(?<![А-яЁё])Р (?=[РС][^\s\w]|[РС][Ђ-џ])")
_ACCENTED = re.compile(r"(?<![A-Za-z])[À-ÖØ-öø-ÿ¸¨]{2,}(?![A-Za-z])")
_ACCENTED_LETTER = re.compile(r"[À-ÖØ-öø-ÿ]")
_CAPITALS = re.compile("[А-ЯЁ]+")
_SMALL = re.compile("[а-яё]+")


def repaired_text(text: str) -> tuple[str, str]:
    """The text put right, and what was repaired; the text itself and empty where it is right."""
    if text.isascii():
        return text, ""
    for wrong in _RUNS:
        repaired, count = _from_utf8(text, wrong)
        if count:
            return repaired, f"UTF-8 that had been read as {_NAMES[wrong]}, in {_lines(count)}"
    for right, wrong, seems in _EIGHT_BIT:
        if seems(text):
            repaired, count = _from_eight_bit(text, right, wrong)
            if count:
                return repaired, (
                    f"{_NAMES[right]} that had been read as {_NAMES[wrong]}, in {_lines(count)}"
                )
    return text, ""


def _from_utf8(text: str, wrong: str) -> tuple[str, int]:
    """The text with its stretches of UTF-8 read again, and the number of lines that changed."""
    runs = _RUNS[wrong]
    if not any(lead in text for lead in _LEADS[wrong]) or not _ODD[wrong].search(text):
        return text, 0
    found = [run[0] for run in runs.finditer(text)]
    pairs = sum(len(_again(run, wrong, "utf-8")) for run in found)
    if pairs < _MIN_PAIRS and not _CERTAIN[wrong].search(text):
        return text, 0
    if wrong == "windows-1251":
        text = _LOST_BLANK.sub("Р\xa0", text)
    lines = text.split("\n")
    count = 0
    for at, line in enumerate(lines):
        if runs.search(line):
            # A line that is UTF-8 as a whole proves more than its stretches do.
            lines[at] = _again(line, wrong, "utf-8") or runs.sub(
                lambda run: _again(run[0], wrong, "utf-8") or run[0], line
            )
            count += lines[at] != line
    return "\n".join(lines), count


def _from_eight_bit(text: str, right: str, wrong: str) -> tuple[str, int]:
    """The text with its lines read again, where letters say so, and how many lines changed."""
    lines = text.split("\n")
    again = [_again(line, wrong, right) for line in lines]
    broken = [
        at
        for at, line in enumerate(lines)
        if again[at] and not line.isascii() and again[at] != line
    ]
    before = "\n".join(lines[at] for at in broken)
    after = "\n".join(again[at] for at in broken)
    if not _is_certain(before, after):
        return text, 0
    count = 0
    for at in broken:
        # Right lines may stand among broken ones: of two readings the likelier is taken.
        if russian_likelihood(again[at]) > max(0.0, russian_likelihood(lines[at])):
            lines[at] = again[at]
            count += 1
    return "\n".join(lines), count


def _is_certain(before: str, after: str) -> bool:
    letters = sum(map(len, _SMALL.findall(after))) + sum(map(len, _CAPITALS.findall(after)))
    return (
        letters >= _MIN_LETTERS
        and russian_likelihood(after) >= _MIN_LIKELIHOOD
        and russian_likelihood(before) <= _MAX_LIKELIHOOD
    )


def _again(text: str, wrong: str, right: str) -> str:
    """Text from its bytes in one encoding, read in another; empty where that is not possible."""
    data = bytearray()
    for character in text:
        try:
            data += character.encode(wrong)
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return ""
            data.append(ord(character))  # a byte that the encoding has no character for
    try:
        return data.decode(right)
    except UnicodeDecodeError:
        return ""


def _seems_accented(text: str) -> bool:
    """Whether accented letters stand in words of nothing else, as in no language that is right."""
    if not any(vowel in text for vowel in "îåàÎÅÀ"):  # о, е, а
        return False
    letters = len(_ACCENTED_LETTER.findall(text))
    words = sum(map(len, _ACCENTED.findall(text)))
    return words >= _MIN_LETTERS and words >= 0.8 * letters


def _seems_inverted(text: str) -> bool:
    """Whether most Cyrillic letters are capitals, as where KOI8-R and Windows-1251 are mistaken."""
    if not any(vowel in text for vowel in "ПБЕНЮ"):  # о, а, е of the one and the other
        return False
    sample = text[:_SAMPLE]
    capitals = sum(map(len, _CAPITALS.findall(sample)))
    return capitals >= _MIN_LETTERS and capitals > sum(map(len, _SMALL.findall(sample)))


def _lines(count: int) -> str:
    return f"{count} line{'s' * (count > 1)}"


_NAMES = {"windows-1251": "Windows-1251", "windows-1252": "Windows-1252", "koi8-r": "KOI8-R"}
_EIGHT_BIT: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("windows-1251", "windows-1252", _seems_accented),
    ("koi8-r", "windows-1251", _seems_inverted),
    ("windows-1251", "koi8-r", _seems_inverted),
)
