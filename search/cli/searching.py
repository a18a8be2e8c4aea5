"""`dragoman search`: one query, a page of ranked hits."""

import json
from pathlib import Path

import click

from dragoman.search.cli.options import QueryCommand, print_json, query_of, query_options


@click.command("search", cls=QueryCommand, short_help="Ranked hits for a query.")
@click.argument("query", nargs=-1)
@click.option(
    "--page", default=1, show_default=True, type=int, metavar="N", help="Which page of hits."
)
@click.option(
    "--page-size", default=10, show_default=True, type=int, metavar="N", help="Hits on a page."
)
@click.option(
    "--sort",
    default="relevance",
    show_default=True,
    type=click.Choice(["relevance", "newest", "oldest", "title"]),
    metavar="ORDER",
    help="The order of hits: relevance, newest, oldest or title.",
)
@click.option(
    "--group",
    default="near",
    show_default=True,
    type=click.Choice(["near", "versions", "none"]),
    metavar="WHICH",
    help="Hits to show under an earlier one of the page: near (near-identical), versions "
    "(other language versions too) or none.",
)
@query_options
@click.option("--explain", is_flag=True, help="Show how each score came about.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print each hit as a line of JSON.")
@click.pass_obj
def search_command(
    index_dir: Path,
    query: tuple[str, ...],
    page: int,
    page_size: int,
    sort: str,
    group: str,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    explain: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Finds documents and prints the best, with the words that matched.

    Several words are one query; each must occur, in any form. A leading -
    belongs to the query. The README and the web interface's help page have the
    whole query language.

    \b
    Examples:
      dragoman search санкции нефть
      dragoman search '"nuclear weapons" -test'
      dragoman search 'ceasefire date:1990..1999' --sort newest
      dragoman search ceasefire --filter lang=en --json
    """
    from dragoman.search.query import open_searcher

    if as_json and as_lines:
        raise click.UsageError("--json and --jsonl exclude each other: choose one")
    request = query_of(
        " ".join(query),
        filters,
        strict,
        any_word,
        sort=sort,
        page=page,
        page_size=page_size,
        group=group,
        explain=explain,
    )
    with open_searcher(index_dir) as searcher:
        found = searcher.search(request)
    if as_json:
        print_json(found.to_dict())
    elif as_lines:
        for hit in found.hits:
            click.echo(json.dumps(hit.to_dict(), ensure_ascii=False))
    else:
        from dragoman.search.cli.terminal import print_page

        print_page(found, request.filters)
