"""`dragoman trends`: how often, over time, as a table, as JSON or as a chart."""

from pathlib import Path

import click

from dragoman.search.cli.options import QueryCommand, print_json, query_of, query_options


@click.command("trends", cls=QueryCommand, short_help="How often, over time.")
@click.argument("queries", nargs=-1, metavar="QUERY...")
@click.option(
    "--by", default="year", show_default=True, metavar="UNIT",
    type=click.Choice(["year", "quarter", "month"]), help="year, quarter or month.",
)  # fmt: skip
@click.option(
    "--per", default="words", show_default=True, metavar="WHAT",
    type=click.Choice(["documents", "words", "none"]),
    help="Occurrences per million words, documents per thousand, or (none) occurrences.",
)  # fmt: skip
@click.option(
    "--split", default=None, metavar="FIELD",
    type=click.Choice(["source", "speaker", "lang", "kind"]),
    help="One query split by source, speaker, lang or kind.",
)  # fmt: skip
@click.option(
    "--chart", default=None, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Draw a chart too: FILE.svg or FILE.png.",
)  # fmt: skip
@click.option(
    "--chart-lang", default="en", show_default=True, metavar="LANG",
    type=click.Choice(["en", "ru"]), help="The chart's language, en or ru.",
)  # fmt: skip
@query_options
@click.option("--json", "as_json", is_flag=True, help="Print the series as JSON.")
@click.pass_obj
def trends_command(
    index_dir: Path,
    queries: tuple[str, ...],
    by: str,
    per: str,
    split: str | None,
    chart: Path | None,
    chart_lang: str,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_json: bool,
) -> None:
    """Counts up to eight queries over time, side by side.

    Each QUERY is one argument. A period without any documents is a gap, not a
    zero; a document dated by its year has no month.

    \b
    Examples:
      dragoman trends treaty ceasefire
      dragoman trends санкции sanctions --by month --per documents
      dragoman trends treaty --split lang --chart treaty.svg
    """
    from dragoman.search.query import open_searcher

    if not queries:
        raise click.UsageError("no query: give one to eight")
    request = query_of("", filters, strict, any_word)
    with open_searcher(index_dir) as searcher:
        found = searcher.trends(queries, request, by=by, per=per, split=split or "")
    if chart is not None:
        from dragoman.search.chart import draw

        draw(found, chart, lang=chart_lang)
        click.echo(f"Chart: {chart}", err=True)
    if as_json:
        print_json(found.to_dict())
    else:
        from dragoman.search.cli.tables import print_trends

        print_trends(found)
