"""What many queries found, on a terminal or as plain text in a pipe.

In: results of a batch, saved searches and their news. Out: rows and hits on standard output, the
rest on standard error.
"""

from collections.abc import Iterable, Sequence

from dragoman.search.alerts import Alert, News
from dragoman.search.batch import BatchResult
from dragoman.search.cli.terminal import err, out, print_error, print_hits, print_notes
from dragoman.search.errors import QueryError


def print_batch(results: Iterable[BatchResult]) -> None:
    """Prints a line for each query, as it is answered, and below it the ids."""
    err().print(f"{'line':>5}  {'documents':>9}  {'occurrences':>11}  query", style="dim")
    for result in results:
        counts = (f"{result.total:,}", f"{result.occurrences:,}")
        if result.error is not None:
            counts = ("–", "–")
        head = f"{result.line:>5}  {counts[0]:>9}  {counts[1]:>11}  "
        out().print(f"{head}{result.searched_for or result.query}")
        for doc_id in result.ids:
            out().print(f"{' ' * len(head)}{doc_id}", style="cyan", soft_wrap=True)


def print_news(told: News) -> None:
    """Prints what is new in a saved search, or that nothing is."""
    name = told.alert.name
    if told.error is not None:
        message = f"{name}: {told.error}"
        if isinstance(told.error, QueryError):
            print_error(message, told.alert.query.text, (told.error.start, told.error.end))
        else:
            print_error(message)
        return
    print_notes(told.notes)
    since = _when(told.alert.since)
    if not (told.new or told.changed):
        err().print(f"{name}: nothing new since {since}", style="dim")
        return
    counts = [f"{len(told.new):,} new"] if told.new else []
    counts += [f"{len(told.changed):,} changed"] if told.changed else []
    out().print(f"{name}: {', '.join(counts)} since {since}", style="bold")
    print_hits(told.new)
    if told.changed:
        out().print("Changed:", style="bold")
        print_hits(told.changed)


def print_alerts(saved: Sequence[Alert]) -> None:
    """Prints saved searches, and until when what they found is known."""
    if not saved:
        err().print("No saved searches. Save one: dragoman alerts add NAME QUERY")
    for alert in saved:
        only = "".join(
            f" · {name} {' or '.join(values)}" for name, values in alert.query.filters.items()
        )
        any_word = " · any word" if alert.query.match == "any" else ""
        out().print(f"{alert.name}: {alert.query.text}{only}{any_word}")
        out().print(f"     {len(alert.seen):,} seen until {_when(alert.since)}", style="dim")


def _when(since: str) -> str:
    """A moment in UTC as a person reads it."""
    return since.replace("T", " ").replace("Z", " UTC")
