"""`dragoman alerts`: saved searches, and what is new in each since last time."""

import sys
from pathlib import Path

import click

from dragoman.search.alerts import alerts_path, changing_alerts, news, read_alerts
from dragoman.search.cli.options import QueryCommand, print_json, query_of, query_options


@click.group("alerts", invoke_without_command=True, short_help="What is new in saved searches.")
@click.option("--keep", is_flag=True, help="Look without marking anything as seen.")
@click.option("--json", "as_json", is_flag=True, help="Print all that is new as JSON.")
@click.pass_context
def alerts_command(ctx: click.Context, keep: bool, as_json: bool) -> int | None:
    """Shows what is new in each saved search since last time.

    New is a document that the search had not found before; one that it had
    found and whose content is another now is told as changed.

    \b
    Examples:
      dragoman alerts add oil 'санкции w/10 нефть' --filter lang=ru
      dragoman alerts
      dragoman alerts --keep --json
    """
    if ctx.invoked_subcommand is not None:
        return None
    from dragoman.search.cli.findings import print_news
    from dragoman.search.cli.terminal import err
    from dragoman.search.query import open_searcher

    index_dir: Path = ctx.obj
    with (
        open_searcher(index_dir) as searcher,
        changing_alerts(alerts_path(index_dir)) as alerts,
    ):
        told = [news(searcher, alert) for alert in alerts.saved]
        if as_json:
            print_json(
                {"index": searcher.index.to_dict(), "alerts": [each.to_dict() for each in told]}
            )
        else:
            for each in told:
                print_news(each)
            if not told:
                err().print("No saved searches. Save one: dragoman alerts add NAME QUERY")
        sys.stdout.flush()  # what nobody has read is not marked as seen
        if told and not keep:
            for each in told:
                alerts.mark(each)
            alerts.save()
    return 2 if any(each.error for each in told) else 0


@alerts_command.command("add", cls=QueryCommand, short_help="Save a search.")
@click.argument("name")
@click.argument("query", nargs=-1)
@query_options
@click.pass_obj
def add_command(
    index_dir: Path,
    name: str,
    query: tuple[str, ...],
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
) -> None:
    """Saves a search under a name; what it finds now counts as seen.

    \b
    Examples:
      dragoman alerts add ceasefire ceasefire OR truce
      dragoman alerts add lavrov 'said:(Lavrov security)' --filter lang=en
    """
    from dragoman.search.cli.terminal import err, print_notes
    from dragoman.search.query import open_searcher

    request = query_of(" ".join(query), filters, strict, any_word)
    with open_searcher(index_dir) as searcher, changing_alerts(alerts_path(index_dir)) as alerts:
        page = searcher.search(request.with_(page_size=1, facets=False, snippets=False))
        alerts.add(searcher, name, request)
        alerts.save()
    print_notes(page.notes)
    if page.searched_for:
        err().print(f"Searched for: {page.searched_for}", style="dim")
    documents = f"{page.total:,} document{'' if page.total == 1 else 's'}"
    err().print(f"Saved as {name}. It finds {documents} now; news are what comes later.")


@alerts_command.command("list", short_help="The saved searches.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def list_command(index_dir: Path, as_json: bool) -> None:
    """Lists the saved searches, with when each was last looked at."""
    saved = read_alerts(alerts_path(index_dir)).saved
    if as_json:
        print_json({"alerts": [alert.to_dict() for alert in saved]})
        return
    from dragoman.search.cli.findings import print_alerts

    print_alerts(saved)


@alerts_command.command("remove", short_help="Forget a saved search.")
@click.argument("name")
@click.pass_obj
def remove_command(index_dir: Path, name: str) -> None:
    """Forgets a saved search and what it has seen."""
    from dragoman.search.cli.terminal import err

    with changing_alerts(alerts_path(index_dir)) as alerts:
        alerts.remove(name)
        alerts.save()
    err().print(f"Removed {name}.")
