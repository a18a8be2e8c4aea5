"""A collection made ready for all engines: documents for ours, single keys for the others.

In: files. Out: a folder with `documents.jsonl` (what Dragoman is given), `keys.jsonl` (what the
others are given: for each token of title and text one key) and `vocabulary.json` for drawing
queries. Each copy of the collection leaves out one more of every document's last words, so that
copies do not tie in the ranking.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.analysis import Analyzer
from dragoman.indexer.documents import Document
from dragoman.indexer.forms import Form
from dragoman.indexer.readers import ReadFailure, is_readable_name, read_file
from engines_compared.contestant import WORDS_BETWEEN, Fed

MAX_COPIES = 256
"""Copies of a document differ by one word each; so many starts of last words are kept."""
BETWEEN_FIELDS = " ".join(["zztitleendszz"] * (WORDS_BETWEEN + 1))
"""Keys between title and text, so that no phrase or `w/5` of the others runs across."""

Uint32 = NDArray[np.uint32]


def read_collection(paths: Sequence[Path]) -> Iterator[Document]:
    """The documents of files and folders; records that can't be read are left out."""
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in filter(is_readable_name, files):
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            for found in read_file(file, doc_id=name):
                if not isinstance(found, ReadFailure):
                    yield found


class Analysed:
    """A collection as one key a token.

    A token with several keys is given the one that most tokens of the collection share, so that
    `sanction` and `sanctions` meet for every engine.

    Attributes:
        documents: As they were read.
        keys: Key number to key.
        forms: Form number to the form, with all its keys and its exact form.
        form_counts: Form number to tokens.
        key_of_form: Form number to key number.
        titles: Form numbers of each document's title.
        bodies: Form numbers of each document's text.
        document_counts: Key number to documents that hold it.
    """

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        analyzer = Analyzer()
        texts = [analyzer.analyze(document.text) for document in documents]
        self.titles = [analyzer.analyze(document.title).forms for document in documents]
        self.bodies = [text.forms for text in texts]
        self.forms: list[Form] = analyzer.forms
        self.last_starts = [text.starts[-MAX_COPIES:].tolist() for text in texts]
        self.form_counts = self._count_forms()
        self._choose_keys()
        self.document_counts = self._count_documents()

    def _count_forms(self) -> NDArray[np.int64]:
        counts = np.zeros(len(self.forms), np.int64)
        for part in (*self.titles, *self.bodies):
            counts += np.bincount(part, minlength=len(self.forms))
        return counts

    def _choose_keys(self) -> None:
        tokens: dict[str, int] = {}
        for form, count in zip(self.forms, self.form_counts.tolist(), strict=True):
            for key in form.keys:
                tokens[key] = tokens.get(key, 0) + count
        numbers: dict[str, int] = {}
        chosen = [
            numbers.setdefault(max(form.keys, key=lambda k: (tokens[k], k)), len(numbers))
            for form in self.forms
        ]
        self.keys = list(numbers)
        self.key_of_form: Uint32 = np.array(chosen, np.uint32)

    def _count_documents(self) -> NDArray[np.int64]:
        counts = np.zeros(len(self.keys), np.int64)
        for title, body in zip(self.titles, self.bodies, strict=True):
            counts[np.unique(self.key_of_form[np.concatenate((title, body))])] += 1
        return counts

    def write(self, folder: Path) -> None:
        """Writes what the engines are fed."""
        words = [fed_key(key) for key in self.keys]
        with (
            (folder / "documents.jsonl").open("w", encoding="utf-8") as of_dragoman,
            (folder / "keys.jsonl").open("w", encoding="utf-8") as of_others,
        ):
            for number, document in enumerate(self.documents):
                record = {**asdict(document), "last_starts": self.last_starts[number]}
                of_dragoman.write(json.dumps(record, ensure_ascii=True) + "\n")
                title, body = (
                    [words[key] for key in self.key_of_form[part[number]].tolist()]
                    for part in (self.titles, self.bodies)
                )
                fed = {
                    "id": document.doc_id,
                    "year": year_of(document),
                    "keys": " ".join((*title, BETWEEN_FIELDS, *body)),
                }
                of_others.write(json.dumps(fed, ensure_ascii=True) + "\n")


def fed_key(key: str) -> str:
    """A key as the others are given it: letters and digits, which none of them takes apart."""
    if key.isalnum():
        return key
    return "zz" + key.encode("utf-8", "surrogatepass").hex()


def year_of(document: Document) -> int:
    """The document's year, or 0."""
    return int(document.date[:4] or 0)


def documents_of(folder: Path, copies: int) -> Iterator[Document]:
    """The documents for Dragoman, `copies` times."""
    for copy in range(copies):
        with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield _copied(json.loads(line), copy)


def _copied(record: dict[str, object], copy: int) -> Document:
    starts = record.pop("last_starts")
    document = Document(**{k: tuple(v) if isinstance(v, list) else v for k, v in record.items()})  # type: ignore[arg-type]
    if not copy:
        return document
    assert isinstance(starts, list)
    end = starts[-min(copy, len(starts))] if starts else 0
    addresses = {name: f"{value}~{copy}" for name, value in document.extra.items() if value}
    return replace(
        document,
        doc_id=f"{document.doc_id}~{copy}",
        text=document.text[:end],
        url=f"{document.url}~{copy}" if document.url else "",
        pair=f"{document.pair}~{copy}" if document.pair else "",
        extra=addresses,
    )


def keys_of(folder: Path, copies: int) -> Iterator[Fed]:
    """The documents for the others, `copies` times."""
    for copy in range(copies):
        with (folder / "keys.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                keys = record["keys"].rsplit(" ", copy)[0] if copy else record["keys"]
                yield Fed(f"{record['id']}~{copy}" if copy else record["id"], record["year"], keys)
