"""A query's leaves as terms of the cluster: words by their keys, patterns by the vocabulary.

In: a leaf. Out: its keys or exact forms, and the terms by which its occurrences are counted. The
vocabulary is asked for what a query needs of it; nothing is loaded whole.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.errors import Message
from dragoman.indexer.forms import EXACT_MARK, SMALL_LETTERS
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.schema import forms_index, kept, term, told
from dragoman.search.errors import QueryError
from dragoman.search.expansion import MAX_EXPANSIONS, edits, keys_of
from dragoman.search.patterns import expression, folded
from dragoman.search.tree import Fuzzy, Node, Phrase, Wildcard, Word

_SHORT = 4
"""Letters of a word up to which near forms are looked for by their length alone."""
_MOST_NEAR = 1_000
_PAGE = 10_000
_KEPT = 4_096


class ClusterVocabulary:
    """The exact forms of an index in the cluster and their keys; remembers what was asked."""

    def __init__(self, cluster: Cluster, documents: str) -> None:
        self._cluster = cluster
        self._index = forms_index(documents)
        self._marked: dict[Node, tuple[str, ...]] = {}
        self._apart: dict[Node, tuple[str, ...]] = {}
        self._signed: dict[Node, tuple[str, ...]] = {}

    def terms_of(self, leaf: Node) -> tuple[str, ...]:
        """The keys or exact forms that a leaf stands for.

        Raises:
            QueryError: There are more than `MAX_EXPANSIONS`.
        """
        if not isinstance(leaf, Wildcard | Fuzzy):
            return keys_of(leaf)
        known = self._marked.get(leaf)
        if known is None:
            forms = sorted(self._expanded(leaf))
            if len(forms) > MAX_EXPANSIONS:
                raise QueryError(
                    Message(
                        "this pattern stands for {n} forms or more, at most {most} are searched; "
                        "write more of the word",
                        n=len(forms),
                        most=MAX_EXPANSIONS,
                    ),
                    leaf.start,
                    leaf.end,
                )
            known = tuple(EXACT_MARK + form for form in forms)
            _remember(self._marked, leaf, known)
        return known

    def apart(self, leaf: Node) -> tuple[str, ...]:
        """Terms of the cluster that stand for a leaf, of which no position has two.

        They are counted without counting anything twice: the only key, exact forms, or what forms
        with the same keys have in common.
        """
        known = self._apart.get(leaf)
        if known is None:
            known = tuple(map(term, self.terms_of(leaf)))
            if isinstance(leaf, Word) and len(known) > 1:
                known = self._signatures(leaf)
            _remember(self._apart, leaf, known)
        return known

    def may_overlap(self, phrase: Phrase) -> bool:
        """Whether a phrase may begin anew before it has ended, as “war *” does in “war war”."""
        of_word = self.apart
        if any(isinstance(part, Word) for part in phrase.parts):
            of_word = self._signatures
        sets = [set(of_word(part)) for part in phrase.parts]
        return any(
            all(one & other for one, other in zip(sets, sets[step:], strict=False))
            for step in range(1, len(sets))
        )

    def _signatures(self, leaf: Node) -> tuple[str, ...]:
        """The signatures of all forms that a leaf stands for."""
        known = self._signed.get(leaf)
        if known is None:
            if isinstance(leaf, Word):
                query = {"terms": {"keys": list(map(term, self.terms_of(leaf)))}}
            else:
                forms = (each.removeprefix(EXACT_MARK) for each in self.terms_of(leaf))
                query = {"terms": {"exact": list(map(kept, forms))}}
            body = {
                "size": 0, "query": query,
                "aggs": {"forms": {"terms": {"field": "signature", "size": _PAGE}}},
            }  # fmt: skip
            answer = self._cluster.search(body, self._index)["aggregations"]["forms"]
            known = tuple(sorted(bucket["key"] for bucket in answer["buckets"]))
            _remember(self._signed, leaf, known)
        return known

    # Patterns and near forms

    def _expanded(self, leaf: Wildcard | Fuzzy) -> set[str]:
        if isinstance(leaf, Wildcard):
            return self._fitting(leaf.pattern)
        exact = "".join(t.exact.removeprefix(EXACT_MARK) for t in analyze_word(leaf.text))
        return self._near(exact, leaf.distance)

    def _fitting(self, pattern: str) -> set[str]:
        prefix = pattern[:-1]
        if pattern.endswith("*") and SMALL_LETTERS.fullmatch(prefix):
            pattern = prefix.replace("ё", "е") + "*"
        else:
            pattern = folded(pattern)
        # Abbreviations that are common words in small letters (WHO, US) keep their capitals.
        patterns = tuple(dict.fromkeys((pattern, pattern.upper())))
        query = {"bool": {"should": [{"wildcard": {"exact": {"value": p}}} for p in patterns]}}
        fits = [re.compile(expression(p), re.DOTALL).fullmatch for p in patterns]
        forms = self._forms(query, MAX_EXPANSIONS + 1)
        return {form for form in forms if any(fit(form) for fit in fits)}

    def _near(self, form: str, distance: int) -> set[str]:
        if len(form) > _SHORT and distance <= 2:
            near = {
                "value": kept(form), "fuzziness": distance, "transpositions": False,
                "max_expansions": _MOST_NEAR, "prefix_length": 0,
            }  # fmt: skip
            forms = self._forms({"fuzzy": {"exact": near}}, _MOST_NEAR)
            if len(forms) < _MOST_NEAR:
                return {each for each in forms if _is_near(each, form, distance)}
        lengths = {"gte": len(form) - distance, "lte": len(form) + distance}
        found: set[str] = set()
        for each in self._all_forms({"range": {"length": lengths}}):
            if _is_near(each, form, distance):
                found.add(each)
        return found

    def _forms(self, query: Mapping[str, Any], at_most: int) -> list[str]:
        body = {
            "size": 0, "query": query,
            "aggs": {"forms": {"terms": {"field": "exact", "size": at_most}}},
        }  # fmt: skip
        answer = self._cluster.search(body, self._index)
        return [told(bucket["key"]) for bucket in answer["aggregations"]["forms"]["buckets"]]

    def _all_forms(self, query: Mapping[str, Any]) -> Iterator[str]:
        """Every form that a query of the vocabulary finds, however many."""
        composite: dict[str, Any] = {
            "size": _PAGE, "sources": [{"exact": {"terms": {"field": "exact"}}}]
        }  # fmt: skip
        while True:
            body = {"size": 0, "query": query, "aggs": {"forms": {"composite": composite}}}
            answer = self._cluster.search(body, self._index)["aggregations"]["forms"]
            yield from (told(bucket["key"]["exact"]) for bucket in answer["buckets"])
            if "after_key" not in answer:
                return
            composite["after"] = answer["after_key"]

    def every_form(self) -> Iterator[str]:
        """Every exact form of the index, sorted."""
        return self._all_forms({"match_all": {}})


def _is_near(form: str, other: str, distance: int) -> bool:
    if abs(len(form) - len(other)) > distance:
        return False
    points = np.array([[ord(c) for c in form]], np.uint32).reshape(1, len(form))
    return int(edits(points, other)[0]) <= distance


def _remember(table: dict[Node, Any], leaf: Node, found: object) -> None:
    if len(table) >= _KEPT:
        table.clear()
    table[leaf] = found
