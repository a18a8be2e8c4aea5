"""What goes wrong with a cluster, said so that a user knows what to do.

In: exceptions of the client, and what a cluster answered instead of what it was asked for. Out: a
`ClusterError` that names the address and the remedy. Asks nothing.
"""

import re
from typing import Any

from dragoman.indexer.errors import ClusterError, IndexMissing, in_english
from dragoman.indexer.opensearch.address import Address

_LOGIN = "https://NAME:PASSWORD@HOST:PORT, with --url or DRAGOMAN_URL"
_OTHER_HOST = ("Hostname mismatch", "IP address mismatch", "doesn't match")


def unanswered(address: Address, error: Any) -> ClusterError:
    """The error for nodes that can't be connected to."""
    cause = str(error.error) if getattr(error, "error", None) else str(error)
    hint = ""
    if "Connection aborted" in cause and not address.has_tls:
        hint = "; where it speaks TLS the address begins with https://"
    return ClusterError(
        in_english(
            f"no cluster answers at {address.shown} ({_short(cause)}); start it, or give its "
            f"address with --url or DRAGOMAN_URL{hint}"
        )
    )


def untrusted(address: Address, error: Any) -> ClusterError:
    """The error for a node with which there is no TLS, or none that can be trusted."""
    cause = str(error.error)
    found = re.search(r"certificate verify failed: ([^(]*[^(. ])", cause)
    if found is None:
        return ClusterError(
            in_english(
                f"what answers at {address.shown} does not speak TLS ({_short(cause)}); write "
                "http:// where it need not, or start it with certificates"
            )
        )
    if any(words in cause for words in _OTHER_HOST):
        remedy = "use a name for it that is in its certificate, or make one with this name"
    elif "expired" in cause:
        remedy = "renew it"
    else:
        remedy = "let SSL_CERT_FILE name a PEM file with the certificate of its authority"
    return ClusterError(
        in_english(
            f"the certificate of the cluster at {address.shown} can't be trusted ({found[1]}); "
            f"{remedy}"
        )
    )


def refused(address: Address, status: object, kind: str, info: str) -> ClusterError | IndexMissing:
    """The error for a request that the cluster refused.

    Args:
        address: Where.
        status: Of HTTP.
        kind: The type that the cluster gives its error.
        info: All that it says about it.
    """
    where = f"the cluster at {address.shown}"
    if status == 404 and "index_not_found" in kind + info:
        return missing(address)
    if status == 401 or (status == 403 and "FORBIDDEN" not in info and "block" not in kind):
        return _forbidden(address, status, info)
    if "Security not initialized" in kind + info:
        return ClusterError(
            in_english(
                f"{where} does not know its users yet; wait until it has started, or see in its "
                "log what its security plugin lacks"
            )
        )
    if "read-only-allow-delete" in info or "flood" in info or "disk usage" in info:
        return ClusterError(
            in_english(
                f"{where} takes no more documents: a disk of it is too full; make room, and "
                "run it again"
            )
        )
    if "cluster_block" in kind or "block" in kind:
        return ClusterError(
            in_english(f"{where} is blocked ({_short(info)}); lift the block and try again")
        )
    if status == 503 or "no_shard_available" in info:
        return red(address)
    if status == 429 or "circuit_breaking" in kind + info:
        return ClusterError(
            in_english(f"{where} is overloaded; try again later, or give it more memory")
        )
    reasons = re.findall(r"'reason': [\"']([^'\"]+)", info)
    return ClusterError(
        in_english(
            f"{where} can't do what it is asked for: {_short(reasons[0] if reasons else info)}"
        )
    )


def _forbidden(address: Address, status: object, info: str) -> ClusterError:
    where, user = f"the cluster at {address.shown}", address.user
    if not user:
        told = f"{where} wants a name and a password; write them into the URL: {_LOGIN}"
    elif status == 401:
        told = (
            f"{where} knows no user ‘{user}’ with this password; correct them in the URL: {_LOGIN}"
        )
    else:
        action = re.search(r"no permissions for \[([^\]]+)", info)
        told = (
            f"{where} does not let the user ‘{user}’ do this{f' ({action[1]})' if action else ''}; "
            f"log in as one whose role allows it: {_LOGIN}"
        )
    return ClusterError(in_english(told))


def red(address: Address) -> ClusterError:
    """The error for an index of which parts are on no node."""
    return ClusterError(
        in_english(
            f"the cluster at {address.shown} has shards that no node holds (its state is red): "
            f"start the missing nodes, or see GET {address.first}/_cluster/allocation/explain"
        )
    )


def missing(address: Address) -> IndexMissing:
    """The error for an index that is not there."""
    return IndexMissing(
        in_english(
            f"no index ‘{address.name}’ in the cluster at {address.shown}; build one: dragoman "
            f"index --engine opensearch --url {address.shown} PATH"
        )
    )


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"
