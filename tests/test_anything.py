"""A run over a folder with bad files of every kind: it ends, names them, and finds the rest."""

from pathlib import Path

import anything


def test_a_run_over_anything_ends_names_what_is_bad_and_finds_the_rest(tmp_path: Path) -> None:
    said: list[str] = []
    made = anything.prepare(tmp_path / "any", n_files=300, n_bad=60, seed=1, n_few=1)
    try:
        problems = anything.problems_of(made, tmp_path / "any" / "index", say=said.append)
    finally:
        anything.remove(tmp_path / "any")
    assert problems == [], said
    assert len(made.bad) + len(made.unknown) >= 55
