"""Dragoman outside of a warm search: first and later indexing, one more document, cold starts.

In: a prepared collection and Dragoman's index of it. Out: `Target`s. Compares with Whoosh where a
target says so.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from engines_compared.building import Built, build_in_child
from engines_compared.collection import documents_of
from engines_compared.contestant import Asked
from engines_compared.contestants import dragoman_columns
from engines_compared.reporting import Target
from engines_compared.timing import Timed, time_queries

REPEATS = 7
"""Times that something short is done; the median counts, the least is told."""
_OPENING = """
import sys, time
from dragoman.search import Query, open_searcher
import dragoman.search.whoosh_engine
began = time.perf_counter()
with open_searcher(sys.argv[1]) as searcher:
    searcher.search(Query(sys.argv[2]))
print((time.perf_counter() - began) * 1000)
"""
_LOADED_BY_HELP = """
import sys
from dragoman.search.cli import main
sys.argv = ["dragoman", "--help"]
try:
    main()
except SystemExit:
    pass
print(*[name for name in ("numpy", "pymorphy3", "lemminflect") if name in sys.modules])
"""


def indexing(prepared: Path, copies: int, whoosh: Built | None) -> Iterator[Target]:
    """Cold and warm indexing, in core seconds, beside Whoosh fed finished keys."""
    with tempfile.TemporaryDirectory() as temporary:
        before = os.environ.get("DRAGOMAN_CACHE")
        os.environ["DRAGOMAN_CACHE"] = str(Path(temporary) / "cache")
        try:
            cold, warm = (
                build_in_child("dragoman", _empty(Path(temporary) / name), prepared, copies)
                for name in ("cold", "warm")
            )
        finally:
            os.environ.pop("DRAGOMAN_CACHE")
            if before is not None:
                os.environ["DRAGOMAN_CACHE"] = before
    if whoosh is None:
        return
    writing = warm.cpu_seconds - warm.analysis_seconds
    for name, seconds, wanted in (
        ("indexing, cold lemma cache", cold.cpu_seconds, 1.0),
        ("indexing, warm lemma cache", warm.cpu_seconds, 2.0),
        ("writing alone", writing, 8.0),
    ):
        times = whoosh.cpu_seconds / seconds
        measured = f"{times:.1f} times ({seconds:.1f} s, Whoosh {whoosh.cpu_seconds:.1f} s)"
        yield Target(f"{name} {wanted:g} times as fast as whoosh", times >= wanted, measured)


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def memory(once: Built, four_times: Built) -> Target:
    """Peak memory of indexing at four times the collection beside once."""
    growth = four_times.peak_mb / once.peak_mb - 1
    measured = f"{growth:+.1%} ({once.peak_mb:.0f} to {four_times.peak_mb:.0f} MB)"
    return Target("peak memory grows at most 10 % from 1 to 4 times", growth <= 0.10, measured)


def one_more(
    index: Path, prepared: Path, queries: Mapping[str, Sequence[Asked]], clock: str
) -> Iterator[Target]:
    """Adding one document to a copy of the index, and queries before and after."""
    document = next(documents_of(prepared, 1))
    with tempfile.TemporaryDirectory() as temporary:
        grown = Path(temporary) / "grown"
        shutil.copytree(index, grown)
        took_ms = [_add(grown, replace(document, doc_id="one more"))]
        contestants = [
            dragoman_columns.open_text(folder, name)
            for name, folder in (("before", index), ("after", grown))
        ]
        warm_up = min(5, *(len(of_kind) // 2 for of_kind in queries.values()))
        times = time_queries(contestants, queries, warm_up=warm_up, clock=clock)
        took_ms += [
            _add(grown, replace(document, doc_id=f"one more {number}"))
            for number in range(1, REPEATS)
        ]
    yield _below("one document is added and committed", took_ms, 300)
    ratios = {
        kind: of_kind["after"].percentile(50) / of_kind["before"].percentile(50)
        for kind, of_kind in times.items()
    }
    together = {
        name: Timed([ms for of_kind in times.values() for ms in of_kind[name].ms])
        for name in ("before", "after")
    }
    overall = together["after"].percentile(50) / together["before"].percentile(50)
    worst = max(ratios, key=lambda kind: ratios[kind])
    measured = f"x{overall:.2f} over all; worst {worst} x{ratios[worst]:.2f}"
    yield Target("queries stay as fast after it, p50", overall <= 1.1, measured)


def _add(index: Path, document: Document) -> float:
    """Milliseconds from opening the writer to the end of the commit."""
    began = time.perf_counter()
    with WhooshWriter(index) as writer:
        writer.add(document, "benchmark")
        writer.commit((), {})
    return (time.perf_counter() - began) * 1000


def cold_starts(index: Path, word: str) -> Iterator[Target]:
    """Opening with a first query, the whole command, and what its help loads."""
    opening = [
        float(_output([sys.executable, "-c", _OPENING, str(index), word])) for _ in range(REPEATS)
    ]
    yield _below("opening and first query, after imports", opening, 150)
    command = [
        sys.executable, "-c", "from dragoman.search.cli import main; main()",
        "--index", str(index), "search", word, "--json",
    ]  # fmt: skip
    whole = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        total = json.loads(_output(command))["total"]
        whole.append((time.perf_counter() - began) * 1000)
        assert total, word
    yield _below("dragoman search, the whole command", whole, 600)
    loaded = _output([sys.executable, "-c", _LOADED_BY_HELP]).splitlines()[-1]
    name = "dragoman --help loads no dictionaries and no numpy"
    yield Target(name, not loaded.strip(), loaded or "none")


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _below(name: str, took_ms: Sequence[float], limit_ms: float) -> Target:
    median = statistics.median(took_ms)
    measured = f"{median:.0f} ms, at best {min(took_ms):.0f}"
    return Target(f"{name}: under {limit_ms:g} ms", median < limit_ms, measured)
