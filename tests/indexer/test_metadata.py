"""Kind, speaker, office, place and language out of titles and texts."""

import pytest

from dragoman.indexer.metadata import (
    attributed_to,
    is_no_person,
    kind_label,
    kind_of,
    language_of,
    person_of,
    place_line,
    place_of,
    sender_of,
    speaker_by,
    speaker_of,
    transcript_speakers,
)

KINDS = [
    ("Statement by the Minister on fisheries", "statement"),
    ("Joint Statement of the Foreign Ministers", "statement"),
    ("Foreign Ministry statement on the anniversary", "statement"),
    ("Opening remarks by Ann Lee", "remarks"),
    ("Foreign Minister Ann Lee’s remarks to the press", "remarks"),
    ("Ann Lee's interview with a newspaper", "interview"),
    ("Excerpts from an interview by Ann Lee", "interview"),
    ("Briefing by Spokeswoman Ann Lee", "briefing"),
    ("Joint press conference with Ann Lee", "press conference"),
    ("Article by Ann Lee “On Fish”", "article"),
    ("Comment by the Press Department", "comment"),
    ("Joint Communiqué of the meeting", "communique"),
    ("Answers to questions from journalists", "answer"),
    ("Spokeswoman Ann Lee’s reply to a media question", "answer"),
    ("Speech at the conference", "speech"),
    ("Address to the nation", "address"),
    ("Press release on the talks", "press release"),
    ("Выступление на открытии форума", "remarks"),
    ("Вступительное слово Министра", "remarks"),
    ("Заявление МИД", "statement"),
    ("Совместное заявление министров", "statement"),
    ("Интервью газете «Рыбак»", "interview"),
    ("Брифинг официального представителя", "briefing"),
    ("Статья «О рыбе»", "article"),
    ("Комментарий Департамента печати", "comment"),
    ("Совместное коммюнике", "communique"),
    ("Ответ Министра на вопрос журналиста", "answer"),
    ("Ответы на вопросы СМИ", "answer"),
    ("Пресс-конференция по итогам года", "press conference"),
    ("Стенограмма выступления Министра", "remarks"),
    ("Сообщение для СМИ", "press release"),
    ("Ann Lee’s annual news conference", "press conference"),
    ("The open lake: Minister’s speech at the harbour", "speech"),
    ("Secretary Lee’s call with her colleague", "readout"),
    ("Readout of the talks with Fiji", "readout"),
    ("Telephone conversation with Ann Lee", "readout"),
    ("On Foreign Minister Ann Lee’s telephone conversation with Bob Ray", "readout"),
    ("Ann Lee Speaks with Bob Ray on the Phone", "readout"),
    ("Телефонный разговор с Анной Ли", "readout"),
    ("О телефонном разговоре П.Р.Рыбакова с послом", "readout"),
]

NO_KIND = [
    "The President signed a statement on fisheries",
    "Ministers have issued a joint statement",
    "On Ann Lee’s remarks about fish",
    "Article 5 of the treaty",
    "Статья 5 договора",
    "О заявлении Министра",
    "Meeting with Ann Lee",
    "Ann Lee calls on ministers to meet",
    "Call for papers",
    "Ann Lee: we speak of fish",
    "Russia’s answer to Europe",
    "Address book",
    "",
]

