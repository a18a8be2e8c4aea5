"""How two documents side by side look on a terminal, and as plain text in a pipe.

In: a `Comparison`. Out: lines on standard output, row by row: of language versions one text behind
the other, of near-identical ones the words that differ between `[-` and `-]`, `{+` and `+}`.
"""

from collections.abc import Iterable

from rich.text import Text

from dragoman.search.cli.terminal import describe, err, marked, out, print_block, print_notes
from dragoman.search.comparison import Comparison
from dragoman.search.differences import Row
from dragoman.search.results import Span
from dragoman.search.viewing import DocumentView

_DELETED = "red strike"
_INSERTED = "green underline"
_QUIET = "dim"
_OTHER = "   | "
"""Before every line of the second text."""
_BY = {
    "pair": "versions of one text, as both say",
    "link": "versions of one text, as one names the other",
    "url": "versions of one text, by their addresses",
    "text": "versions of one text, by the names and numbers in them",
    "near-identical": "near-identical",
    "": "not known to belong together",
}


def print_comparison(found: Comparison) -> None:
    """Prints two documents side by side."""
    print_notes(found.view.notes)
    err().print(Text(_BY[found.by], style=_QUIET))
    for view, margin in ((found.view, ""), (found.other, _OTHER)):
        about = view.metadata
        title = marked(about.title or "(no title)", view.title_marks, "bold")
        print_block(title, first=margin, margin=margin)
        facts = Text(f"{describe(about)} · {about.doc_id}", style=_QUIET)
        print_block(facts, first=margin, margin=margin)
    for row in found.rows:
        out().print()
        if row.pieces:
            print_block(_difference(found, row), margin=0)
            continue
        for view, span, margin in ((found.view, row.text, ""), (found.other, row.other, _OTHER)):
            if span is not None:
                print_block(_cut(view, span), first=margin, margin=margin)


def _cut(view: DocumentView, span: Span) -> Text:
    start, end = span
    return marked(view.text[start:end], _within(view.marks, span))


def _within(marks: Iterable[Span], span: Span) -> list[Span]:
    start, end = span
    return [(a - start, b - start) for a, b in marks if start <= a and b <= end]


def _difference(found: Comparison, row: Row) -> Text:
    line = Text()
    for piece in row.pieces:
        view = found.other if piece.op == "insert" else found.view
        text = _cut(view, (piece.start, piece.end))
        if piece.op == "equal":
            line.append(text)
            continue
        blank = text.plain[len(text.plain.rstrip()) :]
        text = text[: len(text) - len(blank)]
        opening, closing, style = (
            ("[-", "-]", _DELETED) if piece.op == "delete" else ("{+", "+}", _INSERTED)
        )
        changed = Text(opening) + text + Text(closing)
        changed.stylize(style)
        line.append(changed).append(blank or " ")
    line.rstrip()
    return line
