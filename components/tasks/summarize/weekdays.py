"""The days of the week in a text, by their names and, in what a document says, by their short forms.

Knows nothing about documents and other dates.
"""

import re
from collections.abc import Iterator

Key = tuple[str, ...]

_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
    "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado|domingo",
)
_WEEKDAY = {name: i for names in _WEEKDAYS for i, name in enumerate(names.split("|"))} | {"sonnabend": 5}
_DAY_NAME = re.compile(rf"\b({'|'.join(_WEEKDAY)})s?\b", re.IGNORECASE)
_ASIAN_DAY = re.compile(r"(?:星期|礼拜|禮拜|(?<![一四两])[周週])([一二三四五六日天])|([月火水木金土日])曜")
_ASIAN_DAYS = {sign: i for signs in ("一二三四五六日", "月火水木金土日") for i, sign in enumerate(signs)} | {
    "天": 6
}
_ENGLISH = "Mon Tue Wed Thu Fri Sat Sun|Mon Tues Weds Thur Fri Sat Sun|Mon Tues Wed Thurs Fri Sat Sun"
_GERMAN = "Mo Di Mi Do Fr Sa So"
_ROMANCE = (
    "lun . mer jeu ven sam dim|lun . mié jue vie sáb dom"
    "|lun . mer gio ven sab dom|seg ter qua qui sex sáb dom"
)
_SHORT = {
    short.lower(): i
    for shorts in (*_ENGLISH.split("|"), *_ROMANCE.split("|"), _GERMAN)
    for i, short in enumerate(shorts.split())
    if short != "."  # "mar" is a month too
}


def _any(shorts: str) -> str:
    return "|".join(sorted(set(shorts.replace("|", " ").replace(". ", "").split()), key=len, reverse=True))


_EN, _DE = _any(f"{_ENGLISH}|{_ENGLISH.upper()}"), _any(_GERMAN)
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# "Sun", "sat" and "so" are other words: a day has a date, a time or another day beside it, or "on" before.
_SHORT_DAY = re.compile(
    rf"\b({_EN})\b\.?,?\s+(?=\d{{1,2}}\b|(?:{_MONTH}))"
    rf"|\b(?:on|every|until|by|since|next|last)\s({_EN})s?\b|\(({_EN})\.?\)"
    rf"|\b({_DE})\b\.?,?\s+(?=\d{{1,2}}\.)|\b((?i:{_any(_ROMANCE)}))[.,]+\s+(?=\d{{1,2}}\b)"
)
_TWO_DAYS = re.compile(
    rf"(?=\b({_EN})\b\.?\s?(?:[-–/&,]|and|or|to)\s?({_EN})\b|\b({_DE})\b\.?\s?(?:[-–/&,]|und|bis)\s?({_DE})\b)"
)


def found(text: str) -> list[tuple[str, Key]]:
    """Days of the week by their whole names, as they stand there."""
    named = [(match[0], key(_WEEKDAY[match[1].lower()])) for match in _DAY_NAME.finditer(text)]
    signs = ((match[0], match[1] or match[2]) for match in _ASIAN_DAY.finditer(text))
    return named + [(raw, key(_ASIAN_DAYS[sign])) for raw, sign in signs]


def said(text: str) -> Iterator[Key]:
    """All days that a document says, short forms among them."""
    yield from (day for _, day in found(text))
    for form in (_SHORT_DAY, _TWO_DAYS):
        for match in form.finditer(text):
            yield from (key(_SHORT[short.lower()]) for short in match.groups() if short)


def key(number: int) -> Key:
    """A day as it is compared: 0 is Monday."""
    return ("weekday", str(number))
