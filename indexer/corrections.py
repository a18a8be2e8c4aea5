"""A document with what its folder's settings say about it.

In: a document as its reader made it, the settings for its file. Out: the document with defaults
where it said nothing and corrections whatever it said. Reads no settings.
"""

from dataclasses import replace

from dragoman.indexer.documents import Document
from dragoman.indexer.settings import SETTINGS_NAME, FileSettings, Value

_FOLLOWERS = {"date": "time_zone", "speakers": "office"}
"""What belongs to a field's old value and goes with it."""


def corrected(document: Document, settings: FileSettings) -> Document:
    """The document with defaults and corrections; their origin is `dragoman.toml`.

    A value taken from the file's name only because there was no other counts as none, and so does
    a language that was told from the letters; but letters of Russian are not called English by a
    default, nor the other way round.
    """
    values = {
        name: value
        for name, value in settings.defaults.items()
        if _says_nothing(document, name, value)
    }
    values |= settings.corrections
    changed = {name: value for name, value in values.items() if getattr(document, name) != value}
    if not changed:
        return document
    cleared = {
        _FOLLOWERS[name]: ""
        for name in changed
        if name in _FOLLOWERS and _FOLLOWERS[name] not in values
    }
    origins = {name: origin for name, origin in document.origins.items() if name not in cleared}
    origins |= dict.fromkeys(changed, SETTINGS_NAME)
    return replace(document, **changed, **cleared, origins=origins)  # type: ignore[arg-type]


def _says_nothing(document: Document, name: str, default: Value) -> bool:
    origin = document.origins.get(name, "")
    if name == "lang" and not origin:
        return {document.lang, default} != {"en", "ru"}
    return not getattr(document, name) or origin == "file name"
