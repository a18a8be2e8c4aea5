"""What is doubtful about the documents of a file though they were read, in a sentence each.

In: documents as they are indexed. Out: how many of them, and why, with some of them named, so that
what is kept does not grow with the file. Reads and changes nothing.
"""

from collections import Counter

from dragoman.indexer.documents import Document
from dragoman.indexer.readers.date_order import doubt_in

_FORMS = "write it like 2021, 2021-06 or 2021-06-22"
_EXAMPLES = 5
_MAX_SHOWN = 40
"""Characters of a value that are shown."""


class Doubts:
    """Gathers the doubts about the documents of one file."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def see(self, document: Document) -> None:
        """Takes up a document of the file."""
        why = doubt_in(document.origins.get("date", ""))
        if why:
            kind, shown = (f"dated by day/month, as {why}", "write the year first"), document.date
        elif not document.date and "date" in document.extra:
            kind = "without a date, as it can’t be read", _FORMS
            shown = f"‘{str(document.extra['date'])[:_MAX_SHOWN]}’"
        else:
            return
        self._counts[kind] += 1
        # The first by id, in whatever order documents come.
        examples = [*self._examples.get(kind, ()), (document.doc_id, shown)]
        self._examples[kind] = sorted(examples)[:_EXAMPLES]

    def told(self) -> tuple[tuple[int, str], ...]:
        """How many documents each doubt is about, and the doubt with its remedy."""
        counts = sorted(self._counts.items())
        return tuple((count, self._sentence(kind, count)) for kind, count in counts)

    def _sentence(self, kind: tuple[str, str], count: int) -> str:
        what, remedy = kind
        named = ", ".join(f"{shown} ({doc_id})" for doc_id, shown in self._examples[kind])
        named += ", …" if count > _EXAMPLES else ""
        return f"{count:,} {'document' if count == 1 else 'documents'} {what}: {named}; {remedy}"
