"""Lemma keys of Russian words: common words, and names in all their cases."""

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer.lemmas_ru import (
    is_known_russian,
    russian_dictionary_version,
    russian_keys,
)

BOTH = (True, False)

# What a name loses of its end, and its endings in the genitive, dative, accusative, instrumental
# and prepositional.
PARADIGMS = {
    "surname -ов": (0, "а у а ым е"),
    "consonant": (0, "а у а ом е"),
    "hushing": (0, "а у а ем е"),
    "place": (0, "а у  ом е"),
    "-а": (1, "ы е у ой е"),
    "-ка": (1, "и е у ой е"),
    "-ча": (1, "и е у ей е"),
    "-я": (1, "и е ю ей е"),
    "-ия": (1, "и и ю ей и"),
    "-ь": (1, "я ю я ем е"),
    "feminine -ь": (1, "и и ь ью и"),
    "-й": (1, "я ю я ем е"),
    "-ский": (2, "ого ому ого им ом"),
    "-ой": (2, "ого ому ого ым ом"),
    "-ый": (2, "ого ому ого ым ом"),
    "-о": (1, "а у о ом е"),
    "feminine -ова": (1, "ой ой у ой ой"),
    "-ская": (2, "ой ой ую ой ой"),
    "-ек": (2, "ка ку ка ком ке"),
    "-ец": (2, "ца цу ца цем це"),
    "stays": (0, "    "),
}

