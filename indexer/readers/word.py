"""`.docx`: a Word document into a document of plain text.

In: a path. Out: one document: its paragraphs with the numbers of lists, rows of tables, text in
boxes, then foot- and endnotes; no headers, footers, deleted or hidden text. Reads the parts with
text only, so that pictures cost nothing.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml.etree import _Element

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.numbering import Counter, written
from dragoman.indexer.readers.packages import attribute, child, local_name, opened, xml_part
from dragoman.indexer.readers.prose import Paragraph, Properties, prose_document
from dragoman.indexer.readers.tables import row_paragraphs, tidy

_SKIPPED = frozenset(
    "del moveFrom instrText delText rPr pPr sectPr tblPr tblGrid sdtPr sdtEndPr Fallback pict rt "
    "annotationRef object commentReference".split()
)
_TEXT = {"tab": " ", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": " "}
_HEADING = re.compile(r"(?:heading|заголовок)\s*(\d)$", re.IGNORECASE)
_MAX_STYLES = 20
"""How long a chain of styles, each based on the next, is followed."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    style: str
    pattern: str
    start: int


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The file's one document.

    Raises:
        ReadError: The file is no Word document, is encrypted or broken, or has no text.
    """
    with opened(path, "Word (.docx)") as archive:
        main = _main_part(archive)
        root = xml_part(archive, main)
        body = child(root, "body")
        if body is None:
            raise ReadError("no Word (.docx) file: it has no text part")
        folder = main.rpartition("/")[0]
        text = _Text(archive, folder)
        paragraphs = [*text.blocks(body)]
        for notes in ("footnotes", "endnotes"):
            paragraphs += text.notes(xml_part(archive, f"{folder}/{notes}.xml"))
        properties = properties_of(xml_part(archive, "docProps/core.xml"))
    yield prose_document(paragraphs, properties, path=path, doc_id=doc_id)


def properties_of(core: _Element | None) -> Properties:
    """What Dublin Core elements, as Word and OpenDocument have them, say of a file."""
    said: dict[str, str] = {}
    for element in core.iter() if core is not None else ():
        if (value := " ".join((element.text or "").split())) and local_name(element):
            said.setdefault(local_name(element), value)
    return Properties(
        title=said.get("title", ""),
        author=said.get("creator", "") or said.get("initial-creator", ""),
        subject=said.get("subject", ""),
        keywords=said.get("keywords", "") or said.get("keyword", ""),
        created=said.get("created", "") or said.get("creation-date", ""),
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    relations = xml_part(archive, "_rels/.rels")
    for relation in relations if relations is not None else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


class _Text:
    """Walks the text part with the styles and lists of its document."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._styles = {
            attribute(style, "styleId"): style
            for style in _elements(xml_part(archive, f"{folder}/styles.xml"), "style")
        }
        self._numbering = xml_part(archive, f"{folder}/numbering.xml")
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counters: dict[str, Counter] = {}
        self._abstract: dict[str, str] = {}
        self._read_numbering()

    def blocks(self, parent: _Element) -> Iterator[Paragraph]:
        """The paragraphs and rows of tables in an element, in order."""
        for element in parent:
            name = local_name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                for row in _elements(element, "tr"):
                    cells = [list(self.blocks(cell)) for cell in _elements(row, "tc")]
                    yield from row_paragraphs(cells)
            elif name not in _SKIPPED:
                yield from self.blocks(element)

    def notes(self, part: _Element | None) -> Iterator[Paragraph]:
        """Foot- or endnotes, each with its number before it."""
        number = 0
        for note in part if part is not None else ():
            if attribute(note, "type") not in ("", "normal"):
                continue  # the line that parts notes from text
            number += 1
            texts = [paragraph.text for paragraph in self.blocks(note)]
            if any(texts):
                yield Paragraph(f"{number}. " + "\n".join(filter(None, texts)))

    def _paragraph(self, element: _Element) -> Iterator[Paragraph]:
        boxes: list[_Element] = []
        text = tidy("".join(_pieces(element, boxes)))
        if text:
            yield Paragraph(self._number(element) + text, self._heading(element))
        for box in boxes:
            yield from self.blocks(box)

    def _style_chain(self, element: _Element) -> Iterator[_Element]:
        style_id = _value(child(element, "pPr", "pStyle"))
        for _ in range(_MAX_STYLES):
            style = self._styles.get(style_id)
            if style is None:
                return
            yield style
            style_id = _value(child(style, "basedOn"))

    def _heading(self, element: _Element) -> int:
        for style in self._style_chain(element):
            name = _value(child(style, "name")).strip()
            if name.lower() in ("title", "название", "заголовок"):
                return 1
            if found := _HEADING.match(name):
                return int(found[1])
        outline = _value(child(element, "pPr", "outlineLvl"))
        return int(outline) + 1 if outline.isdecimal() and len(outline) == 1 else 0

    def _number(self, element: _Element) -> str:
        """What stands before a list entry's text, with a blank behind it."""
        listed = child(element, "pPr", "numPr")
        if listed is None:
            of_styles = (child(style, "pPr", "numPr") for style in self._style_chain(element))
            listed = next((found for found in of_styles if found is not None), None)
        number_id, depth = _value(child(listed, "numId")), _value(child(listed, "ilvl")) or "0"
        levels = self._levels.get(self._abstract.get(number_id, ""), {})
        if not depth.isdecimal() or int(depth) not in levels:
            return ""
        at = int(depth)
        counter = self._counters.setdefault(self._abstract[number_id], Counter())
        counter.next(at, levels[at].start)
        if levels[at].style in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            level = levels.get(other)
            return written(counter.counts.get(other, level.start), level.style) if level else ""

        number = re.sub(r"%([1-9])", shown, levels[at].pattern)
        return f"{number} " if number.strip() else ""

    def _read_numbering(self) -> None:
        if self._numbering is None:
            return
        for abstract in _elements(self._numbering, "abstractNum"):
            levels = self._levels.setdefault(attribute(abstract, "abstractNumId"), {})
            for level in _elements(abstract, "lvl"):
                depth, start = attribute(level, "ilvl"), _value(child(level, "start"))
                if depth.isdecimal():
                    levels[int(depth)] = _Level(
                        _value(child(level, "numFmt")),
                        _value(child(level, "lvlText")),
                        int(start) if start.isdecimal() and len(start) < 6 else 1,
                    )
        for number in _elements(self._numbering, "num"):
            abstract_id = _value(child(number, "abstractNumId"))
            self._abstract[attribute(number, "numId")] = abstract_id


def _pieces(element: _Element, boxes: list[_Element]) -> Iterator[str]:
    """The text of a paragraph's runs; text boxes anchored in it are put aside."""
    for part in element:
        name = local_name(part)
        if name == "t":
            yield part.text or ""
        elif name in _TEXT:
            yield _TEXT[name]
        elif name == "br":
            yield "\n" if attribute(part, "type") in ("", "textWrapping") else " "
        elif name == "txbxContent":
            boxes.append(part)
        elif name == "r" and _is_hidden(part):
            continue
        elif name not in _SKIPPED or (name == "pict" and len(part)):
            yield from _pieces(part, boxes)


def _is_hidden(run: _Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _elements(parent: _Element | None, name: str) -> Iterator[_Element]:
    """Children of a name, also within content controls and insertions."""
    for element in parent if parent is not None else ():
        found = local_name(element)
        if found == name:
            yield element
        elif found in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _elements(element, name)


def _value(element: _Element | None) -> str:
    return attribute(element, "val") if element is not None else ""
