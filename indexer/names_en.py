"""A person's name and office at the start of an English phrase.

In: what follows “by”, or stands before “’s”. Out: the name and the office. Knows offices by their
words, persons by what is left.
"""

import re

from dragoman.indexer.places import country_words

_OFFICE_NOUNS = frozenset(
    """minister ministers president premier chancellor secretary secretary-general
    under-secretary undersecretary under-secretary-general spokesman spokeswoman spokesperson
    ambassador ambassador-at-large representative envoy director director-general head chief
    chairman chairwoman chairperson chair commissioner governor speaker senator coordinator adviser
    advisor aide assistant counsellor counselor deputy king queen prince princess pope patriarch
    general admiral commander rapporteur observer administrator ombudsman attorney
    congressman leader consul consul-general delegate member ceo mayor emir sultan sheikh
    sherpa mediator chargé vice-president vice-premier""".split()
)
_OFFICE_WORDS = frozenset(
    """acting first second vice deputy senior special permanent high prime foreign former
    interim plenipotentiary extraordinary personal executive principal national official press
    russian american british french german chinese japanese indian turkish iranian israeli
    ukrainian belarusian kazakh serbian syrian egyptian european italian spanish polish finnish
    swedish norwegian danish dutch austrian hungarian greek korean pakistani brazilian mexican
    canadian australian armenian azerbaijani georgian uzbek tajik kyrgyz turkmen moldovan cuban
    venezuelan vietnamese indonesian south north
    ministry department mission office council assembly duma house state affairs security defence
    defense information commission committee union federation republic nations states kingdom
    parliament government cabinet agency organisation organization court army navy staff armed
    forces embassy delegation international united foreign trade economy finance justice interior
    energy policy cooperation development non-proliferation arms control europe asia africa middle
    east america latin north south atlantic human rights law rule people's
    meeting session ministerial talks consultations dialogue group members participants
    round table initiative process quartet troika convention parties
    territory region oblast krai province district county city town village
    foundation fund day year week corporation company institute university school bank society
    party forum summit conference congress channel television news times newspaper association
    league church centre center museum club board authority bureau secretariat""".split()
)
_HONORIFICS = frozenset("h.e he mr mrs ms dr prof sir dame lord lady amb hon excellency".split())
_PARTICLES = frozenset(
    "de del della di da dos du la le van von der den bin bint ibn al el ul ur y zu ter ten".split()
)
_LINKS = frozenset("of the to for and in at on with".split())
_OUTWARD = frozenset("representative ambassador envoy mission adviser aide observer".split())
_ENDS = re.compile(
    r",|:|;|\s[–—-]\s|[“”«»\"(]|\s(?:at|on|in|during|following|after|before|for|to|with|regarding|"
    r"concerning|of|ahead|upon|from|about|as|prior|via|under|delivered|made|published|marking|"
    r"dedicated|entitled|titled|commenting|summing|answering|and\s+answers?)\s|$",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"(?:[A-Z]\.-?)+[A-Z]?[\w’'-]*|[A-ZÀ-Ž][\w’'-]*[\w]|[A-Z]", re.UNICODE)
_AND = re.compile(r"(.+)\s+and\s+(.+)", re.IGNORECASE)
_GLUED_INITIALS = re.compile(r"(?:[A-Z]\.){1,3}[A-ZÀ-Ž][\w’'-]{2,}")
_MAX_NAME_WORDS = 4
_NOT_YET = re.compile(r"-(?:in-office|elect|designate)$")
_PRE_NOMINALS = re.compile(
    r"^(?:(?:the|rt\.?|right|hon\.?|honou?rable|h\.\s?e\.|his|her|excellency|mr\.?|mrs\.?|ms\.?|dr\.?|prof\.?|"
    r"sir|dame|amb\.?)\s+)+",
    re.IGNORECASE,
)
_POST_NOMINALS = re.compile(r"(?:,?\s+(?:MP|MSP|MEP|[KGD]?C[MB]G|[KGDCOM]BE|[KQ]C|CH|PhD|Jr\.?))+$")

Speaker = tuple[tuple[str, ...], str]
_NOBODY: Speaker = ((), "")


