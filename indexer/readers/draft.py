"""A document in the making: sources offer values for its fields, the first offer stands.

In: values with their origins, in the order of trust. Out: a `Document`. Cleans no text.
"""

from collections.abc import Iterable

from dragoman.indexer.dates import DateMatch, find_dates, read_date
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import DateError
from dragoman.indexer.metadata import kind_of, language_of, place_of, speaker_of

_TEXT_FIELDS = (
    "title", "text", "date", "time_zone", "lang", "office", "place", "source", "kind", "country",
    "url", "pair",
)  # fmt: skip
_LIST_FIELDS = ("speakers", "topics", "languages")


class Draft:
    """Collects a document's fields; empty offers count for nothing, later ones come too late."""

    def __init__(self, doc_id: str) -> None:
        self.doc_id = doc_id
        self.extra: dict[str, object] = {}
        self.page_starts: tuple[int, ...] = ()
        self.repair = ""  # what was wrong with the file's characters
        self._texts: dict[str, str] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._origins: dict[str, str] = {}

    def take_id(self, written: str, origin: str) -> None:
        """Sets an id that is written in the document, in place of the one of its file."""
        self.doc_id = written
        self._origins["id"] = origin

    def has(self, name: str) -> bool:
        """Whether a field has a value."""
        return bool(self._texts.get(name) or self._lists.get(name))

    def text(self, name: str) -> str:
        """The value of a text field, or empty."""
        return self._texts.get(name, "")

    def first_of(self, name: str) -> str:
        """The first value of a list field, or empty."""
        return next(iter(self._lists.get(name, ())), "")

    def offer(self, name: str, value: str, origin: str) -> bool:
        """Sets a text field if it has no value yet; says whether it did."""
        if name not in _TEXT_FIELDS:
            raise KeyError(name)
        if not value or name in self._texts:
            return False
        self._texts[name] = value
        self._origins[name] = origin
        return True

    def offer_list(self, name: str, values: Iterable[str], origin: str) -> bool:
        """Sets a list field, without repetitions, if it has no value yet; says whether it did."""
        if name not in _LIST_FIELDS:
            raise KeyError(name)
        kept = tuple(dict.fromkeys(value for value in values if value))
        if not kept or name in self._lists:
            return False
        self._lists[name] = kept
        self._origins[name] = origin
        return True

    def offer_date(self, written: str, origin: str, *, within: bool = False) -> bool:
        """Sets date and zone from a written date; says whether it could be read.

        A later offer of the same date with more precision refines it. `within` takes the first
        date that stands in the text instead of reading all of it as one.
        """
        if within:
            found = find_dates(written)
            if not found:
                return False
            match = found[0]
        else:
            try:
                match = read_date(written)
            except DateError:
                return False
        self.take_date(match, origin)
        return True

    def take_date(self, match: DateMatch, origin: str) -> None:
        """Sets date and zone, or refines a date that is known with less precision."""
        known = self._texts.get("date", "")
        if match.iso != known and match.iso.startswith(known):
            self._texts["date"] = match.iso
            self._origins["date"] = origin
            if match.zone:
                self._texts["time_zone"] = match.zone

    def note(self, name: str, value: str, origin: str) -> None:
        """Keeps what a file says but Dragoman does not trust as a field, where it says anything."""
        if value and name not in self.extra:
            self.extra[name] = value
            self._origins[name] = origin

    def date_from_title(self) -> None:
        """A day at the very end of the title, where nothing better gave a date."""
        title = self.text("title").rstrip(" .)")
        for match in find_dates(title)[-1:]:
            if match.precision in ("day", "minute") and match.end >= len(title):
                self.offer_date(title[match.start : match.end], "title")

    def fill_from_title(self) -> None:
        """Kind, speaker, office and place out of the title, where nothing better gave them."""
        title = self.text("title")
        self.offer("kind", kind_of(title), "title")
        self.offer("place", place_of(title), "title")
        if not self.has("speakers"):
            names, office = speaker_of(title)
            self.offer_list("speakers", names, "title")
            self.offer("office", office, "title")

    def document(self) -> Document:
        """The document as it is now; its language is that of its letters where none was given."""
        texts, lists = self._texts, self._lists
        if self.repair and "text" in self._origins:
            self._origins["text"] += f"; repaired: {self.repair}"
        text = texts.get("text", "")
        return Document(
            doc_id=self.doc_id,
            title=texts.get("title", ""),
            text=text,
            date=texts.get("date", ""),
            time_zone=texts.get("time_zone", ""),
            lang=texts.get("lang", "") or language_of(text) or language_of(texts.get("title", "")),
            speakers=lists.get("speakers", ()),
            office=texts.get("office", ""),
            place=texts.get("place", ""),
            source=texts.get("source", ""),
            kind=texts.get("kind", ""),
            topics=lists.get("topics", ()),
            country=texts.get("country", ""),
            url=texts.get("url", ""),
            pair=texts.get("pair", ""),
            languages=lists.get("languages", ()),
            page_starts=self.page_starts,
            extra=self.extra,
            origins=self._origins,
        )
