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
from dragoman.indexer.metadata import (
    attributed_to,
    is_no_person,
    kind_label,
    kind_of,
    language_of,
    place_line,
    sender_of,
    speaker_of,
    transcript_speakers,
)
from dragoman.indexer.pages import is_topics_heading
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.files import read_bytes, stem_of
from dragoman.indexer.readers.html_beside import Beside, dateline_of, is_beside, read_beside
from dragoman.indexer.readers.html_blocks import Block, blocks_of, text_of
from dragoman.indexer.readers.html_fields import Declared, read_head
from dragoman.indexer.readers.html_linked import is_declared_list
from dragoman.indexer.readers.html_text import is_prose, main_blocks, summary_of
from dragoman.indexer.readers.html_title import tab_title, title_of
from dragoman.indexer.readers.text_cleaning import normal_lines, note_encoding, repaired

_NAME_DATE = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_MIDNIGHT = re.compile(r"(?:T|,?\s+)0?0:00(?::00(?:\.0+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?$")
_NOON = re.compile(r"(?<=\d)T12:00:00(?:\.0+)?(?:Z|\+00:?00)$")
_CLOCK = re.compile(r"\d:\d\d")
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
_PERSON = re.compile(
    r"[A-ZÀ-ŽА-ЯЁ][\w’'-]*\.?(?:\s(?:[A-ZÀ-ŽА-ЯЁ][\w’'.-]*|de|van|von|bin|al)){1,3}|"
    r"(?:[А-ЯЁ]\.\s?){1,2}[А-ЯЁ][\w-]+"
)
_OPENING = re.compile(r"(?P<opening>[A-ZÀ-ŽА-ЯЁ](?:[^.;:!?–—()]|(?<=\d)\.(?=\d)){2,70}?)\s*(?:\([^()]{1,40}\)\s*)?\s[–—-]\s")
_ATTRIBUTION_BLOCKS = 2
_SENT_KINDS = ("message", "letter")
_MAX_DATELINE = 80  # characters
_MAX_TOPIC = 100  # characters
_MOST_TIMES = 200
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
    body = tree.find("body")
    everything = [] if body is None else blocks_of(body, text_only=False)
    title, origin = title_of(tree, declared.titles, everything, draft.text("source"))
    listed = _listed(tree, title)
    if listed:
        yield _list_document(tree, listed, draft, path)
        return
    draft.offer("title", title, origin)
    blocks = main_blocks(tree, title)
    summary = summary_of(tree)
    if summary:
        draft.extra["summary"] = summary
        blocks = [block for block in blocks if block.text != summary]
    blocks = _without_head(blocks, draft)
    beside = _beside(everything, blocks, title)
    _offer_topics(tree, everything, beside, draft)
    text = "\n\n".join(block.text for block in blocks) or summary
    if not text.strip():
        raise ReadError("no main text in the page")
    draft.offer("text", text, "page")
    draft.offer("title", stem_of(path), "file name")
    _offer_kind(declared, beside, draft)
    _offer_place_and_speakers(tree, declared, beside, blocks, everything, draft)
    _offer_dates(tree, declared, beside, blocks, path, draft)
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
        if any(_EXCESSIVE_DEPTH in entry.message for entry in parser.error_log.filter_from_fatals()):
            # The parser gives up in the depth; without what nests, nothing is lost but the nesting.
            flat = _CONTAINERS.sub("<p>", content)
            tree = html.document_fromstring(flat.encode("utf-8", "replace"), parser=parser)
    except ParserError as error:
        raise ReadError(f"no HTML: {error}") from error
    return tree


def _listed(tree: html.HtmlElement, title: str) -> list[Block]:
    """The blocks of a page that only lists others; none of a page with a text of its own."""
    body = tree.find("body")
    if body is None or tree.xpath("//*[@itemprop='articleBody']"):
        return []
    blocks = blocks_of(body)
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
    tree: html.HtmlElement, blocks: list[Block], draft: Draft, path: Path
) -> Document:
    """A page of links: found by the titles it lists, dated and said by nobody."""
    draft.offer("title", tab_title(tree, draft.text("source")), "page")
    draft.offer("title", stem_of(path), "file name")
    draft.offer("kind", "list", "page")
    entries = [block.text for block in blocks if not block.text.isdecimal()]
    draft.offer("text", "\n\n".join(entries), "page")
    return draft.document()


