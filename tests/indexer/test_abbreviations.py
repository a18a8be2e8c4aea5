"""Which words are abbreviations, which are a headline's capitals, and what keys each has."""

import pytest

from dragoman.indexer.analysis import Token, analyze, analyze_word


def only(text: str) -> Token:
    (token,) = analyze_word(text)
    return token


def token_of(text: str) -> Token:
    """The token of the word between the bars, with the bars taken out of the text."""
    before, word, after = text.split("|")
    for token in analyze(before + word + after):
        if (token.start, token.surface) == (len(before), word):
            return token
    raise AssertionError(f"{word} is no token of {text}")


DOTTED = """
The |U.S.| position .us us
the |U.S.|, he said .us us
the (|U.S.|) side .us us
a |U.S.|-led coalition .us us
He left the |U.S.| .us us
|U.S.| officials came .us us
Relations with the |U.S.| The talks go on .us us
the |U.S.A.| and others .usa usa?
the |U.N.| Charter .un un?
the |U.K.| government .uk uk?
the |E.U.| states .eu eu?
the former |U.S.S.R.| was large .ussr ussr?
Thank you, |H.E.| Mr. Ban .he he
|H.E.| Mr. Ban spoke .he he
граждане |Р.Ф.| имеют право .рф рф?
политика |С.Ш.А.| и Европы .сша сша?
"""


@pytest.mark.parametrize("case", DOTTED.strip().split("\n"))
def test_a_dotted_abbreviation_is_one_token_with_its_last_dot(case: str) -> None:
    text, key, word = case.rsplit(" ", 2)
    token = token_of(text)
    assert key in token.keys
    if not word.endswith("?"):  # a function word: nothing but the abbreviation
        assert token.keys == (key,)
        assert word not in token.keys


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("The U.S. Army", ["The", "U.S.", "Army"]),
        ("a U.S.-led force", ["a", "U.S.", "led", "force"]),
        ("H.E. Mr. Ban", ["H.E.", "Mr", "Ban"]),
        ("the U.S.A. and U.S.S.R.", ["the", "U.S.A.", "and", "U.S.S.R."]),
        ("U.N. Security Council", ["U.N.", "Security", "Council"]),
        ("J.F. Kennedy of the U.S.", ["J", "F", "Kennedy", "of", "the", "U.S."]),
        ("В Р.Ф. и в С.Ш.А.", ["В", "Р.Ф.", "и", "в", "С.Ш.А."]),
        ("U.Smith", ["U", "Smith"]),
        ("X.Y. and Q.Z.", ["X", "Y", "and", "Q", "Z"]),
        ("Л.Д. Иванов", ["Л", "Д", "Иванов"]),
        ("и т.д. и т.п.", ["и", "т", "д", "и", "т", "п"]),
    ],
)
def test_only_abbreviations_of_the_list_keep_their_dots(text: str, surfaces: list[str]) -> None:
    assert [token.surface for token in analyze(text)] == surfaces


# The word between bars is an abbreviation and has its small-letter key beside.
CAPITALS = """
The |NATO| summit ended
the |EU| and others
She met |NATO| leaders
He left |NATO|
|NATO| leaders met
|NATO|
|NATO|.
«|НАТО|»
the |NATO|-led force
a pro-|NATO| party
|NATO’s| leaders met
the |EU's| leaders met
The |BRICS| group met
the |UNICEF| report came
the |UNESCO| report came
the |UK| left
the |OSCE| mission
Саммит |НАТО| завершён
|НАТО| расширяется на восток
страны |ЕС| и другие
глава |МИД| заявил
представители |США| прибыли
в |СССР| жили
заседание |ООН| открыто
доклад |ЮНЕСКО| готов
миссия |ОБСЕ| работает
борьба с |ИГИЛ| идёт
глава |МИД| РФ заявил
глава МИД |РФ| заявил
делегации |США|, КНР и других стран
делегации США, |КНР| и других стран
делегации США, КНР и |РФ|
the |EU| NATO summit
the EU |NATO| summit
In 2019 |NATO| 70 years old
the |COVID|-19 pandemic
"""


@pytest.mark.parametrize("text", CAPITALS.strip().split("\n"))
def test_a_word_in_capitals_among_small_letters_has_both_keys(text: str) -> None:
    surface = text.split("|")[1].casefold().replace("’", "'")
    word = surface.removesuffix("'s")
    assert {word, f".{word}"} <= set(token_of(text).keys)
    assert token_of(text).exact == "=" + surface


# The word between bars is not an abbreviation: it has ordinary keys alone.
HEADLINES = """
|NATO| LEADERS MEET
RUSSIA AND |NATO| MEET AGAIN
LEADERS OF |NATO|
|РОССИЯ| ИЛИ КИТАЙ
РОССИЯ ИЛИ |КИТАЙ|
САММИТ |НАТО| ЗАВЕРШЁН
САММИТ |НАТО|
|NATO| LEADERS
THE |US| SENDS TROOPS
|US| SENDS TROOPS
TROOPS FOR |US|
JOIN |US| NOW
|WHO| WINS
ГДЕ |ОН| ЖИВЁТ
|ОН| УШЁЛ
ЭТО |НЕ| ТАК
"""


