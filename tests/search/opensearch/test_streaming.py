"""What a query finds in a real cluster, page by page."""

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.streaming import hits_of
from dragoman.indexer.opensearch.writer import OpenSearchWriter

pytestmark = pytest.mark.cluster
ALL = {"match_all": {}}


@pytest.mark.parametrize(
    ("page", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (6, [5])]
)
def test_pages_of_any_size_hold_each_hit_once_in_order_as_of_one_moment(
    cluster_url: str, page: int, sizes: list[int]
) -> None:
    cluster = Cluster(cluster_url)
    with OpenSearchWriter(cluster, "m") as writer:
        for name in "ebdac":
            writer.add(Document(name, "Speech", "Peace."), "file")
        writer.commit((), {})
        pages = hits_of(cluster, writer.index, ALL, source=("id",), page=page)
        found = [next(pages)]
        writer.delete("e")
        writer.add(Document("f", "Speech", "Peace."), "file")
        writer.commit((), {})
        found += pages
    assert [len(hits) for hits in found] == sizes
    assert [hit["_source"]["id"] for hits in found for hit in hits] == list("abcde")


def test_where_nothing_is_found_there_is_no_page(cluster_url: str) -> None:
    cluster = Cluster(cluster_url)
    with OpenSearchWriter(cluster, "m") as writer:
        assert list(hits_of(cluster, writer.index, ALL)) == []
