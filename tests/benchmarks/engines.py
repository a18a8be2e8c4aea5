"""Dragoman's speed beside Whoosh, SQLite FTS5, Xapian, tantivy and OpenSearch, in one run.

Run from the project's root:

    python tests/benchmarks/engines.py --work /tmp/bench --collection FILE…

Without `--collection` the project's seeds are taken, repeated. `tantivy` is on PyPI, Xapian is
Debian's `python3-xapian`; an engine that is not installed is left out, saying so. OpenSearch is a
node on this machine (Java 17 is needed), always timed by the wall. What every engine is given:
Dragoman the documents as they are, with all keys of each token; the others one key a token, title
and text in one field. All are asked by keys; Dragoman is asked the same as text too, through its
query module, and for whole pages. Prepared texts and indexes stay in `--work` (Dragoman's until the
code of `indexer` changes), so that a second run only asks.
"""

import argparse
import cProfile
import hashlib
import json
import pstats
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from engines_compared import occasions, reporting
from engines_compared.building import MODULES, Built, build_in_child, module_of
from engines_compared.charting import ratio_chart
from engines_compared.collection import Analysed, read_collection
from engines_compared.contestant import CLASSES, Asked, Contestant
from engines_compared.queries import Drawing
from engines_compared.timing import CLOCKS, time_queries

from dragoman import indexer

ROOT = Path(__file__).resolve().parents[2]
SEEDS_COPIES = 20
"""How often the seeds count as the collection: they are few."""
DRAWN = 1000
"""Queries kept of each class; a run takes the first of them."""


def main() -> None:
    """Runs what the arguments ask for."""
    args = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        work = args.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        prepared = prepare(args.collection or [ROOT / "seeds"], work, args.seed, args.anew)
        wanted = args.queries + args.warm_up
        queries = {
            kind: drawn[:wanted]
            for kind, drawn in load_queries(prepared, forms=args.forms).items()
            if kind in args.classes
        }
        if args.profile:
            profile(prepared, queries, args)
            return
        for scale in args.scales:
            run_at(scale, prepared, queries, args)
        if not args.queries_only:
            run_occasions(prepared, queries, args)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collection", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--work", type=Path, help="where texts and indexes are kept")
    parser.add_argument("--anew", action="store_true", help="prepare and build all again")
    parser.add_argument("--engines", type=_names(tuple(MODULES)), default=tuple(MODULES))
    parser.add_argument("--classes", type=_names(CLASSES), default=CLASSES)
    parser.add_argument("--queries", type=int, default=200, help="timed in each class")
    parser.add_argument("--warm-up", type=int, default=20, help="untimed in each class, before")
    parser.add_argument("--forms", action="store_true", help="ask Dragoman words as in the texts")
    parser.add_argument("--scales", type=int, nargs="+", default=[1], help="times the collection")
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--clock", choices=CLOCKS, default="cpu")
    parser.add_argument("--no-whole-page", dest="whole", action="store_false")
    parser.add_argument("--queries-only", action="store_true", help="no indexing, no cold starts")
    parser.add_argument("--svg", type=Path, help="where the ratios of the first scale are drawn")
    parser.add_argument("--profile", choices=CLASSES, help="profile Dragoman on one class")
    parser.add_argument("--profile-whole", action="store_true", help="its whole pages")
    return parser.parse_args()


def _names(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """A type of argument: names with commas between them."""

    def names(text: str) -> tuple[str, ...]:
        found = tuple(name.strip() for name in text.split(","))
        if strange := [name for name in found if name not in known]:
            raise argparse.ArgumentTypeError(f"{strange[0]}: use {', '.join(known)}")
        return found

    return names


# The collection


def prepare(paths: Sequence[Path], work: Path, seed: int, anew: bool) -> Path:
    """The folder with the prepared collection and its queries."""
    stamp = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in paths]
    name = hashlib.blake2b(repr((stamp, seed)).encode(), digest_size=4).hexdigest()
    folder = work / f"collection-{name}"
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    if (folder / "ready").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _say("reading and analysing the collection")
    collection = Analysed(list(read_collection(paths)))
    collection.write(folder)
    for by_form in (False, True):
        drawn = Drawing(collection, seed, by_form=by_form).draw(DRAWN)
        content = {kind: [asdict(asked) for asked in asked] for kind, asked in drawn.items()}
        _queries_path(folder, by_form).write_text(json.dumps(content))
    copies = SEEDS_COPIES if list(paths) == [ROOT / "seeds"] else 1
    n_tokens = sum(len(body) for body in collection.bodies)
    (folder / "copies").write_text(str(copies))
    (folder / "ready").write_text(
        f"{copies} x {len(collection.documents)} documents, {n_tokens:,} tokens of text"
    )
    return folder


def _queries_path(folder: Path, by_form: bool) -> Path:
    return folder / ("queries-forms.json" if by_form else "queries-keys.json")


def load_queries(prepared: Path, *, forms: bool) -> dict[str, list[Asked]]:
    """All queries drawn, by class."""
    content = json.loads(_queries_path(prepared, forms).read_text())
    return {
        kind: [
            Asked(kind, tuple(a["keys"]), tuple(a["words"]), (a["years"][0], a["years"][1]))
            for a in asked
        ]
        for kind, asked in content.items()
    }


