"""The keys of an English word: its lemmas, its American spelling, and the word itself.

In: one word of Latin letters, casefolded, diacritics folded. Out: its keys, by which all its forms
find each other. The lemmas are lemminflect's; British spellings gain the American one
(data/spellings-en.tsv and the rules for -ise and -yse), and what lemminflect gets wrong for words
met everywhere is refused (data/refused-lemmas-en.tsv). It does not cut texts into words, knows
nothing of the sentence, and keeps no cache on disk.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ISE = re.compile(
    r"(?P<stem>[a-z]{2,})is(?P<end>(?:e|es|ed|er|ers|ing|ingly|edly|able|ably|"
    r"ability|ation|ations|ational|ationally))"
)
_YSE = re.compile(r"(?P<stem>[a-z]+l)ys(?P<end>e|es|ed|er|ers|ing|able|ation)")
_TRUE_ISE = re.compile(  # unsurprise, fundraise, streetwise, overexercise, re-enfranchise
    r"[a-z]*(?:[aou]ise|wise|prise|[^i][cv]ise|[hn]rise|p(?:re|ro)mise|chise|andise|[ae]stise|"
    r"eatise|ertise|crise)"
)
_MIN_UNKNOWN_ISE = 8  # letters; shorter words that no dictionary has are names: Denise, Kaiser
_VERB_ENDS = ("ise", "ize", "yse", "yze", "ify", "ate")  # endings that only verbs have
_VERB_PREFIXES = ("counter", "under", "over", "out", "pre", "dis", "mis", "re", "de", "co")
_MIN_STEM = 3  # letters; unknown words and verbs no longer than that are not cut
_SHORT_PLURAL = re.compile(r"[b-df-hj-np-tv-xz]{2}s|ads")  # MPs, PMs, TVs
_NO_PLURAL = ("ss", "us", "is")


@dataclass(frozen=True, slots=True)
class _Lemminflect:
    """The two functions of lemminflect that are used here, loaded."""

    known: Callable[[str, str | None], dict[str, tuple[str, ...]]]
    guessed: Callable[[str, str], dict[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """British spellings as one pattern, the American of each, and the true -ise words."""

    british: re.Pattern[str]
    american: dict[str, str]
    true_ise: frozenset[str]


def english_keys(word: str) -> tuple[str, ...]:
    """The word itself, then its lemmas, then their American spellings.

    Lemmas are those of all parts of speech; a word unknown to the dictionary has its guess for
    nouns (deepfakes: deepfake), or for verbs where only a verb can end so (operationalised).

    Args:
        word: Casefolded, diacritics folded; letters, maybe with an apostrophe inside.

    Returns:
        Keys without repetition, in an order that depends on the word alone; never empty.
    """
    keys = dict.fromkeys((word, *_lemmas(word)))
    lemmas = [key for key in keys if key != word] or [word]
    if word in _dictionary_lemmas(word):
        lemmas.insert(0, word)
    keys.update(dict.fromkeys(spelling for lemma in lemmas for spelling in _american(lemma)))
    return tuple(keys)


def is_known_english(word: str) -> bool:
    """Whether lemminflect's dictionary has the word, a common one or a name.

    It has nouns, verbs, adjectives, adverbs and pronouns: articles and prepositions it does not.
    """
    return bool(_dictionary_lemmas(word) or _name_lemmas(word))


def english_dictionary_version() -> str:
    """The version of lemminflect, which is not loaded for it."""
    from importlib.metadata import version  # loads a mail parser: 25 ms

    return version("lemminflect")


def _lemmas(word: str) -> tuple[str, ...]:
    refused = _refused().get(word, frozenset())
    found = _dictionary_lemmas(word) or _name_lemmas(word) or tuple(_guesses(word))
    return tuple(lemma for lemma in found if lemma not in refused)


def _dictionary_lemmas(word: str) -> tuple[str, ...]:
    """Lemmas of all parts of speech; none for an unknown word."""
    return _united(_lemminflect().known(word, None))


def _name_lemmas(word: str) -> tuple[str, ...]:
    """Lemmas of a name that the dictionary has in capitals: Texas is no plural."""
    return _united(_lemminflect().known(word, "PROPN"))


def _united(by_part: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """All lemmas, each once, but those with hyphens (over-come): no token has one."""
    lemmas = (lemma.casefold() for part in by_part.values() for lemma in part)
    return tuple(dict.fromkeys(lemma for lemma in lemmas if "-" not in lemma))


def _guesses(word: str) -> Iterator[str]:
    """Singulars and base forms of a word unknown to the dictionary.

    Guesses that do more than cut an ending are made up (India: indium) and are left out.
    """
    if not word.isascii() or not word.isalpha():
        return
    if _SHORT_PLURAL.fullmatch(word):
        yield word[:-1]
    elif len(word) <= _MIN_STEM:
        return
    elif word.endswith("s") and not word.endswith(_NO_PLURAL):
        if word.endswith(tuple(f"{end}s" for end in _VERB_ENDS)):
            yield word[:-1]
            return
        noun = _guess(word, "NOUN")
        if noun in (word[:-1], word[:-3] + "y"):
            yield noun
        elif noun == word[:-2]:
            yield noun
            if word.endswith(("ches", "shes")) and not _dictionary_lemmas(noun):
                yield word[:-1]  # demarches, tranches
    elif word.endswith(("ed", "ing")):
        verb = _guess(word, "VERB")
        if verb != word and _is_verb(verb):
            yield verb


def _guess(word: str, part: str) -> str:
    return _lemminflect().guessed(word, part)[part][0]


def _is_verb(verb: str) -> bool:
    """Whether the dictionary has the verb, with or without its prefix, or it ends as verbs do."""
    if len(verb) <= _MIN_STEM:
        return False
    return (
        verb.endswith(_VERB_ENDS)
        or _dictionary_lemmas(verb) != ()
        or any(
            verb.startswith(prefix) and "VERB" in _lemminflect().known(verb[len(prefix) :], None)
            for prefix in _VERB_PREFIXES
        )
    )


def _american(lemma: str) -> Iterator[str]:
    """The American spelling of a British word; nothing for all other words."""
    spellings = _spellings()
    changed = spellings.british.sub(lambda found: spellings.american[found[0]], lemma)
    with_z = _with_z(changed)
    if with_z != lemma:
        yield with_z


def _with_z(word: str) -> str:
    """The word with z: organize of organise; the word itself where s is the only spelling."""
    found = _ISE.fullmatch(word) or _YSE.fullmatch(word)
    if found is None or f"{found['stem']}ise" in _spellings().true_ise:
        return word
    with_z = f"{found['stem']}{'y' if found.re is _YSE else 'i'}z{found['end']}"
    if _dictionary_lemmas(with_z):
        return with_z
    known = bool(_dictionary_lemmas(word))
    if known or len(word) < _MIN_UNKNOWN_ISE or _TRUE_ISE.fullmatch(f"{found['stem']}ise"):
        return word
    return with_z


@cache
def _lemminflect() -> _Lemminflect:
    """Loads lemminflect: 0.02 s beside numpy, and its dictionary 0.12 s at the first word."""
    from lemminflect import getAllLemmas, getAllLemmasOOV

    return _Lemminflect(getAllLemmas, getAllLemmasOOV)


@cache
def _spellings() -> _Spellings:
    """The table of spellings, read from the package's data once."""
    american: dict[str, str] = {}
    patterns: list[str] = []
    true_ise: set[str] = set()
    section = ""
    for line in _data_lines("spellings-en.tsv"):
        if line.startswith("["):
            section = line
        elif section == "[true -ise]":
            true_ise.add(line)
        else:
            british, spelling = line.split("\t")
            bare = british.strip("-")
            american[bare] = spelling
            begin = "" if british.startswith("-") else r"\A"
            patterns.append(begin + bare + ("" if british.endswith("-") else r"\Z"))
    patterns.sort(key=len, reverse=True)
    return _Spellings(re.compile("|".join(patterns)), american, frozenset(true_ise))


@cache
def _refused() -> dict[str, frozenset[str]]:
    """By word the lemmas not to take, read from the package's data once."""
    refused: dict[str, frozenset[str]] = {}
    for line in _data_lines("refused-lemmas-en.tsv"):
        word, lemma, _reason = line.split("\t")
        refused[word] = refused.get(word, frozenset()) | {lemma}
    return refused


def _data_lines(name: str) -> list[str]:
    text = (files("dragoman.indexer") / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