def _beside(everything: Sequence[Block], blocks: Sequence[Block], title: str) -> Beside:
    """What the lines around the title, and behind the text, say."""
    lines = [block.line for block in everything]
    first = next((block.line for block in blocks if is_prose(block)), "")
    last = blocks[-1].line if blocks else ""
    titles = [at for at, line in enumerate(lines) if line == title]
    begins = [at for at, line in enumerate(lines) if line == first and at >= (titles or [0])[0]]
    begin = begins[0] if begins else len(lines)
    titled = max((at for at in titles if at < begin), default=max(0, begin - _BEFORE_TITLE))
    before = [
        block.line
        for block in everything[max(0, titled - _BEFORE_TITLE) : titled]
        if not block.is_link
    ]
    between = lines[titled + 1 : begin][:_BEHIND_TITLE]
    beside = read_beside([*between, *before])
    ends = [at for at, line in enumerate(lines) if line == last and at >= begin]
    if ends:
        text = {block.line for block in blocks}
        around = [line for line in lines[begin : ends[0] + _BEHIND_TEXT] if line not in text]
        beside.add(read_beside(around, labelled_only=True))
    return beside


def _without_head(blocks: list[Block], draft: Draft) -> list[Block]:
    """Blocks without those at the start that repeat title, date and place."""
    known = (draft.text("title"), draft.text("place"))
    for at, block in enumerate(blocks[:_HEAD_BLOCKS]):
        line = block.line
        if line not in known and not is_chrome(line) and not is_beside(line):
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
    tags = tree.xpath("//*[contains(concat(' ', @class, ' '), ' p-category ')]")
    tags = tags or tree.xpath("//*[contains(concat(' ', normalize-space(@rel), ' '), ' tag ')]")
    draft.offer_list("topics", [text_of(element) for element in tags], "page")
    for at, block in enumerate(everything):
        if is_topics_heading(block.line):
            topics = takewhile(
                lambda block: (block.is_link or block.entry)
                and not block.heading
                and len(block.line) <= _MAX_TOPIC
                and not is_chrome(block.line),
                everything[at + 1 :],
            )
            draft.offer_list("topics", [topic.line for topic in topics], "page")
    draft.offer_list("topics", beside.topics, "page")


def _offer_place_and_speakers(
    tree: html.HtmlElement,
    declared: Declared,
    beside: Beside,
    blocks: Sequence[Block],
    everything: Sequence[Block],
    draft: Draft,
) -> None:
    for element in tree.xpath("//*[contains(concat(' ', @class, ' '), ' p-location ')]")[:1]:
        draft.offer("place", text_of(element), "page")
    draft.offer("place", beside.place, "page")
    attributed, said_in = attributed_to(block.text for block in blocks[:_ATTRIBUTION_BLOCKS])
    draft.offer("place", said_in, "page")
    titled = speaker_of(draft.text("title"))
    told = (beside.speakers, beside.office)
    if titled[0] and told[0] and not _are_same(titled[0], told[0]):
        told = titled
    known = told if told[0] else titled
    for author, origin in declared.authors:
        if not _is_person(author, draft.text("source")):
            continue
        if _is_writer_only(author, known[0], declared, everything):
            draft.extra["author"] = author
        elif draft.offer_list("speakers", [author], origin) and _are_same((author,), known[0]):
            draft.offer("office", known[1], "page")
    for (names, office), origin in (
        (told, "page"), (titled, "title"), (attributed, "page"),
    ):  # fmt: skip
        if draft.offer_list("speakers", names, origin):
            draft.offer("office", office, origin)
    if not draft.has("speakers") and draft.text("kind") in _SENT_KINDS:
        opening = str(draft.extra.get("summary", "")) or (blocks[0].text if blocks else "")
        names, office = sender_of(opening)
        draft.offer_list("speakers", names, "page")
        draft.offer("office", office, "page")
    if not draft.has("office"):
        voices = transcript_speakers(draft.text("text"))
        draft.offer_list("speakers", [name for name, _ in voices], "page")
        first = draft.first_of("speakers")
        for name, office in voices:
            if first and _are_same((first,), (name,)):
                draft.offer("office", office, "page")


