"""Documents like one, found by the cluster.

In: a document. Out: `AlikeFound`, as `telling` has it: the cluster counts the documents that hold
each of its words, and ranks the others by the weightiest. Only the document itself and those that
are found are fetched.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dragoman.indexer.forward import decode
from dragoman.indexer.opensearch.schema import term
from dragoman.search.opensearch.compiling import both
from dragoman.search.opensearch.fetching import Fetching
from dragoman.search.opensearch.scripts import WordPart, scored
from dragoman.search.opensearch.spans import Query
from dragoman.search.ranking import idf
from dragoman.search.segments import TEXT_FIELDS
from dragoman.search.similar import Alike, AlikeFound, TellingWord
from dragoman.search.telling import added, counted, occurring_in, shared, weightiest

if TYPE_CHECKING:
    from dragoman.search.opensearch.engine import OpenSearchEngine

_AT_ONCE = 100
"""Words whose documents are counted with one request."""


def alike(
    engine: "OpenSearchEngine",
    fetching: Fetching,
    name: str,
    filters: Mapping[str, tuple[str, ...]],
    top: int,
) -> AlikeFound:
    """The documents most like one, at most `top`; never itself."""
    words = _telling(engine, fetching, name)
    if not words:
        return AlikeFound()
    holding = {
        "bool": {
            "filter": [both([_any(words), engine.under_filters(filters)])],
            "must_not": [{"ids": {"values": [name]}}],
        }
    }
    parts = [WordPart((term(word.word),), TEXT_FIELDS, word.weight) for word in words]
    body: dict[str, Any] = {
        "size": top, "query": scored(holding, parts, engine.statistics), "_source": False,
        "sort": [{"_score": "desc"}, {"first": "desc"}, {"id": "asc"}], "track_total_hits": False,
    }  # fmt: skip
    hits = engine.cluster.search(body, engine.index)["hits"]["hits"]
    fetching.announce([hit["_id"] for hit in hits])
    return AlikeFound(words, tuple(_alike(fetching, words, hit["_id"]) for hit in hits))


def _telling(engine: "OpenSearchEngine", fetching: Fetching, name: str) -> tuple[TellingWord, ...]:
    local, place = fetching.place(name)
    segment = local.segments[place.segment]
    numbers, in_title, in_body = counted(segment, place.doc)
    statistics = engine.statistics

    def documents_with(words: Sequence[str]) -> list[int]:
        bodies = [{"size": 0, "track_total_hits": True, "query": _holding(word)} for word in words]
        answers = engine.cluster.searches(bodies, engine.index)
        return [int(answer["hits"]["total"]["value"]) for answer in answers]

    return weightiest(
        [decode(segment.columns.terms[number]) for number in numbers.tolist()],
        in_title,
        in_body,
        np.full(len(numbers), idf(statistics.n_docs, 1)),
        documents_with,
        statistics,
        at_once=_AT_ONCE,
    )


def _alike(fetching: Fetching, words: Sequence[TellingWord], name: str) -> Alike:
    """A document that was found; its score to the last bit, which the cluster does not tell."""
    local, place = fetching.place(name)
    occurring = occurring_in(local.segments[place.segment], words)
    parts = added(words, local.scorers[place.segment], occurring, place.doc)
    return Alike(name, sum(parts.values()), shared(parts))


def _any(words: Sequence[TellingWord]) -> Query:
    return {"bool": {"should": [_holding(word.word) for word in words]}}


def _holding(word: str) -> Query:
    in_fields = [{"term": {f"words_{field}": term(word)}} for field in TEXT_FIELDS]
    return {"bool": {"should": in_fields}}
