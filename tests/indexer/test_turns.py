"""Voices of verbatim transcripts, and the sentences and headings that are none."""

import gzip
import json
from pathlib import Path

import pytest

from dragoman.indexer.sentences import Turn, boundaries


def voices(text: str) -> list[str]:
    return [turn.voice for turn in boundaries(text).turns]


VOICES = {
    "В.Путин: Добрый день!": "В.Путин",
    "С.В.Лавров: Спасибо.": "С.В.Лавров",
    "С. В. Лавров: Спасибо.": "С. В. Лавров",
    "С.Лавров (ответ): Спасибо.": "С.Лавров",
    "С.Лавров (отвечает после паузы) : Спасибо.": "С.Лавров",
    "Дж.Байден: Спасибо.": "Дж.Байден",
    "У.фон дер Ляйен (как переведено): Спасибо.": "У.фон дер Ляйен",
    "Н.Назарбаев-Кулибаев: Да.": "Н.Назарбаев-Кулибаев",
    "Вопрос: Когда?": "Вопрос",
    "Вопрос (адресован обоим министрам): Когда?": "Вопрос",
    "Вопрос из зала: Когда?": "Вопрос из зала",
    "Ответ: Завтра.": "Ответ",
    "Реплика: Верно!": "Реплика",
    "Президент России В.Путин: Начнём.": "Президент России В.Путин",
    "Министр иностранных дел России Сергей Лавров: Да.": (
        "Министр иностранных дел России Сергей Лавров"
    ),
    "Официальный представитель МИД России М.В.Захарова: Да.": (
        "Официальный представитель МИД России М.В.Захарова"
    ),
    "Question: When?": "Question",
    "Question (retranslated): When?": "Question",
    "Question 2: When?": "Question 2",
    "QUESTION: When?": "QUESTION",
    "Answer: Tomorrow.": "Answer",
    "Moderator: Next, please.": "Moderator",
    "Vladimir Putin: Good afternoon, colleagues.": "Vladimir Putin",
    "Sergey Lavrov (in English): We know.": "Sergey Lavrov",
    "S. Lavrov: We know.": "S. Lavrov",
    "President of Russia Vladimir Putin: We begin.": "President of Russia Vladimir Putin",
    "Prime Minister of India Narendra Modi (retranslated): Friends.": (
        "Prime Minister of India Narendra Modi"
    ),
    "Foreign Minister Sergey Lavrov: We know.": "Foreign Minister Sergey Lavrov",
    "Mr. Lavrov: We know.": "Mr. Lavrov",
    "Mr Lavrov: We know.": "Mr Lavrov",
    "MR. KIRBY: We know.": "MR. KIRBY",
    "SECRETARY BLINKEN: We know.": "SECRETARY BLINKEN",
    "King Abdullah II of Jordan: Thank you.": "King Abdullah II of Jordan",
    "Rosneft CEO Igor Sechin: Thank you.": "Rosneft CEO Igor Sechin",
    "Olympic ice hockey champion Pavel Datsyuk: Thanks.": (
        "Olympic ice hockey champion Pavel Datsyuk"
    ),
}


@pytest.mark.parametrize("text", VOICES)
def test_a_voice_opens_a_turn(text: str) -> None:
    said = text.index(": ") + 2
    assert boundaries(text).turns == (Turn(0, len(text), VOICES[text], said),)


