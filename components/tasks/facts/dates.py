"""The dates of a text in forms that can be compared: days, months, and the days of the week.

Knows nothing about documents. A date is (year, month, day), each as text and empty where it isn't said.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Literal

from babel import UnknownLocaleError
from babel.dates import get_day_names, get_month_names

Key = tuple[str, ...]
# Whose names of months and days are known.
_EUROPEAN = ("en", "de", "fr", "es", "it", "pt")
LANGUAGES = frozenset([*_EUROPEAN, "zh", "ja"])


def _months_of(languages: Iterable[str], width: Literal["wide", "abbreviated"]) -> dict[str, int]:
    """Names in small letters, 1 for January."""
    names = (get_month_names(width, locale=language).items() for language in languages)
    return {name.lower(): number for months in names for number, name in months}


@cache
def months_in(language: str) -> dict[str, int]:
    """The months of any language as they are written within a date, also shortened to 3 or 4 letters."""
    try:
        whole = _months_of([language], "wide") | _months_of([language], "abbreviated")
    except (UnknownLocaleError, ValueError):
        return {}
    return {form: number for name, number in whole.items() for form in (name[:3], name[:4], name)}


_MONTH = _months_of(_EUROPEAN, "wide") | _months_of(["en"], "abbreviated") | {"sept": 9}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?:st|nd|rd|th|\.|º)?"
_OF = r"(?:of\s+|de\s+)?"
_AND_YEAR = r"(?:(?:,?\s+(?:de\s+)?|[-/])(?P<y>\d{4}))?"
_TO = r"(?:\s?[-–—]\s?|\s+(?:to|until|till|through|and|or|bis|und|oder|au|et|al|a|y|e|ao|à)\s+(?:the\s+)?)"
# "March 5 and 7 people": a second day after "and" needs a year.
_TO_DAY = r"(?:\s?[-–—]\s?|\s+(?:to|until|till|through)\s+(?:the\s+)?|\s+and\s+(?=\d{1,2},?\s+\d{4}\b))"
_DAYS_MONTH = re.compile(
    rf"(?<![\d:.,/$€£-])\b(?P<from>{_DAY}){_TH}{_TO}(?P<d>{_DAY}){_TH}(?:\s+|-){_OF}(?P<m>{_NAMES})\b\.?{_AND_YEAR}",
    re.IGNORECASE,
)
_MONTH_DAYS = re.compile(
    rf"\b(?P<m>{_NAMES})\b\.?\s+(?P<from>{_DAY})(?:st|nd|rd|th)?{_TO_DAY}(?P<d>{_DAY})(?:st|nd|rd|th)?\b"
    r"(?![:.]?\d)(?:,?\s+(?P<y>\d{4}))?",
    re.IGNORECASE,
)
_HYPHENED = re.compile(rf"\b(?:(?P<d>\d{{1,2}})([-/])(?P<m>{_NAMES})\2(?P<y>\d{{4}}|\d\d))\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b(?P<m>{_NAMES})([-/])(?P<d>\d{{1,2}})\2(?P<y>\d{{4}})\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"\b(?P<y>\d{{4}})([-/])(?P<m>{_NAMES})\2(?P<d>\d{{1,2}})\b", re.IGNORECASE)
_DAY_MONTH = re.compile(
    rf"(?<!\d[-/])\b(?P<d>\d{{1,2}}){_TH}(?:\s+|[-/]){_OF}(?P<m>{_NAMES})\b\.?{_AND_YEAR}", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"\b(?P<m>{_NAMES})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y>\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"\b(?P<m>{_NAMES})\b\.?,?(?:\s+|[-/])(?:de\s+)?(?P<y>\d{{4}})\b", re.IGNORECASE)
_MONTHS_YEAR = re.compile(
    rf"\b(?P<from>{_NAMES})\b\.?{_TO}(?P<m>{_NAMES})\b\.?,?\s+(?:de\s+)?(?P<y>\d{{4}})\b", re.IGNORECASE
)
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b")
_SIGNS = "〇零一二三四五六七八九"
_IN_SIGNS = str.maketrans(_SIGNS, "00123456789")
_FEW = r"\d{1,2}|[一二三四五六七八九十]{1,3}"  # of days and months: 31, 三十一
_CJK_YEAR_MONTH = rf"(?:(?P<y>\d{{4}}|[{_SIGNS}]{{4}})\s*年)?\s*(?P<m>{_FEW})\s*月"
_CJK_DAYS = re.compile(
    rf"{_CJK_YEAR_MONTH}\s*(?P<from>{_FEW})\s*[日号號]?\s*[-–—~～至到から]+\s*(?P<d>{_FEW})\s*[日号號]"
)
_CJK = re.compile(rf"{_CJK_YEAR_MONTH}\s*(?P<d>{_FEW})\s*[日号號]")
_SLASHED = re.compile(r"\b(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})\b")  # whose order nobody knows
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
ORDINAL = {word: i for i, word in enumerate(_ORDINALS.split(), 1)}
_ORDINAL_DAY = re.compile(
    rf"\b(?P<d>{'|'.join(sorted(ORDINAL, key=len, reverse=True))})\s+of\s+(?P<m>{_NAMES})\b"
    r"(?:,?\s+(?P<y>\d{4}))?",
    re.IGNORECASE,
)
# In this order: what one has matched is no other date.
_FORMS = (
    *(_ISO, _CJK_DAYS, _CJK, _ORDINAL_DAY, _DAYS_MONTH, _MONTH_DAYS, _HYPHENED, _MONTH_FIRST, _YEAR_FIRST),
    *(_DAY_MONTH, _MONTH_DAY, _MONTH_YEAR),
)
_AFTER_MONTH = (_MONTH_DAYS, _MONTH_FIRST, _MONTH_DAY, _MONTH_YEAR, _MONTHS_YEAR)
_BETWEEN = re.compile(rf"{_TO}(?:[^\W\d_]+,?\s+)?", re.IGNORECASE)  # "to Sunday", "au dimanche"
_WORD = re.compile(r"\w+")
# Words before a month that say that it is one: "may", "march" and "mars" are other words too.
_BEFORE = (
    "in since by until till from through during last next early mid late of and to im ab bis seit "
    "anfang mitte ende en a de di à début fin depuis desde hasta entre em até entro"
)
_MONTH_ALONE = re.compile(
    rf"\b(?:{_BEFORE.replace(' ', '|')})(?:\s+|-)(\w+)\b|\b((?!May|March|Mai|Mars|Jan|Mar)[A-Z]\w{{3,}})\b"
)
# Months with a capital, other words without: "mar" is a sea, "sept" is seven.
_SMALL_ALONE = frozenset(["may", "march", "mar", "sept"])
_VERB = re.compile(r"\b(?:may|march)\b")
# In a heading every word has a capital: "Troops to March North".
_HEADING = re.compile(r"\b(?:to|To|and|And) (?:May|March|Mar)(?= [A-Z])")
# Days of the week, by their names and, in what a document says, by their short forms. 0 is Monday.
_WEEKDAY = {
    name.lower(): day for language in _EUROPEAN for day, name in get_day_names(locale=language).items()
} | {"sonnabend": 5}
_DAY_NAME = re.compile(rf"\b({'|'.join(_WEEKDAY)})s?\b", re.IGNORECASE)
_ASIAN_DAY = re.compile(r"(?:星期|礼拜|禮拜|(?<![一四两])[周週])([一二三四五六日天])|([月火水木金土日])曜")
_ASIAN_DAYS = {sign: i for signs in ("一二三四五六日", "月火水木金土日") for i, sign in enumerate(signs)} | {
    "天": 6
}
_ENGLISH_DAYS = "Mon Tue Wed Thu Fri Sat Sun|Mon Tues Weds Thur Fri Sat Sun|Mon Tues Wed Thurs Fri Sat Sun"
_GERMAN_DAYS = "Mo Di Mi Do Fr Sa So"
_ROMANCE_DAYS = (
    "lun . mer jeu ven sam dim|lun . mié jue vie sáb dom"
    "|lun . mer gio ven sab dom|seg ter qua qui sex sáb dom"
)
_SHORT = {
    short.lower(): i
    for shorts in (*_ENGLISH_DAYS.split("|"), *_ROMANCE_DAYS.split("|"), _GERMAN_DAYS)
    for i, short in enumerate(shorts.split())
    if short != "."  # "mar" is a month too
}


def _any(shorts: str) -> str:
    return "|".join(sorted(set(shorts.replace("|", " ").replace(". ", "").split()), key=len, reverse=True))


_EN, _DE = _any(f"{_ENGLISH_DAYS}|{_ENGLISH_DAYS.upper()}"), _any(_GERMAN_DAYS)
_SHORT_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# "Sun", "sat" and "so" are other words: a day has a date, a time or another day beside it, or "on" before.
_SHORT_DAY = re.compile(
    rf"\b({_EN})\b\.?,?\s+(?=\d{{1,2}}\b|(?:{_SHORT_MONTH}))"
    rf"|\b(?:on|every|until|by|since|next|last)\s({_EN})s?\b|\(({_EN})\.?\)"
    rf"|\b({_DE})\b\.?,?\s+(?=\d{{1,2}}\.)|\b((?i:{_any(_ROMANCE_DAYS)}))[.,]+\s+(?=\d{{1,2}}\b)"
)
_TWO_DAYS = re.compile(
    rf"(?=\b({_EN})\b\.?\s?(?:[-–/&,]|and|or|to)\s?({_EN})\b|\b({_DE})\b\.?\s?(?:[-–/&,]|und|bis)\s?({_DE})\b)"
)


def dates(text: str) -> list[tuple[str, Key]]:
    """Dates with a month, as written; a day or a year may be missing. Of "5-7 May" both days."""
    return [(match[0].strip(" .,"), key) for match in _matches(text) for key in _keys(match)]


def told(text: str) -> Iterator[Key]:
    """The dates that a document tells: also with the year that only the end of a range has."""
    found = _matches(text)
    yield from (key for match in found for key in _keys(match))
    for first, last in pairwise(found):
        (_, month, day), (year, until, _) = _keys(first)[0], _keys(last)[0]
        if year and not _keys(first)[0][0] and _BETWEEN.fullmatch(text, first.end(), last.start()):
            yield str(int(year) - (int(month) > int(until))), month, day
    for match in _all(_MONTHS_YEAR, text, _months(text)):
        begins, ends = _MONTH[match["from"].lower()], _MONTH[match["m"].lower()]
        yield str(int(match["y"]) - (begins > ends)), str(begins), ""


def _matches(text: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    taken, named = bytearray(len(text)), _months(text)
    for form in _FORMS:
        for match in _all(form, text, named):
            start, end = match.span()
            if not any(taken[start:end]) and _keys(match):
                taken[start:end] = b"1" * (end - start)
                found.append(match)
    return sorted(found, key=lambda match: match.start())


def _all(form: re.Pattern[str], text: str, months: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Where a form matches. The names of all months are slow to look for at every word."""
    if form not in _AFTER_MONTH:
        return form.finditer(text)
    return (match for month in months if (match := form.match(text, month.start())))


