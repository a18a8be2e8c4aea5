"""Keys of English words: which words find each other, and which do not."""

import csv
import subprocess
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.indexer import lemmas_en
from dragoman.indexer.lemmas import is_word, lemma_cache, lemma_keys
from dragoman.indexer.lemmas_en import english_dictionary_version, english_keys, is_known_english

# A line is one word: all its forms must share a key with the first.
_FORMS = """
man men
woman women
child children
person persons
people peoples
wife wives
leaf leaves
leave leaves leaving left
life lives
half halves
knife knives
wolf wolves
foot feet
tooth teeth
mouse mice
goose geese
crisis crises
basis bases
base bases
thesis theses
analysis analyses
analyse analyses
hypothesis hypotheses
phenomenon phenomena
criterion criteria
datum data
stratum strata
memorandum memoranda memorandums
referendum referenda referendums
forum fora forums
curriculum curricula
index indices indexes
nucleus nuclei
country countries
ministry ministries
party parties
authority authorities
treaty treaties
embassy embassies
policy policies
city cities
day days
ally allies
process processes
sanction sanctions sanctioned sanctioning
missile missiles
weapon weapons
tariff tariffs
state states stated stating
unite united uniting
be am is are was were been being
have has had having
do does did done doing
lead leads led leading
say says said saying
go goes went gone going
meet meets met meeting
see saw seen
speak spoke spoken
begin began begun
build built
bring brought
seek sought
fight fought
withdraw withdrew withdrawn
overcome overcame
undertake undertook undertaken
uphold upheld
understand understood
give gave given
take took taken
find found
know knew known
hold held
learn learnt learned
burn burnt burned
deal dealt
spend spent
win won
die died dies dying
lie lay lain lying
travel travelled traveled travelling traveling
cancel cancelled canceled cancelling canceling
counsel counselled counseled counselling counseling
signal signalled signaled signalling signaling
label labelled labeled labelling labeling
model modelled modeled modelling modeling
fuel fuelled fueled
level levelled leveled
channel channelled channeled
marshal marshalled marshaled
quarrel quarrelled quarreled
program programmed programed
benefit benefited benefitted
focus focused focussed focuses
kidnap kidnapped kidnaped
refer referred referring
commit committed committing
ban banned banning
good better best
well better best
bad worse worst
great greater greatest
early earlier earliest
high higher highest
far farther farthest
deepfake deepfakes
cryptocurrency cryptocurrencies
megacity megacities
smartphone smartphones
airstrike airstrikes
cyberattack cyberattacks
demarche demarches
tranche tranches
cliche cliches
russian russians
ukrainian ukrainians
syrian syrians
israeli israelis
iraqi iraqis
kurd kurds
korea koreas
america americas
mp mps
ngo ngos
sdg sdgs
ceo ceos
uav uavs
putin putins
tweet tweeted tweeting tweets
operationalize operationalizes operationalized operationalizing
weaponise weaponises weaponised weaponising
reimagine reimagined reimagining
demine demined demining
"""

