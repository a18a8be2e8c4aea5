"""Whoosh's own Searcher on the same directory: the same documents and, word by word, the scores."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import index, query, scoring

from dragoman.indexer.analysis import analyze, analyze_word
from dragoman.indexer.codec import build_schema
from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Engine, Ranking, open_engine
from dragoman.search.ranking import FIELD_WEIGHTS, K1, B, idf
from dragoman.search.tree import AllOf, AnyOf, Exact, FieldFilter, Node, Not, Phrase, Wildcard, Word

CANDIDATES = "treaty oil peace nuclear border договор мир нефть граница ядерный 1991 G20".split()
WORDS = [word for word in CANDIDATES if len(analyze_word(word)[0].keys) == 1]
"""Words with one key each: Whoosh knows no groups of synonyms."""
N_QUERIES = 60


class OneFieldBM25F(scoring.WeightingModel):  # type: ignore[misc]
    """Our BM25F for one field, with statistics of the documents that are not deleted."""

    def __init__(self, documents: dict[str, Document]) -> None:
        self.keys = {
            name: [[key for token in analyze(getattr(d, attribute)) for key in token.keys]
                   for d in documents.values()]
            for name, attribute in (("title", "title"), ("body", "text"))
        }  # fmt: skip
        self.lengths = {
            name: [len(analyze(getattr(d, attribute))) for d in documents.values()]
            for name, attribute in (("title", "title"), ("body", "text"))
        }
        self.n_docs = len(documents)

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> "_Scorer":
        key = text.decode("utf-8") if isinstance(text, bytes) else text
        n_with = sum(key in keys for keys in self.keys[fieldname])
        mean = sum(self.lengths[fieldname]) / self.n_docs
        return _Scorer(searcher, fieldname, idf(self.n_docs, n_with), mean)


class _Scorer(scoring.WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, fieldname: str, weight: float, mean: float) -> None:
        self.dfl = lambda docid: searcher.doc_field_length(docid, fieldname, 1)
        self.field_weight, self.weight, self.mean = FIELD_WEIGHTS[fieldname], weight, mean

    def supports_block_quality(self) -> bool:
        return False

    def _score(self, count: float, length: float) -> float:
        frequency = self.field_weight * count / (1 - B + B * length / self.mean)
        return self.weight * (K1 + 1) * frequency / (frequency + K1)


@pytest.fixture(scope="module", params=[1, 2, 3])
def collection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, Document], random.Random]]:
    """Several segments, some documents deleted, some replaced."""
    chance = random.Random(request.param)
    folder = tmp_path_factory.mktemp("index")
    documents: dict[str, Document] = {}

    def text(longest: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, longest)))

    for n_docs in (40, 7, 3):
        with WhooshWriter(folder) as writer:
            for _ in range(n_docs):
                doc_id = f"d{chance.randrange(60)}"
                documents[doc_id] = Document(doc_id, text(4), text(60))
                writer.add(documents[doc_id], "file")
            for doc_id in chance.sample(sorted(documents), 3):
                writer.delete(doc_id)
                del documents[doc_id]
            writer.commit((), {}, is_checkpoint=True)
    yield folder, documents, chance


Pair = tuple[Node, query.Query]


def word(chance: random.Random, field: str) -> Pair:
    text = chance.choice(WORDS)
    (key,) = analyze_word(text)[0].keys
    return Word(text), query.Term(field, key)


def all_of(chance: random.Random, field: str) -> Pair:
    ours, theirs = zip(*(word(chance, field) for _ in range(chance.randint(2, 3))), strict=True)
    return AllOf(ours), query.And(list(theirs))


def any_of(chance: random.Random, field: str) -> Pair:
    ours, theirs = zip(*(word(chance, field) for _ in range(chance.randint(2, 4))), strict=True)
    return AnyOf(ours), query.Or(list(theirs))


def without(chance: random.Random, field: str) -> Pair:
    ours, theirs = word(chance, field)
    no, never = word(chance, field)
    return AllOf((ours, Not(no))), query.And([theirs, query.Not(never)])


def negative(chance: random.Random, field: str) -> Pair:
    ours, theirs = word(chance, field)
    # Whoosh's Not alone also finds a deleted document behind the last match.
    return Not(ours), query.And([query.Every(), query.Not(theirs)])


def phrase(chance: random.Random, field: str) -> Pair:
    ours, theirs = zip(*(word(chance, field) for _ in range(chance.randint(2, 3))), strict=True)
    return Phrase(ours), query.Phrase(field, [term.text for term in theirs])


def prefix(chance: random.Random, field: str) -> Pair:
    start = chance.choice(WORDS)[:2].casefold()
    return Wildcard(start + "*"), query.Prefix(field, "=" + start)


def exact(chance: random.Random, field: str) -> Pair:
    text = chance.choice(WORDS)
    return Exact(text), query.Term(field, analyze_word(text)[0].exact)


def ours_found(engine: Engine, node: Node, field: str) -> dict[str, float]:
    answer = engine.search(FieldFilter(field, node), Ranking(size=1000, facets=False))
    assert answer.total == len(answer.found)
    return {engine.stored(found.handle)["id"]: found.score for found in answer.found}


@pytest.mark.parametrize("make", [word, all_of, any_of, without, negative, phrase, prefix, exact])
@pytest.mark.parametrize("field", ["title", "body"])
def test_whoosh_finds_the_same_documents(
    collection: tuple[Path, dict[str, Document], random.Random],
    make: Callable[[random.Random, str], Pair],
    field: str,
) -> None:
    folder, documents, chance = collection
    engine = open_engine(folder)
    opened = index.open_dir(str(folder), schema=build_schema())
    assert len(opened.reader().leaf_readers()) > 1
    with opened.searcher(weighting=OneFieldBM25F(documents)) as searcher:
        for _ in range(N_QUERIES // 4):
            ours, theirs = make(chance, field)
            found = {hit["id"] for hit in searcher.search(theirs, limit=None)}
            assert set(ours_found(engine, ours, field)) == found, theirs


@pytest.mark.parametrize("make", [word, all_of, any_of, without, exact])
@pytest.mark.parametrize("field", ["title", "body"])
def test_whoosh_gives_the_same_scores_with_our_weighting(
    collection: tuple[Path, dict[str, Document], random.Random],
    make: Callable[[random.Random, str], Pair],
    field: str,
) -> None:
    folder, documents, chance = collection
    engine = open_engine(folder)
    opened = index.open_dir(str(folder), schema=build_schema())
    weighting = OneFieldBM25F(documents)
    if make is exact:  # the same statistics, by exact forms
        weighting.keys = {
            name: [[token.exact for token in analyze(getattr(d, attribute))]
                   for d in documents.values()]
            for name, attribute in (("title", "title"), ("body", "text"))
        }  # fmt: skip
    with opened.searcher(weighting=weighting) as searcher:
        for _ in range(N_QUERIES // 4):
            ours, theirs = make(chance, field)
            constant = 1.0 if make is without else 0.0  # what Whoosh adds for a Not
            scores = {
                hit["id"]: hit.score - constant
                for hit in searcher.search(theirs, limit=None, terms=False)
            }
            assert ours_found(engine, ours, field) == pytest.approx(scores), theirs
