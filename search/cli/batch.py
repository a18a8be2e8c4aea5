"""`dragoman batch`: a file of queries, one a line, and what each found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click

from dragoman.search.batch import BatchResult, batch
from dragoman.search.cli.exporting import write
from dragoman.search.cli.options import no_bom, print_json, query_of, query_options

_COLUMNS = ("line", "query", "searched_for", "total", "occurrences", "ids", "error",
            "index_state", "version")  # fmt: skip


@click.command("batch", short_help="Many queries, one a line.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--top", default=5, show_default=True, type=int, metavar="N",
    help="Ids told of each query's best documents.",
)  # fmt: skip
@query_options
@click.option("--csv", "as_csv", is_flag=True, help="Print the results as CSV.")
@no_bom
@click.option("--json", "as_json", is_flag=True, help="Print all results as one JSON document.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print each result as a line of JSON.")
@click.pass_obj
def batch_command(
    index_dir: Path,
    file: str,
    top: int,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_csv: bool,
    without_bom: bool,
    as_json: bool,
    as_lines: bool,
) -> int:
    """Asks each query of FILE (- is standard input) and tells what it found.

    A line is a query; empty lines are passed over. A query that can't be read
    is named with its line and the others go on; the exit code is then 2.

    \b
    Examples:
      dragoman batch queries.txt
      dragoman batch queries.txt --filter lang=ru --csv > counts.csv
      echo санкции | dragoman batch - --json
    """
    from dragoman.search.cli.findings import print_batch
    from dragoman.search.cli.terminal import err
    from dragoman.search.export import csv_pieces
    from dragoman.search.query import open_searcher

    if as_csv + as_json + as_lines > 1:
        raise click.UsageError("--csv, --json and --jsonl exclude each other: choose one")
    common = query_of("", filters, strict, any_word, page_size=top)
    failed: list[int] = []
    with open_searcher(index_dir) as searcher, click.open_file(file, "rb") as lines:
        index = searcher.index
        results = _told(batch(searcher, _lines_of(lines), common), failed)
        if as_json:
            print_json(
                {"index": index.to_dict(), "results": [result.to_dict() for result in results]}
            )
        elif as_lines:
            write(json.dumps(r.to_dict(), ensure_ascii=False) + "\n" for r in results)
        elif as_csv:
            origin = {"index_state": index.state, "version": index.version}
            rows = (
                {**r.to_dict(), **origin, "error": str(r.error) if r.error else None}
                for r in results
            )
            write(csv_pieces(_COLUMNS, rows, bom=not without_bom))
        else:
            print_batch(results)
    if failed:
        numbers = f"line{'' if len(failed) == 1 else 's'} {', '.join(map(str, failed))}"
        err().print(f"Not read: {numbers}.")
    return 2 if failed else 0


def _lines_of(file: IO[Any]) -> Iterator[str]:
    """The lines of a file, UTF-8 with or without a byte order mark.

    Raises:
        UsageError: It is in another encoding.
    """
    for number, line in enumerate(file, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise click.UsageError(f"line {number} is not UTF-8: save the file as UTF-8") from error


def _told(results: Iterator[BatchResult], failed: list[int]) -> Iterator[BatchResult]:
    """The same results; what could not be read is told on standard error and its line kept."""
    from dragoman.search.cli.terminal import err, print_error

    for result in results:
        if result.error is not None:
            failed.append(result.line)
            message = f"line {result.line}: {result.error}"
            print_error(message, result.query, (result.error.start, result.error.end))
        for note in result.notes:
            err().print(f"note: line {result.line}: {note.message}")
        yield result
