"""A collection's roots and the files under them.

In: remembered roots, paths as given. Out: the roots from now on, and each file that may hold
documents, in the one order that decides which of two documents with one id is taken. Opens no
file and knows no index.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.indexer.errors import CollectionError
from dragoman.indexer.manifest import FileEntry, Root, is_index
from dragoman.indexer.readers import is_readable_name


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """A file as it is now; `key` is its path within its root, behind the root's name."""

    key: str
    path: Path
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands under the roots.

    Attributes:
        files: Key to file: root by root, in each folder its files by name, then its folders.
        failures: Path and reason of what could not be looked at.
        closed: Those of them that may hold files all the same; keys as in `files`, with a slash.
        full: Paths of the roots that hold files, or may hold some.
    """

    files: dict[str, CollectionFile] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)

    def may_hold(self, path: str) -> bool:
        """Whether a path could not be looked at, so that nothing is known of it now."""
        return any(is_inside(path, folder) for folder in self.closed.values())


def is_inside(path: str, root: str) -> bool:
    """Whether a path is a root or lies under it."""
    return path == root or Path(root) in Path(path).parents


def roots_from_now_on(
    remembered: Sequence[Root],
    paths: Sequence[str | Path],
    forget: Sequence[str | Path],
    known: Mapping[str, FileEntry],
) -> tuple[list[Root], tuple[tuple[str, str], ...]]:
    """The collection's roots, and the old and new path of those found at a new place.

    Args:
        remembered: The roots of the last run.
        paths: Files and folders to add; one that holds what a missing root held takes its place.
        forget: Roots to leave.
        known: The files of the last run.

    Raises:
        CollectionError: A path does not exist, or one to forget is no root.
    """
    roots = list(remembered)
    for given in forget:
        path = os.path.realpath(given)
        if path not in {root.path for root in roots}:
            raise CollectionError(
                f"{given} is no part of the collection; it is: "
                f"{', '.join(root.path for root in roots) or 'empty'}"
            )
        roots = [root for root in roots if root.path != path]
    repointed = []
    for given in paths:
        path = os.path.realpath(given)
        if any(is_inside(path, root.path) for root in roots):
            if Path(path).exists() or path in {root.path for root in roots}:
                continue
        if not Path(path).exists():
            raise CollectionError(f"{given} does not exist; give a file or a folder")
        if (number := _moved_here(Path(path), roots, known)) is not None:
            repointed.append((roots[number].path, path))
            roots[number] = Root(path=path, name=roots[number].name)
        else:
            roots.append(Root(path=path, name=_root_name(Path(path), roots)))
    if not roots and not forget:
        raise CollectionError(
            "no collection yet: name the files and folders to index: dragoman index PATH"
        )
    return roots, tuple(repointed)


def _moved_here(path: Path, roots: Sequence[Root], known: Mapping[str, FileEntry]) -> int | None:
    """Number of the missing root whose files stand at a path now, or None."""
    found = [
        (share, -number)
        for number, root in enumerate(roots)
        if not Path(root.path).exists() and (share := _share_at(path, root, known)) >= 0.5
    ]
    return -max(found)[1] if found else None


def _share_at(path: Path, root: Root, known: Mapping[str, FileEntry]) -> float:
    """Which part of a root's known files stands at a path, 0 to 1."""
    had = [e for key, e in known.items() if key[-1:] != "/" and is_inside(e.path, root.path)]
    if not had:
        return float(Path(root.path).name == path.name)
    if had[0].path == root.path:  # the root is a single file
        same = path.is_file() and (
            path.name == Path(root.path).name or _sha256(path) == had[0].sha256
        )
        return float(same)
    there = sum((path / Path(e.path).relative_to(root.path)).exists() for e in had)
    return there / len(had)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"


def _root_name(path: Path, roots: Sequence[Root]) -> str:
    """Empty for the first root, so that ids are plain relative paths; else a name of its own."""
    if not roots:
        return ""
    taken = {root.name for root in roots} | {Path(root.path).name for root in roots[:1]}
    unnamed = [Path(root.path) for root in roots if not root.name]
    name, number = path.name, 2
    while name in taken or any((folder / name).exists() for folder in unnamed):
        name, number = f"{path.name}-{number}", number + 1
    return name


