"""Keys, exact forms and places of tokens; what must find what; and what always holds."""

import csv
import gzip
import json
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

import pymorphy3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.indexer.analysis import Token, analyze, analyze_word
from dragoman.indexer.sentences import boundaries


def keys(word: str) -> set[str]:
    (token,) = analyze_word(word)
    return set(token.keys)


def exact(word: str) -> str:
    (token,) = analyze_word(word)
    return token.exact


def token_of(text: str) -> Token:
    """The token of the word between the bars, with the bars taken out of the text."""
    before, word, after = text.split("|")
    for token in analyze(before + word + after):
        if (token.start, token.surface) == (len(before), word):
            return token
    raise AssertionError(f"{word} is no token of {text}")


def lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().split("\n")]


# A line is a word and its forms: each must share a key with the first.
RUSSIAN_FORMS = """
договор договора договору договором договоре договоры договоров договорам договорами договорах
оружие оружия оружию оружием
страна страны стране страну страной стран странам странами странах
человек человека людей людям люди людьми
ребёнок дети детей ребенка детьми
год года году годом лет годы годах
мир мира миру миром мире
война войны войну войной войне войн
совет совета советом советы советов
санкция санкции санкций санкциями
переговоры переговоров переговорам переговорами
правительство правительства правительством правительств
посол посла послу послом послы послов
министр министра министру министром министры
президент президента президентом президентов
ядерный ядерного ядерному ядерным ядерном ядерная ядерной ядерную ядерные ядерных ядерными
российский российского российская российские российских российскими
новый нового новым новая новой новую новые новых нов
хороший лучше лучший хорошего
большой больше большого больших
идти идёт шёл шла шли иду идут
быть был была было были будет есть
стать стал стала стали станет станут
сказать сказал сказала скажет скажут сказали
подписать подписал подписали подписан подписана подписано подписаны подписанный подписавший
вести ведёт ведут вёл вела ведущий
говорить говорил говорю говорит говоря
обсуждать обсуждал обсуждаем обсуждают
мочь может могу могут мог могла
два две двух двум двумя
три трёх трем тремя
первый первого первая первую первым
он его ему нём
мы нас нам нами
который которого которая которую которых
Россия России Россию Россией
Москва Москвы Москве Москву Москвой
Украина Украины Украине Украину Украиной
Китай Китая Китаю Китаем Китае
Германия Германии Германию Германией
Франция Франции Францию Францией
Сирия Сирии Сирию Сирией
Вашингтон Вашингтона Вашингтону Вашингтоном Вашингтоне
Пекин Пекина Пекину Пекином Пекине
Киев Киева Киеву Киевом Киеве
Донбасс Донбасса Донбассу Донбассом Донбассе
Мариуполь Мариуполя Мариуполю Мариуполем Мариуполе
Херсон Херсона Херсону Херсоном Херсоне
Бахмут Бахмута Бахмуту Бахмутом Бахмуте
Тегеран Тегерана Тегерану Тегераном Тегеране
Дамаск Дамаска Дамаску Дамаском Дамаске
Женева Женевы Женеве Женеву Женевой
Гаага Гааги Гааге Гаагу Гаагой
Брюссель Брюсселя Брюсселю Брюсселем Брюсселе
Минск Минска Минску Минском Минске
Пхеньян Пхеньяна Пхеньяну Пхеньяном
Приштина Приштины Приштине Приштину Приштиной
Карабах Карабаха Карабаху Карабахом Карабахе
Афганистан Афганистана Афганистану Афганистаном
Лавров Лаврова Лаврову Лавровым Лаврове
Путин Путина Путину Путиным Путине
Мишустин Мишустина Мишустину Мишустиным Мишустине
Нарышкин Нарышкина Нарышкину Нарышкиным Нарышкине
Володин Володина Володину Володиным Володине
Вершинин Вершинина Вершинину Вершининым Вершинине
Токаев Токаева Токаеву Токаевым Токаеве
Алиев Алиева Алиеву Алиевым Алиеве
Мирзиёев Мирзиёева Мирзиёеву Мирзиёевым
Пашинян Пашиняна Пашиняну Пашиняном Пашиняне
Орбан Орбана Орбану Орбаном Орбане
Вучич Вучича Вучичу Вучичем Вучиче
Кэмерон Кэмерона Кэмерону Кэмероном Кэмероне
Керри
Асад Асада Асаду Асадом Асаде
Мадуро
Сунак Сунака Сунаку Сунаком Сунаке
Туск Туска Туску Туском Туске
Обама Обамы Обаме Обаму Обамой
Меркель
Матвиенко
Лукашенко
Грушко
Моди
Шойгу
Нуланд
Достоевский Достоевского Достоевскому Достоевским
Громыко
Черненко
Толстой Толстого Толстому Толстым
Захарова Захаровой Захарову
"""

