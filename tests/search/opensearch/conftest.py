"""A real cluster for the tests marked `cluster`: the one that is named, or one of their own."""

import os
import uuid
from collections.abc import Iterator

import pytest

from dragoman.indexer.opensearch.connection import Cluster


@pytest.fixture
def cluster_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an index of its own in the test cluster; nothing of it is left afterwards."""
    where = os.environ.get("DRAGOMAN_TEST_CLUSTER")
    if not where:
        where = request.getfixturevalue("three_nodes").urls[0]
    name = f"test-{uuid.uuid4().hex[:12]}"
    url = f"{where.rstrip('/')}/{name}"
    yield url
    client = Cluster(url).client
    client.indices.delete(index=f"{name}-*")
    client.indices.delete_index_template(name=f"{name}-documents", ignore=[404])
    client.close()
