"""A small collection, its index, and the application and server over it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient
from page_kinds import DOCUMENTS
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dragoman.indexer import sync
from dragoman.web import create_app


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of `DOCUMENTS`."""
    folder = tmp_path_factory.mktemp("collection")
    for name, text in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    made = tmp_path_factory.mktemp("made") / "index"
    report = sync([folder], index_dir=made, jobs=1)
    assert (report.documents, report.failed) == (30, ())
    return made


@pytest.fixture(scope="session")
def seeds_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the application over an index of the seed collection."""
    made = tmp_path_factory.mktemp("seeds") / "index"
    sync([Path(__file__).parents[2] / "seeds"], index_dir=made, jobs=1)
    app = create_app({"INDEX_DIR": made, "TESTING": True})
    yield app.test_client(use_cookies=False)  # no test leaves its language to the next
    app.extensions["searcher"].close()


@pytest.fixture(scope="session")
def app(index_dir: Path) -> Iterator[Flask]:
    """The application over that index."""
    made = create_app({"INDEX_DIR": index_dir, "TESTING": True})
    yield made
    made.extensions["searcher"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which waitress serves an application."""
    serving = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.effective_port}"
    serving.close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[str]:
    """The address at which waitress serves the application."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="session")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same for an application that has no index: every page is an error of status 503."""
    folder = tmp_path_factory.mktemp("bare") / "index"
    with served(create_app({"INDEX_DIR": folder, "TESTING": True})) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser; without it tests are skipped, but fail where `CI` is set."""
    path = shutil.which("chromium")
    if path is None:
        message = "needs the browser chromium (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(path)


_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens a page with cookies and storage of its own; takes what a browser context takes."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        contexts.append(browser.new_context(**({"base_url": server, "viewport": DESK} | options)))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page at a desk."""
    return open_page()
