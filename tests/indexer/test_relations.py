"""Which documents belong together, after any history of commits."""

import gzip
import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer import codec, compared_documents
from dragoman.indexer.compared_documents import ComparedDocuments
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import IndexDamaged
from dragoman.indexer.relations import read_relations, relations_name
from dragoman.indexer.store import WhooshWriter
from dragoman.search import open_searcher

STORY = (
    "The ministers of seven coastal states met on Thursday to talk about the passage of grain "
    "ships, the price of insurance and the mines that still drift near the harbours of the north"
)
ENGLISH = (
    "On Monday Sergei Lavrov met Antony Blinken in Reykjavik, and then Josep Borrell in Lisbon, "
    "about 1,250 tons of grain, 35 ships and the talks with Mevlut Cavusoglu of Ankara."
)
RUSSIAN = (
    "В понедельник Сергей Лавров встретил Энтони Блинкена в Рейкьявике, а затем Жозепа Борреля в "
    "Лиссабоне: 1250 тонн зерна, 35 судов и переговоры с Мевлютом Чавушоглу в Анкаре."
)
OTHER_RUSSIAN = (
    "В четверг Мария Захарова, как известно, говорила о Канберре и Брюсселе, о 714 судах, о "
    "Владивостоке и о Калининграде, где была Валентина Матвиенко."
)
POOL = {
    "story": Document("story", "Talks", f"{STORY}.", lang="en"),
    "repost": Document("repost", "Talks again", f"Reuters: {STORY}.", lang="en"),
    "corrected": Document("corrected", "Talks", f"{STORY} and south.", lang="en"),
    "unlike": Document("unlike", "Talks", f"{STORY[:80]} and of nothing else at all.", lang="en"),
    "english": Document("english", "Meetings", ENGLISH, lang="en", date="2022-02-14"),
    "russian": Document("russian", "Встречи", RUSSIAN, lang="ru", date="2022-02-15"),
    "again": Document("again", "Встречи снова", f"{RUSSIAN} Да.", lang="ru", date="2022-02-15"),
    "late": Document("late", "Встречи позже", RUSSIAN + " Нет!", lang="ru", date="2022-05-15"),
    "other": Document("other", "Захарова", OTHER_RUSSIAN, lang="ru"),
}


def commit(folder: Path, add: Iterable[str] = (), delete: Iterable[str] = ()) -> None:
    with WhooshWriter(folder) as writer:
        for name in delete:
            writer.delete(name)
        for name in add:
            writer.add(POOL[name], "file")
        writer.commit((), {})


def related(folder: Path) -> tuple[dict[str, set[str]], set[frozenset[str]]]:
    """Near-identical documents of each, and pairs of versions by text, all by id."""
    generation = codec.latest_generation(folder)
    relations = read_relations(folder, generation)
    ids = {
        int(content): columns.record(doc)["id"]
        for columns in (segment.open(folder) for segment in codec.read_toc(folder).segments)
        for doc, content in enumerate(columns.hashes().tolist())
    }
    near = {ids[h]: {ids[o] for o in relations.near_identical(h)} for h in relations.near.tolist()}
    pairs = {
        frozenset((ids[one], ids[other]))
        for one in relations.related.tolist()
        for other in relations.versions(one)
    }
    return near, pairs


def test_reposts_and_corrected_versions_are_near_identical(tmp_path: Path) -> None:
    commit(tmp_path, ["story", "repost", "corrected", "unlike", "english"])
    near, pairs = related(tmp_path)
    assert near == {
        "story": {"repost", "corrected"},
        "repost": {"story", "corrected"},
        "corrected": {"story", "repost"},
    }
    assert pairs == set()


def test_versions_are_joined_by_the_names_and_numbers_in_them(tmp_path: Path) -> None:
    commit(tmp_path, ["english", "russian", "late", "other", "story"])
    assert related(tmp_path)[1] == {frozenset(("english", "russian"))}


def test_a_rival_that_is_near_identical_is_a_version_too(tmp_path: Path) -> None:
    commit(tmp_path, ["english", "russian", "again"])
    near, pairs = related(tmp_path)
    assert near["russian"] == {"again"}
    assert pairs == {frozenset(("english", "russian")), frozenset(("english", "again"))}


def test_what_joined_two_documents_leaves_and_the_group_falls_apart(tmp_path: Path) -> None:
    # 20, 24 and 20 shingles: a and b have 20 of 24 in common, so have b and c, a and c 16 of 24.
    words = STORY.split()
    for name, first, last in (("a", 0, 24), ("b", 0, 28), ("c", 4, 28)):
        POOL[name] = Document(name, name, " ".join(words[first:last]), lang="en")
    commit(tmp_path, "abc")
    assert related(tmp_path)[0] == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}
    commit(tmp_path, delete=["b"])
    assert related(tmp_path)[0] == {}
    commit(tmp_path, ["b"])
    assert related(tmp_path)[0] == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}


