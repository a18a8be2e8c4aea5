"""How the cluster scores and counts: scripts over the terms of documents.

In: words and phrases of a tree, with their weights. Out: the query that
scores documents as `ranking` defines it, or by their occurrences. The lengths of fields are exact
numbers beside each document: Lucene keeps them in one byte, which would change the order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dragoman.search.evaluation import Fields
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.spans import Query
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
_NORMALISED = """
double known = 0;
for (term in params.terms) { if (totalTermFreq(params.field, term) > 0) { known += 1; } }
double occurrences = _score / known;
return params.is_plain ? occurrences
  : occurrences * params.weight / (params.rest + params.b * doc[params.length].value / params.mean);
"""
"""A phrase scores by its occurrences, once for each of its terms that the shard knows."""
_SATURATED = "params.weight * _score / (_score + params.k1)"
_OCCURRENCES = """
double count = 0;
for (term in params.terms) {
  if (params.title) { count += termFreq('words_title', term); }
  if (params.body) { count += termFreq('words_body', term); }
}
return count;
"""


class WordPart(NamedTuple):
    """A word of a tree that scores; no position has two of its terms."""

    terms: Sequence[str]
    fields: Fields
    weight: float = 1.0


class PhrasePart(NamedTuple):
    """A phrase of a tree that scores.

    Attributes:
        in_fields: For each field of a tree what finds the phrase in it.
        terms: All its terms.
        weight: What it weighs.
    """

    in_fields: Mapping[str, Query]
    terms: Sequence[str]
    weight: float = 1.0


def scored(
    query: Query, parts: Sequence[WordPart | PhrasePart], statistics: CollectionStatistics
) -> Query:
    """The documents of a query, scored by BM25F over some parts."""
    words = [part for part in parts if isinstance(part, WordPart)]
    phrases = [part for part in parts if isinstance(part, PhrasePart)]
    if not phrases:
        return _scored_words(both([query]), words, statistics)
    clauses = [_scored_phrase(part, statistics) for part in phrases]
    if words:
        clauses.append(_scored_words({"match_all": {}}, words, statistics))
    return {"bool": {"filter": [query], "should": clauses, "minimum_should_match": 0}}


def _scored_words(
    query: Query, parts: Sequence[WordPart], statistics: CollectionStatistics
) -> Query:
    params = {
        "parts": [
            {
                "terms": list(part.terms),
                "title": "title" in part.fields,
                "body": "body" in part.fields,
                "weight": part.weight * SCALE,
            }
            for part in parts
        ],
        "k1": K1, "b": B, "rest": 1 - B,
        "title_weight": FIELD_WEIGHTS["title"], "body_weight": FIELD_WEIGHTS["body"],
        "title_mean": statistics.mean_lengths["title"] or 1.0,
        "body_mean": statistics.mean_lengths["body"] or 1.0,
    }  # fmt: skip
    return _scripted(query, _SCORE, params)


def _scored_phrase(part: PhrasePart, statistics: CollectionStatistics) -> Query:
    """Occurrences in each field, normalised; their sum, saturated and weighed."""
    means = statistics.mean_lengths
    normalised = [
        _in_field(
            part, field,
            weight=FIELD_WEIGHTS[field], b=B, rest=1 - B, length=f"{field}_length",
            mean=means[field] or 1.0,
        )
        for field in part.in_fields
    ]  # fmt: skip
    return _scripted(
        {"bool": {"should": normalised, "minimum_should_match": 1}},
        _SATURATED,
        {"weight": part.weight * SCALE, "k1": K1},
    )


def _in_field(part: PhrasePart, field: str, **params: object) -> Query:
    """Occurrences of a phrase in one field, plain or normalised."""
    terms = {"terms": list(part.terms), "field": f"words_{field}", "is_plain": not params}
    return _scripted(part.in_fields[field], _NORMALISED, {**terms, **params})


def counting(query: Query, part: WordPart | PhrasePart) -> Query:
    """The documents of a query, each with the occurrences of a part for its score."""
    if isinstance(part, PhrasePart):
        in_fields = [_in_field(part, field) for field in part.in_fields]
        found = {"bool": {"should": in_fields, "minimum_should_match": 1}}
        return {"bool": {"filter": [query], "must": [found]}}
    params = {
        "terms": list(part.terms), "title": "title" in part.fields, "body": "body" in part.fields,
    }  # fmt: skip
    return _scripted(both([query]), _OCCURRENCES, params)


def _scripted(query: Query, source: str, params: dict[str, Any]) -> Query:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


SUM_OF_SCORES: dict[str, Any] = {"sum": {"script": {"source": "_score"}}}
"""Adds up what `counting` counts."""