def _is_writer_only(
    author: str, known: Sequence[str], declared: Declared, everything: Sequence[Block]
) -> bool:
    """Whether an author wrote the page and not its text.

    So it is where the page names another speaker, and where it never shows the user of its software.
    """
    if known:
        return not _are_same((author,), known)
    if author not in declared.accounts:
        return False
    surname = author.split()[-1]
    return not any(surname in block.text for block in everything)


def _is_person(name: str, site: str) -> bool:
    """Whether an author's name is a person's, not a ministry's or the site's."""
    return (
        _PERSON.fullmatch(name) is not None
        and not is_no_person(name)
        and name.casefold() != site.casefold()
    )


def _are_same(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists of persons share a surname."""
    surnames = {re.split(r"[ .]", name)[-1].casefold() for name in names}
    return not surnames.isdisjoint(re.split(r"[ .]", name)[-1].casefold() for name in others)


def _offer_dates(
    tree: html.HtmlElement,
    declared: Declared,
    beside: Beside,
    blocks: Sequence[Block],
    path: Path,
    draft: Draft,
) -> None:
    """The day of the event where the page names it, else the publication's.

    A date of which only is known that something changed then comes after the title's.
    """
    shows_hour = any(_CLOCK.search(date) for date in beside.published)
    published = [
        (_without_empty_hour(date, noon=not shows_hour), origin) for date, origin in declared.dates
    ]
    if draft.offer_date(beside.event, "page", within=True):
        if (date := next((date for date, _ in published if date), "")) != draft.text("date"):
            draft.extra["published"] = date or (beside.published or [""])[0]
        return
    for date, origin in published:
        draft.offer_date(date, origin)
    for date in beside.published:
        draft.offer_date(_without_empty_hour(date), "page", within=True)
    for date in _times(tree, "//time[contains(@class, 'publ') or @pubdate]"):
        draft.offer_date(date, "page")
    times = _times(tree, "//time")
    for date in times:
        if draft.has("date"):  # only to refine: a page has the times of many things
            draft.offer_date(date, "page")
    for date in declared.vague_dates:
        draft.offer_date(_without_empty_hour(date), "meta tag")
    if not draft.has("date") and len({date[:10] for date in times if date[:4].isdigit()}) == 1:
        draft.offer_date(next(date for date in times if date[:4].isdigit()), "page")
    for block in (*blocks[:1], *blocks[-1:]):
        place, date = dateline_of(block.line) if len(block.text) < _MAX_DATELINE else ("", "")
        if place:
            draft.offer("place", place, "page")
            draft.offer_date(date, "page", within=True)
    if blocks:
        place, date = _opening_dateline(blocks[0].line)
        draft.offer("place", place, "page")
        draft.offer_date(date, "page", within=True)
    draft.date_from_title()
    draft.offer_date(beside.modified, "page", within=True)
    if not draft.has("date") and (found_name := _NAME_DATE.search(stem_of(path))):
        draft.offer_date("-".join(found_name.groups()), "file name")


def _opening_dateline(line: str) -> tuple[str, str]:
    """Place and date of `GENEVA, 5 May 2022 (press service) – The talks …`."""
    found = _OPENING.match(line)
    if found is None:
        return "", ""
    opening = found["opening"].strip(" ,")
    place = place_line(opening.title() if opening.isupper() else opening)
    if place:
        return place, ""
    upper = re.match(r"[^\d]*", opening)
    if upper and upper[0].strip(" ,").isupper():
        opening = upper[0].title() + opening[upper.end() :]
    return dateline_of(opening)


def _without_empty_hour(date: str, *, noon: bool = False) -> str:
    """A date without midnight, which sites write where they know no hour, and perhaps noon."""
    if _MIDNIGHT.search(date):
        return _MIDNIGHT.sub("", date)
    return _NOON.sub("", date) if noon else date


def _times(tree: html.HtmlElement, path: str) -> list[str]:
    found: list[str] = []
    for element in tree.xpath(path)[:_MOST_TIMES]:
        shown = _without_empty_hour(text_of(element))
        exact = _without_empty_hour(element.get("datetime", ""), noon=not _CLOCK.search(shown))
        found += [shown, exact]
    return found


def _language(declared: str, text: str) -> str:
    """The language the page declares, unless its letters are of the other of the two."""
    by_letters = language_of(text)
    if declared in ("", "en", "ru"):
        return by_letters or declared
    return declared
