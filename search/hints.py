"""Help with a query: other queries where one finds little, and how what is typed may go on.

In: an engine, and a query with its answer or a beginning. Out: suggestions or completions. What
these need of the index is read, and their code imported, when the first is asked for.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from dragoman.search.engine import Answer, Engine
from dragoman.search.request import Query
from dragoman.search.results import Suggestion
from dragoman.search.syntax import Parsed

if TYPE_CHECKING:
    from dragoman.search.completion import Completer, Completion
    from dragoman.search.suggest import Suggester
    from dragoman.search.vocabulary import Vocabulary
    from dragoman.search.written import WrittenForms

_WORDS_LIKE_ABBREVIATIONS = frozenset(("us", "who", "it", "am"))


class Hints:
    """What helps with the queries of one index; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def suggestions(self, query: Query, parsed: Parsed, answer: Answer) -> tuple[Suggestion, ...]:
        """Other queries that find more, where a query's first page may need them."""
        if query.page > 1 or not _may_suggest(answer):
            return ()
        return self._suggester.suggestions(query, parsed, answer)

    def completions(self, prefix: str, limit: int) -> "tuple[Completion, ...]":
        """Words and speakers of the collection that begin so, most frequent first."""
        return self._completer.completions(prefix, limit)

    @cached_property
    def _vocabulary(self) -> "Vocabulary":
        from dragoman.search.vocabulary import Vocabulary

        return Vocabulary(self._engine.form_counts())

    @cached_property
    def _written(self) -> "WrittenForms":
        from dragoman.search.written import WrittenForms

        return WrittenForms(self._engine)

    @cached_property
    def _suggester(self) -> "Suggester":
        from dragoman.search.suggest import Suggester

        return Suggester(self._engine, self._vocabulary, self._written)

    @cached_property
    def _completer(self) -> "Completer":
        from dragoman.search.completion import Completer

        return Completer(self._engine, self._vocabulary, self._written)


def _may_suggest(answer: Answer) -> bool:
    """Whether an answer is one for which other queries are looked for; costs nothing."""
    if not answer.total:
        return bool(answer.terms)
    return any(
        not term.documents or term.text in _WORDS_LIKE_ABBREVIATIONS for term in answer.terms
    )
