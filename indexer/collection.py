"""Bringing an index up to date with its collection: the one door to it.

In: paths. Out: an index that holds what stands under them, and a `BuildReport`. Which files there
are is told by `scanning`, what is done about each by `update`. Reads no file itself.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dragoman.indexer import codec, manifest
from dragoman.indexer.choice import cluster_url
from dragoman.indexer.errors import CollectionError, IndexForeign, IndexProblem
from dragoman.indexer.manifest import Doubt, FileEntry, Root
from dragoman.indexer.names_file import settled_names
from dragoman.indexer.roots import roots_from_now_on
from dragoman.indexer.scanning import refuse_sudden_emptiness, scan
from dragoman.indexer.store import WhooshWriter
from dragoman.indexer.update import Progress, Update

if TYPE_CHECKING:
    from dragoman.indexer.opensearch.writer import OpenSearchWriter


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a run did; all counts but `documents` are of this run.

    Attributes:
        added: Documents that were not in the index.
        changed: Documents read again and different.
        deleted: Documents whose file or record vanished.
        unchanged: Documents left as they were.
        failed: Path (with a line for a record) and reason of what can't be read.
        documents: Documents in the index now.
        tokens: Tokens of title and body in the index now.
        seconds: Wall time.
        analysed_tokens: Tokens analysed in this run.
        repointed: Roots that were found at a new place: old and new path.
        doubtful: What was read, but not surely as it was meant.
        renamed: Files known under another name or in another folder, and so not read again.
        notes: What else a user may want to know, a sentence each.
    """

    added: int
    changed: int
    deleted: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    documents: int
    tokens: int
    seconds: float
    analysed_tokens: int = 0
    repointed: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[Doubt, ...] = ()
    renamed: int = 0
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "added": self.added,
            "changed": self.changed,
            "deleted": self.deleted,
            "unchanged": self.unchanged,
            "failed": [{"path": path, "reason": reason} for path, reason in self.failed],
            "doubtful": [asdict(doubt) for doubt in self.doubtful],
            "documents": self.documents,
            "tokens": self.tokens,
            "seconds": self.seconds,
        }


def sync(
    paths: Sequence[str | Path] = (),
    *,
    index_dir: str | Path = "index_data",
    full: bool = False,
    jobs: int = 1,
    forget: Sequence[str | Path] = (),
    allow_empty: bool = False,
    retry_failed: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> BuildReport:
    """Brings an index up to date with its collection.

    Args:
        paths: Files and folders to add to the remembered ones.
        index_dir: The index directory; made where it is missing.
        full: Build anew beside the old index, then switch.
        jobs: Worker processes for analysis.
        forget: Remembered files and folders to leave, with their documents.
        allow_empty: Whether a root that is missing or suddenly empty removes its documents.
        retry_failed: Whether files that could not be read are read again though unchanged.
        on_progress: Called now and then.

    Raises:
        CollectionError: A path is missing or unreadable, or the collection is empty.
        SettingsError: Something in a `dragoman.toml` is wrong.
        IndexProblem: The index can't be written (locked, foreign, stale, damaged).
    """
    began = time.monotonic()
    folder = Path(index_dir)
    url = cluster_url(folder)
    remembered, last_known = _last_run(folder, full) if url is None else _last_run_at(url)
    roots, repointed = roots_from_now_on(remembered, paths, forget, last_known)
    found = scan(roots, folder, allow_empty=allow_empty)
    if not allow_empty:
        refuse_sudden_emptiness(roots, found, last_known)
        if not found.files and not remembered:
            raise CollectionError(
                f"no documents in {', '.join(root.path for root in roots)}: "
                "dragoman index --help names the formats"
            )
    with _writer(folder, url, full=full, jobs=jobs) as writer:
        known = writer.known_files()
        names = settled_names(Path(root.path) for root in roots)
        update = Update(writer, roots, known, names, on_progress)
        header = update.run(found, retry_failed, writer.old_header)
    return BuildReport(
        added=update.added,
        changed=update.changed,
        deleted=update.deleted,
        unchanged=header.documents - update.added - update.changed,
        failed=manifest.failures_in(update.files),
        documents=header.documents,
        tokens=header.tokens,
        seconds=time.monotonic() - began,
        analysed_tokens=writer.analysed_tokens,
        repointed=repointed,
        doubtful=manifest.doubts_in(update.files),
        renamed=update.renamed,
        notes=(*update.notes, *found.notes),
    )


def committed(folder: Path) -> tuple[int, tuple[Root, ...]]:
    """The newest generation of an index, and the roots of this machine's part of it.

    Raises:
        IndexProblem: There is no index, or it can't be read.
    """
    url = cluster_url(folder)
    if url is not None:
        from dragoman.indexer.opensearch.writer import committed_at

        return committed_at(url)
    generation = codec.latest_generation(folder) if folder.is_dir() else -1
    return generation, manifest.read_header(folder, generation).roots


def _writer(
    folder: Path, url: str | None, *, full: bool, jobs: int
) -> "WhooshWriter | OpenSearchWriter":
    """What writes the index, in files or in a cluster."""
    if url is None:
        return WhooshWriter(folder, full=full, jobs=jobs)
    from dragoman.indexer.opensearch.writer import open_writer

    return open_writer(url, full=full, jobs=jobs)


def _last_run_at(url: str) -> tuple[tuple[Root, ...], dict[str, FileEntry]]:
    """The roots and files of this machine's last run."""
    from dragoman.indexer.opensearch.writer import last_run

    return last_run(url)


def _last_run(folder: Path, full: bool) -> tuple[tuple[Root, ...], dict[str, FileEntry]]:
    """The roots and files of the last run; none of what a full rebuild is about to mend."""
    generation = codec.latest_generation(folder) if folder.is_dir() else -1
    roots: tuple[Root, ...] = ()
    if generation >= 0:
        try:
            roots = manifest.read_header(folder, generation).roots
            return roots, manifest.read_files(folder, generation)
        except IndexForeign:
            raise
        except IndexProblem:
            if not full:
                raise
    return roots, {}
