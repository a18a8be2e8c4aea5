"""Who speaks on a web page, in what office, and where.

In: what its head declares, what stands beside the title, title and text. Out: offers to a draft. An
author that the head declares is a speaker unless the page names another one, or unless he is but a
user of the site's software whom the page never shows.
"""

import re
from collections.abc import Sequence

from lxml import html

from dragoman.indexer.metadata import (
    attributed_to,
    is_no_person,
    person_of,
    sender_of,
    speaker_of,
    transcript_speakers,
)
from dragoman.indexer.readers.draft import Draft
from dragoman.indexer.readers.html_beside import Beside
from dragoman.indexer.readers.html_blocks import Block, text_of, with_class
from dragoman.indexer.readers.html_fields import Declared

_PERSON = re.compile(
    r"[A-ZÀ-ŽА-ЯЁ][\w’'-]*\.?(?:\s(?:[A-ZÀ-ŽА-ЯЁ][\w’'.-]*|de|van|von|bin|al)){1,3}|"
    r"(?:[А-ЯЁ]\.\s?){1,2}[А-ЯЁ][\w-]+"
)
_ATTRIBUTION_BLOCKS = 2
"""How many blocks at the text's start may be an editor's line that names the speaker."""
_SENT_KINDS = ("message", "letter")
_MOST_AUTHORS = 20


def offer_people(
    tree: html.HtmlElement,
    declared: Declared,
    beside: Beside,
    blocks: Sequence[Block],
    everything: Sequence[Block],
    draft: Draft,
) -> None:
    """Offers place, speakers and the first one's office.

    Args:
        tree: The page.
        declared: What its head says, the authors among it.
        beside: What stands beside the title.
        blocks: Its main text.
        everything: All of its blocks.
        draft: Has title, kind and text; takes the offers.
    """
    for element in with_class(tree, "p-location")[:1]:
        draft.offer("place", text_of(element), "page")
    draft.offer("place", beside.place, "page")
    attributed, said_in = attributed_to(block.text for block in blocks[:_ATTRIBUTION_BLOCKS])
    draft.offer("place", said_in, "page")
    titled = speaker_of(draft.text("title"))
    told = (beside.speakers, beside.office)
    if titled[0] and told[0] and not _are_same(titled[0], told[0]):
        told = titled
    known = told if told[0] else titled
    for author, origin in declared.authors[:_MOST_AUTHORS]:
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

    So it is where the page names another speaker, or never shows the user of its software.
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
        and (not name.isascii() or bool(person_of(name)[0]))
        and not is_no_person(name)
        and name.casefold() != site.casefold()
    )


def _are_same(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists of persons share a surname."""
    surnames = {re.split(r"[ .]", name)[-1].casefold() for name in names}
    return not surnames.isdisjoint(re.split(r"[ .]", name)[-1].casefold() for name in others)
