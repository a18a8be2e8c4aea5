"""How fast texts are split: MB/s on the shared texts, and on texts made to be slow.

Run from the project's root: ``python tests/benchmarks/sentences.py``. On the made texts the time
for 4 MB over that for 1 MB shows growth: 4 is linear, 16 quadratic.
"""

import gzip
import json
import time
from pathlib import Path

from dragoman.indexer.sentences import boundaries

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
UNITS = [".", "a", ". ", "\n", ":", "A: ", "В.Путин: ", "В. ", "« ", "- ", "Aa Bb. ", "ab\n"]


def seconds(texts: list[str]) -> float:
    """Time for splitting all texts once."""
    begin = time.perf_counter()
    for text in texts:
        boundaries(text)
    return time.perf_counter() - begin


def main() -> None:
    """Print one line for each file and each made text."""
    boundaries("Warm. Up.")
    total_bytes = 0
    total_s = 0.0
    for path in sorted(SHARED.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in lines]
        size = sum(len(text.encode()) for text in texts)
        took_s = seconds(texts)
        total_bytes += size
        total_s += took_s
        print(
            f"{path.name:45} {size / 1e6:6.1f} MB {took_s:6.2f} s {size / 1e6 / took_s:6.1f} MB/s"
        )
    if total_s:
        print(f"all: {total_bytes / 1e6:.1f} MB in {total_s:.2f} s")
    for unit in UNITS:
        small, large = (seconds([unit * (size // len(unit))]) for size in (10**6, 4 * 10**6))
        print(f"{unit!r:14} 1 MB {small:6.2f} s, 4 MB {large:6.2f} s: x {large / small:.1f}")


if __name__ == "__main__":
    main()
