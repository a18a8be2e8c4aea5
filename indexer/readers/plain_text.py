"""`.txt`: a saved page or plain text into a document.

In: a path. Out: one document. A page's date line, title, languages and topics become its fields;
plain text has its first line as title where that is short and stands apart, else its file's name.
"""

from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.chrome import chrome_tail, is_chrome
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.pages import Page, page_of
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.files import read_bytes, stem_of
from dragoman.indexer.readers.text_cleaning import (
    joined_paragraphs,
    normal_lines,
    note_encoding,
    repaired,
)

_MAX_TITLE = 250
"""Characters of a first line that may be a title; the longest of mid.ru are near 240."""


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The file's one document.

    Raises:
        ReadError: The file can't be read, or has no text but a head.
    """
    content, encoding = decode(read_bytes(path))
    draft = Draft(doc_id)
    note_encoding(draft, encoding)
    content = repaired(normal_lines(content), draft)
    lines = take_head(content, draft)
    draft.offer("title", stem_of(path), "file name")
    text = joined_paragraphs("\n".join(lines))
    if not text:
        raise ReadError("nothing but a title and a date")
    draft.offer("text", text, "page")
    draft.date_from_title()
    draft.fill_from_title()
    yield draft.document()


def take_head(content: str, draft: Draft) -> list[str]:
    """Offers what a text's first and last lines say of it; the lines of its body are left."""
    if page := page_of(content):
        return _take_page(page, draft)
    return _take_plain(content, draft)


def _take_page(page: Page, draft: Draft) -> list[str]:
    draft.offer("title", page.title, "page")
    if page.date_line:
        draft.offer_date(page.date_line, "page", within=True)
    draft.offer_list("languages", page.languages, "page")
    draft.offer_list("topics", page.topics, "page")
    return list(page.body)


def _take_plain(content: str, draft: Draft) -> list[str]:
    lines = content.strip("\n").split("\n")
    lines = lines[: chrome_tail(lines)]
    while lines and (not lines[0].strip() or is_chrome(lines[0])):
        lines = lines[1:]
    if len(lines) > 2 and not lines[1].strip() and _may_be_title(lines[0].strip()):
        draft.offer("title", " ".join(lines[0].split()), "page")
        return lines[1:]
    return lines


def _may_be_title(line: str) -> bool:
    """Short, and no salutation: `Mr. Chair,` begins a speech."""
    return len(line) <= _MAX_TITLE and not line.endswith((",", ";", ":", "!"))
