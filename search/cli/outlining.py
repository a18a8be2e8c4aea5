"""How the outline of a document looks on a terminal, and as plain text in a pipe.

In: an `Outline`. Out: lines on standard output: who speaks how much, then a line a section.
"""

from rich.text import Text

from dragoman.search.cli.terminal import out, print_block, print_notes
from dragoman.search.outline import Outline, Section

_QUIET = "dim"
_MARGIN = 8
"""Cells before the first words of a section: the number of its paragraph, and two blanks."""


def print_outline(found: Outline) -> None:
    """Prints the outline of a document."""
    print_notes(found.view.notes)
    title = found.view.metadata.title or "(no title)"
    print_block(Text(title, style="bold"), margin=0)
    for share in found.speakers:
        number, noun = _counted(share.words, "word").split()
        said = f"in {_counted(share.turns, 'turn')}{_places(share.places)}"
        out().print(
            Text(f"{number:>9} {noun} {said}", style=_QUIET) + Text(f"  {share.voice}"),
            soft_wrap=True,
        )
    out().print()
    for section in found.sections:
        _print_section(section, "")
        for part in section.parts:
            _print_section(part, "  ")


def _print_section(section: Section, indent: str) -> None:
    number = f"{section.paragraph + 1}"
    if section.parts and section.turn is None:
        number += f"–{section.last_paragraph + 1}"
    line = Text(f"{section.voice}: ", style="bold") if section.voice else Text()
    line += Text(section.opening)
    line += Text(f" ({_counted(section.words, 'word')}{_places(section.places)})", style=_QUIET)
    margin = " " * (_MARGIN + len(indent))
    print_block(line, first=f"{indent}{number:>{_MARGIN - 2}}  ", margin=margin)


def _places(number: int) -> str:
    return f", {_counted(number, 'place')}" if number else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
