"""`dragoman watch`: the index kept up to date while files change."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dragoman.search.cli.indexing import counted
from dragoman.search.cli.options import one_line

if TYPE_CHECKING:
    from dragoman.indexer.collection import BuildReport


@click.command("watch", short_help="Keep the index up to date as files change.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Processes that analyse texts; as many as there are cores without it.",
)
@click.option(
    "--json", "--jsonl", "as_json", is_flag=True, help="Print each report as a line of JSON."
)
@click.pass_obj
def watch_command(index_dir: Path, paths: tuple[str, ...], jobs: int, as_json: bool) -> None:
    """Brings the index up to date, and keeps it so until Ctrl-C.

    A change can be searched within seconds; many at once are taken together.
    Where a folder vanishes or another process writes to the index, it waits.

    \b
    Examples:
      dragoman watch
      dragoman watch seeds
      dragoman --index my_index watch speeches --jsonl
    """
    from dragoman.indexer.watching import follow

    known: set[str] = set()

    def tell(message: str) -> None:
        click.echo(one_line(f"{time.strftime('%H:%M:%S')}  {message}"), err=True)

    def update(report: "BuildReport") -> None:
        nonlocal known
        if as_json:
            click.echo(json.dumps(report.to_dict(), ensure_ascii=False))
        told = [f"failed: {path}: {reason}" for path, reason in report.failed]
        told += [f"doubtful: {doubt.path}: {doubt.reason}" for doubt in report.doubtful]
        for message in told:
            if message not in known:
                tell(message)
        known = set(told)
        tell(f"{counted(report)}; {report.documents:,} documents; {report.seconds:.1f} s")

    def start(roots: tuple[str, ...]) -> None:
        tell(f"watching {', '.join(roots)} (Ctrl-C ends it)")

    follow(
        paths,
        index_dir=index_dir,
        jobs=jobs,
        on_start=start,
        on_update=update,
        on_trouble=lambda message: tell(f"waiting: {message}"),
    )
