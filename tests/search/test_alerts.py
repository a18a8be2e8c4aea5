"""Saved searches: what is new is told once, and nothing is lost between runs and processes."""

import json
import multiprocessing
from pathlib import Path

import pytest

from dragoman.indexer import sync
from dragoman.search import Query, open_searcher
from dragoman.search.alerts import (
    News,
    alerts_path,
    changing_alerts,
    news,
    read_alerts,
)
from dragoman.search.errors import AlertsError, QueryError, RequestError


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nOil came.", "utf-8")
    (folder / "b.md").write_text("# B\n\nGas came.", "utf-8")
    return folder


@pytest.fixture
def index_dir(tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DRAGOMAN_ALERTS", raising=False)
    made = tmp_path / "index"
    sync([texts], index_dir=made, jobs=1)
    return made


def save(index_dir: Path, name: str, query: Query) -> None:
    with open_searcher(index_dir) as searcher, changing_alerts(alerts_path(index_dir)) as alerts:
        alerts.add(searcher, name, query)
        alerts.save()


def run(index_dir: Path, keep: bool = False) -> list[News]:
    with open_searcher(index_dir) as searcher, changing_alerts(alerts_path(index_dir)) as alerts:
        told = [news(searcher, alert) for alert in alerts.saved]
        if not keep:
            for each in told:
                alerts.mark(each)
            alerts.save()
    return told


def ids(told: News) -> tuple[list[str], list[str]]:
    return (
        [hit.metadata.doc_id for hit in told.new],
        [hit.metadata.doc_id for hit in told.changed],
    )


def test_what_was_there_when_it_was_saved_is_not_new(index_dir: Path, texts: Path) -> None:
    save(index_dir, "oil", Query("oil"))
    (told,) = run(index_dir)
    assert (ids(told), told.total) == (([], []), 1)
    (texts / "c.md").write_text("# C\n\nMore oil.", "utf-8")
    sync(index_dir=index_dir, jobs=1)
    (told,) = run(index_dir)
    assert (ids(told), told.total) == ((["c.md"], []), 2)
    assert told.new[0].rank == 1
    assert told.new[0].snippets[0].text == "More oil."
    assert ids(run(index_dir)[0]) == ([], [])


def test_a_repost_is_shown_under_the_new_document_that_it_repeats(
    index_dir: Path, texts: Path
) -> None:
    save(index_dir, "oil", Query("oil OR gas"))
    text = " ".join(
        f"Oil price number {number} was told by minister {number}." for number in range(60)
    )
    (texts / "a.md").write_text(f"# A\n\n{text}", "utf-8")
    (texts / "c.md").write_text(f"# C\n\n{text}", "utf-8")
    (texts / "d.md").write_text(f"# D\n\n{text}", "utf-8")
    sync(index_dir=index_dir, jobs=1)
    (told,) = run(index_dir)
    assert ids(told) == (["c.md", "d.md"], ["a.md"])
    assert [hit.shown_under for hit in told.new] == [None, "c.md"]
    assert [hit.shown_under for hit in told.changed] == [None]


def test_looking_without_marking_shows_it_again(index_dir: Path, texts: Path) -> None:
    save(index_dir, "oil", Query("oil"))
    (texts / "c.md").write_text("# C\n\nMore oil.", "utf-8")
    sync(index_dir=index_dir, jobs=1)
    assert ids(run(index_dir, keep=True)[0]) == (["c.md"], [])
    assert ids(run(index_dir)[0]) == (["c.md"], [])


def test_a_document_with_another_content_is_changed_or_new_to_the_search(
    index_dir: Path, texts: Path
) -> None:
    save(index_dir, "oil", Query("oil"))
    (texts / "a.md").write_text("# A\n\nOil came twice.", "utf-8")
    (texts / "b.md").write_text("# B\n\nGas and oil came.", "utf-8")
    sync(index_dir=index_dir, jobs=1)
    assert ids(run(index_dir)[0]) == (["b.md"], ["a.md"])


def test_a_document_that_comes_back_is_not_new_and_a_rebuild_loses_nothing(
    index_dir: Path, texts: Path
) -> None:
    save(index_dir, "oil", Query("oil"))
    text = (texts / "a.md").read_text("utf-8")
    (texts / "a.md").unlink()
    sync(index_dir=index_dir, jobs=1)
    assert run(index_dir)[0].total == 0
    (texts / "a.md").write_text(text, "utf-8")
    sync(index_dir=index_dir, jobs=1, full=True)
    (told,) = run(index_dir)
    assert (ids(told), told.total) == (([], []), 1)


def test_filters_and_the_way_of_matching_are_kept(index_dir: Path) -> None:
    query = Query("oil gas", filters={"lang": ("en", "ru")}, match="any", strict=True)
    save(index_dir, "both", query)
    (alert,) = read_alerts(alerts_path(index_dir)).saved
    assert alert.query == query.with_(sort="newest")
    assert alert.to_dict()["documents"] == 2


def test_names_are_of_a_kind(index_dir: Path) -> None:
    save(index_dir, "oil", Query("oil"))
    for name, message in (("oil", "dragoman alerts remove oil"), (" ", "name"), ("a\nb", "name")):
        with pytest.raises(RequestError, match=message):
            save(index_dir, name, Query("gas"))
    with pytest.raises(QueryError):
        save(index_dir, "wrong", Query("a w/9999 b"))
    assert [alert.name for alert in read_alerts(alerts_path(index_dir)).saved] == ["oil"]
    with changing_alerts(alerts_path(index_dir)) as alerts:
        with pytest.raises(RequestError, match="alerts list"):
            alerts.remove("none")
        alerts.remove("oil")
        assert alerts.saved == []


def test_a_search_that_cannot_be_asked_any_more_stops_no_other(index_dir: Path) -> None:
    save(index_dir, "oil", Query("oil"))
    save(index_dir, "gas", Query("gas"))
    path = alerts_path(index_dir)
    content = json.loads(path.read_text("utf-8"))
    content["alerts"][0]["text"] = "a w/9999 b"
    path.write_text(json.dumps(content), "utf-8")
    first, second = run(index_dir)
    assert isinstance(first.error, QueryError)
    assert (second.error, second.total) == (None, 1)


def test_a_file_that_cannot_be_read_is_an_error_and_stays_as_it_is(index_dir: Path) -> None:
    path = alerts_path(index_dir)
    for content in ("{", "[]", '{"alerts_version": 9}', '{"alerts_version": 1, "alerts": [{}]}'):
        path.write_text(content, "utf-8")
        with pytest.raises(AlertsError, match=r"alerts\.json"):
            run(index_dir)
        assert path.read_text("utf-8") == content


def test_the_environment_names_another_place(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_ALERTS", str(tmp_path / "mine.json"))
    save(index_dir, "oil", Query("oil"))
    assert (tmp_path / "mine.json").exists()
    assert not (index_dir / "alerts.json").exists()


def test_saved_searches_do_not_keep_a_directory_from_becoming_an_index(
    texts: Path, tmp_path: Path
) -> None:
    made = tmp_path / "other"
    made.mkdir()
    with changing_alerts(made / "alerts.json") as alerts:
        alerts.save()
    assert sync([texts], index_dir=made, jobs=1).documents == 2
    assert (made / "alerts.json").exists()


def _save_ten(index_dir: Path, who: str) -> None:
    for number in range(10):
        save(index_dir, f"{who} {number}", Query("oil"))


def test_two_processes_at_once_lose_nothing_of_each_other(index_dir: Path) -> None:
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_save_ten, args=(index_dir, who)) for who in ("a", "b")]
    for other in others:
        other.start()
    for other in others:
        other.join(60)
        assert other.exitcode == 0
    names = {alert.name for alert in read_alerts(alerts_path(index_dir)).saved}
    assert names == {f"{who} {number}" for who in ("a", "b") for number in range(10)}


def test_who_waits_too_long_is_told(index_dir: Path) -> None:
    path = alerts_path(index_dir)
    with (
        changing_alerts(path),
        pytest.raises(AlertsError, match="another process"),
        changing_alerts(path, wait_s=0),
    ):
        pass
