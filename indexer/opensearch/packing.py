"""Documents of a batch as bytes, each for itself, and back.

In: a `Batch`. Out: for each document what is kept of it in the cluster beside its terms: `about`
(all but its words), `words` (the forward index) and `text`. Joined again they are the batch that
they came from, so that a few documents fetched from a cluster are searched by the same code as a
segment. Knows nothing of OpenSearch.
"""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from dragoman.indexer.forms import Form
from dragoman.indexer.forward import (
    GAP,
    LISTED_FIELDS,
    VALUE_FIELDS,
    WORD_FIELDS,
    Batch,
    FieldTokens,
    TurnTable,
)

_FIELDS = (*WORD_FIELDS, *VALUE_FIELDS)
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_NONE = np.zeros(0, np.uint32)
_SIZE = struct.Struct("<I")
_NO_TOKENS = FieldTokens(np.zeros(1, np.uint32), _NONE, _NONE, _NONE, _NONE, _NONE)
_NO_TURNS = TurnTable(np.zeros(1, np.uint32), _NONE, _NONE, _NONE)

Arrays = Mapping[str, NDArray[Any]]


class Packed(NamedTuple):
    """A document as bytes.

    Attributes:
        about: Its record, dates, facets and what relates it to others.
        words: Its tokens in all fields, and the turns of its speakers.
        text: Its text, in compressed blocks; None where it was not asked for.
    """

    about: bytes
    words: bytes
    text: tuple[bytes, ...] | None


class Single(NamedTuple):
    """A document of a batch.

    Attributes:
        batch: Of it alone, with the forms that it holds.
        numbers: Which of the forms of the whole batch these are.
    """

    batch: Batch
    numbers: list[int]


def single(batch: Batch) -> Iterator[Single]:
    """Each document of a batch as a batch of its own."""
    bounds = {name: _offsets(of.lengths) for name, of in batch.fields.items()}
    turn_bounds = _offsets(batch.turns.lengths)
    for doc in range(len(batch)):
        fields = {}
        for name, tokens in batch.fields.items():
            fields[name] = _tokens_of(tokens, *bounds[name][doc : doc + 2])
        numbers = np.unique(np.concatenate([[0], *(of.forms for of in fields.values())]))
        renumbered = {
            name: FieldTokens(
                of.lengths, numbers.searchsorted(of.forms).astype(np.uint32), of.starts, of.ends,
                of.sentences, of.paragraphs,
            )
            for name, of in fields.items()
        }  # fmt: skip
        turns = slice(*turn_bounds[doc : doc + 2])
        one = Batch(
            records=[batch.records[doc]],
            hashes=batch.hashes[doc : doc + 1],
            text_blocks=[batch.text_blocks[doc]],
            text_lengths=batch.text_lengths[doc : doc + 1],
            text_bytes=batch.text_bytes[doc : doc + 1],
            dates=batch.dates[doc : doc + 1],
            facets={name: [batch.facets[name][doc]] for name in LISTED_FIELDS},
            fields=renumbered,
            bands=batch.bands[doc : doc + 1],
            anchors=[batch.anchors[doc]],
            addresses=batch.addresses[doc : doc + 1],
            turns=TurnTable(
                batch.turns.lengths[doc : doc + 1], batch.turns.starts[turns],
                batch.turns.ends[turns], batch.turns.voices[turns],
            ),
            vocabulary=[batch.vocabulary[number] for number in numbers.tolist()],
        )  # fmt: skip
        yield Single(one, numbers.tolist())


def _tokens_of(tokens: FieldTokens, first: int, last: int) -> FieldTokens:
    units = []
    for starts in (tokens.sentences, tokens.paragraphs):
        low, high = starts.searchsorted(np.array([first, last], starts.dtype)).tolist()
        units.append(starts[low:high] - np.uint32(first))
    return FieldTokens(
        np.array([last - first], np.uint32), tokens.forms[first:last],
        tokens.starts[first:last], tokens.ends[first:last], *units,
    )  # fmt: skip


def _offsets(lengths: NDArray[np.uint32]) -> list[int]:
    found: list[int] = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).tolist()
    return found


def packed(one: Batch, forms: Sequence[str]) -> Packed:
    """A batch of one document as bytes.

    Args:
        one: The batch.
        forms: Its vocabulary, each form as the JSON of a list of it and its keys.
    """
    about: dict[str, NDArray[Any]] = {
        "hashes": one.hashes, "text_lengths": one.text_lengths, "text_bytes": one.text_bytes,
        "dates": one.dates.reshape(-1), "bands": one.bands.reshape(-1),
        "anchors": one.anchors[0], "addresses": one.addresses.reshape(-1),
    }  # fmt: skip
    told = {
        "record": one.records[0].decode(),
        "facets": {name: values[0] for name, values in one.facets.items()},
        "values": {name: _value(one, name) for name in VALUE_FIELDS},
    }
    words: dict[str, NDArray[Any]] = {}
    for name in WORD_FIELDS:
        tokens = one.fields[name]
        if len(tokens.forms):
            words[f"{name}.forms"] = tokens.forms
            words[f"{name}.steps"] = np.diff(tokens.starts.astype(np.int32), prepend=0)
            words[f"{name}.widths"] = tokens.ends - tokens.starts
            words[f"{name}.sentences"] = tokens.sentences
            words[f"{name}.paragraphs"] = tokens.paragraphs
    for name in ("starts", "ends", "voices"):
        words[f"turns.{name}"] = getattr(one.turns, name)
    return Packed(
        _bytes_of(as_json(told), about),
        _bytes_of(f"[{','.join(forms)}]", words),
        tuple(one.text_blocks[0]),
    )


