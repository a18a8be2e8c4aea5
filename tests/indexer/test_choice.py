"""Which engine keeps an index: options, environment, file, in this order."""

from pathlib import Path

import pytest

from dragoman.indexer.choice import chosen, cluster_url, place_of
from dragoman.indexer.errors import SettingsError


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAGOMAN_ENGINE", raising=False)
    monkeypatch.delenv("DRAGOMAN_URL", raising=False)


def test_without_a_word_about_it_an_index_is_in_files(tmp_path: Path) -> None:
    assert cluster_url(tmp_path) is None
    assert cluster_url(tmp_path / "missing") is None
    assert place_of(tmp_path) == str(tmp_path)


def test_the_environment_chooses_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAGOMAN_ENGINE", "opensearch")
    assert cluster_url(tmp_path) == "http://localhost:9200"
    monkeypatch.setenv("DRAGOMAN_URL", "https://me:secret@one:9200/mid")
    assert cluster_url(tmp_path) == "https://me:secret@one:9200/mid"
    assert place_of(tmp_path) == "https://one:9200/mid"


def test_a_file_in_the_index_directory_chooses_and_the_environment_overrules_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dragoman.toml").write_text('engine = "opensearch"\nurl = "http://two:1"\n')
    assert cluster_url(tmp_path) == "http://two:1"
    monkeypatch.setenv("DRAGOMAN_ENGINE", "embedded")
    assert cluster_url(tmp_path) is None


def test_a_choice_holds_as_long_as_its_block(tmp_path: Path) -> None:
    with chosen(None, "http://three:1"):
        assert cluster_url(tmp_path) == "http://three:1"
        with chosen("embedded", None):
            assert cluster_url(tmp_path) is None
        assert cluster_url(tmp_path) == "http://three:1"
    assert cluster_url(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [("engine = 5\n", "in quotes"), ('motor = "x"\n', "motor"), ("engine =\n", "mend it")],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "dragoman.toml").write_text(text)
    with pytest.raises(SettingsError, match=told) as error:
        cluster_url(tmp_path)
    assert "dragoman.toml" in str(error.value)


def test_an_engine_that_there_is_not_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_ENGINE", "solr")
    with pytest.raises(SettingsError, match="‘solr’ is no engine"):
        cluster_url(tmp_path)
