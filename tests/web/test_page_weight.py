"""How heavy pages get: 200 lines of the longest words, and what browsers are sent of any page."""

import gzip
import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from dragoman.indexer import sync
from dragoman.search import Query
from dragoman.search.concordance import Line, LinesWanted
from dragoman.web import create_app, kwic_lines

LIMIT_BYTES = 100_000
LONG = "человеконенавистническичетырёх"
"""30 letters, 60 bytes."""


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """250 documents in both languages: long words, ids, titles and names, one match in each."""
    folder = tmp_path_factory.mktemp("heavy")
    with (folder / "long.jsonl").open("w", encoding="utf-8") as file:
        for n in range(250):
            words = [f"{LONG}{chr(1072 + (n * 7 + at) % 32)}" for at in range(24)]
            words[12] = "санкции"
            record = {
                "id": f"archive/of/the/ministry/2021-06-22/statement-number-{n:04}.txt",
                "title": f"{LONG} " * 6 + str(n),
                "text": " ".join(words) + ".",
                "date": f"2021-{1 + n % 12:02}-{1 + n % 28:02}",
                "lang": ("ru", "en")[n % 2],
                "speaker": [f"{LONG.title()} {LONG.title()}"] if n % 3 else [],
                "source": f"Source {n % 40}",
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    made = folder.parent / f"{folder.name}-index"
    sync([folder], index_dir=made, jobs=1)
    app = create_app({"INDEX_DIR": made, "TESTING": True})
    yield app.test_client()
    app.extensions["searcher"].close()


@pytest.mark.parametrize("sort", ["date", "left", "right"])
@pytest.mark.parametrize("window", [8, 10])
@pytest.mark.parametrize("ui", ["en", "ru"])
def test_200_lines_of_the_longest_words_are_under_100_kb(
    heavy: FlaskClient, sort: str, window: int, ui: str
) -> None:
    address = f"/kwic?q=санкции&window={window}&sort={sort}&date=2001..2024&ui={ui}"
    answer = heavy.get(address)
    tree = html.fromstring(answer.text)
    rows = tree.cssselect(".lines tbody tr")
    assert len(rows) == 200
    assert len(answer.data) < LIMIT_BYTES
    # The word is whole, both contexts are there, and it is told that they are not all.
    assert {row.cssselect("td")[2].text_content() for row in rows} == {"санкции"}
    assert all(len(cell.text_content()) > 15 for row in rows for cell in row.cssselect("td")[1:4:2])
    assert tree.cssselect("p.hint")
    if sort != "date":
        assert all(row.cssselect("u") for row in rows)


@pytest.mark.parametrize(("window", "lines"), [(10, 200), (11, 100), (24, 100), (25, 50), (50, 50)])
@pytest.mark.parametrize("word", ["the", "и"])
def test_a_page_of_running_text_has_fewer_lines_and_is_under_100_kb(
    seeds_client: FlaskClient, window: int, lines: int, word: str
) -> None:
    answer = seeds_client.get(f"/kwic?q={word}&window={window}&strict=1")
    tree = html.fromstring(answer.text)
    assert len(tree.cssselect(".lines tbody tr")) == lines
    assert len(answer.data) < LIMIT_BYTES
    # Going on and other sizes count by the same lines.
    following = tree.cssselect("[rel=next]")[0].get("href")
    assert "page_size" not in following
    caption = html.fromstring(seeds_client.get(following).text).cssselect("caption")[0]
    assert caption.text_content().startswith(f"Lines {lines + 1} to {2 * lines} ")
    (chosen,) = tree.cssselect(".sizes [aria-current]")
    assert chosen.text_content() == str(lines)
    larger = tree.cssselect(".sizes a")[-1].get("href")
    packed = seeds_client.get(larger, headers={"Accept-Encoding": "gzip"}).data
    assert len(packed) < LIMIT_BYTES
    shown = html.fromstring(gzip.decompress(packed).decode())
    assert len(shown.cssselect(".lines tbody tr")) == 200


def test_the_file_of_running_text_has_all_lines(heavy: FlaskClient) -> None:
    tree = html.fromstring(heavy.get("/kwic?q=санкции&window=25&page=2").text)
    assert len(tree.cssselect(".lines tbody tr")) == 50
    address = tree.xpath("//*[contains(@class, 'counts')]//a/@href")[-1]
    assert len(heavy.get(address).text.splitlines()) == 1 + 250


def test_a_hundred_hits_and_200_rows_of_a_list_are_sent_in_less_than_100_kb(
    heavy: FlaskClient,
) -> None:
    listed = "&".join(
        f"id=archive/of/the/ministry/2021-06-22/statement-number-{n:04}.txt&note=to+read+{n}"
        for n in range(200)
    )
    for url, rows, count in (
        ("/search?q=санкции&page_size=100", ".hit", 100),
        (f"/list?{listed}", ".listed > li", 200),
    ):
        answer = heavy.get(url, headers={"Accept-Encoding": "gzip"})
        assert len(answer.data) < LIMIT_BYTES
        tree = html.fromstring(gzip.decompress(answer.data).decode())
        assert len(tree.cssselect(rows)) == count


N_PLACES = 5400


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A text of 600 paragraphs in which every third word is a match."""
    folder = tmp_path_factory.mktemp("dense")
    paragraph = "grain of rye " * (N_PLACES // 600)
    (folder / "dense.txt").write_text("\n\n".join(["Harvests", *[paragraph] * 600]), "utf-8")
    made = folder.parent / f"{folder.name}-index"
    sync([folder], index_dir=made, jobs=1)
    app = create_app({"INDEX_DIR": made, "TESTING": True})
    yield app.test_client()
    app.extensions["searcher"].close()


def test_a_text_of_very_many_places_has_a_bounded_number_of_steps(dense: FlaskClient) -> None:
    answer = dense.get("/document/dense.txt?q=grain")
    tree = html.fromstring(answer.text)
    assert len(tree.cssselect(".place")) == N_PLACES
    # 5400 places by 18: 300 steps and one from the last place.
    steps = tree.cssselect(".place + .step")
    assert len(steps) == 301
    # Next leads from the first to the last, previous back again; each says where it goes to.
    reached, at = [], "m1"
    while at not in reached:
        reached.append(at)
        step = tree.get_element_by_id(at).getnext()
        at = step.cssselect("a")[-1].get("href").removeprefix("#")
    assert reached == [f"m{n}" for n in range(1, N_PLACES, 18)] + [f"m{N_PLACES}"]
    assert steps[1].text_content() == "Place 19 of 5,400 ↑ previous (1) ↓ next (37)"
    backwards = [step.cssselect("a")[0].get("href") for step in steps]
    assert backwards[:3] == [f"#m{N_PLACES}", "#m1", "#m19"]
    # What is not the text itself is less than what the marks and 600 paragraphs need.
    assert len(answer.data) < 750_000


def test_the_file_has_contexts_as_they_are(heavy: FlaskClient) -> None:
    tree = html.fromstring(heavy.get("/kwic?q=санкции&window=10&sort=left&page=2").text)
    address = tree.xpath("//*[contains(@class, 'counts')]//a/@href")[-1]
    lines = heavy.get(address).text.splitlines()
    assert len(lines) == 1 + 250
    assert lines[1].count(LONG) >= 20


def line(left: str, match: str, right: str, sorted_by: tuple[int, int] = (0, 0)) -> Line:
    return Line("d", "t", "", "en", (), left, match, right, 0, 1, 0, "", sorted_by)


def drawn(client: FlaskClient, room: int, sort: str, *lines: Line) -> list[tuple[str, str, str]]:
    """The texts of lines for which a page has so many bytes."""
    with client.application.test_request_context():
        whole = kwic_lines.fitted(lines, Query("x"), LinesWanted(sort=sort))
        assert not whole[1]
        besides = sum(90 + len(each.url) + len(each.who or each.title) for each in whole[0])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kwic_lines, "MAX_LINES", besides + room)
            found, is_shortened = kwic_lines.fitted(lines, Query("x"), LinesWanted(sort=sort))
            assert is_shortened == (found != whole[0])
            running = LinesWanted(sort=sort, window=kwic_lines.RUNNING_FROM)
            assert kwic_lines.fitted(lines, Query("x"), running) == whole
    return [(str(each.left), each.match, str(each.right)) for each in found]


def test_only_what_is_longest_is_shortened_and_the_underlined_words_stay(
    client: FlaskClient,
) -> None:
    # 10 + 4 bytes leave 18 of 32 for the longest, of which the ellipsis takes 3.
    following = line("far nearby", "word", " following following following words", (4, 10))
    assert drawn(client, 32, "left", following) == [("far <u>nearby</u>", "word", " following…")]
    # All 50 of them fit into 50.
    assert drawn(client, 50, "left", following) == [("far <u>nearby</u>", "word", following.right)]
    # Of 34 + 4 + 6 bytes 22 are left for the longest.
    before = line("one two three four five six nearby", "word", " after", (28, 34))
    assert drawn(client, 32, "left", before) == [("…five six <u>nearby</u>", "word", " after")]
    # What stands behind is counted from its beginning.
    after = line("before ", "word", " nearby and others far away", (1, 7))
    assert drawn(client, 30, "right", after) == [("before ", "word", " <u>nearby</u> and…")]


def test_a_match_too_long_keeps_both_ends(client: FlaskClient) -> None:
    # 38 bytes of 40 are left for it, 19 for each end.
    long = line("a", "first word and many others till the last word", "b")
    assert drawn(client, 40, "date", long) == [("a", "first word and… …the last word", "b")]


def test_a_page_is_sent_compressed_to_those_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/search?q=grain&page_size=50")
    packed = client.get("/search?q=grain&page_size=50", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) * 4 < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    without_time = [text.partition(" ms")[2] or text.partition("under 1")[2] for text in
                    (plain.text, gzip.decompress(packed.data).decode())]  # fmt: skip
    assert without_time[0] == without_time[1]
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    refused = client.get("/search?q=grain", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_data_and_files_are_not_compressed(client: FlaskClient) -> None:
    for url in ("/healthz", "/api/export?q=grain", "/api/search?q=grain"):
        answer = client.get(url, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers
