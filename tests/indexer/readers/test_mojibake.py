"""Text decoded once in a wrong encoding is put right; right text is never touched."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.documents import Document
from dragoman.indexer.readers import read_file
from dragoman.indexer.readers.mojibake import repaired_text

RUSSIAN = (
    "Министры встретились в Лиме и говорили о рыбе.\n"
    "«Её всё меньше», — сказал один из них. По России и Ирану решено не было.\n"
    "Встреча в Лиме"
)
ENGLISH = "It was the minister’s view – as he said in “Le Café” – that fish matter."


def misread(text: str, right: str, wrong: str) -> str:
    """Text written in one encoding and read in another; bytes it has no letter for stay bytes."""
    return "".join(
        bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode(right)
    )


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("utf-8", "windows-1251", "UTF-8 that had been read as Windows-1251"),
        ("utf-8", "windows-1252", "UTF-8 that had been read as Windows-1252"),
        ("utf-8", "latin-1", "UTF-8 that had been read as Windows-1252"),
        ("windows-1251", "windows-1252", "Windows-1251 that had been read as Windows-1252"),
        ("windows-1251", "latin-1", "Windows-1251 that had been read as Windows-1252"),
        ("koi8-r", "windows-1251", "KOI8-R that had been read as Windows-1251"),
        ("windows-1251", "koi8-r", "Windows-1251 that had been read as KOI8-R"),
    ],
)
def test_russian_is_put_right_and_told(right: str, wrong: str, what: str) -> None:
    text = RUSSIAN if right != "koi8-r" and wrong != "koi8-r" else (
        RUSSIAN.replace("«", '"').replace("»", '"').replace("—", "-")
    )  # fmt: skip
    repaired, told = repaired_text(misread(text, right, wrong))
    assert repaired == text
    assert told == f"{what}, in 3 lines"


@pytest.mark.parametrize("wrong", ["windows-1251", "windows-1252"])
def test_english_punctuation_is_put_right(wrong: str) -> None:
    assert repaired_text(misread(ENGLISH, "utf-8", wrong))[0] == ENGLISH


def test_a_word_or_a_mark_is_enough_where_it_proves_itself() -> None:
    assert repaired_text("РџСЂРё встрече")[0] == "При встрече"
    assert repaired_text("itвЂ™s here")[0] == "it’s here"
    assert repaired_text("itâ€™s here")[0] == "it’s here"
    assert repaired_text("Ïðè âñòðå÷å")[0] == "При встрече"


def test_right_lines_beside_broken_ones_stay() -> None:
    broken = misread("Рыбы в озере всё меньше, сказал он.", "utf-8", "windows-1251")
    text = f"Встреча в Лиме\n{broken}\nКонец «дела» – точка. Её дом."
    assert repaired_text(text)[0] == (
        "Встреча в Лиме\nРыбы в озере всё меньше, сказал он.\nКонец «дела» – точка. Её дом."
    )


RIGHT_WORDS = [
    *"Министр Её Сёстры Рёв Ёж Ель США СССР ООН «Рёв» „Сё“ Вёсла Рыба".split(),
    *"Ґанок її є і Київ Україна".split(),
    *"Љубав Његош Ћуприја Ђорђе Џеп Србија България държава Беларусь ў Ўсё Тоғыз Қазақ".split(),
    *"the minister’s café naïve São Élysée Noël déjà être œuvre Übergröße straße Ärger Öl".split(),
    *"ÉTÉ ÂGE ÀÉ Ångström Łódź Žižek Ñandú señor NIÑO coração AÇÃO º ª §5 № 5° ±2 “x” ‘y’".split(),
    *"— – … • © ® ™ € £".split(),
]  # fmt: skip


@given(st.lists(st.sampled_from(RIGHT_WORDS), max_size=40), st.sampled_from([" ", "\n", ", "]))
def test_right_words_of_many_languages_stay(words: list[str], between: str) -> None:
    text = between.join(words)
    assert repaired_text(text) == (text, "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60))
def test_whatever_happens_a_text_comes_back(text: str) -> None:
    repaired, told = repaired_text(text)
    assert repaired == text or told


@given(
    st.text(
        st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюя АБВГДЕЁЖЗИКМНОПРСТЭЮЯ.,!«»—"),
        max_size=80,
    )
)
def test_what_was_utf8_comes_back_from_windows_1251(text: str) -> None:
    broken = misread(f"Министры и рыба. {text}", "utf-8", "windows-1251")
    assert repaired_text(broken)[0] == f"Министры и рыба. {text}"


def test_right_texts_of_the_collections_stay(shared: Path) -> None:
    import gzip

    for name in ("wikinews-ru.jsonl.gz", "kremlin-ru.jsonl.gz"):
        with gzip.open(shared / "data" / name, "rt", encoding="utf-8") as lines:
            for line, _ in zip(lines, range(60), strict=False):
                text = json.loads(line)["text"]
                assert repaired_text(text) == (text, "")


@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.html", "x.json", "x.jsonl", "x.csv", "x.rss"])
def test_every_format_is_put_right_and_tells_it(tmp_path: Path, name: str) -> None:
    text = "Министры встретились в Лиме и говорили о рыбе."
    sources = {
        "txt": f"Встреча\n\n{text}\n",
        "md": f"# Встреча\n\n{text}\n",
        "html": f"<html><head><meta charset='koi8-r'><title>Встреча</title></head>"
        f"<body><h1>Встреча</h1><p>{text}</p></body></html>",
        "json": json.dumps({"title": "Встреча", "text": text}, ensure_ascii=False),
        "jsonl": json.dumps({"title": "Встреча", "text": text}, ensure_ascii=False) + "\n",
        "csv": f"title,text\nВстреча,{text}\n",
        "rss": f"<rss version='2.0'><channel><item><title>Встреча</title><description>{text}"
        "</description></item></channel></rss>",
    }
    source = sources[name.partition(".")[2]]
    path = tmp_path / name
    for data, told in (
        (source.encode("windows-1251"), "windows-1251"),
        (source.encode("koi8-r"), "koi8-r"),
        (source.encode("utf-16"), "utf-16-le"),
        (
            misread(source, "utf-8", "windows-1251").encode(),
            "utf-8; repaired: UTF-8 that had been read as Windows-1251, in ",
        ),
    ):
        path.write_bytes(data)
        (found,) = read_file(path, doc_id="id")
        assert isinstance(found, Document)
        assert (found.title, found.text) == ("Встреча", text)
        assert str(found.extra["encoding"]).startswith(told)
        assert ("; repaired: " in found.origins["text"]) == ("; repaired: " in told)
