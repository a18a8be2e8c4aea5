"""What an index was built with and from which files, kept beside Whoosh's table of contents.

In and out: `manifest.json` (a header for each generation) and `files-N.json` (the files of
generation N). Both are written before the generation becomes visible, so a crash leaves the
older generation whole; both carry a checksum, and the header one of the table of contents. Says
whether an index is missing, foreign, stale or damaged; reads no segment.
"""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dragoman.indexer.analysis import ANALYZER_VERSION
from dragoman.indexer.errors import IndexDamaged, IndexForeign, IndexMissing, IndexStale, Message
from dragoman.indexer.lemmas import dictionary_versions

SCHEMA_VERSION = 6
"""Raised whenever the columns' meaning changes: older indexes must be rebuilt."""
_NAME = "manifest.json"
KINDS = ("files", "persons", "spellings")
"""Kinds of files that each generation has beside the table of contents: `KIND-N.json`."""
_APPLICATION = "dragoman"


def dragoman_version() -> str:
    """The installed version of Dragoman; `0` when it runs from a bare source tree."""
    try:
        return version("dragoman")
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file of the collection; `name` prefixes the ids of its documents."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as it was when it was read.

    Attributes:
        path: Where it was.
        size: In bytes; -1 where it was not read to its end.
        mtime_ns: When it was last changed.
        sha256: Of its bytes; empty where they could not be read.
        reasons: Path (with a line for a record) and reason of each failure in it.
        has_clash: Whether one of its documents was refused because another file has its id.
        inode: Its number in the file system, which a new name does not change.
        settings: Digest of what `dragoman.toml` said about it.
        doubts: Number of documents and reason of each doubt about what was read.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    reasons: tuple[tuple[str, str], ...] = ()
    has_clash: bool = False
    inode: int = 0
    settings: str = ""
    doubts: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        """Makes tuples of the lists that JSON has."""
        object.__setattr__(self, "reasons", tuple(map(tuple, self.reasons)))
        object.__setattr__(self, "doubts", tuple(map(tuple, self.doubts)))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubtful about documents of a file though they were read."""

    path: str
    documents: int
    reason: str


def doubts_in(files: Mapping[str, FileEntry]) -> tuple[Doubt, ...]:
    """Everything in a collection that was read with doubt, by path."""
    by_path = sorted(files.values(), key=lambda entry: entry.path)
    return tuple(Doubt(entry.path, *doubt) for entry in by_path for doubt in entry.doubts)


def failures_in(files: Mapping[str, FileEntry]) -> tuple[tuple[str, str], ...]:
    """Path and reason of everything in a collection that can't be read, each once, by path."""
    by_path = sorted(files.values(), key=lambda entry: entry.path)
    return tuple(dict.fromkeys(reason for entry in by_path for reason in entry.reasons))


@dataclass(frozen=True, slots=True)
class Header:
    """What one generation of an index was built with, and how much it holds."""

    state: str
    documents: int
    tokens: int
    roots: tuple[Root, ...] = ()
    schema: int = SCHEMA_VERSION
    analyzer: int = ANALYZER_VERSION
    dictionaries: Mapping[str, str] = field(default_factory=dictionary_versions)
    version: str = field(default_factory=dragoman_version)
    toc_checksum: int = -1
    """CRC-32 of the table of contents; -1 where none was taken."""

    def check(self, folder: Path) -> None:
        """Whether this Dragoman can answer from it.

        Raises:
            IndexStale: Another version built it.
        """
        _refuse_other_version(folder, asdict(self))


def states_of(content: int) -> tuple[str, str]:
    """The state of an index whose content has a sum, and that of a commit on the way to it.

    A commit on the way counts one more: what follows may change relations only.
    """
    return f"{content % 2**64:016x}", f"{(content + 1) % 2**64:016x}"


def versions_that_differ(built: Mapping[str, Any]) -> list[str]:
    """What of a header's versions is not as this Dragoman has it, in words."""
    dictionaries = built.get("dictionaries") or {}
    return [
        f"{name} {theirs}, now {ours}"
        for name, theirs, ours in (
            ("schema", built.get("schema"), SCHEMA_VERSION),
            ("analyzer", built.get("analyzer"), ANALYZER_VERSION),
            *((name, dictionaries.get(name), now) for name, now in dictionary_versions().items()),
        )
        if theirs != ours
    ]


def _refuse_other_version(folder: Path, built: Mapping[str, Any]) -> None:
    """Raises `IndexStale` where a header's versions are not those of this Dragoman."""
    if differs := versions_that_differ(built):
        raise IndexStale(
            Message(
                "the index at {folder} was built by another version ({differs}); rebuild "
                "it: dragoman --index {folder} index --full",
                folder=folder,
                differs="; ".join(differs),
            )
        )


_HEADER_FIELDS = {of_header.name for of_header in fields(Header)}