SPEAKERS = [
    ("Statement by Ann Lee at the forum", ("Ann Lee",), ""),
    ("Foreign Minister Ann Lee’s remarks at the forum", ("Ann Lee",), "Foreign Minister"),
    (
        "Briefing by Foreign Ministry Spokeswoman Ann Lee, Lima, May 1, 2020",
        ("Ann Lee",),
        "Foreign Ministry Spokeswoman",
    ),
    (
        "Acting Permanent Representative of the Republic of Fiji to the UN Ann Lee's statement",
        ("Ann Lee",),
        "Acting Permanent Representative of the Republic of Fiji to the UN",
    ),
    (
        "Statement by H.E. Ms. Ann Lee, Minister of Foreign Affairs of Fiji, at the session",
        ("Ann Lee",),
        "Minister of Foreign Affairs of Fiji",
    ),
    ("Remarks by President Lee on trade", ("Lee",), "President"),
    ("Remarks by Secretary-General Ann de la Cruz to the press", ("Ann de la Cruz",),
     "Secretary-General"),
    ("Remarks by Foreign Minister of Sri Lanka Ann Lee", ("Ann Lee",),
     "Foreign Minister of Sri Lanka"),
    ("Statement by Ann Lee and Bob Ray", ("Ann Lee", "Bob Ray"), ""),
    ("Statement by Foreign Minister Ann Lee and President Bob Ray on fish", ("Ann Lee", "Bob Ray"),
     "Foreign Minister"),
    ("Article by Foreign Minister Ann Lee “On Fish”, Lima, 1 May 2020", ("Ann Lee",),
     "Foreign Minister"),
    ("Secretary Ann J. Lee Remarks to the Press", ("Ann J. Lee",), "Secretary"),
    ("Выступление П.Р.Рыбакова на открытии", ("П.Р.Рыбаков",), ""),
    ("Выступление Министра торговли Фиджи П.Р.Рыбакова в ходе встречи", ("П.Р.Рыбаков",),
     "Министр торговли Фиджи"),
    ("Интервью заместителя Министра П. Р. Рыбакова агентству", ("П. Р. Рыбаков",),
     "заместитель Министра"),
    ("Брифинг официального представителя МИД М.П.Рыбаковой, Лима", ("М.П.Рыбакова",),
     "официальный представитель МИД"),
    ("Комментарий Постоянного представителя при ООН Б.В.Морозкина", ("Б.В.Морозкин",),
     "Постоянный представитель при ООН"),
    ("Статья посла Фиджи в Перу А.И.Донского", ("А.И.Донской",), "посол Фиджи в Перу"),
    ("Заявление Президента Фиджи Петра Рыбакова", ("Пётр Рыбаков",), "Президент Фиджи"),
    ("Выступление Марии Рыбаковой", ("Мария Рыбакова",), ""),
    ("Статья Сергея Петровича Рыбакова", ("Сергей Петрович Рыбаков",), ""),
    ("Выступление и ответы на вопросы СМИ Министра П.Р.Рыбакова", ("П.Р.Рыбаков",), "Министр"),
    ("Ответ Министра П.Р.Шевчука на вопрос", ("П.Р.Шевчук",), "Министр"),
    ("Выступление Министра П.Р.Кулибы", ("П.Р.Кулиба",), "Министр"),
    ("Интервью Г.Т.Ковалидзе", ("Г.Т.Ковалидзе",), ""),
    ("Выступление Сергея Рыбакова и Марии Озеровой", ("Сергей Рыбаков", "Мария Озерова"), ""),
]  # fmt: skip

NO_SPEAKER = [
    "Statement by the Foreign Ministry",
    "Comment by the Information and Press Department on Foreign Minister Ann Lee’s visit",
    "Joint Statement by the Foreign Ministers of Fiji and Peru",
    "Interview with a newspaper",
    "Greetings on the opening of a contest organised by the Ann Lee Foundation",
    "Briefing by Foreign Ministry Spokesman, Lima, May 1, 2020",
    "Meeting with President Ann Lee",
    "Fisherman’s Day greetings",
    "Заявление МИД Фиджи",
    "Комментарий Департамента печати в связи с визитом П.Р.Рыбакова",
    "Выступление Президента Российской Федерации на заседании",
    "Интервью с Министром П.Р.Рыбаковым",
    "О встрече П.Р.Рыбакова с послом",
    "Выступление на открытии выставки Сергея Рыбакова",
]

