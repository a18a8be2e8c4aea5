"""`dragoman kwic`: every occurrence with the words around it, one a line."""

import json
from pathlib import Path

import click

from dragoman.search.cli.options import QueryCommand, no_bom, print_json, query_of, query_options


@click.command("kwic", cls=QueryCommand, short_help="Every occurrence in its context.")
@click.argument("query", nargs=-1)
@click.option(
    "--window", default=8, show_default=True, type=int, metavar="N",
    help="Words of context on each side, 1 to 50.",
)  # fmt: skip
@click.option(
    "--sort", default="date", show_default=True, metavar="ORDER",
    type=click.Choice(["date", "left", "right"]),
    help="By date, or by the words to the left or right, nearest first.",
)  # fmt: skip
@click.option(
    "--depth", default=3, show_default=True, type=int, metavar="N",
    help="Words that left and right go by, 1 to 3.",
)  # fmt: skip
@click.option("--sample", default=0, type=int, metavar="N", help="Only N lines, drawn at random.")
@click.option(
    "--seed", default=0, show_default=True, type=int, metavar="N",
    help="Which draw: the same number draws the same lines again.",
)  # fmt: skip
@query_options
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV, for spreadsheets.")
@no_bom
@click.option("--json", "as_json", is_flag=True, help="Print the lines as one JSON document.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print each line as a line of JSON.")
@click.pass_obj
def kwic_command(
    index_dir: Path,
    query: tuple[str, ...],
    window: int,
    sort: str,
    depth: int,
    sample: int,
    seed: int,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_csv: bool,
    without_bom: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Prints a concordance: every occurrence in the texts, the match in one column.

    \b
    Examples:
      dragoman kwic санкции --sort right
      dragoman kwic '"nuclear weapons"' --sample 20 --seed 1
      dragoman kwic treaty --filter lang=en --csv > lines.csv
    """
    from dragoman.search.concordance import LinesWanted
    from dragoman.search.query import open_searcher

    if as_csv + as_json + as_lines > 1:
        raise click.UsageError("--csv, --json and --jsonl exclude each other: choose one")
    request = query_of(" ".join(query), filters, strict, any_word)
    wanted = LinesWanted(window=window, sort=sort, depth=depth, sample=sample, seed=seed)
    with open_searcher(index_dir) as searcher:
        if as_csv:
            from dragoman.search.cli.exporting import write
            from dragoman.search.cli.terminal import print_notes
            from dragoman.search.export import export_lines

            made = export_lines(searcher, request, wanted, "csv", bom=not without_bom)
            print_notes(made.notes)
            write(made.pieces)
            return
        found = searcher.concordance(request, wanted)
    if as_json:
        print_json(found.to_dict())
    elif as_lines:
        for line in found.found.lines:
            click.echo(json.dumps(line.to_dict(), ensure_ascii=False))
    else:
        from dragoman.search.cli.tables import print_lines

        print_lines(found)
