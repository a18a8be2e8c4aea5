"""The request: all that a search depends on, as the command line, the page and the API build it.

In: keyword arguments or URL parameters. Out: a frozen, validated `Query`. Reads no syntax and
touches no index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dragoman.indexer.errors import Message
from dragoman.search.errors import RequestError

SORTS = ("relevance", "newest", "oldest", "title")
MATCHES = ("all", "any")
GROUPS = ("near", "versions", "none")
FACETS = ("lang", "year", "source", "speaker", "topic", "kind", "country", "place")
FILTERS = (*FACETS, "date")
MAX_PAGE_SIZE = 1000
MAX_WHOLE = 999_999_999
"""Of any whole number that a parameter can be."""
_NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Query:
    """One search.

    Attributes:
        text: The query as typed (`query-language` syntax); empty finds all documents.
        filters: Field of `FILTERS` to its values: OR within a field, AND between fields.
            `date` takes what the query language takes after `date:`.
        sort: One of `SORTS`; an empty query is sorted by newest instead of relevance.
        page: From 1.
        page_size: Hits on a page, 1 to `MAX_PAGE_SIZE`.
        match: `all` requires every word, `any` one of those that merely stand side by side.
        group: Which hits of a page are shown under an earlier one: those `near`-identical to it,
            its language `versions` too, or `none`. Total, pages and order stay.
        strict: Whether doubtful readings are errors instead of notes.
        across: Whether words are also searched in the other language.
        explain: Whether each hit carries the arithmetic of its score.
        facets: Whether facet values are counted, or the names of the facets to count.
        snippets: Whether snippets are made.

    Raises:
        RequestError: A value is out of range or a filter's field is unknown.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_FILTERS)
    sort: str = "relevance"
    page: int = 1
    page_size: int = 10
    match: str = "all"
    group: str = "near"
    strict: bool = False
    across: bool = False
    explain: bool = False
    facets: bool | tuple[str, ...] = True
    snippets: bool = True

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise RequestError(
                Message(
                    "no sort ‘{sort}’: use one of {sorts}", sort=self.sort, sorts=", ".join(SORTS)
                )
            )
        if self.match not in MATCHES:
            raise RequestError(
                Message(
                    "no match ‘{match}’: use one of {matches}",
                    match=self.match,
                    matches=", ".join(MATCHES),
                )
            )
        if self.group not in GROUPS:
            raise RequestError(
                Message(
                    "no group ‘{group}’: use one of {groups}",
                    group=self.group,
                    groups=", ".join(GROUPS),
                )
            )
        if self.page < 1:
            raise RequestError(Message("no page {page}: pages are numbered from 1", page=self.page))
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise RequestError(
                Message(
                    "page size {size}: use 1 to {most}", size=self.page_size, most=MAX_PAGE_SIZE
                )
            )
        if isinstance(self.facets, tuple):
            for name in self.facets:
                if name not in FACETS:
                    raise RequestError(
                        Message(
                            "no facet ‘{name}’: use one of {facets}",
                            name=name,
                            facets=", ".join(FACETS),
                        )
                    )
        if not self.filters:
            return
        normal: dict[str, tuple[str, ...]] = {}
        for name, values in self.filters.items():
            if name not in FILTERS:
                raise RequestError(
                    Message(
                        "no filter ‘{name}’: use one of {filters}",
                        name=name,
                        filters=", ".join(FILTERS),
                    )
                )
            given = (values,) if isinstance(values, str) else tuple(values)
            if given:
                normal[name] = tuple(dict.fromkeys(given))
        object.__setattr__(self, "filters", MappingProxyType(normal))

    def with_(self, **changes: object) -> "Query":
        """This query with some of its fields changed, for links to pages, sorts and filters."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_params(self) -> list[tuple[str, str]]:
        """The URL parameters that make this query again; defaults are left out."""
        params = [("q", self.text)] if self.text else []
        for name in FILTERS:
            params += [(name, value) for value in self.filters.get(name, ())]
        for name in ("sort", "match", "group", "page", "page_size"):
            if (value := getattr(self, name)) != getattr(_DEFAULTS, name):
                params.append((name, str(value)))
        params += [(name, "1") for name in ("strict", "across", "explain") if getattr(self, name)]
        return params

    @classmethod
    def from_params(cls, params: Mapping[str, Iterable[str]]) -> "Query":
        """The query that URL parameters mean; names that no query has are ignored.

        Args:
            params: Name to all its values, as in `request.args.to_dict(flat=False)`.

        Raises:
            RequestError: A value can't be used.
        """
        last = {name: [*values][-1] for name, values in params.items() if [*values]}
        return cls(
            text=last.get("q", ""),
            filters={
                name: tuple(v for v in params[name] if v) for name in FILTERS if name in params
            },
            sort=last.get("sort") or "relevance",
            match=last.get("match") or "all",
            group=last.get("group") or "near",
            page=whole(last, "page", 1),
            page_size=whole(last, "page_size", 10),
            strict=flag(last, "strict"),
            across=flag(last, "across"),
            explain=flag(last, "explain"),
        )


_DEFAULTS = Query()


def check_one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    """Holds a parameter to the values it may have.

    Raises:
        RequestError: It is none of them.
    """
    if value not in allowed:
        raise RequestError(
            Message(
                "{name} must be one of {allowed}, not ‘{value}’",
                name=name,
                allowed=", ".join(allowed),
                value=value,
            )
        )


def whole(params: Mapping[str, str], name: str, default: int) -> int:
    """A parameter as a whole number; `default` where it is missing or empty.

    Raises:
        RequestError: It is something else.
    """
    value = params.get(name, "").strip()
    if not value:
        return default
    if value.isascii() and value.isdigit() and int(value[:20]) > MAX_WHOLE:
        raise RequestError(
            Message(
                "{name} is ‘{value}’: use a whole number up to {most}",
                name=name,
                value=value,
                most=MAX_WHOLE,
            )
        )
    if not value.isascii() or not value.isdigit():
        raise RequestError(
            Message("{name} is ‘{value}’: use a whole number", name=name, value=value)
        )
    return int(value)


def flag(params: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A parameter as yes or no; `default` where it is missing.

    Raises:
        RequestError: It is something else.
    """
    if name not in params:
        return default
    value = params[name].strip().casefold()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise RequestError(Message("{name} is ‘{value}’: use 1 or 0", name=name, value=value))