PLACES = [
    ("Statement at the forum, Moscow, 1 May 2020", "Moscow"),
    ("Statement at the forum, Moscow, May 1, 2020", "Moscow"),
    ("Statement at the forum “Fish”, St. Petersburg, 1 May 2020", "St. Petersburg"),
    ("Statement, Lima, Peru, 1 May 2020", "Lima, Peru"),
    ("Statement, Pisco, Peru, 1 May 2020", "Pisco, Peru"),
    ("Statement, The Kremlin, Moscow, 1 May 2020", "The Kremlin, Moscow"),
    ("Statement, UN Headquarters, New York, 1 May 2020", "UN Headquarters, New York"),
    ("Statement (Geneva, 1 May 2020)", "Geneva"),
    ("Statement, Washington, D.C., 1 May 2020", "Washington, D.C."),
    ("Statement, Brasília, 1–2 May 2020", "Brasília"),
    ("Statement, Geneva, 1 May 2020 (via videoconference)", "Geneva"),
    ("Talks with Kenya, Sudan, Moscow, 1 May 2020", "Moscow"),
    ("Выступление, Москва, 1 мая 2020 года", "Москва"),
    ("Выступление, Нью-Йорк, 1 мая 2020 г.", "Нью-Йорк"),
    ("Речь, Лима, Перу, 1 мая 2020 года", "Лима, Перу"),
    ("Речь, Московская область, Ново-Огарёво, 1 мая 2020 года", "Московская область, Ново-Огарёво"),
    ("Речь, Москва, Кремль, 1 мая 2020 года", "Москва, Кремль"),
    ("Речь, Орел, 1 мая 2020 года", "Орел"),
    ("Statement on fish, 1 May 2020", ""),
    ("Statement on Iran, Iraq and Syria, 1 May 2020", ""),
    ("Statement on Libya, Syria, 1 May 2020", ""),
    ("Statement by Ann Lee, Foreign Ministry Spokeswoman, 1 May 2020", ""),
    ("Statement in Moscow, 1 May 2020", ""),
    ("Statement, Moscow", ""),
    ("Statement, Moscow, 2020", ""),
    ("Statement, Moscow, 1 May 2020, second part", ""),
    ("Moscow, 1 May 2020", ""),
    ("О рыбе, пиве и хлебе, 1 мая 2020 года", ""),
]


@pytest.mark.parametrize(("title", "kind"), KINDS)
def test_a_title_announces_its_kind_in_both_languages(title: str, kind: str) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize("title", NO_KIND)
def test_a_title_that_tells_of_a_statement_announces_none(title: str) -> None:
    assert kind_of(title) == ""


@pytest.mark.parametrize(("title", "names", "office"), SPEAKERS)
def test_the_speaker_is_named_in_the_nominative(
    title: str, names: tuple[str, ...], office: str
) -> None:
    assert speaker_of(title) == (names, office)


@pytest.mark.parametrize("title", NO_SPEAKER)
def test_bodies_and_people_merely_mentioned_are_no_speakers(title: str) -> None:
    assert speaker_of(title) == ((), "")


@pytest.mark.parametrize(("title", "place"), PLACES)
def test_a_known_place_before_the_last_date_is_the_place(title: str, place: str) -> None:
    assert place_of(title) == place


