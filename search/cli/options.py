"""Options, arguments and outputs that several commands share.

In: a click command. Out: the same with `--any`, `--strict` and `--filter`, or `--json`. Prints
JSON; styles nothing.
"""

import json
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

import click

from dragoman.indexer.choice import ENGINES
from dragoman.indexer.errors import Message
from dragoman.search.errors import RequestError
from dragoman.search.request import Query

Command = TypeVar("Command", bound=Callable[..., Any])
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class QueryCommand(click.Command):
    """A command whose arguments are a query: a leading `-` negates a word.

    A leading `--` is an option all the same, so that a mistyped one is no word to search for;
    behind a lone `--` anything is part of the query.
    """

    ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Click's own, once every `--name` before a lone `--` is known to be an option."""
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        before = args[: args.index("--")] if "--" in args else args
        for arg in before:
            name = arg.partition("=")[0]
            if name.startswith("--") and name[2:3].isalpha() and name not in known:
                close = get_close_matches(name, sorted(known))
                raise click.NoSuchOption(name, possibilities=close, ctx=ctx)
        return super().parse_args(ctx, args)


filter_option = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Only documents with this value (lang, year, source, speaker, topic, kind, "
    "country, place, date). Repeat it: values of one field are alternatives.",
)


def engine_options(command: Command) -> Command:
    """Adds where the index is kept."""
    for option in (
        click.option(
            "--url",
            envvar="DRAGOMAN_URL",
            show_envvar=True,
            metavar="URL",
            help="The cluster's address, http://HOST:PORT, with /NAME for an index of that name.",
        ),
        click.option(
            "--engine",
            type=click.Choice(ENGINES),
            envvar="DRAGOMAN_ENGINE",
            show_envvar=True,
            help="Where the index is kept: in its directory, or in an OpenSearch cluster.",
        ),
    ):
        command = option(command)
    return command


def query_options(command: Command) -> Command:
    """Adds what every command takes that takes a query."""
    for option in (
        filter_option,
        click.option("--strict", is_flag=True, help="Doubtful readings of the query are errors."),
        click.option(
            "--any", "any_word", is_flag=True, help="Find documents with any of the words."
        ),
    ):
        command = option(command)
    return command


no_bom = click.option(
    "--no-bom", "without_bom", is_flag=True, help="CSV without the mark by which Excel knows UTF-8."
)


def query_of(
    text: str, filters: tuple[str, ...], strict: bool, any_word: bool, **more: Any
) -> Query:
    """The query that a text, the options of `query_options` and what a command adds mean.

    Raises:
        RequestError: A value can't be used.
    """
    match = "any" if any_word else "all"
    return Query(text, filters=filters_of(filters), strict=strict, match=match, **more)


def filters_of(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`FIELD=VALUE` options as a query's filters.

    Raises:
        RequestError: One has no `=`.
    """
    filters: dict[str, tuple[str, ...]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise RequestError(
                Message("--filter {pair}: write FIELD=VALUE, as in --filter lang=ru", pair=pair)
            )
        filters[name] = (*filters.get(name, ()), value)
    return filters


def print_json(content: object) -> None:
    """Prints one JSON document, readable by people too."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def one_line(text: str) -> str:
    """A text with names of files in it, which may hold line ends and other control characters."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
