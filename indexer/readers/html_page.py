"""`.html`: a saved web page into a document.

In: a path. Out: one document of the page's main text; its fields come from meta tags, JSON-LD,
microdata, the page's text, the title and the file's name, in this order of trust.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import html
from lxml.etree import ParserError

from dragoman.indexer.chrome import is_chrome
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.metadata import language_of
from dragoman.indexer.pages import body_and_topics, is_date_line
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.files import read_bytes, stem_of
from dragoman.indexer.readers.html_fields import offer_head, offer_page, site_title
from dragoman.indexer.readers.html_text import main_blocks, page_blocks
from dragoman.indexer.readers.text_cleaning import normal_lines, note_encoding, repaired

_NAME_DATE = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_NEAR_TITLE = 2
"""How many blocks from the title its date line may stand."""
_HEAD_BLOCKS = 6
"""How many blocks before the body may repeat title, date and place."""


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The page's one document.

    Raises:
        ReadError: The file can't be read, or has no main text.
    """
    content, encoding = decode(read_bytes(path))
    draft = Draft(doc_id)
    note_encoding(draft, encoding)
    tree = _parsed(repaired(normal_lines(content), draft))
    declared = offer_head(tree, draft)
    offer_page(tree, draft)
    blocks, summary = main_blocks(tree)
    if summary:
        draft.extra["summary"] = summary
    draft.offer("title", site_title(tree), "page")
    _offer_surroundings(page_blocks(tree), draft)
    body, topics = body_and_topics(_without_head(blocks, draft))
    draft.offer_list("topics", topics, "page")
    text = "\n\n".join(block for block in body if block.strip()) or summary
    if not text.strip():
        raise ReadError("no main text in the page")
    draft.offer("text", text, "page")
    draft.offer("title", stem_of(path), "file name")
    draft.fill_from_title()
    _offer_last_dates(draft, path)
    draft.offer("lang", _language(declared, text), "page")
    yield draft.document()


def _parsed(content: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        return html.document_fromstring(content.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise ReadError(f"no HTML: {error}") from error


def _without_head(blocks: list[str], draft: Draft) -> list[str]:
    """Blocks without those at the start that repeat title, date and place; the date is offered."""
    for count, block in enumerate(blocks[:_HEAD_BLOCKS]):
        line = " ".join(block.split())
        if is_date_line(line):
            draft.offer_date(line, "page", within=True)
        elif line not in (draft.text("title"), draft.text("place")) and not is_chrome(line):
            return blocks[count:]
    return blocks[_HEAD_BLOCKS:]


def _offer_surroundings(blocks: list[str], draft: Draft) -> None:
    """Date line beside the title, and topics, where they stand outside the main text."""
    lines = [" ".join(block.split()) for block in blocks]
    title = draft.text("title")
    for at in [at for at, line in enumerate(lines) if line == title][:1]:
        for line in lines[max(0, at - _NEAR_TITLE) : at + _NEAR_TITLE + 1]:
            if is_date_line(line):
                draft.offer_date(line, "page", within=True)
    draft.offer_list("topics", body_and_topics(lines)[1], "page")


def _offer_last_dates(draft: Draft, path: Path) -> None:
    """A date at the title's end, or in the file's name, where the page has none."""
    draft.date_from_title()
    if not draft.has("date") and (found_name := _NAME_DATE.search(stem_of(path))):
        draft.offer_date("-".join(found_name.groups()), "file name")


def _language(declared: str, text: str) -> str:
    """The language the page declares, unless its letters are of the other of the two."""
    by_letters = language_of(text)
    if declared in ("", "en", "ru"):
        return by_letters or declared
    return declared
