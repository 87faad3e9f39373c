"""Which sentences of a meeting decide something, and which give somebody something to do.

Knows wording alone: what minutes name so themselves, and phrases with which people decide, promise and ask. A
decision that was not taken, that others took long ago or that is asked for is none:
    "We decided to move the launch."      a decision         "Nobody has decided that yet."     neither
    "Then we take the stand again."       a decision         "They decided that last year."     neither
    "I'll call the agency today."         to be done         "I'll be away on Thursday."        neither
"""

import re

from components.messages import Message
from components.tasks.facts.opening_words import COMMON, FORMED, OPENERS
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY
from components.tasks.terms import stop_words

# How minutes name them, before a colon or as a heading.
_LABELS = {
    DECISIONS: (
        "decisions?|decided|resolutions?|beschl(?:uss|üsse)|entscheidung(?:en)?|décisions?|decisión|"
        "decisiones|"
        "decisione|decisioni|decisão|decisões|deliberaç(?:ão|ões)|决定|决议|決定"
    ),
    ACTIONS: (
        "actions?|action (?:items?|points?)|to-?dos?|to do|next steps|aufgaben?|tâches?|tareas?|acción|"
        "acciones|azion[ei]|aç(?:ão|ões)|tarefas?|行动|任务|待办"
    ),
}
_LABEL = {
    name: re.compile(rf"(?:{words})(?:\s\d{{1,2}})?\s*[:：]", re.IGNORECASE)
    for name, words in _LABELS.items()
}
_TITLE = {name: re.compile(rf"[\d.\s]*(?:{words})\W*", re.IGNORECASE) for name, words in _LABELS.items()}
# What a group does from now on, and what somebody does until the next meeting. In free talk most of what
# people say "we" and "I'll" of is neither, so these are few.
_CHOOSE = (
    "take|keep|drop|move|stay|stick|open|postpone|cancel|sell|buy|hire|remove|raise|choose|sing|hold|pick"
)
_CHOOSING = (
    "taking|keeping|dropping|moving|staying|sticking|postponing|cancelling|selling|buying|hiring|removing"
)
_DO = (
    "call|write|send|e-?mail|mail|ask|check|prepare|order|book|buy|talk to|speak to|invite|draft|fix|report|"
    "change|"
    "update|draw|collect|contact|look into|find out|put|return|inform|bring|arrange|organi[sz]e|"
    "get in touch|pay|"
    "pick up|tell the|clean|repair|upload|review|finish|hand in|print|hang up|file|measure|test|add|"
    "take (?:the|care)"
)
_MAYBE = r"(?!.*\b(?:think|maybe|perhaps|probably|guess|if|like|would|could|might|already)\b)"
_DECIDED = re.compile(
    r"\b(?:decided|decision is|decisions? (?:was|were)|agreed|agree on|consensus|resolved|settled|voted|"
    r"votes|"
    r"approved?|adopted|rejected|carried|cancelled|canceled|discontinued|postponed)\b"
    rf"|^{_MAYBE}(?:\w+[,.]? ){{0,2}}we (?:(?:will|shall) )?(?:(?:do not|don['’]t|won['’]t) )?"
    rf"(?:{_CHOOSE}|accept|go with|go for) (?!to\b|about\b).{{3,90}}$"
    rf"|^{_MAYBE}(?:\w+[,.]? ){{0,2}}we(?:['’]re| are) (?:not )?(?:{_CHOOSING}) .{{3,60}}$"
    rf"|^{_MAYBE}let['’]s (?:{_CHOOSE}) .{{0,60}}\bthen\b"
    rf"|^{_MAYBE}(?:ok(?:ay)?|fine|right|good|so)\b,? (?:then )?so no \w+ then\b"
    rf"|^{_MAYBE}.{{0,60}}\b(?:from now on|stays? at)\b|^from \w+ on\b|\bwith effect from\b"
    rf"|^{_MAYBE}(?:\w+[,.]? ){{0,2}}we(?:['’]re| are) (?:not )?going (?:back|with|for|ahead)\b"
    rf"|^{_MAYBE}(?:\w+[,.]? ){{0,1}}we (?:shall|will) (?!see|have|need|be|talk|discuss|look|come|hear|get|"
    rf"do)\w+ .{{5,60}}$"
    rf"|^{_MAYBE}.{{10,80}}, then\.$|\belected\b|\bcarried\b"
    r"|^(?:wir|dann) \w+en? (?:wir )?(?:also|dann)\b|\bnão vamos (?!ver|falar)\w+r\b|\bno vamos a (?!ver|"
    r"hablar)\w+r\b"
    r"|\b(?:beschlossen|beschließt|beschloss|entschieden|entscheidet|geeinigt|einig(?:en)?|genehmigt|"
    r"angenommen|abgelehnt|verschoben)\b"
    r"|\b(?:décid(?:é|ons|e)s?|décision|adoptée?s?|approuvée?s?|rejetée?s?|votée?s?|reportée?s?)\b"
    r"|\b(?:decidi\w*|acord(?:amos|ó|ado|ada|ou)|concord(?:amos|ou)|deliber(?:ou|ado|ámos|amos|ato)|"
    r"aprob(?:ó|amos|ad[oa]s?)|aprov(?:ou|amos|ad[oa]s?)|rechaz(?:ó|ad[oa]s?)|rejeit(?:ou|ad[oa]s?)|deciso|"
    r"approvat[oa])\b"
    r"|决定|同意|决议|決定|合意|通过|批准",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:no|not|n['’]t|nobody|nothing|never|none|undecided|yet to|if|whether|before|until|has to be|"
    r"must be|"
    r"will be|would be|can be|nicht|noch|nie|ob|não|nada|nunca|ainda|no se|sin|rien|pas|jamais|non)\b"
    r"[^,;.]{0,30}\b(?:decid|decision|agree|approv|entschied|beschl|décid|décis|acord|aprov|aprob|deliber|"
    r"deciso)"
    r"|n['’](?:a|ont|est|avons) (?:pas|rien|jamais)|\bwas (?:once|already)\b"
    r"|[没未尚](?:有)?[^，。]{0,6}(?:决定|同意|通过|批准)",
    re.IGNORECASE,
)
# Told of another time or of others.
_LONG_AGO = re.compile(
    r"\b(?:last (?:year|month|week|time|spring|summer|autumn|winter)|years? ago|in (?:19|20)\d\d|had|"
    r"back then|"
    r"they|you said|(?:letzte[sn]?|vorige[sn]?) (?:Jahr|Monat|Woche)|im Jahr|(?:l['’]an|"
    r"l['’]année) dernière?|"
    r"(?:el )?año pasado|(?:no )?ano passado|l['’]anno scorso)\b|去年|上次",
    re.IGNORECASE,
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WHEN = (
    rf"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week)|next (?:week|month|time|{_DAY})|"
    rf"(?:by|before|until|on) (?:{_DAY}|the (?:next|end|weekend|holidays|\d)|\d{{1,2}} {_MONTH}|{_MONTH} \d))"
)
_TO_DO = re.compile(
    rf"\b(?:I|we|you|\w+) ?(?:['’]ll| will| shall| am going to| ['’]m going to| are to| is to) "
    rf"(?!be\b|have\b|see\b|know\b|need\b|want\b|like\b|say\b|come to\b)\w+.{{0,80}}\b{_WHEN}\b|"
    rf"\b(?:I|we)(?: ?['’]ll| will| shall| ?['’]m going to| am going to| need to| must| have to) "
    rf"(?:\w+ly |also |then )?(?:{_DO})\b"
    r"|\bI can take (?:the|that|care)"
    rf"|\bplease,? (?:\w+ )?(?:{_DO}|have|tell|let)\b|\b(?:could|can|will) you (?:please )?(?:{_DO}|tell)\b|"
    rf"\bwould you (?:please|mind|tell)\b"
    rf"|^[A-Z]\w+, (?:please )?(?:{_DO})\b"
    r"|\b(?:is|are|was|were) (?:asked|assigned|instructed|requested) to\b|\b(?:reports? back|takes care of|"
    r"to-do)\b"
    r"|\b(?:somebody|someone) (?:has|needs) to\b"
    rf"|\bby (?:{_DAY}|tomorrow|next (?:week|month)|\d{{1,2}} {_MONTH}|{_MONTH} \d)"
    r"|\bich (?:übernehme|kümmere)\b|\bich \w+e\b.{0,40}\b(?:heute|morgen|bis|nächste)\b"
    r"|\b(?:soll|sollen|kümmert sich|übernimmt|holt .{1,40} ein|ist zuständig)\b"
    r"|\bbis (?:montag|dienstag|mittwoch|donnerstag|freitag|zum \d|\d)"
    r"|\baté (?:segunda|terça|quarta|quinta|sexta|amanhã|(?:a )?\d)|\bantes del? \d|\bhasta el \d"
    r"|\b(?:avant|d[’']ici) (?:lundi|mardi|mercredi|jeudi|vendredi|le \d)"
    r"|\bje (?:vais \w+re?|vais \w+er|m['’]occupe|me charge)\b|\b(?:doit|devra|est chargée?|se charge)\b"
    r"|\b(?:voy a \w+r|me encargo)\b|\b(?:debe|tiene que|se encarga|se encargará|queda en)\b"
    r"|\b(?:eu )?vou (?!ser|estar)\w+r\b|\b(?:precisa|deve|tem (?:de|que)|fic(?:a|ou) de|encarrega-se)\b"
    r"|\b(?:si occupa|deve|entro (?:lunedì|martedì|mercoledì|giovedì|venerdì))\b|负责|必须|需要|までに|担当",
    re.IGNORECASE,
)
# "Ms. Okafor will write", "B. Lind to obtain", "Max has to pick up"; the name is looked at by itself.
_SOMEBODY = re.compile(
    r"(?:^|[.;,] )((?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]+)*) "
    r"(?:will|to|is to|has to|must|should|shall|needs to|is going to|(?:agreed|agrees|offered|promised) to) "
    r"(?!be\b|say\b|have\b|need\b|want\b|like\b|never\b|not\b|make\b|come\b|get\b)[a-z]+"
)

_PROMISED = re.compile(r"\b(?:agreed|agrees|offered|promised|volunteered) to\b")


def list_of(passage: Passage) -> Message:
    """The list of key points that a passage belongs to."""
    return named(passage) or told(passage.text)


def named(passage: Passage) -> Message:
    """The list that minutes themselves put a passage in, by a label before it or by the section's heading."""
    if passage.kind == "heading":
        return ""
    said = f"{passage.speaker}: {passage.text}" if passage.speaker else passage.text
    section = passage.section[-1] if passage.section else ""
    return _labelled(said) or next((name for name in _LABELS if _TITLE[name].fullmatch(section)), "")


def told(text: str) -> Message:
    """The list that a sentence belongs to by what it says."""
    if label := _labelled(text):
        return label
    if _PROMISED.search(text) and _somebody(text):
        return ACTIONS
    asks = text.rstrip("\"'”’ ").endswith(("?", "？"))
    if not asks and _DECIDED.search(text) and not _UNDECIDED.search(text) and not _LONG_AGO.search(text):
        return DECISIONS
    return ACTIONS if _TO_DO.search(text) or (not asks and _somebody(text)) else KEY


def _labelled(text: str) -> Message:
    """The list that a text names before a colon."""
    return next((name for name in _LABELS if _LABEL[name].match(text)), "")


def _somebody(text: str) -> bool:
    """Whether somebody is named who does something: "Max will call", not "Users will complain"."""
    for match in _SOMEBODY.finditer(text):
        last = match[1].split()[-1].rstrip(".").casefold()
        titled = "." in match[1]
        common = last in COMMON or last in OPENERS or last in stop_words("en") or FORMED.search(last)
        if titled or not common:
            return True
    return False
