"""`dragoman serve`: the application on its production server, from the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

DRAGOMAN = [sys.executable, "-c", "from dragoman.search.cli.main import main; main()"]
START_S = 60
"""Seconds within which a server must answer, on a busy machine too."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def process(index_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = _free_port()
    command = [*DRAGOMAN, "--index", str(index_dir), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
        url = f"http://127.0.0.1:{port}"
        until = monotonic() + START_S
        while True:
            try:
                urlopen(f"{url}/healthz").close()  # noqa: S310
                break
            except OSError:
                assert started.poll() is None, started.stderr and started.stderr.read()
                assert monotonic() < until, "the server never answered"
                sleep(0.05)
        yield started, url
        started.kill()


def test_the_server_answers_as_the_command_line_does(
    process: tuple[subprocess.Popen[str], str], index_dir: Path
) -> None:
    _, url = process
    text = "sanctions OR санкции"
    with urlopen(f"{url}/api/search?q={quote(text)}&lang=en&sort=newest") as response:  # noqa: S310
        served = json.load(response)
    command = ["search", text, "--filter", "lang=en", "--sort", "newest", "--json"]
    printed = json.loads(
        subprocess.run(
            [*DRAGOMAN, "--index", str(index_dir), *command],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        ).stdout
    )
    assert served.pop("took_ms") >= 0
    assert printed.pop("took_ms") >= 0
    assert served == printed
    assert [hit["id"] for hit in served["hits"]] == ["oil.md"]


def test_the_server_serves_pages_and_errors(process: tuple[subprocess.Popen[str], str]) -> None:
    _, url = process
    with urlopen(f"{url}/search?q=sanctions") as response:  # noqa: S310
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert b'data-id="oil.md"' in response.read()
    with pytest.raises(HTTPError) as caught, urlopen(f"{url}/document/none"):  # noqa: S310
        pass
    with caught.value as answer:
        assert answer.code == 404
        assert "Traceback" not in answer.read().decode()


def test_an_interrupted_server_ends_quietly(process: tuple[subprocess.Popen[str], str]) -> None:
    started, url = process
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=START_S) in (0, 130)
    assert started.stderr is not None
    assert started.stderr.read().splitlines() == [f"Dragoman is at {url} (Ctrl-C ends it)"]


def test_without_an_index_nothing_is_served_and_the_command_to_run_is_told(tmp_path: Path) -> None:
    command = [*DRAGOMAN, "--index", str(tmp_path / "none"), "serve", "--port", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"dragoman --index {tmp_path / 'none'} index" in ended.stderr
    assert "Traceback" not in ended.stderr
