"""A document cut up for reading → the markup of its paragraphs.

In: a `Reading`. Out: the HTML of each paragraph's text, with marks, voices and the steps from place
to place. A text has thousands of pieces: they are escaped at once and joined, without a template.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from markupsafe import Markup, escape

from dragoman.search.viewing import SpokenTurn
from dragoman.web.rendering import Reading

_ESCAPING = "&<>\"'#;0123456789abcdefghijklmnopqrstuvwxyz"
"""What is escaped, and what stands instead."""


def drawn(
    reading: Reading,
    turns: Sequence[SpokenTurn],
    attributes: str,
    words: Mapping[str, str],
    number: Callable[[int], str],
) -> Markup:
    """The markup of all paragraphs.

    Args:
        reading: The document.
        turns: Its turns, to which pieces refer.
        attributes: What a step has for attributes, as markup, with a blank before it; or nothing.
        words: What is written in a step: `place` (with `{}` for the number), `previous`, `next`,
            `last`, `first`; and as markup what stands before a paragraph's text: `paragraph` (with
            `{}` for its number) and, where a page of the file is reached, `page` (with `{}` too).
        number: Writes a number in the language of the steps.
    """
    step = _stepping(reading, attributes, words, number)
    tags: list[str] = []  # before each of the texts
    texts: list[str] = []
    opening, on_page = (str(escape(words[name])) for name in ("paragraph", "page"))
    tag = ""
    for paragraph in reading.paragraphs:
        tag += f"\n{opening.replace('{}', str(paragraph.number))}"
        if paragraph.pages:
            tag += on_page.replace("{}", "–".join(map(str, paragraph.pages)))
        tag += "<p>"
        for place, pieces in paragraph.stretches:
            if place:
                tag += f'<span class="place" id="m{place}">'
            for text, is_marked, is_voice, turn in pieces:
                if is_voice:
                    tag += _voice(text, turn, turns)
                tags.append(tag + "<mark>" if is_marked else tag)
                texts.append(text)
                tag = "</mark>" if is_marked else ""
                if is_voice:
                    tag += "</span>"
            if place:
                tag += "</span>" + (step(place) if reading.has_step(place) else "")
        tag += "</p></div>"
    parts = chain.from_iterable(zip(tags, escaped(texts), strict=True))
    return Markup("".join(parts) + tag)  # noqa: S704 - texts are escaped, tags are ours


def escaped(texts: Sequence[str]) -> list[str]:
    """Texts as markup, all escaped at once."""
    everything = "".join(texts)
    # Between them stands a character that is in none of them, and that escaping leaves as it is.
    between = next(
        c for c in map(chr, range(1, 0x110000)) if c not in _ESCAPING and c not in everything
    )
    return str(escape(between.join(texts))).split(between) if texts else []


def _voice(text: str, turn: int, turns: Sequence[SpokenTurn]) -> str:
    """The tag before a piece that names who speaks; `data-voice` where it is written otherwise."""
    if not turn:
        return '<span class="voice">'
    voice = turns[turn - 1].voice
    named = "" if text.rstrip(": ") == voice else f' data-voice="{escape(voice)}"'
    return f'<span class="voice" id="t{turn}"{named}>'


def _stepping(
    reading: Reading, attributes: str, words: Mapping[str, str], number: Callable[[int], str]
) -> Callable[[int], str]:
    """Draws where a place is among all, with links to the step before and the one after.

    Where only some places have a step, it says where it goes to.
    """
    n_places, stride = reading.n_places, reading.stride
    told = {name: str(escape(word)) for name, word in words.items()}
    before, after = told["place"].split("{}")
    opening = f'<span class="step"{escape(attributes)}><span class="where">{before}'
    is_round = n_places > 2
    to_last = f' <a href="#m{n_places}">↑ {told["last"]}</a>' if is_round else ""
    to_first = f' <a href="#m1">↓ {told["first"]}</a>' if is_round else ""
    mark = str(escape(number(1000)[1:-3]))  # of thousands

    def shown(place: int) -> str:
        return f"{place:,}".replace(",", mark)

    def link(place: int, words: str) -> str:
        target = f" ({shown(place)})" if stride > 1 else ""
        return f' <a href="#m{place}">{words}{target}</a>'

    def step(place: int) -> str:
        up = link(max(1, place - stride), f"↑ {told['previous']}") if place > 1 else to_last
        down = to_first
        if place < n_places:
            down = link(min(n_places, place + stride), f"↓ {told['next']}")
        return f"{opening}{shown(place)}{after}</span>{up}{down}</span>"

    return step
