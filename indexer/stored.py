"""A document back out of what the index keeps of it.

In: its record and text. Out: the `Document` that was added. Opens nothing.
"""

from collections.abc import Mapping
from typing import Any

from dragoman.indexer.documents import Document


def stored_document(record: Mapping[str, Any], text: str) -> Document:
    """A document from what the index keeps of it (`forward.record_of`)."""
    values = {name: value for name, value in record.items() if name not in ("id", "path")}
    for name in ("speakers", "topics", "languages"):
        values[name] = tuple(values[name])
    return Document(doc_id=record["id"], text=text, **values)
