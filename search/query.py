"""The query module: `Query` in, `ResultPage` out.

The command line, the web page and the API all ask here, so that one query has one answer. Reads
the query (`syntax`), asks an engine, and cuts snippets; draws nothing.
"""

import time
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dragoman.indexer.errors import DocumentMissing, Message
from dragoman.search.asking import read, unknown_words
from dragoman.search.associations import Collocations, collocations
from dragoman.search.concordance import Concordance, LinesWanted, concordance
from dragoman.search.engine import Answer, Engine, Ranking, open_engine
from dragoman.search.errors import RequestError
from dragoman.search.grouping import Grouping
from dragoman.search.hints import Hints
from dragoman.search.keyness import Keyness, keyness
from dragoman.search.request import Query
from dragoman.search.results import Hit, IndexInfo, Metadata, ResultPage
from dragoman.search.similar import SIMILAR, SimilarPage, similar
from dragoman.search.snippets import snippets_of
from dragoman.search.syntax import Parsed
from dragoman.search.tree import Everything
from dragoman.search.trends import Trends, trends
from dragoman.search.viewing import DocumentView, document_view, metadata_of

if TYPE_CHECKING:
    from dragoman.search.comparison import Comparison
    from dragoman.search.completion import Completion


def open_searcher(index_dir: str | Path) -> "Searcher":
    """Opens an index for searching.

    Raises:
        IndexMissing: There is no index.
        IndexStale: Another version built it.
        IndexForeign: Dragoman did not make it.
        IndexDamaged: It can't be read.
    """
    return Searcher(open_engine(index_dir))


