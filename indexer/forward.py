"""Documents as arrays before inversion: what analysis made, or what a segment holds.

In: documents, or parts already made. Out: a `Batch`, which `columns` inverts and writes. Batches
join, so indexing and merging segments are one operation. Writes no file.
"""

import gc
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import zstandard
from numpy.typing import NDArray

from dragoman.indexer.analysis import AnalyzedText, shared_analyzer
from dragoman.indexer.anchors import anchors_of
from dragoman.indexer.dates import date_interval
from dragoman.indexer.documents import Document
from dragoman.indexer.forms import Form
from dragoman.indexer.lemmas import lemma_cache
from dragoman.indexer.near_duplicates import WordHashes, band_keys
from dragoman.indexer.versions import address_hashes

Uint32 = NDArray[np.uint32]
Turn = tuple[str, int, int]
"""A voice, and the half-open positions of what it says in the body."""

WORD_FIELDS = (
    "title", "body", "speaker", "place", "source", "topic", "kind", "country", "voice",
)  # fmt: skip
"""Fields whose words are analysed; a query's words match in `title` and `body`."""
_OWN_TEXTS = ("title", "body")
"""Fields of texts that hardly come again in another document."""
VALUE_FIELDS = ("id", "path", "lang", "pair", "url", "alternate")
"""Fields whose whole values are looked up, casefolded in `lang` only."""
FACET_FIELDS = ("lang", "year", "source", "speaker", "topic", "kind", "country", "place")
LISTED_FIELDS = (*FACET_FIELDS, "voice")
"""Fields whose distinct values are listed: facets, and the voices of speakers' turns."""
TEXT_BLOCK = 8_192
"""Code points of text compressed together: a snippet costs one block, whatever the length."""
NO_DATE = -1
GAP = Form(exact="", keys=())
"""Stands after each value of a field: no phrase runs from one into the next."""
_ZERO = np.zeros(1, np.uint32)
_ALTERNATE_FIELD = re.compile(r"url_[a-z]{2}$")


@dataclass(frozen=True, slots=True)
class FieldTokens:
    """The tokens of one field, all documents one after another.

    Attributes:
        lengths: Tokens of each document.
        forms: Index into the batch's vocabulary of each token.
        starts: First code point of each token in its document's field.
        ends: One past the last.
        sentences: Number in the field (over all documents) of each token that starts a sentence.
        paragraphs: The same for paragraphs.
    """

    lengths: Uint32
    forms: Uint32
    starts: Uint32
    ends: Uint32
    sentences: Uint32
    paragraphs: Uint32


@dataclass(frozen=True, slots=True)
class TurnTable:
    """The speakers' turns of all documents, one document after another.

    Attributes:
        lengths: Turns of each document.
        starts: First position of what is said, counted in the document's body.
        ends: One past the last.
        voices: Which of the document's voices speaks, from 0.
    """

    lengths: Uint32
    starts: Uint32
    ends: Uint32
    voices: Uint32


@dataclass(frozen=True, slots=True)
class Batch:
    """Analysed documents; all sequences run over the same documents in the same order.

    Attributes:
        records: Each document without its text, as JSON (`record_of`).
        hashes: 64 bits of a hash of each document, to know it unchanged.
        text_blocks: Each document's text, compressed in blocks of `TEXT_BLOCK` code points.
        text_lengths: Code points of each text.
        text_bytes: Bytes of each text in UTF-8.
        dates: (n, 2) minutes since year 1, half-open; `NO_DATE` where there is none.
        facets: Each of `LISTED_FIELDS` to each document's values.
        fields: Field name to its tokens.
        bands: (n, `near_duplicates.BANDS`) keys of which near-identical texts share one.
        anchors: The anchors of each text (`anchors.anchors_of`).
        addresses: (n, 2) what language versions share (`versions.address_hashes`).
        turns: The speakers' turns.
        vocabulary: The forms that tokens refer to; the first is `GAP`.
    """

    records: list[bytes]
    hashes: NDArray[np.uint64]
    text_blocks: list[list[bytes]]
    text_lengths: Uint32
    text_bytes: Uint32
    dates: NDArray[np.int64]
    facets: dict[str, list[tuple[str, ...]]]
    fields: dict[str, FieldTokens]
    bands: Uint32
    anchors: list[Uint32]
    addresses: NDArray[np.uint64]
    turns: TurnTable
    vocabulary: list[Form]

    def __len__(self) -> int:
        return len(self.records)

    @property
    def n_tokens(self) -> int:
        """Tokens of title and body together."""
        return len(self.fields["title"].forms) + len(self.fields["body"].forms)


