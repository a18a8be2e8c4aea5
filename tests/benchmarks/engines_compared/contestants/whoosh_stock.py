"""Whoosh-Reloaded with its own codec, fed finished keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import fields, index, query
from whoosh.analysis import Token, Tokenizer
from whoosh.query import spans

from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked, Fed

NAME = "whoosh"
_BODY = "body"


class _Finished(Tokenizer):
    """Keys with spaces between them, each a token; the cheapest tokenizer that Whoosh can have."""

    def __call__(self, value: str, positions: bool = False, **kwargs: Any) -> Iterator[Token]:
        token = Token(positions, removestops=True, mode=kwargs.get("mode", ""))
        token.stopped = False
        token.boost = 1.0
        for position, key in enumerate(value.split(" ")):
            token.text = key
            token.pos = position
            yield token


def build(folder: Path, documents: Iterator[Fed]) -> None:
    """Indexes the documents with Whoosh's own writer as it comes."""
    schema = fields.Schema(
        id=fields.STORED(), year=fields.NUMERIC(sortable=True), body=fields.TEXT(_Finished())
    )
    writer = index.create_in(folder, schema).writer()
    for document in documents:
        writer.add_document(id=document.doc_id, year=document.year, body=document.keys)
    writer.commit()


def open(folder: Path) -> "WhooshStock":
    """Opens what `build` made."""
    return WhooshStock(index.open_dir(folder))


class WhooshStock:
    """An open index."""

    name = NAME

    def __init__(self, opened: index.FileIndex) -> None:
        self._searcher = opened.searcher()

    def ask(self, asked: Asked) -> Answer:
        """`Searcher.search` with its exact length."""
        if asked.kind == "date filter":
            years = query.NumericRange("year", *asked.years)
            results = self._searcher.search(_query(asked), limit=TOP, filter=years)
        elif asked.kind == "facet by year":
            results = self._searcher.search(_query(asked), limit=TOP, groupedby="year")
            by_year = {int(year): len(docs) for year, docs in results.groups("year").items()}
            return Answer(len(results), results.scored_length(), by_year)
        else:
            results = self._searcher.search(_query(asked), limit=TOP)
        return Answer(len(results), results.scored_length())


def _query(asked: Asked) -> query.Query:
    keys = asked.keys
    if asked.kind.endswith("phrase"):
        return query.Phrase(_BODY, list(keys))
    if asked.kind == "prefix":
        return query.Prefix(_BODY, keys[0])
    terms = [query.Term(_BODY, key) for key in keys]
    if asked.kind == "w/5":
        return spans.SpanNear(*terms, slop=WORDS_BETWEEN + 1, ordered=False)
    if asked.kind == "3 and":
        return query.And(terms)
    return query.Or(terms) if len(terms) > 1 else terms[0]
