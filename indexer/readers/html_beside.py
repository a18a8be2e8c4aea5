"""What stands beside a page's title and says something of its text: date, place, kind, speaker.

In: the lines around the title, and those behind the text. Out: `Beside`. Takes whole lines only, a
label with its value, or a line that is nothing but a date, a known place, a kind or a person with
an office: a sentence that names a place is no place of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dragoman.indexer.dates import find_dates
from dragoman.indexer.metadata import (
    kind_label,
    kind_of,
    person_of,
    place_line,
    speaker_by,
    speaker_of,
)
from dragoman.indexer.pages import is_date_line

_LABELS = {
    "event": r"delivered(?:\s+on)?|date\s+of\s+(?:delivery|speech|event)|(?:speech|event)\s+date|"
    r"held\s+on|дата\s+(?:выступления|события|мероприятия|проведения)",
    "published": r"(?:first\s+)?published(?:\s+(?:on|at|date))?|publi(?:cation|sh)\s+date|"
    r"date\s+of\s+(?:publication|issue)|date\s+published|posted(?:\s+on)?|released(?:\s+on)?|"
    r"release\s+date|issued(?:\s+on)?|date|дата(?:\s+(?:публикации|размещения|выпуска))?|"
    r"опубликовано|размещено|от",
    "modified": r"(?:(?:this\s+)?page\s+(?:was\s+)?)?(?:last\s+)?(?:updated?|modified|reviewed?|"
    r"changed|modification)(?:\s+(?:on|at|date))?|"
    r"(?:дата\s+)?(?:обновления|обновлено|изменено|изменения)|"
    r"последнее\s+обновление(?:\s+материала)?",
    "place": r"location|place|venue|city|where|место(?:\s+(?:проведения|события))?|город|где",
    "speakers": r"speakers?|delivered\s+by|from|author|by|attributable\s+to|issued\s+by|автор|"
    r"спикеры?|докладчик|выступающий|от\s+имени",
    "kind": r"(?:document\s+|content\s+)?type|type\s+of\s+document|category|format|genre|"
    r"(?:вид|тип)(?:\s+(?:документа|материала))?|рубрика|категория|раздел|жанр",
    "topics": r"topics?|subjects?|themes?|tags?|keywords|темы?|тематика|теги|ключевые\s+слова",
}
_LABEL = re.compile(
    rf"\W*(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _LABELS.items())})"
    r"(?:\s*[:：]\s*|\s*$|\s+(?=\D{0,12}\d))(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ACCOUNT = re.compile(r"\W*(?:written|created|posted|uploaded|added)\s+by\b", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|•·∙/]\s+|\s*[|•∙]\s*|\s{2,}|\n")
_BARS = re.compile(rf"{_PARTS.pattern}|\s+[–—-]\s+")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?:\s*(?:[ap]\.?m\.?|MSK|GMT|UTC|CET|CEST|EST|EDT|МСК))?", re.I)
_SERIAL = re.compile(
    r"(?:№\s*)?\d[\d/-]*\d|(?:no\.?|№|nr\.?|press\s+release)\s*:?\s*[\w/-]*\d[\w/-]*|"
    r"[A-ZА-Я]{1,6}(?:/[\w.()-]+)+|\d{1,4}/\d{2,4}",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|;|\band\b|\bи\b)\s*")
_MAX_LINE = 160
"""Characters; what is longer is a sentence of the text."""
_MAX_VALUE = 120
_MAX_SHORT_VALUE = 60
_MAX_RELEASER = 40
_INNER = re.compile(
    r"\b(?:publication\s+date|published(?:\s+on)?|дата\s+публикации|опубликовано)\W{0,3}(?=\d)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Beside:
    """What the lines say; the first word on each matter stands.

    Attributes:
        event: The date on which the text was spoken, where the page tells it from its publication.
        published: Dates of publication; later ones may be more exact.
        modified: The date of the last change.
        speakers: Persons.
        office: The first one's.
    """

    event: str = ""
    published: list[str] = field(default_factory=list)
    modified: str = ""
    place: str = ""
    kind: str = ""
    speakers: tuple[str, ...] = ()
    office: str = ""
    topics: tuple[str, ...] = ()

    def add(self, other: "Beside") -> None:
        """Takes from others what is not known yet."""
        self.published += other.published
        for name in ("event", "modified", "place", "kind", "topics"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        if not self.speakers:
            self.speakers, self.office = other.speakers, other.office


def read_beside(lines: Sequence[str], *, labelled_only: bool = False) -> Beside:
    """What lines beside a title say.

    Args:
        lines: In the order of the page.
        labelled_only: Only labels with their values, as behind a text.
    """
    beside = Beside()
    label = ""
    for line in _parts(lines):
        found = _LABEL.fullmatch(line)
        if found is not None:
            label = next(name for name in _LABELS if found[name] is not None)
            if label == "topics" and not found["value"]:
                label = ""  # their list is read as one
            line = found["value"].strip()
            if not line:
                continue
        if label:
            _take_labelled(beside, label, line)
            label = ""
        elif not labelled_only:
            _take_bare(beside, line)
    return beside


def is_dated_label(line: str) -> bool:
    """Whether a whole line says when a page was published or changed."""
    found = _LABEL.fullmatch(line) if len(line) <= _MAX_VALUE else None
    dated = found is not None and (found["published"] or found["modified"])
    return bool(dated and found and _day_in(found["value"]))


def is_beside(line: str) -> bool:
    """Whether a whole line says something of the text instead of being its part."""
    parts = list(_parts([line]))
    if not parts:
        return False
    if _INNER.search(line) or all(map(_says_something, parts)):
        return True
    # Date, place and the office that releases the text.
    said = [part for part in parts if _says_something(part)]
    return len(said) > 1 and max(map(len, parts)) <= _MAX_RELEASER and any(map(is_date_line, said))


def _says_something(part: str) -> bool:
    found = _LABEL.fullmatch(part)
    if found is not None:
        value = found["value"]
        return not value or (len(value) <= _MAX_SHORT_VALUE and value[-1] not in ".,:;!?…")
    return bool(
        _CLOCK.fullmatch(part)
        or _SERIAL.fullmatch(part)
        or is_date_line(part)
        or dateline_of(part)[0]
        or place_line(part)
        or kind_label(part)
        or _person(part)[1]
        or speaker_by(part)[0]
    )


def _parts(lines: Sequence[str]) -> Iterator[str]:
    """The parts of lines that bars set apart; a time joins the date before it."""
    for line in lines:
        if not line or len(line) > _MAX_LINE * 2:
            continue
        bars = _BARS if find_dates(line) else _PARTS
        parts = [part.strip() for part in bars.split(line) if part.strip()]
        at = 0
        while at < len(parts):
            part = parts[at]
            if at + 1 < len(parts) and find_dates(part) and _CLOCK.fullmatch(parts[at + 1]):
                part = f"{part} {parts[at + 1]}"
                at += 1
            at += 1
            if len(part) <= _MAX_LINE:
                yield part


def _take_labelled(beside: Beside, label: str, value: str) -> None:
    if len(value) > _MAX_VALUE:
        return
    match label:
        case "event":
            beside.event = beside.event or _day_in(value)
        case "published":
            if date := _day_in(value):
                beside.published.append(date)
        case "modified":
            beside.modified = beside.modified or _day_in(value)
        case "place":
            beside.place = beside.place or value
        case "kind":
            beside.kind = beside.kind or kind_label(value)
        case "speakers":
            _take_speakers(beside, value)
        case "topics":
            beside.topics = beside.topics or tuple(part.strip() for part in re.split("[,;]", value))


def _take_speakers(beside: Beside, value: str) -> None:
    if beside.speakers:
        return
    names, office = _person(value)
    if not names:
        people = [_person(part) for part in _AND.split(value)]
        names = tuple(name for named, _ in people for name in named)
        office = next((office for named, office in people if named), "")
    beside.speakers, beside.office = names, office


def _take_bare(beside: Beside, line: str) -> None:
    if _ACCOUNT.match(line):
        return
    if is_date_line(line):
        beside.published.append(_day_in(line))
    elif _CLOCK.fullmatch(line) and beside.published:
        beside.published.append(f"{beside.published[-1]} {line}")
    elif place := place_line(line):
        beside.place = beside.place or place
    elif kind := kind_label(line):
        beside.kind = beside.kind or kind
    elif (dateline := dateline_of(line))[0]:
        beside.place = beside.place or dateline[0]
        beside.published.append(dateline[1])
    elif (inner := _INNER.search(line)) and (date := _day_in(line[inner.end() :])):
        beside.published.append(date)
    elif not beside.speakers:
        names, office = speaker_by(line)
        if not names:
            names, office = _person(line)
            names = names if office else ()
        if not names and kind_of(line):
            names, office = speaker_of(line)
        if names:
            beside.speakers, beside.office = names, office


def _person(line: str) -> tuple[tuple[str, ...], str]:
    return person_of(line) if len(line) <= _MAX_VALUE else ((), "")


def dateline_of(line: str) -> tuple[str, str]:
    """Place and date of a line that is nothing else (`Paris, 12 June 2022`), or both empty."""
    inner = line.strip("()[] .,–—-")
    dates = [found for found in find_dates(inner) if found.precision in ("day", "minute")]
    if len(dates) != 1:
        return "", ""
    date = dates[0]
    around = (inner[: date.start] + inner[date.end :]).strip(" ,.:;–—-/")
    place = place_line(around)
    return (place, inner[date.start : date.end]) if place else ("", "")


def _day_in(text: str) -> str:
    """The first day or minute that a value names, as written."""
    for found in find_dates(text):
        if found.precision in ("day", "minute"):
            return text[found.start : found.end]
    return ""