@pytest.mark.parametrize(
    "text",
    [
        "He said: we agree.",
        "The main points: trade and culture.",
        "Note: the text was changed.",
        "Россия предлагает: прекратить огонь.",
        "Как сообщил Сергей Лавров: мы готовы.",
        "Президент России Владимир Путин заявил: мы готовы.",
        "Министр отметил: мы готовы.",
        "Хочу подчеркнуть: мы готовы.",
        "Примечание: текст изменён.",
        "Mr. President: I thank you.",
        "Mr Chairman: I thank you.",
        "Excellencies, Ladies and Gentlemen: I thank you.",
        "Уважаемые коллеги: благодарю вас.",
        "Sustainable Development Goals: an overview.",
        "Minister of Foreign Affairs: a new office.",
        "Latin America: the region grows.",
        "Moscow: the talks go on.",
        "Contact telephone numbers: 123.",
        "The message reads, in part: all is well.",
        "I would like to say to Mr Uyba and Mr Mutko: thank you.",
        "Statement by Sergey Lavrov: a summary.",
        "A: the first of the choices.",
        "The time is 10:32 in Moscow.",
        "https://mid.ru is the address",
        "Вопрос в том: готовы ли мы.",
        "Desert Island Discs: a talk.",
        "Question: at what expense?",
        "Вопрос: за чей счёт?",
    ],
)
def test_a_sentence_or_heading_with_a_colon_opens_none(text: str) -> None:
    assert voices(text) == []


def test_turns_run_from_voice_to_voice() -> None:
    text = "Встреча.\n\nВопрос: Когда?\n\nС.Лавров: Завтра.\n\nВ Москве.\n"
    first, second = boundaries(text).turns
    assert text[first.start : first.end] == "Вопрос: Когда?"
    assert text[first.text_start : first.end] == "Когда?"
    assert text[second.start : second.end] == "С.Лавров: Завтра.\n\nВ Москве."
    assert text[second.text_start :].startswith("Завтра.")


def test_letters_are_voices_where_questions_are_asked() -> None:
    assert voices("Q: When?\nA: Tomorrow.\nQ: Where?") == ["Q", "A", "Q"]
    assert voices("В: Когда?\nО: Завтра.") == ["В", "О"]


def test_a_surname_alone_is_a_voice_where_it_comes_again() -> None:
    assert voices("Lavrov: Yes.\nKerry: No.\nLavrov: Why?") == ["Lavrov", "Lavrov"]


def test_a_name_without_an_office_is_a_voice_where_others_speak() -> None:
    text = "Question: When?\nFyodor Lukyanov: Tomorrow.\nThe main points: none."
    assert voices(text) == ["Question", "Fyodor Lukyanov"]


def test_a_headline_with_a_name_is_no_turn() -> None:
    assert voices("Kanye West: star of the evening\nHe came late.") == []


def test_in_a_flattened_transcript_voices_stand_after_sentences() -> None:
    text = "Начало встречи. В.Путин: Добрый день! Как дела? С.Собянин (шутит) : Хорошо. Вопрос: А?"
    found = boundaries(text)
    assert [turn.voice for turn in found.turns] == ["В.Путин", "С.Собянин", "Вопрос"]
    assert found.turns[0].start == 16  # "Начало встречи. " is 16 code points
    assert text[found.turns[1].text_start : found.turns[1].end] == "Хорошо."


def test_a_flattened_link_leaves_a_voice_after_no_mark() -> None:
    assert voices("Встреча в Кремле В.Путин : Добрый день!") == ["В.Путин"]


def test_a_name_amid_a_sentence_is_no_voice() -> None:
    assert voices("Об этом сказал В.Путин: мы готовы.") == []
    assert voices("He spoke. The question: why? Nobody knows.") == []


def test_a_turn_after_leading_blanks_begins_with_the_first_sentence() -> None:
    (turn,) = boundaries("\n\n Question: When?").turns
    assert (turn.start, turn.text_start, turn.end) == (0, 13, 18)


def test_a_voice_that_says_nothing_ends_behind_its_colon() -> None:
    first, _ = boundaries("Question:\nAnswer: No.").turns
    assert (first.text_start, first.end) == (9, 9)


def test_the_voices_that_a_transcript_names_are_found(shared: Path) -> None:
    path = shared / "data" / "kremlin-ru.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    named = [
        (record["id"], speaker)
        for record in records
        for speaker in filter(None, record["speaker"].split("; "))
    ]
    found = {(record["id"], voice) for record in records for voice in voices(record["text"])}
    assert len(named) > 100
    assert [pair for pair in named if pair not in found] == []
