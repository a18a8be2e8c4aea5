"""How answers look on a terminal, and as plain text in a pipe.

In: a `ResultPage` or `DocumentView`. Out: lines on standard output, marks in bold, underlined and
coloured on a terminal only; what was understood and counted on standard error. Chooses no words
of its own from the texts.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from dragoman.search.results import Hit, Metadata, Note, ResultPage, Snippet, Span
from dragoman.search.viewing import DocumentView

_MARK = "bold underline yellow"
_TITLE = "bold"
_QUIET = "dim"
_ID = "cyan"
_ERROR = "bold red"
_MARGIN = 5
"""Columns before everything that belongs to a hit; its rank stands in them."""
_SNIPPET = "   › "
"""Before the first line of a snippet."""
_MEASURE = 96
"""Columns that a line of text may fill, however wide the terminal."""
_NEAR_SHOWN = 5
"""Near-identical documents whose ids are printed."""
_LANGUAGE_NAMES = {"en": "English", "ru": "Russian"}


class _Output(Console):
    """A console that tells of a closed pipe as Python does, so that `main` can be quiet."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def out() -> Console:
    """Standard output: styled on a terminal, unwrapped plain text elsewhere."""
    return _console(sys.stdout)


def err() -> Console:
    """Standard error, for notes and summaries."""
    return _console(sys.stderr)


@lru_cache(maxsize=2)
def _console(stream: TextIO) -> Console:
    is_styled = stream.isatty() or bool(os.environ.get("FORCE_COLOR"))
    return _Output(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not is_styled,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
        force_terminal=is_styled,
    )


def marked(text: str, marks: Iterable[Span], style: str = "") -> Text:
    """A text with its marks styled."""
    styled = Text(text, style=style)
    for start, end in marks:
        styled.stylize(_MARK, start, end)
    return styled


def print_page(page: ResultPage, filters: Mapping[str, Sequence[str]]) -> None:
    """Prints a page of results: the hits to standard output, what was understood to the other."""
    print_notes(page.notes)
    if page.searched_for:
        err().print(f"Searched for: {page.searched_for}", style=_QUIET)
    if filters:
        chosen = "; ".join(f"{name} {' or '.join(values)}" for name, values in filters.items())
        err().print(f"Only: {chosen}", style=_QUIET)
    documents = _counted(page.total, "document")
    if page.occurrences:
        documents += f", {_counted(page.occurrences, 'occurrence')}"
    err().print(f"{documents} in {page.took_ms:.0f} ms", style=_QUIET)
    if not page.total:
        _explain_nothing(page, filters)
    elif not page.hits:
        err().print(f"No page {page.page}: the last is page {page.pages}.")
    for suggestion in page.suggestions:
        err().print(f"Try: {suggestion.query} ({_counted(suggestion.total, 'document')})")
    print_hits(page.hits)
    if page.hits and page.pages > 1:
        more = f" (--page {page.page + 1} shows the next)" if page.page < page.pages else ""
        err().print()
        err().print(f"Page {page.page} of {page.pages}{more}", style=_QUIET)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _explain_nothing(page: ResultPage, filters: Mapping[str, Sequence[str]]) -> None:
    if any(note.code == "unknown_word" for note in page.notes):
        return  # the note has said it
    if filters:
        err().print("Nothing found under these filters. Try fewer of them.")
    elif len(page.terms) > 1:
        err().print("Nothing found: no document has all of this. Try --any, or fewer words.")
    else:
        err().print("Nothing found.")


def print_hits(hits: Sequence[Hit]) -> None:
    """Prints hits with what is known of each, those in a line that are shown under another."""
    ranks = {hit.metadata.doc_id: hit.rank for hit in hits}
    for number, hit in enumerate(hits):
        (out() if number else err()).print()
        if hit.shown_under is None:
            _print_hit(hit)
        else:
            _print_shown_under(hit, hit.shown_under, ranks)


def _print_hit(hit: Hit) -> None:
    title = marked(hit.metadata.title or "(no title)", hit.title_marks, _TITLE)
    print_block(title, first=f"{hit.rank:>3}  ")
    facts = describe(hit.metadata)
    if hit.date_overlap:
        facts += " · date partly outside the range"
    print_block(Text(facts, style=_QUIET))
    print_block(Text(hit.metadata.doc_id, style=_ID))
    if others := hit.metadata.near_identical:
        shown = ", ".join(others[:_NEAR_SHOWN]) + (" …" if len(others) > _NEAR_SHOWN else "")
        print_block(Text(f"{len(others):,} near-identical: {shown}", style=_QUIET))
    for snippet in hit.snippets:
        print_block(_shown(snippet), first=_SNIPPET)
    if hit.explanation is not None:
        _print_explanation(hit.score, hit.explanation)


def _print_shown_under(hit: Hit, leader: str, ranks: Mapping[str, int]) -> None:
    """One line for a hit that belongs to an earlier one of the page."""
    is_near = leader in hit.metadata.near_identical
    likeness = "near-identical to" if is_near else "another version of"
    line = marked(hit.metadata.title or "(no title)", hit.title_marks)
    line.append(f" · {likeness} {ranks[leader]} · ", style=_QUIET)
    line.append(hit.metadata.doc_id, style=_ID)
    print_block(line, first=f"{hit.rank:>3}  ")


def _shown(snippet: Snippet) -> Text:
    """A snippet in one line, its voice before it, an ellipsis where it is cut in a sentence."""
    text = marked(snippet.text, snippet.marks)
    line = Text(text.plain.replace("\r", " ").replace("\n", " "), style=text.style)
    line.spans = list(text.spans)  # the line is as long as the text, so marks stay right
    if snippet.start and line.plain[:1].islower():
        line = Text("… ") + line
    if line.plain[-1:].isalnum() or line.plain[-1:] in ",;–—":
        line.append(" …")
    if snippet.voice and not line.plain.lstrip("… ").startswith(snippet.voice):
        line = Text(f"{snippet.voice}: ", style=_QUIET) + line
    return line


