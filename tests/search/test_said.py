"""`said:`: what is found in a speaker's own turns, and who that speaker is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.indexer import sync
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.errors import QueryError
from dragoman.search.syntax import parse

TEXTS = {
    "en.txt": """Press conference

Vladimir Putin: We will answer the sanctions. Nuclear weapons remain.

Question: What about sanctions and the price of oil?

Vladimir Putin: Oil is not my question.

Sergey Lavrov: Sanctions are illegal. Oil prices rose too.
""",
    "ru.txt": """Пресс-конференция

В.Путин: Мы ответим на санкции. Нефть здесь ни при чём.

Вопрос: А как же санкции?

С.Лавров: Санкции незаконны.
""",
    "statement.md": """---
speaker: Foreign Minister Sergey Lavrov
---
# A statement

The sanctions must go; so must the tariffs.
""",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("said")
    for name, text in TEXTS.items():
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / name).write_text(text, encoding="utf-8")
    sync([folder / "texts"], index_dir=folder / "index")
    with open_searcher(folder / "index") as opened:
        yield opened


def found(searcher: Searcher, query: str) -> dict[str, int]:
    """Id to occurrences."""
    page = searcher.search(Query(query))
    return {hit.metadata.doc_id: hit.occurrences for hit in page.hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Sanctions stand in a turn of Putin's, one of a questioner's, one of Lavrov's.
        ("said:(Putin sanctions)", {"en.txt": 1}),
        ("said:(Путина sanctions)", {"en.txt": 1}),
        ("сказал:(Путин санкции)", {"ru.txt": 1}),
        ("said:(Putin санкции)", {"ru.txt": 1}),
        ("said:(Question sanctions)", {"en.txt": 1}),
        ("said:(Вопрос санкции)", {"ru.txt": 1}),
        # A text without turns is all its speaker's; English and Russian spellings are one person.
        ("said:(Lavrov sanctions)", {"en.txt": 1, "statement.md": 1}),
        ("said:(Лавров (sanctions OR санкции))", {"en.txt": 1, "ru.txt": 1, "statement.md": 1}),
        ('said:("Sergey Lavrov" sanctions)', {"en.txt": 1, "statement.md": 1}),
        ("said:((Putin OR Lavrov) oil)", {"en.txt": 2}),
        ("said:(Lavro* tariff)", {"statement.md": 1}),
        # Two words somewhere in his turns, near each other only in one of them.
        ("said:(Putin sanctions oil)", {"en.txt": 2}),
        ("said:(Putin sanctions w/9 oil)", {}),
        ("said:(Lavrov sanctions w/9 oil)", {"en.txt": 1}),
        ('said:(Putin "nuclear weapons")', {"en.txt": 1}),
        ("said:(Putin sanctions -illegal)", {"en.txt": 1}),
        ("said:(Putin =sanction)", {}),
        ("said:(Putin atleast2(oil))", {}),
        ("said:(Lavrov sanctions) NOT said:(Putin sanctions)", {"statement.md": 1}),
        # The voice is no part of what is said.
        ("said:(Putin Putin)", {}),
        ("said:(Nobody sanctions)", {}),
    ],
)
def test_words_are_found_in_turns_of_that_name(
    searcher: Searcher, query: str, expected: dict[str, int]
) -> None:
    assert found(searcher, query) == expected
    assert found(searcher, parse(query).searched_for) == expected


def test_only_words_in_the_speakers_turns_are_marked(searcher: Searcher) -> None:
    view = searcher.document("en.txt", Query("said:(Putin sanctions)"))
    (mark,) = view.marks
    assert view.text[slice(*mark)] == "sanctions"
    assert mark[0] == view.text.index("sanctions")


def test_a_snippet_says_whose_words_it_shows(searcher: Searcher) -> None:
    (hit,) = searcher.search(Query("said:(Question oil)")).hits
    assert [snippet.voice for snippet in hit.snippets] == ["Question"]
    (hit,) = searcher.search(Query("said:(Lavrov tariffs)")).hits
    assert [snippet.voice for snippet in hit.snippets] == [""]  # a text that parts no turns


def test_a_document_tells_its_turns(searcher: Searcher) -> None:
    view = searcher.document("ru.txt")
    told = [
        (turn.voice, turn.speaker, view.text[turn.text_start : turn.end][:8]) for turn in view.turns
    ]
    assert told == [
        ("В.Путин", "Vladimir Putin", "Мы ответ"),
        ("Вопрос", "Вопрос", "А как же"),
        ("С.Лавров", "Sergey Lavrov", "Санкции "),
    ]


def test_match_any_joins_what_follows_the_name(searcher: Searcher) -> None:
    page = searcher.search(Query("said:(Putin tariffs oil)", match="any"))
    assert page.searched_for == "said:(Putin AND (tariffs OR oil))"
    assert [hit.metadata.doc_id for hit in page.hits] == ["en.txt"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("said:((Putin OR Lavrov) tariffs oil)", "said:((Putin OR Lavrov) AND (tariffs OR oil))"),
        ("said:(Putin AND tariffs oil)", "said:(Putin AND (tariffs OR oil))"),
        ("said:(Putin tariffs AND oil)", "said:(Putin AND tariffs AND oil)"),
        ("said:(Putin tariffs -oil)", "said:(Putin AND tariffs AND NOT oil)"),
    ],
)
def test_match_any_leaves_the_name_alone(typed: str, read: str) -> None:
    assert parse(typed, match="any").searched_for == read


def test_parentheses_typed_twice_change_nothing() -> None:
    assert parse("said:((Putin oil gas))").searched_for == "said:(Putin AND oil AND gas)"


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("said:((Sergey Lavrov) oil)", "all"), ("said:(Lavrov OR oil)", "all"),
        ("said:(Lavrov OR oil)", "any"), ("said:(Lavrov oil OR gas)", "any"),
    ],
)  # fmt: skip
def test_what_does_not_begin_with_one_name_is_an_error(typed: str, match: str) -> None:
    with pytest.raises(QueryError, match=r"said:\(\(Putin OR Lavrov\) sanctions\)"):
        parse(typed, match=match)


def test_a_weight_weighs_what_is_found(searcher: Searcher) -> None:
    plain = searcher.search(Query("said:(Putin oil)")).hits[0].score
    page = searcher.search(Query("said:(Putin oil)^2"))
    assert page.searched_for == "said:(Putin AND oil^2)"
    assert page.hits[0].score == pytest.approx(2 * plain)


# Speakers


def test_all_spellings_of_a_speaker_are_one_facet_value(tmp_path: Path) -> None:
    spellings = ["Sergey Lavrov", "С.В.Лавров", "Сергея Лаврова", "Foreign Minister Lavrov"]
    for number, speaker in enumerate(["Sergey Lavrov", *spellings, "Maria Zakharova"]):
        text = f"---\nspeaker: {speaker}\n---\n# T\n\nOn peace.\n"
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    both = '{"text": "Peace.", "speaker": ["S. Lavrov", "Lavrov"]}'
    (tmp_path / "both.json").write_text(both, encoding="utf-8")
    sync([tmp_path], index_dir=tmp_path / "index")
    with open_searcher(tmp_path / "index") as searcher:
        page = searcher.search(Query("peace"))
        # Five files of one speaker each, and a record that spells him twice.
        told = [(value.value, value.count) for value in page.facets["speaker"]]
        assert told == [("Sergey Lavrov", 6), ("Maria Zakharova", 1)]
        for spelling in (*spellings, "S. Lavrov", "Lavrov"):
            chosen = searcher.search(Query("peace", filters={"speaker": (spelling,)}))
            assert chosen.total == 6
            selected = [value.value for value in chosen.facets["speaker"] if value.selected]
            assert selected == ["Sergey Lavrov"]
        assert searcher.search(Query("speaker:Лаврову")).total == 6
        assert searcher.search(Query('speaker:"foreign minister"')).total == 6
        assert searcher.search(Query("speaker:Zakharova")).total == 1


def test_names_toml_settles_who_is_who(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, speaker in enumerate(["Joe Biden", "Джо Байден", "Дж.Байден"]):
        text = f"---\nspeaker: {speaker}\n---\n# T\n\nOn peace.\n"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")

    def speakers() -> tuple[str, dict[str, int]]:
        report = sync([folder], index_dir=tmp_path / "index")
        assert (report.changed, report.failed) == (0, ())
        with open_searcher(tmp_path / "index") as searcher:
            page = searcher.search(Query("peace"))
            counts = {value.value: value.count for value in page.facets["speaker"]}
            return page.index.state, counts

    before = speakers()
    assert before[1] == {"Joe Biden": 1, "Джо Байден": 2}
    (folder / "names.toml").write_text('"Joe Biden" = ["Джо Байден"]\n', encoding="utf-8")
    settled = speakers()
    assert settled[1] == {"Joe Biden": 3}
    assert settled[0] != before[0]  # counts have changed, so the state has
    assert speakers() == settled
    (folder / "names.toml").unlink()
    assert speakers() == before


def test_versions_joined_by_their_texts_bear_out_who_is_who(tmp_path: Path) -> None:
    english = (
        "On Monday we met Antony Blinken in Reykjavik, and then Josep Borrell in Lisbon, about "
        "1,250 tons of grain, 35 ships and the talks with Mevlut Cavusoglu of Ankara."
    )
    russian = (
        "В понедельник мы встретили Энтони Блинкена в Рейкьявике, а затем Жозепа Борреля в "
        "Лиссабоне: 1250 тонн зерна, 35 судов и переговоры с Мевлютом Чавушоглу в Анкаре."
    )
    texts = {"a": ("Joe Biden", english), "b": ("Джо Байден", russian)}
    for name, (speaker, text) in texts.items():
        page = f"---\nspeaker: {speaker}\ndate: 2022-02-14\n---\n# T {name}\n\n{text}\n"
        (tmp_path / f"{name}.md").write_text(page, encoding="utf-8")
    sync([tmp_path], index_dir=tmp_path / "index")
    with open_searcher(tmp_path / "index") as searcher:
        page = searcher.search(Query(""))
        assert [hit.metadata.versions[0].by for hit in page.hits] == ["text", "text"]
        assert [value.count for value in page.facets["speaker"]] == [2]