# British first, then American; both with the forms they have.
_SPELLINGS = """
defence defense
defences defenses
offence offense
offences offenses
pretence pretense
licence license
licences licensed
practise practice
practising practicing
organise organize
organisation organization
organisations organizations
organising organized
organised organizing
organiser organizers
organisational organizational
realise realizes
recognise recognized
recognisable recognizable
unrecognisable unrecognizable
emphasise emphasizing
criticise criticizes
privatisation privatization
modernisation modernization
globalisation globalization
civilisation civilizations
stabilise stabilized
destabilise destabilizing
mobilisation mobilization
normalise normalizing
normalisation normalization
liberalise liberalized
legalise legalize
authorise authorized
authorisation authorizations
unauthorised unauthorized
apologise apologizes
jeopardise jeopardizing
baptise baptized
prioritise prioritized
politicise politicized
militarise militarized
demilitarise demilitarize
demilitarisation demilitarization
demilitarised demilitarizing
denuclearise denuclearize
denuclearised denuclearizing
denuclearisation denuclearization
federalise federalize
federalisation federalization
digitalisation digitalization
digitalised digitalizes
decarbonise decarbonized
decarbonisation decarbonization
weaponise weaponized
weaponisation weaponization
operationalise operationalized
securitisation securitization
dollarisation dollarization
marginalised marginalized
marginalises marginalizes
radicalisation radicalization
balkanisation balkanization
islamisation islamization
depoliticised depoliticized
deindustrialisation deindustrialization
ideologised ideologized
collectivise collectivize
analyse analyze
analysed analyzing
analyser analyzer
paralyse paralyzed
paralysing paralyze
catalyse catalyzes
psychoanalyse psychoanalyzed
programme program
programmes programs
programme programs
programming program
kilogramme kilograms
favour favor
favour favors
favoured favoring
favourable favorable
unfavourably unfavorably
favourite favorites
colour colors
coloured colored
colourful colorful
multicoloured multicolored
labour labor
labourer laborers
honour honored
honourable honorable
dishonour dishonor
neighbour neighbors
neighbouring neighboring
neighbourhood neighborhoods
neighbourly neighborly
behaviour behaviors
behavioural behavioral
harbour harboring
rumour rumors
humour humor
vigour vigor
rigour rigor
splendour splendor
endeavour endeavors
armoured armored
armoury armory
tumour tumors
vapour vapor
odour odor
saviour savior
candour candor
fervour fervor
valour valor
centre center
centres centers
centred centered
centring centering
epicentre epicenters
theatre theaters
metre meters
kilometres kilometer
litre liters
fibre fibers
calibre caliber
lustre luster
meagre meager
sombre somber
spectre specters
sabre sabers
sceptre scepter
manoeuvre maneuver
manoeuvres maneuvered
manoeuvring maneuvering
catalogue catalog
cataloguing cataloging
dialogue dialog
dialogues dialogs
analogue analog
monologue monologs
prologue prolog
grey gray
aluminium aluminum
judgement judgment
judgements judgments
misjudgement misjudgment
judgemental judgmental
acknowledgement acknowledgments
ageing aging
sizeable sizable
likeable likable
sceptic skeptic
sceptical skeptical
scepticism skepticism
paediatric pediatric
paediatrician pediatricians
anaemia anemia
anaemic anemic
leukaemia leukemia
anaesthetic anesthetics
foetus fetus
foetuses fetuses
encyclopaedia encyclopedias
encyclopaedic encyclopedic
gynaecologist gynecologist
haemorrhage hemorrhages
oestrogen estrogen
archaeology archeology
archaeologist archeologists
mediaeval medieval
mould mold
moulded molding
plough plow
ploughed plowing
ploughshares plowshares
smouldering smoldering
fulfil fulfill
fulfils fulfills
fulfilled fulfill
fulfilment fulfillment
instalment installments
enrol enroll
enrolment enrollment
instil instills
skilful skillful
skilfully skillfully
wilful willful
wilfully willfully
jewellery jewelry
jeweller jewelers
traveller travelers
counsellor counselors
councillor councilors
marvellous marvelous
medallist medalists
tranquillity tranquility
woollen woolen
unrivalled unrivaled
unequalled unequaled
sulphur sulfur
artefact artifacts
adviser advisors
despatched dispatch
enquiry inquiries
enquire inquired
tsar czars
tsarist czarist
moustache mustaches
yoghurt yogurt
whisky whiskeys
gaol jail
annexe annex
cosy cozy
towards toward
amongst among
whilst while
"""

_DIFFERENT = """
policy police
policies police
university universe
universities universal
organ organization
organs organisation
new news
news newly
advice advise
device devise
rise size
prise prize
price prize
hour our
hour horror
four for
our or
tour tor
pour por
flour floor
court cord
mourn morn
sour sore
contour contort
glamour clamour
devour door
tyre tire
kerb curb
storey story
cheque check
draught draft
tonne ton
tonnes tons
vice vise
timbre timber
poet pet
canoe cane
aloe ale
genre gender
acre ache
massacre mass
mediocre mediator
premise premium
promise promotion
exercise exert
enterprise enter
compromise promise
supervise superb
revise revive
seize size
seized sized
council counsel
councillor counsellor
principal principle
personal personnel
economic economist
general generation
international nation
communism community
communist communication
arms army
us usa
as ass
his hi
this thing
has haze
was wad
its it
hers her
number numb
numbers numb
does doe
media medium
real rial
real riales
chile chillies
taxes taxi
taxes taxis
chile chili
chile chilli
further far
crew crow
opera opus
wound wind
bit bite
rent rend
ground grind
more much
most much
hamas hama
laos lao
hans han
paris pari
texas tex
belarus belaru
cyprus cypru
mrs mr
india indium
australia australium
moldova moldovum
dmitriev dmitry
valeriya valery
mohammed mohamm
ahmed ahm
beijing beij
during dure
summer sum
minister minster
former form
corner corn
matter mat
president precedent
state status
war ward
peace piece
nuclear nucleus
strategic strategy
korea korean
ukraine ukrainian
russia russian
"""

# Words that are one key: themselves. Function words, names that no guess may cut, true -ise bases.
_ALONE = """
the and with from that this these those his hers its ours theirs us as thus yes perhaps whereas
news series species politics economics mathematics sanction policy police university universe
putin lavrov borrell zelensky macron erdogan netanyahu guterres blinken stoltenberg hamas paris
belarus cyprus honduras laos moscow tunis james abbas damascus brussels athens texas
advertise advise apprise arise comprise compromise demise despise devise disguise enterprise
excise exercise franchise improvise merchandise precise premise prise promise raise revise rise
supervise surmise surprise televise wise likewise otherwise paradise treatise expertise concise
louise denise elise kaiser
hour four our tour pour sour contour glamour devour velour paramour
acre ogre lucre mediocre massacre genre
seize size prize tyre tire kerb curb storey story cheque check tonne ton
number media real chile
""".split()


def _lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _share(one: str, other: str) -> bool:
    return bool(set(english_keys(one)) & set(english_keys(other)))


