"""Numbers in words and in Chinese characters, which Japanese has too, as plain values.

"vinte e três" is 23, 三千五百 is 3500, 百分之十二 has 12, 1亿2000万 is 120000000.

Knows nothing about documents. The words are text2num's: whole numbers and ordinals in eight languages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import find_numbers

UNLIKELY_ELSE = 21  # from here on, words for numbers are nothing else; "venti" are winds too
LANGUAGES = frozenset(["en", "de", "fr", "es", "it", "pt", "nl", "da"])
IN_CHARACTERS = frozenset(["zh", "ja"])
_ONE = frozenset(("ein", "een", "um", "uma", "un", "una", "uno", "une"))
_ARTICLES = {
    "de": re.compile(r"\bein(?:e[mnrs]?)?\b", re.IGNORECASE)
}  # that say 1, and aren't among its words
# What says a half more than the number before it, in one word or behind what is counted.
_HALVES = {
    "de": re.compile(r"\b(?:(?P<other>ander)thalb|(?P<number>\w+?)einhalb)", re.IGNORECASE),
    "nl": re.compile(r"\b(?:(?P<other>ander)half|(?P<number>\w+?)[eë]nhalf)", re.IGNORECASE),
    "pt": re.compile(r"\b(?P<number>\w+)(?: \w+)? e mei[ao]\b", re.IGNORECASE),
    "es": re.compile(r"\b(?P<number>\w+)(?: \w+)? y medi[ao]\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?P<number>\w+)(?: \w+)? et demie?\b", re.IGNORECASE),
    "it": re.compile(r"\b(?P<number>\w+)(?: \w+)? e mezz[ao]\b", re.IGNORECASE),
}
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\S")
_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_UNIT = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}  # powers of ten
_D, _U = "".join(_DIGIT), "".join(_UNIT)
_COEFFICIENT = rf"(?:\d+(?:\.\d+)?|[{_D}](?:点[{_D}]+)?|零[{_D}])"
_NUMBER = re.compile(
    rf"(?<![{_D}{_U}\d.])(?:(?:{_COEFFICIENT})?[{_U}])+(?:零?[{_D}])?(?![{_D}])"
    rf"|(?<![{_D}{_U}])[{_D}]点[{_D}]+(?![{_D}十分刻])|(?<![{_D}{_U}])[{_D}]+(?![{_D}{_U}点])"
)
_YEAR = re.compile(rf"[{_D}]{{4}}(?=年)|[{_D}]*〇[{_D}]*")
_COUNTED = re.compile(r"[个個名人家年天次位条項项岁歲米元倍座所艘辆種种台件届]|小时|分钟|公里")
_NO_NUMBER = re.compile(r"[月日号號]")  # a date, looked up in other ways


@dataclass(frozen=True)
class _Token:
    """A word or a character as text2num wants it. `alone`: it is no part of a longer number."""

    word: str
    alone: bool

    def text(self) -> str:
        return self.word

    def nt_separated(self, previous: "_Token") -> bool:
        return self.alone

    def not_a_number_part(self) -> bool:
        return False


def reads_words(language: str) -> bool:
    """Whether numbers in words are told in a language; "" is taken for English."""
    return not language or language in LANGUAGES | IN_CHARACTERS


def values(text: str, language: str) -> set[str]:
    """The values of all numbers in words, and of each of their words: of "two million" 2 and 2000000."""
    if language not in LANGUAGES:
        return set()
    words = _TOKEN.findall(text)
    whole = [_Token(word, alone=False) for word in words]
    parts = [_Token(part, alone=True) for word in words for part in word.split("-")]
    numbers = [*find_numbers(whole, language, 0.0), *find_numbers(parts, language, 0.0)]
    found = {_plain(Decimal(str(number.value))) for number in numbers}
    article = _ARTICLES.get(language)
    halves = {value for _, value in _halves(text, language)}
    return found | halves | ({"1"} if article and article.search(text) else set())


def _halves(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Numbers with a half, as written, and their values: anderthalb is 1.5, "dois anos e meio" 2.5."""
    for match in _HALVES[language].finditer(text) if language in _HALVES else ():
        said = match["number"] or ""
        tokens = [_Token(said, alone=False)]
        whole = next((int(one.value) for one in find_numbers(tokens, language, 0.0)), 0)
        if said.isdigit():
            whole = int(said)
        if whole or not said or said.casefold() in _ONE:
            yield match[0], f"{whole or 1}.5"


def stated(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The numbers in words that are no other words too (as "neuf" is): as written, and their values."""
    if language not in LANGUAGES:
        return
    if language in ("de", "nl"):  # one word, which is no time of the day
        yield from _halves(text, language)
    spans = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
    for number in find_numbers([_Token(text[a:b], alone=False) for a, b in spans], language, 0.0):
        raw = text[spans[number.start][0] : spans[number.end - 1][1]]
        after_figures = number.start > 0 and text[spans[number.start - 1][0]].isdigit()
        scale = number.end - number.start == 1 and set(str(int(number.value))) == {"1", "0"}  # "por cento"
        if number.value >= UNLIKELY_ELSE and not (raw.isdigit() or after_figures or scale):
            yield raw, _plain(Decimal(str(number.value)))


def chinese(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every number with its value, a single character such as 三 included."""
    for match in _NUMBER.finditer(text):
        yield match, _value(match[0])


def sure(match: re.Match[str]) -> bool:
    """Whether it is nothing but a number: 千万 and 一 are other words too."""
    raw, text = match[0], match.string
    digits = [sign for sign in raw if sign in _DIGIT]
    units = [sign for sign in raw if sign in _UNIT]
    if _NO_NUMBER.match(text, match.end()) or raw in ("一", "零", "〇"):
        return False
    if text.endswith("百分之", 0, match.start()) or (digits and "点" in raw):
        return True
    if re.search(r"\d", raw):
        return len(units) > 1 and units != ["万", "亿"]
    if units:
        return bool(digits)
    return bool(_YEAR.match(text, match.start())) or (
        len(raw) == 1 and bool(_COUNTED.match(text, match.end()))
    )


def _value(raw: str) -> str:
    if not any(sign in _UNIT for sign in raw):
        return _plain(Decimal(_figures(raw)))
    total = section = Decimal(0)
    last = 0
    for coefficient, unit in re.findall(rf"([\d.{_D}点]*)([{_U}]?)", raw):
        now = Decimal(_figures(coefficient)) if coefficient else None
        if not unit:  # 三千五 is 3500, 三千零五 is 3005
            short = last > 1 and coefficient and coefficient[0] not in "零〇"
            section += (now or 0) * (10 ** (last - 1) if short else 1)
            continue
        last = _UNIT[unit]
        if last < 4:
            section += (1 if now is None else now) * 10**last
        else:
            section += now or 0
            total = (total + section) * 10**last if last == 8 else total + (section or 1) * 10**last
            section = Decimal(0)
    return _plain(total + section)


def _figures(signs: str) -> str:
    return "".join("." if sign == "点" else str(_DIGIT.get(sign, sign)) for sign in signs)


def _plain(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
