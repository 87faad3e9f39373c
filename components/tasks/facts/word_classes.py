"""English words that decide what a sentence states, by class: left out, they change it.

Closed classes only, each as short as it can be. A language that isn't here has no classes, and its sentences
are then never shortened on trust.
"""

from functools import cache

from components.tasks.facts import number_words


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = words(
    "not no none never neither nor nobody nothing nowhere cannot without hardly barely scarcely rarely "
    "seldom fail fails failed failing lack lacks lacked lacking deny denies denied refuse refuses "
    "refused false falsely against instead doubt doubts doubted"
)
_UNIVERSALS = words(
    "all every everybody everyone everything each any anybody anyone anything always ever only just "
    "merely solely exclusively alone except few fewer little less least fewest unless whether if "
    "provided providing assuming depending pending"
)
# After one of these, leaving out a word says more: "nobody died slowly".
LIMITING = NEGATIONS | _UNIVERSALS
WHOLE = words("all every everybody everyone everything each always just")  # how they did it can be left out
_QUANTITIES = words(
    "some many much several most more both half third quarter majority minority enough another other "
    "others same once twice thrice double doubled triple tripled first second last next single dozen "
    "dozens hundred hundreds thousand thousands million millions billion billions percent part parts "
    "partly mostly mainly largely nearly almost typically generally usually normally often sometimes "
    "occasionally frequently regularly too very about around approximately roughly up down over under "
    "above below per"
)
BINDING = words("may must shall should ought")  # of these, how it is done is the point
MODALS = words("may might can could should would must will shall ought need needs")
HEDGES = words(
    "maybe perhaps possibly probably likely unlikely allegedly reportedly supposedly apparently "
    "presumably theoretically potentially conditionally seem seems seemed appear appears appeared tend "
    "tends tended theory principle exception"
)
_COMPARISONS = words("than as like unlike better worse different differently similar equal rather")
_TIMES = words(
    "before after until till since while when whenever then first last later earlier previously "
    "formerly once already still yet again now recently eventually finally ago early late initially "
    "temporarily permanently"
)
SAYING = words(
    "say says said saying tell tells told claim claims claimed argue argues argued stated suggest "
    "suggests suggested report reports reported believe believes believed think thinks thought "
    "according ask asks asked reply replied replies answer answered explain explained add added insist "
    "insisted warn warned announce announced allege alleged accuse accused cry cried whisper whispered "
    "mutter muttered murmur murmured"
)
# Adjectives after which a thing isn't what its noun says.
_NOT_SO = words(
    "former future fake false alleged potential possible would-be ex vice deputy assistant acting "
    "interim prospective proposed planned attempted intended expected draft suspected supposed so- "
    "called counterfeit imaginary hypothetical virtual artificial anti non pseudo quasi mock late "
    "unfinished incomplete purported assumed presumed professed avowed pretended perceived guarded "
    "mixed limited"
)
# Adverbs of manner may be left out. These endings, and these words, say how far, how often or in whose eyes.
LIMITING_ENDINGS = ("ally", "ingly", "ably", "ibly")
EXTENT = words(
    "relatively comparatively virtually effectively essentially tentatively preliminarily narrowly wrongly "
    "falsely hourly daily weekly monthly quarterly yearly separately jointly indirectly directly primarily "
    "chiefly specifically respectively shortly purely strictly "
    "wholly fully fairly slightly weakly currently commonly ultimately necessarily "
    "apparently presumably statutorily voluntarily equally evenly formally informally poorly "
    "badly insufficiently incompletely incorrectly improperly unlawfully inadvertently prematurely "
    "ostensibly hypothetically secretly privately publicly family supply assembly reply monopoly anomaly "
    "italy deadly friendly "
    "costly elderly orderly scholarly leisurely unlikely lonely lovely"
)
FOCUSING = words("especially particularly")
FILLERS = words("really actually basically obviously simply")
# Of manner or degree, with the ending of those that limit: without them a sentence says less.
FILLERS |= words(
    "naturally casually gradually continually dramatically drastically frantically emphatically "
    "enthusiastically energetically fantastically apologetically sympathetically incredibly remarkably "
    "considerably noticeably visibly terribly horribly unanimously"
)
EXAMPLES = frozenset(["e.g"])  # what begins so, in brackets, limits nothing
# What begins so, in brackets or after a comma, says of which part the rest is true.
NARROWING = words(
    "before after per over under above below except excluding excl including incl only of in for "
    "among within without with at by from until since if unless gross net against versus considering using "
    "counting adjusting barring covering based mostly mainly mean median average"
)
# Of size, age and praise, that make no names with a noun as in "black box" and "cold war".
DESCRIBING = words(
    "big great large long huge small little tiny vast enormous immense giant massive tall narrow broad wide "
    "steep new old ancient beautiful pretty lovely handsome splendid magnificent elegant ugly famous popular "
    "important impressive remarkable extraordinary excellent wonderful terrible dreadful nice gentle brave "
    "clever curious strange odd careful interesting exciting comfortable dusty muddy"
)
POINTING = words("the these those")
CONTRASTS = words("but although though however despite because so therefore yet unless")
# A clause with one of these says that the sentence around it wasn't so, or didn't last.
_TAKEN_BACK = words(
    "wrong untrue mistaken incorrect unfounded baseless disproved disproven debunked retracted withdrew "
    "withdrawn cancelled canceled reversed overturned revoked repealed annulled abandoned undone"
)
# What is said aside takes nothing from the sentence around it, but with one of these.
ASIDE = LIMITING | MODALS | HEDGES | _TAKEN_BACK | frozenset(["other", "or", "up"])
CONDITIONS = words("if unless whether provided providing assuming depending pending")
CLOSED = (LIMITING | _QUANTITIES | MODALS | HEDGES | _COMPARISONS | _TIMES | SAYING | _NOT_SO) | CONTRASTS

PREPOSITIONS = words(
    "in on at from with for by of during near through throughout across along within into onto to "
    "toward towards between among via inside outside behind beside upon against"
)
# At the head of a sentence these only tie it to the one before.
CONNECTIVES = words(
    "however moreover furthermore additionally also indeed similarly likewise consequently accordingly "
    "meanwhile thus therefore hence well so and but now"
) | frozenset(
    [
        "in addition",
        "for example",
        "for instance",
        "in fact",
        "of course",
        "as a result",
        "in particular",
        "at the same time",
        "on the other hand",
    ]
)
RELATIVES = words("which who whose whom where")
ARTICLES = frozenset(["a", "an", "the"])
DEFINITE = ARTICLES | words("this that these those his her its their our my your")
AUXILIARIES = words("is are was were be been being am has have had having do does did")
CONJUNCTIONS = words("and or but nor that")
SUBORDINATING = (
    CONDITIONS | RELATIVES | words("because although though while when as after before until since")
)
OPENING = SUBORDINATING | PREPOSITIONS | words("without instead like despite")  # a main clause follows
_PRONOUNS = words("i you he she it we they me him us them mine yours who what there here")
SUBJECTS = DEFINITE | words("i you he she it we they there")  # what a second statement begins with
SMALL = CLOSED | PREPOSITIONS | RELATIVES | DEFINITE | AUXILIARIES | CONJUNCTIONS | _PRONOUNS


@cache
def is_quantity(word: str, language: str = "en") -> bool:
    """Whether a word has figures, or says a number."""
    return any(c.isdigit() for c in word) or bool(number_words.values(word, language))
