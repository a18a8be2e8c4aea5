"""Phrases found from pairs of frequent words, beside phrases read word by word."""

import random
from pathlib import Path

import pytest

from dragoman.indexer import adjacency
from dragoman.indexer.analysis import analyze, analyze_word
from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import phrases
from dragoman.search.engine import Ranking, open_engine
from dragoman.search.tree import Exact, Node, Phrase, Wildcard, Word

WORDS = "the meeting met of meetings treaty договор о мире of the".split()


def written(folder: Path, chance: random.Random) -> dict[str, Document]:
    documents = {}
    for _ in range(3):
        with WhooshWriter(folder) as writer:
            for _ in range(15):
                doc_id = f"d{chance.randrange(60)}"
                title, text = (
                    " ".join(chance.choices(WORDS, k=chance.randint(0, n))) for n in (4, 40)
                )
                documents[doc_id] = Document(doc_id, title, text)
                writer.add(documents[doc_id], "file")
            writer.commit((), {})
    return documents


def stands(part: Node, keys: tuple[str, ...], exact: str) -> bool:
    if isinstance(part, Wildcard):
        return exact.startswith("=" + part.pattern[:-1])
    assert isinstance(part, Word | Exact)
    (word,) = analyze_word(part.text)
    return word.exact == exact if isinstance(part, Exact) else bool(set(word.keys) & set(keys))


def occurrences(parts: tuple[Node, ...], text: str) -> int:
    """Places of the phrase from the left, none overlapping another."""
    tokens = analyze(text)
    count, at = 0, 0
    while at + len(parts) <= len(tokens):
        window = tokens[at : at + len(parts)]
        if all(stands(p, t.keys, t.exact) for p, t in zip(parts, window, strict=True)):
            count, at = count + 1, at + len(parts)
        else:
            at += 1
    return count


@pytest.mark.parametrize("worth_a_pair", [0, 10**9])
def test_pairs_find_what_the_words_one_by_one_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worth_a_pair: int
) -> None:
    monkeypatch.setattr(adjacency, "MIN_FREQUENT", 1)
    monkeypatch.setattr(phrases, "_WORTH_A_PAIR", worth_a_pair)
    chance = random.Random(3)
    documents = written(tmp_path, chance)
    engine = open_engine(tmp_path)
    for _ in range(120):
        parts = tuple(
            chance.choice([Word(word), Word(word), Exact(word), Wildcard(word[:2] + "*")])
            for word in chance.choices(WORDS, k=chance.randint(2, 4))
        )
        expected = {
            doc_id: n
            for doc_id, d in documents.items()
            if (n := occurrences(parts, d.title) + occurrences(parts, d.text))
        }
        answer = engine.search(Phrase(parts), Ranking(size=100, facets=False))
        found = {engine.stored(f.handle)["id"]: f.occurrences for f in answer.found}
        assert found == expected, parts
        assert answer.occurrences == sum(expected.values())


def test_every_place_of_two_frequent_words_is_a_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjacency, "MIN_FREQUENT", 1)
    with WhooshWriter(tmp_path) as writer:
        writer.add(Document("a", "of the", "of the treaty of the meeting"), "file")
        writer.add(Document("b", "", "the of"), "file")
        writer.commit((), {})
    columns = open_engine(tmp_path)._segments[0].columns  # type: ignore[attr-defined]
    of, the = (columns.list_number("text", columns.term_number(word)) for word in (b"of", b"the"))
    keys = columns.file.array("pairs.keys").tolist()
    at = keys.index((of << 32) | the)
    start, stop = columns.file.array("pairs.offsets")[at : at + 2].tolist()
    # of the | of the treaty of the meeting | | the of: positions 0, 3 and 6 (2 and 9 are gaps)
    assert columns.file.array("pairs.positions")[start:stop].tolist() == [0, 3, 6]
