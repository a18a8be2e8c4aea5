"""One real cluster of three nodes for all tests here; each leaves it whole."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from artifacts import Unreachable, distribution
from nodes import Cluster, running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def three_nodes() -> Iterator[Cluster]:
    try:
        distribution()
    except Unreachable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no OpenSearch to start: {error}")
    with running(3) as cluster:
        yield cluster


@pytest.fixture
def cluster(three_nodes: Cluster) -> Iterator[Cluster]:
    """The cluster, all nodes running, without an index; mended after each test."""
    yield three_nodes
    three_nodes.mend()