NAMES = {
    "surname -ов": """
        Лавров Рябков Песков Ушаков Белоусов Антонов Иванов Петров Сидоров Волков Козлов Баранов
        Соколов Орлов Громов Кузнецов Попов Новиков Морозов Королев Горбачев Хрущев Андропов
        Молотов Медведев Зайцев Дмитриев Патрушев Воробьев Соловьев Матвеев Алиев Токаев Мирзиеев
        Назарбаев Каримов Рахмонов Жапаров Бердымухамедов Аксенов Силуанов Бортников Сурков Татаров
        Шнуров Путин Сечин Нарышкин Володин Мишустин Галузин Собянин Ельцин Миронов Вершинин
        Панкин Грызлов Бабушкин Солженицын Голицын Турчинов Аваков Резников Мезенцев Косачев Затулин
        Кротов Шипов Чернов Белов Рогов Кольцов Титов Колокольцев Трутнев Левитин Орешкин Хуснуллин
        Чернышов Решетников Кравцов Синдеев Толоконников Калинин Сталин Ленин Бухарин Бакатин
        Примаков Козырев Чуркин Рогозин Чижов Грибов Мамедьяров
    """,
    "consonant": """
        Блинкен Байден Столтенберг Макрон Эрдоган Цзиньпин Трамп Салливан Вэнс Стармер Хегсет
        Уиткофф Пашинян Орбан Рейган Картер Клинтон Буш Никсон Шредер Тиллерсон Болтон Келлог Рубин
        Нуланд Бернс Остин Кэмерон Джонсон Сунак Блэр Браун Хант Уоллес Фидан Асад Зариф Кравчук
        Ермак Собчак Ковтун Чубайс Хинштейн Герман Сантос Бергман Олланд Фийон Ширак Миттеран
        Дестен Аттал Писториус Линднер Хабек Ципрас Дендиас Каллас Нассер Садат Мубарак Хафтар
        Бегин Рабин Перес Шарон Ольмерт Беннет Лапид Галант Кац Сингх Хан Шариф Ким Пак Мун Гор
        Райс Бут Маск Туск Ландсбергис Бильдт Кристерссон Расмуссен Гейтс Цукерберг Безос Сорос
        Киссинджер Пауэлл Арафат Аббас Хуссейн Кох Штайнмайер Ляйен Вебер
        Грант Штольц Пенс Гофман Гришэм
    """,
    "hushing": """
        Шольц Мерц Гутерриш Вучич Милошевич Караджич Младич Лукашевич Мицкевич Гратц
        Кац Франц Курц Пленкович Миланович Джуканович Стоянович Буш Абрамович Рабинович
        Янукович Тадич Дачич Джинджич Войнич
    """,
    "place": """
        Киев Минск Пекин Вашингтон Донецк Луганск Иран Ирак Давос Мюнхен Рейкьявик Стокгольм Мадрид
        Лондон Париж Берлин Ташкент Бишкек Ереван Тегеран Багдад Дамаск Бейрут Каир Вьетнам
        Афганистан Казахстан Узбекистан Пакистан Азербайджан Карабах Крым Харьков Львов Чернигов
        Краков Ростов Псков Саратов Гамбург Покровск Краматорск Славянск Артемовск Тринидад Судан
        Ливан Йемен Катар Оман Кувейт Вильнюс Будапешт Белград
    """,
    "-а": """
        Кулеба Дуда Лула Обама Кучма Барроза Мандела Бандера Качура Женева
        Хиросима Москва Варшава Вена Прага Ангола Руанда Лима Атланта Полтава Кисида Анкара
        Фукуяма Симада Отава Манила Гавана Украина Бухара Аргентина Куба
    """,
    "-ка": "Глинка Скрипка Кафка Чайка Галка Лойка Америка Африка Корсика Стрелка Ямайка",
    "-ча": "Гоча Груша",
    "-я": "Небензя Зозуля Шоя Ганя Дзюбля Гуля Кузя",
    "-ия": "Берия Данелия Гамсахурдия Сирия Россия Германия Франция Индия Япония Турция",
    "-ь": """
        Боррель Нобель Кастель Кремль Израиль Тироль Брюссель Лебедь Мигель Коваль Скрипаль
        Врубель Гоголь Мишель Габриэль Вайгель Вадефуль Гюль Тайвань Севастополь
    """,
    "feminine -ь": "Тверь Казань Керчь Пермь Сибирь Астрахань Сызрань Рязань",
    "-й": "Милей Мэй Токай Николай Андрей Китай Уругвай Парагвай Дубай Шанхай Мамай",
    "-ский": """
        Полянский Зеленский Достоевский Жириновский Вышинский Слуцкий Заруцкий Мединский Луцкий
        Ясинский Качиньский Комаровский Бжезинский Пилсудский Маевский Варлацкий Чайковский
        Керенский Сикорский Подляцкий Ходорковский
    """,
    "-ой": "Толстой Лановой Мостовой Полевой Береговой Верховой Дубовой Луговой",
    "-ый": "Навальный Грозный Черный Бездомный Заболотный Подгорный",
    "-о": "Косово Бородино Иваново Гостомелево Шереметьево Внуково Домодедово",
    "feminine -ова": """
        Захарова Терешкова Набиуллина Голикова Москалькова Колесникова Рябкова Лисицына Алиева
        Иванова Петрова Путина Синдеева Толоконникова Татарова Медведева Яшина Маслова Путинцева
    """,
    "-ская": "Полянская Тихановская Рудковская Ходорковская Политковская Яцкая Заруцкая",
    "-ек": "Чапек Гашек Хавранек",
    "-ец": "Кравец Стрелец Шолец",
    "stays": """
        Нетаньяху Зурабишвили Саакашвили Шеварднадзе Псаки Моди Абэ Рубио Сийярто Фицо Трюдо Шойгу
        Порошенко Шевченко Кличко Матвиенко Тимошенко Лукашенко Баку Тбилиси Хельсинки Осло Токио
        Чили Перу Мали Конго Рютте Пелоси Керри Кеннеди Каддафи Могерини Черных Живаго
        Бернабеу Ландау Дюма Золя Гюго Барнье Меркель Бербок Лагард Мэй Трасс Пен Тэтчер
    """,
}


cached_keys = cache(russian_keys)


def fold(word: str) -> str:
    return word.casefold().replace("ё", "е")


def forms(nominative: str, paradigm: str) -> list[str]:
    cut, endings = PARADIGMS[paradigm]
    stem = nominative[: len(nominative) - cut]
    return list(dict.fromkeys([nominative, *(stem + e for e in endings.split(" "))]))


