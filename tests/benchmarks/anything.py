"""A run over anything: a folder of good files with bad ones of every kind between them.

Makes the folder, indexes it in a process of its own while some files change and vanish, and checks
what is promised: the run ends, its memory stays bounded, every bad file is named with a reason,
every other document is found, and the next run reads nothing again.

    python tests/benchmarks/anything.py --work /tmp/anything
    python tests/benchmarks/anything.py --work /tmp/anything --files 300 --bad 60 --seed 2
"""

import argparse
import gzip
import io
import json
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.indexer.readers import is_readable_name
from dragoman.search import Query, open_searcher

STARTED = "from dragoman.search.cli import main; main()"
SETPRIV = shutil.which("setpriv")
RIGHTS = "-dac_override,-dac_read_search"
WITHOUT_RIGHTS = [SETPRIV, f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}"] if SETPRIV else []
"""Before a command of root's, whom no permission would stop otherwise."""
CAN_BE_STOPPED = os.geteuid() != 0 or SETPRIV is not None
COMMON = "ratification"
"""Stands in every good document."""
WORDS = (
    "treaty missile sanctions harbour grain minister talks border ceasefire oil parliament note "
    "договор ракета санкции гавань зерно министр переговоры граница перемирие нефть нота парламент"
).split()
MAX_PEAK_MB = 1_000
TIMEOUT_S = 1_800