def scan(roots: Sequence[Root], index_dir: Path, *, allow_empty: bool) -> Scan:
    """Every file under the roots that may hold documents, each once.

    Hidden files and folders, and folders that hold an index, are passed over; links are followed.

    Raises:
        CollectionError: A root is missing (unless `allow_empty`) or can't be read.
    """
    found = Scan()
    walk = _Walk(found, os.path.realpath(index_dir))
    for root in roots:
        path = Path(root.path)
        if path.exists():
            walk.add(root, path)
        elif not allow_empty:
            raise CollectionError(
                f"{path} is missing: nothing was removed. If it moved, name its new place: "
                f"dragoman index NEW_PLACE; if it is gone: dragoman index --forget {path}"
            )
    return found


class _Walk:
    """Goes through folders; remembers real paths, so that links lead nowhere twice."""

    def __init__(self, found: Scan, index_dir: str) -> None:
        self._found = found
        self._seen_files: set[str] = set()
        self._seen_folders = {index_dir}
        self._root = ""

    def add(self, root: Root, path: Path) -> None:
        self._root = root.path
        if path.is_file():
            self._take(root.name or path.name, path)
            return
        prefix = f"{root.name}/" if root.name else ""
        for file in self._files_under(path, prefix):
            self._take(prefix + file.relative_to(path).as_posix(), file)

    def _files_under(self, root: Path, prefix: str) -> Iterator[Path]:
        def note(error: OSError) -> None:
            folder = Path(str(error.filename))
            if folder == root:
                raise CollectionError(
                    f"{root} can't be read ({error.strerror}); check its permissions"
                ) from error
            self._close(f"{prefix}{folder.relative_to(root).as_posix()}/", folder, error)

        for folder, folders, names in os.walk(root, onerror=note, followlinks=True):
            self._seen_folders.add(os.path.realpath(folder))
            folders[:] = [name for name in sorted(folders) if self._is_wanted(Path(folder) / name)]
            for name in sorted(names):
                file = Path(folder) / name
                if is_readable_name(file):
                    yield file

    def _is_wanted(self, folder: Path) -> bool:
        return (
            not folder.name.startswith(".")
            and os.path.realpath(folder) not in self._seen_folders
            and not is_index(folder)
        )

    def _close(self, key: str, path: Path, error: OSError) -> None:
        kind = "folder" if key.endswith("/") else "file"
        self._found.failures.append(
            (
                str(path),
                f"the {kind} can't be read ({error.strerror}); what was known of it is kept",
            )
        )
        self._found.closed[key] = str(path)
        self._found.full.add(self._root)

    def _take(self, key: str, path: Path) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                self._found.failures.append((str(path), "the link leads nowhere"))
            return
        except OSError as error:
            self._close(key, path, error)
            return
        real = os.path.realpath(path)
        if not stat.S_ISREG(status.st_mode):
            return
        self._found.full.add(self._root)
        if real in self._seen_files:
            return
        self._seen_files.add(real)
        if key in self._found.files:
            self._found.failures.append(
                (
                    str(path),
                    f"its id ‘{key}’ is that of {self._found.files[key].path}; rename one of them",
                )
            )
            return
        self._found.files[key] = CollectionFile(key, path, status.st_size, status.st_mtime_ns)


def refuse_sudden_emptiness(
    roots: Sequence[Root], found: Scan, known: Mapping[str, FileEntry]
) -> None:
    """Stops where a root that held files holds none now.

    Raises:
        CollectionError: It does; names the root and how to say that it is meant.
    """
    for root in roots:
        if root.path not in found.full and any(
            key[-1:] != "/" and is_inside(entry.path, root.path) for key, entry in known.items()
        ):
            raise CollectionError(
                f"{root.path} is suddenly empty: nothing was removed. If that is meant: "
                "dragoman index --allow-empty"
            )