def share(a: str, b: str, *, a_name: bool, b_name: bool) -> bool:
    first = cached_keys(fold(a), as_name=a_name)
    return not set(first).isdisjoint(cached_keys(fold(b), as_name=b_name))


def rows() -> Iterator[tuple[str, ...]]:
    for paradigm, names in NAMES.items():
        for name in names.split():
            yield tuple(forms(name, paradigm))


ROWS = sorted(set(rows()))

MORE_ROWS = [
    ("Трубецкой", "Трубецкого", "Трубецкому", "Трубецким", "Трубецком"),
    ("Толстой", "Толстая", "Толстую"),
    ("Павел", "Павла", "Павлу", "Павлом", "Павле"),
    ("Лев", "Льва", "Льву", "Львом"),
    ("Кравец", "Кравеца", "Кравецу", "Кравецом"),
    ("Лавров", "Лавровы", "Лавровых", "Лавровым", "Лавровыми"),
    ("Иванов", "Иванова", "Ивановой", "Ивановы", "Ивановых"),
    ("Захарова", "Захаровой", "Захарову", "Захарове", "Захаровым"),
    ("Сергеевич", "Сергеевича", "Сергеевичем"),
    ("Сергеевна", "Сергеевны", "Сергеевной"),
    ("Долгих",),
    ("Седых",),
    ("Соединенные", "Соединенных", "Соединенными"),
    ("Черногория", "Черногории", "Черногорией"),
    ("Афины", "Афин", "Афинах"),
    ("Нидерланды", "Нидерландов", "Нидерландам", "Нидерландах"),
    ("Филиппины", "Филиппин", "Филиппинах"),
    ("Лубянка", "Лубянке", "Лубянкой"),
    ("Грузия", "Грузии", "Грузией"),
]


@pytest.mark.parametrize("row", ROWS + MORE_ROWS, ids=lambda row: row[0])
def test_all_cases_of_a_name_share_a_key(row: tuple[str, ...]) -> None:
    lost = [
        (a, b, a_name, b_name)
        for a, b in itertools.combinations_with_replacement(row, 2)
        for a_name, b_name in itertools.product(BOTH, BOTH)
        if not share(a, b, a_name=a_name, b_name=b_name)
    ]
    assert not lost


@pytest.mark.parametrize("name", NAMES["stays"].split())
@pytest.mark.parametrize("as_name", BOTH)
def test_a_name_that_does_not_decline_keeps_the_whole_word(name: str, as_name: bool) -> None:
    keys = russian_keys(fold(name), as_name=as_name)
    assert fold(name) in keys


DIFFERENT_NAMES = [
    ("Иванов", "Иваненко"),
    ("Иванов", "Иванин"),
    ("Ивановым", "Иваниным"),
    ("Иванов", "Ивановский"),
    ("Петров", "Петр"),
    ("Петров", "Петренко"),
    ("Петров", "Петровский"),
    ("Александров", "Александра"),
    ("Лавров", "Лавренев"),
    ("Захаров", "Захарченко"),
    ("Медведев", "Медведчук"),
    ("Полянский", "Поляков"),
    ("Зеленский", "Зеленов"),
    ("Шевченко", "Шевчук"),
    ("Кравчук", "Кравченко"),
    ("Кравчук", "Кравец"),
    ("Порошенко", "Порошин"),
    ("Волков", "Волконский"),
    ("Путин", "Путилин"),
    ("Обама", "Обасанджо"),
    ("Макрон", "Макаров"),
    ("Шольц", "Шульц"),
    ("Боррель", "Барро"),
    ("Берия", "Бериев"),
    ("Гор", "Горин"),
    ("Гутерриш", "Гутьеррес"),
    ("Керри", "Кери"),
    ("Иран", "Ирак"),
    ("Ливан", "Ливия"),
    ("Австрия", "Австралия"),
    ("Нигер", "Нигерия"),
    ("Словакия", "Словения"),
    ("Конго", "Тонго"),
    ("Индия", "Индонезия"),
    ("Украина", "украинский"),
    ("Украины", "украинцы"),
    ("Россия", "российский"),
    ("Китай", "китайский"),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT_NAMES)
