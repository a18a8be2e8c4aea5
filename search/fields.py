"""Field names in both languages, and what a date in a query means.

In: names and dates as typed. Out: canonical field names, and `DateRange` nodes with ISO ends.
Reads no index.
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from dragoman.indexer.dates import read_date
from dragoman.indexer.errors import DateError, Message
from dragoman.search.tree import DateRange

FIELD_NAMES = {
    "title": "title", "заголовок": "title",
    "speaker": "speaker", "спикер": "speaker",
    "said": "said", "сказал": "said",
    "place": "place", "место": "place",
    "source": "source", "источник": "source",
    "topic": "topic", "тема": "topic",
    "kind": "kind", "вид": "kind",
    "lang": "lang", "язык": "lang",
    "country": "country", "страна": "country",
    "id": "id",
    "date": "date", "дата": "date",
    "since": "since", "until": "until",
}  # fmt: skip
"""Every name of a field, casefolded, to its English name."""
DATE_FIELDS = ("date", "since", "until")
LANGUAGES = {
    "english": "en", "английский": "en", "russian": "ru", "русский": "ru",
}  # fmt: skip
DATE_FORMS = (
    "2021, 2021-06, 2021-06-22, 22.06.2021, 2021-01..2021-06, ..2020, 2023.., >2020, "
    ">=2021-06-22, <2020, <=2020, today, yesterday, -30d, -6m, -2y"
)
_RELATIVE = re.compile(r"-(\d{1,5})([dmy])", re.IGNORECASE)
_YEAR = re.compile(r"[12][0-9]{3}")
_COMPARED = re.compile(r"(>=|<=|>|<)(.+)", re.DOTALL)
_NAMED = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}


def today() -> date:
    """The day it is by the machine's clock, UTC."""
    return datetime.now(UTC).date()


def date_range(field: str, text: str) -> DateRange:
    """What `date:TEXT`, `since:TEXT` or `until:TEXT` asks for.

    Raises:
        DateError: The text is no date of the accepted forms, or the range ends before it starts.
    """
    text = text.strip()
    if field == "since":
        return DateRange(_one(text), "")
    if field == "until":
        return DateRange("", _one(text))
    if ".." in text:
        first, _, last = text.partition("..")
        if not (first or last):
            raise _unreadable(text)
        found = DateRange(_one(first) if first else "", _one(last) if last else "")
        if first and last and found.first[: len(found.last)] > found.last[: len(found.first)]:
            raise DateError(
                Message(
                    "the range {text} ends before it starts; write the earlier date first",
                    text=text,
                )
            )
        return found
    if compared := _COMPARED.fullmatch(text):
        operator, bound = compared[1], _one(compared[2].strip())
        return {
            ">": DateRange(_shifted(bound, 1), ""),
            ">=": DateRange(bound, ""),
            "<": DateRange("", _shifted(bound, -1)),
            "<=": DateRange("", bound),
        }[operator]
    if _RELATIVE.fullmatch(text):
        return DateRange(_one(text), "")
    one = _one(text)
    return DateRange(one, one)


def _one(text: str) -> str:
    """One date in ISO form."""
    text = text.strip()
    if _YEAR.fullmatch(text):
        return text
    if text.casefold() in _NAMED:
        return (today() - timedelta(days=_NAMED[text.casefold()])).isoformat()
    if relative := _RELATIVE.fullmatch(text):
        return _ago(int(relative[1]), relative[2].casefold())
    try:
        return read_date(text).iso
    except DateError as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> DateError:
    return DateError(
        Message("‘{text}’ is no date; write one of {forms}", text=text, forms=DATE_FORMS)
    )


def _ago(number: int, unit: str) -> str:
    now = today()
    try:
        if unit == "d":
            return (now - timedelta(days=number)).isoformat()
        months = now.year * 12 + now.month - 1 - number * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        day = min(now.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day).isoformat()
    except (ValueError, OverflowError, calendar.IllegalMonthError) as error:
        raise DateError(
            Message(
                "‘-{number}{unit}’ is before the year 1; use a smaller number",
                number=number,
                unit=unit,
            )
        ) from error


def _shifted(iso: str, step: int) -> str:
    """The next (1) or previous (-1) year, month, day or minute, as precise as the date itself."""
    try:
        if len(iso) == 4:
            return date(int(iso) + step, 1, 1).isoformat()[:4]
        if len(iso) == 7:
            year, month = divmod(int(iso[:4]) * 12 + int(iso[5:]) - 1 + step, 12)
            return date(year, month + 1, 1).isoformat()[:7]
        if len(iso) == 10:
            return (date.fromisoformat(iso) + timedelta(days=step)).isoformat()
        moment = datetime.fromisoformat(iso) + timedelta(minutes=step)
        return moment.isoformat(timespec="minutes")
    except (ValueError, OverflowError) as error:
        raise DateError(Message("there is no date beyond {iso}", iso=iso)) from error
