"""What is kept in the cluster about an index: what it was made with, and from which files.

In and out: the documents of the indices `NAME-meta` and `NAME-files`. Each machine that indexes
has roots and files of its own; the header is one for all. Holds no document of the collection.
"""

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from dragoman.indexer import manifest
from dragoman.indexer.errors import IndexDamaged, IndexStale, in_english
from dragoman.indexer.manifest import FileEntry, Header, Root
from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.schema import CLUSTER_SCHEMA_VERSION, document_name

_HEADER = "header"
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class State:
    """A committed generation of an index in the cluster.

    Attributes:
        generation: Rises with every commit of any machine.
        header: What it was built with, and how much it holds; the roots are those of all machines.
        documents: Name of the index that holds the documents.
        tables: Name of its tables (`tables`).
        place: What the header must still be for another to take its place (`_seq_no` and term).
    """

    generation: int
    header: Header
    documents: str
    tables: str
    place: tuple[int, int] = (0, 0)


def this_machine() -> str:
    """The name under which this machine's roots and files are kept."""
    return os.environ.get("DRAGOMAN_MACHINE") or socket.gethostname()


def read_state(cluster: Cluster) -> State | None:
    """The newest committed generation, or None.

    Raises:
        ClusterError: The cluster can't be reached.
        IndexStale: Another version built it.
        IndexDamaged: It can't be read.
    """
    found = _read_header(cluster)
    if found is None:
        return None
    content, place = found
    _refuse_other_version(cluster, content)
    try:
        header = dict(content["header"])
        header["roots"] = tuple(Root(**root) for root in header["roots"])
        names = str(content["documents"]), str(content["tables"])
        return State(int(content["generation"]), Header(**header), *names, place)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(cluster) from error


def read_replaced(cluster: Cluster) -> State | None:
    """The newest generation as far as a rebuild must know it, whatever built it."""
    found = _read_header(cluster)
    if found is None:
        return None
    content, place = found
    generation, documents = content.get("generation"), content.get("documents")
    return State(
        generation if isinstance(generation, int) else 0,
        Header("", 0, 0),
        documents if isinstance(documents, str) else "",
        "",
        place,
    )


def _read_header(cluster: Cluster) -> tuple[dict[str, Any], tuple[int, int]] | None:
    """What is kept under the header's name, and what it must still be to be replaced."""
    with cluster.asked() as client:
        found = client.get(index=cluster.index("meta"), id=_HEADER, ignore=[404])
    if not found.get("found"):
        return None
    content = found["_source"].get("content")
    place = found["_seq_no"], found["_primary_term"]
    return content if isinstance(content, dict) else {}, place


def _refuse_other_version(cluster: Cluster, content: Mapping[str, Any]) -> None:
    differs = manifest.versions_that_differ(content.get("header") or {})
    theirs = content.get("cluster_schema")
    if theirs != CLUSTER_SCHEMA_VERSION:
        differs.append(f"cluster schema {theirs}, now {CLUSTER_SCHEMA_VERSION}")
    if differs:
        raise IndexStale(
            in_english(
                f"the index in the cluster at {cluster.shown} was built by another version "
                f"({'; '.join(differs)}); rebuild it: dragoman index --engine opensearch --url "
                f"{cluster.shown} --full"
            )
        )


def damaged(cluster: Cluster) -> IndexDamaged:
    """The error for an index in the cluster whose own notes can't be read."""
    return IndexDamaged(
        in_english(
            f"what the cluster at {cluster.shown} keeps about the index is damaged; rebuild it: "
            f"dragoman index --engine opensearch --url {cluster.shown} --full PATH"
        )
    )


def _content(state: State) -> dict[str, Any]:
    return {
        "cluster_schema": CLUSTER_SCHEMA_VERSION,
        "generation": state.generation,
        "documents": state.documents,
        "tables": state.tables,
        "header": asdict(state.header),
    }


