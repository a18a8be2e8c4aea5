"""What is one token, what are its keys by the rules on hyphens, apostrophes, dots and numbers."""

import pytest

from dragoman.indexer.analysis import Token, analyze, analyze_word


def read(cases: str) -> list[tuple[str, str]]:
    """One case a line: the text ⇒ its tokens as surface:key|key|!key; ↵ stands for a line end.

    The keys named must be among the token's, those after ! must not.
    """
    return [
        (text.strip(" ").replace("↵", "\n"), tokens.strip(" ").replace("↵", "\n"))
        for text, tokens in (line.split("⇒") for line in cases.strip("\n").split("\n"))
    ]


def assert_tokens(text: str, expected: str) -> None:
    tokens = analyze(text)
    named = [part.split(":", 1) for part in expected.split(" ")] if expected else []
    assert [token.surface for token in tokens] == [name for name, _ in named]
    assert [token.position for token in tokens] == list(range(len(tokens)))
    for token, (_, keys) in zip(tokens, named, strict=True):
        assert text[token.start : token.end] == token.surface
        for key in filter(None, keys.split("|")):
            if key.startswith("!"):
                assert key[1:] not in token.keys, (token, key)
            else:
                assert key in token.keys, (token, key)


RUNS = """
договор ⇒ договор:договор
 ⇒
... ⇒
— ⇒
foreign_policy ⇒ foreign:foreign policy:policy
Россия—Китай ⇒ Россия:россия Китай:китай
one,two ⇒ one:one two:two
и/или ⇒ и:и или:или
«Москва» ⇒ Москва:москва
„Берлин“ ⇒ Берлин:берлин
“peace” ⇒ peace:peace
(peace) ⇒ peace:peace
[peace] ⇒ peace:peace
peace… ⇒ peace:peace
peace;war ⇒ peace:peace war:war
COVID19 ⇒ COVID19:covid19
R&D ⇒ R:r D:d
P5+1 ⇒ P5:p5 1:1
Су-27 ⇒ Су:су 27:27
С-400 ⇒ С:с 400:400
Т72 ⇒ Т72:т72
习近平 ⇒ 习近平:习近平
Київ ⇒ Київ:київ|!киів
Орга\u00adни\u00adза\u00adция ⇒ Орга\u00adни\u00adза\u00adция:организация
gov\u00adern\u00adments ⇒ gov\u00adern\u00adments:government|governments
дого\u200bвор ⇒ дого\u200bвор:договор
дого\u200cвор ⇒ дого\u200cвор:договор
дого\u200dвор ⇒ дого\u200dвор:договор
дого\u2060вор ⇒ дого\u2060вор:договор
дого\ufeffвор ⇒ дого\ufeffвор:договор
trea\u200bties ⇒ trea\u200bties:treaty
\ufeffДоговор ⇒ Договор:договор
19\u200b90 ⇒ 19\u200b90:1990
пра\u0301во ⇒ пра\u0301во:право
пра\u0300во ⇒ пра\u0300во:право
догово\u0301ра ⇒ догово\u0301ра:договор
за\u0301мки ⇒ за\u0301мки:замок
Ки\u0301ев ⇒ Ки\u0301ев:киев
и\u0301 ⇒ и\u0301:и
россии\u0306скии\u0306 ⇒ россии\u0306скии\u0306:российский
Короле\u0308в ⇒ Короле\u0308в:королев
Украї\u0301на ⇒ Украї\u0301на:
Украі\u0308на ⇒ Украі\u0308на:!украина
Erdog\u0306an ⇒ Erdog\u0306an:erdogan
Erdoğan ⇒ Erdoğan:erdogan
cafe\u0301 ⇒ cafe\u0301:cafe
café ⇒ café:cafe
São Tomé ⇒ São:sao Tomé:tome
Müller ⇒ Müller:muller
Çavuşoğlu ⇒ Çavuşoğlu:cavusoglu
Dvořák ⇒ Dvořák:dvorak
Šefčovič ⇒ Šefčovič:sefcovic
İstanbul ⇒ İstanbul:istanbul
Wałęsa ⇒ Wałęsa:walesa
Søreide ⇒ Søreide:soreide
Kılıçdaroğlu ⇒ Kılıçdaroğlu:kilicdaroglu
Straße ⇒ Straße:strasse
"""

