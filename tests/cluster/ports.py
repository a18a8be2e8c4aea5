"""Ports for the nodes of a cluster: free now, and no other cluster's while ours are starting.

Clusters that start at the same moment find the same ports free, for a node listens only seconds
later: each holds a lock for each of its ports.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
from typing import IO

from artifacts import cache_folder

FIRST_PORT = 19600


class Ports:
    """The first `count` ports from `FIRST_PORT` on that nobody has, until they are released.

    Attributes:
        numbers: the ports.
    """

    def __init__(self, count: int) -> None:
        self.numbers: list[int] = []
        self._locks: list[IO[str]] = []
        port = FIRST_PORT
        while len(self.numbers) < count:
            lock = (cache_folder() / f"port-{port}.lock").open("w")
            if _locked(lock) and _is_free(port):
                self.numbers.append(port)
                self._locks.append(lock)
            else:
                lock.close()
            port += 1

    def release(self) -> None:
        """Let others have them."""
        while self._locks:
            self._locks.pop().close()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False
