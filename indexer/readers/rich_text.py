r"""`.rtf`: a rich text into a document of plain text.

In: a path. Out: one document: its paragraphs and rows of tables, then its footnotes; no headers,
footers, pictures or deleted text. striprtf turns the marks into text; groups that it would drop or
mistake are taken apart before.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.files import read_bytes
from dragoman.indexer.readers.prose import Paragraph, Properties, prose_document
from dragoman.indexer.readers.tables import tidy

_TOKEN = re.compile(rb"\\(?:bin(\d+) ?|'[0-9a-fA-F]{2}|[^a-zA-Z]|[a-zA-Z]+-?\d* ?)|[{}]")
_FOOTNOTE = re.compile(r"\{(?:\\\*)?\s*\\footnote\b(?:\\ftnalt\b)?")
_TEXT_BOX = re.compile(r"\{\\shptxt\b")
_DELETED = re.compile(r"\\(?:deleted|v)(?![a-zA-Z0-9-])")
_NOTE_MARK = re.compile(r"\\chftn\b ?")
_INFO = re.compile(r"\{\\info\b")
_PROPERTY = re.compile(r"\{\\(title|author|subject|keywords)\b ?")
_CREATED = re.compile(r"\\creatim\\yr(\d{1,4})\\mo(\d{1,2})\\dy(\d{1,2})")
_LINK = re.compile(r"\{\\\*\\fldinst\b")
_CODE_PAGE = re.compile(r"\\ansicpg(\d{1,5})")
_UPPER_HALF = re.compile("[\x80-\xff]")
_SURROGATES = re.compile("[\ud800-\udfff]+")
_MAX_DEPTH = 500


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The file's one document.

    Raises:
        ReadError: The file is no RTF, is cut off, or has no text.
    """
    data = read_bytes(path)
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadError("no RTF file: it does not begin with {\\rtf")
    # Bytes beyond ASCII are in the file's code page, as their escapes are.
    source = _UPPER_HALF.sub(
        lambda found: f"\\'{ord(found[0]):02x}", _whole(data).decode("latin-1")
    )
    head = _head(source)
    source, info = _without_groups(source, _INFO)
    source, _ = _without_groups(source, _LINK)
    source, notes = _without_groups(source, _FOOTNOTE)
    source, boxes = _without_groups(source, _TEXT_BOX)
    # Numbers of lists, which striprtf drops where an old program wrote them.
    source = _without_hidden(source).replace("\\pntext", "")
    paragraphs = [Paragraph(text) for text in _paragraphs(_plain(source))]
    for box in boxes:
        body = head + _TEXT_BOX.sub("{", box, count=1) + "}"
        paragraphs += [Paragraph(text) for text in _paragraphs(_plain(body))]
    for number, note in enumerate(notes, start=1):
        body = _NOTE_MARK.sub("", _FOOTNOTE.sub("{", note, count=1))
        if text := "\n".join(_paragraphs(_plain(head + body + "}"))):
            paragraphs.append(Paragraph(f"{number}. {text}"))
    yield prose_document(paragraphs, _properties(head, info), path=path, doc_id=doc_id)


def _whole(data: bytes) -> bytes:
    """The file without binary data; an error where it ends before its groups do."""
    parts: list[bytes] = []
    depth = at = 0
    while found := _TOKEN.search(data, at):
        if found[1]:
            parts.append(data[at : found.start()])
            at = found.end() + int(found[1][:10])
            continue
        parts.append(data[at : found.end()])
        at = found.end()
        if found[0] == b"{":
            depth += 1
            if depth > _MAX_DEPTH:
                raise ReadError("no RTF to read: its groups are nested too deeply")
        elif found[0] == b"}":
            depth -= 1
            if depth <= 0:
                return b"".join(parts)
    raise ReadError("cut off: the file ends before its text does")


def _head(source: str) -> str:
    """The beginning that names code page and fonts, by which a group is read alone."""
    code_page = _CODE_PAGE.search(source)
    _, fonts = _without_groups(source, re.compile(r"\{\\fonttbl\b"))
    start = f"{{\\rtf1\\ansi\\ansicpg{code_page[1]}" if code_page else "{\\rtf1\\ansi"
    return start + "".join(fonts[:1])


def _without_groups(source: str, opening: re.Pattern[str]) -> tuple[str, list[str]]:
    """The source without the groups that open so, and these groups."""
    kept: list[str] = []
    groups: list[str] = []
    at = 0
    while found := opening.search(source, at):
        end = _end_of_group(source, found.start())
        kept.append(source[at : found.start()])
        groups.append(source[found.start() : end])
        at = end
    return "".join([*kept, source[at:]]), groups


_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def _end_of_group(source: str, start: int) -> int:
    """One past the brace that closes the group opened at `start`."""
    depth = 0
    for found in _BRACE.finditer(source, start):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return found.end()
    return len(source)


def _without_hidden(source: str) -> str:
    """The source without groups of deleted and hidden text that hold no other group."""
    return re.sub(
        r"\{[^{}]*\}",
        lambda found: " " if _DELETED.search(found[0]) else found[0],
        source,
    )


def _plain(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(source, encoding="cp1251", errors="replace")
    except (ValueError, OverflowError, LookupError, TypeError) as error:
        raise ReadError(f"broken RTF: {error}") from error
    # Characters beyond the first plane are written as two halves.
    return _SURROGATES.sub(
        lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), text
    )


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of striprtf's text, in which the cells of a row end in bars."""
    for line in text.replace("\x00", "").split("\n"):
        if written := tidy(line.strip().removesuffix("|").replace("|", " | ")):
            yield written


def _properties(head: str, info: list[str]) -> Properties:
    said: dict[str, str] = {}
    source = info[0] if info else ""
    for found in _PROPERTY.finditer(source):
        group = source[found.start() : _end_of_group(source, found.start())]
        text = _plain(head + "{" + group[found.end() - found.start() : -1] + "}}")
        said.setdefault(found[1], " ".join(text.split()))
    created = _CREATED.search(source)
    return Properties(
        **said, created="{:0>4}-{:0>2}-{:0>2}".format(*created.groups()) if created else ""
    )
