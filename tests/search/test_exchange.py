"""RIS and BibTeX, read back by the libraries that others read them with."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dragoman.search.csl import csl_item
from dragoman.search.exchange import bibtex, bibtex_comment, bibtex_key, ris
from dragoman.search.results import Metadata


def metadata(
    title: str, day: str = "2021-06-22", speakers: tuple[str, ...] = (), url: str = "",
    doc_id: str = "ru/нефть {x}.md#a b", source: str = "A & B", topics: tuple[str, ...] = (),
) -> Metadata:  # fmt: skip
    return Metadata(
        doc_id, title, day, "", "ru", speakers, "Москва", source, "statement", topics, "", url
    )


HARD = metadata(
    '50% of {all} "oil" & gas_ $5 #1 \\n ~x^2\r\nline two @foo: Нефть}',
    speakers=("Anna Petrova", "С.В.Лавров", "Иванов and Co", "Joseph R. Biden, Jr."),
    url="https://e.org/?a=1&b=50%25_{x}~",
    topics=("oil", "gas, LNG"),
)
DAY = date(2026, 1, 2)


def test_ris_is_read_back_as_it_was() -> None:
    made = ris(csl_item(HARD, DAY), "Dragoman; query: a") + ris(csl_item(metadata("B", "")))
    assert made.replace("\r\n", "").count("\n") == 0
    first, second = rispy.loads(made)
    assert first == {
        "type_of_reference": "ELEC",
        "id": "ru/нефть {x}.md#a b",
        "title": '50% of {all} "oil" & gas_ $5 #1 \\n ~x^2 line two @foo: Нефть}',
        "authors": ["Petrova, Anna", "Лавров, С. В.", "Иванов and Co", "Biden, Joseph R., Jr."],
        "secondary_title": "A & B",
        "publisher": "A & B",
        "year": "2021",
        "date": "2021/06/22/",
        "place_published": "Москва",
        "type_of_work": "statement",
        "language": "ru",
        "keywords": ["oil", "gas, LNG"],
        "urls": ["https://e.org/?a=1&b=50%25_{x}~"],
        "access_date": "2026/01/02/",
        "name_of_database": "Dragoman; query: a",
    }
    assert "year" not in second
    assert second["type_of_reference"] == "GEN"


def test_a_ris_date_is_as_precise_as_it_is_known() -> None:
    for day, expected in (("1949", "1949///"), ("1949-04", "1949/04//")):
        (read,) = rispy.loads(ris(csl_item(metadata("A", day))))
        assert read["date"] == expected


def read_bibtex(text: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return [
        {"key": entry.key, **{field.key: str(field.value) for field in entry.fields}}
        for entry in library.entries
    ]


def test_bibtex_is_read_back_as_it_was() -> None:
    title = HARD.title.replace("{", "").replace("}", "")  # braces: see the next test
    made = bibtex_comment("query: {a}@b") + bibtex(
        csl_item(
            metadata(
                title, speakers=HARD.speakers, url="https://e.org/x_y?a=1", topics=HARD.topics
            ),
            DAY,
        )
    )
    (read,) = read_bibtex(made)
    assert read.pop("title") == '50% of all "oil" & gas_ $5 #1 \\n ~xˆ2 line two @foo: Нефть'
    assert read == {
        "key": bibtex_key("ru/нефть {x}.md#a b"),
        "author": "Petrova, Anna and Лавров, С. В. and Иванов and Co and Biden, Jr., Joseph R.",
        "year": "2021",
        "month": "jun",
        "day": "22",
        "howpublished": "A & B",
        "venue": "Москва",
        "type": "statement",
        "keywords": "oil, gas, LNG",
        "langid": "russian",
        "url": "https://e.org/x_y?a=1",
        "urldate": "2026-01-02",
    }  # fmt: skip


def test_bibtex_keeps_an_institution_whole_and_braces_balanced() -> None:
    made = bibtex(csl_item(HARD, DAY))
    assert "{Petrova, Anna and Лавров, С. В. and {Иванов and Co} and " in made
    assert "\\textbraceleft{}all\\textbraceright{}" in made
    assert "url = {https://e.org/?a=1&b=50%25_%7Bx%7D~}" in made
    assert "  month = jun,\n" in made


@example("A\r\nER  - \r\nTY  - GEN\u2028", "}\n@misc{x,", ["\\", "a and b", "{"])
@given(st.text(), st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_no_text_breaks_a_record(title: str, source: str, speakers: list[str]) -> None:
    hard = metadata(title, speakers=tuple(speakers), source=source)
    one = bibtex(csl_item(hard))
    assert one.count("{") == one.count("}")
    library = bibtexparser.parse_string(one + one.replace("@misc{", "@misc{second-", 1))
    assert (len(library.entries), library.failed_blocks) == (2, [])
    assert [row[:6] for row in ris(csl_item(hard)).split("\r\n")].count("ER  - ") == 1


def test_keys_differ_where_ids_do_and_are_the_ids_where_they_can_be() -> None:
    assert bibtex_key("en/npt.md") == "en/npt.md"
    ids = ["а", "б", "a b", "a-b", "a_b", "", "x" * 200 + "!", "x" * 200 + "?"]
    keys = [bibtex_key(doc_id) for doc_id in ids]
    assert len(set(keys)) == len(ids)
    assert all(key.isascii() and " " not in key for key in keys)


# The types of each format, as the README has them, and the shape of CSL-JSON

KINDS = {
    "briefing": ("speech", "ELEC", "misc"),
    "интервью": ("interview", "ELEC", "misc"),
    "article": ("article-newspaper", "NEWS", "article"),
    "letter": ("personal_communication", "PCOMM", "misc"),
    "treaty": ("treaty", "ELEC", "misc"),
    "communique": ("webpage", "ELEC", "misc"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_type_in_each_format(kind: str) -> None:
    item = csl_item(
        replace(metadata("A", speakers=("Anna Petrova",), url="https://e.org/"), kind=kind)
    )
    (of_ris,) = rispy.loads(ris(item))
    (of_bibtex,) = bibtexparser.parse_string(bibtex(item)).entries
    assert (item["type"], of_ris["type_of_reference"], of_bibtex.entry_type) == KINDS[kind]
    assert (of_ris["type_of_work"], of_bibtex["type"]) == (kind, kind)
    row = next(row for row in chapter_on_kinds() if f"`{KINDS[kind][0]}`" in row)
    assert f"`{KINDS[kind][1]}`" in row and f"`@{KINDS[kind][2]}`" in row


def chapter_on_kinds() -> list[str]:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    return [row for row in readme.splitlines() if row.startswith("|") and "`@" in row]


def test_an_article_stands_in_its_journal() -> None:
    item = csl_item(replace(metadata("A", source="Россия & мир"), kind="статья"))
    (entry,) = bibtexparser.parse_string(bibtex(item)).entries
    assert entry["journal"] == "Россия \\& мир"
    assert "howpublished" not in entry.fields_dict
    nowhere = csl_item(replace(metadata("A", source=""), kind="article"))
    assert bibtexparser.parse_string(bibtex(nowhere)).entries[0].entry_type == "misc"


TEXT = {"type": "string", "minLength": 1}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
NAME = {
    "type": "object",
    "properties": {
        "family": TEXT,
        "given": TEXT,
        "suffix": TEXT,
        "literal": TEXT,
        "static-ordering": {"type": "boolean"},
    },
    "anyOf": [{"required": ["literal"]}, {"required": ["family", "given"]}],
    "additionalProperties": False,
}
CSL_DATA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "type": {"enum": ["speech", "interview", "article-newspaper", "personal_communication",
                              "treaty", "webpage", "document"]},
            "author": {"type": "array", "items": NAME, "minItems": 1},
            "issued": DATE,
            "accessed": DATE,
            **dict.fromkeys(
                ("title", "publisher", "container-title", "event-place", "genre", "keyword",
                 "language", "URL", "source"),
                TEXT,
            ),
        },
        "required": ["id", "type", "title"],
        "additionalProperties": False,
    },
}  # fmt: skip
"""What the format's schema (csl-data.json of CSL 1.0.2) allows, as far as it is written here."""


@given(
    st.text(), st.text(), st.lists(st.text(min_size=1)),
    st.sampled_from(["", "2021", "2021-06", "2021-06-22T10:00"]), st.sampled_from([*KINDS, ""]),
    st.sampled_from(["", "https://e.org/", "file:///etc"]),
)  # fmt: skip
def test_csl_json_has_the_shape_of_its_schema(
    title: str, source: str, speakers: list[str], day: str, kind: str, url: str
) -> None:
    about = metadata(title, day, tuple(speakers), url, source=source, topics=("a", "b"))
    item = {**csl_item(replace(about, kind=kind), DAY), "source": "Dragoman"}
    Draft202012Validator(CSL_DATA).validate(json.loads(json.dumps([item])))


def test_the_schema_refuses_what_is_no_csl_json() -> None:
    item = csl_item(HARD, DAY)
    shape = Draft202012Validator(CSL_DATA)
    assert shape.is_valid([item])
    assert not shape.is_valid([{**item, "type": "statement"}])
    assert not shape.is_valid([{**item, "kind": "statement"}])
    assert not shape.is_valid([{**item, "issued": "2021"}])
