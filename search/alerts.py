"""Saved searches, and what is new in each since it was last looked at.

In: a searcher and a file of saved searches. Out: `News`: documents that a search had not found
before, and those whose content has changed since. The file lies beside the index, is read and
replaced under a lock, and knows the documents of each search by id and content hash.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.indexer.errors import Message
from dragoman.search.errors import AlertsError, QueryError, RequestError
from dragoman.search.request import Query
from dragoman.search.results import Hit, Note

if TYPE_CHECKING:
    from dragoman.search.query import Searcher

FILE_NAME = "alerts.json"
_VERSION = 1
_WAIT_S = 30.0
_TRY_EVERY_S = 0.05


@dataclass(slots=True)
class Alert:
    """A saved search.

    Attributes:
        name: What it is called, one of a kind in its file.
        query: What it looks for; its text, filters, match and strict count.
        since: When it was last looked at, or saved, in UTC (ISO 8601).
        seen: Id to content hash of every document that it has found so far.
    """

    name: str
    query: Query
    since: str
    seen: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "name": self.name,
            "query": self.query.text,
            "filters": {name: list(values) for name, values in self.query.filters.items()},
            "match": self.query.match,
            "strict": self.query.strict,
            "since": self.since,
            "documents": len(self.seen),
        }


@dataclass(frozen=True, slots=True)
class News:
    """What a saved search found that was not there when it was last looked at, newest first.

    Attributes:
        total: Documents that it finds now, seen or not.
        new: Documents that it had not found before; ranked among themselves.
        changed: Documents that it had found, with another content.
        found: Id to content hash of all that it finds now.
        error: Why it can't be asked any more; None where it was.
    """

    alert: Alert
    searched_for: str = ""
    notes: tuple[Note, ...] = ()
    total: int = 0
    new: tuple[Hit, ...] = ()
    changed: tuple[Hit, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    error: QueryError | RequestError | None = None

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {
            "name": self.alert.name,
            "query": self.alert.query.text,
            "filters": {name: list(of) for name, of in self.alert.query.filters.items()},
            "searched_for": self.searched_for or None,
            "notes": [note.to_dict() for note in self.notes],
            "since": self.alert.since,
            "total": self.total,
            "new": [hit.to_dict() for hit in self.new],
            "changed": [hit.to_dict() for hit in self.changed],
            "error": None if self.error is None else str(self.error),
        }


class Alerts:
    """The saved searches of a file, in the order in which they were saved."""

    def __init__(self, path: Path, saved: list[Alert]) -> None:
        self._path = path
        self.saved = saved

    def add(self, searcher: "Searcher", name: str, query: Query) -> Alert:
        """Saves a search; what it finds now counts as seen.

        Raises:
            RequestError: The name is taken or no name.
            QueryError: The query can't be read.
        """
        if not name.strip() or not name.isprintable():
            raise RequestError(Message("a saved search needs a name of visible characters"))
        if any(alert.name == name for alert in self.saved):
            raise RequestError(
                Message(
                    "there is a saved search ‘{name}’; choose another name, or first: "
                    "dragoman alerts remove {name}",
                    name=name,
                )
            )
        alert = Alert(name, _kept(query), now(), _found(searcher, _kept(query)))
        self.saved.append(alert)
        return alert

    def remove(self, name: str) -> None:
        """Forgets a saved search.

        Raises:
            RequestError: There is none of this name.
        """
        kept = [alert for alert in self.saved if alert.name != name]
        if len(kept) == len(self.saved):
            raise RequestError(
                Message("no saved search ‘{name}’; to see them: dragoman alerts list", name=name)
            )
        self.saved = kept

    def mark(self, told: News) -> None:
        """Counts what was found as seen; a document that is gone for now stays known."""
        if told.error is None:
            told.alert.seen.update(told.found)
            told.alert.since = now()

    def save(self) -> None:
        """Replaces the file in one step.

        Raises:
            AlertsError: It can't be written.
        """
        content = {
            "application": "dragoman",
            "alerts_version": _VERSION,
            "alerts": [
                {
                    "name": alert.name,
                    "text": alert.query.text,
                    "filters": {name: list(of) for name, of in alert.query.filters.items()},
                    "match": alert.query.match,
                    "strict": alert.query.strict,
                    "since": alert.since,
                    "seen": alert.seen,
                }
                for alert in self.saved
            ],
        }
        temporary = self._path.with_suffix(".tmp")
        try:
            with temporary.open("w", encoding="utf-8", errors="surrogatepass") as file:
                json.dump(content, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path, error) from error


def alerts_path(index_dir: Path) -> Path:
    """The file of an index's saved searches: `DRAGOMAN_ALERTS`, else beside the index."""
    named = os.environ.get("DRAGOMAN_ALERTS")
    return Path(named) if named else index_dir / FILE_NAME