def english_speaker(phrase: str, *, whole: bool = False) -> Speaker:
    """The person or persons a phrase begins with and the first one's office.

    Args:
        phrase: Names and offices, and unless `whole` anything behind them.
        whole: Whether the phrase is nothing but the speakers.
    """
    if whole:
        return _several(phrase.strip())
    for end in _ENDS.finditer(phrase):
        speaker = _several(phrase[: end.start()])
        if speaker[0]:
            if not speaker[1] and end[0] == ",":
                return speaker[0], _office_behind(phrase[end.end() :])
            return speaker
        if not end[0][:1].isspace() and phrase[: end.start()].lower() not in ("h.e.", "he"):
            break  # behind punctuation there is no more of the name
    return _NOBODY


def english_person(line: str) -> Speaker:
    """The one person that a whole line names: `Ann Lee`, `Ann Lee, Minister …`, `Minister Ann Lee`.

    Letters before and behind a name (`The Rt Hon`, `CMG`, `MP`) are no part of it.
    """
    bare = _POST_NOMINALS.sub("", _PRE_NOMINALS.sub("", line)).strip()
    name, comma, behind = bare.partition(",")
    if not comma:
        return _one(bare)
    for person, office in ((name, behind), (behind, name)):  # Spokesperson, Ann Lee
        speaker, words = _one(person), office.split()
        if speaker[0] and not speaker[1] and words and _is_office(words):
            return speaker[0], " ".join(words)
    return _NOBODY


def _several(phrase: str) -> Speaker:
    """One person, or two joined by “and”."""
    joint = _AND.match(phrase)
    if joint:
        people = _one(joint[1]), _one(joint[2])
        if all(names for names, _ in people):
            return people[0][0] + people[1][0], people[0][1]
    return _one(phrase)


def _one(phrase: str) -> Speaker:
    words = phrase.split()
    begin = len(words)
    while begin and len(words) - begin < _MAX_NAME_WORDS and _is_name_word(words, begin - 1):
        begin -= 1
    while begin < len(words) and words[begin].lower() in _PARTICLES and words[begin].islower():
        begin += 1
    name, office = words[begin:], words[:begin]
    while office and _bare(office[-1]) in _HONORIFICS:
        office.pop()
    if office and office[0].lower() == "the":
        office = office[1:]
    if not name or not _is_office(office):
        return _NOBODY
    full = sum(1 + bool(_GLUED_INITIALS.fullmatch(word)) for word in name if word[0].isupper())
    if full < 2 and not (office and _bare(office[-1]) in _OFFICE_NOUNS and len(name[-1]) > 2):
        return _NOBODY
    if all(re.fullmatch(r"(?:\w\.-?)+", word) for word in name):
        return _NOBODY
    return (" ".join(name),), " ".join(office)


def _is_name_word(words: list[str], at: int) -> bool:
    word = words[at]
    bare = _bare(word)
    if bare in _PARTICLES and word.islower():
        return at + 1 < len(words)
    if bare in _OFFICE_NOUNS or bare in _OFFICE_WORDS or bare in _HONORIFICS:
        return False
    if at < len(words) - 1 and bare in country_words():
        return False
    if not _NAME_WORD.fullmatch(word) or (len(word) > 1 and word.isupper() and "." not in word):
        return False
    # What stands after “of” or “to” and is followed by a name is a country: of Norway Jonas …
    return not (at and words[at - 1].lower() in _LINKS)


def _bare(word: str) -> str:
    bare = word.lower().strip(".,").removesuffix("’s").removesuffix("'s")
    return _NOT_YET.sub("", bare)


def _is_office(words: list[str]) -> bool:
    """Nothing, or words in capitals, with an office among them, joined by of, to, for."""
    if not words:
        return True
    seen: set[str] = set()
    for word in words:
        bare = _bare(word)
        if bare in _LINKS:
            if not seen or (bare in ("at", "in", "with", "on")):
                return False
            if bare == "to" and not seen & _OUTWARD:
                return False
        elif not word[0].isupper() and not word[0].isdigit() and bare not in _OFFICE_NOUNS:
            return False
        seen.add(bare)
    return bool(seen & _OFFICE_NOUNS)


def _office_behind(phrase: str) -> str:
    """The office in “Sergey Lavrov, Minister of Foreign Affairs of …, at the session”."""
    candidates = []
    for end in _ENDS.finditer(phrase):
        words = phrase[: end.start()].split()
        if words and _is_office(words) and words[0].lower() not in _LINKS:
            candidates.append(" ".join(words))
        elif candidates:
            break
        if end[0] in (",", ""):
            break
    return candidates[-1] if candidates else ""
