"""The real cluster of three nodes, whole again after each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nodes import Cluster

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture
def cluster(three_nodes: Cluster) -> Iterator[Cluster]:
    """The cluster, all nodes running, without an index; mended after each test."""
    yield three_nodes
    three_nodes.mend()
