"""What belongs together and who is who in a cluster, after any history of commits."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dragoman.indexer import codec, manifest
from dragoman.indexer.choice import chosen
from dragoman.indexer.collection import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.manifest import FileEntry
from dragoman.indexer.opensearch import committing, neighbours
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.documents import Documents, Segments
from dragoman.indexer.opensearch.state import read_state
from dragoman.indexer.opensearch.tables import Tables, read_tables
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.indexer.relations import Relations, read_relations
from dragoman.indexer.store import IndexWriter, WhooshWriter
from dragoman.search.engine import open_engine

pytestmark = pytest.mark.cluster
FILES = {"file": FileEntry("file", 1, 1, "")}
NAMES = {"Sergey Lavrov": ("Minister L.",)}
NAMED = [
    ("Reykjavik", "Рейкьявике"), ("Lisbon", "Лиссабоне"), ("Ankara", "Анкаре"),
    ("Canberra", "Канберре"), ("Tirana", "Тиране"), ("Bishkek", "Бишкеке"),
    ("Blinken", "Блинкеном"), ("Borrell", "Борреллем"), ("Cavusoglu", "Чавушоглу"),
    ("Gromyko", "Громыко"), ("Kissinger", "Киссинджером"), ("Matvienko", "Матвиенко"),
    ("Peskov", "Песковым"), ("Baerbock", "Бербок"), ("Kuleba", "Кулебой"), ("Duda", "Дудой"),
    ("Sandu", "Санду"), ("Belgrade", "Белграде"), ("Minsk", "Минске"), ("Vilnius", "Вильнюсе"),
]  # fmt: skip
SPEAKERS = ["Sergey Lavrov", "Лавров С.В.", "S. Lavrov", "Maria Zakharova", "Мария Захарова"]


def some_documents(chosen: random.Random) -> list[Document]:
    """Several news in two languages, with reposts; some have a pair."""
    stories = [(chosen.sample(NAMED, 6), chosen.sample(range(20, 9999), 2)) for _ in range(8)]
    documents = []
    for number in range(40):
        lang = number % 2
        named, figures = chosen.choice(stories)
        words = "The minister was first in" if not lang else "Министр был сначала в"
        text = words + (" or with " if not lang else " или с ").join(
            [" ", *(names[lang] for names in named), *map(str, figures), chosen.choice("abc")]
        )
        documents.append(
            Document(
                f"{number}", f"News {number}", f"{text}.",
                lang=("en", "ru")[lang],
                date=chosen.choice(["", "2022-02-14", "2022-02-15", "2022-05-01"]),
                speakers=tuple(chosen.sample(SPEAKERS, chosen.choice([0, 1, 1, 1, 2]))),
                pair=chosen.choice(["", "", "", "p", "q", "r"]),
            )
        )  # fmt: skip
    return documents


Step = tuple[Sequence[Document], Sequence[str]]


def some_steps(chosen: random.Random) -> Iterator[Step]:
    """Documents to add and ids to delete; what is added may be there, with another text."""
    pool = some_documents(chosen)
    for _ in range(5):
        added = chosen.sample(pool, 8)
        changed = [
            replace(document, text=chosen.choice(pool).text)
            for document in chosen.sample(pool, 3)
            if document not in added
        ]
        of_others = {document.doc_id for document in (*added, *changed)}
        gone = [each.doc_id for each in chosen.sample(pool, 6) if each.doc_id not in of_others]
        yield [*added, *changed], gone


def write(writer: IndexWriter, step: Step) -> None:
    added, gone = step
    for doc_id in gone:
        writer.delete(doc_id)
    for document in added:
        writer.add(document, "file")
    writer.commit((), FILES, names=NAMES)


def told(relations: Relations) -> dict[str, list[object]]:
    names = ("near", "groups", "one", "other", "scores", "is_joined")
    return {name: getattr(relations, name).tolist() for name in names}


def of_cluster(cluster: Cluster) -> Tables:
    state = read_state(cluster)
    assert state is not None
    return read_tables(cluster, state.tables)


def assert_as_in_files(cluster: Cluster, folder: Path) -> None:
    generation = codec.latest_generation(folder)
    tables = of_cluster(cluster)
    assert told(tables.relations) == told(read_relations(folder, generation))
    values, settled = manifest.parse_persons(*manifest.read_persons(folder, generation))
    assert (tables.persons.values, tables.persons.settled) == (values, settled)


@pytest.fixture
def nothing_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are compared in small parts, and nobody reads all of them."""

    def refused(*arguments: object) -> Segments:
        raise AssertionError("all documents were read")

    monkeypatch.setattr(committing, "COMPARED_WHOLE", 0)
    monkeypatch.setattr(committing, "AT_ONCE", 3)
    monkeypatch.setattr(Documents, "all", refused)