@pytest.mark.parametrize(
    ("text", "lang"),
    [("Good morning", "en"), ("Доброе утро", "ru"), ("НАТО (NATO) и ЕС", "ru"), ("1325 – 22%", ""),
     ("", ""), ("São Paulo и мы", "en")],
)  # fmt: skip
def test_the_language_is_that_of_most_letters(text: str, lang: str) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Press releases", "press release"), ("Media Note", "press release"),
        ("News release", "press release"), ("Department Press Briefing", ""),
        ("Speech", "speech"), ("Joint Statement", "statement"), ("Readout", "readout"),
        ("Стенограммы", ""), ("Интервью", "interview"), ("Сообщение для СМИ", "press release"),
        ("Statements and remarks", ""), ("News", ""), ("A statement was issued", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_label_is_nothing_but_a_kind(line: str, kind: str) -> None:
    assert kind_label(line) == kind


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Lima", "Lima"), ("Lima, Peru", "Lima, Peru"), ("г. Минск", "Минск"),
        ("The Kremlin, Moscow", "The Kremlin, Moscow"), ("Peru", ""), ("Talks in Lima", ""),
        ("lima", ""), ("Lima, Geneva, Moscow, Paris", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_line_that_is_a_place_has_nothing_else(line: str, place: str) -> None:
    assert place_line(line) == place


@pytest.mark.parametrize(
    ("line", "names", "office"),
    [
        ("Ann Lee", ("Ann Lee",), ""),
        ("The Rt Hon Ann Lee MP", ("Ann Lee",), ""),
        ("Ann Lee, Minister of Fish", ("Ann Lee",), "Minister of Fish"),
        ("Official Spokesperson, Ann Lee", ("Ann Lee",), "Official Spokesperson"),
        ("Chairperson-in-Office Ann Lee", ("Ann Lee",), "Chairperson-in-Office"),
        ("Министр торговли П.Р.Рыбаков", ("П.Р.Рыбаков",), "Министр торговли"),
        ("Мария Рыбакова", ("Мария Рыбакова",), ""),
        ("Ministerial Meeting", (), ""),
        ("Super User", (), ""),
        ("Fish Department", (), ""),
        ("Ann Lee met Bob Ray", (), ""),
        ("П.Р.Рыбаков встретился с послом", (), ""),
        ("Пресс-служба", (), ""),
    ],
)
def test_a_line_that_is_a_person_has_nothing_else(
    line: str, names: tuple[str, ...], office: str
) -> None:
    assert person_of(line) == (names, office)


def test_a_byline_may_go_on_to_the_occasion() -> None:
    assert speaker_by("by Minister Ann Lee at the opening") == (("Ann Lee",), "Minister")
    assert speaker_by("by the shore of the lake") == ((), "")
    assert speaker_by("Minister Ann Lee") == ((), "")
    assert is_no_person("Press Service")


@pytest.mark.parametrize(
    ("line", "names", "place"),
    [
        ("Following are Secretary-General Ann Lee’s remarks to the Assembly, in Lima today:",
         ("Ann Lee",), "Lima"),
        ("Following is UN Deputy Secretary-General Ann Lee’s video message for Fish Day:",
         ("Ann Lee",), ""),
        ("The following statement was issued today by Council President Ann Lee (Peru):",
         ("Ann Lee",), ""),
        ("The following members were present: Ann Lee.", (), ""),
        ("The ministers issued a statement prepared by Ann Lee.", (), ""),
    ],
)  # fmt: skip
def test_an_editors_line_names_the_speaker(line: str, names: tuple[str, ...], place: str) -> None:
    speaker, found = attributed_to([line])
    assert (speaker[0], found) == (names, place)


def test_a_message_is_its_senders() -> None:
    assert sender_of("Ann Lee sent a message of greetings to the divers.")[0] == ("Ann Lee",)
    assert sender_of("Мария Рыбакова направила приветствие водолазам.")[0] == ("Мария Рыбакова",)
    assert sender_of("The ministry sent a message to Ann Lee.")[0] == ()
    assert sender_of("Ann Lee spoke of greetings.")[0] == ()


def test_a_transcript_tells_who_speaks_by_office_or_by_share() -> None:
    said = "It is late, and the fish are asleep. " * 4
    text = (
        f"Minister of Fish Ann Lee: {said}\n\nBob Ray: Is it so?\n\nAnn Lee: It is. {said}\n\n"
        f"Question: And then?\n\nPresident of Fiji Eve Roe: {said}"
    )
    assert transcript_speakers(text) == [
        ("Ann Lee", "Minister of Fish"), ("Eve Roe", "President of Fiji")
    ]  # fmt: skip
    # 2 of 3 say a twentieth; the third says 3 words of some hundred.
    text = f"П.Рыбаков: {said * 2}\n\nМ.Озерова: {said * 2}\n\nИ.Морозов: Да.\n\nВопрос: Как?"
    assert transcript_speakers(text) == [("П.Рыбаков", ""), ("М.Озерова", "")]
    assert transcript_speakers("Nobody says a word.") == []
