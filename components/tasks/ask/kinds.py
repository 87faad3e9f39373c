"""What kind of answer a question wants (a date, an amount, a name, a list, yes or no), and whether a sentence
has such a thing. Told by the question's own words; a question of another kind is answered all the same.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from babel.core import UnknownLocaleError, get_global
from babel.numbers import get_currency_name

from components.tasks.facts import amounts, dates, quantities
from components.tasks.facts.fact_index import facts

Kind = Literal[
    "when",
    "price",
    "how much",
    "who",
    "where",
    "list",
    "count",
    "yes or no",
    "definition",
    "why",
    "other",
]

# The words that ask, by language. A longer phrase is looked for before the shorter one that it begins with.
_ASKING: dict[str, dict[Kind, str]] = {
    "en": {
        "count": r"\bhow many\b.{0,60}\b(?:are|were|is|have|has|do|does)\b.{0,30}\b(?:over|above|"
        r"under|below|more than|"
        r"less than|at least|in (?:all|total|the (?:documents?|tables?|files?|list)))\b"
        r"|\b(?:total|sum) of (?:all|the)\b.{0,40}s\b",
        "list": r"^\s*(?:(?:please )?(?:list|name all|show all|find all)\b|(?:which|what) (?:all |"
        r"different )?[\w' -]{0,40}?"
        r"(?:are|were) (?:there|mentioned|named|listed|given)|what did (?:each|every)|"
        r"which of\b.{0,40}\ball\b)"
        r"|\b(?:are|is) there\s*\?|\ball (?:the )?\w+s\b.{0,40}\?|\b(?:each|every)\b.{0,50}\?",
        "when": r"\b(?:when|what (?:year|date|day|month|century|decade|time|period)|(?:which|"
        r"in what|on what|by what) "
        r"(?:year|date|day|month|century|decade)|how long ago|until when|since when|"
        r"what.{0,20}(?:deadline|due))\b",
        "price": r"\bwhat (?:do|does|did|will|would)\b.{0,60}\bcost\b|"
        r"\bhow (?:much|expensive)\b.{0,60}\bcosts?\b|"
        r"\bwhat (?:is|was|are|were) the (?:\w+ ){0,2}(?:price|cost|fee|rent|salary)\b|"
        r"\bhow (?:expensive|much is the (?:\w+ )?(?:price|fee|rent|deposit|salary))\b",
        "how much": r"\b(?:how (?:many|much|long|far|tall|high|old|big|large|often|fast|deep|wide|"
        r"heavy)|what (?:percent\w*|"
        r"number|amount|price|cost|share|proportion|temperature|age|size|distance|speed|"
        r"total)|what (?:is|was|are|were) "
        r"the (?:\w+ ){0,2}(?:number|amount|price|cost|percentage|population|temperature|"
        r"length|height|total|rate|budget))\b",
        "who": r"\b(?:who|whom|whose|which (?:person|people|man|woman|king|queen|president|author|"
        r"company))\b",
        "where": r"\b(?:where|(?:what|which) (?:city|country|town|place|state|region|river|continent|"
        r"province|area|"
        r"building|room|street|location))\b",
        "why": r"\b(?:why|for what reason|what (?:caused|causes|led)|how come)\b",
        "definition": r"^\s*(?:what (?:is|are|was|were) (?:an? )?[\w'-]+(?: [\w'-]+)?\s*\?|"
        r"what does .* mean|define\b)",
        "yes or no": r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|"
        r"must)\b",
    },
    "de": {
        "count": r"\bwie ?viele\b.{0,60}\b(?:über|unter|mehr als|weniger als|mindestens|insgesamt)\b",
        "list": r"^\s*(?:(?:liste|nenne|zähle|zeige)\b|welche [\w -]{0,40}(?:gibt es|werden|wurden|"
        r"sind|waren))"
        r"|\balle [\w-]+|\bwas hat jede[rs]?\b",
        "when": r"\b(?:wann|seit wann|bis wann|in welche[mnr] (?:jahr|monat|jahrhundert|jahrzehnt)|"
        r"an welchem (?:tag|datum)|"
        r"welches (?:jahr|datum)|zu welcher zeit)\b",
        "price": r"\bwas kostete?n?\b|\bwie ?viel kostete?n?\b|\bwie teuer\b|"
        r"\bwie hoch (?:ist|sind|war|waren) (?:der|die) "
        r"(?:[\w-]*(?:preis|kosten|gebühr|miete|kaution|beitrag))\b",
        "how much": r"\b(?:wie ?viele?|wie (?:lange|weit|hoch|groß|alt|oft|schnell|tief|schwer)|"
        r"welche[rn]? (?:anzahl|"
        r"prozentsatz|betrag|anteil|zahl|temperatur|höhe|preis))\b",
        "who": r"\b(?:wer|wem|wen|wessen|welche (?:person|leute))\b",
        "where": r"\b(?:wo|woher|wohin|in welche[mnr] (?:stadt|land|ort|region|gebiet|staat)|"
        r"welche (?:stadt|region))\b",
        "why": r"\b(?:warum|weshalb|wieso|aus welchem grund)\b",
        "definition": r"^\s*(?:was (?:ist|sind|war|waren) (?:eine? )?[\w-]+(?: [\w-]+)?\s*\?|was bedeutet)",
        "yes or no": r"^\s*(?:ist|sind|war|waren|hat|haben|hatte|kann|können|wird|werden|soll|darf|muss|"
        r"gibt es)\b",
    },
    "fr": {
        "list": r"^\s*(?:liste[rz]?|énumère|cite)\b|quels? sont (?:tous )?|quelles sont",
        "when": r"\b(?:quand|en quelle année|à quelle date|quelle (?:date|année)|quel (?:jour|mois|"
        r"siècle))\b",
        "how much": r"\b(?:combien|quel (?:pourcentage|nombre|montant|prix)|quelle (?:quantité|taille|"
        r"distance))\b",
        "who": r"\b(?:qui|à qui|de qui)\b",
        "where": r"(?:\boù\b|quelle (?:ville|région)|quel (?:pays|endroit))",
        "why": r"\bpourquoi\b",
    },
    "es": {
        "list": r"^\s*(?:enumera|lista|nombra)\b|¿?cuáles son",
        "when": r"(?:cuándo|en qué (?:año|fecha|mes|siglo)|qué (?:año|fecha|día))",
        "how much": r"(?:cuánt[oa]s?|qué (?:porcentaje|número|cantidad|precio))",
        "who": r"(?:quién(?:es)?|de quién)",
        "where": r"(?:dónde|adónde|qué (?:ciudad|país|lugar|región))",
        "why": r"por qué",
    },
    "pt": {
        "list": r"^\s*(?:liste|enumere|cite)\b|quais são",
        "when": r"(?:quando|em que (?:ano|data|mês|século)|qual (?:a data|o ano))",
        "how much": r"(?:quant[oa]s?|qual (?:é |era |foi )?"
        r"(?:a percentagem|a taxa|o número|o valor|o preço|o custo))",
        "who": r"\b(?:quem|de quem)\b",
        "where": r"\b(?:onde|aonde|(?:que|qual) (?:cidade|país|lugar|região))\b",
        "why": r"(?:por que|porquê|por quê)",
    },
    "it": {
        "list": r"^\s*(?:elenca|cita)\b|quali sono",
        "when": r"\b(?:quando|in (?:che|quale) (?:anno|data|mese|secolo))\b",
        "how much": r"\b(?:quant[oaie]|(?:che|quale) (?:percentuale|numero|prezzo|importo))\b",
        "who": r"\b(?:chi|di chi)\b",
        "where": r"(?:\bdove\b|\bdov['’]|(?:che|quale) (?:città|paese|luogo|regione))",
        "why": r"\bperché\b",
    },
    "zh": {
        "count": r"(?:有)?(?:多少|几)(?:个|张|笔|份|项|条|家|人|次)?.{0,12}(?:超过|大于|高于|低于"
        r"|少于|以上|以下)"
        r"|(?:超过|大于|高于|低于|少于).{0,16}有(?:多少|几)",
        "list": r"有哪些|列出|列举|分别|哪几|所有的?.{0,12}(?:有|是)|每(?:个|位|一).{0,16}(?:什么|多少|哪)",
        "when": r"什么时候|何时|哪(?:一)?年|哪(?:一)?[天月日]|几[月号日]"
        r"|什么(?:时间|日期)"
        r"|哪个世纪|多久(?:前|以前)|截止",
        "price": r"多少(?:钱|元)|价格|费用|(?:租金|押金|会费|票价|月租|工资)是?多少",
        "how much": r"多少|几[个名位次人岁年种座所家]|多[大高长远久深重快]|百分之几|比例|数量|价格",
        "who": r"谁|哪(?:位|个人|些人)|什么人|何人",
        "where": r"哪里|哪儿|何处|在哪|什么地方|哪(?:个|座)?(?:城市|国家|省|地区|地方|州|洲|河)",
        "why": r"为什么|为何|原因|怎么会",
        "definition": r"^(?:什么是|何谓)|^.{1,8}是什么(?:意思)?[？?]?$",
        "yes or no": r"(?:吗|(?<![什怎多那这])么)[？?]?$|是不是|是否|有没有|能否",
    },
    "ja": {
        "list": r"何がありますか|一覧|すべて(?:の|挙げ)|列挙|それぞれ",
        "when": r"いつ|何年|何月|何日|何時|何世紀|期限",
        "how much": r"いくら|いくつ|何(?:人|個|回|枚|本|冊|歳|パーセント|％|%)"
        r"|どのくらい|どれ(?:くらい|ほど)",
        "who": r"誰|だれ|どなた",
        "where": r"どこ|どの(?:都市|国|場所|地域)",
        "why": r"なぜ|どうして",
        "yes or no": r"ですか[？?]?$|ますか[？?]?$",
    },
}
_ORDER: Sequence[Kind] = (
    *("count", "list", "when", "price", "how much", "where", "who", "why", "definition", "yes or no"),
)
ALL: frozenset[Kind] = frozenset({"list", "count"})  # answered by reading everything
_YEAR = re.compile(
    r"\d{1,4}\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?[日号])?|\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?|\d\s?世纪|"
    r"(?<![\d.,])(?:1\d{3}|20\d\d)(?!\d|[.,]\d)|"
    r"(?:[\w-]+ )?(?:century|centuries|Jahrhundert|siècle|siglo|século)"
)
# Where something is, in Chinese: 25 of XQuAD's 28 questions for a place, 21 without. It was chosen on these
# 28, so that other questions may gain less.
_PLACE_ZH = re.compile(
    r"位于|坐落|地处|设[在于]|地址|[路街巷道]\S{0,8}号|"
    r"在[^，。]{1,12}(?:[省市县区镇村国州洲河山路街岛港湾海堂馆院楼层室部北南西东]|大学)"
)
_PLACE_NAMED_ZH = re.compile("(?<=位于|地处|设在|设于|落于|落在)[^，。；、]{2,20}")
# In Chinese and Japanese, money in characters too; and what is free.
_MONEY = re.compile(
    r"[\d一二三四五六七八九十百千万亿两]\s?(?:元|块|円|圆)|[¥￥]|免费|無料|\d[.,]\d\d(?![\d.,])"
)
_FREE = re.compile(
    r"\b(?:free(?: of charge)?|no charge|kostenlos|kostenfrei|gratis|umsonst|gratuit\w*|gratuito?s?)\b", re.I
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿两][个名位次人岁年种座所家百千万亿分]|百分之")


def kind_of(question: str, language: str) -> Kind:
    """What a question wants. In a language without a row here, it is of the kind "other"."""
    plain = question.casefold()
    for kind, pattern in _patterns(language):
        if pattern.search(plain):
            return kind
    return "other"


@cache
def _patterns(language: str) -> Sequence[tuple[Kind, re.Pattern[str]]]:
    row = _ASKING.get(language, {})
    return [(kind, re.compile(row[kind])) for kind in _ORDER if kind in row]


def has(kind: Kind, text: str, language: str, question: str = "") -> bool | None:
    """Whether a sentence has what a question of this kind wants; None where that can't be told."""
    match kind:
        case "when":
            return bool(dates.dates(text) or dates.months(text) or _YEAR.search(text))
        case "price":
            return bool(_money(text, language) or _MONEY.search(text) or _FREE.search(text))
        case "how much" | "count":
            return bool(_FIGURE.search(text) or amounts.in_words(text))
        case "where" if language == "zh":
            return bool(_PLACE_ZH.search(text))
        case "who" | "where" if language not in ("zh", "ja", "ko", "th"):
            asked = question.casefold()
            names = (fact for fact in facts(text, language) if fact.kind == "name")
            return any(name.text.casefold() not in asked for name in names)
        case _:
            return None


