"""The cluster: how it is asked.

In: a URL. Out: a `Cluster`, whose client does the work; whatever goes wrong comes out as a
`ClusterError` (made by `refusals`). Knows nothing of documents.
"""

import logging
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import Event
from typing import Any, NamedTuple

from dragoman.indexer.errors import ClusterError, IndexMissing, in_english
from dragoman.indexer.opensearch import refusals
from dragoman.indexer.opensearch.address import address_of, tls

Action = tuple[dict[str, Any], dict[str, Any] | None]
"""What is to be done with a document, and the document where it is kept."""
_BULK_BYTES = 4 << 20
_BULK_ROWS = 500
_CONNECTIONS = 20
"""To each node: a server answers several at once."""
_PATIENCE_S = 120.0
"""How long a cluster that is too busy is tried again before a run gives up."""
_COMPRESSES = False
"""Most of what is sent is compressed already (`packing`). Gzip was a quarter of the work here of
indexing; for a reader of 2,400 documents it makes 55 MB of 70 for 1.6 s of a node's core, which is
more than the wire takes for them where it carries 100 Mbit a second."""
_BUSY = (429, 503)
_PROXY_FAILED = (502, 504)
"""What another node may answer; a part that is missing or no room, 503, all say alike."""
_READ_S, _CONNECT_S = 15.0, 4.0
"""How long a reader waits: somebody waits for the page. Four tries to connect are made."""
_WRITE_S = 60.0
_OLDEST = (2, 13)
"""The first version whose scripts know `termFreq` and all that is asked for."""


class Row(NamedTuple):
    """An action as it is sent.

    Attributes:
        name: Of the document that it concerns, the cluster's own id.
        lines: Its lines of a request.
    """

    name: str
    lines: str


