"""The Whoosh codec over columns: Whoosh's own index and searcher read our segments.

In: a directory of column files and a Whoosh table of contents. Out: what `whoosh.codec.base`
asks of a codec for reading, and `build_schema`, `read_toc`, `write_toc`. Segments are written by
`columns`, never through Whoosh's writers.
"""

import os
import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields
from whoosh.analysis import Token as WhooshToken
from whoosh.analysis import Tokenizer
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import _DEF_INDEX_NAME, TOC, clean_files
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from dragoman.indexer.analysis import analyze
from dragoman.indexer.columns import Postings, SegmentColumns
from dragoman.indexer.errors import IndexDamaged, IndexForeign, Message
from dragoman.indexer.forward import VALUE_FIELDS, WORD_FIELDS
from dragoman.indexer.inversion import offsets_of

INDEX_NAME: str = _DEF_INDEX_NAME
"""Whoosh's default, so that `whoosh.index.open_dir` needs no name."""
_HIDDEN_FIELDS = ("path", "alternate")
_STORED_ONLY = ("date", "text")


class KeyTokenizer(Tokenizer):  # type: ignore[misc]
    """Our analysis as a Whoosh analyzer: each key of a token at the token's position."""

    def __call__(self, value: str, **options: Any) -> Iterator[WhooshToken]:
        """Yields one Whoosh token for each key."""
        token = WhooshToken(positions=True, chars=True, mode=options.get("mode", ""))
        token.boost = 1.0
        token.stopped = False
        for found in analyze(value):
            for key in found.keys:
                token.text = token.original = key
                token.pos, token.startchar, token.endchar = found.position, found.start, found.end
                yield token


def build_schema() -> fields.Schema:
    """The schema that every Dragoman index is opened with."""
    schema = fields.Schema(id=fields.ID(stored=True, unique=True))
    for name in WORD_FIELDS:
        schema.add(name, fields.TEXT(analyzer=KeyTokenizer(), stored=name != "body"))
    for name in VALUE_FIELDS:
        if name != "id" and name not in _HIDDEN_FIELDS:
            schema.add(name, fields.ID(stored=True))
    for name in _STORED_ONLY:
        schema.add(name, fields.STORED())
    return schema


class ColumnCodec(base.Codec):  # type: ignore[misc]
    """Reads segments of columns for Whoosh."""

    length_stats = False

    def terms_reader(self, storage: FileStorage, segment: "ColumnSegment") -> "ColumnTerms":
        """The terms and postings of a segment."""
        return ColumnTerms(segment.open(storage.folder))

    def per_document_reader(self, storage: FileStorage, segment: "ColumnSegment") -> "ColumnDocs":
        """The stored documents and field lengths of a segment."""
        return ColumnDocs(segment.open(storage.folder), segment)

    def automata(self, storage: FileStorage, segment: "ColumnSegment") -> base.Automata:
        """Whoosh's own automata for fuzzy terms."""
        return base.Automata()


class ColumnSegment(base.Segment):  # type: ignore[misc]
    """A segment as the table of contents lists it: its name, size and deleted documents."""

    def __init__(self, n_docs: int, indexname: str = INDEX_NAME) -> None:
        super().__init__(indexname)
        self._n_docs = n_docs
        self._deleted = b""  # rising document numbers, uint32 little-endian

    def codec(self) -> ColumnCodec:
        """Our codec."""
        return ColumnCodec()

    def path(self, folder: str | Path) -> Path:
        """Where the segment's columns are."""
        name: str = self.make_filename(".columns")
        return Path(folder) / name

    def open(self, folder: str | Path) -> SegmentColumns:
        """The segment's columns, mapped."""
        return SegmentColumns(self.path(folder))

    def deleted_docs(self) -> NDArray[np.uint32]:
        """Rising numbers of the deleted documents."""
        return np.frombuffer(self._deleted, "<u4")

    def without(self, docs: NDArray[np.uint32]) -> "ColumnSegment":
        """The same segment with these documents deleted too."""
        segment = ColumnSegment(self._n_docs, self.indexname)
        segment.segid = self.segid
        segment._deleted = np.union1d(self.deleted_docs(), docs).astype("<u4").tobytes()
        return segment

    def live(self) -> NDArray[np.bool_]:
        """(n_docs) true where a document is not deleted."""
        live = np.ones(self._n_docs, bool)
        live[self.deleted_docs()] = False
        return live

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self._n_docs

    def deleted_count(self) -> int:
        """Deleted documents."""
        return len(self._deleted) // 4

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self.deleted_docs()

    def should_assemble(self) -> bool:
        """Whoosh must not pack the file into one of its own."""
        return False


