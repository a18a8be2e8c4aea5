"""Where a cluster is, by the URL that a user writes, and how a connection to it is made.

In: a URL. Out: an `Address`: hosts as the client takes them, and what errors may show of it, which
is never a password. Connects to nothing.
"""

import base64
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from dragoman.indexer.errors import ClusterError, in_english

if TYPE_CHECKING:
    from ssl import SSLContext

DEFAULT_NAME = "dragoman"
"""What names of indices in the cluster begin with, where the URL does not say it."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_PORTS = {"http": 9200, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A cluster and the name under which an index is kept there.

    Attributes:
        hosts: Each node, as the client takes it; with headers that log in.
        name: What names of indices begin with.
        user: Who logs in; empty without a login.
        shown: The nodes and the name, for people.
        first: The first node, for people.
    """

    hosts: tuple[dict[str, Any], ...]
    name: str
    user: str
    shown: str
    first: str

    @property
    def has_tls(self) -> bool:
        """Whether any node is asked by TLS."""
        return any(host["use_ssl"] for host in self.hosts)


def address_of(url: str) -> Address:
    """The address that a URL tells: `http://HOST:PORT/NAME`, or several separated by commas.

    Raises:
        ClusterError: The URL is none.
    """
    parts = [urlsplit(part.strip()) for part in url.split(",") if part.strip()]
    if any("@" in part._replace(netloc="").geturl() for part in parts):
        raise ClusterError(
            in_english(
                f"‘{without_login(url)}’ is no address of a cluster: in its name or password write "
                "/ as %2F, @ as %40, # as %23, ? as %3F, : as %3A, a comma as %2C"
            )
        )
    if not parts or not all(map(_is_node, parts)):
        raise ClusterError(
            in_english(
                f"‘{without_login(url)}’ is no address of a cluster; write it like "
                "http://localhost:9200 or https://NAME:PASSWORD@HOST:9200, with --url or "
                "DRAGOMAN_URL"
            )
        )
    name = next((p.path.strip("/") for p in parts if p.path.strip("/")), DEFAULT_NAME)
    if not _NAME.fullmatch(name):
        raise ClusterError(
            in_english(
                f"‘{name}’ can't be the name of an index; small letters, digits, - and _ can"
            )
        )
    shown = [f"{p.scheme}://{p.hostname}:{p.port or _PORTS[p.scheme]}" for p in parts]
    return Address(
        hosts=tuple(map(_host, parts)),
        name=name,
        user=unquote(parts[0].username or ""),
        shown=f"{','.join(shown)}/{name}",
        first=shown[0],
    )


def _is_node(part: SplitResult) -> bool:
    try:
        return part.scheme in _PORTS and bool(part.hostname) and part.port != 0
    except ValueError:  # no number
        return False


def _host(part: SplitResult) -> dict[str, Any]:
    host: dict[str, Any] = {
        "host": part.hostname, "port": part.port or _PORTS[part.scheme],
        "use_ssl": part.scheme == "https",
    }  # fmt: skip
    if part.username:
        login = f"{unquote(part.username)}:{unquote(part.password or '')}"
        host["headers"] = {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    return host


def without_login(url: str) -> str:
    """A URL, or several, for people to see: what stands before an @ is left out."""
    return re.sub(r"//((?!https?://).)*@", "//", url)


def tls() -> "SSLContext":
    """How nodes are spoken to: their certificates go back to the authority in `SSL_CERT_FILE`.

    Those of `SSL_CERT_DIR` and, where neither is named, the usual ones are trusted too. With
    `DRAGOMAN_INSECURE=1` any certificate is.

    Raises:
        ClusterError: What `SSL_CERT_FILE` names can't be read.
    """
    import ssl

    import certifi

    file, folder = (os.environ.get(f"SSL_CERT_{name}") or None for name in ("FILE", "DIR"))
    try:
        context = ssl.create_default_context(
            cafile=file or (None if folder else certifi.where()), capath=folder
        )
    except OSError as error:  # one that holds no certificate too
        raise ClusterError(
            in_english(
                f"the certificates in {file} can't be read ({error.strerror or error}); let "
                "SSL_CERT_FILE name a PEM file with that of the cluster's authority"
            )
        ) from error
    if os.environ.get("DRAGOMAN_INSECURE") == "1":
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
