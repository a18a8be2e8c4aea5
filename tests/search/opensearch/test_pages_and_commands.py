"""Pages, API and commands over an index in a cluster tell what they tell over one in files."""

from pathlib import Path

import pytest
from page_kinds import DOCUMENTS
from views import differing_commands, differing_pages

from dragoman.indexer import sync

pytestmark = pytest.mark.cluster
SEEDS = Path(__file__).resolve().parents[3] / "seeds"


@pytest.fixture
def folders(tmp_path: Path, cluster_url: str) -> tuple[Path, Path]:
    """Index directories of the same documents: one with an index, one that names the cluster."""
    texts = tmp_path / "texts"
    for name, text in DOCUMENTS.items():
        (texts / name).parent.mkdir(parents=True, exist_ok=True)
        (texts / name).write_text(text, "utf-8")
    embedded, clustered = tmp_path / "embedded", tmp_path / "clustered"
    clustered.mkdir()
    (clustered / "dragoman.toml").write_text(f'engine = "opensearch"\nurl = "{cluster_url}"\n')
    reports = [sync([SEEDS, texts], index_dir=each) for each in (embedded, clustered)]
    assert reports[0].documents == reports[1].documents > 30
    return embedded, clustered


def test_pages_and_api_answer_as_over_files(folders: tuple[Path, Path]) -> None:
    assert differing_pages(*folders) == []


def test_commands_print_what_they_print_over_files(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    assert differing_commands(*folders, tmp_path / "queries.txt") == []
