"""Word → lemma keys, by script, remembered on disk for all runs.

In: a word as `tokens.base_form` leaves it. Out: its keys. The dictionaries (`lemmas_en`,
`lemmas_ru`) are loaded only for words that the cache does not know, so a search for known words
needs neither.
"""

import hashlib
import os
import re
import sqlite3
from functools import cache
from importlib.resources import files
from pathlib import Path

from dragoman.indexer import lemmas_en, lemmas_ru

_LATIN_WORD = re.compile("[a-z][a-z']*")
_CYRILLIC_WORD = re.compile("[Ѐ-ԯ][Ѐ-ԯ']*")
_WORTH_LOADING = 64
"""Words asked for one by one, after which all are read at once."""
_LONGEST_WORD = 48
"""Code points beyond which no dictionary is asked: nothing that long is a word."""
_ASKED, _YES = "?", "yes"
"""Before a word in the cache, and saved with it: whether a dictionary has it."""
_RULES = (
    "lemmas_en.py",
    "lemmas_ru.py",
    "surnames_ru.py",
    "data/spellings-en.tsv",
    "data/refused-lemmas-en.tsv",
)
"""Files whose change makes a cache worthless, where they exist."""


def dictionary_versions() -> dict[str, str]:
    """What the keys depend on besides our own rules; loads no dictionary."""
    return {
        "english": lemmas_en.english_dictionary_version(),
        "russian": lemmas_ru.russian_dictionary_version(),
    }


class LemmaCache:
    """Words and their keys in an SQLite file; without a usable file, in memory only.

    Safe for several processes: each reads what others have saved when it opens the file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._is_whole = path is None
        self._n_asked = 0
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                path, timeout=5, isolation_level=None, check_same_thread=False
            )
            connection.execute(
                "CREATE TABLE IF NOT EXISTS lemmas (word TEXT PRIMARY KEY, keys TEXT) WITHOUT ROWID"
            )
            self._connection = connection
        except (OSError, sqlite3.Error):
            self._connection = None  # a cache: without it all works, only slower

    def load(self) -> None:
        """Reads all that is known at once; afterwards the file is not asked for single words."""
        if self._is_whole or self._connection is None:
            return
        try:
            self._known.update(self._connection.execute("SELECT word, keys FROM lemmas"))
            self._is_whole = True
        except sqlite3.Error:
            self._connection = None

    def find(self, name: str) -> str | None:
        """The keys saved under a name, joined by spaces, or None."""
        found = self._known.get(name)
        if found is None and not self._is_whole and self._connection is not None:
            self._n_asked += 1
            if self._n_asked > _WORTH_LOADING:
                self.load()
                return self._known.get(name)
            try:
                row = self._connection.execute(
                    "SELECT keys FROM lemmas WHERE word = ?", (name,)
                ).fetchone()
            except (sqlite3.Error, UnicodeEncodeError):
                return None
            if row is not None:
                found = self._known[name] = row[0]
        return found

    def add(self, name: str, keys: str) -> None:
        """Remembers keys; `save` brings them to disk."""
        self._known[name] = self._new[name] = keys

    def save(self) -> None:
        """Writes what is new to the file, where there is one."""
        new, self._new = self._new, {}
        if self._connection is None or not new:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR IGNORE INTO lemmas VALUES (?, ?)", new.items())
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _cache_folder() -> Path:
    named = os.environ.get("DRAGOMAN_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dragoman"


@cache
def lemma_cache() -> LemmaCache:
    """The cache of this machine's user for the dictionaries and rules in use."""
    digest = hashlib.blake2b(repr(sorted(dictionary_versions().items())).encode(), digest_size=8)
    package = files("dragoman.indexer")
    for name in _RULES:
        resource = package.joinpath(name)
        if resource.is_file():
            digest.update(resource.read_bytes())
    try:
        return LemmaCache(_cache_folder() / f"lemmas-{digest.hexdigest()}.sqlite3")
    except RuntimeError:  # no home directory
        return LemmaCache(None)


def lemma_keys(word: str, *, as_name: bool) -> tuple[str, ...]:
    """The keys of a word: casefolded, composed, diacritics folded, without stress marks.

    Args:
        word: Letters, perhaps with inner apostrophes; anything else is its own key.
        as_name: Whether it stood with a capital in mid-sentence.
    """
    if not 1 < len(word) <= _LONGEST_WORD:
        return (word,)
    if _LATIN_WORD.fullmatch(word):
        name = word
    elif _CYRILLIC_WORD.fullmatch(word):
        name = word + "^" if as_name else word
    else:
        return (word,)
    known = lemma_cache().find(name)
    if known is None:
        if name[0].isascii():
            keys = lemmas_en.english_keys(word)
        else:
            keys = lemmas_ru.russian_keys(word, as_name=as_name)
        known = " ".join(keys)
        lemma_cache().add(name, known)
    return tuple(known.split(" "))


def is_word(word: str) -> bool:
    """Whether a dictionary has the word: lemminflect's, or pymorphy3's where it is not Latin."""
    name = _ASKED + word
    known = lemma_cache().find(name)
    if known is None:
        has = lemmas_en.is_known_english if word.isascii() else lemmas_ru.is_known_russian
        known = _YES if has(word) else ""
        lemma_cache().add(name, known)
    return known == _YES
