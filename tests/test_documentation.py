"""The README: what it promises is there, and what is there it names."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from engines_compared.building import MODULES
from engines_compared.contestant import CLASSES

from dragoman.indexer import sync
from dragoman.indexer.readers import SUFFIXES
from dragoman.search import Query, Searcher, open_searcher
from dragoman.search.cli.main import dragoman
from dragoman.search.request import FILTERS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def chapter(name: str) -> str:
    """A chapter's text, up to the next one of its level."""
    level, _, _ = name.partition(" ")
    found = re.search(
        rf"^{re.escape(name)}.*?$(.*?)(?=^#{{1,{len(level)}}} |\Z)",
        README,
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"README.md has no chapter {name}"
    return found[1]


def commands() -> Iterator[click.Command]:
    context = click.Context(dragoman)
    for name in dragoman.list_commands(context):
        command = dragoman.get_command(context, name)
        assert command is not None
        yield command


def options_of(command: click.Command) -> set[str]:
    """The names of a command's options, and of those of its own commands."""
    names = {name for parameter in command.params if isinstance(parameter, click.Option)
             for name in parameter.opts}  # fmt: skip
    if isinstance(command, click.Group):
        names.update(*map(options_of, command.commands.values()))
    return names


def test_it_opens_with_the_two_commands() -> None:
    lines = [line.split("#")[0].strip() for line in README.splitlines()[1:] if line.strip()]
    assert lines[:2] == ["make demo", "make test"]
    targets = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^demo:", targets, re.MULTILINE)
    assert re.search(r"^test:", targets, re.MULTILINE)


def test_its_pictures_are_there_small_and_made_by_the_command_that_it_names() -> None:
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    pages = [path for path in shown if path.endswith(".png")]
    assert len(pages) == 2
    assert "python tests/screenshots.py tests/pictures --readme" in README
    made = (ROOT / "tests" / "screenshots.py").read_text("utf-8")
    for path in map(Path, pages):
        assert f'"{path.stem}"' in made
        picture = (ROOT / path).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[16:20]) == 1280  # px wide
        assert len(picture) < 120_000
    assert {path.name for path in (ROOT / "tests" / "pictures").iterdir()} == {
        Path(path).name for path in shown
    }


def test_its_drawing_of_ratios_has_every_other_engine_and_class_of_the_benchmark() -> None:
    drawing = (ROOT / "tests" / "pictures" / "engines.svg").read_text("utf-8")
    texts = set(re.findall(r">([^<>]+)</text>", drawing))
    assert texts >= {*MODULES, *CLASSES} - {"dragoman"}


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: str(command.name))
def test_every_command_and_option_is_in_the_readme(command: click.Command) -> None:
    text = chapter(f"### `dragoman {command.name}")
    for name in options_of(command):
        assert re.search(rf"`{name}[ `]", text), f"{command.name} {name}"


def test_the_readme_names_no_command_or_option_that_is_not_there() -> None:
    by_name = {command.name: command for command in commands()}
    assert set(re.findall(r"^### `dragoman ([\w-]+)", README, re.MULTILINE)) == set(by_name)
    for name, command in by_name.items():
        named = set(re.findall(r"`(--[a-z-]+)", chapter(f"### `dragoman {name}")))
        assert named <= options_of(command), name


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    made = tmp_path_factory.mktemp("seeds") / "index"
    assert sync([ROOT / "seeds"], index_dir=made).failed == ()
    with open_searcher(made) as searcher:
        yield searcher


def examples() -> list[str]:
    """The queries in the first column of the query language's table."""
    found = []
    for row in re.findall(r"^\| (`.*?) \| ", chapter("## The query language"), re.MULTILINE):
        found += [text.replace(r"\|", "|") for text in re.findall(r"`([^`]+)`", row)]
    assert len(found) > 40
    return found


