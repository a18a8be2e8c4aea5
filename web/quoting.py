"""A document and the paragraphs to quote in, a quotation ready to be copied out.

What is quoted and cited the query module says; here it gets its address. Draws nothing.
"""

from dataclasses import dataclass
from urllib.parse import urljoin

from flask import request

from dragoman.search import DocumentView, Metadata, Query
from dragoman.search.citations import cite
from dragoman.search.quoting import quoted, with_citation
from dragoman.web.links import document_url

_STYLE_OF = {"ru": "gost"}
_STYLE = "chicago"
_LINE = 56
"""Code points that surely fit in a line of a field."""
_MAX_ROWS = 16


@dataclass(frozen=True, slots=True)
class ReadyQuotation:
    """A quotation with its citation, and the numbers of its first and last paragraph."""

    text: str
    first: int
    last: int

    @property
    def rows(self) -> int:
        """Lines of a field that shows it, as far as it is not long."""
        lines = sum(len(line) // _LINE + 1 for line in self.text.split("\n"))
        return min(lines + 1, _MAX_ROWS)


def style_of(about: Metadata) -> str:
    """The style in which a quotation from a document is cited."""
    return _STYLE_OF.get(about.lang, _STYLE)


def quotation(view: DocumentView, wanted: str) -> ReadyQuotation:
    """The quotation of some paragraphs, with citation and address.

    Raises:
        RequestError: There are no such paragraphs.
    """
    about = view.metadata
    found = quoted(view, wanted)
    address = urljoin(request.url_root, document_url(about.doc_id, Query(), f"p{found.first}"))
    citation = cite(about, style_of(about))
    text = with_citation(found.text, found.voices, about.lang, citation, address)
    return ReadyQuotation(text, found.first, found.last)