@pytest.mark.parametrize("text", HEADLINES.strip().split("\n"))
def test_capitals_between_capitals_are_a_headline(text: str) -> None:
    token = token_of(text)
    assert not [key for key in token.keys if key.startswith(".")]
    assert token.exact == "=" + text.split("|")[1].casefold()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("TROOPS FOR |US|", "us"),
        ("|WHO| WINS", "who"),
        ("THE |TREATIES| HOLD", "treaty"),
        ("|PRESIDENTS| MEET", "president"),
        ("ГДЕ |ОН| ЖИВЁТ", "он"),
        ("НОВЫЕ |ДОГОВОРЫ| РОССИИ", "договор"),
        ("РАССКАЗ О |ВОЙНЕ|", "война"),
        ("|ПЕСКОВ| ЗАЯВИЛ", "песков"),
        ("|ПЕСКОВ| ЗАЯВИЛ", "песок"),
        ("ЦВЕТ |ПЕСКОВ| ПУСТЫНИ", "песок"),
    ],
)
def test_a_headline_has_the_keys_of_small_letters(text: str, key: str) -> None:
    assert key in token_of(text).keys


FUNCTION_WORDS = """
ties between |US| and Russia .us
the |US| position .us
|US| officials came .us
He left the |US| .us
|US| .us
the |IT| sector .it
the |WHO| report .who
the |WHO’s| report .who
at 9 |AM| today .am
a |US|-led force .us
станция |ОН| открыта .он
доклад |НО| вышел .но
компания |ИЛИ| закрыта .или
"""


@pytest.mark.parametrize("case", FUNCTION_WORDS.strip().split("\n"))
def test_capitals_of_a_function_word_have_the_abbreviation_key_alone(case: str) -> None:
    text, key = case.rsplit(" ", 1)
    token = token_of(text)
    assert token.keys == (key,)
    assert token.exact == "=" + text.split("|")[1].replace("’", "'")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("They told |us| all", "us"),
        ("|It| works", "it"),
        ("|Us| too", "us"),
        ("those |who| came", "who"),
        ("|Who| came", "who"),
        ("I |am| here", "be"),
        ("|Он| пришёл", "он"),
        ("и |он| пришёл", "он"),
        ("|Но| поздно", "но"),
        ("|I| agree", "i"),
        ("|A| treaty", "a"),
        ("|Я| согласен", "я"),
        ("|В| России", "в"),
        ("|И| тогда", "и"),
    ],
)
def test_a_function_word_in_small_letters_or_with_a_capital_is_no_abbreviation(
    text: str, key: str
) -> None:
    token = token_of(text)
    assert key in token.keys
    assert not [other for other in token.keys if other.startswith(".")]
    assert token.exact == "=" + text.split("|")[1].casefold()


@pytest.mark.parametrize(
    "text",
    [
        "the |EURATOM| treaty",
        "the |MERCOSUR| summit",
        "the |EUROPOL| office",
        "саммит |МЕРКОСУР| прошёл",
        "plan |B| failed",
        "план |Б| готов",
        "the |Nato| summit",
        "the |nato| summit",
        "саммит |Нато| завершён",
        "the |G20| summit",
        "the |5G| network",
        "the |NaTO| summit",
    ],
)
def test_other_words_are_no_abbreviations(text: str) -> None:
    token = token_of(text)
    assert not [key for key in token.keys if key.startswith(".")]
    assert text.split("|")[1].casefold() in token.keys


@pytest.mark.parametrize("word", ["ABCDEF", "АБВГДЕ", "AB", "БВ", "NATO", "НАТО", "USA", "UNICEF"])
def test_a_query_word_of_2_to_6_capitals_has_the_abbreviation_key(word: str) -> None:
    assert {word.casefold(), "." + word.casefold()} <= set(only(word).keys)


@pytest.mark.parametrize("word", ["ABCDEFG", "АБВГДЕЖ", "A", "Б", "Ab", "aB", "ABc"])
def test_a_query_word_of_other_lengths_or_letters_has_none(word: str) -> None:
    assert not [key for key in only(word).keys if key.startswith(".")]


# query, text with the word between bars, whether the query's word, and its exact form, find it
FINDS = """
us;They told |us| all;yes;yes
us;the |US| position;no;no
us;the |U.S.| position;no;no
Us;the |US| position;no;no
US;They told |us| all;no;no
US;the |US| position;yes;yes
US;the |U.S.| position;yes;?
US;|Us| too;no;no
U.S.;They told |us| all;no;no
U.S.;the |US| position;yes;?
U.S.;the |U.S.| position;yes;yes
who;the |WHO| report;no;no
WHO;the |WHO| report;yes;yes
WHO;those |who| came;no;no
it;the |IT| sector;no;no
IT;so |it| goes;no;no
он;станция |ОН| открыта;no;no
ОН;и |он| пришёл;no;no
no;станция |НО| открыта;no;no
nato;the |NATO| summit;yes;yes
Nato;the |NATO| summit;yes;yes
NATO;the |Nato| summit;yes;yes
нато;саммит |НАТО| завершён;yes;yes
НАТО;саммит |нато| завершён;yes;yes
USA;the |U.S.A.| position;yes;?
UN;the |U.N.| Charter;yes;?
U.N.;the |UN| Charter;yes;?
УК;the |UK| left;no;no
РФ;граждане |Р.Ф.| имеют право;yes;?
США;политика |С.Ш.А.| и Европы;yes;?
nato;|NATO| LEADERS MEET;yes;yes
NATO;|NATO| LEADERS MEET;yes;yes
"""


@pytest.mark.parametrize("case", FINDS.strip().split("\n"))
def test_a_query_word_finds_what_it_names(case: str) -> None:
    query, text, by_key, by_exact = case.split(";")
    word, token = only(query), token_of(text)
    assert bool(set(word.keys) & set(token.keys)) == (by_key == "yes")
    if by_exact != "?":
        assert (word.exact == token.exact) == (by_exact == "yes")
