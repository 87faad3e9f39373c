"""What kind of answer a question wants (a date, an amount, a name, a list, yes or no), and whether a sentence
has such a thing. Told by the question's own words (`phrases.toml`); a question of another kind is answered
all the same.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from babel.core import UnknownLocaleError, get_global
from babel.numbers import get_currency_name

from components.tasks.ask import measures
from components.tasks.ask.phrases import alternatives, asking, phrase
from components.tasks.facts import amounts, dates, quantities
from components.tasks.facts.fact_index import facts
from components.tasks.facts.telephones import telephones

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

_ORDER: Sequence[Kind] = (
    *("count", "list", "when", "price", "how much", "where", "who", "why", "definition", "yes or no"),
)
ALL: frozenset[Kind] = frozenset({"list", "count"})  # answered by reading everything
_YEAR = re.compile(
    r"\d{1,4}\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?[日号])?|\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?|\d\s?世纪|"
    r"(?<![\d.,])(?:1\d{3}|20\d\d)(?!\d|[.,]\d)|"
    rf"(?:[\w-]+ )?(?:{alternatives('century')})",
    re.IGNORECASE,
)
# "Before the tenth" in Chinese and Japanese, not "within ten days".
_SIGNS = "一二三四五六七八九"
_DAY_OF_MONTH = re.compile(
    rf"(?:[每本当次下]个?月\s?)?(?<![\d十{_SIGNS}])(?:[12]?\d|3[01]|[二三]?十[{_SIGNS}]?|[{_SIGNS}])[日号號]"
    r"(?!以?内|間|间|[线楼路])"
)
_TIME = re.compile(
    r"\b(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?\s?(?:[ap](?:m\b|\.\s?m\.)|Uhr\b|o['’]clock\b)"
    r"|\b(?:[01]?\d|2[0-3]):[0-5]\d\b"
    rf"|(?:[上下]午|早上|晚上|中午)?(?:\d{{1,2}}|十?[{_SIGNS}]|十)[点點時时](?!间|間|[器装名评])半?",
    re.IGNORECASE,
)
# In Chinese and Japanese, money in characters too; and what is free.
_MONEY = re.compile(
    r"[\d一二三四五六七八九十百千万亿两]\s?(?:元|块|角|円|圆)|[¥￥]|免费|無料|\d[.,]\d\d(?![\d.,])"
)
_FREE, _PHONE = phrase("free"), phrase("telephone")
_PLACE_ZH, _PLACE_NAMED_ZH = phrase("place"), phrase("place_named")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿两][个名位次人岁年种座所家百千万亿分]|百分之")


def kind_of(question: str, language: str) -> Kind:
    """What a question wants. In a language that the table doesn't have, it is of the kind "other"."""
    patterns = asking(language)
    return next((kind for kind in _ORDER if kind in patterns and patterns[kind].search(question)), "other")


def has(kind: Kind, text: str, language: str, question: str = "") -> bool | None:
    """Whether a sentence has what a question of this kind wants; None where that can't be told."""
    match kind:
        case "when":
            return bool(_dated(text)) or (None if quantities.names_period(text) else False)
        case "price":
            return bool(_money(text, language) or _MONEY.search(text) or _FREE.search(text))
        case "how much" | "count":
            bare = text if _PHONE.search(question) else _without_telephones(text, language)
            dimensions = measures.wanted(question, language)
            if any(one in dimensions for _, _, one in measures.found(bare)):
                return True
            if dimensions:  # a number of something else is none; one of nothing known may be
                for said in (*_dated(bare), *_money(bare, language)):
                    bare = bare.replace(said, " ")
                bare = measures.without(bare, language)
            figures = bool(_FIGURE.search(bare) or amounts.in_words(bare))
            return None if figures and dimensions else figures
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
        case "how much" if _PHONE.search(question) and (numbers := telephones(text, language)):
            return list(numbers)
        case "how much" if long := measures.spans(text, measures.wanted(question, language), language):
            return _apart(long)
        case "price" if sums := _money(text, language):
            found = sums
        case "price" | "how much" | "count":
            found = [one.text for one in (*amounts.amounts(text), *amounts.in_words(text))]
            phones = telephones(text, language)
            places = [one for one in _places(found, text) if not any(_overlap(one, tel) for tel in phones)]
            dated = _places(_dated(text), text)
            free = [one for one in places if not any(_overlap(one, other) for other in dated)]
            return _apart(free or places)  # "31 million", not the year beside it
        case "where" if language == "zh":
            return [one.span() for one in _PLACE_NAMED_ZH.finditer(text)]
        case "who" | "where" if language not in ("zh", "ja", "ko", "th"):
            asked = question.casefold()
            names = (fact for fact in facts(text, language) if fact.kind == "name")
            found = [name.text for name in names if name.text.casefold() not in asked]
        case _:
            return []
    return _apart(_places(found, text))


def wants_a_measure(kind: Kind, question: str, language: str) -> bool:
    """Whether it is asked how long, or how heavy, and not only how much of something."""
    return kind == "how much" and bool(measures.wanted(question, language))


def _without_telephones(text: str, language: str) -> str:
    for start, end in reversed(telephones(text, language)):
        text = f"{text[:start]} {text[end:]}"
    return text


def _money(text: str, language: str) -> list[str]:
    """The amounts of money that are in figures, with their currency where it is beside them."""
    named = [match[0] for match in _currencies(language).finditer(text)]
    known = (one.text for one in quantities.measured(text) if quantities.is_money(one.unit))
    return [*named, *(one for one in known if not any(one in longer for longer in named))]


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
    """The words that name a day, a month or a year, a day of the week or a time of the day."""
    found = [said for said, _ in (*dates.dates(text), *dates.months(text), *dates.weekdays(text))]
    found += [said for said, _, _ in dates.in_figures(text)]
    return found + [match[0] for form in (_YEAR, _DAY_OF_MONTH, _TIME) for match in form.finditer(text)]


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
