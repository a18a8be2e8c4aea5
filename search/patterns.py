"""Wildcard patterns: how they pass through analysis, and the expressions they stand for.

In: a word with `*` and `?`. Out: the word with letters in their places, which analysis leaves
alone, and back; a regular expression over surface forms. Expands nothing itself.
"""

import re

from dragoman.indexer.analysis import analyze_word

_RUN, _ONE = "ⵣ", "ⵢ"
"""Letters of a script that no text of ours uses: analysis takes them for letters of the word."""


def has_wildcard(text: str, escaped: frozenset[int] = frozenset()) -> bool:
    """Whether a word holds a `*` or `?` that no backslash made a plain character."""
    return any(c in "*?" and i not in escaped for i, c in enumerate(text))


def as_letters(text: str, escaped: frozenset[int] = frozenset()) -> str:
    """The text with a letter for each unescaped wildcard."""
    return "".join(
        {"*": _RUN, "?": _ONE}[c] if c in "*?" and i not in escaped else c
        for i, c in enumerate(text)
    )


def as_pattern(letters: str) -> str:
    """The wildcards again for the letters of `as_letters`."""
    return letters.replace(_RUN, "*").replace(_ONE, "?")


def folded(pattern: str) -> str:
    """A pattern as it stands against exact forms: folded as analysis folds surfaces."""
    tokens = analyze_word(as_letters(pattern))
    return as_pattern("".join(token.exact.removeprefix("=") for token in tokens))


def expression(pattern: str) -> str:
    """The regular expression that a whole folded form must fit."""
    return "".join({"*": "[^\n]*", "?": "[^\n]"}.get(c, re.escape(c)) for c in pattern)


def literal_prefix(pattern: str) -> str:
    """What every form that fits begins with."""
    found = re.match(r"[^*?]*", pattern)
    return found[0] if found else ""
