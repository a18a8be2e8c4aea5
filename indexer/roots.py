"""A collection's roots: those remembered, added, forgotten, and found at a new place.

In: remembered roots, paths as given. Out: the roots from now on. Goes through no folder.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dragoman.indexer.errors import CollectionError
from dragoman.indexer.manifest import FileEntry, Root
from dragoman.indexer.reading import sha256_of


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
            path.name == Path(root.path).name or _has_hash(path, had[0].sha256)
        )
        return float(same)
    there = sum((path / Path(e.path).relative_to(root.path)).exists() for e in had)
    return there / len(had)


def _has_hash(path: Path, sha256: str) -> bool:
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False


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
