"""`dragoman index` and `dragoman info`: bringing an index up to date, and what it holds."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dragoman.search.cli.options import engine_options, one_line, print_json

if TYPE_CHECKING:
    from dragoman.indexer.collection import BuildReport

_DOUBTS_SHOWN = 20
"""Doubts that a run lists; each file may have some of its own."""


@click.command("index", short_help="Bring the index up to date with its documents.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@engine_options
@click.option("--full", is_flag=True, help="Build anew beside the old index, then switch over.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Processes that analyse texts; as many as there are cores without it.",
)
@click.option("--strict", is_flag=True, help="Leave with 1 when a file could not be read.")
@click.option("--forget", multiple=True, metavar="PATH", help="Leave out a remembered path.")
@click.option(
    "--allow-empty", is_flag=True, help="Remove the documents of a path that is missing or empty."
)
@click.option("--retry-failed", is_flag=True, help="Read again what could not be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def index_command(
    ctx: click.Context,
    paths: tuple[str, ...],
    engine: str | None,
    url: str | None,
    full: bool,
    jobs: int,
    strict: bool,
    forget: tuple[str, ...],
    allow_empty: bool,
    retry_failed: bool,
    as_json: bool,
) -> int:
    """Adds new documents, reads changed ones again, removes what vanished.

    PATH is a folder or a file: txt, md, html, pdf, docx, odt, rtf, epub, json,
    jsonl, csv, feeds (rss, atom, xml), or a zip archive of these; text formats
    and feeds also with .gz. It is remembered, so that later runs need no path;
    one that moved is named again at its new place. Files that can't be read are listed with
    their reason, and the run goes on.

    \b
    Examples:
      dragoman index seeds
      dragoman index
      dragoman --index my_index index speeches.jsonl.gz
      dragoman index --full
      dragoman index --engine opensearch --url http://localhost:9200 seeds
    """
    from dragoman.indexer.choice import chosen, place_of
    from dragoman.indexer.collection import sync

    index_dir: Path = ctx.obj
    ctx.with_resource(chosen(engine, url))
    with _progress_bar() as on_progress:
        report = sync(
            paths,
            index_dir=index_dir,
            full=full,
            jobs=jobs,
            forget=forget,
            allow_empty=allow_empty,
            retry_failed=retry_failed,
            on_progress=on_progress,
        )
    if as_json:
        print_json(report.to_dict())
    for old, new in report.repointed:
        click.echo(f"{old} is at {new} now", err=True)
    for path, reason in report.failed:
        click.echo(one_line(f"failed: {path}: {reason}"), err=True)
    for doubt in report.doubtful[:_DOUBTS_SHOWN]:
        click.echo(one_line(f"doubtful: {doubt.path}: {doubt.reason}"), err=True)
    if (more := len(report.doubtful) - _DOUBTS_SHOWN) > 0:
        click.echo(f"doubtful: {more:,} more; dragoman info --doubtful lists all", err=True)
    for note in report.notes:
        click.echo(one_line(note), err=True)
    click.echo(counted(report), err=True)
    click.echo(
        f"{report.documents:,} documents, {report.tokens:,} words in the index at "
        f"{place_of(index_dir)}; "
        f"{report.seconds:.1f} s",
        err=True,
    )
    return 1 if strict and report.failed else 0


def counted(report: "BuildReport") -> str:
    """What a run did, in one line."""
    files = "1 file" if report.renamed == 1 else f"{report.renamed:,} files"
    renamed = f" ({files} only renamed, not read)" if report.renamed else ""
    doubtful = sum(doubt.documents for doubt in report.doubtful)
    return (
        f"{report.added:,} added, {report.changed:,} changed, {report.deleted:,} deleted, "
        f"{report.unchanged:,} unchanged, {len(report.failed):,} failed"
        f"{f', {doubtful:,} doubtful' if doubtful else ''}{renamed}"
    )


@contextmanager
def _progress_bar() -> Iterator[Callable[..., None]]:
    """A progress bar on a terminal, with rate and time left; nothing elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from dragoman.indexer.update import Progress as Done
    from dragoman.search.cli.terminal import err

    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with Progress(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=err(),
        transient=True,
    ) as bar:
        task = bar.add_task("indexing", total=None, documents=0, rate="")

        def show(done: Done) -> None:
            seconds = bar.tasks[0].elapsed or 0
            bar.update(
                task,
                total=done.total_bytes or None,
                completed=done.done_bytes,
                documents=done.documents,
                rate=f"{done.tokens / seconds:,.0f} words/s" if done.tokens and seconds else "",
            )

        yield show


@click.command("info", short_help="What the index holds.")
@click.option("--failed", is_flag=True, help="List what could not be read, with the reason.")
@click.option("--doubtful", is_flag=True, help="List what was read with a doubt.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def info_command(index_dir: Path, failed: bool, doubtful: bool, as_json: bool) -> None:
    """Tells what the index holds: documents, words, languages, dates, sources, sizes.

    \b
    Examples:
      dragoman info
      dragoman info --failed
      dragoman info --doubtful
      dragoman info --json
    """
    from dragoman.search.query import open_searcher

    with open_searcher(index_dir) as searcher:
        facts = searcher.info()
    if as_json:
        print_json(facts)
        return
    if not failed and not doubtful:
        from dragoman.search.cli.terminal import print_facts

        print_facts((name.replace("_", " "), _shown(name, value)) for name, value in facts.items())
        return
    if failed:
        _list(facts["failed"], "everything could be read")
    if doubtful:
        _list(facts["doubtful"], "nothing is in doubt")


def _list(told: object, otherwise: str) -> None:
    """Prints each path with what is told of it."""
    rows = cast(list[dict[str, str]], told)
    for row in rows:
        click.echo(one_line(f"{row['path']}: {row['reason']}"))
    if not rows:
        click.echo(otherwise, err=True)


def _shown(name: str, value: object) -> str:
    """A fact of the index as people read it."""
    match value:
        case None:
            return "none"
        case list() if name == "failed":
            return f"{len(value)} (dragoman info --failed lists them)" if value else "0"
        case list() if name == "doubtful":
            count = sum(doubt["documents"] for doubt in value)
            return f"{count:,} (dragoman info --doubtful lists them)" if value else "0"
        case dict():
            return ", ".join(f"{key or 'unknown'} {count:,}" for key, count in value.items())
        case list():
            return ", ".join(map(str, value))
        case int() if name.endswith("_bytes"):
            return f"{value / 1e6:,.1f} MB" if value >= 1e5 else f"{value:,} bytes"
        case int():
            return f"{value:,}"
        case _:
            return str(value).replace("T", " ") if name.endswith("_date") else str(value)