def read_header(folder: Path, generation: int) -> Header:
    """The header of a committed generation.

    Args:
        folder: The index directory.
        generation: As `codec.read_toc` gives it; -1 where nothing is committed.

    Raises:
        IndexMissing: Nothing is committed.
        IndexForeign: There is a Whoosh index, but none of ours.
        IndexDamaged: The manifest can't be read or does not know this generation, or the table of
            contents was altered. A reader without the lock tries again: a writer may have moved on.
    """
    path = folder / _NAME
    if generation < 0:
        if path.exists():
            raise IndexMissing(
                Message(
                    "the index at {folder} was never finished; build it: dragoman --index "
                    "{folder} index PATH",
                    folder=folder,
                )
            )
        raise IndexMissing(
            Message(
                "no index at {folder}; build one: dragoman --index {folder} index PATH",
                folder=folder,
            )
        )
    if not path.exists():
        raise IndexForeign(
            Message(
                "{folder} holds a Whoosh index that Dragoman did not make; choose "
                "another directory with --index",
                folder=folder,
            )
        )
    generations, is_intact = _read_json(path, "generations")
    try:
        content = dict(generations[str(generation)])
        if not is_intact or content.keys() != _HEADER_FIELDS:
            _refuse_other_version(folder, content)
        if not is_intact:
            raise damaged(path)
        content["roots"] = tuple(Root(**root) for root in content["roots"])
        header = Header(**content)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise damaged(path) from error
    _check_toc(folder / toc_name(generation), header.toc_checksum)
    return header


def toc_name(generation: int) -> str:
    """Name of the file with a generation's table of contents, as Whoosh gives it."""
    return f"_MAIN_{generation}.toc"


def _check_toc(path: Path, checksum: int) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(path) from error
    if checksum not in (-1, zlib.crc32(data)):
        raise damaged(path)


def is_index_name(name: str) -> bool:
    """Whether a file of this name makes its folder an index, ours or Whoosh's."""
    return name.startswith("_MAIN_") and name.endswith(".toc")


def is_ours(folder: Path) -> bool:
    """Whether a directory's `manifest.json`, where there is one, is of a Dragoman index.

    A damaged one counts as ours where column files lie beside it.
    """
    try:
        content = json.loads((folder / _NAME).read_bytes())
        if isinstance(content, dict) and content.get("application") == _APPLICATION:
            return True
    except OSError:
        return False
    except ValueError:
        pass
    return any(folder.glob("*.columns"))


def damaged(path: Path) -> IndexDamaged:
    """The error for a file beside the table of contents that can't be read or was altered."""
    return IndexDamaged(
        Message(
            "{path} is damaged; rebuild the index from its documents: dragoman "
            "--index {folder} index --full PATH",
            path=path,
            folder=path.parent,
        )
    )


def write_header(folder: Path, generation: int, header: Header) -> None:
    """Adds the header of the next generation; the last visible one stays beside it."""
    path = folder / _NAME
    last = str(generation - 1)
    try:
        known, is_intact = _read_json(path, "generations")
        kept = {last: known[last]} if is_intact else {}
    except (IndexDamaged, KeyError, TypeError):
        kept = {}  # there is none, or a full rebuild is about to mend it
    write_json(path, "generations", {**kept, str(generation): asdict(header)})


def read_files(folder: Path, generation: int) -> dict[str, FileEntry]:
    """Key of each file in the collection to what it was when it was read.

    Raises:
        IndexDamaged: The list can't be read.
    """
    path = folder / f"files-{generation}.json"
    content, is_intact = _read_json(path, "files")
    if not is_intact:
        raise damaged(path)
    try:
        return {key: FileEntry(**entry) for key, entry in content.items()}
    except (TypeError, KeyError, AttributeError) as error:
        raise damaged(path) from error


def write_files(folder: Path, generation: int, files: Mapping[str, FileEntry]) -> None:
    """Writes the list of files of the next generation."""
    write_json(
        folder / f"files-{generation}.json",
        "files",
        {key: asdict(entry) for key, entry in files.items()},
    )


def remove_old_files(folder: Path, generation: int) -> None:
    """Removes what is kept beside the table of contents of every generation but this one."""
    for kind in KINDS:
        for path in folder.glob(f"{kind}-*.json"):
            if path.name != f"{kind}-{generation}.json":
                path.unlink(missing_ok=True)


def read_persons(folder: Path, generation: int) -> tuple[Path, bytes]:
    """The file that tells a generation's persons, not looked into yet.

    Raises:
        IndexDamaged: It can't be read.
    """
    path = folder / f"persons-{generation}.json"
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise damaged(path) from error


def parse_persons(path: Path, data: bytes) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Spelling to person's value, and what was settled by `names.toml`.

    Raises:
        IndexDamaged: The file was altered.
    """
    content = parse_json(path, data, "persons")
    try:
        settled = {person: tuple(several) for person, several in content["settled"].items()}
        return dict(content["values"]), settled
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path) from error


def write_json(path: Path, name: str, content: object) -> None:
    """Replaces a file in one step; the content's checksum stands beside it."""
    body = _canonical(content)
    head = json.dumps({"application": _APPLICATION, "checksum": zlib.crc32(body.encode())})
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(f'{head[:-1]}, "{name}": {body}}}\n')
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read_json(path: Path, name: str) -> tuple[Any, bool]:
    """What `write_json` wrote, and whether it is as it was written."""
    try:
        return _parsed(path.read_bytes(), name)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path) from error


def _parsed(data: bytes, name: str) -> tuple[Any, bool]:
    whole = json.loads(data)
    content, checksum = whole[name], whole["checksum"]
    return content, checksum == zlib.crc32(_canonical(content).encode())


def parse_json(path: Path, data: bytes, name: str) -> Any:
    """The content of a file that `write_json` wrote.

    Raises:
        IndexDamaged: It is no such file, or was altered; names it.
    """
    try:
        content, is_intact = _parsed(data, name)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path) from error
    if not is_intact:
        raise damaged(path)
    return content


def _canonical(content: object) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))
