"""Saved pages, plain text and Markdown as documents."""

from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.pages import page_of
from dragoman.indexer.readers import read_file

PAGE_EN = """3 May 201409:15

Statement by Ann Lee at the Fish Forum, Lima, 3 May 2014


  • en-GB1 ru-RU1

Mr. Chair,

Fish was discussed at length by all of us.

Thank you.

Additional materials


Fisheries (FAO)

United Nations (UN)

Advanced settings
Search
Site map
"""

PAGE_RU = """3 мая 2014 09:15

Выступление Министра торговли П.Р.Рыбакова на форуме, Лима, 3 мая 2014 года

  • ru-RU1 en-GB1 es-ES1

Уважаемый господин Председатель,

О рыбе говорили все, и говорили долго.

Спасибо.

Дополнительные материалы

Рыболовство (ФАО)

Расширенные настройки
"""


def document(path: Path, content: str | bytes, doc_id: str = "id") -> Document:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = read_file(path, doc_id=doc_id)
    assert isinstance(found, Document)
    return found


def test_an_english_page_is_taken_apart(tmp_path: Path) -> None:
    found = document(tmp_path / "x.txt", PAGE_EN)
    assert found.title == "Statement by Ann Lee at the Fish Forum, Lima, 3 May 2014"
    assert found.date == "2014-05-03T09:15"
    assert found.date_precision == "minute"
    assert found.speakers == ("Ann Lee",)
    assert (found.place, found.kind, found.lang) == ("Lima", "statement", "en")
    assert found.languages == ("en", "ru")
    assert found.topics == ("Fisheries (FAO)", "United Nations (UN)")
    assert found.text == "Mr. Chair,\n\nFish was discussed at length by all of us.\n\nThank you."


def test_a_russian_page_is_taken_apart(tmp_path: Path) -> None:
    found = document(tmp_path / "x.txt", PAGE_RU)
    assert found.date == "2014-05-03T09:15"
    assert found.speakers == ("П.Р.Рыбаков",)
    assert found.office == "Министр торговли"
    assert (found.place, found.kind, found.lang) == ("Лима", "remarks", "ru")
    assert found.languages == ("ru", "en", "es")
    assert found.topics == ("Рыболовство (ФАО)",)
    assert found.text.startswith("Уважаемый господин Председатель,\n\nО рыбе")
    assert found.text.endswith("Спасибо.")


def test_each_field_says_where_it_comes_from(tmp_path: Path) -> None:
    origins = document(tmp_path / "x.txt", PAGE_EN).origins
    assert origins["date"] == origins["topics"] == "page"
    assert origins["speakers"] == origins["place"] == origins["kind"] == "title"


def test_a_page_without_a_date_line_has_the_date_of_its_title(tmp_path: Path) -> None:
    found = document(tmp_path / "x.txt", PAGE_EN.split("\n", 2)[2])
    assert (found.date, found.origins["date"]) == ("2014-05-03", "title")
    assert found.title.startswith("Statement by Ann Lee")
    assert found.text.startswith("Mr. Chair,")


def test_a_page_without_a_language_line_is_known_by_its_date(tmp_path: Path) -> None:
    found = document(tmp_path / "x.txt", PAGE_EN.replace("  • en-GB1 ru-RU1\n", ""))
    assert found.title.startswith("Statement by Ann Lee")
    assert (found.date, found.languages) == ("2014-05-03T09:15", ())
    assert found.text.startswith("Mr. Chair,")


def test_a_date_line_may_follow_the_title(tmp_path: Path) -> None:
    found = document(tmp_path / "x.txt", "Talks about fish\n\n3 May 2014\n\nThey talked.\n")
    assert (found.title, found.date, found.text) == (
        "Talks about fish",
        "2014-05-03",
        "They talked.",
    )


def test_the_number_of_a_release_may_stand_beside_its_date(tmp_path: Path) -> None:
    page = "3 мая 2014 09:15 | 917-03-05-2014\n\nО переговорах\n\nОни состоялись.\n"
    assert document(tmp_path / "x.txt", page).date == "2014-05-03T09:15"


def test_chrome_goes_wherever_it_stands_but_a_sentence_with_its_words_stays(
    tmp_path: Path,
) -> None:
    body = (
        "Print\n\nWe print what we search for.\n\nShare\n\nThis site uses cookies.\n\nThe end.\n\n"
    )
    page = f"3 May 2014\n\nFish\n\n{body}Facebook\nTwitter\n\n© Ministry, 2014\n"
    found = document(tmp_path / "x.txt", page)
    assert found.text == "We print what we search for.\n\nThe end."


def test_text_between_date_and_languages_that_is_no_title_is_not_lost(tmp_path: Path) -> None:
    long = "Fish " * 90 + "end."
    found = document(tmp_path / "talk.txt", f"3 May 2014\n\n{long}\n\n  • en-GB1\n\nMore.\n")
    assert found.title == "talk"
    assert found.text == f"{long}\n\nMore."


