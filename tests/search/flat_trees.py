"""Random texts and flat trees over them, an index of such texts, kernels over altered columns."""

import random
from pathlib import Path
from typing import Any

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexDamaged
from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import Engine, Found, Ranking, open_engine
from dragoman.search.native import _columns_of, kernel_module
from dragoman.search.ordering import Handle
from dragoman.search.results import TermCount
from dragoman.search.tree import AllOf, AnyOf, Exact, Near, Node, Phrase, Wildcard, Word

WORDS = (
    "treaty oil peace nuclear border meeting meet договор мир нефть граница стали missile "
    "tariff tariffs ambassador Лавров санкции summit verification"
).split()
DATES = ["", "2019", "2020-05", "2020-05-31", "2021-01-01T10:32"]
N_DOCS = 700


def text(chance: random.Random, longest: int) -> str:
    """Few words are frequent and many rare; some are repeated side by side."""
    count = chance.randint(0, longest)
    numbers = [min(int(chance.expovariate(0.35)), len(WORDS) - 1) for _ in range(count)]
    return " ".join(WORDS[number] for number in numbers)


def document(chance: random.Random, number: int) -> Document:
    lang = chance.choice(["ru", "en"])
    return Document(f"d{number}", text(chance, 3), text(chance, 60), chance.choice(DATES), lang)


LAYOUTS = ("one segment", "a second small one", "with deletions")


def write_index(folder: Path, layout: str) -> None:
    """Random documents in one of `LAYOUTS`."""
    chance = random.Random(5)
    with WhooshWriter(folder) as writer:
        for number in range(N_DOCS):
            writer.add(document(chance, number), "file")
        writer.commit((), {}, is_checkpoint=True)
        if layout != "one segment":
            writer.add(document(chance, N_DOCS), "file")
            writer.commit((), {}, is_checkpoint=True)
        if layout == "with deletions":
            for number in range(0, N_DOCS, 9):
                writer.delete(f"d{number}")
            writer.commit((), {}, is_checkpoint=True)


def word(chance: random.Random) -> Node:
    return Word(chance.choice(WORDS))


def part(chance: random.Random) -> Node:
    kind = chance.randrange(8)
    if kind == 0:
        return Phrase(tuple(word(chance) for _ in range(chance.choice([1, 2, 2, 3, 4]))))
    if kind == 1:
        unit = chance.choice(["w", "pre"])
        return Near(word(chance), word(chance), unit, chance.choice([1, 2, 5, 30]))
    if kind == 2:
        return Wildcard(chance.choice(["t*", "tar*", "m*", "м*", "сан*", "x*"]))
    if kind == 3:
        return Exact(chance.choice(WORDS))
    return word(chance)


def tree(chance: random.Random) -> Node:
    if chance.random() < 0.4:
        return part(chance)
    parts = tuple(part(chance) for _ in range(chance.choice([2, 2, 3, 8])))
    return chance.choice([AllOf, AnyOf])(parts)


def answered(engine: Engine, node: Node, ranking: Ranking) -> dict[str, object]:
    answer = engine.search(node, ranking)
    return {
        "total": answer.total,
        "occurrences": answer.occurrences,
        "terms": answer.terms,
        "facets": dict(answer.facets),
        "hits": [
            (each.handle, each.score, each.occurrences, each.date_overlap) for each in answer.found
        ],
    }


def opened(folder: Path, kernel: str) -> Any:
    """The index, with the kernel on or off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_KERNEL", kernel)
        engine = open_engine(folder)
        engine.search(Word("oil"), Ranking())
    assert (engine._native is not None) == (kernel != "off")  # type: ignore[attr-defined]
    return engine


def kernel_of(engine: Any, alter: Any) -> Any:
    """A kernel over the columns of an index, with one of them altered."""
    kernel = kernel_module()
    assert kernel is not None
    segments = []
    for segment, scorer in zip(engine._segments, engine._finder.scorers, strict=True):
        arrays, offsets, *checking = _columns_of(segment, scorer.norms)
        segment.columns.file.check()
        segments.append((alter(arrays), offsets, *checking))

    def damaged(number: int) -> None:
        raise IndexDamaged(f"segment {number}")

    return kernel.Index(tuple(segments), damaged, Found, Handle, TermCount)
