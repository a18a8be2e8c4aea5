"""Tokens found piece by piece are those found in the text as a whole, in C as in Python."""

import os
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.analysis import Analyzer
from dragoman.indexer.native import kernel_module
from dragoman.indexer.surfaces import CAPITALS, FLAG_BITS, FLAGS, NAME, SHORT, Surfaces
from dragoman.indexer.tokens import find_tokens

ROOT = Path(__file__).resolve().parents[2]
MODULE = kernel_module()
needs_extension = pytest.mark.skipif(
    MODULE is None and os.environ.get("CI") != "true", reason="no extension here"
)


@needs_extension
def test_the_extension_is_built_wherever_all_is_checked() -> None:
    assert MODULE is not None


def made(make: Callable[[], Any], kernel: str) -> Any:
    """What is made with the extension on or off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_KERNEL", kernel)
        return make()


@pytest.fixture(params=["off", pytest.param("", marks=needs_extension)])
def surfaces(request: pytest.FixtureRequest) -> Surfaces:
    found: Surfaces = made(Surfaces, request.param)
    return found


TEXTS = st.lists(
    st.sampled_from(
        ["the", "U.S", ".", " ", "\n", "\t", "\u00a0", "\u202f", ",", "1", "325", "1990", "-е",
         "'s", "’", "Путин", "и\u0306", "\u00ad", "-", "ООН", "\u2028", "\u200b", "x" * 70, "é",
         "(", "½"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


def found(surfaces: Surfaces, text: str) -> list[tuple[str, int, int]]:
    codes, starts, ends = surfaces.find(text)
    words = [surfaces.listed[code >> FLAG_BITS] for code in codes.tolist()]
    return list(zip(words, starts.tolist(), ends.tolist(), strict=True))


@pytest.mark.parametrize("kernel", ["off", pytest.param("", marks=needs_extension)])
@settings(deadline=None)
@given(st.lists(TEXTS | st.text(max_size=40), max_size=4))
def test_pieces_met_before_give_the_tokens_of_the_whole_text(kernel: str, texts: list[str]) -> None:
    surfaces = made(Surfaces, kernel)
    for text in [*texts, *texts]:
        words, starts, ends = find_tokens(text)
        expected = list(zip(words, starts.tolist(), ends.tolist(), strict=True))
        assert found(surfaces, text) == expected


def test_a_piece_has_all_its_tokens_and_blanks_have_none(surfaces: Surfaces) -> None:
    assert found(surfaces, "U.S.–Russia  (1,325)") == [
        ("U.S.", 0, 4), ("Russia", 5, 11), ("1,325", 14, 19),
    ]  # fmt: skip
    assert found(surfaces, " \n ") == found(surfaces, "") == []


def test_pieces_are_forgotten_where_there_are_too_many(surfaces: Surfaces) -> None:
    for number in range(140_000):
        surfaces.find(f"a{number}")
    assert found(surfaces, "a1 b a139999") == [("a1", 0, 2), ("b", 3, 4), ("a139999", 5, 12)]


def test_a_code_says_what_context_can_change() -> None:
    surfaces = Surfaces()
    flags = [surfaces[word] & FLAGS for word in ("word", "Word", "Слово", "NATO", "SECURITY")]
    assert flags == [0, 0, NAME, CAPITALS | SHORT, CAPITALS]


ANY_TEXTS = st.lists(
    st.lists(
        st.sampled_from(
            ["the", "Путин", "U.S.", "NATO", "(1,325)", "\ud800", "\0", "𝕏", "😀", " ", "\n",
             "\r\n", "\t", "\u00a0", "\u2003", "\u2028", "é", "-\n", "x" * 64, "y" * 65, "z" * 300]
        ) | st.characters(exclude_categories=()),
        max_size=30,
    ).map("".join),
    max_size=5,
)  # fmt: skip


@needs_extension
@settings(deadline=None, max_examples=300)
@given(ANY_TEXTS)
def test_surfaces_are_found_in_c_as_in_python(texts: list[str]) -> None:
    in_python, in_c = made(Surfaces, "off"), made(Surfaces, "")
    for text in [*texts, *texts]:
        for one, other in zip(in_python.find(text), in_c.find(text), strict=True):
            assert one.dtype == other.dtype
            assert one.tolist() == other.tolist()
            assert other.flags.writeable
    assert in_python.listed == in_c.listed


@needs_extension
def test_the_seeds_are_analysed_in_c_as_in_python() -> None:
    in_python, in_c = made(Analyzer, "off"), made(Analyzer, "")
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "seeds").rglob("*.*"))]
    assert len(texts) > 10
    for text in [*texts, *texts]:
        one, other = in_python.analyze(text), in_c.analyze(text)
        for name in ("forms", "starts", "ends", "sentence_starts", "paragraph_starts"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert one.turns == other.turns
    assert in_python.forms == in_c.forms


def words_of(piece: str) -> list[tuple[int, int, int]]:
    return [(len(piece), 0, len(piece))]


@needs_extension
@pytest.mark.parametrize(
    "told",
    [[(1, 0, 4)], [(1, -1, 2)], [(1, 2, 2)], [(1, 1, 3), (2, 2, 3)], [(1, 0, 1)] * 4, [(1, 0)],
     [(1, 0, "a")], [[1, 0, 1]], [(1 << 70, 0, 1)], 3, None],
)  # fmt: skip
def test_tokens_that_do_not_stand_in_their_piece_are_refused(told: Any) -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(64, 100)
    with pytest.raises((ValueError, TypeError, OverflowError)):
        pieces.find("a abc", lambda piece: told if piece == "abc" else words_of(piece))
    codes, _, _ = pieces.find("a abc", words_of)
    assert bytes(codes) == (1).to_bytes(8, "little") + (3).to_bytes(8, "little")


@needs_extension
def test_what_the_teller_raises_is_raised() -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(64, 100)

    def tell(piece: str) -> list[tuple[int, int, int]]:
        raise LookupError(piece)

    for _ in range(2):
        with pytest.raises(LookupError, match="слово"):
            pieces.find(" слово ", tell)
    for wrong in ((), ("a",), (b"a", words_of), ("a", words_of, 1)):
        with pytest.raises(TypeError):
            pieces.find(*wrong)
    for longest, most in ((256, 1), (-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="255"):
            MODULE.Pieces(longest, most)


@needs_extension
def test_a_piece_is_told_once_and_after_it_was_forgotten_once_more() -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(3, 2)
    told: list[str] = []

    def tell(piece: str) -> list[tuple[int, int, int]]:
        told.append(piece)
        return words_of(piece)

    pieces.find("a b\na", tell)
    pieces.find("a, aé c\u0401 \U0001d54f a", tell)  # of each width of code points
    assert told == ["a", "b", "a,", "aé", "c\u0401", "\U0001d54f"]
    assert len(pieces) == 6  # more than two: all are forgotten before the next text
    pieces.find("a", tell)
    assert told[6:] == ["a"]
    assert pieces.find("b abcd c", tell) is None  # too long
    assert told[7:] == ["b", "c"]


@needs_extension
def test_a_teller_may_ask_and_make_forget() -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(64, 10)

    def tell(piece: str) -> list[tuple[int, int, int]]:
        if len(piece) < 4:
            for _ in range(2):
                pieces.find(" ".join(f"{piece}{number}" for number in range(12)), tell)
            pieces.find(piece + "1", tell)
        return words_of(piece)

    codes, starts, ends = pieces.find("ab c ab", tell)
    assert memoryview(codes).cast("q").tolist() == [2, 1, 2]
    assert memoryview(starts).cast("I").tolist() == [0, 3, 5]
    assert memoryview(ends).cast("I").tolist() == [2, 4, 7]


@needs_extension
def test_threads_may_share_pieces() -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(64, 1000)
    texts = [" ".join(f"{k}слово{'x' * (n % 50)}{n}" for n in range(800)) for k in range(8)]
    wrong: list[str] = []

    def ask(number: int) -> None:
        for text in texts[number:] + texts[:number]:
            codes, _, _ = pieces.find(text, words_of)
            if memoryview(codes).cast("q").tolist() != [len(word) for word in text.split()]:
                wrong.append(text)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong


@needs_extension
def test_nothing_of_a_text_is_kept_but_its_pieces() -> None:
    assert MODULE is not None
    pieces = MODULE.Pieces(64, 100)
    text = "слово a,b " * 1000 + "x" * 65
    held = sys.getrefcount(text), sys.getrefcount(words_of)
    tracemalloc.start()
    try:
        for turn in range(60):
            pieces.find(text, words_of)
            pieces.find(text[:-65], words_of)
            with pytest.raises(TypeError):
                pieces.find(f"{turn}!", len)
            if turn == 9:
                before, _ = tracemalloc.get_traced_memory()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (sys.getrefcount(text), sys.getrefcount(words_of)) == held
    assert after - before < 20_000  # one call's arrays alone are 32,000 bytes
