"""Words next to and near each other, as span and interval queries of the cluster.

In: a positional part of a tree and a field. Out: a query that finds just the documents in which it
occurs, or None where Lucene's spans can't tell that: these step forward only, and find each time
the nearest, so that operands must be words, or phrases of one length at a time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from typing import Any

from dragoman.indexer.opensearch.schema import FIRST_OF, LAST_OF
from dragoman.search.tree import LEAVES, AnyOf, Boost, Near, Node, Phrase, Window

Query = dict[str, Any]
Terms = Callable[[Node], Sequence[str]]
"""Tells a leaf's terms in the cluster."""
MOST_TERMS = 400
"""Terms of one part."""
MOST_CLAUSES = 900
"""Clauses of a query: the cluster takes 1,024, of which filters have some."""
_CLAUSES = frozenset(("span_term", "match", "term", "terms", "range", "wildcard"))
_MOST_ORDERED = 4
"""Words of a window, each order of which is a query of its own."""

ByLength = dict[int, list[Query]]
"""Spans by the number of words that each covers."""


class Spans:
    """The spans of one part of a tree in one field.

    Args:
        field: A field of terms.
        terms: What tells a leaf's terms.
    """

    def __init__(self, field: str, terms: Terms) -> None:
        self._field, self._terms = field, terms
        self.n_terms = 0

    def query(self, node: Node) -> Query | None:
        """What finds the documents in which a part occurs; None where spans can't tell."""
        match node:
            case Phrase(parts=parts) if len(parts) > 1:
                return self._if_small(self._phrase(parts))
            case Window(parts=parts, extra=extra) if 1 < len(parts) <= _MOST_ORDERED:
                words = [self._word(part) for part in parts]
                orders = [_ordered(order, extra) for order in permutations(words)]
                return self._if_small(_any(orders))
            case Near(left=left, right=right, unit=unit, distance=distance):
                if unit in ("s", "p"):
                    return self._if_small(self._in_unit(left, right, unit))
                first, second = self._operand(left), self._operand(right)
                if first is None or second is None:
                    return None
                ways = _pairs(first, second, distance)
                if unit == "w":
                    ways += _pairs(second, first, distance)
                return self._if_small(_any(ways))
        by_length = self._operand(node)
        if by_length is None:
            return None
        return self._if_small(_any([each for several in by_length.values() for each in several]))

    def _if_small(self, query: Query | None) -> Query | None:
        if query is None or self.n_terms > MOST_TERMS:
            return None
        self.n_terms = n_clauses(query)  # each order of a window has its words again
        return query if self.n_terms <= MOST_TERMS else None

    def _operand(self, node: Node) -> ByLength | None:
        """The spans of a word or phrase, or of alternatives of these; None for others."""
        match node:
            case Phrase(parts=parts):
                return {len(parts): [_ordered([self._word(part) for part in parts], 0)]}
            case Window(parts=(part,)):
                return {1: [self._word(part)]}
            case AnyOf(operands=operands):
                found: ByLength = {}
                for operand in operands:
                    inner = self._operand(operand)
                    if inner is None:
                        return None
                    for length, several in inner.items():
                        found.setdefault(length, []).extend(several)
                return found
            case Boost(operand=operand):
                return self._operand(operand)
        return {1: [self._word(node)]} if isinstance(node, LEAVES) else None

    def _phrase(self, parts: Sequence[Node]) -> Query:
        """Words one after another: quicker than spans."""
        positions = [self._terms(part) or (NO_TERM,) for part in parts]
        return {"match_phrase": {self._field: {"query": " ".join(map("|".join, positions))}}}

    def _word(self, leaf: Node) -> Query:
        terms = self._terms(leaf)
        self.n_terms += len(terms)
        return _any([{"span_term": {self._field: each}} for each in terms or (NO_TERM,)])

    # Sentences and paragraphs

    def _in_unit(self, left: Node, right: Node, unit: str) -> Query | None:
        """Two words in one sentence or paragraph."""
        first, second = self._words(left), self._words(right)
        if first is None or second is None:
            return None
        whole = _in_order(_term(FIRST_OF[unit]), _term(LAST_OF[unit]))
        ways = [_in_order(a, b) for a, b in ((first, second), (second, first))]
        for way in ways:
            way["all_of"]["filter"] = {"contained_by": whole}
        return {"intervals": {self._field: {"any_of": {"intervals": ways}}}}

    def _words(self, node: Node) -> Query | None:
        """Words as intervals; None for anything that is longer."""
        match node:
            case AnyOf(operands=operands):
                inner = [self._words(operand) for operand in operands]
                known = [each for each in inner if each is not None]
                return _any_interval(known) if len(known) == len(inner) else None
            case Boost(operand=operand):
                return self._words(operand)
            case Phrase(parts=(part,)) | Window(parts=(part,)):
                return self._words(part)
        if not isinstance(node, LEAVES):
            return None
        terms = self._terms(node) or (NO_TERM,)
        self.n_terms += 2 * len(terms)
        return _any_interval([_term(each) for each in terms])


def phrase(node: Phrase, field: str, terms: Terms) -> Query | None:
    """What finds a phrase in a field; None where it has too many terms.

    Where no position has two of the terms, and the phrase does not overlap itself, its score is how
    often it occurs, times the number of terms that a shard knows, each counted as often as it
    stands in the phrase.
    """
    return Spans(field, terms).query(node)


NO_TERM = "§"
"""A term that stands nowhere."""


def n_clauses(query: object) -> int:
    """Clauses of a query, as the cluster counts them: each place where words or values stand.

    A phrase counts for each of its terms, though the cluster counts its positions alone.
    """
    if isinstance(query, Mapping):
        if "match_phrase" in query:
            ((_, of),) = query["match_phrase"].items()
            return len(re.findall("[ |]", of["query"])) + 1
        if not query.keys().isdisjoint(_CLAUSES):
            return 1
        return sum(map(n_clauses, query.values()))
    return sum(map(n_clauses, query)) if isinstance(query, list) else 0


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"span_or": {"clauses": list(queries)}}


def _ordered(clauses: Sequence[Query], slop: int) -> Query:
    if len(clauses) == 1:
        return clauses[0]
    return {"span_near": {"clauses": list(clauses), "slop": slop, "in_order": True}}


def _pairs(first: ByLength, second: ByLength, distance: int) -> list[Query]:
    """One span before another; spans of one length at a time, so that their ends rise."""
    return [_ordered([_any(a), _any(b)], distance) for a in first.values() for b in second.values()]


def _term(term: str) -> Query:
    return {"match": {"query": term, "analyzer": "terms"}}


def _any_interval(several: Sequence[Query]) -> Query:
    return several[0] if len(several) == 1 else {"any_of": {"intervals": list(several)}}


def _in_order(first: Query, second: Query) -> Query:
    return {"all_of": {"intervals": [first, second], "mode": "ordered"}}
