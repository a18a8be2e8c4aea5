"""Pictures of every page, for the eye: `python tests/screenshots.py FOLDER [--index DIR]`.

In: an index (without one, the seeds and an altered copy of one of them are indexed into a
temporary directory). Out: a PNG of each page in each language of the interface, at desk and phone
width, light and dark; with `--readme` only the README's, in few colours. Judges nothing.
"""

import argparse
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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


SEEDS = ROOT / "seeds"
COPIED = SEEDS / "en" / "opec.md"
"""The text of which `altered` makes a draft."""
README_PICTURES = ("results-en-desk-light", "document-en-desk-light")
README_COLOURS = 160


def altered(folder: Path) -> Path:
    """A folder with a draft of a seed: every ninetieth word is left out."""
    folder.mkdir()
    head, _, text = COPIED.read_text("utf-8").partition("\n---\n")
    head = head.replace("\ntitle: ", "\ntitle: A draft on ").replace("\npair: opec", "")
    kept = " ".join(word for at, word in enumerate(text.split(" ")) if at % 90 != 45)
    (folder / "opec-draft.md").write_text(f"{head}\n---\n{kept}", "utf-8")
    return folder


def paths(index_dir: Path, text: str) -> dict[str, str]:
    """Name of each picture to the address that it shows; the document is the query's first."""
    with open_searcher(index_dir) as searcher:
        hits = searcher.search(Query(text, page_size=3)).hits
        every = searcher.hits(Query(group="none", snippets=False))
        copied = next((hit.metadata for hit in every if hit.metadata.near_identical), None)
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
        "list-empty": "/list",
        "quote-error": f"/document/{quote(hits[0].metadata.doc_id)}?quote=900" if hits else "/",
    }
    if copied:
        found["difference"] = (
            f"/document/{quote(copied.doc_id)}?with={quote(copied.near_identical[0])}"
        )
        found["near-identical"] = f"/document/{quote(copied.doc_id)}"
    if hits:
        document = f"/document/{quote(hits[0].metadata.doc_id)}"
        found["document"] = f"{document}?q={query}"
        found["similar"] = f"/similar/{quote(hits[0].metadata.doc_id)}"
        found["cite"] = f"/cite?id={quote(hits[0].metadata.doc_id)}"
        found["place"] = f"{document}?q={query}#m2"
        found["paragraph"] = f"{document}?q={query}#p2"
        found["quote"] = f"{document}?quote=2#quote"
        noted = zip(hits, ("Compare with the speech of May.", "", ""), strict=False)
        listed = [f"id={quote(hit.metadata.doc_id)}&note={quote(note)}" for hit, note in noted]
        found["list"] = f"/list?{'&'.join([*listed, 'id=lost.md'])}"
        for version in hits[0].metadata.versions[:1]:
            found["side-by-side"] = f"{document}?q={query}&with={quote(version.doc_id)}"
    return found


@contextmanager
def serving(index_dir: Path) -> Iterator[str]:
    """The address at which an index is served."""
    server = waitress.create_server(create_app({"INDEX_DIR": index_dir}), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def in_few_colours(picture: Path) -> None:
    """Writes a picture anew with a palette: a fraction of its size."""
    from PIL import Image

    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(README_COLOURS, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--query", default="санкции нефть")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--languages", default="en,ru", help="of the interface")
    parser.add_argument("--only", default="", help="pictures whose names begin so")
    parser.add_argument("--readme", action="store_true", help="only those that the README shows")
    parser.add_argument("--whole", action="store_true", help="the whole page, not what is seen")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        index_dir = given.index
        if index_dir is None:
            made = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            index_dir = made / "index"
            sync([SEEDS, altered(made / "drafts")], index_dir=index_dir)
        address = stack.enter_context(serving(index_dir))
        bare = stack.enter_context(serving(given.folder / "no-index"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        shown = {**paths(index_dir, given.query), "no-index": f"{bare}/search?q=oil"}
        for code, width_name, scheme in product(given.languages.split(","), WIDTHS, SCHEMES):
            width, height = WIDTHS[width_name]
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale=LOCALES[code],
            )
            page = context.new_page()
            for name, path in shown.items():
                picture = given.folder / f"{name}-{code}-{width_name}-{scheme}.png"
                if not name.startswith(given.only):
                    continue
                if given.readme and picture.stem not in README_PICTURES:
                    continue
                page.goto(path)
                if given.readme:
                    page.reload()  # it tells how long a search takes, not the first after a start
                page.screenshot(path=picture, full_page=given.whole)
                if given.readme:
                    in_few_colours(picture)
                print(picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
