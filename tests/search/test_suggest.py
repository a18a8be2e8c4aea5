"""Suggestions and completions on a small collection: what they are, and that their totals hold."""

from collections.abc import Iterator

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, Searcher, open_searcher

TEXTS = [
    ("en", "We will not be the first to leave the treaty. Sanctions hurt us, said the US envoy."),
    ("en", "Sanctions on oil. Nuclear weapons and a treaty. The WHO met."),
    ("en", "Maria Zakharova spoke of sanctions and of nuclear energy."),
    ("ru", "Привет участникам. Санкции и нефть. Мария Захарова выступила."),
    ("ru", "Санкции против нефти. Стратегическая стабильность и договор."),
    ("ru", "Договор о нефти, договор о газе. Захарова ответила."),
]
ONLY_RUSSIAN = "Рябков выступил. Рябкова слушали."


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("suggest") / "index"
    with WhooshWriter(folder) as writer:
        for number, (lang, text) in enumerate(TEXTS):
            speakers = ("Мария Захарова",) if number == 3 else ()
            writer.add(Document(f"d{number}", "", text, lang=lang, speakers=speakers), "test")
            if number % 2:
                writer.commit((), {})
        writer.add(Document("ryabkov", "", ONLY_RUSSIAN, lang="ru"), "test")
        writer.commit((), {})
    with open_searcher(folder) as opened:
        yield opened


SUGGESTED = [
    ("ghbdtn", ("привет", "keyboard_layout", 1)),
    ("сщтекщд", None),  # control: not in this collection
    ("тгсдуфк", ("nuclear", "keyboard_layout", 2)),
    ("yfhjl Cfyrwbb", None),  # one of the two means nothing here
    ("Cfyrwbb", ("Санкции", "keyboard_layout", 2)),
    ("sanctoins", ("sanctions", "spelling", 3)),
    ("санкцыи", ("санкции", "spelling", 2)),
    ('"nuclaer weapons"', ('"nuclear weapons"', "spelling", 1)),
    ("Рябковв", ("Рябков", "spelling", 1)),
    ("Ryabkov", ("Рябков", "transliteration", 1)),
    ("Riabkov", ("Рябков", "transliteration", 1)),
    ("us", ("US", "abbreviation", 1)),
    ("who met", ("WHO met", "abbreviation", 1)),
    ("стабильность газ", ("стабильность OR газ", "any_word", 2)),
    ("нефть договор участник", ("нефть AND договор", "fewer_words", 2)),
    ("нефть lang:ru qqqq", ("нефть AND lang:ru", "fewer_words", 3)),
    (
        '"we will not be the last to leave"',
        ('"we will not be the" pre/3 "to leave"', "nearest_quotation", 1),
    ),
    ('"first we will not be"', ('"we will not be"', "nearest_quotation", 1)),
    ('"stability strategic"', None),
    ('"стабильность стратегическая"', ('"стабильность стратегическая"~4', "nearest_quotation", 1)),
    ("Sanctoins", ("Sanctions", "spelling", 3)),
    ("нефть -qqqq", None),
    ("qqqqqq", None),
    ("санкции", None),
    ("", None),
]


@pytest.mark.parametrize(("query", "expected"), SUGGESTED)
def test_another_query_is_suggested_where_it_finds_something(
    searcher: Searcher, query: str, expected: tuple[str, str, int] | None
) -> None:
    found = searcher.search(Query(query)).suggestions
    if expected is None:
        assert not found
    else:
        assert expected in [(each.query, each.reason, each.total) for each in found]


@pytest.mark.parametrize("query", [query for query, _ in SUGGESTED])
@pytest.mark.parametrize("filters", [{}, {"lang": ("ru",)}])
def test_a_suggestion_finds_as_many_as_it_says(
    searcher: Searcher, query: str, filters: dict[str, tuple[str, ...]]
) -> None:
    page = searcher.search(Query(query, filters=filters))
    assert len(page.suggestions) <= 4
    for suggestion in page.suggestions:
        assert suggestion.total > 0
        assert suggestion.query != query
        again = searcher.search(Query(suggestion.query, filters=filters))
        assert again.total == suggestion.total, suggestion


def test_the_query_itself_is_never_replaced(searcher: Searcher) -> None:
    page = searcher.search(Query("sanctoins"))
    assert page.query == page.searched_for == "sanctoins"
    assert page.total == 0


COMPLETED = [
    ("санк", "Санкции"),
    ("Санк", "Санкции"),
    ("cfyr", "Санкции"),
    ("дог", "договор"),
    ("nucl", "Nuclear"),
    ("тгсд", "Nuclear"),
    ("Zakh", "Zakharova"),
    ("Zakh", "Захарова"),
    ("зах", "Захарова"),
    ("зах", "Мария Захарова"),
    ("Мария З", "Мария Захарова"),
]


@pytest.mark.parametrize(("prefix", "expected"), COMPLETED)
def test_a_word_begun_is_completed_as_it_is_written(
    searcher: Searcher, prefix: str, expected: str
) -> None:
    texts = [completion.text for completion in searcher.complete(prefix)]
    assert expected.casefold() in [text.casefold() for text in texts]
    if expected[0].isupper() and expected not in ("Санкции", "Nuclear"):
        assert expected in texts


def test_completions_are_ordered_by_frequency_and_limited(searcher: Searcher) -> None:
    found = searcher.complete("с", 3)
    assert len(found) == 3
    counts = [completion.documents for completion in found]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("prefix", ["", " ", "qqqq", "«", "\ud800", "a" * 500, "*", "1"])
def test_any_prefix_will_do(searcher: Searcher, prefix: str) -> None:
    searcher.complete(prefix)
