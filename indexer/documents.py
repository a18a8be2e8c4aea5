"""The document as everything after the readers sees it.

In: what a reader found in a file. Out: a frozen `Document`. Knows nothing of files or indexes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_PRECISIONS = {0: "", 4: "year", 7: "month", 10: "day", 16: "minute"}


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what is known about it; what is not known is an empty string or tuple.

    Attributes:
        doc_id: Unique in the index; stable between runs.
        title: One line, as it stands in the source.
        text: The body, without title and page chrome; offsets everywhere point into it.
        date: ISO 8601 as precisely as known: `2021`, `2021-06`, `2021-06-22`, `2021-06-22T10:32`.
        time_zone: As written beside the time (`+03:00`), or empty.
        lang: ISO 639-1 code of the text (`en`, `ru`).
        speakers: Who speaks or signs, as named in the source.
        office: The first speaker's office, as named in the source.
        languages: Codes of the language versions that the source itself names.
        pair: Shared by documents that are language versions of one text.
        page_starts: Code points in `text` at which the file's pages 1, 2, … begin, from 0, not
            falling: a page without text begins where the next one does. Empty where the format
            has no pages.
        extra: Fields of the source that Dragoman has no use for, kept and shown.
        origins: Field name to where its value came from (`record`, `front matter`, `meta tag`,
            `JSON-LD`, `microdata`, `RDFa`, `page`, `title`, `file name`, `file properties`, `book`,
            `feed`, `dragoman.toml`), behind a semicolon what was assumed or repaired; `id` where
            front matter gave it.
    """

    doc_id: str
    title: str
    text: str
    date: str = ""
    time_zone: str = ""
    lang: str = ""
    speakers: tuple[str, ...] = ()
    office: str = ""
    place: str = ""
    source: str = ""
    kind: str = ""
    topics: tuple[str, ...] = ()
    country: str = ""
    url: str = ""
    pair: str = ""
    languages: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def date_precision(self) -> str:
        """`year`, `month`, `day` or `minute`; empty without a date."""
        return _PRECISIONS[len(self.date)]
