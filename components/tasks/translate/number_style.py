"""Numbers that a translation has as the source wrote them, in the style of the target language.

Engines copy "$26,750" as it is, which is a thousand times less in Portuguese. Only what can be one
thing is rewritten: a number in groups of three by its source's separator, and a decimal beside a sign. The
source's separators are those of its language, or those that its other numbers have. What can be both, such as
an English 1.500, is left and told.

    The price is $26,750 (£2.8bn).   ->   O preço é $26.750 (£2,8 bilhões).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

from components.tasks.facts import kept_numbers
from components.tasks.translate.same_in_both import common_words

_AROUND = (r"(?<![\w.,/])", r"(?![\d.,]*\d|[-/]\d)")
_GROUPED = re.compile(
    rf"{_AROUND[0]}(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?){_AROUND[1]}"
)
_THREE = re.compile(rf"{_AROUND[0]}(?!0)\d{{1,3}}[.,]\d{{3}}{_AROUND[1]}")  # thousands, or a decimal
# Numbers that say by themselves which sign is before their decimals: 1.234,56 and 1.234.567; 2,5 %.
_PLAIN = {
    ",": re.compile(
        r"(?<![\w.,])\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})(?![\d.,]*\d)|(?<=[$€£])\d+,\d\d?\b|\b\d+,\d\d?(?=\s?[%€])"
    ),
    ".": re.compile(
        r"(?<![\w.,])\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})(?![\d.,]*\d)|(?<=[$€£])\d+\.\d\d?\b|\b\d+\.\d\d?(?=\s?[%€])"
    ),
}
_USUAL = {
    ",": re.compile(r"(?<![\w.,])\d+,\d\d?(?![\w.,]*\w)"),
    ".": re.compile(r"(?<![\w.,])\d+\.\d\d?(?![\w.,]*\w)"),
}
# A decimal after a currency sign, with the letters of millions or billions that may be joined to it.
_MONEY = {
    ",": re.compile(
        r"(?<=[$€£¥₹])\s?\d+(?:\.\d{1,2}(?:bn|mn|tn|m)?|(?:bn|mn|tn|m))(?![\w.,]*\w)|(?<![\w.,])\d+\.\d{1,2}(?=\s?[€£¥₹])"
    ),
    ".": re.compile(r"(?<=[$€£¥₹])\s?\d+,\d{1,2}(?:bi|mi)?(?![\w.,]*\w)|(?<![\w.,])\d+,\d{1,2}(?=\s?[€£¥₹])"),
}
_POWERS = {"tn": 12, "bn": 9, "bi": 9, "mn": 6, "m": 6, "mi": 6}
_SCALE = {
    "en": {12: "trillion", 6: "million", 9: "billion"},
    "pt": {12: "trilhões", 6: "milhões", 9: "bilhões"},
    "es": {12: "billones", 6: "millones", 9: "mil millones"},
    "fr": {12: "billions", 6: "millions", 9: "milliards"},
    "de": {12: "Billionen", 6: "Millionen", 9: "Milliarden"},
    "it": {12: "bilioni", 6: "milioni", 9: "miliardi"},
}
_SPACED_GROUPS = ("fr", "ru", "uk", "cs", "sk", "pl", "bg", "sv", "no", "fi", "hu", "et", "lv", "lt")


# A decimal that is no number of a section or a version: a sign is before it, or a percent sign after it.
_DECIMAL = {
    ",": re.compile(
        r"(?:(?<=[-−+±×≤≥≈])|(?<=[±×=<>≤≥≈~]\s))\d+\.\d{1,2}(?![\w.,]*\w)|(?<![\w.,])\d+\.\d{1,2}(?=\s?%)"
    ),
    ".": re.compile(
        r"(?:(?<=[-−+±×≤≥≈])|(?<=[±×=<>≤≥≈~]\s))\d+,\d{1,2}(?![\w.,]*\w)|(?<![\w.,])\d+,\d{1,2}(?=\s?%)"
    ),
}
# A decimal and what may be its unit: 9.58 s, 2.5kg; no time of the day.
_MEASURED = re.compile(
    r"(?<![\w.,/])\d+[.,]\d{1,2}\s?(?![ap]\.?m\b)([^\W\d_]{1,3}|°[CF]?)(?![\w'’.]\w)(?!\w)"
)
# Short ways of writing that engines don't know: .75%, R$ 300 mi.
_POINT = re.compile(r"(?<![\w.,])\.(?=\d+\s?%)")
_SHORT = re.compile(r"([$€£]\s?\d+(?:,\d+)?)\s(mi|bi|tri)\b(?:\.(?=\s?[a-zà-ÿ,;)]))?")
_LONG = {"mi": "milhões", "bi": "bilhões", "tri": "trilhões"}
_NUMBER_SIGN = re.compile(r"(?<!\w)([Nn])\.?[º°](s?)(?=\s*\d|\s+d[eoa]s?\s)")  # nº 100, nº de alunos
_NUMERO = re.compile(r"(?<!\w)(?:№\s?|No\.\s?)(?=\d)")  # № 7, No. 10
_FLAT = re.compile(r"(?<!\w)apto?\.?(?=\s\d)", re.IGNORECASE)
_INDIAN = re.compile(r"(?<![\w.,/])\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?(?![\d.,]*\d)")  # 5,50,000
_SPREAD = re.compile(r"(?<![\w,.-])(\d+) [-–] (\d+)(?![\w,-])")
_DATE = re.compile(r"(?<![\w/.])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\w/]|\.\d)")
_MONTHS = 12
_ORDINAL = re.compile(r"(?<![\w.,])(\d{1,3})([oa])(?!\w)")
_SUPERSCRIPT = {"o": "º", "a": "ª"}
_SUPERSCRIPTED = ("pt", "es", "it", "gl")  # languages that write 1º


def spelled(text: str, language: str) -> str:
    """A source with short numbers, and the sign before them, as engines know them."""
    if language == "en":
        text = _NUMERO.sub("number ", text)
    if _sign(language) == ".":
        return _POINT.sub("0.", text)
    if language != "pt":
        return text
    text = _FLAT.sub("apartamento", _NUMERO.sub("número ", text))
    text = _NUMBER_SIGN.sub(lambda sign: f"{sign[1]}úmero{sign[2]}", text)
    return _SHORT.sub(lambda sum: f"{sum[1]} {_LONG[sum[2]]}", text)


def decimal_sign(texts: Iterable[str], language: str) -> str:
    """The sign before decimals, by numbers of some texts that can be read in one way only; empty: not told.

    What a language usually has is told by a plain 2.5; the other one needs more, since "1,2" may be a list.
    """
    here = _sign(language)
    found = set[str]()
    for text in texts:
        found |= {sign for sign, pattern in _PLAIN.items() if pattern.search(text)}
        found |= {here} if _USUAL[here].search(text) else set()
    return found.pop() if len(found) == 1 else ""


def ambiguous(source: str, target: str, languages: tuple[str, str], sign: str = "") -> list[str]:
    """Numbers that may be thousands or decimals and are in the translation as they were.

    `sign` is what `decimal_sign` says of all texts.
    """
    here, there = map(_sign, languages)
    if here == there or sign:
        return []
    copied = set(_THREE.findall(target))
    return [number for number in dict.fromkeys(_THREE.findall(source)) if here in number and number in copied]


def _sign(language: str) -> str:
    return "." if kept_numbers.has_decimal_point(language) else ","


def of(number: str, source: str, source_language: str, target_language: str) -> str:
    """One number of a source in the target's style, as far as what is beside it there says what it is."""
    at = source.find(number)
    before, after = source[max(at - 1, 0) : max(at, 0)], source[at + len(number) :][:2]
    made = restyled(source, f"{before}{number}{after}", source_language, target_language)
    made = made[len(before) : len(made) - len(after)]
    return made if made != number else kept_numbers.localized(number, source_language, target_language)


