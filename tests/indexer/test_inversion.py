"""Tokens are sorted into lists by numpy and in C, with the same result."""

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.forward import Uint32
from dragoman.indexer.inversion import PostingLists, Terms, invert, inverted, offsets_of
from dragoman.indexer.native import kernel_module

MODULE = kernel_module()
IN_C = pytest.param(
    invert,
    marks=pytest.mark.skipif(
        MODULE is None and os.environ.get("CI") != "true", reason="no extension here"
    ),
)


def array(*numbers: int) -> Uint32:
    return np.array(numbers, np.uint32)


def listed(lists: PostingLists) -> dict[str, Any]:
    return {name: getattr(lists, name).tolist() for name in PostingLists.__slots__}


@pytest.mark.parametrize("made", [inverted, IN_C])
def test_each_term_lists_its_documents_and_positions(made: Any) -> None:
    # Form 0 is the gap; form 1 has the terms 0 and 2, form 2 the term 2. Two documents of a title
    # and a body each: "1", "2 1" and "", "2".
    forms = array(1, 0, 2, 1, 0, 0, 2, 0)
    lists = made(forms, array(0, 2, 5, 6, 8), 2, array(0, 0, 2, 3), array(0, 2, 2))
    assert listed(lists) == {
        "terms": [0, 2],
        "doc_offsets": [0, 1, 3],
        "position_offsets": [0, 2, 6],
        "docs": [0, 0, 1],
        "counts": [2, 3, 1],
        "first_counts": [1, 1, 0],
        "positions": [0, 3, 0, 2, 3, 6],
    }


@pytest.mark.parametrize("made", [inverted, IN_C])
def test_nothing_has_no_lists(made: Any) -> None:
    found = listed(made(array(), array(0), 1, array(0, 0), array()))
    assert found.pop("doc_offsets") == found.pop("position_offsets") == [0]
    assert set(map(tuple, found.values())) == {()}


@st.composite
def fields(draw: st.DrawFn) -> tuple[Uint32, Uint32, int, Uint32, Uint32]:
    """What is given to `invert`: up to 12 documents of up to 6 forms."""
    of_forms = draw(st.lists(st.sets(st.integers(0, 9), max_size=3), min_size=1, max_size=6))
    of_forms.insert(0, set())
    regions = draw(st.integers(1, 2))
    values = draw(
        st.lists(
            st.lists(st.integers(1, len(of_forms) - 1), max_size=8), max_size=12 * regions
        ).map(lambda found: found[: len(found) // regions * regions])
    )
    flat = [form for value in values for form in (*value, 0)]
    return (
        array(*flat), offsets_of([len(value) + 1 for value in values]), regions,
        offsets_of([len(terms) for terms in of_forms]),
        array(*(term for terms in of_forms for term in sorted(terms))),
    )  # fmt: skip


@pytest.mark.skipif(MODULE is None and os.environ.get("CI") != "true", reason="no extension here")
@settings(deadline=None, max_examples=300)
@given(fields())
def test_lists_are_those_of_numpy(field: tuple[Uint32, Uint32, int, Uint32, Uint32]) -> None:
    in_c, through_numpy = invert(*field), inverted(*field)
    assert listed(in_c) == listed(through_numpy)
    for name in PostingLists.__slots__:
        assert getattr(in_c, name).dtype == getattr(through_numpy, name).dtype


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((array(1), array(0, 2), array(0, 0, 1), array(0), 1, 1), "bounds"),
        ((array(1), array(1, 1), array(0, 0, 1), array(0), 1, 1), "bounds"),
        ((array(1), array(0, 1), array(0, 1, 0), array(0), 1, 1), "form_offsets"),
        ((array(1), array(0, 1), array(0, 0, 2), array(0), 1, 1), "form_offsets"),
        ((array(2), array(0, 1), array(0, 0, 1), array(0), 1, 1), "forms"),
        ((array(1), array(0, 1), array(0, 0, 1), array(1), 1, 1), "form_terms"),
        ((array(1), array(0, 1), array(0, 0, 1), array(0), 0, 1), "regions"),
        ((array(1), array(0, 1), array(0, 0, 1), array(0), 2, 1), "regions"),
        ((b"123", array(0, 1), array(0, 0, 1), array(0), 1, 1), "32 bits"),
        ((array(1), array(0, 1), array(0, 0, 1), array(0), 1, -1), "n_terms"),
    ],
)
@pytest.mark.skipif(MODULE is None and os.environ.get("CI") != "true", reason="no extension here")
def test_arrays_that_do_not_fit_are_refused(given: tuple[Any, ...], named: str) -> None:
    assert MODULE is not None
    with pytest.raises(ValueError, match=named):
        MODULE.invert(*given)


def test_terms_rise_and_know_their_forms() -> None:
    strings, terms = Terms.of([("", ()), ("=b", ("b", "a")), ("=a", ("a",))])
    assert strings == [b"=a", b"=b", b"a", b"b"]
    assert terms.form_offsets.tolist() == [0, 0, 3, 5]
    assert terms.form_terms.tolist() == [3, 2, 1, 2, 0]
