"""Lines of pages into paragraphs that run on from column to column and page to page.

In: the regions of each page. Out: paragraphs with the offsets at which pages begin in them.
Running heads and page numbers are left out; foot notes stand before the paragraph that runs on to
the next page, so that each stays on its page. Opens no file.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from dragoman.indexer.readers.pdf_child import SUPERSCRIPT
from dragoman.indexer.readers.pdf_layout import Line, Region
from dragoman.indexer.readers.prose import Paragraph

_MARGIN_ROWS = 2
"""Lines from the top and from the bottom of a page that may be its head or number."""
_SAME_PLACE = 4.0  # points
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|p|стр|страница|с)\b\.?\s*)?(\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:of|из|/)\s*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_SMALL_SHARE = 0.88
"""Size of a note's letters to the text's, at most."""
_HEADING_SHARE = 1.15
"""Size of a heading's letters to the text's, at least."""
_NEW_SIZE = 1.12
_LEADING = 1.3
"""Distance of lines to the usual one from which on they are two paragraphs."""
_INDENT = 0.8  # sizes of a letter
_ENTRY = re.compile(r"(?:[-–—•▪●○■□►*]\s|\(?\d{1,3}(?:\.\d{1,3})*[.)]\s|\(?[^\W\d_]\)\s)")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'’”»)\]]*$")
_CUT_WORD = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_NOTE = re.compile(r"(\d{1,3})\s?(?=[^\W\d_a-zа-яё]|[«“\"(])")
_MAX_HEADING = 6  # lines
_TIGHT_LABEL = re.compile(r"^(\d{1,3}[.)]|[^\W\d_]\))(?=[^\W\d_])")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile("{}(\\d+){}".format(*SUPERSCRIPT))


@dataclass(slots=True, eq=False)
class _Part:
    """A paragraph in the making: its lines so far, and where pages begin in it.

    Attributes:
        page: Number of the page on which it begins, from 0.
        right: The right margin at its last line.
        breaks: Offset in `text` and number of each page that begins in it.
    """

    first: Line
    last: Line
    text: str
    right: float
    page: int
    n_lines: int = 1
    breaks: list[tuple[int, int]] = field(default_factory=list)


def paragraphs_of(pages: Sequence[Sequence[Region]]) -> tuple[list[Paragraph], list[str]]:
    """The paragraphs of all pages, and the running heads that were left out."""
    pages, heads = _without_heads(pages)
    sizes: Counter[float] = Counter()
    for line in _lines(pages):
        sizes[round(line.size * 2) / 2] += len(line.text)
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    leading = _leading(pages, body_size) / (body_size or 1)
    flow: list[_Part] = []
    last: _Part | None = None  # of the text; notes may stand behind it
    for number, page in enumerate(pages):
        regions, notes = _parted(page, body_size)
        note_parts = [part for region in notes for part in _parts(region, leading, number)]
        marks = {found[1] for part in note_parts if (found := _NOTE.match(_unmarked(part.text)))}
        for region in regions:
            for at, part in enumerate(_parts(region, leading, number)):
                part.text = _without_marks(part.text, marks)
                if not at and last is not None and _runs_on(last, part):
                    behind = next(n for n, other in enumerate(reversed(flow)) if other is last)
                    if not behind or last.page == number - 1:
                        # They come first, so that they stay on their page.
                        flow.append(flow.pop(-1 - behind))
                        _append(last, part, number)
                        continue
                flow.append(part)
                last = part
        for part in note_parts:
            part.text = _NOTE.sub(r"\1. ", _unmarked(part.text), count=1)
            flow.append(part)
    return _finished(flow, body_size, len(pages)), heads


def _finished(flow: Sequence[_Part], body_size: float, n_pages: int) -> list[Paragraph]:
    done: list[Paragraph] = []
    page = 0
    for part in flow:
        breaks: list[int] = []
        for offset, begun in [(0, part.page), *part.breaks]:
            breaks += [offset] * (begun - page)
            page = max(page, begun)
        large = part.first.size >= _HEADING_SHARE * body_size and part.n_lines <= _MAX_HEADING
        done.append(Paragraph(part.text, int(large), tuple(breaks)))
    if page < n_pages - 1:
        done.append(Paragraph("", breaks=(0,) * (n_pages - 1 - page)))
    return done


def _lines(pages: Sequence[Sequence[Region]]) -> Iterator[Line]:
    for page in pages:
        for region in page:
            yield from region.lines


def _leading(pages: Sequence[Sequence[Region]], body_size: float) -> float:
    """The distance of lines within a paragraph: that of the closest quarter of them."""
    distances = sorted(
        below.base - line.base
        for page in pages
        for region in page
        for line, below in pairwise(region.lines)
        if abs(line.size - body_size) < 1 and 0.8 * body_size < below.base - line.base
    )
    return distances[len(distances) // 4] if distances else 1.2 * body_size


def _parted(page: Sequence[Region], body_size: float) -> tuple[list[Region], list[Region]]:
    """The regions of the text, and those of the notes below it in smaller letters."""
    texts, notes = [], []
    for region in page:
        at = len(region.lines)
        while at and region.lines[at - 1].size <= _SMALL_SHARE * body_size:
            at -= 1
        if at:
            texts.append(replace(region, lines=region.lines[:at]))
        if at < len(region.lines):
            notes.append(replace(region, lines=region.lines[at:]))
    return (texts, notes) if texts else (notes, [])


def _parts(region: Region, leading: float, page: int) -> Iterator[_Part]:
    """The paragraphs of a region; `leading` is the distance of lines in sizes of letters."""
    part: _Part | None = None
    for line in region.lines:
        if part is not None and not _begins(part, line, region, leading):
            part.text = _joined(part.text, line.text)
            part.last, part.n_lines = line, part.n_lines + 1
            continue
        if part is not None:
            yield part
        text = _TIGHT_LABEL.sub(r"\1 ", line.text, count=1)
        part = _Part(line, line, text, region.right, page)
    if part is not None:
        yield part


def _begins(part: _Part, line: Line, region: Region, leading: float) -> bool:
    """Whether a line begins a paragraph below another."""
    before = part.last
    size = max(before.size, line.size)
    if size > _NEW_SIZE * min(before.size, line.size) or line.cells or before.cells:
        return True
    if line.base - before.base > _LEADING * size * max(1.0, leading):
        return True
    if _CUT_WORD.search(before.text) and line.text[:1].islower():
        return False
    if _are_centred(before, line, region):
        return False
    ended = _SENTENCE_END.search(before.text) is not None
    if _ENTRY.match(line.text) and ended:
        return True
    if _NOTE.match(_unmarked(line.text)) and SUPERSCRIPT[0] in line.text[:1]:
        return True
    indented = line.left - region.left > _INDENT * size
    if indented and line.left - before.left > _INDENT * size and not _ENTRY.match(part.text):
        return True
    # The next word would have fitted on the line: it was not wrapped there.
    word = len(line.text.split(maxsplit=1)[0]) if line.text.split() else 0
    letter = (line.right - line.left) / max(1, len(line.text))
    short = before.right + (word + 1) * letter < region.right - size
    return short and (ended or not line.text[:1].islower())


def _are_centred(before: Line, line: Line, region: Region) -> bool:
    """Whether both lines stand in the middle, and one of them plainly not at the margin."""
    lefts = [each.left - region.left for each in (before, line)]
    rights = [region.right - each.right for each in (before, line)]
    return max(lefts) > line.size and all(
        abs(left - right) < line.size for left, right in zip(lefts, rights, strict=True)
    )


def _runs_on(part: _Part, following: _Part) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    before, line = part.last, following.first
    if before.cells or line.cells or not line.text:
        return False
    if max(before.size, line.size) > _NEW_SIZE * min(before.size, line.size):
        return False
    if _CUT_WORD.search(before.text):
        return line.text[:1].islower()
    if _SENTENCE_END.search(before.text) or _ENTRY.match(line.text):
        return False
    return line.text[:1].islower() or before.right > part.right - 2 * before.size


def _append(part: _Part, following: _Part, page: int) -> None:
    text = _joined(part.text, following.text)
    if page > part.page and (not part.breaks or part.breaks[-1][1] < page):
        part.breaks.append((len(text) - len(following.text), page))
    part.text, part.last, part.right = text, following.last, following.right
    part.n_lines += following.n_lines


def _joined(text: str, line: str) -> str:
    """A line behind the ones before it; a word that was cut is whole where it surely is one.

    By the rule that the analyzer has for a hyphen at a line's end. Of parts that are words while
    the whole is none the hyphen stays; where there is a doubt, hyphen and line end stay in the
    text, as the analyzer expects them.
    """
    if not _CUT_WORD.search(text):
        return f"{text} {line}"
    if not line[:1].islower():
        return text + line
    from dragoman.indexer.analysis import is_one_word
    from dragoman.indexer.lemmas import is_word
    from dragoman.indexer.tokens import exact_form, plain

    first, rest = _LAST_WORD.search(text[:-1]), _FIRST_WORD.match(line)
    if text[-1] == "\u00ad":
        return text[:-1] + line
    if first is None or rest is None:
        return text + line
    words = exact_form(plain(first[0])), exact_form(plain(rest[0]))
    if is_one_word(*words):
        return text[:-1] + line
    if all(map(is_word, words)) and not is_word("".join(words)):
        return text + line  # high-level
    return f"{text}\n{line}"


def _without_marks(text: str, marks: set[str]) -> str:
    """Raised digits that call a note of the page go; others stand apart from the word."""
    return _MARKED.sub(lambda found: "" if found[1] in marks else f" {found[1]}", text)


def _unmarked(text: str) -> str:
    return _MARKED.sub(r"\1", text)


def _without_heads(
    pages: Sequence[Sequence[Region]],
) -> tuple[list[list[Region]], list[str]]:
    """The pages without running heads and page numbers, and what these heads say."""
    places: Counter[tuple[str, int]] = Counter()
    for page in pages:
        places.update({_place(line, off) for line in _marginal(page) for off in (0, 1)})
    least = 2 if len(pages) < 6 else 3
    kept: list[list[Region]] = []
    heads: dict[str, str] = {}
    for number, page in enumerate(pages):
        dropped = set()
        for line in _marginal(page):
            repeated = any(places[_place(line, off)] >= least for off in (0, 1))
            if not repeated and not _is_number_of(line, number):
                continue
            dropped.add(id(line))
            if not _PAGE_NUMBER.fullmatch(line.text):
                heads.setdefault(re.sub(r"\d+", "#", line.text), line.text)
        regions = (
            replace(region, lines=tuple(line for line in region.lines if id(line) not in dropped))
            for region in page
        )
        kept.append([region for region in regions if region.lines])
    if not any(kept):  # pages that say the same and nothing else
        return [list(page) for page in pages], []
    return kept, list(heads.values())


def _marginal(page: Sequence[Region]) -> list[Line]:
    """The lines at the top and the bottom of a page."""
    lines = sorted(_lines([page]), key=lambda line: line.base)
    if len(lines) <= 2 * _MARGIN_ROWS:
        return lines
    return lines[:_MARGIN_ROWS] + lines[-_MARGIN_ROWS:]


def _place(line: Line, off: int) -> tuple[str, int]:
    """What is written, with any number, and where, in two overlapping grids."""
    text = re.sub(r"\d+", "#", line.text)
    return text, 2 * round((line.base + off * _SAME_PLACE / 2) / _SAME_PLACE) + off


def _is_number_of(line: Line, number: int) -> bool:
    """Whether a line is nothing but its page's own number."""
    found = _PAGE_NUMBER.fullmatch(line.text)
    return found is not None and found[1] == str(number + 1)
