"""An index as one file, for another machine or engine: written, and read into a new index.

In: an index, or a file that holds one. Out: the other. The file (`transfer_file`) has a header,
the files of the collection, which documents belong together, and the documents in batches
(`batch_parts`), so that none is read from its source again; none is analysed again either where
the analyzer is the same. Memory is bounded by a batch.
"""

import contextlib
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from dragoman.indexer import codec, manifest
from dragoman.indexer.batch_parts import KINDS, batch_of, documents_of, parts_of
from dragoman.indexer.choice import cluster_url
from dragoman.indexer.errors import IndexProblem, TransferError
from dragoman.indexer.manifest import FileEntry, Header, Root, states_of
from dragoman.indexer.person_table import Names, names_hash
from dragoman.indexer.relations import Relations
from dragoman.indexer.snapshots import open_snapshot
from dragoman.indexer.store import IndexWriter, WhooshWriter
from dragoman.indexer.transfer_file import TransferWriter, read_parts

FORMAT_VERSION = 2
"""Raised whenever the parts' meaning changes; older files are still read."""
_HEADER, _FILES, _RELATIONS = "dragoman.json", "files.json", "relations.npz"
Progress = Callable[[int, int], None]
"""Is told how many documents are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was written or read.

    Attributes:
        documents: Documents in the file.
        tokens: Tokens of title and body.
        state: Hash of everything in the index, the same at both ends.
        differs: What made it necessary to analyse the texts again, a phrase each; empty where
            that was not necessary.
    """

    documents: int
    tokens: int
    state: str
    differs: tuple[str, ...] = ()


def export_index(
    index_dir: str | Path, file: BinaryIO, *, on_progress: Progress = lambda done, total: None
) -> Moved:
    """Writes an index to a file; what is being indexed at the same time is not in it.

    Args:
        index_dir: The index directory.
        file: Where to; need not be able to seek.
        on_progress: Called after each batch.

    Raises:
        IndexProblem: The index can't be read (missing, foreign, stale, damaged).
        OSError: The file can't be written.
    """
    index = open_snapshot(Path(index_dir))
    head = {
        "application": "dragoman",
        "format": FORMAT_VERSION,
        **{name: value for name, value in asdict(index.header).items() if name != "toc_checksum"},
        "names": {person: list(spellings) for person, spellings in index.names.items()},
    }
    done = 0
    with TransferWriter(file) as parts:
        parts.add(_HEADER, json.dumps(head).encode())
        files = {key: asdict(entry) for key, entry in index.files.items()}
        parts.add(_FILES, json.dumps(files).encode())
        parts.add(_RELATIONS, _packed(index.relations))
        for number, batch in enumerate(index.batches, 1):
            for kind, data in parts_of(batch).items():
                parts.add(f"{kind}-{number:06d}.{KINDS[kind]}", data)
            done += len(batch)
            on_progress(done, index.header.documents)
    return Moved(done, index.header.tokens, index.header.state)


def import_index(
    file: BinaryIO,
    index_dir: str | Path,
    *,
    name: str = "the file",
    replace: bool = False,
    jobs: int = 1,
    on_progress: Progress = lambda done, total: None,
) -> Moved:
    """Makes an index of what `export_index` wrote; visible when all of it has been read.

    Args:
        file: Where from; need not be able to seek.
        index_dir: The index directory; made where it is missing.
        name: What to call the file in an error.
        replace: Whether to take the place of an index that is there.
        jobs: Worker processes, where texts must be analysed again.
        on_progress: Called after each batch.

    Raises:
        TransferError: The file is damaged, foreign or too new, or there is an index.
        IndexProblem: The index can't be written (locked, foreign).
    """
    parts = read_parts(file, name)
    head = _read_head(parts, name)
    with _writer(Path(index_dir), replace, jobs) as writer:
        header = _fill(writer, parts, head, name, on_progress)
    return Moved(header.documents, header.tokens, header.state, head.differs)


@contextmanager
def _writer(folder: Path, replace: bool, jobs: int) -> Iterator[IndexWriter]:
    """What writes the new index; leaving with an error leaves nothing of it.

    Raises:
        TransferError: There is an index, and it is not to be replaced.
    """
    if url := cluster_url(folder):
        from dragoman.indexer.opensearch.writer import open_writer

        with open_writer(url, full=True, jobs=jobs, keeps_others=False) as in_cluster:
            if in_cluster.replaces and not replace:
                raise _occupied(in_cluster.cluster.shown, "--url")
            yield in_cluster
        return
    if not replace and folder.is_dir() and codec.latest_generation(folder) >= 0:
        raise _occupied(str(folder), "--index")
    with WhooshWriter(folder, full=replace, jobs=jobs) as writer:
        if writer.old_header is not None:  # another process was faster
            raise _occupied(str(folder), "--index")
        try:
            yield writer
        except BaseException:
            with contextlib.suppress(IndexProblem):
                codec.remove_unused(folder, codec.read_toc(folder))
            raise


