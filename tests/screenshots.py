"""Pictures of every page, for the eye: `python tests/screenshots.py FOLDER [--index DIR]`.

In: an index (without one, the seeds are indexed into a temporary directory). Out: a PNG of each
page in each language of the interface, at desk and phone width, light and dark. Judges nothing.
"""

import argparse
import shutil
import tempfile
import threading
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import waitress
from playwright.sync_api import sync_playwright

from dragoman.indexer import sync
from dragoman.search import Query, open_searcher
from dragoman.web import create_app

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ENGLISH = '"nuclear weapons" treaty'
COMPARED = ("sanctions", "nuclear", "oil OR gas", "terrorism")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def paths(index_dir: Path, text: str) -> dict[str, str]:
    """Name of each picture to the address that it shows; the document is the query's first."""
    with open_searcher(index_dir) as searcher:
        hits = searcher.search(Query(text, page_size=1)).hits
    query = quote(text)
    found = {
        "start": "/",
        "results": f"/search?q={query}",
        "english": f"/search?q={quote(ENGLISH)}",
        "filtered": f"/search?q={query}&lang=ru&date=..2024&sort=newest",
        "everything": "/search?q=",
        "nothing": f"/search?q={quote(text + ' xylophone')}&lang=en",
        "notes": f"/search?q={quote('the security of «Europe')}",
        "help": "/help",
        "query-error": f"/search?q={quote('(oil AND gas) w/5 price')}",
        "date-error": f"/search?q={query}&date=someday",
        "missing": "/document/none",
        "nowhere": "/nowhere",
        "export": f"/export?q={query}",
        "help-dates": "/help#dates",
        "kwic": f"/kwic?q={query}",
        "kwic-left": f"/kwic?q={quote(ENGLISH)}&sort=left&depth=2&sample=30&lang=en",
        "kwic-running": f"/kwic?q={query}&window=25",
        "trends": "/trends?" + "&".join(f"q={quote(one)}" for one in COMPARED),
        "trends-months": f"/trends?q={query}&by=month&per=documents&date=1990..2010",
        "trends-split": f"/trends?q={query}&split=lang&per=none",
        "trends-error": f"/trends?q={query}&q={quote('(oil AND gas) w/5 price')}",
        "collocations": f"/collocations?q={query}",
        "keyness": f"/keyness?q={query}",
    }
    if hits:
        document = f"/document/{quote(hits[0].metadata.doc_id)}"
        found["document"] = f"{document}?q={query}"
        found["similar"] = f"/similar/{quote(hits[0].metadata.doc_id)}"
        found["cite"] = f"/cite?id={quote(hits[0].metadata.doc_id)}"
        found["place"] = f"{document}?q={query}#m2"
        found["paragraph"] = f"{document}?q={query}#p2"
        for version in hits[0].metadata.versions[:1]:
            found["side-by-side"] = f"{document}?q={query}&with={quote(version.doc_id)}"
    return found


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--query", default="санкции нефть")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--languages", default="en,ru", help="of the interface")
    parser.add_argument("--only", default="", help="pictures whose names begin so")
    parser.add_argument("--whole", action="store_true", help="the whole page, not what is seen")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        index_dir = given.index
        if index_dir is None:
            index_dir = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "index"
            sync([ROOT / "seeds"], index_dir=index_dir)
        server = waitress.create_server(
            create_app({"INDEX_DIR": index_dir}), host="127.0.0.1", port=0
        )
        threading.Thread(target=server.run, daemon=True).start()
        stack.callback(server.close)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        shown = paths(index_dir, given.query)
        for code, width_name, scheme in product(given.languages.split(","), WIDTHS, SCHEMES):
            width, height = WIDTHS[width_name]
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{server.effective_port}",
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale=LOCALES[code],
            )
            page = context.new_page()
            for name, path in shown.items():
                if not name.startswith(given.only):
                    continue
                page.goto(path)
                picture = given.folder / f"{name}-{code}-{width_name}-{scheme}.png"
                page.screenshot(path=picture, full_page=given.whole)
                print(picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
