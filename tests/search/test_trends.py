"""Counts over time: worked by hand, over several segments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from segmented import write_segments

from dragoman.indexer.documents import Document
from dragoman.search import Query, QueryError, Searcher, open_searcher
from dragoman.search.chart import draw
from dragoman.search.errors import RequestError
from dragoman.search.trends import Series, Trends

DOCUMENTS = [
    Document("a", "", "oil oil gas and peace", "2019-01-31", "", "en", ("Ann Lee",), kind="speech"),
    Document("b", "", "gas in two words more", "2019-02", "", "en", ("Bob Ray",), kind="speech"),
    Document("c", "", "oil once more today here", "2019", "", "en", kind="answer"),
    Document("d", "", "нефть и газ", "2021-12-31T23:59", "", "ru", ("Ann Lee",), kind="speech"),
    Document("e", "", "oil without a date"),
    Document("f", "Oil", "nothing else", "2022-04-01", "", "en"),
]


@pytest.fixture(scope="module", params=[1, 3], ids="{} segments".format)
def searcher(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("index")
    write_segments(folder, DOCUMENTS, request.param, Document("gone", "", "oil oil", "2020"))
    with open_searcher(folder) as opened:
        yield opened


def counts(series: Series) -> dict[str, tuple[int, int, int, int]]:
    return {
        point.count.period: (
            point.count.documents, point.count.occurrences, point.count.documents_in_period,
            point.count.words_in_period,
        )
        for point in series.points
    }  # fmt: skip


def test_documents_and_occurrences_by_year(searcher: Searcher) -> None:
    (series,) = searcher.trends(["oil"]).series
    # 2019: a (2), b (0), c (1), with 5 words each; 2020: none.
    # 2022: f has oil in its title, its third word.
    assert counts(series) == {
        "2019": (2, 3, 3, 15),
        "2020": (0, 0, 0, 0),
        "2021": (0, 0, 1, 3),
        "2022": (1, 1, 1, 3),
    }
    assert (series.documents, series.unplaced) == (4, 1)  # e has no date


@pytest.mark.parametrize(
    ("per", "rates"),
    [
        ("words", [3 / 15 * 1e6, None, 0.0, 1 / 3 * 1e6]),
        ("documents", [2 / 3 * 1000, None, 0.0, 1000.0]),
        ("none", [3.0, None, 0.0, 1.0]),
    ],
)
def test_rates_and_gaps(searcher: Searcher, per: str, rates: list[float | None]) -> None:
    (series,) = searcher.trends(["oil"], per=per).series
    assert [point.rate for point in series.points] == pytest.approx(rates)


def test_a_document_dated_by_its_year_has_no_month(searcher: Searcher) -> None:
    (series,) = searcher.trends(["oil OR gas"], by="month").series
    told = counts(series)
    assert list(told)[:3] == ["2019-01", "2019-02", "2019-03"]
    assert list(told)[-1] == "2022-04"
    assert len(told) == 40  # three years and four months
    assert {period: told[period][:2] for period in told if told[period][2]} == {
        "2019-01": (1, 3), "2019-02": (1, 1), "2021-12": (0, 0), "2022-04": (1, 1),
    }  # fmt: skip
    assert (series.documents, series.unplaced) == (5, 2)


def test_the_words_of_all_periods_are_those_of_the_index(tmp_path: Path) -> None:
    dated = [document for document in DOCUMENTS if document.date]
    write_segments(tmp_path, dated, 1, Document("gone", "", "oil oil", "2020"))
    with open_searcher(tmp_path) as opened:
        (series,) = opened.trends(["oil"]).series
        words = sum(point.count.words_in_period for point in series.points)
        # a, b and c have 5 words each, d 3, f 2 and a title of 1.
        assert words == opened.info()["words"] == 21


def test_quarters(searcher: Searcher) -> None:
    (series,) = searcher.trends(["нефть"], by="quarter").series
    told = counts(series)
    first, *_, last = told
    assert (first, last, len(told)) == ("2019-Q1", "2022-Q2", 14)
    assert told["2021-Q4"] == (1, 1, 1, 3)


def test_filters_restrict_what_is_counted_and_what_there_is(searcher: Searcher) -> None:
    (series,) = searcher.trends(["oil"], Query(filters={"kind": ("speech",)})).series
    assert counts(series) == {"2019": (1, 2, 2, 10), "2020": (0, 0, 0, 0), "2021": (0, 0, 1, 3)}


def test_several_queries_run_over_the_same_periods(searcher: Searcher) -> None:
    found = searcher.trends(["oil", "нефть", "nowhere"])
    assert [series.query for series in found.series] == ["oil", "нефть", "nowhere"]
    assert {len(series.points) for series in found.series} == {4}
    assert [note.code for note in found.series[2].notes] == ["unknown_word"]


def test_a_query_split_by_a_field(searcher: Searcher) -> None:
    found = searcher.trends(["oil OR нефть"], split="speaker")
    told = {series.value: counts(series) for series in found.series}
    assert told["Ann Lee"]["2019"] == (1, 2, 1, 5)
    assert told["Ann Lee"]["2021"] == (1, 1, 1, 3)
    assert list(told) == ["Ann Lee"]  # Bob Ray says neither
    assert found.periods == ("2019", "2020", "2021")


@pytest.mark.parametrize("by", ["year", "month"])
def test_all_counts_are_those_of_a_search(searcher: Searcher, by: str) -> None:
    (series,) = searcher.trends(["oil OR gas"], by=by).series
    for point in series.points:
        page = searcher.search(
            Query("oil OR gas", filters={"date": (point.count.period,)}, page_size=100)
        )
        whole = [hit for hit in page.hits if not hit.date_overlap]
        assert point.count.documents == len(whole)
        assert point.count.occurrences == sum(hit.occurrences for hit in whole)


@pytest.mark.parametrize(
    ("texts", "parameters", "words"),
    [
        ([], {}, "no query"), (["a"] * 9, {}, "9 queries: at most 8"),
        (["a", "b"], {"split": "lang"}, "split takes one query"),
        (["a"], {"by": "week"}, "year, quarter, month"), (["a"], {"per": "page"}, "per must be"),
        (["a"], {"split": "place"}, "split must be"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_an_error(
    searcher: Searcher, texts: list[str], parameters: dict[str, str], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        searcher.trends(texts, **parameters)  # type: ignore[arg-type]


def test_a_query_without_words_is_an_error(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="looks for no words"):
        searcher.trends(["lang:en"])


# The chart


@pytest.fixture
def found(searcher: Searcher) -> Trends:
    return searcher.trends(["oil", "_gas $1", "нефть"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["occurrences per million words", "no documents in this period", "at most 3"]),
        ("ru", ["вхождений на миллион слов", "нет документов за этот период", "не более 3"]),
    ],
)
def test_a_chart_names_axes_series_and_gaps(
    tmp_path: Path, found: Trends, lang: str, words: list[str]
) -> None:
    draw(found, tmp_path / "chart.svg", lang=lang)
    svg = (tmp_path / "chart.svg").read_text("utf-8")
    for text in (*words, ">oil<", "_gas $1", "нефть", ">2019<", found.index.state):
        assert text in svg
    draw(found, tmp_path / "again.svg", lang=lang)
    assert (tmp_path / "again.svg").read_text("utf-8") == svg


def test_a_chart_can_be_a_picture(tmp_path: Path, found: Trends) -> None:
    draw(found, tmp_path / "chart.PNG")
    assert (tmp_path / "chart.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_chart_that_cannot_be_drawn_is_an_error(
    tmp_path: Path, searcher: Searcher, found: Trends
) -> None:
    with pytest.raises(RequestError, match=r"an \.svg or a \.png file"):
        draw(found, tmp_path / "chart.pdf")
    empty = searcher.trends(["oil"], Query(filters={"source": ("none",)}))
    with pytest.raises(RequestError, match="nothing to draw"):
        draw(empty, tmp_path / "chart.svg")
