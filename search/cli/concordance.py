"""`dragoman kwic`: every occurrence with the words around it, one a line."""

import json
from pathlib import Path

import click
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from dragoman.search.cli.options import (
    QueryCommand,
    filters_of,
    no_bom,
    print_json,
    query_options,
)
from dragoman.search.cli.terminal import err, marked, out, print_notes
from dragoman.search.concordance import Concordance, Line, LinesWanted

_PIPE_WIDTH = 160
"""Columns of a line where there is no terminal."""
_MAX_WIDTH = 160


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
    from dragoman.search.query import open_searcher
    from dragoman.search.request import Query

    if as_csv + as_json + as_lines > 1:
        raise click.UsageError("--csv, --json and --jsonl exclude each other: choose one")
    request = Query(
        " ".join(query),
        filters=filters_of(filters),
        strict=strict,
        match="any" if any_word else "all",
    )
    wanted = LinesWanted(window=window, sort=sort, depth=depth, sample=sample, seed=seed)
    with open_searcher(index_dir) as searcher:
        if as_csv:
            from dragoman.search.cli.exporting import write
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
        _print(found)


def _print(found: Concordance) -> None:
    print_notes(found.notes)
    total, shown = found.found.total, len(found.found.lines)
    summary = f"{total:,} occurrence{'' if total == 1 else 's'} in {found.found.documents:,} texts"
    if shown < total:
        summary += f", {shown:,} drawn with seed {found.wanted.seed}"
    if found.found.in_titles:
        summary += f"; {found.found.in_titles:,} more in titles"
    err().print(f"Searched for: {found.searched_for}", style="dim")
    err().print(summary, style="dim")
    console = out()
    width = _PIPE_WIDTH if console.soft_wrap else min(console.width, _MAX_WIDTH)
    dates = max((len(line.date[:10]) for line in found.found.lines), default=0)
    for line in found.found.lines:
        console.print(_row(line, width, dates), soft_wrap=True)


def _row(line: Line, width: int, dates: int) -> Text:
    """A line of the concordance: date, left context, match, right context, in columns."""
    match = _one_line(line.match)
    date = line.date[:10].ljust(dates)
    room = max(20, width - cell_len(match) - dates - 6)
    left = _cut_left(_one_line(line.left).rstrip(), room // 2)
    right = set_cell_size(_one_line(line.right).lstrip(), room - room // 2).rstrip()
    gap_left = " " if line.left[-1:].isspace() or not line.left else ""
    gap_right = " " if line.right[:1].isspace() else ""
    row = Text()
    row.append(f"{date}  " if dates else "", style="dim")
    row.append(left.rjust(room // 2 + len(left) - cell_len(left)) + gap_left)
    row.append_text(marked(match, [(0, len(match))]))
    row.append(gap_right + right)
    return row


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split()) if text.strip() else ""


def _cut_left(text: str, room: int) -> str:
    """The end of a text, as much as fits."""
    while cell_len(text) > room:
        text = text[max(1, cell_len(text) - room) :]
    return text