class _PositionMatcher(ListMatcher):  # type: ignore[misc]
    """A matcher over arrays that also knows the positions in each document."""

    postings: Postings
    starts: NDArray[np.uint32]
    bases: NDArray[np.uint32]

    def value_as(self, astype: str) -> list[int]:
        if astype != "positions":
            raise ValueError(f"a posting has positions only, not {astype}")
        start, stop = self.starts[self._i : self._i + 2].tolist()
        positions = self.postings.positions[start:stop] - self.bases[self.postings.docs[self._i]]
        found: list[int] = positions.tolist()
        return found

    def supports(self, astype: str) -> bool:
        return astype == "positions"

    def copy(self) -> "_PositionMatcher":
        twin = _PositionMatcher(
            self._ids, self._weights, None, self._format, self._scorer, self._i,
            term=self._term, terminfo=self._terminfo,
        )  # fmt: skip
        twin.postings, twin.starts, twin.bases = self.postings, self.starts, self.bases
        return twin


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """Steps through the terms of a field in order."""

    def __init__(self, terms: list[bytes], fieldobj: Any) -> None:
        self._terms, self._fieldobj, self._i = terms, fieldobj, 0

    def first(self) -> str | None:
        self._i = 0
        return self.text()

    def find(self, term: bytes | str) -> str | None:
        wanted = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._i = int(np.searchsorted(np.array(self._terms, object), wanted))
        return self.text()

    def next(self) -> str | None:
        self._i += 1
        return self.text()

    def text(self) -> str | None:
        if self._i >= len(self._terms):
            return None
        found: str = self._fieldobj.from_bytes(self._terms[self._i])
        return found

    def is_valid(self) -> bool:
        return self._i < len(self._terms)


