"""Saved web pages as documents."""

import gzip
import json
import re
from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import read_file

PARAGRAPHS = [
    "Mr. Chair,",
    "The ministers met on the shore of the lake and talked about the fish that live in it.",
    "There are fewer of them every year, and something must be done before the winter comes.",
    "Thank you.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)
FRAME = (
    "<header role='banner'><div class='menu'><a href='/'>Home</a><a href='/about'>About us</a>"
    "</div></header>{}<aside>Related news</aside>"
    "<footer><p>All content on this site is licensed</p></footer>"
)


def page(head: str = "", body: str = BODY) -> str:
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{head}</head>"
        f"<body>{FRAME.format(body)}</body></html>"
    )


def document(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = read_file(path, doc_id="id")
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    "body",
    [
        "<div itemscope itemtype='http://schema.org/Article'><h1>T</h1>"
        f"<div itemprop='articleBody'>{BODY}</div></div>",
        f"<div class='h-entry'><h1>T</h1><div class='e-content'>{BODY}</div></div>",
        f"<article><h1>T</h1>{BODY}</article>",
        f"<main><h1>T</h1>{BODY}</main>",
        f"<div id='content'><h1>T</h1>{BODY}</div>",
        f"<h1>T</h1>{BODY}",
    ],
)
def test_the_body_is_the_main_text_in_its_paragraphs(tmp_path: Path, body: str) -> None:
    found = document(tmp_path / "x.html", page(body=body))
    assert (found.title, found.text) == ("T", TEXT)


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a>Home</a></nav>",
        "<div class='share-buttons'><a>Facebook</a></div>",
        "<div role='complementary'><h3>See also</h3><a>Other talks</a></div>",
        "<figure><img alt='x'><figcaption>A photo of fish</figcaption></figure>",
        "<div class='photo-caption'>A photo of fish</div>",
        "<div class='related_links'><a>Other talks</a></div>",
        "<ul class='read__tags'><li><a rel='tag'>Fish</a></li></ul>",
        "<p hidden>Hidden</p>",
        "<p style='display: none'>Hidden</p>",
        "<script>var x = 'Hidden';</script>",
        "<p>This website uses cookies.</p>",
        "<p>Advanced settings</p>",
        "<button>Print</button>",
        "<!-- Hidden -->",
    ],
)
def test_what_is_no_text_of_its_own_is_left_out(tmp_path: Path, noise: str) -> None:
    middle = BODY.replace("</p><p>There", f"</p>{noise}<p>There")
    assert middle != BODY
    found = document(tmp_path / "x.html", page(body=f"<article><h1>T</h1>{middle}</article>"))
    assert found.text == TEXT


def test_text_behind_a_dropped_element_stays(tmp_path: Path) -> None:
    body = (
        f"<article>{BODY}<p>On 5<figure>pic</figure> May.</p>We <button>x</button>left.</article>"
    )
    assert document(tmp_path / "x.html", page(body=body)).text.endswith("May.\n\nWe left.")


def test_line_breaks_and_entities_become_characters(tmp_path: Path) -> None:
    body = (
        f"<article>{BODY}<p>One<br>two &amp; three</p><p>a<br><br>b 316<sup>th</sup></p></article>"
    )
    found = document(tmp_path / "x.html", page(body=body))
    assert found.text == f"{TEXT}\n\nOne\ntwo & three\n\na\n\nb 316th"


def test_no_break_spaces_stay_in_numbers_only(tmp_path: Path) -> None:
    body = f"<article>{BODY}<p>in&nbsp;Lima 1&nbsp;325 fish</p></article>"
    assert document(tmp_path / "x.html", page(body=body)).text.endswith("in Lima 1\xa0325 fish")


