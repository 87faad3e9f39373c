"""Whether the numbers of a text are in its translation, however they are written there.

1,000.5 is 1.000,5; 3 pm is 15 h; $2 billion is 20亿; June is 6月. Pure rules, knows no engine.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from components.tasks.facts import dates, number_words

Key = Decimal | tuple[int, ...]  # a value, or the parts of a time, a date, a version

_DIGITS = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:'’hH]\d+)*")
_UNITS_TABLE = """
en thousand 3 million 6 millions 6 mn 6 billion 9 billions 9 bn 9 trillion 12
pt mil 3 milhão 6 milhões 6 bilhão 9 bilhões 9 biliões 12 trilhão 12 trilhões 12
es mil 3 millón 6 millones 6 billón 12 billones 12
fr mille 3 million 6 millions 6 milliard 9 milliards 9 billion 12
de tausend 3 million 6 millionen 6 mio 6 milliarde 9 milliarden 9 mrd 9 billion 12 billionen 12
it mila 3 mille 3 milione 6 milioni 6 mln 6 miliardo 9 miliardi 9 mld 9
zh 千 3 万 4 百万 6 千万 7 亿 8 億 8 十亿 9
ja 千 3 万 4 百万 6 千万 7 億 8 十億 9
"""
_UNITS = {
    line.split()[0]: dict(zip(line.split()[1::2], map(int, line.split()[2::2]), strict=True))
    for line in _UNITS_TABLE.strip().splitlines()
}
_POINT = ("en", "zh", "ja", "ko", "th", "he", "hi")  # languages with a decimal point
_SHORT = {"k": 3, "m": 6, "mi": 6, "bi": 9, "b": 9}  # or metres, or miles: the number alone counts too
# What says a number, and isn't among the words for numbers of `number_words`.
_ALSO: dict[str, dict[str, int]] = {
    "en": {"a": 1, "an": 1, "midnight": 12, "noon": 12, "once": 1, "twice": 2, "double": 2, "doubling": 2}
    | {"half": 30},
    "pt": {"meia": 6, "terceiros": 3},
}
_PERCENT_TABLE = """
en percent|per cent|percentage
pt por cento|porcento|percentua
es por ciento|porciento|porcentua
fr pour cent|pourcent
de prozent
it per cento|percento|percentual
zh 百分
ja パーセント
"""
_PERCENT = dict(line.split(" ", 1) for line in _PERCENT_TABLE.strip().splitlines())
_BELOW_TABLE = """
en minus|negative|below
pt menos|negativ|abaixo
es menos|negativ|bajo cero
fr moins|négati|dessous
de minus|negativ|unter
it meno|negativ|sotto
zh 负|負|零下|减|減
ja マイナス|負|氷点下|零下|減
"""
_BELOW = dict(line.split(" ", 1) for line in _BELOW_TABLE.strip().splitlines())
# Two letters or more: one alone is a pronoun, an initial or a grade as often as a number.
_ROMAN = re.compile(r"\b(?=[IVXLC]{2})C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])\b")
_ROMAN_SIGNS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_MINUS = re.compile(r"(?:^|(?<=[\s(]))[-\u2212\u2013](?:R\$|[$€£¥])?$")
_MINUS_SOMEHOW = re.compile(r"[-\u2212\u2013\u2010]\s?(?:(?:R|US)?\$|[$€£¥])?\s?$")
_PERCENT_SIGN = re.compile(r"\s?[%‰]")
_DATE_BEFORE, _DATE_AFTER = re.compile(r"\d[./-]$"), re.compile(r"[./-]\d|\s?[月월]")
_CLOCK_AFTER = re.compile(r"\s*(?:[ap]\.?\s?m\b|h\b|uhr\b|点|點|時|时|o.clock)", re.IGNORECASE)


@dataclass
class _Number:
    """One number as it is written, and all that it may mean."""

    shown: str
    keys: frozenset[Key]
    parts: tuple[int, ...]
    clock: bool  # a time of day
    date: bool = False  # beside other numbers of a date, or before the sign for a month
    negative: bool = False
    percent: bool = False
    used: bool = False


def missing(source: str, target: str, source_language: str, target_language: str) -> list[str]:
    """Numbers of the source that the target lacks, as they are written in the source."""
    here, there = _plain(source), _plain(target)
    both = {source_language, target_language} <= set(_UNITS)
    wanted = list(_numbers(here, source_language, both, _MINUS))
    known = list(_numbers(there, target_language, both, _MINUS_SOMEHOW))
    said, months = _said(there, target_language), _months(there, target_language)
    lost = []
    for number in wanted:
        same = [other for other in known if not other.used and other.keys & number.keys]
        found = max(same, key=lambda other: _signs_alike(number, other), default=None)
        if found:
            found.used = number.used = True
    for number in wanted:
        there_is = number.used or _another_way(number, said | months if number.date else said, known)
        if not there_is or not _signs_kept(number, known, there, target_language):
            lost.append(number.shown)
    return list(dict.fromkeys(lost))


def _signs_alike(a: _Number, b: _Number) -> int:
    return (a.negative == b.negative) + (a.percent == b.percent)


def _signs_kept(number: _Number, known: list[_Number], target: str, language: str) -> bool:
    """Whether the minus and the percent sign of a number are in the target, as signs or as words."""
    text = target.casefold()
    here = [other for other in known if other.keys & number.keys]
    said = language not in _BELOW or re.search(_BELOW[language], text) or any(o.negative for o in here)
    if number.negative and not said:
        return False
    if not number.percent or language not in _PERCENT or re.search(_PERCENT[language], text):
        return True
    # 15% to 20% may be 15 a 20%.
    beside = [b for a, b in pairwise(known) if a.keys & number.keys]
    return any(o.percent for o in [*beside, *here])


def has_decimal_point(language: str) -> bool:
    """Whether a language writes 1,234.5; the others write 1.234,5."""
    return language in _POINT


def localized(number: str, source_language: str, target_language: str) -> str:
    """1,234.56 as 1.234,56 where the target writes a decimal comma; what could be two things stays."""
    points = source_language in _POINT, target_language in _POINT
    plain = number.strip("-\u2212\u2013%‰ ")
    if points[0] == points[1] or not re.fullmatch(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?[.,]\d+", plain):
        return number
    return number.translate({ord("."): ",", ord(","): "."}) if {".", ","} <= set(number) else number


def _plain(text: str) -> str:
    """Digits of any script as 0 to 9, full-width characters as the usual ones."""
    return "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", text))


def _numbers(text: str, language: str, units_known: bool, minus: re.Pattern[str]) -> Iterator[_Number]:
    matches = list(_DIGITS.finditer(text))
    at = 0
    while at < len(matches):
        first = matches[at]
        values, end = _scaled(text, first, language, units_known)
        while at + 1 < len(matches) and matches[at + 1].start() == end and language in ("zh", "ja"):
            at += 1  # 1億2500万 is one number
            more, end = _scaled(text, matches[at], language, units_known)
            values = {a + b for a in values for b in more}
        plain = first.group()
        parts = tuple(int(part) for part in re.split(r"\D+", plain))
        keys: set[Key] = {*values}
        if len(parts) == 2 or (len(parts) > 2 and not values):
            keys.add(parts)
        clock = bool(re.search(r"[:hH]", plain) or _CLOCK_AFTER.match(text, first.end()))
        before, number = text[: first.start()], _Number("", frozenset(keys), parts, clock)
        number.date = bool(_DATE_BEFORE.search(before) or _DATE_AFTER.match(text, end))
        number.negative = bool(minus.search(before))
        number.percent = bool(percent := _PERCENT_SIGN.match(text, end))
        start = first.start() - (number.negative and before[-1] in "-\u2212\u2013")
        number.shown = text[start : percent.end() if percent else end].strip()
        yield number
        at += 1


def _scaled(text: str, match: re.Match[str], language: str, units_known: bool) -> tuple[set[Decimal], int]:
    """What a number may be worth with the word after it, and where that ends."""
    values = _values(match.group())
    end, power, short = match.end(), 0, False
    units = _UNITS.get(language, {})
    while word := re.match(r"[ \u00a0-]?([百千十]?[万亿億千]|[^\W\d_]+)", text[end:]):
        name = word[1].casefold()
        found = units.get(name, _SHORT.get(name, 0) if name in _SHORT and not power else 0)
        if not found:
            break
        short = short or name not in units
        power, end = power + found, end + word.end()
    scaled = {value.scaleb(power) for value in values}
    return (scaled | values if short or not units_known else scaled), end


def _values(plain: str) -> set[Decimal]:
    """1.5 is one and a half; 1.500 is that, or fifteen hundred; 1.500,5 is only one thing."""
    separators = re.findall(r"\D", plain)
    groups = re.split(r"\D", plain)
    joined = Decimal("".join(groups))
    if not separators:
        return {joined}
    kinds = list(dict.fromkeys(separators))
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if len(kinds) == 1:
        if kinds[0] in " \u00a0\u202f'’":
            return {joined}
        found = {joined} if thousands and kinds[0] in ".," else set()
        if len(groups) == 2 and kinds[0] in ".,":
            found.add(Decimal(f"{groups[0]}.{groups[1]}").normalize())
        if len(groups) > 2 and kinds[0] == "," and len(groups[-1]) == 3:
            found.add(joined)  # 1,00,000 as in India
        return found
    if separators.count(kinds[-1]) == 1 and separators[-1] == kinds[-1] and kinds[-1] in ".,":
        return {Decimal(f"{''.join(groups[:-1])}.{groups[-1]}").normalize()}
    return set()


def _said(text: str, language: str) -> set[int]:
    """Whole numbers in words, Roman or Chinese numerals."""
    also = _ALSO.get(language, {})
    found = {also[word] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in also}
    values = number_words.values(text, language)
    if language in ("zh", "ja"):
        values = {value for _, value in number_words.chinese(text)}
    found |= {int(value) for value in values if value.isdecimal()}
    return found | {_roman(numeral) for numeral in _ROMAN.findall(text)}


def _months(text: str, language: str) -> set[int]:
    """Months, which are numbers in dates of other languages."""
    known = dates.months_in(language)
    return {known[word] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in known}


def _another_way(number: _Number, said: set[int], known: list[_Number]) -> bool:
    """Said in words; a time on the other clock or in two numbers; a decade or a year cut to two digits."""
    whole = _whole([number])
    if whole & said:
        return True
    others = _whole(known)
    if any(_same_year(value, other) for value in whole for other in others | said):
        return True
    clocks = [other.parts for other in known if other.clock]
    if len(whole) == 1 and any(next(iter(whole)) in parts for parts in clocks):
        return True
    if number.clock or any(clocks):
        hour, *rest = number.parts
        minutes = rest[0] if rest else 0
        hours = {hour, hour + 12, hour - 12}
        if any(parts[0] in hours and (parts[1] if len(parts) > 1 else 0) == minutes for parts in clocks):
            return True
        if hours & (others | said) and (not minutes or minutes in others | said):
            return number.clock
    return False


def _whole(numbers: Iterable[_Number]) -> set[int]:
    keys = [key for number in numbers for key in number.keys]
    return {int(key) for key in keys if isinstance(key, Decimal) and key == int(key)}


def _same_year(a: int, b: int) -> bool:
    """1950-53 is 1950 to 1953, the 1980s are the 80s."""
    short, year = sorted((a, b))
    return short < 100 and 1000 < year < 2100 and year % 100 == short


def _roman(text: str) -> int:
    values = [_ROMAN_SIGNS[c] for c in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
