"""A tree as a query of the cluster that finds its documents.

In: a tree. Out: a query in OpenSearch's language, and whether it finds just the tree's documents
or some others too, which are then told apart by evaluating the tree over them (`local_engine`).
Nothing that the tree finds is ever left out. Scores nothing and asks nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dragoman.indexer.forward import VALUE_FIELDS
from dragoman.indexer.opensearch.schema import TERM_FIELDS, kept
from dragoman.search.evaluation import POSITIONAL, Fields
from dragoman.search.opensearch.spans import MOST_CLAUSES, Query, Spans, Terms
from dragoman.search.segments import TEXT_FIELDS, range_minutes
from dragoman.search.tree import (
    LEAVES,
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    FieldFilter,
    InTurns,
    Node,
    Not,
    Optional,
    Wildcard,
    Word,
    children,
    walk,
)

EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}
_LATEST = 2**62
Spelled = Callable[[str, Node], Sequence[str]]
"""Tells all spellings of the speakers or voices whom a part of a tree names."""


class Compiled(NamedTuple):
    """A query, and whether it finds nothing that the tree does not find."""

    query: Query
    is_exact: bool


class Compiler:
    """Makes queries of trees.

    Args:
        terms: What tells a leaf's terms in the cluster.
        spelled: What tells the spellings of a name.
    """

    def __init__(self, terms: Terms, spelled: Spelled) -> None:
        self._terms, self._spelled = terms, spelled
        self._left = MOST_CLAUSES

    def compiled(self, node: Node, fields: Fields = TEXT_FIELDS) -> Compiled:
        """The query of a tree, brought down by `in_turns`."""
        match node:
            case AllOf(operands=operands):
                return self._all_of(operands, fields)
            case AnyOf(operands=operands):
                wanted = [o for o in operands if not isinstance(o, Optional)]
                return _any([self.compiled(operand, fields) for operand in wanted])
            case Not(operand=operand):
                return _without([self.compiled(operand, fields)], [])
            case Optional(operand=operand) | Boost(operand=operand):
                return self.compiled(operand, fields)
            case AtLeast(count=count, operand=operand):
                inner = self.compiled(operand, fields)
                is_one = count <= 1 and isinstance(operand, POSITIONAL)
                return Compiled(inner.query, inner.is_exact and is_one)
            case FieldFilter(field=field, operand=operand):
                return self.compiled(operand, (field,))
            case DateRange():
                return Compiled(in_dates([node]), True)
            case Everything():
                return Compiled(EVERYTHING, True)
        if fields[0] in VALUE_FIELDS:
            return Compiled(_with_value(node, fields[0]), True)
        if fields[0] == "speaker":
            return Compiled(one_of("facets.speaker", self._spelled("speaker", node)), True)
        return self._occurring(node, fields)

    def _all_of(self, operands: Sequence[Node], fields: Fields) -> Compiled:
        wanted = [o for o in operands if not isinstance(o, Optional | Not)]
        unwanted = [o.operand for o in operands if isinstance(o, Not)]
        return _without(
            [self.compiled(operand, fields) for operand in unwanted],
            [self.compiled(operand, fields) for operand in wanted],
        )

    # Where words occur

    def _occurring(self, node: Node, fields: Fields) -> Compiled:
        if isinstance(node, LEAVES):
            terms = self._terms(node)
            of_fields = [Compiled(one_of(f"words_{f}", terms), True) for f in known(fields)]
            return _any(of_fields)
        return _any([self._in_field(node, field) for field in known(fields)])

    def _in_field(self, node: Node, field: str) -> Compiled:
        """The documents in which a part occurs in one field."""
        if isinstance(node, InTurns):
            if field != "body":
                return Compiled(NOTHING, True)
            voices = one_of("facets.voice", self._spelled("voice", node.name))
            inner = self._in_field(node.operand, field)
            return Compiled(both([voices, inner.query]), False)
        if isinstance(node, LEAVES):
            return Compiled(one_of(f"words_{field}", self._terms(node)), True)
        if isinstance(node, Boost):
            return self._in_field(node.operand, field)
        spans = Spans(f"words_{field}", self._terms)
        query = spans.query(node)
        if query is not None and spans.n_terms <= self._left:
            self._left -= spans.n_terms
            return Compiled(query, True)
        parts = [self._in_field(part, field) for part in children(node)]
        if isinstance(node, AnyOf):
            return _any(parts)
        return Compiled(both([part.query for part in parts]), False)


def known(fields: Fields) -> list[str]:
    """The fields that the cluster has the words of."""
    return [field for field in fields if field in TERM_FIELDS]


def one_of(field: str, terms: Sequence[str]) -> Query:
    """Documents that hold one of some terms or values in a field."""
    if not terms:
        return NOTHING
    values = [kept(each) for each in terms] if field.startswith("facets.") else list(terms)
    return {"terms": {field: values}}


def in_dates(ranges: Sequence[DateRange]) -> Query:
    """Documents whose date overlaps one of some ranges; undated ones never do."""
    return any_of([_in_range(*range_minutes(each)) for each in ranges])


def _in_range(low: int, high: int) -> Query:
    return both(
        [
            {"range": {"first": {"gte": 0, "lt": min(high, _LATEST)}}},
            {"range": {"last": {"gt": low}}},
        ]
    )


def in_facets(filters: Mapping[str, Sequence[str]]) -> list[Query]:
    """For each facet the documents that have one of its values."""
    return [one_of(f"facets.{name}", values) for name, values in filters.items()]


def _with_value(node: Node, field: str) -> Query:
    if isinstance(node, Wildcard):
        return {"wildcard": {f"values.{field}": {"value": node.pattern}}}
    value = " ".join(part.text for part in walk(node) if isinstance(part, Word))
    return {"term": {f"values.{field}": kept(value)}}


def _any(several: Sequence[Compiled]) -> Compiled:
    return Compiled(
        any_of([each.query for each in several]), all(each.is_exact for each in several)
    )


def any_of(queries: Sequence[Query]) -> Query:
    """What some of several queries find."""
    filled = [query for query in queries if query != NOTHING]
    if len(filled) < 2:
        return filled[0] if filled else NOTHING
    return {"bool": {"should": filled, "minimum_should_match": 1}}


def both(queries: Sequence[Query]) -> Query:
    """What all of several queries find."""
    return NOTHING if NOTHING in queries else {"bool": {"filter": list(queries)}}


def _without(unwanted: Sequence[Compiled], wanted: Sequence[Compiled]) -> Compiled:
    """What finds all that is wanted; only what is surely unwanted is left out."""
    excluded = [each.query for each in unwanted if each.is_exact and each.query != NOTHING]
    is_exact = all(each.is_exact for each in (*unwanted, *wanted))
    included = [each.query for each in wanted] or [EVERYTHING]
    if NOTHING in included:
        return Compiled(NOTHING, True)
    if len(included) == 1 and not excluded:
        return Compiled(included[0], is_exact)
    query: dict[str, Any] = {"filter": included}
    if excluded:
        query["must_not"] = excluded
    return Compiled({"bool": query}, is_exact)
