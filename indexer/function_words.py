"""The common function words of English and Russian, as their exact forms.

In: the table data/function-words.tsv (language, word). Out: one set. What a query does with them
is not decided here.
"""

from functools import cache
from importlib.resources import files


@cache
def function_words() -> frozenset[str]:
    """The words, casefolded and with ё→е, as the exact forms of tokens are."""
    table = (files("dragoman.indexer") / "data" / "function-words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines()[1:] if line)
    return frozenset(word.casefold().replace("ё", "е") for _, word in rows)
