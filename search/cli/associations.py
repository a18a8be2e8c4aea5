"""`dragoman collocations` and `dragoman keyness`: words that belong to a word, or to documents."""

from pathlib import Path

import click

from dragoman.search.cli.options import QueryCommand, print_json, query_of, query_options

_TOP = click.option(
    "--top", default=50, show_default=True, type=int, metavar="N", help="Rows at most, to 1000."
)


@click.command("collocations", cls=QueryCommand, short_help="What stands near a word.")
@click.argument("query", nargs=-1, metavar="WORD...")
@click.option(
    "--window", default=5, show_default=True, type=int, metavar="N",
    help="Words on each side that count as near, 1 to 20.",
)  # fmt: skip
@click.option(
    "--sentence", is_flag=True, help="Near is what stands in the same sentence, not a window."
)
@click.option(
    "--measure", default="log-dice", show_default=True, metavar="MEASURE",
    type=click.Choice(["log-dice", "log-likelihood", "npmi"]),
    help="The order of the rows: log-dice, log-likelihood or npmi.",
)  # fmt: skip
@_TOP
@query_options
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@click.pass_obj
def collocations_command(
    index_dir: Path,
    query: tuple[str, ...],
    window: int,
    sentence: bool,
    measure: str,
    top: int,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_json: bool,
) -> None:
    """Prints what stands near a word, or near what a query matches.

    \b
    Examples:
      dragoman collocations санкции
      dragoman collocations treaty --measure npmi --window 3
      dragoman collocations '"nuclear weapons"' --sentence
    """
    from dragoman.search.query import open_searcher

    request = query_of(" ".join(query), filters, strict, any_word)
    with open_searcher(index_dir) as searcher:
        found = searcher.collocations(
            request,
            window=window,
            span="sentence" if sentence else "window",
            measure=measure,
            top=top,
        )
    if as_json:
        print_json(found.to_dict())
        return
    from dragoman.search.cli.tables import print_collocations

    print_collocations(found)


@click.command("keyness", cls=QueryCommand, short_help="Words typical of a result.")
@click.argument("query", nargs=-1)
@click.option(
    "--against", default="", metavar="QUERY",
    help="The documents to compare with; without it, all others under the filters.",
)  # fmt: skip
@_TOP
@query_options
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@click.pass_obj
def keyness_command(
    index_dir: Path,
    query: tuple[str, ...],
    against: str,
    top: int,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_json: bool,
) -> None:
    """Prints words, speakers and places typical of the documents of a query.

    \b
    Examples:
      dragoman keyness treaty
      dragoman keyness санкции --against договор
      dragoman keyness --filter lang=ru
    """
    from dragoman.search.query import open_searcher

    request = query_of(" ".join(query), filters, strict, any_word)
    with open_searcher(index_dir) as searcher:
        found = searcher.keyness(request, against, top=top)
    if as_json:
        print_json(found.to_dict())
        return
    from dragoman.search.cli.tables import print_keyness

    print_keyness(found)
