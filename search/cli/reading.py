"""`dragoman show` and `dragoman analyze`: one document, and what analysis makes of a text."""

from pathlib import Path

import click
from dragoman.search.cli.options import filters_of, print_json, query_options


@click.command("show", short_help="One document, its hits marked.")
@click.argument("doc_id", metavar="ID")
@click.option("--query", "text", default="", metavar="QUERY", help="Mark what this query matches.")
@query_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with all offsets.")
@click.pass_obj
def show_command(
    index_dir: Path,
    doc_id: str,
    text: str,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_json: bool,
) -> None:
    """Prints one document; ids stand in the results of a search.

    \b
    dragoman show en/npt.md
    dragoman show ru/npt.md --query '"ядерное оружие"'
    dragoman show en/npt.md --json
    """
    from dragoman.search.query import open_searcher
    from dragoman.search.request import Query

    request = Query(
        text, filters=filters_of(filters), strict=strict, match="any" if any_word else "all"
    )
    with open_searcher(index_dir) as searcher:
        view = searcher.document(doc_id, request)
    if as_json:
        print_json(view.to_dict())
    else:
        from dragoman.search.cli.terminal import print_document

        print_document(view)


@click.command(
    "analyze",
    context_settings={"ignore_unknown_options": True},
    short_help="The tokens and keys of a text.",
)
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the tokens as JSON.")
def analyze_command(text: tuple[str, ...], as_json: bool) -> None:
    """Shows what the index knows of a text: its tokens and the keys they are found by.

    A word finds a token when they share a key.

    \b
    dragoman analyze 'Заявление С.В.Лаврова о США'
    dragoman analyze 'the 80th session' --json
    """
    from dragoman.indexer.analysis import analyze

    tokens = analyze(" ".join(text))
    if as_json:
        names = ("surface", "start", "end", "position", "sentence", "paragraph", "keys", "exact")
        print_json({"tokens": [{name: getattr(token, name) for name in names} for token in tokens]})
        return
    for token in tokens:
        click.echo(
            f"{token.position:>4}  {token.start:>5}-{token.end:<5}  {token.surface}  "
            f"{', '.join(token.keys)}  {token.exact}"
        )
