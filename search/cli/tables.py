"""Lines and tables of the workbench on a terminal, or as plain text in a pipe.

In: concordances, trends, associations, similar documents. Out: rows on standard output; what was
understood and counted on standard error.
"""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from dragoman.search.associations import Collocations
from dragoman.search.cli.terminal import describe, err, marked, out, print_block, print_notes
from dragoman.search.concordance import Concordance, Line
from dragoman.search.keyness import Keyness, Keyword
from dragoman.search.similar import SimilarPage
from dragoman.search.trends import Trends

_PIPE_WIDTH = 160
"""Columns of a line where there is no terminal."""
_MAX_WIDTH = 160


def print_lines(found: Concordance) -> None:
    """Prints a concordance, the matches in one column."""
    print_notes(found.notes)
    total, shown = found.found.total, len(found.found.lines)
    summary = f"{total:,} occurrence{'' if total == 1 else 's'} in {found.found.documents:,} texts"
    if shown < total:
        summary += f", {shown:,} drawn with seed {found.wanted.seed}"
    if found.found.in_titles:
        summary += f"; {found.found.in_titles:,} more in titles"
    err().print(f"Searched for: {found.searched_for}", style="dim")
    err().print(summary, style="dim")
    console = out()
    width = _PIPE_WIDTH if console.soft_wrap else min(console.width, _MAX_WIDTH)
    dates = max((len(line.date[:10]) for line in found.found.lines), default=0)
    for line in found.found.lines:
        console.print(_row(line, width, dates), soft_wrap=True)


def _row(line: Line, width: int, dates: int) -> Text:
    """A line of the concordance: date, left context, match, right context, in columns."""
    match = _one_line(line.match)
    date = line.date[:10].ljust(dates)
    room = max(20, width - cell_len(match) - dates - 6)
    left = _cut_left(_one_line(line.left).rstrip(), room // 2)
    right = set_cell_size(_one_line(line.right).lstrip(), room - room // 2).rstrip()
    gap_left = " " if line.left[-1:].isspace() or not line.left else ""
    gap_right = " " if line.right[:1].isspace() else ""
    row = Text()
    row.append(f"{date}  " if dates else "", style="dim")
    row.append(left.rjust(room // 2 + len(left) - cell_len(left)) + gap_left)
    row.append_text(marked(match, [(0, len(match))]))
    row.append(gap_right + right)
    return row


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split()) if text.strip() else ""


def _cut_left(text: str, room: int) -> str:
    """The end of a text, as much as fits."""
    while cell_len(text) > room:
        text = text[max(1, cell_len(text) - room) :]
    return text


_RATES = {
    "words": "occurrences per million words",
    "documents": "documents per thousand",
    "none": "occurrences",
}


def print_trends(found: Trends) -> None:
    """Prints series side by side, a period a line."""
    for series in found.series:
        print_notes(series.notes)
    for number, series in enumerate(found.series, 1):
        name = f"{series.searched_for}" + (f" · {series.value}" if series.value else "")
        told = f"{number}: {name} · {series.documents:,} documents"
        if series.unplaced:
            told += f", {series.unplaced:,} of them without a date so precise"
        err().print(told, style="dim")
    err().print(_RATES[found.per], style="dim")
    if not found.periods:
        err().print("No dated documents.")
        return
    heads = [str(number) for number, _ in enumerate(found.series, 1)]
    rows = [["period", *heads, "documents"]]
    for at, period in enumerate(found.periods):
        counts = [series.points[at] for series in found.series]
        base = max(point.count.documents_in_period for point in counts)
        rows.append([period, *(_shown(point.rate, found.per) for point in counts), f"{base:,}"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        out().print("  ".join(cells), style="dim" if not number else "")


def _shown(rate: float | None, per: str) -> str:
    """A rate with one decimal; a gap is a dash, as zero is told from it."""
    if rate is None:
        return "–"
    return f"{rate:,.0f}" if per == "none" else f"{rate:,.1f}"


def print_collocations(found: Collocations) -> None:
    """Prints collocates with their counts and measures."""
    print_notes(found.notes)
    err().print(f"Searched for: {found.searched_for}", style="dim")
    err().print(f"{found.nodes:,} occurrences, {found.near:,} words near them", style="dim")
    if not found.collocates:
        err().print("No word stands near them three times, and more often than by chance.")
        return
    _print_table(
        ("word", "near", "in all", "log-dice", "log-likelihood", "npmi"),
        [
            (
                row.word, f"{row.together:,}", f"{row.overall:,}", f"{row.log_dice:.2f}",
                f"{row.log_likelihood:,.1f}", f"{row.npmi:.3f}",
            )
            for row in found.collocates
        ],
    )  # fmt: skip


def print_keyness(found: Keyness) -> None:
    """Prints words, speakers and places with their counts and measures."""
    print_notes((*found.notes, *found.against_notes))
    err().print(f"Searched for: {found.searched_for or 'all documents'}", style="dim")
    if found.against:
        err().print(f"Against: {found.against_searched_for or 'all documents'}", style="dim")
    err().print(
        f"{found.documents:,} documents of {found.tokens:,} words against "
        f"{found.other_documents:,} of {found.other_tokens:,}",
        style="dim",
    )
    for name, rows in (
        ("word", found.keywords), ("speaker", found.speakers), ("place", found.places),
    ):  # fmt: skip
        if rows:
            _print_keywords(name, rows)
    if not found.keywords:
        err().print("No word is significantly commoner here.")


def _print_keywords(name: str, rows: Sequence[Keyword]) -> None:
    _print_table(
        (name, "here", "there", "log-likelihood", "log-ratio"),
        [
            (
                row.word, f"{row.here:,}", f"{row.there:,}", f"{row.log_likelihood:,.1f}",
                f"{row.log_ratio:+.2f}",
            )
            for row in rows
        ],
    )  # fmt: skip


_WORDS_SHOWN = 12
"""Telling words that are printed of a document."""
_RELATIONS = {"near_identical": "near-identical", "version": "another language version"}


def print_similar(found: SimilarPage) -> None:
    """Prints the documents like one, each with the words that it shares."""
    about = found.metadata
    err().print(Text(f"Like: {about.title or about.doc_id} · {describe(about)}"), style="dim")
    if found.words:
        told = ", ".join(word.word for word in found.words[:_WORDS_SHOWN])
        err().print(Text(f"By its words: {told}"), style="dim")
    if not found.rows:
        err().print("No document shares a telling word with it.")
    for number, row in enumerate(found.rows):
        (out() if number else err()).print()
        title = Text(row.metadata.title or "(no title)", style="bold")
        print_block(title, first=f"{row.rank:>3}  ")
        facts = describe(row.metadata)
        if row.relation:
            facts += f" · {_RELATIONS[row.relation]}"
        print_block(Text(facts, style="dim"))
        print_block(Text(row.metadata.doc_id, style="cyan"))
        print_block(Text(", ".join(row.shared[:_WORDS_SHOWN])), first="   = ")


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: the first column to the left, numbers to the right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for number, row in enumerate((head, *rows)):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        out().print("  ".join(cells).rstrip(), style="dim" if not number else "")