class ColumnTerms(base.TermsReader):  # type: ignore[misc]
    """Terms and postings of a segment for Whoosh."""

    def __init__(self, columns: SegmentColumns) -> None:
        self._columns = columns

    def _postings(self, field: str, term: bytes) -> Postings:
        if field not in self.indexed_field_names():
            raise TermNotFound((field, term))
        return self._columns.schema_postings(field, self._columns.term_number(term))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return term[0] in self.indexed_field_names() and len(self._postings(*term).docs) > 0

    def _of_field(self, field: str, prefix: bytes = b"") -> Iterator[bytes]:
        numbers = self._columns.schema_terms(field)
        first = int(np.searchsorted(numbers, self._columns.terms.bisect(prefix)))
        return (self._columns.terms[number] for number in numbers[first:].tolist())

    def cursor(self, field: str, fieldobj: Any) -> _Cursor:
        """A cursor over the terms of a field."""
        return _Cursor(list(self._of_field(field)), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every field and term, in order."""
        return ((field, t) for field in self.indexed_field_names() for t in self._of_field(field))

    def terms_from(self, field: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of a field from a text on."""
        return ((field, term) for term in self._of_field(field, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Every field and term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, field: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """The terms of a field from a text on, with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(field, prefix))

    def indexed_field_names(self) -> list[str]:
        """The fields that hold postings, sorted as Whoosh wants them."""
        return sorted((*WORD_FIELDS, *VALUE_FIELDS))

    def term_info(self, field: str, term: bytes) -> TermInfo:
        """Statistics of a term, deleted documents included as in Whoosh."""
        postings = self._postings(field, term)
        if not len(postings.docs):
            raise TermNotFound((field, term))
        counts, lengths = postings.counts, self._columns.lengths(field)[postings.docs]
        return TermInfo(
            weight=float(counts.sum()),
            df=len(postings.docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(counts.max()),
            minid=int(postings.docs[0]),
            maxid=int(postings.docs[-1]),
        )

    def frequency(self, field: str, term: bytes) -> float:
        """Occurrences of a term; 0 where the segment does not have it."""
        return float(len(self._postings(field, term).positions))

    def doc_frequency(self, field: str, term: bytes) -> int:
        """Documents with a term; 0 where the segment does not have it."""
        return len(self._postings(field, term).docs)

    def matcher(
        self, field: str, term: bytes, format_: Any, scorer: Any = None
    ) -> _PositionMatcher:
        """A Whoosh matcher over a term's postings."""
        info = self.term_info(field, term)
        postings = self._postings(field, term)
        matcher = _PositionMatcher(
            postings.docs.tolist(), postings.counts.astype(float).tolist(), None, format_,
            scorer=scorer, term=(field, term), terminfo=info,
        )  # fmt: skip
        matcher.postings, matcher.bases = postings, self._columns.region(field)[1]
        matcher.starts = offsets_of(postings.counts)
        return matcher


class ColumnDocs(base.PerDocumentReader):  # type: ignore[misc]
    """Stored documents and field lengths of a segment for Whoosh."""

    def __init__(self, columns: SegmentColumns, segment: ColumnSegment) -> None:
        self._columns, self._segment = columns, segment
        self._deleted = frozenset(segment.deleted_docs().tolist())

    def doc_count(self) -> int:
        """Documents that are not deleted."""
        return self._segment.doc_count_all() - len(self._deleted)

    def doc_count_all(self) -> int:
        """Documents, deleted ones included."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self._deleted

    def deleted_docs(self) -> frozenset[int]:
        """Numbers of the deleted documents."""
        return self._deleted

    def _lengths(self, field: str) -> NDArray[np.uint32]:
        indexed = field in WORD_FIELDS or field in VALUE_FIELDS
        return self._columns.lengths(field) if indexed else np.zeros(0, np.uint32)

    def doc_field_length(self, docnum: int, field: str, default: int = 0) -> int:
        """Tokens of a document's field."""
        lengths = self._lengths(field)
        return int(lengths[docnum]) if len(lengths) else default

    def field_length(self, field: str) -> int:
        """Tokens of a field in all documents."""
        return int(self._lengths(field).sum())

    def min_field_length(self, field: str) -> int:
        """Tokens of the shortest document of a field."""
        return int(self._lengths(field).min(initial=0))

    def max_field_length(self, field: str) -> int:
        """Tokens of the longest document of a field."""
        return int(self._lengths(field).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """A document as stored, under the schema's names."""
        record = self._columns.record(docnum)
        stored = {name: record[name] for name in record if record[name] and name != "path"}
        for plural, name in (("speakers", "speaker"), ("topics", "topic")):
            if plural in stored:
                stored[name] = stored.pop(plural)
        return {**stored, "text": self._columns.text(docnum)}


@dataclass(frozen=True, slots=True)
class Toc:
    """A committed generation of an index: its number (-1: none yet) and its segments."""

    generation: int
    segments: tuple[ColumnSegment, ...]


class _ForeignSegment(Exception):
    """A table of contents names a class that is not ours."""


_UNREADABLE = (
    pickle.UnpicklingError, AttributeError, EOFError, struct.error, IndexError, KeyError,
    ValueError, TypeError, OverflowError, MemoryError,
)  # fmt: skip
"""What reading an altered table of contents can raise."""


class _SegmentUnpickler(pickle.Unpickler):
    """Admits our segment class and nothing else: a table of contents can run no code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (ColumnSegment.__module__, ColumnSegment.__name__):
            return ColumnSegment
        raise _ForeignSegment(f"{module}.{name} is no segment of ours")


def latest_generation(folder: Path) -> int:
    """Number of the newest committed generation in a directory, -1 where there is none."""
    storage = FileStorage(str(folder))
    generation: int = TOC._latest_generation(storage, INDEX_NAME)
    return generation


def read_toc(folder: Path) -> Toc:
    """The newest committed generation; reads Whoosh's file without Whoosh's trust in it.

    Raises:
        IndexForeign: Whoosh or something else, not Dragoman, wrote it.
        IndexDamaged: It can't be read.
        FileNotFoundError: A writer replaced it meanwhile: try again.
    """
    generation = latest_generation(folder)
    if generation < 0:
        return Toc(-1, ())
    path = folder / TOC._filename(INDEX_NAME, generation)
    damaged = IndexDamaged(
        Message(
            "{path} is damaged; rebuild the index: dragoman --index {folder} index --full",
            path=path,
            folder=folder,
        )
    )
    stream = StructFile(path.open("rb"))
    try:
        for _ in range(3):
            stream.read_varint()  # sizes of this machine's numbers
        stream.read_int()  # byte order mark
        stream.read_int()  # version of Whoosh's format
        for _ in range(3):
            stream.read_varint()  # Whoosh's release
        stream.skip_string()  # the schema: ours is always passed in
        if stream.read_int() != generation:
            raise damaged
        stream.read_int()  # unused by Whoosh
        segments = _SegmentUnpickler(stream.file).load()
    except _ForeignSegment as error:
        raise IndexForeign(
            Message(
                "{folder} holds an index that Dragoman did not make ({error}); choose "
                "another directory with --index",
                folder=folder,
                error=error,
            )
        ) from error
    except _UNREADABLE as error:
        raise damaged from error
    finally:
        stream.close()
    return Toc(generation, tuple(segments))


class _SyncedStorage(FileStorage):  # type: ignore[misc]
    """Syncs a file before it gets its final name, and the directory after."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        sync_to_disk(Path(self.folder) / oldname)
        super().rename_file(oldname, newname, safe=safe)
        sync_to_disk(Path(self.folder))


def sync_to_disk(path: Path) -> None:
    """Waits until a file's, or a directory's, content is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_toc(folder: Path, toc: Toc) -> None:
    """Makes a generation visible in one step; call with the write lock held."""
    TOC(build_schema(), list(toc.segments), toc.generation).write(
        _SyncedStorage(str(folder)), INDEX_NAME
    )


def remove_unused(folder: Path, toc: Toc) -> None:
    """Removes segments and tables of contents that the newest generation does not name."""
    clean_files(FileStorage(str(folder)), INDEX_NAME, toc.generation, toc.segments)
