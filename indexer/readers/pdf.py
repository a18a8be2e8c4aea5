"""`.pdf`: a PDF file into a document of plain text that knows its pages.

In: a path. Out: one document. Pages of pictures hold no text and are told as failures.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import refuse_empty
from dragoman.indexer.readers.pdf_layout import regions_of
from dragoman.indexer.readers.pdf_paragraphs import paragraphs_of
from dragoman.indexer.readers.pdf_process import PdfContent, read_content
from dragoman.indexer.readers.prose import Properties, prose_document

_MAX_UNREADABLE = 0.3
"""Share of letters that the file does not name, from which on its text is no text."""
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """The file's one document, and failures for pages that are broken or pictures.

    Raises:
        ReadError: The file is no PDF, is encrypted or broken, holds pictures of text only, or its
            fonts do not say which letters they show.
    """
    refuse_empty(path)
    content = read_content(path)
    text = "".join(piece.text for page in content.pages for piece in page)
    if not text.strip():
        if len(content.broken) == len(content.pages):
            raise ReadError("no page of it can be read: the file is broken")
        raise ReadError("it holds pictures of pages, no text: run OCR first, e.g. ocrmypdf")
    if text.count("\ufffd") > _MAX_UNREADABLE * len(text):
        raise ReadError(
            "its fonts do not say which letters they show: run OCR first, e.g. ocrmypdf --force-ocr"
        )
    paragraphs, heads = paragraphs_of([regions_of(page) for page in content.pages])
    extra: dict[str, object] = {"running_heads": "; ".join(heads)} if heads else {}
    yield prose_document(
        paragraphs, _properties(content), path=path, doc_id=doc_id, paged=True, extra=extra
    )
    if content.broken:
        yield ReadFailure(str(path), f"broken {_pages(content.broken)} left out")
    if content.pictures:
        yield ReadFailure(
            str(path),
            f"pictures without text on {_pages(content.pictures)}: run OCR first, e.g. ocrmypdf",
        )


def _pages(numbers: Sequence[int]) -> str:
    return f"page{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _properties(content: PdfContent) -> Properties:
    said = {name: " ".join(value.split()) for name, value in content.about.items()}
    created = _DATE.match(said.get("CreationDate", ""))
    return Properties(
        title=said.get("Title", ""),
        author=said.get("Author", ""),
        subject=said.get("Subject", ""),
        keywords=said.get("Keywords", ""),
        created="-".join(created.groups()) if created else "",
    )
