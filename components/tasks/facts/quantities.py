"""What the numbers of a text are numbers of: currencies, shares and usual units, in figures.

Knows nothing about documents. A number whose unit isn't known here has none that could be compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from components.tasks.facts import amounts, currencies

_TABLE = """
USD $ us$ dollar dollars usd
EUR € euro euros eur
GBP £ gbp
JPY ¥ yen jpy
BRL r$ real reais brl
INR ₹ rupee rupees inr
% % percent prozent pourcent porciento
day day days tag tage tagen jour jours día días dia dias
week week weeks woche wochen semaine semaines semana semanas
month month months monat monate monaten mois mes meses mês
year year years jahr jahre jahren an ans année années año años ano anos
hour hour hours stunde stunden heure heures hora horas
minute minute minutes minuten minuto minutos
second seconds sekunden secondes segundos secondi
mile mile miles meile meilen
km km kilometre kilometres kilometer kilometers
metre m metre metres meter meters mètre mètres metro metros
foot ft foot feet
inch inch inches
cm cm centimetre centimetres centimeter centimeters
mm mm millimetre millimetres millimeter millimeters
acre acre acres
hectare ha hectare hectares hektar
litre litre litres liter liters litro litros
gallon gallon gallons
°C °c
°F °f
kg kg kilogram kilograms kilogramm
tonne tonne tonnes tonnen
"""
_OF = {word: line.split()[0] for line in _TABLE.strip().splitlines() for word in line.split()[1:]}
_SIGNS = r"(?:us|r)?\$|[€£¥₹]"
_WORDS = "|".join(sorted((re.escape(word) for word in _OF if word[0].isalpha()), key=len, reverse=True))
_POINTS = r"percentage\s+points?|prozentpunkten?|prozentpunkte?|pontos\s+percentuais|puntos\s+porcentuales"
_SCALE = r"(?:[\s-](?:thousand|million|billion|trillion|millionen|milliarden)|\s?(?:k|m|bn|mio|mrd))?"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGNS}|\b(?:usd|eur|gbp|jpy)\s)?\s?(?P<figures>(?<![\w.,])\d+(?:[.,'’]\d+)*)"
    rf"(?:{_SCALE}\b[\s-]?(?:(?P<points>{_POINTS})|(?P<after>per\s?cent|{_WORDS}))\b"
    rf"|\s?(?P<sign>%|°\s?[CF]\b|{_SIGNS}))?",
    re.IGNORECASE,
)
CURRENCIES = frozenset(["USD", "EUR", "GBP", "JPY", "BRL", "INR", "CNY"])
# In Chinese and Japanese the unit comes right behind, perhaps with a scale between.
_ASIAN_TABLE = """
USD 美元 美金 米ドル
EUR 欧元 歐元 ユーロ
GBP 英镑 ポンド
JPY 日元 円
CNY 人民币 元
km 公里
kg 公斤
day 天
hour 小时
minute 分钟
year 年
"""
_ASIAN = {word: line.split()[0] for line in _ASIAN_TABLE.strip().splitlines() for word in line.split()[1:]}
_ASIAN_WORDS = "|".join(sorted(_ASIAN, key=len, reverse=True))
_ASIAN_AMOUNT = re.compile(rf"(?P<figures>\d+(?:[.,]\d+)*)\s?[十百千万萬亿億]*\s?(?P<unit>{_ASIAN_WORDS})")
_CODE = re.compile(r"\b([A-Z]{3})\s?$")
_NEXT = re.compile(rf"(?:\sd[ei])?\s?((?:[^\W\d_]+\s){{0,{currencies.MOST_WORDS - 1}}}[^\W\d_]+)")
_NOON = 12
_TIME = re.compile(r"(?<![\w:.])(\d{1,2})(?:[:.](\d\d))?\s?([ap])\.?\s?m\b", re.IGNORECASE)
_DAY_TIME = re.compile(r"(?<![\w:.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:]|\s?[ap]\.?\s?m\b)", re.IGNORECASE)
_PERIODS = frozenset(["minute", "hour", "day", "week", "month", "year"])
# Of 3.5% a year, 40 km per hour, 12 Euro pro Tag: the number, and in what time it is.
_RATE = re.compile(
    r"(?<![\w.,])(\d+(?:[.,'’]\d+)*)(?:[^\d.,;:!?()]{0,25}?)\s(?:an?|per|each|every|pro|por|par|al?|à)\s(\w+)",
    re.IGNORECASE,
)


_PERIOD = re.compile(
    rf"\b(?:{'|'.join(word for word, unit in _OF.items() if unit in _PERIODS)})\b|[天日月年]", re.IGNORECASE
)


def names_period(text: str) -> bool:
    """Whether a text speaks of days, weeks, months or the like, as in "on the first day of each month"."""
    return bool(_PERIOD.search(text))


@dataclass(frozen=True)
class Measured:
    """A number in figures and its unit, "" where none is known."""

    text: str
    figures: str
    unit: str


def is_money(unit: str) -> bool:
    return unit in CURRENCIES or unit in currencies.nouns()


def _currency(text: str, match: re.Match[str]) -> str:
    """The currency that is named after a number, or by its code before it; "" where none is."""
    known = currencies.by_name()
    if (code := _CODE.search(text, 0, match.start("figures"))) and code[1] in known:
        return _same(known[code[1]])
    words = _NEXT.match(text, amounts.after_scale(text, match.end("figures")))
    after = words[1].split() if words else []
    for count in range(len(after), 0, -1):
        name = " ".join(after[:count])
        if unit := known.get(name if name.isupper() else name.casefold()):
            return _same(unit)
    return ""


def other_names(text: str) -> set[str]:
    """What the currencies of a text are called too: Swiss and franc for CHF, their codes for francs."""
    named = (currencies.words_of(code) for code in re.findall(r"\b[A-Z]{3}\b", text))
    coded = (currencies.codes_of(one.unit) for one in measured(text))
    return set().union(*named, *coded)


def _same(noun: str) -> str:
    return _OF.get(noun, noun)


def measured(text: str) -> Iterator[Measured]:
    for match in _ASIAN_AMOUNT.finditer(text):
        yield Measured(match[0], match["figures"], _ASIAN[match["unit"]])
    text = _ASIAN_AMOUNT.sub(" ", text)
    for match in _AMOUNT.finditer(text):
        raw = match["before"] or match["sign"] or match["after"] or ""
        word = re.sub(r"\s", "", raw.casefold())
        unit = "points" if match["points"] else _OF.get(word, "") or _currency(text, match)
        yield Measured(match[0].strip(), match["figures"], unit)


def compared(text: str, language: str = "en") -> Iterator[Measured]:
    """Those, and numbers in words, times of the day, and what is per day or year; figures are plain values.

    What has the same figures can be compared: "3.5/" is 3.5 in some time, "9:30" a time of the day.
    """
    for match in _TIME.finditer(text):
        yield Measured(match[0], f"{int(match[1])}:{match[2] or '00'}", match[3].lower())
    for hour, minutes in _DAY_TIME.findall(text):
        half = "" if int(hour) <= _NOON else "p"
        yield Measured(f"{hour}:{minutes}", f"{int(hour) % _NOON or _NOON}:{minutes}", half)
    if language in ("", "en"):
        text = amounts.with_figures(text)
    for one in measured(text):
        figures = amounts.plain(one.figures)
        yield Measured(one.text, figures, one.unit)
    for match in _RATE.finditer(text):
        unit = _OF.get(match[2].casefold(), "")
        if unit in _PERIODS:
            yield Measured(match[0], f"{amounts.plain(match[1])}/", unit)
