"""Who writes to an index in the cluster: one run for each machine, and a rebuild alone.

In: a cluster and a machine's name. Out: a lock that is kept alive while it is held; of a run that
was killed it ends by itself. Writes no documents.
"""

import os
import socket
import threading
import time
from typing import Any

from dragoman.indexer.errors import ClusterError, IndexLocked, in_english
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.state import all_of

LEASE_S = 90.0
"""A lock that nobody has renewed for so long is free."""
_PAUSE_S = 0.2


class Lock:
    """The right to write a machine's part of an index, or (alone) all of it.

    Args:
        cluster: Where.
        machine: Whose part.
        alone: Whether no other machine may write meanwhile.
        wait_s: Seconds to wait for another run.

    Raises:
        IndexLocked: Another run is writing; names it.
    """

    def __init__(self, cluster: Cluster, machine: str, *, alone: bool, wait_s: float) -> None:
        self._cluster, self._name = cluster, f"lock-{machine}"
        self._alone = alone
        self._ended = threading.Event()
        until = time.monotonic() + wait_s
        while holder := self._taken_by():
            if time.monotonic() >= until:
                raise IndexLocked(
                    in_english(
                        f"{holder} is writing to the index in the cluster at {cluster.shown}; "
                        "wait until it has ended"
                    )
                )
            time.sleep(_PAUSE_S)
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _content(self) -> dict[str, Any]:
        return {
            "name": self._name,
            "content": {
                "holder": f"process {os.getpid()} on {socket.gethostname()}",
                "alone": self._alone,
                "until": time.time() + LEASE_S,
            },
        }

    def _taken_by(self) -> str:
        """Takes the lock, or tells who has one that is in its way."""
        from opensearchpy.exceptions import ConflictError

        index, now = self._cluster.index("meta"), time.time()
        with self._cluster.asked() as client:
            found = client.get(index=index, id=self._name, ignore=[404])
            params: dict[str, Any] = {"op_type": "create", "refresh": "true"}
            if found.get("found"):
                held = found["_source"]["content"]
                if held["until"] > now:
                    return str(held["holder"])
                params = {
                    "if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"],
                    "refresh": "true",
                }  # fmt: skip
            try:
                client.index(index=index, id=self._name, body=self._content(), params=params)
            except ConflictError:
                return "another process"
        for other in all_of(self._cluster, "meta", {"prefix": {"name": "lock-"}}):
            held = other["content"]
            if other["name"] == self._name or held["until"] <= now:
                continue
            if self._alone or held["alone"]:
                self._free()
                return str(held["holder"])
        return ""

    def _keep(self) -> None:
        while not self._ended.wait(LEASE_S / 4):
            try:
                with self._cluster.asked() as client:
                    client.index(
                        index=self._cluster.index("meta"), id=self._name, body=self._content()
                    )
            except ClusterError:
                continue  # the run itself meets it too, and says so

    def _free(self) -> None:
        with self._cluster.asked() as client:
            client.delete(
                index=self._cluster.index("meta"),
                id=self._name,
                params={"refresh": "true"},
                ignore=[404],
            )

    def release(self) -> None:
        """Lets the next run write."""
        self._ended.set()
        self._thread.join()
        try:
            self._free()
        except ClusterError:
            pass  # it ends by itself
