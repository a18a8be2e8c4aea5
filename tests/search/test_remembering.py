"""What is remembered within a bound, and what is forgotten first."""

from dragoman.search.remembering import Remembered


def test_the_longest_unused_is_forgotten_when_the_bound_is_passed() -> None:
    remembered: Remembered[str, str] = Remembered(10)
    remembered.add("a", "A", 4)
    remembered.add("b", "B", 4)
    assert remembered.get("a") == "A"
    remembered.add("c", "C", 4)  # 12 bytes: b was used before a
    assert [remembered.get(key) for key in "abc"] == ["A", None, "C"]


def test_a_value_takes_the_place_of_the_one_with_its_key() -> None:
    remembered: Remembered[str, int] = Remembered(10)
    for value in range(5):
        remembered.add("a", value, 6)
    remembered.add("b", 9, 4)  # 6 + 4: both fit
    assert (remembered.get("a"), remembered.get("b")) == (4, 9)


def test_the_last_value_is_kept_however_large() -> None:
    remembered: Remembered[str, int] = Remembered(10)
    remembered.add("a", 1, 5)
    remembered.add("b", 2, 50)
    assert (remembered.get("a"), remembered.get("b")) == (None, 2)
