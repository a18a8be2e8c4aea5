"""Citations: each style on each kind of record, names taken apart, what pages carry.

The expected citations are worked by hand from the rules whose numbers the tests name.
"""

from datetime import date
from importlib.resources import files
from urllib.parse import parse_qs

import citeproc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dragoman.search.citation_styles import STYLES
from dragoman.search.citations import accessed_on, cite, coins, meta_tags, runs_of
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
SPEECH = record(
    "Remarks at the UN General Assembly", "2015-09-28", "en", "Barack Obama", "White House",
    "remarks", "https://wh.gov/1", "New York",
)  # fmt: skip
BRIEFING = record(
    "Брифинг М.В.Захаровой", "2018-10-04", "ru", "М.В.Захарова", "МИД России", "брифинг",
    "https://mid.ru/10", "Москва",
)  # fmt: skip
RELEASE = record(
    "О встрече с послом Индии", "2020-03", "ru", "", "МИД России", "press release",
    "https://mid.ru/12",
)  # fmt: skip
COMMUNIQUE = record(
    "Is there a way out?", "1999-09-09", "en", "", "Ministry of Foreign Affairs", "communique",
    "https://mid.ru/11",
)  # fmt: skip
ARTICLE_RU = record(
    "Мир на перепутье…", "2022-01-20", "ru", "Фёдор Лукьянов; Дж.Байден", "Россия в мире",
    "статья", "https://globalaffairs.ru/1",
)  # fmt: skip


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
        (SPEECH, "Obama B. Remarks at the UN General Assembly [Электронный ресурс] // White House. "
         "2015. 28 September. URL: https://wh.gov/1 (дата обращения: 04.01.2026)."),
        (BRIEFING, "Захарова М. В. Брифинг М.В.Захаровой [Электронный ресурс] // МИД России. 2018. "
         "4 октября. URL: https://mid.ru/10 (дата обращения: 04.01.2026)."),
        (RELEASE, "О встрече с послом Индии [Электронный ресурс] // МИД России. 2020. Март. "
         "URL: https://mid.ru/12 (дата обращения: 04.01.2026)."),
        (ARTICLE_RU, "Лукьянов Ф., Байден Дж. Мир на перепутье… [Электронный ресурс] // "
         "Россия в мире. 2022. 20 января. URL: https://globalaffairs.ru/1 "
         "(дата обращения: 04.01.2026)."),
    ],
)  # fmt: skip
def test_gost_is_as_in_section_10_of_the_standard(metadata: Metadata, expected: str) -> None:
    # ГОСТ Р 7.0.5—2008: a reference behind the text by section 7 (one to three authors as its
    # head, of more the first behind the title), areas parted by periods; section 10: where a text
    # is online, what it is in brackets, URL, and the day of access in figures.
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
        (CORPUS, "Mosisili, Pakalitha Bethuel. “Lesotho: Statement in the General Debate.” "
         "UN General Debate Corpus, 2015."),
        (UNDATED, "МИД России. «О нераспространении». Дата обращения: 4 января 2026 г. "
         "https://mid.ru/3."),
        (ARTICLE, "Smith, John, and Ursula von der Leyen. “Will There Be Peace?” Kommersant, "
         "March 1, 2019."),
        (THREE, "Trump, Donald, Kim Jong-un, and Joseph R. Biden Jr. “Joint Statement.” "
         "White House, June 12, 2018. https://wh.gov/x."),
        (TWO, "Путин, Владимир и Си Цзиньпин. «Совместное заявление». Президент России, "
         "21 марта 2023 г."),
        (UNTITLED, "«[Без названия]». Дата обращения: 4 января 2026 г. http://x.ru."),
        (INSTITUTION, "Russian Foreign Ministry. “Statement on the ‘Open Skies’ Treaty.” "
         "May 22, 2020. https://mid.ru/7."),
        (NEWS, "«Инвестиции останутся „сырьевыми“». PROGNOSIS.RU, 25 января 2006 г. "
         "http://www.prognosis.ru/print.html?id=6464."),
        (BARE, "“Note.” 1949."),
        (SPEECH, "Obama, Barack. “Remarks at the UN General Assembly.” White House, "
         "September 28, 2015. https://wh.gov/1."),
        (BRIEFING, "Захарова, М. В. «Брифинг М.В.Захаровой». МИД России, 4 октября 2018 г. "
         "https://mid.ru/10."),
        (RELEASE, "МИД России. «О встрече с послом Индии». Март 2020 г. https://mid.ru/12."),
        (COMMUNIQUE, "Ministry of Foreign Affairs. “Is There a Way Out?” September 9, 1999. "
         "https://mid.ru/11."),
        (ARTICLE_RU, "Лукьянов, Фёдор и Дж. Байден. «Мир на перепутье…». Россия в мире, "
         "20 января 2022 г. https://globalaffairs.ru/1."),
    ],
)  # fmt: skip
def test_chicago_writes_names_out_and_nests_quotes(metadata: Metadata, expected: str) -> None:
    # Numbers of the 17th ed.: content of websites 14.207 with titles by 14.206, an access date
    # where no other is known 14.12, headline style 8.159, quotation marks 6.9 and 6.11, authors
    # 14.76. The 18th names three authors of more than six, and this is done here.
    assert cite(metadata, "chicago", DAY) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (STATEMENT, "Lavrov, S. (2021, June 22). Statement by Sergey Lavrov on “ASEM at 25.” "
         "Ministry of Foreign Affairs. https://mid.ru/en/1?a=1&b=2"),
        (INTERVIEW, "Лавров, С. В. (2021, июнь). Интервью газете «Известия» [стенограмма "
         "интервью]. МИД России. https://mid.ru/ru/2"),
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
        (SPEECH, "Obama, B. (2015, September 28). Remarks at the UN General Assembly "
         "[Speech transcript]. White House. https://wh.gov/1"),
        (BRIEFING, "Захарова, М. В. (2018, 4 октября). Брифинг М.В.Захаровой [стенограмма "
         "брифинга]. МИД России. https://mid.ru/10"),
        (RELEASE, "МИД России. (2020, март). О встрече с послом Индии [пресс-релиз]. "
         "https://mid.ru/12"),
        (COMMUNIQUE, "Ministry of Foreign Affairs. (1999, September 9). Is there a way out? "
         "https://mid.ru/11"),
        (ARTICLE_RU, "Лукьянов, Ф. и Байден, Дж. (2022, 20 января). Мир на перепутье… "
         "Россия в мире. https://globalaffairs.ru/1"),
    ],
)  # fmt: skip
def test_apa_has_the_date_behind_the_author(metadata: Metadata, expected: str) -> None:
    # APA 7: names 9.8, group authors 9.11, no author 9.12, dates 9.14 and 9.17, what a work is
    # 9.21, a site that is the author 9.33, webpages 10.16; no retrieval date, 9.16.
    assert cite(metadata, "apa", DAY) == expected


