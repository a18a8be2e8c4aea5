"""What Punkt has learned, and the abbreviations listed by hand, from the package's data.

In: data/punkt-en.json, data/punkt-ru.json and data/abbreviations.tsv. Out: sets of words. How they
decide is `punkt`.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Parameters:
    """What Punkt has learned, and the hand list; all words in small letters, without last dots.

    Attributes:
        abbreviations: learned and common ones; they may also end a sentence.
        collocations: pairs of word types around a period that ends nothing.
        starters: frequent sentence starters.
        lower: words written small, and never (hardly) with a capital within a sentence.
        both: words written small and with a capital within sentences.
        never: abbreviations that end no sentence.
        number: abbreviations only before a number.
        year: abbreviations after a number.
        final: abbreviations after which a capital begins a sentence.
    """

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    lower: frozenset[str]
    both: frozenset[str]
    never: frozenset[str]
    number: frozenset[str]
    year: frozenset[str]
    final: frozenset[str]


@cache
def parameters() -> Parameters:
    """The project's own parameters, read from the package's data once."""
    data = files("dragoman.indexer") / "data"
    learned: dict[str, set[str]] = {}
    collocations: set[tuple[str, str]] = set()
    for lang in ("en", "ru"):
        content = json.loads((data / f"punkt-{lang}.json").read_text(encoding="utf-8"))
        for pair in content.pop("collocations").split("|"):
            first, _, second = pair.partition(" ")
            collocations.add((first, second))
        for name, words in content.items():
            learned.setdefault(name, set()).update(words.split())
    listed: dict[str, set[str]] = {}
    for line in (data / "abbreviations.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition("\t")
            listed.setdefault(name, set()).update(words.split())
    return Parameters(
        abbreviations=frozenset(learned["abbreviations"] | listed["common"]),
        collocations=frozenset(collocations),
        starters=frozenset(learned["starters"]),
        lower=frozenset(learned["lower"]),
        both=frozenset(learned["both"]),
        never=frozenset(listed["never"]),
        number=frozenset(listed["number"]),
        year=frozenset(listed["year"]),
        final=frozenset(listed["final"]),
    )
