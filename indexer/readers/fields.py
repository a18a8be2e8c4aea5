"""Named fields, as records and front matter have them, into a draft.

In: a mapping as JSON, CSV or YAML gave it. Out: the draft's fields; what Dragoman has no use for
goes to `extra`. Title and text are the callers' affair.
"""

from collections.abc import Mapping

from dragoman.indexer.errors import DateError
from dragoman.indexer.readers.date_order import DateOrder
from dragoman.indexer.readers.draft import Draft

_TEXT_NAMES = ("place", "source", "kind", "country", "url", "pair", "office")
_LIST_NAMES = {
    "speaker": "speakers", "speakers": "speakers", "topics": "topics", "topic": "topics",
    "tags": "topics", "languages": "languages",
}  # fmt: skip
_OFFICE_NAMES = ("speaker_post", "speaker_office")
FIELD_NAMES = (
    "id", "title", "text", "date", "lang", *_TEXT_NAMES, *_LIST_NAMES, *_OFFICE_NAMES
)  # fmt: skip
"""All names that mean something."""
_LANGUAGES = {
    "english": "en", "английский": "en", "eng": "en", "russian": "ru", "русский": "ru",
    "rus": "ru",
}  # fmt: skip


def take_fields(
    fields: Mapping[str, object], draft: Draft, origin: str, dates: DateOrder | None = None
) -> None:
    """Offers every field but `id`, `title` and `text` to the draft.

    Names of several speakers or topics in one string are parted by semicolons. A date that can't
    be read, and a value of the wrong type, is kept as it was in `extra` under its own name.

    Args:
        fields: The named fields.
        draft: Takes them.
        origin: Where they stand.
        dates: Reads the dates of the file; without it, these fields are the only ones.
    """
    dates = dates or DateOrder(lambda: [plain(fields.get("date"))])
    for name, value in fields.items():
        if name in ("id", "title", "text") or value is None or value == "":
            continue
        if name == "date":
            is_taken = _take_date(plain(value), draft, origin, dates)
        else:
            is_taken = _take(name, value, draft, origin)
        if not is_taken:
            draft.extra[name] = value


def plain(value: object) -> str:
    """A string, or a number as a string; empty for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _take_date(written: str, draft: Draft, origin: str, dates: DateOrder) -> bool:
    """Whether what is written as the date could be read."""
    try:
        match, origin = dates.read(written, origin)
    except DateError:
        return False
    draft.take_date(match, origin)
    return True


def _take(name: str, value: object, draft: Draft, origin: str) -> bool:
    """Whether the draft has a place for the field and its value."""
    if name == "lang":
        return draft.offer("lang", language_code(plain(value)), origin)
    if name in _TEXT_NAMES:
        return draft.offer(name, plain(value).strip(), origin)
    if name in _LIST_NAMES:
        return draft.offer_list(_LIST_NAMES[name], _several(value), origin)
    if name in _OFFICE_NAMES:
        draft.offer("office", plain(value).strip(), origin)
    return False


def _several(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [plain(part).strip() for part in value]
    return [part.strip() for part in plain(value).split(";")]


def language_code(written: str) -> str:
    """`en-GB`, `EN`, `English` are `en`; a name that is no code is left as written."""
    name = written.strip().lower()
    return _LANGUAGES.get(name, name.replace("_", "-").split("-")[0])
