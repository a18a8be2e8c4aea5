"""What is known of all documents of a generation together, kept in the cluster.

In and out: `Tables`, for each generation some documents of the index `NAME-meta`. Persons and
relations are those of an embedded index. Beside them stands what a commit needs in order to read no
document again that did not change.
"""

import base64
import io
import json
import tempfile
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dragoman.indexer.opensearch.connection import Cluster
from dragoman.indexer.opensearch.state import damaged
from dragoman.indexer.person_table import PersonTable, Speakers
from dragoman.indexer.relations import (
    NO_RELATIONS,
    Relations,
    read_relations,
    relations_name,
    write_relations,
)

_TABLES = ("persons-0.json", "spellings-0.json", relations_name(0))
_TIES = "ties.json"
_PART = 16_000_000
"""Characters of a document of the cluster: it takes a hundred million at most."""
_MOST = 10_000


@dataclass(frozen=True)
class Tables:
    """What is known of all documents together.

    Attributes:
        persons: Who is who.
        relations: Which documents belong together; `known` is empty.
        speakers: Content hash of each document that its text joins to another in another language
            to its speaker; None where it has several, none, or a pair.
        pairs: Pair to the speakers of its two versions, where each version has one.
        contents: Machine to the sum of the content hashes of its documents that all this is
            about, modulo 2 ** 64.
    """

    persons: PersonTable = field(default_factory=PersonTable)
    relations: Relations = NO_RELATIONS
    speakers: Mapping[int, str | None] = field(default_factory=dict)
    pairs: Mapping[str, Speakers] = field(default_factory=dict)
    contents: Mapping[str, int] = field(default_factory=dict)


def read_tables(cluster: Cluster, name: str) -> Tables:
    """The tables of a committed generation.

    Raises:
        IndexDamaged: They can't be read.
    """
    try:
        first = _part(cluster, name, 0)
        others = (_part(cluster, name, number) for number in range(1, first["parts"]))
        data = base64.b64decode("".join([first["data"], *(part["data"] for part in others)]))
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return _read(parts)
    except (KeyError, TypeError, AttributeError, ValueError, zipfile.BadZipFile) as error:
        raise damaged(cluster) from error


def _part(cluster: Cluster, name: str, number: int) -> dict[str, Any]:
    found = cluster.get("meta", f"{name}.{number}")
    if found is None:
        raise damaged(cluster)
    content: dict[str, Any] = found["_source"]["content"]
    return content


def _read(parts: zipfile.ZipFile) -> Tables:
    ties = json.loads(parts.read(_TIES))
    with tempfile.TemporaryDirectory(prefix="dragoman-") as folder:
        parts.extractall(folder, _TABLES)
        return Tables(
            PersonTable.read(Path(folder), 0),
            read_relations(Path(folder), 0),
            {int(known, 16): speaker for known, speaker in ties["speakers"].items()},
            {pair: (one, other) for pair, (one, other) in ties["pairs"].items()},
            {machine: int(total, 16) for machine, total in ties["contents"].items()},
        )


def write_tables(cluster: Cluster, generation: int, tables: Tables) -> str:
    """Writes the tables of a generation that is not visible yet.

    Returns:
        Their name, which no other machine gives to its own of the same generation.
    """
    ties = {
        "speakers": {f"{known:x}": speaker for known, speaker in tables.speakers.items()},
        "pairs": dict(tables.pairs),
        "contents": {machine: f"{total:x}" for machine, total in tables.contents.items()},
    }
    written = io.BytesIO()
    with (
        tempfile.TemporaryDirectory(prefix="dragoman-") as folder,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as parts,
    ):
        tables.persons.write(Path(folder), 0)
        write_relations(Path(folder), 0, tables.relations)
        for file in _TABLES:
            parts.write(Path(folder) / file, file)
        parts.writestr(_TIES, json.dumps(ties))
    name = f"tables-{generation}-{uuid.uuid4().hex}"
    data = base64.b64encode(written.getvalue()).decode()
    pieces = [data[at : at + _PART] for at in range(0, len(data), _PART)]
    for number, piece in enumerate(pieces):
        content = {"parts": len(pieces), "data": piece}
        with cluster.asked() as client:
            client.index(
                index=cluster.index("meta"), id=f"{name}.{number}",
                body={"name": f"{name}.{number}", "content": content},
            )  # fmt: skip
    return name


def remove_old_tables(cluster: Cluster, generation: int) -> None:
    """Removes the tables of the generations before the last but one: readers may be at that."""
    index = cluster.index("meta")
    body = {"size": _MOST, "query": {"prefix": {"name": "tables-"}}, "_source": ["name"]}
    names = [hit["_source"]["name"] for hit in cluster.search(body, index)["hits"]["hits"]]
    cluster.send(
        ({"delete": {"_index": index, "_id": name}}, None)
        for name in names
        if int(name.split("-")[1]) < generation - 1
    )
