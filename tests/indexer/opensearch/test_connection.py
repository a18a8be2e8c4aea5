"""A cluster that hangs or is not ready: a reader is told soon, and asks once."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from dragoman.indexer.errors import ClusterError
from dragoman.indexer.opensearch import connection
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.search.opensearch.engine import OpenSearchEngine

pytest.importorskip("opensearchpy")


@contextmanager
def node(answer: bytes = b"") -> Iterator[tuple[str, list[socket.socket]]]:
    """A node that accepts connections and answers each request so, or never: its URL, and them."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as closing:

        def accept() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:  # closed
                    return
                accepted.append(closing.enter_context(one))
                while answer and one.recv(65536):
                    one.sendall(answer)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", accepted
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    b"Connection: close\r\n\r\n{}"
)


def test_a_search_in_a_cluster_that_hangs_ends_after_one_request_with_address_and_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert connection._READ_S <= 20
    monkeypatch.setattr(connection, "_READ_S", 0.2)
    with node() as (url, accepted):
        with pytest.raises(ClusterError, match=rf"{url}/x does not answer in time.*try again"):
            OpenSearchEngine(f"{url}/x")
        assert len(accepted) == 1


def test_a_node_that_hangs_is_not_asked_again_while_another_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "_READ_S", 0.3)
    with node() as (hung, accepted), node(ANSWER) as (well, _):
        cluster = Cluster(f"{hung},{well}", for_reading=True)
        answers = 0
        for _ in range(6):
            try:
                cluster.refresh("x")
                answers += 1
            except ClusterError as error:
                assert "does not answer in time" in str(error)
        assert (len(accepted), answers) == (1, 5)
        cluster.client.close()


def test_a_cluster_that_does_not_know_its_users_yet_is_told_with_its_remedy() -> None:
    said = b"OpenSearch Security not initialized."
    answer = b"HTTP/1.1 503 Unavailable\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
    with node(answer % (len(said), said)) as (url, _):
        cluster = Cluster(url.replace("//", "//me:hush@"), for_reading=True)
        with pytest.raises(ClusterError, match=rf"{url}/dragoman does not know its users yet"):
            cluster.check()
        cluster.client.close()