def test_a_rival_that_comes_takes_the_join_away_and_one_that_goes_gives_it_back(
    tmp_path: Path,
) -> None:
    POOL["rival"] = replace(POOL["russian"], doc_id="rival", text=f"{OTHER_RUSSIAN} {RUSSIAN}")
    commit(tmp_path, ["english", "russian"])
    joined = {frozenset(("english", "russian"))}
    assert related(tmp_path)[1] == joined
    commit(tmp_path, ["rival"])
    assert related(tmp_path)[1] == set()
    commit(tmp_path, delete=["rival"])
    assert related(tmp_path)[1] == joined


STEPS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(sorted(POOL)), max_size=4, unique=True),
        st.lists(st.sampled_from(sorted(POOL)), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_increments_end_where_a_rebuild_does(steps: list[tuple[list[str], list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        held: set[str] = set()
        for add, delete in steps:
            commit(folder / "steps", add, delete)
            held = (held - set(delete)) | set(add)
        commit(folder / "whole", sorted(held, reverse=True))
        assert related(folder / "steps") == related(folder / "whole")
        generations = [codec.latest_generation(folder / name) for name in ("steps", "whole")]
        one, other = (
            read_relations(folder / name, generation)
            for name, generation in zip(("steps", "whole"), generations, strict=True)
        )
        assert one.known.tolist() == other.known.tolist()
        assert one.scores.tolist() == other.scores.tolist()


def test_a_damaged_or_missing_file_of_relations_is_an_error(tmp_path: Path) -> None:
    commit(tmp_path, ["story", "repost"])
    path = tmp_path / relations_name(codec.latest_generation(tmp_path))
    whole = path.read_bytes()
    place = whole.index(read_relations(tmp_path, 0).known.tobytes())
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(IndexDamaged, match="rebuild"), open_searcher(tmp_path):
        pass
    path.unlink()
    with pytest.raises(IndexDamaged, match="rebuild"), open_searcher(tmp_path):
        pass
    with pytest.raises(IndexDamaged), WhooshWriter(tmp_path):
        pass


def test_only_the_last_generations_relations_are_kept(tmp_path: Path) -> None:
    for name in ("story", "repost", "other"):
        commit(tmp_path, [name])
    assert [path.name for path in tmp_path.glob("relations-*")] == [relations_name(2)]


def test_pairs_of_real_news_are_found_by_text_and_no_wrong_one(
    tmp_path: Path, shared: Path
) -> None:
    documents = []
    for name in ("parallel-en-ru", "wikinews-ru"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            documents += [json.loads(line) for line in file]
    pair_of = {}
    with WhooshWriter(tmp_path) as writer:
        for number, record in enumerate(documents):
            pair_of[str(number)] = record.get("pair") or number
            writer.add(
                Document(str(number), record["title"], record["text"], lang=record["lang"]), "file"
            )
        writer.commit((), {})
    _, pairs = related(tmp_path)
    assert all(pair_of[one] == pair_of[other] for one, other in map(tuple, pairs))
    # 103 of 123 in November 2026
    assert len(pairs) >= 100


def test_anchors_come_in_parts_of_bounded_size_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Memory that finding versions takes is bounded by the size of these parts.
    commit(tmp_path, ["english", "russian", "late", "other", "story", "again"])
    (segment,) = codec.read_toc(tmp_path).segments
    columns = segment.open(tmp_path)
    bounds, values = columns.anchors()
    monkeypatch.setattr(compared_documents, "ANCHORS_AT_ONCE", 4)
    documents = ComparedDocuments([(columns, np.ones(columns.n_docs, bool))])
    parts = list(documents.anchors(np.ones(columns.n_docs, bool)))
    most = int(np.diff(bounds).max())
    assert len(parts) > 1
    assert all(0 < len(anchors) <= 4 + most for _, anchors in parts)
    assert np.concatenate([anchors for _, anchors in parts]).tolist() == values.tolist()
    docs = np.repeat(np.arange(columns.n_docs), np.diff(bounds))
    assert np.concatenate([of for of, _ in parts]).tolist() == docs.tolist()
    pairs = related(tmp_path)
    commit(tmp_path, delete=["english", "russian", "late", "other", "story", "again"])
    commit(tmp_path, ["english", "russian", "late", "other", "story", "again"])
    assert related(tmp_path) == pairs
