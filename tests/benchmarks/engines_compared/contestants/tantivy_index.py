"""tantivy through its Python binding (`pip install tantivy`).

Its phrase with slop stands in for `w/5`; a prefix is a regular expression over its terms, and all
forms score alike there.
"""

from collections.abc import Iterator
from pathlib import Path

import tantivy

from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked, Fed

NAME = "tantivy"
_BODY, _YEAR = "body", "year"
_HEAP_BYTES = 256_000_000
_YEARS = {"years": {"terms": {"field": _YEAR, "size": 1000}}}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field(_BODY, tokenizer_name="whitespace")
    builder.add_integer_field(_YEAR, indexed=True, fast=True)
    return builder.build()


def build(folder: Path, documents: Iterator[Fed]) -> None:
    """Indexes the documents in one thread."""
    writer = tantivy.Index(_schema(), str(folder)).writer(_HEAP_BYTES, num_threads=1)
    for document in documents:
        writer.add_document(
            tantivy.Document(id=document.doc_id, year=document.year, body=document.keys)
        )
    writer.commit()
    writer.wait_merging_threads()


def open(folder: Path) -> "TantivyIndex":
    """Opens what `build` made."""
    return TantivyIndex(tantivy.Index.open(str(folder)))


class TantivyIndex:
    """An open index; every search counts its matches."""

    name = NAME

    def __init__(self, index: tantivy.Index) -> None:
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()

    def ask(self, asked: Asked) -> Answer:
        """The page and its count in one pass."""
        query = self._query(asked)
        found = self._searcher.search(query, TOP)
        by_year = {}
        if asked.kind == "facet by year":
            buckets = self._searcher.aggregate(query, _YEARS)["years"]["buckets"]
            by_year = {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}
        return Answer(found.count, len(found.hits), by_year)

    def _term(self, key: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, _BODY, key)

    def _query(self, asked: Asked) -> tantivy.Query:
        keys = asked.keys
        if asked.kind.endswith("phrase"):
            return tantivy.Query.phrase_query(self._schema, _BODY, list(keys))
        if asked.kind == "w/5":
            return tantivy.Query.phrase_query(self._schema, _BODY, list(keys), WORDS_BETWEEN)
        if asked.kind == "prefix":
            return tantivy.Query.regex_query(self._schema, _BODY, keys[0] + ".*")
        if asked.kind == "date filter":
            years = tantivy.Query.range_query(
                self._schema, _YEAR, tantivy.FieldType.Integer, *asked.years
            )
            must = tantivy.Occur.Must
            return tantivy.Query.boolean_query(
                [(must, self._term(keys[0])), (must, tantivy.Query.boost_query(years, 0.0))]
            )
        if len(keys) == 1:
            return self._term(keys[0])
        occur = tantivy.Occur.Must if asked.kind == "3 and" else tantivy.Occur.Should
        return tantivy.Query.boolean_query([(occur, self._term(key)) for key in keys])
