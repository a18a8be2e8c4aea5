"""The files under a collection's roots, each once, with the settings that hold for it.

In: roots. Out: a `Scan`: every file that may hold documents, in the one order that decides which
of two documents with one id is taken, and what could not be looked at. Opens `dragoman.toml` and
no other file: what is no regular file is named, never opened.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.indexer.errors import CollectionError
from dragoman.indexer.manifest import FileEntry, Root, is_index_name
from dragoman.indexer.names_file import NAME as NAMES_NAME
from dragoman.indexer.readers import is_document_name, is_readable_name
from dragoman.indexer.roots import is_inside
from dragoman.indexer.settings import (
    NO_SETTINGS,
    SETTINGS_NAME,
    FileSettings,
    FolderSettings,
    settings_of_file,
)
from dragoman.indexer.settings_file import read_settings

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}
_SHOWN_SUFFIXES = 5


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """A file as it is now; `key` is its path within its root, behind the root's name."""

    key: str
    path: Path
    size: int
    mtime_ns: int
    inode: int
    settings: FileSettings = NO_SETTINGS


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands under the roots.

    Attributes:
        files: Key to file: root by root, in each folder its files by name, then its folders.
        failures: Path and reason of what could not be looked at.
        closed: Paths of those of them that may hold files all the same.
        full: Paths of the roots that hold files, or may hold some.
        notes: What else a user may want to know.
    """

    files: dict[str, CollectionFile] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def may_hold(self, path: str) -> bool:
        """Whether a path could not be looked at, so that nothing is known of it now."""
        return any(is_inside(path, folder) for folder in self.closed)


def scan(roots: Sequence[Root], index_dir: Path, *, allow_empty: bool) -> Scan:
    """Every file under the roots that may hold documents, each once.

    Hidden files and folders, and folders that hold an index, are passed over; links are followed.

    Raises:
        CollectionError: A root is missing (unless `allow_empty`) or can't be read.
        SettingsError: Something in a `dragoman.toml` is wrong.
    """
    walk = _Walk(os.path.realpath(index_dir), roots)
    for root in roots:
        path = Path(root.path)
        if path.exists():
            walk.add(root, path)
        elif not allow_empty:
            raise CollectionError(
                f"{path} is missing: nothing was removed. If it moved, name its new place: "
                f"dragoman index NEW_PLACE; if it is gone: dragoman index --forget {path}"
            )
    walk.note()
    return walk.found


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


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to go through: where it stands under its root, and the settings on the way."""

    path: str
    real: str
    key: str
    settings: tuple[FolderSettings, ...]


