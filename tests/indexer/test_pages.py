"""Saved web pages in the styles of many sites against what a reader found in them."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import read_file

PAGES = Path(__file__).parent / "pages"
TEXTS = ("title", "date", "office", "place", "kind", "lang", "url")
LISTS = ("speakers", "topics", "languages")
# An interviewer whose office is none; a title in capitals that stands for the tab's.
NOT_YET = {
    ("president/interview-tv.html", "speakers"),
    ("bund/rede.html", "place"),  # a city that the list has not
    ("holy/address-caps.html", "title"),
    ("holy/address-caps.html", "speakers"),
    ("holy/address-caps.html", "office"),
}


def truth() -> list[dict[str, str]]:
    with (PAGES / "truth.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def document(path: Path) -> Document:
    (found,) = read_file(path, doc_id="id")
    assert isinstance(found, Document)
    return found


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


@pytest.mark.parametrize("row", truth(), ids=lambda row: row["page"])
def test_a_page_says_what_a_reader_found_in_it(row: dict[str, str]) -> None:
    found = document(PAGES / row["page"])
    for name in TEXTS:
        if (row["page"], name) not in NOT_YET:
            assert getattr(found, name) == row[name], name
    for name in LISTS:
        true = {value for value in row[name].split("; ") if value}
        if (row["page"], name) not in NOT_YET:
            assert set(getattr(found, name)) == true, name
    for name in (*TEXTS, *LISTS):
        assert (name in found.origins) == bool(getattr(found, name)), name


@pytest.mark.parametrize("row", truth(), ids=lambda row: row["page"])
def test_the_body_has_all_of_the_text_and_next_to_nothing_else(row: dict[str, str]) -> None:
    path = PAGES / row["page"]
    found = tokens(document(path).text)
    true = tokens(path.with_suffix(".body.txt").read_text(encoding="utf-8"))
    assert not true - found
    assert (found - true).total() <= 0.1 * true.total()


def test_every_page_has_its_truth_and_every_truth_its_page() -> None:
    pages = {path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*.html")}
    assert pages == {row["page"] for row in truth()}
    assert len(pages) >= 50


SAMPLES = [
    (PAGES / name).read_bytes()
    for name in ("state/briefing.html", "mid/otvet.html", "embassy90s/interview.html")
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_page_is_read_or_refused_and_never_more(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    page = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(page)))
        end = data.draw(st.integers(start, min(len(page), start + 2000)))
        middle = data.draw(
            st.one_of(
                st.just(b""),
                st.just(page[start:end] * 2),
                st.binary(max_size=20),
                st.sampled_from(
                    [b"<", b"<div", b"-->", b"<!--", b"]]>", b"&#0;", b"</body>", b"<p>"]
                ),
            )
        )
        page = page[:start] + middle + page[end:]
    path = tmp_path_factory.mktemp("damaged") / "page.html"
    path.write_bytes(page)
    try:
        found = document(path)
    except ReadError:
        return
    assert found.text.strip()


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


SENTENCE = "The ministers met on the shore of the lake and talked about the fish that live in it."


@pytest.mark.parametrize("tag", ["div", "span", "ul", "table"])
def test_no_depth_of_nesting_loses_text(tmp_path: Path, tag: str) -> None:
    deep = f"<{tag}>" * 20_000 + f"<p>{SENTENCE}</p>" + f"</{tag}>" * 20_000 + "<p>It is late.</p>"
    text = document(written(tmp_path / "x.html", f"<h1>Fish</h1>{deep}")).text
    assert " ".join(text.split()) == f"{SENTENCE} It is late."


@pytest.mark.parametrize(
    "content",
    [
        SENTENCE,
        f"<p>{SENTENCE}&#0;&bogus;&#xFFFFFF;&lt",
        f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><p>{SENTENCE}</p></html>",
        f"<form>{SENTENCE}</form>",
        f"<div class='menu'><div class='share'><p>{SENTENCE}</p></div></div>",
        b"<meta charset='utf-8'><p>" + SENTENCE.encode() + b" \xff\xfe",
    ],
)
def test_odd_pages_keep_their_text(tmp_path: Path, content: str | bytes) -> None:
    assert SENTENCE in document(written(tmp_path / "x.html", content)).text


def test_a_page_of_frames_says_where_its_text_is(tmp_path: Path) -> None:
    html = "<frameset><frame src=a.html><noframes>Your browser has no frames.</noframes></frameset>"
    with pytest.raises(ReadError, match="frames"):
        document(written(tmp_path / "x.html", html))


def test_a_page_of_links_is_a_list_without_date_and_speaker(tmp_path: Path) -> None:
    entries = "".join(
        f"<p>{day} May 2022</p><h3><a href='/{day}'>Speech by Minister Ann Lee, part {day}</a></h3>"
        for day in range(1, 8)
    )
    found = document(written(tmp_path / "x.html", f"<title>News</title><h1>News</h1>{entries}"))
    assert (found.title, found.kind, found.origins["kind"]) == ("News", "list", "page")
    assert (found.date, found.speakers, found.place) == ("", (), "")
    assert "part 7" in found.text


def test_a_short_text_with_many_related_links_is_no_list(tmp_path: Path) -> None:
    links = "".join(
        f"<p><a href='/{at}'>Another talk about fish, part {at}</a></p>" for at in range(9)
    )
    found = document(written(tmp_path / "x.html", f"<h1>Fish</h1><p>{SENTENCE}</p>{links}"))
    assert (found.kind, found.text) == ("", SENTENCE)


def test_a_list_of_links_within_the_text_stays(tmp_path: Path) -> None:
    links = "<p>They signed:</p><p><a href='/1'>a treaty</a></p><p><a href='/2'>a protocol</a></p>"
    body = f"<article><h1>Fish</h1><p>{SENTENCE}</p>{links}<p>{SENTENCE}</p></article>"
    text = document(written(tmp_path / "x.html", body)).text
    assert text == f"{SENTENCE}\n\nThey signed:\n\na treaty\n\na protocol\n\n{SENTENCE}"


def page(head: str = "", beside: str = "", body: str = f"<p>{SENTENCE}</p>") -> str:
    return f"<html><head>{head}</head><body><main><h1>Fish</h1>{beside}{body}</main></body></html>"


@pytest.mark.parametrize(
    ("head", "beside", "date", "origin"),
    [
        # What is published is no event; what is labelled so is one.
        ("<meta property='article:published_time' content='2022-05-05T09:00:00Z'>",
         "<p>Delivered on: 4 May 2022</p>", "2022-05-04", "page"),
        # A date that may be the last change's gives way to the page's own, and may refine it.
        ("<meta name='date' content='2023-01-01'>", "<p>4 May 2022</p>", "2022-05-04", "page"),
        ("<meta name='date' content='2022-05-04T10:15'>", "<p>4 May 2022</p>", "2022-05-04T10:15",
         "meta tag"),
        ("<meta name='date' content='2022-05-04'>", "", "2022-05-04", "meta tag"),
        ("<meta property='article:modified_time' content='2023-01-01'>", "", "", ""),
        # Midnight is no hour, nor is noon where the page shows none.
        ("<meta property='article:published_time' content='2022-05-04T00:00:00+03:00'>", "",
         "2022-05-04", "meta tag"),
        ("", "<time datetime='2022-05-04T12:00:00Z'>4 May 2022</time>", "2022-05-04", "page"),
        ("", "<p>4 May 2022</p><p>18:40</p>", "2022-05-04T18:40", "page"),
        ("", "<p>Press release | 4 May 2022 | 18:40</p>", "2022-05-04T18:40", "page"),
        ("", "<p>Last updated: 9 May 2023</p>", "2023-05-09", "page"),
        ("", "<p>Published 4 May 2022</p><p>Last updated 9 May 2023</p>", "2022-05-04", "page"),
    ],
)  # fmt: skip
def test_the_date_is_the_events_or_the_publications(
    tmp_path: Path, head: str, beside: str, date: str, origin: str
) -> None:
    found = document(written(tmp_path / "x.html", page(head, beside)))
    assert (found.date, found.origins.get("date", "")) == (date, origin)
    assert found.text == SENTENCE


@pytest.mark.parametrize(
    ("beside", "speakers", "office"),
    [
        ("<p>Ann Lee, Minister of Fish</p>", ("Ann Lee",), "Minister of Fish"),
        ("<p>Minister of Fish Ann Lee</p>", ("Ann Lee",), "Minister of Fish"),
        ("<p>by Minister Ann Lee at the opening of the lake</p>", ("Ann Lee",), "Minister"),
        ("<dl><dt>From:</dt><dd>Fish Office and The Rt Hon Ann Lee MP</dd></dl>", ("Ann Lee",), ""),
        ("<p>Written by Super User</p>", (), ""),
        ("<p>Written by Ann Lee</p>", (), ""),
        ("<p>Ann Lee</p>", (), ""),
        ("<p>Fish Department</p>", (), ""),
    ],
)
def test_a_byline_names_the_speaker_with_an_office_or_a_label(
    tmp_path: Path, beside: str, speakers: tuple[str, ...], office: str
) -> None:
    found = document(written(tmp_path / "x.html", page(beside=beside)))
    assert (found.speakers, found.office) == (speakers, office)


def account(name: str, title: str) -> str:
    return (
        f'<title>{title}</title><script type="application/ld+json">{{"@type": "Article", '
        f'"headline": "{title}", "author": {{"@type": "Person", "name": "{name}", '
        '"@id": "https://x.example/#/schema/person/1"}}</script>'
    )


def test_a_user_of_the_sites_software_is_no_speaker_unless_the_page_shows_him(
    tmp_path: Path,
) -> None:
    hidden = document(written(tmp_path / "x.html", page(account("Bob Ray", "Fish"))))
    assert (hidden.speakers, hidden.extra["author"]) == ((), "Bob Ray")
    shown = page(account("Bob Ray", "Fish"), "<p>Bob Ray</p>")
    assert document(written(tmp_path / "x.html", shown)).speakers == ("Bob Ray",)


def test_the_speaker_that_the_title_names_comes_before_who_wrote_the_page(tmp_path: Path) -> None:
    head = "<meta name='author' content='Bob Ray'>"
    html = (
        f"<html><head>{head}</head><h1>Statement by Minister Ann Lee</h1><p>{SENTENCE}</p></html>"
    )
    found = document(written(tmp_path / "x.html", html))
    assert (found.speakers, found.office) == (("Ann Lee",), "Minister")
    assert found.extra["author"] == "Bob Ray"


def test_a_transcript_names_its_speakers_and_not_everybody_who_asks(tmp_path: Path) -> None:
    said = (
        f"<p><b>Minister of Fish Ann Lee:</b> {SENTENCE}</p><p><b>Bob Ray:</b> Is it so?</p>"
        f"<p><b>Ann Lee:</b> It is. {SENTENCE}</p><p><b>Question:</b> And then?</p>"
    )
    found = document(written(tmp_path / "x.html", page(body=said)))
    assert (found.speakers, found.office) == (("Ann Lee",), "Minister of Fish")
    assert found.origins["speakers"] == "page"


@pytest.mark.parametrize(
    ("beside", "body", "place"),
    [
        ("<p>Location: The old mill, Lima</p>", f"<p>{SENTENCE}</p>", "The old mill, Lima"),
        ("<p>Lima, Peru</p>", f"<p>{SENTENCE}</p>", "Lima, Peru"),
        ("<p>Peru</p>", f"<p>{SENTENCE}</p>", ""),
        ("<p>Lima, 4 May 2022</p>", f"<p>{SENTENCE}</p>", "Lima"),
        ("", f"<p>LIMA, 4 May 2022 – {SENTENCE}</p>", "Lima"),
        ("", f"<p>{SENTENCE}</p><p>Lima, 4 May 2022</p>", "Lima"),
        ("", f"<p>They met in Lima. {SENTENCE}</p>", ""),
    ],
)
def test_the_place_is_a_line_of_its_own_or_a_dateline(
    tmp_path: Path, beside: str, body: str, place: str
) -> None:
    assert document(written(tmp_path / "x.html", page("", beside, body))).place == place


def test_relative_addresses_are_those_of_the_page(tmp_path: Path) -> None:
    head = (
        "<base href='https://fish.example/en/'><link rel='canonical' href='talks/7'>"
        "<link rel='alternate' hreflang='ru' href='/ru/talks/7'>"
    )
    found = document(written(tmp_path / "x.html", page(head)))
    assert found.url == "https://fish.example/en/talks/7"
    assert found.extra["url_ru"] == "https://fish.example/ru/talks/7"


def test_a_link_to_the_other_language_leads_to_a_version_of_the_page_only(tmp_path: Path) -> None:
    head = "<meta property='og:url' content='https://fish.example/en/talks/7'>"
    links = (
        "<a href='/ru/'>Русский</a><a href='/de/' hreflang='de'>DE</a>"
        "<a href='/fr/talks/7'>Français</a><a hreflang='es' href='#'>Español</a>"
    )
    html = page(head, links).replace("<html>", "<html lang='en'>")
    found = document(written(tmp_path / "x.html", html))
    assert found.languages == ("en", "fr")
    assert found.extra["url_fr"] == "https://fish.example/fr/talks/7"
    assert "url_ru" not in found.extra


def test_the_address_that_a_browser_noted_is_the_pages(tmp_path: Path) -> None:
    note = "<!-- saved from url=(0033)https://fish.example/en/talks/7 -->"
    found = document(written(tmp_path / "x.html", note + page()))
    assert (found.url, found.origins["url"]) == ("https://fish.example/en/talks/7", "page")
