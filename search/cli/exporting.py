"""`dragoman export` and `dragoman cite`: hits and documents for other programs and for lists."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

import click

from dragoman.search.citation_styles import STYLES
from dragoman.search.cli.options import QueryCommand, no_bom, print_json, query_of, query_options
from dragoman.search.export import FORMATS, export, export_chosen

_accessed = click.option(
    "--accessed", default="", metavar="DATE",
    help="The day on which addresses were looked at; without it, today.",
)  # fmt: skip


@click.command("export", cls=QueryCommand, short_help="All hits, for other programs.")
@click.argument("query", nargs=-1)
@click.option(
    "--format", "format_name", required=True, type=click.Choice(list(FORMATS)), metavar="FORMAT",
    help="csv, jsonl, ris, bibtex, csl-json, gost, chicago or apa.",
)  # fmt: skip
@click.option(
    "--output", default=None, metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False), help="Where to; without it, standard output.",
)  # fmt: skip
@click.option(
    "--sort", default="relevance", show_default=True, metavar="ORDER",
    type=click.Choice(["relevance", "newest", "oldest", "title"]),
    help="The order of hits: relevance, newest, oldest or title.",
)  # fmt: skip
@click.option(
    "--id", "doc_ids", multiple=True, metavar="ID",
    help="A document instead of a query; repeat it for a list.",
)  # fmt: skip
@click.option(
    "--note", "noted", nargs=2, multiple=True, metavar="ID NOTE",
    help="A note to go with a document that --id names; repeat it for others.",
)  # fmt: skip
@no_bom
@_accessed
@query_options
@click.pass_obj
def export_command(
    index_dir: Path,
    query: tuple[str, ...],
    format_name: str,
    output: Path | None,
    sort: str,
    doc_ids: tuple[str, ...],
    noted: tuple[tuple[str, str], ...],
    without_bom: bool,
    accessed: str,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
) -> None:
    """Writes all hits of a query, however many, in its order, or a list of documents.

    csv and jsonl carry the query and the state of the index in each row; gost,
    chicago and apa are a citation a line. Concordance lines: dragoman kwic
    QUERY --csv.

    \b
    Examples:
      dragoman export санкции --format csv --output hits.csv
      dragoman export '"nuclear weapons"' --format bibtex > hits.bib
      dragoman export treaty --filter lang=en --format gost --sort oldest
      dragoman export --id en/npt.md --id ru/npt.md --format ris
    """
    from dragoman.search.citations import accessed_on
    from dragoman.search.cli.terminal import err, print_notes
    from dragoman.search.query import open_searcher

    text = " ".join(query)
    if doc_ids and (text.strip() or filters):
        raise click.UsageError("documents by --id are a list of their own: leave out the query")
    notes = _notes_on(doc_ids, noted)
    request = query_of(text, filters, strict, any_word, sort=sort)
    day = accessed_on(accessed)
    with open_searcher(index_dir) as searcher:
        if doc_ids:
            made = export_chosen(
                searcher, doc_ids, format_name, accessed=day, bom=not without_bom, notes=notes
            )
        else:
            made = export(searcher, request, format_name, accessed=day, bom=not without_bom)
        print_notes(made.notes)
        write(made.pieces, output)
    if not doc_ids:
        err().print(f"Searched for: {made.searched_for}", style="dim")
    where = f" to {output}" if output is not None else ""
    documents = f"{made.total:,} document{'' if made.total == 1 else 's'}"
    err().print(f"{documents}{where}; index {made.index.state}", style="dim")


def _notes_on(doc_ids: Sequence[str], noted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The notes by id, several on one document a line each."""
    notes: dict[str, str] = {}
    for doc_id, note in noted:
        if doc_id not in doc_ids:
            raise click.UsageError(f"a note on ‘{doc_id}’: name the document by --id too")
        if note.strip():
            notes[doc_id] = f"{notes.get(doc_id, '')}\n{note.strip()}".strip()
    return notes


def write(pieces: Iterable[str], output: Path | None = None) -> None:
    """Writes a text piece by piece to a file, else to standard output, its line ends as they are.

    A file comes into being whole: what was there before stays until all is written.
    """
    if output is None:
        sys.stdout.writelines(pieces)
        return
    output = output.resolve()
    if output.exists() and not output.is_file():  # a pipe or a device
        with _opened(output) as file:
            file.writelines(pieces)
        return
    beside = output.with_name(f".{output.name}.part")
    try:
        with _opened(beside) as file:
            file.writelines(pieces)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="")


@click.command("cite", short_help="Documents as citations.")
@click.argument("doc_ids", nargs=-1, metavar="ID...")
@click.option(
    "--style", default="gost", show_default=True, type=click.Choice(list(STYLES)), metavar="STYLE",
    help="gost (ГОСТ Р 7.0.5-2008), chicago (18th ed.) or apa (7th ed.).",
)  # fmt: skip
@_accessed
@click.option("--json", "as_json", is_flag=True, help="Print citations and CSL-JSON as JSON.")
@click.pass_obj
def cite_command(
    index_dir: Path, doc_ids: tuple[str, ...], style: str, accessed: str, as_json: bool
) -> None:
    """Prints a citation of each document, in the conventions of its language.

    \b
    Examples:
      dragoman cite en/npt.md --style chicago
      dragoman cite ru/npt.md en/npt.md --accessed 2026-11-24
    """
    from dragoman.search.chosen import chosen
    from dragoman.search.citations import accessed_on, citation
    from dragoman.search.query import open_searcher

    if not doc_ids:
        raise click.UsageError("no document: give one ID or more; ids stand in search results")
    day = accessed_on(accessed)
    with open_searcher(index_dir) as searcher:
        found = [citation(about, style, day) for about in chosen(searcher, doc_ids)]
    if as_json:
        print_json({"citations": found})
        return
    for each in found:
        click.echo(each["citation"])
