"""The indices of an index in the cluster: made, switched to, dropped.

In: a cluster. Out: templates, indices and the alias `NAME-documents`, which always stands for the
index that the newest generation is in. Holds no document itself.
"""

import re
from collections.abc import Sequence
from typing import Any

from dragoman.indexer.opensearch import schema
from dragoman.indexer.opensearch.connection import Cluster

_SMALL = {"files": schema.FILES, "meta": schema.META}


def ensure(cluster: Cluster, shards: int, replicas: int) -> None:
    """Puts the template of document indices, and the small indices where they are missing."""
    template = {
        "index_patterns": [cluster.index("documents-*")],
        "template": {
            "settings": schema.settings(shards, replicas),
            "mappings": schema.DOCUMENTS,
        },
        "priority": 500,
    }
    made = []
    with cluster.asked() as client:
        client.indices.put_index_template(name=cluster.index("documents"), body=template)
        for kind, mapping in _SMALL.items():
            name = cluster.index(kind)
            if not client.indices.exists(index=name):
                body: dict[str, Any] = {
                    "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
                    "mappings": mapping,
                }
                client.indices.create(index=name, body=body, ignore=[400])  # made by another
                made.append(name)
    _wait(cluster, [cluster.index(kind) for kind in _SMALL], len(_SMALL))
    if made:
        _wait_for_replicas(cluster, made, replicas)


def _wait(cluster: Cluster, names: Sequence[str], shards: int) -> None:
    """Waits until indices can be read and written: until so many shards of them are on a node.

    Raises:
        ClusterError: They can’t be within half a minute.
    """
    with cluster.asked() as client:
        health = client.cluster.health(
            index=",".join(names), params={"wait_for_active_shards": shards},
            ignore=[408],
        )  # fmt: skip
    if health["timed_out"]:
        raise cluster.red()


def _wait_for_replicas(cluster: Cluster, names: Sequence[str], replicas: int) -> None:
    """Waits until new indices are there as often as they should be, where there are the nodes.

    A node lost before that takes with it what nobody else holds yet. After half a minute (a disk
    that is nearly full gets no replicas) it goes on without.
    """
    with cluster.asked() as client:
        nodes = client.cluster.health()["number_of_data_nodes"]
        if 0 < replicas < nodes:
            client.cluster.health(
                index=",".join(names), params={"wait_for_status": "green"},
                ignore=[408],
            )  # fmt: skip


def create_documents(cluster: Cluster, kept: str, *, anew: bool) -> str:
    """Makes an index for documents, the first or (anew) the next, and one for their forms.

    Several machines that start at once have the first in common. A rebuild is alone: what another
    one left unfinished is dropped.

    Returns:
        The name of the index of documents.
    """
    pattern = cluster.index("documents-")
    number = 1
    with cluster.asked() as client:
        if anew:
            for name in client.indices.get(index=f"{pattern}*"):
                if (found := re.fullmatch(rf"{pattern}(\d+)", name)) and name != kept:
                    drop(cluster, name)
                elif found:
                    number = int(found[1]) + 1
        name = f"{pattern}{number:06}"
        client.indices.create(index=name, ignore=[400])  # it may be there
        settings = client.indices.get_settings(index=name)[name]["settings"]["index"]
        few = {"number_of_shards": 1, "number_of_replicas": settings["number_of_replicas"]}
        forms = schema.forms_index(name)
        body = {"settings": few, "mappings": schema.FORMS}
        client.indices.create(index=forms, body=body, ignore=[400])
    _wait(cluster, [name, forms], int(settings["number_of_shards"]) + 1)
    _wait_for_replicas(cluster, [name, forms], int(settings["number_of_replicas"]))
    return name


def switch(cluster: Cluster, index: str) -> None:
    """Lets the alias stand for an index alone."""
    alias = cluster.index("documents")
    actions: list[dict[str, Any]] = [
        {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}},
        {"add": {"index": index, "alias": alias}},
    ]
    with cluster.asked() as client:
        client.indices.update_aliases(body={"actions": actions})


def drop(cluster: Cluster, index: str) -> None:
    """Removes an index of documents and that of their forms, if they are there."""
    with cluster.asked() as client:
        for name in (index, schema.forms_index(index)):
            client.indices.delete(index=name, ignore=[404])
