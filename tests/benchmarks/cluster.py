"""Index and query figures of a cluster: for so many nodes, shards and times a collection.

The collection is indexed once in files; each cluster then takes that index (`import_index`), so
that what is measured is the cluster and not the analysis. A multiple of a collection is made of its
own paragraphs drawn at random: as many different texts, none near-identical to another. Prints a
line of a table for each cluster. Times are those of a core, here and in all nodes together, so that
what else the machine does hardly counts; the last columns are what a caller waits.

    .venv/bin/python tests/benchmarks/cluster.py --work /tmp/bench --collection speeches.jsonl.gz
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cluster"))

import numpy as np
from nodes import Cluster, running

from dragoman.indexer import sync
from dragoman.indexer.documents import Document
from dragoman.indexer.moving import export_index, import_index
from dragoman.indexer.opensearch.connection import Cluster as ClusterIndex
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
ROUNDS = 5


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
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 2, 3, 6])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 10])
    parser.add_argument("--documents", type=int, default=0, help="take so many at most")
    parser.add_argument("--heap", default="512m", help="of each node")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    columns = ["documents", "nodes", "shards", "indexing here, s/1,000", "in the nodes, s/1,000"]
    columns += ["a document more, ms", "disk, bytes a word", "memory of a node, MB"]
    columns += [*(f"{name}, ms" for name in QUERIES), "waiting, ms: median", "the slowest of 20"]
    print("| " + " | ".join(columns) + " |")
    print("| --- " * len(columns) + "|")
    for times in arguments.times:
        moved = _collection(arguments.collection, arguments.documents, times, arguments.work)
        for nodes in arguments.nodes:
            for shards in arguments.shards:
                _measure(moved, nodes, shards, arguments.heap, arguments.work)


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


def _measure(moved: Path, nodes: int, shards: int, heap: str, work: Path) -> None:
    with running(nodes, heap, is_quick=False) as cluster:
        os.environ["DRAGOMAN_ENGINE"] = "opensearch"
        os.environ["DRAGOMAN_URL"] = ",".join(cluster.urls)
        os.environ["DRAGOMAN_SHARDS"] = str(shards)
        try:
            before, began = _cpu(cluster), time.process_time()
            with moved.open("rb") as file:
                report = import_index(file, work / "none")
            here, there = time.process_time() - began, _cpu(cluster) - before
            stats = cluster.ask("GET", "/dragoman-*/_stats/store")
            disk = stats["_all"]["primaries"]["store"]["size_in_bytes"] / report.tokens
            one_more = _one_more(cluster)
            asked = [_per_query(texts, work / "none", cluster) for texts in QUERIES.values()]
        finally:
            for name in ("ENGINE", "URL", "SHARDS"):
                del os.environ[f"DRAGOMAN_{name}"]
        memory = max(_resident(cluster))
    thousands = report.documents / 1000
    waits = [wait for *_, of_class in asked for wait in of_class]
    columns = [
        f"{report.documents:,}", str(nodes), str(shards), f"{here / thousands:.1f}",
        f"{there / thousands:.1f}", one_more, f"{disk:.0f}", f"{memory:,.0f}",
        *(f"{ours:.0f} + {theirs:.0f}" for ours, theirs, _ in asked),
        *(f"{np.percentile(waits, percent) * 1000:.0f}" for percent in (50, 95)),
    ]  # fmt: skip
    print("| " + " | ".join(columns) + " |", flush=True)


def _one_more(cluster: Cluster) -> str:
    """Milliseconds of a core to add and commit one document, here and there: best of three."""
    measured = []
    for number in range(3):
        text = f"In Geneva Sergey Lavrov met Antony Blinken and Josep Borrell, {number} times."
        with OpenSearchWriter(ClusterIndex(os.environ["DRAGOMAN_URL"]), "benchmark") as writer:
            writer.add(Document(f"more-{number}", "A meeting", text, lang="en"), "file")
            before, began = _cpu(cluster), time.process_time()
            writer.commit((), {})
            here, there = time.process_time() - began, _cpu(cluster) - before
            measured.append((here + there, f"{here * 1000:.0f} + {there * 1000:.0f}"))
    return min(measured)[1]


def _per_query(
    texts: Sequence[str], index_dir: Path, cluster: Cluster
) -> tuple[float, float, list[float]]:
    """Milliseconds of a core for a page, here and in all nodes; and the seconds of each query."""
    with open_searcher(index_dir) as searcher:
        for text in texts:  # what is decoded or compiled once
            searcher.search(Query(text))
        before, began, waits = _cpu(cluster), time.process_time(), []
        for text in texts * ROUNDS:
            asked = time.perf_counter()
            searcher.search(Query(text))
            waits.append(time.perf_counter() - asked)
        n = len(waits) / 1000
        return (time.process_time() - began) / n, (_cpu(cluster) - before) / n, waits


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