def test_different_names_share_no_key(a: str, b: str) -> None:
    for a_name, b_name in itertools.product(BOTH, BOTH):
        assert not share(a, b, a_name=a_name, b_name=b_name)


SURNAMES_LIKE_WORDS = [
    ("Песков", "песок"),
    ("Медведев", "медведь"),
    ("Волков", "волк"),
    ("Козлов", "козел"),
    ("Баранов", "баран"),
    ("Зайцев", "заяц"),
    ("Соколов", "сокол"),
    ("Орлов", "орел"),
    ("Громов", "гром"),
    ("Комаров", "комар"),
    ("Поляков", "поляк"),
    ("Попов", "поп"),
    ("Сурков", "сурок"),
    ("Воробьев", "воробей"),
    ("Кузнецов", "кузнец"),
    ("Горшков", "горшок"),
    ("Лимонов", "лимон"),
    ("Грибов", "гриб"),
    ("Рябков", "рябок"),
    ("Жуков", "жук"),
    ("Быков", "бык"),
    ("Рыбаков", "рыбак"),
    ("Мельников", "мельник"),
    ("Толстого", "толстый"),
    ("Путину", "путина"),
    ("Куба", "куб"),
    ("Кубы", "куб"),
    ("Перу", "перо"),
    ("Сочи", "сочить"),
    ("Францией", "франций"),
    ("Германии", "германий"),
    ("Индией", "индий"),
]


@pytest.mark.parametrize(("name", "word"), SURNAMES_LIKE_WORDS)
def test_a_capital_drops_the_common_word_beside_a_real_name(name: str, word: str) -> None:
    assert word not in russian_keys(fold(name), as_name=True)


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("песков", {"песков", "песок"}),
        ("рябков", {"рябков", "рябок"}),
        ("волков", {"волков", "волк"}),
        ("орлов", {"орлов", "орел"}),
        ("комаров", {"комаров", "комар"}),
        ("шнуров", {"шнуров", "шнур"}),
        ("кубы", {"куба", "куб"}),
        ("маска", {"маск", "маска"}),
    ],
)
def test_small_letters_keep_both_readings(form: str, keys: set[str]) -> None:
    assert keys <= set(russian_keys(form, as_name=False))


IN_TITLES = [
    ("Мира", "мир"),
    ("Мире", "мир"),
    ("Победы", "победа"),
    ("Победе", "победа"),
    ("Союза", "союз"),
    ("Союзом", "союз"),
    ("Совета", "совет"),
    ("Советов", "совет"),
    ("Востока", "восток"),
    ("Востоке", "восток"),
    ("Вера", "вера"),
    ("Надежда", "надежда"),
    ("Надежды", "надежда"),
    ("Любовь", "любовь"),
    ("Роман", "роман"),
    ("Герой", "герой"),
    ("Героев", "герой"),
    ("Герою", "герой"),
    ("Света", "свет"),
    ("Наций", "нация"),
    ("Народов", "народ"),
    ("Ветеранов", "ветеран"),
    ("Писателей", "писатель"),
    ("Республик", "республика"),
    ("Федерации", "федерация"),
    ("Содружества", "содружество"),
    ("Государств", "государство"),
    ("Севера", "север"),
    ("Запада", "запад"),
    ("Европы", "европа"),
    ("Труда", "труд"),
    ("Славы", "слава"),
    ("Свободы", "свобода"),
    ("Правды", "правда"),
    ("Согласия", "согласие"),
    ("Яблоко", "яблоко"),
    ("Красной", "красный"),
    ("Советском", "советский"),
    ("Донецком", "донецкий"),
    ("Смоленском", "смоленский"),
    ("Тверской", "тверской"),
    ("Ленинском", "ленинский"),
    ("Великого", "великий"),
    ("Хан", "хан"),
    ("Того", "тот"),
    ("Эмиратов", "эмират"),
    ("Журналистов", "журналист"),
    ("Кинематографистов", "кинематографист"),
]


