"""`dragoman.toml`: patterns of paths, defaults and corrections, and mistakes in it."""

from pathlib import Path

import pytest

from dragoman.indexer.corrections import corrected
from dragoman.indexer.documents import Document
from dragoman.indexer.errors import CollectionError, SettingsError
from dragoman.indexer.path_patterns import glob, regex
from dragoman.indexer.settings import FileSettings, FolderSettings, settings_of_file
from dragoman.indexer.settings_file import read_settings


def settings(folder: Path, text: str) -> FolderSettings:
    path = folder / "dragoman.toml"
    path.write_text(text, "utf-8")
    return read_settings(path)


def of(folder: Path, text: str, path: str) -> FileSettings:
    return settings_of_file([(settings(folder, text), path)])


# Patterns


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.txt", ["a.txt", "deep/er/a.txt", ".txt"], ["a.md", "a.txt.gz"]),
        ("/*.txt", ["a.txt"], ["deep/a.txt"]),
        ("2021/*", ["2021/a"], ["2021/x/a", "x/2021/a", "12021/a"]),
        ("2021/**", ["2021/a", "2021/x/a"], ["2022/a"]),
        ("**/2021/*", ["2021/a", "x/y/2021/a"], ["2021"]),
        ("a/**/b", ["a/b", "a/x/y/b"], ["a/xb", "ab"]),
        ("no?.md", ["not.md"], ["no.md", "no/.md"]),
        ("v[0-9a].md", ["v7.md", "va.md"], ["v-.md", "vb.md"]),
        ("v[!0-9].md", ["vb.md"], ["v7.md", "v/.md"]),
        ("a.b+c(d)", ["a.b+c(d)"], ["aXb+c(d)"]),
    ],
)
def test_a_glob_matches_whole_paths(pattern: str, yes: list[str], no: list[str]) -> None:
    compiled = glob(pattern)
    assert [path for path in yes if compiled.match(path) is None] == []
    assert [path for path in no if compiled.match(path) is not None] == []


def test_a_pattern_covers_what_lies_in_a_folder_that_it_matches() -> None:
    assert glob("drafts").covers("x/drafts/y/a.md")
    assert glob("drafts/").covers("drafts/a.md")
    assert not glob("drafts/").covers("drafts")  # a file of that name
    assert not glob("drafts").covers("drafts.md")


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [("drafts", True), ("drafts/", True), ("drafts/**", True), ("*", True), ("drafts/*.md", False),
     ("drafts/?", False), ("drafts/[!a]", False), ("*.md", False), ("other", False)],
)  # fmt: skip
def test_a_folder_is_passed_over_only_where_all_in_it_is_covered(pattern: str, whole: bool) -> None:
    assert glob(pattern).covers_folder("drafts") == whole


def test_names_match_however_a_file_system_composes_their_letters() -> None:
    composed, apart = "\u0439.txt", "\u0438\u0306.txt"  # й
    assert glob(composed).match(apart) == glob(apart).match(composed) == {}
    assert glob("{title}.txt").match(apart) == {"title": "\u0439"}


def test_parts_take_as_little_as_makes_the_rest_match() -> None:
    found = glob("{source}/{date:%Y-%m-%d}_{place}.txt").match("mid/1972-05-26_New_York.txt")
    assert found == {"source": "mid", "date": "1972-05-26", "place": "New_York"}
    assert glob("{date:%d%m%Y-%H%M}*").match("26051972-0915 x.md") == {"date": "1972-05-26T09:15"}
    assert glob("{_}-{title}.md").match("a-b-c.md") == {"title": "b-c"}
    assert glob("{date:%Y}/**").match("197/a.md") is None


def test_groups_of_a_regular_expression_are_parts() -> None:
    assert regex(r"(?P<yy>\d\d)_(?P<n>\d+)").match("x/72_5.txt") == {"yy": "72", "n": "5"}
    assert regex(r"^\d").match("x/72_5.txt") is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("", "empty pattern"), ("{place", "opens or closes no part"), ("{a}{a}", "stands twice"),
     ("{date:%y}", "do not tell the century"), ("{date:%d.%m}", "no whole date"),
     ("{date:%Y-%H}", "no whole date"), ("{date:%Y%m%d%H}", "no whole date"),
     ("{1a}", "can’t name a part"), ("[z-a].txt", "no characters to choose from")],
)  # fmt: skip
def test_a_pattern_that_is_none_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(CollectionError, match=reason):
        glob(pattern)


