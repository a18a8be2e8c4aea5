"""What a merge writes is what one segment of the kept documents, written at once, holds."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from dragoman.indexer import adjacency, columnfile, inversion, joined_lists, joined_terms
from dragoman.indexer.columnfile import ColumnFile
from dragoman.indexer.columns import FIELDS, SegmentColumns
from dragoman.indexer.documents import Document
from dragoman.indexer.forward import analyze_batch
from dragoman.indexer.merging import merge_segments
from dragoman.indexer.segment_writer import write_segment
from dragoman.indexer.sources import Source

WORDS = "the of treaty treaties Treaty договор договора NATO runs run 1990-е U.S. x's .".split()
OF_FORMS = {"form_offsets", "form_terms", "term_forms", *(f"{name}.forms" for name in FIELDS)}
"""Arrays that number forms, in the order of meeting."""


def documents(chance: random.Random, count: int) -> list[tuple[Document, str]]:
    def words(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(0, most)))

    return [
        (
            Document(
                f"{chance.random()}", words(3), words(30) + chance.choice(["", "\n\n" + words(9)]),
                speakers=tuple(chance.choices(["Лавров", "Rubio"], k=chance.randint(0, 2))),
                lang=chance.choice(["", "en", "ru"]), date=chance.choice(["", "2024-05-06"]),
            ),
            "file",
        )
        for _ in range(count)
    ]  # fmt: skip


def forms_of(file: ColumnFile) -> list[bytes]:
    """The terms of each form, as they are numbered in the vocabulary."""
    offsets, terms = file.array("form_offsets").tolist(), file.array("form_terms")
    ends = itertools.pairwise(offsets)
    return [terms[start:end].tobytes() for start, end in ends]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("drops", [False, True])
def test_a_merge_holds_what_one_segment_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, drops: bool
) -> None:
    chance = random.Random(seed)
    for module, name, size in (
        (adjacency, "MIN_FREQUENT", 1), (adjacency, "AT_ONCE", 5), (inversion, "_AT_ONCE", 4),
        (joined_lists, "POSITIONS_AT_ONCE", 7), (joined_terms, "STRINGS_AT_ONCE", 3),
        (columnfile, "_PASSED_AT_ONCE", 2), (columnfile, "_SPOOLED_AT_ONCE", 3),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, size)
    sources, kept = [], []
    for number in range(chance.randint(1, 4)):
        some = documents(chance, chance.randint(1, 6))
        keep = np.array([not drops or chance.random() < 0.6 for _ in some])
        path = tmp_path / f"{number}.columns"
        write_segment(path, analyze_batch(some), with_pairs=False)
        sources.append(Source(SegmentColumns(path), keep))
        kept += [document for document, is_kept in zip(some, keep, strict=True) if is_kept]
    if not kept:
        return
    merge_segments(tmp_path / "merged.columns", sources)
    write_segment(tmp_path / "once.columns", analyze_batch(kept))
    merged, once = (ColumnFile(tmp_path / f"{name}.columns") for name in ("merged", "once"))
    assert merged.names() == once.names()
    for name in once.names() - OF_FORMS:
        assert merged.array(name).tolist() == once.array(name).tolist(), name
    of_merged, of_once = forms_of(merged), forms_of(once)
    assert sorted(of_merged) == sorted(of_once)
    for field in FIELDS:
        found, expected = merged.array(f"{field}.forms"), once.array(f"{field}.forms")
        assert [of_merged[form] for form in found] == [of_once[form] for form in expected]
    offsets = once.array("term_form_offsets")
    assert merged.array("term_form_offsets").tolist() == offsets.tolist()
    for start, end in itertools.pairwise(offsets):
        found, expected = (file.array("term_forms")[start:end] for file in (merged, once))
        assert {of_merged[form] for form in found} == {of_once[form] for form in expected}


def test_sequences_are_told_apart_even_where_their_hashes_meet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = joined_terms._hashes

    def met_at_first(offsets: np.ndarray, flat: np.ndarray, seed: int) -> np.ndarray:  # type: ignore[type-arg]
        found = honest(offsets, flat, seed)
        return found if seed else np.zeros_like(found)

    monkeypatch.setattr(joined_terms, "_hashes", met_at_first)
    # (), (7, 8), (7), (8, 7), (7, 8), ()
    offsets = np.array([0, 0, 2, 3, 5, 7, 7])
    flat = np.array([7, 8, 7, 8, 7, 7, 8], np.uint32)
    (starts, kept), which = joined_terms._distinct(offsets, flat)
    assert which.tolist() == [0, 1, 2, 3, 1, 0]
    assert starts.tolist() == [0, 0, 2, 3, 5]
    assert kept.tolist() == [7, 8, 7, 8, 7]
