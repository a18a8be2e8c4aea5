"""A batch of analysed documents as parts of a file, whatever engine or machine reads them.

In and out: a `Batch`. Three parts: `documents` (JSON Lines: each document's record, voices and
text), `forms` (JSON: exact form and keys of each number), `tokens` (numpy's .npz, little-endian:
what analysis found). Documents alone suffice to analyse the texts again. Opens no file.
"""

import io
import json
import zipfile
from collections.abc import Iterator

import numpy as np
import zstandard

from dragoman.indexer.columnfile import Array
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import TransferError
from dragoman.indexer.forms import Form
from dragoman.indexer.forward import (
    LISTED_FIELDS,
    VALUE_FIELDS,
    WORD_FIELDS,
    Batch,
    FieldTokens,
    TurnTable,
    decode,
    facet_values,
    text_parts,
)
from dragoman.indexer.inversion import narrow, offsets_of
from dragoman.indexer.near_duplicates import BANDS
from dragoman.indexer.stored import stored_document

KINDS = {"documents": "jsonl", "forms": "json", "tokens": "npz"}
"""The parts of a batch, in order, and how each one's name ends."""


def parts_of(batch: Batch) -> dict[str, bytes]:
    """The parts of a batch, by `KINDS`."""
    decompress = zstandard.ZstdDecompressor().decompress
    lines = [
        b'{"record": %b, "voices": %b, "text": %b}\n'
        % (
            record,
            json.dumps(voices).encode(),
            _json("".join(decode(decompress(block)) for block in blocks)),
        )
        for record, voices, blocks in zip(
            batch.records, batch.facets["voice"], batch.text_blocks, strict=True
        )
    ]
    arrays: dict[str, Array] = {
        "hashes": batch.hashes,
        "dates": batch.dates.reshape(-1),
        "bands": batch.bands.reshape(-1),
        "addresses": batch.addresses.reshape(-1),
        "anchors.lengths": narrow(np.array([len(anchors) for anchors in batch.anchors], np.uint32)),
        "anchors": np.concatenate([np.zeros(0, np.uint32), *batch.anchors]),
        "turns.lengths": narrow(batch.turns.lengths),
        "turns.starts": batch.turns.starts,
        "turns.ends": batch.turns.ends,
        "turns.voices": narrow(batch.turns.voices),
    }
    for name, tokens in batch.fields.items():
        arrays[f"{name}.lengths"] = tokens.lengths
        arrays[f"{name}.forms"] = tokens.forms
        if name not in VALUE_FIELDS:
            arrays[f"{name}.starts"] = tokens.starts
            arrays[f"{name}.widths"] = narrow(tokens.ends - tokens.starts)
            arrays[f"{name}.sentences"] = tokens.sentences
            arrays[f"{name}.paragraphs"] = tokens.paragraphs
    file = io.BytesIO()
    little = {name: array.astype(array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    np.savez(file, **little)  # type: ignore[arg-type]  # its stub takes names for its own options
    forms = [[form.exact, *form.keys] for form in batch.vocabulary]
    return {
        "documents": b"".join(lines),
        "forms": json.dumps(forms, separators=(",", ":")).encode(),
        "tokens": file.getvalue(),
    }


def _json(text: str) -> bytes:
    """A text as JSON: as it stands, but for what UTF-8 can't hold (unpaired surrogates)."""
    try:
        return json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(text).encode()


def documents_of(documents: bytes) -> Iterator[tuple[Document, str]]:
    """The documents of a batch as they were added, each with the key of its file.

    Raises:
        TransferError: They are not what `parts_of` makes.
    """
    try:
        for line in documents.splitlines():
            content = json.loads(line)
            yield stored_document(content["record"], content["text"]), content["record"]["path"]
    except (ValueError, KeyError, TypeError) as error:
        raise _strange(error) from error


def batch_of(documents: bytes, forms: bytes, tokens: bytes) -> Batch:
    """The batch that these parts were made of.

    Raises:
        TransferError: They are not what `parts_of` makes.
    """
    try:
        with np.load(io.BytesIO(tokens), allow_pickle=False) as arrays:
            batch = _batch_of(
                [json.loads(line) for line in documents.splitlines()],
                [Form(exact, tuple(keys)) for exact, *keys in json.loads(forms)],
                {name: arrays[name] for name in arrays.files},
            )
        _check(batch)
    except (ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as error:
        raise _strange(error) from error
    return batch


def _batch_of(
    documents: list[dict[str, object]], vocabulary: list[Form], arrays: dict[str, Array]
) -> Batch:
    compress = zstandard.ZstdCompressor(level=3).compress
    records, blocks, lengths, n_bytes = [], [], [], []
    facets: dict[str, list[tuple[str, ...]]] = {name: [] for name in LISTED_FIELDS}
    for content in documents:
        record, text = content["record"], content["text"]
        voices = content["voices"]
        if not (isinstance(record, dict) and isinstance(text, str) and isinstance(voices, list)):
            raise ValueError("a line is no document")
        records.append(json.dumps(record, ensure_ascii=True).encode())
        parts = text_parts(text)
        blocks.append([compress(part) for part in parts])
        lengths.append(len(text))
        n_bytes.append(sum(map(len, parts)))
        of_document = facet_values(stored_document(record, ""))
        for name, values in {**of_document, "voice": tuple(voices)}.items():
            facets[name].append(values)
    anchors = arrays["anchors"].astype(np.uint32)
    return Batch(
        records=records,
        hashes=arrays["hashes"].astype(np.uint64),
        text_blocks=blocks,
        text_lengths=np.array(lengths, np.uint32),
        text_bytes=np.array(n_bytes, np.uint32),
        dates=arrays["dates"].astype(np.int64).reshape(-1, 2),
        facets=facets,
        fields={name: _tokens(name, arrays) for name in (*WORD_FIELDS, *VALUE_FIELDS)},
        bands=arrays["bands"].astype(np.uint32).reshape(-1, BANDS),
        anchors=np.split(anchors, offsets_of(arrays["anchors.lengths"])[1:-1].astype(np.int64)),
        addresses=arrays["addresses"].astype(np.uint64).reshape(-1, 2),
        turns=TurnTable(
            *(
                arrays[f"turns.{name}"].astype(np.uint32)
                for name in ("lengths", "starts", "ends", "voices")
            )
        ),
        vocabulary=vocabulary,
    )


def _tokens(name: str, arrays: dict[str, Array]) -> FieldTokens:
    def array(kind: str) -> Array:
        return arrays[f"{name}.{kind}"].astype(np.uint32)

    forms = array("forms")
    if name in VALUE_FIELDS:
        none = np.zeros(0, np.uint32)
        zeros = np.zeros(len(forms), np.uint32)
        return FieldTokens(array("lengths"), forms, zeros, zeros, none, none)
    starts = array("starts")
    return FieldTokens(
        lengths=array("lengths"),
        forms=forms,
        starts=starts,
        ends=starts + array("widths"),
        sentences=array("sentences"),
        paragraphs=array("paragraphs"),
    )


def _check(batch: Batch) -> None:
    """Raises ValueError where a batch's arrays can't be those of its documents."""
    n = len(batch)
    for tokens in batch.fields.values():
        n_tokens = int(tokens.lengths.sum(dtype=np.int64))
        fits = len(tokens.lengths) == n and len(tokens.forms) == len(tokens.starts) == n_tokens
        if not fits or int(tokens.forms.max(initial=0)) >= len(batch.vocabulary):
            raise ValueError("tokens do not fit the documents")
        for starts in (tokens.sentences, tokens.paragraphs):
            if int(starts.max(initial=0)) > n_tokens:
                raise ValueError("a sentence starts after the last token")
    per_document = (batch.hashes, batch.dates, batch.bands, batch.anchors, batch.addresses)
    turns = batch.turns
    n_turns = int(turns.lengths.sum(dtype=np.int64))
    if any(len(each) != n for each in (*per_document, turns.lengths)):
        raise ValueError("arrays do not fit the documents")
    if not len(turns.starts) == len(turns.ends) == len(turns.voices) == n_turns:
        raise ValueError("turns do not fit the documents")


def _strange(error: Exception) -> TransferError:
    return TransferError(
        f"what the file says of its documents does not fit together ({error}); nothing was "
        "imported: export the index again: dragoman export-index FILE"
    )
