"""A document back out of what the index keeps of it.

In: its record and text. Out: the `Document` that was added. Opens nothing.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dragoman.indexer.documents import Document


def stored_document(record: Mapping[str, Any], text: str) -> Document:
    """A document from what the index keeps of it (`forward.record_of`).

    What an older version did not keep yet is not known.
    """
    values = {
        field.name: _as_given(record[field.name])
        for field in fields(Document)
        if field.name in record and field.name not in ("doc_id", "text")
    }
    return Document(doc_id=record["id"], text=text, **values)


def _as_given(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
