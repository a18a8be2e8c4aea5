"""Index and query figures of a cluster: for so many nodes, shards and times a collection.

The collection is indexed once in files; a cluster then takes that index (`import_index`), so that
what is measured is the cluster and not the analysis. A multiple of a collection is made of its own
paragraphs drawn at random: as many different texts, none near-identical to another. Prints two
tables: indexing on each cluster; and pages of results, for which one cluster takes each multiple
(this indexing is told too), its shards are moved to more and more nodes, and made fewer. Times are
those of a core, here and in all nodes together, so that what else the machine does hardly counts;
the last columns are what a caller waits.

    .venv/bin/python tests/benchmarks/cluster.py --work /tmp/bench --collection speeches.jsonl.gz
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cluster"))

import numpy as np
from nodes import Cluster, running

from dragoman.indexer import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.moving import export_index, import_index
from dragoman.indexer.opensearch import indices, state
from dragoman.indexer.opensearch.connection import Cluster as ClusterIndex
from dragoman.indexer.opensearch.schema import forms_index
from dragoman.indexer.opensearch.writer import OpenSearchWriter
from dragoman.search import Query, open_searcher

QUERIES = {
    "rare word": ["ballistic", "fisheries", "Crimea", "tariff"],
    "common word": ["president", "country", "people", "development"],
    "3 words, AND": ["nuclear weapons treaty", "economic growth policy", "peace security council"],
    "8 words, OR": ["war OR peace OR oil OR gas OR trade OR army OR law OR aid"],
    "phrase": ['"nuclear weapons"', '"Security Council"', '"climate change"'],
    "within 5 words": ["oil w/5 price", "peace w/5 agreement", "trade w/5 partner"],
    "prefix": ["democra*", "sanction*", "internation*"],
    "filter and facets": ["security lang:en date:2015..2020", "president year:2018"],
}
FIRST = "quotation"
"""Is asked before the others, for what a server reads once: persons and statistics."""
FAST = {"indices.recovery.max_bytes_per_sec": "1gb"}
"""How quickly shards are moved, which is not measured."""
ROUNDS = 3
WARMING_S = 150.0
CLUSTER = ["documents", "nodes", "shards"]
INDEXING = [
    *CLUSTER, "here, s/1,000", "in the nodes, s/1,000", "waiting, s/1,000", "a document more, ms",
    "waiting, ms", "disk, bytes a word", "memory of a node, MB",
]  # fmt: skip
PAGES = [
    *CLUSTER, *QUERIES, "waiting: median", "the slowest of 20", "memory of a node, MB",
]  # fmt: skip


def main() -> None:
    """Measures every combination that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--collection", type=Path, nargs="+", required=True, help="JSONL files")
    parser.add_argument(
        "--work", type=Path, required=True, help="a folder; what is made stays there"
    )
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 3, 6])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 10])
    parser.add_argument("--documents", type=int, default=0, help="take so many at most")
    parser.add_argument("--heap", default="512m", help="of each node")
    parser.add_argument("--only", choices=["indexing", "pages"], help="one of the tables")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.only != "pages":
        _head(INDEXING)
        for times, nodes, shards in itertools.product(
            arguments.times, arguments.nodes, arguments.shards
        ):
            moved = _collection(arguments.collection, arguments.documents, times, arguments.work)
            with running(nodes, arguments.heap, is_quick=False) as cluster:
                with _index_in(cluster, nodes, shards):
                    _row(_indexing(moved, cluster, nodes, shards, arguments.work))
    if arguments.only != "indexing":
        _head(PAGES)
        taken_in = []
        for times in arguments.times:
            moved = _collection(arguments.collection, arguments.documents, times, arguments.work)
            taken_in += _pages(
                moved, arguments.nodes, arguments.shards, arguments.heap, arguments.work
            )
        _head(INDEXING)
        for row in taken_in:
            _row(row)


def _head(columns: Sequence[str]) -> None:
    _row(columns)
    print("| --- " * len(columns) + "|", flush=True)


def _row(columns: Sequence[str]) -> None:
    print("| " + " | ".join(columns) + " |", flush=True)


