"""`dragoman similar`: documents like one, each with the words that it shares with it."""

from pathlib import Path

import click

from dragoman.search.cli.options import filter_option, filters_of, print_json


@click.command("similar", short_help="Documents like one.")
@click.argument("doc_id", metavar="ID")
@click.option(
    "--top", default=10, show_default=True, type=int, metavar="N",
    help="Documents at most, to 100.",
)  # fmt: skip
@filter_option
@click.option("--json", "as_json", is_flag=True, help="Print the documents as JSON.")
@click.pass_obj
def similar_command(
    index_dir: Path, doc_id: str, top: int, filters: tuple[str, ...], as_json: bool
) -> None:
    """Prints the documents most like one, each with the words they share.

    \b
    Examples:
      dragoman similar en/npt.md
      dragoman similar ru/salt.md --top 3
      dragoman similar en/npt.md --filter year=1963 --json
    """
    from dragoman.search.query import open_searcher
    from dragoman.search.request import Query

    with open_searcher(index_dir) as searcher:
        found = searcher.similar(doc_id, Query(filters=filters_of(filters)), top=top)
    if as_json:
        print_json(found.to_dict())
        return
    from dragoman.search.cli.tables import print_similar

    print_similar(found)