# What is said about a file


def test_defaults_and_corrections_are_told_apart_and_later_rules_win(tmp_path: Path) -> None:
    text = """
source = "Archive"
topics = ["treaties", "war"]
speaker = "A. Gromyko"
[set]
language = "Russian"
[[path]]
pattern = "1972/**"
source = "Pravda"
date = 1972
[[path]]
pattern = "**/{date:%Y-%m-%d} {place}.txt"
set = { kind = "letter", date = "{date}" }
"""
    found = of(tmp_path, text, "1972/1972-05-26 Moscow.txt")
    assert found.defaults == {
        "source": "Pravda",
        "topics": ("treaties", "war"),
        "speakers": ("A. Gromyko",),
        "date": "1972-05-26",
        "place": "Moscow",
    }
    assert found.corrections == {"lang": "ru", "kind": "letter", "date": "1972-05-26"}
    assert found.problems == ()
    elsewhere = of(tmp_path, text, "1973/a.txt")
    assert (elsewhere.defaults["source"], elsewhere.corrections) == ("Archive", {"lang": "ru"})


def test_parts_that_are_no_fields_stand_in_values(tmp_path: Path) -> None:
    text = r"""
[[path]]
regex = '(?P<dd>\d\d)(?P<mm>\d\d)(?P<yy>\d\d)_(?P<lang>en|ru)_(?P<number>\d+)\.'
date = "19{yy}-{mm}-{dd}"
pair = "note {number}"
topics = ["note", "year {yy}"]
"""
    assert of(tmp_path, text, "x/260572_en_7.txt").defaults == {
        "date": "1972-05-26", "lang": "en", "pair": "note 7", "topics": ("note", "year 72"),
    }  # fmt: skip


def test_a_nearer_folder_wins_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    outer = settings(tmp_path, 'source = "outer"\nplace = "Geneva"\n[set]\nkind = "a"\n')
    inner = settings(tmp_path / "in", 'source = "inner"\n[set]\nkind = "b"\n')
    found = settings_of_file([(outer, "in/a.md"), (inner, "a.md")])
    assert found.defaults == {"source": "inner", "place": "Geneva"}
    assert found.corrections == {"kind": "b"}


def test_a_date_or_language_that_a_path_can_not_give_is_told(tmp_path: Path) -> None:
    text = '[[path]]\npattern = "{date:%Y-%m-%d}_{lang}.txt"\nsource = "x"\n'
    found = of(tmp_path, text, "1972-13-45_q1.txt")
    assert found.defaults == {"source": "x"}
    assert len(found.problems) == 2
    assert "the date ‘1972-13-45’, which can’t be read" in found.problems[0]
    assert "the language ‘q1’, which is no code" in found.problems[1]


def test_the_digest_changes_with_what_is_said_and_with_nothing_else(tmp_path: Path) -> None:
    one = of(tmp_path, 'source = "x"\n[[path]]\npattern = "a.md"\nkind = "note"\n', "b.md")
    two = of(tmp_path, '# a comment\nsource = "x"\n', "b.md")
    assert one.digest == two.digest != ""
    assert of(tmp_path, 'source = "y"\n', "b.md").digest != one.digest
    assert of(tmp_path, '[set]\nsource = "x"\n', "b.md").digest != one.digest
    assert of(tmp_path, "", "b.md").digest == ""


def test_include_and_exclude(tmp_path: Path) -> None:
    made = settings(tmp_path, 'include = ["*.txt", "press"]\nexclude = "**/drafts/"\n')
    taken = [p for p in ("a.txt", "b.md", "press/b.md", "press/drafts/b.md", "drafts") if
             made.takes(p)]  # fmt: skip
    assert taken == ["a.txt", "press/b.md"]
    assert made.leaves_out_folder("press/drafts")
    assert not made.leaves_out_folder("press")


# A document with them


