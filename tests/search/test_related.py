"""Language versions and near-identical documents in answers: what joins them, and how they show."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.indexer import sync
from dragoman.search import Query, RequestError, Searcher, open_searcher

ROOT = Path(__file__).resolve().parents[2]
STORY = (
    "The ministers of seven coastal states met on Thursday to talk about the passage of grain "
    "ships, the price of insurance and the mines that still drift near the harbours of the north"
)
RECORDS: list[dict[str, object]] = [
    {"id": "story", "lang": "en", "title": "Talks", "text": f"{STORY}.", "date": "2022-02-03"},
    {"id": "repost", "lang": "en", "title": "Talks again", "text": f"Reuters: {STORY}."},
    {"id": "printed", "lang": "en", "title": "Talks", "text": f"{STORY}. Print"},
    {"id": "apart", "lang": "en", "title": "Apart", "text": "Seven ministers of grain, alone."},
    {"id": "paired-1", "lang": "en", "title": "Treaty", "text": "Grain treaty.", "pair": "x"},
    {"id": "paired-2", "lang": "ru", "title": "Договор", "text": "Договор.", "pair": "x"},
    {"id": "linked-1", "lang": "en", "title": "Visit", "text": "Grain visit.",
     "url": "http://a.org/7", "url_ru": "http://b.org/9"},
    {"id": "linked-2", "lang": "ru", "title": "Визит", "text": "Визит.", "url": "http://b.org/9"},
    {"id": "k1", "lang": "en", "title": "Call", "text": "Grain call.", "date": "2020-05-01",
     "url": "http://en.kremlin.ru/news/5"},
    {"id": "k2", "lang": "ru", "title": "Беседа", "text": "Беседа.", "date": "2020-05-02",
     "url": "http://kremlin.ru/news/5"},
    {"id": "old-1", "lang": "en", "title": "Old", "text": "Old grain.", "date": "2020-05-01",
     "url": "http://en.kremlin.ru/news/6"},
    {"id": "old-2", "lang": "ru", "title": "Новое", "text": "Новое.", "date": "2021-05-02",
     "url": "http://kremlin.ru/news/6"},
    {"id": "note_en", "lang": "en", "title": "Note", "text": "Grain note."},
    {"id": "note_ru", "lang": "ru", "title": "Нота", "text": "Нота."},
    {"id": "twice_en", "lang": "en", "title": "Twice", "text": "Grain twice."},
    {"id": "twice_ru", "lang": "ru", "title": "Дважды", "text": "Дважды."},
    {"id": "ru/twice", "lang": "ru", "title": "Ещё раз", "text": "Ещё раз."},
    {"id": "text-1", "lang": "en", "title": "Meetings",
     "text": "On Monday Sergei Lavrov met Antony Blinken in Reykjavik, and then Josep Borrell in "
     "Lisbon, about 1,250 tons of grain, 35 ships and talks with Mevlut Cavusoglu of Ankara."},
    {"id": "text-2", "lang": "ru", "title": "Встречи",
     "text": "В понедельник Сергей Лавров встретил Энтони Блинкена в Рейкьявике, а затем Жозепа "
     "Борреля в Лиссабоне: 1250 тонн зерна, 35 судов и беседа с Мевлютом Чавушоглу в Анкаре."},
]  # fmt: skip


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("related")
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    (folder / "all.jsonl").write_text("\n".join(lines), "utf-8")
    assert sync([folder / "all.jsonl"], index_dir=folder / "index").failed == ()
    with open_searcher(folder / "index") as opened:
        yield opened


def versions(searcher: Searcher, doc_id: str) -> list[tuple[str, str, str]]:
    return [tuple(version) for version in searcher.about(doc_id).versions]


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ("paired-1", "paired-2", "pair"),
        ("linked-1", "linked-2", "link"),
        ("k1", "k2", "url"),
        ("note_en", "note_ru", "url"),
        ("text-1", "text-2", "text"),
    ],
)
def test_versions_are_joined_both_ways_and_say_by_what(
    searcher: Searcher, one: str, other: str, by: str
) -> None:
    assert versions(searcher, one) == [("ru", other, by)]
    assert versions(searcher, other) == [("en", one, by)]


@pytest.mark.parametrize("doc_id", ["old-1", "old-2", "twice_en", "twice_ru", "ru/twice", "apart"])
def test_other_years_ambiguous_addresses_and_lone_texts_are_not_joined(
    searcher: Searcher, doc_id: str
) -> None:
    assert versions(searcher, doc_id) == []


def test_near_identical_documents_are_named_in_hits_and_documents(searcher: Searcher) -> None:
    assert searcher.about("story").near_identical == ("printed", "repost")
    assert searcher.document("repost").to_dict()["near_identical"] == ["printed", "story"]
    assert searcher.about("apart").near_identical == ()


def under(searcher: Searcher, text: str, **options: object) -> dict[str, str | None]:
    page = searcher.search(Query(text, **options))  # type: ignore[arg-type]
    return {hit.metadata.doc_id: hit.shown_under for hit in page.hits}


def test_a_near_identical_hit_is_shown_under_the_first_on_its_page(searcher: Searcher) -> None:
    found = under(searcher, "seven ministers")
    first, *rest = [doc_id for doc_id in found if doc_id != "apart"]
    assert {first, *rest} == {"story", "repost", "printed"}
    assert found == {first: None, rest[0]: first, rest[1]: first, "apart": None}
    assert set(under(searcher, "seven ministers", group="none").values()) == {None}
    assert set(under(searcher, "seven ministers", page_size=1).values()) == {None}


def test_of_each_text_one_version_can_be_shown(searcher: Searcher) -> None:
    query = Query("", sort="title", page_size=100)
    pairs = {"paired-1": "paired-2", "linked-1": "linked-2", "k1": "k2", "note_en": "note_ru",
             "text-1": "text-2"}  # fmt: skip
    near, whole = searcher.search(query), searcher.search(query.with_(group="versions"))
    assert [hit.metadata.doc_id for hit in near.hits] == [h.metadata.doc_id for h in whole.hits]
    assert (near.total, near.pages) == (whole.total, whole.pages) == (19, 1)
    # Latin titles stand before Cyrillic ones, and of two titles "Talks" the lower id first.
    found = {hit.metadata.doc_id: hit.shown_under for hit in whole.hits}
    assert {there: here for here, there in pairs.items()}.items() <= found.items()
    assert all(found[here] is None for here in pairs)
    assert {found["printed"], found["repost"], found["story"]} == {None, "printed"}


def test_pages_join_to_the_same_order_whatever_the_grouping(searcher: Searcher) -> None:
    for group in ("near", "versions", "none"):
        query = Query("grain", group=group)
        whole = [hit.metadata.doc_id for hit in searcher.search(query.with_(page_size=20)).hits]
        pages = [searcher.search(query.with_(page_size=3, page=n)) for n in range(1, 5)]
        assert [hit.metadata.doc_id for page in pages for hit in page.hits] == whole[:12]


def test_a_bare_page_tells_the_same(searcher: Searcher) -> None:
    for group in ("near", "versions"):
        query = Query("ministers OR grain", group=group, page_size=20)
        bare = searcher.search(query.with_(facets=False, snippets=False))
        assert [hit.shown_under for hit in bare.hits] == [
            hit.shown_under for hit in searcher.search(query).hits
        ]


def test_the_group_is_part_of_the_address_and_checked() -> None:
    query = Query("a", group="versions")
    assert query.to_params() == [("q", "a"), ("group", "versions")]
    assert Query.from_params({"q": ["a"], "group": ["versions"]}) == query
    assert Query("a").to_params() == [("q", "a")]
    with pytest.raises(RequestError, match="use one of near, versions, none"):
        Query("a", group="pairs")


def test_every_seed_is_joined_with_its_pair_by_its_text_alone(tmp_path: Path) -> None:
    names: dict[str, str] = {}
    with (tmp_path / "all.csv").open("w", encoding="utf-8") as file:
        file.write("id,lang,text\n")
        for number, path in enumerate(sorted((ROOT / "seeds").glob("*/*.md"))):
            text = path.read_text("utf-8").split("---", 2)[2].strip().replace('"', '""')
            names[f"d{number}"] = path.name
            file.write(f'd{number},{path.parent.name},"{text}"\n')
    sync([tmp_path / "all.csv"], index_dir=tmp_path / "index")
    joined = 0
    with open_searcher(tmp_path / "index") as searcher:
        for doc_id, name in names.items():
            for _, other, by in searcher.about(doc_id).versions:
                assert (names[other], by) == (name, "text")
                joined += 1
    # 44 of 45 pairs in November 2026, each counted from both sides
    assert joined >= 2 * 42


def test_print_pages_of_a_real_site_are_near_identical_to_their_pages(
    tmp_path: Path, shared: Path
) -> None:
    sync([shared / "data" / "html" / "kremlin-en"], index_dir=tmp_path)
    printed = near = wrong = 0
    with open_searcher(tmp_path) as searcher:
        for hit in searcher.search(Query("", page_size=1000)).hits:
            about = hit.metadata
            number = about.doc_id.split(".")[0]
            wrong += any(other.split(".")[0] != number for other in about.near_identical)
            if ".print" in about.doc_id:
                printed += 1
                near += about.doc_id.replace(".print", "") in about.near_identical
    assert wrong == 0
    assert printed >= 20
    assert near >= 0.9 * printed


def test_real_pairs_without_their_field_are_found_by_text(tmp_path: Path, shared: Path) -> None:
    pairs: dict[str, str] = {}
    with gzip.open(shared / "data" / "parallel-en-ru.jsonl.gz", "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    with (tmp_path / "all.jsonl").open("w", encoding="utf-8") as file:
        for number, record in enumerate(records):
            pairs[f"n{number}"] = record["pair"]
            kept = {"id": f"n{number}", **{n: record[n] for n in ("lang", "title", "text")}}
            file.write(json.dumps(kept) + "\n")
    sync([tmp_path / "all.jsonl"], index_dir=tmp_path / "index")
    joined = 0
    with open_searcher(tmp_path / "index") as searcher:
        for doc_id, pair in pairs.items():
            for _, other, by in searcher.about(doc_id).versions:
                assert (pairs[other], by) == (pair, "text")
                joined += 1
    # 103 of 123 pairs in November 2026, each counted from both sides
    assert joined >= 2 * 100
