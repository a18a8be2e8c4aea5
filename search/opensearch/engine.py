"""The engine over an index in an OpenSearch cluster.

In: trees. Out: ranked documents, counts and matches. What the cluster can tell exactly it is asked
for (`cluster_search`); what it can't is found by evaluating the tree over the documents that may
fit, fetched to this machine (`local_engine`). Where words matched in a document is always found
here, by the code of the embedded engine.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from dragoman.indexer.opensearch import state
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.schema import document_name, term
from dragoman.indexer.opensearch.tables import Tables, read_tables
from dragoman.search.associations import WordCounts
from dragoman.search.concordance import LinesFound, LinesWanted
from dragoman.search.engine import Answer, FieldMatches, Ranking, TextLayout
from dragoman.search.filtering import ranges_of
from dragoman.search.keyness import PartCounts
from dragoman.search.opensearch.alike import alike
from dragoman.search.opensearch.cluster_search import ClusterSearch
from dragoman.search.opensearch.compiling import Compiled, Compiler, both, in_dates, in_facets
from dragoman.search.opensearch.counting import Counting
from dragoman.search.opensearch.fetching import Fetching
from dragoman.search.opensearch.local_engine import Fetched, LocalEngine, numbers_in
from dragoman.search.opensearch.names import Names
from dragoman.search.opensearch.occurring import is_counted
from dragoman.search.opensearch.over_time import counted_over_time
from dragoman.search.opensearch.related import ClusterRelated
from dragoman.search.opensearch.spans import Query
from dragoman.search.opensearch.vocabulary import ClusterVocabulary
from dragoman.search.ordering import Handle
from dragoman.search.ranking import CollectionStatistics, ScoredPart, scored_parts
from dragoman.search.results import IndexInfo, TermCount, Version
from dragoman.search.similar import AlikeFound
from dragoman.search.tree import AnyOf, Everything, Node, in_turns
from dragoman.search.trends import Counted

_WEIGHTS_KEPT = 10_000


class OpenSearchEngine:
    """An open index in a cluster; safe to share.

    Args:
        url: Of the cluster.

    Raises:
        ClusterError: The cluster can't be reached or used.
        IndexMissing: There is no index.
        IndexStale: Another version built it.
        IndexDamaged: What is kept about it can't be read.
    """

    def __init__(self, url: str) -> None:
        self.cluster = Cluster(url, for_reading=True)
        self.cluster.check()
        found = state.read_state(self.cluster)
        if found is None:
            raise self.cluster.missing()
        self._state = found
        self.index = found.documents
        header = found.header
        self.info = IndexInfo(
            state=header.state,
            documents=header.documents,
            analyzer=header.analyzer,
            version=header.version,
        )
        self.vocabulary = ClusterVocabulary(self.cluster, self.index)
        self.counting = Counting(self.cluster, self.index)
        self._fetching = Fetching(self)
        self.names = Names(
            lambda: dict(self._tables.persons.values),
            lambda kind: sorted(self.counting.values(f"facets.{kind}")),
            lambda leaf, segment: numbers_in(self.vocabulary.terms_of(leaf), segment),
        )
        self._weights: dict[tuple[Node, tuple[str, ...]], int] = {}

    @cached_property
    def _tables(self) -> Tables:
        return read_tables(self.cluster, self._state.tables)

    def is_current(self) -> bool:
        """Whether no newer generation has been committed since it was opened."""
        found = state.read_state(self.cluster)
        return found is not None and found.generation == self._state.generation

    def close(self) -> None:
        """Lets go what was fetched, and the connections."""
        self._fetching.close()
        self.cluster.client.close()

    # The collection

    @cached_property
    def statistics(self) -> CollectionStatistics:
        """What BM25F needs of the whole collection, over all shards."""
        return self.counting.statistics()

    def compiled(self, node: Node, fields: tuple[str, ...] = ("title", "body")) -> Compiled:
        """The query that finds a tree's documents."""
        return Compiler(self._cluster_terms, self.names.spelled).compiled(node, fields)

    def _cluster_terms(self, leaf: Node) -> tuple[str, ...]:
        return tuple(map(term, self.vocabulary.terms_of(leaf)))

    def documents_with(self, part: ScoredPart) -> int:
        """Documents of the whole index that hold a part of a tree."""
        return self.documents_with_each([part])[0]

    def documents_with_each(self, parts: Sequence[ScoredPart]) -> list[int]:
        """The same for several parts, asked for at once."""
        keys = [(part.node, part.fields) for part in parts]
        found = {key: self._weights[key] for key in keys if key in self._weights}
        new = {key: part for key, part in zip(keys, parts, strict=True) if key not in found}
        compiled = {key: self.compiled(*key) for key in new}
        exact = [key for key in new if compiled[key].is_exact]
        counts = self.counting.numbers([compiled[key].query for key in exact])
        found |= dict(zip(exact, counts, strict=True))
        for key in new.keys() - found.keys():
            candidates = self._fetching.candidates(compiled[key].query, key[0])
            found[key] = candidates.documents_with(new[key])
        if len(self._weights) + len(new) > _WEIGHTS_KEPT:
            self._weights.clear()
        self._weights |= {key: found[key] for key in new}
        return [found[key] for key in keys]

    def terms(self, node: Node) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        return self.counting.terms(in_turns(node), self.vocabulary)

    def form_counts(self) -> Mapping[str, int]:
        """Every exact form of titles and texts, with about how many documents hold it."""
        return self.counting.forms(self.vocabulary)

    def speaker_counts(self) -> Mapping[str, int]:
        """Every speaker as spelled in a source, with how many documents spell it so."""
        counts = self.counting.values("facets.speaker")
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    # Search

    def search(self, node: Node, ranking: Ranking) -> Answer:
        """The documents that a tree finds, ranked."""
        node = in_turns(node)
        compiled = self.compiled(node)
        dates = self.dates(ranking.filters)
        query = both([compiled.query, *dates])
        parts = list(scored_parts(node)) if ranking.sort == "relevance" else []
        if compiled.is_exact and all(
            is_counted(part.node, part.fields, self.vocabulary) for part in parts
        ):
            return ClusterSearch(self, self._fetching, node, query, parts, ranking).answer()
        return self._found_here(node, query, ranking)

    def _found_here(self, node: Node, query: Query, ranking: Ranking) -> Answer:
        """The same, found among the documents that a query of the cluster lets through."""
        local = self._fetching.candidates(query, node)
        answer = local.search(node, ranking)
        names = {found.handle: local.name(found.handle) for found in answer.found}
        self._fetching.announce(list(names.values()))

        def counts() -> Mapping[str, int]:
            of_page = answer.found[0].counts() if answer.found else {}
            return {names[handle]: n for handle, n in of_page.items()}

        return answer._replace(
            found=tuple(
                found._replace(handle=names[found.handle], counts=counts) for found in answer.found
            ),
            terms=self.counting.terms(node, self.vocabulary),
            matches=lambda handle: self.matches(node, handle),
        )

    def dates(self, filters: Mapping[str, Sequence[str]]) -> list[Query]:
        """What finds the documents of the dates that are filtered by, where any are."""
        ranges = ranges_of(filters)
        return [in_dates(ranges)] if ranges else []

    def facet_filters(self, filters: Mapping[str, Sequence[str]]) -> dict[str, Query]:
        """For each facet that is filtered by, what finds the documents with one of its values."""
        meant = {
            name: self.names.spelled_as(name, values) if name == "speaker" else values
            for name, values in filters.items()
            if name != "date"
        }
        return dict(zip(meant, in_facets(meant), strict=True))

    def under_filters(self, filters: Mapping[str, Sequence[str]]) -> Query:
        """What finds all documents that filters let through."""
        return both([*self.dates(filters), *self.facet_filters(filters).values()])

    def _local(self, node: Node, filters: Mapping[str, Sequence[str]]) -> LocalEngine:
        """All documents that a tree and filters may let through, fetched to this machine."""
        compiled = self.compiled(in_turns(node))
        query = both([compiled.query, self.under_filters(filters)])
        return self._fetching.candidates(query)

    # What stands around

    def lines(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], wanted: LinesWanted
    ) -> LinesFound:
        """The lines of a concordance of a tree."""
        return self._local(node, filters).lines(node, filters, wanted)

    def counts_over_time(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], by: str
    ) -> Counted:
        """What a tree finds in each year, quarter or month."""
        return counted_over_time(self, self._fetching, in_turns(node), filters, by)

    def words_near(
        self, node: Node, filters: Mapping[str, tuple[str, ...]], window: int | None
    ) -> WordCounts:
        """The words near a tree's matches: in a window on each side, or (None) in the sentence."""
        return self._local(Everything(), filters).words_near(node, filters, window)

    def words_of(
        self,
        node: Node,
        filters: Mapping[str, tuple[str, ...]],
        other: Node | None,
        other_filters: Mapping[str, tuple[str, ...]],
    ) -> tuple[PartCounts, PartCounts]:
        """The words of a tree's documents, and those of another's or of all the rest."""
        both_sides = Everything() if other is None else AnyOf((node, other))
        local = self._local(both_sides, other_filters)
        return local.words_of(node, filters, other, other_filters)

    def similar(self, handle: str, filters: Mapping[str, tuple[str, ...]], top: int) -> AlikeFound:
        """The `top` documents most like one, by its most telling words; never itself."""
        return alike(self, self._fetching, handle, filters, top)

    # One document

    def _at(self, handle: str) -> tuple[LocalEngine, Handle]:
        return self._fetching.place(handle)

    def matches(self, node: Node, handle: str) -> tuple[FieldMatches, FieldMatches]:
        """Where a tree matched in a document's title and in its text."""
        local, place = self._at(handle)
        return local.matches(node, place)

    def layout(self, handle: str) -> TextLayout:
        """The length, sentences and paragraphs of a document's text."""
        local, place = self._at(handle)
        return local.layout(place)

    def stored(self, handle: str) -> dict[str, Any]:
        """What is stored of a document besides its text (`forward.record_of`)."""
        local, place = self._at(handle)
        record = Fetched(local.stored(place))
        record.beside = local
        return record

    def content_hash(self, handle: str) -> int:
        """64 bits that change with anything that is indexed or shown of a document."""
        local, place = self._at(handle)
        return local.content_hash(place)

    def text(self, handle: str, start: int = 0, end: int | None = None) -> str:
        """A document's text, or the part of it between two code points."""
        local, place = self._at(handle)
        return local.text(place, start, end)

    def person(self, spelling: str) -> str:
        """What stands for the speaker or voice so spelled, under all its spellings."""
        return self.names.value(spelling)

    def handle_of(self, doc_id: str) -> str | None:
        """The document with an id, or None."""
        name = document_name(doc_id)
        return name if self.counting.documents({"ids": {"values": [name]}}) else None

    # What belongs together

    @cached_property
    def _related(self) -> ClusterRelated:
        return ClusterRelated(self.cluster, self.index, self.counting, self._tables.relations)

    def versions_of(self, record: Mapping[str, Any]) -> list[Version]:
        """The other language versions of a stored document, by language and id."""
        if isinstance(record, Fetched):
            self._related.expect(record.beside)
        return self._related.versions_of(record)

    def near_identical_to(self, record: Mapping[str, Any]) -> list[str]:
        """Rising ids of the documents that are near-identical to a stored one."""
        return self._related.near_identical_to(record)

    def has_near_groups(self) -> bool:
        """Whether any documents are near-identical."""
        return len(self._tables.relations.near) > 0

    def near_group(self, handle: str) -> int | None:
        """The number of a document's group of near-identical ones; None where it has none."""
        if not self.has_near_groups():
            return None
        return self._tables.relations.group(self.content_hash(handle))

    def summary(self) -> dict[str, object]:
        """What the index holds, in numbers (`info --json`)."""
        return self.counting.summary(self._state)