ENGLISH_FORMS = """
treaty treaties
man men
woman women
child children
leaf leaves
leave leaves left leaving
lead led leads leading
mouse mice
crisis crises
criterion criteria
memorandum memoranda
country countries
ally allies
weapon weapons
negotiate negotiates negotiated negotiating
speak spoke spoken speaks speaking
go went gone goes going
be is am are was were been being
have has had having
good better best
bad worse worst
large larger largest
refugee refugees
tariff tariffs
deepfake deepfakes
cryptocurrency cryptocurrencies
drone drones
oligarch oligarchs
Taliban
jihadist jihadists
defence defense defences defenses
offence offense
licence license
organise organize organised organizing organises
recognise recognize recognised recognized
organisation organization organisations organizations
globalisation globalization
normalise normalize normalised normalizing
normalisation normalization
programme program programmes programs
centre center centres centers
theatre theater
labour labor
colour color
favour favor favours favored
neighbour neighbor neighbouring neighbors
honour honor
behaviour behavior
harbour harbor
rumour rumor
catalogue catalog
travelled traveled
cancelled canceled
judgement judgment
analyse analyze analysed analyzing
paralyse paralyze
fulfil fulfill
grey gray
sceptical skeptical
ageing aging
tonne tonnes
"""

APART = """
Иванов Иваненко
Иванов Ивановский
Петров Петренко
Сидоров Сидоренко
Кузнецов Кузнецовский
Лавров Лавровский
Украина украинский
Россия российский
Россия россиянин
Китай китайский
Киев киевский
мир мера
мир мирный
мера мэр
новости новый
право правый
правда право
политика политический
государство государь
президент президентский
договор договорный
договор договориться
страна странный
союз союзник
совет советник
министр министерство
посол посольство
война военный
оружие оружейный
власть властный
безопасность опасность
policy police
policy politics
university universe
universal university
organ organization
general generate
state statement
state status
nation national
Russia Russian
Ukraine Ukrainian
China Chinese
America American
government governor
minister ministry
secure security
communist community
commune communist
international internal
import important
author authority
experience experiment
past paste
arm army
Iran Iraq
Niger Nigeria
Austria Australia
Иран Ирак
Нигер Нигерия
Австрия Австралия
Словакия Словения
Slovakia Slovenia
Mali Malta
Guinea Guyana
"""

NEVER_DECLINED = """
Зурабишвили
Нетаньяху
Псаки
Шойгу
Моди
Мадуро
Матвиенко
Лукашенко
Громыко
Токио
Баку
Тбилиси
Сочи
Осло
Чили
Хельсинки
Алеппо
"""


def forms_with_the_first(table: str) -> list[tuple[str, str]]:
    return [(first, form) for first, *forms in lines(table) for form in forms]


@pytest.mark.parametrize(
    ("word", "form"),
    forms_with_the_first(RUSSIAN_FORMS) + forms_with_the_first(ENGLISH_FORMS),
)
def test_forms_of_one_word_share_a_key(word: str, form: str) -> None:
    assert keys(word) & keys(form)
    assert keys(word.lower()) & keys(form.lower())


@pytest.mark.parametrize(("one", "other"), [tuple(line) for line in lines(APART)])
def test_different_words_share_no_key(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


@pytest.mark.parametrize("name", [name for (name,) in lines(NEVER_DECLINED)])
def test_a_name_that_does_not_decline_stays_whole(name: str) -> None:
    assert name.casefold() in keys(name)
    assert name.casefold() in keys(name.lower())


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("стали", {"стать", "сталь"}),
        ("стекло", {"стекло", "стечь"}),
        ("людей", {"человек"}),
        ("leaves", {"leaf", "leave", "leaves"}),
        ("led", {"lead", "led"}),
        ("saw", {"see", "saw"}),
        ("met", {"meet", "met"}),
        ("talks", {"talk", "talks"}),
        ("meeting", {"meet", "meeting"}),
        ("built", {"build", "built"}),
    ],
)
def test_a_word_of_several_readings_has_a_key_for_each(word: str, expected: set[str]) -> None:
    assert expected <= keys(word)


