"""Paragraphs of a text document, as word processors and PDF have them, into a draft.

In: paragraphs with their headings and page breaks, properties of the file. Out: offers to a
draft: title, date and the rest from the text's head, as for plain text; then, where the text says
nothing, from the properties. Reads no format.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.pages import page_of
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.files import stem_of
from dragoman.indexer.readers.plain_text import take_head

PROPERTIES = "file properties"
"""The origin of what a file's properties say."""
_TITLE_LEVEL = 2
"""Headings up to this level may be the title."""
_MAX_HEAD = 6
"""Paragraphs among which the title stands, where it is a heading."""
_MAX_LETTERHEAD = 100
"""Characters of a line above it: a ministry's name, a number, a day."""
_NO_LETTERHEAD = re.compile(r"[.!?…,:;][\"'’”»)\]]*$")
_MAX_TITLE = 400
# What programs and scanners write where nobody gave a title.
_NO_TITLE = re.compile(
    r"\s*(?:microsoft\s+\w+\s*[-–—]|(?:untitled|без\s+(?:имени|названия)|document|документ|"
    r"presentation|powerpoint presentation|презентация|scan|title|print|doc|template|шаблон)"
    r"\W*\d*\W*$|.*\.(?:docx?|rtf|odt|pdf|txt|indd|qxd|p65|pmd|tmp|dot|wpd|html?|pptx?|xlsx?|tex|"
    r"dvi|ps|fm)\W*$)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"'’”»)\]]*$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    r"""A paragraph of plain text; its lines, where it has several, are parted by `\n`.

    Attributes:
        text: Without blanks at its ends.
        heading: Its level from 1, or 0.
        breaks: Offsets in `text`, not falling, at each of which another page begins.
    """

    text: str
    heading: int = 0
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says about itself; empty where it says nothing."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    created: str = ""


def prose_document(
    paragraphs: Sequence[Paragraph],
    properties: Properties,
    *,
    path: Path,
    doc_id: str,
    paged: bool = False,
    extra: Mapping[str, object] | None = None,
) -> Document:
    """The document that a file's paragraphs are.

    The author is most often who typed the text, the day of creation when, so both are kept among
    the extra fields and give neither speaker nor date.

    Raises:
        ReadError: There is no text but a title and a date.
    """
    draft = Draft(doc_id)
    draft.extra.update(extra or {})
    lines = list(_lines_of(paragraphs))
    kept = _body_lines(paragraphs, [text for text, _ in lines], draft)
    draft.offer("title", sensible_title(properties.title), PROPERTIES)
    draft.offer("title", stem_of(path), "file name")
    text, page_starts = _joined(lines, kept)
    if not text:
        raise ReadError("no text in it" if not kept else "nothing but a title and a date")
    draft.offer("text", text, "page")
    draft.page_starts = page_starts if paged else ()
    draft.date_from_title()
    draft.fill_from_title()
    draft.note("author", properties.author, PROPERTIES)
    draft.note("subject", properties.subject, PROPERTIES)
    draft.note("keywords", properties.keywords, PROPERTIES)
    draft.note("file_created", properties.created, PROPERTIES)
    return draft.document()


def sensible_title(written: str) -> str:
    """A title out of a file's properties; empty where no person gave it."""
    title = " ".join(written.split())
    if len(title) > _MAX_TITLE or "\ufffd" in title or not _LETTER.search(title):
        return ""
    return "" if _NO_TITLE.match(title) else title


def _body_lines(paragraphs: Sequence[Paragraph], lines: list[str], draft: Draft) -> list[str]:
    """The lines without the title and what else of the head becomes fields."""
    content = "\n".join(lines)
    first = next((paragraph for paragraph in paragraphs if paragraph.text), None)
    if first is None:
        return []
    if page_of(content):
        return take_head(content, draft)
    title = _heading_of(paragraphs)
    if title is None:
        # Every paragraph stands apart here: one that is a sentence is no title.
        return lines if _SENTENCE_END.search(first.text) else take_head(content, draft)
    begin = sum(p.text.count("\n") + 2 for p in paragraphs[:title])  # a blank line behind each
    end = begin + paragraphs[title].text.count("\n") + 1
    if not any(lines[end:]):
        return lines
    draft.offer("title", " ".join(paragraphs[title].text.split()), "page")
    return lines[:begin] + lines[end:]


def _heading_of(paragraphs: Sequence[Paragraph]) -> int | None:
    """Which paragraph is a heading with nothing but a letterhead above it."""
    for number, paragraph in enumerate(paragraphs[:_MAX_HEAD]):
        if paragraph.text and 0 < paragraph.heading <= _TITLE_LEVEL:
            return number
        if len(paragraph.text) > _MAX_LETTERHEAD or _NO_LETTERHEAD.search(paragraph.text):
            return None
    return None


def _lines_of(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, list[int]]]:
    """Each line, blank ones between paragraphs, with the offsets of page breaks in it."""
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield "", []
        start = 0
        for line in paragraph.text.split("\n"):
            end = start + len(line)
            yield line, [at - start for at in paragraph.breaks if start <= at <= end]
            start = end + 1


def _joined(
    lines: Sequence[tuple[str, list[int]]], kept: Sequence[str]
) -> tuple[str, tuple[int, ...]]:
    """The text of the kept lines, and where in it the pages begin.

    Args:
        lines: All lines with the page breaks in them.
        kept: Some of the lines, in order. A page that began on one left out begins at the next.
    """
    parts: list[str] = []
    starts = [0]
    length = 0
    at = 0
    after_blank = False
    for line in kept:
        if not line.strip():
            after_blank = True
            continue
        if parts:
            gap = "\n\n" if after_blank else "\n"
            parts.append(gap)
            length += len(gap)
        after_blank = False
        passed = at
        while passed < len(lines) and lines[passed][0] != line:
            starts += [length] * len(lines[passed][1])
            passed += 1
        if passed < len(lines):
            starts += [length + offset for offset in lines[passed][1]]
            at = passed + 1
        parts.append(line)
        length += len(line)
    starts += [length] * sum(len(breaks) for _, breaks in lines[at:])
    return "".join(parts), tuple(starts)
