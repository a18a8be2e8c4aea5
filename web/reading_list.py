"""The reading list: documents in an order of one's own, with notes, in the address of their page.

In: `id` and, behind each, its `note`, from an address or a form. Out: the page, and the address of
the list as a form has changed it. Stores nothing: the address is the list, and browsers keep it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from dragoman.indexer.errors import Message
from dragoman.search import Query, RequestError
from dragoman.search.chosen import sought
from dragoman.web.answers import page
from dragoman.web.links import address
from dragoman.web.searcher import shared_searcher

MAX_LISTED = 200
"""Documents on a list: beyond, a search and its export serve better."""
MAX_NOTE = 2000
"""Characters of a note."""
MAX_ADDRESS = 100_000
"""Characters of a list's address; the server reads heads of requests up to 256 KB."""

blueprint = Blueprint("reading_list", __name__)


class Listed(NamedTuple):
    """A document of a list, and what its reader noted."""

    doc_id: str
    note: str = ""


@blueprint.get("/list")
def show() -> Response:
    """The list that the address holds."""
    entries = listed(parse_qsl(request.query_string.decode(), keep_blank_values=True))
    with shared_searcher().lease() as searcher:
        found, missing = sought(searcher, (entry.doc_id for entry in entries))
    known = {about.doc_id: about for about in found}
    return page(
        "list.html",
        Query(),
        entries=[(entry, known.get(entry.doc_id)) for entry in entries],
        found_ids=[about.doc_id for about in found],
        n_missing=len(missing),
        most=MAX_LISTED,
        longest=MAX_NOTE,
    )


@blueprint.post("/list")
def change() -> BaseResponse:
    """Leads to the list as its form has changed it; nothing else comes of it."""
    params = parse_qsl(request.get_data(as_text=True), keep_blank_values=True)
    return redirect(list_url(changed(listed(params), params)), 303)


def listed(params: Iterable[tuple[str, str]]) -> list[Listed]:
    """The list that parameters mean, in their order: a `note` is that of the `id` before it.

    A document that is named again keeps its first place, and both notes.

    Raises:
        RequestError: There are too many documents, or a note is too long.
    """
    return _checked([Listed(*entry) for entry in _by_id(params).items()])


def noted(params: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The notes that parameters mean as those of a list, by id; documents without one left out."""
    return {doc_id: note for doc_id, note in _by_id(params).items() if note}


def _by_id(params: Iterable[tuple[str, str]]) -> dict[str, str]:
    notes: dict[str, str] = {}
    doc_id = ""
    for name, value in params:
        if name == "id":
            doc_id = value
            if doc_id:
                notes.setdefault(doc_id, "")
        elif name == "note" and doc_id:
            note = value.replace("\r\n", "\n").strip()
            if note not in notes[doc_id]:
                notes[doc_id] = f"{notes[doc_id]}\n{note}".strip()
    return notes


def _checked(entries: list[Listed]) -> list[Listed]:
    if len(entries) > MAX_LISTED:
        raise RequestError(
            Message(
                "a list of {n} documents: at most {most} fit; make two lists, or export the search "
                "that finds them",
                n=len(entries),
                most=MAX_LISTED,
            )
        )
    for entry in entries:
        if len(entry.note) > MAX_NOTE:
            raise RequestError(
                Message(
                    "the note on ‘{doc_id}’ has {n} characters: shorten it to {most}",
                    doc_id=entry.doc_id,
                    n=len(entry.note),
                    most=MAX_NOTE,
                )
            )
    return entries


def changed(entries: Sequence[Listed], params: Iterable[tuple[str, str]]) -> list[Listed]:
    """A list after what a form asks for.

    Args:
        entries: The list.
        params: Of these, `up`, `down` and `remove` name the place of a document, from 0; `clear`
            empties the list; `add` holds documents to add, a line each: an id, the address of a
            document's page or that of another list.

    Raises:
        RequestError: There would be too many, or a place is none.
    """
    changes = list(entries)
    for name, value in params:
        if name == "clear":
            changes.clear()
        elif name == "add":
            more = [each for line in value.splitlines() if line.strip() for each in _named(line)]
            pairs = [*changes, *more]
            changes = listed(
                pair for each in pairs for pair in (("id", each.doc_id), ("note", each.note))
            )
        elif name in ("up", "down", "remove"):
            at = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else -1
            if not 0 <= at < len(changes):
                raise RequestError(
                    Message("no document stands at {at} of the list: open it anew", at=value)
                )
            entry = changes.pop(at)
            if name != "remove":
                changes.insert(max(0, at + (1 if name == "down" else -1)), entry)
    return changes


def _named(line: str) -> list[Listed]:
    """What a line names: the documents of a list by its address, or one by its address or id."""
    line = line.strip()
    if line.startswith(request.host_url):
        parts = urlsplit(line)
        documents = url_for("pages.document", doc_id="x").removesuffix("x")
        if parts.path == url_for("reading_list.show"):
            return listed(parse_qsl(parts.query, keep_blank_values=True))
        if parts.path.startswith(documents):
            return [Listed(unquote(parts.path.removeprefix(documents)))]
    return [Listed(line)]


def list_url(entries: Iterable[Listed]) -> str:
    """The address of a list; empty notes are left out.

    Raises:
        RequestError: It would be too long.
    """
    params = []
    for entry in entries:
        params.append(("id", entry.doc_id))
        if entry.note:
            params.append(("note", entry.note))
    url = address(url_for("reading_list.show"), params)
    if len(url) > MAX_ADDRESS:
        raise RequestError(
            Message(
                "the list and its notes make an address of {n} characters, and at most {most} can "
                "be opened: shorten notes, or make two lists",
                n=len(url),
                most=MAX_ADDRESS,
            )
        )
    return url