HYPHENS = """
high-level ⇒ high:high level:level
high\u2010level ⇒ high:high level:level
high\u2011level ⇒ high:high level:level
high\u2013level ⇒ high:high level:level
high\u2014level ⇒ high:high level:level
COVID\u201119 ⇒ COVID:covid 19:19
well-to-do ⇒ well:well to:to do:do
pro-Russian ⇒ pro:pro Russian:russian
Ban Ki-moon ⇒ Ban:ban Ki:ki moon:moon
al-Assad ⇒ al:al Assad:assad
аль-Асад ⇒ аль:аль Асад:асад
аль-Асада ⇒ аль:аль Асада:асад
северо-восток ⇒ северо: восток:восток
из-за ⇒ из:из за:за
какой-то ⇒ какой:какой то:то
по-русски ⇒ по:по русски:
Нью-Йорк ⇒ Нью: Йорк:йорк
-level- ⇒ level:level
high--level ⇒ high:high level:level
1990-е ⇒ 1990:1990
1990-е годы ⇒ 1990:1990 годы:год
1990-х годов ⇒ 1990:1990 годов:год
1990\u2011х годов ⇒ 1990:1990 годов:год
1990\u2010х годов ⇒ 1990:1990 годов:год
в 1990-ми ⇒ в:в 1990:1990
5-й саммит ⇒ 5:5 саммит:саммит
2-я сессия ⇒ 2:2 сессия:сессия
7-е заседание ⇒ 7:7 заседание:заседание
5-го числа ⇒ 5:5 числа:число
5-му созыву ⇒ 5:5 созыву:созыв
в 20-м году ⇒ в:в 20:20 году:год
10-ый раз ⇒ 10:10 раз:раз
2-ой этап ⇒ 2:2 этап:этап
5-ая статья ⇒ 5:5 статья:статья
7-ое место ⇒ 7:7 место:место
60-ые годы ⇒ 60:60 годы:год
60-ых годов ⇒ 60:60 годов:год
21-ым пунктом ⇒ 21:21 пунктом:пункт
1-ую мировую ⇒ 1:1 мировую:мировой
до 20-ти стран ⇒ до:до 20:20 стран:страна
1325-я резолюция ⇒ 1325:1325 резолюция:резолюция
1990-е-2000-е ⇒ 1990:1990 2000:2000
1990-х–2000-х ⇒ 1990:1990 2000:2000
5-й, 6-й и 7-й ⇒ 5:5 6:6 и:и 7:7
(5-й) ⇒ 5:5
70-летие ⇒ 70:70 летие:летие
70-летия ⇒ 70:70 летия:летие
30-day ceasefire ⇒ 30:30 day:day ceasefire:ceasefire
5-км зона ⇒ 5:5 км:км зона:зона
16-тонный ⇒ 16:16 тонный:тонный
9-мая ⇒ 9:9 мая:май
20-million ⇒ 20:20 million:million
20-th ⇒ 20:20 th:th
5-a ⇒ 5:5 a:a
Вася-й ⇒ Вася: й:
5 й ⇒ 5:5 й:
5 - я говорю ⇒ 5:5 я:я говорю:говорить
5 я ⇒ 5:5 я:я
5–7 ⇒ 5:5 7:7
10–12 мая ⇒ 10:10 12:12 мая:май
2014-2020 ⇒ 2014:2014 2020:2020
244-16-06 ⇒ 244:244 16:16 06:06
"""

