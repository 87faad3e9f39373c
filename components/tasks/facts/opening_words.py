"""Words that begin sentences, and have a capital there although they are no names.

Knows nothing about names. A word that is missing here costs a false mark; one too many lets a name pass.
"""

import re
from functools import cache

# Words that begin sentences and titles; no names.
_COMMON_LIST = (
    "i a an the this that these those he she it we they you his her its our their my your in on "
    "at by for from to as of with when while after before if but and or so although however "
    "because since during despite there then what who how why where which not no all some many "
    "most more both each other another one two three also finally first second overall according "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december q1 q2 q3 q4"
)
COMMON = frozenset(_COMMON_LIST.split())
# Nouns without an article, adjectives and orders that begin sentences, and endings of such words.
_OPENERS_LIST = (
    "staff traffic police work public support money music food water land air fire rain snow wind "
    "winter summer spring autumn school trade debt rent tax gas oil coal steel wood paper art law peace "
    "war health care crime death birth life love hope fear trust faith youth nature science history "
    "research evidence progress success access business virus census status bonus focus use demand "
    "supply output income profit growth risk damage waste storage coverage feedback software hardware "
    "data media email internet local national global federal central foreign former senior junior major "
    "minor main key new old young small large big great high low long short strong weak early late "
    "recent current future past poor rich free full open clear good bad better best worse heavy light "
    "hard soft hot cold dry wet dark green red blue white black dear real true false whole half double "
    "rural urban modern ancient common rare ship cut send buy sell pay build make take give get put set "
    "keep let ask tell call write read draw check test fix add move start stop begin end finish hold "
    "bring book plan prepare review update create schedule arrange confirm contact invite order find "
    "look see try run turn change replace remove reduce increase improve consider ensure provide submit "
    "deliver discuss decide agree approve launch hire train repair clean close sign share report follow "
    "follow-up draft install introduce develop design collect people children women men everyone "
    "everybody someone somebody anyone nobody everything something anything nothing today tomorrow "
    "yesterday tonight yes please thanks hello god earth parliament congress government council "
    "management mayor president king queen mother father teacher doctor proposal model afterward "
    "afterwards unbeknownst"
)
OPENERS = frozenset(_OPENERS_LIST.split())
FORMED = re.compile(
    r"(?:[^iu]s|ss|sis|ing|ed|ly|tion|sion|ment|ness|ity|ance|ence|ship|hood|ism|ful|less|able|ible|ous|ive|ary|ory"
    r"|ical|ional|ial|ual|ology|graphy|nomy|ise|ize|ture|craft|work|time|land|house|way|self|ever|where)$"
)

# More words that a name may follow without a comma: "Meanwhile Anna Silva".
_LEADING = {
    "en": "abroad accordingly across actually afterward afterwards again against ago ahead alongside "
    "already am amid among amongst apart are around aside back based been behind being below "
    "beneath besides between beyond briefly citing compared concerning considering consequently "
    "could currently did does due earlier either else elsewhere even eventually ever every "
    "everywhere except few following formerly furthermore given had half has have hence here "
    "including indeed inside instead into is just last lastly later lately least led let like "
    "likewise maybe meantime meanwhile might moreover mostly much must namely near nearly neither "
    "never nevertheless next nonetheless nor notably now nowadays often once only onto opposite "
    "other otherwise out outside over owing own past perhaps plus previously prior quoting rather "
    "recently regarding regardless same says seldom several shall should similarly simply "
    "sometimes soon still subsequently such than thanks their them therefore third thereafter "
    "though through throughout thus till today together tomorrow tonight too toward towards twice "
    "under underneath unless unlike until up upon via was were whatever whenever whereas wherever "
    "whether whose with within without would yesterday yet",
    "fr": "ainsi alors après aujourd'hui aussi autour aux avant avec cependant certains ces cette chaque "
    "chez comme contre d'après dans depuis derrière des dès désormais devant donc durant elle "
    "elles enfin ensuite entre envers est et face finalement grâce hier hormis hors il ils jusque "
    "l'autre leur lorsque lors mais malgré moyennant néanmoins notamment notre nous or où outre "
    "par parallèlement parmi pendant plusieurs pour pourtant puis puisque quand quant que "
    "récemment sans sauf selon sinon son sous suivant sur tandis toutefois tous toute un une vers "
    "via voici voilà vu",
    "es": "además actualmente ahora algunos ante anoche antes apenas aquí así aun aunque ayer bajo cada "
    "como con conforme contra cuando cuanto debido desde después donde dos durante el ella ellos "
    "en entonces entre era es esta este excepto finalmente fue hacia hasta hoy incluso las los "
    "luego mañana mediante mientras muchos ni no nuestro para pero por porque posteriormente pues "
    "quien recientemente salvo se según si sin sino sobre su sus también tampoco tanto tras una "
    "unos vía y ya",
    "it": "adesso al alla allora alcuni anche ancora anzi appena attualmente avanti che chi come con "
    "contro così cui dai dal dalla davanti dei del della dentro dopo dunque durante e ed entro "
    "ecco finora fino fra gli ieri il infatti infine inoltre insieme intanto invece lo lungo ma "
    "mentre mediante molti né negli nei nel nella nonostante oggi ogni oltre oppure ora perché "
    "però poi presso prima qualche quando quanto questa questo quindi recentemente se secondo "
    "sebbene senza sia sotto stando su successivamente sul sulla tra tramite tranne tuttavia uno "
    "verso",
    "pt": "agora ainda além alguns amanhã ambos anteontem antes ao aos apenas após aqui assim até "
    "atualmente cada com conforme consoante contra contudo de debaixo depois desde dessa desta "
    "deste devido do dois dos durante ele ela em enquanto então entre entretanto essa esse esta "
    "este excepto exceto finalmente foi hoje já junto logo mas mediante menos mesmo muitos na nas "
    "nem no nos o onde ontem os ou outro para pela pelo perante pois por porém porque "
    "posteriormente quando quanto que quem recentemente salvo se segundo sem sendo seu sob sobre "
    "também tampouco todos todavia tão um uma",
}
# "Unexpectedly", "globally"; not "Sally", "Emily" and "Beverly".
_ADVERB = re.compile(r"^\w{3,}(?:al|ed|ent|ant|ous|ate|ive|lar)ly$")


def leads(word: str, language: str) -> bool:
    """Whether a word in small letters may come before a name at the beginning of a sentence."""
    return word in _leading(language or "en") or bool(_ADVERB.search(word))


@cache
def _leading(language: str) -> frozenset[str]:
    return COMMON | frozenset(_LEADING.get(language, "").split())