def record_of(document: Document, path: str) -> dict[str, object]:
    """A document without its text as JSON-ready values, with the file it came from."""
    return {
        "id": document.doc_id,
        "title": document.title,
        "date": document.date,
        "time_zone": document.time_zone,
        "lang": document.lang,
        "speakers": list(document.speakers),
        "office": document.office,
        "place": document.place,
        "source": document.source,
        "kind": document.kind,
        "topics": list(document.topics),
        "country": document.country,
        "url": document.url,
        "pair": document.pair,
        "languages": list(document.languages),
        "page_starts": list(document.page_starts),
        "extra": dict(document.extra),
        "origins": dict(document.origins),
        "path": path,
    }


def content_hash(document: Document, path: str) -> int:
    """64 bits that change with anything that is indexed or shown of a document."""
    return _content_hash(record_of(document, path), (encode(document.text),))


def _content_hash(record: dict[str, object], parts: Iterable[bytes]) -> int:
    digest = hashlib.blake2b(digest_size=8)
    digest.update(json.dumps(record, sort_keys=True, default=str).encode())
    digest.update(b"\0")  # in no JSON: ends it
    for part in parts:
        digest.update(part)
    return int.from_bytes(digest.digest(), "little")


def encode(text: str) -> bytes:
    """UTF-8 that also takes unpaired surrogates."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """The text that `encode` took."""
    return data.decode("utf-8", "surrogatepass")


def text_parts(text: str) -> list[bytes]:
    """A text in the parts that are compressed together."""
    return [encode(text[at : at + TEXT_BLOCK]) for at in range(0, len(text), TEXT_BLOCK)]


def analyze_batch(documents: Sequence[tuple[Document, str]]) -> Batch:
    """Analyses documents, each given with the key of the file it came from."""
    # Lines and tokens are many small objects in no circle: the collector would search in vain.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _analyzed(documents)
    finally:
        if was_enabled:
            gc.enable()


def _analyzed(documents: Sequence[tuple[Document, str]]) -> Batch:
    compressor = zstandard.ZstdCompressor(level=3)
    lemma_cache().load()
    joiner = _Joiner()
    records, hashes, blocks, text_bytes, dates = [], [], [], [], []
    facets: dict[str, list[tuple[str, ...]]] = {name: [] for name in LISTED_FIELDS}
    turns: list[tuple[Turn, ...]] = []
    for document, path in documents:
        record = record_of(document, path)
        records.append(json.dumps(record, ensure_ascii=True, default=str).encode())
        parts = text_parts(document.text)
        hashes.append(_content_hash(record, parts))
        text_bytes.append(sum(map(len, parts)))
        blocks.append([compressor.compress(part) for part in parts])
        dates.append(date_interval(document.date) if document.date else (NO_DATE, NO_DATE))
        analysed = {
            name: joiner.add_texts(name, texts) for name, texts in _word_fields(document).items()
        }
        turns.append(_turns_of(document, analysed["body"]))
        voices = tuple(dict.fromkeys(voice for voice, _, _ in turns[-1]))
        joiner.add_texts("voice", voices)
        for name, values in {**facet_values(document), "voice": voices}.items():
            facets[name].append(values)
        for name, texts in _value_fields(document, path).items():
            joiner.add_values(name, texts)
    lemma_cache().save()
    bands = joiner.bands()
    addresses = [address_hashes(d.url, d.doc_id, d.lang) for d, _ in documents]
    fields, vocabulary = joiner.joined()
    return Batch(
        records=records,
        hashes=np.array(hashes, np.uint64),
        text_blocks=blocks,
        text_lengths=np.array([len(document.text) for document, _ in documents], np.uint32),
        text_bytes=np.array(text_bytes, np.uint32),
        dates=np.array(dates, np.int64).reshape(-1, 2),
        facets=facets,
        fields=fields,
        bands=bands,
        anchors=[anchors_of(document.text) for document, _ in documents],
        addresses=np.array(addresses, np.uint64).reshape(-1, 2),
        turns=_turn_table(turns, facets["voice"]),
        vocabulary=vocabulary,
    )


def _turns_of(document: Document, body: Sequence[AnalyzedText]) -> tuple[Turn, ...]:
    """The speakers' turns of a text; one that parts none is all its only speaker's."""
    n_tokens = sum(len(text.forms) for text in body)
    turns = tuple(turn for text in body for turn in text.turns)
    if turns or not n_tokens or not document.speakers:
        return turns
    from dragoman.indexer.name_parts import are_one_person  # searching needs no names

    if not are_one_person(document.speakers):
        return turns
    return ((document.speakers[0], 0, n_tokens),)


def _turn_table(turns: Sequence[Sequence[Turn]], voices: Sequence[Sequence[str]]) -> TurnTable:
    flat = [
        (start, end, of_doc.index(voice))
        for several, of_doc in zip(turns, voices, strict=True)
        for voice, start, end in several
    ]
    starts, ends, numbers = np.array(flat, np.uint32).reshape(-1, 3).T
    return TurnTable(np.array([len(of) for of in turns], np.uint32), starts, ends, numbers)


def _word_fields(document: Document) -> dict[str, tuple[str, ...]]:
    return {
        "title": (document.title,),
        "body": (document.text,),
        "speaker": document.speakers,
        "place": (document.place,),
        "source": (document.source,),
        "topic": document.topics,
        "kind": (document.kind,),
        "country": (document.country,),
    }


def _value_fields(document: Document, path: str) -> dict[str, tuple[str, ...]]:
    alternates = (
        str(value) for name, value in document.extra.items() if _ALTERNATE_FIELD.match(name)
    )
    return {
        "id": (document.doc_id,),
        "path": (path,),
        "lang": (document.lang.casefold(),) if document.lang else (),
        "pair": (document.pair,) if document.pair else (),
        "url": (document.url,) if document.url else (),
        "alternate": tuple(value for value in alternates if value),
    }


def facet_values(document: Document) -> dict[str, tuple[str, ...]]:
    """A document's values of each of `FACET_FIELDS`."""
    single = {
        "lang": document.lang,
        "year": document.date[:4],
        "source": document.source,
        "kind": document.kind,
        "country": document.country,
        "place": document.place,
    }
    values: dict[str, tuple[str, ...]] = {
        name: (value,) if value else () for name, value in single.items()
    }
    values["speaker"] = tuple(dict.fromkeys(document.speakers))
    values["topic"] = tuple(dict.fromkeys(document.topics))
    return values


