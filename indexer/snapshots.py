"""A whole index opened to be read to its end, whatever is written meanwhile.

In: an index directory, or what it says of a cluster. Out: a `Snapshot`, whose documents come in
batches, analysed. Writes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dragoman.indexer import codec, manifest
from dragoman.indexer.choice import cluster_url
from dragoman.indexer.errors import ClusterError, IndexDamaged, in_english
from dragoman.indexer.forward import Batch, join
from dragoman.indexer.manifest import FileEntry, Header, states_of
from dragoman.indexer.person_table import Names, names_hash
from dragoman.indexer.relations import NO_RELATIONS, Relations, read_relations
from dragoman.indexer.segment_reader import SegmentReader

if TYPE_CHECKING:
    from dragoman.indexer.opensearch.connection import Cluster
    from dragoman.indexer.opensearch.state import State

BATCH_CHARS = 4_000_000
"""Text of a batch, in code points: bounds memory."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index.

    Attributes:
        header: What it was built with, and how much it holds.
        files: The files of its collection.
        names: Spellings of persons that were settled.
        relations: Which documents belong together.
        batches: Its documents; to be gone through once.
    """

    header: Header
    files: dict[str, FileEntry]
    names: Names
    relations: Relations
    batches: Iterator[Batch]


def open_snapshot(folder: Path) -> Snapshot:
    """Opens the newest generation of an index.

    Raises:
        IndexProblem: It can't be read (missing, foreign, stale, damaged, cluster out of reach).
    """
    if url := cluster_url(folder):
        return _in_cluster(url)
    for _ in range(5):
        generation = codec.latest_generation(folder) if folder.is_dir() else -1
        try:
            return _in_files(folder, generation)
        except (IndexDamaged, FileNotFoundError):
            if codec.latest_generation(folder) == generation:
                raise  # no writer has moved on meanwhile
    return _in_files(folder, codec.latest_generation(folder))


def _in_files(folder: Path, generation: int) -> Snapshot:
    header = manifest.read_header(folder, generation)
    header.check(folder)
    toc = codec.read_toc(folder)
    if toc.generation != generation:
        raise FileNotFoundError(folder / manifest.toc_name(generation))
    readers = [SegmentReader(segment.open(folder), segment.live()) for segment in toc.segments]
    return Snapshot(
        header=header,
        files=manifest.read_files(folder, generation),
        names=manifest.parse_persons(*manifest.read_persons(folder, generation))[1],
        relations=read_relations(folder, generation),
        batches=(batch for reader in readers for batch in reader.batches(BATCH_CHARS)),
    )


def _in_cluster(url: str) -> Snapshot:
    from dragoman.indexer.opensearch import state
    from dragoman.indexer.opensearch.connection import Cluster
    from dragoman.indexer.opensearch.documents import Documents, hashes_of
    from dragoman.indexer.opensearch.tables import read_tables

    cluster = Cluster(url)
    cluster.check()
    found = state.read_state(cluster)
    if found is None:
        raise cluster.missing()
    tables = read_tables(cluster, found.tables)
    documents = Documents(cluster, found.documents)
    relations = NO_RELATIONS  # found anew where the tables are not about just these documents
    contents = {machine: total for machine, total in tables.contents.items() if total}
    if documents.contents() == contents:
        known = hashes_of(known for known, _ in documents.known())
        relations = replace(tables.relations, known=known)
    return Snapshot(
        header=found.header,
        files=state.read_files(cluster, None),
        names=tables.persons.settled,
        relations=relations,
        batches=_of_cluster(cluster, found, names_hash(tables.persons.settled)),
    )


def _of_cluster(cluster: "Cluster", found: "State", state: int) -> Iterator[Batch]:
    """All documents as they are at one moment.

    Raises:
        ClusterError: They are not those of the generation any more.
    """
    from dragoman.indexer.opensearch import schema, streaming
    from dragoman.indexer.opensearch.packing import unpacked

    for hits in streaming.hits_of(
        cluster, found.documents, {"match_all": {}}, source=("about", "words", "text"), page=_PAGE
    ):
        batch = join([unpacked(schema.decoded(hit["_source"])) for hit in hits])
        state = (state + int(batch.hashes.sum(dtype=np.uint64))) % 2**64
        yield batch
    if found.header.state not in states_of(state):
        raise ClusterError(
            in_english(
                f"the index in the cluster at {cluster.shown} was changed while it was read; run "
                "it again"
            )
        )
