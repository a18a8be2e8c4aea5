"""How long queries take to parse: random strings, hostile ones and ordinary ones.

    python tests/benchmarks/query_parsing.py [--n 10000]

Prints the median, 99th percentile and worst of each kind in milliseconds of processor time, and
the worst query's beginning. No string may raise anything but a `QueryError` that names a place.
"""

import argparse
import random
import time
from collections.abc import Callable

from dragoman.search.errors import QueryError
from dragoman.search.syntax import parse

ALPHABET = (
    'ab Ия"“”„«»()[]|&^~*?=+-:\\/.,0123456789\n\u00a0\ud800\u200f\u200e\u202e\u0301\u00adwprsORAND'
    "НЕИЛИ"
)
ATOMS = [
    "санкции", "treaty", "the", "и", "AND", "OR", "NOT", '"', "«", "»", "(", ")", "[", "]", "|",
    "^2", "~1", "w/5", "/s", "title:", "id:", "date:2021", "foo:", "-", "+", "=", "*", "?", "\\",
    "COVID-19", "U.S.", "atleast2(", "Cеверный", "https://un.org/x?y", "\ud800", "\u200f",
]  # fmt: skip
WORDS = [
    "санкции", "нефть", "договор", "стратегическая", "стабильность", "ядерное", "оружие", "the",
    "treaty", "weapons", "nuclear", "policy", "sanctions", "of", "и", "в", "Лавров", "Zakharova",
]  # fmt: skip


def characters(chance: random.Random) -> str:
    return "".join(chance.choices(ALPHABET, k=chance.choice([10, 100, 1000, 4096])))


def syntax(chance: random.Random) -> str:
    atoms = chance.choices(ATOMS, k=chance.choice([5, 50, 500]))
    return "".join(atom + " " * (chance.random() < 0.4) for atom in atoms)[:4096]


def any_code_points(chance: random.Random) -> str:
    points = (chance.randrange(0x110000) for _ in range(chance.choice([10, 100, 4096])))
    return "".join(map(chr, points))


def hostile(chance: random.Random) -> str:
    """A few characters over and over, up to the longest query."""
    part = "".join(chance.choices('()[]"“«»|&^~*?=+-:\\/.,a1 Я', k=chance.randint(1, 4)))
    return (part * 4096)[:4096]


def ordinary(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randint(1, 8))
    quoted = f'"{" ".join(words)}"' if chance.random() < 0.2 else " ".join(words)
    return quoted + chance.choice(["", " -газ", " lang:ru", " date:2021", " OR мир"])


KINDS: dict[str, Callable[[random.Random], str]] = {
    "ordinary": ordinary,
    "syntax": syntax,
    "characters": characters,
    "code points": any_code_points,
    "hostile": hostile,
}


def took_ms(query: str) -> float:
    """Milliseconds to parse or refuse a query, the best of two tries."""
    best = float("inf")
    for _ in range(2):
        began = time.thread_time()
        try:
            parse(query)
        except QueryError as error:
            if not 0 <= error.start < error.end <= len(query):
                raise AssertionError(f"no place in {query!a}") from error
        best = min(best, time.thread_time() - began)
    return best * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000, help="queries of all kinds together")
    chance = random.Random(1)
    n_each = parser.parse_args().n // len(KINDS)
    parse("warm the мир")
    print(f"{'kind':<12}{'queries':>8}{'p50 ms':>9}{'p99 ms':>9}{'worst ms':>9}  worst query")
    for kind, make in KINDS.items():
        timed = sorted((took_ms(query), query) for query in (make(chance) for _ in range(n_each)))
        p50, p99 = timed[len(timed) // 2][0], timed[int(len(timed) * 0.99)][0]
        worst, query = timed[-1]
        print(f"{kind:<12}{n_each:>8}{p50:>9.2f}{p99:>9.2f}{worst:>9.2f}  {query[:24]!a}")


if __name__ == "__main__":
    main()
