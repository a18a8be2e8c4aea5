"""Xapian (Debian's python3-xapian), which belongs to the system's Python of the same version."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked, Fed

NAME = "xapian"
_PACKAGE = Path("/usr/lib/python3/dist-packages/xapian")
_YEAR = 0
_FLUSH_DOCUMENTS = 10_000


def _xapian() -> Any:
    """The module, and nothing else of the system's packages.

    Raises:
        ImportError: It is not installed (`apt-get install python3-xapian`).
    """
    if "xapian" in sys.modules:
        return sys.modules["xapian"]
    spec = importlib.util.spec_from_file_location(
        "xapian", _PACKAGE / "__init__.py", submodule_search_locations=[str(_PACKAGE)]
    )
    if spec is None or spec.loader is None or not _PACKAGE.is_dir():
        raise ImportError("no Xapian here: apt-get install python3-xapian")
    module = sys.modules["xapian"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_xapian()


def build(folder: Path, documents: Iterator[Fed]) -> None:
    """Indexes the documents a posting at a time."""
    xapian = _xapian()
    database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
    for number, document in enumerate(documents, 1):
        entry = xapian.Document()
        add = entry.add_posting
        for position, key in enumerate(document.keys.split(" ")):
            add(key, position)
        entry.add_value(_YEAR, xapian.sortable_serialise(document.year))
        entry.set_data(document.doc_id)
        database.add_document(entry)
        if number % _FLUSH_DOCUMENTS == 0:
            database.commit()
    database.commit()
    database.close()


def open(folder: Path) -> "XapianGlass":
    """Opens what `build` made."""
    return XapianGlass(_xapian(), folder)


class XapianGlass:
    """An open database."""

    name = NAME

    def __init__(self, xapian: Any, folder: Path) -> None:
        self._xapian = xapian
        self._database = xapian.Database(str(folder))
        self._n_docs = self._database.get_doccount()

    def ask(self, asked: Asked) -> Answer:
        """The page with every match counted."""
        enquire = self._xapian.Enquire(self._database)
        enquire.set_query(self._query(asked))
        spy = None
        if asked.kind == "facet by year":
            spy = self._xapian.ValueCountMatchSpy(_YEAR)
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, TOP, self._n_docs)
        by_year = {}
        if spy is not None:
            unserialise = self._xapian.sortable_unserialise
            by_year = {int(unserialise(value.term)): value.termfreq for value in spy.values()}
        return Answer(found.get_matches_estimated(), found.size(), by_year)

    def _query(self, asked: Asked) -> Any:
        query, keys = self._xapian.Query, list(asked.keys)
        if asked.kind.endswith("phrase"):
            return query(query.OP_PHRASE, keys, len(keys))
        if asked.kind == "w/5":
            return query(query.OP_NEAR, keys, WORDS_BETWEEN + 2)
        if asked.kind == "prefix":
            return query(
                query.OP_WILDCARD, keys[0], 0, query.WILDCARD_LIMIT_ERROR, query.OP_SYNONYM
            )
        if asked.kind == "3 and":
            return query(query.OP_AND, keys)
        if asked.kind == "date filter":
            first, last = map(self._xapian.sortable_serialise, asked.years)
            years = query(query.OP_VALUE_RANGE, _YEAR, first, last)
            return query(query.OP_FILTER, query(keys[0]), years)
        return query(query.OP_OR, keys) if len(keys) > 1 else query(keys[0])
