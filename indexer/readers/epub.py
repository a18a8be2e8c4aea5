"""`.epub`: a book into a document for each of its chapters.

In: a path. Out: a document for each chapter that the book's table of contents or its own heading
names, `book.epub/OEBPS/chapter1.xhtml`; what has no title belongs to the chapter before it. A book
without two titled chapters is one document.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import html
from lxml.etree import ParserError, XMLSyntaxError, _Element

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.metadata import language_of
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import stem_of
from dragoman.indexer.readers.html_blocks import blocks_of
from dragoman.indexer.readers.packages import (
    attribute,
    child,
    local_name,
    member_bytes,
    opened,
    xml_part,
)
from dragoman.indexer.readers.plain_text import take_head
from dragoman.indexer.readers.prose import sensible_title
from dragoman.indexer.readers.text_cleaning import joined_paragraphs

_ORIGIN = "book"
_FONT_MANGLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_NO_TITLE = re.compile(r"(?:(?:section|split|untitled)\W*\d*)?$", re.IGNORECASE)
_DROPPED = ("script", "style", "noscript", "head", "svg", "math", "rt", "rp")


@dataclass(slots=True)
class _Chapter:
    """A chapter in the making: the part it begins in, its title, its paragraphs."""

    name: str
    title: str
    blocks: list[str] = field(default_factory=list)


def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """The chapters in the order of reading; a part that can't be read is told by its name.

    Raises:
        ReadError: The file is no EPUB, is encrypted or broken, or has no text.
    """
    failures: list[ReadFailure] = []
    with opened(path, "EPUB") as archive:
        _refuse_encrypted(archive)
        package_name = _package_name(archive)
        package = xml_part(archive, package_name)
        if package is None:
            raise ReadError(f"broken EPUB: its package {package_name} is missing")
        said = _metadata(package)
        names = _spine(package, package_name)
        titles = _contents(archive, package, package_name)
        chapters: list[_Chapter] = []
        for name in names:
            try:
                title, blocks = _part(archive, name, titles.get(name, ""))
            except ReadError as error:
                failures.append(ReadFailure(f"{path}/{name}", str(error)))
                continue
            if title or not chapters:
                chapters.append(_Chapter(name, title))
            chapters[-1].blocks += blocks
    chapters = [chapter for chapter in chapters if chapter.blocks]
    if not chapters and not failures:
        raise ReadError("no text in the book")
    book = sensible_title(" ".join(said.get("title", [])[:1]))
    if sum(bool(chapter.title) for chapter in chapters) < 2:
        blocks = [block for chapter in chapters for block in (chapter.title, *chapter.blocks)]
        blocks = [block for block in blocks if block not in ("", book)]
        if blocks:
            draft = Draft(doc_id)
            if not book:  # what a book without a title begins with may be one
                lines = take_head("\n\n".join(blocks), draft)
                blocks = joined_paragraphs("\n".join(lines)).split("\n\n")
            yield _document(draft, book or stem_of(path), blocks, said)
    else:
        for chapter in chapters:
            draft = Draft(f"{doc_id}/{chapter.name}")
            draft.extra["book"] = book or stem_of(path)
            draft.offer("source", book, _ORIGIN)
            yield _document(draft, chapter.title or book or stem_of(path), chapter.blocks, said)
    yield from failures


def _document(
    draft: Draft, title: str, blocks: list[str], said: Mapping[str, list[str]]
) -> Document:
    text = "\n\n".join(blocks)
    draft.offer("title", title, _ORIGIN)
    draft.offer("text", text, _ORIGIN)
    draft.date_from_title()
    draft.fill_from_title()
    for written in said.get("date", []):
        draft.offer_date(written, _ORIGIN)
    draft.offer_list("speakers", said.get("creator", []), _ORIGIN)
    draft.offer_list("topics", said.get("subject", []), _ORIGIN)
    draft.offer("source", "".join(said.get("publisher", [])[:1]), _ORIGIN)
    draft.note("publisher", "".join(said.get("publisher", [])[:1]), _ORIGIN)
    draft.note("identifier", "".join(said.get("identifier", [])[:1]), _ORIGIN)
    declared = "".join(said.get("language", [])[:1]).lower().partition("-")[0]
    by_letters = language_of(text)
    draft.offer("lang", by_letters if declared in ("", "en", "ru") else declared, _ORIGIN)
    return draft.document()


def _refuse_encrypted(archive: zipfile.ZipFile) -> None:
    """Mangled fonts are no harm; anything else that is encrypted is text."""
    encryption = xml_part(archive, "META-INF/encryption.xml")
    for element in encryption.iter() if encryption is not None else ():
        if local_name(element) == "EncryptionMethod" and attribute(element, "Algorithm") not in (
            _FONT_MANGLING
        ):
            raise ReadError("the book is encrypted (DRM)")


def _package_name(archive: zipfile.ZipFile) -> str:
    container = xml_part(archive, "META-INF/container.xml")
    for element in container.iter() if container is not None else ():
        if local_name(element) == "rootfile" and attribute(element, "full-path"):
            return attribute(element, "full-path")
    raise ReadError("no EPUB file: nothing in it names its package")


def _metadata(package: _Element) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    metadata = child(package, "metadata")
    for element in metadata.iter() if metadata is not None else ():
        if (value := " ".join((element.text or "").split())) and local_name(element) != "meta":
            said.setdefault(local_name(element), []).append(value)
    return said


def _spine(package: _Element, package_name: str) -> list[str]:
    """Names of the parts in the order of reading, without the page of contents."""
    manifest, spine = child(package, "manifest"), child(package, "spine")
    parts = {attribute(entry, "id"): entry for entry in (manifest if manifest is not None else ())}
    names = []
    for reference in spine if spine is not None else ():
        entry = parts.get(attribute(reference, "idref"))
        if entry is None or "nav" in attribute(entry, "properties").split():
            continue
        names.append(_target(package_name, attribute(entry, "href")))
    if not names:
        raise ReadError("broken EPUB: its package names no chapters")
    return list(dict.fromkeys(names))


def _contents(archive: zipfile.ZipFile, package: _Element, package_name: str) -> dict[str, str]:
    """Part to title, as the first entry of the table of contents that leads to it has it."""
    titles: dict[str, str] = {}
    manifest = child(package, "manifest")
    for entry in manifest if manifest is not None else ():
        name = _target(package_name, attribute(entry, "href"))
        try:
            if "nav" in attribute(entry, "properties").split():
                tree = _tree(archive, name)
                for link in tree.xpath("//nav[contains(@*[name()='epub:type'], 'toc')]//a[@href]"):
                    title = " ".join(link.text_content().split())
                    titles.setdefault(_target(name, link.get("href")), title)
            elif attribute(entry, "media-type") == "application/x-dtbncx+xml":
                ncx = xml_part(archive, name)
                for point in ncx.iter() if ncx is not None else ():
                    label, content = child(point, "navLabel", "text"), child(point, "content")
                    if local_name(point) == "navPoint" and content is not None:
                        title = " ".join((label.text or "").split()) if label is not None else ""
                        titles.setdefault(_target(name, attribute(content, "src")), title)
        except ReadError:
            continue  # a broken table of contents breaks no book: its chapters have headings
    return titles


def _part(archive: zipfile.ZipFile, name: str, title: str) -> tuple[str, list[str]]:
    """A part's title, where it has one, and its paragraphs without it."""
    tree = _tree(archive, name)
    _take_out_marks(tree)
    headings = tree.xpath("//body//h1 | //body//h2")
    heading = " ".join(headings[0].text_content().split()) if headings else ""
    for element in tree.xpath("//" + " | //".join(_DROPPED)):
        element.drop_tree()
    body = tree.find("body")
    blocks = list(blocks_of(body)) if body is not None else []
    title = heading if _NO_TITLE.match(title) else title
    if blocks and title and " ".join(blocks[0].split()) in (title, heading):
        blocks = blocks[1:]
    return title, blocks


def _take_out_marks(tree: html.HtmlElement) -> None:
    """Calls of notes go; the number before a note gets a dot."""
    for mark in tree.xpath("//a[contains(@*[name()='epub:type'], 'noteref')] | //sup[.//a]"):
        number = mark.text_content().strip()
        if not number.isdecimal() or mark.getparent() is None:
            continue
        block = mark.xpath("ancestor::*[self::p or self::div or self::li][1]")
        if block and block[0].text_content().strip().startswith(number):
            for element in mark.iterdescendants():
                element.text = element.tail = None
            mark.text = f"{number}. "
        else:
            mark.drop_tree()


def _tree(archive: zipfile.ZipFile, name: str) -> html.HtmlElement:
    data = member_bytes(archive, name)
    if data is None:
        raise ReadError("the book names this part but does not hold it")
    if not data.strip():
        raise ReadError("this part of the book is empty")
    text, _ = decode(data)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError) as error:
        raise ReadError(f"no HTML: {error}") from error


def _target(base: str, reference: str) -> str:
    """The name of the part that a reference within another leads to."""
    folder = posixpath.dirname(base)
    return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0])))
