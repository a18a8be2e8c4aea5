"""`.odt`: an OpenDocument text into a document of plain text.

In: a path. Out: one document: its paragraphs with the numbers of lists, rows of tables, text in
frames, then its notes; no headers, footers, comments or deleted text.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml.etree import _Element

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.numbering import written
from dragoman.indexer.readers.packages import attribute, child, local_name, opened, xml_part
from dragoman.indexer.readers.prose import Paragraph, prose_document
from dragoman.indexer.readers.tables import row_paragraphs, tidy
from dragoman.indexer.readers.word import properties_of

_SKIPPED = frozenset(
    "tracked-changes annotation annotation-end forms sequence-decls variable-decls ruby-text "
    "user-field-decls note-citation soft-page-break object binary-data".split()
)
_PICTURE = "svg-compatible"
"""In the namespace of titles and descriptions of pictures."""
_ROW_GROUPS = ("table-rows", "table-header-rows", "table-row-group")
_MAX_SPACES = 1000
_BLANKS = re.compile(r"\s+")


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The file's one document.

    Raises:
        ReadError: The file is no OpenDocument text, is encrypted or broken, or has no text.
    """
    with opened(path, "OpenDocument (.odt)") as archive:
        manifest = xml_part(archive, "META-INF/manifest.xml")
        if manifest is not None and any(
            local_name(element) == "encryption-data" for element in manifest.iter()
        ):
            raise ReadError("encrypted with a password; save it without one")
        content = xml_part(archive, "content.xml")
        body = child(content, "body", "text")
        if content is None or body is None:
            raise ReadError("no OpenDocument (.odt) file: it has no text part")
        text = _Text(content, xml_part(archive, "styles.xml"))
        paragraphs = [*text.blocks(body), *text.notes]
        properties = properties_of(child(xml_part(archive, "meta.xml"), "meta"))
    yield prose_document(paragraphs, properties, path=path, doc_id=doc_id)


class _Text:
    """Walks the text with the styles of its document; `notes` are those met so far."""

    def __init__(self, content: _Element, styles: _Element | None) -> None:
        self.notes: list[Paragraph] = []
        self._titles = {"Title"}
        self._lists: dict[str, dict[str, _Element]] = {}
        self._lasts: dict[str, int] = {}
        for root in (styles, content):
            for element in root.iter() if root is not None else ():
                match local_name(element):
                    case "style" if attribute(element, "parent-style-name") == "Title":
                        self._titles.add(attribute(element, "name"))
                    case "list-style":
                        levels = {attribute(level, "level"): level for level in element}
                        self._lists[attribute(element, "name")] = levels

    def blocks(self, parent: _Element, lists: tuple[str, ...] = ()) -> Iterator[Paragraph]:
        """The paragraphs and rows of tables in an element; `lists` are the styles around it."""
        for element in parent:
            match local_name(element):
                case "p" | "h":
                    yield from self._paragraph(element)
                case "list":
                    yield from self._list(element, lists)
                case "table":
                    yield from self._table(element)
                case name if name not in _SKIPPED:
                    yield from self.blocks(element, lists)

    def _paragraph(self, element: _Element) -> Iterator[Paragraph]:
        frames: list[_Element] = []
        text = tidy("".join(self._pieces(element, frames)))
        if text:
            yield Paragraph(text, self._heading(element))
        for frame in frames:
            yield from self.blocks(frame)

    def _heading(self, element: _Element) -> int:
        if attribute(element, "style-name") in self._titles:
            return 1
        level = attribute(element, "outline-level")
        if local_name(element) != "h":
            return 0
        return int(level) if level.isdecimal() and len(level) < 3 else 1

    def _list(self, element: _Element, lists: tuple[str, ...]) -> Iterator[Paragraph]:
        name = attribute(element, "style-name") or (lists[-1] if lists else "")
        inside = (*lists, name)
        level = self._lists.get(name, {}).get(str(len(inside)))
        start = attribute(level, "start-value") if level is not None else ""
        count = int(start) - 1 if start.isdecimal() and len(start) < 6 else 0
        if attribute(element, "continue-numbering") == "true" or attribute(
            element, "continue-list"
        ):
            count = self._lasts.get(name, count)
        for entry in element:
            if local_name(entry) not in ("list-item", "list-header"):
                continue
            number = ""
            if local_name(entry) == "list-item":
                count += 1
                number = _number(level, count)
            for at, paragraph in enumerate(self.blocks(entry, inside)):
                before = "" if at else number
                yield Paragraph(before + paragraph.text, paragraph.heading)
        self._lasts[name] = count

    def _table(self, table: _Element) -> Iterator[Paragraph]:
        for element in table:
            if local_name(element) in _ROW_GROUPS:
                yield from self._table(element)
            elif local_name(element) == "table-row":
                cells = [
                    list(self.blocks(cell))
                    for cell in element
                    if local_name(cell) in ("table-cell", "covered-table-cell")
                ]
                yield from row_paragraphs(cells)

    def _pieces(self, element: _Element, frames: list[_Element]) -> Iterator[str]:
        yield _BLANKS.sub(" ", element.text or "")
        for part in element:
            match local_name(part):
                case "s":
                    count = attribute(part, "c")
                    yield " " * (min(int(count), _MAX_SPACES) if count.isdecimal() else 1)
                case "tab":
                    yield " "
                case "line-break":
                    yield "\n"
                case "note":
                    self._take_note(part)
                case "text-box":
                    frames.append(part)
                case name if name and name not in _SKIPPED and _PICTURE not in str(part.tag):
                    yield from self._pieces(part, frames)
            yield _BLANKS.sub(" ", part.tail or "")

    def _take_note(self, note: _Element) -> None:
        body = child(note, "note-body")
        if body is None:
            return
        at = len(self.notes)
        texts = [paragraph.text for paragraph in self.blocks(body)]
        citation = child(note, "note-citation")
        number = " ".join("".join(citation.itertext()).split()) if citation is not None else ""
        if any(texts):
            written_number = f"{number}. " if number else ""
            self.notes.insert(at, Paragraph(written_number + "\n".join(filter(None, texts))))


def _number(level: _Element | None, count: int) -> str:
    """What stands before a list entry, with a blank behind it."""
    if level is None or local_name(level) != "list-level-style-number":
        return ""
    number = written(count, attribute(level, "num-format"))
    if not number:
        return ""
    return f"{attribute(level, 'num-prefix')}{number}{attribute(level, 'num-suffix')} "
