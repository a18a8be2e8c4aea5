"""What users of other search engines suffered from, each as a test that it can't happen here."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from whoosh import fields, index

from dragoman.indexer import manifest, sync
from dragoman.indexer.errors import IndexDamaged, IndexForeign, IndexProblem, IndexStale
from dragoman.search import Query, QueryError, RequestError, ResultPage, Searcher, open_searcher

FILLER = "Ordinary words about grain and harbours fill this paragraph.\n\n"


def make(folder: Path, texts: dict[str, str]) -> Path:
    """An index of these documents."""
    source = folder / "texts"
    source.mkdir()
    for name, text in texts.items():
        (source / name).write_text(text, "utf-8")
    sync([source], index_dir=folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    far = FILLER * 600 + "Here stands a zeppelin at last. " + FILLER * 4800 + "And one dirigible."
    today = datetime.now(UTC).date()
    made = make(tmp_path_factory.mktemp("faults"), {
        "far.txt": far,
        "spokesman.txt": "Об этом сообщил Песков. Журналисты задали вопрос Пескову в Москве. "
        "С пресс-секретарём Дмитрием Песковым говорили долго.",
        "beach.txt": "На пляже жёлтый песок. Песка много, и дети играют песком.",
        "sanctions.txt": "Новые санкции объявлены вчера.",
        "peace.txt": "Договор о мире подписан.",
        "today.md": f"---\ndate: {today}\n---\n\nNews of the day.",
        "yesterday.md": f"---\ndate: {today - timedelta(days=1)}\n---\n\nNews of the day before.",
        "year.md": "---\ndate: 2019\n---\n\nNews of a year.",
    })  # fmt: skip
    with open_searcher(made) as opened:
        yield opened


def ids(page: ResultPage) -> list[str]:
    return sorted(hit.metadata.doc_id for hit in page.hits)


def ask(searcher: Searcher, text: str, **options: object) -> ResultPage:
    return searcher.search(Query(text, page_size=100, **options))  # type: ignore[arg-type]


# 1. "The snippet shows none of my words"


@pytest.mark.parametrize(("word", "beyond"), [("zeppelin", 32_768), ("dirigible", 300_000)])
def test_a_match_far_into_a_text_has_its_snippet(
    searcher: Searcher, word: str, beyond: int
) -> None:
    (hit,) = ask(searcher, word).hits
    snippet = hit.snippets[0]
    ((start, end),) = snippet.marks
    assert snippet.text[start:end] == word
    assert snippet.start + start > beyond
    view = searcher.document("far.txt", Query(word))
    assert [view.text[a:b] for a, b in view.marks] == [word]
    assert view.text[snippet.start : snippet.end] == snippet.text


# 2. "It finds Песков and песок alike", or not at all


@pytest.mark.parametrize("name", ["Песков", "Пескова", "Пескову", "Песковым", "Пескове"])
def test_a_name_finds_all_its_cases_and_not_the_common_noun(searcher: Searcher, name: str) -> None:
    page = ask(searcher, name)
    assert ids(page) == ["spokesman.txt"]
    assert page.occurrences == 3
    marks = {s.text[a:b] for hit in page.hits for s in hit.snippets for a, b in s.marks}
    assert marks == {"Песков", "Пескову", "Песковым"}


@pytest.mark.parametrize(
    "phrase", ['"Дмитрий Песков"', '"вопрос Пескову"', '"сообщил Песков"', '"Песков в Москве"']
)
def test_a_phrase_with_a_name_is_found(searcher: Searcher, phrase: str) -> None:
    assert ids(ask(searcher, phrase)) == ["spokesman.txt"]


def test_the_common_noun_does_not_find_the_name(searcher: Searcher) -> None:
    assert ids(ask(searcher, "песок")) == ["beach.txt"]


# 3. A lone negative


def test_a_lone_negative_finds_everything_else(searcher: Searcher) -> None:
    every, without = ids(ask(searcher, "")), ids(ask(searcher, "-санкция"))
    assert set(every) - set(without) == {"sanctions.txt"}
    assert without != ids(ask(searcher, "санкция"))
    assert [note.code for note in ask(searcher, "-санкция").notes] == ["only_negative"]
    assert ids(ask(searcher, "НЕ санкция")) == ids(ask(searcher, "NOT санкция")) == without


# 4. Dates


def test_yesterday_finds_what_is_dated_yesterday(searcher: Searcher) -> None:
    assert ids(ask(searcher, "date:yesterday")) == ["yesterday.md"]
    assert ids(ask(searcher, "дата:вчера")) == ["yesterday.md"]
    assert ids(ask(searcher, "", filters={"date": ("yesterday",)})) == ["yesterday.md"]
    assert ids(ask(searcher, "news date:-1d")) == ["today.md", "yesterday.md"]
    assert ids(ask(searcher, "date:2019-05")) == ["year.md"]
    day = datetime.now(UTC).date() - timedelta(days=1)
    assert ask(searcher, "date:yesterday").searched_for == f"date:{day}"


@pytest.mark.parametrize(
    "date", ["someday", "2021-13", "2021-02-30", "yesterdy", "30d", "2021-06-22..2020", ".."]
)
def test_a_date_that_cannot_be_read_is_an_error_and_never_nothing(
    searcher: Searcher, date: str
) -> None:
    with pytest.raises(QueryError) as of_query:
        ask(searcher, f"news date:{date}")
    assert of_query.value.end > of_query.value.start >= 5
    with pytest.raises(RequestError, match=r"write one of 2021, 2021-06|write the earlier date"):
        ask(searcher, "news", filters={"date": (date,)})


# 5. "The rebuild took the site down"


def test_a_rebuild_never_shows_a_reader_no_documents(tmp_path: Path) -> None:
    made = make(tmp_path, {f"t{n}.txt": f"treaty number {n}" for n in range(30)})
    totals: list[int] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            with open_searcher(made) as opened:
                totals.append(opened.search(Query("treaty")).total)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        with open_searcher(made) as before:
            for _ in range(10):
                sync(index_dir=made, full=True)
            assert before.search(Query("treaty")).total == 30  # still whole, though replaced
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    assert len(totals) > 10
    assert set(totals) == {30}


# 6. A killed run


def test_a_killed_run_loses_nothing_committed(tmp_path: Path) -> None:
    made = make(tmp_path, {f"t{n:02}.txt": f"treaty number {n}" for n in range(20)})
    for n in range(20, 60):
        (tmp_path / "texts" / f"t{n}.txt").write_text(f"treaty number {n}", "utf-8")
    (tmp_path / "texts" / "t00.txt").unlink()
    program = (
        "import os, signal, sys\n"
        "from dragoman.indexer import sync\n"
        "def die(progress):\n"
        "    if progress.documents >= 30: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sync(index_dir=sys.argv[1], full=sys.argv[2] == 'full', on_progress=die)\n"
    )
    for how in ("", "full"):
        command = [sys.executable, "-c", program, str(made), how]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        with open_searcher(made) as opened:
            assert opened.search(Query("treaty")).total == 20
    report = sync(index_dir=made)
    assert (report.added, report.deleted, report.documents) == (40, 1, 59)
    with open_searcher(made) as opened:
        assert opened.search(Query("treaty")).total == 59


# 7. "Unpickling error" for an index of another version


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make(tmp_path, {"a.txt": "treaty of peace", "b.txt": "договор о мире"})


def test_an_index_of_another_version_is_refused_with_the_remedy(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "SCHEMA_VERSION", manifest.SCHEMA_VERSION + 1)
    remedy = (
        rf"built by another version .*schema .*rebuild it: dragoman --index {small} index --full"
    )
    with pytest.raises(IndexStale, match=remedy):
        open_searcher(small)
    with pytest.raises(IndexStale, match=remedy):
        sync(index_dir=small)


def test_an_index_of_a_newer_dragoman_is_refused_with_the_remedy(small: Path) -> None:
    path = small / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    for header in content["generations"].values():
        header["schema"], header["invented_later"] = 99, {"more": 1}
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(IndexStale, match=r"schema 99, now .*rebuild it"):
        open_searcher(small)


def test_a_stock_whoosh_index_is_foreign_and_stays_untouched(tmp_path: Path) -> None:
    made = index.create_in(str(tmp_path), fields.Schema(id=fields.ID(stored=True)))
    with made.writer() as writer:
        writer.add_document(id="theirs")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(
        IndexForeign, match=r"did not make.*; choose another directory with --index"
    ):
        open_searcher(tmp_path)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").write_text("text", "utf-8")
    for full in (False, True):
        with pytest.raises(IndexForeign, match=r"did not make.*; choose another directory"):
            sync([tmp_path / "new"], index_dir=tmp_path, full=full)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("owned",))


def test_a_table_of_contents_with_code_in_it_runs_none(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (path,) = small.glob("*.toc")
    path.write_bytes(pickle.dumps(_Evil()))
    with pytest.raises(IndexProblem):
        open_searcher(small)
    assert not (tmp_path / "owned").exists()


def _answers(made: Path) -> list[object]:
    answers: list[object] = []
    with open_searcher(made) as opened:
        for text in ("treaty", "договоры", '"of peace"', "мир*", ""):
            page = opened.search(Query(text)).to_dict()
            del page["took_ms"]
            answers.append(page)
        answers.append(opened.info())
    return answers


@pytest.mark.parametrize("how", ["flipped", "cut"])
@pytest.mark.parametrize("pattern", ["manifest.json", "files-*.json", "*.toc", "*.columns"])
def test_a_damaged_file_is_told_and_never_read_as_data(
    small: Path, tmp_path: Path, pattern: str, how: str
) -> None:
    good = _answers(small)
    (path,) = small.glob(pattern)
    data = path.read_bytes()
    told = 0
    for at in range(0, len(data) - 1, max(1, len(data) // 60)):
        flipped = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        path.write_bytes(flipped if how == "flipped" else data[:at])
        try:
            assert _answers(small) == good, f"byte {at} of {path.name}"
        except IndexProblem as error:
            told += 1
            assert any(remedy in str(error) for remedy in ("--full", "--index", "rebuild"))
    assert told > 30


def test_a_missing_file_is_told(small: Path, tmp_path: Path) -> None:
    for number, pattern in enumerate(["*.columns", "files-*.json"]):
        copy = shutil.copytree(small, tmp_path / f"copy{number}")
        for path in copy.glob(pattern):
            path.unlink()
        with pytest.raises(IndexDamaged, match="--full"):
            _answers(copy)
