"""What the numbers of a text are numbers of: currencies, shares and usual units, in figures.

Knows nothing about documents. A number whose unit isn't known here has none that could be compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
mile mile miles meile meilen
km km kilometre kilometres kilometer kilometers
metre metre metres meter meters mètre mètres
foot foot feet
kg kg kilogram kilograms kilogramm
tonne tonne tonnes tonnen
"""
_OF = {word: line.split()[0] for line in _TABLE.strip().splitlines() for word in line.split()[1:]}
_SIGNS = r"(?:us|r)?\$|[€£¥₹]"
_WORDS = "|".join(sorted((re.escape(word) for word in _OF if word[0].isalpha()), key=len, reverse=True))
_SCALE = r"(?:[\s-](?:thousand|million|billion|trillion|millionen|milliarden)|\s?(?:k|m|bn|mio|mrd))?"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGNS}|\b(?:usd|eur|gbp|jpy)\s)?\s?(?P<figures>(?<![\w.,])\d+(?:[.,'’]\d+)*)"
    rf"(?:{_SCALE}\b[\s-]?(?P<after>per\s?cent|{_WORDS})\b|\s?(?P<sign>%|{_SIGNS}))?",
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


@dataclass(frozen=True)
class Measured:
    """A number in figures and its unit, "" where none is known."""

    text: str
    figures: str
    unit: str


def measured(text: str) -> Iterator[Measured]:
    for match in _ASIAN_AMOUNT.finditer(text):
        yield Measured(match[0], match["figures"], _ASIAN[match["unit"]])
    text = _ASIAN_AMOUNT.sub(" ", text)
    for match in _AMOUNT.finditer(text):
        raw = match["before"] or match["sign"] or match["after"] or ""
        word = re.sub(r"\s", "", raw.casefold())
        yield Measured(match[0].strip(), match["figures"], _OF.get(word, ""))
