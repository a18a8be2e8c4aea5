"""Text → tokens with keys: the one door for documents, queries and highlights.

    text ─ surfaces ─▶ offsets ┐
         ─ sentences ──────────┼─ forms (surface and context → exact form, keys) ─▶ tokens
                        lemmas ┘

`analyze` serves whoever looks at tokens, `Analyzer` the index (the same tokens as arrays),
`analyze_word` a query's words. Nothing here depends on the collection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dragoman.indexer.forms import SMALL_LETTERS, Form, form_of
from dragoman.indexer.lemmas import is_word
from dragoman.indexer.native import kernel_module
from dragoman.indexer.surfaces import CAPITALS, FLAG_BITS, FLAGS, NAME, SHORT, Surfaces
from dragoman.indexer.tokens import exact_form, few_tokens, line_end_hyphens, plain

if TYPE_CHECKING:
    from dragoman.indexer.turns import Turn

ANALYZER_VERSION = 1
"""Raised whenever the same text may give other tokens than before: older indexes are stale."""
Uint32 = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes:
        surface: What stands in the text.
        start: First code point in the text.
        end: One past the last.
        position: Number in the text, from 0.
        sentence: Number of its sentence in the text, from 0.
        paragraph: Number of its paragraph in the text, from 0.
        keys: What it is found by: lemmas, numbers, abbreviations.
        exact: Its exact form, marked so that it can't meet a key.
    """

    surface: str
    start: int
    end: int
    position: int
    sentence: int
    paragraph: int
    keys: tuple[str, ...]
    exact: str


@dataclass(frozen=True, slots=True)
class AnalyzedText:
    """The tokens of a text as arrays.

    Attributes:
        forms: Number of each token's form in its analyzer.
        starts: First code point of each token.
        ends: One past the last.
        sentence_starts: Positions that begin a sentence.
        paragraph_starts: Positions that begin a paragraph.
        turns: Voice of each speaker's turn, with the half-open positions of what is said.
    """

    forms: Uint32
    starts: Uint32
    ends: Uint32
    sentence_starts: Uint32
    paragraph_starts: Uint32
    turns: tuple[tuple[str, int, int], ...] = ()


_EMPTY = np.zeros(0, np.uint32)
_NO_TOKENS = AnalyzedText(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)

_OPENING_QUOTES = frozenset("«“„\"'‘(")
_LIST_MARKS = frozenset((".", ")"))
_MAX_FORMS = 400_000
_MAX_LABELS = 4_096
"""Names and labels whose tokens are remembered."""


