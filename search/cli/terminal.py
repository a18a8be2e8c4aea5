"""How answers look on a terminal, and as plain text in a pipe.

In: a `ResultPage` or `DocumentView`. Out: lines on standard output, marks in bold and colour on
a terminal only. Chooses no words of its own from the texts.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from functools import cache

from dragoman.search.results import DocumentView, Hit, Metadata, Note, ResultPage, Snippet, Span
from rich.console import Console
from rich.text import Text

_MARK = "bold yellow"
_QUIET = "dim"
_LANGUAGE_NAMES = {"en": "English", "ru": "Russian"}


@cache
def out() -> Console:
    """Standard output: styled on a terminal, unwrapped plain text elsewhere."""
    return _console(stderr=False)


@cache
def err() -> Console:
    """Standard error, for notes and summaries."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    return Console(
        stderr=stderr,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not terminal,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
        force_terminal=terminal,
    )


def marked(text: str, marks: Iterable[Span], style: str = "") -> Text:
    """A text with its marks styled."""
    styled = Text(text, style=style)
    for start, end in marks:
        styled.stylize(_MARK, start, end)
    return styled


def _one_line(text: Text) -> Text:
    """The text with its line ends shown as spaces; as long as before, so marks stay right."""
    flat = Text(text.plain.replace("\n", " "), style=text.style)
    flat.spans = list(text.spans)
    return flat


def print_page(page: ResultPage) -> None:
    """Prints a page of results: the hits to standard output, what was understood to the other."""
    print_notes(page.notes)
    if page.searched_for:
        err().print(f"Searched for: {page.searched_for}", style=_QUIET)
    documents = _counted(page.total, "document")
    if page.occurrences:
        documents += f", {_counted(page.occurrences, 'occurrence')}"
    err().print(f"{documents} in {page.took_ms:.0f} ms", style=_QUIET)
    if not page.total:
        _explain_nothing(page)
    elif not page.hits:
        err().print(f"No page {page.page}: the last is page {page.pages}.")
    for hit in page.hits:
        out().print()
        _print_hit(hit)
    if page.hits and page.pages > 1:
        err().print()
        err().print(f"Page {page.page} of {page.pages}", style=_QUIET)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _explain_nothing(page: ResultPage) -> None:
    missing = [term.text for term in page.terms if not term.documents]
    if missing:
        err().print(f"Nothing found: {', '.join(missing)} is in no document.")
    elif len(page.terms) > 1:
        err().print("Nothing found: no document has all of this. Try --any, or fewer words.")
    else:
        err().print("Nothing found.")


def _print_hit(hit: Hit) -> None:
    number = Text(f"{hit.rank:>3}  ")
    out().print(number + marked(hit.metadata.title, hit.title_marks, "bold"))
    facts = describe(hit.metadata)
    if hit.date_overlap:
        facts += " · date partly outside the range"
    out().print(Text(f"     {facts}", style=_QUIET))
    out().print(Text(f"     {hit.metadata.doc_id}", style=_QUIET))
    for snippet in hit.snippets:
        out().print(_indented(_ellipsed(snippet)))
    if hit.explanation is not None:
        for part in hit.explanation.get("parts", ()):  # type: ignore[attr-defined]
            out().print(
                Text(f"     {part['score']:8.4f}  {part['part']}  {part['occurrences']}", _QUIET)
            )
        out().print(Text(f"     {hit.score:8.4f}  in all", style=_QUIET))


def _ellipsed(snippet: Snippet) -> Text:
    return _one_line(marked(snippet.text, snippet.marks))


def _indented(text: Text) -> Text:
    """The text five columns in, wrapped on a terminal so that every line is."""
    console = out()
    if console.soft_wrap:
        return Text("     ") + text
    lines = text.wrap(console, max(20, console.width - 5))
    return Text("\n").join([Text("     ") + line for line in lines])


def describe(metadata: Metadata) -> str:
    """What is known of a document, in one line."""
    facts = [
        metadata.date.replace("T", " "),
        ", ".join(metadata.speakers),
        metadata.kind,
        metadata.place,
        metadata.source,
        _LANGUAGE_NAMES.get(metadata.lang, metadata.lang),
    ]
    line = " · ".join(fact for fact in facts if fact)
    if metadata.versions:
        also = ", ".join(_LANGUAGE_NAMES.get(lang, lang) for lang, _ in metadata.versions)
        line += f" (also in {also})"
    return line


def print_notes(notes: Sequence[Note]) -> None:
    """Prints what the reader must know about how the query was read."""
    for note in notes:
        err().print(f"note: {note.message}")


def print_document(view: DocumentView) -> None:
    """Prints one document to read, paragraph by paragraph."""
    print_notes(view.notes)
    out().print(marked(view.metadata.title, view.title_marks, "bold"))
    out().print(Text(describe(view.metadata), style=_QUIET))
    for name, value in (
        ("topics", ", ".join(view.metadata.topics)),
        ("address", view.metadata.url),
        ("versions", ", ".join(doc_id for _, doc_id in view.metadata.versions)),
    ):
        if value:
            out().print(Text(f"{name}: {value}", style=_QUIET))
    if view.searched_for:
        places = _counted(len(view.matches), "place")
        err().print(f"{places} for {view.searched_for}", style=_QUIET)
    for start, end in view.paragraphs:
        text = view.text[start:end].rstrip()
        marks = [
            (a - start, b - start) for a, b in view.marks if start <= a and b <= start + len(text)
        ]
        out().print()
        out().print(marked(text, marks))
