"""The files of the README's chapter on deploying: they are read, and what they name is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = re.search(
    r"^## Deploying a cluster$.*?(?=^## )",
    (ROOT / "README.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


def documents() -> list[dict[str, Any]]:
    assert CHAPTER
    blocks = re.findall(r"```yaml\n(.*?)```", CHAPTER[0], re.DOTALL)
    return [document for block in blocks for document in yaml.safe_load_all(block)]


def of_type(name: str) -> dict[str, Any]:
    (found,) = [d for d in documents() if d.get("_meta", {}).get("type") == name]
    return found


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [d for d in documents() if d.get("kind") == kind]
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    (found,) = [d for d in documents() if "services" in d]
    return found


def test_each_role_has_its_user_and_the_web_may_only_read() -> None:
    users, roles, mapping = map(of_type, ("internalusers", "roles", "rolesmapping"))
    own = roles.keys() - {"_meta"}
    assert own == {"dragoman_search", "dragoman_write"}
    assert {user for role in own for user in mapping[role]["users"]} < users.keys()
    assert mapping.keys() - {"_meta"} == {*own, "all_access"}
    search = roles["dragoman_search"]
    actions = [action for p in search["index_permissions"] for action in p["allowed_actions"]]
    allowed = [*actions, *search["cluster_permissions"]]
    assert all(re.match(r"read$|\w+:(monitor|data/read)/", action) for action in allowed)
    assert mapping["dragoman_search"]["users"] == ["dragoman-web"]


def test_the_composed_nodes_find_one_another_and_speak_only_tls(compose: dict[str, Any]) -> None:
    (settings,) = [d for d in documents() if "cluster.name" in d]
    nodes = {name for name in compose["services"] if name.startswith("node")}
    assert set(settings["discovery.seed_hosts"]) == nodes
    assert set(settings["cluster.initial_cluster_manager_nodes"]) == nodes
    assert settings["plugins.security.ssl.http.enabled"] is True
    for name in nodes:
        service = compose["services"][name]
        assert service["environment"]["node.name"] == service["hostname"] == name
        assert "ports" not in service
        mounted = [volume.split(":")[0] for volume in service["volumes"]]
        assert mounted[-1] in compose["volumes"]
        assert mounted[:-1] == ["./opensearch.yml", "./certs", "./security"]


@pytest.mark.parametrize(
    ("service", "user"), [("web", "dragoman-web"), ("watch", "dragoman-index")]
)
def test_each_composed_service_comes_as_its_user_and_trusts_the_authority(
    compose: dict[str, Any], service: str, user: str
) -> None:
    environment = compose["services"][service]["environment"]
    urls = environment["DRAGOMAN_URL"].split(",")
    assert [re.match(r"https://([\w-]+):\$\{\w+:\?\}@(node\d):9200$", url)[2] for url in urls] == [
        "node1", "node2", "node3"
    ]  # fmt: skip
    assert all(url.startswith(f"https://{user}:") for url in urls)
    assert environment["SSL_CERT_FILE"] == "/certs/ca.pem"
    assert "./certs/ca.pem:/certs/ca.pem:ro" in compose["services"][service]["volumes"]


def test_what_kubernetes_is_told_fits_together() -> None:
    cluster, web, service = map(of_kind, ("OpenSearchCluster", "Deployment", "Service"))
    assert CHAPTER
    made = set(re.findall(r"create secret generic ([\w-]+)", CHAPTER[0]))
    config = cluster["spec"]["security"]["config"]
    asked = {config["securityConfigSecret"]["name"], config["adminCredentialsSecret"]["name"]}
    (container,) = web["spec"]["template"]["spec"]["containers"]
    asked |= {e["valueFrom"]["secretKeyRef"]["name"] for e in container["env"] if "valueFrom" in e}
    assert asked == made
    (volume,) = web["spec"]["template"]["spec"]["volumes"]
    assert volume["secret"]["secretName"] == f"{cluster['metadata']['name']}-http-cert"
    assert service["spec"]["selector"] == web["spec"]["selector"]["matchLabels"]
    assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["containerPort"]
    tls = cluster["spec"]["security"]["tls"]
    assert tls["transport"]["generate"] and tls["http"]["generate"]
    (pool,) = cluster["spec"]["nodePools"]
    assert pool["replicas"] == 3
