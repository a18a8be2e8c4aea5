"""An index in a cluster with the security plugin, set up and used as the README says."""

import re
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import secured
from asking import Refused, ask
from nodes import Cluster
from page_kinds import DOCUMENTS
from views import differing_commands, differing_pages

from dragoman.indexer import sync
from dragoman.indexer.errors import ClusterError
from dragoman.search import Query, open_searcher
from dragoman.search.opensearch import cluster_search

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NOWHERE = Path("/nonexistent")
"""The index directory of an index that is in a cluster."""


def url_of(cluster: Cluster, user: str, password: str | None = None) -> str:
    """All nodes of the cluster, as a user writes them into the URL."""
    login = f"{user}:{quote(secured.PASSWORDS[user] if password is None else password, safe='')}@"
    return ",".join(url.replace("//", f"//{login if user else ''}") for url in cluster.urls)


@pytest.fixture(autouse=True)
def nothing_left(secured_nodes: Cluster) -> Iterator[None]:
    yield
    secured_nodes.ask("DELETE", "/dragoman-*,payroll*")


@pytest.fixture
def become(secured_nodes: Cluster, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this process, and those that it starts, ask the cluster as a user."""
    assert secured_nodes.secured
    monkeypatch.setenv("SSL_CERT_FILE", str(secured_nodes.secured.authority))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("DRAGOMAN_ENGINE", "opensearch")
    monkeypatch.setenv("DRAGOMAN_REPLICAS", "1")

    def become(user: str) -> None:
        monkeypatch.setenv("DRAGOMAN_URL", url_of(secured_nodes, user))

    return become


def dragoman(*args: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    started = "from dragoman.search.cli import main; main()"
    found = subprocess.run(
        [sys.executable, "-c", started, "--index", str(NOWHERE), *args],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in found.stderr
    for password in secured.PASSWORDS.values():
        assert password not in found.stdout + found.stderr
        assert quote(password, safe="") not in found.stdout + found.stderr
    return found


def done(*args: str) -> str:
    """What a command says that succeeds."""
    found = dragoman(*args)
    assert found.returncode == 0, found.stderr
    return found.stderr


def failure(*args: str) -> str:
    """The error of a command that fails."""
    found = dragoman(*args)
    assert (found.returncode, found.stdout) == (1, ""), found.stderr
    return found.stderr


def status(cluster: Cluster, user: str, method: str, path: str, body: object = None) -> int:
    """The status of a plain request by a user."""
    assert cluster.secured
    login = f"{user}:{secured.PASSWORDS[user]}"
    try:
        ask(cluster.urls[0], method, path, body, secured=replace(cluster.secured, login=login))
    except Refused as refused:
        return refused.status
    return 200


def test_nodes_see_their_own_key_only_and_know_one_another_by_it(secured_nodes: Cluster) -> None:
    assert secured_nodes.secured
    assert secured_nodes.health()["number_of_nodes"] == 2
    seen = {path.name for path in (secured_nodes.secured.config / "certs").iterdir()}
    assert seen == {"ca.pem", "node.pem", "node.key"}
    authority = secured_nodes.secured.authority.parents[1] / "authority"
    assert stat.S_IMODE(authority.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["node1", "node2", "node3", "localhost", "127.0.0.1"])
def test_a_strict_client_trusts_the_certificates(name: str, secured_nodes: Cluster) -> None:
    assert secured_nodes.secured
    context = ssl.create_default_context(cafile=secured_nodes.secured.authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as of Python 3.13 every client is
    with (
        socket.create_connection(("127.0.0.1", secured_nodes.nodes[0].http_port)) as plain,
        context.wrap_socket(plain, server_hostname=name) as spoken,
    ):
        assert spoken.version()


def test_dragoman_index_adds_removes_rebuilds_and_moves_an_index(
    become: Callable[[str], None],
    tmp_path: Path,
    secured_nodes: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts, others = tmp_path / "texts", tmp_path / "others"
    for folder in (texts, others):
        folder.mkdir()
    (others / "theirs.txt").write_text("Speech\n\nA war elsewhere.")
    for number in range(4):
        (texts / f"{number}.txt").write_text(f"Speech {number}\n\nPeace with number{number}.")
    become("dragoman-index")
    assert done("index", str(texts)).startswith("4 added, 0 changed, 0 deleted")
    (texts / "1.txt").write_text("Speech\n\nWar with number1.")
    (texts / "2.txt").unlink()
    (texts / "new.txt").write_text("Speech\n\nWar again.")
    assert done("index").startswith("1 added, 1 changed, 1 deleted, 2 unchanged")
    assert documents_of(secured_nodes) == ["dragoman-documents-000001"]
    with monkeypatch.context() as another:
        another.setenv("DRAGOMAN_MACHINE", "another")
        assert done("index", str(others)).startswith("1 added")
    assert done("index", "--full").startswith("4 added")
    assert documents_of(secured_nodes) == ["dragoman-documents-000002"]
    moved = tmp_path / "moved.tar.zst"
    assert done("export-index", str(moved)).startswith("5 documents")
    (texts / "0.txt").unlink()
    assert done("index").startswith("0 added, 0 changed, 1 deleted")
    elsewhere = f"{url_of(secured_nodes, 'dragoman-index')}/dragoman-moved"
    assert done("--url", elsewhere, "import-index", str(moved)).startswith("5 documents")
    elsewhere = f"{url_of(secured_nodes, 'dragoman-web')}/dragoman-moved"
    hits = dragoman("--url", elsewhere, "search", "war OR number0", "--jsonl").stdout
    assert len(hits.splitlines()) == 4


def documents_of(cluster: Cluster) -> list[str]:
    """What the alias stands for, which must be all there is of documents."""
    found = list(cluster.ask("GET", "/_alias/dragoman-documents"))
    made = cluster.ask("GET", "/_cat/indices/dragoman-documents-*?format=json")
    assert sorted(each["index"] for each in made if "forms" not in each["index"]) == found
    return found


def test_dragoman_web_reads_whatever_there_is_to_read(
    become: Callable[[str], None],
    tmp_path: Path,
    secured_nodes: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = tmp_path / "texts"
    for name, text in DOCUMENTS.items():
        (texts / name).parent.mkdir(parents=True, exist_ok=True)
        (texts / name).write_text(text, "utf-8")
    become("dragoman-index")
    report = sync([SEEDS, texts], index_dir=NOWHERE, full=True)
    for name in ("ENGINE", "URL"):
        monkeypatch.delenv(f"DRAGOMAN_{name}")
    embedded, clustered = tmp_path / "embedded", tmp_path / "clustered"
    assert sync([SEEDS, texts], index_dir=embedded).documents == report.documents > 30
    clustered.mkdir()
    (clustered / "dragoman.toml").write_text(
        f'engine = "opensearch"\nurl = "{url_of(secured_nodes, "dragoman-web")}"\n'
    )
    assert differing_pages(embedded, clustered) == []
    assert differing_commands(embedded, clustered, tmp_path / "queries.txt") == []
    monkeypatch.setattr(cluster_search, "WINDOW", 8)
    query = Query("treaty договор", match="any", page=3, page_size=4)  # its end is behind place 8
    with open_searcher(embedded) as files, open_searcher(clustered) as cluster:
        expected, found = (searcher.search(query).hits for searcher in (files, cluster))
    assert [hit.metadata.doc_id for hit in found] == [hit.metadata.doc_id for hit in expected]
    assert len(found) == 4


def test_dragoman_web_can_not_write(
    become: Callable[[str], None], tmp_path: Path, secured_nodes: Cluster
) -> None:
    (tmp_path / "one.txt").write_text("Speech\n\nPeace.")
    become("dragoman-index")
    done("index", "--full", str(tmp_path))
    before = secured_nodes.ask("GET", "/dragoman-*/_count")["count"]
    become("dragoman-web")
    for command in (("index", str(tmp_path)), ("index", "--full")):
        assert re.search(
            r"error: the cluster at https://127\.0\.0\.1:\d+,.* does not let the user "
            r"‘dragoman-web’ do this \(indices:[a-z_/]+\); log in as one whose role allows it: "
            r"https://NAME:PASSWORD@HOST:PORT, with --url or DRAGOMAN_URL$",
            failure(*command), re.MULTILINE,
        )  # fmt: skip
    bulk = b'{"create":{"_index":"dragoman-files","_id":"x"}}\n{}\n'
    (documents,) = documents_of(secured_nodes)
    for method, path, body in (
        ("POST", "/_bulk", bulk), ("POST", "/dragoman-files/_bulk", bulk),
        ("PUT", "/dragoman-files/_doc/x", {}), ("DELETE", "/dragoman-meta/_doc/header", None),
        ("POST", "/dragoman-meta/_update/header", {"doc": {}}),
        ("DELETE", f"/{documents}", None), ("DELETE", "/dragoman-*", None),
        ("PUT", "/dragoman-more", {}), ("POST", "/dragoman-meta/_close", None),
        ("PUT", "/dragoman-meta/_mapping", {"properties": {}}),
        ("PUT", "/dragoman-meta/_settings", {"index.blocks.read": True}),
        ("POST", "/_aliases", {"actions": [{"remove_index": {"index": documents}}]}),
        ("PUT", "/_index_template/dragoman-documents", {"index_patterns": ["dragoman-*"]}),
        ("DELETE", "/_index_template/dragoman-documents", None),
        ("PUT", "/_cluster/settings", {"transient": {"cluster.max_shards_per_node": 9}}),
        ("GET", "/_cluster/state", None),
    ):  # fmt: skip
        assert status(secured_nodes, "dragoman-web", method, path, body) == 403, (method, path)
    assert secured_nodes.ask("GET", "/dragoman-*/_count")["count"] == before


@pytest.mark.parametrize("user", ["dragoman-web", "dragoman-index"])
def test_no_user_sees_or_touches_the_indices_of_others(user: str, secured_nodes: Cluster) -> None:
    secured_nodes.ask("PUT", "/payroll/_doc/1?refresh=true", {"text": "secret"})
    match_all = {"query": {"match_all": {}}}
    for method, path, body in (
        ("GET", "/payroll/_search", None), ("GET", "/payroll/_doc/1", None),
        ("GET", "/_search", match_all), ("GET", "/*/_search", match_all),
        ("GET", "/payroll,dragoman-meta/_search", match_all), ("GET", "/payroll/_mapping", None),
        ("GET", "/_cat/indices", None),
        ("POST", "/payroll/_search/point_in_time?keep_alive=1m", None),
        ("PUT", "/payroll/_doc/2", {}), ("DELETE", "/payroll", None), ("PUT", "/others", {}),
        ("GET", "/.opendistro_security/_search", None),
        ("GET", "/_plugins/_security/api/internalusers", None),
        ("GET", "/_snapshot", None), ("GET", "/_nodes", None),
    ):  # fmt: skip
        assert status(secured_nodes, user, method, path, body) == 403, (method, path)
    assert secured_nodes.ask("GET", "/payroll/_count")["count"] == 1


def test_a_wrong_or_missing_password_is_told_with_address_and_remedy(
    become: Callable[[str], None], secured_nodes: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("dragoman-web")
    shown = re.escape(f"error: the cluster at {','.join(secured_nodes.urls)}/dragoman ")
    remedy = r"https://NAME:PASSWORD@HOST:PORT, with --url or DRAGOMAN_URL$"
    for user, password, told in (
        ("dragoman-web", "hush-hush", r"knows no user ‘dragoman-web’ with this password; correct"),
        ("nobody", "hush-hush", r"knows no user ‘nobody’ with this password; correct"),
        ("", "", r"wants a name and a password; write"),
    ):
        monkeypatch.setenv("DRAGOMAN_URL", url_of(secured_nodes, user, password))
        for command in (("search", "treaty"), ("index", str(SEEDS))):
            error = failure(*command)
            assert re.search(f"^{shown}{told}.*{remedy}", error, re.MULTILINE), error
            assert "hush-hush" not in error


def test_a_changed_password_is_handed_over(
    secured_nodes: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secured_nodes.secured
    folder = secured_nodes.secured.authority.parents[1]
    users = folder / "security" / "internal_users.yml"
    before = users.read_text("utf-8")
    port = secured_nodes.nodes[0].http_port
    old = secured.PASSWORDS["dragoman-web"]
    assert status(secured_nodes, "dragoman-web", "GET", "/") == 200
    hashed = re.search(r"dragoman-web: {hash: (\S+)}", before)
    assert hashed
    users.write_text(before.replace(hashed[1], secured.hash_of("new/9")), "utf-8")
    secured.hand_over(folder, port)
    assert status(secured_nodes, "dragoman-web", "GET", "/") == 401
    monkeypatch.setitem(secured.PASSWORDS, "dragoman-web", "new/9")
    assert status(secured_nodes, "dragoman-web", "GET", "/") == 200
    users.write_text(before, "utf-8")
    secured.hand_over(folder, port)
    monkeypatch.setitem(secured.PASSWORDS, "dragoman-web", old)
    assert status(secured_nodes, "dragoman-web", "GET", "/") == 200


def test_an_authority_that_is_not_known_is_told_with_its_remedy(
    become: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("dragoman-web")
    monkeypatch.delenv("SSL_CERT_FILE")
    error = failure("search", "treaty")
    assert re.search(
        r"^error: the certificate of the cluster at https://\S+ can't be trusted \(.*\); let "
        r"SSL_CERT_FILE name a PEM file with the certificate of its authority$",
        error, re.MULTILINE,
    ), error  # fmt: skip
    for content in (None, "no certificate"):
        named = tmp_path / "ca.pem"
        if content:
            named.write_text(content)
        monkeypatch.setenv("SSL_CERT_FILE", str(named))
        error = failure("search", "treaty")
        assert f"the certificates in {named} can't be read" in error
        assert "let SSL_CERT_FILE name a PEM file" in error
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("DRAGOMAN_INSECURE", "1")
    assert re.fullmatch(
        "error: no index ‘dragoman’ in the cluster.*\n", failure("search", "treaty")
    )


def test_a_node_asked_without_tls_is_told_with_its_remedy(
    become: Callable[[str], None], secured_nodes: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("dragoman-web")
    monkeypatch.setenv("DRAGOMAN_URL", secured_nodes.urls[0].replace("https", "http"))
    with pytest.raises(ClusterError, match="where it speaks TLS the address begins with https://"):
        open_searcher(NOWHERE)