META = (
    "<meta property='og:title' content='Talks about fish'>"
    "<meta property='og:site_name' content='The Fish Paper'>"
    "<meta property='og:url' content='https://www.example.org/en/1'>"
    "<meta property='article:published_time' content='2014-05-03T09:15:00+03:00'>"
    "<meta name='author' content='Ann Lee'>"
    "<meta name='geo.placename' content='Lima'>"
    "<meta property='article:section' content='Speeches'>"
    "<meta property='article:tag' content='fish'><meta property='article:tag' content='lakes'>"
    "<link rel='alternate' hreflang='ru' href='https://www.example.org/ru/1'>"
    "<link rel='alternate' hreflang='x-default' href='https://www.example.org/'>"
)
LINKED = {
    "@graph": [
        {"@type": "WebSite", "name": "No article"},
        {
            "@type": "NewsArticle", "headline": "Talks of fish", "datePublished": "2014-05-04",
            "author": [{"@type": "Person", "name": "Bob Ray"}],
            "contentLocation": {"@type": "Place", "name": "Pisco"}, "keywords": "trout, perch",
            "url": "https://example.org/2", "publisher": {"name": "The Lake Paper"},
        },
    ]
}  # fmt: skip
LINKED_HEAD = f"<script type='application/ld+json'>{json.dumps(LINKED)}</script>"
MICRODATA = (
    "<div itemscope itemtype='http://schema.org/NewsArticle'>"
    "<h1 itemprop='headline'>Fish and talks</h1>"
    "<time itemprop='datePublished' datetime='2014-05-05'>May 5, 2014</time>"
    "<span itemprop='author' itemscope itemtype='http://schema.org/Person'>"
    "<b itemprop='name'>Eve Roe</b></span>"
    "<div itemscope itemtype='http://schema.org/ImageObject'>"
    "<meta itemprop='datePublished' content='1999-01-01'><meta itemprop='name' content='Pic'></div>"
    f"<div itemprop='articleBody'>{BODY}</div></div>"
)


def test_meta_tags_are_trusted_first(tmp_path: Path) -> None:
    found = document(tmp_path / "2001-01-01.html", page(META + LINKED_HEAD, MICRODATA))
    assert (found.title, found.origins["title"]) == ("Talks about fish", "meta tag")
    assert (found.date, found.time_zone) == ("2014-05-03T09:15", "+03:00")
    assert found.speakers == ("Ann Lee",)
    assert (found.place, found.kind) == ("Lima", "speech")
    assert found.topics == ("fish", "lakes")
    assert (found.url, found.source) == ("https://www.example.org/en/1", "The Fish Paper")
    assert found.languages == ("en", "ru")
    assert found.extra["url_ru"] == "https://www.example.org/ru/1"


def test_json_ld_comes_second(tmp_path: Path) -> None:
    found = document(tmp_path / "2001-01-01.html", page(LINKED_HEAD, MICRODATA))
    assert (found.title, found.origins["title"]) == ("Talks of fish", "JSON-LD")
    assert (found.date, found.place) == ("2014-05-04", "Pisco")
    assert found.speakers == ("Bob Ray",)
    assert found.topics == ("trout", "perch")
    assert (found.url, found.source) == ("https://example.org/2", "The Lake Paper")


def test_microdata_of_the_article_comes_third_and_not_that_of_its_pictures(tmp_path: Path) -> None:
    found = document(tmp_path / "2001-01-01.html", page(body=MICRODATA))
    assert (found.title, found.origins["title"]) == ("Fish and talks", "microdata")
    assert (found.date, found.origins["date"]) == ("2014-05-05", "microdata")
    assert found.speakers == ("Eve Roe",)


def test_the_page_comes_fourth(tmp_path: Path) -> None:
    body = f"<div class='x'><p>3 May 2014 09:15</p><h1>Talks, Lima, 4 May 2014</h1>{BODY}</div>"
    found = document(tmp_path / "2001-01-01.html", page(body=body))
    assert (found.title, found.date) == ("Talks, Lima, 4 May 2014", "2014-05-03T09:15")
    assert found.origins["date"] == "page"
    assert found.text == TEXT


def test_the_title_comes_fifth_and_the_file_name_last(tmp_path: Path) -> None:
    body = f"<h1>Statement by Ann Lee, Lima, 4 May 2014</h1>{BODY}"
    found = document(tmp_path / "2001-01-01.html", page(body=body))
    assert (found.date, found.origins["date"]) == ("2014-05-04", "title")
    assert (found.speakers, found.place, found.kind) == (("Ann Lee",), "Lima", "statement")
    found = document(tmp_path / "talk_20010203.html", page())
    assert (found.date, found.origins["date"]) == ("2001-02-03", "file name")
    assert (found.title, found.origins["title"]) == ("talk_20010203", "file name")


