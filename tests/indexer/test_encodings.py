"""Encodings told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.errors import ReadError
from dragoman.indexer.readers.encodings import decode

RUSSIAN = "Министры встретились в Лиме. Говорили о рыбе: «её всё меньше», – сказал один из них."


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("windows-1251", "windows-1251")],
)  # fmt: skip
@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.upper(), "Рыба", f"Fish, fish and {RUSSIAN}"])
def test_russian_is_read_in_its_encoding(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding)) == (text, name)


@pytest.mark.parametrize("text", ["Министры говорили о рыбе.", "О РЫБЕ В ОЗЁРАХ", "Рыба"])
def test_koi8_is_told_from_windows(text: str) -> None:
    assert decode(text.encode("koi8-r")) == (text, "koi8-r")
    assert decode(text.encode("windows-1251")) == (text, "windows-1251")


@pytest.mark.parametrize("encoding", ["cp866", "iso8859-5", "mac-cyrillic"])
def test_rarer_encodings_of_russian_are_known_by_some_sentences(encoding: str) -> None:
    text = "Сегодня я говорил с министрами. Рыбы, сказал я, становится меньше; вся надежда на вас."
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    "text", ["Київ є столицею України, її найбільшим містом", "България е държава в Европа"]
)
def test_other_languages_in_cyrillic_are_read_too(text: str) -> None:
    assert decode(text.encode("windows-1251")) == (text, "windows-1251")


def test_what_a_page_declares_counts_where_its_bytes_leave_a_doubt() -> None:
    page = "<html><head><meta charset='iso-8859-2'></head><body>Zażółć gęślą jaźń w Łodzi</body>"
    assert decode(page.encode("iso-8859-2")) == (page, "iso8859-2")


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r", "iso-8859-1", "no-such"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r"])
def test_a_page_that_declares_another_encoding_is_read_in_its_own(
    declared: str, encoding: str
) -> None:
    page = f"<html><head><meta charset={declared}></head><body>Министры говорили о рыбе</body>"
    assert decode(page.encode(encoding)) == (page, encoding)


def test_western_text_with_accents_and_curly_quotes_is_no_russian() -> None:
    text = "The Minister’s visit to “São Paulo” – a café, naïve or not"
    assert decode(text.encode("windows-1252")) == (text, "windows-1252")


def test_utf8_cut_off_in_a_character_stays_utf8_and_says_so() -> None:
    text, name = decode(RUSSIAN.encode() + "Ж".encode()[:1])
    assert text == RUSSIAN + "\ufffd"
    assert name == "utf-8 (1 broken character)"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n1 0 obj", b"PK\x03\x04abc", b"ab\0\0cd\1\2", b"\x7fELF\2\1\1"]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="binary"):
        decode(data)


printable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1)


@given(printable)
def test_whatever_is_utf8_with_a_mark_is_read_back(text: str) -> None:
    assert decode(text.encode("utf-8-sig"))[0] == text.removeprefix("\ufeff")


@given(st.binary(max_size=200))
def test_bytes_are_decoded_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        text, name = decode(data)
    except ReadError:
        return
    assert isinstance(text, str)
    assert name
