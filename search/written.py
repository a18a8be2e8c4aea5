"""Forms of the vocabulary as they are written in the texts: захарова is Захарова.

In: exact forms. Out: surfaces, read from a few documents. Decides no capitals of its own.
"""

from collections import Counter

from dragoman.indexer.tokens import plain
from dragoman.search.engine import Engine, Ranking
from dragoman.search.tree import Exact

_DOCUMENTS = 4
_IN_EACH = 5
_MAX_KEPT = 10_000


class WrittenForms:
    """How forms are written; remembers what it has read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, str] = {}

    def of(self, form: str) -> str:
        """The most usual way to write a form; the form itself where no document holds it."""
        if form not in self._known:
            if len(self._known) >= _MAX_KEPT:
                self._known.clear()
            self._known[form] = self._read(form)
        return self._known[form]

    def _read(self, form: str) -> str:
        ranking = Ranking(sort="newest", size=_DOCUMENTS, facets=False)
        answer = self._engine.search(Exact(form), ranking)
        surfaces: Counter[str] = Counter()
        for found in answer.found:
            title, body = answer.matches(found.handle)
            for start, end in body.marks[:_IN_EACH]:
                surfaces[plain(self._engine.text(found.handle, start, end))] += 1
            if not body.marks:
                of_title = self._engine.stored(found.handle)["title"]
                surfaces.update(plain(of_title[start:end]) for start, end in title.marks)
        if not surfaces:
            return form
        in_headlines = {surface for surface in surfaces if surface.isupper() and len(surface) > 1}
        usual = {s: n for s, n in surfaces.items() if s not in in_headlines} or surfaces
        return max(usual, key=lambda surface: (usual[surface], surface))