def test_no_page_is_seen_in_plain_text() -> None:
    assert page_of("Fish\n\nOn 3 May 2014 they met in Lima.\n") is None


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("Talks\n\nThey talked.\n", "Talks", "They talked."),
        ("\n\nTalks\n\nThey talked.\n", "Talks", "They talked."),
        ("Mr. Chair,\n\nWe met.\n", "talks.v2", "Mr. Chair,\n\nWe met."),
        ("They talked.", "talks.v2", "They talked."),
        ("They talked.\nThen they left.\n", "talks.v2", "They talked.\nThen they left."),
        ("a " * 200 + "\n\nEnd.", "talks.v2", "a " * 199 + "a\n\nEnd."),
    ],
)
def test_plain_text_is_named_by_a_short_first_line_or_its_file(
    tmp_path: Path, content: str, title: str, text: str
) -> None:
    found = document(tmp_path / "talks.v2.txt", content)
    assert (found.title, found.text) == (title, text)


def test_line_ends_are_made_one_kind(tmp_path: Path) -> None:
    assert document(tmp_path / "x.txt", "Talks\r\n\r\nOne.\r\rTwo.\r\n").text == "One.\n\nTwo."


def test_wrapped_paragraphs_are_joined(tmp_path: Path) -> None:
    lines = [
        "The ministers of the two countries met on the shore of the lake and talked",
        "about the fish that live in it, of which there are fewer every year, and they",
        "agreed that something must be done about it before the next winter comes, as",
        "otherwise there would be none left for anyone to talk about at such meetings.",
    ]
    found = document(tmp_path / "x.txt", "Talks\n\n" + "\n".join(lines) + "\n")
    assert found.text == " ".join(lines)


def test_mojibake_is_repaired_and_reported(tmp_path: Path) -> None:
    russian = "Министры встретились в Лиме и говорили о рыбе."
    broken = russian.encode().decode("windows-1251", errors="ignore")
    whole = "Рыбы в озере всё меньше, сказал он."
    ruined = bytes(whole, "utf-8").decode("latin-1")
    found = document(tmp_path / "x.txt", f"Встреча\n\n{ruined}\n\nКонец «дела» – точка.\n")
    assert found.text == f"{whole}\n\nКонец «дела» – точка."
    assert found.extra["encoding"] == (
        "utf-8; repaired: UTF-8 that had been read as Windows-1252, in 1 line"
    )
    assert found.origins["text"] == (
        "page; repaired: UTF-8 that had been read as Windows-1252, in 1 line"
    )
    assert broken not in found.text


@pytest.mark.parametrize("content", ["", " \n\n ", "3 May 2014\n\nTalks\n\n  • en-GB1\n"])
def test_a_file_without_text_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(ReadError):
        document(tmp_path / "x.txt", content)


def test_front_matter_gives_the_fields_as_they_are_written(tmp_path: Path) -> None:
    found = document(
        tmp_path / "x.md",
        "---\ntitle: 'Talks: the fish'\ndate: 2014-05\nplace: Lima\nsource: Fish Paper\n"
        "speakers: [Ann Lee, Bob Ray]\nkind: report\ntags:\n  - fish\n  - lakes\nlang: en\n"
        "pair: talks\ncountry: NO\nurl: https://example.org/1\nid: fish-1\nedition: 007\n---\n"
        "They talked.\n",
    )
    assert (found.doc_id, found.title, found.date) == ("fish-1", "Talks: the fish", "2014-05")
    assert found.speakers == ("Ann Lee", "Bob Ray")
    assert found.topics == ("fish", "lakes")
    assert (found.place, found.source, found.kind) == ("Lima", "Fish Paper", "report")
    assert (found.country, found.pair, found.url) == ("NO", "talks", "https://example.org/1")
    assert found.extra == {"edition": "007"}
    assert found.origins["date"] == "front matter"
    assert found.text == "They talked."


@pytest.mark.parametrize(
    ("written", "iso"),
    [("2014", "2014"), ("2014-05-03", "2014-05-03"), ("3 мая 2014 г.", "2014-05-03"),
     ("2014-05-03T09:15:00+03:00", "2014-05-03T09:15"), ("2014-05-03 09:15", "2014-05-03T09:15")],
)  # fmt: skip
def test_a_front_matter_date_keeps_its_precision(tmp_path: Path, written: str, iso: str) -> None:
    assert document(tmp_path / "x.md", f"---\ndate: {written}\n---\nText.\n").date == iso


def test_an_unreadable_front_matter_date_is_kept_as_it_was(tmp_path: Path) -> None:
    found = document(tmp_path / "x.md", "---\ndate: last spring\n---\nText.\n")
    assert (found.date, found.extra["date"]) == ("", "last spring")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("One *two* **three** `four`.", "One two three four."),
        ("A [link](https://example.org) here.", "A link here."),
        ("Wrapped\nline.", "Wrapped line."),
        ("Hard  \nbreak.", "Hard\nbreak."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("## Part\n\nText.", "Part\n\nText."),
        ("- one\n- two", "one\n\ntwo"),
        ("3. one\n4. two", "3. one\n\n4. two"),
        ("> Quoted.", "Quoted."),
        ("5 \\* 6 &amp; 7", "5 * 6 & 7"),
        ("| a | b |\n|---|---|\n| c | d |", "a | b\n\nc | d"),
        ("Text<sup>1</sup><!-- note -->.", "Text1."),
        ("```\nverbatim *text*\n```", "verbatim *text*"),
        ("![picture](x.png)Text.", "Text."),
    ],
)
def test_markdown_becomes_plain_text(tmp_path: Path, markdown: str, text: str) -> None:
    assert document(tmp_path / "x.md", f"---\ntitle: T\n---\n{markdown}\n").text == text