@dataclass
class Folder:
    """What was made.

    Attributes:
        path: The folder.
        documents: Id of each good document.
        bad: Path and a pattern of its reason, for each bad file.
        unknown: Bad files that no reader is there for.
        vanishing: Good files that may vanish while the run goes on.
        growing: Good files that are written to while the run goes on.
    """

    path: Path
    random: random.Random
    documents: list[str] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    vanishing: list[Path] = field(default_factory=list)
    growing: list[Path] = field(default_factory=list)

    def text(self, n_words: int = 120) -> str:
        words = [self.random.choice(WORDS) for _ in range(n_words)]
        return f"{COMMON} {' '.join(words)}."

    def file(self, name: str) -> Path:
        path = self.path / f"{self.random.randrange(40):02}" / name
        path.parent.mkdir(exist_ok=True)
        return path

    def key(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def is_bad(self, path: Path, reason: str) -> Path:
        if is_readable_name(path):
            self.bad[str(path)] = reason
        else:
            self.unknown.append(str(path))
        return path


# Good files


def add_good(made: Folder, number: int) -> None:
    """One file of one to three documents, in one of the formats."""
    kind = ("txt", "md", "html", "json", "jsonl", "csv", "txt.gz", "jsonl.gz")[number % 8]
    name = f"g{number}.{kind}"
    if number % 24 == 1:
        name = os.fsdecode(f"записка{number}.md".encode("cp1251"))
    elif number % 24 == 9:
        name = f"line\nend{number}.md"
    elif number % 48 == 17:
        name = "n" * (252 - len(str(number))) + f"{number}.md"
    path = made.file(name)
    ids = [f"{number}-{n}" for n in range(3)]
    records = [{"id": each, "text": made.text()} for each in ids]
    if kind.startswith("jsonl"):
        data = "".join(json.dumps(record) + "\n" for record in records)
    elif kind == "csv":
        data = "id,text\n" + "".join(f"{r['id']},{r['text']}\n" for r in records)
    elif kind == "json":
        data, ids = json.dumps(records[0]), ids[:1]
    else:
        ids = [made.key(path)]
        body = f"{made.text()}\n\n{made.text()}"
        title = f"On {made.random.choice(WORDS)} {number}"
        data = {
            "md": f"# {title}\n\n{body}",
            "html": f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
            f"<p>{body}</p></article></body></html>",
        }.get(kind, f"{title}\n\n{body}")
    encoded = data.encode("utf-8")
    path.write_bytes(gzip.compress(encoded) if kind.endswith(".gz") else encoded)
    made.documents += ids
    if kind == "md" and number % 48 == 41:
        made.vanishing.append(path)


def add_growing(made: Folder) -> None:
    path = made.file("growing.jsonl")
    records = [{"id": f"growing-{n}", "text": made.text()} for n in range(3_000)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    made.documents += [str(record["id"]) for record in records]
    made.growing.append(path)


# Bad files


def truncated_gzip(made: Folder, name: str) -> None:
    data = gzip.compress(made.text(2_000).encode())
    made.is_bad(made.file(f"{name}.txt.gz"), "broken gzip").write_bytes(data[: len(data) // 2])


def no_gzip(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.md.gz"), "broken gzip").write_bytes(made.text().encode())


def gzip_bomb(made: Folder, name: str) -> None:
    with gzip.open(made.is_bad(made.file(f"{name}.txt.gz"), "larger than"), "wb", 1) as file:
        for _ in range(80):
            file.write(b"a" * 1_000_000)


def picture_as_text(made: Folder, name: str) -> None:
    suffix = made.random.choice(("txt", "md", "html", "csv", "json", "jsonl"))
    data = b"\x89PNG\r\n\x1a\n" + made.random.randbytes(5_000)
    reason = "binary|encoding|JSON|broken|header|first row"
    made.is_bad(made.file(f"{name}.{suffix}"), reason).write_bytes(data)


def pdf_as_text(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.txt"), "binary").write_bytes(_pdf())


def broken_json(made: Folder, name: str) -> None:
    text = json.dumps({"text": made.text()})[:-9]
    made.is_bad(made.file(f"{name}.json"), "no JSON").write_text(text)


def nested_json(made: Folder, name: str) -> None:
    text = "[" * 200_000 + "]" * 200_000
    made.is_bad(made.file(f"{name}.json"), "nested too deeply").write_text(text)


def record_without_text(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.json"), "no text").write_text('{"title": "nothing"}')


def bad_lines(made: Folder, name: str) -> None:
    good = [f"{name}-{n}" for n in range(2)]
    lines = [json.dumps({"id": each, "text": made.text()}) for each in good]
    path = made.file(f"{name}.jsonl")
    path.write_text("\n".join([lines[0], "{no json", '{"text": 5}', lines[1]]) + "\n", "utf-8")
    made.documents += good
    made.bad[f"{path}:2"] = "no JSON"
    made.bad[f"{path}:3"] = "no string"


def table_without_text(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.csv"), "field ‘text’").write_text("a,b\n1,2\n")


def long_row(made: Folder, name: str) -> None:
    path = made.file(f"{name}.csv")
    path.write_text(f"id,text\n{name}-0,{made.text()}\nx,y,z,too,many\n", "utf-8")
    made.documents.append(f"{name}-0")
    made.bad[f"{path}:3"] = "the row has 5 fields"


def empty(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.md"), "empty").touch()


def blank(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.txt"), "empty").write_text(" \n\n \t\n")


def broken_front_matter(made: Folder, name: str) -> None:
    text = f"---\ntitle: [unclosed\n---\n\n{made.text()}"
    made.is_bad(made.file(f"{name}.md"), "front matter").write_text(text)


def page_without_text(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.html"), "no main text|empty").write_text(
        "<html><body><script>var x = 1;</script></body></html>"
    )


def sparse(made: Folder, name: str) -> None:
    suffix, reason = made.random.choice(
        (("txt", "larger than"), ("html", "larger than"), ("json", "larger than"))
    )
    with made.is_bad(made.file(f"{name}.{suffix}"), reason).open("wb") as file:
        file.truncate(2_000_000_000)


def sparse_lines(made: Folder, name: str) -> None:
    with made.is_bad(made.file(f"{name}.jsonl"), "binary|larger than").open("wb") as file:
        file.truncate(2_000_000_000)


def endless_line(made: Folder, name: str) -> None:
    path = made.file(f"{name}.jsonl")
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(90):
            file.write(b"word " * 200_000)
        file.write(b'"}\n' + json.dumps({"id": name, "text": made.text()}).encode() + b"\n")
    made.documents.append(name)
    made.bad[f"{path}:1"] = "the line is larger than"


def run_of_one_sign(made: Folder, name: str) -> None:
    """No bad file, but one on which careless patterns take for ever."""
    path = made.file(f"{name}.{made.random.choice(('txt', 'md', 'html'))}")
    run = made.random.choice((" ", "a", ".", "-", "\n", "A.", "[", "« ", "|")) * 300_000
    path.write_text(f"{made.text()}\n\nx{run}y\n", "utf-8")
    made.documents.append(made.key(path))


def pipe(made: Folder, name: str) -> None:
    os.mkfifo(made.is_bad(made.file(f"{name}.txt"), "named pipe"))


def bound_socket(made: Folder, name: str) -> None:
    path = made.is_bad(made.file(f"{name}.md"), "socket")
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(here)


def device(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.txt"), "device").symlink_to("/dev/zero")


def circle(made: Folder, name: str) -> None:
    path = made.is_bad(made.file(f"{name}.txt"), "symbolic links")
    path.symlink_to(path)


def circle_of_folders(made: Folder, name: str) -> None:
    """A link to a folder above is no defect: everything in it is read once."""
    made.file(name).symlink_to(made.path)


def link_to_nothing(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.md"), "leads nowhere").symlink_to("nowhere.md")


def closed_file(made: Folder, name: str) -> None:
    path = made.is_bad(made.file(f"{name}.txt"), "Permission denied")
    path.write_text(made.text(), "utf-8")
    path.chmod(0)


def closed_folder(made: Folder, name: str) -> None:
    folder = made.file(name)
    folder.mkdir()
    (folder / "in.md").write_text("behind the door")
    folder.chmod(0)
    made.bad[str(folder)] = "the folder can't be read"


def same_id(made: Folder, name: str) -> None:
    path = made.path / "zz" / f"{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    taken = next(each for each in made.documents if "-" in each and "/" not in each)
    path.write_text(json.dumps({"id": taken, "text": "another"}) + "\n")
    made.bad[str(path)] = "is also that of a document in"


def truncated_pdf(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.pdf"), "").write_bytes(_pdf()[:200])


def encrypted_pdf(made: Folder, name: str) -> None:
    made.is_bad(made.file(f"{name}.pdf"), "").write_bytes(_pdf(encrypted=True))


def encrypted_zip(made: Folder, name: str) -> None:
    data = bytearray(_zip("in.txt", made.text().encode()))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # the flag of an encrypted member
    made.is_bad(made.file(f"{name}.zip"), "").write_bytes(data)


def zip_bomb(made: Folder, name: str) -> None:
    path = made.file(f"{name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("bomb.txt", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(bytes(1_000_000))
    made.is_bad(path, "")


def no_package(made: Folder, name: str) -> None:
    suffix = made.random.choice(("docx", "odt", "epub", "pdf", "zip"))
    made.is_bad(made.file(f"{name}.{suffix}"), "").write_bytes(made.random.randbytes(3_000))


def _pdf(*, encrypted: bool = False) -> bytes:
    """A page of one line; where it is encrypted, with keys that no password fits."""
    stream = b"BT /F1 12 Tf 72 720 Td (A line of text) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    if encrypted:
        keys = b"<" + b"5a" * 32 + b">"
        objects.append(b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O%s/U%s>>" % (keys, keys))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    more = b"/Encrypt 6 0 R/ID[<%s><%s>]" % (b"00" * 16, b"00" * 16) if encrypted else b""
    trailer = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    out.write(trailer % (len(objects) + 1, more, start))
    return out.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


Maker = Callable[[Folder, str], None]
FEW: tuple[Maker, ...] = (
    gzip_bomb,
    endless_line,
    sparse_lines,
    zip_bomb,
    nested_json,
    run_of_one_sign,
)
"""Kinds that take long to make or to read: three of each are enough."""
MANY: tuple[Maker, ...] = (
    truncated_gzip, no_gzip, picture_as_text, pdf_as_text, broken_json, record_without_text,
    bad_lines, table_without_text, long_row, empty, blank, broken_front_matter, page_without_text,
    sparse, pipe, bound_socket, device, circle, circle_of_folders, link_to_nothing, closed_file,
    closed_folder, same_id, truncated_pdf, encrypted_pdf, encrypted_zip, no_package,
)  # fmt: skip


def make_folder(path: Path, n_files: int, n_bad: int, seed: int, n_few: int = 3) -> Folder:
    """A folder of so many files, so many of them bad, each kind about as often."""
    made = Folder(path, random.Random(seed))
    path.mkdir(parents=True)
    for number in range(n_files - n_bad):
        add_good(made, number)
    add_growing(made)
    makers = [maker for maker in FEW for _ in range(n_few)]
    many = [m for m in MANY if CAN_BE_STOPPED or m not in (closed_file, closed_folder)]
    makers += [many[number % len(many)] for number in range(n_bad - len(makers))]
    for number, maker in enumerate(makers):
        maker(made, f"bad{number}")
    return made


# The run


@dataclass
class Run:
    """A run of `dragoman index`, and the largest process it had."""

    code: int
    report: dict[str, object]
    told: str
    seconds: float
    peak_mb: float

    @property
    def failed(self) -> dict[str, str]:
        listed: list[dict[str, str]] = self.report["failed"]  # type: ignore[assignment]
        return {each["path"]: each["reason"] for each in listed}


def dragoman(index_dir: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line; permissions stop it, whoever runs it."""
    before = WITHOUT_RIGHTS if os.geteuid() == 0 else []
    return subprocess.run(
        [*before, sys.executable, "-c", STARTED, "--index", str(index_dir), *args],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=TIMEOUT_S,
        check=False,
    )


def run_index(index_dir: Path, *args: str) -> Run:
    """Indexes; the peak is that of all children so far."""
    began = time.monotonic()
    done = dragoman(index_dir, "index", "--json", *args)
    seconds = time.monotonic() - began
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    report = json.loads(done.stdout) if done.stdout else {"failed": []}
    return Run(done.returncode, report, done.stderr, seconds, peak_mb)


def disturb(made: Folder, ended: threading.Event) -> None:
    """Writes to some files and removes others until the run has ended."""
    number = 0
    while not ended.wait(0.02):
        for path in made.growing:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": f"late-{number}", "text": "late"}) + "\n")
        if number % 5 == 0 and made.vanishing:
            made.vanishing.pop().unlink()
        number += 1


def problems_of(made: Folder, index_dir: Path, *, say: Callable[[str], None]) -> list[str]:
    """What was promised and is not so, after runs over the folder."""
    problems: list[str] = []
    vanishing = {made.key(path) for path in made.vanishing}
    ended = threading.Event()
    disturbing = threading.Thread(target=disturb, args=(made, ended))
    disturbing.start()
    try:
        first = run_index(index_dir, str(made.path))
    finally:
        ended.set()
        disturbing.join()
    say(f"first run: {first.seconds:.1f} s, largest process {first.peak_mb:,.0f} MB")
    say(f"{len(first.failed)} failures named, {first.report.get('documents')} documents")
    if first.code != 0:
        return [f"exit code {first.code}: {first.told[-500:]}"]
    if first.peak_mb > MAX_PEAK_MB:
        problems.append(f"a process took {first.peak_mb:,.0f} MB, more than {MAX_PEAK_MB}")
    problems += _unnamed(made, first.failed)
    second = run_index(index_dir)
    say(f"second run: {second.seconds:.1f} s: {second.told.strip().splitlines()[-2]}")
    problems += _unnamed(made, second.failed)
    problems += _strangers(made, second.failed)
    problems += _lost(made, index_dir, vanishing)
    listed = dragoman(index_dir, "info", "--failed", "--json")
    if {each["path"] for each in json.loads(listed.stdout)["failed"]} != set(second.failed):
        problems.append("info --failed does not list what the run did")
    third = run_index(index_dir)
    say(f"third run: {third.seconds:.1f} s")
    did = {name: third.report[name] for name in ("added", "changed", "deleted")}
    if any(did.values()) or third.failed != second.failed:
        problems.append(f"a run without changes did something: {did}")
    problems += _not_retried(made, index_dir)
    return problems


def _unnamed(made: Folder, failed: dict[str, str]) -> list[str]:
    problems = []
    for path, pattern in made.bad.items():
        reasons = [
            r for named, r in failed.items() if named == path or named.startswith(f"{path}/")
        ]
        if not reasons:
            problems.append(f"not named: {path}")
        elif not all(reasons) or not any(re.search(pattern, reason) for reason in reasons):
            problems.append(f"{path}: ‘{reasons}’ is not about ‘{pattern}’")
    return problems


def _strangers(made: Folder, failed: dict[str, str]) -> list[str]:
    known = set(made.bad)
    return [
        f"named without need: {path}: {reason}"
        for path, reason in failed.items()
        if path not in known and str(Path(path).parent) not in known
    ]


def _lost(made: Folder, index_dir: Path, vanishing: set[str]) -> list[str]:
    with open_searcher(index_dir) as searcher:
        page = searcher.search(Query(COMMON, page_size=1, facets=False, snippets=False))
        found: set[str] = set()
        number = 1
        while len(found) < page.total:
            part = searcher.search(
                Query(COMMON, page_size=1000, page=number, facets=False, snippets=False)
            )
            found |= {hit.metadata.doc_id for hit in part.hits}
            number += 1
    wanted = set(made.documents)
    there = {key for key in vanishing if (made.path / key).exists()}
    lost = wanted - vanishing - found | there - found
    more = found - wanted | (found & vanishing) - there
    return [f"lost: {doc_id!r}" for doc_id in sorted(lost)] + [
        f"found without need: {doc_id!r}" for doc_id in sorted(more)
    ]


def _not_retried(made: Folder, index_dir: Path) -> list[str]:
    """Opens a closed file, which changes neither its size nor its time."""
    closed = [path for path, reason in made.bad.items() if reason == "Permission denied"]
    for path in closed:
        Path(path).chmod(0o644)
    run = run_index(index_dir, "--retry-failed")
    if run.report["added"] != len(closed):
        return [f"--retry-failed added {run.report['added']}, not {len(closed)}"]
    return []


def remove(folder: Path) -> None:
    """Removes a folder with its closed folders."""
    for path, folders, _ in os.walk(folder):
        for name in folders:
            if not (each := Path(path, name)).is_symlink():
                each.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def prepare(work: Path, n_files: int, n_bad: int, seed: int, n_few: int = 3) -> Folder:
    """The folder made anew."""
    remove(work)
    work.mkdir(parents=True)
    return make_folder(work / "texts", n_files, n_bad, seed, n_few)


def main() -> None:
    """Makes the folder, runs, and leaves with 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder for it; made anew")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--bad", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    began = time.monotonic()
    made = prepare(args.work, args.files, args.bad, args.seed)
    print(
        f"{args.files} files with {len(made.documents)} documents, {len(made.bad)} failures and "
        f"{len(made.unknown)} files of unknown formats made in {time.monotonic() - began:.0f} s"
    )
    problems = problems_of(made, args.work / "index", say=print)
    for problem in problems:
        print(f"BROKEN PROMISE: {problem}")
    print("every promise kept" if not problems else f"{len(problems)} problems")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
