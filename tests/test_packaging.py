"""The package as it is built: everything that Dragoman needs at run time, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("indexer", "search", "web")
NO_SOURCES = shutil.ignore_patterns("__pycache__", "*.pyc", "*.so", "*.pyd")
NOT_IN_WHEELS = {".pyc", ".so", ".pyd", ".c", ".h"}


def _setuptools_is_new_enough() -> bool:
    try:
        return int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory, os.environ)


@pytest.fixture(scope="module")
def wheel_without_a_compiler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory, {**os.environ, "CC": "/nonexistent/cc"})


def build(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> Path:
    """A wheel, built from a copy: a build leaves its traces beside the sources."""
    source = tmp_path_factory.mktemp("исходный код")
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=NO_SOURCES)
    for name in ("pyproject.toml", "README.md"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder)]
    if _setuptools_is_new_enough():
        command.append("--no-build-isolation")
    done = subprocess.run(
        [*command, str(source)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        if "--no-build-isolation" not in command and os.environ.get("CI") != "true":
            pytest.skip("needs setuptools 77 or newer, or a package registry")
        pytest.fail(done.stderr)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_source_template_and_data_file_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"dragoman/{path.relative_to(ROOT).as_posix()}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in NOT_IN_WHEELS
    }
    assert any(name.startswith("dragoman/web/templates/") for name in expected)
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    info = {name for name in names if re.match(r"dragoman-[\d.]+\.dist-info/", name)}
    extension = re.compile(r"dragoman/(?:indexer|search)/_kernel\.[\w.-]+$")
    native = set(filter(extension.match, names))
    assert names - info - native == expected
    if shutil.which("cc") or os.environ.get("CI") == "true":
        assert len(native) == 2  # with a compiler
    assert {"METADATA", "RECORD", "entry_points.txt"} <= {Path(name).name for name in info}


def test_the_wheel_names_its_command_and_the_python_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (points,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert "dragoman = dragoman.search.cli:main" in archive.read(points).decode()
        (metadata,) = [n for n in archive.namelist() if n.endswith("METADATA")]
        assert "Requires-Python: >=3.11" in archive.read(metadata).decode()


@pytest.mark.parametrize("built", ["wheel", "wheel_without_a_compiler"])
def test_an_installed_wheel_indexes_searches_and_serves(
    request: pytest.FixtureRequest, built: str, tmp_path: Path
) -> None:
    """Unpacked where nothing else of Dragoman is; its libraries come from here."""
    place = tmp_path / "site"
    with zipfile.ZipFile(request.getfixturevalue(built)) as archive:
        archive.extractall(place)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.md").write_text("# Мир\n\nДоговор о мире.", "utf-8")
    program = (
        "import dragoman.search, sys\n"
        f"assert dragoman.search.__file__.startswith({str(place)!r}), dragoman.search.__file__\n"
        "from dragoman.indexer import sync\n"
        "from dragoman.web import create_app\n"
        "assert sync(['texts'], index_dir='ix').documents == 1\n"
        "client = create_app({'INDEX_DIR': 'ix'}).test_client()\n"
        "assert client.get('/search?q=миру').status_code == 200\n"
        "assert client.get('/help').status_code == 200\n"
        "assert client.get('/cite?id=a.md').status_code == 200\n"
        "assert client.get('/static/dragoman.css').status_code == 200\n"
        "from dragoman.search.native import state_of_kernel\n"
        "from dragoman.indexer.native import extension\n"
        "print(state_of_kernel(), extension('dragoman.indexer._kernel') is not None)\n"
        "from dragoman.search.cli import main\n"
        "main(['--index', 'ix', 'search', 'договоры'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Договор о мире." in done.stdout
    if built != "wheel":
        assert done.stdout.startswith("not built False\n")


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="downloads every library: with CI=true")
def test_a_clean_environment_gets_a_working_command(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / "bin"
    before = {path.name for path in (tmp_path / "env").glob("lib/*/site-packages/*")}
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run([*install, "--no-deps"], check=True)
    after = {path.name for path in (tmp_path / "env").glob("lib/*/site-packages/*")}
    assert {re.sub(r"-[\d.]+\.dist-info", ".dist-info", name) for name in after - before} == {
        "dragoman", "dragoman.dist-info",
    }  # fmt: skip
    subprocess.run(install, check=True)
    (tmp_path / "a.md").write_text("# Peace\n\nTreaties of peace.", "utf-8")
    dragoman = [str(programs / "dragoman"), "--index", str(tmp_path / "ix")]
    subprocess.run([*dragoman, "index", str(tmp_path / "a.md")], check=True)
    found = subprocess.run([*dragoman, "search", "treaty"], check=True, capture_output=True)
    assert b"Treaties of peace." in found.stdout


def test_nothing_of_the_test_tools_is_needed_at_run_time() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[^A-Za-z0-9_-]", line)[0] for line in project["dependencies"]}
    tools = {
        re.split(r"[^A-Za-z0-9_-]", line)[0] for line in project["optional-dependencies"]["test"]
    }
    assert not needed & tools
