"""Near-identical texts: the keys that lead to them, and what decides."""

import random

import numpy as np
import pytest

from dragoman.indexer.forms import Form
from dragoman.indexer.near_duplicates import BANDS, Shingles, WordHashes, band_keys

FORMS = [Form(f"=word{number}", ()) for number in range(3000)]


def keys(*texts: list[int]) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    words = WordHashes(FORMS).all()[np.array([word for text in texts for word in text], np.int64)]
    return band_keys(words, np.array([len(text) for text in texts], np.uint32))


def words(start: int, end: int) -> str:
    return " ".join(f"word{number}" for number in range(start, end))


def test_equal_texts_share_all_keys_wherever_they_stand() -> None:
    text = list(range(40))
    found = keys(text, [7, 8], [], text, [9])
    assert (found[0] == found[3]).all()
    assert (found[0] == keys(text)[0]).all()
    assert (found[1] == keys([7, 8])[0]).all()
    assert not (found[[1, 4]] == found[0]).any()


def test_a_text_without_words_has_no_key_and_every_other_has_all() -> None:
    found = keys([], [1], list(range(500)), [])
    assert found.shape == (4, BANDS)
    assert (found[[0, 3]] == 0).all()
    assert (found[[1, 2]] > 0).all()


def test_the_order_of_words_counts() -> None:
    assert not (keys([1, 2, 3, 4])[0] == keys([4, 3, 2, 1])[0]).any()


def test_texts_above_the_threshold_share_a_key_and_unlike_ones_hardly_ever() -> None:
    # 4 words of 200 changed touch at most 20 of 196 shingles: 176 / 216 = 0.81 in common.
    chance = random.Random(1)
    near = far = 0
    for _ in range(200):
        text = [chance.randrange(3000) for _ in range(200)]
        other = text[:]
        for place in chance.sample(range(200), 4):
            other[place] = chance.randrange(3000)
        third = [chance.randrange(3000) for _ in range(200)]
        found = keys(text, other, third)
        near += bool((found[0] == found[1]).any())
        far += bool((found[0] == found[2]).any())
    assert near >= 198
    assert far == 0


def test_hashes_follow_a_list_of_forms_that_grows() -> None:
    forms = FORMS[:2]
    hashes = WordHashes(forms)
    first = hashes.all()
    forms.append(FORMS[2])
    assert hashes.all()[:2].tolist() == first.tolist()
    assert len(set(hashes.all().tolist())) == 3


@pytest.mark.parametrize(
    ("text", "other", "share", "is_near"),
    [
        # 26 shingles of 30 words; 3 words more are 3 shingles more: 26 / 29
        (words(0, 30), words(0, 33), 26 / 29, True),
        # 26 of 30 words against 33 of 37: 26 / 33 is below 0.8
        (words(0, 30), words(0, 37), 26 / 33, False),
        (words(0, 30), words(0, 30).upper() + "!", 1.0, True),
        (words(0, 30), words(100, 130), 0.0, False),
        ("", words(0, 30), 0.0, False),
        ("", "", 0.0, False),
    ],
)
def test_four_of_five_shingles_in_common_are_near_identical(
    text: str, other: str, share: float, is_near: bool
) -> None:
    one, two = Shingles.of("Title", text), Shingles.of("Another", other)
    assert one.share(two) == pytest.approx(share)
    assert one.is_near(two) is two.is_near(one) is is_near


def test_short_texts_are_near_identical_word_for_word_under_one_title_only() -> None:
    short = words(0, 19)
    assert Shingles.of("News", short).is_near(Shingles.of("NEWS.", short + "!"))
    assert not Shingles.of("News", short).is_near(Shingles.of("Other news", short))
    assert not Shingles.of("News", short).is_near(Shingles.of("News", words(0, 18)))
    assert not Shingles.of("News", short).is_near(Shingles.of("News", words(0, 20)))
    assert not Shingles.of("News", "").is_near(Shingles.of("News", ""))
