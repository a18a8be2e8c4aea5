"""One record (of JSON, JSONL or CSV) into a document.

In: a mapping of named values. Out: a `Document`, its title and text character for character as in
the record. Opens no file.
"""

import hashlib
import json
from collections.abc import Mapping

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.fields import plain, take_fields

HASH_DIGITS = 12
"""Hexadecimal digits of a record's hash in its id: one clash in 16 million records of a file."""


def document_of(record: object, *, file_id: str) -> Document:
    """The document that a record is.

    Its id is the record's `id`, else the file's id, `#` and a hash of the record, so that ids
    stay when other records are inserted. Kind, place and speaker come from the title where the
    record has none.

    Raises:
        ReadError: The record is no mapping, has no text, or its text, title or id is no string.
    """
    if not isinstance(record, Mapping):
        raise ReadError(f"a record must be an object of named fields, not {_name_of(record)}")
    text = record.get("text")
    if text is None or text == "":
        raise ReadError("the record has no text")
    if not isinstance(text, str):
        raise ReadError(f"the record’s text is no string but {_name_of(text)}")
    if not text.strip():
        raise ReadError("the record’s text is blank")
    title = record.get("title")
    if title is not None and not isinstance(title, str):
        raise ReadError(f"the record’s title is no string but {_name_of(title)}")
    draft = Draft(_id_of(record, file_id))
    draft.offer("text", text, "record")
    draft.offer("title", title or "", "record")
    take_fields(record, draft, "record")
    draft.fill_from_title()
    return draft.document()


def _id_of(record: Mapping[str, object], file_id: str) -> str:
    given = record.get("id")
    if given is None or given == "":
        canonical = json.dumps(record, sort_keys=True, separators=(",", ":"))
        return f"{file_id}#{hashlib.sha256(canonical.encode()).hexdigest()[:HASH_DIGITS]}"
    if written := plain(given):
        return written
    raise ReadError(f"the record’s id is no string but {_name_of(given)}")


def _name_of(value: object) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
