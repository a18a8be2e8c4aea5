"""An index kept up to date while its collection changes.

In: what the operating system tells of changes under the roots, and a look at everything now and
then, since network drives tell nothing. Out: a run of `sync` for each bundle of changes. Reads
and writes nothing itself.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import Change
from watchfiles import watch as changes_under

from dragoman.indexer.collection import BuildReport, committed, sync
from dragoman.indexer.errors import ClusterError, CollectionError, IndexLocked

_QUIET_MS = 250
"""Changes are taken up once none has come for so long,"""
_BUNDLE_MS = 2_000
"""or once they have come for so long."""
_TICK_MS = 1_000
"""How often it is seen whether the roots are still there."""
_LOOK_S = 60.0
"""How often everything is looked at, though nothing was told; less often where that takes long."""
_LOOK_SHARE = 50
"""A look takes at most one part of so many of the time."""

Identity = tuple[int, int] | None
"""Device and inode of a root; None where there is nothing."""


def follow(
    paths: Sequence[str | Path] = (),
    *,
    index_dir: str | Path = "index_data",
    jobs: int = 1,
    on_start: Callable[[tuple[str, ...]], None] = lambda roots: None,
    on_update: Callable[[BuildReport], None] = lambda report: None,
    on_trouble: Callable[[str], None] = lambda message: None,
) -> None:
    """Brings an index up to date and keeps it so until it is interrupted.

    A root that vanishes, a mistake in a `dragoman.toml` and another process that writes to the
    index are told, and waited for.

    Args:
        paths: Files and folders to add to the remembered ones.
        index_dir: The index directory; made where it is missing.
        jobs: Worker processes for analysis.
        on_start: Called with the roots once the first run is over and changes are looked for.
        on_update: Called after each run that changed something, and after the first.
        on_trouble: Called with what keeps a run from being made, once for each cause.

    Raises:
        CollectionError: The first run can't be made.
        IndexProblem: The index can't be used.
        KeyboardInterrupt: It was interrupted; nothing that was committed is lost.
    """
    folder = Path(index_dir)
    _Follower(folder, jobs, on_update, on_trouble).run(paths, on_start)


class _Follower:
    def __init__(
        self,
        folder: Path,
        jobs: int,
        on_update: Callable[[BuildReport], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._folder, self._jobs = folder, jobs
        self._real_folder = os.path.realpath(folder)
        self._on_update, self._on_trouble = on_update, on_trouble
        self._trouble = ""
        self._is_due = False
        self._next_look = 0.0
        self._generation = self._roots_of = -1

    def run(self, paths: Sequence[str | Path], on_start: Callable[[tuple[str, ...]], None]) -> None:
        self._report(sync(paths, index_dir=self._folder, jobs=self._jobs), is_first=True)
        on_start(self._roots())
        while True:
            self._watch(self._roots())

    def _watch(self, roots: tuple[str, ...]) -> None:
        """Follows changes until one of the roots is another than it was."""
        self._is_due = True  # what changed before the watch began is seen by a run after it
        identities = [_identity(root) for root in roots]
        there = [root for root, known in zip(roots, identities, strict=True) if known]
        if not there:
            time.sleep(_TICK_MS / 1000)
            self._trouble_or_update(identities)
            return
        for changes in changes_under(
            *there,
            watch_filter=self._matters,
            debounce=_BUNDLE_MS,
            step=_QUIET_MS,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            now = [_identity(root) for root in roots]
            self._is_due |= bool(changes) or now != identities
            self._trouble_or_update(now)
            if now != identities or self._has_other_roots(roots):
                return

    def _matters(self, change: Change, path: str) -> bool:
        """Whether a change may be one of documents: neither hidden nor the index's own."""
        is_own = path == self._real_folder or path.startswith(f"{self._real_folder}/")
        return not is_own and not Path(path).name.startswith(".")

    def _trouble_or_update(self, identities: Sequence[Identity]) -> None:
        """Makes a run where one is due; a missing root is told by it once, then waited for."""
        if time.monotonic() >= self._next_look:
            self._is_due = True
        is_waiting = bool(self._trouble) and None in identities
        if not self._is_due or is_waiting:
            return
        began = time.monotonic()
        try:
            self._roots()  # an index that was taken away is not begun anew
            report = sync(index_dir=self._folder, jobs=self._jobs)
        except (CollectionError, OSError) as error:
            self._tell(str(error))
            self._is_due = None in identities  # else the next change may mend it
        except (IndexLocked, ClusterError) as error:
            self._tell(str(error))
        else:
            self._trouble = ""
            self._is_due = False
            self._report(report)
        self._next_look = time.monotonic() + max(_LOOK_S, _LOOK_SHARE * (time.monotonic() - began))

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._on_trouble(trouble)
        self._trouble = trouble

    def _report(self, report: BuildReport, *, is_first: bool = False) -> None:
        """Tells of a run that changed something: it made a generation of its own."""
        generation, _ = committed(self._folder)
        if is_first or generation != self._generation:
            self._on_update(report)
        self._generation = generation

    def _has_other_roots(self, roots: tuple[str, ...]) -> bool:
        return self._generation != self._roots_of and self._roots() != roots

    def _roots(self) -> tuple[str, ...]:
        _, roots = committed(self._folder)
        self._roots_of = self._generation
        return tuple(root.path for root in roots)


def _identity(path: str) -> Identity:
    try:
        status = os.stat(path)  # noqa: PTH116 (called often)
    except OSError:
        return None
    return status.st_dev, status.st_ino