LINE_ENDS = """
Организа-↵ция ⇒ Организа-↵ция:организация
Организа-\r↵ция ⇒ Организа-\r↵ция:организация
организа-↵циями ⇒ организа-↵циями:организация
россий-↵ский ⇒ россий-↵ский:российский
перего-↵воры ⇒ перего-↵воры:переговоры
сотрудни-↵чество ⇒ сотрудни-↵чество:сотрудничество
govern-↵ments ⇒ govern-↵ments:government
coopera-↵tion ⇒ coopera-↵tion:cooperation
secu-↵rity ⇒ secu-↵rity:security
secu\u00ad↵rity ⇒ secu\u00ad↵rity:security
организа\u00ad↵ция ⇒ организа\u00ad↵ция:организация
high-↵level ⇒ high:high level:level
car-↵pet ⇒ car:car pet:pet
само-↵лет ⇒ само: лет:
из-↵за ⇒ из:из за:за
Нью-↵Йорк ⇒ Нью: Йорк:йорк
зюзюк-↵абрука ⇒ зюзюк: абрука:
Организа- ция ⇒ Организа: ция:
1990-↵2000 ⇒ 1990:1990 2000:2000
"""

APOSTROPHES = """
Trump’s tariffs ⇒ Trump’s:trump tariffs:tariff|tariffs
Trump's tariffs ⇒ Trump's:trump tariffs:tariff|tariffs
Russia’s ⇒ Russia’s:russia
Russia's ⇒ Russia's:russia
the country's ⇒ the:the country's:country
children’s ⇒ children’s:child
James’s ⇒ James’s:james
O’Brien ⇒ O’Brien:o'brien|obrien|brien
O'Brien ⇒ O'Brien:o'brien|obrien|brien
O’Brien’s ⇒ O’Brien’s:o'brien|obrien|brien
O’Neill ⇒ O’Neill:o'neill|oneill|neill
D’Amato ⇒ D’Amato:d'amato|damato|amato
Côte d’Ivoire ⇒ Côte:cote d’Ivoire:d'ivoire|ivoire
Cote d'Ivoire ⇒ Cote:cote d'Ivoire:d'ivoire|ivoire
Quai d’Orsay ⇒ Quai:quai d’Orsay:d'orsay|orsay
l’Europe ⇒ l’Europe:l'europe|europe
L’Humanité ⇒ L’Humanité:l'humanite|humanite
N’Djamena ⇒ N’Djamena:n'djamena|ndjamena|djamena
Кот-д’Ивуар ⇒ Кот:кот д’Ивуар:д'ивуар|ивуар
Кот-д'Ивуар ⇒ Кот:кот д'Ивуар:д'ивуар|ивуар
Кот-д’Ивуара ⇒ Кот:кот д’Ивуара:ивуар
Жанна д’Арк ⇒ Жанна:жанна д’Арк:д'арк|арк
О’Брайен ⇒ О’Брайен:о'брайен|обрайен|брайен
О’Брайена ⇒ О’Брайена:брайен
don’t ⇒ don’t:don't
don't ⇒ don't:don't
won’t ⇒ won’t:won't
Al-Qa’ida ⇒ Al:al Qa’ida:qa'ida
Sana'a ⇒ Sana'a:sana'a
the states’ rights ⇒ the:the states:state rights:right
the states' rights ⇒ the:the states:state rights:right
'peace' ⇒ peace:peace
‘peace’ ⇒ peace:peace
’peace’ ⇒ peace:peace
'90s ⇒ 90s:90s|90
'' ⇒
' ⇒
a '' b ⇒ a:a b:b
peace' 'war ⇒ peace:peace war:war
об’єднання ⇒ об’єднання:об'єднання
Лук'яненко ⇒ Лук'яненко:лук'яненко
"""

