"""The years of a result as bars."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from dragoman.search import Query
from dragoman.search.results import FacetValue
from dragoman.web import create_app
from dragoman.web.histogram import bars_of


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    with create_app({"INDEX_DIR": "nowhere"}).test_request_context():
        yield


def test_every_year_has_its_place_and_the_tallest_bar_the_whole_height() -> None:
    years = [
        FacetValue("2019", 8, False),
        FacetValue("2021", 2, False),
        FacetValue("2018", 1, False),
    ]
    bars = bars_of(years, Query("oil"))
    # 2 of 8 documents are a quarter of the 40 units, 1 of 8 an eighth
    assert [(bar.year, bar.at, bar.count, bar.height) for bar in bars] == [
        (2018, 0, 1, 5), (2019, 1, 8, 40), (2020, 2, 0, 0), (2021, 3, 2, 10),
    ]  # fmt: skip
    assert [bool(bar.url) for bar in bars] == [True, True, False, True]


def test_a_bar_is_never_too_low_to_be_seen() -> None:
    years = [FacetValue("2019", 9000, False), FacetValue("2020", 1, False)]
    assert [bar.height for bar in bars_of(years, Query())] == [40, 1]


def test_following_a_bar_chooses_its_year_and_following_it_again_lets_it_go() -> None:
    query = Query("oil", filters={"year": ("2019",)}, page=3)
    years = [FacetValue("2019", 8, True), FacetValue("2020", 2, False)]
    chosen, other = bars_of(years, query)
    assert (chosen.selected, other.selected) == (True, False)
    assert parse_qs(urlsplit(chosen.url).query) == {"q": ["oil"]}
    assert parse_qs(urlsplit(other.url).query) == {"q": ["oil"], "year": ["2019", "2020"]}


@pytest.mark.parametrize("years", [[], ["2019"], ["1700", "2019"]])
def test_one_year_and_many_centuries_are_not_drawn(years: list[str]) -> None:
    assert bars_of([FacetValue(year, 1, False) for year in years], Query()) == ()
