"""`dragoman.toml`: what a folder says about the files in it.

In: the checked content of the file (`settings_file`), and paths. Out: which files a folder
takes, and for each file defaults (for what a document does not say itself) and corrections (which
overrule it). Opens no file.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.indexer.dates import read_date
from dragoman.indexer.errors import CollectionError, DateError
from dragoman.indexer.path_patterns import PathPattern
from dragoman.indexer.readers.fields import language_code

SETTINGS_NAME = "dragoman.toml"
FIELDS = {
    "title": "title", "date": "date", "lang": "lang", "language": "lang", "speaker": "speakers",
    "speakers": "speakers", "office": "office", "source": "source", "place": "place",
    "kind": "kind", "topics": "topics", "topic": "topics", "tags": "topics", "country": "country",
    "url": "url", "pair": "pair",
}  # fmt: skip
"""Names as a record has them, to fields of a document."""
LISTS = ("speakers", "topics")
"""Those of them that hold several values."""
PART = re.compile(r"\{(\w+)\}")
"""Stands in a value for a part of the path."""

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What the settings say about one file.

    Attributes:
        defaults: Field of a document to its value where the document has none.
        corrections: Field to its value, whatever the document has.
        problems: What its path could not give, with the reason.
    """

    defaults: Mapping[str, Value] = field(default_factory=dict)
    corrections: Mapping[str, Value] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Changes when any of it does; empty where nothing is said."""
        content = [self.defaults, self.corrections, self.problems]
        if not any(content):
            return ""
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


NO_SETTINGS = FileSettings()


@dataclass(frozen=True, slots=True)
class Rule:
    """Values for the files that a pattern matches; for all where it is None."""

    pattern: PathPattern | None
    defaults: Mapping[str, Value]
    corrections: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """One `dragoman.toml`; paths given to it are relative to its folder."""

    path: Path
    include: tuple[PathPattern, ...]
    exclude: tuple[PathPattern, ...]
    rules: tuple[Rule, ...]

    def takes(self, path: str) -> bool:
        """Whether a file is part of the collection."""
        if any(pattern.covers(path) for pattern in self.exclude):
            return False
        return not self.include or any(pattern.covers(path) for pattern in self.include)

    def leaves_out_folder(self, path: str) -> bool:
        """Whether nothing in a folder is part of the collection."""
        return any(pattern.covers_folder(path) for pattern in self.exclude)

    def matching(self, path: str) -> list[str]:
        """Those of its patterns, as written, that a file is included or described by."""
        patterns = [*self.include, *(rule.pattern for rule in self.rules if rule.pattern)]
        return [p.text for p in patterns if p.covers(path) or p.match(path) is not None]

    @property
    def patterns(self) -> list[str]:
        """All of these patterns."""
        return [p.text for p in (*self.include, *(r.pattern for r in self.rules)) if p]

    def values_of(self, path: str) -> tuple[dict[str, Value], dict[str, Value]]:
        """Defaults and corrections for a file; of several rules the later one wins."""
        defaults: dict[str, Value] = {}
        corrections: dict[str, Value] = {}
        for rule in self.rules:
            parts = rule.pattern.match(path) if rule.pattern else {}
            if parts is None:
                continue
            for name, value in parts.items():
                if name in FIELDS:
                    target = FIELDS[name]
                    defaults[target] = (value,) if target in LISTS else value
            defaults |= {name: _filled(value, parts) for name, value in rule.defaults.items()}
            corrections |= {name: _filled(value, parts) for name, value in rule.corrections.items()}
        return defaults, corrections


def settings_of_file(of_folders: Iterable[tuple[FolderSettings, str]]) -> FileSettings:
    """What the settings on the way to a file say about it; the nearest wins, field by field.

    Args:
        of_folders: From the outermost folder inwards, each with the file's path within it.
    """
    defaults: dict[str, Value] = {}
    corrections: dict[str, Value] = {}
    for settings, path in of_folders:
        nearer = settings.values_of(path)
        defaults |= nearer[0]
        corrections |= nearer[1]
    problems = [problem for values in (defaults, corrections) for problem in _settle(values)]
    if not (defaults or corrections or problems):
        return NO_SETTINGS
    return FileSettings(defaults, corrections, tuple(problems))


def _settle(values: dict[str, Value]) -> list[str]:
    """Puts date and language in their forms; what can't be is taken out and told."""
    problems = []
    for name in ("date", "lang"):
        if not isinstance(written := values.get(name), str):
            continue
        try:
            values[name] = settled(name, written)
        except CollectionError as error:
            del values[name]
            problems.append(f"{SETTINGS_NAME} finds in the path {error}; nothing was set")
    return problems


def settled(name: str, written: str) -> str:
    """A date in ISO, a language's code; other values as they are.

    Raises:
        CollectionError: It can't be read as one; the message is a noun with its reason.
    """
    if name == "date":
        try:
            return read_date(written.replace("_", " ")).iso
        except DateError as error:
            raise CollectionError(f"the date ‘{written}’, which can’t be read ({error})") from error
    if name == "lang":
        code = language_code(written)
        if not re.fullmatch(r"[a-z]{2,3}", code):
            raise CollectionError(f"the language ‘{written}’, which is no code such as ‘ru’")
        return code
    return written


def _filled(value: Value, parts: Mapping[str, str]) -> Value:
    """A value with the parts of a path in their places."""
    if isinstance(value, tuple):
        return tuple(str(_filled(each, parts)) for each in value)
    return PART.sub(lambda found: parts.get(found[1], found[0]), value)
