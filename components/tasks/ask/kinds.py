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

from components.tasks.ask.phrases import alternatives, asking, phrase
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
# In Chinese and Japanese, money in characters too; and what is free.
_MONEY = re.compile(
    r"[\d一二三四五六七八九十百千万亿两]\s?(?:元|块|円|圆)|[¥￥]|免费|無料|\d[.,]\d\d(?![\d.,])"
)
_FREE, _PLACE_ZH, _PLACE_NAMED_ZH = phrase("free"), phrase("place"), phrase("place_named")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿两][个名位次人岁年种座所家百千万亿分]|百分之")


def kind_of(question: str, language: str) -> Kind:
    """What a question wants. In a language that the table doesn't have, it is of the kind "other"."""
    patterns = asking(language)
    return next((kind for kind in _ORDER if kind in patterns and patterns[kind].search(question)), "other")


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
