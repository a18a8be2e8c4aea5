"""Other queries that may have been meant, each with its own exact total; never a replacement.

    unknown words ─ keyboard, spelling, transliteration ─▶ the query with other words
    the tree      ─ quotations, words left out, any word ─▶ other trees      ─▶ counted, those > 0

In: a query, how it was read and what it found. Out: `Suggestion`s. Every total is the engine's own
count of that query with the same filters.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dragoman.indexer.analysis import analyze_word
from dragoman.indexer.transliteration import in_latin
from dragoman.search.engine import Answer, Engine, Ranking
from dragoman.search.errors import QueryError
from dragoman.search.keyboard import in_other_layout
from dragoman.search.relaxation import fewer_words, near_quotations, with_any_word
from dragoman.search.request import Query
from dragoman.search.results import Suggestion
from dragoman.search.spelling import likelier
from dragoman.search.syntax import Parsed, parse
from dragoman.search.tree import (
    VALUE_FIELD_NAMES,
    Exact,
    FieldFilter,
    Node,
    Word,
    children,
    read_back,
)
from dragoman.search.vocabulary import Vocabulary
from dragoman.search.written import WrittenForms

MAX_SUGGESTIONS = 4
_MAX_OF_REASON = 2
_MAX_COUNTED = 40
"""Queries that are counted at most for one answer."""
_FEW_WORDS = 3
_CAPITALS = {"us": "US", "who": "WHO", "it": "IT", "am": "AM"}
"""Pronouns and the like that are an abbreviation in capitals."""
_AROUND = frozenset('()"“”„«»|')


class _Other(NamedTuple):
    """A query that may have been meant; of one reason, only those of the first stage that finds."""

    query: str
    reason: str
    stage: int = 0


class Suggester:
    """Finds other queries for one open index.

    Args:
        engine: The index.
        vocabulary: Its words.
        written: How they are written.
    """

    def __init__(self, engine: Engine, vocabulary: Vocabulary, written: WrittenForms) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._written = written

    def suggestions(self, query: Query, parsed: Parsed, answer: Answer) -> tuple[Suggestion, ...]:
        """A few queries that find something, for a query that finds nothing or has unknown words.

        Raises nothing for a query that could be answered.
        """
        documents = {term.text: term.documents for term in answer.terms}
        words = [word for word in _words(parsed.node) if word.end > word.start]
        unknown = [word for word in words if not documents.get(read_back(word), 0)]
        others: Iterable[_Other] = ()
        if not answer.total or unknown:
            others = self._others(query, parsed.node, words, unknown, answer.total)
        elif len(words) <= _FEW_WORDS:
            others = self._in_capitals(query.text, words)
        return self._counted(query, parsed, others)

    def _others(
        self, query: Query, node: Node, words: list[Word | Exact], unknown: list[Word | Exact],
        total: int,
    ) -> Iterator[_Other]:  # fmt: skip
        text = query.text
        yield from self._in_other_layout(text, unknown)
        yield from self._spelt(text, unknown or words)
        yield from self._in_other_script(text, unknown)
        yield from self._in_capitals(text, words)
        if not total:
            unknown_texts = {read_back(word) for word in unknown}
            for stage, other in near_quotations(node):
                yield _Other(read_back(other), "nearest_quotation", stage)
            for stage, other in fewer_words(node, unknown_texts):
                yield _Other(read_back(other), "fewer_words", stage)
            for other in with_any_word(node):
                yield _Other(read_back(other), "any_word")

    def _counted(
        self, query: Query, parsed: Parsed, others: Iterable[_Other]
    ) -> tuple[Suggestion, ...]:
        """Those of the other queries that find something, with their totals."""
        found: list[Suggestion] = []
        seen = {parsed.searched_for}
        stages: dict[str, list[int]] = {}
        for number, other in enumerate(others):
            if number == _MAX_COUNTED or len(found) == MAX_SUGGESTIONS:
                break
            of_reason = stages.get(other.reason, [])
            if len(of_reason) == _MAX_OF_REASON or (of_reason and of_reason[0] < other.stage):
                continue
            try:
                node = parse(other.query, match=query.match).node
                if read_back(node) in seen:
                    continue
                seen.add(read_back(node))
                total = count(self._engine, node, query.filters)
            except QueryError:  # what was put in reads as something else: no suggestion
                continue
            if total:
                found.append(Suggestion(other.query, other.reason, total))
                stages.setdefault(other.reason, []).append(other.stage)
        return tuple(found)

    # Other words

    def _in_other_layout(self, text: str, unknown: list[Word | Exact]) -> Iterator[_Other]:
        """All unknown words typed in the other layout, where the collection has what results."""
        changes = {}
        for word in unknown:
            start, end = _typed(text, word.start, word.end)
            other = in_other_layout(text[start:end])
            tokens = analyze_word(other) if other else []
            if tokens and all(self._is_known(token.exact.removeprefix("=")) for token in tokens):
                changes[start, end] = other
        if changes:
            yield _Other(_replaced(text, changes), "keyboard_layout")

    def _is_known(self, form: str) -> bool:
        return self._vocabulary.documents(form) > 0

    def _spelt(self, text: str, words: list[Word | Exact]) -> Iterator[_Other]:
        """Each word in a likelier spelling: all the best ones, then the second best of one."""
        found = {
            (word.start, word.end): [
                form if word.text.islower() else self._written.of(form)
                for form in likelier(word.text, self._engine, self._vocabulary, 2)
            ]
            for word in words[:_FEW_WORDS]
        }
        found = {place: forms for place, forms in found.items() if forms}
        if found:
            yield _Other(_replaced(text, {p: forms[0] for p, forms in found.items()}), "spelling")
        if len(found) == 1:
            for place, forms in found.items():
                for form in forms[1:]:
                    yield _Other(_replaced(text, {place: form}), "spelling")

    def _in_other_script(self, text: str, unknown: list[Word | Exact]) -> Iterator[_Other]:
        """Unknown words in the other script: a Russian name typed in Latin letters, or back."""
        changes = {}
        for word in unknown:
            forms = self._forms_in_other_script(word.text)
            if forms:
                changes[word.start, word.end] = self._written.of(forms[0])
        if changes:
            yield _Other(_replaced(text, changes), "transliteration")

    def _forms_in_other_script(self, word: str) -> list[str]:
        if not word.isalpha():
            return []
        if word.isascii():
            return self._vocabulary.sounding_like(word, 1)
        bases = [word, *(key for token in analyze_word(word) for key in token.keys)]
        latin = dict.fromkeys(form for base in bases for form in in_latin(base))
        return sorted(filter(self._is_known, latin), key=self._vocabulary.documents)[-1:]

    def _in_capitals(self, text: str, words: list[Word | Exact]) -> Iterator[_Other]:
        """`US` for `us`, where the collection has the abbreviation."""
        for word in words:
            capitals = _CAPITALS.get(text[word.start : word.end])
            if capitals and isinstance(word, Word):
                changes = {(word.start, word.end): capitals}
                yield _Other(_replaced(text, changes), "abbreviation")


def count(engine: Engine, node: Node, filters: Mapping[str, tuple[str, ...]]) -> int:
    """How many documents a tree finds; nothing is scored."""
    ranking = Ranking(filters=filters, sort="newest", size=0, facets=False)
    return engine.search(node, ranking).total


def _words(node: Node) -> list[Word | Exact]:
    """The words of a tree that are looked for in texts, from the left."""
    if isinstance(node, Word | Exact):
        return [node]
    if isinstance(node, FieldFilter) and node.field in VALUE_FIELD_NAMES:
        return []
    return [word for child in children(node) for word in _words(child)]


def _typed(text: str, start: int, end: int) -> tuple[int, int]:
    """A word with the characters around it that are letters in the other layout."""
    while start and not text[start - 1].isspace() and text[start - 1] not in _AROUND:
        start -= 1
    while end < len(text) and not text[end].isspace() and text[end] not in _AROUND:
        end += 1
    return start, end


def _replaced(text: str, changes: Mapping[tuple[int, int], str]) -> str:
    """The text with other words in some places."""
    for (start, end), word in sorted(changes.items(), reverse=True):
        text = text[:start] + word + text[end:]
    return text