@pytest.mark.parametrize(
    "word",
    "treaties governments spoke zzzqx deepfakes it whose Kennedy NATO Erdoğan ceasefire".split(),
)
def test_an_english_word_is_a_key_of_its_own(word: str) -> None:
    folded = word.casefold().replace("ğ", "g")
    assert folded in keys(word)


ORDINARY = """
стали договора переговоры ядерного вопросам сказал обсуждали подписанный безопасности усилия
отношениями будущее сторон которые данных мероприятии посла белых поля суда после мало дел
пути печь мыла три еще ещё берегу лет людей детьми тысяч миллионов согласованной проведена
всеобъемлющего незамедлительно противодействие террористическими вооружений контрсанкциями
дезинформацией киберугроз импортозамещения нуклонических
"""


def test_russian_keys_hold_every_normal_form_scored_002() -> None:
    morph = pymorphy3.MorphAnalyzer()
    for word in ORDINARY.split():
        scores: dict[str, float] = {}
        for parse in morph.parse(word):
            lemma = parse.normal_form.replace("ё", "е")
            scores[lemma] = scores.get(lemma, 0) + parse.score
        expected = {lemma for lemma, score in scores.items() if score >= 0.02}
        assert expected <= keys(word), word


@pytest.mark.parametrize(
    ("word", "kept", "dropped"),
    [
        ("Песков", "песков", "песок"),
        ("Волков", "волков", "волк"),
        ("Зайцев", "зайцев", "заяц"),
        ("Орлов", "орлов", "орел"),
        ("Котов", "котов", "кот"),
        ("Кузнецов", "кузнецов", "кузнец"),
        ("Баранов", "баранов", "баран"),
        ("Соловьёв", "соловьев", "соловей"),
        ("Петухов", "петухов", "петух"),
        ("Козлов", "козлов", "козел"),
        ("Рыбаков", "рыбаков", "рыбак"),
        ("Мельников", "мельников", "мельник"),
    ],
)
def test_a_capital_in_mid_sentence_drops_the_common_noun(
    word: str, kept: str, dropped: str
) -> None:
    for text in (f"Вчера |{word}| приехал", f"Сказал сам, |{word}|, вчера", f"Д. |{word}| заявил"):
        found = token_of(text).keys
        assert kept in found, text
        assert dropped not in found, text
    assert kept in keys(word)
    assert dropped not in keys(word)
    both = {kept, dropped}
    for text in (
        f"|{word}| приехал",
        f"Он уехал. |{word}| остался",
        f"Он уехал.\n\n|{word}| остался",
        f"Вчера |{word.lower()}| не было",
        f"|{word.upper()}| ПРИЕХАЛ",
        f"ВЧЕРА |{word.upper()}| ПРИЕХАЛ",
    ):
        assert both <= set(token_of(text).keys), text
    assert both <= keys(word.lower())


# A capital of style is no name: the common noun must stay.
OFFICIAL = """
заседание |Совета| Безопасности;совет
заседание Совета |Безопасности|;безопасность
в Организации Объединённых |Наций|;нация
сказал |Президент| страны;президент
указ |Президента| России;президент
решение |Правительства| России;правительство
статья |Устава| организации;устав
стороны |Договора| о нераспространении;договор
в |Государственной| Думе;государственный
на День |Победы|;победа
в годы Великой |Отечественной| войны;отечественный
в годы |Великой| Отечественной войны;великий
страны |Востока| и Африки;восток
страны |Запада| против;запад
страны |Севера| и Юга;север
звание |Героя| России;герой
защита |Родины| важна;родина
политика |Союза| известна;союз
слово |Министра| иностранных дел;министр
письмо |Посла| России;посол
в |Белом| доме;белый
представитель |Кремля| заявил;кремль
заседание |Палаты| представителей;палата
голос |Церкви| слышен;церковь
в |Мировом| океане;мировой
на |Ближнем| Востоке;ближний
в |Верховной| Раде;верховный
на |Генеральной| Ассамблее;генеральный
на Генеральной |Ассамблее|;ассамблея
в |Думе| сказали;дума
указ |Царя| известен;царь
страны Соединённых |Штатов|;штат
из Объединённых Арабских |Эмиратов|;эмират
флаг Маршалловых |Островов|;остров
"""


