"""How the cluster scores and counts: what words and phrases score there, put together by scripts.

In: words and phrases of a tree, with their weights. Out: the query that scores documents as
`ranking` defines it, or by their occurrences. The cluster's own score of words is how often they
occur. The lengths of fields are exact numbers beside each document: Lucene keeps them in one byte,
which would change the order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dragoman.search.evaluation import Fields
from dragoman.search.opensearch.compiling import any_of
from dragoman.search.opensearch.spans import MOST_CLAUSES, Query, n_clauses
from dragoman.search.ranking import FIELD_WEIGHTS, K1, SCALE, B, CollectionStatistics

_SCORE = """
double title = params.title_weight / (params.rest + params.b * doc['title_length'].value / params.title_mean);
double body = params.body_weight / (params.rest + params.b * doc['body_length'].value / params.body_mean);
double score = 0;
for (part in params.parts) {
  double in_title = 0; double in_body = 0;
  for (term in part.terms) {
    if (part.title) { in_title += termFreq('words_title', term); }
    if (part.body) { in_body += termFreq('words_body', term); }
  }
  double frequency = title * in_title + body * in_body;
  if (frequency > 0) { score += part.weight * frequency / (frequency + params.k1); }
}
return score;
"""  # noqa: E501
"""Of words by their numbers of occurrences, looked up for each: slower than the cluster's score."""
_NORMALISED = (
    "params.weight * _score / (params.rest + params.b * doc[params.length].value / params.mean)"
)
_SATURATED = "params.weight * _score / (_score + params.k1)"
_OF_PHRASE = """
double known = params.single;
for (term in params.terms) { if (totalTermFreq(params.field, term) > 0) { known += 1; } }
return _score / known;
"""
"""A phrase scores by its occurrences, once for each of its terms that the shard knows."""
_ALTERNATIVES = 500
"""Terms that are one clause of a query together."""


class WordPart(NamedTuple):
    """A word of a tree that scores; no position has two of its terms."""

    terms: Sequence[str]
    fields: Fields
    weight: float = 1.0


class PhrasePart(NamedTuple):
    """A phrase of a tree that scores.

    Attributes:
        in_fields: For each field of a tree what finds the phrase in it.
        single: Words of it that have one term.
        terms: All terms of its other words.
        weight: What it weighs.
    """

    in_fields: Mapping[str, Query]
    single: int
    terms: Sequence[str]
    weight: float = 1.0


Part = WordPart | PhrasePart


def scored(query: Query, parts: Sequence[Part], statistics: CollectionStatistics) -> Query:
    """The documents of a query, scored by BM25F over some parts."""
    left = MOST_CLAUSES - n_clauses(query)
    clauses: list[Query] = []
    too_many: list[WordPart] = []
    for part in sorted(parts, key=lambda part: isinstance(part, WordPart)):
        clause = _scored(part, statistics)
        left -= n_clauses(clause)
        if left < 0 and isinstance(part, WordPart):
            too_many.append(part)
        else:
            clauses.append(clause)
    if too_many:
        clauses.append(_looked_up(too_many, statistics))
    return {"bool": {"filter": [query], "should": clauses, "minimum_should_match": 0}}


def _scored(part: Part, statistics: CollectionStatistics) -> Query:
    """Occurrences in each field, normalised; their sum, saturated and weighed."""
    means = statistics.mean_lengths
    normalised = [
        _scripted(
            found, _NORMALISED, weight=FIELD_WEIGHTS[field], b=B, rest=1 - B,
            length=f"{field}_length", mean=means[field] or 1.0,
        )
        for field, found in _occurrences(part).items()
    ]  # fmt: skip
    return _scripted(any_of(normalised), _SATURATED, weight=part.weight * SCALE, k1=K1)


def _looked_up(parts: Sequence[WordPart], statistics: CollectionStatistics) -> Query:
    """The same for more words than a query may have clauses."""
    listed = [
        {
            "terms": list(part.terms), "title": "title" in part.fields,
            "body": "body" in part.fields, "weight": part.weight * SCALE,
        }
        for part in parts
    ]  # fmt: skip
    return _scripted(
        {"match_all": {}}, _SCORE, parts=listed, k1=K1, b=B, rest=1 - B,
        title_weight=FIELD_WEIGHTS["title"], body_weight=FIELD_WEIGHTS["body"],
        title_mean=statistics.mean_lengths["title"] or 1.0,
        body_mean=statistics.mean_lengths["body"] or 1.0,
    )  # fmt: skip


def counting(query: Query, part: Part) -> Query:
    """The documents of a query, each with the occurrences of a part for its score."""
    found = list(_occurrences(part).values())
    return {"bool": {"filter": [query], "should": found, "minimum_should_match": 0}}


def _occurrences(part: Part) -> dict[str, Query]:
    """For each field the documents in which a part occurs, scored by how often."""
    if isinstance(part, WordPart):
        return {field: _words(f"words_{field}", part.terms) for field in part.fields}
    return {
        field: _scripted(
            found, _OF_PHRASE, single=part.single, terms=list(part.terms), field=f"words_{field}"
        )
        for field, found in part.in_fields.items()
    }


def _words(field: str, terms: Sequence[str]) -> Query:
    """Terms of one position each: as one word that is spelled in several ways."""
    several = [terms[at : at + _ALTERNATIVES] for at in range(0, len(terms), _ALTERNATIVES)]
    return any_of([{"match": {field: {"query": "|".join(some)}}} for some in several])


def _scripted(query: Query, source: str, **params: object) -> Query:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


SUM_OF_SCORES: dict[str, Any] = {"sum": {"script": {"source": "_score"}}}
"""Adds up what `counting` counts."""
