"""The `dragoman` command: its options, its errors and its exit codes.

In: `sys.argv`. Out: an exit code: 0 done, 1 a failure that the message names, 2 wrong usage or a
query error, 130 interrupted. Each command is in a module of its own, imported when it is run.
"""

import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dragoman.indexer.choice import chosen
from dragoman.indexer.errors import DragomanError
from dragoman.search.cli.options import engine_options

_COMMANDS = {
    "index": "indexing",
    "watch": "watching",
    "info": "indexing",
    "search": "searching",
    "show": "reading",
    "kwic": "concordance",
    "trends": "trends",
    "collocations": "associations",
    "keyness": "associations",
    "similar": "similar",
    "export": "exporting",
    "cite": "exporting",
    "batch": "batch",
    "alerts": "alerts",
    "export-index": "moving",
    "import-index": "moving",
    "analyze": "reading",
    "serve": "serving",
}
"""Command to the module of this package that holds it."""


class _ClosedPipeError(Exception):
    """The reader of standard output has gone; click would make a failure of it."""


class _LazyGroup(click.Group):
    """Imports a command's module only when it is run or its help is wanted."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ClosedPipeError from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"dragoman.search.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            close = get_close_matches(name, _COMMANDS, 1)
            hint = f"dragoman {close[0]}" if close else f"to search for it: dragoman search {name}"
            ctx.fail(f"no command ‘{name}’; {'did you mean ' if close else ''}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, command.get_short_help_str(60)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _print_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"dragoman {version('dragoman')}")
        ctx.exit()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["--help"], "max_content_width": 80},
    epilog="Start with:  dragoman index seeds  and then:  dragoman search ceasefire",
)
@click.option(
    "--index",
    "index_dir",
    envvar="DRAGOMAN_INDEX",
    default="index_data",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The index directory.",
)
@engine_options
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print the version and leave.",
)  # fmt: skip
@click.pass_context
def dragoman(ctx: click.Context, index_dir: Path, engine: str | None, url: str | None) -> None:
    """Full-text search in foreign-policy texts, English and Russian.

    Every form of a word and name is found, every highlight is exact, and every
    answer says how the query was read.
    """
    ctx.obj = index_dir
    ctx.with_resource(chosen(engine, url))


def main(args: Sequence[str] | None = None) -> None:
    """Runs the command line and leaves with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., Any] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # An unpaired surrogate becomes its escape, which JSON reads back.
            reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    try:
        result = dragoman.main(args=args, prog_name="dragoman", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return 130
    except (_ClosedPipeError, BrokenPipeError):
        # The reader has gone: nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except DragomanError as error:
        return _tell(error)
    except OSError as error:
        from dragoman.search.cli.terminal import print_error

        where = f"{error.filename}: " if error.filename else ""
        print_error(f"{where}{error.strerror or error}")
        return 1


def _tell(error: DragomanError) -> int:
    from dragoman.search.cli.terminal import print_error
    from dragoman.search.errors import QueryError, RequestError

    if isinstance(error, QueryError):
        print_error(str(error), error.query, (error.start, error.end))
    else:
        print_error(str(error))
    return 2 if isinstance(error, QueryError | RequestError) else 1
