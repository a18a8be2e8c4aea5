"""What kind of text a title announces: statement, interview, briefing and so on.

In: a title in English or Russian. Out: the kind in English, the same for both languages, or
empty. A title that tells of a statement (“… signed a statement on …”) announces none.
"""

import re

# Kind to the words for it, singular and plural; the order is no rank, the first in a title counts.
_ENGLISH = {
    "statement": r"statements?",
    "remarks": r"remarks",
    "speech": r"speech(?:es)?",
    "address": r"address(?=\s+(?:by|to|at|of|on|before|in|from)\b|\s*(?:[,:.“\"]|$))",
    "interview": r"interviews?",
    "briefing": r"(?:press\s+)?briefings?",
    "press conference": r"(?:news|press)\s+conferences?|press\s+availability",
    "article": r"(?:article|op-ed|essay)(?!\s+[\dIVX]+\b)",
    "comment": r"comments?|commentary",
    "communique": r"communiqu[eé]s?",
    "answer": (
        r"(?:answers?|repl(?:y|ies)|responses?|answering)"
        r"(?=\s+(?:by\b|from\b|to\b(?:\s+[\w’'-]+){0,6}?\s+(?:questions?|quer(?:y|ies)|enquiry)))"
    ),
    "declaration": r"declaration",
    "message": r"(?:video\s+)?message|greetings|congratulations|condolences",
    "letter": r"(?:open\s+)?letter",
    "press release": r"(?:press|media)\s+release|media\s+note",
    "lecture": r"lecture",
}
_RUSSIAN = {
    "statement": r"заявлени[ея]",
    "remarks": r"выступлени[ея]|(?:вступительно|приветственно|заключительно)(?:е|го)\s+слов[оа]",
    "speech": r"реч[ьи]",
    "address": r"(?:видео)?обращени[ея]|послани[ея]",
    "interview": r"интервью",
    "briefing": r"брифинга?",
    "press conference": r"пресс-конференци[яи]",
    "article": r"стать[яи](?!\s+[\dIVX]+\b)",
    "comment": r"комментари(?:й|я|и)",
    "communique": r"коммюнике",
    "answer": r"ответ(?:ы|а|ов)?(?=\s.*\bвопрос)",
    "declaration": r"декларация",
    "message": r"приветстви[ея]|поздравлени[ея]|соболезновани[ея]|телеграмма",
    "letter": r"(?:открытое\s+)?письмо",
    "press release": r"сообщение\s+для\s+(?:сми|печати|прессы)|пресс-релиз",
    "lecture": r"лекци[яи]",
}
_KINDS = _ENGLISH | {name: f"{_ENGLISH[name]}|{_RUSSIAN[name]}" for name in _RUSSIAN}
_NAMES = {f"k{number}": name for number, name in enumerate(_KINDS)}
_NOUN = "|".join(f"(?P<{group}>{_KINDS[name]})" for group, name in _NAMES.items())

