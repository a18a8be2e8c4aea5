"""What is counted in an index in the cluster: documents, words, values, over all shards.

In: queries. Out: exact numbers. Statistics are those of the whole index, so that scores are the
same however many shards there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dragoman.indexer.forms import EXACT_MARK
from dragoman.indexer.manifest import doubts_in, failures_in
from dragoman.indexer.opensearch import state
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.packing import unpacked
from dragoman.indexer.opensearch.schema import decoded, forms_index, term, told
from dragoman.search.finding import text_leaves
from dragoman.search.opensearch.compiling import EVERYTHING, any_of, one_of
from dragoman.search.opensearch.scripts import SUM_OF_SCORES, PhrasePart, WordPart, counting
from dragoman.search.opensearch.spans import Query
from dragoman.search.opensearch.vocabulary import ClusterVocabulary
from dragoman.search.ranking import CollectionStatistics
from dragoman.search.results import TermCount
from dragoman.search.segments import TEXT_FIELDS
from dragoman.search.tree import Node, Word, read_back

_PAGE = 10_000
_AT_ONCE = 500
"""Groups of one request."""


class Counting:
    """Counts in one index of documents; safe to share."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index

    def documents(self, query: Query) -> int:
        """Documents that a query finds."""
        return self.numbers([query])[0]

    def numbers(self, queries: Sequence[Query]) -> list[int]:
        """Documents that each of some queries finds."""
        bodies = [{"size": 0, "track_total_hits": True, "query": query} for query in queries]
        answers = self._cluster.searches(bodies, self._index)
        return [int(answer["hits"]["total"]["value"]) for answer in answers]

    def statistics(self) -> CollectionStatistics:
        """What BM25F needs of the whole collection."""
        sums = {name: {"sum": {"field": f"{name}_length"}} for name in TEXT_FIELDS}
        body = {"size": 0, "track_total_hits": True, "aggs": sums}
        answer = self._cluster.search(body, self._index)
        n_docs = int(answer["hits"]["total"]["value"])
        totals = {name: float(of["value"]) for name, of in answer["aggregations"].items()}
        means = {name: totals[name] / max(1, n_docs) for name in TEXT_FIELDS}
        return CollectionStatistics(n_docs, means)

    # Words

    def terms(self, node: Node, vocabulary: ClusterVocabulary) -> tuple[TermCount, ...]:
        """Each word of a tree with its counts in the collection."""
        leaves: dict[str, Node] = {}
        for leaf in text_leaves(node):
            plain = isinstance(leaf, Word) and not leaf.required
            leaves.setdefault(leaf.text if plain else read_back(leaf), leaf)  # type: ignore[union-attr]
        counts = self.occurrences(
            [
                (containing(leaf, vocabulary), WordPart(vocabulary.apart(leaf), TEXT_FIELDS))
                for leaf in leaves.values()
            ]
        )
        return tuple(
            TermCount(text, vocabulary.terms_of(leaf), documents, total)
            for (text, leaf), (documents, total) in zip(leaves.items(), counts, strict=True)
        )

    def occurrences(
        self, wanted: Sequence[tuple[Query, WordPart | PhrasePart]]
    ) -> list[tuple[int, int]]:
        """How many documents some queries find, and how often each one's part occurs in them."""
        bodies = [
            {
                "size": 0, "track_total_hits": True, "query": counting(query, part),
                "aggs": {"occurrences": SUM_OF_SCORES},
            }
            for query, part in wanted
        ]  # fmt: skip
        return [
            (
                int(answer["hits"]["total"]["value"]),
                round(answer["aggregations"]["occurrences"]["value"]),
            )
            for answer in self._cluster.searches(bodies, self._index)
        ]

    def forms(self, vocabulary: ClusterVocabulary) -> dict[str, int]:
        """Every exact form of titles and texts, with about how many documents hold it.

        One shard is asked, and stands for the others; what is in titles only counts less.
        """
        with self._cluster.asked() as client:
            settings = client.indices.get_settings(index=self._index)[self._index]
        shards = int(settings["settings"]["index"]["number_of_shards"])
        counts: dict[str, int] = {}
        forms = list(vocabulary.every_form())
        for at in range(0, len(forms), _PAGE):
            some = {term(EXACT_MARK + form): form for form in forms[at : at + _PAGE]}
            for name in ("words_title", "words_body"):
                for each, documents in self._in_documents(name, list(some)).items():
                    form = some[each]
                    counts[form] = max(counts.get(form, 0), documents * shards)
        return counts

    def _in_documents(self, field: str, terms: Sequence[str]) -> dict[str, int]:
        body = {
            "doc": {field: " ".join(terms)}, "fields": [field], "term_statistics": True,
            "field_statistics": False, "positions": False, "offsets": False,
        }  # fmt: skip
        with self._cluster.asked() as client:
            found = client.termvectors(index=self._index, body=body)["term_vectors"]
        listed = found.get(field, {}).get("terms", {})
        return {each: of["doc_freq"] for each, of in listed.items() if "doc_freq" in of}

    # Values

    def values(self, field: str, query: Query = EVERYTHING) -> dict[str, int]:
        """Every value of a field with how many documents that a query finds have it."""
        composite: dict[str, Any] = {
            "size": _PAGE, "sources": [{"value": {"terms": {"field": field}}}]
        }  # fmt: skip
        counts: dict[str, int] = {}
        while True:
            body = {"size": 0, "query": query, "aggs": {"values": {"composite": composite}}}
            answer = self._cluster.search(body, self._index)["aggregations"]["values"]
            for bucket in answer["buckets"]:
                counts[told(bucket["key"]["value"])] = int(bucket["doc_count"])
            if "after_key" not in answer:
                return counts
            composite["after"] = answer["after_key"]

    def with_any(
        self, field: str, groups: Mapping[str, Sequence[str]], query: Query
    ) -> dict[str, int]:
        """For each group of values of a field, how many documents that a query finds have any."""
        counts: dict[str, int] = {}
        names = list(groups)
        for at in range(0, len(names), _AT_ONCE):
            some = range(at, min(at + _AT_ONCE, len(names)))
            filters = {str(n): one_of(field, groups[names[n]]) for n in some}
            body = {
                "size": 0, "query": query,
                "aggs": {"groups": {"filters": {"filters": filters}}},
            }  # fmt: skip
            answer = self._cluster.search(body, self._index)["aggregations"]["groups"]
            counts |= {names[int(n)]: int(of["doc_count"]) for n, of in answer["buckets"].items()}
        return counts

    # The whole

    def summary(self, found: state.State) -> dict[str, object]:
        """What the index holds, in numbers."""
        names = ("title_length", "body_length", "text_bytes")
        sums = {name: {"sum": {"field": name}} for name in names}
        totals = self._cluster.search({"size": 0, "aggs": sums}, self._index)["aggregations"]
        languages, sources = (self._by_count(f"facets.{name}") for name in ("lang", "source"))
        own = (self._cluster.index(kind) for kind in ("files", "meta"))
        kept = [self._index, forms_index(self._index), *own]
        with self._cluster.asked() as client:
            sizes = client.indices.stats(index=",".join(kept), metric="store,segments")
        files = state.read_files(self._cluster, None)
        failed = [{"path": path, "reason": reason} for path, reason in failures_in(files)]
        return {
            "documents": found.header.documents,
            "words": sum(int(totals[f"{name}_length"]["value"]) for name in TEXT_FIELDS),
            "languages": languages,
            "sources": sources,
            "first_date": self._date("asc"),
            "last_date": self._date("desc"),
            "index_bytes": int(sizes["_all"]["total"]["store"]["size_in_bytes"]),
            "text_bytes": int(totals["text_bytes"]["value"]),
            "files": sum(key[-1:] != "/" for key in files),
            "failed": failed,
            "doubtful": [asdict(doubt) for doubt in doubts_in(files)],
            "roots": [root.path for root in found.header.roots],
            "segments": int(sizes["indices"][self._index]["primaries"]["segments"]["count"]),
            "state": found.header.state,
            "analyzer": found.header.analyzer,
            "version": found.header.version,
            "kernel": "not used: the cluster answers",
        }

    def _by_count(self, field: str) -> dict[str, int]:
        counts = self.values(field)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _date(self, order: str) -> str | None:
        """The first or last date of any document, as it is written there."""
        import json

        body = {
            "size": 1, "query": {"range": {"first": {"gte": 0}}}, "_source": ["about"],
            "sort": [{"first": order}, {"last": order}],
        }  # fmt: skip
        hits = self._cluster.search(body, self._index)["hits"]["hits"]
        if not hits:
            return None
        date: str = json.loads(unpacked(decoded(hits[0]["_source"])).records[0])["date"]
        return date


def containing(
    leaf: Node, vocabulary: ClusterVocabulary, fields: Sequence[str] = TEXT_FIELDS
) -> Query:
    """The documents that hold a leaf in titles or texts."""
    terms = [term(each) for each in vocabulary.terms_of(leaf)]
    return any_of([one_of(f"words_{field}", terms) for field in fields])
