"""How the cluster scores and counts: scripts over the terms of documents.

In: parts of a tree whose occurrences are counted by terms, with their weights. Out: the query that
scores documents as `ranking` defines it, or by their occurrences. The lengths of fields are exact
numbers beside each document: Lucene keeps them in one byte, which would change the order.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dragoman.search.evaluation import Fields
from dragoman.search.opensearch.spans import Query
from dragoman.search.opensearch.vocabulary import Counted
from dragoman.search.ranking import FIELD_WEIGHTS, K1, SCALE, B, CollectionStatistics

_SCORE = """
double title = params.title_weight / (params.rest + params.b * doc['title_length'].value / params.title_mean);
double body = params.body_weight / (params.rest + params.b * doc['body_length'].value / params.body_mean);
double score = 0;
for (part in params.parts) {
  double in_title = 0; double in_body = 0;
  for (int i = 0; i < part.terms.length; ++i) {
    if (part.title) { in_title += part.factors[i] * termFreq('words_title', part.terms[i]); }
    if (part.body) { in_body += part.factors[i] * termFreq('words_body', part.terms[i]); }
  }
  double frequency = title * in_title + body * in_body;
  if (frequency > 0) { score += part.weight * frequency / (frequency + params.k1); }
}
return score;
"""  # noqa: E501
_OCCURRENCES = """
double count = 0;
for (part in params.parts) {
  for (int i = 0; i < part.terms.length; ++i) {
    if (part.title) { count += part.factors[i] * termFreq('words_title', part.terms[i]); }
    if (part.body) { count += part.factors[i] * termFreq('words_body', part.terms[i]); }
  }
}
return count;
"""


class CountedPart(NamedTuple):
    """A part of a tree whose occurrences are counted by terms."""

    counted: Counted
    fields: Fields
    weight: float = 1.0


def _params(part: CountedPart) -> dict[str, Any]:
    return {
        "terms": list(part.counted.terms),
        "factors": list(part.counted.factors),
        "title": "title" in part.fields,
        "body": "body" in part.fields,
        "weight": part.weight * SCALE,
    }


def scored(query: Query, parts: Sequence[CountedPart], statistics: CollectionStatistics) -> Query:
    """The documents of a query, scored by BM25F over some parts."""
    params = {
        "parts": [_params(part) for part in parts],
        "k1": K1, "b": B, "rest": 1 - B,
        "title_weight": FIELD_WEIGHTS["title"], "body_weight": FIELD_WEIGHTS["body"],
        "title_mean": statistics.mean_lengths["title"] or 1.0,
        "body_mean": statistics.mean_lengths["body"] or 1.0,
    }  # fmt: skip
    return _scripted(query, _SCORE, params)


def counting(query: Query, parts: Sequence[CountedPart]) -> Query:
    """The documents of a query, each with the occurrences of some parts for its score."""
    return _scripted(query, _OCCURRENCES, {"parts": [_params(part) for part in parts]})


def _scripted(query: Query, source: str, params: dict[str, Any]) -> Query:
    return {
        "script_score": {
            "query": {"bool": {"filter": [query]}},
            "script": {"source": source, "params": params},
        }
    }


SUM_OF_SCORES: dict[str, Any] = {"sum": {"script": {"source": "_score"}}}
"""Adds up what `counting` counts."""
