"""Times as text: tables of milliseconds and ratios, agreement of totals, and targets.

In: `Times`. Out: lines to print. Measures nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engines_compared.building import Built
from engines_compared.timing import Timed, Times

OURS = "dragoman"
"""Asked by keys, as the others are."""
AS_TEXT = "as text"
"""The bare page of the query module."""
WHOLE = "whole page"
_OTHER_DOORS = (OURS, AS_TEXT, WHOLE)
PERCENTILES = (50, 95, 99)
_FACTOR_20 = ("common", "2-word phrase", "4-word phrase")
"""Classes in which twenty times Whoosh's speed is asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something asked for, whether it holds, and what was measured."""

    name: str
    holds: bool
    measured: str

    def line(self) -> str:
        """As it is printed."""
        return f"{'PASS' if self.holds else 'FAIL'}  {self.name}: {self.measured}"


def time_table(times: Times, engines: Sequence[str]) -> Iterator[str]:
    """Milliseconds as p50/p95/p99, a class a line."""
    yield _row("ms, p50/p95/p99", engines)
    for kind, of_kind in times.items():
        cells = (
            "/".join(_number(of_kind[engine].percentile(p)) for p in PERCENTILES)
            for engine in engines
        )
        yield _row(kind, cells)


def ratio_table(times: Times, engines: Sequence[str], ours: str = OURS) -> Iterator[str]:
    """Dragoman's time over each other engine's as p50/p95, a class a line."""
    others = [engine for engine in engines if engine not in _OTHER_DOORS]
    yield _row(f"{ours} / engine", others)
    for kind, of_kind in times.items():
        yield _row(
            kind,
            (
                "/".join(_number(ratio(of_kind, engine, p, ours)) for p in (50, 95))
                for engine in others
            ),
        )


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:18}" + "".join(f"{cell:>22}" for cell in cells)


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def ratio(of_kind: Mapping[str, Timed], engine: str, share: int, ours: str = OURS) -> float:
    """One engine's percentile as a multiple of another's."""
    return of_kind[ours].percentile(share) / of_kind[engine].percentile(share)


def build_table(built: Mapping[str, Built]) -> Iterator[str]:
    """What building each index took."""
    yield _row("indexing", built)
    yield _row("wall seconds", (f"{b.seconds:.1f}" for b in built.values()))
    yield _row("core seconds", (f"{b.cpu_seconds:.1f}" for b in built.values()))
    yield _row("of it analysis", (f"{b.analysis_seconds:.1f}" for b in built.values()))
    yield _row("peak MB (at start)", (f"{b.peak_mb:.0f} ({b.base_mb:.0f})" for b in built.values()))
    yield _row("index MB", (f"{b.index_mb:.0f}" for b in built.values()))


def agreement(times: Times, engines: Sequence[str]) -> Iterator[str]:
    """Totals beside those of FTS5 (or the last): how many are the same, and the sum's ratio."""
    yield _row("same totals, sum", engines)
    for kind, of_kind in times.items():
        totals = {e: [answer.total for answer in of_kind[e].answers] for e in engines}
        reference = totals.get("fts5") or totals[engines[-1]]
        cells = []
        for engine in engines:
            same = sum(a == b for a, b in zip(totals[engine], reference, strict=True))
            share = sum(totals[engine]) / max(1, sum(reference))
            cells.append(f"{same}/{len(reference)} x{share:.3f}")
        yield _row(kind, cells)


def query_targets(times: Times, engines: Sequence[str]) -> Iterator[Target]:
    """The targets for speed of queries."""
    for engine in ("whoosh", "fts5", "opensearch"):
        if engine in engines:
            for share in (50, 95):
                yield _all_below(times, engine, share, 1.0, tuple(times))
    if "whoosh" in engines:
        fast = tuple(kind for kind in _FACTOR_20 if kind in times)
        for share in (50, 95) if fast else ():
            yield _all_below(times, "whoosh", share, 1 / 20, fast)
    if "xapian" in engines:
        for share in (50, 95):
            yield _ahead(times, "xapian", share, 9 if len(times) == 12 else len(times) * 3 // 4)
    if "tantivy" in engines:
        for share, factor, limit_ms in ((50, 2.0, 0.3), (95, 3.0, 0.6)):
            yield _near(times, "tantivy", share, factor, limit_ms)
        yield _ahead(times, "tantivy", 50, 3)
    if WHOLE in engines:
        yield _whole_page(times)


def _all_below(
    times: Times, engine: str, share: int, limit: float, kinds: tuple[str, ...]
) -> Target:
    ratios = {kind: ratio(times[kind], engine, share) for kind in kinds}
    slow = [f"{kind} {_number(r)}" for kind, r in ratios.items() if r >= limit]
    asked = "faster than" if limit == 1 else f"{round(1 / limit)} times as fast as"
    name = f"p{share} {asked} {engine} ({len(kinds)} classes)"
    return Target(name, not slow, ", ".join(slow) or f"at worst {_number(max(ratios.values()))}")


def _ahead(times: Times, engine: str, share: int, wanted: int) -> Target:
    ahead = [kind for kind in times if ratio(times[kind], engine, share) < 1]
    behind = [kind for kind in times if kind not in ahead]
    name = f"p{share} faster than {engine} in {wanted} of {len(times)}"
    return Target(name, len(ahead) >= wanted, f"{len(ahead)}; behind in {', '.join(behind)}")


def _near(times: Times, engine: str, share: int, factor: float, limit_ms: float) -> Target:
    far = [
        f"{kind} x{_number(ratio(of_kind, engine, share))}, "
        f"{_number(of_kind[OURS].percentile(share))} ms"
        for kind, of_kind in times.items()
        if ratio(of_kind, engine, share) > factor and of_kind[OURS].percentile(share) > limit_ms
    ]
    name = f"p{share} within {factor:g} times {engine} or under {limit_ms} ms"
    return Target(name, not far, "; ".join(far) or "all")


def _whole_page(times: Times) -> Target:
    """Over all queries of all classes at once, and the worst class."""
    together = {
        name: Timed([ms for of_kind in times.values() for ms in of_kind[name].ms])
        for name in (AS_TEXT, WHOLE)
    }
    overall = ratio(together, AS_TEXT, 50, WHOLE)
    by_kind = {kind: ratio(of_kind, AS_TEXT, 50, WHOLE) for kind, of_kind in times.items()}
    worst = max(by_kind, key=lambda kind: by_kind[kind])
    return Target(
        "whole page at most 10 times the bare one, p50",
        max(by_kind.values()) <= 10,
        f"{overall:.1f} over all; worst {worst} {by_kind[worst]:.1f}",
    )