INITIALS = """
С.В.Лавров ⇒ С:с В:в Лавров:лавров
С.В.Лаврова ⇒ С:с В:в Лаврова:лавров
С. В. Лавров ⇒ С:с В:в Лавров:лавров
С.\xa0В.\xa0Лавров ⇒ С:с В:в Лавров:лавров
С.В. Лавровым ⇒ С:с В:в Лавровым:лавров
С.Лавров ⇒ С:с Лавров:лавров
Лавров С.В. ⇒ Лавров:лавров С:с В:в
В.Путин: ⇒ В:в Путин:путин
Дж.Буш ⇒ Дж: Буш:буш
Дж. Буша ⇒ Дж: Буша:буш
Н.С.Хрущёв ⇒ Н:н С:с Хрущёв:хрущев
J.F. Kennedy ⇒ J:j F:f Kennedy:kennedy
J.F.Kennedy ⇒ J:j F:f Kennedy:kennedy
J. F. Kennedy ⇒ J:j F:f Kennedy:kennedy
George W. Bush ⇒ George:george W:w Bush:bush
Mr. Lavrov ⇒ Mr:mr Lavrov:lavrov
т.е. ⇒ т:т е:е
и т.д. ⇒ и:и т:т д:д
e.g. ⇒ e:e g:g
i.e. ⇒ i:i e:e
Ph.D. ⇒ Ph:ph D:d
ст. 5 ⇒ ст: 5:5
г.Москва ⇒ г: Москва:москва
end.Start ⇒ end:end Start:start
file.v2.final ⇒ file:file v2:v2 final:final
"""

NUMBERS = """
1,325 people ⇒ 1,325:1325 people:people
1325 ⇒ 1325:1325
1\xa0325 ⇒ 1\xa0325:1325
1\u2009325 ⇒ 1\u2009325:1325
1\u202f325 ⇒ 1\u202f325:1325
1 325 ⇒ 1:1 325:325
12,345,678 ⇒ 12,345,678:12345678
12\xa0345\xa0678 ⇒ 12\xa0345\xa0678:12345678
100,000 ⇒ 100,000:100000
1,325. ⇒ 1,325:1325
1,325, ⇒ 1,325:1325
(1,325) ⇒ 1,325:1325
2015\xa0года ⇒ 2015:2015 года:год
5\xa0млн ⇒ 5:5 млн:млн
в 2015\xa0100\xa0человек ⇒ в:в 2015:2015 100:100 человек:человек
3.5 ⇒ 3.5:3.5
3,5 ⇒ 3,5:3.5
0,5 ⇒ 0,5:0.5
12.75 ⇒ 12.75:12.75
1,5 млрд ⇒ 1,5:1.5 млрд:
3,5 млн ⇒ 3,5:3.5 млн:млн
3.5 per cent ⇒ 3.5:3.5 per:per cent:cent
3,5. ⇒ 3,5:3.5
in 2015, 2016 ⇒ in:in 2015:2015 2016:2016
№ 1325 ⇒ 1325:1325
№1325 ⇒ 1325:1325
№\xa01325 ⇒ 1325:1325
№№ 5–7 ⇒ 5:5 7:7
No. 1325 ⇒ No:no 1325:1325
No 1325 ⇒ No:no 1325:1325
#5 ⇒ 5:5
22% ⇒ 22:22
22 % ⇒ 22:22
3.5% ⇒ 3.5:3.5
2,5% ⇒ 2,5:2.5
$100 ⇒ 100:100
€5,000 ⇒ 5,000:5000
1990s ⇒ 1990s:1990s|1990
the 90s ⇒ the:the 90s:90s|90
80th session ⇒ 80th:80th|80 session:session
1st ⇒ 1st:1st|1
2nd ⇒ 2nd:2nd|2
3rd ⇒ 3rd:3rd|3
21st century ⇒ 21st:21st|21 century:century
G20 ⇒ G20:g20|!g|!20
G7 ⇒ G7:g7|!g|!7
5G ⇒ 5G:5g|!5|!g
B2B ⇒ B2B:b2b
24/7 ⇒ 24:24 7:7
2020/21 ⇒ 2020:2020 21:21
9/11 ⇒ 9:9 11:11
10:32 ⇒ 10:10 32:32
22.06.2021 ⇒ 22:22 06:06 2021:2021
2021-06-22 ⇒ 2021:2021 06:06 22:22
S/RES/2202 (2015) ⇒ S:s RES:res 2202:2202 2015:2015
A/78/L.3 ⇒ A:a 78:78 L:l 3:3
+7 (499) 244-16-06 ⇒ 7:7 499:499 244:244 16:16 06:06
2+2 ⇒ 2:2 2:2
5 ⇒ 5:5
007 ⇒ 007:007
"""