def unclear_dates(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Dates such as 03/04/2024 that were left, and that the two languages read with another order."""
    if _month_first(languages[0]) == _month_first(languages[1]):
        return []
    found = dict.fromkeys(date[0] for date in _DATE.finditer(source) if int(date[1]) != int(date[2]))
    return [d for d in found if d in target and max(map(int, d.split("/")[:2])) <= _MONTHS]


def _turned(source: str, target: str) -> str:
    """12/25/2023 as 25/12/2023, which no other reading of it can be."""

    def day_first(date: re.Match[str]) -> str:
        plainly = int(date[1]) <= _MONTHS < int(date[2]) <= 31 and date[0] in source
        return f"{date[2]}/{date[1]}/{date[3]}" if plainly else date[0]

    return _DATE.sub(day_first, target)


@cache
def _month_first(language: str) -> bool:
    try:
        pattern = Locale.parse(language).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return False
    return 0 <= pattern.find("M") < pattern.find("d") and not pattern.startswith("y")


def alone(text: str, source_language: str, target_language: str, sign: str) -> str:
    """A text of numbers, as in a table: there 3.50 and 0.125 are decimals, if the texts around have such."""
    here, there = _sign(source_language), _sign(target_language)
    if here == there or sign != here:
        return text
    decimal = rf"(?<![\w.,])(?:0{re.escape(here)}\d+|\d+{re.escape(here)}\d\d)(?![\w.,])"
    return re.sub(decimal, lambda number: number[0].replace(here, there), text)


def restyled(source: str, target: str, source_language: str, target_language: str, sign: str = "") -> str:
    """The translation with those numbers in its own style; `sign` is what `decimal_sign` says."""
    here, there = _sign(source_language), _sign(target_language)
    if _month_first(source_language) and not _month_first(target_language):
        target = _turned(source, target)
    if target_language in _SUPERSCRIPTED:
        target = _with_ordinals(source, target)
    target = _SPREAD.sub(lambda n: f"{n[1]}-{n[2]}" if f"{n[1]}-{n[2]}" in source else n[0], target)
    if here == there:
        return target
    copied = set(_GROUPED.findall(source))

    def grouped(number: re.Match[str]) -> str:
        own = _own_sign(number[0]) or sign or here
        unclear = not sign and own in number[0] and bool(_THREE.fullmatch(number[0]))
        left = number[0] not in copied or own == there or unclear
        return number[0] if left else _restyled(number[0], target_language)

    target = _GROUPED.sub(grouped, target)
    if here == ".":
        target = _INDIAN.sub(lambda n: _regrouped(n[0], target_language) if n[0] in source else n[0], target)
    for pattern in (_MONEY[there], _DECIMAL[there]):
        found = {number.strip() for number in pattern.findall(source)}
        target = pattern.sub(
            lambda number: _restyled(number[0], target_language) if number[0].strip() in found else number[0],  # noqa: B023
            target,
        )
    return _with_units(source, target, (source_language, target_language))


def _with_units(source: str, target: str, languages: tuple[str, str]) -> str:
    """9.58 s as 9,58 s: what is behind a decimal is its unit if both have it, and it is no word of both."""
    here, there = map(_sign, languages)
    usual = common_words(languages[0]) & common_words(languages[1])
    found = (m for m in _MEASURED.finditer(source) if here in m[0] and m[1] not in usual)
    copied = {"".join(m[0].split()) for m in found}

    def styled(m: re.Match[str]) -> str:
        return m[0].replace(here, there) if "".join(m[0].split()) in copied else m[0]

    return _MEASURED.sub(styled, target)


def _regrouped(number: str, language: str) -> str:
    """5,50,000 in groups of three, in the style of a language."""
    whole, point, rest = number.partition(".")
    return _restyled(f"{int(whole.replace(',', '')):,}{point}{rest}", language)


def _own_sign(number: str) -> str:
    """The sign before the decimals of a number that says so itself: 1.234,5 or 1.234.567."""
    if "." in number and "," in number:
        return "," if number.rindex(",") > number.rindex(".") else "."
    separator = "." if "." in number else ","
    return "" if number.count(separator) == 1 else {".": ",", ",": "."}[separator]


def _with_ordinals(source: str, target: str) -> str:
    """1o as 1º, where the source has an ordinal number."""
    plain = unicodedata.normalize("NFKC", source)

    def written(found: re.Match[str]) -> str:
        ordinal = re.search(rf"(?<!\d){found[1]}(?:st|nd|rd|th)\b", plain) or f"{found[1]}º" in source
        return f"{found[1]}{_SUPERSCRIPT[found[2]]}" if ordinal else found[0]

    return _ORDINAL.sub(written, target)


def _restyled(number: str, language: str) -> str:
    figures = number.rstrip("bnmit")
    turned = figures.translate({ord("."): ",", ord(","): "."})
    if language in _SPACED_GROUPS:
        turned = turned.replace(".", "\u00a0")
    letters = number[len(figures) :]
    if not letters:
        return turned
    return f"{turned} {_SCALE[language][_POWERS[letters]]}" if language in _SCALE else turned + letters
