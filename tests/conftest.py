"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from artifacts import Unreachable, distribution
from nodes import Cluster, running

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data folder beside the project; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "gold").is_dir():
        pytest.skip("needs the shared data folder beside the project")
    return folder


@pytest.fixture(scope="session")
def three_nodes() -> Iterator[Cluster]:
    """A real OpenSearch cluster; only tests with the marker `cluster` may ask for it."""
    try:
        distribution()
    except Unreachable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no OpenSearch to start: {error}")
    with running(3) as cluster:
        yield cluster
