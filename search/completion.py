"""What a word begun may become: words and speakers of the collection, as they are written there.

In: what was typed so far, in either script and either keyboard layout. Out: `Completion`s by
frequency.
"""

from dataclasses import dataclass
from functools import cached_property

from dragoman.indexer.tokens import exact_form, plain
from dragoman.search.engine import Engine
from dragoman.search.keyboard import in_other_layout
from dragoman.search.vocabulary import Vocabulary
from dragoman.search.written import WrittenForms

MAX_COMPLETIONS = 50
_MAX_PREFIX = 64
_SHORTEST_IN_OTHER_SCRIPT = 3
"""Code points from which on a prefix is taken for one of the other script."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A word or a name that begins as typed, and about how many documents hold it."""

    text: str
    documents: int

    def to_dict(self) -> dict[str, object]:
        """As in the interface's JSON."""
        return {"text": self.text, "documents": self.documents}


class Completer:
    """Completes words for one open index.

    Args:
        engine: The index.
        vocabulary: Its words.
        written: How they are written.
    """

    def __init__(self, engine: Engine, vocabulary: Vocabulary, written: WrittenForms) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._written = written

    def completions(self, prefix: str, limit: int) -> tuple[Completion, ...]:
        """The most frequent words and names that begin so, names first where as frequent.

        What begins as typed comes before what begins so in the other layout or script.
        """
        prefix = prefix.strip()[:_MAX_PREFIX]
        limit = max(0, min(limit, MAX_COMPLETIONS))
        found: dict[str, Completion] = {}
        for typed in dict.fromkeys((prefix, in_other_layout(prefix))):
            folded = exact_form(plain(typed)) if typed else ""
            if folded and len(found) < limit:
                for completion in self._beginning_with(folded, limit):
                    found.setdefault(completion.text, completion)
        if len(found) < limit and len(prefix) >= _SHORTEST_IN_OTHER_SCRIPT and prefix.isascii():
            for form in self._vocabulary.beginning_to_sound_like(prefix, limit):
                completion = self._of_form(form)
                found.setdefault(completion.text, completion)
        return tuple(found.values())[:limit]

    def _beginning_with(self, prefix: str, limit: int) -> list[Completion]:
        forms = self._vocabulary.beginning_with(prefix, limit)
        found = [*self._names(prefix), *map(self._of_form, forms)]
        return sorted(found, key=lambda completion: -completion.documents)[:limit]

    def _of_form(self, form: str) -> Completion:
        return Completion(self._written.of(form), self._vocabulary.documents(form))

    def _names(self, prefix: str) -> list[Completion]:
        """Speakers one of whose names begins so."""
        return [
            completion
            for folded, completion in self._speakers
            if folded.startswith(prefix) or f" {prefix}" in folded
        ]

    @cached_property
    def _speakers(self) -> list[tuple[str, Completion]]:
        return [
            (exact_form(plain(spelling)), Completion(spelling, count))
            for spelling, count in self._engine.speaker_counts().items()
        ]
