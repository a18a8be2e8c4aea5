"""The persons of an index: found bit by bit they are those of one commit."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer import codec
from dragoman.indexer.documents import Document
from dragoman.indexer.person_table import PersonTable
from dragoman.indexer.relations import read_relations
from dragoman.indexer.store import WhooshWriter

SPEAKERS = (
    "Sergey Lavrov", "Sergei Lavrov", "Lavrov", "Сергей Лавров", "Igor Ivanov", "Sergey Ivanov",
    "Ivanov", "Minister Igor Ivanov", "Anna Petrova", "Мария Захарова", "Johann Weber", "host",
)  # fmt: skip
NAMES = {"Maria Zakharova": ["Мария Захарова", "M.Z."]}


def document(number: int, speaker: str) -> Document:
    """Every second two documents are two versions of one text."""
    lang = "en" if number % 2 else "ru"
    return Document(
        f"n{number}", "", f"text {number}", lang=lang, speakers=(speaker,), pair=f"p{number // 2}"
    )


def persons(folder: Path) -> tuple[object, ...]:
    generation = codec.latest_generation(folder)
    table = PersonTable.read(folder, generation)
    return dict(table.values), table.settled


def commit(
    folder: Path, changes: dict[int, str | None], names: dict[str, list[str]] | None = None
) -> None:
    with WhooshWriter(folder) as writer:
        for number, speaker in changes.items():
            if speaker is None:
                writer.delete(f"n{number}")
            else:
                writer.add(document(number, speaker), "file")
        writer.commit((), {}, names=names or {})


CHANGES = st.dictionaries(
    st.integers(0, 9), st.none() | st.sampled_from(SPEAKERS), min_size=1, max_size=5
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CHANGES, st.booleans()), min_size=1, max_size=5))
def test_persons_after_small_commits_are_those_of_one(
    steps: list[tuple[dict[int, str | None], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as made:
        held: dict[int, str | None] = {}
        for changes, with_names in steps:
            commit(Path(made) / "steps", changes, NAMES if with_names else {})
            held.update(changes)
        commit(Path(made) / "whole", held, NAMES if steps[-1][1] else {})
        assert persons(Path(made) / "steps") == persons(Path(made) / "whole")


def test_a_name_that_leaves_gives_back_what_it_made_doubtful(tmp_path: Path) -> None:
    commit(tmp_path, {0: "Igor Ivanov", 2: "Ivanov"})
    assert persons(tmp_path)[0] == {"Ivanov": "Igor Ivanov"}
    commit(tmp_path, {4: "Sergey Ivanov"})
    assert persons(tmp_path)[0] == {}
    commit(tmp_path, {4: None})
    assert persons(tmp_path)[0] == {"Ivanov": "Igor Ivanov"}


def test_only_names_that_have_to_do_with_a_change_are_compared_again(tmp_path: Path) -> None:
    commit(tmp_path, {0: "Igor Ivanov", 2: "Ivanov"})
    with WhooshWriter(tmp_path) as writer:
        writer.add(document(6, "Johann Weber"), "file")
        writer._persons.values = {"Ivanov": "known before"}
        writer.commit((), {})
    assert persons(tmp_path)[0] == {"Ivanov": "known before"}


def test_persons_and_relations_are_found_when_a_run_ends_not_at_its_checkpoints(
    tmp_path: Path,
) -> None:
    long = " ".join(f"word{number}" for number in range(30))
    with WhooshWriter(tmp_path) as writer:
        for number, speaker in enumerate(("Igor Ivanov", "Ivanov")):
            writer.add(Document(f"n{number}", "", long, speakers=(speaker,)), "file")
        checkpoint = writer.commit((), {}, is_checkpoint=True)
    assert persons(tmp_path)[0] == {}
    assert read_relations(tmp_path, 0).near.tolist() == []
    # The run ended there; the next one finds both.
    with WhooshWriter(tmp_path) as writer:
        header = writer.commit((), {})
    assert persons(tmp_path)[0] == {"Ivanov": "Igor Ivanov"}
    assert len(read_relations(tmp_path, 1).near) == 2
    assert header.documents == checkpoint.documents == 2
    assert header.state != checkpoint.state
