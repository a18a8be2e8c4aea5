"""SQLite's FTS5: a contentless table of keys, years in a table beside it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from engines_compared.contestant import TOP, WORDS_BETWEEN, Answer, Asked, Fed

NAME = "fts5"
_FILE = "fts5.sqlite3"


def build(folder: Path, documents: Iterator[Fed]) -> None:
    """Indexes the documents in one transaction, then merges to one segment."""
    with sqlite3.connect(folder / _FILE) as database:
        database.execute(
            "CREATE VIRTUAL TABLE words USING fts5(keys, content='', tokenize='ascii')"
        )
        database.execute("CREATE TABLE documents (rowid INTEGER PRIMARY KEY, id TEXT, year INT)")
        for number, document in enumerate(documents):
            database.execute(
                "INSERT INTO words(rowid, keys) VALUES (?, ?)", (number, document.keys)
            )
            database.execute(
                "INSERT INTO documents VALUES (?, ?, ?)", (number, document.doc_id, document.year)
            )
        database.execute("INSERT INTO words(words) VALUES ('optimize')")


def open(folder: Path) -> "SqliteFts5":
    """Opens what `build` made."""
    return SqliteFts5(sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True))


class SqliteFts5:
    """An open database; the page and the total are two statements, as FTS5 has it."""

    name = NAME

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("PRAGMA mmap_size = 4000000000")
        database.execute("PRAGMA cache_size = -200000")

    def ask(self, asked: Asked) -> Answer:
        """The page by `rank`, and the total by `count`."""
        match = _match(asked)
        if asked.kind == "date filter":
            return self._dated(match, asked.years)
        hits = self._rows(
            "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", match, TOP
        )
        if asked.kind == "facet by year":
            counts = self._rows(
                "SELECT year, count(*) FROM words JOIN documents ON documents.rowid = words.rowid "
                "WHERE words MATCH ? GROUP BY year",
                match,
            )
            by_year = {int(year): int(count) for year, count in counts}
            return Answer(sum(by_year.values()), len(hits), by_year)
        total = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", match)[0][0]
        return Answer(int(total), len(hits))

    def _dated(self, match: str, years: tuple[int, int]) -> Answer:
        dated = (
            "FROM words JOIN documents ON documents.rowid = words.rowid "
            "WHERE words MATCH ? AND year BETWEEN ? AND ?"
        )
        hits = self._rows(
            f"SELECT words.rowid, rank {dated} ORDER BY rank LIMIT ?",
            match, *years, TOP,
        )  # fmt: skip
        total = self._rows(f"SELECT count(*) {dated}", match, *years)[0][0]
        return Answer(int(total), len(hits))

    def _rows(self, statement: str, *values: str | int) -> list[tuple[float, ...]]:
        return self._database.execute(statement, values).fetchall()


def _match(asked: Asked) -> str:
    keys = asked.keys
    if asked.kind.endswith("phrase"):
        return f'"{" ".join(keys)}"'
    if asked.kind == "prefix":
        return f'"{keys[0]}" *'
    quoted = [f'"{key}"' for key in keys]
    if asked.kind == "w/5":
        return f"NEAR({' '.join(quoted)}, {WORDS_BETWEEN})"
    return (" AND " if asked.kind == "3 and" else " OR ").join(quoted)
