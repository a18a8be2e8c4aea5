"""Patterns of paths: globs with named parts, and regular expressions.

In: a pattern as `dragoman.toml` has it, and paths relative to that file's folder, with slashes.
Out: whether they match, and the named parts. Looks at no file.

`*` and `?` stay within one name, `**` crosses folders, `[abc]` is one of these characters,
`{part}` is as little as makes the rest match, `{part:%Y-%m-%d}` a date's digits. A pattern
without a slash is one of names, in whatever folder. Letters compare after NFC: file systems
differ in how they compose them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from dragoman.indexer.errors import CollectionError

_PIECE = re.compile(
    r"(?P<deep>\*\*/)|(?P<all>\*\*)|(?P<star>\*)|(?P<one>\?)|\[(?P<set>!?[^/\]]+)\]"
    r"|\{(?P<part>\w+)(?::(?P<format>[^{}/]+))?\}|(?P<brace>[{}])|(?P<text>.)",
    re.DOTALL,
)
_DIRECTIVES = {"Y": r"\d{4}", "m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "M": r"\d{2}"}
_ISO_MARKS = {"Y": "", "m": "-", "d": "-", "H": "T", "M": ":"}
_UNNAMED = "_"
_DATE_PART = re.compile(r"(.*)__([YmdHM])")


@dataclass(frozen=True, slots=True)
class PathPattern:
    """One pattern, compiled.

    Attributes:
        text: As it was written.
        parts: Names of its parts, without `_`.
    """

    text: str
    parts: tuple[str, ...]
    _whole: re.Pattern[str]
    _within: re.Pattern[str]
    _is_search: bool

    def match(self, path: str) -> dict[str, str] | None:
        """The named parts of a path that matches; a formatted date is joined in ISO order."""
        path = unicodedata.normalize("NFC", path)
        found = self._whole.search(path) if self._is_search else self._whole.fullmatch(path)
        if found is None:
            return None
        parts: dict[str, str] = {}
        dates: dict[str, dict[str, str]] = {}
        for name, value in found.groupdict().items():
            if of_date := _DATE_PART.fullmatch(name):
                dates.setdefault(of_date[1], {})[of_date[2]] = value
            elif value is not None:
                parts[name] = value
        for name, digits in dates.items():
            parts[name] = "".join(_ISO_MARKS[d] + digits[d] for d in _ISO_MARKS if d in digits)
        return parts

    def covers(self, path: str) -> bool:
        """Whether a file, or a folder that it lies in, matches."""
        return self._within.fullmatch(unicodedata.normalize("NFC", path)) is not None

    def covers_folder(self, path: str) -> bool:
        """Whether everything in a folder is covered."""
        return self.covers(f"{path}/")


def glob(text: str) -> PathPattern:
    """A pattern of the language above.

    Raises:
        CollectionError: It is no such pattern; says why.
    """
    written = unicodedata.normalize("NFC", text)
    only_folders = written.endswith("/")
    body = written.strip("/")
    if not body:
        raise CollectionError("an empty pattern; write a path such as ‘2021/*.txt’")
    anywhere = "" if "/" in written.rstrip("/") else "(?:.*/)?"
    parts: list[str] = []
    expression = anywhere + "".join(_expressions(body, parts))
    try:
        whole = re.compile(expression + ("/.*" if only_folders else ""), re.DOTALL)
        within = re.compile(expression + ("/.*" if only_folders else "(?:/.*)?"), re.DOTALL)
    except re.error as error:  # [z-a]
        raise CollectionError(f"no characters to choose from in brackets ({error.msg})") from error
    return PathPattern(text, tuple(parts), whole, within, _is_search=False)


def regex(text: str) -> PathPattern:
    """A regular expression, sought anywhere in the path; its named groups are the parts.

    Raises:
        CollectionError: It is none; says why.
    """
    try:
        compiled = re.compile(unicodedata.normalize("NFC", text))
    except re.error as error:
        raise CollectionError(f"no regular expression ({error})") from error
    return PathPattern(text, tuple(compiled.groupindex), compiled, compiled, True)


def _expressions(body: str, parts: list[str]) -> Iterator[str]:
    for piece in _PIECE.finditer(body):
        match piece.lastgroup:
            case "deep":
                yield "(?:[^/]+/)*"
            case "all":
                yield ".*"
            case "star":
                yield "[^/]*"
            case "one":
                yield "[^/]"
            case "set":
                kind, of = (
                    ("^/", piece["set"][1:]) if piece["set"][0] == "!" else ("", piece["set"])
                )
                yield f"[{kind}{re.escape(of).replace(re.escape('-'), '-')}]"
            case "part" | "format":
                yield _part(piece["part"], piece["format"] or "", parts)
            case "brace":
                raise CollectionError(
                    f"‘{piece[0]}’ at character {piece.start() + 1} opens or closes no part; "
                    "write {place} or {date:%Y-%m-%d}"
                )
            case _:
                yield re.escape(piece[0])


def _part(name: str, form: str, parts: list[str]) -> str:
    if name == _UNNAMED:
        return "[^/]+?"
    if not name.isidentifier() or "__" in name:
        raise CollectionError(f"‘{name}’ can’t name a part; write letters, as in {{place}}")
    if name in parts:
        raise CollectionError(
            f"the part ‘{name}’ stands twice; name one of them otherwise, or {{_}}"
        )
    parts.append(name)
    if not form:
        return f"(?P<{name}>[^/]+?)"
    made = []
    given = re.findall(r"%(.)|([^%])", form)
    for directive, text in given:
        if directive and directive not in _DIRECTIVES:
            raise CollectionError(
                f"‘%{directive}’ is no part of a date here; there are %Y %m %d %H %M. Two digits "
                'of a year do not tell the century: name them {yy} and write date = "19{yy}"'
            )
        made.append(
            f"(?P<{name}__{directive}>{_DIRECTIVES[directive]})" if directive else re.escape(text)
        )
    wanted = [directive for directive, _ in given if directive]
    if sorted(wanted, key="YmdHM".index) != list("YmdHM"[: len(wanted)]) or len(wanted) == 4:
        raise CollectionError(
            f"‘{form}’ is no whole date; write each of %Y, %m, %d (and %H, %M) once, "
            "without leaving a larger one out"
        )
    return "".join(made)