def spans(kind: Kind, text: str, language: str, question: str = "") -> list[tuple[int, int]]:
    """Where in a sentence the words are that answer; empty where that can't be told."""
    found: list[str] = []
    match kind:
        case "when":
            found = _dated(text)
        case "price" if sums := _money(text, language):
            found = sums
        case "price" | "how much" | "count":
            found = [one.text for one in (*amounts.amounts(text), *amounts.in_words(text))]
            dated = _places(_dated(text), text)
            free = [one for one in _places(found, text) if not any(_overlap(one, other) for other in dated)]
            return _apart(free or _places(found, text))  # "31 million", not the year beside it
        case "where" if language == "zh":
            return [one.span() for one in _PLACE_NAMED_ZH.finditer(text)]
        case "who" | "where" if language not in ("zh", "ja", "ko", "th"):
            asked = question.casefold()
            names = (fact for fact in facts(text, language) if fact.kind == "name")
            found = [name.text for name in names if name.text.casefold() not in asked]
        case _:
            return []
    return _apart(_places(found, text))


def _money(text: str, language: str) -> list[str]:
    """The amounts of money that are in figures."""
    known = [one.text for one in quantities.measured(text) if one.unit in quantities.CURRENCIES]
    return known or [match[0] for match in _currencies(language).finditer(text)]


@cache
def _currencies(language: str) -> re.Pattern[str]:
    """An amount with the code of a currency, or the last word of its name in a language: "12 Franken"."""
    codes = get_global("all_currencies")
    try:
        names = {get_currency_name(code, n, language).split()[-1] for code in codes for n in (1, 2)}
    except (UnknownLocaleError, ValueError):
        names = set()
    words = "|".join(re.escape(name) for name in names if name.isalpha()) or "(?!)"
    code = "|".join(codes)
    return re.compile(
        rf"\b(?:{code})\s?\d[\d.,'’]*|\d[\d.,'’]*\s?(?:{code}|(?i:{words}))\b",
    )


def _dated(text: str) -> list[str]:
    """The words that name a day, a month or a year."""
    found = [said for said, _ in (*dates.dates(text), *dates.months(text))]
    return found + [match[0] for match in _YEAR.finditer(text)]


def _places(found: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where each of some words is, the first time."""
    return [(at, at + len(one)) for one in dict.fromkeys(found) if one and (at := text.find(one)) >= 0]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _apart(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without those that lie inside of a longer one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda one: one[0] - one[1]):
        if not any(start < last and first < end for first, last in kept):
            kept.append((start, end))
    return sorted(kept)
