"""Language versions of one text: what tells that two documents are.

In: addresses, ids, anchors and dates. Out: the keys that versions share by address, and the pairs
of documents that are versions by what stands in them. Reads no index.

By address: `en.kremlin.ru/news/5` and `kremlin.ru/news/5`, `…/en/news/5` and `…/ru/news/5`,
`?lang=en` and `?lang=ru`, `speech_en.txt` and `speech_ru.txt` are the same once each document's
own language is taken out. By text: names and numbers in common, where no other document has about
as many.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

MIN_SCORE = 0.4
"""Anchors in common over the geometric mean of both texts' that make two texts versions.

Measured with 123 pairs of news and 45 of `seeds/` among 2,600 other texts, all without dates: 87 %
of the pairs found, one wrong; from 0.35 down more wrong ones appear, up to 0.5 many right ones go.
"""
LEAD = 1.4
"""So many times as much as any other document's of the same language; else nothing is joined."""
MIN_COMMON = 4
"""Anchors that two texts must have in common."""
MAX_LENGTHS = 2.0
"""One text has at most so many times the code points of the other."""
DAYS_APART = 1
"""Days between the dates of two versions by text, where both have one."""
DAYS_APART_BY_ADDRESS = 31
"""The same by address: a translation may be dated when it was put up."""
MINUTES_OF_DAY = 24 * 60

_NAMES = {
    "en": ("en", "eng", "english"),
    "ru": ("ru", "rus", "russian"),
    "fr": ("fr", "fra", "fre", "french"),
    "de": ("de", "deu", "ger", "german"),
    "es": ("es", "spa", "spanish"),
    "uk": ("uk", "ukr", "ua", "ukrainian"),
    "zh": ("zh", "zho", "chi", "cn", "chinese"),
    "ar": ("ar", "ara", "arabic"),
}
_PARAMETERS = {"lang", "language", "hl", "locale", "lng", "l"}
_PLAIN_HOSTS = {"www", "m"}


def address_keys(url: str, doc_id: str, lang: str) -> tuple[str, ...]:
    """What other language versions share with a document's address or id; empty without a language.

    Args:
        url: The document's address, or empty.
        doc_id: Its id, for a file its path.
        lang: Its language.
    """
    if not lang:
        return ()
    keys = ["id:" + _without_marker(doc_id.casefold(), lang)] if "#" not in doc_id else []
    if url.startswith(("http://", "https://")):
        keys.append("url:" + _address_without_marker(url, lang))
    return tuple(keys)


def address_hashes(url: str, doc_id: str, lang: str) -> tuple[int, int]:
    """64 bits of each of at most two `address_keys`; 0 where there is none."""
    first, second = (*map(_hash, address_keys(url, doc_id, lang)), 0, 0)[:2]
    return first, second


def _hash(key: str) -> int:
    data = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _address_without_marker(url: str, lang: str) -> str:
    try:
        parts = urlsplit(url.casefold())
    except ValueError:  # an address that is none, as http://[
        return url
    labels = parts.netloc.split(".")
    own = _names_of(lang)
    # The last two labels are the site's name: kremlin.ru is not a Russian page of kremlin.
    kept = [label for label in labels[:-2] if label not in own and label not in _PLAIN_HOSTS]
    host = ".".join([*kept, *labels[-2:]])
    path = _without_marker(parts.path, lang)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not (name in _PARAMETERS and re.split("[-_]", value)[0] in own)
    ]
    return f"{host}/{path}?{urlencode(sorted(query))}" if query else f"{host}/{path}"


def _without_marker(text: str, lang: str) -> str:
    if not any(name in text for name in _names_of(lang)):
        return text.strip("/._~-")
    return _marker(lang).sub("", text).strip("/._~-")


@cache
def _marker(lang: str) -> re.Pattern[str]:
    """A document's language as a part of an address or id, with what stands before it."""
    names = "|".join(map(re.escape, _names_of(lang)))
    return re.compile(rf"(?:[/._~-]|^)(?:{names})(?=[/._~-]|$)")


def _names_of(lang: str) -> tuple[str, ...]:
    code = lang.casefold()
    return _NAMES.get(code, (code,))


class Edge(NamedTuple):
    """Two documents of different languages that share anchors; scores as `MIN_SCORE`."""

    one: int
    other: int
    score: float


def joined(
    edges: Sequence[Edge], lang_of: Mapping[int, object], group_of: Mapping[int, object]
) -> list[bool]:
    """Which edges join language versions: strong, and stronger by far than all beside them.

    Args:
        edges: All with a score of at least `MIN_SCORE / LEAD`.
        lang_of: Language of each document.
        group_of: Group of near-identical documents of those that are in one; a document of the
            same group is no rival.
    """
    # Of each document and language the best group, and the best that is not of this group.
    best: dict[tuple[int, object], list[tuple[float, object]]] = {}
    for one, other, score in edges:
        for of, rival in ((one, other), (other, one)):
            group = group_of.get(rival, ("alone", rival))
            known = best.setdefault((of, lang_of[rival]), [])
            same = [each for each in known if each[1] == group]
            kept = [each for each in known if each[1] != group]
            kept.append(max([(score, group), *same], key=lambda each: each[0]))
            best[of, lang_of[rival]] = sorted(kept, key=lambda each: -each[0])[:2]

    def leads(of: int, other: int, score: float) -> bool:
        group = group_of.get(other, ("alone", other))
        return all(
            score >= LEAD * theirs for theirs, rival in best[of, lang_of[other]] if rival != group
        )

    return [
        score >= MIN_SCORE and leads(one, other, score) and leads(other, one, score)
        for one, other, score in edges
    ]


def may_be_versions(one: Iterable[int], other: Iterable[int], days_apart: int) -> bool:
    """Whether two dates are near enough.

    Args:
        one: First minute and one past the last of a date; negative without a date.
        other: The same of the other document.
        days_apart: Days that may lie between.
    """
    (start, end), (other_start, other_end) = one, other
    if start < 0 or other_start < 0:
        return True
    slack = days_apart * MINUTES_OF_DAY
    return start < other_end + slack and other_start < end + slack
