"""What is doubtful about the documents of a file though they were read, in a sentence each.

In: documents as they are indexed. Out: how many of them, and why, with some of them named, so that
what is kept does not grow with the file. Reads and changes nothing.
"""

from collections import Counter

from dragoman.indexer.dates import ACCEPTED_FORMS
from dragoman.indexer.documents import Document
from dragoman.indexer.readers.date_order import doubt_in

_EXAMPLES = 5
_MAX_SHOWN = 40
"""Characters of a value that are shown."""


class Doubts:
    """Gathers the doubts about the documents of one file."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], list[str]] = {}

    def see(self, document: Document) -> None:
        """Takes up a document of the file."""
        why = doubt_in(document.origins.get("date", ""))
        if why:
            kind, shown = (f"dated by day/month, as {why}", "write the year first"), document.date
        elif not document.date and "date" in document.extra:
            kind = "without a date, as it can’t be read", f"write it like one of {ACCEPTED_FORMS}"
            shown = f"‘{str(document.extra['date'])[:_MAX_SHOWN]}’"
        else:
            return
        self._counts[kind] += 1
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(f"{shown} ({document.doc_id})")

    def told(self) -> tuple[tuple[int, str], ...]:
        """How many documents each doubt is about, and the doubt with its remedy."""
        return tuple((count, self._sentence(kind, count)) for kind, count in self._counts.items())

    def _sentence(self, kind: tuple[str, str], count: int) -> str:
        what, remedy = kind
        named = ", ".join(self._examples[kind]) + (", …" if count > _EXAMPLES else "")
        return f"{count:,} {'document' if count == 1 else 'documents'} {what}: {named}; {remedy}"
