"""The documents of an index that belong together: language versions and near-identical texts.

In: stored documents. Out: the others, with what tells that they belong together. Versions by
`pair`, link and address are looked up here, those by text and near-identical ones were found when
the index was written. Compares no texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.dates import date_interval
from dragoman.indexer.errors import IndexDamaged, Message
from dragoman.indexer.relations import Relations
from dragoman.indexer.versions import (
    DAYS_APART_BY_ADDRESS,
    address_hashes,
    address_keys,
    may_be_versions,
)
from dragoman.search.ordering import Handle
from dragoman.search.results import Version
from dragoman.search.segments import Segment

Record = Mapping[str, Any]
Mask = NDArray[np.bool_]


class Stored(dict[str, Any]):
    """What is stored of a document, with the document."""

    __slots__ = ("handle",)
    handle: Handle


_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


class Related:
    """What belongs together in an open index."""

    def __init__(self, segments: Sequence[Segment], relations: Relations) -> None:
        self._segments = segments
        self._relations = relations

    def with_value(self, field: str, value: str) -> list[Handle]:
        """The documents whose value of one of `forward.VALUE_FIELDS` is this."""
        return [
            Handle(number, doc)
            for number, segment in enumerate(self._segments)
            for doc in segment.columns.docs_with_value(field, value).tolist()
            if segment.live[doc]
        ]

    def _record(self, handle: Handle) -> Record:
        return self._segments[handle.segment].columns.record(handle.doc)

    # By content

    @cached_property
    def _handles(self) -> dict[int, Handle]:
        """The documents that stand in the relations, by content hash."""
        related = self._relations.related
        found: dict[int, Handle] = {}
        if not len(related):
            return found
        for number, segment in enumerate(self._segments):
            hashes = segment.columns.hashes()
            place = np.minimum(related.searchsorted(hashes), len(related) - 1)
            docs = np.flatnonzero((related[place] == hashes) & segment.live)
            for doc, content in zip(docs.tolist(), hashes[docs].tolist(), strict=True):
                found[content] = Handle(number, doc)
        if len(found) != len(related):
            raise IndexDamaged(
                Message(
                    "what is kept of related documents does not fit the index; rebuild it: "
                    "dragoman index --full"
                )
            )
        return found

    def _with_contents(self, contents: Sequence[int]) -> list[Handle]:
        """The documents with some content hashes that stand in the relations."""
        return [self._handles[content] for content in contents]

    def _content(self, handle: Handle) -> int:
        return int(self._segments[handle.segment].columns.hashes()[handle.doc])

    def _content_of(self, record: Record) -> int | None:
        """A stored document's content hash; None where nothing is related to anything."""
        if not len(self._relations.related):
            return None
        return next((self._content(h) for h in self.with_value("id", record["id"])), None)

    def near_group(self, handle: Handle) -> int | None:
        """The number of a document's group of near-identical ones; None where it has none."""
        if not len(self._relations.near):
            return None
        return self._relations.group(self._content(handle))

    def near_identical_to(self, record: Record) -> list[str]:
        """Rising ids of the documents that are near-identical to a stored one."""
        content = None if self._is_alone(record) else self._content_of(record)
        if content is None:
            return []
        others = self._relations.near_identical(content)
        return sorted(self._record(handle)["id"] for handle in self._with_contents(others))

    # Documents that nothing tells to belong to another, as most are

    def _is_alone(self, record: Record) -> bool:
        handle = record.handle if isinstance(record, Stored) else None
        return handle is not None and not self._maybe_related[handle.segment][handle.doc]

    @cached_property
    def _maybe_related(self) -> list[Mask]:
        """For each segment, the documents that content, address, link or pair may tell more of."""
        related, shared = self._relations.related, self._shared_addresses()
        linked = self._linking_terms()
        found = []
        for segment, terms in zip(self._segments, linked, strict=True):
            columns = segment.columns
            maybe: Mask = np.isin(columns.hashes(), related)
            maybe |= np.isin(columns.addresses(), shared).any(axis=1)
            maybe[columns.file.array("pair.docs")] = True
            for field in ("url", "alternate"):
                for number in terms:
                    maybe[columns.postings(field, number).docs] = True
            found.append(maybe)
        return found

    def _shared_addresses(self) -> NDArray[np.uint64]:
        """Hashes of addresses that several documents have."""
        every = [segment.columns.addresses().reshape(-1) for segment in self._segments]
        hashes, counts = np.unique(np.concatenate(every), return_counts=True)
        found: NDArray[np.uint64] = hashes[(counts > 1) & (hashes > 0)]
        return found

    def _linking_terms(self) -> list[list[int]]:
        """For each segment, the numbers of the addresses that a document has and another names."""
        files = [segment.columns.file for segment in self._segments]
        if len(files) == 1:
            both = np.intersect1d(files[0].array("url.terms"), files[0].array("alternate.terms"))
            return [both.tolist()]
        addresses: dict[str, set[bytes]] = {"url": set(), "alternate": set()}
        for field, of_field in addresses.items():
            for segment, file in zip(self._segments, files, strict=True):
                numbers = file.array(f"{field}.terms").tolist()
                of_field.update(map(segment.columns.terms.__getitem__, numbers))
        named = addresses["url"] & addresses["alternate"]
        numbers_of = (map(segment.columns.terms.find, named) for segment in self._segments)
        return [[number for number in numbers if number >= 0] for numbers in numbers_of]

    # Language versions

    @cached_property
    def _is_multilingual(self) -> bool:
        return len({value for s in self._segments for value in s.facet("lang")[0]}) > 1

    @cached_property
    def _has_alternates(self) -> bool:
        """Whether any document names its other language versions by address."""
        return any(len(s.columns.file.array("alternate.terms")) for s in self._segments)

    def versions_of(self, record: Record) -> list[Version]:
        """The other language versions of a stored document, by language and id.

        For each language the first evidence counts that there is: `pair` and `link`, then `url`,
        then `text`.
        """
        if not self._is_multilingual or self._is_alone(record):
            return []
        found = self._certain(record)
        by_address = self._by_address(record, found)
        found = {**found, **by_address}
        return sorted({**found, **self._by_text(record, found)}.values())

    def _certain(self, record: Record) -> dict[str, Version]:
        """By id, the versions that the documents themselves name."""
        handles = [(handle, "link") for handle in self._linked(record)]
        if record["pair"]:
            handles += [(handle, "pair") for handle in self.with_value("pair", record["pair"])]
        others = [(self._record(handle), by) for handle, by in handles]
        return {
            other["id"]: Version(other["lang"], other["id"], by)
            for other, by in others
            if other["id"] != record["id"] and other["lang"] != record["lang"]
        }

    def _linked(self, record: Record) -> Iterator[Handle]:
        if record["url"] and self._has_alternates:
            yield from self.with_value("alternate", record["url"])
        for address in named_addresses(record):
            yield from self.with_value("url", address)

    def _by_address(self, record: Record, found: Mapping[str, Version]) -> dict[str, Version]:
        """The versions whose address or id differs in the language alone, where it is but one."""
        versions: dict[str, Version] = {}
        address = record["url"], record["id"], record["lang"]
        keys, hashes = address_keys(*address), address_hashes(*address)
        for key, content in zip(keys, hashes, strict=False):
            handles = self._with_address(content)
            if len(handles) < 2:
                continue
            others: dict[str, list[Record]] = {}
            for other in map(self._record, handles):
                if key in address_keys(other["url"], other["id"], other["lang"]):
                    others.setdefault(other["lang"], []).append(other)
            if len(others[record["lang"]]) > 1:
                continue
            for lang, (other, *more) in others.items():
                if not more and self._is_free(record, other, found) and _fit(record, other):
                    versions[other["id"]] = Version(lang, other["id"], "url")
        return versions

    @cached_property
    def _addresses(self) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        """For each segment the hashes of addresses, rising, and the place of each."""
        flat = [segment.columns.addresses().reshape(-1) for segment in self._segments]
        orders = [np.argsort(hashes) for hashes in flat]
        return [(hashes[order], order) for hashes, order in zip(flat, orders, strict=True)]

    def _with_address(self, content: int) -> list[Handle]:
        """The documents that may have an address with this hash."""
        found = []
        for number, (hashes, order) in enumerate(self._addresses):
            first, last = (int(hashes.searchsorted(np.uint64(content), s)) for s in _SIDES)
            docs = np.unique(order[first:last] // 2)
            live = self._segments[number].live
            found += [Handle(number, doc) for doc in docs.tolist() if live[doc]]
        return found

    def _is_free(self, record: Record, other: Record, found: Mapping[str, Version]) -> bool:
        """Whether neither of two documents has a surer version in the other's language."""
        lang, other_lang = record["lang"], other["lang"]
        return (
            lang != other_lang
            and all(version.lang != other_lang for version in found.values())
            and all(version.lang != lang for version in self._certain(other).values())
        )

    def _by_text(self, record: Record, found: Mapping[str, Version]) -> dict[str, Version]:
        """The versions that have the same names and numbers in them."""
        content = self._content_of(record)
        if content is None:
            return {}
        others = map(self._record, self._with_contents(self._relations.versions(content)))
        return {
            other["id"]: Version(other["lang"], other["id"], "text")
            for other in others
            if self._is_free(record, other, found)
            and all(
                version.lang != record["lang"]
                for version in self._by_address(other, self._certain(other)).values()
            )
        }


def named_addresses(record: Record) -> list[str]:
    """The addresses that a document itself names of its other language versions."""
    return [
        str(value)
        for name, value in record["extra"].items()
        if len(name) == len("url_xx") and name.startswith("url_") and value
    ]


def _fit(record: Record, other: Record) -> bool:
    """Whether the dates of two documents let them be versions by address."""
    one, two = (
        date_interval(each["date"]) if each["date"] else (-1, -1) for each in (record, other)
    )
    return may_be_versions(one, two, DAYS_APART_BY_ADDRESS)