class _Walk:
    """Goes through folders; remembers real paths, so that links lead nowhere twice."""

    def __init__(self, index_dir: str, roots: Sequence[Root]) -> None:
        self.found = Scan()
        self._roots = roots
        self._seen_files: set[str] = set()
        self._seen_folders = {index_dir}
        self._root = ""
        self._read: dict[str, FolderSettings] = {}
        self._matched: set[tuple[Path, str]] = set()
        self._left_out: Counter[Path] = Counter()
        self._strange: Counter[str] = Counter()

    def add(self, root: Root, path: Path) -> None:
        """Takes the files of one root.

        Raises:
            CollectionError: It can't be read, or one of its settings is wrong.
        """
        self._root = root.path
        if not path.is_dir():
            self._take(root.name or path.name, path, root.path, self._settings_above(path))
            return
        stack = [
            _Folder(
                root.path,
                root.path,
                f"{root.name}/" if root.name else "",
                self._settings_above(path) if self._is_within_another(path) else (),
            )
        ]
        while stack:
            folder = stack.pop()
            if folder.real not in self._seen_folders or folder.path == root.path:
                self._seen_folders.add(folder.real)
                stack += reversed(list(self._go_through(folder)))

    def note(self) -> None:
        """Adds what the settings did, and which files are of no known format."""
        for path, count in self._left_out.items():
            what = "1 file or folder" if count == 1 else f"{count:,} files and folders"
            self.found.notes.append(f"{path} leaves out {what}")
        for settings in self._read.values():
            self.found.notes.extend(
                f"{settings.path}: nothing matches ‘{pattern}’"
                for pattern in settings.patterns
                if (settings.path, pattern) not in self._matched
            )
        if self._strange:
            shown = [f"{n:,} {suffix}" for suffix, n in self._strange.most_common(_SHOWN_SUFFIXES)]
            more = self._strange.total() - sum(
                n for _, n in self._strange.most_common(_SHOWN_SUFFIXES)
            )
            self.found.notes.append(
                f"no documents, by their suffix: {', '.join(shown)}"
                f"{f' and {more:,} others' if more else ''}"
            )

    # Folders

    def _go_through(self, folder: _Folder) -> Iterator[_Folder]:
        """Takes a folder's files; yields its folders."""
        try:
            with os.scandir(folder.path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if folder.path == self._root:
                raise CollectionError(
                    f"{self._root} can't be read ({error.strerror}); check its permissions"
                ) from error
            self._close(folder.path, "folder", error)
            return
        if folder.path != self._root and any(is_index_name(entry.name) for entry in entries):
            return
        settings = folder.settings
        if any(entry.name == SETTINGS_NAME for entry in entries):
            settings = (*settings, self._settings_in(folder.path))
        for entry in entries:
            path = f"{folder.path.rstrip('/')}/{entry.name}"
            is_link = entry.is_symlink()
            if not _is_folder(entry):
                if entry.name == NAMES_NAME and not any(folder.path == r.path for r in self._roots):
                    self.found.notes.append(f"{path} is not read: move it to {self._root}")
                if self._is_wanted(entry.name, path, is_link, settings):
                    real = os.path.realpath(path) if is_link else f"{folder.real}/{entry.name}"
                    self._take(folder.key + entry.name, Path(path), real, settings)
            elif not entry.name.startswith("."):
                if by := _left_out_by(path, settings, is_folder=True):
                    self._left_out[by] += 1
                    continue
                real = os.path.realpath(path) if is_link else f"{folder.real}/{entry.name}"
                yield _Folder(path, real, f"{folder.key}{entry.name}/", settings)

    def _settings_in(self, folder: str) -> FolderSettings:
        if folder not in self._read:
            self._read[folder] = read_settings(Path(folder) / SETTINGS_NAME)
        return self._read[folder]

    def _settings_above(self, path: Path) -> tuple[FolderSettings, ...]:
        """From the outermost root that a path lies in, else from its own folder, inwards."""
        outer = [Path(r.path) for r in self._roots if Path(r.path) in path.parents]
        first = min(outer, key=lambda root: len(root.parts), default=path.parent)
        return tuple(
            self._settings_in(str(folder))
            for folder in reversed(path.parents)
            if folder == first or first in folder.parents
            if os.path.lexists(folder / SETTINGS_NAME)
        )

    def _is_within_another(self, path: Path) -> bool:
        return any(Path(root.path) in path.parents for root in self._roots)

    # Files

    def _is_wanted(
        self, name: str, path: str, is_link: bool, settings: tuple[FolderSettings, ...]
    ) -> bool:
        suffix = Path(name).suffix
        if not is_document_name(name):
            return False
        if not is_readable_name(Path(name)) and (suffix or not is_link):
            self._strange[suffix.lower() or "without one"] += 1
            return False
        if by := _left_out_by(path, settings, is_folder=False):
            self._left_out[by] += 1
            return False
        return is_readable_name(Path(name)) or not os.path.exists(path)  # noqa: PTH110 (any error counts)

    def _take(self, key: str, path: Path, real: str, settings: tuple[FolderSettings, ...]) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                self.found.failures.append((str(path), "the link leads nowhere"))
            return
        except OSError as error:
            self._close(str(path), "file", error)
            return
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
            self.found.failures.append((str(path), f"it is {kind}, no file; it was not opened"))
            return
        self.found.full.add(self._root)
        if real in self._seen_files:
            return
        self._seen_files.add(real)
        if key in self.found.files:
            self.found.failures.append(
                (
                    str(path),
                    f"its id ‘{key}’ is that of {self.found.files[key].path}; rename one of them",
                )
            )
            return
        self.found.files[key] = CollectionFile(
            key,
            path,
            status.st_size,
            status.st_mtime_ns,
            status.st_ino,
            self._settings_of(str(path), settings),
        )

    def _settings_of(self, path: str, settings: tuple[FolderSettings, ...]) -> FileSettings:
        if not settings:
            return NO_SETTINGS
        within = [(each, _within(path, each)) for each in settings]
        for each, relative in within:
            self._matched |= {(each.path, pattern) for pattern in each.matching(relative)}
        return settings_of_file(within)

    def _close(self, path: str, kind: str, error: OSError) -> None:
        self.found.failures.append(
            (path, f"the {kind} can't be read ({error.strerror}); what was known of it is kept")
        )
        self.found.closed.add(path)
        self.found.full.add(self._root)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link in a circle, or one that may not be followed: told as a file


def _within(path: str, settings: FolderSettings) -> str:
    return path[len(str(settings.path.parent).rstrip("/")) + 1 :]


def _left_out_by(
    path: str, settings: tuple[FolderSettings, ...], *, is_folder: bool
) -> Path | None:
    """The settings that leave a file or folder out, or None."""
    for each in settings:
        relative = _within(path, each)
        if each.leaves_out_folder(relative) if is_folder else not each.takes(relative):
            return each.path
    return None
