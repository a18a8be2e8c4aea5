"""A ministry's page saved as text, taken apart.

In: the lines of a text file. Out: date line, title, language versions, body and topics, without
the site's chrome; or nothing, where the text is no such page.

    22 June 2021 10:32              date line (may be missing)
    Statement by …, Moscow, …       title
      • en-GB1 ru-RU1               language versions (may be missing)
    Mr. Chair, …                    body
    Additional materials            then topics, one a line
    Advanced settings               then chrome
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.indexer.chrome import chrome_tail, is_chrome
from dragoman.indexer.dates import find_dates

_LANGUAGES = re.compile(r"[\W_]*(?:[a-z]{2,3}-[A-Z]{2}\d?(?:[\s|,/·•]+|$))+[\W_]*")
_LANGUAGE = re.compile(r"([a-z]{2,3})-[A-Z]{2}")
_TOPICS_HEADING = re.compile(r"\W*(?:additional materials|дополнительные материалы)\W*", re.I)
# What may stand beside the date: the number of a release, the hour's zone, a lone bar.
_ANY_TOPICS_HEADING = re.compile(
    r"\W*(?:additional materials|дополнительные материалы|topics?|subjects?|tags?|themes?|keywords|"
    r"filed under|темы?|тематика|теги|метки|рубрики|ключевые слова)\W*",
    re.I,
)
_BESIDE_DATE = re.compile(r"[\s|•·,–—-]*(?:№?\s*\d[\d/-]*(?:-\d+)*)?[\s|•·,–—-]*")
_HEAD_LINES = 8
"""How many lines with something in them may stand before the body."""
_MAX_TITLE = 400
"""Characters; what is longer is a paragraph."""
_MAX_TOPIC = 150


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a saved page; `body` holds its lines, blank ones too."""

    title: str
    date_line: str
    languages: tuple[str, ...]
    body: tuple[str, ...]
    topics: tuple[str, ...]


def page_of(text: str) -> Page | None:
    """The parts of a saved page; None where neither a date line nor a language line shows one."""
    lines = text.split("\n")
    head = [at for at, line in enumerate(lines) if line.strip()][:_HEAD_LINES]
    head = [at for at in head if not is_chrome(lines[at])]
    dates = [at for at in head[:3] if is_date_line(lines[at])]
    languages = [at for at in head if _LANGUAGES.fullmatch(lines[at])]
    if not dates and not languages:
        return None
    end_of_head = max(dates[:1] + languages[:1])
    titles = _title_lines(lines, head, dates, languages, end_of_head)
    fields = {*dates[:1], *languages[:1], *titles}
    begin = max(fields) + 1
    above = [lines[at] for at in range(begin) if at not in fields]  # what is left is text
    body, topics = body_and_topics([*above, *lines[begin:]])
    return Page(
        title=" ".join(" ".join(lines[at].split()) for at in titles),
        date_line=lines[dates[0]].strip() if dates else "",
        languages=tuple(dict.fromkeys(_LANGUAGE.findall(lines[languages[0]])) if languages else ()),
        body=tuple(body),
        topics=tuple(topics),
    )


def body_and_topics(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of the body, and the topics that stand under `Additional materials` behind it."""
    headings = [at for at, line in enumerate(lines) if _TOPICS_HEADING.fullmatch(line)]
    topics: list[str] = []
    if headings and not any(len(line) > _MAX_TOPIC for line in lines[headings[-1] :]):
        for line in lines[headings[-1] + 1 :]:
            if is_chrome(line):
                break
            if line.strip():
                topics.append(line.strip())
        lines = lines[: headings[-1]]
    body = lines[: chrome_tail(lines)]
    return [line for line in body if not is_chrome(line)], topics


def is_topics_heading(line: str) -> bool:
    """Whether a whole line heads the topics of a web page."""
    return _ANY_TOPICS_HEADING.fullmatch(line) is not None


def is_date_line(line: str) -> bool:
    """A date to the day or minute, and nothing beside it but a number."""
    found = find_dates(line)
    if not found or found[0].precision not in ("day", "minute"):
        return False
    rest = line[: found[0].start] + " " + line[found[0].end :]
    return _BESIDE_DATE.fullmatch(rest) is not None


def _title_lines(
    lines: Sequence[str], head: list[int], dates: list[int], languages: list[int], end: int
) -> list[int]:
    """The lines of the title: before the language line, else after the date line."""
    taken = {*dates[:1], *languages[:1]}
    if languages:
        candidates = [at for at in head if at < languages[0] and at not in taken]
    else:
        candidates = [at for at in head if at < end] or [at for at in head if at > end]
    title: list[int] = []
    for at in candidates:
        if title and at != title[-1] + 1:
            break  # a blank line ends the title
        title.append(at)
    after = title[-1] + 1 if title else 0
    if sum(len(lines[at]) for at in title) > _MAX_TITLE:
        return []
    if not languages and after < len(lines) and lines[after].strip():
        return []
    return title
