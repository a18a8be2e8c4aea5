"""Feeds as documents, an entry each."""

import gzip
from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import ReadFailure, read_file

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Озёрное министерство</title><link>https://lake.example/</link>
<language>ru-RU</language>
<item><title>О рыбе &amp;mdash; и лодках</title><link>https://lake.example/1</link>
<guid isPermaLink="false">https://lake.example/?p=1</guid>
<pubDate>Sat, 03 May 2014 09:15:00 +0400</pubDate>
<category>Рыба</category><category>Лодки</category>
<dc:creator>Анна Рыбакова, министр</dc:creator>
<description>Коротко о рыбе.</description>
<content:encoded>
<![CDATA[<p>О рыбе говорили все.</p><script>alert(1)</script><p>И&nbsp;долго.</p>]]>
</content:encoded></item>
<item><title>Только сводка</title><guid>17</guid><description>Лодок стало больше.</description>
<dc:creator>Пресс-служба министерства</dc:creator></item>
<item><title>Пусто</title><guid>18</guid></item>
</channel></rss>
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Lake news</title>
<entry><title type="html">Talks &amp;amp; fish</title><id>tag:lake.example,2014:1</id>
<link href="https://lake.example/talks"/><updated>2014-05-04T10:00:00Z</updated>
<published>2014-05-03T09:15:00+03:00</published><author><name>Ann Lee</name></author>
<category term="fish"/><summary>In short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>They talked of fish.</p>
<p>Then they left.</p></div></content></entry>
<entry><title>No id</title>
<updated>2014-05-05T10:00:00Z</updated><summary>A word on boats.</summary>
</entry></feed>
"""


def read(path: Path, content: str | bytes) -> list[Document | ReadFailure]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(path, doc_id=path.name))


def documents(path: Path, content: str | bytes) -> list[Document]:
    return [found for found in read(path, content) if isinstance(found, Document)]


@pytest.mark.parametrize("name", ["x.rss", "x.xml", "x.rss.gz"])
def test_an_entry_of_rss_is_a_document(tmp_path: Path, name: str) -> None:
    content = RSS.encode()
    found, _ = documents(
        tmp_path / name, gzip.compress(content) if name.endswith("gz") else content
    )
    assert found.doc_id == "https://lake.example/?p=1"
    assert found.title == "О рыбе — и лодках"
    assert found.text == "О рыбе говорили все.\n\nИ долго."
    assert (found.date, found.time_zone) == ("2014-05-03T09:15", "+0400")
    assert (found.source, found.lang) == ("Озёрное министерство", "ru")
    assert (found.url, found.topics) == ("https://lake.example/1", ("Рыба", "Лодки"))
    assert (found.speakers, found.office) == (("Анна Рыбакова",), "министр")
    assert (found.extra["feed_text"], found.extra["summary"]) == ("full content", "Коротко о рыбе.")
    assert found.origins["date"] == found.origins["topics"] == "feed"


def test_a_summary_is_told_from_full_content_and_a_service_is_no_speaker(tmp_path: Path) -> None:
    _, found = documents(tmp_path / "x.rss", RSS)
    assert (found.doc_id, found.text) == ("x.rss#17", "Лодок стало больше.")
    assert found.extra["feed_text"] == "summary"
    assert found.speakers == ()
    assert found.extra["author"] == "Пресс-служба министерства"


def test_an_entry_without_text_is_told_while_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.rss"
    assert read(path, RSS)[2] == ReadFailure(f"{path}:3", "the entry ‘Пусто’ has no text")


def test_an_entry_of_atom_is_a_document(tmp_path: Path) -> None:
    first, second = documents(tmp_path / "x.atom", ATOM)
    assert (first.doc_id, first.title) == ("tag:lake.example,2014:1", "Talks & fish")
    assert first.text == "They talked of fish.\n\nThen they left."
    assert (first.date, first.time_zone) == ("2014-05-03T09:15", "+03:00")
    assert (first.speakers, first.topics) == (("Ann Lee",), ("fish",))
    assert (second.date, second.text) == ("2014-05-05T10:00", "A word on boats.")
    assert second.doc_id.startswith("x.atom#")


def test_the_declared_encoding_may_lie(tmp_path: Path) -> None:
    found, _ = documents(tmp_path / "x.rss", RSS.replace("—", "-").encode("windows-1251"))
    assert found.text.startswith("О рыбе говорили")
    assert found.extra["encoding"] == "windows-1251"


def test_a_feed_that_is_cut_off_says_that_entries_may_be_missing(tmp_path: Path) -> None:
    first, *others = read(tmp_path / "x.rss", RSS[: RSS.index("<item><title>Только") + 40])
    assert isinstance(first, Document)
    last = others[-1]
    assert isinstance(last, ReadFailure)
    assert "entries may be missing" in last.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<?xml version='1.0'?><book><p>Fish.</p></book>", "no RSS or Atom feed"),
        ("<html><body><p>Fish.</p></body></html>", "no RSS or Atom feed"),
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "without entries"),
        ("https://lake.example/feed.rss", "no RSS or Atom feed"),
        ("", "empty"),
    ],
)
def test_what_is_no_feed_is_an_error(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(tmp_path / "x.xml", content)


def test_entities_do_not_swell(tmp_path: Path) -> None:
    entities = '<!ENTITY a "fish ">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 20}">'
        for before, name in zip("abcdef", "bcdefg", strict=True)
    )
    bomb = RSS.replace("<rss", f"<!DOCTYPE rss [{entities}]><rss", 1).replace("Коротко", "&g;")
    for found in documents(tmp_path / "x.rss", bomb):
        assert len(found.text) + len(str(found.extra)) < 1000
