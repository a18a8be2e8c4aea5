"""What a title and a page say about a document: the one door to the modules that read them.

In: titles and texts. Out: kind, speaker, office, place, language. What is not plainly said stays
empty: a wrong speaker is worse than none.
"""

import re

from dragoman.indexer.kinds import kind_label, kind_of
from dragoman.indexer.places import place_line, place_of
from dragoman.indexer.speakers import (
    attributed_to,
    is_no_person,
    person_of,
    sender_of,
    speaker_by,
    speaker_of,
    transcript_speakers,
)

__all__ = [
    "attributed_to",
    "is_no_person",
    "kind_label",
    "kind_of",
    "language_of",
    "person_of",
    "place_line",
    "place_of",
    "sender_of",
    "speaker_by",
    "speaker_of",
    "transcript_speakers",
]


_CYRILLIC = re.compile("[Ѐ-ӿ]+")
_LATIN = re.compile("[a-zA-ZÀ-ɏ]+")


def language_of(text: str) -> str:
    """`ru` or `en`, whichever script has more letters; empty without Cyrillic or Latin letters.

    Only these two languages are told apart: other Cyrillic text is `ru`, other Latin text `en`.
    """
    cyrillic = sum(map(len, _CYRILLIC.findall(text)))
    latin = sum(map(len, _LATIN.findall(text)))
    if not cyrillic and not latin:
        return ""
    return "ru" if cyrillic >= latin else "en"
