"""Damaged files of every format: a document or a plain failure, never anything else."""

import random
import re
import zipfile
from pathlib import Path

import pytest

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import ReadFailure, read_file

SAMPLES = Path(__file__).parent / "samples"
FILES = (
    "talks.docx",
    "talks.odt",
    "talks.rtf",
    "talks.pdf",
    "page.pdf",
    "talks.epub",
    "x.rss",
    "x.zip",
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Lake</title>'
    + "".join(
        f"<item><title>Talk {n}</title><guid>https://lake.example/{n}</guid><pubDate>Tue, 22 Jun "
        f"2021 10:32:00 +0300</pubDate><description>&lt;p&gt;On fish {n}.&lt;/p&gt;"
        "</description></item>"
        for n in range(5)
    )
    + "</channel></rss>"
)
ROUNDS = 40


def sample(name: str, folder: Path) -> bytes:
    if name == "x.rss":
        return FEED.encode()
    if name == "x.zip":
        with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("а/x.txt", "Talks\n\nThey talked about fish.")
            archive.writestr("r.json", '{"text": "fish"}')
            archive.write(SAMPLES / "talks.docx", "talks.docx")
        return (folder / "made.zip").read_bytes()
    return (SAMPLES / name).read_bytes()


def read_or_fail(path: Path) -> None:
    try:
        for found in read_file(path, doc_id="id"):
            assert isinstance(found, Document | ReadFailure)
            if isinstance(found, Document):
                assert found.text.strip()
                assert list(found.page_starts) == sorted(found.page_starts)
                assert all(0 <= start <= len(found.text) for start in found.page_starts)
            else:
                assert found.reason
    except ReadError as error:
        assert str(error)


@pytest.mark.parametrize("name", FILES)
def test_cut_off_flipped_and_overwritten_bytes(tmp_path: Path, name: str) -> None:
    whole = sample(name, tmp_path)
    path = tmp_path / f"damaged{Path(name).suffix}"
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        data = bytearray(whole)
        match seed % 3:
            case 0:
                del data[chance.randrange(len(data)) :]
            case 1:
                for _ in range(chance.choice((1, 3, 20))):
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 2:
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(200)] = chance.randbytes(chance.randrange(200))
        path.write_bytes(data)
        read_or_fail(path)


@pytest.mark.parametrize("name", ["talks.docx", "talks.odt", "talks.epub"])
def test_marks_and_values_in_the_wrong_places(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(SAMPLES / name) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    texts = [part for part in parts if part.endswith((".xml", ".opf", ".xhtml", ".rels", ".ncx"))]
    path = tmp_path / f"damaged{Path(name).suffix}"
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        part = chance.choice(texts)
        data = parts[part]
        places = [found.span() for found in re.finditer(rb'"[^"]*"|<[^>]*>|>[^<]+<', data)]
        (a, b), (c, d) = chance.choice(places), chance.choice(places)
        with zipfile.ZipFile(path, "w") as archive:
            for other, content in parts.items():
                archive.writestr(
                    other, data[:a] + data[c:d] + data[b:] if other == part else content
                )
        read_or_fail(path)