def test_the_first_heading_is_the_title_and_no_part_of_the_body(tmp_path: Path) -> None:
    found = document(tmp_path / "x.md", "# Talks\n\nThey talked.\n")
    assert (found.title, found.text) == ("Talks", "They talked.")
    found = document(tmp_path / "x.md", "---\ntitle: Talks\n---\n# Talks\n\nThey talked.\n")
    assert (found.title, found.text) == ("Talks", "They talked.")


def test_markdown_without_title_is_named_by_its_file(tmp_path: Path) -> None:
    assert document(tmp_path / "talks.md", "They talked.\n").title == "talks"


@pytest.mark.parametrize("head", ["title: a: b", "layout: post\ndate: [2014", "tags: - a"])
def test_front_matter_that_is_no_yaml_is_an_error(tmp_path: Path, head: str) -> None:
    with pytest.raises(ReadError, match="front matter is no YAML"):
        document(tmp_path / "x.md", f"---\n{head}\n---\nText.\n")


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        ("One.\n\n---\n\nTwo.", "One.\n\nTwo."),
        ("\nOne.\n\n---\n\nTwo.", "One.\n\nTwo."),
        ("\nOne.\n\nTwo.", "One.\n\nTwo."),
        ("One.\n---\nTwo.", "One.\n\nTwo."),
        ("[a\n---\nTwo.", "[a\n\nTwo."),
        ("- a\n- b\n\n---\nTwo.", "a\n\nb\n\nTwo."),
        ("[A link](http://example.org/): more\n\n---\nTwo.", "A link: more\n\nTwo."),
        ("Note: he said: no.\n\n---\nTwo.", "Note: he said: no.\n\nTwo."),
        ("Note: the end.\n\n---\nTwo.", "Note: the end.\n\nTwo."),
        ('\n"Date: 3 May"\n\n---\nTwo.', '"Date: 3 May"\n\nTwo.'),
        ("\nsource: a: b\n\n---\nTwo.", "source: a: b\n\nTwo."),
        ("## Part\n---\nTwo.", "Part\n\nTwo."),
        ("## Part\nNote: One.\n---\nTwo.", "Part\n\nNote: One.\n\nTwo."),
        ("---\nTwo.", "Two."),
        ("", "No text but this."),
    ],
)
def test_a_file_that_opens_with_a_rule_keeps_all_its_text(
    tmp_path: Path, opening: str, text: str
) -> None:
    found = document(tmp_path / "x.md", f"---\n{opening or text}\n")
    assert (found.title, found.text, found.extra) == ("x", text, {})


@pytest.mark.parametrize(
    "head",
    ["date: 2014-05", "\ndate: 2014-05\n", "# comment\ndate: 2014-05", "date: 2014-05\n\n",
     "layout: post\ndate: 2014-05"],
)  # fmt: skip
def test_front_matter_with_a_blank_line_or_a_comment_is_still_one(
    tmp_path: Path, head: str
) -> None:
    found = document(tmp_path / "x.md", f"---\n{head}\n---\nText.\n")
    assert (found.date, found.text) == ("2014-05", "Text.")


def test_front_matter_of_other_fields_alone_is_kept(tmp_path: Path) -> None:
    found = document(tmp_path / "x.md", "---\nlayout: post\nday of issue: 3\n---\nText.\n")
    assert (found.text, found.extra) == ("Text.", {"layout": "post", "day of issue": "3"})


def test_a_rule_in_the_text_is_no_front_matter(tmp_path: Path) -> None:
    assert document(tmp_path / "x.md", "One.\n\n---\n\nTwo.\n").text == "One.\n\nTwo."


def test_the_seed_page_is_read_as_the_contract_says(shared: Path) -> None:
    (seed,) = (shared / "seed").glob("*.txt")
    (found,) = read_file(seed, doc_id="seed")
    assert isinstance(found, Document)
    assert found.title.startswith("Statement by Sergey Lavrov at the Opening Ceremony")
    assert found.title.endswith("World”, Moscow, 22 June 2021")
    assert found.date == "2021-06-22T10:32"
    assert found.speakers == ("Sergey Lavrov",)
    assert (found.place, found.kind, found.lang) == ("Moscow", "statement", "en")
    assert found.languages == ("en", "ru")
    assert [topic.split()[0] for topic in found.topics] == [
        "Organization", "Council", "NATO", "European",
    ]  # fmt: skip
    assert found.text.startswith("Mr. Chair,\n\nDear colleagues,")
    assert found.text.endswith("in Cambodia.\n\nThank you.")
