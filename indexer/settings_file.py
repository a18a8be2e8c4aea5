"""Reading and checking a folder's `dragoman.toml`.

In: its path. Out: `FolderSettings`, or an error that names the line and the remedy: a key that is
not known is never passed over. Applies nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

from dragoman.indexer.errors import CollectionError, SettingsError
from dragoman.indexer.path_patterns import PathPattern, glob, regex
from dragoman.indexer.settings import FIELDS, LISTS, PART, FolderSettings, Rule, Value, settled

_MAX_BYTES = 1_000_000
_OTHER_NAMES = ("language", "speakers", "topic", "tags")
"""Accepted, as in records, but not offered."""


def read_settings(path: Path) -> FolderSettings:
    """A folder's `dragoman.toml`.

    Raises:
        SettingsError: It can't be read, or something in it is wrong; names the file and line.
    """
    try:
        if not path.is_file():
            raise SettingsError(f"{path} is no regular file; it must be a text file of settings")
        if path.stat().st_size > _MAX_BYTES:
            raise SettingsError(f"{path} is larger than 1 MB: no file of settings; rename it")
        text = path.read_text("utf-8-sig")
        content = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no TOML: {error}; mend it and run again") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not in UTF-8; save it in that encoding") from error
    except OSError as error:
        raise SettingsError(f"{path} can’t be read ({error.strerror})") from error
    return _Reader(path, text).settings(content)


class _Reader:
    """Checks every key and value of one file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._lines = path, text.splitlines()

    def settings(self, content: Mapping[str, object]) -> FolderSettings:
        self._refuse_unknown(content, (*FIELDS, "include", "exclude", "set", "path"), 0)
        rules = [
            Rule(None, self._values(content, (), 0), self._values(self._table(content), (), 0))
        ]
        sections = content.get("path", [])
        if not isinstance(sections, list) or not all(isinstance(s, dict) for s in sections):
            raise self._error("path", 0, "write each rule as [[path]], with two brackets")
        rules += [self._rule(section, number) for number, section in enumerate(sections, 1)]
        return FolderSettings(
            path=self._path,
            include=self._globs(content, "include"),
            exclude=self._globs(content, "exclude"),
            rules=tuple(rules),
        )

    def _rule(self, section: Mapping[str, object], number: int) -> Rule:
        self._refuse_unknown(section, (*FIELDS, "pattern", "regex", "set"), number)
        given = [name for name in ("pattern", "regex") if name in section]
        if len(given) != 1:
            raise self._error("path", number, "a [[path]] has one ‘pattern’ or one ‘regex’")
        pattern = self._pattern(given[0], section[given[0]], number)
        defaults = self._values(section, pattern.parts, number)
        corrections = self._values(self._table(section, number), pattern.parts, number)
        used = {
            name
            for value in (*defaults.values(), *corrections.values())
            for each in ([value] if isinstance(value, str) else value)
            for name in PART.findall(each)
        }
        for name in pattern.parts:
            if name not in FIELDS and name not in used:
                raise self._error(
                    given[0],
                    number,
                    f"the part ‘{name}’ is no field and stands in no value"
                    f"{_meant(name, FIELDS)}; name it {{_}} if it says nothing",
                )
        if not (defaults or corrections or pattern.parts):
            raise self._error(given[0], number, "the [[path]] sets nothing; give it a field")
        return Rule(pattern, defaults, corrections)

    def _table(self, content: Mapping[str, object], number: int = 0) -> Mapping[str, object]:
        table = content.get("set", {})
        if not isinstance(table, dict):
            raise self._error("set", number, "write the corrections as a table: [set]")
        self._refuse_unknown(table, tuple(FIELDS), number)
        return table

    def _refuse_unknown(
        self, content: Mapping[str, object], known: Sequence[str], number: int
    ) -> None:
        for name in content:
            if name not in known:
                raise self._error(
                    name, number, f"no key ‘{name}’{_meant(name, known)}; there are: "
                    f"{', '.join(each for each in known if each not in _OTHER_NAMES)}",
                )  # fmt: skip

    def _values(
        self, content: Mapping[str, object], parts: Sequence[str], number: int
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, target in FIELDS.items():
            if name not in content:
                continue
            if target in values:
                raise self._error(name, number, f"‘{name}’ names a field that is set already")
            values[target] = self._value(name, target, content[name], number)
            for each in [values[target]] if target not in LISTS else values[target]:
                for part in PART.findall(str(each)) if number else ():
                    if part not in parts:
                        raise self._error(
                            name, number, f"the pattern has no part ‘{part}’{_meant(part, parts)}"
                        )
        return values

    def _value(self, name: str, target: str, value: object, number: int) -> Value:
        if isinstance(value, datetime):
            value = value.isoformat()[:16]
        elif isinstance(value, date):
            value = value.isoformat()
        elif target == "date" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        several = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) and each.strip() for each in several) or not several:
            raise self._error(name, number, f"‘{name}’ must be a text in quotation marks")
        if target in LISTS:
            return tuple(several)
        if isinstance(value, list):
            raise self._error(name, number, f"‘{name}’ must be one text, not a list")
        written = str(value)
        if number and PART.search(written):
            return written  # known only for each path
        try:
            return settled(target, written)
        except CollectionError as error:
            raise self._error(name, number, f"it has {error}") from error

    def _globs(self, content: Mapping[str, object], name: str) -> tuple[PathPattern, ...]:
        given = content.get(name, [])
        several = given if isinstance(given, list) else [given]
        patterns = tuple(self._pattern(name, each, 0) for each in several)
        for pattern in patterns:
            if pattern.parts:
                raise self._error(
                    name, 0, f"‘{pattern.text}’ names parts, which only a [[path]] may"
                )
        return patterns

    def _pattern(self, name: str, written: object, number: int) -> PathPattern:
        if not isinstance(written, str):
            raise self._error(name, number, f"‘{name}’ must be a pattern in quotation marks")
        try:
            return regex(written) if name == "regex" else glob(written)
        except CollectionError as error:
            raise self._error(name, number, f"‘{written}’: {error}") from error

    def _error(self, key: str, number: int, reason: str) -> SettingsError:
        """With the line on which a key stands, in the numbered `[[path]]` or before all."""
        heads = [at for at, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*path", line)]
        first = heads[number - 1] if number and len(heads) >= number else 0
        name = re.escape(key)
        named = re.compile(rf"""[\s\[,{{.]*["']?{name}["']?\s*[\].=]|.*\b{name}\s*=""")
        at = next(
            (at for at in range(first, len(self._lines)) if named.match(self._lines[at])), first
        )
        return SettingsError(f"{self._path}, line {at + 1}: {reason}")


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"; did you mean ‘{close[0]}’?" if close else ""
