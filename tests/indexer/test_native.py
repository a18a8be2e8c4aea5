"""Lines, sentence ends and the tokens there are found in C as in Python."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.analysis import _token_starts
from dragoman.indexer.lines import read_lines
from dragoman.indexer.native import kernel_module
from dragoman.indexer.sentences import boundaries

MODULE = kernel_module()
pytestmark = pytest.mark.skipif(
    MODULE is None and os.environ.get("CI") != "true", reason="no extension here"
)
TEXTS = st.lists(
    st.sampled_from(
        ["word", "Word", "слово", "Слово", "U.S.", "Mr", "г", "т. п", "А.", "IV", "1", "x" * 63,
         "Y" * 64, "z" * 70, ".", "...", "…", "?", "!", "!..", ",", ":", "-", "–", "(", ")", '"',
         "»", "”", "'", "]", " ", "  ", "\t", "\xa0", "\u2003", "\x1c", "\n", "\n\n", "\r\n",
         "\r\n\r\n", "\r", "\v", "\x85", "\u2028", "\u2029", "\ud800", "\0", "😀", "ß", "ª"]
    ) | st.characters(exclude_categories=()),
    max_size=40,
).map("".join)  # fmt: skip


def both(ask: Callable[[], Any]) -> tuple[Any, Any]:
    """What is answered with the extension off, and with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_KERNEL", "off")
        assert kernel_module() is None
        in_python = ask()
        patch.setenv("DRAGOMAN_KERNEL", "")
        assert kernel_module() is not None
        return in_python, ask()


@settings(deadline=None, max_examples=400)
@given(TEXTS)
def test_lines_and_boundaries_are_those_of_python(text: str) -> None:
    for ask in (read_lines, boundaries):
        in_python, in_c = both(lambda ask=ask: ask(text))
        assert repr(in_python) == repr(in_c)


def test_sentences_end_where_they_do_in_python() -> None:
    text = '"It was." Then: no… Yes!.. И т. д. Потом 5 г. Mr. X. went. ' + "x" * 65 + ". End.  "
    in_python, in_c = both(lambda: boundaries(text).sentences)
    assert in_python == in_c
    assert len(in_c) > 3


OFFSETS = st.lists(st.integers(0, 2**32 - 1), max_size=20, unique=True).map(sorted)


@settings(deadline=None)
@given(OFFSETS, OFFSETS)
def test_tokens_at_offsets_are_those_of_python(offsets: list[int], starts: list[int]) -> None:
    array = np.array(starts, np.uint32)
    in_python, in_c = both(lambda: _token_starts(tuple(offsets), array))
    assert in_python.dtype == in_c.dtype == np.uint32
    assert in_python.tolist() == in_c.tolist()


def test_what_is_called_back_may_raise() -> None:
    assert MODULE is not None

    def fail(*given: object) -> bool:
        raise LookupError(*given)

    with pytest.raises(LookupError, match="plain"):
        MODULE.sentence_ends("A plain. B", fail, bool)
    with pytest.raises(LookupError):
        MODULE.sentence_ends("A plain! B", bool, fail)
    assert MODULE.sentence_ends("A plain. B", lambda word: word == "plain", fail) == [9]


def test_what_cannot_be_taken_is_refused() -> None:
    assert MODULE is not None
    starts = np.arange(4, dtype=np.uint32)
    for ask, args in (
        (MODULE.raw_lines, (b"a",)),
        (MODULE.sentence_ends, (b"a", bool, bool)),
        (MODULE.sentence_ends, ("a", bool)),
        (MODULE.token_starts, ([1], starts)),
        (MODULE.token_starts, ((1,), "a")),
        (MODULE.token_starts, (("a",), starts)),
        (MODULE.token_starts, ((1,),)),
    ):
        with pytest.raises(TypeError):
            ask(*args)
    with pytest.raises(OverflowError):
        MODULE.token_starts((-1,), starts)
    with pytest.raises(ValueError, match="aligned"):
        MODULE.token_starts((1,), memoryview(bytearray(9))[1:])
    assert MODULE.token_starts((1,), memoryview(bytearray(3))) == bytearray()
