"""`.md`: front matter and Markdown into a document of plain text.

In: a path. Out: one document; its body is what a reader of the rendered page reads: no marks, one
paragraph for each block. Front matter is YAML, its values taken as they are written.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.fields import FIELD_NAMES, plain, take_fields
from dragoman.indexer.readers.files import read_bytes, stem_of
from dragoman.indexer.readers.markup import Block, blocks_of
from dragoman.indexer.readers.text_cleaning import normal_lines, note_encoding, repaired

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_NAMES_A_FIELD = re.compile(rf"^(?:{'|'.join(FIELD_NAMES)})[ \t]*:(?:\s|\Z)", re.M)


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The file's one document.

    Raises:
        ReadError: The file can't be read, its front matter is no YAML mapping, or it has no text.
    """
    content, encoding = decode(read_bytes(path))
    draft = Draft(doc_id)
    note_encoding(draft, encoding)
    fields, body = split_front_matter(repaired(normal_lines(content), draft))
    if own_id := plain(fields.get("id")):
        draft.take_id(own_id, "front matter")
    draft.offer("title", plain(fields.get("title")).strip(), "front matter")
    take_fields(fields, draft, "front matter")
    blocks = _without_title(blocks_of(body), draft)
    draft.offer("title", stem_of(path), "file name")
    text = "\n\n".join(block.text for block in blocks) or plain(fields.get("text"))
    if not text.strip():
        raise ReadError("no text below the front matter")
    draft.offer("text", text, "page")
    draft.date_from_title()
    draft.fill_from_title()
    yield draft.document()


def split_front_matter(content: str) -> tuple[Mapping[str, object], str]:
    """The front matter's fields, their values as written, and the text below it.

    A first line `---` is a rule, and all below it text, where no named fields follow.

    Raises:
        ReadError: The front matter names fields but is no YAML.
    """
    found = _FRONT_MATTER.match(content)
    if found is None:
        return {}, content
    looks_like_text = _looks_like_text(found[1])
    names_a_field = _NAMES_A_FIELD.search(found[1]) is not None
    if looks_like_text and not names_a_field:
        return {}, content
    try:
        # The loader that leaves `2021-06`, `NO` and `007` the strings that they are.
        fields = yaml.BaseLoader(found[1]).get_single_data()
    except yaml.YAMLError as error:
        if looks_like_text or not names_a_field:
            return {}, content
        reason = " ".join(str(error).split())
        raise ReadError(f"the front matter is no YAML: {reason}") from error
    if isinstance(fields, dict):
        return {str(name): value for name, value in fields.items()}, content[found.end() :]
    return {}, content


def _looks_like_text(block: str) -> bool:
    """Whether what stands between two rules has a blank line at either end, or a heading."""
    lines = block.split("\n")[:-1] or [""]
    has_heading = any(line.startswith("#") for line in lines)
    return has_heading or not lines[0].strip() or not lines[-1].strip()


def _without_title(blocks: list[Block], draft: Draft) -> list[Block]:
    """Blocks without the heading that is the title; it gives one where there is none."""
    if not blocks or blocks[0].heading == 0:
        return blocks
    heading = blocks[0].text
    if draft.text("title") == heading or (
        blocks[0].heading == 1 and draft.offer("title", heading, "page")
    ):
        return blocks[1:]
    return blocks
