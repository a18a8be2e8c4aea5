"""How well saved web pages are read: every field and the body against a truth made by hand.

Run from the project's root: ``python tests/benchmarks/pages.py [--pages DIR] [--truth DIR]
[--list]``. Without folders it measures the pages of the project's own tests. The truth is a table
`truth.tsv` (page, title, date, speakers, office, …; several values parted by semicolons) and beside
it for each page `NAME.body.txt`. Trafilatura alone is measured on the same pages: title, day,
author, body.
"""

import argparse
import csv
import re
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import trafilatura

from dragoman.indexer.documents import Document
from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers import read_file
from dragoman.indexer.readers.encodings import decode
from dragoman.indexer.readers.files import read_bytes

OWN = Path(__file__).resolve().parents[1] / "indexer" / "pages"
FIELDS = (
    "title", "date", "speakers", "office", "place", "kind", "topics", "languages", "lang", "url",
)  # fmt: skip
OUTCOMES = ("right", "wrong", "missing", "invented")
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Tokens shared by a body that was found and the true one, as multisets."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall (van Rijsbergen 1979)."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def overlap(found: str, true: str) -> Overlap:
    """Precision and recall of the tokens found, each counted as often as it stands there."""
    ours, theirs = (Counter(_TOKEN.findall(text.casefold())) for text in (found, true))
    shared = (ours & theirs).total()
    if not theirs:
        return Overlap(1.0, 1.0) if not ours else Overlap(0.0, 1.0)
    return Overlap(shared / ours.total() if ours else 0.0, shared / theirs.total())


def outcome(found: str, true: str) -> str:
    """`right`, or how it is not: `wrong`, `missing`, `invented` where there is nothing."""
    if _folded(found) == _folded(true):
        return "right"
    if not true:
        return "invented"
    return "wrong" if found else "missing"


def truth_of(folder: Path) -> list[dict[str, str]]:
    """The rows of a folder's table of truth."""
    with (folder / "truth.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def true_body(folder: Path, page: str) -> str:
    """The body of a page as a reader marked it."""
    return (folder / page).with_suffix(".body.txt").read_text(encoding="utf-8")


def fields_of(path: Path) -> tuple[dict[str, str], str]:
    """What Dragoman reads out of a page, in the words of the truth, and the body."""
    try:
        (found,) = read_file(path, doc_id=path.name)
    except ReadError as error:
        return {"title": f"({error})"}, ""
    if not isinstance(found, Document):
        raise TypeError(f"{path} gave no document")
    values = {name: getattr(found, name) for name in FIELDS}
    written = {
        name: "; ".join(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
    return written, found.text


def trafilatura_fields_of(path: Path) -> tuple[dict[str, str], str]:
    """What trafilatura alone reads: it knows days only, and calls speakers authors."""
    found = trafilatura.bare_extraction(
        decode(read_bytes(path))[0], with_metadata=True, include_comments=False
    )
    if found is None:
        return {}, ""
    return {
        "title": found.title or "", "date": found.date or "", "speakers": found.author or ""
    }, found.text or ""  # fmt: skip


def _folded(value: str) -> str:
    parts = (" ".join(part.split()) for part in value.split(";"))
    return ";".join(sorted(part for part in parts if part)).casefold()


def _report(
    name: str,
    counts: Mapping[str, Counter[str]],
    bodies: Mapping[str, Overlap],
    wrong: Sequence[str],
) -> None:
    print(f"\n{name}, {len(bodies)} pages\n")
    print("| field | " + " | ".join(OUTCOMES) + " |\n| --- |" + " --- |" * len(OUTCOMES))
    for field, found in counts.items():
        print(f"| {field} | " + " | ".join(str(found[outcome]) for outcome in OUTCOMES) + " |")
    worst = min(bodies, key=lambda page: bodies[page].f1)
    precision, recall, f1 = (
        statistics.fmean(getattr(body, part) for body in bodies.values())
        for part in ("precision", "recall", "f1")
    )
    print(
        f"\nbody: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} in the mean; ", end=""
    )
    print(f"worst {bodies[worst].f1:.3f} ({worst})")
    for line in wrong:
        print(line)


def main() -> None:
    """Print a table for Dragoman and one for trafilatura alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=OWN)
    parser.add_argument("--truth", type=Path, help="where it is not beside the pages")
    parser.add_argument("--list", action="store_true", help="every field that is not right")
    chosen = parser.parse_args()
    truth = chosen.truth or chosen.pages
    rows = truth_of(truth)
    readers = {"Dragoman": (fields_of, FIELDS), "trafilatura alone": (
        trafilatura_fields_of, ("title", "date", "speakers"))}  # fmt: skip
    for name, (reader, fields) in readers.items():
        counts: dict[str, Counter[str]] = {field: Counter() for field in fields}
        bodies: dict[str, Overlap] = {}
        wrong: list[str] = []
        took_s = 0.0
        for row in rows:
            began = time.perf_counter()
            found, body = reader(chosen.pages / row["page"])
            took_s += time.perf_counter() - began
            bodies[row["page"]] = overlap(body, true_body(truth, row["page"]))
            for field in fields:
                true = row[field]
                if field == "date" and name != "Dragoman":
                    true = true[:10]
                result = outcome(found.get(field, ""), true)
                counts[field][result] += 1
                if result != "right":
                    wrong.append(
                        f"{row['page']} {field} {result}: {found.get(field, '')!r}, not {true!r}"
                    )
            if bodies[row["page"]].f1 < 0.98:
                part = bodies[row["page"]]
                wrong.append(f"{row['page']} body: P {part.precision:.3f} R {part.recall:.3f}")
        _report(name, counts, bodies, wrong if chosen.list else ())
        print(f"{took_s / len(rows) * 1000:.1f} ms a page")


if __name__ == "__main__":
    main()
