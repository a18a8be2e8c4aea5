"""One contract for both engines: the same documents, marks, counts and scores for any query.

The cluster's engine is compared with the slow definition of the query language, and with the
embedded engine over the same documents. `DRAGOMAN_COLLECTIONS=500` compares on that many random
collections instead of a few.
"""

import math
import os
import random
from pathlib import Path

import pytest
from agreement import check
from random_queries import Trees, collection
from reference import Everyone, ReferenceDocument, finds

from dragoman.indexer.documents import Document
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.indexer.store import IndexWriter, WhooshWriter
from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.opensearch.engine import OpenSearchEngine
from dragoman.search.syntax import parse
from dragoman.search.tree import Node, read_back

pytestmark = pytest.mark.cluster
N_COLLECTIONS = int(os.environ.get("DRAGOMAN_COLLECTIONS", "8"))
N_TREES = 50


def write(writer: IndexWriter, documents: list[ReferenceDocument], chance: random.Random) -> set:
    """Adds, replaces and deletes documents in several commits; returns the ids that remain."""
    live = {document.doc_id for document in documents}
    for document in documents:
        writer.add(document.document, "test")
        if chance.random() < 0.4:
            writer.commit((), {})
    writer.commit((), {})
    for document in documents:
        if chance.random() < 0.2:
            writer.delete(document.doc_id)
            live.discard(document.doc_id)
        elif chance.random() < 0.1:
            writer.add(document.document, "test")
    writer.commit((), {})
    return live


def compare(one: Engine, other: Engine, node: Node, chance: random.Random) -> None:
    """What both engines answer, under random filters and in a random order."""
    filters = {}
    if chance.random() < 0.3:
        filters["speaker"] = ("Sergey Lavrov",)
    if chance.random() < 0.3:
        filters["lang"] = tuple(chance.sample(["ru", "en"], chance.randint(1, 2)))
    if chance.random() < 0.2:
        filters["date"] = ("2019..2020-05",)
    sort = chance.choice(["relevance", "relevance", "newest", "oldest", "title"])
    ranking = Ranking(filters=filters, sort=sort, size=100)
    expected, found = one.search(node, ranking), other.search(node, ranking)
    assert found.total == expected.total, node
    assert dict(found.facets) == dict(expected.facets), (node, filters)
    assert found.occurrences == expected.occurrences, (node, filters)
    ids = [one.stored(each.handle)["id"] for each in expected.found]
    scores = dict(zip(ids, (each.score for each in expected.found), strict=True))
    found_ids = [other.stored(each.handle)["id"] for each in found.found]
    assert sorted(found_ids) == sorted(ids)
    for doc_id, each in zip(found_ids, found.found, strict=True):
        assert math.isclose(each.score, scores[doc_id], rel_tol=1e-6, abs_tol=1e-9), (node, doc_id)
    if found_ids != ids:  # only what scores alike up to rounding may change places
        for a, b in zip(found_ids, ids, strict=True):
            assert sort == "relevance"
            assert math.isclose(scores[a], scores[b], rel_tol=1e-6), node
    assert [each.date_overlap for each in found.found] == [
        {i: e.date_overlap for i, e in zip(ids, expected.found, strict=True)}[i] for i in found_ids
    ]
    assert [term.documents for term in found.terms] == [t.documents for t in expected.terms]
    by = chance.choice(["year", "quarter", "month"])
    assert other.counts_over_time(node, filters, by) == one.counts_over_time(node, filters, by)


@pytest.mark.parametrize("seed", range(N_COLLECTIONS))
def test_documents_occurrences_marks_scores_and_facets_are_those_of_the_embedded_engine(
    tmp_path: Path, cluster_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    documents = collection(chance)
    with OpenSearchWriter(Cluster(cluster_url), "here") as writer:
        live = write(writer, documents, random.Random(seed))
    with WhooshWriter(tmp_path / "index") as writer:
        assert write(writer, documents, random.Random(seed)) == live
    remaining = [document for document in documents if document.doc_id in live]
    Everyone(remaining)
    embedded, engine = open_engine(tmp_path / "index"), OpenSearchEngine(cluster_url)
    assert engine.info == embedded.info
    trees = Trees(chance)
    for _ in range(N_TREES):
        node = trees.tree()
        for each in (node, parse(read_back(node)).node):
            check(engine, remaining, each)
            compare(embedded, engine, each, chance)
    engine.close()
    embedded.close()


TITLE = "They left. Talks on peace began. War was over"
TEXT = (
    "Talks on peace. War, war again. Yes. No. They want peace in Europe. Europe agreed.\n\n"
    "War on talks. Peace"
)
QUERIES = [
    # where a sentence ends, and is of one word
    "talks /s peace", "peace /s war", "war /s again", "yes /s no", "want /s europe", "no /s they",
    "europe /s agreed", "talks /p agreed", "agreed /p war", "left /s talks", "war /s over",
    # phrases that may begin anew before they have ended
    '"war *"', '"war =war"', '"war war"', '"war wars"', '"peace *"', '"* war"',
    # words with one key and with several, in titles and texts
    '"talks on" OR "want peace"', "talks OR war^3 OR title:peace", "wa*", '"on peace"^2 war',
]  # fmt: skip


def test_sentences_phrases_and_titles_are_told_as_by_the_definition(cluster_url: str) -> None:
    documents = [
        ReferenceDocument(Document("d0", TITLE, TEXT, lang="en")),
        ReferenceDocument(Document("d1", "Wars", "War. Peace in our time", lang="en")),
    ]
    Everyone(documents)
    with OpenSearchWriter(Cluster(cluster_url), "here") as writer:
        for document in documents:
            writer.add(document.document, "test")
        writer.commit((), {})
    engine = OpenSearchEngine(cluster_url)
    for query in QUERIES:
        node = parse(query).node
        check(engine, documents, node)
        expected = {d.doc_id for d in documents if finds(node, d)}
        assert engine.search(node, Ranking(sort="newest")).total == len(expected), query
    engine.close()


def test_a_query_of_more_words_than_a_cluster_takes_clauses_is_scored_alike(
    tmp_path: Path, cluster_url: str
) -> None:
    """The words beyond the cluster's limit are looked up by a script."""
    words = [f"w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(250)]
    documents = [
        ReferenceDocument(
            Document(f"d{n}", " ".join(words[n::50]), " ".join(words[n::7] * 3), lang="en")
        )
        for n in range(7)
    ]
    embedded_writer = WhooshWriter(tmp_path / "index")
    for writer in (OpenSearchWriter(Cluster(cluster_url), "here"), embedded_writer):
        with writer:
            for document in documents:
                writer.add(document.document, "test")
            writer.commit((), {})
    embedded, engine = open_engine(tmp_path / "index"), OpenSearchEngine(cluster_url)
    node = parse(" OR ".join(words)).node
    compare(embedded, engine, node, random.Random(4))
    expected = embedded.search(node, Ranking())
    found = engine.search(node, Ranking())
    assert [e.score for e in found.found] == pytest.approx([e.score for e in expected.found])
    engine.close()
    embedded.close()
