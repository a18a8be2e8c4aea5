"""`.rss`, `.atom` and `.xml`: a feed into a document for each of its entries.

In: a path. Out: documents with the feed's fields; their text is an entry's full content where the
feed has it, else its summary, and `feed_text` among the extra fields says which.
"""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import html
from lxml.etree import ParserError, XMLSyntaxError

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.metadata import language_of
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.failures import ReadFailure
from dragoman.indexer.readers.files import read_bytes
from dragoman.indexer.readers.html_blocks import blocks_of
from dragoman.indexer.readers.records import hash_of
from dragoman.indexer.readers.text_cleaning import normal_lines, note_encoding, repaired

_ORIGIN = "feed"
_DECLARED = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")
_GLOBAL_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$")
_PERSON = re.compile(r"[A-ZÀ-ŽА-ЯЁ][\w’'.-]*(?:\s(?:[A-ZÀ-ŽА-ЯЁ][\w’'.-]*|de|van|von|bin|al)){1,3}")
_OFFICE = re.compile(
    r"\b(?:office|ministry|department|embassy|press|service|news|agency|editor\w*|team|admin\w*|"
    r"staff|mission|desk|bureau|министерств\w*|департамент\w*|пресс\w*|редакци\w*|агентств\w*|"
    r"посольств\w*|служб\w*|отдел\w*|управлени\w*)\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DROPPED = ("script", "style", "noscript", "svg")


def read(path: Path, doc_id: str) -> Iterator[Document | ReadFailure]:
    """The feed's entries in its order.

    Raises:
        ReadError: The file can't be read, is no feed or has no entries.
    """
    import feedparser

    content, encoding = decode(read_bytes(path))
    about = Draft(doc_id)  # what holds for all entries
    note_encoding(about, encoding)
    content = _DECLARED.sub(r"\1", repaired(normal_lines(content), about), count=1)
    # A stream, as feedparser would open a string that reads like an address or a name. It leaves
    # out entities that a feed declares, and with them bombs.
    parsed = feedparser.parse(
        io.BytesIO(content.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    if not parsed.get("version"):
        raise ReadError("no RSS or Atom feed; other XML is not read")
    if not parsed.entries:
        raise ReadError(_broken(parsed) or "a feed without entries")
    for number, entry in enumerate(parsed.entries, start=1):
        try:
            yield _document(entry, parsed.feed, about)
        except ReadError as error:
            yield ReadFailure(f"{path}:{number}", str(error))
    if reason := _broken(parsed):
        yield ReadFailure(str(path), reason)


def _broken(parsed: Mapping[str, Any]) -> str:
    """What is wrong with the feed's XML, so that entries may be missing; empty where nothing."""
    error = parsed.get("bozo_exception")
    if not parsed.get("bozo") or error is None or not hasattr(error, "getLineNumber"):
        return ""
    return (
        f"broken XML in line {error.getLineNumber()} ({error.getMessage()}): "
        "entries may be missing or cut short"
    )


def _document(entry: Mapping[str, Any], feed: Mapping[str, Any], about: Draft) -> Document:
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    full = "\n\n".join(_blocks(max(contents, key=len, default="")))
    summary = "\n\n".join(_blocks(entry.get("summary") or ""))
    text = full if len(full) >= len(summary) else summary
    title = " ".join(" ".join(_blocks(entry.get("title") or "")).split())
    if not text:
        raise ReadError(f"the entry ‘{title}’ has no text" if title else "the entry has no text")
    draft = Draft(_id_of(entry, about.doc_id, title + text))
    draft.extra.update(about.extra)
    draft.repair = about.repair
    draft.extra["feed_text"] = "full content" if full and text == full else "summary"
    if full and summary and text == full and summary not in full:
        draft.extra["summary"] = summary
    draft.offer("title", title, _ORIGIN)
    draft.offer("text", text, _ORIGIN)
    draft.offer("url", _web_address(entry.get("link") or ""), _ORIGIN)
    draft.offer("source", _plain(feed.get("title") or ""), _ORIGIN)
    for name in ("published", "created", "updated"):
        if name in entry and not draft.has("date"):
            draft.offer_date(entry[name] or "", _ORIGIN)
    draft.offer_list(
        "topics", [_plain(tag.get("term") or "") for tag in entry.get("tags", [])], _ORIGIN
    )
    draft.fill_from_title()
    authors = [_plain(author.get("name") or "") for author in entry.get("authors", [])]
    if not draft.has("speakers"):
        names = [author.partition(", ") for author in authors]
        persons = [(name, office) for name, _, office in names if _is_person(name)]
        draft.offer_list("speakers", [name for name, _ in persons], _ORIGIN)
        draft.offer("office", persons[0][1] if persons else "", _ORIGIN)
    draft.note("author", "; ".join(filter(None, authors)), _ORIGIN)
    declared = str(entry.get("language") or feed.get("language") or "").lower()
    code = re.split("[-_]", declared)[0]
    if code in ("", "en", "ru") or not re.fullmatch("[a-z]{2,3}", code):
        code = language_of(text)
    draft.offer("lang", code, _ORIGIN)
    return draft.document()


def _id_of(entry: Mapping[str, Any], file_id: str, content: str) -> str:
    """What the feed calls the entry; behind the file's id where that is no address of its own."""
    given = str(entry.get("id") or entry.get("link") or "").strip()
    if not given:
        return f"{file_id}#{hash_of(content)}"
    return given if _GLOBAL_ID.match(given) else f"{file_id}#{given}"


def _blocks(fragment: str) -> list[str]:
    """The paragraphs of a piece of HTML, or of plain text."""
    fragment = _CONTROL.sub("", fragment)
    if "<" not in fragment and "&" not in fragment:
        return [block.strip() for block in re.split(r"\n\s*\n", fragment) if block.strip()]
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.fragment_fromstring(
            fragment.encode("utf-8", "replace"), create_parent="div", parser=parser
        )
    except (ParserError, XMLSyntaxError) as error:
        raise ReadError(f"the entry’s text is no HTML: {error}") from error
    for element in root.xpath(".//" + " | .//".join(_DROPPED)):
        element.drop_tree()
    return list(blocks_of(root))


def _plain(fragment: str) -> str:
    return " ".join(" ".join(_blocks(fragment)).split())


def _is_person(name: str) -> bool:
    return _PERSON.fullmatch(name) is not None and not _OFFICE.search(name)


def _web_address(written: str) -> str:
    return written if written.startswith(("https://", "http://")) else ""
