"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from artifacts import Unreachable, distribution
from nodes import Cluster, running
from secured import deployed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data folder beside the project; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "gold").is_dir():
        pytest.skip("needs the shared data folder beside the project")
    return folder


def _program(*, is_secured: bool = False) -> None:
    """There is a program to start, or the test is skipped."""
    try:
        distribution(secured=is_secured)
    except Unreachable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no OpenSearch to start: {error}")


@pytest.fixture(scope="session")
def three_nodes() -> Iterator[Cluster]:
    """A real OpenSearch cluster; only tests with the marker `cluster` may ask for it."""
    _program()
    with running(3) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def secured_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two nodes with the security plugin, set up as the README says; for marked tests too."""
    _program(is_secured=True)
    with running(2, secured=deployed(tmp_path_factory.mktemp("deployed"))) as cluster:
        yield cluster