def _months(text: str) -> list[re.Match[str]]:
    return [word for word in _WORD.finditer(text) if word[0].lower() in _MONTH]


def _keys(match: re.Match[str]) -> list[Key]:
    """The date of a match, or the first and the last of its days; none where they are no range."""
    parts = {"y": "", "d": "", "from": ""} | {
        name: _western(part or "") for name, part in match.groupdict().items()
    }
    month = str(_MONTH.get(parts["m"].lower()) or int(parts["m"]))
    day, first = (
        str(ORDINAL.get(part.lower()) or int(part)) if part else "" for part in (parts["d"], parts["from"])
    )
    year = parts["y"] if len(parts["y"]) != 2 else f"{19 if parts['y'] > '69' else 20}{parts['y']}"
    if not first:
        return [(year, month, day)]
    return [(year, month, first), (year, month, day)] if int(first) < int(day) else []


def _western(part: str) -> str:
    """Chinese characters for a number as figures: 三十一 is 31, 二〇二三 is 2023; anything else as it is."""
    tens, ten, ones = part.partition("十")
    if ten:
        part = f"{tens or '一'}{ones or '零'}"
    return part.translate(_IN_SIGNS)


def in_figures(text: str) -> list[tuple[str, Key, Key]]:
    """Dates in figures alone with a whole year, as written, read in both possible ways."""
    found: list[tuple[str, Key, Key]] = []
    for match in _SLASHED.finditer(text):
        first, second, year = (int(match[i]) for i in (1, 3, 4))
        if len(match[1]) < 3 and len(match[4]) == 4:
            days = [
                (str(year), str(month), str(day))
                for day, month in ((first, second), (second, first))
                if 1 <= month <= 12 and 1 <= day <= 31
            ]
            if days:
                found.append((match[0], days[0], days[-1]))
    return found