class Analyzer:
    """Analyses texts; remembers the forms it has met, numbered in the order of meeting."""

    def __init__(self) -> None:
        self.forms: list[Form] = []
        self._form_numbers: dict[Form, int] = {}
        self._surfaces = Surfaces()
        self._in_context = _InContext(self)
        self._plain = np.zeros(0, np.int64)  # form of each surface without its flags
        self._labels: dict[str, AnalyzedText] = {}

    def number(self, form: Form) -> int:
        """The number of a form."""
        known = self._form_numbers.setdefault(form, len(self.forms))
        if known == len(self.forms):
            self.forms.append(form)
        return known

    def analyze(self, text: str) -> AnalyzedText:
        """The tokens of a text as arrays."""
        codes, starts, ends = self._surfaces.find(text)
        if not len(codes):
            return _NO_TOKENS
        codes, starts, ends = self._with_joined_lines(text, codes, starts, ends)
        from dragoman.indexer.sentences import boundaries  # queries need no sentences

        bounds = boundaries(text)
        sentence_starts = _token_starts(bounds.sentences, starts)
        begins = np.zeros(len(codes) + 1, bool)
        begins[sentence_starts] = begins[-1] = True
        said = _token_starts(tuple(turn.text_start for turn in bounds.turns), starts)
        contexts = codes & ~FLAGS
        contexts[self._names(text, codes, starts, begins, said)] |= NAME
        contexts[self._abbreviations(text, codes, starts, ends, begins)] |= SHORT
        return AnalyzedText(
            forms=self._forms_of(contexts),
            starts=starts,
            ends=ends,
            sentence_starts=sentence_starts,
            paragraph_starts=_token_starts(bounds.paragraphs, starts),
            turns=_turn_positions(bounds.turns, starts),
        )

    def analyze_label(self, text: str) -> AnalyzedText:
        """The same of a text that is likely to come again: a name, a place, a kind."""
        known = self._labels.get(text)
        if known is None:
            if len(self._labels) >= _MAX_LABELS:
                self._labels.clear()
            known = self._labels[text] = self.analyze(text)
        return known

    def _forms_of(self, contexts: NDArray[np.int64]) -> Uint32:
        """The form of each surface in its context, by one table for most."""
        surfaces = contexts >> FLAG_BITS
        n_surfaces = len(self._surfaces)
        if n_surfaces > len(self._plain):
            self._plain = np.concatenate((self._plain, np.full(n_surfaces, -1, np.int64)))
        forms = self._plain[surfaces]
        unknown = surfaces[forms < 0]
        if len(unknown):
            for surface in np.unique(unknown).tolist():
                self._plain[surface] = self._in_context[surface << FLAG_BITS]
            forms = self._plain[surfaces]
        flagged = np.flatnonzero(contexts & FLAGS)
        forms[flagged] = [self._in_context[code] for code in contexts[flagged].tolist()]
        numbers: Uint32 = forms.astype(np.uint32)
        return numbers

    def _names(
        self,
        text: str,
        codes: NDArray[np.int64],
        starts: Uint32,
        begins: NDArray[np.bool_],
        said: Uint32,
    ) -> list[int]:
        """Positions of words with a capital in mid-sentence.

        A sentence begins, too, with what a voice says and after the number of a list; a capital
        after an opening quotation mark may be that of a title.
        """
        opens = begins[:-1].copy()
        opens[said] = True
        found = []
        for at in np.flatnonzero((codes & NAME).astype(bool) & ~opens).tolist():
            before = text[max(0, int(starts[at]) - 2) : int(starts[at])]
            is_listed = (
                before.strip() in _LIST_MARKS
                and opens[at - 1]
                and self.surface(int(codes[at - 1])).isdigit()
            )
            if before[-1:] not in _OPENING_QUOTES and not is_listed:
                found.append(at)
        return found

    def _abbreviations(
        self,
        text: str,
        codes: NDArray[np.int64],
        starts: Uint32,
        ends: Uint32,
        begins: NDArray[np.bool_],
    ) -> list[int]:
        """Positions of short words in capitals that are not part of a headline in capitals.

        A headline's word has words in capitals on both sides, or on the one side there is. Capitals
        of one letter are passed over; what punctuation parts is no neighbour in capitals.
        """

        def neighbour(at: int, step: int) -> bool | None:
            """Whether the next word that way is in capitals; None where the sentence ends."""
            while not begins[at if step < 0 else at + 1]:
                here, at = at, at + step
                first, second = min(here, at), max(here, at)
                if not text[int(ends[first]) : int(starts[second])].isspace():
                    return False
                if ends[at] - starts[at] > 1 or text[starts[at]].islower():
                    return bool(codes[at] & CAPITALS)
            return None

        found = []
        for at in np.flatnonzero(codes & SHORT).tolist():
            sides = [side for side in (neighbour(at, -1), neighbour(at, 1)) if side is not None]
            if not sides or not all(sides):
                found.append(at)
        return found

    def _with_joined_lines(
        self, text: str, codes: NDArray[np.int64], starts: Uint32, ends: Uint32
    ) -> tuple[NDArray[np.int64], Uint32, Uint32]:
        """Two tokens made one where a word was parted at a line end."""
        if "-\n" not in text and "-\r" not in text and "\u00ad" not in text and "‐\n" not in text:
            return codes, starts, ends
        second_halves = []
        for hyphen, after, is_soft in line_end_hyphens(text):
            second = int(np.searchsorted(starts, after))
            if not 0 < second < len(starts) or starts[second] != after:
                continue
            first = plain(text[int(starts[second - 1]) : hyphen])
            rest = plain(text[after : int(ends[second])])
            if is_soft or is_one_word(exact_form(first), exact_form(rest)):
                second_halves.append(second)
        if not second_halves:
            return codes, starts, ends
        kept = np.ones(len(codes), bool)
        kept[second_halves] = False
        ends = ends.copy()
        for second in reversed(second_halves):  # a word may be parted twice
            ends[second - 1] = ends[second]
            codes[second - 1] = self._surfaces[text[starts[second - 1] : ends[second - 1]]]
        return codes[kept], starts[kept], ends[kept]

    def words(self, text: str) -> list[tuple[Form, int, int]]:
        """The tokens of a query's word: capitals count as in mid-sentence."""
        found = []
        for surface, start, end in few_tokens(text):
            code = self._surfaces[surface]
            context = code & (NAME | SHORT)
            form = self.forms[self._in_context[(code & ~FLAGS) | context]]
            found.append((form, start, end))
        return found

    def surface(self, code: int) -> str:
        """The surface that a code stands for."""
        return self._surfaces.listed[code >> FLAG_BITS]


