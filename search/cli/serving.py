"""`dragoman serve`: the web interface on a production server."""

from pathlib import Path

import click


@click.command("serve", short_help="The web interface.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen."
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    metavar="N",
    help="Its port.",
)
@click.option(
    "--workers",
    default=4,
    show_default=True,
    type=click.IntRange(1, 256),
    metavar="N",
    help="Requests answered at once.",
)
@click.pass_obj
def serve_command(index_dir: Path, host: str, port: int, workers: int) -> int:
    """Serves the web interface until it is interrupted (Ctrl-C).

    \b
    Examples:
      dragoman serve
      dragoman --index my_index serve --port 8080
      dragoman serve --host 0.0.0.0 --workers 16
    """
    import waitress

    from dragoman.indexer.errors import DragomanError
    from dragoman.search.query import open_searcher
    from dragoman.web import create_app

    open_searcher(index_dir).close()  # a missing or stale index is told before a page is asked for
    try:
        server = waitress.create_server(
            create_app({"INDEX_DIR": str(index_dir)}), host=host, port=port, threads=workers
        )
    except OSError as error:
        raise DragomanError(
            f"can't listen on {host}:{port} ({error.strerror}); choose another --port"
        ) from error
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Dragoman is at http://{shown}:{port} (Ctrl-C ends it)", err=True)
    server.run()  # until Ctrl-C, of which waitress says nothing
    return 130