@pytest.mark.parametrize("text", examples())
def test_every_example_of_the_query_language_finds_something_in_the_seeds(
    seeds: Searcher, text: str
) -> None:
    page = seeds.search(Query(text))
    assert page.total > 0
    assert {note.code for note in page.notes} <= {"only_negative"}


def test_the_relative_dates_are_read(seeds: Searcher) -> None:
    texts = re.findall(r"`(date:(?:today|yesterday|-\d+[dmy]))`", README)
    assert len(texts) == 5
    for text in texts:
        assert re.fullmatch(r"date:\d{4}-\d\d-\d\d(\.\.)?", seeds.search(Query(text)).searched_for)


def test_every_format_and_field_and_filter_is_named() -> None:
    text = chapter("## Collections")
    for suffix in SUFFIXES:
        assert f"`{suffix.removesuffix('.gz')}`" in text, suffix
    for name in FILTERS:
        assert f"`{name}`" in chapter("### `dragoman search"), name


def test_the_json_has_the_names_that_an_answer_has(seeds: Searcher) -> None:
    block = re.search(r"```json\n(.*?)```", chapter("## JSON"), re.DOTALL)
    assert block
    shown = json.loads(block[1])
    answer = seeds.search(Query("Лаврову")).to_dict()
    assert shown.keys() == answer.keys()
    assert shown["hits"][0].keys() == answer["hits"][0].keys()  # type: ignore[index]
    assert shown["index"].keys() == answer["index"].keys()  # type: ignore[attr-defined]


def test_the_python_example_runs(tmp_path: Path) -> None:
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    program = block[1].replace('"seeds"', repr(str(ROOT / "seeds")))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 ru/")


def test_the_settings_of_a_folder_do_what_they_say(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", chapter("### `dragoman.toml`"), re.DOTALL)
    assert block
    texts = tmp_path / "texts"
    (texts / "drafts").mkdir(parents=True)
    (texts / "Kremlin").mkdir()
    (texts / "dragoman.toml").write_text(block[1], "utf-8")
    for name in ("drafts/a.txt", "Kremlin/1972-05-26_Moscow.txt", "260572_7.txt"):
        (texts / name).write_text("Слово о мире\n\nТекст о договоре.", "utf-8")
    sync([texts], index_dir=tmp_path / "index")
    with open_searcher(tmp_path / "index") as searcher:
        hits = searcher.search(Query("country:Russia lang:ru date:1972-05-26")).hits
    assert {hit.metadata.doc_id: (hit.metadata.source, hit.metadata.place) for hit in hits} == {
        "260572_7.txt": ("Ministry of Foreign Affairs", ""),
        "Kremlin/1972-05-26_Moscow.txt": ("Kremlin", "Moscow"),
    }


def test_every_variable_of_the_environment_is_named() -> None:
    pattern = re.compile(r"environ(?:\.get\(|\[)[\"'](\w+)[\"']|envvar=\"(\w+)\"")
    for room in ("indexer", "search", "web"):
        for path in (ROOT / room).rglob("*.py"):
            for names in pattern.findall(path.read_text("utf-8")):
                name = "".join(names)
                assert name in chapter("## Environment"), f"{name} of {path.relative_to(ROOT)}"


def test_every_module_has_its_line_in_the_architecture() -> None:
    text = chapter("## Architecture")
    named = set(re.findall(r"`(?:\w+/)?(\w+)(?:\.py|/)?`", text))
    for room in ("indexer", "search", "web"):
        for path in (ROOT / room).rglob("*.py"):
            if path.stem != "__init__":
                assert path.stem in named, f"no line for {path.relative_to(ROOT)}"
    modules = {path.stem for room in ("indexer", "search", "web", "tests")
               for path in (ROOT / room).rglob("*.py")}  # fmt: skip
    for name in re.findall(r"`(?:\w+/)?(\w+)\.py`", text):
        assert name in modules, f"{name}.py is no module any more"


def test_it_has_its_last_chapter_about_the_installed_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"**{project['version']}**" in chapter("## Changes")