@pytest.mark.parametrize("case", OFFICIAL.strip().split("\n"))
def test_a_capital_of_style_keeps_the_common_noun(case: str) -> None:
    text, key = case.split(";")
    assert key in token_of(text).keys


EXACT = """
ядерным ядерным
Ядерным ядерным
ЯДЕРНЫМ ядерным
Королёв королев
королев королев
ещё еще
Ёлка елка
Erdoğan erdoğan
Erdogan erdogan
café café
naïve naïve
Trump’s trump's
don’t don't
O’Brien o'brien
д’Ивуар д'ивуар
пра́во право
дого\u200bвор договор
орга\u00adнизация организация
NATO nato
НАТО нато
Nato nato
US US
us us
Us us
WHO WHO
who who
ОН ОН
он он
treaties treaties
Россией россией
G20 g20
1990s 1990s
80th 80th
1325 1325
й й
Київ київ
"""


@pytest.mark.parametrize(("word", "form"), [tuple(line.split(" ")) for line in
                                            EXACT.strip().split("\n")])  # fmt: skip
def test_the_exact_form_of_a_word_is_marked_and_folds_only_case_and_yo(
    word: str, form: str
) -> None:
    assert exact(word) == "=" + form
    if word not in {"US", "WHO", "ОН"}:  # what depends on neighbours has its own tests
        assert token_of(f"the |{word}| там").exact == "=" + form


@pytest.mark.parametrize(
    ("one", "other"),
    [("Erdoğan", "Erdogan"), ("café", "cafe"), ("договор", "договора"), ("led", "lead"),
     ("defence", "defense"), ("й", "и"), ("US", "us"), ("children", "child")],
)  # fmt: skip
def test_exact_forms_of_different_forms_differ(one: str, other: str) -> None:
    assert exact(one) != exact(other)


def places(text: str) -> list[tuple[str, int, int]]:
    return [(token.surface, token.sentence, token.paragraph) for token in analyze(text)]


def test_tokens_know_their_sentence_and_paragraph() -> None:
    assert places("We met. They left.\n\nПотом стало тихо. Всё.") == [
        ("We", 0, 0),
        ("met", 0, 0),
        ("They", 1, 0),
        ("left", 1, 0),
        ("Потом", 2, 1),
        ("стало", 2, 1),
        ("тихо", 2, 1),
        ("Всё", 3, 1),
    ]


def test_sentences_are_numbered_through_all_paragraphs_and_positions_through_all_sentences() -> (
    None
):
    tokens = analyze("One two.\n\nThree.\n\nFour five. Six.")
    assert [token.position for token in tokens] == [0, 1, 2, 3, 4, 5]
    assert [token.sentence for token in tokens] == [0, 0, 1, 2, 2, 3]
    assert [token.paragraph for token in tokens] == [0, 0, 1, 2, 2, 2]


def test_an_abbreviation_with_dots_ends_no_sentence_in_its_middle() -> None:
    assert {token.sentence for token in analyze("Mr. Lavrov met the U.S. Secretary of State.")} == {
        0
    }
    assert {token.sentence for token in analyze("С.В. Лавров прибыл в г. Москву.")} == {0}


def test_a_mixed_text_is_analysed_word_by_word() -> None:
    tokens = analyze("Сергей Лавров met Blinken в Женеве to discuss договоры and treaties.")
    found = {token.surface: token.keys for token in tokens}
    assert "лавров" in found["Лавров"]
    assert "meet" in found["met"]
    assert "женева" in found["Женеве"]
    assert "договор" in found["договоры"]
    assert "treaty" in found["treaties"]


def test_surface_is_what_stands_in_the_text_and_offsets_count_code_points() -> None:
    text = "🕊🕊 Trump’s — «Королёв»"
    assert [(t.surface, t.start, t.end) for t in analyze(text)] == [
        ("Trump’s", 3, 10),
        ("Королёв", 14, 21),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "...", "—", "🕊", "\ud800", "\x00", "№", "=", "'"]
)
def test_a_text_without_words_has_no_tokens(text: str) -> None:
    assert analyze(text) == []
    assert analyze_word(text) == ()


