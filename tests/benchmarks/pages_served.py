"""How long the server takes for its pages: `python tests/benchmarks/pages_served.py INDEX`.

In: an index, best a big one. Out: for each page the median and the slowest of some answers, in
milliseconds, its size as it is sent and as it is read, and whether it keeps within its time and
100 KB sent. The first answer, which decodes what later ones remember, is told apart. Exit code 1
where a page takes too long.
"""

import argparse
import gzip
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from dragoman.search import Query, Searcher, open_searcher
from dragoman.web import create_app

LIMIT_BYTES = 100_000
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
PAGE_MS, SORTED_MS, MONTHS_MS = 100, 1000, 300
"""Times allowed: any page, a concordance of many occurrences sorted, four queries by month."""
FOUR = ("sanctions", "nuclear weapons", "oil OR gas", "terrorism")


def pages(
    common: str, many: str, documents: list[str], ids: list[str]
) -> Iterator[tuple[str, str, int]]:
    """Name, address and allowed time of each page.

    Args:
        common: A common word.
        many: A word with very many occurrences.
        documents: Ids of documents to open.
        ids: Of 200 documents, for a reading list.
    """
    listed = [f"id={quote(doc_id, safe='')}" for doc_id in ids]
    word, most = quote(common), quote(many)
    for doc_id in documents:
        yield f"document {doc_id}", f"/document/{quote(doc_id)}", PAGE_MS
        yield f"document {doc_id}, marked", f"/document/{quote(doc_id)}?q={word}", PAGE_MS
    four = "&".join(f"q={quote(text)}" for text in FOUR)
    yield "results", f"/search?q={word}", PAGE_MS
    yield "results, 100 of them", f"/search?q={word}&page_size=100", PAGE_MS
    yield (
        "results, newest first, a range of years",
        f"/search?q={word}&sort=newest&date=2005..2015&page=3",
        PAGE_MS,
    )
    yield "all documents", "/search?q=", PAGE_MS
    yield "first page", "/", PAGE_MS
    yield "reading list of 200", f"/list?{'&'.join(listed)}", PAGE_MS
    yield "citations of 20", f"/cite?{'&'.join(listed[:20])}", PAGE_MS
    yield "export, its formats", f"/export?q={word}", PAGE_MS
    yield "concordance", f"/kwic?q={word}", PAGE_MS
    yield "concordance, sorted by what stands before", f"/kwic?q={word}&sort=left", PAGE_MS
    yield "concordance, sample of 200", f"/kwic?q={word}&sample=200&sort=right", PAGE_MS
    yield "concordance of many, by date", f"/kwic?q={most}", SORTED_MS
    yield "concordance of many, sorted by what follows", f"/kwic?q={most}&sort=right", SORTED_MS
    yield "concordance of many, page 50", f"/kwic?q={most}&sort=left&page=50", SORTED_MS
    yield "four queries by year", f"/trends?{four}", PAGE_MS
    yield "four queries by month", f"/trends?{four}&by=month", MONTHS_MS
    yield (
        "eight queries by month",
        "/trends?by=month&"
        + "&".join(
            f"q={quote(text)}"
            for text in (*FOUR, "Syria", "climate change", "security", "human rights")
        ),
        MONTHS_MS,
    )
    yield "one query split by speaker", f"/trends?q={word}&split=speaker", PAGE_MS
    yield "collocations", f"/collocations?q={word}", PAGE_MS
    yield "collocations in the sentence", f"/collocations?q={word}&span=sentence", PAGE_MS
    yield "keywords", f"/keyness?q={word}", PAGE_MS


def occurrences(searcher: Searcher, word: str) -> int:
    """How often a word stands in the texts."""
    return searcher.concordance(Query(word, page_size=1)).found.total


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--common", default="President", help="a common word")
    parser.add_argument("--many", default="+in", help="a word with very many occurrences")
    parser.add_argument("--document", action="append", default=[], help="id; may be repeated")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: as if alone")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    clock = CLOCKS[given.clock]
    with open_searcher(given.index) as searcher:
        facts = searcher.info()
        print(f"{facts['documents']:,} documents, {facts['words']:,} words")
        for word in (given.common, given.many):
            print(f"{word}: {occurrences(searcher, word):,} occurrences")
        listed = searcher.search(Query(given.common, page_size=200, facets=False, snippets=False))
        ids = [hit.metadata.doc_id for hit in listed.hits]
    client = create_app({"INDEX_DIR": given.index}).test_client()
    is_slow = False
    print(
        f"{'page':<45}{'first':>8}{'median':>8}{'slowest':>9}{'allowed':>9}{'sent KB':>9}{'KB':>7}"
    )
    for name, address, allowed in pages(given.common, given.many, given.document, ids):
        times = []
        size = sent = 0
        for _ in range(given.rounds + 1):
            began = clock()
            answer = client.get(address, headers={"Accept-Encoding": "gzip"})
            times.append((clock() - began) * 1000)
            if answer.status_code != 200:
                sys.exit(f"{address} answers {answer.status_code}")
            sent = len(answer.data)
            packed = answer.headers.get("Content-Encoding") == "gzip"
            size = len(gzip.decompress(answer.data)) if packed else sent
        first, *others = times
        median = statistics.median(others)
        said = "" if median <= allowed else "  too slow"
        said += "" if sent <= LIMIT_BYTES else "  too big"
        is_slow = is_slow or median > allowed
        print(
            f"{name:<45}{first:8.0f}{median:8.0f}{max(others):9.0f}{allowed:9}"
            f"{sent / 1000:9.0f}{size / 1000:7.0f}{said}"
        )
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