class Searcher:
    """An open index that answers queries; safe to share between threads.

    Args:
        engine: The index.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._hints = Hints(engine)

    def __enter__(self) -> "Searcher":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the index's files go."""
        self._engine.close()

    def is_current(self) -> bool:
        """Whether no newer state of the index has been committed since it was opened."""
        return self._engine.is_current()

    @property
    def index(self) -> IndexInfo:
        """Which index answers: enough to cite a count."""
        return self._engine.info

    def info(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        return self._engine.summary()

    def hits(self, query: Query, only: Container[str] | None = None) -> Iterator[Hit]:
        """All hits of a query in its order, however many; its page and page size do not matter.

        They are found some thousands at a time, so that memory does not grow with their number.

        Args:
            query: The query; hits are shown under earlier ones of the whole list by its `group`.
            only: Ids of the documents that are wanted; None for all.

        Raises:
            QueryError: The query can't be read, or is beyond a limit.
            RequestError: A filter's value can't be used.
        """
        parsed = read(query)
        grouping = Grouping(self._engine, query.group)
        first, total = 0, 1
        while first < total:
            answer = self._engine.search(
                parsed.node,
                Ranking(
                    filters=query.filters,
                    sort=_sort_of(query, parsed),
                    first=first,
                    size=_HITS_AT_A_TIME,
                    facets=False,
                    explain=query.explain,
                ),
            )
            for hit in self._bare_hits(answer, first + 1):
                if only is None or hit.metadata.doc_id in only:
                    placed = grouping.placed(hit)
                    yield self._with_snippets(answer, placed) if query.snippets else placed
            first, total = first + _HITS_AT_A_TIME, answer.total

    def search(self, query: Query) -> ResultPage:
        """Answers a query.

        Raises:
            QueryError: The query can't be read, or is beyond a limit.
            RequestError: A filter's value can't be used.
        """
        began = time.perf_counter()
        parsed = read(query)
        sort = _sort_of(query, parsed)
        ranking = Ranking(
            filters=query.filters,
            sort=sort,
            first=(query.page - 1) * query.page_size,
            size=query.page_size,
            facets=query.facets,
            explain=query.explain,
        )
        answer = self._engine.search(parsed.node, ranking)
        terms = answer.terms
        first_rank = (query.page - 1) * query.page_size + 1
        hits = self._bare_hits(answer, first_rank)
        if query.group == "versions" or self._engine.has_near_groups():
            grouping = Grouping(self._engine, query.group)
            hits = [grouping.placed(hit) for hit in hits]
        if query.snippets:
            hits = [self._with_snippets(answer, hit) for hit in hits]
        is_bare = not (query.facets or query.snippets)
        suggestions = () if is_bare else self._hints.suggestions(query, parsed, answer)
        count = answer.count
        if not is_bare:
            occurrences = count()
            count = lambda: occurrences  # noqa: E731
        return ResultPage(
            query=query.text,
            searched_for=parsed.searched_for,
            notes=(*parsed.notes, *unknown_words(parsed.node, terms)),
            terms=terms,
            index=self._engine.info,
            total=answer.total,
            count=count,
            page=query.page,
            page_size=query.page_size,
            sort=sort,
            took_ms=round((time.perf_counter() - began) * 1000, 3),
            hits=tuple(hits),
            facets=answer.facets,
            suggestions=suggestions,
        )

    def complete(self, prefix: str, limit: int = 10) -> "tuple[Completion, ...]":
        """Words and speakers of the collection that begin so, most frequent first.

        Args:
            prefix: What was typed of a word, in either script and either keyboard layout.
            limit: Completions wanted, at most `completion.MAX_COMPLETIONS`.
        """
        return self._hints.completions(prefix, limit)

    def _bare_hits(self, answer: Answer, first_rank: int) -> list[Hit]:
        return [
            Hit(rank, found.score, found.handle, self._stored_metadata, found.counts,
                found.date_overlap, explanation=found.explanation)
            for rank, found in enumerate(answer.found, first_rank)
        ]  # fmt: skip

    def _with_snippets(self, answer: Answer, hit: Hit) -> Hit:
        """A hit with its snippets and all that is read of a document later otherwise."""
        record = self._engine.stored(hit.handle)
        title, body = answer.matches(hit.handle)
        snippets = snippets_of(self._engine, hit.handle, body, record["page_starts"])
        hit = replace(
            hit,
            title_marks=title.marks,
            snippets=snippets,
            read=lambda handle: metadata_of(self._engine, record),
        )
        _ = hit.metadata, hit.occurrences
        return hit

    def _stored_metadata(self, handle: Any) -> Metadata:
        return metadata_of(self._engine, self._engine.stored(handle))

    def about(self, doc_id: str) -> Metadata:
        """What is known of a document besides its text.

        Raises:
            DocumentMissing: No document has this id.
        """
        return self._stored_metadata(self._handle(doc_id))

    def _handle(self, doc_id: str) -> Any:
        handle = self._engine.handle_of(doc_id)
        if handle is None:
            raise DocumentMissing(
                Message(
                    "no document ‘{doc_id}’ in the index; ids stand in the results of a search",
                    doc_id=doc_id,
                )
            )
        return handle

    def concordance(self, query: Query, wanted: LinesWanted | None = None) -> Concordance:
        """Every occurrence of a query in its context, `query.page_size` lines a page.

        Args:
            query: Its text, filters, match and strict count; `page` and `page_size` tell which
                lines, where `wanted` does not say it.
            wanted: Window, order and sample.

        Raises:
            QueryError: The query can't be read, is beyond a limit or looks for no words.
        """
        return concordance(self._engine, query, wanted)

    def trends(
        self,
        texts: Sequence[str],
        query: Query | None = None,
        *,
        by: str = "year",
        per: str = "words",
        split: str = "",
    ) -> Trends:
        """How often queries are met over time.

        Args:
            texts: The queries.
            query: Their filters, match and strict.
            by: `year`, `quarter` or `month`.
            per: `words`, `documents` or `none`.
            split: A facet's name, to make a series of each frequent value of one query.

        Raises:
            QueryError: A query can't be read, or looks for no words.
            RequestError: A parameter can't be used.
        """
        return trends(self._engine, texts, query or Query(), by=by, per=per, split=split)

    def collocations(self, query: Query, **parameters: Any) -> Collocations:
        """What stands near a query's matches; as `associations.collocations`."""
        return collocations(self._engine, query, **parameters)

    def keyness(self, query: Query, against: str = "", *, top: int = 50) -> Keyness:
        """What is typical of a query's documents; as `keyness.keyness`."""
        return keyness(self._engine, query, against, top=top)

    def similar(
        self, doc_id: str, query: Query | None = None, *, top: int = SIMILAR
    ) -> SimilarPage:
        """The documents most like one.

        Args:
            doc_id: Its id.
            query: Its filters count.
            top: Documents at most, 1 to `similar.MAX_SIMILAR`.

        Raises:
            DocumentMissing: No document has this id.
            RequestError: A filter's value or `top` can't be used.
        """
        return similar(self._engine, self._handle(doc_id), self._stored_metadata, query, top)

    def content_hash(self, hit: Hit) -> int:
        """64 bits that change with anything that is indexed or shown of a hit's document."""
        return self._engine.content_hash(hit.handle)

    def document(
        self, doc_id: str, query: Query | None = None, *, sentences: bool = True
    ) -> DocumentView:
        """One document, with the words marked that a query matched in it.

        Args:
            doc_id: Its id.
            query: The query, if any.
            sentences: Whether its sentences are wanted, which are read from the text.

        Raises:
            DocumentMissing: No document has this id.
            QueryError: The query can't be read, or is beyond a limit.
        """
        return document_view(self._engine, self._handle(doc_id), query, sentences=sentences)

    def compare(self, doc_id: str, other_id: str, query: Query | None = None) -> "Comparison":
        """Two documents side by side, with the words marked that a query matched in them.

        Raises:
            DocumentMissing: No document has one of the ids.
            RequestError: Both are the same.
            QueryError: The query can't be read, or is beyond a limit.
        """
        from dragoman.search.comparison import compare

        view = self.document(doc_id, query)
        if doc_id == other_id:
            raise RequestError(
                Message(
                    "‘{doc_id}’ can't be compared with itself: name another document", doc_id=doc_id
                )
            )
        return compare(view, self.document(other_id, query))


_HITS_AT_A_TIME = 2_000


def _sort_of(query: Query, parsed: Parsed) -> str:
    """The order of the hits: where all documents are asked for, none is more relevant."""
    if query.sort == "relevance" and isinstance(parsed.node, Everything):
        return "newest"
    return query.sort