@pytest.mark.parametrize(
    ("word", "surfaces"),
    [
        ("high-level", ["high", "level"]),
        ("10:32", ["10", "32"]),
        ("mid.ru", ["mid", "ru"]),
        ("press@mid.ru", ["press", "mid", "ru"]),
        ("COVID-19", ["COVID", "19"]),
        ("С.В.Лавров", ["С", "В", "Лавров"]),
        ("1990-х", ["1990"]),
        ("U.S.", ["U.S."]),
        ("№1325", ["1325"]),
        ("1,325", ["1,325"]),
        ("Trump’s", ["Trump’s"]),
        ("9/11", ["9", "11"]),
    ],
)
def test_a_query_word_is_split_as_in_a_text(word: str, surfaces: list[str]) -> None:
    assert [token.surface for token in analyze_word(word)] == surfaces
    assert [token.position for token in analyze_word(word)] == list(range(len(surfaces)))
    assert [token.surface for token in analyze(word)] == surfaces


def test_the_gold_tokens_are_found(shared: Path) -> None:
    with (shared / "gold" / "tokens.tsv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file, delimiter="\t"))
    assert cases
    for case in cases:
        tokens = analyze(case["text"])
        named = [part.split(":", 1) for part in case["tokens"].split(" ")]
        assert [token.surface for token in tokens] == [surface for surface, _ in named], case
        for token, (_, expected) in zip(tokens, named, strict=True):
            assert set(expected.split("|")) <= set(token.keys), case


def test_the_gold_words_share_keys_or_do_not(shared: Path) -> None:
    with (shared / "gold" / "same.tsv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file, delimiter="\t"))
    assert cases
    wrong = [
        case
        for case in cases
        if bool(keys(case["a"]) & keys(case["b"])) != (case["share"] == "yes")
    ]
    assert wrong == []


def test_the_gold_names_find_each_other_in_all_cases(shared: Path) -> None:
    with (shared / "gold" / "names-ru.tsv").open(encoding="utf-8", newline="") as file:
        names = [list(dict.fromkeys(row.values())) for row in csv.DictReader(file, delimiter="\t")]
    assert names
    for forms in names:
        in_text = [set(token_of(f"Вчера |{form}| видели").keys) for form in forms]
        for form in forms:
            for found in in_text:
                assert keys(form) & found, forms
                assert keys(form.lower()) & found, forms


def function_words(shared: Path) -> set[str]:
    with (shared / "function-words.tsv").open(encoding="utf-8", newline="") as file:
        return {row["word"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize("name", ["kremlin-en", "kremlin-ru", "wikinews-ru", "parallel-en-ru"])
def test_every_word_of_a_text_is_found_by_itself_and_in_small_letters(
    shared: Path, name: str
) -> None:
    function = function_words(shared)
    with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line, _ in zip(file, range(12), strict=False)]
    lost = set()
    for text in texts:
        for token in analyze(text):
            surface = token.surface
            plain = surface.casefold().replace("ё", "е")
            if (surface.isupper() and plain in function) or "." in surface or "\n" in surface:
                continue
            for query in (surface, surface.lower()):
                found = [key for part in analyze_word(query) for key in part.keys]
                if not set(found) & set(token.keys):
                    lost.add((surface, query, token.keys, tuple(found)))
    assert lost == set()


def assert_holds(text: str, tokens: list[Token]) -> None:
    assert [token.position for token in tokens] == list(range(len(tokens)))
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.surface
        assert token.keys
        assert len(set(token.keys)) == len(token.keys)
        assert token.exact.startswith("=")
        assert len(token.exact) > 1
        assert token.exact not in token.keys
        for key in token.keys:
            assert key
            assert not key.startswith("=")
            assert not any(letter.isspace() for letter in key)
    for before, after in pairwise(tokens):
        assert before.end <= after.start
        assert before.sentence <= after.sentence
        assert before.paragraph <= after.paragraph


ANY_TEXT = st.text(st.characters(exclude_categories=()))
PIECES = st.lists(
    st.sampled_from(
        "U.S.|US|us|NATO|ПЕСКОВ|Песков|песков|С.|В.|Лаврова|Trump|'s|’|'|don|O’|Brien|d’|-|\u2011|–"
        "|1|1990|-е|-й|й|325|,|.|\xa0|\u2009|\u202f|\u00ad|\u200b|\u0301|\u0306|и|е\u0308|ё|№|%|s|th"
        "|G20|/|:|@|#|\n|\r\n|\n\n| | | | |-\n|\u00ad\n|Организа|ция|govern|ment|C|С|a|а|🕊|\ufe0f"
        "|\u200d|\ud83d|\x00|\ufeff|_|İ|ß|ﬁ|Ǆ|ӥ|習|٢|²|½|ⅷ|ª|\u20e3|ͅ|\u0345|·|։|ก็|=|..|''".split(
            "|"
        )
    ),
    max_size=40,
).map("".join)


@settings(max_examples=250, deadline=None)
@given(st.one_of(ANY_TEXT, PIECES))
def test_tokens_slice_back_rise_and_have_keys_whatever_the_text(text: str) -> None:
    tokens = analyze(text)
    assert_holds(text, tokens)
    assert analyze(text) == tokens


@settings(max_examples=250, deadline=None)
@given(st.one_of(ANY_TEXT, PIECES))
def test_query_words_slice_back_rise_and_have_keys_whatever_the_text(text: str) -> None:
    tokens = analyze_word(text)
    assert_holds(text, tokens)
    assert analyze_word(text) == tokens


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANY_TEXT, PIECES))
def test_tokens_share_the_sentences_and_paragraphs_of_the_boundaries(text: str) -> None:
    found = boundaries(text)
    for one, other in pairwise(analyze(text)):
        for starts, numbers in (
            (found.sentences, (one.sentence, other.sentence)),
            (found.paragraphs, (one.paragraph, other.paragraph)),
        ):
            before, after = (bisect_right(starts, token.start) for token in (one, other))
            assert (before == after) == (numbers[0] == numbers[1])


@settings(max_examples=150, deadline=None)
@given(PIECES, PIECES)
def test_texts_parted_by_blank_lines_have_the_tokens_of_each(one: str, other: str) -> None:
    # The dots keep a hyphen from parting a word, and a mark from joining what stands before it.
    first, second = one.rstrip() + " .", ". " + other.lstrip()
    shift = len(first) + 2
    expected = [(t.surface, t.start, t.end) for t in analyze(first)]
    expected += [(t.surface, t.start + shift, t.end + shift) for t in analyze(second)]
    found = [(t.surface, t.start, t.end) for t in analyze(f"{first}\n\n{second}")]
    assert found == expected


@settings(max_examples=150, deadline=None)
@given(st.text("абвежиойюяabcdeoprst", min_size=1, max_size=12))
def test_a_word_in_small_letters_has_the_keys_of_its_query(word: str) -> None:
    (token,) = analyze(f"then {word} again")[1:-1]
    (query,) = analyze_word(word)
    assert (token.surface, token.keys, token.exact) == (word, query.keys, query.exact)


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=1000, max_value=10**15))
def test_a_number_parted_by_thousands_has_the_key_of_the_plain_one(number: int) -> None:
    assert keys(f"{number}") == {f"{number}"}
    for separator in (",", "\xa0", "\u2009", "\u202f"):
        assert keys(f"{number:,}".replace(",", separator)) == {f"{number}"}


LONG = 60_000


@pytest.mark.parametrize(
    "unit",
    ["a", "ж", "7", "習", ".", "'", "’", "-", "a'", "a-", "a.", "A.", "В.", "U.S.", "1,", "1.",
     "1,1", "1-й", "1-", "-й", "\u00ad", "\u200b", "\u0301", "a\u0301", "a\u00ad", "\ud800",
     "\x00", "🕊", "a-\n", "ц-\nи", "\n", "a ", "A ", "NATO ", "Песков ", "1\xa0", "1\xa0000\xa0",
     "№", "Cев", "@a", "/", "_", "\u200da", "''", "s’"],
    ids=ascii,
)  # fmt: skip
def test_a_long_run_of_one_thing_is_analysed_in_linear_time(unit: str) -> None:
    # Quadratic work over 60,000 code points would be 4e9 steps: an hour, not a second.
    text = unit * (LONG // len(unit))
    assert_holds(text, analyze(text))
