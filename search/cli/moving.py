"""`dragoman export-index` and `dragoman import-index`: an index as one file, and back."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

_STANDARD = "-"


@click.command("export-index", short_help="The index as one file, for another machine.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.pass_obj
def export_index_command(index_dir: Path, file: str) -> None:
    """Writes the whole index to FILE: texts, what analysis found, what was read.

    With it another machine, or another engine, has the same index without
    reading or analysing a file. FILE comes into being whole; `-` is standard
    output. Saved searches (alerts.json) are not in it.

    \b
    Examples:
      dragoman export-index moved.tar.zst
      dragoman export-index - > moved.tar.zst
    """
    from dragoman.indexer.moving import export_index

    with _target(file) as target, _progress_bar("writing") as on_progress:
        moved = export_index(index_dir, target, on_progress=on_progress)
    where = "standard output" if file == _STANDARD else file
    click.echo(
        f"{moved.documents:,} documents, {moved.tokens:,} words, state {moved.state}, "
        f"written to {where}",
        err=True,
    )


@click.command("import-index", short_help="An index out of such a file.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--replace", is_flag=True, help="Take the place of the index that is there.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Processes that analyse texts, where another version analysed them.",
)
@click.pass_obj
def import_index_command(index_dir: Path, file: str, replace: bool, jobs: int) -> None:
    """Makes an index of FILE, which export-index wrote; `-` is standard input.

    It answers as the other did, and `dragoman index` goes on where that one
    stood: folders that lie elsewhere here are named once at their new place.
    A file that is cut short or altered is refused as a whole.

    \b
    Examples:
      dragoman --index new_index import-index moved.tar.zst
      dragoman import-index --replace - < moved.tar.zst
    """
    from dragoman.indexer.moving import import_index

    with _source(file) as source, _progress_bar("reading") as on_progress:
        moved = import_index(
            source,
            index_dir,
            name="standard input" if file == _STANDARD else file,
            replace=replace,
            jobs=jobs,
            on_progress=on_progress,
        )
    if moved.differs:
        click.echo(
            f"another version made this file ({'; '.join(moved.differs)}): its texts were "
            "analysed again",
            err=True,
        )
    click.echo(
        f"{moved.documents:,} documents, {moved.tokens:,} words, state {moved.state}, in the "
        f"index at {index_dir}",
        err=True,
    )


@contextmanager
def _target(file: str) -> Iterator[BinaryIO]:
    """A file that comes into being whole, or standard output where it is no terminal."""
    if file == _STANDARD:
        if sys.stdout.isatty():
            raise click.UsageError("standard output is a terminal: name a FILE, or use a pipe")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(file).resolve()
    if path.exists() and not path.is_file():  # a pipe or a device
        with path.open("wb") as opened:
            yield opened
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _source(file: str) -> Iterator[BinaryIO]:
    if file == _STANDARD:
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as opened:
        yield opened


@contextmanager
def _progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from dragoman.search.cli.terminal import err

    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with Progress(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.completed:,} documents"),
        TimeRemainingColumn(),
        console=err(),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