def _collection(files: Sequence[Path], limit: int, times: int, work: Path) -> Path:
    """A file with the index of so many times a collection; made once."""
    moved = work / f"{times}-times-{limit}.tar.zst"
    if not moved.exists():
        texts = work / f"{times}-times-{limit}.jsonl"
        records = [record for path in files for record in _records(path)]
        random.Random(0).shuffle(records)
        if limit:
            records = records[:limit]
        with texts.open("w", encoding="utf-8") as file:
            for record in _multiplied(records, times):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        sync([texts], index_dir=work / "embedded", full=True)
        with moved.open("wb") as target:
            export_index(work / "embedded", target)
    return moved


def _records(path: Path) -> Iterator[dict[str, object]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _multiplied(records: list[dict[str, object]], times: int) -> Iterator[dict[str, object]]:
    """The records, and others of their paragraphs."""
    chosen = random.Random(1)
    paragraphs = [p for record in records for p in str(record.get("text", "")).split("\n\n")]
    for record in records:
        yield record
    for copy in range(1, times):
        for number, record in enumerate(records):
            wanted, text = len(str(record.get("text", ""))), ""
            while len(text) < wanted:
                text += chosen.choice(paragraphs) + "\n\n"
            yield {**record, "id": f"{copy}-{number}", "text": text, "url": ""}


@contextmanager
def _index_in(cluster: Cluster, nodes: int, shards: int) -> Iterator[None]:
    """Commands use an index in the first nodes of a cluster."""
    chosen = {"ENGINE": "opensearch", "URL": ",".join(cluster.urls[:nodes]), "SHARDS": str(shards)}
    os.environ.update({f"DRAGOMAN_{name}": value for name, value in chosen.items()})
    try:
        yield
    finally:
        for name in chosen:
            del os.environ[f"DRAGOMAN_{name}"]


def _indexing(moved: Path, cluster: Cluster, nodes: int, shards: int, work: Path) -> Sequence[str]:
    """A row about a whole collection taken in, and a document more."""
    before, began, started = _cpu(cluster), time.process_time(), time.perf_counter()
    with moved.open("rb") as file:
        report = import_index(file, work / "none", replace=True)
    here, there = time.process_time() - began, _cpu(cluster) - before
    waited = time.perf_counter() - started
    stats = cluster.ask("GET", "/dragoman-*/_stats/store")
    disk = stats["_all"]["primaries"]["store"]["size_in_bytes"] / report.tokens
    thousands = report.documents / 1000
    return [
        f"{report.documents:,}", str(nodes), str(shards), f"{here / thousands:.1f}",
        f"{there / thousands:.1f}", f"{waited / thousands:.1f}", *_one_more(cluster),
        f"{disk:.0f}", f"{max(_resident(cluster)):,.0f}",
    ]  # fmt: skip


def _pages(
    moved: Path, nodes: Sequence[int], shards: Sequence[int], heap: str, work: Path
) -> list[Sequence[str]]:
    """Prints a row for each number of shards and nodes; rows about the indexing come back."""
    taken_in = []
    with running(max(nodes), heap, is_quick=False) as cluster:
        cluster.ask("PUT", "/_cluster/settings", {"transient": FAST})
        before = 0
        for n_shards in sorted(shards, reverse=True):
            is_new = not before or before % n_shards > 0
            with _index_in(cluster, max(nodes), n_shards):
                if is_new:
                    taken_in.append(_indexing(moved, cluster, max(nodes), n_shards, work))
                else:
                    _merge_shards(cluster, n_shards)
            if is_new:
                _warm(cluster, work / "none", n_shards)
            before = n_shards
            for n_nodes in nodes:
                _place(cluster, n_nodes)
                with _index_in(cluster, n_nodes, n_shards):
                    asked = [_per_query(of, work / "none", cluster) for of in QUERIES.values()]
                waits = [wait for *_, of_class in asked for wait in of_class]
                columns = [taken_in[-1][0], str(n_nodes), str(n_shards)]
                columns += [f"{ours:.0f} + {theirs:.0f}" for ours, theirs, _ in asked]
                columns += [f"{np.percentile(waits, percent) * 1000:.0f}" for percent in (50, 95)]
                _row([*columns, f"{max(_resident(cluster)):,.0f}"])
    return taken_in


def _merge_shards(cluster: Cluster, count: int) -> None:
    """Makes an index of fewer shards of the same documents, without sending them again."""
    index = ClusterIndex(os.environ["DRAGOMAN_URL"])
    old = state.read_state(index)
    assert old is not None
    _place(cluster, 1)  # where it is made, all shards must be
    cluster.ask("PUT", f"/{old.documents}/_settings", {"index.blocks.write": True})
    fewer = f"{old.documents[:-6]}{int(old.documents[-6:]) + 1:06d}"
    settings = {"index.number_of_shards": count, "index.number_of_replicas": 0}
    cluster.ask(
        "PUT", f"/{old.documents}/_shrink/{fewer}",
        {"settings": {**settings, "index.blocks.write": None}},
    )  # fmt: skip
    cluster.wait_for_status("green", fewer)
    (forms,) = cluster.ask("GET", f"/{forms_index(old.documents)}")  # or what has it as an alias
    actions = [{"add": {"index": forms, "alias": forms_index(fewer)}}]
    cluster.ask("POST", "/_aliases", {"actions": actions})
    state.write_state(index, replace(old, generation=old.generation + 1, documents=fewer), old)
    indices.switch(index, fewer)
    cluster.ask("DELETE", f"/{old.documents}")


def _warm(cluster: Cluster, index_dir: Path, shards: int) -> None:
    """Lets all nodes answer for a while: until then they compile their own code."""
    until = time.monotonic() + WARMING_S
    with _index_in(cluster, len(cluster.nodes), shards):
        for texts in itertools.cycle(QUERIES.values()):
            _per_query(texts, index_dir, cluster)
            if time.monotonic() > until:
                return


def _place(cluster: Cluster, count: int) -> None:
    """Moves all shards to the first nodes, and waits until they are there."""
    names = ",".join(node.name for node in cluster.nodes[count:]) or None
    setting = {"cluster.routing.allocation.exclude._name": names}
    cluster.ask("PUT", "/_cluster/settings", {"transient": setting})
    chosen, quiet = {node.name for node in cluster.nodes[:count]}, 0
    while quiet < 5:  # one move may call for another
        time.sleep(1)
        where = cluster.ask("GET", "/_cat/shards/dragoman-*?format=json")
        is_there = {shard["node"] for shard in where} <= chosen  # what moves is at ‘a -> b’
        quiet = quiet + 1 if is_there else 0


def _one_more(cluster: Cluster) -> tuple[str, str]:
    """Milliseconds to add and commit one document, best of three: of a core, and waiting."""
    measured = []
    for number in range(3):
        text = f"In Geneva Sergey Lavrov met Antony Blinken and Josep Borrell, {number} times."
        with OpenSearchWriter(ClusterIndex(os.environ["DRAGOMAN_URL"]), "benchmark") as writer:
            writer.add(Document(f"more-{number}", "A meeting", text, lang="en"), "file")
            before, began, started = _cpu(cluster), time.process_time(), time.perf_counter()
            writer.commit((), {})
            here, there = time.process_time() - began, _cpu(cluster) - before
            waited = f"{(time.perf_counter() - started) * 1000:.0f}"
            measured.append((here + there, f"{here * 1000:.0f} + {there * 1000:.0f}", waited))
    return min(measured)[1:]


def _per_query(
    texts: Sequence[str], index_dir: Path, cluster: Cluster
) -> tuple[float, float, list[float]]:
    """Milliseconds of a core for a page, here and in all nodes; and the seconds of each query.

    Nothing is remembered of a query, here or there: each is asked as if for the first time.
    """
    here = there = 0.0
    waits = []
    for _ in range(ROUNDS):
        cluster.ask("POST", "/dragoman-*/_cache/clear?request=true&query=true")
        with open_searcher(index_dir) as searcher:
            searcher.search(Query(FIRST))
            before, began = _cpu(cluster), time.process_time()
            for text in texts:
                asked = time.perf_counter()
                searcher.search(Query(text))
                waits.append(time.perf_counter() - asked)
            here, there = here + time.process_time() - began, there + _cpu(cluster) - before
    n = len(waits) / 1000
    return here / n, there / n, waits


def _cpu(cluster: Cluster) -> float:
    """Seconds of a core that all nodes have taken so far."""
    total = 0
    for node in cluster.nodes:
        if node.process is not None:
            fields = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _resident(cluster: Cluster) -> Iterator[float]:
    """Megabytes that each node holds in memory, mapped files left out."""
    for node in cluster.nodes:
        if node.process is not None:
            status = Path(f"/proc/{node.process.pid}/status").read_text()
            (line,) = [line for line in status.splitlines() if line.startswith("RssAnon")]
            yield int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
