"""What was read with a doubt is kept with an index in a cluster, and told as in files."""

from pathlib import Path

import pytest

from dragoman.indexer.choice import chosen
from dragoman.indexer.collection import sync
from dragoman.search.engine import open_engine

pytestmark = pytest.mark.cluster


def test_doubts_are_kept_and_told_as_in_files(cluster_url: str, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    rows = "id,date,text\na,03/04/2021,One.\nb,soon,Two.\nc,05/06/2021,Three.\n"
    (texts / "table.csv").write_text(rows, "utf-8")
    in_files = sync([texts], index_dir=tmp_path / "files")
    assert [doubt.documents for doubt in in_files.doubtful] == [2, 1]
    with chosen("opensearch", cluster_url):
        assert sync([texts], index_dir=tmp_path / "i").doubtful == in_files.doubtful
        again = sync(index_dir=tmp_path / "i")
        assert (again.unchanged, again.doubtful) == (3, in_files.doubtful)
        told = open_engine(tmp_path / "i").summary()["doubtful"]
    assert told == open_engine(tmp_path / "files").summary()["doubtful"] != []