LOOK_ALIKES = """
Cеверный поток ⇒ Cеверный:северный поток:поток
Pоссия ⇒ Pоссия:россия
Мoсква ⇒ Мoсква:москва
Мoсквoй ⇒ Мoсквoй:москва
Путинa ⇒ Путинa:путин
дoгoвoра ⇒ дoгoвoра:договор
Тrump ⇒ Тrump:trump
Wаshington ⇒ Wаshington:washington
Кiev ⇒ Кiev:kiev
trеaties ⇒ trеaties:treaty
PФ ⇒ PФ:рф
CША ⇒ CША:сша|.сша
MИД России ⇒ MИД:мид России:россия
wwwсайт ⇒ wwwсайт:wwwсайт
iphoneы ⇒ iphoneы:iphoneы
С ⇒ С:с|!c
C ⇒ C:c|!с
"""

ADDRESSES = """
press@mid.ru ⇒ press:press mid:mid ru:ru
www.un.org ⇒ www:www un:un org:org
https://www.kremlin.ru/events/news/123 ⇒ https:https www:www kremlin:kremlin ru:ru events:event news:news 123:123
mid.ru/ru/foreign_policy ⇒ mid:mid ru:ru ru:ru foreign:foreign policy:policy
t.me/mid_russia ⇒ t:t me:me mid:mid russia:russia
first.last@un.org ⇒ first:first last:last un:un org:org
мвд.рф ⇒ мвд:мвд рф:рф
#StopWar ⇒ StopWar:stopwar
@mfa_russia ⇒ mfa:mfa russia:russia
"""  # noqa: E501

ODDITIES = """
I ❤ Moscow ⇒ I:i Moscow:moscow
I ❤\ufe0f Moscow ⇒ I:i Moscow:moscow
peace🕊war ⇒ peace:peace war:war
🇷🇺 ⇒
👨\u200d👩\u200d👧 ⇒
peace\x00war ⇒ peace:peace war:war
peace\x07 ⇒ peace:peace
peace\ud83dwar ⇒ peace:peace war:war
\ud83d ⇒
\udc00\ud800 ⇒
\u200b ⇒
\u00ad ⇒
\ufeff ⇒
a\tb ⇒ a:a b:b
peace\u2028war ⇒ peace:peace war:war
"""

CASES = [
    case
    for table in (
        RUNS, HYPHENS, LINE_ENDS, APOSTROPHES, INITIALS, NUMBERS, LOOK_ALIKES, ADDRESSES, ODDITIES,
    )
    for case in read(table)
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[ascii(text) for text, _ in CASES])
def test_a_text_has_the_tokens_named_in_the_table(text: str, expected: str) -> None:
    assert_tokens(text, expected)


def only(text: str) -> Token:
    (token,) = analyze_word(text)
    return token


ONE_KEY = [
    ["1325", "1,325", "1\xa0325", "1\u2009325", "1\u202f325"],
    ["1000000", "1,000,000", "1\xa0000\xa0000", "1\u202f000\u202f000"],
    ["3.5", "3,5"],
    ["0.25", "0,25"],
]


@pytest.mark.parametrize("writings", ONE_KEY, ids=lambda writings: writings[0])
def test_a_number_has_the_same_keys_however_it_is_written(writings: list[str]) -> None:
    assert len({frozenset(only(writing).keys) for writing in writings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1325", "1.325"),
        ("1,325", "1.325"),
        ("3.5", "35"),
        ("3,5", "35"),
        ("1990", "199"),
        ("80th", "8"),
        ("G20", "20"),
        ("5G", "5"),
        ("1990s", "1990th"),
    ],
)
def test_different_numbers_share_only_what_the_rule_names(one: str, other: str) -> None:
    shared_keys = set(only(one).keys) & set(only(other).keys)
    # 1990s and 1990th are both the number 1990; the other pairs have nothing in common.
    assert shared_keys == ({"1990"} if one == "1990s" else set())


