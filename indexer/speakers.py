"""Who speaks, and in what office, as a title, a byline or a transcript names them.

In: a title or text in English or Russian. Out: names in the nominative and the first one's office.
Only persons are speakers: a ministry's statement has none.
"""

import re
from collections.abc import Iterable

from dragoman.indexer.kinds import announcement, announcing_parts
from dragoman.indexer.lines import read_lines
from dragoman.indexer.names_en import english_person, english_speaker
from dragoman.indexer.names_ru import russian_person, russian_speaker
from dragoman.indexer.places import place_line
from dragoman.indexer.turns import find_turns
from dragoman.indexer.voices import is_plain_name

# A participle before “by” has its own maker: “a contest organised by …”.
_BY = re.compile(r"[^“”«»\"]{0,90}?(?<!ed)\s(?:by|from)\s+(?:the\s+)?", re.IGNORECASE)
_AT = re.compile(
    r"\s+(?:at|in|on|during)\s*$", re.IGNORECASE
)  # Secretary Lee at a press availability
_OF = re.compile(r"\s+(?:of|with)\s+(?:the\s+)?", re.IGNORECASE)
_BY_LINE = re.compile(r"by\s+(?:the\s+)?(?=[A-ZÀ-Ž])|^By\s+(?=[A-ZÀ-Ž])")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_FOLLOWING = re.compile(
    r"(?:the\s+)?following\s+(?:is|are)\s+(?:(?:an?|the)\s+)?(?:(?:text|transcript)\s+of\s+)?(?:the\s+)?"
    r"(?:UN\s+)?(?P<title>.{5,300}?)(?:[:,]|$)",
    re.IGNORECASE | re.DOTALL,
)
_ISSUED_BY = re.compile(
    r"^(?:the\s+following\b|this\b|[^.]{0,60}\bstatement\b).{0,160}?\b(?:issued|delivered|made|given|read)\b"
    r".{0,40}?\bby\s+(?:the\s+)?(?P<who>.{4,160})",
    re.IGNORECASE | re.DOTALL,
)
_SAID_IN = re.compile(
    r",?\s+in\s+(?P<place>[A-Z][\w. -]{2,30}?)(?:,?\s+(?:today|yesterday|on\b)|\s*:)"
)
_NO_PERSON = re.compile(
    r"\b(?:ministry|department|office|embassy|press|service|news|agency|editorial|editor|team|"
    r"admin|administrator|webmaster|staff|mission|user|content|website|site|group|union|council|"
    r"times|daily|post|мид|министерств\w*|департамент\w*|пресс\w*|редакци\w*|"
    r"агентств\w*|посольств\w*|служб\w*|админ\w*)\b",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"(?P<who>[^.,:;“”«»]{4,120}?)\s+(?:(?:has\s+)?(?:sent|extended|conveyed)\s+(?:(?:an?|his|her|the|their)\s+)?"
    r"(?:[\w-]+\s+){0,2}?(?:message|greetings|congratulations|condolences|telegram|letter)|"
    r"(?:направил|передал|поздравил|выразил|обратил)(?:а|ась|ся)?)\b"
)
_MAX_ATTRIBUTION = 500  # characters
_LEAST_SHARE = 0.05
"""Share of a transcript without offices from which on who says it is a speaker of the text."""
_MOST_SPEAKERS = 20

Speaker = tuple[tuple[str, ...], str]


def speaker_of(title: str) -> Speaker:
    """The speakers that a title names and the first one's office; empty where it names none."""
    for part in announcing_parts(title.replace("\xa0", " ").strip()):
        speaker = _announced(part)
        if speaker[0]:
            return speaker
    return (), ""


def person_of(line: str) -> Speaker:
    """The one person that a whole line names, with or without an office; a body is none."""
    line = " ".join(line.split()).strip(" .:;–—-")
    names, office = russian_person(line) if _CYRILLIC.search(line) else english_person(line)
    return ((), "") if any(map(is_no_person, names)) else (names, office)


def is_no_person(name: str) -> bool:
    """Whether a name is a body's or an account's (`Press Service`, `Super User`)."""
    return _NO_PERSON.search(name) is not None


def speaker_by(line: str) -> Speaker:
    """Who a line names behind its `by`, with an office: `by Minister Ann Lee at the start of …`."""
    found = _BY_LINE.match(line)
    if found is None:
        return (), ""
    speaker = english_speaker(line[found.end() :])
    return speaker if speaker[1] or person_of(line[found.end() :])[0] else ((), "")


def attributed_to(blocks: Iterable[str]) -> tuple[Speaker, str]:
    """Speaker and place that an editor's line before the text names.

    “Following are Secretary-General …’s remarks to …, in New York today:”, “The following statement
    was issued today by Council President …:”.
    """
    for block in blocks:
        line = " ".join(block.split())
        if len(line) > _MAX_ATTRIBUTION:
            continue
        spoken_in = _SAID_IN.search(line)
        place = place_line(spoken_in["place"]) if spoken_in else ""
        if issued := _ISSUED_BY.match(line):
            if (speaker := english_speaker(issued["who"]))[0]:
                return speaker, place
        elif (following := _FOLLOWING.match(line)) and (speaker := speaker_of(following["title"]))[
            0
        ]:
            return speaker, place
    return ((), ""), ""


def transcript_speakers(text: str) -> list[tuple[str, str]]:
    """Those whose words a transcript gives under their full names, with their offices or empty.

    In their order. Where offices are given, those who have none ask or lead and are no speakers;
    where none are, whoever says a twentieth of the text is one.
    """
    if ":" not in text:
        return []
    turns = find_turns(text, [(line.start, line.end) for line in read_lines(text)])
    said: dict[str, int] = {}
    for turn in turns:
        said[turn.voice] = said.get(turn.voice, 0) + turn.end - turn.text_start
    plain = [voice for voice in said if "," not in voice and is_plain_name(voice)]
    sizes: dict[str, int] = {}
    offices: dict[str, str] = {}
    for voice, size in said.items():
        name, office = _voice_of(voice, plain)
        if name:
            sizes[name] = sizes.get(name, 0) + size
            offices[name] = offices.get(name, "") or office
    least = _LEAST_SHARE * sum(said.values())
    names = [name for name in sizes if offices[name]]
    names = names or [name for name in sizes if sizes[name] >= least]
    return [(name, offices[name]) for name in names[:_MOST_SPEAKERS]]


def sender_of(sentence: str) -> Speaker:
    """Who sent a message, as a sentence that opens with him says: `Ann Lee sent greetings to …`."""
    found = _SENT.match(" ".join(sentence.split()))
    return person_of(found["who"]) if found else ((), "")


def _voice_of(voice: str, plain: Iterable[str]) -> tuple[str, str]:
    """Name and office of a voice; `plain` are names that stand alone as voices elsewhere."""
    for name in plain:
        if voice == name:
            names, _ = person_of(name)
            return (name, "") if names else ("", "")
        if voice.endswith(f" {name}"):
            return name, voice[: -len(name)].strip(" ,")
    names, office = person_of(voice.title() if voice.isupper() else voice)
    if len(names) != 1 or (" " not in names[0] and "." not in names[0]):
        return "", ""
    return names[0], office


def _announced(title: str) -> Speaker:
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
