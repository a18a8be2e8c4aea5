"""What an index was built with and from which files, kept beside Whoosh's table of contents.

In and out: `manifest.json` (a header for each generation) and `files-N.json` (the files of
generation N). Both are written before the generation becomes visible, so a crash leaves the
older generation whole. Says whether an index is missing, foreign, stale or damaged; reads no
segment.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dragoman.indexer.analysis import ANALYZER_VERSION, dictionary_versions
from dragoman.indexer.errors import IndexDamaged, IndexForeign, IndexMissing, IndexStale

SCHEMA_VERSION = 1
"""Raised whenever the columns' meaning changes: older indexes must be rebuilt."""
_NAME = "manifest.json"


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
    """A file as it was when it was read; `reason` tells why it could not be read whole."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    reasons: tuple[tuple[str, str], ...] = ()
    """Path (with a line for a record) and reason of each failure in it."""


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

    def check(self, folder: Path) -> None:
        """Whether this Dragoman can answer from it.

        Raises:
            IndexStale: Another version built it.
        """
        differs = [
            f"{name} {theirs}, now {ours}"
            for name, theirs, ours in (
                ("schema", self.schema, SCHEMA_VERSION),
                ("analyzer", self.analyzer, ANALYZER_VERSION),
                *(
                    (name, self.dictionaries.get(name), ours)
                    for name, ours in dictionary_versions().items()
                ),
            )
            if theirs != ours
        ]
        if differs:
            raise IndexStale(
                f"the index at {folder} was built by another version ({'; '.join(differs)}); "
                f"rebuild it: dragoman --index {folder} index --full"
            )


def read_header(folder: Path, generation: int) -> Header:
    """The header of a committed generation.

    Args:
        folder: The index directory.
        generation: As `codec.read_toc` gives it; -1 where nothing is committed.

    Raises:
        IndexMissing: Nothing is committed.
        IndexForeign: There is a Whoosh index, but none of ours.
        IndexDamaged: The manifest can't be read.
        LookupError: It does not hold this generation: a writer moved on, try again.
    """
    path = folder / _NAME
    if generation < 0:
        if path.exists():
            raise IndexMissing(
                f"the index at {folder} was never finished; build it: dragoman --index {folder} "
                "index PATH"
            )
        raise IndexMissing(f"no index at {folder}; build one: dragoman --index {folder} index PATH")
    if not path.exists():
        raise IndexForeign(
            f"{folder} holds a Whoosh index that Dragoman did not make; "
            "choose another directory with --index"
        )
    generations = _generations(path)
    if str(generation) not in generations:
        raise LookupError(generation)
    content = dict(generations[str(generation)])
    try:
        content["roots"] = tuple(Root(**root) for root in content["roots"])
        return Header(**content)
    except (TypeError, KeyError) as error:
        raise _damaged(path) from error


def _generations(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
        generations: dict[str, Any] = content["generations"]
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    if not isinstance(generations, dict):
        raise _damaged(path)
    return generations


def _damaged(path: Path) -> IndexDamaged:
    return IndexDamaged(
        f"{path} is damaged; rebuild the index from its documents: "
        f"dragoman --index {path.parent} index --full PATH"
    )


def write_header(folder: Path, generation: int, header: Header) -> None:
    """Adds the header of the next generation; the last visible one stays beside it."""
    path = folder / _NAME
    try:
        known = _generations(path) if path.exists() else {}
    except IndexDamaged:
        known = {}  # a full rebuild is what mends it
    kept = {number: entry for number, entry in known.items() if number == str(generation - 1)}
    content = {"application": "dragoman", "generations": {**kept, str(generation): asdict(header)}}
    _write_json(path, content)


def read_files(folder: Path, generation: int) -> dict[str, FileEntry]:
    """Key of each file in the collection to what it was when it was read.

    Raises:
        IndexDamaged: The list can't be read.
    """
    path = folder / f"files-{generation}.json"
    try:
        content = json.loads(path.read_text("utf-8"))
        return {
            key: FileEntry(**{**entry, "reasons": tuple(map(tuple, entry["reasons"]))})
            for key, entry in content.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path) from error


def write_files(folder: Path, generation: int, files: Mapping[str, FileEntry]) -> None:
    """Writes the list of files of the next generation."""
    _write_json(
        folder / f"files-{generation}.json",
        {key: asdict(entry) for key, entry in files.items()},
    )


def remove_old_files(folder: Path, generation: int) -> None:
    """Removes the lists of files of all generations but this one."""
    for path in folder.glob("files-*.json"):
        if path.name != f"files-{generation}.json":
            path.unlink(missing_ok=True)


def _write_json(path: Path, content: object) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=True, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
