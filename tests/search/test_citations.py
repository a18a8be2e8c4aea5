"""Citations: each style on each kind of record, names taken apart, what pages carry."""

from datetime import date
from urllib.parse import parse_qs

import pytest

from dragoman.search.citations import accessed_on, cite, coins, meta_tags
from dragoman.search.csl import csl_item, csl_name
from dragoman.search.errors import RequestError
from dragoman.search.results import Metadata

DAY = date(2026, 1, 4)


def record(
    title: str, day: str = "", lang: str = "en", speakers: str = "", source: str = "",
    kind: str = "", url: str = "", place: str = "", topics: tuple[str, ...] = (),
) -> Metadata:  # fmt: skip
    """A document; speakers are parted by semicolons."""
    return Metadata(
        "d/1", title, day, "", lang, tuple(filter(None, speakers.split("; "))), place, source,
        kind, topics, "", url,
    )  # fmt: skip


STATEMENT = record(
    "Statement by Sergey Lavrov on “ASEM at 25”", "2021-06-22T10:32", "en", "Sergey Lavrov",
    "Ministry of Foreign Affairs", "statement", "https://mid.ru/en/1?a=1&b=2", "Moscow", ("Asia",),
)  # fmt: skip
INTERVIEW = record(
    "Интервью газете «Известия»", "2021-06", "ru", "Министр иностранных дел С.В.Лавров",
    "МИД России", "interview", "https://mid.ru/ru/2",
)  # fmt: skip
MEETING = record(
    "Совещание с членами Правительства", "2025-02-18", "ru",
    "А.Козлов; А.Новак; А.Силуанов; А.Хинштейн; В.Путин; В.Савельев; М.Кузнецов", "kremlin.ru",
    "", "http://kremlin.ru/76282",
)  # fmt: skip
CORPUS = record(
    "Lesotho: statement in the General Debate", "2015", "en", "Mr. Pakalitha Bethuel Mosisili",
    "UN General Debate Corpus", "statement",
)  # fmt: skip
UNDATED = record("О нераспространении.", "", "ru", "", "МИД России", "", "https://mid.ru/3")
ARTICLE = record(
    "Will there be peace?", "2019-03-01", "en", "John Smith; Ursula von der Leyen", "Kommersant",
    "article",
)  # fmt: skip
THREE = record(
    "Joint statement", "2018-06-12", "en", "Donald Trump; Kim Jong-un; Joseph R. Biden, Jr.",
    "White House", "statement", "https://wh.gov/x",
)  # fmt: skip
TWO = record(
    "Совместное заявление", "2023-03-21", "ru", "Владимир Путин; Си Цзиньпин", "Президент России"
)
UNTITLED = record("", "", "ru", url="http://x.ru")
INSTITUTION = record(
    "Statement on the “Open Skies” treaty", "2020-05-22", "en", "", "Russian Foreign Ministry",
    "statement", "https://mid.ru/7",
)  # fmt: skip
NEWS = record(
    'Инвестиции останутся "сырьевыми"', "2006-01-25", "ru", "", "PROGNOSIS.RU", "article",
    "http://www.prognosis.ru/print.html?id=6464",
)  # fmt: skip
BARE = record("Note", "1949")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (STATEMENT, "Lavrov S. Statement by Sergey Lavrov on “ASEM at 25” [Электронный ресурс] // "
         "Ministry of Foreign Affairs. 2021. 22 June. URL: https://mid.ru/en/1?a=1&b=2 "
         "(дата обращения: 04.01.2026)."),
        (INTERVIEW, "Лавров С. В. Интервью газете «Известия» [Электронный ресурс] // МИД России. "
         "2021. Июнь. URL: https://mid.ru/ru/2 (дата обращения: 04.01.2026)."),
        (MEETING, "Совещание с членами Правительства [Электронный ресурс] / А. Козлов [и др.] // "
         "kremlin.ru. 2025. 18 февраля. URL: http://kremlin.ru/76282 "
         "(дата обращения: 04.01.2026)."),
        (CORPUS, "Mosisili P. B. Lesotho: statement in the General Debate // "
         "UN General Debate Corpus. 2015."),
        (UNDATED, "О нераспространении [Электронный ресурс] // МИД России. "
         "URL: https://mid.ru/3 (дата обращения: 04.01.2026)."),
        (ARTICLE, "Smith J., von der Leyen U. Will there be peace? // Kommersant. 2019. 1 March."),
        (THREE, "Trump D., Kim Jong-un, Biden Jr. J. R. Joint statement [Электронный ресурс] // "
         "White House. 2018. 12 June. URL: https://wh.gov/x (дата обращения: 04.01.2026)."),
        (TWO, "Путин В., Си Цзиньпин. Совместное заявление // Президент России. 2023. 21 марта."),
        (UNTITLED, "[Без названия] [Электронный ресурс]. URL: http://x.ru "
         "(дата обращения: 04.01.2026)."),
        (INSTITUTION, "Statement on the “Open Skies” treaty [Электронный ресурс] // "
         "Russian Foreign Ministry. 2020. 22 May. URL: https://mid.ru/7 "
         "(дата обращения: 04.01.2026)."),
        (NEWS, "Инвестиции останутся \"сырьевыми\" [Электронный ресурс] // PROGNOSIS.RU. 2006. "
         "25 января. URL: http://www.prognosis.ru/print.html?id=6464 "
         "(дата обращения: 04.01.2026)."),
        (BARE, "Note. 1949."),
    ],
)  # fmt: skip
def test_gost_is_as_in_section_10_of_the_standard(metadata: Metadata, expected: str) -> None:
    assert cite(metadata, "gost", DAY) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (STATEMENT, "Lavrov, Sergey. “Statement by Sergey Lavrov on ‘ASEM at 25.’” Ministry of "
         "Foreign Affairs, June 22, 2021. https://mid.ru/en/1?a=1&b=2."),
        (INTERVIEW, "Лавров, С. В. «Интервью газете „Известия“». МИД России, июнь 2021 г. "
         "https://mid.ru/ru/2."),
        (MEETING, "Козлов, А., А. Новак, А. Силуанов и др. «Совещание с членами Правительства». "
         "kremlin.ru, 18 февраля 2025 г. http://kremlin.ru/76282."),
        (CORPUS, "Mosisili, Pakalitha Bethuel. “Lesotho: statement in the General Debate.” "
         "UN General Debate Corpus, 2015."),
        (UNDATED, "МИД России. «О нераспространении». Дата обращения: 4 января 2026 г. "
         "https://mid.ru/3."),
        (ARTICLE, "Smith, John, and Ursula von der Leyen. “Will there be peace?” Kommersant, "
         "March 1, 2019."),
        (THREE, "Trump, Donald, Kim Jong-un, and Joseph R. Biden Jr. “Joint statement.” "
         "White House, June 12, 2018. https://wh.gov/x."),
        (TWO, "Путин, Владимир и Си Цзиньпин. «Совместное заявление». Президент России, "
         "21 марта 2023 г."),
        (UNTITLED, "«[Без названия]». Дата обращения: 4 января 2026 г. http://x.ru."),
        (INSTITUTION, "Russian Foreign Ministry. “Statement on the ‘Open Skies’ treaty.” "
         "May 22, 2020. https://mid.ru/7."),
        (NEWS, "«Инвестиции останутся „сырьевыми“». PROGNOSIS.RU, 25 января 2006 г. "
         "http://www.prognosis.ru/print.html?id=6464."),
        (BARE, "“Note.” 1949."),
    ],
)  # fmt: skip
def test_chicago_writes_names_out_and_nests_quotes(metadata: Metadata, expected: str) -> None:
    assert cite(metadata, "chicago", DAY) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (STATEMENT, "Lavrov, S. (2021, June 22). Statement by Sergey Lavrov on “ASEM at 25.” "
         "Ministry of Foreign Affairs. https://mid.ru/en/1?a=1&b=2"),
        (INTERVIEW, "Лавров, С. В. (2021, июнь). Интервью газете «Известия». МИД России. "
         "https://mid.ru/ru/2"),
        (CORPUS, "Mosisili, P. B. (2015). Lesotho: statement in the General Debate. "
         "UN General Debate Corpus."),
        (UNDATED, "МИД России. (б. д.). О нераспространении. https://mid.ru/3"),
        (ARTICLE, "Smith, J., & von der Leyen, U. (2019, March 1). Will there be peace? "
         "Kommersant."),
        (THREE, "Trump, D., Kim, J.-U., & Biden, J. R., Jr. (2018, June 12). Joint statement. "
         "White House. https://wh.gov/x"),
        (TWO, "Путин, В. и Си, Ц. (2023, 21 марта). Совместное заявление. Президент России."),
        (UNTITLED, "[Без названия]. (б. д.). http://x.ru"),
        (INSTITUTION, "Russian Foreign Ministry. (2020, May 22). Statement on the “Open Skies” "
         "treaty. https://mid.ru/7"),
        (NEWS, "Инвестиции останутся \"сырьевыми\". (2006, 25 января). PROGNOSIS.RU. "
         "http://www.prognosis.ru/print.html?id=6464"),
        (BARE, "Note. (1949)."),
    ],
)  # fmt: skip
def test_apa_has_the_date_behind_the_author(metadata: Metadata, expected: str) -> None:
    assert cite(metadata, "apa", DAY) == expected