class _InContext(dict[int, int]):
    """Surface in its context (code with the flags that hold there) to the number of its form."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def __missing__(self, code: int) -> int:
        form = form_of(
            self._analyzer.surface(code),
            as_name=bool(code & NAME),
            as_abbreviation=bool(code & SHORT),
        )
        number = self[code] = self._analyzer.number(form)
        return number


def _token_starts(offsets: tuple[int, ...], starts: Uint32) -> Uint32:
    """Positions of the first tokens at or after each of the rising offsets."""
    if not offsets:
        return _EMPTY
    if len(offsets) == 1 and not offsets[0]:
        return np.zeros(min(1, len(starts)), np.uint32)
    kernel = kernel_module()
    if kernel is not None:
        return np.frombuffer(kernel.token_starts(offsets, starts), np.uint32)
    found = starts.searchsorted(np.array(offsets, np.uint32)).astype(np.uint32)
    kept = found < len(starts)
    kept[1:] &= found[1:] != found[:-1]
    return found[kept]


def _turn_positions(turns: Sequence["Turn"], starts: Uint32) -> tuple[tuple[str, int, int], ...]:
    """The voice of each turn, and the positions of the words said in it."""
    if not turns:
        return ()
    offsets = np.array([(turn.text_start, turn.end) for turn in turns], np.uint32)
    found = np.searchsorted(starts, offsets).tolist()
    return tuple((turn.voice, *at) for turn, at in zip(turns, found, strict=True))


def is_one_word(first: str, rest: str) -> bool:
    """Whether the dictionaries know the two joined, and not both by themselves."""
    return is_word(first + rest) and not (is_word(first) and is_word(rest))


_analyzer = Analyzer()


def shared_analyzer() -> Analyzer:
    """This process's analyzer; a new one where the old has met very many forms."""
    global _analyzer
    if len(_analyzer.forms) > _MAX_FORMS:
        _analyzer = Analyzer()
    return _analyzer


def analyze(text: str) -> list[Token]:
    """The tokens of a text; any str will do, and none raises."""
    analyzer = shared_analyzer()
    found = analyzer.analyze(text)
    positions = np.arange(len(found.forms))
    sentences = np.searchsorted(found.sentence_starts, positions, side="right") - 1
    paragraphs = np.searchsorted(found.paragraph_starts, positions, side="right") - 1
    rows = zip(
        found.forms.tolist(), found.starts.tolist(), found.ends.tolist(),
        sentences.tolist(), paragraphs.tolist(), strict=True,
    )  # fmt: skip
    tokens = []
    for position, (number, start, end, sentence, paragraph) in enumerate(rows):
        form = analyzer.forms[number]
        tokens.append(
            Token(text[start:end], start, end, position, sentence, paragraph, form.keys, form.exact)
        )
    return tokens


@lru_cache(maxsize=8_192)
def analyze_word(text: str) -> tuple[Token, ...]:
    """The tokens of one word of a query: analysed alone, a capital counts as in mid-sentence."""
    if SMALL_LETTERS.fullmatch(text):
        exact, keys = form_of(text, as_name=False, as_abbreviation=False)
        return (Token(text, 0, len(text), 0, 0, 0, keys, exact),)
    return tuple(
        Token(text[start:end], start, end, position, 0, 0, form.keys, form.exact)
        for position, (form, start, end) in enumerate(_analyzer.words(text))
    )
