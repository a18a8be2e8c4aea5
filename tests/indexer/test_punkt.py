"""Our decisions beside those of NLTK's PunktSentenceTokenizer with the same parameters."""

import gzip
import json
from pathlib import Path

import pytest
from nltk.tokenize import punkt as nltk_punkt

from dragoman.indexer.punkt import PUNKT_REASONS, Reason, decisions
from dragoman.indexer.punkt_parameters import parameters

LC_ONLY = nltk_punkt._ORTHO_BEG_UC | nltk_punkt._ORTHO_MID_LC
BOTH = LC_ONLY | nltk_punkt._ORTHO_MID_UC


@pytest.fixture(scope="module")
def reference() -> nltk_punkt.PunktSentenceTokenizer:
    ours = parameters()
    learned = nltk_punkt.PunktParameters()
    learned.abbrev_types = set(ours.abbreviations)
    learned.collocations = set(ours.collocations)
    learned.sent_starters = set(ours.starters)
    for word in ours.lower:
        learned.ortho_context[word] = LC_ONLY
    for word in ours.both:
        learned.ortho_context[word] = BOTH
    return nltk_punkt.PunktSentenceTokenizer(learned)


def compared(
    text: str, reference: nltk_punkt.PunktSentenceTokenizer
) -> tuple[list[str], int, set[Reason]]:
    """Places where a decision with one of Punkt's reasons is not NLTK's; how many were compared.

    NLTK looks for the word before a period behind the last ASCII blank only, so no-break spaces
    are made plain ones first.
    """
    text = text.replace("\xa0", " ")
    theirs = {start for start, _ in reference.span_tokenize(text)}
    differ = []
    same = 0
    others = set()
    for start, ends, reason in decisions(text):
        if reason not in PUNKT_REASONS:
            others.add(reason)
        elif ends == (start in theirs):
            same += 1
        else:
            differ.append(f"{reason.name} {ends}: {text[max(0, start - 40) : start + 30]!r}")
    return differ, same, others


OWN_TEXT = (
    "The U.S. delegation met the EU. The talks in Washington, D.C. were long. Was it useful? It"
    " was! Oil at 5 p.m. cost 60 dollars. At 5 p.m. The market closed. Gazprom Ltd. said so. They"
    " sell gas, oil and steel in Dec. and in Jan. Moscow waits. Договор подписан. Это важно? Да!"
    " Цена 5 млн. Россия платит. Выделено 5 тыс. Это мало. Франклин и Черчилль ушли. Мы остались."
)


def test_decisions_equal_nltk_on_an_own_text(
    reference: nltk_punkt.PunktSentenceTokenizer,
) -> None:
    differ, same, others = compared(OWN_TEXT, reference)
    assert differ == []
    # 22 candidates: every end mark before white space but "U.S. delegation", "D.C. were",
    # "p.m. cost", "Ltd. said" and "Dec. and", before whose small letters we do not ask Punkt.
    assert (same, others) == (18, {Reason.SMALL_LETTER})


def test_decisions_equal_nltk_on_the_shared_texts(
    shared: Path, reference: nltk_punkt.PunktSentenceTokenizer
) -> None:
    differing: list[str] = []
    total = 0
    for name in ("kremlin-en", "un-general-debate-2015-2024", "kremlin-ru", "wikinews-ru"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for _, line in zip(range(40), lines, strict=False)]
        for text in texts:
            differ, same, _ = compared(text, reference)
            differing += differ
            total += same + len(differ)
    assert total > 5_000
    assert differing == []