def test_defaults_fill_what_is_empty_and_corrections_overrule() -> None:
    document = Document(
        "a", "Own title", "text", date="1972", source="own", speakers=("B",), office="Minister",
        origins={"title": "page", "date": "title", "source": "record", "office": "title"},
    )  # fmt: skip
    made = corrected(
        document,
        FileSettings(
            {"source": "default", "place": "Geneva", "date": "1999", "title": "Other"},
            {"speakers": ("C",), "kind": "letter"},
        ),
    )
    assert (made.source, made.place, made.date, made.title) == (
        "own", "Geneva", "1972", "Own title",
    )  # fmt: skip
    assert (made.speakers, made.kind) == (("C",), "letter")
    assert made.office == ""  # it was that of the speaker who was overruled
    assert made.origins == {
        "title": "page", "date": "title", "source": "record", "place": "dragoman.toml",
        "speakers": "dragoman.toml", "kind": "dragoman.toml",
    }  # fmt: skip


def test_a_value_from_the_files_name_gives_way_to_a_default() -> None:
    document = Document(
        "a",
        "1972_x",
        "text",
        date="1972-01-01",
        origins={"title": "file name", "date": "file name"},
    )
    made = corrected(document, FileSettings({"title": "Note", "date": "1973"}))
    assert (made.title, made.date) == ("Note", "1973")


@pytest.mark.parametrize(
    ("told", "default", "made"),
    [("en", "fr", "fr"), ("ru", "uk", "uk"), ("en", "ru", "en"), ("ru", "en", "ru"),
     ("", "ru", "ru")],
)  # fmt: skip
def test_a_default_language_gives_way_to_letters_of_the_other_of_the_two(
    told: str, default: str, made: str
) -> None:
    assert (
        corrected(Document("a", "", "x", lang=told), FileSettings({"lang": default})).lang == made
    )


def test_where_nothing_is_said_the_document_is_the_same() -> None:
    document = Document("a", "T", "x", source="s")
    assert corrected(document, FileSettings()) is document
    assert corrected(document, FileSettings({}, {"source": "s"})) is document


# Mistakes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('source = "x"\nsorce = "y"\n', r"line 2: no key ‘sorce’; did you mean ‘source’\?; there"),
        ('[set]\nplcae = "x"\n', r"line 2: no key ‘plcae’; did you mean ‘place’\?"),
        ('[[path]]\npattern = "*"\nkind = "a"\n[[path]]\npatern = "*"\n', r"line 5: no key ‘pat"),
        ("source = \n", r"is no TOML: .*line 1"),
        ("source = 7\n", r"line 1: ‘source’ must be a text in quotation marks"),
        ('source = ["a", "b"]\n', r"line 1: ‘source’ must be one text, not a list"),
        ('lang = "ru"\nlanguage = "en"\n', r"line 2: ‘language’ names a field that is set alre"),
        ('lang = "Klingon"\n', r"line 1: it has the language ‘Klingon’, which is no code"),
        ('date = "soon"\n', r"line 1: it has the date ‘soon’, which can’t be read"),
        ('include = "{place}.txt"\n', r"line 1: ‘\{place\}.txt’ names parts, which only a \[\[p"),
        ('exclude = "{"\n', r"line 1: ‘\{’: ‘\{’ at character 1 opens or closes no part"),
        ('[path]\npattern = "*"\n', r"line 1: write each rule as \[\[path\]\], with two"),
        ('[[path]]\nkind = "a"\n', r"line 1: a \[\[path\]\] has one ‘pattern’ or one ‘regex’"),
        ('[[path]]\nregex = "("\n', r"line 2: ‘\(’: no regular expression"),
        ('[[path]]\npattern = "*"\n', r"line 2: the \[\[path\]\] sets nothing"),
        ('[[path]]\npattern = "{plac}"\n', r"line 2: the part ‘plac’ is no field .*mean ‘place’"),
        ('[[path]]\npattern = "{n}"\ndate = "{m}"\n', r"line 3: the pattern has no part ‘m’"),
        ('set = "x"\n', r"line 1: write the corrections as a table: \[set\]"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_remedy(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason) as raised:
        settings(tmp_path, text)
    assert str(raised.value).startswith(str(tmp_path / "dragoman.toml"))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dragoman.toml"
    path.write_bytes('source = "Мир"'.encode("cp1251"))
    with pytest.raises(SettingsError, match="is not in UTF-8"):
        read_settings(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match="is no regular file"):
        read_settings(path)


def test_byte_order_mark_and_windows_line_ends_are_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "dragoman.toml"
    path.write_bytes(b'\xef\xbb\xbfsource = "x"\r\nplace = "y"\r\n')
    found = settings_of_file([(read_settings(path), "a")])
    assert found.defaults == {"source": "x", "place": "y"}