def months(text: str) -> list[tuple[str, Key]]:
    """Months without a day and a year, as written."""
    text = _HEADING.sub("", text)
    words = (match[1] or match[2] for match in _MONTH_ALONE.finditer(text))
    return [
        (word, ("", str(_MONTH[word.lower()]), ""))
        for word in words
        if _is_month(word) and word not in _SMALL_ALONE
    ]


def sure(raw: str, key: Key) -> bool:
    """Whether it is nothing but a date: "10 may return" and "march 10 km" are none."""
    return bool(key[0]) or not _VERB.search(raw)


def looser(key: Key) -> set[Key]:
    """A date and what a summary may leave of it: without the year, without the day."""
    year, month, day = key
    return {(year, month, day), ("", month, day), (year, month, "")}


def said(text: str) -> Iterator[Key]:
    """All that a text says about dates, in any form, and what follows from it."""
    for year, month, day in (*told(text), *_slashed(text)):
        yield from looser((year, month, day))
        yield ("", month, "")
        try:
            yield _weekday(datetime.date(int(year), int(month), int(day)).weekday())
        except ValueError:  # no whole date, or none of the calendar
            continue
    yield from _days_said(text)
    yield from (("", str(_MONTH[match[0].lower()]), "") for match in _months(text))


def _slashed(text: str) -> Iterator[Key]:
    """Dates in figures alone, in every order that is possible."""
    for match in _SLASHED.finditer(text):
        first, second, third = (str(int(match[i])) for i in (1, 3, 4))
        if len(match[1]) == 4:
            yield first, second, third
        elif len(match[1]) < 3:
            year = third if len(match[4]) == 4 else f"20{match[4]}"
            yield year, second, first
            yield year, first, second


def _is_month(word: str) -> bool:
    return word.lower() in _MONTH and len(word) > 2


def weekdays(text: str) -> list[tuple[str, Key]]:
    """Days of the week by their whole names, as written."""
    named = [(match[0], _weekday(_WEEKDAY[match[1].lower()])) for match in _DAY_NAME.finditer(text)]
    signs = ((match[0], match[1] or match[2]) for match in _ASIAN_DAY.finditer(text))
    return named + [(raw, _weekday(_ASIAN_DAYS[sign])) for raw, sign in signs]


def _days_said(text: str) -> Iterator[Key]:
    """All days that a document says, short forms among them."""
    yield from (day for _, day in weekdays(text))
    for form in (_SHORT_DAY, _TWO_DAYS):
        for match in form.finditer(text):
            yield from (_weekday(_SHORT[short.lower()]) for short in match.groups() if short)


def _weekday(number: int) -> Key:
    """A day as it is compared: 0 is Monday."""
    return ("weekday", str(number))
