"""Documents as bytes and back: nothing of a batch is lost, whatever stands in it."""

import dataclasses
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.documents import Document
from dragoman.indexer.forward import Batch, analyze_batch, join
from dragoman.indexer.opensearch.packing import Packed, packed, single, unpacked
from dragoman.indexer.opensearch.schema import document_row, kept, spelled, term, told


def bytes_of(document: Batch) -> Packed:
    return packed(document, [spelled(form).listed for form in document.vocabulary])


def row_of(document: Document) -> dict[str, Any]:
    (one,) = single(analyze_batch([(document, "file")]))
    return document_row(one.batch, "here", list(map(spelled, one.batch.vocabulary)))


def as_lists(value: object) -> object:
    """What a batch holds as plain values, whatever the types of its numbers."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if dataclasses.is_dataclass(value):
        return {f.name: as_lists(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: as_lists(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_lists(inner) for inner in value]
    return value


def words(batch: Batch) -> dict[str, list[object]]:
    """The forms at each position: their numbers are the batch's own."""
    return {
        name: [batch.vocabulary[number] for number in tokens.forms.tolist()]
        for name, tokens in batch.fields.items()
    }


TEXTS = st.text(
    st.sampled_from("ab1 .\n-'МирьСША\ud800|%"), max_size=40
)  # letters, ends of sentences, an unpaired surrogate
DOCUMENTS = st.builds(
    Document,
    doc_id=st.uuids().map(str),
    title=TEXTS,
    text=st.one_of(TEXTS, st.just("\n\nSergey Lavrov: peace.\n\nQuestion: war? Мир!")),
    date=st.sampled_from(["", "2020", "2021-05-31"]),
    lang=st.sampled_from(["", "ru", "EN"]),
    speakers=st.lists(st.sampled_from(["Sergey Lavrov", "Лавров"]), max_size=2).map(tuple),
    topics=st.lists(TEXTS, max_size=2).map(tuple),
    pair=st.sampled_from(["", "one"]),
    url=st.sampled_from(["", "https://example.org/en/1"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_what_is_packed_a_document_at_a_time_joins_to_the_same_batch(
    documents: list[Document],
) -> None:
    batch = analyze_batch([(document, "file") for document in documents])
    again = join([unpacked(bytes_of(one.batch)) for one in single(batch)])
    assert words(again) == words(batch)
    for name in (f.name for f in dataclasses.fields(Batch)):
        if name not in ("vocabulary", "fields"):
            assert as_lists(getattr(again, name)) == as_lists(getattr(batch, name)), name
    for name, tokens in batch.fields.items():
        if name in ("id", "path", "lang", "pair", "url", "alternate"):
            continue  # whole values stand at no place of a text
        for part in ("lengths", "starts", "ends", "sentences", "paragraphs"):
            assert as_lists(getattr(again.fields[name], part)) == as_lists(getattr(tokens, part))


def test_without_its_words_a_document_still_has_its_record_and_values() -> None:
    document = Document("d1", "Peace", "Peace and war.", pair="one", speakers=("A", "B"))
    batch = analyze_batch([(document, "file")])
    (one,) = single(batch)
    about = unpacked(Packed(bytes_of(one.batch).about, b"", None))
    assert about.records == batch.records
    assert about.facets["speaker"] == [("A", "B")]
    assert words(about)["pair"][0].keys == ("one",)
    assert len(about.fields["body"].forms) == 0


def test_each_position_is_sent_with_all_terms_of_its_form_and_its_borders() -> None:
    row = row_of(Document("d1", "A war ended", "Peace won. War!"))
    sent = [position.split("|") for position in row["words_body"].split(" ")]
    assert [terms[0] for terms in sent] == ["=peace", "=won", "=war"]
    assert "peace" in sent[0] and "§s" in sent[0] and "§p" in sent[0]
    assert "§e" in sent[1] and "§q" in sent[2]
    assert "§s" not in sent[2] and "§e" not in sent[2]  # a sentence of one word needs no borders
    title = [position.split("|") for position in row["words_title"].split(" ")]
    assert {"§s", "§p"} <= set(title[0]) and {"§e", "§q"} <= set(title[2])
    assert (row["body_length"], row["first"]) == (3, -1)


def test_a_form_with_several_keys_has_a_term_for_all_of_them_together() -> None:
    (terms,) = row_of(Document("d1", "", "meeting"))["words_body"].split(" ")
    assert {"=meeting", "meeting", "meet", "&&meet&meeting"} <= set(terms.split("|"))


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_a_value_comes_back_from_the_cluster_as_it_was(text: str) -> None:
    if not any(0xF0000 <= ord(c) <= 0xF07FF for c in text):
        assert told(kept(text)) == text
    kept(text).encode("utf-8")  # JSON takes it


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=50))
def test_terms_hold_neither_blanks_nor_bars_and_differ_where_keys_do(key: str) -> None:
    found = term(key)
    assert found and "|" not in found and not any(c.isspace() for c in found)
    assert term(key + "x") != found


def test_of_a_key_beyond_all_measure_the_rest_is_a_hash() -> None:
    assert len(term("x" * 5_000)) < 1_100
    assert term("x" * 5_000) != term("x" * 5_001)