def _value(one: Batch, name: str) -> list[str]:
    tokens = one.fields[name]
    forms = (one.vocabulary[number] for number in tokens.forms.tolist())
    return [form.keys[0] for form in forms if form != GAP]


def unpacked(document: Packed, wanted: frozenset[str] | None = None) -> Batch:
    """The batch of one document that `packed` took; without words or text where these are not.

    Args:
        document: The document.
        wanted: Keys and exact forms: others are gaps in their places, which takes a fraction of
            the time. None for all.
    """
    told, about = _read(document.about)
    vocabulary, words = _read(document.words) if document.words else ([["", *GAP.keys]], {})
    kept = list(range(len(vocabulary)))
    if wanted is not None:
        kept = [0, *(n for n, form in enumerate(vocabulary) if n and not wanted.isdisjoint(form))]
    forms = [Form(vocabulary[n][0], tuple(vocabulary[n][1:])) for n in kept]
    numbers = np.zeros(len(vocabulary), np.uint32)
    numbers[kept] = np.arange(len(forms))
    fields = {name: _words_of(words, name, numbers) for name in WORD_FIELDS}
    for name in VALUE_FIELDS:
        fields[name], forms = _with_values(told["values"][name], forms)
    starts = words.get("turns.starts", _NONE)
    turns = TurnTable(
        np.array([len(starts)], np.uint32), starts, words.get("turns.ends", _NONE),
        words.get("turns.voices", _NONE),
    )  # fmt: skip
    return Batch(
        records=[told["record"].encode()],
        hashes=about["hashes"],
        text_blocks=[list(document.text or ())],
        text_lengths=about["text_lengths"],
        text_bytes=about["text_bytes"],
        dates=about["dates"].reshape(-1, 2),
        facets={name: [tuple(told["facets"][name])] for name in LISTED_FIELDS},
        fields=fields,
        bands=about["bands"].reshape(1, -1),
        anchors=[about["anchors"]],
        addresses=about["addresses"].reshape(-1, 2),
        turns=turns,
        vocabulary=forms,
    )


def _words_of(words: Arrays, name: str, numbers: NDArray[np.uint32]) -> FieldTokens:
    if f"{name}.forms" not in words:
        return _NO_TOKENS
    starts = np.cumsum(words[f"{name}.steps"], dtype=np.int64).astype(np.uint32)
    forms = numbers[words[f"{name}.forms"]]
    return FieldTokens(
        np.array([len(forms)], np.uint32), forms, starts,
        starts + words[f"{name}.widths"].astype(np.uint32),
        words[f"{name}.sentences"].astype(np.uint32),
        words[f"{name}.paragraphs"].astype(np.uint32),
    )  # fmt: skip


def _with_values(values: Sequence[str], forms: list[Form]) -> tuple[FieldTokens, list[Form]]:
    """Whole values as tokens, a gap between two, and the vocabulary with their forms."""
    if not values:
        return _NO_TOKENS, forms
    numbers = []
    for value in values:
        numbers += [0, len(forms)]
        forms = [*forms, Form(exact="", keys=(value,))]
    of_values = np.array(numbers[1:], np.uint32)
    zeros = np.zeros(len(of_values), np.uint32)
    units = np.arange(0, len(of_values), 2, dtype=np.uint32)
    lengths = np.array([len(of_values)], np.uint32)
    return FieldTokens(lengths, of_values, zeros, zeros, units, units), forms


def as_json(told: object) -> str:
    """JSON of as few bytes as can be, that also takes unpaired surrogates."""
    return _ENCODER.encode(told)


def _bytes_of(told: str, arrays: Arrays) -> bytes:
    """JSON and arrays, compressed; numbers take as few bytes as the largest needs."""
    small = {name: _narrowed(array) for name, array in arrays.items()}
    listed = {name: [array.dtype.str, len(array)] for name, array in small.items()}
    head = f"[{told},{as_json(listed)}]".encode()
    body = b"".join(array.tobytes() for array in small.values())
    return _compressor().compress(_SIZE.pack(len(head)) + head + body)


def _narrowed(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind == "u" and array.size and array.dtype.itemsize < 8:
        return array.astype(np.min_scalar_type(array.max()))
    if array.dtype.kind == "i" and array.dtype.itemsize < 8 and array.size:
        least = np.result_type(np.min_scalar_type(array.max()), np.min_scalar_type(array.min()))
        return array.astype(least) if least.kind in "iu" else array
    return array


def _read(data: bytes) -> tuple[Any, dict[str, NDArray[Any]]]:
    whole = zstandard.ZstdDecompressor().decompress(data)
    (size,) = _SIZE.unpack_from(whole)
    at = _SIZE.size + size
    told, listed = json.loads(whole[_SIZE.size : at])
    arrays = {}
    for name, (dtype, count) in listed.items():
        stored = np.frombuffer(whole, dtype, count, at)
        arrays[name] = _widened(stored)
        at += stored.nbytes
    return told, arrays


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    """Unsigned numbers as those of 32 bits at least, as batches have them."""
    if array.dtype.kind == "u" and array.dtype.itemsize < 4:
        return array.astype(np.uint32)
    return array


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=3)
