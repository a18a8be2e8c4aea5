"""Which pieces of a text are shown: whole sentences, the best first, with exact marks."""

from itertools import pairwise

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.store import WhooshWriter
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.results import Hit
from dragoman.search.snippets import MAX_LENGTH, MAX_SNIPPETS

FILLER = "Nothing of note was said in the hall that day, and the guests left it early on foot. "
LONG = "words " * 300
TEXTS = {
    "both": (
        "The sanctions were named once in this sentence, which is long enough to stand alone. "
        + FILLER * 3
        + "Here sanctions and oil stand together in one sentence that is long enough by itself. "
        + FILLER * 3
        + "Oil alone is named in this last sentence, which again is long enough to be shown."
    ),
    "long": f"{LONG}embargo {LONG}embargo {LONG}.",
    "phrase": f"Control of arms is one thing. {FILLER}Arms control is another thing altogether.",
    "quoted": f"{FILLER}«Мир и договор важнее всего на свете», — сказал он в зале. {FILLER}",
    "title": "A text that says nothing of it. " + FILLER * 9,
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("index")
    with WhooshWriter(folder) as writer:
        for doc_id, text in TEXTS.items():
            title = "Montreux" if doc_id == "title" else ""
            writer.add(Document(doc_id, title, text), "file")
        writer.commit((), {})
    return open_searcher(folder)


def hit(searcher: Searcher, query: str) -> Hit:
    (found,) = searcher.search(Query(query)).hits
    return found


def marked(found: Hit) -> list[list[str]]:
    return [[s.text[a:b] for a, b in s.marks] for s in found.snippets]


@pytest.mark.parametrize(
    "query", ["sanctions oil", "embargo", '"arms control"', "договор", "montreux", "note"]
)
def test_a_snippet_is_its_piece_of_the_text(searcher: Searcher, query: str) -> None:
    for found in searcher.search(Query(query)).hits:
        text = TEXTS[found.metadata.doc_id]
        assert 1 <= len(found.snippets) <= MAX_SNIPPETS
        places = sorted((s.start, s.end) for s in found.snippets)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        for snippet in found.snippets:
            assert snippet.text == text[snippet.start : snippet.end]
            assert len(snippet.text) <= MAX_LENGTH + 60  # up to the ends of words and quotations


def test_the_sentence_with_most_parts_of_the_query_comes_first(searcher: Searcher) -> None:
    found = hit(searcher, "sanctions oil")
    assert marked(found) == [["sanctions", "oil"], ["sanctions"], ["Oil"]]
    assert found.snippets[0].text.startswith("Here sanctions")
    assert found.snippets[0].text.endswith("early on foot.")  # a short sentence has the next


def test_a_long_sentence_is_cut_around_its_match_at_whole_words(searcher: Searcher) -> None:
    found = hit(searcher, "embargo")
    assert marked(found) == [["embargo"], ["embargo"]]
    for snippet in found.snippets:
        assert set(snippet.text.split()) <= {"words", "embargo"}


def test_words_of_a_phrase_are_marked_only_where_it_stands(searcher: Searcher) -> None:
    found = hit(searcher, '"arms control"')
    assert [mark for marks in marked(found) for mark in marks] == ["Arms", "control"]


def test_a_sentence_keeps_its_opening_quotation_mark(searcher: Searcher) -> None:
    (snippet,) = hit(searcher, "договор").snippets
    assert snippet.text.startswith("«Мир и договор")


def test_where_only_the_title_matches_the_text_begins_without_marks(searcher: Searcher) -> None:
    found = hit(searcher, "montreux")
    assert found.title_marks == ((0, 8),)
    assert marked(found) == [[]]
    assert found.snippets[0].start == 0
