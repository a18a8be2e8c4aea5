"""Dragoman as it is: documents whole, all keys and exact forms of each token, two fields.

Asked in two ways. By keys, as the other engines are: a tree of words with ready keys to
`Engine.search`, which answers with the total and the ten best, handles and scores. As text,
through the query module: read, analysed, read back, with notes and a `ResultPage`; its bare page
is `Query(…, facets=False, snippets=False)`, a whole page has all facets and snippets. The class
`facet by year` counts years, as for the others.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer import analysis_pool, store
from dragoman.indexer.documents import Document
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.tree import AllOf, AnyOf, Near, Node, Phrase, Wildcard, Word
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


def open(folder: Path) -> "DragomanKeys":
    """Opens what `build` made, to be asked by keys."""
    return DragomanKeys(open_engine(folder))


_PAGE = Ranking(size=TOP, facets=False)
_WITH_YEARS = Ranking(size=TOP, facets=("year",))


def tree_of(asked: Asked) -> Node:
    """The query as a tree with ready keys."""
    if asked.kind == "prefix":
        return Wildcard(asked.keys[0] + "*")
    words = tuple([Word(key, keys=(key,)) for key in asked.keys])
    if asked.kind in ("2 or", "8 or"):
        return AnyOf(words)
    if asked.kind == "3 and":
        return AllOf(words)
    if asked.kind.endswith("phrase"):
        return Phrase(words)
    if asked.kind == "w/5":
        return Near(*words, "w", WORDS_BETWEEN)
    return words[0]


class DragomanKeys:
    """An open index, asked by keys."""

    name = NAME

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, asked: Asked) -> Answer:
        """The total and the ten best; nothing is read of the documents."""
        ranking, by_year = _PAGE, {}
        if asked.kind == "date filter":
            years = f"{asked.years[0]}..{asked.years[1]}"
            ranking = Ranking({"date": (years,)}, size=TOP, facets=False)
        elif asked.kind == "facet by year":
            ranking = _WITH_YEARS
        answer = self._engine.search(tree_of(asked), ranking)
        if ranking is _WITH_YEARS:
            by_year = {int(each.value): each.count for each in answer.facets["year"]}
        return Answer(answer.total, len(answer.found), by_year)


def open_text(folder: Path, name: str, *, whole: bool = False) -> "DragomanText":
    """Opens what `build` made, to be asked as text."""
    return DragomanText(name, open_searcher(folder), whole=whole)


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


class DragomanText:
    """An open index, asked as text; `whole` asks for facets and snippets too."""

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