def test_apa_names_the_first_nineteen_and_the_last_of_more_than_twenty() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTU"
    many = record("Talks", "2020", speakers="; ".join(f"{a}. Smith{a.lower()}" for a in letters))
    named = ", ".join(f"Smith{a.lower()}, {a}." for a in letters[:19])
    assert cite(many, "apa", DAY) == f"{named}, … Smithu, U. (2020). Talks."


def test_what_stands_alone_is_in_italics_and_so_is_what_an_article_stands_in() -> None:
    def italics(metadata: Metadata, style: str) -> list[str]:
        return [run.text for run in runs_of(metadata, style, DAY) if run.is_italic]

    assert italics(SPEECH, "apa") == ["Remarks at the UN General Assembly"]  # APA 9.19
    assert italics(ARTICLE, "apa") == italics(ARTICLE, "chicago") == ["Kommersant"]  # CMOS 8.168
    assert italics(SPEECH, "chicago") == italics(SPEECH, "gost") == []


@settings(max_examples=60, deadline=None)
@given(
    st.text(), st.text(), st.lists(st.text(min_size=1), max_size=5),
    st.sampled_from(["", "2021", "2021-06", "2021-06-22"]), st.sampled_from(["en", "ru", ""]),
    st.sampled_from(["", "interview", "speech", "article"]), st.sampled_from(list(STYLES)),
)  # fmt: skip
def test_any_text_is_cited_whole_and_without_the_signs_of_the_processor(
    title: str, source: str, speakers: list[str], day: str, lang: str, kind: str, style: str
) -> None:
    hard = Metadata(
        "d", title, day, "", lang, tuple(speakers), "", source, kind, (), "", "https://a.b/c?d"
    )
    cited = cite(hard, style, DAY)
    assert "https://a.b/c?d" in cited
    assert (day[:4] or "https") in cited
    assert not set("\ue000\ue001\ue002\ue003\ue004") & set(cited)


def test_the_style_files_are_as_csl_wants_them() -> None:
    schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
    styles = [path for path in (files("dragoman.search") / "styles").iterdir()
              if path.name.endswith(".csl")]  # fmt: skip
    assert len(styles) == 5
    for path in styles:
        schema.assertValid(etree.fromstring(path.read_bytes()))


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


def test_a_context_object_holds_what_zotero_reads_of_one() -> None:
    keys = parse_qs(coins(STATEMENT), strict_parsing=True)
    assert keys == {
        "ctx_ver": ["Z39.88-2004"],
        "rft_val_fmt": ["info:ofi/fmt:kev:mtx:dc"],
        "rft.type": ["presentation"],
        "rft.title": [STATEMENT.title],
        "rft.creator": ["Lavrov, Sergey"],
        "rft.date": ["2021-06-22"],
        "rft.source": ["Ministry of Foreign Affairs"],
        "rft.place": ["Moscow"],
        "rft.language": ["en"],
        "rft.identifier": [STATEMENT.url],
    }
    keys = parse_qs(coins(RELEASE), strict_parsing=True)
    assert keys["rft.aucorp"] == ["МИД России"]  # rft.creator would be parted at its last space
    assert keys["rft.type"] == ["webpage"]
    keys = parse_qs(coins(TWO, "https://host/document/d/1"), strict_parsing=True)
    assert keys["rft.identifier"] == ["https://host/document/d/1"]


def test_an_address_that_is_none_of_the_web_is_not_cited() -> None:
    odd = record("A", "2020", url="javascript:alert(1)")
    assert cite(odd, "gost", DAY) == "A. 2020."
    assert "URL" not in csl_item(odd, DAY)


@pytest.mark.parametrize(
    ("kind", "csl"),
    [
        ("statement", "speech"), ("Заявления", "speech"), ("Press briefings", "speech"),
        ("брифинг", "speech"), ("выступление", "speech"), ("пресс-конференция", "speech"),
        ("интервью", "interview"), ("Interview", "interview"), ("статья", "article-newspaper"),
        ("письмо", "personal_communication"), ("коммюнике", "webpage"), ("Treaty", "treaty"),
        ("пресс-релиз", "webpage"), ("протокол", "webpage"), ("", "webpage"),
    ],
)  # fmt: skip
def test_a_kind_has_one_type_in_whatever_language_a_record_names_it(kind: str, csl: str) -> None:
    named = record("A", "2020", "ru", "С.В.Лавров", "МИД", kind, "https://mid.ru/")
    assert csl_item(named)["type"] == csl
