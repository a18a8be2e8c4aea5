"""Sentences: what ends one and what does not, in both languages; and what always holds."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.sentences import Boundaries, boundaries


def sentences(text: str) -> list[str]:
    starts = boundaries(text).sentences
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def halves(cases: str) -> list[tuple[list[str], str]]:
    """One case a line; ¦ marks each place where a new sentence must begin."""
    return [
        ([part.strip() for part in line.split("¦")], " ".join(line.replace("¦", "").split()))
        for line in cases.strip().splitlines()
    ]


ENGLISH = """
We met today. ¦ The talks were useful.
Is it so? ¦ Yes, it is.
What a day! ¦ Nobody expected it.
He left... ¦ The room was silent.
He left… ¦ The room was silent.
Really?! ¦ I doubt it.
Mr. Lavrov met Mrs. Smith and Dr. Brown in Moscow.
Thank you, Mr. President, for your words.
H.E. Mr. Ban Ki-moon spoke first.
Gen. Petrov and Col. Ivanov were present.
Prof. Hall and Sen. McCain disagreed.
The Rt. Hon. John Smith arrived.
The U.S. Army left the base.
The U.S. Secretary of State arrived.
He spoke for the U.S. ¦ The delegation left.
It was drafted in Washington, D.C. ¦ They signed it there.
The U.N. Security Council met.
The U.S.-led coalition withdrew.
Relations with the U.K. are good.
See No. 5 of the journal.
Under Art. 51 of the Charter it is lawful.
Was it a success? ¦ No. ¦ We failed.
As stated in para. 7 of the text, this holds.
See pp. 12 and 13, vol. II of the report.
Resolution 1325 (2000). ¦ We support it.
It happened on Dec. 7 and on Jan. 12.
The meeting of Sept. 11 was closed.
It begins at 5 p.m. Moscow time.
It begins at 5 p.m. ¦ The press is invited.
J. F. Kennedy and F. D. Roosevelt were allies of this idea.
J.F. Kennedy spoke in Berlin.
George W. Bush called President Putin.
A. Repik took the floor.
Minister A. Fursenko added a remark.
The plan was called Plan B. ¦ The other one failed.
World War I. ¦ The peace came late.
He said: “We agree.” ¦ She nodded.
He said: "We agree." ¦ She nodded.
“We agree.” ¦ “So do we.”
“Why?” he asked.
“Why?” ¦ The question stood.
They agreed (see above). ¦ Then they left.
They agreed. ¦ (Applause.) ¦ Then they left.
(Laughter.) ¦ Thank you.
The figure rose by 3.5 per cent. ¦ It will rise again.
It cost 2.5 million. ¦ Nobody paid.
It was in 2015. ¦ The war went on.
Visit www.un.org for details.
Write to press@mid.ru. ¦ We answer.
Read the file report.v2.final for more.
They export oil, gas, etc. to Europe.
They export oil, gas, etc. ¦ Europe buys it.
They use tools, e.g. sanctions, against us.
The leaders, i.e. the five presidents, met.
Gazprom Ltd. and Rosneft Inc. signed it.
Martin Luther King, Jr. spoke here.
The case of Roe v. Wade was decided.
It is in Chapter V. ¦ The rest is new.
It is cold vs. warm here.
St. Petersburg hosted the forum.
Gov. Smith of Fla. was there.
Yahoo! reported a loss.
1. Security is the first issue.
1. Security comes first. ¦ 2. Trade comes second.
IV. Disarmament
We spoke. ¦ — Nobody answered.
The law, he said. ¦ “Nobody reads it.”
Ready? ¦ Set? ¦ Go!
The end of the story . . . came later.
That is all we know of it.
One. ¦ Two. ¦ Three.
He lives in Paris. ¦ Paris is big.
Many thanks to Ph.D. students.
Amb. Jones of Lt. Brown's team came.
Is this cf. the note above?
See Fig. 3 and Ch. 4.
We have 1,325 men. ¦ They have 2,000.
It was 20 years ago. ¦ In 1995, we left.
The treaty of Feb. 1992 holds.
The EU. ¦ NATO. ¦ The OSCE.
It ended well.” ¦ The Minister left.
Thank you [applause]. ¦ We go on.
"""

RUSSIAN = """
Мы встретились сегодня. ¦ Переговоры были полезны.
Это так? ¦ Да, это так.
Какой день! ¦ Никто не ждал.
Он ушёл… ¦ Это всех удивило.
Он ушёл... ¦ Это всех удивило.
Как?! ¦ Не верю.
С.В.Лавров выступил первым.
С. В. Лавров выступил первым.
С.В. Лавров выступил первым.
Министр С. Лавров выступил первым.
Слово взял В. Путин, затем А. Лукашенко.
Лавров С.В. подписал документ.
Дж. Байден и Дж.Буш не согласились.
В 2020 г. Россия подписала договор.
В 2020 г. подписан договор.
Договор подписан в 2020 г. ¦ Это важно.
В 1990–1995 гг. Россия вела переговоры.
Это было в 1990-х гг. ¦ Мы помним об этом.
Он родился в г. Москве и жил в г. Туле.
В XX в. Европа пережила две войны.
Это началось в XIX в. ¦ Это продолжилось потом.
Цены выросли в 1995г. на треть.
Институт им. А.С. Пушкина открыт.
Завод им. Кирова работает.
Нефть, газ и т.д. идут в Европу.
Нефть, газ и т.д. ¦ Европа их покупает.
Нефть, газ и т. д. ¦ Европа их покупает.
Сталь, медь и т.п. ¦ Всё это нужно.
Китай, Индия и др. страны согласны.
Согласны Китай, Индия и др. ¦ Россия против.
Он прав, т.е. мы согласны.
Страны, в т.ч. Россия, согласны.
См. ст. 5 и п. 3 договора.
Согласно ст. 51 Устава ООН это законно.
Согласно п. 7 ч. 2 ст. 15 это так.
На стр. 12 и с. 14 есть карта.
Это стоит 5 млн. рублей.
Это стоит 5 млн руб. ¦ Это дорого.
Это стоит 200 тыс. долл. в год.
Построено 20 тыс. кв. м. жилья.
Выделено 3 млрд. долларов США.
Мы видели это своими глазами. ¦ Россия готова.
«Мы готовы». ¦ Он ушёл.
«Мы готовы.» ¦ Он ушёл.
Он сказал: «Мы готовы». ¦ «Мы тоже», – ответили ему.
«Зачем?» – спросил он.
«Зачем?» – Путин улыбнулся.
«Зачем?» ¦ – «Затем».
– Зачем? ¦ – Затем.
«Ура!» – закричали все.
Он согласен (см. выше). ¦ Мы тоже.
Он согласен. ¦ (Аплодисменты.) ¦ Мы тоже.
Прибыл акад. Петров с проф. Ивановой.
Адрес: ул. Ленина, д. 5, кв. 7.
Живёт на просп. Мира.
Ген. Иванов и полк. Петров прибыли.
Рост на 3,5 процента. ¦ Это много.
Это было в 2015. ¦ Война шла.
Это было 22.06.2021. ¦ Мы помним.
Встреча 22 июня 2021 г. в Москве.
Встреча 22 июня 2021 г. 10:32
Резолюция № 1325 принята.
1. Безопасность – главное.
1. Назначить Иванова. ¦ 2. Указ вступает в силу.
а) первое. ¦ Второе будет позже.
II. Разоружение
Рим основан в 753 г. до н. э. братьями.
Сайт kremlin.ru открыт. ¦ Пишите нам.
С. 5 и С. 7 отчёта.
Спасибо. ¦ Прошу Вас, Сергей Викторович.
Хорошо. ¦ Да. ¦ Нет.
Товарищ гв. полковник доложил.
Он читал напр. Толстого и Чехова.
Ср. Достоевского и Гоголя.
Св. Николай почитаем и здесь.
МИД РФ. ¦ ООН. ¦ ОБСЕ.
У нас всё… ну, почти всё есть.
Он сказал «нет». ¦ Она сказала «да».
Пришёл ст. лейтенант Сидоров.
Она из о-ва Сахалин и обл. центра.
Это г-н Иванов. ¦ А это г-жа Петрова.
Визит президента США Дж. Буша начался. ¦ Он продлится день.
США и КНР. ¦ Россия и Индия.
Есть ли план Б? ¦ Есть.
"""

CASES = halves(ENGLISH) + halves(RUSSIAN)


@pytest.mark.parametrize(("expected", "text"), CASES, ids=[text for _, text in CASES])
def test_a_text_parts_into_the_sentences_marked(expected: list[str], text: str) -> None:
    assert sentences(text) == expected


def test_a_mixed_text_uses_the_abbreviations_of_both_languages() -> None:
    text = "Mr. Smith из г. Бостона прибыл. He met С. Лавров in 2020 г. Это факт."
    assert sentences(text) == [
        "Mr. Smith из г. Бостона прибыл.",
        "He met С. Лавров in 2020 г.",
        "Это факт.",
    ]


def test_a_no_break_space_parts_like_any_other() -> None:
    assert sentences("В 2020\xa0г.\xa0Россия и С.\xa0Лавров.\xa0Это всё.") == [
        "В 2020\xa0г.\xa0Россия и С.\xa0Лавров.",
        "Это всё.",
    ]


def test_a_heading_above_its_text_is_a_sentence_of_its_own() -> None:
    assert sentences("Opening remarks\nThe Minister spoke.\n\nThe end") == [
        "Opening remarks",
        "The Minister spoke.",
        "The end",
    ]


def test_a_turn_begins_a_sentence_even_after_no_mark() -> None:
    text = "Встреча в Москве\nВ.Путин: Добрый день! С.Лавров: Спасибо."
    assert sentences(text) == [
        "Встреча в Москве",
        "В.Путин: Добрый день!",
        "С.Лавров: Спасибо.",
    ]


def test_blanks_before_the_first_word_belong_to_the_first_sentence() -> None:
    assert boundaries("  \n\n One. Two.") == Boundaries((0, 10), (0,), ())


def test_an_empty_text_has_no_starts_and_a_blank_one_starts_at_0() -> None:
    assert boundaries("") == Boundaries((), (), ())
    assert boundaries(" \n\t\n ") == Boundaries((0,), (0,), ())


def assert_holds(text: str) -> None:
    found = boundaries(text)
    for starts in (found.sentences, found.paragraphs):
        assert starts[:1] == ((0,) if text else ())
        assert all(a < b for a, b in pairwise(starts))
        assert all(not text[start].isspace() for start in starts[1:])
    assert set(found.paragraphs) <= set(found.sentences)
    assert {turn.start for turn in found.turns} <= set(found.sentences)
    behind = 0
    for turn in found.turns:
        assert behind <= turn.start < turn.text_start <= turn.end <= len(text)
        assert turn.voice in text[turn.start : turn.text_start]
        behind = turn.end


PIECES = st.sampled_from(
    "Mr. | г. |С.Лавров: |Question:|Q: |A:|\n|\n\n|\r\n|. |.|?|!|…|«|»|“|”|(|)|- |— | |\xa0|\u2029"
    "|Россия|нота|Vladimir Putin: |The |the |2020|5. |U.S. |и т. д. |\x00|\ud800|\ufeff|а\u0301"
    "|President of Russia |:|В.|и|ц-\nия".split("|")
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(st.characters(exclude_categories=())), st.lists(PIECES).map("".join)))
def test_starts_rise_and_nest_whatever_the_text(text: str) -> None:
    assert_holds(text)


HUGE = 200_000


@pytest.mark.parametrize(
    "unit",
    [".", "…", "a", ". ", "\n", " ", "\x00", "\ud800", ":", "A: ", "«", "- ", "? ", ". . ", "В.",
     "В. ", "a.", '."', ".\n", "г. ", "(", ". (", "В.Путин: ", " \n", "\u2029", "Aa Bb: ", "1. "],
    ids=repr,
)  # fmt: skip
def test_a_long_run_of_one_thing_takes_linear_time(unit: str) -> None:
    # Quadratic work over 200,000 code points would be 4e10 steps: hours, not seconds.
    assert_holds(unit * (HUGE // len(unit)))


def test_the_boundaries_of_the_shared_texts_nest(shared: Path) -> None:
    for name in ("kremlin-ru", "wikinews-ru", "parallel-en-ru"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in list(lines)[:60]:
                assert_holds(json.loads(line)["text"])


def test_paragraphs_and_turns_are_the_same_where_no_sentences_are_wanted() -> None:
    text = "President of Russia Vladimir Putin: Yes. No.\n\nQuestion: And when? Where?"
    whole, without = boundaries(text), boundaries(text, sentences=False)
    assert without == Boundaries((), whole.paragraphs, whole.turns)
    assert len(whole.turns) == 2
    assert boundaries("", sentences=False) == Boundaries((), (), ())