# Indexes


def indexer_digest() -> str:
    """What Dragoman's indexes depend on: the code and data of its indexer."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(Path(indexer.__file__).parent.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def index_of(engine: str, prepared: Path, scale: int, *, anew: bool = False) -> tuple[Path, Built]:
    """An engine's index at a scale, and what building it took; built where it is not there yet."""
    name = f"{engine}-{indexer_digest()}" if engine == "dragoman" else engine
    folder = prepared / f"x{scale}" / name
    noted = folder.with_suffix(".json")
    if anew or not noted.exists():
        for old in (prepared / f"x{scale}").glob(f"{engine}*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        folder.mkdir(parents=True)
        copies = scale * int((prepared / "copies").read_text())
        _say(f"indexing with {engine} at {scale} times the collection")
        built = build_in_child(engine, folder, prepared, copies)
        noted.write_text(json.dumps(asdict(built)))
    return folder, Built(**json.loads(noted.read_text()))


def available(engines: Sequence[str]) -> Iterator[str]:
    """Those of the engines that can be imported."""
    for engine in engines:
        try:
            module_of(engine)
        except ImportError as error:
            _say(f"without {engine}: {error}")
        else:
            yield engine


# Runs


def run_at(
    scale: int, prepared: Path, queries: Mapping[str, Sequence[Asked]], args: argparse.Namespace
) -> None:
    """Times all queries at one scale and prints what came out."""
    engines = list(available(args.engines))
    built = {e: index_of(e, prepared, scale, anew=args.anew) for e in engines}
    contestants: list[Contestant] = [module_of(e).open(built[e][0]) for e in engines]
    if "dragoman" in engines:
        open_text = module_of("dragoman").open_text
        contestants.append(open_text(built["dragoman"][0], reporting.AS_TEXT))
        if args.whole:
            contestants.append(open_text(built["dragoman"][0], reporting.WHOLE, whole=True))
    names = [contestant.name for contestant in contestants]
    _say(f"asking {sum(map(len, queries.values()))} queries at {scale} times the collection")
    times = time_queries(contestants, queries, warm_up=args.warm_up, clock=args.clock)
    ready = (prepared / "ready").read_text()
    print(f"\n# {scale} times the collection ({ready}); {args.clock} time\n")
    _print(reporting.build_table({e: b for e, (_, b) in built.items()}))
    _print(reporting.time_table(times, names))
    if "dragoman" in engines and len(engines) > 1:
        _print(reporting.ratio_table(times, names))
        _print(reporting.ratio_table(times, names, reporting.AS_TEXT))
        by_keys = [n for n in names if n not in (reporting.AS_TEXT, reporting.WHOLE)]
        _print(reporting.agreement(times, by_keys))
        _print(target.line() for target in reporting.query_targets(times, names))
        if args.svg and scale == args.scales[0]:
            title = f"Dragoman beside other engines, {scale} x {ready.partition(' x ')[2]}"
            args.svg.write_text(ratio_chart(times, by_keys, title), "utf-8")


def run_occasions(
    prepared: Path, queries: Mapping[str, Sequence[Asked]], args: argparse.Namespace
) -> None:
    """Measures Dragoman's indexing, a document more, and cold starts; prints the targets."""
    index, once = index_of("dragoman", prepared, 1)
    _say("starting cold, adding one document")
    word = queries["common"][0].words[0] if queries.get("common") else "and"
    few = {kind: of_kind[:55] for kind, of_kind in queries.items()}
    _print(target.line() for target in occasions.cold_starts(index, word))
    _print(target.line() for target in occasions.one_more(index, prepared, few, args.clock))
    _say("indexing with Dragoman: no lemma known, all lemmas known, four times the collection")
    whoosh = index_of("whoosh", prepared, 1)[1] if "whoosh" in args.engines else None
    copies = int((prepared / "copies").read_text())
    _print(target.line() for target in occasions.indexing(prepared, copies, whoosh))
    _, four_times = index_of("dragoman", prepared, 4)
    _print(iter([occasions.memory(once, four_times).line()]))


def profile(
    prepared: Path, queries: Mapping[str, Sequence[Asked]], args: argparse.Namespace
) -> None:
    """Profiles Dragoman on the queries of one class."""
    folder, _ = index_of("dragoman", prepared, args.scales[0])
    contestant = module_of("dragoman").open_text(folder, args.profile, whole=args.profile_whole)
    asked = load_queries(prepared, forms=args.forms)[args.profile][: args.queries + args.warm_up]
    for query in asked[: args.warm_up]:
        contestant.ask(query)
    profiler = cProfile.Profile()
    with profiler:
        for query in asked[args.warm_up :]:
            contestant.ask(query)
    print(f"{args.profile}: {len(asked) - args.warm_up} queries")
    stats = pstats.Stats(profiler)
    stats.strip_dirs().sort_stats("tottime").print_stats(30)
    stats.sort_stats("cumulative").print_stats(30)


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line)
    print(flush=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
