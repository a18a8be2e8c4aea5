"""One engine's index, built in this process and measured: run as a child for each engine.

In: `python -m engines_compared.building ENGINE FOLDER PREPARED COPIES JOBS`. Out: one line of
JSON (`Built`). The time that reading the prepared documents takes is left out.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from engines_compared.collection import documents_of, keys_of

MODULES = {
    "dragoman": "dragoman_columns",
    "whoosh": "whoosh_stock",
    "fts5": "sqlite_fts5",
    "xapian": "xapian_glass",
    "tantivy": "tantivy_index",
    "opensearch": "opensearch_node",
}
_STATUS = Path("/proc/self/status")
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class Built:
    """What building an index took.

    Attributes:
        seconds: Wall time, without reading the documents.
        cpu_seconds: Time of all threads and child processes on a core, without the same.
        analysis_seconds: Of these, Dragoman's analysis in the same process; 0 for the others.
        peak_mb: Most memory that the process ever held.
        base_mb: What it held before the first document, imports done.
        index_mb: Size of the index's files.
        documents: How many were indexed.
    """

    seconds: float
    cpu_seconds: float
    analysis_seconds: float
    peak_mb: float
    base_mb: float
    index_mb: float
    documents: int


def module_of(engine: str) -> Any:
    """The module of an engine.

    Raises:
        ImportError: The engine is not installed.
    """
    return import_module(f"engines_compared.contestants.{MODULES[engine]}")


def build_in_child(
    engine: str, folder: Path, prepared: Path, copies: int, *, jobs: int = 1
) -> Built:
    """Builds an index in a process of its own.

    Raises:
        subprocess.CalledProcessError: It failed; what it said stands above.
    """
    command = [
        sys.executable, "-m", "engines_compared.building", engine, str(folder), str(prepared),
        str(copies), str(jobs),
    ]  # fmt: skip
    parent = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=parent, check=True, stdout=subprocess.PIPE, text=True)
    return Built(**json.loads(done.stdout.splitlines()[-1]))


class _Feed:
    """Hands documents on, counts them and sums the seconds that getting them takes."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0
        self.documents = 0

    def through(self, documents: Iterator[_Given]) -> Iterator[_Given]:
        while True:
            began, cpu_began = time.perf_counter(), time.thread_time()
            document = next(documents, None)
            self.seconds += time.perf_counter() - began
            self.cpu_seconds += time.thread_time() - cpu_began
            if document is None:
                return
            self.documents += 1
            yield document


def _memory_mb(name: str) -> float:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def _cpu_seconds() -> float:
    """Of this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _build(engine: str, folder: Path, prepared: Path, copies: int, jobs: int) -> Built:
    module = module_of(engine)
    feed = _Feed()
    base_mb = _memory_mb("VmHWM")
    clock = module.AnalysisClock() if engine == "dragoman" else None
    began, cpu_began = time.perf_counter(), _cpu_seconds()
    if engine == "dragoman":
        module.build(folder, feed.through(documents_of(prepared, copies)), jobs=jobs)
    else:
        module.build(folder, feed.through(keys_of(prepared, copies)))
    seconds = time.perf_counter() - began - feed.seconds
    return Built(
        seconds=seconds,
        cpu_seconds=_cpu_seconds() - cpu_began - feed.cpu_seconds,
        analysis_seconds=clock.seconds if clock else 0.0,
        peak_mb=_memory_mb("VmHWM"),
        base_mb=base_mb,
        index_mb=sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6,
        documents=feed.documents,
    )


def main() -> None:
    """Builds what the arguments say."""
    engine, folder, prepared, copies, jobs = sys.argv[1:]
    built = _build(engine, Path(folder), Path(prepared), int(copies), int(jobs))
    print(json.dumps(asdict(built)))


if __name__ == "__main__":
    main()
