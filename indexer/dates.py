"""Dates out of a text in English and Russian, each as precise as it stands there.

In: any text. Out: `DateMatch`es with an ISO date, its precision and where it stood. Guesses no
century (`22.06.21` is nothing), resolves no relative date (`yesterday`), converts no time zone.

A date that looks like one but is impossible (31 February 2021) is passed over as a whole: no part
of it is taken for another date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dragoman.indexer.errors import DateError, Message

MINUTES_A_DAY = 24 * 60

Order = Literal["day/month", "month/day"]
"""Which comes first in figures that slashes or hyphens part: `03/04/2021`."""

_PRECISIONS = {4: "year", 7: "month", 10: "day", 16: "minute"}

# Month number to its name's forms; abbreviations may carry a dot.
_MONTHS_EN = (
    "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul",
    "august|aug", "september|sept|sep", "october|oct", "november|nov", "december|dec",
)  # fmt: skip
_SOFT = "(?:ь|я|ю|ем|ём|е)"
_HARD = "(?:а|у|ом|е|)"
_MONTHS_RU = (
    f"январ{_SOFT}|янв", f"феврал{_SOFT}|февр|фев", f"март{_HARD}|мар", f"апрел{_SOFT}|апр",
    "ма(?:й|я|ю|ем|ём|е)", f"июн{_SOFT}|июн", f"июл{_SOFT}|июл", f"август{_HARD}|авг",
    f"сентябр{_SOFT}|сент|сен", f"октябр{_SOFT}|окт", f"ноябр{_SOFT}|нояб|ноя",
    f"декабр{_SOFT}|дек",
)  # fmt: skip
_MONTH_NUMBERS = tuple(
    (number, re.compile(f"(?:{english}|{russian})", re.IGNORECASE))
    for number, (english, russian) in enumerate(zip(_MONTHS_EN, _MONTHS_RU, strict=True), start=1)
)

_MONTH = f"(?:{'|'.join(_MONTHS_EN + _MONTHS_RU)})(?!\\w)\\.?"
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье|"
    r"пн|вт|ср|чт|пт|сб|вс)\b\.?,?\s+"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?![\d:])"
_HALF = r"(?:\s?(?:[ap]m\b|[ap]\.m\.))?"
_ZONE = (
    r"(?:\s?(?:Z\b|[+\-−]\d{2}:?\d{2}\b)|\s\(?(?:UTC|GMT|MSK|МСК|C?EE?S?T|E[SD]T|P[SD]T|BST)\b\)?)?"
)
_TIME = f"{_CLOCK}{_HALF}{_ZONE}"
_GAP = r"(?:[^\S\n]*[,|·–—-]?\s*(?:(?:at|в)\s+)?)"
_YEAR_WORD = r"(?:-(?:го|м|й|му)\b)?(?:\s*(?:год(?:а|у|ом|е)?\b|г\.|г\b(?!\.)))?"
_ENDING = r"(?:st|nd|rd|th|-?го|-?е|-?ое)?"
_DASH = r"\s*[-–—]\s*"

_DATE = re.compile(
    rf"""
    (?<![\w.,/:\-])
    (?:(?P<lead>{_TIME})(?:,\s*|\s+)(?:on\s+)?)?
    (?:{_WEEKDAY})?
    (?:
        (?P<iso_y>\d{{4}})(?P<sep>[-/.])(?P<iso_m>\d{{1,2}})(?P=sep)(?P<iso_d>\d{{1,2}})
            (?:(?:T|[^\S\n]+)(?P<iso_t>{_TIME})|(?![\d\-/]|\.\d))
      | (?P<num_d>\d{{1,9}})(?P<nsep>[./\-])(?P<num_m>\d{{1,9}})(?P=nsep)(?P<num_y>\d{{4}})
            (?:(?P<num_g>{_TIME})|(?![\d\-/]|\.\d))
      | (?P<day>\d{{1,9}}){_ENDING}(?:{_DASH}(?P<to>\d{{1,2}}){_ENDING})?
            (?:[\s\-]+|\s+of\s+|\s+day\s+of\s+)(?P<month>{_MONTH}),?[\s\-]*
            (?P<year>\d{{4}})(?:(?P<glued>{_TIME})|(?!\d))
      | (?P<us_month>{_MONTH})\s*(?P<us_day>\d{{1,2}}){_ENDING}
            (?:{_DASH}(?P<us_to>\d{{1,2}}){_ENDING})?(?:,\s*|\s+)
            (?P<us_year>\d{{4}})(?:(?P<us_glued>{_TIME})|(?!\d))
      | (?P<ym_y>\d{{4}})-(?P<ym_m>\d{{2}})(?![\d\-/:]|\.\d)
      | (?P<my_month>{_MONTH})(?:,\s*|\s+(?:of\s+)?)(?P<my_year>\d{{4}})(?!\d|[.,:]\d)
    )
    (?P<word>{_YEAR_WORD})
    (?:{_GAP}(?P<late>{_TIME}))?
  | (?<![\w.,/:+$€£₽№\#\-])(?P<bare>\d{{4}})
        (?![\d%]|[-/–—]\d{{1,2}}(?!\d)|[.,:]\d|\s?(?:BC|до\s+н))
        {_YEAR_WORD}(?!\w|-[^\W\d])
  | \d+(?:[.,/:\-]\d+)*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Four digits after these count or number something; they are no year.
_NUMBERED = re.compile(
    r"(?:№|\bno\.?|#|resolutions?|резолюци\w+|[$€£₽]|\bunscr|\bscr|\bdocument|\bдокумент\w*)\s*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:во?|на|от|с|за|in|on|of|from|the)\s+", re.IGNORECASE)

ACCEPTED_FORMS = (
    "2021, 2021-06, 2021-06-22, 2021-06-22T10:32, 22.06.2021, 22 June 2021, June 2021, "
    "22 июня 2021, июнь 2021"
)


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date in a text.

    Attributes:
        iso: `2021`, `2021-06`, `2021-06-22` or `2021-06-22T10:32`; the time as written.
        precision: `year`, `month`, `day` or `minute`.
        zone: The zone as written beside the time (`+03:00`, `Z`), or empty.
        start: Where it begins in the text, in code points.
        end: Where it ends, exclusive.
    """

    iso: str
    precision: str
    zone: str
    start: int
    end: int


def find_dates(text: str) -> list[DateMatch]:
    """Every date in a text, in its order; a range of days within a month gives its first day.

    A year stands alone only in four digits from 1500 to 2100.
    """
    return list(_matches(text, whole=False))


def read_date(text: str, order: Order | None = None) -> DateMatch:
    """The one date that a text is; blanks around it and a preposition before it may stand.

    Args:
        text: The written date.
        order: How figures are read that slashes or hyphens part. Without it, day/month, but for
            those with slashes that are a date in the other order only.

    Raises:
        DateError: The text is no date, or an impossible one; the message names accepted forms.
    """
    stripped = text.strip()
    offset = text.find(stripped) if stripped else 0
    if opening := _PREPOSITION.match(stripped):
        offset += opening.end()
        stripped = stripped[opening.end() :]
    for found in _matches(stripped, whole=True, order=order):
        if (found.start, found.end) == (0, len(stripped)):
            return DateMatch(found.iso, found.precision, found.zone, offset, offset + len(stripped))
    raise DateError(
        Message(
            "‘{text}’ is no date; write it like one of: {forms}",
            text=text.strip(),
            forms=ACCEPTED_FORMS,
        )
    )


def date_interval(iso: str) -> tuple[int, int]:
    """The half-open interval, in minutes since 0001-01-01T00:00, that an ISO date covers.

    A year covers all its days, a minute is one minute; zones are left aside.

    Raises:
        DateError: Not one of the four ISO forms of `DateMatch.iso`, or no possible date.
    """
    if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2})?)?)?", iso, re.ASCII):
        raise DateError(
            Message(
                "‘{iso}’ is no ISO date; write 2021, 2021-06, 2021-06-22 or with T10:32", iso=iso
            )
        )
    year, month, day = int(iso[:4]), int(iso[5:7] or 1), int(iso[8:10] or 1)
    hour, minute = int(iso[11:13] or 0), int(iso[14:16] or 0)
    try:
        first = date(year, month, day).toordinal() - 1
    except ValueError as error:
        raise DateError(
            Message("‘{iso}’ is no possible date: {error}", iso=iso, error=error)
        ) from error
    if hour > 23 or minute > 59:
        raise DateError(Message("‘{iso}’ has no possible time", iso=iso))
    start = first * MINUTES_A_DAY + hour * 60 + minute
    match len(iso):
        case 4:
            days = 366 if _is_leap(year) else 365
        case 7:
            days = _month_days(year, month)
        case 10:
            days = 1
        case _:
            return start, start + 1
    return start, start + days * MINUTES_A_DAY


def _matches(text: str, *, whole: bool, order: Order | None = None) -> Iterator[DateMatch]:
    """Dates in order; `whole` accepts what only a text that is nothing but a date may be."""
    for found in _DATE.finditer(text):
        parts = found.groupdict()
        if parts["bare"]:
            iso = _bare_year(text, found, whole)
            end = found.end()
        else:
            iso = _calendar_date(parts, whole, order)
            end = found.end()
        if not iso:
            continue
        zone = ""
        written = _written_time(parts)
        if written and len(iso) == 10:
            clock, zone = _clock_of(written)
            if clock:
                iso = f"{iso}T{clock}"
            elif parts["late"] is written:
                end, zone = found.end("word"), ""  # the date stands, the figures are no time
            else:
                continue
        elif parts["late"]:
            end = found.end("word")
        start = found.start()
        while end > start and text[end - 1].isspace():
            end -= 1
        yield DateMatch(iso, _PRECISIONS[len(iso)], zone, start, end)


def _written_time(parts: dict[str, str | None]) -> str | None:
    for name in ("iso_t", "num_g", "glued", "us_glued", "late", "lead"):
        if parts[name]:
            return parts[name]
    return None


def _calendar_date(parts: dict[str, str | None], whole: bool, order: Order | None) -> str:
    """The ISO date of a match to the day or month, or empty where it is impossible."""
    if year := parts["iso_y"]:
        return _iso(year, parts["iso_m"], parts["iso_d"])
    if year := parts["num_y"]:
        day, month = parts["num_d"] or "", parts["num_m"] or ""
        if order is None and parts["nsep"] == "/" and int(month) > 12 >= int(day):
            order = "month/day"  # 06/22/2021 can only be American
        if order == "month/day" and parts["nsep"] != ".":
            day, month = month, day
        return _iso(year, month, day)
    if year := parts["year"]:
        return _day_range(year, parts["month"], parts["day"], parts["to"])
    if year := parts["us_year"]:
        return _day_range(year, parts["us_month"], parts["us_day"], parts["us_to"])
    if year := parts["ym_y"]:
        return _iso(year, parts["ym_m"])
    if year := parts["my_year"]:
        name = parts["my_month"] or ""
        if name in ("may", "march", "mar") and not whole:
            return ""  # the verb: it may 2019 …
        return _iso(year, str(_month_number(name)))
    return ""


def _day_range(year: str, name: str | None, day: str | None, to: str | None) -> str:
    month = str(_month_number(name or ""))
    if to and (not _iso(year, month, to) or int(to) <= int(day or 0)):
        return ""
    return _iso(year, month, day)


def _bare_year(text: str, found: re.Match[str], whole: bool) -> str:
    year = found["bare"]
    if whole:
        return _iso(year)
    if not 1500 <= int(year) <= 2100 or _NUMBERED.search(
        text, max(0, found.start() - 24), found.start()
    ):
        return ""
    return year


def _month_number(name: str) -> int:
    bare = name.rstrip(".")
    for number, pattern in _MONTH_NUMBERS:
        if pattern.fullmatch(bare):
            return number
    raise AssertionError(f"the pattern of months let {name!r} through")


def _iso(year: str, month: str | None = None, day: str | None = None) -> str:
    """The ISO date of figures, or empty where there is no such day."""
    if len(month or "") > 2 or len(day or "") > 2:
        return ""
    try:
        moment = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    if day:
        return moment.isoformat()
    return moment.isoformat()[: 7 if month else 4]


_CLOCK_PARTS = re.compile(
    rf"(?P<h>\d{{1,2}}):(?P<m>\d{{2}})(?::(?P<s>\d{{2}})(?:[.,]\d+)?)?"
    rf"(?P<half>{_HALF})(?P<zone>{_ZONE})",
    re.IGNORECASE,
)


def _clock_of(written: str) -> tuple[str, str]:
    """`hh:mm` and the zone as written; both empty where there is no such time."""
    parts = _CLOCK_PARTS.fullmatch(written)
    if parts is None:
        return "", ""
    hour, minute = int(parts["h"]), int(parts["m"])
    half = parts["half"].strip().lower()
    if half:
        if not 1 <= hour <= 12:
            return "", ""
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59 or int(parts["s"] or 0) > 60:
        return "", ""
    return f"{hour:02}:{minute:02}", parts["zone"].strip(" ()")


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_days(year: int, month: int) -> int:
    if month == 2:
        return 29 if _is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31
