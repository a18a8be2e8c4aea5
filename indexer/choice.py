"""Which engine keeps an index: files in its directory, or an OpenSearch cluster.

In: an index directory and the environment. Out: the cluster's URL, or None for files. The
environment (`DRAGOMAN_ENGINE`, `DRAGOMAN_URL`) counts before `dragoman.toml` in the index
directory (`engine`, `url`). Opens nothing.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from dragoman.indexer.errors import SettingsError

ENGINES = ("embedded", "opensearch")
_FILE = "dragoman.toml"
_DEFAULT_URL = "http://localhost:9200"


def choose(engine: str | None, url: str | None) -> None:
    """Makes a choice for this process and those that it starts."""
    if engine:
        os.environ["DRAGOMAN_ENGINE"] = engine
    if url:
        os.environ["DRAGOMAN_URL"] = url
        if not engine:
            os.environ["DRAGOMAN_ENGINE"] = "opensearch"


def cluster_url(folder: Path) -> str | None:
    """The URL of the cluster that keeps an index; None where it is in files.

    Raises:
        SettingsError: What is said about it can't be used.
    """
    told = _told(folder / _FILE)
    engine = os.environ.get("DRAGOMAN_ENGINE") or told.get("engine", "")
    url = os.environ.get("DRAGOMAN_URL") or told.get("url", "")
    if engine and engine not in ENGINES:
        raise SettingsError(
            f"‘{engine}’ is no engine; DRAGOMAN_ENGINE, --engine and {folder / _FILE} know "
            f"{' and '.join(ENGINES)}"
        )
    return (url or _DEFAULT_URL) if engine == "opensearch" else None


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