class Cluster:
    """A cluster and the name under which an index is kept there.

    Args:
        url: `http://HOST:PORT/NAME`, or several separated by commas; the name may be left out.
        for_reading: Whether a node that does not answer is given up soon, without another try;
            a writer waits long and tries again.

    Raises:
        ClusterError: The URL is none, or opensearch-py is not installed.
    """

    def __init__(self, url: str, *, for_reading: bool = False) -> None:
        self._for_reading = for_reading
        self._address = address_of(url)
        self.name, self.shown = self._address.name, self._address.shown

    def index(self, kind: str) -> str:
        """The full name of one of our indices or aliases: `documents`, `forms`, `files`, `meta`."""
        return f"{self.name}-{kind}"

    @cached_property
    def client(self) -> Any:
        """The official client."""
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise ClusterError(
                in_english(
                    "an index in a cluster needs the package opensearch-py: "
                    "pip install 'dragoman[opensearch]'"
                )
            ) from error
        logging.getLogger("opensearch").addHandler(logging.NullHandler())  # we tell what matters
        return OpenSearch(
            list(self._address.hosts), timeout=self._timeout(), max_retries=3,
            retry_on_timeout=not self._for_reading, retry_on_status=_PROXY_FAILED,
            http_compress=_COMPRESSES, pool_maxsize=_CONNECTIONS,
            ssl_context=tls() if self._address.has_tls else None,
        )  # fmt: skip

    def _timeout(self) -> Any:
        if not self._for_reading:
            return _WRITE_S
        from urllib3 import Timeout

        return Timeout(connect=_CONNECT_S, read=_READ_S)

    def _set_aside(self, error: Any) -> None:
        """Lets other nodes be asked for a while, not the one that did not answer in time."""
        transport = self.client.transport
        for connection in list(transport.connection_pool.connections):
            if getattr(error.info, "pool", None) is connection.pool:
                transport.mark_dead(connection)
                return

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """The client; what goes wrong with it in the block is told as a `ClusterError`."""
        client = self.client
        from opensearchpy import exceptions

        try:
            yield client
        except exceptions.ConnectionTimeout as error:
            self._set_aside(error)
            raise ClusterError(
                in_english(
                    f"the cluster at {self.shown} does not answer in time; see whether a node "
                    "hangs or is overloaded, and try again"
                )
            ) from error
        except exceptions.SSLError as error:
            raise refusals.untrusted(self._address, error) from error
        except exceptions.ConnectionError as error:
            raise refusals.unanswered(self._address, error) from error
        except exceptions.TransportError as error:
            raise self._told(error.status_code, str(error.error), str(error.info)) from error
        except exceptions.OpenSearchException as error:
            raise ClusterError(
                in_english(f"the cluster at {self.shown} failed: {error}")
            ) from error

    def _told(self, status: object, kind: str, info: str) -> ClusterError | IndexMissing:
        return refusals.refused(self._address, status, kind, info)

    def red(self) -> ClusterError:
        """The error for an index of which parts are on no node."""
        return refusals.red(self._address)

    def missing(self) -> IndexMissing:
        """The error for an index that is not there."""
        return refusals.missing(self._address)

    def check(self) -> None:
        """Whether the cluster is one that Dragoman can use.

        Raises:
            ClusterError: It can't be reached, is no OpenSearch or too old.
        """
        with self.asked() as client:
            version = client.info()["version"]
        number = str(version.get("number", "0"))
        if version.get("distribution") != "opensearch":
            raise ClusterError(
                in_english(
                    f"what answers at {self.shown} is no OpenSearch (it says version {number}); "
                    "give another address with --url"
                )
            )
        if tuple(int(part) for part in re.findall(r"\d+", number)[:2]) < _OLDEST:
            needed = ".".join(map(str, _OLDEST))
            raise ClusterError(
                in_english(
                    f"the cluster at {self.shown} is OpenSearch {number}; Dragoman needs {needed} "
                    "or newer"
                )
            )

    # Documents of ours

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        """A document of one of our indices by its name, with what it needs to be replaced."""
        with self.asked() as client:
            found = client.get(index=self.index(kind), id=name, ignore=[404])
        return dict(found) if found.get("found") else None

    def search(self, body: Mapping[str, Any], index: str | None = None) -> dict[str, Any]:
        """An answer of the cluster; never one in which a shard is missing."""
        with self.asked() as client:
            found: dict[str, Any] = client.search(
                body=body, index=index, params={"allow_partial_search_results": "false"}
            )
        return found

    def searches(self, bodies: Sequence[Mapping[str, Any]], index: str) -> list[dict[str, Any]]:
        """Several answers at once."""
        if not bodies:
            return []
        lines: list[Mapping[str, Any]] = []
        for body in bodies:
            lines += [{"allow_partial_search_results": False}, body]
        with self.asked() as client:
            found: list[dict[str, Any]] = client.msearch(body=lines, index=index)["responses"]
        for answer in found:
            if "error" in answer:
                kind = str(answer["error"].get("type"))
                raise self._told(answer.get("status"), kind, str(answer["error"]))
        return found

    def refresh(self, index: str) -> None:
        """Makes all that was sent to an index visible."""
        with self.asked() as client:
            client.indices.refresh(index=index)

    # Many at once

    def send(self, actions: Iterable[Action]) -> None:
        """Sends index, create and delete actions, each with its document.

        A cluster that is too busy is given time; what it refused is sent again. An existing
        document that was to be created, and a missing one that was to be deleted, are no failure.

        Raises:
            ClusterError: The cluster refuses a document, or stays too busy.
        """
        for rows in requests_of(actions):
            self.send_rows(rows)

    def send_rows(self, rows: list[Row], stopped: Event | None = None) -> None:
        """Sends the rows of one request, as `send` does; not again once it is `stopped`."""
        stopped = stopped or Event()
        until, pause = time.monotonic() + _PATIENCE_S, 0.2
        while rows := self._refused(rows):
            if time.monotonic() > until:
                raise ClusterError(
                    in_english(
                        f"the cluster at {self.shown} stays too busy to take documents; run it "
                        "again later: what it has taken is not sent twice"
                    )
                )
            if stopped.wait(pause * random.uniform(0.5, 1.5)):  # noqa: S311
                return
            pause = min(pause * 2, 10.0)

    def _refused(self, rows: list[Row]) -> list[Row]:
        """Sends rows; returns those that are to be sent again."""
        with self.asked() as client:
            answer = client.bulk(body="".join(row.lines for row in rows), ignore=_BUSY)
        if answer.get("status") in _BUSY or "items" not in answer:
            return rows
        again = []
        for row, item in zip(rows, answer["items"], strict=True):
            ((action, result),) = item.items()
            status = result.get("status", 200)
            if status in _BUSY:
                again.append(row)
            elif status >= 300 and (action, status) not in (("create", 409), ("delete", 404)):
                error = result.get("error") or {}
                raise self._told(status, str(error.get("type")), str(error))
        return again


def requests_of(actions: Iterable[Action]) -> Iterator[list[Row]]:
    """Actions as the rows of requests, each of bounded size."""
    rows: list[Row] = []
    size = 0
    for head, body in actions:
        ((_, place),) = head.items()
        lines = f"{_json(head)}\n" + (f"{_json(body)}\n" if body is not None else "")
        rows.append(Row(place["_id"], lines))
        size += len(lines)
        if size >= _BULK_BYTES or len(rows) >= _BULK_ROWS:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _json(content: Mapping[str, Any]) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
