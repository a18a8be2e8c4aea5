"""One record (of JSON, JSONL or CSV) into a document.

In: a mapping of named values. Out: a `Document`, its title and text character for character as in
the record, but for characters that were decoded wrongly. Opens no file.
"""

import hashlib
import json
from collections.abc import Mapping

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.date_order import DateOrder
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.fields import plain, take_fields
from dragoman.indexer.readers.text_cleaning import note_encoding, repaired

HASH_DIGITS = 12
"""Hexadecimal digits of a record's hash in its id: one clash in 16 million records of a file."""


def document_of(
    record: object, *, file_id: str, encoding: str = "utf-8", dates: DateOrder | None = None
) -> Document:
    """The document that a record is.

    Its id is the record's `id`, else the file's id, `#` and a hash of the record, so that ids
    stay when other records are inserted. Kind, place and speaker come from the title where the
    record has none. What was decoded wrongly once is put right where that is certain, and told
    with the encoding of the file under `encoding` among the extra fields. Its date is read as the
    dates of its file are, where `dates` knows them.

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
    note_encoding(draft, encoding)
    record = _repaired(record, draft)
    draft.offer("text", str(record["text"]), "record")
    draft.offer("title", str(record.get("title") or ""), "record")
    take_fields(record, draft, "record", dates)
    draft.fill_from_title()
    return draft.document()


def _repaired(record: Mapping[str, object], draft: Draft) -> Mapping[str, object]:
    """The record with the characters of its strings put right; all of them speak for each."""
    strings = {name: value for name, value in record.items() if isinstance(value, str)}
    text = repaired("\n".join(strings.values()), draft)
    if not draft.repair:
        return record
    lines = text.split("\n")
    whole = dict(record)
    for name, value in strings.items():
        count = value.count("\n") + 1
        whole[name], lines = "\n".join(lines[:count]), lines[count:]
    return whole


def written_date(record: object) -> str:
    """What a record has as its date, or empty."""
    return plain(record.get("date")) if isinstance(record, Mapping) else ""


def hash_of(content: str) -> str:
    """What stands behind the file's id for a record without an id of its own."""
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:HASH_DIGITS]


def _id_of(record: Mapping[str, object], file_id: str) -> str:
    given = record.get("id")
    if given is None or given == "":
        canonical = json.dumps(record, sort_keys=True, separators=(",", ":"))
        return f"{file_id}#{hash_of(canonical)}"
    if (written := plain(given)).strip():
        return written
    if written:
        raise ReadError("the record’s id is blank")
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
