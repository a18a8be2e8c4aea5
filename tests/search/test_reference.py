"""The engine against the slow definition of the query language, on random trees and texts."""

from pathlib import Path

import pytest
from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Ranking, open_engine
from dragoman.search.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Boost,
    Exact,
    FieldFilter,
    Fuzzy,
    Near,
    Node,
    Not,
    Optional,
    Phrase,
    Wildcard,
    Window,
    Word,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import ReferenceDocument, finds, marks, occurrences

WORDS = ["peace", "wars", "war", "мира", "миру", "мир", "нефть", "нефти", "x"]

leaves = st.one_of(
    st.sampled_from(WORDS).map(Word),
    st.sampled_from(WORDS).map(Exact),
    st.sampled_from(["w*", "*а", "м?р", "пе*", "*e*"]).map(Wildcard),
    st.tuples(st.sampled_from(["мира", "wars", "pace"]), st.integers(1, 2)).map(
        lambda fuzzy: Fuzzy(*fuzzy)
    ),
)
phrases = st.lists(leaves, min_size=1, max_size=3).map(lambda parts: Phrase(tuple(parts)))
windows = st.tuples(st.lists(leaves, min_size=2, max_size=3), st.integers(0, 3)).map(
    lambda window: Window(tuple(window[0]), window[1])
)
alternatives = st.lists(st.one_of(leaves, phrases), min_size=2, max_size=3).map(
    lambda nodes: AnyOf(tuple(nodes))
)
operands = st.one_of(leaves, phrases, alternatives)


def near(left: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(
        left, operands, st.sampled_from(["w", "pre", "s", "p"]), st.integers(1, 4)
    ).map(lambda n: Near(n[0], n[1], n[2], n[3] if n[2] in ("w", "pre") else 0))


positional = st.one_of(leaves, phrases, windows, near(operands), near(near(operands)))


def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(st.one_of(inner, leaves.map(Optional)), min_size=1, max_size=2)
    return st.one_of(
        st.tuples(inner, several).map(lambda nodes: AllOf((nodes[0], *nodes[1]))),
        st.tuples(inner, several).map(lambda nodes: AnyOf((nodes[0], *nodes[1]))),
        inner.map(Not),
        st.tuples(inner, st.sampled_from([0.5, 2.0])).map(lambda boost: Boost(*boost)),
        st.tuples(st.integers(1, 3), positional).map(lambda least: AtLeast(*least)),
        st.tuples(st.sampled_from(["title", "body"]), positional).map(
            lambda filtered: FieldFilter(*filtered)
        ),
    )


trees = st.recursive(positional, joined, max_leaves=6)
texts = st.lists(
    st.sampled_from([*WORDS, "x.", "x.\n\n", "y", "Y. Z"]), min_size=0, max_size=14
).map(" ".join)
collections = st.lists(st.tuples(texts, texts), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(collections, st.lists(trees, min_size=8, max_size=8), st.integers(0, 4))
def test_documents_occurrences_and_marks_are_those_of_the_definition(
    scratch: Path, collection: list[tuple[str, str]], nodes: list[Node], deleted: int
) -> None:
    folder = scratch / str(len(list(scratch.iterdir())))
    documents = [
        ReferenceDocument(f"d{n}", {"title": title, "body": body})
        for n, (title, body) in enumerate(collection)
    ]
    with WhooshWriter(folder) as writer:  # two segments, and a deletion in one of them
        for n, document in enumerate(documents):
            title, body = document.fields["title"], document.fields["body"]
            writer.add(Document(document.doc_id, title, body), "test")
            if n == len(documents) // 2:
                writer.commit((), {})
        writer.delete(f"d{deleted}")
        writer.commit((), {})
    live = [document for document in documents if document.doc_id != f"d{deleted}"]
    engine = open_engine(folder)
    for node in nodes:
        expected = {d.doc_id: occurrences(node, d) for d in live if finds(node, d)}
        answer = engine.search(node, Ranking(size=100))
        assert {
            engine.stored(found.handle)["id"]: found.occurrences for found in answer.found
        } == expected, node
        assert answer.total == len(expected)
        assert answer.occurrences == sum(expected.values())
        for found in answer.found:
            doc_id = engine.stored(found.handle)["id"]
            document = documents[int(doc_id[1:])]
            title, body = engine.matches(node, found.handle)
            assert list(title.marks) == marks(node, document, "title"), node
            assert list(body.marks) == marks(node, document, "body"), node
            assert engine.text(found.handle) == document.fields["body"]