@pytest.mark.parametrize(("form", "lemma"), IN_TITLES)
@pytest.mark.parametrize("as_name", BOTH)
def test_words_of_titles_are_found_by_the_common_word(form: str, lemma: str, as_name: bool) -> None:
    assert lemma in russian_keys(fold(form), as_name=as_name)


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("стали", ("сталь", "стать")),
        ("люди", ("человек",)),
        ("людей", ("человек",)),
        ("ядерным", ("ядерный",)),
        ("оружием", ("оружие",)),
        ("уровня", ("уровень",)),
        ("переговоров", ("переговоры",)),
        ("санкций", ("санкция",)),
        ("королев", ("королев", "королева")),
        ("лаврова", ("лавров",)),
        ("кулебы", ("кулеб", "кулеба")),
        ("зеленского", ("зеленский",)),
        ("антисанкциями", ("антисанкция",)),
    ],
)
def test_keys_of_words_in_small_letters(form: str, keys: tuple[str, ...]) -> None:
    assert russian_keys(form, as_name=False) == keys


@pytest.mark.parametrize(
    ("a", "b"),
    [("мир", "мера"), ("новости", "новый"), ("россиянин", "российский"), ("мирный", "мир")],
)
def test_words_of_other_lemmas_share_no_key(a: str, b: str) -> None:
    for a_name, b_name in itertools.product(BOTH, BOTH):
        assert not share(a, b, a_name=a_name, b_name=b_name)


def test_the_gold_names_share_a_key_in_a_row_and_none_across_rows(shared: Path) -> None:
    lines = (shared / "gold" / "names-ru.tsv").read_text("utf-8").splitlines()[1:]
    gold = [set(line.split("\t")) for line in lines]
    flags = list(itertools.product(BOTH, BOTH))
    for row in gold:
        for a, b in itertools.product(row, row):
            assert all(share(a, b, a_name=x, b_name=y) for x, y in flags), (a, b)
    for first, second in itertools.combinations(gold, 2):
        for a, b in itertools.product(first, second):
            assert not any(share(a, b, a_name=x, b_name=y) for x, y in flags), (a, b)


@given(st.text(), st.booleans())
def test_any_text_gives_keys_without_raising(text: str, as_name: bool) -> None:
    keys = russian_keys(text, as_name=as_name)
    assert keys
    assert list(keys) == sorted(set(keys))


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя'", max_size=14), st.booleans())
def test_keys_of_cyrillic_letters_have_no_yo(word: str, as_name: bool) -> None:
    keys = russian_keys(word, as_name=as_name)
    assert keys
    assert all("ё" not in key for key in keys)
    assert keys == russian_keys(word, as_name=as_name)


@given(st.text("абвгдезийклмнопрстуфхцчшыья", min_size=4, max_size=8))
def test_an_invented_surname_in_ov_is_found_in_all_cases(stem: str) -> None:
    name = stem + "ингарков"
    for form in forms(name, "surname -ов"):
        assert name in russian_keys(form, as_name=True)
        assert name in russian_keys(form, as_name=False)


def test_the_dictionary_knows_words_and_not_pieces_of_them() -> None:
    assert is_known_russian("организация")
    assert is_known_russian("королева")
    assert not is_known_russian("организа")
    assert not is_known_russian("небензя")


def test_the_module_and_the_version_do_not_load_the_dictionary() -> None:
    code = (
        "import sys; from dragoman.indexer import lemmas_ru;"
        "print(lemmas_ru.russian_dictionary_version(), 'pymorphy3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
    assert russian_dictionary_version() in done.stdout


def test_an_unknown_word_takes_less_than_a_millisecond() -> None:
    words = [f"{a}{b}баргенов" for a in "кмнпрст" for b in "аоуиыэ"]
    russian_keys("слово", as_name=False)
    begin = time.process_time()
    for word in words:
        russian_keys(word, as_name=True)
    assert (time.process_time() - begin) / len(words) < 1e-3
