"""What is known of all documents of a generation together, kept in the cluster.

In and out: `Tables`, a document of the index `NAME-meta` for each generation. Persons and relations
are those of an embedded index. Beside them stands what a commit needs in order to read no document
again that did not change.
"""

import base64
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

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


def read_tables(cluster: Cluster, generation: int) -> Tables:
    """The tables of a committed generation.

    Raises:
        IndexDamaged: They can't be read.
    """
    found = cluster.get("meta", f"tables-{generation}")
    if found is None:
        raise damaged(cluster)
    with tempfile.TemporaryDirectory(prefix="dragoman-") as name:
        folder = Path(name)
        try:
            content = {
                file: zstandard.ZstdDecompressor().decompress(base64.b64decode(data))
                for file, data in found["_source"]["content"].items()
            }
            for file in _TABLES:
                (folder / file).write_bytes(content[file])
            ties = json.loads(content[_TIES])
            return Tables(
                PersonTable.read(folder, 0),
                read_relations(folder, 0),
                {int(known, 16): speaker for known, speaker in ties["speakers"].items()},
                {pair: (one, other) for pair, (one, other) in ties["pairs"].items()},
                {machine: int(total, 16) for machine, total in ties["contents"].items()},
            )
        except (KeyError, TypeError, AttributeError, ValueError, zstandard.ZstdError) as error:
            raise damaged(cluster) from error


def write_tables(cluster: Cluster, generation: int, tables: Tables) -> None:
    """Writes the tables of a generation that is not visible yet."""
    ties = {
        "speakers": {f"{known:x}": speaker for known, speaker in tables.speakers.items()},
        "pairs": dict(tables.pairs),
        "contents": {machine: f"{total:x}" for machine, total in tables.contents.items()},
    }
    with tempfile.TemporaryDirectory(prefix="dragoman-") as name:
        folder = Path(name)
        tables.persons.write(folder, 0)
        write_relations(folder, 0, tables.relations)
        files = {file: (folder / file).read_bytes() for file in _TABLES}
    files[_TIES] = json.dumps(ties).encode()
    compressor = zstandard.ZstdCompressor()
    content = {
        file: base64.b64encode(compressor.compress(data)).decode() for file, data in files.items()
    }
    with cluster.asked() as client:
        client.index(
            index=cluster.index("meta"), id=f"tables-{generation}",
            body={"name": f"tables-{generation}", "content": content},
        )  # fmt: skip


def remove_old_tables(cluster: Cluster, generation: int) -> None:
    """Removes the tables of the generations before the last but one: readers may be at that."""
    old = [number for number in range(generation - 5, generation - 1) if number >= 0]
    cluster.send(
        ({"delete": {"_index": cluster.index("meta"), "_id": f"tables-{number}"}}, None)
        for number in old
    )