def print_block(text: Text, first: str = "", margin: int | str = _MARGIN) -> None:
    """Prints a text behind a margin, wrapped on a terminal so that every line stands behind it.

    Args:
        text: The text.
        first: What stands before its first line.
        margin: What stands before the others, or before all: a text, or so many blanks.
    """
    if isinstance(margin, int):
        margin = " " * margin
    console = out()
    if console.soft_wrap:
        lines = [text]
    else:
        # Where a hard line ends, a soft one must not begin with its spaces.
        lines = list(text.wrap(console, max(20, min(console.width, _MEASURE) - len(margin))))
    for number, line in enumerate(lines):
        line.rstrip()
        console.print(Text(margin if number or not first else first) + line)


def _print_explanation(score: float, explanation: Mapping[str, Any]) -> None:
    rows = [("score", "weight", "title", "body", "part of the query")]
    for part in explanation.get("parts", ()):
        counts = part["occurrences"]
        title, body = counts.get("title", 0), counts.get("body", 0)
        rows.append(
            (f"{part['score']:.4f}", f"{part['weight']:.4f}", str(title), str(body), part["part"])
        )
    rows.append((f"{score:.4f}", "", "", "", "in all"))
    for row in rows:
        numbers = "".join(f"{number:>9}" for number in row[:4])
        print_block(Text(f"{numbers}  {row[4]}", style=_QUIET))


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
        also = ", ".join(_LANGUAGE_NAMES.get(lang, lang) for lang, _, _ in metadata.versions)
        line += f" (also in {also})"
    return line


def print_notes(notes: Sequence[Note]) -> None:
    """Prints what the reader must know about how the query was read."""
    for note in notes:
        err().print(Text("note: ", style="bold") + Text(note.message))


def print_error(message: str, query: str = "", place: Span = (0, 0)) -> None:
    """Prints what went wrong, and under a query that can't be read the place in it."""
    console = err()
    console.print(Text("error: ", style=_ERROR) + Text(message))
    if not query:
        return
    flat = query.replace("\t", " ").replace("\r", " ").replace("\n", " ")
    before, within, after = flat[: place[0]], flat[place[0] : place[1]], flat[place[1] :]
    if cell_len(flat) > console.width - 2:
        before = f"…{before[-20:]}" if len(before) > 20 else before
        within, after = within[: max(1, console.width - 2 - cell_len(before))], ""
    console.print(Text(f"  {before}{within}{after}"), soft_wrap=True)
    carets = "^" * max(1, cell_len(within))
    console.print(Text(" " * (2 + cell_len(before))) + Text(carets, style=_ERROR), soft_wrap=True)


def print_document(view: DocumentView) -> None:
    """Prints one document to read, paragraph by paragraph."""
    print_notes(view.notes)
    if view.searched_for:
        places = _counted(len(view.matches), "place")
        err().print(f"{places} for {view.searched_for}", style=_QUIET)
    print_block(marked(view.metadata.title or "(no title)", view.title_marks, _TITLE), margin=0)
    print_block(Text(describe(view.metadata), style=_QUIET), margin=0)
    for name, value in (
        ("id", view.metadata.doc_id),
        ("topics", ", ".join(view.metadata.topics)),
        ("country", view.metadata.country),
        ("address", view.metadata.url),
        ("versions", ", ".join(doc_id for _, doc_id, _ in view.metadata.versions)),
        ("near-identical", ", ".join(view.metadata.near_identical)),
        *((name, str(value)) for name, value in view.extra.items()),
    ):
        if value:
            print_block(Text(f"{name}: {value}", style=_QUIET), margin=0)
    reached: int | None = None
    for start, end in view.paragraphs:
        text = view.text[start:end].rstrip()
        if not text:
            continue
        pages = view.pages_in(start, start + len(text))
        if pages and pages[-1] != reached:
            reached = pages[-1]
            out().print()
            print_block(Text(f"p. {'–'.join(map(str, pages))}", style=_QUIET), margin=0)
        marks = [
            (a - start, b - start) for a, b in view.marks if start <= a and b <= start + len(text)
        ]
        out().print()
        print_block(marked(text, marks), margin=0)


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Prints names and values, the values in a column of their own."""
    rows = list(facts)
    width = max(len(name) for name, _ in rows) + 2
    for name, value in rows:
        label = Text(f"{name}:".ljust(width), style=_QUIET)
        console = out()
        room = max(20, min(console.width, _MEASURE) - width)
        wrapped = [Text(value)] if console.soft_wrap else list(Text(value).wrap(console, room))
        for number, line in enumerate(wrapped or [Text("")]):
            console.print((Text(" " * width) if number else label) + line)


def print_tokens(tokens: Iterable[tuple[int, int, int, str, str, str]]) -> None:
    """Prints tokens as a table: position, start, end, surface, keys, exact form."""
    rows = list(tokens)
    widths = [max([len(str(row[column])) for row in rows] + [8]) for column in (3, 4)]
    heading = f"{'position':>8}  {'offsets':<11}  {'surface':<{widths[0]}}  "
    out().print(Text(f"{heading}{'keys':<{widths[1]}}  exact", style=_QUIET))
    for position, start, end, surface, keys, exact in rows:
        offsets = f"{start}-{end}"
        line = f"{position:>8}  {offsets:<11}  {surface:<{widths[0]}}  {keys:<{widths[1]}}  {exact}"
        out().print(Text(line))
