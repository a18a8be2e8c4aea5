"""Wildcard patterns: how they pass through analysis, and the expressions they stand for.

In: a word with `*` and `?`. Out: the word with letters in their places, which analysis leaves
alone, and back; a regular expression over surface forms. Expands nothing itself.
"""

import re
from collections.abc import Collection

from dragoman.indexer.analysis import analyze_word

_LETTERS = tuple(map(chr, range(0x2D30, 0x2D66)))
"""Letters of a script that no text of ours uses: analysis takes them for letters of the word."""
_CANDIDATE = re.compile(r"[*?]")
_ONES = re.compile(r"\\(.)|\?", re.DOTALL)
_PARTS = re.compile(r"(?:\\.|[^*])+", re.DOTALL)


def wildcards_of(text: str, escaped: Collection[int] = ()) -> tuple[frozenset[int], int]:
    """Which `*` and `?` of a word are wildcards.

    A `?` that neither a letter or digit nor a `*` follows is punctuation.

    Returns:
        The places of the wildcards, and the place of the first `?` that is punctuation, or -1.
    """
    candidates = [found.start() for found in _CANDIDATE.finditer(text)]
    wild: set[int] = set()
    punctuation = -1
    follows = len(text), False  # the place of the wildcard after, and whether a letter follows it
    for at in reversed(candidates):
        if at in escaped:
            continue
        after = at + 1
        followed = follows[1] if after == follows[0] else text[after : after + 1].isalnum()
        if text[at] == "*" or followed:
            wild.add(at)
        else:
            punctuation = at
        follows = at, followed or text[at] == "*"
    return frozenset(wild), punctuation


def as_letters(text: str, wild: Collection[int]) -> str:
    """The text with a letter for each wildcard; as long as before."""
    if not wild:
        return text
    return "".join(_LETTERS[0] if i in wild else c for i, c in enumerate(text))


def folded(pattern: str) -> str:
    """A pattern as it stands against exact forms: folded as analysis folds surfaces."""
    run, one = [letter for letter in _LETTERS if letter not in pattern][:2]
    letters = pattern.replace("*", run).replace("?", one)
    exact = "".join(token.exact.removeprefix("=") for token in analyze_word(letters))
    return exact.replace(run, "*").replace(one, "?")


def expression(pattern: str) -> str:
    r"""The regular expression that a whole form must fit.

    `\*` and `\?` in a pattern stand for themselves. No part is tried twice at one place: time
    grows with the form's length times the pattern's, whatever the pattern.
    """
    if "*" not in _ONES.sub("", pattern):
        return _fixed(pattern)
    parts = [_fixed(found[0]) for found in _PARTS.finditer(pattern)]
    first = parts.pop(0) if not pattern.startswith("*") else ""
    last = parts.pop() if parts and not _ends_in_run(pattern) else ""
    middle = "".join(f"(?>(?s:.*?){part})" for part in parts)
    return f"{first}{middle}(?s:.*){last}"


def _ends_in_run(pattern: str) -> bool:
    backslashes = len(pattern) - 1 - len(pattern[:-1].rstrip("\\"))
    return pattern.endswith("*") and backslashes % 2 == 0


def _fixed(part: str) -> str:
    """The expression of a part without runs."""
    found, end = [], 0
    for one in _ONES.finditer(part):
        found.append(re.escape(part[end : one.start()]))
        found.append("(?s:.)" if one[1] is None else re.escape(one[1]))
        end = one.end()
    return "".join(found) + re.escape(part[end:])


def literal_prefix(pattern: str) -> str:
    """What every form that fits begins with."""
    found = re.match(r"[^*?]*", pattern)
    return found[0] if found else ""


def has_wildcard(text: str, escaped: Collection[int] = ()) -> bool:
    """Whether a value holds a `*` or `?` that no backslash made a plain character."""
    return any(found.start() not in escaped for found in _CANDIDATE.finditer(text))


def value_pattern(text: str, escaped: Collection[int]) -> str:
    """A value with wildcards as a pattern, in which a backslash keeps a character plain."""
    return "".join(
        "\\" + c if c == "\\" or (c in "*?" and i in escaped) else c for i, c in enumerate(text)
    )