def test_apa_names_the_first_nineteen_and_the_last_of_more_than_twenty() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTU"
    many = record("Talks", "2020", speakers="; ".join(f"{a}. Smith{a.lower()}" for a in letters))
    named = ", ".join(f"Smith{a.lower()}, {a}." for a in letters[:19])
    assert cite(many, "apa", DAY) == f"{named}, . . . Smithu, U. (2020). Talks."


def test_a_style_that_is_not_there_is_an_error() -> None:
    with pytest.raises(RequestError, match="gost, chicago, apa"):
        cite(BARE, "mla", DAY)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Sergey Lavrov", "Lavrov|Sergey"),
        ("С.В.Лавров", "Лавров|С. В."),
        ("Лавров Сергей Викторович", "Лавров|Сергей Викторович"),
        ("Путин В.В.", "Путин|В. В."),
        ("President of Russia Vladimir Putin", "Putin|Vladimir"),
        ("Жан-Ив Ле Дриан", "Ле Дриан|Жан-Ив"),
        ("Ursula von der Leyen", "von der Leyen|Ursula"),
        ("Дж.Байден", "Байден|Дж."),
        ("Kim Jong Un", "Kim|Jong Un"),
        ("H.E. Mr. Wang Yi", "Wang|Yi"),
        ("МИД России", "МИД России"),
        ("Question", "Question"),
    ],
)
def test_a_speaker_becomes_family_and_given_name_or_stays_whole(spelling: str, name: str) -> None:
    found = csl_name(spelling)
    assert (found.get("literal") or f"{found['family']}|{found['given']}") == name


