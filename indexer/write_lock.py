"""An index directory, made or refused, and the lock of the one process that writes to it.

In: a folder. Out: `WriteLock`, held; or the error that names its holder, or what is there instead.
"""

import os
import socket
import time
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from dragoman.indexer import codec, manifest
from dragoman.indexer.errors import IndexForeign, IndexLocked, Message

_LOCK_NAME = f"{codec.INDEX_NAME}_WRITELOCK"
_HOLDER_NAME = "writer"
_ALERTS = ("alerts.json", "alerts.lock", "alerts.tmp")
"""Saved searches, which lie beside the index and outlive it."""
_OURS = (".gitkeep", ".gitignore", "manifest.tmp", _LOCK_NAME, _HOLDER_NAME, *_ALERTS)


def claim_folder(folder: Path) -> None:
    """Makes the folder of an index where it is missing.

    Raises:
        IndexForeign: The directory holds something else, or can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise IndexForeign(
            Message(
                "{folder} can't hold an index ({reason}); choose another directory with --index",
                folder=folder,
                reason=error.strerror,
            )
        ) from error
    if manifest.is_ours(folder):
        return
    if codec.latest_generation(folder) >= 0:
        raise IndexForeign(
            Message(
                "{folder} holds a Whoosh index that Dragoman did not make; choose another "
                "directory with --index",
                folder=folder,
            )
        )
    strange = sorted(
        name for name in names if name not in _OURS and not name.startswith(codec.INDEX_NAME)
    )
    kept = tuple(f"{kind}-" for kind in (*manifest.KINDS, "relations"))
    strange = [name for name in strange if not name.startswith(kept)]
    if strange:
        raise IndexForeign(
            Message(
                "{folder} holds other files ({names}); choose an empty directory with --index",
                folder=folder,
                names=", ".join(strange[:3]),
            )
        )


class WriteLock:
    """The right to write to an index, held from now on.

    Args:
        folder: The index directory.
        wait_s: Seconds to wait for another writer.

    Raises:
        IndexLocked: Another process is writing; names it.
    """

    def __init__(self, folder: Path, wait_s: float) -> None:
        self._holder = folder / _HOLDER_NAME
        self._lock = FileStorage(str(folder)).lock(_LOCK_NAME)
        until = time.monotonic() + wait_s
        while not self._lock.acquire():
            if time.monotonic() >= until:
                holder = "another process"
                if self._holder.exists():
                    holder = self._holder.read_text("utf-8").strip() or holder
                raise IndexLocked(
                    Message(
                        "{holder} is writing to the index at {folder}; wait until it has ended",
                        holder=holder,
                        folder=folder,
                    )
                )
            time.sleep(0.05)
        host, when = socket.gethostname(), time.strftime("%Y-%m-%d %H:%M:%S")
        self._holder.write_text(f"process {os.getpid()} on {host} (since {when})\n", "utf-8")

    def release(self) -> None:
        """Lets another process write."""
        self._holder.unlink(missing_ok=True)
        self._lock.release()
