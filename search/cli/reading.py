"""`dragoman show` and `dragoman analyze`: one document, and what analysis makes of a text."""

import sys
from pathlib import Path

import click

from dragoman.search.cli.options import QueryCommand, print_json, query_of, query_options


@click.command("show", short_help="One document, its hits marked.")
@click.argument("doc_id", metavar="ID")
@click.option("--query", "text", default="", metavar="QUERY", help="Mark what this query matches.")
@click.option(
    "--with",
    "other_id",
    metavar="ID",
    help="Another document beside it: a language version, "
    "paragraph by paragraph, or a near-identical one, with what differs.",
)
@click.option(
    "--outline",
    "as_outline",
    is_flag=True,
    help="Its turns or paragraphs instead, a line each, and who speaks how much.",
)
@query_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with all offsets.")
@click.pass_obj
def show_command(
    index_dir: Path,
    doc_id: str,
    text: str,
    other_id: str | None,
    as_outline: bool,
    filters: tuple[str, ...],
    strict: bool,
    any_word: bool,
    as_json: bool,
) -> None:
    """Prints one document; ids stand in the results of a search.

    \b
    Examples:
      dragoman show en/npt.md
      dragoman show ru/npt.md --query '"ядерное оружие"'
      dragoman show en/npt.md --with ru/npt.md
      dragoman show en/npt.md --outline
      dragoman show en/npt.md --json
    """
    if as_outline and other_id is not None:
        raise click.UsageError("--outline is of one document: leave out --with")
    from dragoman.search.query import open_searcher

    request = query_of(text, filters, strict, any_word)
    with open_searcher(index_dir) as searcher:
        if other_id is not None:
            found = searcher.compare(doc_id, other_id, request)
        else:
            view = searcher.document(doc_id, request)
    if other_id is not None:
        if as_json:
            print_json(found.to_dict())
        else:
            from dragoman.search.cli.comparing import print_comparison

            print_comparison(found)
    elif as_outline:
        from dragoman.search.outline import outline

        if as_json:
            print_json(outline(view).to_dict())
        else:
            from dragoman.search.cli.outlining import print_outline

            print_outline(outline(view))
    elif as_json:
        print_json(view.to_dict())
    else:
        from dragoman.search.cli.terminal import print_document

        print_document(view)


@click.command("analyze", cls=QueryCommand, short_help="The tokens and keys of a text.")
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the tokens as JSON.")
def analyze_command(text: tuple[str, ...], as_json: bool) -> None:
    """Shows what the index knows of a text: its tokens and the keys they are found by.

    A word finds a token when they share a key. Without TEXT, standard input is
    read.

    \b
    Examples:
      dragoman analyze 'Заявление С.В.Лаврова о США'
      dragoman analyze the 80th session --json
      dragoman analyze < speech.txt
    """
    if not text and sys.stdin.isatty():
        raise click.UsageError("no text: give one, or send it to standard input")
    from dragoman.indexer.analysis import analyze

    tokens = analyze(" ".join(text) if text else sys.stdin.read())
    if as_json:
        names = ("surface", "start", "end", "position", "sentence", "paragraph", "keys", "exact")
        print_json({"tokens": [{name: getattr(token, name) for name in names} for token in tokens]})
        return
    from dragoman.search.cli.terminal import print_tokens

    print_tokens(
        (t.position, t.start, t.end, t.surface, ", ".join(t.keys), t.exact) for t in tokens
    )