_BEFORE = (
    r"(?:(?:excerpts?|transcript|(?:full\s+)?text|video|recording|summary)\s+(?:of|from)\s+"
    r"(?:the\s+|an?\s+)?|(?:стенограмма|(?:полный\s+)?текст|тезисы|фрагменты?|запись|из)\s+)"
)
_ADJECTIVE = (
    r"(?:(?:joint|opening|closing|concluding|welcom(?:e|ing)|introductory|keynote|written|brief|"
    r"ministerial|official|weekly|regular|exclusive|video|special|presidential|political|final|closing|"
    r"annual|year-end|monthly|daily|traditional|big|live|full|further|additional|national|press|media|televised|new\s+year|birthday|the|an?|"
    r"general\s+debate|"
    r"совместн\w+|официальн\w+|политическ\w+|заключительн\w+|специальн\w+|эксклюзивн\w+|"
    r"еженедельн\w+|очередн\w+|новогодн\w+|ежегодн\w+|кратк\w+|внеочередн\w+|письменн\w+|"
    r"вступительн\w+|приветственн\w+)\s+)"
)
_AT_START = re.compile(rf"\W*{_BEFORE}?{_ADJECTIVE}{{0,3}}(?:{_NOUN})(?!\w|-\w)", re.IGNORECASE)
_AFTER_OWNER = re.compile(
    rf"[’'](?:s\b)?\s+{_ADJECTIVE}{{0,3}}(?:{_NOUN})(?!\w|-\w)", re.IGNORECASE
)
# “Foreign Ministry statement on …”, “G7 Leaders Statement, …”
_AFTER_NAME = re.compile(
    rf"\s{_ADJECTIVE}{{0,2}}(?:{_NOUN})(?=\s+(?:on|regarding|concerning|following|to|at|in|for)\b"
    r"|\s*(?:[,:.“\"(]|$)|\s[–—-]\s)",
    re.IGNORECASE,
)
_MAX_LABEL = 40  # characters
# What titles need to announce a kind (“reply to a question”), a label does not.
_LABEL_NOUNS = {
    "press release": r"(?:press|media)\s+(?:releases?|notes?)|news\s+releases?|пресс-релизы?|"
    r"сообщени[ея]\s+для\s+(?:сми|печати|прессы)",
    "address": r"address(?:es)?|(?:видео)?обращени[ея]|послани[ея]",
    "answer": r"answers?\s+to\s+questions|q\s?&\s?a|ответы\s+на\s+вопросы",
    "article": r"articles?|op-eds?|essays?|стать[яи]|authored\s+articles?",
    "declaration": r"declarations?|декларации|декларация",
    "message": r"messages?|greetings|telegrams?|телеграммы?|приветстви[яе]",
    "letter": r"letters?|письм[оа]",
    "communique": r"communiqu[eé]s?|коммюнике",
    "press conference": (
        r"(?:news|press)\s+(?:conferences?|availabilit(?:y|ies))|пресс-конференци[яи]"
    ),
    "briefing": r"(?:press\s+|daily\s+)?briefings?|брифинги?",
    "speech": r"speech(?:es)?|реч[ьи]",
    "lecture": r"lectures?|лекци[яи]",
    "interview": r"interviews?|интервью",
    "comment": r"comments?|комментари[ий]",
    "remarks": r"remarks|выступлени[ея]",
    "statement": r"statements?|заявлени[ея]",
}
_LABEL = re.compile(
    rf"{_ADJECTIVE}{{0,2}}(?:"
    + "|".join(f"(?P<{group}>{_LABEL_NOUNS[name]})" for group, name in _NAMES.items())
    + ")",
    re.IGNORECASE,
)
_READOUT_LABEL = re.compile(
    r"readouts?|(?:phone|telephone)\s+(?:calls?|conversations?)|телефонн\w+\s+разговор\w*",
    re.IGNORECASE,
)
# A short report of a call, which has parties and no speaker.
_CALL = r"(?:(?:tele)?phone\s+(?:calls?|conversations?|talks?)|video\s?(?:call|conference))"
_READOUT = re.compile(
    r"\W*(?:readouts?\b|"
    rf"(?:on\s+(?:an?\s+|the\s+)?)?{_CALL}\s+(?:with|between|of|by)\b|call\s+(?:with|between)\b|"
    rf"on\s+[^.“”]*?(?:[’']s?|\w)\s+{_CALL}\s+with\b|"
    r"(?:the\s+)?(?:[^\W\d_][\w.’'-]*\s+){1,12}?(?:speaks|spoke|talks|talked)\s+(?:by|on|over)\s+the\s+"
    r"(?:tele)?phone|"
    r"(?:[^\W\d_][\w.’'-]*\s+){1,9}?(?:speaks?|spoke|talks|talked)\s+(?:by\s+(?:tele)?phone\s+)?(?:with|to)\s.*"
    r"\b(?:by|over\s+the|on\s+the)\s+(?:tele)?phone\b|"
    r"(?:[^\W\d_][\w.’'-]*\s+){1,9}?(?:speaks?|spoke|talks|talked)\s+by\s+(?:tele)?phone\b|"
    rf"(?:[^\W\d_][\w.’'-]*\s+){{1,8}}{_CALL}(?:\s+(?:with|between)\b|\s*$)|"
    r"(?:[A-Z][\w.-]*\s+){1,6}[A-Z][\w.-]*[’']s?\s+(?:(?:tele)?phone\s+|video\s+)?calls?\s+with\b|"
    r"(?:о\s+|состоялся\s+)?телефонн\w+\s+(?:разговор|беседе|беседа|переговор)\w*\b)",
    re.IGNORECASE,
)
_CONNECTORS = {"of", "the", "and", "for", "to", "at", "in", "de", "la", "le", "al", "el", "bin",
               "van", "von", "der", "da", "di", "dos", "spokesman", "spokeswoman",
               "spokesperson"}  # fmt: skip
_ABOUT = {"on", "about", "regarding", "concerning", "following"}


def kind_of(title: str) -> str:
    """The kind that a title announces (`statement`, `interview`, …), or empty.

    The noun stands at the start (“Joint Statement by …”, “Выступление …”), after an owner
    (“Sergey Lavrov’s remarks …”) or after an office or body in capitals (“Foreign Ministry
    statement on …”). Behind a colon it may stand too (“The open sea: speech by …”). A report of a
    call is a `readout`.
    """
    if _READOUT.match(title):
        return "readout"
    for part in announcing_parts(title):
        if found := announcement(part):
            return kind_in(found)
    return ""


def announcing_parts(title: str) -> tuple[str, ...]:
    """The title, and what stands behind its last colon."""
    _, colon, behind = title.rpartition(": ")
    return (title, behind) if colon else (title,)


def kind_label(line: str) -> str:
    """The kind that a whole line names, as sites put it beside a title: `Press releases`."""
    bare = " ".join(line.split()).strip(" .:;|[]()")
    if len(bare) > _MAX_LABEL:
        return ""
    found = _LABEL.fullmatch(bare)
    if found is None:
        return "readout" if _READOUT_LABEL.fullmatch(bare) else ""
    return kind_in(found)


def announcement(title: str) -> re.Match[str] | None:
    """Where the title announces its kind: the match ends with the noun."""
    if found := _AT_START.match(title):
        return found
    for pattern in (_AFTER_OWNER, _AFTER_NAME):
        for found in pattern.finditer(title):
            if _is_owner(title[: found.start()]):
                return found
    return None


def kind_in(found: re.Match[str]) -> str:
    """The kind of an announcement."""
    return next(_NAMES[group] for group, text in found.groupdict().items() if text)


def _is_owner(phrase: str) -> bool:
    """Names and offices only: no verb, no “On …” that tells about a statement."""
    words = phrase.split()
    if not words or words[0].lower() in _ABOUT:
        return False
    return all(
        word.lower() in _CONNECTORS or not word[0].islower() or word[0].isdigit() for word in words
    )
