"""Who speaks, and in what office, as a title names them.

In: a title in English or Russian. Out: names in the nominative and the first one's office. Only
persons are speakers: a ministry's statement has none.
"""

import re

from dragoman.indexer.kinds import announcement
from dragoman.indexer.names_en import english_speaker
from dragoman.indexer.names_ru import russian_speaker

# A participle before “by” has its own maker: “a contest organised by …”.
_BY = re.compile(r"[^“”«»\"]{0,90}?(?<!ed)\s(?:by|from)\s+(?:the\s+)?", re.IGNORECASE)
_AT = re.compile(r"\s+at\s*$", re.IGNORECASE)  # Secretary Lee at a press availability
_OF = re.compile(r"\s+of\s+(?:the\s+)?", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

Speaker = tuple[tuple[str, ...], str]


def speaker_of(title: str) -> Speaker:
    """The speakers that a title names and the first one's office; empty where it names none."""
    title = title.replace("\xa0", " ").strip()
    found = announcement(title)
    if found is None:
        return (), ""
    if _CYRILLIC.search(found[0]):
        return russian_speaker(title[found.end() :])
    before = title[: found.start()]
    if before.strip():  # “Foreign Minister Sergey Lavrov’s remarks …”
        speaker = english_speaker(_AT.sub("", before), whole=True)
        owns = found[0].startswith(("’", "'"))
        return speaker if owns or speaker[1] else ((), "")
    rest = title[found.end() :]
    for opening in (_OF, _BY):
        if (match := opening.match(rest)) and (speaker := english_speaker(rest[match.end() :]))[0]:
            return speaker
    return (), ""