def test_a_day_is_refined_by_the_minute_of_the_same_day_only(tmp_path: Path) -> None:
    meta = "<meta property='article:published_time' content='2014-05-03'>"
    times = "<time>May 9, 2014, 11:11</time><time>May 3, 2014, 09:15</time>"
    found = document(tmp_path / "x.html", page(meta, f"<article>{times}{BODY}</article>"))
    assert found.date == "2014-05-03T09:15"


def test_the_site_is_no_part_of_the_title(tmp_path: Path) -> None:
    head = (
        "<meta property='og:site_name' content='The Fish Paper'>"
        "<meta property='og:title' content='Lakes – a talk | The Fish Paper'>"
    )
    assert document(tmp_path / "x.html", page(head)).title == "Lakes – a talk"
    assert document(tmp_path / "x.html", page("<title>Lakes • Site</title>")).title == "Lakes"


@pytest.mark.parametrize("author", ["Ministry of Fish", "admin", "Press Service", "The Fish Paper"])
def test_a_body_is_no_speaker(tmp_path: Path, author: str) -> None:
    head = f"<meta name='author' content='{author}'>"
    if author == "The Fish Paper":
        head += f"<meta property='og:site_name' content='{author}'>"
    assert document(tmp_path / "x.html", page(head)).speakers == ()


def test_topics_under_additional_materials_are_no_body(tmp_path: Path) -> None:
    topics = "<h3>Additional materials</h3><ul><li>Fish</li><li>FAO</li></ul>"
    body = f"<div><h1>T</h1>{BODY}</div>{topics}"
    found = document(tmp_path / "x.html", page(body=body))
    assert (found.topics, found.text) == (("Fish", "FAO"), TEXT)


def test_the_language_is_that_of_the_letters_where_the_page_errs(tmp_path: Path) -> None:
    body = "<article><p>Министры встретились на берегу озера и говорили о рыбе.</p></article>"
    assert document(tmp_path / "x.html", page(body=body)).lang == "ru"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_pages_in_old_encodings_are_read_and_reported(tmp_path: Path, encoding: str) -> None:
    text = "Министры встретились на берегу озера и говорили о рыбе."
    html = f"<html><head><title>О рыбе</title></head><body><article><p>{text}</p></article></body>"
    found = document(tmp_path / "x.html", html.encode(encoding))
    assert (found.title, found.text) == ("О рыбе", text)
    assert str(found.extra["encoding"]).startswith(encoding)


def test_a_compressed_page_is_read(tmp_path: Path) -> None:
    assert document(tmp_path / "x.html.gz", gzip.compress(page().encode())).text == TEXT


@pytest.mark.parametrize(
    "html", ["<html></html>", "<html><body><nav>Menu</nav></body></html>", "<!-- x -->", "<?xml?>"]
)
def test_a_page_without_text_is_an_error(tmp_path: Path, html: str) -> None:
    with pytest.raises(ReadError):
        document(tmp_path / "x.html", html)


def test_broken_html_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    html = f"<p>{PARAGRAPHS[1]}<p>{PARAGRAPHS[2]}<div <b></span>"
    assert document(tmp_path / "x.html", html).text == f"{PARAGRAPHS[1]}\n\n{PARAGRAPHS[2]}"


def test_shared_pages_equal_the_records_made_of_them(shared: Path) -> None:
    records = {}
    with gzip.open(shared / "data" / "kremlin-en.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            records[record["id"].rpartition("-")[2]] = record
    pages = sorted((shared / "data" / "html" / "kremlin-en").glob("*.html"))
    assert pages
    for path in pages:
        (found,) = read_file(path, doc_id=path.name)
        assert isinstance(found, Document)
        record = records[path.name.split(".")[0]]
        assert found.title == re.sub(r"\s+", " ", record["title"]), path.name
        assert found.date[:10] == record["date"], path.name
        assert found.place == record["place"], path.name
        assert found.text == record["text"].replace("\u200b", ""), path.name
