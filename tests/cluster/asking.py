"""A node asked with plain HTTP, also by TLS and as a user.

In: a request. Out: the JSON of its answer, or what was refused. Knows nothing of what is asked for.
"""

from __future__ import annotations

import base64
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """A node answered with an error.

    Attributes:
        status: The HTTP status.
        body: What it said.
    """

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:500]}")
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Secured:
    """What makes the nodes of a cluster ones with the security plugin.

    Attributes:
        config: what is laid over each node's `config`, with `opensearch.yml`; read as it is, not
            given to the user that nodes run as.
        authority: the certificate (PEM) that theirs go back to.
        login: `NAME:PASSWORD` of a user who may do everything.
    """

    config: Path
    authority: Path
    login: str


def ask(
    url: str,
    method: str,
    path: str,
    body: object = None,
    timeout: float = 40,
    secured: Secured | None = None,
) -> Any:
    """One request to a node, of a secured one by the user who may do everything; its JSON.

    Raises:
        Refused: it answered with an error.
        OSError: it did not answer within `timeout` seconds.
    """
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
    headers, context = {"Content-Type": kind}, None
    if secured:
        headers["Authorization"] = f"Basic {base64.b64encode(secured.login.encode()).decode()}"
        context = ssl.create_default_context(cafile=secured.authority)
    request = urllib.request.Request(url + path, data=data, method=method, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(error.code, error.read().decode()) from None