class _Joiner:
    """Joins the analysed texts of each field, documents one after another."""

    def __init__(self) -> None:
        self._analyzer = shared_analyzer()
        self._gap = self._one_token(GAP)
        self._parts: dict[str, list[list[AnalyzedText]]] = {
            name: [] for name in (*WORD_FIELDS, *VALUE_FIELDS)
        }

    def add_texts(self, name: str, texts: Iterable[str]) -> list[AnalyzedText]:
        is_own = name in _OWN_TEXTS
        analyze = self._analyzer.analyze if is_own else self._analyzer.analyze_label
        analysed = [analyze(text) for text in texts if text]
        self._parts[name].append(analysed)
        return analysed

    def add_values(self, name: str, values: Iterable[str]) -> None:
        self._parts[name].append(
            [self._one_token(Form(exact="", keys=(value,))) for value in values]
        )

    def _one_token(self, form: Form) -> AnalyzedText:
        number = np.array([self._analyzer.number(form)], np.uint32)
        return AnalyzedText(number, _ZERO, _ZERO, _ZERO, _ZERO)

    def bands(self) -> Uint32:
        """The band keys of the bodies (n, `near_duplicates.BANDS`)."""
        body = self._join(self._parts["body"])
        return band_keys(_word_hashes(self._analyzer.forms)[body.forms], body.lengths)

    def joined(self) -> tuple[dict[str, FieldTokens], list[Form]]:
        """The fields, and the forms that they refer to."""
        fields = {name: self._join(documents) for name, documents in self._parts.items()}
        used = np.zeros(len(self._analyzer.forms), bool)
        used[self._analyzer.number(GAP)] = True
        for tokens in fields.values():
            used[tokens.forms] = True
        forms = self._analyzer.forms
        order = np.flatnonzero(used).tolist()
        order.remove(self._analyzer.number(GAP))
        order.insert(0, self._analyzer.number(GAP))
        new_number = np.zeros(len(forms), np.uint32)
        new_number[order] = np.arange(len(order))
        return (
            {name: replace(of, forms=new_number[of.forms]) for name, of in fields.items()},
            [forms[number] for number in order],
        )

    def _join(self, documents: list[list[AnalyzedText]]) -> FieldTokens:
        lengths = []
        parts: list[AnalyzedText] = []
        for texts in documents:
            # A gap between two values: no phrase runs from one into the next.
            separated = [part for text in texts for part in (self._gap, text)][1:]
            lengths.append(sum(len(part.forms) for part in separated))
            parts += separated
        offsets = np.cumsum([0] + [len(part.forms) for part in parts])
        return FieldTokens(
            lengths=np.array(lengths, np.uint32),
            forms=_joined([part.forms for part in parts]),
            starts=_joined([part.starts for part in parts]),
            ends=_joined([part.ends for part in parts]),
            sentences=_joined(
                [p.sentence_starts + at for p, at in zip(parts, offsets, strict=False)]
            ),
            paragraphs=_joined(
                [p.paragraph_starts + at for p, at in zip(parts, offsets, strict=False)]
            ),
        )


