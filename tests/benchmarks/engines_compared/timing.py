"""Queries timed: every query once for each engine, engines taking turns in random order.

In: open engines and queries. Out: milliseconds and answers. The garbage collector runs between
queries only.
"""

import gc
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engines_compared.contestant import Answer, Asked, Contestant

COLLECT_EVERY = 100
"""Queries after which garbage is collected, untimed."""
CLOCKS: Mapping[str, Callable[[], int]] = {
    "wall": time.perf_counter_ns,
    "cpu": time.thread_time_ns,
}
"""`cpu` counts this thread's time on a core: steady though others use the machine too."""


@dataclass(slots=True)
class Timed:
    """One engine's times and answers in one class, query by query.

    Attributes:
        ms: Milliseconds.
        answers: What the engine answered.
    """

    ms: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def percentile(self, share: int) -> float:
        """The least time that `share` percent of the queries do not exceed, in ms."""
        return float(np.percentile(self.ms, share, method="inverted_cdf"))


Times = dict[str, dict[str, Timed]]
"""Class, then engine, to its times."""


def time_queries(
    contestants: Sequence[Contestant],
    queries: Mapping[str, Sequence[Asked]],
    *,
    warm_up: int,
    clock: str = "wall",
    seed: int = 0,
) -> Times:
    """Asks every engine every query once; the first `warm_up` of each class go untimed before.

    A contestant with a `clock` of its own is timed by that.
    """
    clocks = {c.name: CLOCKS[getattr(c, "clock", clock)] for c in contestants}
    order = random.Random(seed)
    for of_kind in queries.values():
        for asked in of_kind[:warm_up]:
            for contestant in contestants:
                contestant.ask(asked)
    timed = [asked for of_kind in queries.values() for asked in of_kind[warm_up:]]
    order.shuffle(timed)
    times: Times = {kind: {c.name: Timed() for c in contestants} for kind in queries}
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for number, asked in enumerate(timed):
            for contestant in order.sample(contestants, len(contestants)):
                now = clocks[contestant.name]
                began = now()
                answer = contestant.ask(asked)
                took_ms = (now() - began) / 1e6
                of_engine = times[asked.kind][contestant.name]
                of_engine.ms.append(took_ms)
                of_engine.answers.append(answer)
            if number % COLLECT_EVERY == 0:
                gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return times