@pytest.mark.parametrize(
    "word", ["don't", "Trump's", "O'Brien", "d'Ivoire", "д'Ивуар", "об'єднання", "N'Djamena"]
)
def test_both_apostrophes_give_the_same_keys_and_exact_form(word: str) -> None:
    straight, curly = only(word), only(word.replace("'", "’"))
    assert (straight.keys, straight.exact) == (curly.keys, curly.exact)


@pytest.mark.parametrize(
    ("mixed", "clean"),
    [
        ("Cеверный", "Северный"),
        ("Мoсквa", "Москва"),
        ("PФ", "РФ"),
        ("CША", "США"),
        ("Тrump", "Trump"),
        ("trеaties", "treaties"),
    ],
)
def test_a_word_with_look_alikes_equals_the_clean_word(mixed: str, clean: str) -> None:
    assert mixed != clean
    assert (only(mixed).keys, only(mixed).exact) == (only(clean).keys, only(clean).exact)
    (in_text,) = analyze(mixed)
    assert in_text.surface == mixed


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("пра\u0301во", "право"),
        ("дого\u200bвор", "договор"),
        ("орга\u00adнизация", "организация"),
        ("россии\u0306скии\u0306", "российский"),
        ("Короле\u0308в", "Королёв"),
        ("Erdog\u0306an", "Erdoğan"),
        ("Мu\u0308ller".replace("М", "M"), "Müller"),
        ("trea\u2060ties", "treaties"),
        ("организа\u00ad\nция", "организация"),
        ("Организа-\nция", "Организация"),
    ],
)
def test_marks_and_invisible_characters_change_neither_keys_nor_exact_form(
    written: str, plain: str
) -> None:
    (one,), (other,) = analyze(written), analyze(plain)
    assert one.surface == written
    assert (one.keys, one.exact) == (other.keys, other.exact)


@pytest.mark.parametrize("letter", ["a", "ж", "7", "习", "Q"])
def test_a_token_of_more_than_64_code_points_is_indexed_by_its_first_64(letter: str) -> None:
    long, longer = letter * 65, letter * 100
    (token,) = analyze(longer)
    assert (token.surface, token.start, token.end) == (longer, 0, 100)
    assert all(len(key) <= 64 for key in token.keys)
    assert len(token.exact) <= 1 + 64
    assert (only(long).keys, only(long).exact) == (only(longer).keys, only(longer).exact)
    assert token.exact == only(letter * 64).exact


def test_long_tokens_that_differ_in_their_first_64_stay_apart() -> None:
    one, other = only("a" * 63 + "b" * 40), only("a" * 62 + "b" * 41)
    assert not set(one.keys) & set(other.keys)
    assert one.exact != other.exact


def test_a_dropped_ending_takes_no_position() -> None:
    tokens = analyze("В 1990-х годах 5-й саммит")
    assert [(token.surface, token.position) for token in tokens] == [
        ("В", 0),
        ("1990", 1),
        ("годах", 2),
        ("5", 3),
        ("саммит", 4),
    ]


@pytest.mark.parametrize(
    "text", ["С.В.Лавров", "С. В. Лавров", "С.\xa0В.\xa0Лавров", "С.В. Лавров", "С . В . Лавров"]
)
def test_initials_and_surname_stand_at_consecutive_positions(text: str) -> None:
    assert [(token.surface, token.position) for token in analyze(text)] == [
        ("С", 0),
        ("В", 1),
        ("Лавров", 2),
    ]


def test_a_word_parted_at_a_line_end_stands_between_its_neighbours() -> None:
    text = "Это наша организа-\nция в Европе и в Азии."
    tokens = analyze(text)
    assert [token.surface for token in tokens] == [
        "Это", "наша", "организа-\nция", "в", "Европе", "и", "в", "Азии",
    ]  # fmt: skip
    assert (tokens[2].start, tokens[2].end, tokens[2].position) == (9, 22, 2)
    assert {token.sentence for token in tokens} == {0}
