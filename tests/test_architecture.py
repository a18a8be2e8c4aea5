"""The direction of imports, as a table: web → search → indexer, and each library in its room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY_IMPORT = {
    "indexer": {"indexer"},
    "search": {"search", "indexer"},
    "web": {"web", "search", "indexer"},
}
EXCEPTIONS = {("search/cli/serving.py", "web")}
"""The one import upward: `serve` starts the web interface when it is asked to."""

WEB_SEES_OF_INDEXER = {"dragoman.indexer.errors"}

ONLY_IN = {
    "whoosh": {
        "indexer/codec.py",
        "indexer/store.py",
        "indexer/write_lock.py",
        "search/whoosh_engine.py",
    },
    "flask": {"web/"},
    "click": {"search/cli/"},
    "rich": {"search/cli/"},
    "opensearchpy": {"indexer/opensearch/"},
    "watchfiles": {"indexer/watching.py"},
}


def modules() -> list[Path]:
    return [path for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Each imported module, and whether it is imported when the file is."""
    tree = ast.parse(path.read_text("utf-8"))
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in top
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or "", id(node) in top


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "dragoman" and len(parts) > 1 else ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    room = name.split("/")[0]
    for module, at_top in imported(path):
        target = room_of(module)
        if (name, target) in EXCEPTIONS:
            assert not at_top, f"{name} must import {module} only when it runs"
            continue
        assert not target or target in MAY_IMPORT[room], f"{name} imports {module}"
        if room == "web" and target == "indexer":
            assert module in WEB_SEES_OF_INDEXER, f"{name} imports {module}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_library_stays_in_its_room(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for module, _ in imported(path):
        allowed = ONLY_IN.get(module.split(".")[0])
        assert allowed is None or any(name.startswith(room) for room in allowed), (
            f"{name} imports {module}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_own_modules_are_always_imported_as_dragoman(path: Path) -> None:
    for module, _ in imported(path):
        assert module.split(".")[0] not in MAY_IMPORT, f"{path}: import dragoman.{module}"


def test_every_package_is_named_in_the_packaging() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = set(project["tool"]["setuptools"]["packages"])
    found = {
        "dragoman." + path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in MAY_IMPORT
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert found <= named