@dataclass(frozen=True, slots=True)
class _Head:
    """What a file says before its documents.

    Attributes:
        header: That of the index it was written from.
        names: Spellings of persons that were settled.
        files: The files of the collection.
        relations: Which documents belong together.
        differs: As in `Moved`.
    """

    header: Header
    names: Names
    files: dict[str, FileEntry]
    relations: Relations
    differs: tuple[str, ...]


def _read_head(parts: Iterator[tuple[str, bytes]], name: str) -> _Head:
    head = _parsed(_next_part(parts, _HEADER, name), name)
    if not isinstance(head, dict) or head.get("application") != "dragoman":
        raise TransferError(f"{name} is no file that dragoman export-index wrote")
    if not isinstance(head.get("format"), int) or head["format"] > FORMAT_VERSION:
        raise TransferError(
            f"{name} was written by a newer Dragoman (format {head.get('format')}, this one reads "
            f"{FORMAT_VERSION}): update Dragoman"
        )
    files = _parsed(_next_part(parts, _FILES, name), name)
    relations = _next_part(parts, _RELATIONS, name)
    try:
        roots = tuple(Root(**root) for root in head["roots"])
        known = {field.name for field in fields(Header)} - {"toc_checksum"}
        header = Header(**{**{key: head[key] for key in known}, "roots": roots})
        return _Head(
            header=header,
            names={person: tuple(spellings) for person, spellings in head["names"].items()},
            files={key: FileEntry(**entry) for key, entry in files.items()},
            relations=_unpacked(relations),
            differs=tuple(manifest.versions_that_differ(asdict(header))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise _strange(name, error) from error


def _fill(
    writer: IndexWriter,
    parts: Iterator[tuple[str, bytes]],
    head: _Head,
    name: str,
    on_progress: Progress,
) -> Header:
    """Gives a writer all that follows the head, and commits it where it is what was written."""
    done, state = 0, names_hash(head.names)
    add = _analyse_again if head.differs else _add_analysed
    for number in itertools.count(1):
        batch = _next_batch(parts, number, name)
        if batch is None:
            break
        n_added, hashes = add(writer, batch)
        done, state = done + n_added, (state + hashes) % 2**64
        on_progress(done, head.header.documents)
    if done != head.header.documents:
        raise _strange(name, f"{done:,} documents, not the {head.header.documents:,} it tells of")
    if not head.differs:
        if head.header.state not in states_of(state):
            raise _strange(name, f"the state is {state:016x}, not {head.header.state}")
        writer.take_relations(head.relations)
    return writer.commit(head.header.roots, head.files, names=head.names)


def _next_batch(
    parts: Iterator[tuple[str, bytes]], number: int, name: str
) -> dict[str, bytes] | None:
    """The parts of the batch with this number by their kinds; None where there are no more."""
    batch: dict[str, bytes] = {}
    for kind, ending in KINDS.items():
        found, data = next(parts, ("", b""))
        if not found and not batch:
            return None
        if found != f"{kind}-{number:06d}.{ending}":
            raise _strange(name, f"{found or 'nothing'} where {kind} {number} should be")
        batch[kind] = data
    return batch


def _add_analysed(writer: IndexWriter, parts: dict[str, bytes]) -> tuple[int, int]:
    """Adds a batch as it is; its documents and the sum of their hashes."""
    batch = batch_of(**parts)
    writer.add_analysed(batch)
    return len(batch), int(batch.hashes.sum(dtype=np.uint64))


def _analyse_again(writer: IndexWriter, parts: dict[str, bytes]) -> tuple[int, int]:
    """Adds the documents of a batch by their texts; a sum that nothing is compared with.

    Another version's hashes may be of other content.
    """
    n_added = 0
    for document, path in documents_of(parts["documents"]):
        writer.add(document, path)
        n_added += 1
    return n_added, 0


def _next_part(parts: Iterator[tuple[str, bytes]], wanted: str, name: str) -> bytes:
    found, data = next(parts, ("nothing", b""))
    if found != wanted:
        raise _strange(name, f"{found} where {wanted} should be")
    return data


def _parsed(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise _strange(name, error) from error


def _packed(relations: Relations) -> bytes:
    file = io.BytesIO()
    arrays = {field.name: getattr(relations, field.name) for field in fields(Relations)}
    np.savez(file, **arrays)
    return file.getvalue()


def _unpacked(data: bytes) -> Relations:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Relations(**{field.name: arrays[field.name] for field in fields(Relations)})


def _occupied(place: str, option: str) -> TransferError:
    return TransferError(
        f"there is an index at {place} already: choose another place with {option}, or put this "
        "one in its place with --replace"
    )


def _strange(name: str, why: object) -> TransferError:
    return TransferError(
        f"what {name} holds does not fit together ({why}); nothing was imported: export the index "
        "again: dragoman export-index FILE"
    )
