"""The engine against the slow definition of the query language, on random trees and texts.

`DRAGOMAN_COLLECTIONS=500` compares on that many random collections instead of a few.
"""

import os
import random
from pathlib import Path

import pytest
from agreement import check
from random_queries import Trees, collection
from reference import Everyone, ReferenceDocument

from dragoman.indexer.store import WhooshWriter
from dragoman.search.engine import open_engine
from dragoman.search.syntax import parse
from dragoman.search.tree import read_back

N_COLLECTIONS = int(os.environ.get("DRAGOMAN_COLLECTIONS", "16"))
N_TREES = 50


def indexed(
    folder: Path, documents: list[ReferenceDocument], chance: random.Random
) -> list[ReferenceDocument]:
    """Writes documents in several segments, deletes and replaces some; returns those that remain.

    Whether a segment holds deleted documents, and whether one is merged away, is left to chance.
    """
    live = {document.doc_id: document for document in documents}
    with WhooshWriter(folder) as writer:
        for document in documents:
            writer.add(document.document, "test")
            if chance.random() < 0.4:
                writer.commit((), {})
        writer.commit((), {})
        for document in documents:
            if chance.random() < 0.2:
                writer.delete(document.doc_id)
                del live[document.doc_id]
            elif chance.random() < 0.1:
                writer.add(document.document, "test")
        writer.commit((), {})
    return list(live.values())


@pytest.mark.parametrize("seed", range(N_COLLECTIONS))
def test_documents_occurrences_and_marks_are_those_of_the_definition(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    documents = collection(chance)
    live = indexed(tmp_path / "index", documents, chance)
    Everyone(live)
    engine = open_engine(tmp_path / "index")
    trees = Trees(chance)
    for _ in range(N_TREES):
        node = trees.tree()
        check(engine, live, node)
        again = parse(read_back(node)).node  # flat, and with common words optional
        check(engine, live, again)
    engine.close()
