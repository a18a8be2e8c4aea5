"""Pieces of two texts laid side by side by their lengths."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.gale_church import align_blocks

from dragoman.search.alignment import Bead, align

LENGTHS = st.lists(st.integers(1, 900), max_size=25)


def steps(beads: list[Bead]) -> list[tuple[int, int]]:
    return [(bead.last - bead.first, bead.other_last - bead.other_first) for bead in beads]


@pytest.mark.parametrize(
    ("lengths", "other_lengths", "expected"),
    [
        ([], [], []),
        ([120], [], [(1, 0)]),
        ([], [120, 80], [(0, 1), (0, 1)]),
        ([120], [4], [(1, 1)]),  # a ratio of lengths is known from the two texts alone
        ([100, 300, 200], [110, 330, 220], [(1, 1), (1, 1), (1, 1)]),
        ([100, 300, 200], [110, 160, 165, 220], [(1, 1), (1, 2), (1, 1)]),
        ([100, 150, 150, 200], [100, 300, 200], [(1, 1), (2, 1), (1, 1)]),
        (
            [400, 300, 500, 350, 450, 300, 420],
            [400, 300, 500, 450, 300, 420],
            [(1, 1), (1, 1), (1, 1), (1, 0), (1, 1), (1, 1), (1, 1)],
        ),
    ],
)
def test_lengths_tell_what_belongs_together(
    lengths: list[int], other_lengths: list[int], expected: list[tuple[int, int]]
) -> None:
    assert steps(align(lengths, other_lengths)) == expected


@settings(deadline=None)
@given(LENGTHS, LENGTHS)
def test_every_piece_stands_in_one_bead_in_order(lengths: list[int], others: list[int]) -> None:
    beads = align(lengths, others)
    at = other_at = 0
    for bead in beads:
        assert (bead.first, bead.other_first) == (at, other_at)
        at, other_at = bead.last, bead.other_last
        assert 0 < (bead.last - bead.first) + (bead.other_last - bead.other_first) <= 4
    assert (at, other_at) == (len(lengths), len(others))


def test_without_gaps_the_beads_are_those_of_nltk() -> None:
    chance = random.Random(7)
    for _ in range(20):
        lengths = [chance.randint(40, 600) for _ in range(30)]
        others = [round(length * chance.gauss(1, 0.03)) for length in lengths]
        place = chance.randrange(29)
        others[place : place + 2] = [sum(others[place : place + 2])]
        expected: list[tuple[int, int]] = align_blocks(lengths, others)
        assert _links(align(lengths, others)) == sorted(expected)


def _links(beads: list[Bead]) -> list[tuple[int, int]]:
    return sorted(
        (one, other)
        for bead in beads
        for one in range(bead.first, bead.last)
        for other in range(bead.other_first, bead.other_last)
    )


def test_what_else_two_pieces_share_decides_where_lengths_are_alike() -> None:
    lengths, others = [400] * 10, [400] * 9
    for left_out in (2, 5, 9):
        likeness = np.zeros((10, 9))
        for other, one in enumerate(number for number in range(10) if number != left_out):
            likeness[one, other] = 8.0
        expected = [(1, 1)] * 10
        expected[left_out] = (1, 0)
        assert steps(align(lengths, others, likeness)) == expected


def test_five_hundred_paragraphs_with_a_long_addition_find_each_other() -> None:
    chance = random.Random(3)
    lengths = [chance.randint(50, 900) for _ in range(500)]
    others = [round(length * 1.1) for length in lengths]
    added = [chance.randint(50, 900) for _ in range(30)]
    found = set(_links(align(lengths, [*others[:200], *added, *others[200:]])))
    right = {(n, n if n < 200 else n + 30) for n in range(500)}
    assert len(found & right) >= 450
