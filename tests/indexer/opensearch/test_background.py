"""Requests on their way to a node: what waits for what, and that no failure is lost."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ClusterError
from dragoman.indexer.forward import analyze_batch
from dragoman.indexer.opensearch import connection
from dragoman.indexer.opensearch.background import Background
from dragoman.indexer.opensearch.changes import Changes
from dragoman.indexer.opensearch.connection import Action, Cluster
from dragoman.indexer.opensearch.schema import document_name
from dragoman.indexer.opensearch.sending import Sender

pytest.importorskip("opensearchpy")


class Node(ThreadingHTTPServer):
    """Answers bulk requests for a document `x` once `answers["x"]` is set, with `statuses["x"]`.

    Has every document that it is asked for by `_mget`.
    """

    def __init__(self) -> None:
        self.got: list[str] = []
        self.encodings: list[str | None] = []
        self.answers = {name: threading.Event() for name in "abcdefg"}
        self.statuses: dict[str, int] = {}
        super().__init__(("127.0.0.1", 0), Asked)


class Asked(BaseHTTPRequestHandler):
    server: Node

    def do_POST(self) -> None:
        self.server.encodings.append(self.headers["Content-Encoding"])
        lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
        if "_mget" in self.path:
            self.server.got.append("_mget")
            source = {"machine": "m", "hash": "1", "values": {}}
            ids = json.loads(lines[0])["ids"]
            answer = {"docs": [{"_id": name, "found": True, "_source": source} for name in ids]}
        else:
            ((action, place),) = json.loads(lines[0]).items()
            name = place["_id"]
            self.server.got.append(name)
            self.server.answers[name].wait(20)
            result = {"_id": name, "status": self.server.statuses.get(name, 201)}
            answer = {"items": [{action: result}]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(connection, "_BULK_ROWS", 1)
    with Node() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        for answer in server.answers.values():
            answer.set()
        server.shutdown()
        thread.join()


@contextmanager
def sending(node: Node) -> Iterator[Background]:
    cluster = Cluster(f"http://127.0.0.1:{node.server_port}/x")
    background = Background(cluster)
    try:
        yield background
    finally:
        for answer in node.answers.values():
            answer.set()
        background.close()
        cluster.client.close()


def of(names: str) -> list[Action]:
    return [({"index": {"_index": "x", "_id": name}}, {"id": name}) for name in names]


def until(node: Node, names: Iterable[str]) -> None:
    """Waits until the node has been asked for some documents."""
    while sorted(node.got) != sorted(names):
        time.sleep(0.01)


def test_two_requests_are_under_way_and_the_next_waits_for_one_of_them(node: Node) -> None:
    with sending(node) as background:
        background.send(of("ab"))  # returns, though nothing is answered
        until(node, "ab")
        third = threading.Thread(target=background.send, args=(of("c"),))
        third.start()
        third.join(0.3)
        assert third.is_alive() and len(node.got) == 2
        node.answers["b"].set()
        third.join()
        until(node, "abc")
        assert node.encodings == [None] * 3


def test_what_is_under_way_about_a_document_is_waited_for_and_nothing_else(node: Node) -> None:
    with sending(node) as background:
        background.send(of("ab"))
        background.wait_for(["c"])
        waiting = threading.Thread(target=background.wait_for, args=(["b", "c"],))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        node.answers["b"].set()
        waiting.join()
        assert not node.answers["a"].is_set()


def test_a_failure_is_told_at_the_next_call_and_at_each_one_after_it(node: Node) -> None:
    node.statuses["a"] = 400
    with sending(node) as background:
        background.send(of("a"))
        node.answers["a"].set()
        for fails in (
            background.wait,
            background.wait,
            lambda: background.wait_for(["b"]),
            lambda: background.send(of("b")),
        ):
            with pytest.raises(ClusterError, match=rf"{node.server_port}/x can't do what"):
                fails()
        assert node.got == ["a"]


def test_who_closes_waits_for_what_is_under_way_and_not_for_a_node_that_stays_busy(
    node: Node,
) -> None:
    node.statuses["a"] = 429
    node.answers["a"].set()
    with sending(node) as background:
        background.send(of("ab"))
        while node.got.count("a") < 2:  # sent again
            time.sleep(0.01)
        closing = threading.Thread(target=background.close)
        closing.start()
        closing.join(0.3)
        assert closing.is_alive()
        node.answers["b"].set()
        closing.join(20)
        assert not closing.is_alive()
        assert node.got.count("b") == 1


def test_what_becomes_of_a_document_is_looked_up_when_nothing_is_under_way_about_it(
    node: Node,
) -> None:
    name = document_name("d1")
    node.answers[name] = threading.Event()
    cluster, changes = Cluster(f"http://127.0.0.1:{node.server_port}/x"), Changes()
    sender = Sender(cluster, "x-documents-000001", "m", changes)
    sender.delete(["d1"])
    until(node, ["_mget", name])
    again = threading.Thread(
        target=sender.send, args=(analyze_batch([(Document("d1", "", ""), "file")]),)
    )
    again.start()
    again.join(0.3)
    assert again.is_alive() and len(node.got) == 2
    node.answers[name].set()
    again.join()
    sender.wait()
    assert node.got == ["_mget", name, "_mget", name]
    sender.close()
    cluster.client.close()
