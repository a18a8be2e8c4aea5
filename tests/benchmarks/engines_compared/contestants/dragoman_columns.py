"""Dragoman as it is: documents whole, all keys and exact forms of each token, two fields.

Its bare page is `Query(…, facets=False, snippets=False)`; the class `facet by year` counts years,
as for the others. A whole page has all facets and snippets.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer import analysis_pool, store
from dragoman.indexer.documents import Document
from dragoman.search import Query, Searcher, open_searcher
from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked

NAME = "dragoman"


def build(folder: Path, documents: Iterator[Document], *, jobs: int = 1) -> None:
    """Analyses and indexes the documents in an empty folder."""
    with store.WhooshWriter(folder, jobs=jobs) as writer:
        for document in documents:
            writer.add(document, "benchmark")
        writer.commit((), {})


class AnalysisClock:
    """Sums the seconds on a core that this process spends in the analysis of documents."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._analyze = analysis_pool.analyze_batch
        analysis_pool.analyze_batch = self._timed  # type: ignore[assignment]

    def _timed(self, documents: list[tuple[Document, str]]) -> object:
        began = time.thread_time()
        try:
            return self._analyze(documents)
        finally:
            self.seconds += time.thread_time() - began


def open(folder: Path) -> "DragomanColumns":
    """Opens what `build` made."""
    return DragomanColumns(NAME, open_searcher(folder))


def query_text(asked: Asked) -> str:
    """The query in Dragoman's language."""
    words = asked.words
    if asked.kind in ("2 or", "8 or"):
        return " OR ".join(words)
    if asked.kind.endswith("phrase"):
        return f'"{" ".join(words)}"'
    if asked.kind == "prefix":
        return words[0] + "*"
    if asked.kind == "w/5":
        return f" w/{WORDS_BETWEEN} ".join(words)
    return " ".join(words)


class DragomanColumns:
    """An open index; `whole` asks for facets and snippets too."""

    def __init__(self, name: str, searcher: Searcher, *, whole: bool = False) -> None:
        self.name = name
        self._searcher = searcher
        self._whole = whole

    def ask(self, asked: Asked) -> Answer:
        """The page as the query module gives it."""
        with_years = asked.kind == "facet by year"
        page = self._searcher.search(
            Query(
                query_text(asked),
                filters={"date": (f"{asked.years[0]}..{asked.years[1]}",)}
                if asked.years[0]
                else {},
                page_size=TOP,
                facets=self._whole or (("year",) if with_years else False),
                snippets=self._whole,
            )
        )
        by_year = {int(f.value): f.count for f in page.facets["year"]} if with_years else {}
        return Answer(page.total, len(page.hits), by_year)