_hashes = WordHashes(())


def _word_hashes(forms: list[Form]) -> NDArray[np.uint64]:
    """The hash of each form's word; remembered while the analyzer is the same."""
    global _hashes
    if _hashes.forms is not forms:
        _hashes = WordHashes(forms)
    return _hashes.all()


def _joined(arrays: Sequence[NDArray[np.generic]]) -> Uint32:
    if not arrays:
        return np.zeros(0, np.uint32)
    return np.concatenate(arrays).astype(np.uint32)


class _Numbers(dict[Form, int]):
    """Form to its number in the order of meeting."""

    def __missing__(self, form: Form) -> int:
        number = self[form] = len(self)
        return number


def join(batches: Sequence[Batch]) -> Batch:
    """The documents of several batches in one, in order."""
    forms = _Numbers()
    numbers = [
        np.fromiter(map(forms.__getitem__, batch.vocabulary), np.uint32, len(batch.vocabulary))
        for batch in batches
    ]
    fields = {}
    for name in batches[0].fields:
        parts = [batch.fields[name] for batch in batches]
        offsets = np.cumsum([0] + [len(part.forms) for part in parts])
        fields[name] = FieldTokens(
            lengths=_joined([part.lengths for part in parts]),
            forms=_joined([n[part.forms] for n, part in zip(numbers, parts, strict=True)]),
            starts=_joined([part.starts for part in parts]),
            ends=_joined([part.ends for part in parts]),
            sentences=_joined([p.sentences + at for p, at in zip(parts, offsets, strict=False)]),
            paragraphs=_joined([p.paragraphs + at for p, at in zip(parts, offsets, strict=False)]),
        )
    return Batch(
        records=[record for batch in batches for record in batch.records],
        hashes=np.concatenate([batch.hashes for batch in batches]),
        text_blocks=[blocks for batch in batches for blocks in batch.text_blocks],
        text_lengths=_joined([batch.text_lengths for batch in batches]),
        text_bytes=_joined([batch.text_bytes for batch in batches]),
        dates=np.concatenate([batch.dates for batch in batches]),
        facets={
            name: [values for batch in batches for values in batch.facets[name]]
            for name in LISTED_FIELDS
        },
        fields=fields,
        bands=np.concatenate([batch.bands for batch in batches]),
        anchors=[anchors for batch in batches for anchors in batch.anchors],
        addresses=np.concatenate([batch.addresses for batch in batches]),
        turns=TurnTable(
            lengths=_joined([batch.turns.lengths for batch in batches]),
            starts=_joined([batch.turns.starts for batch in batches]),
            ends=_joined([batch.turns.ends for batch in batches]),
            voices=_joined([batch.turns.voices for batch in batches]),
        ),
        vocabulary=list(forms),
    )
