"""Which engine keeps an index: files in its directory, or an OpenSearch cluster.

In: an index directory and the environment. Out: the cluster's URL, or None for files. The
environment (`DRAGOMAN_ENGINE`, `DRAGOMAN_URL`) counts before `dragoman.toml` in the index
directory (`engine`, `url`). Opens nothing.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dragoman.indexer.errors import SettingsError
from dragoman.indexer.opensearch.address import without_login

ENGINES = ("embedded", "opensearch")
_FILE = "dragoman.toml"
_DEFAULT_URL = "http://localhost:9200"


@contextmanager
def chosen(engine: str | None, url: str | None) -> Iterator[None]:
    """Makes a choice for this process, and those that it starts, until the block is left."""
    wanted = {"DRAGOMAN_ENGINE": engine or ("opensearch" if url else None), "DRAGOMAN_URL": url}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: value for name, value in wanted.items() if value})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def cluster_url(folder: Path) -> str | None:
    """The URL of the cluster that keeps an index; None where it is in files.

    Raises:
        SettingsError: What is said about it can't be used.
    """
    told = _told(folder / _FILE)
    url = os.environ.get("DRAGOMAN_URL") or told.get("url", "")
    engine = os.environ.get("DRAGOMAN_ENGINE") or told.get("engine", "opensearch" if url else "")
    if engine and engine not in ENGINES:
        raise SettingsError(
            f"‘{engine}’ is no engine; DRAGOMAN_ENGINE, --engine and {folder / _FILE} know "
            f"{' and '.join(ENGINES)}"
        )
    return (url or _DEFAULT_URL) if engine == "opensearch" else None


def place_of(folder: Path) -> str:
    """Where an index is, for people: its directory, or its cluster without a password."""
    url = cluster_url(folder)
    return str(folder) if url is None else without_login(url)


def _told(path: Path) -> Mapping[str, str]:
    """What a `dragoman.toml` in the index directory says about the engine."""
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} can’t be read: {error}; mend it") from error
    unknown = sorted(content.keys() - {"engine", "url"})
    if unknown or not all(isinstance(value, str) for value in content.values()):
        raise SettingsError(
            f"{path} may say engine and url, each in quotes"
            + (f"; ‘{unknown[0]}’ is neither" if unknown else "")
        )
    return {name: str(value) for name, value in content.items()}