def write_state(cluster: Cluster, state: State, replaces: State | None) -> State | None:
    """Makes a generation the newest; the state in its place, or None: another was faster."""
    from opensearchpy.exceptions import ConflictError

    condition: dict[str, Any] = {"op_type": "create"}
    if replaces is not None:
        condition = {"if_seq_no": replaces.place[0], "if_primary_term": replaces.place[1]}
    with cluster.asked() as client:
        try:
            written = client.index(
                index=cluster.index("meta"), id=_HEADER,
                body={"name": _HEADER, "content": _content(state)},
                params={**condition, "refresh": "true"},
            )  # fmt: skip
        except ConflictError:
            return None
    return replace(state, place=(written["_seq_no"], written["_primary_term"]))


# Roots and files


def roots_of(cluster: Cluster, machine: str) -> tuple[Root, ...]:
    """The roots of a machine's part of the collection."""
    found = cluster.get("meta", f"machine-{machine}")
    if found is None:
        return ()
    return tuple(Root(**root) for root in found["_source"]["content"]["roots"])


def all_roots(cluster: Cluster) -> dict[str, tuple[Root, ...]]:
    """The roots of each machine."""
    return {
        source["name"].removeprefix("machine-"): tuple(
            Root(**root) for root in source["content"]["roots"]
        )
        for source in all_of(cluster, "meta", {"prefix": {"name": "machine-"}})
    }


def write_roots(cluster: Cluster, machine: str, roots: Sequence[Root]) -> None:
    """Remembers the roots of a machine."""
    with cluster.asked() as client:
        client.index(
            index=cluster.index("meta"), id=f"machine-{machine}",
            body={
                "name": f"machine-{machine}",
                "content": {"roots": [asdict(root) for root in roots]},
            },
            params={"refresh": "true"},
        )  # fmt: skip


def read_files(cluster: Cluster, machine: str | None) -> dict[str, FileEntry]:
    """Key of each file of a machine (None: of all) to what it was when it was read."""
    query = {"term": {"machine": machine}} if machine is not None else {"match_all": {}}
    found = {}
    names = {each.name for each in fields(FileEntry)}
    for source in all_of(cluster, "files", query):
        entry = {name: value for name, value in source["entry"].items() if name in names}
        reasons = tuple((path, reason) for path, reason in entry["reasons"])
        key = source["key"] if machine is not None else f"{source['machine']}:{source['key']}"
        found[key] = FileEntry(**{**entry, "reasons": reasons})
    return found


def write_files(
    cluster: Cluster,
    machine: str,
    known: Mapping[str, FileEntry],
    files: Mapping[str, FileEntry],
) -> None:
    """Writes what is another of a machine's files than is known."""
    index = cluster.index("files")
    actions: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for key, entry in files.items():
        if known.get(key) != entry:
            name = document_name(f"{machine}\n{key}")
            row = {"name": name, "machine": machine, "key": key, "entry": asdict(entry)}
            actions.append(({"index": {"_index": index, "_id": name}}, row))
    for key in known.keys() - files.keys():
        name = document_name(f"{machine}\n{key}")
        actions.append(({"delete": {"_index": index, "_id": name}}, None))
    cluster.send(actions)
    cluster.refresh(index)


def forget_files(cluster: Cluster, machine: str, *, of_others: bool) -> None:
    """Forgets what a machine, or all others, have read: their next runs read it again."""
    of_machine = {"term": {"machine": machine}}
    query = {"bool": {"must_not": of_machine}} if of_others else of_machine
    index = cluster.index("files")
    names = [source["name"] for source in all_of(cluster, "files", query)]
    cluster.send(({"delete": {"_index": index, "_id": name}}, None) for name in names)
    cluster.refresh(index)


def all_of(cluster: Cluster, kind: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every document of one of our small indices that a query finds."""
    after: list[Any] | None = None
    while True:
        body: dict[str, Any] = {"size": _PAGE, "query": query, "sort": [{"name": "asc"}]}
        if after is not None:
            body["search_after"] = after
        hits = cluster.search(body, cluster.index(kind))["hits"]["hits"]
        yield from (hit["_source"] for hit in hits)
        if len(hits) < _PAGE:
            return
        after = hits[-1]["sort"]
