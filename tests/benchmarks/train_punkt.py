"""Real texts in the shared data folder → indexer/data/punkt-en.json and punkt-ru.json.

Run from the project's root, with the shared data folder beside it (some four minutes of one core):

    python tests/benchmarks/train_punkt.py [--out DIRECTORY] [--list]

NLTK's PunktTrainer learns abbreviation types, collocations and frequent sentence starters. What it
learns of capitals is counted here instead of flagged, so that one headline does not make a noun of
every word (see ``CountingTrainer``). ``REMOVED`` is what was struck out on looking the lists over.
Only words seen in several documents are kept: the files hold statistics, no text.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nltk.tokenize.punkt import PunktTrainer

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    "en": ["kremlin-en", "un-general-debate-2015-2024", "parallel-en-ru"],
    "ru": ["kremlin-ru", "wikinews-ru", "parallel-en-ru"],
}
MIN_COUNT = {"en": 8, "ru": 3}
"""A word's occurrences below which nothing is kept of its capitals."""
CAPITAL_SHARE = 0.05
"""Share of capitals within sentences from which a word counts as one written so there."""
BATCH_CHARS = 2_000_000

# Struck out on looking over: words that only happened to end sentences, misprints, and single
# letters, which the hand list in abbreviations.tsv and the rule of initials decide.
REMOVED = {
    "en": set(
        "$l 9g a.i acd asf b2c c2b ca cub ed esg gbh gob gen iwi it, j krk lsd nu o.k o.r ona p "
        "pec pod poo pp r res rev rum seq sts tr u vx w xix “u.n cf".split()
    )
    | {"##number## confer", "##number## saipov", "a vedyashchev", "n r."},
    "ru": set(
        "1975г 2001г 2007г 2010г беде вк г д дк е н нтв п р рт х ч ю доклад инцидент полиция "
        "издание бывший".split()
    )
    | {"##number## назначить", "##number## настоящий", "а арапов", "и д."},
}

KEPT_STARTERS = set("i напомним отметим кроме напомню подчеркну благодарю кстати таким".split())
"""Sentence starters besides the words written small: a name opens many sentences (Russia, Vladimir,
President) and also follows abbreviations within them, so it is no evidence of an end."""

SCRIPT = {"en": re.compile(r"[a-z]"), "ru": re.compile(r"[а-яё]")}


class CountingTrainer(PunktTrainer):
    """PunktTrainer that counts how often a word stands in each orthographic context.

    Punkt sets a flag at the first sight of a capital within a sentence. In 40 MB of texts nearly
    every word has been seen so once, which would leave the orthographic heuristic undecided
    always. So contexts are counted and judged by their share.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cases: dict[tuple[str, str], Counter[str]] = {
            (place, case): Counter()
            for place in ("initial", "internal", "unknown")
            for case in ("upper", "lower", "none")
        }

    def _get_orthography_data(self, tokens: list) -> None:  # type: ignore[type-arg]
        context = "internal"
        for token in tokens:
            if token.parastart and context != "unknown":
                context = "initial"
            if token.linestart and context == "internal":
                context = "unknown"
            self.cases[context, token.first_case][token.type_no_sentperiod] += 1
            if token.sentbreak:
                context = "unknown" if token.is_number or token.is_initial else "initial"
            else:
                context = "unknown" if token.ellipsis or token.abbr else "internal"


def texts(shared: Path, lang: str) -> Iterator[str]:
    """The texts of one language, in the files' order."""
    for name in SOURCES[lang]:
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record["lang"] == lang:
                    yield record["text"]


def batches(parts: Iterator[str]) -> Iterator[str]:
    """Texts joined by blank lines, some BATCH_CHARS at a time."""
    batch: list[str] = []
    size = 0
    for part in parts:
        batch.append(part)
        size += len(part)
        if size >= BATCH_CHARS:
            yield "\n\n".join(batch)
            batch, size = [], 0
    if batch:
        yield "\n\n".join(batch)


def learn(shared: Path, lang: str) -> dict[str, list[str]]:
    """Punkt's parameters for one language, as sorted lists of words."""
    trainer = CountingTrainer()
    for batch in batches(texts(shared, lang)):
        trainer.train(batch, finalize=False)
    trainer.finalize_training()
    parameters = trainer.get_params()
    script = SCRIPT[lang]
    removed = REMOVED[lang]
    cases = trainer.cases
    lower: list[str] = []
    both: list[str] = []
    word = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
    all_types = set().union(*cases.values())
    for typ in all_types:
        if not word.fullmatch(typ) or not script.search(typ):
            continue
        small = sum(cases[place, "lower"][typ] for place in ("initial", "internal", "unknown"))
        inner_upper = cases["internal", "upper"][typ]
        inner_all = inner_upper + cases["internal", "lower"][typ]
        total = sum(counts[typ] for counts in cases.values())
        if total < MIN_COUNT[lang] or small < 2 or small < 0.02 * total:
            continue
        if inner_upper < 2 or inner_upper < CAPITAL_SHARE * inner_all:
            lower.append(typ)
        else:
            both.append(typ)
    small_words = set(lower)
    return {
        "abbreviations": sorted(
            typ for typ in parameters.abbrev_types if script.search(typ) and typ not in removed
        ),
        "collocations": sorted(
            f"{first} {second}"
            for first, second in parameters.collocations
            if script.search(first + second) and f"{first} {second}" not in removed
        ),
        "starters": sorted(
            typ
            for typ in parameters.sent_starters
            if typ not in removed and (typ in KEPT_STARTERS or typ in small_words)
        ),
        "lower": sorted(lower),
        "both": sorted(both),
    }


def main() -> None:
    """Train both languages and write the data files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=ROOT / "indexer" / "data")
    parser.add_argument("--list", action="store_true", help="print the short lists to look over")
    arguments = parser.parse_args()
    for lang in SOURCES:
        learned = learn(arguments.shared, lang)
        path = arguments.out / f"punkt-{lang}.json"
        joined = {name: " ".join(words) for name, words in learned.items()}
        joined["collocations"] = "|".join(learned["collocations"])
        path.write_text(json.dumps(joined, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(path, {name: len(words) for name, words in learned.items()})
        if arguments.list:
            for name in ("abbreviations", "collocations", "starters"):
                print(f"{name}: {learned[name]}")


if __name__ == "__main__":
    main()
