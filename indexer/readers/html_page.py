"""`.html`: a saved web page into a document.

In: a path. Out: one document of the page's main text; its fields come from meta tags, JSON-LD,
microdata, the page's text, the title and the file's name, in this order of trust. Three things the
page's text knows better: the kind that the title announces (sections are the site's), the day on
which a speech was delivered, and whether an author is more than a user of the site's software.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from lxml import html
from lxml.etree import ParserError

from dragoman.indexer.chrome import is_chrome
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.metadata import kind_label, kind_of, language_of
from dragoman.indexer.pages import is_topics_heading
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.files import read_bytes, stem_of
from dragoman.indexer.readers.html_beside import Beside, is_beside, read_beside
from dragoman.indexer.readers.html_blocks import Block, blocks_in, text_of, with_class
from dragoman.indexer.readers.html_dates import offer_dates
from dragoman.indexer.readers.html_fields import Declared, read_head
from dragoman.indexer.readers.html_linked import is_declared_list
from dragoman.indexer.readers.html_people import offer_people
from dragoman.indexer.readers.html_text import body_of, is_prose, main_blocks, summary_of
from dragoman.indexer.readers.html_title import tab_title, title_of
from dragoman.indexer.readers.text_cleaning import normal_lines, note_encoding, repaired

_EXCESSIVE_DEPTH = "Excessive depth"
_CONTAINERS = re.compile(
    r"</?(?:div|section|article|main|table|tbody|thead|tr|td|th|center|ul|ol|dl|dd|dt|li|fieldset|"
    r"blockquote|form|header|font|span|b|i|u|em|strong|small|big|a)\b[^<>]*>",
    re.IGNORECASE,
)
_BEFORE_TITLE, _BEHIND_TITLE, _BEHIND_TEXT = 6, 20, 8
"""How many blocks of the page may say something of the text, and where they stand."""
_HEAD_BLOCKS = 8
"""How many blocks before the body may repeat title, date and place."""
_MOST_TAGS = 60
_MAX_TOPIC = 100  # characters
_MIN_ENTRY = 20  # characters of a link that may be a title
_LIST_LINKS = 5
"""Links below which a page is none of links."""


def read(path: Path, doc_id: str) -> Iterator[Document]:
    """The page's one document; a page that only lists others is of the kind `list`.

    Raises:
        ReadError: The file can't be read, or has no main text.
    """
    content, encoding = decode(read_bytes(path))
    draft = Draft(doc_id)
    note_encoding(draft, encoding)
    content = repaired(normal_lines(content), draft)
    tree = _parsed(content)
    declared = read_head(tree, content, draft)
    everything = blocks_in(body_of(tree), text_only=False)
    title, origin = title_of(tree, declared.titles, everything, draft.text("source"))
    listed = _listed(tree, title)
    if listed:
        yield _list_document(tree, listed, draft, path, declared.lang)
        return
    draft.offer("title", title, origin)
    blocks = main_blocks(tree, title) or [
        block for block in everything if block.line != title and not is_chrome(block.line)
    ]
    summary = summary_of(tree)
    if summary:
        draft.extra["summary"] = summary
        blocks = [block for block in blocks if block.text != summary]
    blocks = _without_head(blocks, draft)
    beside = _beside(everything, blocks, title)
    _offer_topics(tree, everything, beside, draft)
    text = "\n\n".join(block.text for block in blocks) or summary
    if not text.strip():
        if tree.find(".//frame") is not None:
            raise ReadError("nothing but frames in the page: their own files hold the text")
        raise ReadError("no main text in the page")
    draft.offer("text", text, "page")
    draft.offer("title", stem_of(path), "file name")
    _offer_kind(declared, beside, draft)
    offer_people(tree, declared, beside, blocks, everything, draft)
    offer_dates(tree, declared, beside, blocks, stem_of(path), draft)
    draft.fill_from_title()
    draft.offer("lang", _language(declared.lang, text), "page")
    yield draft.document()


def _parsed(content: str) -> html.HtmlElement:
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    data = content.encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(data, parser=parser)
        if any(
            _EXCESSIVE_DEPTH in entry.message for entry in parser.error_log.filter_from_fatals()
        ):
            # The parser gives up in the depth; without what nests, nothing is lost but the nesting.
            flat = _CONTAINERS.sub("<p>", content)
            tree = html.document_fromstring(flat.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise ReadError(f"no HTML: {error}") from error
    return tree


def _listed(tree: html.HtmlElement, title: str) -> list[Block]:
    """The blocks of a page that only lists others; none of a page with a text of its own."""
    if tree.xpath("//*[@itemprop='articleBody']"):
        return []
    blocks = blocks_in(body_of(tree))
    lines = [block.line for block in blocks]
    behind = blocks[lines.index(title) + 1 :] if title in lines else blocks
    links = [at for at, block in enumerate(behind) if block.is_link and _is_entry(block)]
    if is_declared_list(tree):
        return blocks
    if len(links) < _LIST_LINKS:
        return []
    prose = [at for at, block in enumerate(behind) if is_prose(block)]
    # A text comes before the pages related to it; a list has at most an abstract for each entry.
    if len(links) < len(prose) or (prose and prose[0] < links[0]):
        return []
    return blocks


def _is_entry(block: Block) -> bool:
    return len(block.text) >= _MIN_ENTRY


def _list_document(
    tree: html.HtmlElement, blocks: list[Block], draft: Draft, path: Path, lang: str
) -> Document:
    """A page of links: found by the titles it lists, dated and said by nobody."""
    draft.offer("title", tab_title(tree, draft.text("source")), "page")
    draft.offer("title", stem_of(path), "file name")
    draft.offer("kind", "list", "page")
    entries = [block.text for block in blocks if not block.text.isdecimal()]
    text = "\n\n".join(entries)
    draft.offer("text", text, "page")
    draft.offer("lang", _language(lang, text), "page")
    return draft.document()


def _beside(everything: Sequence[Block], blocks: Sequence[Block], title: str) -> Beside:
    """What the lines around the title, and behind the text, say."""
    shown = [(line, block) for block in everything for line in block.text.split("\n")]
    lines = [" ".join(line.split()) for line, _ in shown]
    texts = [" ".join(line.split()) for block in blocks for line in block.text.split("\n")]
    first = next((block.text.partition("\n")[0] for block in blocks if is_prose(block)), "")
    last = texts[-1] if texts else ""
    titles = [at for at, line in enumerate(lines) if line == title]
    begins = [at for at, line in enumerate(lines) if line == first and at >= (titles or [0])[0]]
    begin = begins[0] if begins else len(lines)
    titled = max((at for at in titles if at < begin), default=max(0, begin - _BEFORE_TITLE))
    before = [
        line for line, block in shown[max(0, titled - _BEFORE_TITLE) : titled] if not block.is_link
    ]
    between = lines[titled + 1 : begin][:_BEHIND_TITLE]
    beside = read_beside([*between, *before])
    ends = [at for at, line in enumerate(lines) if line == last and at >= begin]
    if ends:
        text = set(texts)
        around = [line for line in lines[begin : ends[0] + _BEHIND_TEXT] if line not in text]
        beside.add(read_beside(around, labelled_only=True))
    return beside


def _without_head(blocks: list[Block], draft: Draft) -> list[Block]:
    """Blocks without those at the start that repeat title, date and place."""
    known = (draft.text("title"), draft.text("place"))
    for at, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if not all(
            line in known or is_chrome(line) or is_beside(line) for line in block.text.split("\n")
        ):
            return blocks[at:]
    return blocks[_HEAD_BLOCKS:]


def _offer_kind(declared: Declared, beside: Beside, draft: Draft) -> None:
    draft.offer("kind", kind_of(draft.text("title")), "title")
    for section, origin in declared.sections:
        draft.offer("kind", kind_label(section), origin)
    draft.offer("kind", beside.kind, "page")


def _offer_topics(
    tree: html.HtmlElement, everything: Sequence[Block], beside: Beside, draft: Draft
) -> None:
    tags = with_class(tree, "p-category")
    tags = tags or [link for link in tree.xpath("//*[@rel]") if "tag" in link.get("rel").split()]
    draft.offer_list("topics", [text_of(element) for element in tags[:_MOST_TAGS]], "page")
    for at, block in enumerate(everything):
        if is_topics_heading(block.line):
            topics = takewhile(
                lambda block: (
                    (block.is_link or block.entry)
                    and not block.heading
                    and len(block.line) <= _MAX_TOPIC
                    and not is_chrome(block.line)
                ),
                everything[at + 1 :],
            )
            draft.offer_list("topics", _each(list(topics)), "page")
    draft.offer_list("topics", beside.topics, "page")


def _each(blocks: Sequence[Block]) -> list[str]:
    """The lines of blocks; of one that is several links and nothing else, its links."""
    lines: list[str] = []
    for block in blocks:
        links = [] if block.element is None else [text_of(link) for link in block.element.iter("a")]
        lines += links if len(links) > 1 and "".join(links) == block.text else [block.line]
    return lines


def _language(declared: str, text: str) -> str:
    """The language the page declares, unless its letters are of the other of the two."""
    by_letters = language_of(text)
    if declared in ("", "en", "ru"):
        return by_letters or declared
    return declared
