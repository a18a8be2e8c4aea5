"""What an index in the cluster is made of: its mappings, and a document as it is sent.

In: a batch of one document. Out: JSON. Words are analysed by us: what is sent holds for each
position the terms of its form, and the cluster only takes them apart (`whitespace`, then
`pattern_capture` without the original), so that several terms share a position. Sends nothing.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from dragoman.indexer.forms import Form
from dragoman.indexer.forward import FACET_FIELDS, GAP, VALUE_FIELDS, Batch, FieldTokens
from dragoman.indexer.opensearch.packing import Packed, as_json, packed

CLUSTER_SCHEMA_VERSION = 4
"""Raised whenever what is kept in the cluster changes its meaning: older indexes are rebuilt."""
TERM_FIELDS = ("title", "body", "place", "source", "topic", "kind", "country")
"""Fields whose words the cluster searches; names are looked for among the spellings."""
KEYWORD_FACETS = (*FACET_FIELDS, "voice")
FIRST_OF, LAST_OF = {"s": "§s", "p": "§p"}, {"s": "§e", "p": "§q"}
"""Terms at the first and last word of each sentence and paragraph that has more than one."""
PERIODS = {"year": 12, "quarter": 3, "month": 1}
_LONGEST = 1_000
"""Code points of a term; of a longer one the rest is a hash."""
_UNFIT = re.compile(r"[\s|%\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STANDING_IN = 0xF0000 - 0xD800
_STOOD_IN = re.compile("[\U000f0000-\U000f07ff]")
_YEAR_ONE = np.datetime64("0001-01-01T00:00", "m")


class Spelled(NamedTuple):
    """A form as it is sent.

    Attributes:
        terms: For one position that has it.
        listed: For the vocabulary of a document, as JSON.
    """

    terms: str
    listed: str


def kept(text: str) -> str:
    """A whole value as the cluster keeps it: JSON knows no unpaired surrogates."""
    if not text.isascii():
        text = _SURROGATE.sub(lambda found: chr(ord(found[0]) + _STANDING_IN), text)
    if len(text) <= _LONGEST:
        return text
    data = text.encode("utf-8")
    return text[:_LONGEST] + "…" + hashlib.blake2b(data, digest_size=16).hexdigest()


def told(text: str) -> str:
    """The value that `kept` took, where it was not too long."""
    if text.isascii():
        return text
    return _STOOD_IN.sub(lambda found: chr(ord(found[0]) - _STANDING_IN), text)


@lru_cache(maxsize=200_000)
def term(key: str) -> str:
    """A key or exact form as a term of the cluster: without blanks and bars."""
    text = _UNFIT.sub(lambda found: f"%{ord(found[0]):x};", kept(key))
    return text or "%"


def signature(keys: Sequence[str]) -> str:
    """The term of all forms that have just these keys: each position has one such term."""
    return "&&" + "&".join(sorted(map(term, keys)))


@lru_cache(maxsize=200_000)
def spelled(form: Form) -> Spelled:
    """A form as it is sent with each document that holds it."""
    return Spelled(_terms_of(form), as_json([form.exact, *form.keys]))


def _terms_of(form: Form) -> str:
    if not form.exact:  # a gap, or a whole value, which stands at no position
        return "|"
    keys = tuple(dict.fromkeys(form.keys))
    return "|".join([term(form.exact), *map(term, keys), signature(keys)])


def document_name(doc_id: str) -> str:
    """The cluster's own id of a document: ids of any length and any characters have one."""
    return hashlib.blake2b(doc_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def hash_term(content: int) -> str:
    """A content hash as the cluster keeps it."""
    return f"{content:016x}"


def forms_index(documents: str) -> str:
    """Name of the index of the forms that an index of documents holds."""
    name, _, number = documents.rpartition("-documents-")
    return f"{name}-forms-{number}"


def form_name(form: Form) -> str:
    """The cluster's own id of a form."""
    content = json.dumps([form.exact, *form.keys]).encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def band_terms(bands: Sequence[int]) -> list[str]:
    """The terms of a document's band keys; none for a text without words."""
    return [f"{number:x}.{key:x}" for number, key in enumerate(bands) if key]


def anchor_terms(anchors: Sequence[int]) -> list[str]:
    """The terms of a document's anchors."""
    return [f"{anchor:x}" for anchor in anchors]


def form_row(form: Form) -> dict[str, Any]:
    """A form as the vocabulary keeps it."""
    keys = tuple(dict.fromkeys(form.keys))
    return {
        "exact": kept(form.exact[1:]),
        "keys": [term(key) for key in keys],
        "signature": signature(keys),
        "length": len(form.exact) - 1,
    }


def document_row(one: Batch, machine: str, forms: Sequence[Spelled]) -> dict[str, Any]:
    """A document as the cluster keeps it.

    Args:
        one: A batch of this document alone.
        machine: Whose collection it belongs to.
        forms: Its vocabulary, `spelled`.
    """
    record = json.loads(one.records[0])
    parts = packed(one, [form.listed for form in forms])
    content = int(one.hashes[0])
    first, last = one.dates[0].tolist()
    row: dict[str, Any] = {
        "id": kept(record["id"]), "machine": machine, "path": kept(record["path"]),
        "hash": hash_term(content),
        "hash_parts": {str(n): content >> 16 * n & 0xFFFF for n in range(4)},
        "first": first, "last": last,
        "title_key": kept(record["title"].casefold().replace("ё", "е")),
        "title_length": len(one.fields["title"].forms),
        "body_length": len(one.fields["body"].forms),
        "text_bytes": int(one.text_bytes[0]),
        "addresses": [f"{number:016x}" for number in one.addresses[0].tolist() if number],
        "bands": band_terms(one.bands[0].tolist()),
        "anchors": anchor_terms(one.anchors[0].tolist()), "n_anchors": len(one.anchors[0]),
        "periods": _periods(first, last),
        "facets": {name: [*map(kept, one.facets[name][0])] for name in KEYWORD_FACETS},
        "values": _values(one),
        **_encoded(parts),
    }  # fmt: skip
    terms = [form.terms for form in forms]
    for name in TERM_FIELDS:
        row[f"words_{name}"] = _sent(one.fields[name], terms)
    return row


def _encoded(parts: Packed) -> dict[str, Any]:
    return {
        "about": base64.b64encode(parts.about).decode(),
        "words": base64.b64encode(parts.words).decode(),
        "text": [base64.b64encode(block).decode() for block in parts.text or ()],
    }


def decoded(source: Mapping[str, Any]) -> Packed:
    """The bytes of a document that the cluster keeps, as far as they were asked for."""
    text = source.get("text")
    return Packed(
        base64.b64decode(source.get("about", "")),
        base64.b64decode(source.get("words", "")),
        None if text is None else tuple(map(base64.b64decode, text)),
    )


def _values(one: Batch) -> dict[str, list[str]]:
    found = {}
    for name in VALUE_FIELDS:
        forms = (one.vocabulary[number] for number in one.fields[name].forms.tolist())
        found[name] = [kept(form.keys[0]) for form in forms if form != GAP]
    return found


def _sent(tokens: FieldTokens, of_form: Sequence[str]) -> str:
    """The terms of a field, a blank between two positions."""
    terms = [of_form[number] for number in tokens.forms.tolist()]
    if terms:
        for unit, starts in (("s", tokens.sentences), ("p", tokens.paragraphs)):
            begins = sorted({0, *starts.tolist()})
            for begin, next_begin in zip(begins, [*begins[1:], len(terms)], strict=True):
                if next_begin - begin > 1:
                    terms[begin] += "|" + FIRST_OF[unit]
                    terms[next_begin - 1] += "|" + LAST_OF[unit]
    return " ".join(terms)


def _periods(first: int, last: int) -> dict[str, int]:
    """The number of the year, quarter and month that a date lies in as a whole."""
    if first < 0:
        return {}
    begin, end = (
        int((_YEAR_ONE + np.timedelta64(at, "m")).astype("datetime64[M]").astype(np.int64))
        + 1970 * 12
        for at in (first, last - 1)
    )
    return {
        name: begin // months
        for name, months in PERIODS.items()
        if begin // months == end // months
    }


_ANALYSIS = {
    "tokenizer": {"positions": {"type": "whitespace", "max_token_length": 1_000_000}},
    "filter": {
        "terms": {
            "type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"],
        }
    },
    "analyzer": {"terms": {"type": "custom", "tokenizer": "positions", "filter": ["terms"]}},
}  # fmt: skip
_SIMILARITY = {
    "occurrences": {
        "type": "scripted", "script": {"source": "return query.boost * doc.freq;"},
    }
}  # fmt: skip
"""What is found by words or phrases scores by how often it occurs, and nothing else."""
_WORDS = {
    "type": "text", "analyzer": "terms", "norms": False, "index_options": "positions",
    "similarity": "occurrences",
}  # fmt: skip
_VALUE = {"type": "keyword"}
_FOUND = {"type": "keyword", "doc_values": False}
_NUMBER = {"type": "integer"}
_KEPT = {"type": "object", "enabled": False}
DOCUMENTS: dict[str, Any] = {
    "dynamic": False,
    "_source": {"excludes": [*(f"words_{name}" for name in TERM_FIELDS), "bands", "anchors"]},
    "properties": {
        **{f"words_{name}": _WORDS for name in TERM_FIELDS},
        "id": _VALUE, "machine": _VALUE, "path": _VALUE, "hash": _VALUE, "title_key": _VALUE,
        "first": {"type": "long"}, "last": {"type": "long"},
        "title_length": _NUMBER, "body_length": _NUMBER, "text_bytes": {"type": "long"},
        "addresses": _VALUE, "bands": _FOUND, "anchors": _FOUND, "n_anchors": _NUMBER,
        "hash_parts": {"properties": {str(number): _NUMBER for number in range(4)}},
        "periods": {"properties": dict.fromkeys(PERIODS, _NUMBER)},
        "facets": {"properties": dict.fromkeys(KEYWORD_FACETS, _VALUE)},
        "values": {"properties": dict.fromkeys(VALUE_FIELDS, _VALUE)},
    },
}  # fmt: skip
FORMS: dict[str, Any] = {
    "dynamic": False,
    "properties": {"exact": _VALUE, "keys": _VALUE, "signature": _VALUE, "length": _NUMBER},
}
FILES: dict[str, Any] = {
    "dynamic": False,
    "properties": {"name": _VALUE, "machine": _VALUE, "entry": _KEPT},
}
META: dict[str, Any] = {"dynamic": False, "properties": {"name": _VALUE, "content": _KEPT}}


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """Settings of the index of documents: nothing new is seen before a commit.

    Lucene's usual codec: most of what is kept is compressed already (`packing`), so its best
    compression takes a quarter of the nodes' work of indexing for 3 % of the disk.
    """
    return {
        "number_of_shards": shards, "number_of_replicas": replicas,
        "refresh_interval": "-1",
        "max_result_window": 10_000, "analysis": _ANALYSIS, "similarity": _SIMILARITY,
    }  # fmt: skip
