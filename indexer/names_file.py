"""`names.toml`: spellings of names that a collection's owner has settled.

    "Joe Biden" = ["Джо Байден", "President Biden"]

In: the files of a collection's roots. Out: each person's value with its other spellings. A person
named here takes what fits beside what is listed; a spelling listed stays with its person.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from dragoman.indexer.errors import CollectionError

NAME = "names.toml"


def settled_names(roots: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """What the `names.toml` of every root says, together.

    Args:
        roots: Folders and files of the collection; a file has no `names.toml` of its own.

    Raises:
        CollectionError: A file can't be read, is no TOML or says something else; names it.
    """
    settled: dict[str, tuple[str, ...]] = {}
    person_of: dict[str, tuple[str, Path]] = {}
    for root in roots:
        path = root / NAME
        if not root.is_dir() or not path.exists():
            continue
        for person, spellings in _read(path).items():
            for spelling in (person, *spellings):
                other, where = person_of.setdefault(spelling, (person, path))
                if other != person:
                    raise CollectionError(
                        f"{path}: ‘{spelling}’ is a spelling of both ‘{other}’ and ‘{person}’"
                        + ("" if where == path else f" (in {where})")
                        + "; leave it with one of them"
                    )
            settled[person] = tuple(dict.fromkeys((*settled.get(person, ()), *spellings)))
    return settled


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CollectionError(f"{path} can’t be opened: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CollectionError(f"{path} is not UTF-8: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CollectionError(f"{path} is no TOML: {error}") from error
    for person, spellings in content.items():
        if not person.strip():
            raise CollectionError(f"{path}: a person without a name; write one before the =")
        if not isinstance(spellings, list) or not all(isinstance(s, str) for s in spellings):
            raise CollectionError(
                f"{path}: ‘{person}’ must be followed by a list of spellings: "
                f'"{person}" = ["…", "…"]'
            )
    return {person: tuple(spellings) for person, spellings in content.items()}