def read_alerts(path: Path) -> Alerts:
    """The saved searches of a file, to look at; none where there is no file.

    Raises:
        AlertsError: It can't be read.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
        if content["alerts_version"] != _VERSION:
            raise AlertsError(f"{path} was written by another version of Dragoman; use that one")
        return Alerts(path, [_alert_of(each) for each in content["alerts"]])
    except FileNotFoundError:
        return Alerts(path, [])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RequestError) as error:
        raise AlertsError(
            f"{path} can't be read as saved searches; mend it, or move it away and save them anew"
        ) from error


@contextmanager
def changing_alerts(path: Path, wait_s: float = _WAIT_S) -> Iterator[Alerts]:
    """The saved searches of a file, to be changed by nobody else until the block is left.

    Nothing is written but by `Alerts.save`.

    Raises:
        AlertsError: The file can't be read, or another process has kept it for `wait_s`.
    """
    import fcntl

    try:
        handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        until = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise AlertsError(
                        f"another process is at the saved searches in {path}; "
                        "try again when it has ended"
                    ) from error
                time.sleep(_TRY_EVERY_S)
        yield read_alerts(path)
    finally:
        os.close(handle)


def news(searcher: "Searcher", alert: Alert) -> News:
    """What a saved search finds that it had not found when it was last looked at."""
    query = alert.query
    try:
        page = searcher.search(query.with_(page_size=1, facets=False, snippets=False))
        found = _found(searcher, query)
        new = found.keys() - alert.seen.keys()
        changed = {doc_id for doc_id in found.keys() - new if alert.seen[doc_id] != found[doc_id]}
        new_hits = _numbered(searcher.hits(query, new)) if new else ()
        changed_hits = _numbered(searcher.hits(query, changed)) if changed else ()
    except (QueryError, RequestError) as error:
        return News(alert, error=error)
    return News(
        alert,
        page.searched_for,
        page.notes,
        page.total,
        new_hits,
        changed_hits,
        found,
    )


def now() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _found(searcher: "Searcher", query: Query) -> dict[str, str]:
    return {
        hit.metadata.doc_id: f"{searcher.content_hash(hit):016x}"
        for hit in searcher.hits(query.with_(snippets=False))
    }


def _numbered(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The same hits, ranked among themselves, read while the searcher is open."""
    numbered = tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, 1))
    for hit in numbered:
        _ = hit.metadata, hit.occurrences
    return numbered


def _kept(query: Query) -> Query:
    """What is saved of a query; its hits come newest first."""
    return Query(
        query.text, filters=query.filters, match=query.match, strict=query.strict, sort="newest"
    )


def _alert_of(saved: Mapping[str, Any]) -> Alert:
    query = Query(
        saved["text"],
        filters={name: tuple(values) for name, values in saved["filters"].items()},
        match=saved["match"],
        strict=saved["strict"],
        sort="newest",
    )
    return Alert(saved["name"], query, saved["since"], dict(saved["seen"]))


def _unwritable(path: Path, error: OSError) -> AlertsError:
    return AlertsError(
        f"{path} can't be written ({error.strerror}); name a file of your own in DRAGOMAN_ALERTS"
    )