def test_a_csl_item_has_the_types_that_the_schema_asks_for() -> None:
    # csl-data.json: id and type are required; names, dates and the rest have these shapes.
    types = {"speech", "interview", "article-newspaper", "webpage", "document"}
    records = [STATEMENT, INTERVIEW, MEETING, CORPUS, UNDATED, ARTICLE, THREE, TWO, UNTITLED, BARE]
    found = set()
    for metadata in records:
        item = csl_item(metadata, DAY)
        found.add(item["type"])
        for variable, value in item.items():
            if variable == "author":
                for name in value:
                    assert name.keys() in ({"literal"}, {"family", "given"},
                                           {"family", "given", "suffix"},
                                           {"family", "given", "static-ordering"})  # fmt: skip
            elif variable in ("issued", "accessed"):
                (parts,) = value["date-parts"]
                assert value.keys() == {"date-parts"}
                assert 1 <= len(parts) <= 3
                assert all(isinstance(part, int) for part in parts)
            else:
                assert isinstance(value, str) and value, variable
    assert found == types
    assert csl_item(STATEMENT, DAY) == {
        "id": "d/1",
        "type": "speech",
        "title": "Statement by Sergey Lavrov on “ASEM at 25”",
        "author": [{"family": "Lavrov", "given": "Sergey"}],
        "issued": {"date-parts": [[2021, 6, 22]]},
        "publisher": "Ministry of Foreign Affairs",
        "event-place": "Moscow",
        "genre": "statement",
        "keyword": "Asia",
        "language": "en",
        "URL": "https://mid.ru/en/1?a=1&b=2",
        "accessed": {"date-parts": [[2026, 1, 4]]},
    }


def test_the_day_of_access_is_a_day() -> None:
    assert accessed_on("04.01.2026") == DAY == accessed_on("2026-01-04")
    for wrong in ("2026-01", "someday"):
        with pytest.raises(RequestError, match="accessed"):
            accessed_on(wrong)


def test_a_page_tells_reference_managers_what_it_shows() -> None:
    pairs = meta_tags(TWO, "https://host/document/d/1")
    assert [value for name, value in pairs if name == "citation_author"] == [
        "Путин, Владимир", "Си, Цзиньпин",
    ]  # fmt: skip
    told = dict(pairs)
    assert told["citation_publication_date"] == "2023/03/21"
    assert told["DC.date"] == "2023-03-21"
    assert told["citation_public_url"] == told["DC.identifier"] == "https://host/document/d/1"
    assert dict(meta_tags(STATEMENT, "https://host/"))["DC.identifier"] == STATEMENT.url
    assert all(value for _, value in pairs)
    keys = parse_qs(coins(STATEMENT), strict_parsing=True)
    assert keys["ctx_ver"] == ["Z39.88-2004"]
    assert keys["rft.title"] == [STATEMENT.title]
    assert keys["rft.creator"] == ["Lavrov, Sergey"]
    assert keys["rft.date"] == ["2021-06-22"]
    assert keys["rft.identifier"] == [STATEMENT.url]