@pytest.mark.parametrize("seed", [0, 1, 2, 56])
def test_increments_end_where_an_index_in_files_does(
    nothing_read_whole: None, cluster_url: str, tmp_path: Path, seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if seed == 1:
        monkeypatch.setattr(neighbours, "_MOST_CLAUSES", 6)
    if seed == 2:
        monkeypatch.setattr(neighbours, "_FEW", 2)
    monkeypatch.setattr(Documents, "known", lambda documents: pytest.fail("all hashes were read"))
    cluster = Cluster(cluster_url)
    for step in some_steps(random.Random(seed)):
        with WhooshWriter(tmp_path) as files:
            write(files, step)
        with OpenSearchWriter(cluster, "m") as writer:
            write(writer, step)
        assert_as_in_files(cluster, tmp_path)
    relations = of_cluster(cluster).relations
    assert len(relations.near) > 3
    assert relations.is_joined.any()
    assert not relations.is_joined.all()


def test_all_at_once_and_in_parts_is_the_same(
    cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster, documents = Cluster(cluster_url), some_documents(random.Random(7))
    with WhooshWriter(tmp_path) as files:
        write(files, (documents, ()))
    monkeypatch.setattr(neighbours, "_queries", lambda new: pytest.fail("parts were compared"))
    with OpenSearchWriter(cluster, "m") as writer:
        write(writer, (documents, ()))
    assert_as_in_files(cluster, tmp_path)


def test_what_a_killed_run_has_sent_is_compared_by_the_next(
    nothing_read_whole: None, cluster_url: str, tmp_path: Path
) -> None:
    cluster, documents = Cluster(cluster_url), some_documents(random.Random(3))
    with OpenSearchWriter(cluster, "m") as writer:
        write(writer, (documents[:10], ()))
        writer.delete(documents[0].doc_id)
        for document in documents[10:20]:
            writer.add(document, "file")
        writer.add(replace(documents[20], doc_id="gone"), "a file that is removed after that")
        writer._finish()  # and then the power went
    with OpenSearchWriter(cluster, "m") as writer:
        write(writer, (documents[20:], ()))
    with WhooshWriter(tmp_path) as files:
        write(files, (documents[1:], ()))
    assert_as_in_files(cluster, tmp_path)


def test_two_machines_find_what_belongs_together_between_them(
    nothing_read_whole: None, cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Documents, "known", lambda documents: pytest.fail("all hashes were read"))
    cluster, documents = Cluster(cluster_url), some_documents(random.Random(4))
    with OpenSearchWriter(cluster, "one") as one, OpenSearchWriter(cluster, "other") as other:
        for document in documents[:20]:
            one.add(document, "file")
        for document in documents[20:]:
            other.add(document, "file")
        other._finish()  # sent, and visible to whoever commits
        one.commit((), FILES, names=NAMES)
        other.commit((), FILES, names=NAMES)
        one.delete(documents[1].doc_id)
        one.commit((), FILES, names=NAMES)
    with WhooshWriter(tmp_path) as files:
        write(files, ([documents[0], *documents[2:]], ()))
    assert_as_in_files(cluster, tmp_path)


def test_a_machine_that_was_slower_leaves_what_the_faster_one_has_found(
    cluster_url: str,
) -> None:
    cluster, documents = Cluster(cluster_url), some_documents(random.Random(6))
    with OpenSearchWriter(cluster, "one") as one:
        write(one, (documents, ()))
    with OpenSearchWriter(cluster, "slow") as slow, OpenSearchWriter(cluster, "one") as one:
        one.delete(documents[0].doc_id)
        one.commit((), FILES, names=NAMES)
        expected = of_cluster(cluster)
        slow.add(Document("alone", "Alone", "Nothing like it."), "file")
        slow.commit((), FILES, names=NAMES, is_checkpoint=True)
    assert told(of_cluster(cluster).relations) == told(expected.relations)
    assert of_cluster(cluster).contents == expected.contents


def test_a_commit_that_fails_is_made_up_for_by_the_next_run(
    cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "one.txt").write_text("Speech\n\nPeace.")
    with chosen("opensearch", cluster_url):
        sync([texts], index_dir=tmp_path / "i")
        (texts / "two.txt").write_text("Speech\n\nWar.")
        with monkeypatch.context() as broken:
            broken.setattr(committing, "related", lambda *arguments: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                sync(index_dir=tmp_path / "i")
        assert sync(index_dir=tmp_path / "i").documents == 2
        assert open_engine(tmp_path / "i").info.documents == 2


def test_a_checkpoint_keeps_what_was_known_of_documents_that_are_there(
    nothing_read_whole: None, cluster_url: str, tmp_path: Path
) -> None:
    cluster, documents = Cluster(cluster_url), some_documents(random.Random(5))
    with OpenSearchWriter(cluster, "m") as writer:
        write(writer, (documents[:30], ()))
        before = of_cluster(cluster)
        writer.add(documents[30], "file")
        writer.commit((), FILES, names=NAMES, is_checkpoint=True)
        assert told(of_cluster(cluster).relations) == told(before.relations)
        gone = int(before.relations.near[0])
        ids = {
            int(columns.hashes()[doc]): columns.record(doc)["id"]
            for columns, _ in Documents(cluster, writer.index).with_hashes(before.relations.near)
            for doc in range(columns.n_docs)
        }
        writer.delete(ids[gone])
        writer.commit((), FILES, names=NAMES, is_checkpoint=True)
        left = of_cluster(cluster).relations
        assert not np.isin(np.concatenate([left.near, left.one, left.other]), gone).any()
        write(writer, (documents[31:], ()))
    with WhooshWriter(tmp_path) as files:
        write(files, ([each for each in documents if each.doc_id != ids[gone]], ()))
    assert_as_in_files(cluster, tmp_path)
