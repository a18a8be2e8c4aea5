"""The indices of an index in the cluster: made, switched to, dropped.

In: a cluster. Out: templates, indices and the alias `NAME-documents`, which always stands for the
index that the newest generation is in. Holds no document itself.
"""

import re
from typing import Any

from dragoman.indexer.opensearch import schema
from dragoman.indexer.opensearch.connection import Cluster

_SMALL = {"forms": schema.FORMS, "files": schema.FILES, "meta": schema.META}


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


def create_documents(cluster: Cluster, kept: str, *, anew: bool) -> str:
    """Makes an index for documents, the first or (anew) the next; returns its name.

    Several machines that start at once have the first in common. A rebuild is alone: what another
    one left unfinished is dropped.
    """
    pattern = cluster.index("documents-")
    number = 1
    with cluster.asked() as client:
        if anew:
            for name in client.indices.get(index=f"{pattern}*"):
                if (found := re.fullmatch(rf"{pattern}(\d+)", name)) and name != kept:
                    client.indices.delete(index=name, ignore=[404])
                elif found:
                    number = int(found[1]) + 1
        name = f"{pattern}{number:06}"
        client.indices.create(index=name, ignore=[400])  # it may be there
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
    """Removes an index, if it is there."""
    with cluster.asked() as client:
        client.indices.delete(index=index, ignore=[404])