@pytest.mark.parametrize("forms", _lines(_FORMS), ids=" ".join)
def test_forms_of_a_word_share_a_key_with_it(forms: list[str]) -> None:
    assert [form for form in forms if not _share(forms[0], form)] == []


@pytest.mark.parametrize("spellings", _lines(_SPELLINGS), ids=" ".join)
def test_british_and_american_spellings_share_a_key(spellings: list[str]) -> None:
    assert _share(*spellings)


@pytest.mark.parametrize(("one", "other"), _lines(_DIFFERENT), ids=" ".join)
def test_different_words_share_no_key(one: str, other: str) -> None:
    assert not _share(one, other)


@pytest.mark.parametrize("word", _ALONE)
def test_some_words_have_no_key_but_themselves(word: str) -> None:
    assert english_keys(word) == (word,)


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("men", ("men", "man")),
        ("organising", ("organising", "organise", "organize")),
        ("organizing", ("organizing", "organize")),
        ("programmes", ("programmes", "programme", "program")),
        ("surprising", ("surprising", "surprise")),
        ("advertising", ("advertising", "advertise")),
        ("fundraising", ("fundraising", "fundraise")),
        ("overcoming", ("overcoming", "overcome")),
        ("worst", ("worst", "bad")),
        ("developing", ("developing", "develop")),
        ("demarches", ("demarches", "demarch", "demarche")),
        ("marginalises", ("marginalises", "marginalise", "marginalize")),
        ("o'brien", ("o'brien",)),
        ("don't", ("don't",)),
    ],
)
def test_the_word_stands_first_then_lemmas_then_the_american_spelling(
    word: str, keys: tuple[str, ...]
) -> None:
    assert english_keys(word) == keys


@pytest.mark.parametrize("word", ["", "'", "-", "1990s", "x" * 5000, "\ud800", "İ", "я", "a" * 64])
def test_strange_words_have_themselves_among_their_keys(word: str) -> None:
    assert word in english_keys(word)


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_string_has_keys_and_is_among_them(word: str) -> None:
    keys = english_keys(word)
    assert keys[0] == word
    assert len(set(keys)) == len(keys)
    assert keys == english_keys(word)


@given(st.from_regex(r"\A[a-z]{1,12}(s|es|ies|ed|ing|ise|isation|our|yse)?\Z"))
def test_keys_of_made_up_words_are_small_letters(word: str) -> None:
    keys = english_keys(word)
    assert word in keys
    assert all(key and key.isascii() and key.islower() and "-" not in key for key in keys)


@pytest.mark.parametrize("word", ["organization", "countries", "led", "russia", "texas", "men"])
def test_dictionary_words_and_names_are_known(word: str) -> None:
    assert is_known_english(word)


@pytest.mark.parametrize("word", ["", "tion", "organiza", "deepfakes", "lavrov", "ssia"])
def test_parts_of_words_and_new_words_are_not_known(word: str) -> None:
    assert not is_known_english(word)


def test_the_version_is_that_of_the_package_and_loads_nothing() -> None:
    assert english_dictionary_version() == version("lemminflect")
    code = (
        "import sys, dragoman.indexer.lemmas_en as keys; keys.english_dictionary_version(); "
        "sys.exit('lemminflect' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_spelling_of_the_table_shares_a_key_with_its_american() -> None:
    spellings = lemmas_en._spellings()
    words = [
        british
        for british in spellings.american
        if spellings.british.sub(lambda found: spellings.american[found[0]], british)
        == spellings.american[british]
    ]
    assert len(words) > 200
    assert [word for word in words if not _share(word, spellings.american[word])] == []


def test_every_refused_key_is_one_that_the_word_would_have(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = lemmas_en._refused()
    monkeypatch.setattr(lemmas_en, "_refused", dict)
    assert [word for word, keys in refused.items() if not keys <= set(english_keys(word))] == []


def test_no_american_spelling_is_british_too() -> None:
    spellings = lemmas_en._spellings()
    assert [
        american
        for american in spellings.american.values()
        if spellings.british.sub(lambda found: spellings.american[found[0]], american) != american
    ] == []


def test_gold_pairs_share_a_key_or_do_not(shared: Path) -> None:
    with (shared / "gold" / "same.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    pairs = [(_folded(row["a"]), _folded(row["b"]), row["share"] == "yes") for row in rows]
    english = [
        pair
        for pair in pairs
        if all(word.isascii() and word.isalpha() for word in pair[:2]) and pair[0] != pair[1]
    ]
    assert english
    assert [pair for pair in english if _share(*pair[:2]) != pair[2]] == []


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("word", "known", "noted"),
    [("treaty", True, "yes"), ("treatx", False, ""), ("договор", True, "yes")],
)
def test_whether_a_dictionary_has_a_word_is_remembered_beside_its_keys(
    word: str, known: bool, noted: str
) -> None:
    keys = lemma_keys(word, as_name=False)
    assert is_word(word) is known
    assert lemma_cache().find("?" + word) == noted
    assert is_word(word) is known
    assert lemma_keys(word, as_name=False) == keys
